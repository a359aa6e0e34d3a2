//! Records of items in a real database.

use std::collections::BTreeMap;

use sqlx::PgPool;

use super::store::{Stored, put};
use crate::accounts::types::Actor;
use crate::index::Index;
use crate::interactions::types::ItemRecord;
use crate::lists::tests::seed;

fn records(rows: &[(&str, &str)]) -> BTreeMap<String, ItemRecord> {
    let record = |(id, title): &(&str, &str)| ItemRecord {
        item_id: (*id).to_owned(),
        title: Some((*title).to_owned()),
        category: Some("x".to_owned()),
        categories: vec!["x".to_owned(), "y".to_owned()],
        available: true,
        image: None,
        link: None,
    };
    rows.iter()
        .map(|row| (row.0.to_owned(), record(row)))
        .collect()
}

async fn store(db: &PgPool, rows: &[(&str, &str)]) -> Stored {
    let stored = put(db, &Actor::command(), "shop", records(rows)).await;
    stored.unwrap().unwrap()
}

async fn title(index: &Index, item: &str) -> String {
    index.refresh().await.unwrap();
    let shop = index.current("shop").unwrap();
    shop.items[shop.item(item).unwrap() as usize].title.clone()
}

async fn count(db: &PgPool, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(db).await.unwrap()
}

#[sqlx::test]
async fn a_record_is_seen_with_the_next_number_and_again_changes_nothing(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let import = seed::batch(&db, "shop", &[("u", "a"), ("u", "b")]).await;
    seed::category(&db, import, "a", "x").await;
    seed::show(&db, "shop", import).await;
    let index = Index::new(db.clone());
    assert_eq!(title(&index, "a").await, "A");

    let expected = Stored {
        accepted: 2,
        change: 2,
    };
    assert_eq!(store(&db, &[("a", "Ale"), ("c", "Cup")]).await, expected);
    assert_eq!(title(&index, "a").await, "Ale");
    assert_eq!(title(&index, "c").await, "Cup");
    let trail = "select count(*) from audit_entry where action = 'items.put'";
    assert_eq!(count(&db, trail).await, 1);

    let again = Stored {
        accepted: 0,
        change: 2,
    };
    assert_eq!(store(&db, &[("a", "Ale"), ("c", "Cup")]).await, again);
    // Of two records one says something new: it alone is stored.
    let other = Stored {
        accepted: 1,
        change: 3,
    };
    assert_eq!(store(&db, &[("a", "Ale"), ("c", "Can")]).await, other);
    assert_eq!(title(&index, "c").await, "Can");
    assert_eq!(count(&db, "select count(*) from item_record").await, 4);
    assert_eq!(count(&db, trail).await, 2);
}

#[sqlx::test]
async fn taking_records_back_brings_back_what_was_said_before(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let import = seed::batch(&db, "shop", &[("u", "a")]).await;
    seed::category(&db, import, "a", "x").await;
    seed::show(&db, "shop", import).await;
    let index = Index::new(db.clone());
    store(&db, &[("a", "Ale")]).await;
    assert_eq!(title(&index, "a").await, "Ale");
    let put: i64 = sqlx::query_scalar("select max(batch_id) from batch")
        .fetch_one(&db)
        .await
        .unwrap();
    seed::remove(&db, "shop", put).await;
    assert_eq!(title(&index, "a").await, "A");
    // What was taken back is no longer known: it may be put again.
    assert_eq!(store(&db, &[("a", "Ale")]).await.accepted, 1);
    assert_eq!(title(&index, "a").await, "Ale");
}

#[sqlx::test]
async fn a_catalog_that_nobody_sees_takes_no_record(db: PgPool) {
    seed::catalog(&db, "hidden", "user").await;
    for catalog in ["hidden", "absent"] {
        let stored = put(&db, &Actor::command(), catalog, records(&[("a", "A")])).await;
        assert_eq!(stored.unwrap(), None, "{catalog}");
    }
    assert_eq!(count(&db, "select count(*) from batch").await, 0);
}
