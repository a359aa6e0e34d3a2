//! How many items count as frequent: as many as make the whole count fastest.
//!
//! Summing lines costs the same whether they hold one item of a chunk or all, so it pays for as
//! long as most lines hold some. Adding up one by one costs as much as there are items in the
//! baskets. Both are estimated for every possible border between chunks from the totals, which
//! are exact, and from a sample of baskets. The border changes how long a count takes, never what
//! it finds.

use super::super::baskets::Baskets;
use super::blocks::number_of_blocks;
use super::line::{GROUP, LINE};
use super::ranks::Ranks;

/// What each step costs, in nanoseconds on the machine of docs/performance.md; only their ratios
/// matter.
const SUM_A_LINE: f64 = 1.2;
const BEGIN_A_ROW: f64 = 15.0;
const LAY_OUT_A_TILE: f64 = 40_000.0;
/// Mostly making a row of what was added up, for most pairs of rare items stand together once.
const ADD_ONE: f64 = 7.0;
const VISIT_A_BASKET: f64 = 8.0;

/// How many baskets are looked at.
const SAMPLE: usize = 2_048;

/// The best number of frequent items: whole chunks, or all items.
pub(super) fn frequent(baskets: &Baskets, ranks: &Ranks) -> usize {
    let rare = cost_of_rare(baskets, ranks);
    let frequent = cost_of_frequent(baskets, ranks);
    let costs = frequent.iter().zip(&rare).map(|(one, other)| one + other);
    let best = costs
        .enumerate()
        .min_by(|one, other| one.1.total_cmp(&other.1));
    let (chunks, _) = best.expect("BUG: there is always the border at nothing");
    ranks.len().min(chunks * LINE)
}

/// By number of frequent chunks: what summing their lines costs.
fn cost_of_frequent(baskets: &Baskets, ranks: &Ranks) -> Vec<f64> {
    let blocks = number_of_blocks(baskets) as f64;
    let mut costs = vec![0.0];
    let mut sum = 0.0;
    for (chunk, items) in ranks.items().chunks(LINE).enumerate() {
        sum += blocks * LAY_OUT_A_TILE;
        for &item in items {
            let total = f64::from(baskets.total(item));
            let visited = total.min(blocks);
            let lines = total + visited * GROUP as f64 / 2.0;
            sum += (lines * SUM_A_LINE + visited * BEGIN_A_ROW) * (chunk + 1) as f64;
        }
        costs.push(sum);
    }
    costs
}

/// By number of frequent chunks: what adding up everything with a rare item costs.
fn cost_of_rare(baskets: &Baskets, ranks: &Ranks) -> Vec<f64> {
    let chunks = ranks.len().div_ceil(LINE);
    // Each item of a chunk is met by the others of its basket, and meets those of lower rank.
    let mut events = vec![0.0; chunks + 1];
    let step = (baskets.len() as usize).div_ceil(SAMPLE).max(1);
    let mut of_basket = Vec::new();
    for basket in (0..baskets.len()).step_by(step) {
        of_basket.clear();
        of_basket.extend(
            baskets
                .items_of(basket)
                .iter()
                .map(|&item| ranks.rank(item)),
        );
        of_basket.sort_unstable();
        for (lower, rank) in of_basket.iter().enumerate() {
            // Added up in one row; in the other too, or turned round, which costs about the same.
            events[rank / LINE] += 2.0 * lower as f64 * step as f64;
        }
    }
    let mut sum = 0.0;
    for (chunk, events) in events.iter_mut().enumerate().rev() {
        let items = ranks.items().chunks(LINE).nth(chunk).unwrap_or(&[]);
        let visits: u64 = items
            .iter()
            .map(|&item| u64::from(baskets.total(item)))
            .sum();
        sum += *events * ADD_ONE + visits as f64 * VISIT_A_BASKET;
        *events = sum;
    }
    events
}
