//! Rows that are plainly taken, straight from the bytes of a file.
//!
//! Most rows of most files are alike: as many cells as the header, ids of visible ASCII, quotes at
//! most around whole cells.
//! Of such a row a count wants two ids and nothing else, and making texts of its cells would take
//! many times as long as counting it. Whether the other cells are sound is asked of the rules that
//! hold for every row (`values`). Nothing is refused here: a row that is not plain is left to its
//! reader, which takes it or says what is wrong with it.

use chrono::{DateTime, Utc};
use memchr::memchr3;

use super::delimited::Dialect;
use super::values;
use crate::interactions::types::MAX_ID_BYTES;

/// An id as what is quickest to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id<'a> {
    /// At most eight bytes, the first one lowest and zeros after the last, which no id holds.
    Short(u64),
    Long(&'a str),
}

impl<'a> Id<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut word = [0; 8];
        match word.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text.as_bytes());
                Self::Short(u64::from_le_bytes(word))
            }
            None => Self::Long(text),
        }
    }
}

/// What a reader wants of a row that it takes without a second look.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The column of the basket, or of the user whose history is one.
    pub(super) owner: usize,
    pub(super) item: usize,
    /// Other columns whose cells must be sound.
    pub(super) checks: Vec<(usize, Rule)>,
    /// Owners that begin with one of these are left to the reader.
    pub(super) apart: &'static [u8],
}

/// When a cell is surely sound.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    Id,
    /// A number, not below zero, or none.
    Weight,
    /// A number above zero.
    Quantity,
    /// A time that is not after this one by more than is allowed, or none.
    Time(DateTime<Utc>),
}

impl Rule {
    pub(super) fn allows(self, cell: &[u8]) -> bool {
        // What other bytes mean depends on the encoding of the file.
        let Some(text) = str::from_utf8(cell).ok().filter(|text| text.is_ascii()) else {
            return false;
        };
        match self {
            Self::Id => text.is_empty() || plain_text(cell).is_some(),
            Self::Weight => values::number(text).is_ok_and(|n| n.is_none_or(|n| n >= 0.0)),
            Self::Quantity => values::number(text).is_ok_and(|n| n.is_some_and(|n| n > 0.0)),
            Self::Time(now) => values::time(text, now).is_ok(),
        }
    }
}

/// What a cell is to the reader.
#[derive(Debug)]
enum Role {
    Owner,
    Item,
    Checked {
        rule: Rule,
        /// What was allowed last, if anything: neighbouring rows often say the same.
        allowed: Vec<u8>,
    },
    Unused,
}

/// Reads the plain rows of one delimited file.
#[derive(Debug)]
pub(super) struct PlainRows {
    roles: Vec<Role>,
    ends: Ends,
    apart: &'static [u8],
}

/// How the cells of a row end.
#[derive(Debug, Clone, Copy)]
struct Ends {
    separator: &'static [u8],
    /// Whether quotes can enclose a cell.
    quotes: bool,
    /// What ends the search for the end of a cell: the separator, the line end, a quote.
    stops: [u8; 3],
}

/// What ends a cell in quotes; one over several lines is not plain.
const QUOTED_STOPS: [u8; 3] = [b'"', b'\n', b'"'];

/// A cell and the eight bytes from its first on, the first one lowest.
#[derive(Clone, Copy)]
struct Cell<'a> {
    bytes: &'a [u8],
    word: u64,
}

impl PlainRows {
    /// None where one column is wanted for two things.
    pub(super) fn new(wanted: Wanted, dialect: Dialect, width: usize) -> Option<Self> {
        let mut roles: Vec<Role> = (0..width).map(|_| Role::Unused).collect();
        let checked = wanted.checks.into_iter().map(|(column, rule)| {
            let allowed = Vec::new();
            (column, Role::Checked { rule, allowed })
        });
        let ids = [(wanted.owner, Role::Owner), (wanted.item, Role::Item)];
        for (column, role) in checked.chain(ids) {
            match roles.get_mut(column)? {
                unused @ Role::Unused => *unused = role,
                _ => return None,
            }
        }
        let separator = dialect.separator.as_bytes();
        let first = *separator.first()?;
        let ends = Ends {
            separator,
            quotes: dialect.quotes,
            stops: [first, b'\n', if dialect.quotes { b'"' } else { first }],
        };
        Some(Self {
            roles,
            ends,
            apart: wanted.apart,
        })
    }

    /// Hands on the owner and the item of every row before the first that is not plain, and gives
    /// the bytes and the number of those rows.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Id<'_>, Id<'_>),
    ) -> (usize, u64) {
        let (mut start, mut rows) = (0, 0);
        while let Some((owner, item, length)) = self.row(&bytes[start..]) {
            take(owner, item);
            start += length;
            rows += 1;
        }
        (start, rows)
    }

    /// The owner, the item and the length of the first row, if it is plain.
    #[inline]
    fn row<'a>(&mut self, mut rest: &'a [u8]) -> Option<(Id<'a>, Id<'a>, usize)> {
        let whole = rest.len();
        let (mut owner, mut item) = (None, None);
        let last = self.roles.len() - 1;
        for (column, role) in self.roles.iter_mut().enumerate() {
            let cell = self.ends.cell(&mut rest, column == last)?;
            match role {
                Role::Owner if self.apart.contains(cell.bytes.first()?) => return None,
                Role::Owner => owner = Some(cell.id()?),
                Role::Item => item = Some(cell.id()?),
                Role::Checked { allowed, .. } if !allowed.is_empty() && allowed == cell.bytes => {}
                Role::Checked { rule, allowed } => {
                    if !rule.allows(cell.bytes) {
                        return None;
                    }
                    allowed.clear();
                    allowed.extend_from_slice(cell.bytes);
                }
                Role::Unused => {}
            }
        }
        Some((owner?, item?, whole - rest.len()))
    }
}

impl Ends {
    /// Takes the next cell of a row and what ends it.
    #[inline]
    fn cell<'a>(self, rest: &mut &'a [u8], last: bool) -> Option<Cell<'a>> {
        let end: &[u8] = if last { b"\n" } else { self.separator };
        if self.quotes && rest.first() == Some(&b'"') {
            let cell = Cell::first(&rest[1..], QUOTED_STOPS)?;
            let mut after = rest[1 + cell.bytes.len()..].strip_prefix(b"\"")?;
            if last {
                after = after.strip_prefix(b"\r").unwrap_or(after);
            }
            *rest = after.strip_prefix(end)?;
            return Some(cell);
        }
        let mut cell = Cell::first(rest, self.stops)?;
        *rest = rest[cell.bytes.len()..].strip_prefix(end)?;
        if last {
            cell.bytes = cell.bytes.strip_suffix(b"\r").unwrap_or(cell.bytes);
        }
        Some(cell)
    }
}

impl<'a> Cell<'a> {
    /// The bytes before the first of the stops.
    #[inline]
    fn first(bytes: &'a [u8], stops: [u8; 3]) -> Option<Self> {
        let (length, word) = first_stop(bytes, stops)?;
        let bytes = &bytes[..length];
        Some(Self { bytes, word })
    }

    #[inline]
    fn id(self) -> Option<Id<'a>> {
        match self.short_id() {
            Some(id) => Some(id),
            None => plain_text(self.bytes).map(Id::of),
        }
    }

    /// The id, if it is one to eight visible letters of ASCII: all eight are looked at together.
    #[inline]
    fn short_id(self) -> Option<Id<'a>> {
        let length = self.bytes.len();
        if length == 0 || length > 8 {
            return None;
        }
        let used = u64::MAX >> (64 - 8 * length);
        let id = self.word & used;
        let filled = id | (each(b'0') & !used);
        // In a byte above `~` this sets the highest bit, in one below `!` the next line does not.
        let high = filled | filled.wrapping_add(each(1));
        let low = filled.wrapping_add(each(0x80 - b'!'));
        (high & each(0x80) == 0 && low & each(0x80) == each(0x80)).then_some(Id::Short(id))
    }
}

/// An id that is taken as it stands.
pub(super) fn plain_text(cell: &[u8]) -> Option<&str> {
    let sound = !cell.is_empty()
        && cell.len() <= MAX_ID_BYTES
        && cell.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && cell.first() != Some(&b' ')
        && cell.last() != Some(&b' ');
    str::from_utf8(cell).ok().filter(|_| sound)
}

/// Where the first of the stops stands, and the first eight bytes; none where fewer are left, or
/// no stop among them. Most cells are short, and are found without looking byte by byte.
#[inline]
fn first_stop(bytes: &[u8], stops: [u8; 3]) -> Option<(usize, u64)> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    let [one, two, three] = stops.map(|stop| zeros(word ^ each(stop)));
    let found = one | two | three;
    if found != 0 {
        return Some((found.trailing_zeros() as usize / 8, word));
    }
    let [one, two, three] = stops;
    let after = memchr3(one, two, three, &bytes[8..])?;
    Some((8 + after, word))
}

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Sets the highest bit of the lowest byte that is zero, and possibly bits above it.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(each(1)) & !word & each(0x80)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes around those that end cells or are no longer visible.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            4 => Just(b'a'),
            2 => prop::sample::select(b",\n\"\r !~\x00\x1f\x20\x7f\x80\xff".as_slice()),
            1 => any::<u8>(),
        ]
    }

    proptest! {
        #[test]
        fn the_first_stop_is_found_wherever_it_stands(
            bytes in proptest::collection::vec(byte(), 0..30)
        ) {
            let stops = [b',', b'\n', b'"'];
            let obvious = bytes.iter().position(|byte| stops.contains(byte));
            let found = first_stop(&bytes, stops).map(|(length, _)| length);
            prop_assert_eq!(found, obvious.filter(|_| bytes.len() >= 8));
        }

        #[test]
        fn eight_letters_at_a_time_are_judged_as_one_by_one(
            bytes in proptest::collection::vec(byte(), 8..12),
            length in 0..9_usize,
        ) {
            let word = u64::from_le_bytes(*bytes.first_chunk().expect("eight bytes"));
            let cell = Cell { bytes: &bytes[..length], word };
            let visible = (1..=8).contains(&length)
                && cell.bytes.iter().all(u8::is_ascii_graphic);
            let obvious = || Id::of(str::from_utf8(cell.bytes).expect("ASCII"));
            prop_assert_eq!(cell.short_id(), visible.then(obvious));
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_reader() {
        let wanted = Wanted {
            owner: 0,
            item: 2,
            checks: vec![(1, Rule::Weight)],
            apart: b"C",
        };
        let dialect = Dialect::quoted(",");
        let mut rows = PlainRows::new(wanted.clone(), dialect, 3).expect("three columns");
        let mut read = |text: &str| {
            // Enough behind it that the end of the buffer does not matter.
            let bytes = [text.as_bytes(), b"\nmore and more"].concat();
            rows.read(&bytes, |_, _| {}).1
        };
        for plain in [
            "u,1,i",
            "u,,i\r",
            "\"u\",\"\",\"i,j\"\r",
            "long user id,2.5,a longer item id",
        ] {
            assert_eq!(read(plain), 1, "{plain}");
        }
        for other in [
            "",
            ",1,i",
            "u,1,",
            "u,1",
            "u,1,i,",
            "u,x,i",
            "u,-1,i",
            "C1,1,i",
            " u,1,i",
            "é,1,i",
            "u,1,i\r\r",
            "u,1,\ti",
            "\"u\"\"\",1,i",
            "\"u\n\",1,i",
            "\"u\"u,1,i",
            "\"\",1,i",
        ] {
            assert_eq!(read(other), 0, "{other}");
        }
        let twice = Wanted { item: 0, ..wanted };
        assert!(PlainRows::new(twice, dialect, 3).is_none());
    }
}
