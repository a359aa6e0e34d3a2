//! What training and measuring read beside the table: times of baskets, a day to split at, segments.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::catalog::types::Window;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::snapshot::Snapshot;

/// The share of interactions that is earlier than where time is split.
const EARLIER: f64 = 0.8;
/// A field with more values than this is no segment: a name, an address.
const MOST_VALUES: usize = 30;
/// Owners that a segment has at least.
const FEWEST: usize = 10;

/// The moment that splits a table's interactions in time, four fifths before it; none where they have
/// no times.
pub(super) async fn cutoff(
    db: &PgPool,
    snapshot: &Snapshot,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let rule = &snapshot.catalog;
    sqlx::query_scalar!(
        r#"select percentile_disc($3::float8) within group (order by interaction.at) as "cutoff: _"
           from interaction
           join batch using (batch_id)
           where batch.catalog_id = $1
             and batch.shown_change <= $2
             and (batch.removed_change is null or batch.removed_change > $2)
             and row_counts($4, $5, interaction.kind, interaction.weight)"#,
        rule.id,
        snapshot.change,
        EARLIER,
        rule.kinds.as_deref(),
        rule.least_weight
    )
    .fetch_one(db)
    .await
    .operation("finding where time is split")
}

/// By basket, how many days before the newest of all its newest interaction happened; a basket without
/// a time is as new as the newest. None where no interaction has a time.
pub(super) async fn ages(db: &PgPool, snapshot: &Snapshot) -> Result<Option<Vec<f64>>, StoreError> {
    let Some(newest) = snapshot.newest else {
        return Ok(None);
    };
    let rule = &snapshot.catalog;
    let rows = sqlx::query!(
        r#"select basket_of(
                      $3, $4, $5, interaction.user_id, interaction.basket_id, interaction.at
                  ) as "basket_id!",
                  max(interaction.at) as "newest!"
           from interaction
           join batch using (batch_id)
           where batch.catalog_id = $1
             and batch.shown_change <= $2
             and (batch.removed_change is null or batch.removed_change > $2)
             and row_counts($6, $7, interaction.kind, interaction.weight)
             and interaction.at is not null
             and basket_of(
                     $3, $4, $5, interaction.user_id, interaction.basket_id, interaction.at
                 ) is not null
           group by 1"#,
        rule.id,
        snapshot.change,
        rule.basket_rule.as_str(),
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref(),
        rule.least_weight
    )
    .fetch_all(db)
    .await
    .operation("reading the times of baskets")?;
    let days: HashMap<&str, f64> = rows
        .iter()
        .map(|row| {
            let age = (newest - row.newest).as_seconds_f64() / 86_400.0;
            (row.basket_id.as_str(), age.max(0.0))
        })
        .collect();
    let of = |basket: &String| days.get(basket.as_str()).copied().unwrap_or(0.0);
    Ok(Some(snapshot.basket_ids.iter().map(of).collect()))
}

/// The segments of users: each as `field: value`, with the numbers of its users among `user_ids`, both
/// ascending. Fields with very many values and segments of fewer than ten users are left out.
pub(super) async fn segments(
    db: &PgPool,
    snapshot: &Snapshot,
    user_ids: &[String],
) -> Result<Vec<(String, Vec<u32>)>, StoreError> {
    let rows = sqlx::query!(
        r#"select latest.user_id as "user_id!", field.key as "field!", field.value as "value!"
           from (
               select distinct on (user_record.user_id)
                      user_record.user_id, user_record.attributes
               from user_record
               join batch using (batch_id)
               where batch.catalog_id = $1
                 and batch.shown_change <= $2
                 and (batch.removed_change is null or batch.removed_change > $2)
               order by user_record.user_id, batch.shown_change desc
           ) latest
           cross join lateral jsonb_each_text(latest.attributes) field
           where field.value <> ''"#,
        snapshot.catalog.id,
        snapshot.change
    )
    .fetch_all(db)
    .await
    .operation("reading segments of users")?;
    let mut fields: BTreeMap<&str, BTreeMap<&str, Vec<u32>>> = BTreeMap::new();
    for row in &rows {
        if let Ok(user) = user_ids.binary_search(&row.user_id) {
            let values = fields.entry(&row.field).or_default();
            values.entry(&row.value).or_default().push(user as u32);
        }
    }
    let mut segments = Vec::new();
    for (field, values) in fields {
        if values.len() > MOST_VALUES {
            continue;
        }
        for (value, mut users) in values {
            users.sort_unstable();
            if users.len() >= FEWEST {
                segments.push((format!("{field}: {value}"), users));
            }
        }
    }
    Ok(segments)
}
