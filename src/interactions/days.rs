//! How many interactions each day brought: every SQL statement that keeps the count.
//!
//! The count moves in the transaction that shows or removes a batch, while no other batch of the
//! catalog can be, so that it always equals `recount_days`, a count from nothing.

use sqlx::PgConnection;

use crate::error::respond::{Operation as _, StoreError};

/// Counts the rows of a batch that is about to be shown; rows that are visible already count where
/// they came first.
pub(super) async fn add(
    connection: &mut PgConnection,
    catalog_id: &str,
    batch_id: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into interaction_day (catalog_id, day, interactions)
         select $1, (mine.at at time zone (select zone_of($1)))::date, count(*)
         from interaction mine
         where mine.batch_id = $2
           and mine.at is not null
           and (
               -- A first import has nothing to be compared with, row by row.
               not (select exists (
                   select from batch where catalog_id = $1 and state = 'visible'
               ))
               or not exists (
                   select
                   from interaction other
                   join batch on batch.batch_id = other.batch_id
                   where other.dedupe_key = mine.dedupe_key
                     and batch.catalog_id = $1
                     and batch.state = 'visible'
               )
           )
         group by 2
         on conflict (catalog_id, day) do update
         set interactions = interaction_day.interactions + excluded.interactions",
        catalog_id,
        batch_id
    )
    .execute(connection)
    .await
    .operation("counting the days of new rows")?;
    Ok(())
}

/// Takes the rows of a visible batch out of the count before it is removed; rows that others hold
/// too count on the day of the next that was shown.
pub(super) async fn remove(
    connection: &mut PgConnection,
    catalog_id: &str,
    batch_id: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "with counted as (
             select mine.at as mine_at, next.at as next_at
             from interaction mine
             join batch own on own.batch_id = mine.batch_id
             left join lateral (
                 select other.at, batch.shown_change
                 from interaction other
                 join batch on batch.batch_id = other.batch_id
                 where other.dedupe_key = mine.dedupe_key
                   and other.batch_id <> mine.batch_id
                   and batch.catalog_id = $1
                   and batch.state = 'visible'
                 order by batch.shown_change
                 limit 1
             ) next on true
             where mine.batch_id = $2
               and (next.shown_change is null or next.shown_change > own.shown_change)
         ), moved as (
             select (moves.at at time zone (select zone_of($1)))::date as day,
                    sum(moves.by) as by
             from counted,
                  lateral (values (counted.mine_at, -1), (counted.next_at, 1)) as moves (at, by)
             where moves.at is not null
             group by 1
         ), added as (
             insert into interaction_day (catalog_id, day, interactions)
             select $1, day, by from moved where by > 0
             on conflict (catalog_id, day) do update
             set interactions = interaction_day.interactions + excluded.interactions
         )
         update interaction_day
         set interactions = interaction_day.interactions + moved.by
         from moved
         where interaction_day.catalog_id = $1
           and interaction_day.day = moved.day
           and moved.by < 0",
        catalog_id,
        batch_id
    )
    .execute(connection)
    .await
    .operation("counting the days without removed rows")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::tests::seed;
    use sqlx::PgPool;

    async fn days(db: &PgPool) -> Vec<(String, i64)> {
        sqlx::query_as(
            "select day::text, interactions from interaction_day where interactions > 0 order by day",
        )
        .fetch_all(db)
        .await
        .unwrap()
    }

    /// Whether the days kept are those that a count from nothing gives.
    async fn assert_as_recounted(db: &PgPool) -> Vec<(String, i64)> {
        let kept = days(db).await;
        sqlx::query("select recount_days('shop')")
            .execute(db)
            .await
            .unwrap();
        assert_eq!(kept, days(db).await);
        kept
    }

    async fn show(db: &PgPool, rows: &[(&str, &str)], at: Option<&str>) -> i64 {
        let batch = seed::batch(db, "shop", rows).await;
        sqlx::query("update interaction set at = $2::text::timestamptz where batch_id = $1")
            .bind(batch)
            .bind(at)
            .execute(db)
            .await
            .unwrap();
        add(&mut db.acquire().await.unwrap(), "shop", batch)
            .await
            .unwrap();
        seed::show(db, "shop", batch).await;
        batch
    }

    async fn take_back(db: &PgPool, batch: i64) {
        remove(&mut db.acquire().await.unwrap(), "shop", batch)
            .await
            .unwrap();
        seed::remove(db, "shop", batch).await;
    }

    #[sqlx::test]
    async fn days_are_always_those_of_a_count_from_nothing(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let first = show(&db, &[("1", "a"), ("2", "a")], Some("2026-03-01T23:59:59Z")).await;
        // One row that is known already, on another day, and one that is new.
        let second = show(&db, &[("2", "a"), ("3", "a")], Some("2026-03-02T00:00:00Z")).await;
        let timeless = show(&db, &[("3", "a"), ("4", "a")], None).await;
        let both = [("2026-03-01".to_owned(), 2), ("2026-03-02".to_owned(), 1)];
        assert_eq!(assert_as_recounted(&db).await, both);
        // What the first alone held goes; what the second holds too moves to its day.
        take_back(&db, first).await;
        let rest = [("2026-03-02".to_owned(), 2)];
        assert_eq!(assert_as_recounted(&db).await, rest);
        take_back(&db, second).await;
        assert_eq!(assert_as_recounted(&db).await, []);
        let again = show(&db, &[("3", "a"), ("5", "a")], Some("2026-03-03T12:00:00Z")).await;
        // The row without a time came first.
        let one = [("2026-03-03".to_owned(), 1)];
        assert_eq!(assert_as_recounted(&db).await, one);
        take_back(&db, timeless).await;
        let two = [("2026-03-03".to_owned(), 2)];
        assert_eq!(assert_as_recounted(&db).await, two);
        take_back(&db, again).await;
        assert_eq!(assert_as_recounted(&db).await, []);
    }
}
