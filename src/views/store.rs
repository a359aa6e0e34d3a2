//! Every SQL statement about saved views.

use serde_json::json;
use sqlx::PgPool;

use super::types::{Address, VIEWS_MOST, View};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};

/// An account's views of one catalog, by name.
pub async fn list(db: &PgPool, account_id: i64, catalog_id: &str) -> Result<Vec<View>, StoreError> {
    let rows = sqlx::query!(
        "select view_id, name, path, query
         from saved_view
         where account_id = $1 and catalog_id = $2
         order by lower(name), name",
        account_id,
        catalog_id
    )
    .fetch_all(db)
    .await
    .operation("listing saved views")?;
    Ok(rows
        .into_iter()
        .map(|row| View {
            id: row.view_id,
            name: row.name,
            address: Address {
                path: row.path,
                query: row.query,
            },
        })
        .collect())
}

/// Keeps a view and its entry in the audit trail in one commit.
pub async fn insert(
    db: &PgPool,
    actor: &Actor,
    account_id: i64,
    catalog_id: &str,
    name: &str,
    address: &Address,
) -> Result<i64, AppError> {
    let mut transaction = db.begin().await.operation("saving a view")?;
    let inserted = sqlx::query_scalar!(
        "insert into saved_view (account_id, catalog_id, name, path, query)
         select $1, $2, $3, $4, $5
         where (
             select count(*) from saved_view where account_id = $1 and catalog_id = $2
         ) < $6
         returning view_id",
        account_id,
        catalog_id,
        name,
        address.path,
        address.query,
        VIEWS_MOST
    )
    .fetch_optional(&mut *transaction)
    .await;
    let view_id = once(inserted, name)?.ok_or_else(|| {
        AppError::conflict(format!(
            "You keep {VIEWS_MOST} views of this catalog, the most there may be; delete one first."
        ))
    })?;
    let entry = Entry {
        action: "view.create",
        catalog_id: Some(catalog_id),
        subject: view_id.to_string(),
        detail: json!({ "name": name, "path": address.path, "query": address.query }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation("saving a view")?;
    Ok(view_id)
}

/// Gives one's own view another name.
pub async fn rename(
    db: &PgPool,
    actor: &Actor,
    account_id: i64,
    catalog_id: &str,
    view_id: i64,
    name: &str,
) -> Result<(), AppError> {
    let mut transaction = db.begin().await.operation("renaming a view")?;
    let renamed = sqlx::query!(
        "update saved_view set name = $4
         where view_id = $1 and account_id = $2 and catalog_id = $3",
        view_id,
        account_id,
        catalog_id,
        name
    )
    .execute(&mut *transaction)
    .await;
    if once(renamed, name)?.rows_affected() == 0 {
        return Err(not_there());
    }
    let entry = Entry {
        action: "view.rename",
        catalog_id: Some(catalog_id),
        subject: view_id.to_string(),
        detail: json!({ "name": name }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation("renaming a view")?;
    Ok(())
}

/// Deletes one's own view; the audit trail keeps what it was.
pub async fn delete(
    db: &PgPool,
    actor: &Actor,
    account_id: i64,
    catalog_id: &str,
    view_id: i64,
) -> Result<(), AppError> {
    let mut transaction = db.begin().await.operation("deleting a view")?;
    let deleted = sqlx::query!(
        "delete from saved_view
         where view_id = $1 and account_id = $2 and catalog_id = $3
         returning name, path, query",
        view_id,
        account_id,
        catalog_id
    )
    .fetch_optional(&mut *transaction)
    .await
    .operation("deleting a view")?;
    let deleted = deleted.ok_or_else(not_there)?;
    let entry = Entry {
        action: "view.delete",
        catalog_id: Some(catalog_id),
        subject: view_id.to_string(),
        detail: json!({ "name": deleted.name, "path": deleted.path, "query": deleted.query }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation("deleting a view")?;
    Ok(())
}

fn not_there() -> AppError {
    AppError::not_found("Your saved view")
}

/// A second view of one name becomes a sentence.
fn once<T>(result: Result<T, sqlx::Error>, name: &str) -> Result<T, AppError> {
    match result {
        Err(sqlx::Error::Database(cause)) if cause.constraint() == Some("saved_view_name_once") => {
            Err(AppError::conflict(format!(
                "You have a view called “{name}” here; choose another name."
            )))
        }
        other => Ok(other.operation("saving a view")?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts;
    use crate::accounts::types::{ActorId, Role};
    use crate::lists::tests::seed;

    async fn analyst(db: &PgPool, name: &str) -> (i64, Actor) {
        let id = accounts::store::create(db, &Actor::command(), name, &[Role::Analyst])
            .await
            .unwrap();
        let actor = Actor {
            id: ActorId::Account(id),
            name: name.to_owned(),
            roles: vec![Role::Analyst],
            catalog_id: None,
        };
        (id, actor)
    }

    async fn names(db: &PgPool, account: i64) -> Vec<String> {
        let views = list(db, account, "shop").await.unwrap();
        views.into_iter().map(|view| view.name).collect()
    }

    #[sqlx::test]
    async fn a_view_is_its_accounts_alone_and_its_name_is_taken_once(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let ((ann, actor), (bob, other)) = (analyst(&db, "ann").await, analyst(&db, "bob").await);
        let address = Address::parse("shop", "/catalogs/shop/flags", "a=1").unwrap();
        let keep = async |name: &str| insert(&db, &actor, ann, "shop", name, &address).await;
        let first = keep("bread").await.unwrap();
        let second = keep("Apples").await.unwrap();
        assert!(matches!(
            keep("bread").await,
            Err(AppError::Conflict { .. })
        ));
        insert(&db, &other, bob, "shop", "bread", &address)
            .await
            .unwrap();
        assert_eq!(names(&db, ann).await, ["Apples", "bread"]);
        assert_eq!(list(&db, ann, "shop").await.unwrap()[0].address, address);

        let taken = rename(&db, &actor, ann, "shop", second, "bread").await;
        assert!(matches!(taken, Err(AppError::Conflict { .. })));
        rename(&db, &actor, ann, "shop", second, "Pears")
            .await
            .unwrap();
        // Nobody reaches the view of another.
        let not_his = rename(&db, &other, bob, "shop", first, "mine").await;
        assert!(matches!(not_his, Err(AppError::NotFound { .. })));
        let not_his = delete(&db, &other, bob, "shop", first).await;
        assert!(matches!(not_his, Err(AppError::NotFound { .. })));
        delete(&db, &actor, ann, "shop", first).await.unwrap();
        let again = delete(&db, &actor, ann, "shop", first).await;
        assert!(matches!(again, Err(AppError::NotFound { .. })));
        assert_eq!(names(&db, ann).await, ["Pears"]);
        let trail: Vec<String> = sqlx::query_scalar(
            "select action from audit_entry where actor = $1 order by audit_entry",
        )
        .bind(actor.key())
        .fetch_all(&db)
        .await
        .unwrap();
        assert_eq!(
            trail,
            ["view.create", "view.create", "view.rename", "view.delete"]
        );
    }

    #[sqlx::test]
    async fn there_is_an_end_to_how_many_are_kept(db: PgPool) {
        seed::catalog(&db, "shop", "basket").await;
        let (ann, actor) = analyst(&db, "ann").await;
        sqlx::query(
            "insert into saved_view (account_id, catalog_id, name, path, query)
             select $1, 'shop', 'view ' || n, '/catalogs/shop/flags', ''
             from generate_series(1, $2) n",
        )
        .bind(ann)
        .bind(VIEWS_MOST)
        .execute(&db)
        .await
        .unwrap();
        let address = Address::parse("shop", "/catalogs/shop/flags", "").unwrap();
        let refused = insert(&db, &actor, ann, "shop", "one more", &address).await;
        assert!(matches!(refused, Err(AppError::Conflict { .. })));
    }
}
