//! How many of the pairs that look surprising are so by chance: the false discovery rate.
//!
//! A table holds a million pairs, and one in twenty of them reaches p < 0.05 with nothing behind
//! it. Benjamini and Hochberg's q-value of a pair is the share of false discoveries to expect
//! among all pairs at least as surprising. It depends on every pair that occurs, so it belongs
//! to a snapshot; live counts have none.
//!
//! All of it works on log₁₀ p, because p itself underflows long before two pairs are equally
//! surprising. Pairs with one p share one q, and only distinct p-values are kept.

/// The q-value of each p-value of a table.
#[derive(Debug)]
pub struct QValues {
    /// (log₁₀ p, log₁₀ q), both ascending, each p once.
    by_p: Vec<(f64, f64)>,
}

impl QValues {
    /// Computes the q-values of a whole table: one p-value for each pair that occurs, in any
    /// order. 16 bytes per distinct one are kept.
    ///
    /// Benjamini and Hochberg (1995), *Controlling the false discovery rate*: with p at rank r
    /// of m, q is the least p'·m/r' among all p' ≥ p.
    ///
    /// # Panics
    /// When a value is NaN or above 0, which is no logarithm of a probability.
    pub fn from_log10_p(mut log10_p: Vec<f64>) -> Self {
        assert!(
            log10_p.iter().all(|&p| p <= 0.0),
            "BUG: not the logarithm of a probability"
        );
        log10_p.sort_unstable_by(f64::total_cmp);
        let tests = log10_p.len() as f64;
        let mut rank = 0;
        let mut by_p: Vec<(f64, f64)> = Vec::new();
        for equal in log10_p.chunk_by(f64::eq) {
            rank += equal.len();
            by_p.push((equal[0], equal[0] + (tests / rank as f64).log10()));
        }
        let mut least: f64 = 0.0;
        for (_, log10_q) in by_p.iter_mut().rev() {
            least = least.min(*log10_q);
            *log10_q = least;
        }
        by_p.shrink_to_fit();
        Self { by_p }
    }

    /// The q-value, 0 to 1, of a p-value of the table.
    ///
    /// A p-value that is not of the table has the q-value of the next larger one that is, and 1
    /// above all of them. It is 0 only where 10^(log₁₀ q) is.
    pub fn q(&self, log10_p: f64) -> f64 {
        let found = self.by_p.partition_point(|&(p, _)| p < log10_p);
        self.by_p
            .get(found)
            .map_or(1.0, |&(_, log10_q)| 10_f64.powf(log10_q))
    }
}
