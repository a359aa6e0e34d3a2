//! The kernel: what was chosen together, how often, and how surprising that is.
//!
//! [`Baskets`] holds the choices of one catalog as dense numbers. [`count_pairs`] turns them
//! into the co-occurrence table, [`count_within`] into its rows where memory is short,
//! [`PairCounts::add`] and [`PairCounts::subtract`] keep a table up with what comes and goes,
//! [`PairCounts::best`] gives an item's best neighbours, [`Baskets::row`] answers for one item
//! without a table, and [`Baskets::grouped`] with [`Baskets::group_pairs`] do the same for
//! categories. A [`Contingency`] is one pair's 2×2 table with every measure on it, [`QValues`]
//! corrects for the number of pairs looked at, [`Orders`] gives the table a page at a time in any
//! order, and [`score`] with [`Ranked`] make a list of it all.
//!
//! A pair counts once per basket, whatever a basket holds twice, and no item pairs with itself.
//! The same choices give the same table, bit for bit, on any number of threads.
//!
//! It knows no web, no database, no clock, no files and no other module of this package, and
//! returns no errors but that a limit of memory is too little: callers pass dense numbers in range,
//! and what can't be so asserts.
//! Start reading at [`Baskets::from_pairs`].

mod baskets;
mod difference;
mod groups;
mod lists;
mod measures;
mod orders;
mod pairs;
mod parallel;
mod score;
mod significance;
mod tally;
mod vectors;

#[cfg(test)]
mod figures;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;

pub use baskets::{Baskets, LeftOut, Row};
pub use difference::{Difference, wilson};
pub use groups::GroupPairs;
pub use measures::{Contingency, Interval, Measure, Measures};
pub use orders::{After, By, Orders, Top};
pub use pairs::{
    Alike, Arrival, Best, Neighbours, PairCounts, TooLittle, Totals, Within, count_pairs,
    count_within,
};
pub use parallel::map as in_parallel;
pub use score::{Ranked, score};
pub use significance::QValues;
