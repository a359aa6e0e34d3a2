//! Every SQL statement on catalogs.

use sqlx::PgPool;

use super::types::{BasketRule, Catalog, SameCategory};
use crate::error::respond::{Operation as _, StoreError};

struct Row {
    catalog_id: String,
    name: String,
    basket_rule: String,
    least_weight: Option<f64>,
    least_rows: i32,
    least_together: i32,
    hide_chosen: bool,
    same_category: String,
    last_change: i64,
}

impl From<Row> for Catalog {
    fn from(row: Row) -> Self {
        Self {
            id: row.catalog_id,
            name: row.name,
            basket_rule: BasketRule::parse(&row.basket_rule)
                .expect("BUG: catalog_basket_rule_known admits an unknown rule"),
            least_weight: row.least_weight,
            least_rows: row.least_rows.unsigned_abs(),
            least_together: row.least_together.unsigned_abs(),
            hide_chosen: row.hide_chosen,
            same_category: SameCategory::parse(&row.same_category)
                .expect("BUG: catalog_same_category_known admits an unknown rule"),
            last_change: row.last_change,
        }
    }
}

/// All catalogs that have been shown, by id.
pub async fn list(db: &PgPool) -> Result<Vec<Catalog>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select catalog_id, name, basket_rule, least_weight, least_rows, least_together,
                hide_chosen, same_category, last_change
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
        "select catalog_id, name, basket_rule, least_weight, least_rows, least_together,
                hide_chosen, same_category, last_change
         from catalog
         where catalog_id = $1",
        catalog_id
    )
    .fetch_optional(db)
    .await
    .operation("finding a catalog")?;
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
        "insert into catalog (catalog_id, name, basket_rule, hide_chosen)
         values ($1, $2, $3, $4)
         on conflict (catalog_id) do update
         set name = excluded.name,
             basket_rule = excluded.basket_rule,
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
