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
