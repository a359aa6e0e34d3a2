//! Settings in a real database: changed, refused, previewed and put back.

use serde_json::json;
use sqlx::PgPool;

use super::store::{change, effect, history, kinds, time_zones};
use super::types::{Patch, differences};
use super::words;
use crate::accounts::types::Actor;
use crate::catalog::store::{find, find_at};
use crate::catalog::types::{BasketRule, Catalog, Window};
use crate::error::AppError;
use crate::jobs::meter::Meter;
use crate::lists::tests::seed;

/// Two users, three baskets, and rows of two kinds.
async fn shop(db: &PgPool) -> Catalog {
    seed::catalog(db, "shop", "basket").await;
    let rows = [("1", "a"), ("1", "b"), ("2", "a"), ("3", "c")];
    let batch = seed::batch(db, "shop", &rows).await;
    let hidden = seed::batch(db, "shop", &[("9", "z")]).await;
    assert_ne!(batch, hidden);
    sqlx::query(
        "update interaction
         set user_id = case when basket_id = '3' then 'v' else 'u' end,
             kind = case when item_id = 'b' then 'view' else 'purchase' end",
    )
    .execute(db)
    .await
    .unwrap();
    seed::show(db, "shop", batch).await;
    find(db, "shop").await.unwrap().unwrap()
}

async fn patch(db: &PgPool, value: serde_json::Value) -> Result<Catalog, AppError> {
    let patch = Patch::read(value)?;
    let changed = change(db, &Actor::command(), "shop", &patch, None).await?;
    Ok(changed.catalog)
}

#[sqlx::test]
async fn a_change_takes_the_next_number_and_keeps_what_was(db: PgPool) {
    let before = shop(&db).await;
    let after = patch(
        &db,
        json!({"basket_rule": "user_window", "basket_window": "week"}),
    )
    .await
    .unwrap();
    assert_eq!((before.last_change, after.last_change), (1, 2));
    assert_eq!(find(&db, "shop").await.unwrap(), Some(after.clone()));
    // The same once more changes nothing and takes no number.
    let same = patch(&db, json!({"basket_rule": "user_window"}))
        .await
        .unwrap();
    assert_eq!(same, after);
    let last = patch(&db, json!({"basket_rule": "user", "name": " Shop & Co "}))
        .await
        .unwrap();
    assert_eq!((last.last_change, last.basket_window), (3, None));

    for (version, rule, window) in [
        (1, BasketRule::Basket, None),
        (2, BasketRule::UserWindow, Some(Window::Week)),
        (3, BasketRule::User, None),
        (99, BasketRule::User, None),
    ] {
        let at = find_at(&db, "shop", version).await.unwrap().unwrap();
        assert_eq!((at.basket_rule, at.basket_window), (rule, window));
        assert_eq!((at.name.as_str(), at.last_change), ("Shop & Co", 3));
    }
    let (past, total) = history(&db, &last).await.unwrap();
    assert_eq!(total, 2);
    let changed: Vec<(i64, Vec<&str>)> = past
        .iter()
        .map(|past| {
            let differences = differences(&past.before, &past.after);
            (
                past.change,
                differences.iter().map(|one| one.setting).collect(),
            )
        })
        .collect();
    assert_eq!(
        changed,
        [
            (3, vec!["name", "basket_rule", "basket_window"]),
            (2, vec!["basket_rule", "basket_window"])
        ]
    );
    assert_eq!(past[0].by, "command line");
    let detail: serde_json::Value = sqlx::query_scalar(
        "select detail from audit_entry where action = 'catalog.settings' order by entry_id desc limit 1",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(
        detail["changes"][0],
        json!({"setting": "name", "before": "shop", "after": "Shop & Co"})
    );
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from change where catalog_id = 'shop' order by change")
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(kinds, ["settings", "settings"]);
}

#[sqlx::test]
async fn what_can_not_be_taken_is_refused_with_the_name_of_its_field(db: PgPool) {
    let before = shop(&db).await;
    for (value, field, says) in [
        (json!({"colour": "red"}), "colour", "unknown field"),
        (json!({"id": "other"}), "id", "unknown field"),
        (json!({"name": " "}), "name", "1 to 100 characters"),
        (json!({"name": null}), "name", "null"),
        (json!({"basket_rule": "session"}), "basket_rule", "session"),
        (
            json!({"basket_rule": "user_window"}),
            "basket_window",
            "needs one",
        ),
        (
            json!({"basket_window": "day"}),
            "basket_window",
            "only the rule user_window",
        ),
        (json!({"kinds": []}), "kinds", "at least one"),
        (json!({"kinds": "view"}), "kinds", "expected a sequence"),
        (json!({"least_weight": "4"}), "least_weight", "expected f64"),
        (
            json!({"time_zone": "Mars/Olympus"}),
            "time_zone",
            "Mars/Olympus",
        ),
        (json!({"time_zone": "utc+3"}), "time_zone", "utc+3"),
        (
            json!({"hide_chosen": "yes"}),
            "hide_chosen",
            "expected a boolean",
        ),
        (json!({"same_category": "none"}), "same_category", "none"),
        (json!({"least_rows": 0}), "least_rows", "from 1 to 100"),
        (
            json!({"least_together": 1_000_001}),
            "least_together",
            "1000000",
        ),
        (json!({"least_rows": -1}), "least_rows", "-1"),
    ] {
        match patch(&db, value.clone()).await {
            Err(AppError::Invalid {
                field: told,
                message,
            }) => {
                assert_eq!(told, field, "{value}: {message}");
                assert!(message.contains(says), "{value}: {message}");
                assert!(message.contains(&format!("“{field}”")), "{message}");
            }
            other => panic!("{value} was taken: {other:?}"),
        }
    }
    assert_eq!(find(&db, "shop").await.unwrap(), Some(before));
}

#[sqlx::test]
async fn a_change_from_an_old_preview_is_refused(db: PgPool) {
    shop(&db).await;
    let hide = Patch::read(json!({"hide_chosen": true})).unwrap();
    let command = Actor::command();
    change(&db, &command, "shop", &hide, Some(0)).await.unwrap();
    let late = Patch::read(json!({"least_rows": 5})).unwrap();
    let refused = change(&db, &command, "shop", &late, Some(0)).await;
    assert!(
        matches!(refused, Err(AppError::Conflict { .. })),
        "{refused:?}"
    );
    change(&db, &command, "shop", &late, Some(2)).await.unwrap();
    let nowhere = change(&db, &command, "nowhere", &late, None).await;
    assert!(matches!(nowhere, Err(AppError::NotFound { .. })));
}

#[sqlx::test]
async fn the_effect_is_what_the_rows_would_give(db: PgPool) {
    let before = shop(&db).await;
    sqlx::query("update batch set accepted = 4 where state = 'visible'")
        .execute(&db)
        .await
        .unwrap();
    let meter = Meter::default();
    let by_user = Patch::read(json!({"basket_rule": "user", "kinds": ["purchase", "gift"]}))
        .unwrap()
        .apply(&before)
        .unwrap();
    let told = effect(&db, &before, &by_user, &meter).await.unwrap();
    assert_eq!(meter.read(), (4, 4));
    assert_eq!(
        words::effect(&told),
        "3 of 4 rows count instead of 4; 2 baskets instead of 3; 2 items in them instead of 3."
    );
    // No row has a time.
    let by_day = Patch::read(json!({"basket_rule": "user_window", "basket_window": "day"}))
        .unwrap()
        .apply(&before)
        .unwrap();
    let told = effect(&db, &before, &by_day, &Meter::default())
        .await
        .unwrap();
    assert_eq!((told.rows, told.after.rows, told.after.baskets), (4, 0, 0));
    let kinds: Vec<(String, i64)> = kinds(&db, "shop")
        .await
        .unwrap()
        .into_iter()
        .map(|kind| (kind.name, kind.rows))
        .collect();
    assert_eq!(kinds, [("purchase".to_owned(), 3), ("view".to_owned(), 1)]);
    let zones = time_zones(&db).await.unwrap();
    assert_eq!(zones[0], "UTC");
    assert!(zones.contains(&"Europe/Paris".to_owned()));
}
