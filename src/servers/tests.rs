//! Servers and recounts in a real database.

use sqlx::PgPool;

use super::{store, tell, verify};
use crate::catalog;
use crate::index::Index;
use crate::lists::tests::seed;

async fn shop(db: &PgPool, rule: &str) -> Index {
    seed::catalog(db, "shop", rule).await;
    let rows = [("1", "a"), ("1", "b"), ("2", "a"), ("2", "b"), ("2", "c")];
    let batch = seed::batch(db, "shop", &rows).await;
    seed::show(db, "shop", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    index
}

async fn report(db: &PgPool) -> verify::Report {
    let catalog = catalog::store::find(db, "shop").await.unwrap().unwrap();
    verify::verify(db, &catalog).await.unwrap().unwrap()
}

#[sqlx::test]
async fn a_server_tells_how_far_it_has_come_and_a_recount_agrees(db: PgPool) {
    let index = shop(&db, "basket").await;
    let one = store::register(&db, "http://one".to_owned()).await.unwrap();
    tell(&db, &index, &one).await.unwrap();
    let late = seed::batch(&db, "shop", &[("3", "c"), ("3", "a")]).await;
    seed::show(&db, "shop", late).await;

    // The server has not looked since: it is behind, and right about where it stands.
    let behind = report(&db).await;
    assert!(behind.is_equal(), "{behind:?}");
    assert_eq!((behind.change, behind.servers[0].change), (2, 1));
    assert_eq!((behind.baskets, behind.items, behind.choices), (3, 3, 7));
    assert_eq!(behind.pairs_compared, 6);

    index.refresh().await.unwrap();
    tell(&db, &index, &one).await.unwrap();
    let caught_up = report(&db).await;
    assert!(caught_up.is_equal(), "{caught_up:?}");
    assert_eq!(caught_up.servers[0].change, 2);

    // Another machine's server of the same address stays when this one stops.
    let other = store::register(&db, "http://one".to_owned()).await.unwrap();
    tell(&db, &index, &other).await.unwrap();
    assert_eq!(report(&db).await.servers.len(), 2);
    store::leave(&db, &one).await.unwrap();
    assert_eq!(report(&db).await.servers.len(), 1);
    tell(&db, &index, &one).await.unwrap();
    assert_eq!(
        report(&db).await.servers.len(),
        2,
        "one that was forgotten is there again"
    );
}

#[sqlx::test]
async fn a_server_that_counts_wrong_is_found(db: PgPool) {
    let index = shop(&db, "user").await;
    let one = store::register(&db, "http://one".to_owned()).await.unwrap();
    tell(&db, &index, &one).await.unwrap();
    // A row changes behind the back of the server, as nothing of ours ever does.
    sqlx::query("update interaction set item_id = 'z' where item_id = 'c'")
        .execute(&db)
        .await
        .unwrap();
    let report = report(&db).await;
    assert!(!report.is_equal());
    assert!(!report.servers[0].equal);
    assert!(
        report.differences[0].starts_with("http://one serves other choices at change 1"),
        "{:?}",
        report.differences
    );
}
