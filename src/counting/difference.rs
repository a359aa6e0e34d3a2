//! The interval of a share, and whether two shares differ: the same pair counted in two periods,
//! or of two groups of people.
//!
//! A difference of shares has its interval where a ratio has none: a pair that is new on one side
//! was never chosen on the other. Nothing here corrects for how many pairs are looked at; whoever
//! shows many says so.

use super::measures::{Interval, Z};

/// A share of one side, and how much it differs from the other's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The second share less the first, −1 to 1.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Interval,
}

impl Difference {
    /// Compares `together` of `baskets` on the one side with those on the other.
    ///
    /// Newcombe (1998), *Interval estimation for the difference between independent proportions:
    /// comparison of eleven methods*, method 10: both Wilson intervals, put together as the sides
    /// of a right angle are. It takes the two sides as independent of each other.
    ///
    /// # Panics
    /// When a side has no baskets, or more with both than there are.
    pub fn new(first: (u64, u64), second: (u64, u64)) -> Self {
        for (together, baskets) in [first, second] {
            assert!(
                together <= baskets && baskets > 0,
                "BUG: {together} of {baskets} is no share"
            );
        }
        let share = |(together, baskets): (u64, u64)| together as f64 / baskets as f64;
        let (one, other) = (share(first), share(second));
        let (around_one, around_other) = (wilson(first.0, first.1), wilson(second.0, second.1));
        let value = other - one;
        Self {
            value,
            interval: Interval {
                low: value - (other - around_other.low).hypot(around_one.high - one),
                high: value + (around_other.high - other).hypot(one - around_one.low),
            },
        }
    }

    /// Whether no difference lies outside the interval.
    pub fn is_told(&self) -> bool {
        self.interval.low > 0.0 || self.interval.high < 0.0
    }

    /// The least difference, in either direction, that the interval leaves; 0 where none is told.
    pub fn least(&self) -> f64 {
        self.interval.low.max(-self.interval.high).max(0.0)
    }
}

/// Wilson's 95 % score interval of a share, of at least one.
pub fn wilson(together: u64, of: u64) -> Interval {
    let (k, n) = (together as f64, of as f64);
    let spread = Z * (Z * Z + 4.0 * k * (n - k) / n).sqrt();
    let high = (2.0 * k + Z * Z + spread) / (2.0 * (n + Z * Z));
    // Both ends are the roots of one quadratic equation. Taking the lower one from their
    // product avoids the cancellation that a subtraction has where k is small.
    let low = k * k / (n * (n + Z * Z)) / high;
    // Rounding must not push an end past the share itself: 5 of 5 ends at 1 exactly.
    let share = k / n;
    Interval {
        low: low.min(share),
        high: high.max(share).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_published_examples() {
        // Newcombe (1998), table II, method 10, to its four decimals.
        for (second, first, low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ] {
            let difference = Difference::new(first, second);
            assert!(
                (difference.interval.low - low).abs() < 5e-5,
                "{difference:?}"
            );
            assert!(
                (difference.interval.high - high).abs() < 5e-5,
                "{difference:?}"
            );
            assert_eq!(difference.is_told(), low > 0.0);
            assert!((difference.least() - low.max(0.0)).abs() < 5e-5);
            // The sides exchanged, the difference is turned round.
            let turned = Difference::new(second, first);
            assert!((turned.interval.high + difference.interval.low).abs() < 1e-15);
            assert!((turned.value + difference.value).abs() < 1e-15);
        }
    }
}
