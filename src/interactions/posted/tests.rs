//! Posted rows in a real database.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::store::store;
use super::{Post, Posted, Posts};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::index::Index;
use crate::interactions::types::Interaction;
use crate::lists::tests::seed;

fn row(user: &str, item: &str) -> Interaction {
    Interaction {
        user_id: Some(user.to_owned()),
        basket_id: None,
        item_id: item.to_owned(),
        kind: "choice".to_owned(),
        weight: None,
        at: None,
        external_id: None,
    }
}

fn noon() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn post(rows: &[(&str, &str)]) -> Post {
    Post {
        rows: rows.iter().map(|(user, item)| row(user, item)).collect(),
        at: noon(),
    }
}

/// A catalog with one import: `u` chose `a`.
async fn shop(db: &PgPool) -> i64 {
    seed::catalog(db, "shop", "user").await;
    let import = seed::batch(db, "shop", &[("u", "a")]).await;
    sqlx::query("update interaction set dedupe_key = $1, basket_id = null")
        .bind(row("u", "a").dedupe_key().to_vec())
        .execute(db)
        .await
        .unwrap();
    seed::show(db, "shop", import).await;
    import
}

async fn put(db: &PgPool, posts: &[Post]) -> Vec<Posted> {
    let stored = store(db, &Actor::command(), "shop", posts.to_vec()).await;
    stored.unwrap().unwrap()
}

fn posted(accepted: usize, duplicates: usize, change: i64) -> Posted {
    Posted {
        accepted,
        duplicates,
        change,
    }
}

async fn count(db: &PgPool, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(db).await.unwrap()
}

#[sqlx::test]
async fn a_row_counts_once_however_often_it_is_sent(db: PgPool) {
    shop(&db).await;
    // Three posts in one transaction, with rows that are theirs twice, another's, the import's.
    let first = post(&[("u", "b"), ("u", "b"), ("v", "a")]);
    let second = post(&[("v", "a"), ("u", "a")]);
    let third = post(&[("w", "c")]);
    let answers = put(&db, &[first.clone(), second.clone(), third]).await;
    assert_eq!(answers, [posted(2, 1, 2), posted(0, 2, 2), posted(1, 0, 2)]);
    let rows = "select count(*) from interaction";
    let trail = "select count(*) from audit_entry where action = 'interactions.post'";
    let before = (count(&db, rows).await, count(&db, trail).await);
    assert_eq!(before, (5, 1));

    // Sent again, nothing is written, and no number is taken.
    let again = put(&db, &[first, second]).await;
    assert_eq!(again, [posted(0, 3, 2), posted(0, 2, 2)]);
    assert_eq!((count(&db, rows).await, count(&db, trail).await), before);

    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let shop = index.current("shop").unwrap();
    assert_eq!((shop.change, shop.baskets.len()), (2, 3));
    assert_eq!(shop.baskets.choices(), 4);
    assert_eq!(
        shop.newest,
        Some(noon()),
        "a row without a time has that of its receipt"
    );
}

#[sqlx::test]
async fn taking_an_import_back_leaves_what_a_program_posted(db: PgPool) {
    let import = shop(&db).await;
    assert_eq!(put(&db, &[post(&[("u", "a")])]).await, [posted(0, 1, 2)]);
    seed::remove(&db, "shop", import).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().baskets.choices(), 1);
    // The import's own row is not visible any more: only the posted one makes it known.
    assert_eq!(put(&db, &[post(&[("u", "a")])]).await, [posted(0, 1, 3)]);
}

#[sqlx::test]
async fn posts_at_once_are_all_stored_and_each_gets_its_own_answer(db: PgPool) {
    shop(&db).await;
    let posts = Posts::new(db.clone());
    let sending: Vec<_> = (0..40)
        .map(|number| {
            let posts = posts.clone();
            tokio::spawn(async move {
                let user = format!("u{}", number / 2);
                let post = post(&[(&user, "x"), (&user, "y")]);
                posts.add(&Actor::command(), "shop", post).await.unwrap()
            })
        })
        .collect();
    let (mut accepted, mut duplicates) = (0, 0);
    for answer in sending {
        let answer = answer.await.unwrap();
        assert_eq!(answer.accepted + answer.duplicates, 2);
        accepted += answer.accepted;
        duplicates += answer.duplicates;
    }
    assert_eq!((accepted, duplicates), (40, 40));
    assert_eq!(count(&db, "select count(*) from interaction").await, 41);
    let queues = posts.lock();
    assert_eq!((queues.rows, queues.waiting.len()), (0, 0));
}

#[sqlx::test]
async fn a_catalog_that_nobody_sees_takes_nothing(db: PgPool) {
    seed::catalog(&db, "hidden", "user").await;
    let posts = Posts::new(db.clone());
    for catalog in ["hidden", "absent"] {
        let refused = posts
            .add(&Actor::command(), catalog, post(&[("u", "a")]))
            .await;
        assert_eq!(
            refused,
            Err(AppError::not_found(format!("The catalog “{catalog}”")))
        );
    }
    assert_eq!(count(&db, "select count(*) from batch").await, 0);
}

#[sqlx::test]
async fn a_full_queue_says_so_and_takes_nothing(db: PgPool) {
    shop(&db).await;
    let posts = Posts::new(db.clone());
    posts.lock().rows = super::WAITING_MOST;
    let add = || async {
        let post = post(&[("u", "z")]);
        posts.add(&Actor::command(), "shop", post).await
    };
    assert!(matches!(add().await, Err(AppError::Busy { .. })));
    posts.lock().rows -= 1;
    assert_eq!(add().await, Ok(posted(1, 0, 2)));
}
