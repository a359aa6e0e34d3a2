//! The description of the API: it holds every call, and real answers are what it says.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;
use tandem::reference::calls;
use tandem::services::Services;

use super::support::{Answer, Guest, House, SHOP, list_path};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

async fn document(house: &House) -> Value {
    let answer = house.stranger().get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

/// Every call of the document: method, address below the API's, and what is said of it.
fn calls_of(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let calls = paths.flat_map(|(path, item)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter()
            .map(move |(method, call)| (method, path.clone(), call))
    });
    calls.collect()
}

/// The routes that the router itself has, from what it prints for whoever mends it.
///
/// A route is printed as `paths: {RouteId(0): "/a", …}` and, with every method it takes,
/// `RouteId(0): MethodRouter(MethodRouter { get: BoxedHandler, … }`.
fn routes_of(printed: &str) -> BTreeSet<(String, String)> {
    // The routes of what is not found come after.
    let (printed, _) = printed.split_once("fallback_router").unwrap();
    let mut paths = Vec::new();
    let mut taken = Vec::new();
    for part in printed.split("RouteId(").skip(1) {
        let (id, rest) = part.split_once("): ").unwrap_or((part, ""));
        if let Some(path) = rest.strip_prefix('"') {
            let (path, _) = path.split_once('"').unwrap();
            paths.push((id, path));
        } else if rest.starts_with("MethodRouter") {
            let takes = |method: &&str| !rest.contains(&format!(" {method}: None"));
            taken.extend(METHODS.into_iter().filter(takes).map(|method| (id, method)));
        }
    }
    let path_of = |id: &str| paths.iter().find(|(other, _)| *other == id).unwrap().1;
    let routes = taken.into_iter();
    routes
        .map(|(id, method)| (method.to_owned(), path_of(id).to_owned()))
        .collect()
}

#[test]
fn every_route_is_described_and_every_described_call_is_a_route() {
    let router = calls::router();
    let routes = routes_of(&format!("{router:?}"));
    let described = serde_json::from_str(tandem::reference::document::document().text()).unwrap();
    let described: BTreeSet<_> = calls_of(&described)
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert!(described.len() > 15, "{described:?}");
    assert_eq!(routes, described);
    let _: axum::Router<Services> = router;
}

#[sqlx::test]
async fn every_call_parameter_and_field_is_described(db: PgPool) {
    let house = House::new(db).await;
    let document = document(&house).await;
    assert_eq!(document["openapi"], "3.1.0");
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let mut ids = BTreeSet::new();
    for (method, path, call) in calls_of(&document) {
        let what = format!("{method} {path}");
        for field in ["summary", "description", "operationId"] {
            assert!(is_text(&call[field]), "{what}: {field}");
        }
        assert!(
            ids.insert(call["operationId"].to_string()),
            "{what}: its id is another's"
        );
        for parameter in call["parameters"].as_array().into_iter().flatten() {
            assert!(is_text(&parameter["description"]), "{what}: {parameter}");
            assert!(parameter["schema"].is_object(), "{what}: {parameter}");
        }
        for (status, response) in call["responses"].as_object().unwrap() {
            assert!(is_text(&response["description"]), "{what}: {status}");
            if status.starts_with('4') || status.starts_with('5') {
                let problem = &response["content"]["application/problem+json"];
                assert_eq!(
                    problem["schema"]["$ref"], "#/components/schemas/Problem",
                    "{what}"
                );
            }
        }
        assert!(
            call["x-right"].is_string() || path == "/openapi.json",
            "{what}"
        );
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        check_fields(name, schema);
    }
    check_references(&document, &document);
}

/// Every field of a shape says what it is.
fn check_fields(name: &str, schema: &Value) {
    for part in ["oneOf", "allOf"] {
        for way in schema[part].as_array().into_iter().flatten() {
            check_fields(name, way);
        }
    }
    for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
        // The tag of one of several ways is its only value.
        let is_tag = schema["enum"]
            .as_array()
            .is_some_and(|values| values.len() == 1);
        let told = schema["oneOf"].as_array().into_iter().flatten();
        let said = told
            .chain([schema])
            .filter_map(|way| way["description"].as_str())
            .collect::<String>();
        // `items` of catalogs, lists and pages speak for themselves by their kind.
        let is_named = schema["type"] == "array";
        assert!(
            !said.is_empty() || is_tag || is_named,
            "{name}.{field}: {schema}"
        );
    }
}

/// Every reference leads somewhere.
fn check_references(value: &Value, document: &Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(to)) = object.get("$ref") {
                let there = document.pointer(to.trim_start_matches('#'));
                assert!(there.is_some(), "{to} is not there");
            }
            object
                .values()
                .for_each(|value| check_references(value, document));
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| check_references(value, document)),
        _ => {}
    }
}

#[sqlx::test]
async fn what_may_be_null_in_an_answer_is_always_there(db: PgPool) {
    let house = House::new(db).await;
    let document = document(&house).await;
    let shapes = &document["components"]["schemas"];
    let required = |shape: &str| -> BTreeSet<String> {
        let fields = shapes[shape]["required"].as_array().into_iter().flatten();
        fields
            .map(|field| field.as_str().unwrap().to_owned())
            .collect()
    };
    for (shape, field) in [
        ("Override", "ends_at"),
        ("Flags", "next"),
        ("Overrides", "next"),
    ] {
        assert!(required(shape).contains(field), "{shape}: {field}");
    }
    // What is sent to us may leave out what it has not got, and so may a problem.
    assert!(!required("NewOverride").contains("ends_at"));
    assert!(!required("Settings").contains("kinds"));
    assert!(!required("Problem").contains("field"));
}

/// Checks an answer against what the document says of the call.
struct Checker {
    document: Value,
    checked: BTreeSet<(String, String)>,
}

impl Checker {
    fn check(&mut self, method: &str, path: &str, answer: &Answer) {
        let call = &self.document["paths"][path][method.to_lowercase()];
        let status = answer.status.as_str();
        let response = &call["responses"][status];
        assert!(
            response.is_object(),
            "{method} {path}: {status} is not described: {}",
            answer.body
        );
        if answer.body.is_empty() {
            assert!(
                response["content"].is_null(),
                "{method} {path}: {status} has no body"
            );
        } else {
            let kind = answer.header(header::CONTENT_TYPE);
            let content = &response["content"][kind];
            assert!(
                content.is_object(),
                "{method} {path}: {status} as {kind} is not described"
            );
            let mut schema = content["schema"].clone();
            schema["components"] = self.document["components"].clone();
            let schema = jsonschema::validator_for(&schema).unwrap();
            let answer = answer.json();
            let faults: Vec<String> = schema
                .iter_errors(&answer)
                .map(|fault| format!("{} at {}", fault, fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{method} {path}: {faults:?}\n{answer:#}");
            self.check_known(method, path, &answer, &content["schema"]);
        }
        self.checked
            .insert((method.to_lowercase(), path.to_owned()));
    }

    /// No field comes that the shape does not name: a schema alone lets them pass.
    fn check_known(&self, method: &str, path: &str, answer: &Value, schema: &Value) {
        let mut known = BTreeSet::new();
        self.collect(schema, &mut known);
        if let (Value::Object(answer), false) = (answer, known.is_empty()) {
            for field in answer.keys() {
                assert!(
                    known.contains(field),
                    "{method} {path}: {field} is not described"
                );
            }
        }
    }

    fn collect(&self, schema: &Value, known: &mut BTreeSet<String>) {
        if let Some(to) = schema["$ref"].as_str() {
            let there = self.document.pointer(to.trim_start_matches('#'));
            self.collect(there.unwrap(), known);
        }
        for part in ["oneOf", "allOf"] {
            for way in schema[part].as_array().into_iter().flatten() {
                self.collect(way, known);
            }
        }
        let fields = schema["properties"].as_object().into_iter().flatten();
        known.extend(fields.map(|(field, _)| field.clone()));
    }

    async fn send(
        &mut self,
        guest: &Guest<'_>,
        method: &str,
        path: &str,
        at: &str,
        body: &Value,
    ) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [("content-type", "application/json")];
        let answer = guest
            .send(method, &format!("/api/v1{at}"), &headers, body)
            .await;
        self.check(method, path, &answer);
        answer
    }

    async fn get(&mut self, guest: &Guest<'_>, path: &str, query: &str) -> Answer {
        let at = path.replace("{catalog}", SHOP).replace("{item}", "i01");
        self.send(guest, "GET", path, &format!("{at}{query}"), &Value::Null)
            .await
    }
}

#[sqlx::test]
async fn real_answers_are_what_the_document_says(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let mut checker = Checker {
        document: document(&house).await,
        checked: BTreeSet::new(),
    };
    let shop = "/catalogs/{catalog}";
    let under = |rest: &str| format!("{shop}/{rest}");
    checker.get(&admin, "/catalogs", "").await;
    checker.get(&admin, shop, "").await;
    for query in ["", "?q=ham", "?limit=3", "?limit=0", "?cursor=x"] {
        checker.get(&admin, &under("items"), query).await;
    }
    checker.get(&admin, &under("items/{item}"), "").await;
    for query in [
        "?item=i01",
        "?item=i01&item=i02&k=3",
        "?user=u05",
        "?item=i01&raw=true",
        "?item=i01&without_user=u05&with=i01&with=i02",
        "",
        "?item=no",
    ] {
        checker.get(&admin, &under("recommendations"), query).await;
    }
    for query in [
        "?limit=3",
        "?level=category",
        "?manifest=true",
        "?limit=all",
        "?level=category&limit=all",
        "?limit=1001",
        "?item=no",
        "?from=2026-03-01&to=2026-03-10",
    ] {
        checker.get(&admin, &under("cooccurrence"), query).await;
    }
    for query in [
        "",
        "?days=7&measure=lift&limit=5",
        "?days=all&level=category",
        "?days=8",
    ] {
        checker.get(&admin, &under("windows"), query).await;
    }
    let garden = json!({"id": "garden", "name": "Garden", "basket_rule": "user"});
    for status in [201, 409] {
        let made = checker.send(&admin, "POST", "/catalogs", "/catalogs", &garden);
        assert_eq!(made.await.status.as_u16(), status);
    }
    for (settings, status) in [
        (json!({"kinds": ["purchase"], "least_weight": null}), 200),
        (json!({"most_items": 500}), 200),
        (json!({"least_rows": 0}), 422),
    ] {
        let changed = checker.send(&admin, "PATCH", shop, "/catalogs/garden", &settings);
        assert_eq!(changed.await.status.as_u16(), status);
    }
    for (confirm, status) in [("gar", 422), ("garden", 200)] {
        let own = format!("/catalogs/garden?confirm={confirm}");
        let deleted = checker.send(&admin, "DELETE", shop, &own, &Value::Null);
        assert_eq!(deleted.await.status.as_u16(), status);
    }
    let at = |rest: &str| format!("/catalogs/{SHOP}/{rest}");
    let rows = json!([{"user_id": "u1", "item_id": "i02"}, {"user_id": "u1"}]);
    checker
        .send(
            &admin,
            "POST",
            &under("interactions"),
            &at("interactions"),
            &rows,
        )
        .await;
    let records = json!([{"item_id": "i02", "title": "New"}, {"title": "None"}]);
    checker
        .send(&admin, "PUT", &under("items"), &at("items"), &records)
        .await;

    let list = admin.api(&list_path(3)).await;
    let cited = |more: Value| {
        let mut body = json!({"list_id": list["list_id"], "item_id": list["items"][0]["item_id"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let dismissal = cited(json!({"kind": "dismiss"}));
    let path = under("feedback");
    let kept = checker
        .send(&admin, "POST", &path, &at("feedback"), &dismissal)
        .await;
    let own = at(&format!("feedback/{}", kept.json()["id"]));
    checker
        .send(
            &admin,
            "DELETE",
            &under("feedback/{id}"),
            &own,
            &Value::Null,
        )
        .await;

    let flag = cited(json!({"reason": "wrong", "scope": "here", "expected_item_id": "i01"}));
    let kept = checker
        .send(&admin, "POST", &under("flags"), &at("flags"), &flag)
        .await;
    let id = kept.json()["id"].clone();
    let of_user = admin.api("recommendations?user=u05").await;
    let flag = json!({
        "list_id": of_user["list_id"], "item_id": of_user["items"][0]["item_id"],
        "reason": "other", "scope": "item", "comment": "Words",
    });
    checker
        .send(&admin, "POST", &under("flags"), &at("flags"), &flag)
        .await;
    for query in ["", "?state=open&limit=1", "?state=gone"] {
        checker.get(&admin, &under("flags"), query).await;
    }
    let viewer = house.sign_in("vera", Role::Viewer).await;
    checker.get(&viewer, &under("flags"), "").await;
    let own = at(&format!("flags/{id}"));
    for (decision, status) in [
        ("upheld", 200),
        ("upheld", 200),
        ("declined", 409),
        ("both", 422),
    ] {
        let body = json!({"decision": decision, "comment": "So it is"});
        let path = under("flags/{id}/decision");
        let answer = checker
            .send(&admin, "POST", &path, &format!("{own}/decision"), &body)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    checker
        .send(&admin, "GET", &under("flags/{id}"), &own, &Value::Null)
        .await;
    checker
        .send(&admin, "DELETE", &under("flags/{id}"), &own, &Value::Null)
        .await;

    for scope in [
        json!({"kind": "catalog"}),
        json!({"kind": "item", "item_id": "i01"}),
        json!({"kind": "category_pair", "anchor_category": "Food", "item_category": "Tools"}),
        json!({"kind": "surface", "surface": "till"}),
    ] {
        let body = json!({
            "kind": "pin", "item_id": "i05", "position": 2, "scope": scope, "for": "all",
            "reason": "business", "ends_at": null,
        });
        let path = under("overrides/preview");
        checker
            .send(&admin, "POST", &path, &at("overrides/preview"), &body)
            .await;
        checker
            .send(&admin, "POST", &under("overrides"), &at("overrides"), &body)
            .await;
    }
    checker.get(&admin, &under("overrides"), "?limit=2").await;
    let id = admin.api("overrides").await["overrides"][0]["id"].clone();
    let own = at(&format!("overrides/{id}"));
    checker
        .send(&admin, "GET", &under("overrides/{id}"), &own, &Value::Null)
        .await;
    checker
        .send(
            &admin,
            "DELETE",
            &under("overrides/{id}"),
            &own,
            &Value::Null,
        )
        .await;
    checker
        .send(&admin, "GET", &under("overrides/{id}"), &own, &Value::Null)
        .await;
    checker.get(&admin, "/openapi.json", "").await;
    check_models(&mut checker, &admin).await;

    // No call is left out of this story.
    let all: BTreeSet<_> = calls_of(&checker.document)
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert_eq!(checker.checked, all);
}

/// A version's whole life.
async fn check_models(checker: &mut Checker, admin: &Guest<'_>) {
    let under = |path: &str| format!("/catalogs/{{catalog}}/{path}");
    let at = |path: &str| format!("/catalogs/{SHOP}/{path}");
    for (recipe, status) in [(Value::Null, 201), (json!({"kind": "live"}), 422)] {
        let draft = json!({ "recipe": recipe, "split": "owners" });
        let (path, own) = (under("models"), at("models"));
        let trained = checker.send(admin, "POST", &path, &own, &draft).await;
        assert_eq!(trained.status.as_u16(), status, "{}", trained.body);
    }
    for (path, number, body, status) in [
        (
            "models/{number}/evaluation",
            1,
            json!({"split": "items"}),
            200,
        ),
        (
            "models/{number}/evaluation",
            1,
            json!({"split": "time"}),
            200,
        ),
        (
            "models/{number}/promote",
            2,
            json!({"surfaces": ["user"]}),
            409,
        ),
        (
            "models/{number}/stage",
            2,
            json!({"stage": "candidate"}),
            200,
        ),
        (
            "models/{number}/promote",
            2,
            json!({"surfaces": ["user", "mail"]}),
            200,
        ),
        ("models/{number}/promote", 2, json!({"surfaces": []}), 422),
        ("models/{number}/stage", 9, json!({"stage": "retired"}), 404),
        ("models/roll-back", 0, json!({"surface": "user"}), 200),
        ("models/roll-back", 0, json!({"surface": "user"}), 409),
    ] {
        let own = at(&path.replace("{number}", &number.to_string()));
        let answer = checker.send(admin, "POST", &under(path), &own, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
    }
    checker.get(admin, &under("models"), "").await;
    checker.get(admin, &under("models/services"), "").await;
    for query in ["?a=1&b=2", "?a=1", "?a=1&b=7"] {
        checker.get(admin, &under("models/compare"), query).await;
    }
    for number in [2, 9] {
        let own = at(&format!("models/{number}"));
        let path = under("models/{number}");
        checker.send(admin, "GET", &path, &own, &Value::Null).await;
    }
}

/// A call as the document gives it as an example, with what a real list is cited by.
fn filled(path: &str, call: &Value, document: &Value, list: &Value) -> (String, Value) {
    let at = path
        .replace("{catalog}", SHOP)
        .replace("{item}", "i02")
        .replace("{id}", "999")
        .replace(
            "{number}",
            if path.ends_with("promote") { "2" } else { "3" },
        );
    let mut query = Vec::new();
    for parameter in call["parameters"].as_array().into_iter().flatten() {
        let example = match &parameter["example"] {
            Value::Array(values) => values[0].clone(),
            other => other.clone(),
        };
        if parameter["in"] == "query" && !example.is_null() {
            let value = example
                .as_str()
                .map_or(example.to_string(), ToOwned::to_owned);
            query.push(format!("{}={value}", parameter["name"].as_str().unwrap()));
        }
    }
    let content = &call["requestBody"]["content"]["application/json"];
    let named = content["schema"]["$ref"].as_str().unwrap_or_default();
    let shape = document.pointer(named.trim_start_matches('#'));
    let mut body = match &content["example"] {
        Value::Null => shape.map_or(Value::Null, |shape| shape["example"].clone()),
        example => example.clone(),
    };
    if body.get("list_id").is_some() {
        body["list_id"] = list["list_id"].clone();
        body["item_id"] = list["items"][0]["item_id"].clone();
    }
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    (format!("/api/v1{at}{query}"), body)
}

#[sqlx::test]
async fn every_example_works_for_those_who_may_and_for_nobody_else(db: PgPool) {
    let house = House::new(db).await;
    let document = document(&house).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let list = admin.api(&list_path(3)).await;
    // One version that answers users, and a draft.
    for _ in 2..=3 {
        let recipe = json!({
            "kind": "neighbours", "own": 0.5, "popularity": 0.3, "damping": 3.0,
            "basket_size": 0.5, "half_life_days": null, "neighbours": 20,
        });
        let trained = admin
            .send_json("POST", "models", &json!({ "recipe": recipe }))
            .await;
        assert_eq!(trained.status, StatusCode::CREATED, "{}", trained.body);
    }
    for (path, body) in [
        ("models/2/stage", json!({"stage": "candidate"})),
        ("models/2/promote", json!({"surfaces": ["user"]})),
    ] {
        let done = admin.send_json("POST", path, &body).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }
    for role in Role::ALL {
        let guest = house.program(role).await;
        for (method, path, call) in calls_of(&document) {
            let (mut at, mut body) = filled(&path, &call, &document, &list);
            // Each makes a catalog and deletes it again; who may not tries what another made.
            let own = format!("of-{role}");
            match (method.as_str(), path.as_str()) {
                ("post", "/catalogs") => body["id"] = json!(own),
                ("delete", "/catalogs/{catalog}") => {
                    at = format!("/api/v1/catalogs/{own}?confirm={own}");
                }
                _ => {}
            }
            let body = if body.is_null() {
                String::new()
            } else {
                body.to_string()
            };
            let headers = [("content-type", "application/json")];
            let answer = guest
                .send(&method.to_uppercase(), &at, &headers, body)
                .await;
            let what = format!("{role}: {method} {at}: {} {}", answer.status, answer.body);
            let may = match call["x-roles"].as_array() {
                Some(roles) => roles.contains(&json!(role)),
                None => true,
            };
            if may {
                // What has the number 999 is not there; all else is.
                let expected = answer.status.is_success()
                    || (path.contains("{id}") && answer.status == StatusCode::NOT_FOUND);
                assert!(expected, "{what}");
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
            }
        }
    }
    for (method, path, call) in calls_of(&document) {
        let (at, body) = filled(&path, &call, &document, &list);
        let headers = [("content-type", "application/json")];
        let stranger = house.stranger();
        let answer = stranger
            .send(&method.to_uppercase(), &at, &headers, body.to_string())
            .await;
        let expected = if call["x-right"].is_string() {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::OK
        };
        assert_eq!(answer.status, expected, "{method} {at}");
    }
}
