//! Every SQL statement on settings: changing them, their history, and what a change would do.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use std::collections::{HashMap, HashSet};

use super::types::{Difference, KINDS_MOST, Patch, differences};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::store::{Row, find_visible, lock_changes};
use crate::catalog::types::{Catalog, Window};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::jobs::meter::Meter;

const CHANGING: &str = "changing settings";
const PREVIEWING: &str = "counting under other settings";
/// Changes that the history lists.
pub const HISTORY_SHOWN: i64 = 50;

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The catalog as it is now.
    pub catalog: Catalog,
    /// What differs; empty where everything was so already, and no number was taken.
    pub differences: Vec<Difference>,
}

/// Changes settings under the catalog's next number. `seen` is the newest change of settings that
/// whoever asks has seen; if there is a newer one, nothing is changed.
pub async fn change(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    patch: &Patch,
    seen: Option<i64>,
) -> Result<Changed, AppError> {
    let mut transaction = db.begin().await.operation(CHANGING)?;
    lock_changes(&mut transaction, catalog_id).await?;
    let before = find_visible(&mut transaction, catalog_id).await?;
    let before =
        before.ok_or_else(|| AppError::not_found(format!("The catalog “{catalog_id}”")))?;
    if seen.is_some() && seen != Some(newest(&mut transaction, catalog_id).await?) {
        return Err(AppError::conflict(
            "Somebody changed these settings while you looked at them: nothing was saved. Look at \
             them as they are now, and preview your change again.",
        ));
    }
    let mut after = patch.apply(&before)?;
    check_time_zone(&mut transaction, &after.time_zone).await?;
    let differences = differences(&before, &after);
    if !differences.is_empty() {
        let entry = Entry {
            action: "catalog.settings",
            catalog_id: Some(catalog_id),
            subject: catalog_id.to_owned(),
            detail: json!({ "changes": differences }),
        };
        record(&mut transaction, actor, entry).await?;
        after.last_change = write(&mut transaction, actor, &after).await?;
        transaction.commit().await.operation(CHANGING)?;
    }
    Ok(Changed {
        catalog: after,
        differences,
    })
}

/// The newest change of settings; 0 where there was none.
async fn newest(connection: &mut PgConnection, catalog_id: &str) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        r#"select coalesce(max(change), 0) as "change!"
           from catalog_settings where catalog_id = $1"#,
        catalog_id
    )
    .fetch_one(connection)
    .await
    .operation(CHANGING)
}

pub(in crate::catalog) async fn check_time_zone(
    connection: &mut PgConnection,
    name: &str,
) -> Result<(), AppError> {
    let is_known = sqlx::query_scalar!(
        r#"select exists (select from pg_timezone_names where name = $1) as "known!""#,
        name
    )
    .fetch_one(connection)
    .await
    .operation("looking for a time zone")?;
    if is_known {
        return Ok(());
    }
    Err(AppError::invalid(
        "time_zone",
        format!(
            "“time_zone”: “{name}” is not a name of the time zone database, such as UTC or \
             Europe/Paris."
        ),
    ))
}

/// Writes settings under the next number, which it gives, and keeps those of before. The last
/// statement of its transaction: from here on the catalog's row is locked.
async fn write(
    connection: &mut PgConnection,
    actor: &Actor,
    after: &Catalog,
) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        // Every part of the statement sees the catalog as it was before.
        r#"with numbered as (
             update catalog
             set last_change = last_change + 1,
                 name = $4, basket_rule = $5, basket_window = $6, kinds = $7, least_weight = $8,
                 time_zone = $9, hide_chosen = $10, same_category = $11, least_rows = $12,
                 least_together = $13, most_items = $14
             where catalog_id = $1
             returning last_change
         ), kept as (
             insert into catalog_settings
                 (catalog_id, change, name, basket_rule, basket_window, kinds, least_weight,
                  time_zone, hide_chosen, same_category, least_rows, least_together,
                  most_items, changed_by, changed_by_name)
             select catalog_id, numbered.last_change, name, basket_rule, basket_window, kinds,
                    least_weight, time_zone, hide_chosen, same_category, least_rows,
                    least_together, most_items, $2, $3
             from catalog, numbered
             where catalog_id = $1
         )
         insert into change (catalog_id, change, kind)
         select $1, last_change, 'settings' from numbered
         returning change"#,
        after.id,
        actor.key(),
        actor.name,
        after.name,
        after.basket_rule.as_str(),
        after.basket_window.map(Window::as_str),
        after.kinds.as_deref(),
        after.least_weight,
        after.time_zone,
        after.hide_chosen,
        after.same_category.as_str(),
        after.least_rows as i32,
        after.least_together as i32,
        after.most_items.map(|items| items as i32)
    )
    .fetch_one(connection)
    .await
    .operation(CHANGING)
}

/// A change of settings that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its number.
    pub change: i64,
    pub by: String,
    pub at: DateTime<Utc>,
    pub before: Catalog,
    pub after: Catalog,
}

/// The newest changes of settings, the newest first, and how many there were.
pub async fn history(db: &PgPool, now: &Catalog) -> Result<(Vec<Past>, i64), StoreError> {
    let rows = sqlx::query!(
        r#"select change, name, basket_rule, basket_window, kinds, least_weight, time_zone,
                  least_rows, least_together, hide_chosen, same_category, most_items,
                  changed_by_name,
                  changed_at, count(*) over () as "total!"
           from catalog_settings
           where catalog_id = $1
           order by change desc
           limit $2"#,
        now.id,
        HISTORY_SHOWN
    )
    .fetch_all(db)
    .await
    .operation("reading the history of settings")?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut after = now.clone();
    let history = rows.into_iter().map(|row| {
        let before = Catalog::from(Row {
            catalog_id: now.id.clone(),
            name: row.name,
            basket_rule: row.basket_rule,
            basket_window: row.basket_window,
            kinds: row.kinds,
            least_weight: row.least_weight,
            most_items: row.most_items,
            time_zone: row.time_zone,
            least_rows: row.least_rows,
            least_together: row.least_together,
            hide_chosen: row.hide_chosen,
            same_category: row.same_category,
            first_change: now.first_change,
            last_change: now.last_change,
        });
        Past {
            change: row.change,
            by: row.changed_by_name,
            at: row.changed_at,
            before: before.clone(),
            after: std::mem::replace(&mut after, before),
        }
    });
    Ok((history.collect(), total))
}

/// What rows give under some settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Rows that count.
    pub rows: i64,
    pub baskets: i64,
    /// Items that stand in a basket.
    pub items: i64,
}

/// What a change of settings does to what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Visible rows, whether they count or not.
    pub rows: i64,
    pub before: Counted,
    pub after: Counted,
}

/// Reads visible rows once and counts them under two states of one catalog's settings.
pub async fn effect(
    db: &PgPool,
    before: &Catalog,
    after: &Catalog,
    meter: &Meter,
) -> Result<Effect, StoreError> {
    meter.expect(visible_rows(db, &before.id).await?);
    let mut rows = sqlx::query!(
        r#"select interaction.item_id,
                  case when row_counts($2, $3, interaction.kind, interaction.weight)
                      then basket_of(
                          $4, $5, $6, interaction.user_id, interaction.basket_id, interaction.at
                      )
                  end as before_basket,
                  case when row_counts($7, $8, interaction.kind, interaction.weight)
                      then basket_of(
                          $9, $10, $11, interaction.user_id, interaction.basket_id, interaction.at
                      )
                  end as after_basket
           from interaction
           join batch using (batch_id)
           where batch.catalog_id = $1 and batch.state = 'visible'"#,
        before.id,
        before.kinds.as_deref(),
        before.least_weight,
        before.basket_rule.as_str(),
        before.basket_window.map(Window::as_str),
        before.time_zone,
        after.kinds.as_deref(),
        after.least_weight,
        after.basket_rule.as_str(),
        after.basket_window.map(Window::as_str),
        after.time_zone
    )
    .fetch(db);
    let (mut all, mut before, mut after) = (0, Tally::new(before), Tally::new(after));
    while let Some(row) = rows.try_next().await.operation(PREVIEWING)? {
        all += 1;
        before.add(row.before_basket, &row.item_id);
        after.add(row.after_basket, &row.item_id);
        meter.add(1);
    }
    Ok(Effect {
        rows: all,
        before: before.counted(),
        after: after.counted(),
    })
}

/// What rows give, as they come.
struct Tally {
    most_items: Option<u32>,
    /// Each item that came, with its number.
    items: HashMap<String, u32>,
    baskets: HashMap<String, Basket>,
}

#[derive(Default)]
struct Basket {
    rows: i64,
    items: HashSet<u32>,
}

impl Tally {
    fn new(catalog: &Catalog) -> Self {
        Self {
            most_items: catalog.most_items,
            items: HashMap::new(),
            baskets: HashMap::new(),
        }
    }

    fn add(&mut self, basket: Option<String>, item_id: &str) {
        let Some(basket) = basket else {
            return;
        };
        let next = self.items.len() as u32;
        let item = match self.items.get(item_id) {
            Some(item) => *item,
            None => *self.items.entry(item_id.to_owned()).or_insert(next),
        };
        let basket = self.baskets.entry(basket).or_default();
        basket.rows += 1;
        // What a basket holds matters only where a large one does not count.
        if self.most_items.is_some() {
            basket.items.insert(item);
        }
    }

    fn counted(&self) -> Counted {
        let most = self.most_items.map_or(usize::MAX, |items| items as usize);
        let counting = || {
            self.baskets
                .values()
                .filter(|held| held.items.len() <= most)
        };
        let items = match self.most_items {
            None => self.items.len(),
            Some(_) => counting()
                .flat_map(|held| &held.items)
                .collect::<HashSet<_>>()
                .len(),
        };
        Counted {
            rows: counting().map(|held| held.rows).sum(),
            baskets: counting().count() as i64,
            items: items as i64,
        }
    }
}

/// About how many rows are visible.
async fn visible_rows(db: &PgPool, catalog_id: &str) -> Result<u64, StoreError> {
    let rows = sqlx::query_scalar!(
        r#"select coalesce(sum(accepted), 0)::bigint as "rows!"
           from batch
           where catalog_id = $1 and state = 'visible'"#,
        catalog_id
    )
    .fetch_one(db)
    .await
    .operation(PREVIEWING)?;
    Ok(rows.unsigned_abs())
}

/// A kind of interaction that occurs, and in how many visible rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub name: String,
    pub rows: i64,
}

/// The kinds that occur, the most frequent first: as many as settings can name.
pub async fn kinds(db: &PgPool, catalog_id: &str) -> Result<Vec<Kind>, StoreError> {
    sqlx::query_as!(
        Kind,
        r#"select kind as name, count(*) as "rows!"
           from interaction
           join batch using (batch_id)
           where batch.catalog_id = $1 and batch.state = 'visible'
           group by kind
           order by count(*) desc, kind collate "C"
           limit $2"#,
        catalog_id,
        KINDS_MOST as i64
    )
    .fetch_all(db)
    .await
    .operation("counting kinds of interactions")
}

/// Names of time zones to choose from: those named after a place, and UTC.
pub async fn time_zones(db: &PgPool) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!(
        r#"select name as "name!"
           from pg_timezone_names
           where name = 'UTC'
              or name ~ '^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/'
           order by name = 'UTC' desc, name"#
    )
    .fetch_all(db)
    .await
    .operation("listing time zones")
}
