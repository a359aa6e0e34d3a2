//! The measures of one pair, from its 2×2 table of baskets.
//!
//! A [`Contingency`] can't be built from counts that contradict each other, so every measure
//! after that is total: no errors, no NaN. Counts stay integers for as long as a difference of
//! them matters (products of two fit easily into 128 bits), and what is nearly independent is
//! measured by its exact difference from independence, never by two logarithms that cancel.
//!
//! Nothing is smoothed, rounded or shrunk here; a model that wants less trust in little
//! evidence says so itself (see [`super::score`]).

use std::f64::consts::{LN_10, PI};

use super::difference::wilson;

/// Two-sided 95 % of the normal distribution: `scipy.stats.norm.isf(0.025)`.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Counts above this are not whole in an f64.
const LARGEST_COUNT: u64 = 1 << 53;

/// How often two different items, or categories, occur: together, each, and among how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contingency {
    together: u64,
    baskets_a: u64,
    baskets_b: u64,
    baskets: u64,
}

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Every measure that an exported row carries, under the names of its columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    pub support: f64,
    pub confidence_ab: f64,
    pub confidence_ba: f64,
    pub lift: f64,
    pub jaccard: f64,
    pub cosine: f64,
    pub npmi: f64,
    pub llr: f64,
    pub log10_p: f64,
}

impl Contingency {
    /// The table of a pair.
    ///
    /// # Panics
    /// When the counts contradict each other (more baskets with both than with one, more with
    /// either than there are), when an item is in no basket, and above 2⁵³ baskets.
    pub fn new(together: u64, baskets_a: u64, baskets_b: u64, baskets: u64) -> Self {
        assert!(
            baskets <= LARGEST_COUNT,
            "BUG: {baskets} baskets are too many"
        );
        assert!(
            baskets_a > 0 && baskets_b > 0,
            "BUG: an item of the pair is in no basket"
        );
        assert!(
            together <= baskets_a.min(baskets_b)
                && baskets_a <= baskets
                && baskets_b - together <= baskets - baskets_a,
            "BUG: {together} of {baskets_a} and {baskets_b} in {baskets} baskets is impossible"
        );
        Self {
            together,
            baskets_a,
            baskets_b,
            baskets,
        }
    }

    /// Every measure of an exported row.
    pub fn measures(&self) -> Measures {
        let llr = self.llr();
        Measures {
            support: self.support(),
            confidence_ab: self.confidence_ab(),
            confidence_ba: self.confidence_ba(),
            lift: self.lift(),
            jaccard: self.jaccard(),
            cosine: self.cosine(),
            npmi: self.npmi(),
            llr,
            log10_p: log10_survival(llr),
        }
    }

    /// Share of all baskets that hold both, 0 to 1.
    pub fn support(&self) -> f64 {
        self.together as f64 / self.baskets as f64
    }

    /// Share of the baskets with a that hold b too, 0 to 1.
    pub fn confidence_ab(&self) -> f64 {
        self.together as f64 / self.baskets_a as f64
    }

    /// Share of the baskets with b that hold a too, 0 to 1.
    pub fn confidence_ba(&self) -> f64 {
        self.together as f64 / self.baskets_b as f64
    }

    /// Wilson's 95 % score interval of [`Self::confidence_ab`], within 0 to 1.
    ///
    /// Wilson (1927), *Probable inference, the law of succession, and statistical inference*.
    pub fn confidence_ab_interval(&self) -> Interval {
        wilson(self.together, self.baskets_a)
    }

    /// The baskets that would hold both by chance, 0 and up.
    pub fn expected(&self) -> f64 {
        self.expected_scaled() as f64 / self.baskets as f64
    }

    /// How many times more often together than independence would have it, 0 and up.
    pub fn lift(&self) -> f64 {
        self.observed_scaled() as f64 / self.expected_scaled() as f64
    }

    /// The 95 % interval of [`Self::lift`], or `None` where nothing occurred together: zero has
    /// no place on the logarithmic scale.
    ///
    /// `Var(ln lift) ≈ 1/n_ij − 1/n_i − 1/n_j + (2·lift − 1)/N` by the delta method on the
    /// multinomial table, clipped at 0.
    pub fn lift_interval(&self) -> Option<Interval> {
        if self.together == 0 {
            return None;
        }
        let lift = self.lift();
        let variance =
            1.0 / self.together as f64 - 1.0 / self.baskets_a as f64 - 1.0 / self.baskets_b as f64
                + (2.0 * lift - 1.0) / self.baskets as f64;
        let factor = (Z * variance.max(0.0).sqrt()).exp();
        Some(Interval {
            low: lift / factor,
            high: lift * factor,
        })
    }

    /// Baskets with both among baskets with either, 0 to 1.
    pub fn jaccard(&self) -> f64 {
        self.together as f64 / (self.baskets_a + self.baskets_b - self.together) as f64
    }

    /// Ochiai's coefficient: the cosine of the two items' columns of baskets, 0 to 1.
    pub fn cosine(&self) -> f64 {
        self.together as f64 / (self.expected_scaled() as f64).sqrt()
    }

    /// Normalised pointwise mutual information, −1 (never together) over 0 (independent) to 1
    /// (always together). It is 1 where every basket holds both.
    ///
    /// Bouma (2009), *Normalized (pointwise) mutual information in collocation extraction*.
    pub fn npmi(&self) -> f64 {
        if self.together == 0 {
            return -1.0;
        }
        if self.together == self.baskets {
            return 1.0;
        }
        let information = ln_ratio(self.observed_scaled(), self.expected_scaled());
        let most = ln_ratio(i128::from(self.baskets), i128::from(self.together));
        (information / most).clamp(-1.0, 1.0)
    }

    /// The log-likelihood ratio G² against independence, 0 and up; it does not say in which
    /// direction.
    ///
    /// Dunning (1993), *Accurate methods for the statistics of surprise and coincidence*.
    pub fn llr(&self) -> f64 {
        if self.observed_scaled() == self.expected_scaled() {
            // Also the only case in which a cell can be expected to be empty.
            return 0.0;
        }
        let (a, b, all) = (self.baskets_a, self.baskets_b, self.baskets);
        let only_a = a - self.together;
        let only_b = b - self.together;
        let neither = all - a - only_b;
        // Summed so that a with b and b with a are the same float64.
        let agreeing =
            self.deviance(self.together, a, b) + self.deviance(neither, all - a, all - b);
        let differing = self.deviance(only_a, a, all - b) + self.deviance(only_b, all - a, b);
        2.0 * (agreeing + differing)
    }

    /// The square root of [`Self::llr`], negative where the pair is rarer than chance. Lists
    /// that are ranked by the log-likelihood ratio are ranked by this.
    pub fn llr_signed_root(&self) -> f64 {
        let root = self.llr().sqrt();
        if self.observed_scaled() < self.expected_scaled() {
            -root
        } else {
            root
        }
    }

    /// The probability that independent items give a [`Self::llr`] as large as this, by the
    /// chi-square distribution with one degree of freedom. It is 0 below about 10⁻³⁰⁸.
    pub fn p(&self) -> f64 {
        libm::erfc((self.llr() / 2.0).sqrt())
    }

    /// The decimal logarithm of [`Self::p`], 0 and down, which does not underflow.
    pub fn log10_p(&self) -> f64 {
        log10_survival(self.llr())
    }

    /// The baskets that hold both, times all baskets: whole, so that it compares exactly.
    fn observed_scaled(&self) -> i128 {
        i128::from(self.together) * i128::from(self.baskets)
    }

    /// The baskets that would hold both by chance, times all baskets.
    fn expected_scaled(&self) -> i128 {
        i128::from(self.baskets_a) * i128::from(self.baskets_b)
    }

    /// One cell's share of half of G², o·ln(o/e) − (o − e).
    ///
    /// The differences sum to nothing over the four cells. With them each share is positive by
    /// itself, and the shares of a nearly independent table do not cancel. After Loader (2000),
    /// *Fast and accurate computation of binomial probabilities*.
    fn deviance(&self, observed: u64, row: u64, column: u64) -> f64 {
        let all = self.baskets as f64;
        let observed_scaled = i128::from(observed) * i128::from(self.baskets);
        let expected_scaled = i128::from(row) * i128::from(column);
        let difference = (observed_scaled - expected_scaled) as f64;
        if observed == 0 {
            return expected_scaled as f64 / all;
        }
        let v = difference / (observed_scaled + expected_scaled) as f64;
        let observed = observed as f64;
        if v.abs() < 0.1 {
            // ln(o/e) = 2·artanh(v), without its first term, which is taken with the rest.
            v * difference / all + 2.0 * observed * artanh_after_first(v)
        } else {
            observed * ln_ratio(observed_scaled, expected_scaled) - difference / all
        }
    }
}

/// A measure by which rows are sorted and lists are ranked, under the name of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    Together,
    Support,
    ConfidenceAb,
    ConfidenceBa,
    Lift,
    Jaccard,
    Cosine,
    Npmi,
    Llr,
}

impl Measure {
    /// Every measure, in the order of the exported columns.
    pub const ALL: [Self; 9] = [
        Self::Together,
        Self::Support,
        Self::ConfidenceAb,
        Self::ConfidenceBa,
        Self::Lift,
        Self::Jaccard,
        Self::Cosine,
        Self::Npmi,
        Self::Llr,
    ];

    /// Reads a column's name; anything else, other cases included, is no measure.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// The column's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::Support => "support",
            Self::ConfidenceAb => "confidence_ab",
            Self::ConfidenceBa => "confidence_ba",
            Self::Lift => "lift",
            Self::Jaccard => "jaccard",
            Self::Cosine => "cosine",
            Self::Npmi => "npmi",
            Self::Llr => "llr",
        }
    }

    /// The column's value.
    pub fn value(self, pair: &Contingency) -> f64 {
        match self {
            Self::Together => pair.together as f64,
            Self::Support => pair.support(),
            Self::ConfidenceAb => pair.confidence_ab(),
            Self::ConfidenceBa => pair.confidence_ba(),
            Self::Lift => pair.lift(),
            Self::Jaccard => pair.jaccard(),
            Self::Cosine => pair.cosine(),
            Self::Npmi => pair.npmi(),
            Self::Llr => pair.llr(),
        }
    }

    /// What lists are ranked by, the larger the better: the value, but for the log-likelihood
    /// ratio its signed root, because a pair that is avoided is as surprising as one that is
    /// sought.
    pub fn rank_key(self, pair: &Contingency) -> f64 {
        match self {
            Self::Llr => pair.llr_signed_root(),
            _ => self.value(pair),
        }
    }
}

/// ln(numerator/denominator) of two positive integers, to the last digits near 1 as well.
fn ln_ratio(numerator: i128, denominator: i128) -> f64 {
    let ratio = numerator as f64 / denominator as f64;
    if (0.5..2.0).contains(&ratio) {
        ((numerator - denominator) as f64 / denominator as f64).ln_1p()
    } else {
        ratio.ln()
    }
}

/// v³/3 + v⁵/5 + v⁷/7 + …, for |v| < 0.1.
fn artanh_after_first(v: f64) -> f64 {
    let square = v * v;
    // Nine terms reach 0.1¹⁸ of the first one; summed from the smallest by Horner's rule.
    let series = (1..=9)
        .rev()
        .fold(0.0, |sum, k| square * sum + 1.0 / f64::from(2 * k + 1));
    v * square * series
}

/// log₁₀ of the chi-square distribution's upper tail with one degree of freedom,
/// erfc(√(x/2)), to about 13 digits for any x.
fn log10_survival(x: f64) -> f64 {
    let ln = if x < 0.5 {
        (-libm::erf((x / 2.0).sqrt())).ln_1p()
    } else if x < 1_000.0 {
        libm::erfc((x / 2.0).sqrt()).ln()
    } else {
        // Abramowitz and Stegun 7.1.23: the tail underflows from here on, its logarithm does
        // not. Seven terms of 1 − 1/x + 1·3/x² − 1·3·5/x³ … reach 10⁻¹⁷.
        let series = (1..=7)
            .rev()
            .fold(1.0, |sum, k| 1.0 - f64::from(2 * k - 1) / x * sum);
        -x / 2.0 - (PI * x / 2.0).ln() / 2.0 + series.ln()
    };
    // A table of no surprise has the logarithm 0, not −0.
    ln / LN_10 + 0.0
}

#[cfg(test)]
mod tests {
    use super::log10_survival;

    #[test]
    fn the_tail_is_exact_from_no_surprise_to_far_below_underflow() {
        // log10(erfc(sqrt(x/2))) in mpmath 1.3 with 60 digits; every branch and both its ends.
        for (x, expected) in [
            (0.0, 0.0),
            (1e-12, -3.465_170_001_927_269e-7),
            (0.001, -0.011_096_562_482_616_878),
            (0.25, -0.209_661_993_601_259_6),
            (0.499, -0.318_813_194_596_157_86),
            (0.5, -0.319_211_277_825_720_33),
            (3.841_458_820_694_124, -1.301_029_995_663_980_7),
            (20.0, -5.111_022_518_109_956),
            (300.0, -66.482_228_629_690_47),
            (999.5, -218.637_052_099_133_55),
            (1_000.0, -218.745_734_104_205),
            (1_300.0, -283.946_778_284_437_8),
            (5_000.0, -1_087.683_836_514_322_4),
            (1e6, -217_150.339_011_998_72),
        ] {
            let value = log10_survival(x);
            assert!(
                (value - expected).abs() <= 1e-14 * -expected,
                "{x}: {value}, not {expected}"
            );
        }
    }
}
