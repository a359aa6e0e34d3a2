//! What each day left behind: how far evidence reached, and how old the newest row was.
//!
//! Every server writes down what it serves; the last of a day holds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use crate::error::respond::{Operation as _, StoreError};
use crate::index::Index;
use crate::index::snapshot::Snapshot;

/// How often it is written down.
const KEEP_EVERY: Duration = Duration::from_mins(1);
const KEEPING: &str = "keeping what a day left behind";

/// A catalog as it stood when it was last seen on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub counted_at: DateTime<Utc>,
    pub change: i64,
    /// Items that may be served, and those with enough evidence.
    pub items: u64,
    pub enough: u64,
    pub newest_at: Option<DateTime<Utc>>,
}

impl Day {
    /// What a snapshot leaves behind; `None` until its evidence is counted, which readers and the
    /// follower see to.
    fn of(snapshot: &Snapshot, now: DateTime<Utc>) -> Option<Self> {
        let evidence = snapshot.known_evidence()?;
        (evidence.version == snapshot.version()).then(|| Self {
            counted_at: now,
            change: snapshot.change,
            items: evidence.all.items,
            enough: evidence.all.enough,
            newest_at: snapshot.newest,
        })
    }

    /// The share of items with enough evidence; absent where there is no item.
    pub fn coverage(&self) -> Option<f64> {
        (self.items > 0).then(|| self.enough as f64 / self.items as f64)
    }

    /// How old the newest interaction was.
    pub fn age(&self) -> Option<TimeDelta> {
        Some((self.counted_at - self.newest_at?).max(TimeDelta::zero()))
    }
}

/// Writes down what a server serves, for as long as the future is polled.
pub async fn follow(db: PgPool, index: Index) {
    loop {
        if let Err(error) = note(&db, &index.all(), Utc::now()).await {
            tracing::warn!(cause = %error.cause, "keeping what a day left behind failed; trying again");
        }
        tokio::time::sleep(KEEP_EVERY).await;
    }
}

/// Writes it down once.
pub(super) async fn note(
    db: &PgPool,
    serves: &[Arc<Snapshot>],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut connection = db.acquire().await.operation(KEEPING)?;
    for snapshot in serves {
        if let Some(day) = Day::of(snapshot, now) {
            keep(&mut connection, &snapshot.catalog.id, &[day]).await?;
        }
    }
    Ok(())
}

/// Keeps days of a catalog, at most one of each. A server that lags behind another does not write
/// over what that one wrote.
pub async fn keep(
    connection: &mut PgConnection,
    catalog_id: &str,
    days: &[Day],
) -> Result<(), StoreError> {
    let counted: Vec<DateTime<Utc>> = days.iter().map(|day| day.counted_at).collect();
    let changes: Vec<i64> = days.iter().map(|day| day.change).collect();
    let items: Vec<i64> = days.iter().map(|day| day.items as i64).collect();
    let enough: Vec<i64> = days.iter().map(|day| day.enough as i64).collect();
    let newest: Vec<Option<DateTime<Utc>>> = days.iter().map(|day| day.newest_at).collect();
    sqlx::query!(
        "insert into catalog_day (catalog_id, day, change, counted_at, items, enough, newest_at)
         -- One that was deleted a moment ago is no fault.
         select catalog.catalog_id, (left_behind.counted_at at time zone catalog.time_zone)::date,
                left_behind.change, left_behind.counted_at, left_behind.items, left_behind.enough,
                left_behind.newest_at
         from unnest($2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[],
                     $6::timestamptz[])
             as left_behind (counted_at, change, items, enough, newest_at)
         join catalog on catalog.catalog_id = $1
         on conflict (catalog_id, day) do update
         set change = excluded.change,
             counted_at = excluded.counted_at,
             items = excluded.items,
             enough = excluded.enough,
             newest_at = excluded.newest_at
         where catalog_day.change <= excluded.change",
        catalog_id,
        &counted,
        &changes,
        &items,
        &enough,
        &newest as &[Option<DateTime<Utc>>]
    )
    .execute(connection)
    .await
    .operation(KEEPING)?;
    Ok(())
}

/// What each day from one to another left behind, where that is known.
pub async fn list(
    db: &PgPool,
    catalog_id: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, Day>, StoreError> {
    let rows = sqlx::query!(
        "select day, change, counted_at, items, enough, newest_at
         from catalog_day
         where catalog_id = $1 and day between $2 and $3",
        catalog_id,
        from,
        to
    )
    .fetch_all(db)
    .await
    .operation("reading what days left behind")?;
    let days = rows.into_iter().map(|row| {
        let day = Day {
            counted_at: row.counted_at,
            change: row.change,
            items: row.items.unsigned_abs(),
            enough: row.enough.unsigned_abs(),
            newest_at: row.newest_at,
        };
        (row.day, day)
    });
    Ok(days.collect())
}

/// The last day that left something behind.
pub async fn last(db: &PgPool, catalog_id: &str) -> Result<Option<NaiveDate>, StoreError> {
    sqlx::query_scalar!(
        "select max(day) from catalog_day where catalog_id = $1",
        catalog_id
    )
    .fetch_one(db)
    .await
    .operation("finding the days of a catalog")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::tests::seed;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[sqlx::test]
    async fn the_last_that_is_seen_of_a_day_holds(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let batch = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "c")]).await;
        seed::show(&db, "shop", batch).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        let serves = index.all();
        // Nothing is known before the evidence is counted.
        note(&db, &serves, at("2026-03-01T08:00:00Z"))
            .await
            .unwrap();
        assert_eq!(last(&db, "shop").await.unwrap(), None);
        serves[0].warm();
        for moment in [
            "2026-03-01T08:00:00Z",
            "2026-03-01T23:00:00Z",
            "2026-03-02T01:00:00Z",
        ] {
            note(&db, &serves, at(moment)).await.unwrap();
        }
        let (from, to) = ("2026-02-01".parse().unwrap(), "2026-03-02".parse().unwrap());
        assert_eq!(last(&db, "shop").await.unwrap(), Some(to));
        let days = async || list(&db, "shop", from, to).await.unwrap();
        let counted: Vec<_> = days().await.values().map(|day| day.counted_at).collect();
        assert_eq!(
            counted,
            [at("2026-03-01T23:00:00Z"), at("2026-03-02T01:00:00Z")]
        );

        // A server that lags writes over nothing; a catalog that is gone is no fault.
        let behind = Day {
            counted_at: at("2026-03-02T02:00:00Z"),
            change: 0,
            items: 9,
            enough: 9,
            newest_at: None,
        };
        let mut connection = db.acquire().await.unwrap();
        keep(&mut connection, "shop", &[behind]).await.unwrap();
        keep(&mut connection, "gone", &[behind]).await.unwrap();
        assert_eq!(days().await[&to].items, 3);
    }

    #[test]
    fn a_day_without_items_or_times_has_no_share_and_no_age() {
        let day = Day {
            counted_at: at("2026-03-02T02:00:00Z"),
            change: 1,
            items: 0,
            enough: 0,
            newest_at: None,
        };
        assert_eq!((day.coverage(), day.age()), (None, None));
        // Rows may be of the future.
        let day = Day {
            newest_at: Some(at("2026-03-03T00:00:00Z")),
            ..day
        };
        assert_eq!(day.age(), Some(TimeDelta::zero()));
    }
}
