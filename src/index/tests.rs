//! Snapshots from rows in a real database.

use sqlx::PgPool;

use super::Index;
use super::load::{Slice, load};
use crate::lists::tests::seed;

#[sqlx::test]
async fn a_snapshot_counts_what_is_visible_and_nothing_else(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "a")]).await;
    seed::show(&db, "shop", first).await;
    let hidden = seed::batch(&db, "shop", &[("3", "a"), ("3", "c")]).await;

    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let snapshot = index.current("shop").unwrap();
    assert_eq!(snapshot.baskets.len(), 2);
    assert_eq!(snapshot.items.len(), 2);
    assert_eq!(snapshot.together(0, 1), 1);

    seed::show(&db, "shop", hidden).await;
    index.refresh().await.unwrap();
    let later = index.current("shop").unwrap();
    assert_eq!(later.baskets.len(), 3);
    assert_eq!(later.items.len(), 3);
    // Whoever still holds the earlier snapshot keeps its figures.
    assert_eq!(snapshot.baskets.len(), 2);
    assert_ne!(snapshot.version(), later.version());

    let again = index.at("shop", 1).await.unwrap();
    assert_eq!(again.baskets.len(), 2);
    assert_eq!(again.version(), snapshot.version());
    assert!(index.at("shop", 3).await.is_err());
    assert!(index.at("shop", 0).await.is_err());
    assert!(index.current("other").is_err());
}

#[sqlx::test]
async fn removing_a_batch_leaves_what_another_brought_too(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "c")]).await;
    let second = seed::batch(&db, "shop", &[("1", "a"), ("1", "d")]).await;
    seed::show(&db, "shop", first).await;
    seed::show(&db, "shop", second).await;
    let both = load(&db, &Slice::whole("shop", 2)).await.unwrap().unwrap();
    assert_eq!(both.baskets.choices(), 4);

    seed::remove(&db, "shop", first).await;
    let left = load(&db, &Slice::whole("shop", 3)).await.unwrap().unwrap();
    let ids: Vec<&str> = left.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["a", "d"]);
    assert_eq!(left.basket_ids, ["1"]);
    // The change before the removal still counts as it did.
    let before = load(&db, &Slice::whole("shop", 2)).await.unwrap().unwrap();
    assert_eq!(before.baskets.choices(), 4);
}

#[sqlx::test]
async fn a_window_a_weight_and_a_segment_narrow_what_is_counted(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let batch = seed::batch(&db, "shop", &[("u1", "a"), ("u1", "b"), ("u2", "a")]).await;
    sqlx::query(
        "update interaction set weight = 2, at = '2026-03-01T12:00:00Z' where user_id = 'u1'",
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query("insert into user_record values ($1, 'u2', '{\"country\": \"France\"}')")
        .bind(batch)
        .execute(&db)
        .await
        .unwrap();
    seed::show(&db, "shop", batch).await;
    let count = async |slice: Slice| load(&db, &slice).await.unwrap().unwrap().baskets.len();

    let whole = Slice::whole("shop", 1);
    assert_eq!(count(whole.clone()).await, 2);
    let noon = "2026-03-01T12:00:00Z".parse().unwrap();
    let from = Slice {
        from: Some(noon),
        ..whole.clone()
    };
    assert_eq!(count(from).await, 1);
    let after = Slice {
        from: Some(noon + chrono::Duration::seconds(1)),
        ..whole.clone()
    };
    assert_eq!(count(after).await, 0);
    // What a window ends with is its own newest interaction, not the catalog's.
    sqlx::query("update interaction set at = '2026-04-01T12:00:00Z' where user_id = 'u2'")
        .execute(&db)
        .await
        .unwrap();
    let until = Slice {
        to: Some(noon),
        ..whole.clone()
    };
    let newest = |slice: Slice| {
        let db = db.clone();
        async move { load(&db, &slice).await.unwrap().unwrap().newest }
    };
    assert_eq!(newest(until).await, Some(noon));
    assert!(newest(whole.clone()).await > Some(noon));
    let segment = Some(("country".to_owned(), "France".to_owned()));
    assert_eq!(
        count(Slice {
            segment,
            ..whole.clone()
        })
        .await,
        1
    );

    sqlx::query("update catalog set least_weight = 3")
        .execute(&db)
        .await
        .unwrap();
    // A row without a weight always counts.
    assert_eq!(count(whole).await, 1);
}

/// Everything a snapshot says, brought up to date in three steps and counted from nothing.
async fn assert_recount(index: &Index, db: &PgPool) {
    let followed = index.current("shop").unwrap();
    let slice = Slice::whole("shop", followed.change);
    let counted = load(db, &slice).await.unwrap().unwrap();
    assert_eq!(followed.digest, counted.digest);
    assert_eq!(followed.version(), counted.version());
    assert_eq!(followed.items, counted.items);
    assert_eq!(followed.newest, counted.newest);
    assert_eq!(followed.user_ids, counted.user_ids);
}

#[sqlx::test]
async fn what_is_followed_batch_by_batch_equals_a_recount(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let index = Index::new(db.clone());
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "c")]).await;
    seed::show(&db, "shop", first).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;

    // Two at once: one with rows that are there, one that describes items.
    let second = seed::batch(&db, "shop", &[("1", "a"), ("1", "d"), ("3", "a")]).await;
    sqlx::query("update interaction set at = '2026-05-01T00:00:00Z' where batch_id = $1")
        .bind(second)
        .execute(&db)
        .await
        .unwrap();
    let third = seed::batch(&db, "shop", &[]).await;
    seed::category(&db, third, "c", "kind").await;
    seed::show(&db, "shop", second).await;
    seed::show(&db, "shop", third).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;
    let both = index.current("shop").unwrap();
    assert_eq!(both.baskets.len(), 3);
    assert_eq!(both.categories, ["kind"]);
    assert!(both.newest.is_some());

    // The first goes, with what only it brought; one comes and goes between two looks.
    seed::remove(&db, "shop", first).await;
    let fleeting = seed::batch(&db, "shop", &[("9", "z")]).await;
    seed::show(&db, "shop", fleeting).await;
    seed::remove(&db, "shop", fleeting).await;
    seed::remove(&db, "shop", second).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;
    let left = index.current("shop").unwrap();
    assert_eq!(left.baskets.len(), 0);
    assert_eq!(left.newest, None);
    assert_eq!(left.items.len(), 1, "the described item stays");
}

#[sqlx::test]
async fn a_rule_that_changes_is_counted_anew_and_a_catalog_that_goes_is_forgotten(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let batch = seed::batch(&db, "shop", &[("1", "a"), ("2", "a")]).await;
    sqlx::query("update interaction set user_id = 'one', weight = 2")
        .execute(&db)
        .await
        .unwrap();
    seed::show(&db, "shop", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().baskets.len(), 2);

    // A change of the settings alone, without a batch of its own.
    for (setting, baskets) in [("basket_rule = 'user'", 1), ("least_weight = 3", 0)] {
        let statement = format!("update catalog set last_change = last_change + 1, {setting}");
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&db)
            .await
            .unwrap();
        index.refresh().await.unwrap();
        assert_eq!(index.current("shop").unwrap().baskets.len(), baskets);
        assert_recount(&index, &db).await;
    }
    sqlx::query("update catalog set name = 'Corner shop'")
        .execute(&db)
        .await
        .unwrap();
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().catalog.name, "Corner shop");

    sqlx::query("update catalog set visible = false")
        .execute(&db)
        .await
        .unwrap();
    index.refresh().await.unwrap();
    assert!(index.current("shop").is_err());
}
