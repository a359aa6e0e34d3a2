//! The same catalog, as if some baskets held something else.
//!
//! Counts add up, so that a table without a basket is the table less the pairs of that basket. The
//! rows of all other items are shared with the table as it is. What is not counted from baskets stays
//! as it is: the items, and what each user chose.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use sqlx::PgPool;

use super::snapshot::{Snapshot, most_chosen, threads};
use super::store;
use super::table::Moves;
use crate::counting::PairCounts;
use crate::error::respond::StoreError;

/// What baskets would be called that are not there.
const SUPPOSED: &str = "(what if)";

/// What some baskets would hold; items ascending, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By the snapshot's number of the basket; nothing where it would not be there.
    pub baskets: BTreeMap<u32, Vec<u32>>,
    /// Baskets beside those that are there.
    pub more: Vec<Vec<u32>>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.baskets.is_empty() && self.more.is_empty()
    }
}

impl Changes {
    /// What baskets would hold without some users.
    pub async fn without_users(
        db: &PgPool,
        snapshot: &Snapshot,
        user_ids: &[String],
    ) -> Result<Self, StoreError> {
        let rule = &snapshot.catalog;
        let rows = store::baskets_without(db, &snapshot.slice, rule, user_ids).await?;
        let mut held: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (basket, item) in rows {
            let held = held.entry(basket).or_default();
            held.extend(item.and_then(|item| snapshot.find_item(&item)));
        }
        let mut changes = Self::default();
        for (basket, mut items) in held {
            items.sort_unstable();
            // One that holds too much is not counted, and may hold less now.
            if rule
                .most_items
                .is_some_and(|most| items.len() > most as usize)
            {
                items.clear();
            }
            match snapshot.basket_ids.binary_search(&basket) {
                Ok(number) => _ = changes.baskets.insert(number as u32, items),
                Err(_) if items.is_empty() => {}
                Err(_) => changes.more.push(items),
            }
        }
        Ok(changes)
    }
}

impl Snapshot {
    /// What this would be with other baskets, exactly.
    ///
    /// Copies the baskets, eight bytes for each choice, and takes time in proportion to the pairs that
    /// are touched where the table is counted.
    #[must_use]
    pub fn what_if(&self, changes: &Changes) -> Self {
        let baskets = self
            .baskets
            .changed(&changes.baskets, &changes.more, threads());
        let is_left = |basket: &u32| {
            changes
                .baskets
                .get(basket)
                .is_none_or(|held| !held.is_empty())
        };
        let left = (0..self.baskets.len()).filter(is_left);
        let names = left.map(|basket| self.basket_ids[basket as usize].clone());
        let more = changes.more.iter().filter(|held| !held.is_empty());
        Self {
            catalog: self.catalog.clone(),
            slice: self.slice.clone(),
            is_supposed: true,
            change: self.change,
            counted_at: self.counted_at,
            newest: self.newest,
            digest: 0,
            items: self.items.clone(),
            facts: self.facts.clone(),
            categories: self.categories.clone(),
            basket_ids: names.chain(more.map(|_| SUPPOSED.to_owned())).collect(),
            left_out: self.left_out,
            histories: self.histories.clone(),
            user_ids: self.user_ids.clone(),
            most_chosen: most_chosen(&baskets),
            search: self.search.clone(),
            by_id: self.by_id.clone(),
            standings: Mutex::default(),
            renumberings: Mutex::default(),
            pairs: Arc::new(self.supposed_pairs(changes)),
            totals: OnceLock::new(),
            q_values: OnceLock::new(),
            orders: OnceLock::new(),
            categories_counted: OnceLock::new(),
            evidence: OnceLock::new(),
            evidence_before: None,
            baskets: Arc::new(baskets),
        }
    }

    /// The table, where the one as it is has been counted.
    fn supposed_pairs(&self, changes: &Changes) -> OnceLock<PairCounts> {
        let Some(known) = self.pairs.get() else {
            return OnceLock::new();
        };
        let mut moves = Moves::default();
        for (basket, held) in &changes.baskets {
            moves.note(self.baskets.items_of(*basket), held);
        }
        for held in &changes.more {
            moves.note(&[], held);
        }
        let mut pairs = known.clone();
        moves.count_into(&mut pairs);
        pairs.into()
    }
}
