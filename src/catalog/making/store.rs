//! The SQL statement that makes a catalog.

use serde_json::json;
use sqlx::{PgConnection, PgPool};

use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::settings::store::check_time_zone;
use crate::catalog::settings::types::{Patch, name, values};
use crate::catalog::store::lock_changes;
use crate::catalog::types::{BasketRule, Catalog, SameCategory, Window, is_id};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};

const MAKING: &str = "making a catalog";

/// Makes an empty catalog that people see at once; its first change. One that only a killed import
/// began is made as if it were not there, and its files can still be imported.
pub async fn create(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    settings: &Patch,
) -> Result<Catalog, AppError> {
    let mut catalog = settings.apply(&plain(catalog_id)?)?;
    catalog.name = name(&catalog.name)?;
    let mut transaction = db.begin().await.operation(MAKING)?;
    lock_changes(&mut transaction, catalog_id).await?;
    check_time_zone(&mut transaction, &catalog.time_zone).await?;
    let settings: serde_json::Map<_, _> = values(&catalog)
        .into_iter()
        .map(|(setting, value)| (setting.to_owned(), value))
        .collect();
    let entry = Entry {
        action: "catalog.create",
        catalog_id: Some(catalog_id),
        subject: catalog_id.to_owned(),
        detail: json!(settings),
    };
    record(&mut transaction, actor, entry).await?;
    let Some(change) = insert(&mut transaction, &catalog).await? else {
        return Err(AppError::conflict(format!(
            "There is a catalog “{catalog_id}” already: choose another id, or change its settings."
        )));
    };
    transaction.commit().await.operation(MAKING)?;
    catalog.first_change = change - 1;
    catalog.last_change = change;
    Ok(catalog)
}

/// A catalog as it is where nothing is said.
fn plain(catalog_id: &str) -> Result<Catalog, AppError> {
    if !is_id(catalog_id) {
        return Err(AppError::invalid(
            "id",
            "“id”: an id has 1 to 63 lower-case letters, digits, - and _, and begins with a letter \
             or a digit.",
        ));
    }
    Ok(Catalog {
        id: catalog_id.to_owned(),
        name: String::new(),
        basket_rule: BasketRule::Basket,
        basket_window: None,
        kinds: None,
        least_weight: None,
        most_items: None,
        time_zone: "UTC".to_owned(),
        least_rows: 3,
        least_together: 2,
        hide_chosen: false,
        same_category: SameCategory::Any,
        first_change: 0,
        last_change: 0,
    })
}

/// The catalog's first change; `None` where people see one of this id.
async fn insert(
    connection: &mut PgConnection,
    catalog: &Catalog,
) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"with made as (
             insert into catalog
                 (catalog_id, name, basket_rule, basket_window, kinds, least_weight, time_zone,
                  hide_chosen, same_category, least_rows, least_together, most_items,
                  first_change, last_change, visible)
             select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                    numbers.given, numbers.given + 1, true
             from (
                 -- Numbers that a deleted catalog of this id had are not given again.
                 select coalesce(max(last_change), 0) as given
                 from deleted_catalog where deleted_catalog.catalog_id = $1
             ) numbers
             on conflict (catalog_id) do update
             set name = excluded.name, basket_rule = excluded.basket_rule,
                 basket_window = excluded.basket_window, kinds = excluded.kinds,
                 least_weight = excluded.least_weight, time_zone = excluded.time_zone,
                 hide_chosen = excluded.hide_chosen, same_category = excluded.same_category,
                 least_rows = excluded.least_rows, least_together = excluded.least_together,
                 most_items = excluded.most_items,
                 first_change = excluded.first_change, last_change = excluded.last_change,
                 visible = true
             where not catalog.visible
             returning last_change
         )
         insert into change (catalog_id, change, kind)
         select $1, last_change, 'settings' from made
         returning change"#,
        catalog.id,
        catalog.name,
        catalog.basket_rule.as_str(),
        catalog.basket_window.map(Window::as_str),
        catalog.kinds.as_deref(),
        catalog.least_weight,
        catalog.time_zone,
        catalog.hide_chosen,
        catalog.same_category.as_str(),
        catalog.least_rows as i32,
        catalog.least_together as i32,
        catalog.most_items.map(|items| items as i32)
    )
    .fetch_optional(connection)
    .await
    .operation(MAKING)
}
