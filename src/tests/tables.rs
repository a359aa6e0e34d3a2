//! Tables as programs read them, again and again.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{House, SHOP};

#[sqlx::test]
async fn a_table_that_has_not_changed_is_not_sent_again(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let path = format!("/api/v1/catalogs/{SHOP}/cooccurrence?sort=lift&limit=5");
    let first = viewer.get(&path).await;
    let tag = first.header(header::ETAG).to_owned();
    let known = [("if-none-match", tag.as_str())];
    let again = viewer.send("GET", &path, &known, String::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    let other = path.replace("limit=5", "limit=6");
    let other = viewer.send("GET", &other, &known, String::new()).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[sqlx::test]
async fn the_last_days_stand_beside_all_time_and_are_the_tables_of_those_days(db: PgPool) {
    let house = House::new(db).await;
    let program = house.program(Role::Application).await;
    let analyst = house.sign_in("anna", Role::Analyst).await;

    // Two items that more and more users choose, one of them on the last day alone.
    let days = [
        "2026-05-01",
        "2026-08-20",
        "2026-08-20",
        "2026-08-29",
        "2026-08-30",
    ];
    let choice = |user: usize, item: &str, day: &str| json!({"user_id": format!("w{user}"), "item_id": item, "at": format!("{day}T10:00:00Z")});
    let mut rows: Vec<Value> = Vec::new();
    for (user, day) in days.iter().enumerate() {
        rows.extend(["w1", "w2"].map(|item| choice(user, item, day)));
    }
    rows.extend(["w1", "w3"].map(|item| choice(9, item, days[4])));
    let posted = program
        .send_json("POST", "interactions", &json!(rows))
        .await;
    assert_eq!(posted.status, StatusCode::OK, "{}", posted.body);
    house.index.refresh().await.unwrap();

    let asked = "windows?days=7&measure=lift&item=w1";
    let recent = analyst.api(asked).await;
    let from = |window: usize| recent["windows"][window]["from"].clone();
    assert_eq!(from(0), "2026-08-24T00:00:00Z");
    assert_eq!(from(2), "2026-06-02T00:00:00Z");
    assert_eq!(from(3), Value::Null);
    let together = |row: usize| {
        let windows = recent["rows"][row]["windows"].as_array().unwrap();
        let counts = windows
            .iter()
            .map(|window| window["together"].as_u64().unwrap());
        counts.collect::<Vec<_>>()
    };
    assert_eq!(recent["total"], 2);
    assert_eq!(
        (&recent["rows"][0]["b"], together(0)),
        (&json!("w2"), vec![2, 4, 4, 5])
    );
    assert_eq!(
        (&recent["rows"][1]["b"], together(1)),
        (&json!("w3"), vec![1, 1, 1, 1])
    );

    // Each window is the table of its days, version and all.
    for (window, from) in ["2026-08-24", "2026-08-01", "2026-06-02"]
        .iter()
        .enumerate()
    {
        let part = analyst
            .api(&format!("cooccurrence?from={from}&item=w1&sort=ids"))
            .await;
        assert_eq!(
            part["version"], recent["windows"][window]["version"],
            "{from}"
        );
        assert_eq!(
            part["rows"][0]["lift"],
            recent["rows"][0]["windows"][window]["value"]
        );
    }
    // What was never chosen in a window has no value there, and no pairs.
    let old = analyst
        .api("windows?days=all&level=item&measure=together")
        .await;
    let first = &old["rows"][0];
    assert_ne!(
        first["a"], "w1",
        "the shop's own pairs are the most frequent"
    );
    assert_eq!(first["windows"][0], json!({"together": 0, "value": null}));
    let none = first["a"].as_str().unwrap();
    assert_eq!(
        analyst.api(&format!("windows?item={none}")).await["total"],
        0
    );

    let path = format!("/api/v1/catalogs/{SHOP}/{asked}");
    let tag = analyst.get(&path).await.header(header::ETAG).to_owned();
    let known = [("if-none-match", tag.as_str())];
    let again = analyst.send("GET", &path, &known, String::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    for (bad, field) in [
        ("days=8", "days"),
        ("item=nobody", "item"),
        ("measure=beauty", "measure"),
    ] {
        let refused = analyst
            .get(&format!("/api/v1/catalogs/{SHOP}/windows?{bad}"))
            .await;
        assert!(refused.status.is_client_error(), "{bad}");
        assert!(refused.body.contains(field), "{}", refused.body);
    }

    sqlx::query("update interaction set at = null")
        .execute(&house.db)
        .await
        .unwrap();
    let timeless = House::beside(house.db.clone()).await;
    let analyst = timeless.sign_in("ada", Role::Analyst).await;
    assert_eq!(analyst.api("windows").await["windows"], json!([]));
    let page = analyst
        .page(&format!("/catalogs/{SHOP}/cooccurrence?view=recent"))
        .await;
    assert!(page.text().contains("The data has no times"));
}
