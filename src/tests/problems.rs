//! What programs read when something is wrong: a problem document, whatever it is.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Answer, Guest, House, SHOP};

/// The problem's sentence.
fn detail(answer: &Answer, status: StatusCode, what: &str) -> String {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let kind = answer.header(header::CONTENT_TYPE);
    assert_eq!(kind, "application/problem+json", "{what}: {}", answer.body);
    let problem = answer.json();
    assert_eq!(problem["status"], status.as_u16(), "{what}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.ends_with('.') && detail.len() > 10,
        "{what}: {detail}"
    );
    detail.to_owned()
}

fn at(rest: &str) -> String {
    format!("/api/v1/catalogs/{SHOP}/{rest}")
}

#[sqlx::test]
async fn an_address_that_leads_nowhere_says_so(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    for path in [
        "/api/v1/nothing".to_owned(),
        "/api/v1".to_owned(),
        "/api/v1/".to_owned(),
        "/api/v1/catalogs/".to_owned(),
        at("flags/first"),
        at("flags/99999999999999999999"),
        at("overrides/first"),
        at("items/nothing"),
        at("feedback"),
    ] {
        let answer = admin.get(&path).await;
        if path.ends_with("feedback") {
            detail(&answer, StatusCode::METHOD_NOT_ALLOWED, &path);
        } else {
            detail(&answer, StatusCode::NOT_FOUND, &path);
        }
    }
    for path in [
        "/api/v1/catalogs/%ff".to_owned(),
        at("items/%ff"),
        at("flags/%ff"),
    ] {
        detail(&admin.get(&path).await, StatusCode::BAD_REQUEST, &path);
    }
}

#[sqlx::test]
async fn a_method_that_is_not_taken_is_answered_with_those_that_are(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    for (method, path, allowed) in [
        ("DELETE", at("cooccurrence"), vec!["GET"]),
        ("POST", at("items"), vec!["GET", "PUT"]),
        ("PUT", at("flags"), vec!["GET", "POST"]),
        ("GET", at("flags/1/decision"), vec!["POST"]),
        ("POST", "/api/v1/openapi.json".to_owned(), vec!["GET"]),
    ] {
        let answer = admin.send(method, &path, &[], String::new()).await;
        let said = detail(&answer, StatusCode::METHOD_NOT_ALLOWED, &path);
        assert!(said.contains(method), "{said}");
        let header = answer.header(header::ALLOW).to_owned();
        for method in allowed {
            assert!(header.contains(method), "{path}: {header}");
        }
    }
}

#[sqlx::test]
async fn a_query_that_can_not_be_read_is_named(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    for (query, field) in [
        ("items?limit=many", "limit"),
        ("items?limit=501", "limit"),
        ("items?cursor=x", "cursor"),
        ("flags?state=lost", "state"),
        ("flags?limit=0", "limit"),
        ("flags?cursor=x", "cursor"),
        ("overrides?cursor=x", "cursor"),
        ("cooccurrence?level=item&level=category", "query"),
        ("recommendations?item=i01&raw=perhaps", "raw"),
    ] {
        let answer = admin.get(&at(query)).await;
        detail(&answer, StatusCode::UNPROCESSABLE_ENTITY, query);
        assert_eq!(answer.json()["field"], field, "{query}");
    }
}

/// Every call that takes a body, with one that it takes.
const TAKES_A_BODY: [(&str, &str); 7] = [
    ("POST", "interactions"),
    ("PUT", "items"),
    ("POST", "feedback"),
    ("POST", "flags"),
    ("POST", "flags/1/decision"),
    ("POST", "overrides"),
    ("POST", "overrides/preview"),
];

async fn send(guest: &Guest<'_>, call: (&str, &str), kind: &str, body: &str) -> Answer {
    let headers = [("content-type", kind)];
    guest
        .send(call.0, &at(call.1), &headers, body.to_owned())
        .await
}

#[sqlx::test]
async fn a_body_that_can_not_be_read_says_why_and_nothing_is_taken(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let json = "application/json";
    let long = format!("[\"{}\"]", "x".repeat(9 * 1024 * 1024));
    for call in TAKES_A_BODY {
        let what = call.1;
        let other = send(&admin, call, "text/csv", "a,b\n1,2\n").await;
        let said = detail(&other, StatusCode::UNSUPPORTED_MEDIA_TYPE, what);
        assert!(said.contains("text/csv") && said.contains("JSON"), "{said}");
        let answer = send(&admin, call, json, &long).await;
        let said = detail(&answer, StatusCode::PAYLOAD_TOO_LARGE, what);
        assert!(said.contains("MiB"), "{said}");
        let answer = send(&admin, call, json, "[\n  {\"a\": }\n]").await;
        let said = detail(&answer, StatusCode::BAD_REQUEST, what);
        assert!(said.contains("line 2 column 9"), "{what}: {said}");
        let answer = send(&admin, call, json, "[]").await;
        detail(&answer, StatusCode::UNPROCESSABLE_ENTITY, what);
    }
    for table in ["flag", "override", "feedback"] {
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(&house.db)
                .await
                .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[sqlx::test]
async fn nothing_of_one_reader_is_kept_for_another(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    for path in [
        "cooccurrence",
        "recommendations?item=i01",
        "flags",
        "items?limit=0",
    ] {
        let answer = admin.get(&at(path)).await;
        assert_eq!(
            answer.header(header::CACHE_CONTROL),
            "private, no-cache",
            "{path}"
        );
        let vary: Vec<&str> = answer
            .headers
            .get_all(header::VARY)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        let vary = vary.join(", ");
        assert!(
            vary.contains("authorization") && vary.contains("cookie"),
            "{path}: {vary}"
        );
    }
}

#[sqlx::test]
async fn who_has_an_answer_is_not_sent_it_again_and_who_may_not_is_refused(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let program = house.program(Role::Application).await;
    for path in [
        "cooccurrence?limit=3",
        "cooccurrence?format=csv",
        "cooccurrence?format=xlsx",
        "cooccurrence?format=parquet&limit=3",
        "cooccurrence?manifest=true",
        "cooccurrence?limit=all",
        "items",
        "items?q=ham",
        "items/i01",
        "",
    ] {
        let path = at(path).trim_end_matches('/').to_owned();
        let first = admin.get(&path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.body);
        let tag = first.header(header::ETAG).to_owned();
        let strong = tag.trim_start_matches("W/").to_owned();
        for known in [tag.clone(), format!("\"x\", {strong}"), "*".to_owned()] {
            let headers = [("if-none-match", known.as_str())];
            let again = admin.send("GET", &path, &headers, String::new()).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}: {known}");
            assert_eq!(again.header(header::ETAG), tag, "{path}");
            assert!(again.bytes.is_empty(), "{path}");
        }
        if path.contains("cooccurrence") {
            let headers = [("if-none-match", tag.as_str())];
            let refused = program.send("GET", &path, &headers, String::new()).await;
            detail(&refused, StatusCode::FORBIDDEN, &path);
        }
    }
    // What does not exist has no tag to know it by.
    let headers = [("if-none-match", "*")];
    let absent = admin
        .send("GET", &at("items/none"), &headers, String::new())
        .await;
    detail(&absent, StatusCode::NOT_FOUND, "an item that is not there");

    // A new record is a new version: the tags of before say nothing of it.
    let before = admin
        .get(&at("items/i02"))
        .await
        .header(header::ETAG)
        .to_owned();
    let records = json!([{"item_id": "i02", "title": "Felt"}]);
    let put = admin.send_json("PUT", "items", &records).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    house.follow().await;
    let headers = [("if-none-match", before.as_str())];
    let after = admin
        .send("GET", &at("items/i02"), &headers, String::new())
        .await;
    assert_eq!(after.status, StatusCode::OK);
    assert_eq!(after.json()["title"], "Felt");
}

#[sqlx::test]
async fn records_that_a_program_puts_are_seen_and_named_by_line_where_not(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.program(Role::Operator).await;
    let lines = "{\"item_id\":\"i03\",\"title\":\"Nails\",\"categories\":[\"Iron\",\"Tools\"]}\n\n\
                 {\"title\":\"Nobody\"}\n{\"item_id\":\"new\",\"available\":false}\n";
    let headers = [("content-type", "application/x-ndjson")];
    let put = || {
        operator.send(
            "PUT",
            "/api/v1/catalogs/shop/items",
            &headers,
            lines.to_owned(),
        )
    };
    let said = put().await.json();
    assert_eq!(
        (&said["accepted"], &said["unchanged"]),
        (&json!(2), &json!(0)),
        "{said}"
    );
    let rejected = json!([{"line": 3, "reason": "item_id: the id is missing"}]);
    assert_eq!(said["rejected"], rejected);
    house.follow().await;
    let nails = operator.api("items/i03").await;
    assert_eq!(
        (&nails["title"], &nails["category"]),
        (&json!("Nails"), &json!("Iron"))
    );
    let new = operator.api("items/new").await;
    assert_eq!(
        (&new["available"], &new["baskets"]),
        (&json!(false), &json!(0))
    );
    let again = put().await.json();
    assert_eq!(
        (&again["accepted"], &again["unchanged"]),
        (&json!(0), &json!(2)),
        "{again}"
    );
    assert_eq!(again["change"], said["change"]);
}

#[sqlx::test]
async fn pages_of_items_hold_each_once_and_stay_with_their_version(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let whole = admin.api("items?limit=500").await;
    assert_eq!(whole["next"], Value::Null);
    let mut seen = Vec::new();
    let mut path = "items?limit=5".to_owned();
    loop {
        let page = admin.api(&path).await;
        assert_eq!(page["version"], whole["version"]);
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("items?limit=5&cursor={next}");
        // Somebody chooses the rarest items meanwhile: the order of now is another one.
        let user = seen.len().to_string();
        let rows =
            json!([{"user_id": user, "item_id": "i12"}, {"user_id": user, "item_id": "new"}]);
        admin.send_json("POST", "interactions", &rows).await;
        house.follow().await;
    }
    assert_eq!(json!(seen), whole["items"]);
    assert_ne!(admin.api("items?limit=500").await["items"], whole["items"]);
}
