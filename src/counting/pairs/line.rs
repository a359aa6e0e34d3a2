//! Lines of bits, and sums of them: numbers that stand upright.
//!
//! A line is one bit for each of 512 items. Many lines are summed up item by item without ever
//! taking them apart: a full adder takes three lines and gives two, the sums' last bits and their
//! carries, in a handful of logical operations for all 512 items at once. Counts come out as
//! *planes*: the first line holds the last bit of every item's count, the second the bit before
//! it, and so on. Harley and Seal's arrangement of adders takes sixteen lines at a time, so that
//! only one carry in sixteen lines reaches the planes above the fourth.
//!
//! Planes are how counts are kept, too. Most pairs stand together in few baskets, so that four or
//! five bits a pair hold a table that takes 64 bits a pair as numbers side by side.

#![expect(
    clippy::inline_always,
    reason = "what is not compiled inside the door is not compiled for its registers"
)]

/// How many items a line stands for.
pub(super) const LINE: usize = 512;
const WORDS: usize = LINE / 64;

/// How many lines are summed at a time.
pub(super) const GROUP: usize = 16;
/// How many planes a sum of one group needs, the carry apart.
pub(super) const LOW: usize = 4;

/// One bit for each of 512 items, as wide as the line of a cache and on its boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Line([u64; WORDS]);

impl Line {
    pub(super) const NONE: Self = Self([0; WORDS]);

    pub(super) fn is_none(&self) -> bool {
        self.0.iter().fold(0, |bits, word| bits | word) == 0
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }

    /// The 64 bits around a place.
    pub(super) fn word(&self, place: usize) -> u64 {
        self.0[place / 64]
    }

    pub(super) fn set(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Turns a bit over; answers what it was.
    pub(super) fn flip(&mut self, place: usize) -> bool {
        let was = self.has(place);
        self.0[place / 64] ^= 1 << (place % 64);
        was
    }

    pub(super) fn clear(&mut self, place: usize) {
        self.0[place / 64] &= !(1 << (place % 64));
    }

    #[inline(always)]
    pub(super) fn ones(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The places of bits that are set, ascending.
    #[inline(always)]
    pub(super) fn each_one(&self, mut each: impl FnMut(usize)) {
        for (word, &bits) in self.0.iter().enumerate() {
            let mut bits = bits;
            while bits != 0 {
                each(word * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }

    #[inline(always)]
    pub(super) fn or(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }
}

/// Adds three lines: the last bit of each sum, and the carry.
#[inline(always)]
fn add(a: Line, b: Line, c: Line) -> (Line, Line) {
    let (mut sum, mut carry) = (Line::NONE, Line::NONE);
    for word in 0..WORDS {
        let (a, b, c) = (a.0[word], b.0[word], c.0[word]);
        sum.0[word] = a ^ b ^ c;
        carry.0[word] = (a & b) | ((a ^ b) & c);
    }
    (sum, carry)
}

/// Adds sixteen lines to the four low planes; what is carried out of them counts sixteen.
#[inline(always)]
pub(super) fn add_group(planes: &mut [Line; LOW], line: impl Fn(usize) -> Line) -> Line {
    let [ones, twos, fours, eights] = *planes;
    let (ones, two_a) = add(ones, line(0), line(1));
    let (ones, two_b) = add(ones, line(2), line(3));
    let (twos, four_a) = add(twos, two_a, two_b);
    let (ones, two_a) = add(ones, line(4), line(5));
    let (ones, two_b) = add(ones, line(6), line(7));
    let (twos, four_b) = add(twos, two_a, two_b);
    let (fours, eight_a) = add(fours, four_a, four_b);
    let (ones, two_a) = add(ones, line(8), line(9));
    let (ones, two_b) = add(ones, line(10), line(11));
    let (twos, four_a) = add(twos, two_a, two_b);
    let (ones, two_a) = add(ones, line(12), line(13));
    let (ones, two_b) = add(ones, line(14), line(15));
    let (twos, four_b) = add(twos, two_a, two_b);
    let (fours, eight_b) = add(fours, four_a, four_b);
    let (eights, carry) = add(eights, eight_a, eight_b);
    *planes = [ones, twos, fours, eights];
    carry
}

/// Adds a carry to the planes that it belongs to, the lowest first.
#[inline(always)]
pub(super) fn add_carry(planes: &mut [Line], mut carry: Line) {
    for plane in planes {
        for word in 0..WORDS {
            let before = plane.0[word];
            plane.0[word] = before ^ carry.0[word];
            carry.0[word] &= before;
        }
    }
}

/// The count that planes hold of one item.
pub(super) fn count_at(planes: &[Line], place: usize) -> u32 {
    let bits = (0..).zip(planes);
    bits.map(|(bit, plane)| u32::from(plane.has(place)) << bit)
        .sum()
}

/// The greatest count that planes hold.
pub(super) fn greatest(planes: &[Line]) -> u32 {
    let mut among = Line([u64::MAX; WORDS]);
    let bits = planes.iter().rev().map(|plane| {
        let with_bit = Line(std::array::from_fn(|word| among.0[word] & plane.0[word]));
        let has_bit = !with_bit.is_none();
        if has_bit {
            among = with_bit;
        }
        u32::from(has_bit)
    });
    bits.fold(0, |count, bit| count << 1 | bit)
}

/// The items whose count is not zero.
#[inline(always)]
pub(super) fn present(planes: &[Line]) -> Line {
    planes.iter().fold(Line::NONE, |any, plane| any.or(plane))
}

/// Each count that occurs but zero, and how many items have it.
pub(super) fn frequencies(planes: &[Line], each: &mut impl FnMut(u32, u64)) {
    split(planes, present(planes), 0, each);
}

/// Of the items `among`, whose counts have `high` for their higher bits.
fn split(planes: &[Line], among: Line, high: u32, each: &mut impl FnMut(u32, u64)) {
    if among.is_none() {
        return;
    }
    let Some((plane, lower)) = planes.split_last() else {
        return each(high, among.ones());
    };
    let with = Line(std::array::from_fn(|word| among.0[word] & plane.0[word]));
    let without = Line(std::array::from_fn(|word| among.0[word] & !plane.0[word]));
    split(lower, with, high << 1 | 1, each);
    split(lower, without, high << 1, each);
}

/// The counts that planes hold of all items of a line.
#[inline(always)]
pub(super) fn counts(planes: &[Line], into: &mut [u32; LINE]) {
    into.fill(0);
    for (bit, plane) in (0..).zip(planes) {
        for (word, counts) in into.chunks_exact_mut(64).enumerate() {
            let word = plane.0[word];
            for (place, count) in counts.iter_mut().enumerate() {
                *count |= ((word >> place & 1) as u32) << bit;
            }
        }
    }
}

/// Turns 512 lines of 512 bits round: the bit at place `a` of line `b` comes to place `b` of
/// line `a`.
#[inline(always)]
pub(super) fn transpose(from: &[Line; LINE], into: &mut [Line; LINE]) {
    for row in 0..WORDS {
        for column in 0..WORDS {
            let mut square: [u64; 64] = std::array::from_fn(|at| from[row * 64 + at].0[column]);
            transpose_square(&mut square);
            for (at, word) in square.into_iter().enumerate() {
                into[column * 64 + at].0[row] = word;
            }
        }
    }
}

/// The same for 64 words of 64 bits: halves change places, then halves of halves (Warren,
/// *Hacker's Delight*, 7-3).
#[inline(always)]
fn transpose_square(square: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask: u64 = u64::MAX >> 32;
    while width > 0 {
        for upper in (0..64).step_by(2 * width) {
            let (above, below) = square[upper..upper + 2 * width].split_at_mut(width);
            for (above, below) in above.iter_mut().zip(below) {
                let change = (*above >> width ^ *below) & mask;
                *above ^= change << width;
                *below ^= change;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line() -> impl Strategy<Value = Line> {
        any::<[u64; WORDS]>().prop_map(Line)
    }

    proptest! {
        #[test]
        fn planes_hold_the_sums_of_lines(lines in prop::collection::vec(line(), 64)) {
            let mut planes = [Line::NONE; 8];
            for group in lines.chunks_exact(GROUP) {
                let (low, high) = planes.split_first_chunk_mut::<LOW>().unwrap();
                let carry = add_group(low, |at| group[at]);
                add_carry(high, carry);
            }
            let mut all = [7; LINE];
            counts(&planes, &mut all);
            for (place, &counted) in all.iter().enumerate() {
                let expected = lines.iter().filter(|line| line.has(place)).count() as u32;
                prop_assert_eq!(count_at(&planes, place), expected);
                prop_assert_eq!(counted, expected);
            }
            prop_assert_eq!(Some(greatest(&planes)), all.iter().copied().max());
            let mut places = Vec::new();
            present(&planes).each_one(|place| places.push(place));
            let not_zero = (0..LINE).filter(|place| all[*place] > 0);
            prop_assert_eq!(places, not_zero.collect::<Vec<_>>());
            let mut found = Vec::new();
            frequencies(&planes, &mut |count, items| found.push((count, items)));
            found.sort_unstable();
            all.sort_unstable();
            let groups = all.chunk_by(|one, other| one == other);
            let expected = groups.map(|group| (group[0], group.len() as u64));
            prop_assert_eq!(found, expected.filter(|(count, _)| *count > 0).collect::<Vec<_>>());
        }
    }

    #[test]
    fn lines_turned_round_have_rows_for_columns() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed ^ seed >> 29
        };
        let lines: Vec<Line> = (0..LINE)
            .map(|_| Line(std::array::from_fn(|_| next())))
            .collect();
        let lines: Box<[Line; LINE]> = lines.into_boxed_slice().try_into().unwrap();
        let mut turned: Box<[Line; LINE]> = vec![Line::NONE; LINE]
            .into_boxed_slice()
            .try_into()
            .unwrap();
        transpose(&lines, &mut turned);
        for a in 0..LINE {
            for b in 0..LINE {
                assert_eq!(lines[a].has(b), turned[b].has(a), "{a}, {b}");
            }
        }
    }
}
