//! Pseudo-random numbers that are the same on every machine.
//!
//! `SplitMix64`: a counter through a mixing function, 64 bits a draw. Not for secrets. Draws go
//! through integers and single IEEE operations only, so that no machine's mathematical library
//! has a say.

/// A sequence of draws that its seed decides.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to the bound, without it.
    pub fn below(&mut self, bound: u32) -> u32 {
        // The high bits of a product: as even as anybody can tell for bounds this small.
        ((u64::from(bound) * (self.next() >> 32)) >> 32) as u32
    }

    /// True in so many of a thousand draws.
    pub fn happens(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille
    }

    /// A place among weights.
    pub fn pick(&mut self, among: &Weights) -> usize {
        let total = among.0.last().copied().unwrap_or_default();
        let drawn = u64::from(self.below(u32::MAX)) * total / u64::from(u32::MAX);
        among.0.partition_point(|&sum| sum <= drawn)
    }

    /// Puts things into an order in which each is as likely as any other (Fisher and Yates).
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last as u32 + 1) as usize);
        }
    }

    /// One of several, each as likely.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u32) as usize]
    }
}

/// Whole weights, summed up.
pub struct Weights(Vec<u64>);

impl Weights {
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut sum = 0;
        let sums = weights.into_iter().map(|weight| {
            sum += weight;
            sum
        });
        Self(sums.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut chance = Chance::new(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn what_is_shuffled_is_all_there_and_anywhere() {
        let mut chance = Chance::new(1);
        let mut first = [0; 5];
        for _ in 0..1_000 {
            let mut things = [0, 1, 2, 3, 4];
            chance.shuffle(&mut things);
            first[things[0]] += 1;
            things.sort_unstable();
            assert_eq!(things, [0, 1, 2, 3, 4]);
        }
        assert!(
            first.iter().all(|times| (150..250).contains(times)),
            "{first:?}"
        );
    }
}
