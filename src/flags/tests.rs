//! Flags in a real database.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgPool;

use super::store::{counts, decide, get, insert, page, withdraw};
use super::types::{NewFlag, Scope, State, Verdict};
use crate::accounts::types::{Actor, ActorId, Role};
use crate::error::AppError;
use crate::lists::tests::seed;
use crate::lists::types::Anchor;
use crate::overrides::types::Reason;
use crate::wire::page::Paging;

fn actor(id: i64, name: &str, role: Role) -> Actor {
    Actor {
        id: ActorId::Account(id),
        name: name.to_owned(),
        roles: vec![role],
        catalog_id: None,
    }
}

fn noon() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

async fn flag(db: &PgPool, author: &Actor, item: &str) -> i64 {
    let new = NewFlag {
        list_id: "list".to_owned(),
        item_id: item.to_owned(),
        reason: Reason::Wrong,
        scope: Scope::Here,
        comment: String::new(),
        expected_item_id: None,
        anchor: Anchor::Items(vec!["a".to_owned()]),
        pair_item_id: None,
        seen: json!({}),
    };
    insert(db, author, "shop", &new, noon()).await.unwrap()
}

fn verdict(verdict: Verdict, words: &str) -> (Verdict, String) {
    (verdict, words.to_owned())
}

async fn trail(db: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from audit_entry where action = 'flag.decide'")
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_flag_is_decided_once(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let (ana, cora) = (
        actor(1, "ana", Role::Analyst),
        actor(2, "cora", Role::Curator),
    );
    let id = flag(&db, &ana, "b").await;
    let upheld = verdict(Verdict::Upheld, "True");
    let decided = decide(&db, &cora, "shop", id, &upheld, noon())
        .await
        .unwrap();
    assert_eq!(decided.state, State::Upheld);
    let decision = decided.decision.clone().unwrap();
    assert_eq!(
        (decision.author.as_str(), decision.comment.as_str()),
        ("cora", "True")
    );

    // The same again is answered, and leaves what stands.
    let again = verdict(Verdict::Upheld, "Other words");
    assert_eq!(
        decide(&db, &cora, "shop", id, &again, noon()).await,
        Ok(decided)
    );
    let declined = verdict(Verdict::Declined, "");
    let refused = decide(&db, &cora, "shop", id, &declined, noon()).await;
    assert!(matches!(&refused, Err(AppError::Conflict { message }) if message.contains("cora")));
    assert_eq!(trail(&db).await, 1);

    // Its author may have what it hid shown again; it stays decided.
    withdraw(&db, &ana, "shop", id, noon()).await.unwrap();
    let kept = get(&db, &ana, "shop", id).await.unwrap();
    assert_eq!(
        (kept.state, kept.withdrawn_at),
        (State::Upheld, Some(noon()))
    );
}

#[sqlx::test]
async fn two_at_once_can_not_both_decide(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let cora = actor(2, "cora", Role::Curator);
    for _ in 0..10 {
        let id = flag(&db, &cora, "b").await;
        let sides = [Verdict::Upheld, Verdict::Declined].map(|side| {
            let (db, cora) = (db.clone(), cora.clone());
            tokio::spawn(
                async move { decide(&db, &cora, "shop", id, &verdict(side, ""), noon()).await },
            )
        });
        let mut done = 0;
        for side in sides {
            done += usize::from(side.await.unwrap().is_ok());
        }
        assert_eq!(done, 1);
    }
    assert_eq!(trail(&db).await, 10);
}

#[sqlx::test]
async fn what_was_taken_back_or_is_not_there_is_not_decided(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    seed::catalog(&db, "other", "user").await;
    let cora = actor(2, "cora", Role::Curator);
    let id = flag(&db, &cora, "b").await;
    let upheld = verdict(Verdict::Upheld, "");
    let elsewhere = decide(&db, &cora, "other", id, &upheld, noon()).await;
    assert!(matches!(elsewhere, Err(AppError::NotFound { .. })));
    withdraw(&db, &cora, "shop", id, noon()).await.unwrap();
    let refused = decide(&db, &cora, "shop", id, &upheld, noon()).await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })));
    assert_eq!(trail(&db).await, 0);
}

#[sqlx::test]
async fn pages_hold_every_flag_once_the_open_ones_first(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let cora = actor(2, "cora", Role::Curator);
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(flag(&db, &cora, "b").await);
    }
    let declined = verdict(Verdict::Declined, "");
    decide(&db, &cora, "shop", ids[4], &declined, noon())
        .await
        .unwrap();
    withdraw(&db, &cora, "shop", ids[1], noon()).await.unwrap();
    let mut paging = Paging {
        limit: Some("2".to_owned()),
        cursor: None,
    };
    let mut seen = Vec::new();
    loop {
        let part = page(&db, &cora, "shop", None, &paging).await.unwrap();
        assert!(part.rows.len() <= 2);
        seen.extend(part.rows.iter().map(|flag| flag.id));
        paging.cursor = part.next;
        if paging.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [ids[3], ids[2], ids[0], ids[4], ids[1]]);
    let all = Paging::default();
    let open = page(&db, &cora, "shop", Some(State::Open), &all)
        .await
        .unwrap();
    assert_eq!(open.rows.len(), 3);
    let counts = counts(&db, "shop").await.unwrap().map(|(_, flags)| flags);
    assert_eq!(counts, [3, 0, 1, 1]);
}
