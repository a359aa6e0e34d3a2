//! Recounting a catalog from nothing, and comparing with it what servers serve.
//!
//! Two things are compared. The digest over all choices of each server that is alive, with that of
//! a count from nothing at the server's own change: so following batch by batch is held against
//! reading everything. And that count, with what the database counts in SQL: every item's number
//! of baskets, and whole rows of pairs for some items; so our counting is held against another's.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::PgPool;

use super::store::{self, Count};
use crate::catalog::types::Catalog;
use crate::error::respond::StoreError;
use crate::index::load::{Slice, load};
use crate::index::snapshot::Snapshot;

/// Items whose whole row of pairs is counted in SQL: the most chosen, and others evenly between.
const ROWS: usize = 12;

/// What came of verifying one catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub catalog: String,
    /// The change at which it was counted from nothing.
    pub change: i64,
    pub baskets: u32,
    /// Items that stand in a basket.
    pub items: usize,
    /// Distinct pairs of a basket and an item.
    pub choices: u64,
    /// Pairs whose count was compared with the database's own.
    pub pairs_compared: usize,
    pub servers: Vec<Standing>,
    /// What differs, a sentence each; empty where all is well.
    pub differences: Vec<String>,
}

/// How one server stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub address: String,
    pub change: i64,
    pub equal: bool,
}

/// Verifies a catalog as it stands at its newest change. `None`: it was deleted meanwhile.
pub async fn verify(db: &PgPool, catalog: &Catalog) -> Result<Option<Report>, StoreError> {
    let slice = Slice::whole(&catalog.id, catalog.last_change);
    let Some(counted) = load(db, &slice).await? else {
        return Ok(None);
    };
    let mut report = Report {
        catalog: catalog.id.clone(),
        change: counted.change,
        baskets: counted.baskets.len(),
        items: (0..counted.baskets.item_count())
            .filter(|item| counted.baskets.total(*item) > 0)
            .count(),
        choices: counted.baskets.choices(),
        pairs_compared: 0,
        servers: Vec::new(),
        differences: Vec::new(),
    };
    report.compare_database(db, &counted).await?;
    report.compare_servers(db, &counted).await?;
    Ok(Some(report))
}

impl Report {
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }

    async fn compare_servers(&mut self, db: &PgPool, counted: &Snapshot) -> Result<(), StoreError> {
        let mut digests = BTreeMap::from([(counted.change, counted.digest)]);
        for told in store::told(db, &self.catalog).await? {
            let known = digests.get(&told.change).copied();
            let digest = match known {
                Some(digest) => digest,
                None => match load(db, &Slice::whole(&self.catalog, told.change)).await? {
                    Some(count) => count.digest,
                    None => continue,
                },
            };
            digests.insert(told.change, digest);
            let equal = digest == told.digest;
            if !equal {
                self.differences.push(format!(
                    "{} serves other choices at change {} than a count from nothing gives: \
                     restart it",
                    told.address, told.change
                ));
            }
            self.servers.push(Standing {
                address: told.address,
                change: told.change,
                equal,
            });
        }
        Ok(())
    }

    async fn compare_database(
        &mut self,
        db: &PgPool,
        counted: &Snapshot,
    ) -> Result<(), StoreError> {
        let (slice, catalog) = (&counted.slice, &counted.catalog);
        let totals = store::totals(db, slice, catalog).await?;
        self.compare(counted, "item totals", totals, |item| {
            counted.baskets.total(item)
        });
        for item in some_items(counted) {
            let id = &counted.items[item as usize].id;
            let row = store::row(db, slice, catalog, id).await?;
            self.pairs_compared += row.len();
            let what = format!("pairs of “{id}”");
            self.compare(counted, &what, row, |other| {
                if other == item {
                    0
                } else {
                    counted.together(item, other)
                }
            });
        }
        Ok(())
    }

    /// Compares what the database counted with our own count of every item.
    fn compare(
        &mut self,
        counted: &Snapshot,
        what: &str,
        theirs: Vec<Count>,
        ours: impl Fn(u32) -> u32,
    ) {
        let theirs = theirs
            .into_iter()
            .map(|count| (count.item_id, count.baskets));
        let theirs: BTreeMap<String, i64> = theirs.collect();
        let is_known = |id: &&String| counted.find_item(id).is_none();
        let mut differing = theirs.keys().filter(is_known).count();
        for (number, item) in (0..).zip(&counted.items) {
            let their = theirs.get(&item.id).copied().unwrap_or_default();
            differing += usize::from(their != i64::from(ours(number)));
        }
        if differing > 0 {
            self.differences.push(format!(
                "{differing} of the {what} differ from what the database counts at change {}",
                counted.change
            ));
        }
    }
}

fn some_items(counted: &Snapshot) -> Vec<u32> {
    let chosen: Vec<u32> = (counted.most_chosen.iter().copied())
        .filter(|item| counted.baskets.total(*item) > 0)
        .collect();
    let step = (chosen.len() / ROWS).max(1);
    chosen.into_iter().step_by(step).take(ROWS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Index;
    use crate::lists::tests::seed;

    #[sqlx::test]
    async fn a_count_that_is_not_the_databases_is_told(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let rows = [("1", "a"), ("1", "b"), ("2", "a")];
        let batch = seed::batch(&db, "shop", &rows).await;
        seed::show(&db, "shop", batch).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        let shop = index.current("shop").unwrap();
        let mut report = verify(&db, &shop.catalog).await.unwrap().unwrap();
        assert!(report.is_equal(), "{report:?}");

        let count = |item: &str, baskets| Count {
            item_id: item.to_owned(),
            baskets,
        };
        let total = |item| shop.baskets.total(item);
        let right = vec![count("a", 2), count("b", 1)];
        report.compare(&shop, "item totals", right, total);
        assert!(report.is_equal());
        // One too many, one missing, and one that we do not know.
        let wrong = vec![count("a", 3), count("c", 1)];
        report.compare(&shop, "item totals", wrong, total);
        assert_eq!(
            report.differences,
            ["3 of the item totals differ from what the database counts at change 1"]
        );
    }
}
