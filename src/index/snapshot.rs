//! One catalog at one version, in memory: items, baskets, and what is derived from them.
//!
//! Items and categories have dense numbers in the byte order of their ids, so that the order of
//! numbers is the order of an exported table. The full table of pairs is counted when somebody
//! first asks for it; lists need only single rows, which the baskets give on demand.

use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock};

use super::evidence::Evidence;
use super::load::Slice;
use super::renumbering::Renumbering;
use crate::catalog::search::Search;
use crate::catalog::types::Catalog;
use crate::counting::{
    Baskets, Contingency, GroupPairs, LeftOut, Neighbours, Orders, PairCounts, QValues, Row,
    Totals, count_pairs,
};
use crate::error::AppError;
use crate::serving;

/// How many pairs are kept in every order, 48 bytes each: the most frequent ones.
const ORDERED_PAIRS: u64 = 1 << 20;

/// An item as its newest record describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub id: String,
    /// The id where the data gave no title.
    pub title: String,
    pub category: Option<u32>,
    pub categories: Vec<String>,
    pub image: Option<String>,
    pub link: Option<String>,
}

/// One version of one catalog.
pub struct Snapshot {
    pub catalog: Catalog,
    pub slice: Slice,
    /// Whether some baskets were supposed to hold something else: nobody chose it like this.
    pub is_supposed: bool,
    /// The change up to which everything is counted.
    pub change: i64,
    pub counted_at: DateTime<Utc>,
    /// When the newest interaction happened, where the data has times.
    pub newest: Option<DateTime<Utc>>,
    /// Over all choices: two snapshots with the same one hold the same baskets and histories. 0 where
    /// something is supposed, which nobody compares.
    pub digest: u128,
    pub items: Vec<Item>,
    /// The facts that serving needs, by item number.
    pub facts: Vec<serving::Item>,
    /// Category names by number, in byte order.
    pub categories: Vec<String>,
    pub baskets: Arc<Baskets>,
    /// What is not among the baskets because it was too much.
    pub left_out: LeftOut,
    /// What each basket is called: an order's id or a user's.
    pub basket_ids: Vec<String>,
    /// What each user chose, users in byte order. The same as `baskets` where a basket is a user.
    pub histories: Arc<Baskets>,
    pub user_ids: Vec<String>,
    /// Item numbers, the most chosen first.
    pub most_chosen: Vec<u32>,
    pub search: Arc<Search>,
    /// All lists under the sets of rules asked for last, as `lists` resolves them.
    pub(crate) standings: Mutex<Vec<KeptLists>>,
    /// How the items are numbered in models, by the version's key.
    pub(super) renumberings: Mutex<Vec<(i64, Arc<Renumbering>)>>,
    pub(super) by_id: HashMap<String, u32>,
    /// Counted when somebody asks, or with what came since the snapshot before.
    pub(super) pairs: Arc<OnceLock<PairCounts>>,
    /// Of the table, once it is counted.
    pub(super) totals: OnceLock<Totals>,
    pub(super) q_values: OnceLock<QValues>,
    pub(super) orders: OnceLock<Orders>,
    pub(super) categories_counted: OnceLock<CategoryTable>,
    pub(super) evidence: OnceLock<Arc<Evidence>>,
    /// Of the version before, for as long as this one's is not counted.
    pub(super) evidence_before: Option<Arc<Evidence>>,
}

/// All lists of one model under one set of rules.
pub(crate) struct KeptLists {
    /// The catalog's number of the model's version.
    pub(crate) model: i32,
    pub(crate) rules: Vec<serving::Rule>,
    pub(crate) lists: Arc<serving::Standings>,
}

/// What [`Snapshot::row`] works in, to be used again for the next row.
#[derive(Debug, Default)]
pub struct Scratch {
    row: Row,
    neighbours: Neighbours,
}

/// The table at category level.
pub struct CategoryTable {
    /// The same baskets with categories for items.
    pub baskets: Baskets,
    pub pairs: PairCounts,
    /// Item pairs between categories and inside each.
    pub groups: GroupPairs,
    pub q_values: QValues,
}

impl Snapshot {
    /// Names what was counted: the change, and a digest of the rule and the slice. What is supposed
    /// has a name that no table is read by.
    pub fn version(&self) -> String {
        let supposed = if self.is_supposed { "-what-if" } else { "" };
        let digest = self.slice.digest(&self.catalog);
        format!("{}-{digest}{supposed}", self.change)
    }

    pub fn find_item(&self, item_id: &str) -> Option<u32> {
        self.by_id.get(item_id).copied()
    }

    /// The number of an item, or the sentence that says there is none.
    pub fn item(&self, item_id: &str) -> Result<u32, AppError> {
        self.find_item(item_id).ok_or_else(|| {
            AppError::not_found(format!(
                "The item “{item_id}” in the catalog “{}”",
                self.catalog.id
            ))
        })
    }

    /// What a user chose, as ascending item numbers.
    pub fn history(&self, user_id: &str) -> Option<&[u32]> {
        let user = self
            .user_ids
            .binary_search_by(|known| known.as_str().cmp(user_id))
            .ok()?;
        Some(self.histories.items_of(user as u32))
    }

    pub fn category_name(&self, item: u32) -> Option<&str> {
        let category = self.items[item as usize].category?;
        Some(&self.categories[category as usize])
    }

    pub fn find_category(&self, name: &str) -> Option<u32> {
        self.categories
            .binary_search_by(|known| known.as_str().cmp(name))
            .ok()
            .map(|number| number as u32)
    }

    /// The number of a category, or the sentence that says there is none.
    pub fn category(&self, name: &str) -> Result<u32, AppError> {
        self.find_category(name)
            .ok_or_else(|| AppError::not_found(format!("The category “{name}”")))
    }

    /// The two-by-two table of a pair that was chosen together in `together` baskets.
    pub fn contingency(&self, together: u32, a: u32, b: u32) -> Contingency {
        Contingency::new(
            u64::from(together),
            u64::from(self.baskets.total(a)),
            u64::from(self.baskets.total(b)),
            u64::from(self.baskets.len()),
        )
    }

    /// In how many baskets two items stand together, without counting a table.
    pub fn together(&self, a: u32, b: u32) -> u32 {
        let (shorter, longer) = match (self.baskets.baskets_of(a), self.baskets.baskets_of(b)) {
            (a, b) if a.len() <= b.len() => (a, b),
            (a, b) => (b, a),
        };
        let both = |basket: &&u32| longer.binary_search(basket).is_ok();
        shorter.iter().filter(both).count() as u32
    }

    /// The items that share a basket with `item`, ascending, each with the number of baskets that
    /// hold both.
    ///
    /// Read from the table where it is counted and the item has more to walk through than there
    /// are items; else counted from its baskets. The counts are the same.
    pub fn row<'row>(&self, item: u32, scratch: &'row mut Scratch) -> &'row [(u32, u32)] {
        match self.pairs.get() {
            Some(pairs) if self.has_long_row(item) => {
                pairs.neighbours(item, &mut scratch.neighbours)
            }
            _ => self.baskets.row(item, &mut scratch.row),
        }
    }

    /// The neighbours of an item that `least` baskets hold with it, the best by a score first; none
    /// where the table is not counted yet, or the item's baskets are quicker to walk through.
    ///
    /// A score is of the baskets that hold both and of the neighbour's total; see
    /// [`PairCounts::best`].
    pub fn best<'a>(
        &'a self,
        item: u32,
        least: u32,
        score: impl Fn(u32, u32) -> f64 + 'a,
    ) -> Option<impl Iterator<Item = (u32, f64)> + 'a> {
        let pairs = self.pairs.get().filter(|_| self.has_long_row(item))?;
        let totals = self.totals.get_or_init(|| pairs.totals(&self.baskets));
        Some(pairs.best(item, &self.baskets, totals, least, score))
    }

    /// Whether an item has more to walk through in its baskets than there are items.
    fn has_long_row(&self, item: u32) -> bool {
        let walked = u64::from(self.baskets.total(item)) * self.baskets.choices();
        walked > self.items.len() as u64 * u64::from(self.baskets.len())
    }

    /// Every pair's count; counted by the first who asks.
    pub fn pairs(&self) -> &PairCounts {
        self.pairs
            .get_or_init(|| count_pairs(&self.baskets, threads()).shared())
    }

    /// The q-values over all pairs of items that occur.
    pub fn q_values(&self) -> &QValues {
        self.q_values
            .get_or_init(|| QValues::of_table(&self.baskets, self.pairs(), threads()))
    }

    /// The most frequent pairs of items in every order; made by the first who asks.
    pub fn orders(&self) -> &Orders {
        self.orders
            .get_or_init(|| Orders::new(&self.baskets, self.pairs(), ORDERED_PAIRS, threads()))
    }

    /// How many items have evidence for a list; counted by the first who asks.
    pub fn evidence(&self) -> Arc<Evidence> {
        self.evidence
            .get_or_init(|| Arc::new(Evidence::count(self)))
            .clone()
    }

    /// The newest that is counted, of this version or of one before; none where that is still to do.
    pub fn known_evidence(&self) -> Option<Arc<Evidence>> {
        self.evidence
            .get()
            .or(self.evidence_before.as_ref())
            .cloned()
    }

    /// The newest evidence that is counted; where there is none yet, this version's. So nobody
    /// waits for a count that a change began.
    pub async fn newest_evidence(self: &Arc<Self>) -> Arc<Evidence> {
        if let Some(known) = self.known_evidence() {
            return known;
        }
        let snapshot = self.clone();
        let counting = tokio::task::spawn_blocking(move || snapshot.evidence());
        counting.await.expect("BUG: counting evidence panicked")
    }

    /// Counts what is counted when somebody first asks for it, so that nobody waits for it.
    pub fn warm(&self) {
        self.orders();
        self.q_values();
        self.category_table();
        self.evidence();
    }

    pub(super) fn is_warm(&self) -> bool {
        self.q_values.get().is_some()
            && self.categories_counted.get().is_some()
            && self.evidence.get().is_some()
    }

    pub fn category_table(&self) -> &CategoryTable {
        self.categories_counted
            .get_or_init(|| CategoryTable::count(self))
    }
}

/// Item numbers, the most chosen first.
pub(super) fn most_chosen(baskets: &Baskets) -> Vec<u32> {
    let mut items: Vec<u32> = (0..baskets.item_count()).collect();
    items.sort_by_key(|item| (std::cmp::Reverse(baskets.total(*item)), *item));
    items
}

impl CategoryTable {
    fn count(snapshot: &Snapshot) -> Self {
        // Items without a category share one group past the end, so that no basket is lost.
        let none = snapshot.categories.len() as u32;
        let group_of_item: Vec<u32> = snapshot
            .items
            .iter()
            .map(|item| item.category.unwrap_or(none))
            .collect();
        let baskets = snapshot.baskets.grouped(&group_of_item, none + 1);
        let pairs = count_pairs(&baskets, threads());
        let log10_p = pairs.iter().filter(|(_, b, _)| *b != none);
        let log10_p = log10_p.map(|(a, b, together)| {
            let [a, b, all] = [baskets.total(a), baskets.total(b), baskets.len()].map(u64::from);
            (
                Contingency::new(u64::from(together), a, b, all).log10_p(),
                1,
            )
        });
        Self {
            q_values: QValues::from_log10_p(log10_p),
            groups: snapshot.baskets.group_pairs(&group_of_item, none + 1),
            baskets,
            pairs,
        }
    }
}

/// Counting may use every processor: it is short, and nothing else is as urgent.
pub fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
