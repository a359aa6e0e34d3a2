//! Every SQL statement on catalogs.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::types::{BasketRule, Catalog, SameCategory, Window};
use crate::error::respond::{Operation as _, StoreError};

pub(super) struct Row {
    pub(super) catalog_id: String,
    pub(super) name: String,
    pub(super) basket_rule: String,
    pub(super) basket_window: Option<String>,
    pub(super) kinds: Option<Vec<String>>,
    pub(super) least_weight: Option<f64>,
    pub(super) most_items: Option<i32>,
    pub(super) time_zone: String,
    pub(super) least_rows: i32,
    pub(super) least_together: i32,
    pub(super) hide_chosen: bool,
    pub(super) same_category: String,
    pub(super) first_change: i64,
    pub(super) last_change: i64,
}

impl From<Row> for Catalog {
    fn from(row: Row) -> Self {
        Self {
            id: row.catalog_id,
            name: row.name,
            basket_rule: BasketRule::parse(&row.basket_rule)
                .expect("BUG: catalog_basket_rule_known admits an unknown rule"),
            basket_window: row.basket_window.map(|window| {
                Window::parse(&window)
                    .expect("BUG: catalog_basket_window_known admits an unknown window")
            }),
            kinds: row.kinds,
            least_weight: row.least_weight,
            most_items: row.most_items.map(i32::unsigned_abs),
            time_zone: row.time_zone,
            least_rows: row.least_rows.unsigned_abs(),
            least_together: row.least_together.unsigned_abs(),
            hide_chosen: row.hide_chosen,
            same_category: SameCategory::parse(&row.same_category)
                .expect("BUG: catalog_same_category_known admits an unknown rule"),
            first_change: row.first_change,
            last_change: row.last_change,
        }
    }
}

/// All catalogs that have been shown, by id.
pub async fn list(db: &PgPool) -> Result<Vec<Catalog>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select catalog_id, name, basket_rule, basket_window, kinds, least_weight, time_zone,
                least_rows, least_together, hide_chosen, same_category, most_items, first_change,
                last_change
         from catalog
         where visible
         order by catalog_id"
    )
    .fetch_all(db)
    .await
    .operation("listing catalogs")?;
    Ok(rows.into_iter().map(Catalog::from).collect())
}

/// One catalog, visible or not yet.
pub async fn find(db: &PgPool, catalog_id: &str) -> Result<Option<Catalog>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "select catalog_id, name, basket_rule, basket_window, kinds, least_weight, time_zone,
                least_rows, least_together, hide_chosen, same_category, most_items, first_change,
                last_change
         from catalog
         where catalog_id = $1",
        catalog_id
    )
    .fetch_optional(db)
    .await
    .operation("finding a catalog")?;
    Ok(row.map(Catalog::from))
}

/// A catalog with the settings under which a version of it was counted, and the name it has now;
/// `None` where there is no such catalog.
pub async fn find_at(
    db: &PgPool,
    catalog_id: &str,
    change: i64,
) -> Result<Option<Catalog>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        r#"select catalog_id as "catalog_id!", catalog.name as "name!",
                  version.basket_rule as "basket_rule!", version.basket_window, version.kinds,
                  version.least_weight, version.time_zone as "time_zone!",
                  version.least_rows as "least_rows!",
                  version.least_together as "least_together!",
                  version.hide_chosen as "hide_chosen!",
                  version.same_category as "same_category!", version.most_items, first_change,
                  last_change
           from catalog
           join lateral (
               select change, basket_rule, basket_window, kinds, least_weight, time_zone,
                      least_rows, least_together, hide_chosen, same_category, most_items
               from catalog_settings past
               where past.catalog_id = catalog.catalog_id and past.change > $2
               union all
               select null, catalog.basket_rule, catalog.basket_window, catalog.kinds,
                      catalog.least_weight, catalog.time_zone, catalog.least_rows,
                      catalog.least_together, catalog.hide_chosen, catalog.same_category,
                      catalog.most_items
               order by change nulls last
               limit 1
           ) version on true
           where catalog_id = $1"#,
        catalog_id,
        change
    )
    .fetch_optional(db)
    .await
    .operation("finding the settings of a version")?;
    Ok(row.map(Catalog::from))
}

/// The newest change of every visible catalog: what a follower compares itself with.
pub async fn last_changes(db: &PgPool) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query!("select catalog_id, last_change from catalog where visible")
        .fetch_all(db)
        .await
        .operation("following changes")?;
    Ok(rows
        .into_iter()
        .map(|row| (row.catalog_id, row.last_change))
        .collect())
}

/// The ids of catalogs that were deleted and not made again, and when.
pub async fn deleted(db: &PgPool) -> Result<BTreeMap<String, DateTime<Utc>>, StoreError> {
    let rows = sqlx::query!(
        "select catalog_id, deleted_at
         from deleted_catalog
         where not exists (
             select from catalog
             where catalog.catalog_id = deleted_catalog.catalog_id and visible
         )"
    )
    .fetch_all(db)
    .await
    .operation("listing deleted catalogs")?;
    Ok(rows
        .into_iter()
        .map(|row| (row.catalog_id, row.deleted_at))
        .collect())
}

/// Has one change of a catalog wait for the one before it: whatever takes its next number holds
/// this lock, with the key of [`super::lock::flip`], to the end of its transaction.
pub(super) async fn lock_changes(
    connection: &mut PgConnection,
    catalog_id: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "select pg_advisory_xact_lock($1)",
        super::lock::flip(catalog_id)
    )
    .execute(connection)
    .await
    .operation("waiting for another change of a catalog")?;
    Ok(())
}

/// A catalog that people see, inside a transaction.
pub(super) async fn find_visible(
    connection: &mut PgConnection,
    catalog_id: &str,
) -> Result<Option<Catalog>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "select catalog_id, name, basket_rule, basket_window, kinds, least_weight, time_zone,
                least_rows, least_together, hide_chosen, same_category, most_items, first_change,
                last_change
         from catalog
         where catalog_id = $1 and visible",
        catalog_id
    )
    .fetch_optional(connection)
    .await
    .operation("finding a catalog")?;
    Ok(row.map(Catalog::from))
}

/// Creates a catalog that nobody sees until its first import is shown. One that was never shown
/// takes the new settings; one that people know stays as it is.
pub async fn create_hidden(
    db: &PgPool,
    catalog_id: &str,
    name: &str,
    basket_rule: BasketRule,
    hide_chosen: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into catalog
             (catalog_id, name, basket_rule, hide_chosen, first_change, last_change)
         select $1, $2, $3, $4, numbers.given, numbers.given
         from (
             -- Numbers that a deleted catalog of this id had are not given again.
             select coalesce(max(last_change), 0) as given
             from deleted_catalog where deleted_catalog.catalog_id = $1
         ) numbers
         on conflict (catalog_id) do update
         set name = excluded.name,
             basket_rule = excluded.basket_rule,
             basket_window = null,
             hide_chosen = excluded.hide_chosen
         where not catalog.visible",
        catalog_id,
        name,
        basket_rule.as_str(),
        hide_chosen
    )
    .execute(db)
    .await
    .operation("creating a catalog")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn a_catalog_is_listed_only_once_it_is_visible(db: PgPool) {
        for (name, rule) in [("Other", BasketRule::Basket), ("Films", BasketRule::User)] {
            create_hidden(&db, "films", name, rule, true).await.unwrap();
        }
        assert_eq!(list(&db).await.unwrap(), []);
        assert!(last_changes(&db).await.unwrap().is_empty());

        let films = find(&db, "films").await.unwrap().unwrap();
        assert_eq!(films.name, "Films");
        assert_eq!(films.basket_rule, BasketRule::User);
        sqlx::query("update catalog set visible = true")
            .execute(&db)
            .await
            .unwrap();
        create_hidden(&db, "films", "Other", BasketRule::Basket, false)
            .await
            .unwrap();
        assert_eq!(list(&db).await.unwrap(), [films]);
        assert!(find(&db, "songs").await.unwrap().is_none());
    }
}
