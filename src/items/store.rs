//! Every SQL statement that reads about one item.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use crate::catalog::types::Catalog;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::snapshot::Snapshot;

/// How often an item was chosen in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    pub choices: u64,
}

/// The first day of the month in which something happened, in the catalog's time zone.
pub async fn month_of(
    db: &PgPool,
    catalog: &Catalog,
    at: DateTime<Utc>,
) -> Result<NaiveDate, StoreError> {
    sqlx::query_scalar!(
        r#"select date_trunc('month', $1::timestamptz at time zone $2)::date as "first!""#,
        at,
        catalog.time_zone
    )
    .fetch_one(db)
    .await
    .operation("finding a month")
}

/// The months from one on in which an item was chosen, in the catalog's time zone and as the
/// snapshot counts choices; months without any are left out. Rows that two batches share count once.
pub async fn months(
    db: &PgPool,
    snapshot: &Snapshot,
    item_id: &str,
    from: NaiveDate,
) -> Result<Vec<Month>, StoreError> {
    let rows = sqlx::query!(
        r#"select date_trunc('month', interaction.at at time zone $7)::date as "first!",
                  count(distinct interaction.dedupe_key) as "choices!"
           from interaction
           join batch using (batch_id)
           where interaction.item_id = $1
             and interaction.at >= $2::date::timestamp at time zone $7
             and batch.catalog_id = $3
             and batch.shown_change <= $4
             and (batch.removed_change is null or batch.removed_change > $4)
             and row_counts($6, $5, interaction.kind, interaction.weight)
           group by 1
           order by 1"#,
        item_id,
        from,
        snapshot.catalog.id,
        snapshot.change,
        snapshot.catalog.least_weight,
        snapshot.catalog.kinds.as_deref(),
        snapshot.catalog.time_zone
    )
    .fetch_all(db)
    .await
    .operation("counting an item's choices by month")?;
    Ok(rows
        .into_iter()
        .map(|row| Month {
            first: row.first,
            choices: row.choices.unsigned_abs(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Index;
    use crate::lists::tests::seed;

    #[sqlx::test]
    async fn months_count_what_is_visible_and_each_choice_once(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let first = seed::batch(&db, "shop", &[("1", "a"), ("2", "a"), ("3", "b")]).await;
        let same = seed::batch(&db, "shop", &[("1", "a"), ("4", "a")]).await;
        let hidden = seed::batch(&db, "shop", &[("5", "a")]).await;
        for (owner, at) in [
            ("1", "2026-01-31T23:59:59Z"),
            ("2", "2026-02-01T00:00:00Z"),
            ("4", "2025-12-05T00:00:00Z"),
        ] {
            let at: DateTime<Utc> = at.parse().unwrap();
            sqlx::query("update interaction set at = $1 where user_id = $2")
                .bind(at)
                .bind(owner)
                .execute(&db)
                .await
                .unwrap();
        }
        seed::show(&db, "shop", first).await;
        seed::show(&db, "shop", same).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        let snapshot = index.current("shop").unwrap();
        seed::show(&db, "shop", hidden).await;
        let from = "2026-01-01".parse().unwrap();
        let told = async |snapshot: &Snapshot| -> Vec<String> {
            let months = months(&db, snapshot, "a", from).await.unwrap();
            let text = |month: &Month| format!("{} {}", month.first, month.choices);
            months.iter().map(text).collect()
        };
        assert_eq!(told(&snapshot).await, ["2026-01-01 1", "2026-02-01 1"]);

        // Where the sun rises earlier both were in February.
        sqlx::query("update catalog set time_zone = 'Asia/Tokyo', last_change = last_change + 1")
            .execute(&db)
            .await
            .unwrap();
        index.refresh().await.unwrap();
        let snapshot = index.current("shop").unwrap();
        assert_eq!(told(&snapshot).await, ["2026-02-01 2"]);
        let late = "2026-01-31T23:59:59Z".parse().unwrap();
        let month = month_of(&db, &snapshot.catalog, late).await.unwrap();
        assert_eq!(month.to_string(), "2026-02-01");
    }
}
