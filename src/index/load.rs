//! From rows to a snapshot: which interactions count, and what a basket is.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::snapshot::{Item, Snapshot};
use super::store::{self, Choice, ItemRow};
use crate::catalog;
use crate::catalog::search::Search;
use crate::catalog::types::{BasketRule, Catalog};
use crate::counting::Baskets;
use crate::error::respond::StoreError;
use crate::serving;

/// The part of a catalog that a snapshot counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    pub catalog_id: String,
    /// Batches shown by this change and not removed by it.
    pub change: i64,
    /// Interactions at or after this time; those without a time are out.
    pub from: Option<DateTime<Utc>>,
    /// Interactions at or before this time; those without a time are out.
    pub to: Option<DateTime<Utc>>,
    /// Users whose attribute has this value, as field and value.
    pub segment: Option<(String, String)>,
}

impl Slice {
    pub fn whole(catalog_id: &str, change: i64) -> Self {
        Self {
            catalog_id: catalog_id.to_owned(),
            change,
            from: None,
            to: None,
            segment: None,
        }
    }

    /// Whether the slice is a whole version of its catalog.
    pub fn is_whole(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.segment.is_none()
    }

    /// Eight hexadecimal digits over the counting rule and the slice: two tables with the same
    /// version string were counted from the same rows by the same rule.
    pub fn digest(&self, catalog: &Catalog) -> String {
        let mut text = format!(
            "{}\n{}\n{:?}",
            catalog.id,
            catalog.basket_rule.as_str(),
            catalog.least_weight
        );
        if !self.is_whole() {
            let _ = write!(text, "\n{:?}\n{:?}\n{:?}", self.from, self.to, self.segment);
        }
        let digest = Sha256::digest(text.as_bytes());
        digest[..4].iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// Counts a slice. `None`: there is no such catalog.
pub async fn load(db: &PgPool, slice: &Slice) -> Result<Option<Snapshot>, StoreError> {
    let Some(catalog) = catalog::store::find(db, &slice.catalog_id).await? else {
        return Ok(None);
    };
    let rows = store::items(db, slice).await?;
    let newest = store::newest(db, slice).await?;
    let mut gathered = Gathered::new(catalog.basket_rule, &rows);
    store::choices(db, slice, catalog.least_weight, |choice| {
        gathered.add(choice);
    })
    .await?;
    let slice = slice.clone();
    let build = tokio::task::spawn_blocking(move || gathered.build(catalog, slice, rows, newest));
    Ok(Some(build.await.expect("BUG: counting a catalog panicked")))
}

/// Numbers handed out to names in the order in which they come.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: String) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(name).or_insert(next)
    }

    /// The names in byte order, and for each old number its place in that order.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut entries: Vec<(String, u32)> = self.numbers.into_iter().collect();
        entries.sort_unstable();
        let mut place = vec![0; entries.len()];
        for (new, (_, old)) in entries.iter().enumerate() {
            place[*old as usize] = new as u32;
        }
        (entries.into_iter().map(|(name, _)| name).collect(), place)
    }
}

/// Pairs of owner and item, by the numbers handed out.
#[derive(Default)]
struct Owners {
    names: Names,
    pairs: Vec<(u32, u32)>,
}

impl Owners {
    fn add(&mut self, owner: String, item: u32) {
        let owner = self.names.number(owner);
        self.pairs.push((owner, item));
    }

    fn build(self, item_place: &[u32]) -> (Vec<String>, Baskets) {
        let (names, place) = self.names.sorted();
        let pairs = self
            .pairs
            .into_iter()
            .map(|(owner, item)| (place[owner as usize], item_place[item as usize]))
            .collect();
        let baskets = Baskets::from_pairs(item_place.len() as u32, names.len() as u32, pairs);
        (names, baskets)
    }
}

/// What has been read so far.
struct Gathered {
    rule: BasketRule,
    items: Names,
    users: Owners,
    baskets: Owners,
}

impl Gathered {
    /// Items that are described belong to the catalog even where nobody chose them.
    fn new(rule: BasketRule, described: &[ItemRow]) -> Self {
        let mut items = Names::default();
        for row in described {
            items.number(row.item_id.clone());
        }
        Self {
            rule,
            items,
            users: Owners::default(),
            baskets: Owners::default(),
        }
    }

    fn add(&mut self, choice: Choice) {
        let item = self.items.number(choice.item_id);
        if let Some(user) = choice.user_id {
            self.users.add(user, item);
        }
        if let (BasketRule::Basket, Some(basket)) = (self.rule, choice.basket_id) {
            self.baskets.add(basket, item);
        }
    }

    fn build(
        self,
        catalog: Catalog,
        slice: Slice,
        rows: Vec<ItemRow>,
        newest: Option<DateTime<Utc>>,
    ) -> Snapshot {
        let (item_ids, item_place) = self.items.sorted();
        let (user_ids, histories) = self.users.build(&item_place);
        let histories = Arc::new(histories);
        let (basket_ids, baskets) = match self.rule {
            BasketRule::User => (user_ids.clone(), histories.clone()),
            BasketRule::Basket => {
                let (ids, baskets) = self.baskets.build(&item_place);
                (ids, Arc::new(baskets))
            }
        };
        let described = Described::new(&item_ids, rows);
        let mut most_chosen: Vec<u32> = (0..item_ids.len() as u32).collect();
        most_chosen.sort_by_key(|item| (std::cmp::Reverse(baskets.total(*item)), *item));
        let search = Search::new(described.items.iter().enumerate().map(|(number, item)| {
            let number = number as u32;
            (
                number,
                item.id.as_str(),
                item.title.as_str(),
                baskets.total(number),
            )
        }));
        Snapshot {
            change: slice.change,
            counted_at: Utc::now(),
            newest,
            items: described.items,
            facts: described.facts,
            categories: described.categories,
            baskets,
            basket_ids,
            histories,
            user_ids,
            most_chosen,
            search,
            by_id: item_ids.into_iter().zip(0..).collect(),
            pairs: OnceLock::new(),
            q_values: OnceLock::new(),
            categories_counted: OnceLock::new(),
            catalog,
            slice,
        }
    }
}

/// The items with their records, and the categories they name.
struct Described {
    items: Vec<Item>,
    facts: Vec<serving::Item>,
    categories: Vec<String>,
}

impl Described {
    fn new(item_ids: &[String], rows: Vec<ItemRow>) -> Self {
        let mut categories: Vec<String> = rows.iter().filter_map(|r| r.category.clone()).collect();
        categories.sort_unstable();
        categories.dedup();
        let mut rows: HashMap<String, ItemRow> = rows
            .into_iter()
            .map(|row| (row.item_id.clone(), row))
            .collect();
        let number = |name: String| {
            let place = categories.binary_search(&name).ok()?;
            Some(place as u32)
        };
        let (items, facts) = item_ids
            .iter()
            .map(|id| {
                let Some(row) = rows.remove(id) else {
                    return undescribed(id);
                };
                let category = row.category.and_then(number);
                let item = Item {
                    id: id.clone(),
                    title: row.title.unwrap_or_else(|| id.clone()),
                    category,
                    categories: row.categories,
                    image: row.image,
                    link: row.link,
                };
                let facts = serving::Item {
                    category,
                    available: row.available,
                };
                (item, facts)
            })
            .unzip();
        Self {
            items,
            facts,
            categories,
        }
    }
}

/// An item that people chose and nobody described: its id is all there is to show.
fn undescribed(id: &str) -> (Item, serving::Item) {
    let item = Item {
        id: id.to_owned(),
        title: id.to_owned(),
        category: None,
        categories: Vec::new(),
        image: None,
        link: None,
    };
    let facts = serving::Item {
        category: None,
        available: true,
    };
    (item, facts)
}
