//! Deleting catalogs in a real database, whole and beside whatever else goes on.

use serde_json::Value;
use sqlx::{Connection as _, PgPool};

use super::store::{delete, losses};
use crate::accounts::store::{NewToken, create_token, find_by_token};
use crate::accounts::types::{Actor, Role};
use crate::catalog::making::store::create;
use crate::catalog::settings::store::change;
use crate::catalog::settings::types::Patch;
use crate::catalog::{lock, store};
use crate::error::AppError;
use crate::index::Index;
use crate::jobs::meter::Meter;
use crate::lists::tests::seed;

async fn shop(db: &PgPool) -> Index {
    seed::catalog(db, "shop", "basket").await;
    let batch = seed::batch(db, "shop", &[("1", "a"), ("1", "b")]).await;
    seed::category(db, batch, "a", "food").await;
    seed::show(db, "shop", batch).await;
    sqlx::query("insert into change values ('shop', 1, 'show', $1)")
        .bind(batch)
        .execute(db)
        .await
        .unwrap();
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    index
}

/// One row in every table that can hold something of a catalog.
async fn furnish(db: &PgPool) {
    for statement in [
        "insert into user_record select batch_id, '1', '{}' from batch where catalog_id = 'shop'",
        "insert into quarantine select batch_id, 0, 'f', 1, null, 'r', 't' from batch where catalog_id = 'shop'",
        "insert into override (catalog_id, kind, item_id, scope, reason, author, author_name)
         values ('shop', 'block', 'a', 'catalog', 'wrong', 'command', 'c')",
        "insert into flag (catalog_id, item_id, anchor, reason, scope, list_id, seen, author, author_name)
         values ('shop', 'a', '{}', 'wrong', 'item', 'l', '{}', 'command', 'c')",
        "insert into feedback (catalog_id, list_id, item_id, anchor, kind, author)
         values ('shop', 'l', 'a', '{}', 'accept', 'command')",
        "insert into account (name) values ('ann')",
        "insert into saved_view (account_id, catalog_id, name, path, query)
         select account_id, 'shop', 'v', '/catalogs/shop/flags', '' from account",
        "insert into model_version (catalog_id, number, recipe, stage, training)
         values ('shop', 2, '{}', 'draft', '{}')",
        "insert into model_weights
         select version_id, '{}', '', '' from model_version where number = 2",
        "insert into server (address) values ('http://one')",
        "insert into server_catalog select server_id, 'shop', 1, now(), '' from server",
    ] {
        sqlx::query(statement).execute(db).await.unwrap();
    }
    let hide = Patch {
        hide_chosen: Some(true),
        ..Patch::default()
    };
    change(db, &Actor::command(), "shop", &hide, None)
        .await
        .unwrap();
}

#[sqlx::test]
async fn nothing_of_a_deleted_catalog_is_left_but_the_trail(db: PgPool) {
    let index = shop(&db).await;
    furnish(&db).await;
    seed::catalog(&db, "other", "user").await;
    let other = seed::batch(&db, "other", &[("1", "a")]).await;
    seed::show(&db, "other", other).await;
    let new = NewToken {
        name: "till",
        role: Role::Application,
        catalog_id: Some("shop"),
        expires_at: None,
    };
    let token = create_token(&db, &Actor::command(), &new).await.unwrap();

    let expected = losses(&db, "shop").await.unwrap();
    let lost = delete(&db, &Actor::command(), "shop", &Meter::default())
        .await
        .unwrap();
    assert_eq!(lost, expected);
    let figures = [
        lost.interactions,
        lost.imports,
        lost.records,
        lost.quarantined,
        lost.overrides,
        lost.flags,
        lost.feedback,
        lost.models,
        lost.saved_views,
        lost.tokens,
    ];
    assert_eq!(figures, [2, 1, 2, 1, 1, 1, 1, 1, 1, 1]);

    // Whatever table names a catalog or a batch, also one that is yet to come: no row is left.
    let naming: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text
         from information_schema.columns
         where table_schema = 'public' and column_name in ('catalog_id', 'batch_id')
           and table_name not in ('audit_entry', 'deleted_catalog', 'api_token')",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert!(naming.len() >= 14, "{naming:?}");
    for (table, column) in naming {
        let statement = format!(
            "select count(*) from {table} where {column}::text not in ('other', '{other}')"
        );
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(
            left, 0,
            "{table} still has rows of the catalog: delete them in store.rs"
        );
    }
    let now = chrono::Utc::now();
    let gone = find_by_token(&db, token.as_str(), now).await.unwrap();
    assert!(gone.is_none(), "its token is revoked");
    let (actor, detail): (String, Value) = sqlx::query_as(
        "select actor, detail from audit_entry where action = 'catalog.delete' and subject = 'shop'",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(
        (actor.as_str(), &detail["lost"]["interactions"]),
        ("command", &Value::from(2))
    );

    index.refresh().await.unwrap();
    let said = index.current("shop").err().unwrap().to_string();
    assert!(said.contains("was deleted on"), "{said}");
    assert_eq!(index.current("other").unwrap().baskets.len(), 1);
    let again = delete(&db, &Actor::command(), "shop", &Meter::default()).await;
    assert!(matches!(again, Err(AppError::NotFound { .. })));
}

#[sqlx::test]
async fn a_catalog_made_again_is_another_one(db: PgPool) {
    let index = shop(&db).await;
    let old = index.current("shop").unwrap();
    delete(&db, &Actor::command(), "shop", &Meter::default())
        .await
        .unwrap();
    let named = Patch {
        name: Some("Shop".to_owned()),
        ..Patch::default()
    };
    // The follower did not look in between.
    let made = create(&db, &Actor::command(), "shop", &named)
        .await
        .unwrap();
    assert!(made.last_change > old.change + 1);
    assert_eq!(store::find(&db, "shop").await.unwrap(), Some(made.clone()));
    let batch = seed::batch(&db, "shop", &[("7", "x")]).await;
    seed::show(&db, "shop", batch).await;
    index.refresh().await.unwrap();
    let new = index.current("shop").unwrap();
    assert_eq!(
        (new.items.len(), new.basket_ids.as_slice()),
        (1, ["7".to_owned()].as_slice())
    );
    // Versions of the old one are versions of nothing.
    assert!(index.at("shop", old.change).await.is_err());
    assert!(index.at("shop", made.last_change).await.is_ok());
    let twice = create(&db, &Actor::command(), "shop", &named).await;
    assert!(matches!(twice, Err(AppError::Conflict { .. })), "{twice:?}");
}

#[sqlx::test]
async fn a_running_import_is_not_cut_off_and_a_killed_one_is_no_hindrance(db: PgPool) {
    let index = shop(&db).await;
    seed::batch(&db, "shop", &[("5", "e")]).await;
    let mut importing = db.acquire().await.unwrap().detach();
    sqlx::query("select pg_advisory_lock($1)")
        .bind(lock::import("shop", b""))
        .execute(&mut importing)
        .await
        .unwrap();
    let refused = delete(&db, &Actor::command(), "shop", &Meter::default())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("is running"), "{refused}");
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().items.len(), 2);

    importing.close().await.unwrap();
    // The server notices a closed connection a moment later.
    let mut tries = 0;
    while let Err(error) = delete(&db, &Actor::command(), "shop", &Meter::default()).await {
        tries += 1;
        assert!(tries < 100, "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[sqlx::test]
async fn a_large_catalog_goes_stretch_by_stretch_and_no_other_loses_a_row(db: PgPool) {
    const ROWS: i64 = 60_000;
    shop(&db).await;
    seed::catalog(&db, "other", "basket").await;
    seed::batch(&db, "other", &[("1", "a")]).await;
    // Rows of both lie beside each other.
    sqlx::query(
        "insert into interaction (batch_id, dedupe_key, basket_id, item_id, kind)
         select batch_id, int8send(row), 'basket', 'item', 'purchase'
         from generate_series(1, $1) row
         cross join batch
         order by row",
    )
    .bind(ROWS)
    .execute(&db)
    .await
    .unwrap();
    let meter = Meter::default();
    let lost = delete(&db, &Actor::command(), "shop", &meter)
        .await
        .unwrap();
    assert_eq!(lost.interactions, ROWS + 2);
    assert_eq!(meter.read(), (ROWS as u64 + 2, ROWS as u64 + 2));
    let left: Vec<(String, i64)> = sqlx::query_as(
        "select catalog_id, count(*) from interaction join batch using (batch_id) group by 1",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(left, [("other".to_owned(), ROWS + 1)]);
}
