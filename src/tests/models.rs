//! Which model answers: trained, measured, put into production, rolled back, by programs and by forms.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Guest, House, SHOP, ids};

/// Another order than the live table's, learnt at once.
fn rare_first() -> Value {
    json!({
        "kind": "neighbours", "own": 0.0, "popularity": 1.0, "damping": 0.0,
        "basket_size": 0.0, "half_life_days": null, "neighbours": 20,
    })
}

async fn trained(owner: &Guest<'_>, recipe: Value) -> Value {
    let draft = json!({ "recipe": recipe, "split": "owners", "note": "For the story." });
    let answer = owner.send_json("POST", "models", &draft).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()
}

async fn for_user(guest: &Guest<'_>) -> Value {
    let mut list = guest.api("recommendations?user=u08&k=10").await;
    list.as_object_mut().unwrap().remove("list_id");
    list
}

#[sqlx::test]
async fn a_program_trains_promotes_and_rolls_back(db: PgPool) {
    let house = House::new(db).await;
    let owner = house.program(Role::ModelOwner).await;
    let before = for_user(&owner).await;
    assert_eq!(before["model"]["version"], "1");
    let version = trained(&owner, rare_first()).await;
    assert_eq!(
        (&version["number"], &version["stage"]),
        (&json!(2), &json!("draft"))
    );
    assert_eq!(version["owner"], "program");
    let user = &version["evaluation"]["report"]["surfaces"][0];
    assert_eq!(user["surface"], "user");
    let ndcg = &user["models"][0]["ndcg"];
    let figure = |end: &str| ndcg[end].as_f64().unwrap();
    assert!(figure("low") <= figure("value") && figure("value") <= figure("high"));

    let early = owner
        .send_json("POST", "models/2/promote", &json!({"surfaces": ["user"]}))
        .await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.body);
    let moved = owner
        .send_json("POST", "models/2/stage", &json!({"stage": "candidate"}))
        .await;
    assert_eq!(moved.json()["stage"], "candidate", "{}", moved.body);
    let promoted = json!({"surfaces": ["user"], "reason": "It is the story's."});
    let promoted = owner.send_json("POST", "models/2/promote", &promoted).await;
    assert_eq!(
        promoted.json()["surfaces"],
        json!(["user"]),
        "{}",
        promoted.body
    );
    let after = for_user(&owner).await;
    assert_eq!(
        after["model"],
        json!({"name": "neighbours", "version": "2", "stage": "production"})
    );
    assert_ne!(ids(&after), ids(&before));

    let compared = owner.api("models/compare?a=1&b=2").await;
    let of_users = &compared["surfaces"][1];
    assert_eq!(of_users["surface"], "user");
    assert!(of_users["changed"].as_u64().unwrap() > 0, "{compared}");
    assert!(
        compared["examples"]
            .as_array()
            .is_some_and(|lists| !lists.is_empty())
    );

    let back = owner
        .send_json("POST", "models/roll-back", &json!({"surface": "user"}))
        .await;
    assert_eq!(back.json()["number"], 1, "{}", back.body);
    assert_eq!(for_user(&owner).await, before);
    let services = owner.api("models/services").await;
    assert_eq!(services["services"][0]["version"], 2, "{services}");
    assert_eq!(services["services"][0]["reason"], "It is the story's.");
    let life = owner.api("models/2").await;
    let stages: Vec<&str> = life["moves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|moved| moved["stage"].as_str().unwrap())
        .collect();
    assert_eq!(stages, ["candidate", "production", "candidate", "draft"]);
}

#[sqlx::test]
async fn a_list_of_another_version_can_be_seen_and_not_answered(db: PgPool) {
    let house = House::new(db).await;
    let owner = house.program(Role::ModelOwner).await;
    trained(&owner, rare_first()).await;
    let list = owner.api("recommendations?user=u08&version=2").await;
    assert_eq!(
        (&list["model"]["version"], &list["model"]["stage"]),
        (&json!("2"), &json!("draft"))
    );
    let answered = json!({"list_id": list["list_id"], "item_id": ids(&list)[0], "kind": "accept"});
    let answered = owner.send_json("POST", "feedback", &answered).await;
    assert_eq!(
        answered.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answered.body
    );
    let viewer = house.program(Role::Viewer).await;
    let path = format!("/api/v1/catalogs/{SHOP}/recommendations?item=i02&version=2");
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
    let path = format!("/api/v1/catalogs/{SHOP}/recommendations?item=i02&version=7");
    assert_eq!(owner.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn only_who_answers_for_models_changes_them(db: PgPool) {
    let house = House::new(db).await;
    for role in [Role::Viewer, Role::Analyst, Role::Curator, Role::Operator] {
        let guest = house.program(role).await;
        assert_eq!(guest.api("models").await["versions"][0]["number"], 1);
        for (path, body) in [
            ("models", json!({})),
            ("models/1/stage", json!({"stage": "retired"})),
            ("models/1/promote", json!({"surfaces": [""]})),
            ("models/1/evaluation", json!({"split": "items"})),
            ("models/roll-back", json!({"surface": ""})),
        ] {
            let refused = guest.send_json("POST", path, &body).await;
            assert_eq!(
                refused.status,
                StatusCode::FORBIDDEN,
                "{role} {path}: {}",
                refused.body
            );
        }
    }
}

#[sqlx::test]
async fn what_can_not_be_trained_is_said(db: PgPool) {
    let house = House::new(db).await;
    let owner = house.program(Role::ModelOwner).await;
    let mut too_steep = rare_first();
    too_steep["own"] = json!(3.0);
    for (draft, field) in [
        (json!({ "recipe": { "kind": "live" } }), "recipe"),
        (json!({ "recipe": too_steep }), "own"),
        (json!({ "note": "x".repeat(2_001) }), "note"),
    ] {
        let refused = owner.send_json("POST", "models", &draft).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.body
        );
        assert_eq!(refused.json()["field"], field, "{}", refused.body);
    }
    assert_eq!(
        owner.api("models").await["versions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[sqlx::test]
async fn a_version_is_trained_and_promoted_by_forms(db: PgPool) {
    let house = House::new(db).await;
    let owner = house.sign_in("mona", Role::ModelOwner).await;
    let training = format!("/catalogs/{SHOP}/models/train");
    let wrong = [
        ("catalog_id", SHOP),
        ("form[kind]", "neighbours"),
        ("form[own]", "a lot"),
        ("form[note]", "Kept, not lost"),
    ];
    let back = owner
        .form(&training, "/actions/train-version", &wrong)
        .await
        .goes_to();
    let page = owner.get(&back).await;
    assert!(page.text().contains("“own” is a number"), "{}", page.text());
    assert!(page.body.contains("Kept, not lost"), "{back}");

    let right = [
        ("catalog_id", SHOP),
        ("form[kind]", "neighbours"),
        ("form[own]", "0"),
        ("form[popularity]", "1"),
        ("form[damping]", "0"),
        ("form[basket_size]", "0"),
        ("form[neighbours]", "20"),
        ("form[split]", "owners"),
        ("form[note]", "By a form"),
    ];
    let mut next = owner
        .form(&training, "/actions/train-version", &right)
        .await
        .goes_to();
    // It may take longer than a form waits.
    while next.ends_with("/train") {
        let page = owner.get(&next).await;
        if page.status == StatusCode::OK {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        } else {
            next = page.goes_to();
        }
    }
    let page = owner.page(&next).await.text();
    assert!(page.contains("By a form"), "{page}");
    let number = [("catalog_id", SHOP), ("number", "2")];
    let send = async |action: &str, more: &[(&str, &str)]| {
        let fields = [&number, more].concat();
        owner.form(&next, action, &fields).await.goes_to()
    };
    send(
        "/actions/move-version",
        &[("stage", "candidate"), ("reason", "")],
    )
    .await;
    let promote = [
        ("surfaces[]", "user"),
        ("surfaces[]", "basket"),
        ("named", "mail"),
        ("reason", ""),
    ];
    let done = send("/actions/promote-version", &promote).await;
    owner.page(&done).await;
    let version = owner.api("models/2").await["version"].clone();
    assert_eq!(version["surfaces"], json!(["basket", "mail", "user"]));
    let list = owner
        .page(&format!("/catalogs/{SHOP}/recommendations?user=u08"))
        .await;
    assert!(
        list.text().contains("Neighbours, version 2"),
        "{}",
        list.text()
    );
    let back = [("catalog_id", SHOP), ("surface", "user"), ("reason", "")];
    let list = format!("/catalogs/{SHOP}/models");
    let done = owner
        .form(&list, "/actions/roll-back", &back)
        .await
        .goes_to();
    owner.page(&done).await;
    assert_eq!(
        owner.api("models/2").await["version"]["surfaces"],
        json!(["basket", "mail"])
    );
}
