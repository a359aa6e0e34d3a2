//! What each day of the year left behind, as a server that followed the shop would have kept it: the
//! year's rows are counted once more, day by day.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{CATALOG, store};
use crate::error::respond::StoreError;
use crate::index::snapshot::Snapshot;
use crate::overview::days::{self, Day};

/// Writes the days up to `now`.
pub(super) async fn write(
    transaction: &mut PgConnection,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let rows = store::rows(transaction).await?;
    let mut shop = Shop::new(snapshot);
    let mut kept = Vec::new();
    let mut end = rows.first().map_or(now, |row| end_of_day(row.at));
    for row in rows {
        while row.at > end {
            kept.push(shop.day(end));
            end = end + Days::new(1);
        }
        shop.add(row);
    }
    while now > end {
        kept.push(shop.day(end));
        end = end + Days::new(1);
    }
    kept.push(shop.day(now));
    days::keep(transaction, CATALOG, &kept).await
}

/// The last second of a day. The shop's time zone is UTC.
fn end_of_day(at: DateTime<Utc>) -> DateTime<Utc> {
    let next = at.date_naive() + Days::new(1);
    next.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(1)
}

/// The shop as it stands so far.
struct Shop<'a> {
    snapshot: &'a Snapshot,
    baskets: HashMap<String, Vec<u32>>,
    /// In how many baskets each item stands with each other, row by row.
    together: Vec<u32>,
    partners: Vec<u32>,
    newest_at: Option<DateTime<Utc>>,
}

impl<'a> Shop<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let items = snapshot.items.len();
        Self {
            snapshot,
            baskets: HashMap::new(),
            together: vec![0; items * items],
            partners: vec![0; items],
            newest_at: None,
        }
    }

    fn add(&mut self, row: store::Row) {
        self.newest_at = Some(row.at);
        let Some(item) = self.snapshot.find_item(&row.item_id) else {
            return;
        };
        let basket = self.baskets.entry(row.basket_id).or_default();
        if basket.contains(&item) {
            return;
        }
        let items = self.snapshot.items.len();
        let facts = &self.snapshot.facts;
        for &other in &*basket {
            let pair = item.min(other) as usize * items + item.max(other) as usize;
            self.together[pair] += 1;
            if self.together[pair] == self.snapshot.catalog.least_together {
                self.partners[item as usize] += u32::from(facts[other as usize].available);
                self.partners[other as usize] += u32::from(facts[item as usize].available);
            }
        }
        basket.push(item);
    }

    fn day(&self, counted_at: DateTime<Utc>) -> Day {
        let needed = self.snapshot.catalog.least_rows;
        let about = self.snapshot.facts.iter().zip(&self.partners);
        let served = about.filter(|(facts, _)| facts.available);
        let enough = served.clone().filter(|(_, partners)| **partners >= needed);
        Day {
            counted_at,
            change: self.snapshot.change,
            items: served.count() as u64,
            enough: enough.count() as u64,
            newest_at: self.newest_at,
        }
    }
}
