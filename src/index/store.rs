//! Every SQL statement that reads what is to be counted.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::PgPool;

use super::load::Slice;
use crate::catalog::types::{Catalog, Window};
use crate::error::respond::{Operation as _, StoreError};

/// One interaction that counts.
pub(super) struct Choice {
    pub(super) item_id: String,
    pub(super) user_id: Option<String>,
    /// The basket that the catalog's rule puts it into.
    pub(super) basket_id: Option<String>,
}

/// What the newest visible record says of an item.
pub(super) struct ItemRow {
    pub(super) item_id: String,
    pub(super) title: Option<String>,
    pub(super) category: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) available: bool,
    pub(super) image: Option<String>,
    pub(super) link: Option<String>,
}

/// The items that visible batches describe; of two records the one shown later holds.
pub(super) async fn items(db: &PgPool, slice: &Slice) -> Result<Vec<ItemRow>, StoreError> {
    sqlx::query_as!(
        ItemRow,
        "select distinct on (item_id) item_id, title, category, categories, available, image, link
         from item_record
         join batch using (batch_id)
         where batch.catalog_id = $1
           and batch.shown_change <= $2
           and (batch.removed_change is null or batch.removed_change > $2)
         order by item_id, batch.shown_change desc",
        slice.catalog_id,
        slice.change
    )
    .fetch_all(db)
    .await
    .operation("reading items")
}

/// Hands every interaction that counts in the slice to `each`, in no particular order.
///
/// Rows that two batches share come twice; baskets are sets, so that they count once.
pub(super) async fn choices(
    db: &PgPool,
    slice: &Slice,
    rule: &Catalog,
    mut each: impl FnMut(Choice),
) -> Result<(), StoreError> {
    let (field, value) = slice.segment.clone().unzip();
    let mut rows = sqlx::query_as!(
        Choice,
        r#"select interaction.item_id, interaction.user_id,
                basket_of(
                    $8, $9, $10, interaction.user_id, interaction.basket_id, interaction.at
                ) as "basket_id?"
         from interaction
         join batch using (batch_id)
         where batch.catalog_id = $1
           and batch.shown_change <= $2
           and (batch.removed_change is null or batch.removed_change > $2)
           and row_counts($11, $3, interaction.kind, interaction.weight)
           and ($4::timestamptz is null or interaction.at >= $4)
           and ($5::timestamptz is null or interaction.at <= $5)
           and ($6::text is null or interaction.user_id in (
               select latest.user_id
               from (
                   select distinct on (user_record.user_id)
                          user_record.user_id, user_record.attributes
                   from user_record
                   join batch about using (batch_id)
                   where about.catalog_id = $1
                     and about.shown_change <= $2
                     and (about.removed_change is null or about.removed_change > $2)
                   order by user_record.user_id, about.shown_change desc
               ) latest
               where latest.attributes ->> $6::text = $7::text
           ))"#,
        slice.catalog_id,
        slice.change,
        rule.least_weight,
        slice.from,
        slice.to,
        field,
        value,
        rule.basket_rule.as_str(),
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref()
    )
    .fetch(db);
    while let Some(choice) = rows.try_next().await.operation("reading interactions")? {
        each(choice);
    }
    Ok(())
}

/// What baskets would hold without some users: each basket of theirs, with each item that somebody
/// else brought into it, or none.
pub(super) async fn baskets_without(
    db: &PgPool,
    slice: &Slice,
    rule: &Catalog,
    user_ids: &[String],
) -> Result<Vec<(String, Option<String>)>, StoreError> {
    let rows = sqlx::query!(
        r#"with counted as (
             select interaction.user_id, interaction.item_id,
                    basket_of(
                        $4, $5, $6, interaction.user_id, interaction.basket_id, interaction.at
                    ) as basket_id
             from interaction
             join batch using (batch_id)
             where batch.catalog_id = $1
               and batch.shown_change <= $2
               and (batch.removed_change is null or batch.removed_change > $2)
               and row_counts($7, $8, interaction.kind, interaction.weight)
         )
         select distinct touched.basket_id as "basket_id!", others.item_id as "item_id?"
         from (
             select distinct basket_id
             from counted
             where user_id = any($3) and basket_id is not null
         ) touched
         left join counted others
             on others.basket_id = touched.basket_id
             and (others.user_id is null or others.user_id <> all($3))"#,
        slice.catalog_id,
        slice.change,
        user_ids,
        rule.basket_rule.as_str(),
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref(),
        rule.least_weight
    )
    .fetch_all(db)
    .await
    .operation("reading a user's baskets")?;
    Ok(rows
        .into_iter()
        .map(|row| (row.basket_id, row.item_id))
        .collect())
}

/// When the newest visible interaction of the slice's window happened.
pub(super) async fn newest(
    db: &PgPool,
    slice: &Slice,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query_scalar!(
        "select max(interaction.at)
         from interaction
         join batch using (batch_id)
         where batch.catalog_id = $1
           and batch.shown_change <= $2
           and (batch.removed_change is null or batch.removed_change > $2)
           and ($3::timestamptz is null or interaction.at >= $3)
           and ($4::timestamptz is null or interaction.at <= $4)",
        slice.catalog_id,
        slice.change,
        slice.from,
        slice.to
    )
    .fetch_one(db)
    .await
    .operation("finding the newest interaction")
}

/// A batch that a change showed or removed.
pub(super) struct Flip {
    pub(super) batch_id: i64,
    pub(super) is_shown: bool,
}

/// What was shown and removed after the slice's change, up to another.
pub(super) async fn flips(db: &PgPool, slice: &Slice, up_to: i64) -> Result<Vec<Flip>, StoreError> {
    sqlx::query_as!(
        Flip,
        r#"select batch_id as "batch_id!", true as "is_shown!"
         from batch
         where catalog_id = $1 and shown_change > $2 and shown_change <= $3
         union all
         select batch_id, false
         from batch
         where catalog_id = $1 and removed_change > $2 and removed_change <= $3"#,
        slice.catalog_id,
        slice.change,
        up_to
    )
    .fetch_all(db)
    .await
    .operation("following changes")
}

/// How many times settings changed after the slice's change, up to another.
pub(super) async fn settings_changes(
    db: &PgPool,
    slice: &Slice,
    up_to: i64,
) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
         from change
         where catalog_id = $1 and change > $2 and change <= $3 and kind = 'settings'"#,
        slice.catalog_id,
        slice.change,
        up_to
    )
    .fetch_one(db)
    .await
    .operation("following changes")
}

/// Whether any of the batches describes an item.
pub(super) async fn describe_items(db: &PgPool, batches: &[i64]) -> Result<bool, StoreError> {
    sqlx::query_scalar!(
        r#"select exists (select from item_record where batch_id = any($1)) as "any!""#,
        batches
    )
    .fetch_one(db)
    .await
    .operation("looking for described items")
}

/// When the newest interaction of some batches happened, of those from a time on.
pub(super) async fn newest_of(
    db: &PgPool,
    batches: &[i64],
    from: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query_scalar!(
        "select max(at) from interaction
         where batch_id = any($1) and ($2::timestamptz is null or at >= $2)",
        batches,
        from
    )
    .fetch_one(db)
    .await
    .operation("finding the newest interaction")
}

/// Hands every interaction of some batches that counts to `each`, with its batch; those from a time
/// on where one is given.
pub(super) async fn choices_of(
    db: &PgPool,
    batches: &[i64],
    from: Option<DateTime<Utc>>,
    rule: &Catalog,
    mut each: impl FnMut(i64, Choice),
) -> Result<(), StoreError> {
    let mut rows = sqlx::query!(
        r#"select batch_id, item_id, user_id,
                basket_of($3, $4, $5, user_id, basket_id, at) as "basket_id?"
         from interaction
         where batch_id = any($1) and row_counts($6, $2, kind, weight)
           and ($7::timestamptz is null or at >= $7)"#,
        batches,
        rule.least_weight,
        rule.basket_rule.as_str(),
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref(),
        from
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await.operation("reading interactions")? {
        let choice = Choice {
            item_id: row.item_id,
            user_id: row.user_id,
            basket_id: row.basket_id,
        };
        each(row.batch_id, choice);
    }
    Ok(())
}
