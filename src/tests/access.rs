//! Who may ask for what, and what those read who ask wrongly.

use axum::http::{StatusCode, header};
use serde_json::json;
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Answer, House, SHOP, list_path};

fn check_problem(answer: &Answer, status: StatusCode, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/problem+json",
        "{what}"
    );
    let problem = answer.json();
    assert_eq!(problem["status"], status.as_u16(), "{what}");
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{what}");
}

#[sqlx::test]
async fn an_application_asks_for_lists_and_sends_feedback_and_nothing_else(db: PgPool) {
    let house = House::new(db).await;
    let program = house.program(Role::Application).await;
    let list = program.api(&list_path(1)).await;
    let feedback = json!({
        "list_id": list["list_id"], "item_id": list["items"][0]["item_id"], "kind": "accept",
    });
    let sent = program.send_json("POST", "feedback", &feedback).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);

    for path in [
        "cooccurrence",
        "overrides",
        "flags",
        "recommendations?item=i01&raw=true",
    ] {
        let refused = program
            .get(&format!("/api/v1/catalogs/{SHOP}/{path}"))
            .await;
        check_problem(&refused, StatusCode::FORBIDDEN, path);
    }
    let flag = json!({
        "list_id": list["list_id"], "item_id": list["items"][0]["item_id"], "reason": "wrong",
        "scope": "here",
    });
    let block = json!({
        "kind": "block", "item_id": "i01", "scope": {"kind": "catalog"}, "for": "me",
        "reason": "wrong",
    });
    for (path, body) in [("flags", flag), ("overrides", block)] {
        let refused = program.send_json("POST", path, &body).await;
        check_problem(&refused, StatusCode::FORBIDDEN, path);
    }
    for page in ["cooccurrence", "overrides", "flags", "data"] {
        let refused = program.get(&format!("/catalogs/{SHOP}/{page}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{page}");
    }
}

#[sqlx::test]
async fn what_does_not_exist_is_not_found(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    for path in [
        "/api/v1/catalogs/songs/cooccurrence",
        "/api/v1/catalogs/songs/recommendations?item=i01",
        "/api/v1/catalogs/songs/flags",
        "/api/v1/catalogs/songs/overrides",
        "/api/v1/catalogs/shop/recommendations?item=i99",
        "/api/v1/catalogs/shop/recommendations?user=nobody",
        "/api/v1/catalogs/shop/cooccurrence?item=i99",
        "/api/v1/catalogs/shop/cooccurrence?version=99-0",
        "/api/v1/catalogs/shop/flags/99",
        "/api/v1/nothing",
    ] {
        check_problem(&analyst.get(path).await, StatusCode::NOT_FOUND, path);
    }
    for page in [
        "recommendations",
        "cooccurrence",
        "overrides",
        "flags",
        "data",
    ] {
        let page = analyst.get(&format!("/catalogs/songs/{page}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.text().contains("The catalog “songs” was not found"),
            "{}",
            page.text()
        );
    }
}

#[sqlx::test]
async fn what_can_not_be_taken_is_named(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    for (query, field) in [
        ("cooccurrence?level=user", "level"),
        ("cooccurrence?sort=beauty", "sort"),
        ("cooccurrence?min_together=0", "min_together"),
        ("cooccurrence?limit=1001", "limit"),
        ("cooccurrence?cursor=x", "cursor"),
        ("cooccurrence?from=soon", "from"),
        ("cooccurrence?segment=young", "segment"),
        ("cooccurrence?format=pdf", "format"),
        ("recommendations", "item"),
        ("recommendations?item=i01&k=0", "k"),
        ("recommendations?item=i01&user=u00", "item"),
    ] {
        let answer = viewer
            .get(&format!("/api/v1/catalogs/{SHOP}/{query}"))
            .await;
        check_problem(&answer, StatusCode::UNPROCESSABLE_ENTITY, query);
        assert_eq!(answer.json()["field"], field, "{query}");
    }
}

#[sqlx::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back(db: PgPool) {
    let house = House::new(db).await;
    let stranger = house.stranger();
    let answer = stranger.get(&format!("/catalogs/{SHOP}/flags?x=1")).await;
    assert_eq!(
        answer.goes_to(),
        "/sign-in?next=%2Fcatalogs%2Fshop%2Fflags%3Fx%3D1"
    );
    let answer = stranger
        .get(&format!("/api/v1/catalogs/{SHOP}/flags"))
        .await;
    check_problem(&answer, StatusCode::UNAUTHORIZED, "flags");
    let answer = stranger
        .send_json("POST", "overrides", &json!({"kind": "block"}))
        .await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[sqlx::test]
async fn a_post_from_another_site_changes_nothing(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let body = "catalog_id=shop&form%5Bkind%5D=block&form%5Bitem%5D=i01&form%5Bscope%5D=catalog\
                &form%5Bfor%5D=all&form%5Breason%5D=wrong";
    let form = ("content-type", "application/x-www-form-urlencoded");
    for origin in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let headers = [form, ("host", "tandem.example"), origin];
        for path in ["/actions/save-override", "/sign-out"] {
            let refused = curator.send("POST", path, &headers, body.to_owned()).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{path} {origin:?}");
        }
    }
    assert_eq!(curator.api("overrides").await["overrides"], json!([]));
}
