//! Catalogs as people and programs make, change and delete them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Answer, Guest, House, SHOP};

const CREATE: &str = "/actions/create-catalog";
const CHANGE: &str = "/actions/change-settings";
const DELETE: &str = "/actions/delete-catalog";

fn settings() -> String {
    format!("/catalogs/{SHOP}/settings")
}

/// The hidden fields of a form, as a browser would send them.
fn hidden(page: &Answer) -> Vec<(String, String)> {
    let inputs = page.body.split("<input type=\"hidden\"").skip(1);
    let attribute = |input: &str, name: &str| {
        let (_, rest) = input.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    inputs
        .filter_map(|input| {
            let input = input.split_once('>')?.0;
            let value = attribute(input, " value")?;
            let value = value.replace("&quot;", "\"").replace("&amp;", "&");
            Some((attribute(input, " name")?, value))
        })
        .filter(|(name, _)| ["catalog_id", "settings", "seen"].contains(&name.as_str()))
        .collect()
}

async fn save(guest: &Guest<'_>, from: &str, preview: &Answer) -> String {
    let fields = hidden(preview);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    guest.form(from, CHANGE, &fields).await.goes_to()
}

#[sqlx::test]
async fn settings_are_previewed_saved_and_put_back(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let data = operator.page(&format!("/catalogs/{SHOP}/data")).await;
    assert_eq!(data.link("Settings"), Some(settings()));
    let page = operator.page(&settings()).await;
    assert!(page.text().contains("These settings were never changed"));
    let before = operator.api("cooccurrence").await;

    let asked = format!(
        "{}/preview?basket_rule=user_window&basket_window=week&time_zone=Europe%2FParis&kinds=all&name=Shop+2",
        settings()
    );
    let preview = operator.page(&asked).await;
    let text = preview.text();
    for says in [
        "A basket is",
        "what a user chose within a window",
        "Shop 2",
        "rows count, as before",
        &format!("baskets instead of {}", before["baskets"]),
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert_eq!(
        operator.api("cooccurrence").await,
        before,
        "nothing is saved by looking"
    );
    let saved = save(&operator, &asked, &preview).await;
    let text = operator.page(&saved).await.text();
    assert!(
        text.contains("Saved as change 2.") && text.contains("is being counted now"),
        "{text}"
    );
    house.follow().await;
    let page = operator.page(&saved).await;
    let text = page.text();
    assert!(!text.contains("is being counted now"), "{text}");
    assert!(
        text.contains("Name: Shop → Shop 2") && text.contains("olga"),
        "{text}"
    );
    let after = operator.api("cooccurrence").await;
    assert_ne!(after["baskets"], before["baskets"]);
    assert_ne!(after["version"], before["version"]);

    // A pinned table is counted by the rule of its version.
    let pinned = before["version"].as_str().unwrap();
    let pinned = operator
        .api(&format!("cooccurrence?version={pinned}"))
        .await;
    assert_eq!(pinned["baskets"], before["baskets"]);

    let back = page.body.split("Put back").next().unwrap();
    let (_, href) = back.rsplit_once("href=\"").unwrap();
    let href = href.split_once('"').unwrap().0.replace("&amp;", "&");
    let preview = operator.page(&href).await;
    assert!(
        preview
            .text()
            .contains(&format!("{} baskets instead of", before["baskets"])),
        "{}",
        preview.text()
    );
    save(&operator, &href, &preview).await;
    house.follow().await;
    let put_back = operator.api("cooccurrence").await;
    assert_eq!(put_back["baskets"], before["baskets"]);
    let pairs = |table: &Value| -> Vec<[Value; 3]> {
        let rows = table["rows"].as_array().unwrap().iter();
        let figures = ["item_a", "item_b", "together"];
        rows.map(|row| figures.map(|name| row[name].clone()))
            .collect()
    };
    assert_eq!(pairs(&put_back), pairs(&before));

    // The preview that was left open is of settings that are no more.
    let stale = operator.page(&asked).await;
    operator
        .form(
            &asked,
            CHANGE,
            &[
                ("catalog_id", SHOP),
                ("seen", "3"),
                ("settings", "{\"hide_chosen\":true}"),
            ],
        )
        .await
        .goes_to();
    let refused = save(&operator, &asked, &stale).await;
    let text = operator.page(&refused).await.text();
    assert!(text.contains("Somebody changed these settings"), "{text}");
}

#[sqlx::test]
async fn baskets_of_too_many_items_are_left_out_and_every_page_says_so(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let all = operator.api("cooccurrence").await["baskets"]
        .as_u64()
        .unwrap();
    // In the shop half of the people chose more than the others.
    let snapshot = house.index.current(SHOP).unwrap();
    let sizes =
        || (0..snapshot.baskets.len()).map(|basket| snapshot.baskets.items_of(basket).len());
    let most = sizes().min().unwrap();
    let larger = || sizes().filter(|held| *held > most);
    assert!(larger().count() > 0);

    let asked = format!("{}/preview?most_items={most}", settings());
    let preview = operator.page(&asked).await;
    let kept = all - larger().count() as u64;
    let says = format!("{kept} baskets instead of {all}");
    assert!(preview.text().contains(&says), "{says}: {}", preview.text());
    save(&operator, &asked, &preview).await;
    house.follow().await;
    assert_eq!(operator.api("cooccurrence").await["baskets"], kept);
    let words = format!(
        "without {} users of more than {most} items and {} choices",
        larger().count(),
        larger().sum::<usize>()
    );
    for page in [
        "recommendations",
        "cooccurrence",
        "cooccurrence?view=map",
        "about",
    ] {
        let text = operator
            .page(&format!("/catalogs/{SHOP}/{page}"))
            .await
            .text();
        assert!(text.contains(&words), "{page}: {text}");
    }
}

#[sqlx::test]
async fn a_form_that_can_not_be_taken_comes_back_as_it_was_filled(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    for (query, says) in [
        ("time_zone=Mars", "“Mars” is not a name"),
        ("kinds=some", "at least one kind"),
        ("least_weight=much", "“much” is not a number"),
        ("least_rows=0", "0 is not from 1 to 100"),
        ("most_items=some", "“some” is not a whole number above 0"),
        ("basket_rule=session", "none of its choices"),
    ] {
        let page = operator
            .get(&format!("{}/preview?{query}", settings()))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text().contains(says), "{says}: {}", page.text());
        assert!(page.has_form(&format!("{}/preview", settings())));
    }
    let none = operator
        .page(&format!("{}/preview?kinds=all", settings()))
        .await;
    assert!(none.text().contains("Nothing would change"));
    assert!(hidden(&none).is_empty());
}

#[sqlx::test]
async fn who_may_not_change_settings_reads_them_and_who_may(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("carla", Role::Curator).await;
    let page = curator.page(&settings()).await;
    let text = page.text();
    assert!(
        text.contains("An operator or admin may change them"),
        "{text}"
    );
    assert!(text.contains("everything a user chose"), "{text}");
    assert!(!page.has_form(&format!("{}/preview", settings())));
    for path in [
        format!("{}/preview", settings()),
        format!("/catalogs/{SHOP}/delete"),
        "/catalogs/new".to_owned(),
    ] {
        assert_eq!(
            curator.get(&path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let forms: [(&str, &[(&str, &str)]); 2] = [
        (
            CHANGE,
            &[
                ("catalog_id", SHOP),
                ("settings", "{\"name\":\"Mine\"}"),
                ("seen", "0"),
            ],
        ),
        (DELETE, &[("catalog_id", SHOP), ("confirm", SHOP)]),
    ];
    for (action, fields) in forms {
        let refused = curator.form(&settings(), action, fields).await.goes_to();
        let answer = curator.get(&refused).await;
        assert!(
            answer.text().contains("operator or admin"),
            "{}",
            answer.text()
        );
    }
    assert!(!curator.page("/").await.text().contains("New catalog"));
    let body = json!({"name": "Mine"});
    for (method, path, body) in [
        ("PATCH", "/api/v1/catalogs/shop", body),
        ("DELETE", "/api/v1/catalogs/shop?confirm=shop", Value::Null),
        ("POST", "/api/v1/catalogs", json!({"id": "mine"})),
    ] {
        let refused = curator.send(method, path, &[], body.to_string()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method}");
    }
    assert_eq!(curator.api("cooccurrence").await["watermark"], 1);
}

#[sqlx::test]
async fn every_page_of_an_empty_catalog_says_what_to_do_next(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let home = operator.page("/").await;
    assert_eq!(home.link("New catalog").as_deref(), Some("/catalogs/new"));
    let fields = [
        ("id", "fresh"),
        ("name", "Fresh & <new>"),
        ("basket_rule", "user_window"),
        ("basket_window", "month"),
        ("time_zone", "Asia/Tokyo"),
    ];
    let made = operator
        .form("/catalogs/new", CREATE, &fields)
        .await
        .goes_to();
    assert_eq!(made, "/catalogs/fresh/data");
    let home = operator.page("/").await.text();
    assert!(
        home.contains("Fresh & <new>") && home.contains("Empty: import"),
        "{home}"
    );

    let admin = house.sign_in("ada", Role::Admin).await;
    for page in [
        "recommendations",
        "recommendations?q=tea",
        "cooccurrence",
        "cooccurrence?level=category",
        "cooccurrence?view=map",
        "cooccurrence?view=map&level=item",
        "cooccurrence?view=compare",
        "overrides",
        "overrides/new",
        "flags",
        "data",
        "views",
        "settings",
    ] {
        let path = format!("/catalogs/fresh/{page}");
        let answer = admin.page(&path).await;
        let says = answer.body.contains("href=\"/catalogs/fresh/data\"");
        assert!(says, "{path} leads to its Data page");
        assert!(!answer.text().contains("NaN"), "{path}: {}", answer.text());
    }
    for page in [
        "recommendations",
        "cooccurrence",
        "cooccurrence?view=map",
        "cooccurrence?view=compare",
    ] {
        let text = admin.page(&format!("/catalogs/fresh/{page}")).await.text();
        assert!(
            text.contains("nothing in this catalog yet"),
            "{page}: {text}"
        );
    }
}

#[sqlx::test]
async fn an_empty_catalog_answers_programs_and_counts_the_first_rows(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let body = json!({"id": "fresh", "basket_rule": "user_window", "basket_window": "month", "time_zone": "Asia/Tokyo"});
    let made = admin
        .send("POST", "/api/v1/catalogs", &[], body.to_string())
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    for (path, field) in [
        ("cooccurrence", "rows"),
        ("cooccurrence?level=category", "rows"),
        ("items", "items"),
        ("items?q=tea", "items"),
        ("overrides", "overrides"),
        ("flags", "flags"),
    ] {
        let answer = admin.get(&format!("/api/v1/catalogs/fresh/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert_eq!(answer.json()[field], json!([]), "{path}");
    }
    for format in ["csv", "xlsx", "parquet"] {
        let path = format!("/api/v1/catalogs/fresh/cooccurrence?format={format}");
        assert_eq!(admin.get(&path).await.status, StatusCode::OK, "{format}");
    }
    let list = admin
        .get("/api/v1/catalogs/fresh/recommendations?item=tea")
        .await;
    assert_eq!(list.status, StatusCode::NOT_FOUND, "{}", list.body);

    // The first rows make it a catalog like any other.
    let rows = json!([
        {"user_id": "u", "item_id": "tea", "at": "2026-03-31T15:30:00Z"},
        {"user_id": "u", "item_id": "biscuits", "at": "2026-04-01T10:00:00Z"},
    ]);
    let posted = admin
        .send(
            "POST",
            "/api/v1/catalogs/fresh/interactions",
            &[],
            rows.to_string(),
        )
        .await;
    assert_eq!(posted.json()["change"], 2, "{}", posted.body);
    house.follow().await;
    let table = admin
        .get("/api/v1/catalogs/fresh/cooccurrence")
        .await
        .json();
    assert_eq!(
        (&table["baskets"], &table["rows"][0]["together"]),
        (&json!(1), &json!(1))
    );
}

#[sqlx::test]
async fn programs_make_change_and_delete_catalogs(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.program(Role::Operator).await;
    let send = async |method: &str, path: &str, body: Value| {
        let path = format!("/api/v1/catalogs{path}");
        let headers = [("content-type", "application/json")];
        operator
            .send(method, &path, &headers, body.to_string())
            .await
    };
    let made = send(
        "POST",
        "",
        json!({"id": "corner", "basket_rule": "user", "least_rows": 5}),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let said = made.json();
    assert_eq!(
        (
            &said["id"],
            &said["name"],
            &said["basket_rule"],
            &said["least_rows"],
            &said["items"]
        ),
        (
            &json!("corner"),
            &json!("corner"),
            &json!("user"),
            &json!(5),
            &json!(0)
        )
    );
    for setting in [
        "basket_window",
        "kinds",
        "least_weight",
        "most_items",
        "time_zone",
        "hide_chosen",
        "same_category",
        "least_together",
        "last_change",
    ] {
        assert!(said.get(setting).is_some(), "{setting}: {said}");
    }
    let changed = send(
        "PATCH",
        "/corner",
        json!({"hide_chosen": true, "kinds": ["view"]}),
    )
    .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let said = changed.json();
    assert_eq!(
        (&said["last_change"], &said["kinds"]),
        (&json!(2), &json!(["view"]))
    );
    assert_eq!(
        said["changes"][0],
        json!({"setting": "kinds", "before": null, "after": ["view"]})
    );
    let same = send("PATCH", "/corner", json!({"hide_chosen": true}))
        .await
        .json();
    assert_eq!(
        (&same["changes"], &same["last_change"]),
        (&json!([]), &json!(2))
    );
    house.follow().await;
    assert_eq!(
        send("GET", "/corner", Value::Null).await.json()["hide_chosen"],
        true
    );

    let unsure = send("DELETE", "/corner?confirm=shop", Value::Null).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unsure.json()["field"], "confirm");
    let deleted = send("DELETE", "/corner?confirm=corner", Value::Null).await;
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.body);
    let gone = send("GET", "/corner", Value::Null).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(
        gone.json()["detail"]
            .as_str()
            .unwrap()
            .contains("was deleted on"),
        "{}",
        gone.body
    );
}

#[sqlx::test]
async fn a_catalog_that_can_not_be_made_is_refused_with_a_sentence(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.program(Role::Operator).await;
    let send = async |method: &str, path: &str, body: Value| {
        let path = format!("/api/v1/catalogs{path}");
        operator.send(method, &path, &[], body.to_string()).await
    };
    let again = send("POST", "", json!({"id": "shop"})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    for (body, field) in [
        (json!({"id": "Corner"}), "id"),
        (json!({"id": "x", "colour": 1}), "colour"),
        (json!({"id": "x", "time_zone": "Mars"}), "time_zone"),
        (json!({"name": "x"}), "body"),
    ] {
        let refused = send("POST", "", body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.body
        );
        assert_eq!(refused.json()["field"], field, "{}", refused.body);
    }
}

#[sqlx::test]
async fn a_catalog_is_deleted_once_its_id_is_typed(db: PgPool) {
    let (house, beside) = (House::new(db.clone()).await, House::beside(db).await);
    let admin = house.sign_in("ada", Role::Admin).await;
    let (page, list) = (
        format!("/catalogs/{SHOP}/delete"),
        format!("/catalogs/{SHOP}/flags"),
    );
    let text = admin.page(&page).await.text();
    assert!(
        text.contains("What is lost with “Shop”?") && text.contains("can’t be taken back"),
        "{text}"
    );
    let unsure = [("catalog_id", SHOP), ("confirm", "films")];
    let refused = admin.form(&page, DELETE, &unsure).await.goes_to();
    let text = admin.page(&refused).await.text();
    assert!(text.contains("Nothing was deleted"), "{text}");

    let sure = [("catalog_id", SHOP), ("confirm", SHOP)];
    let done = admin.form(&page, DELETE, &sure).await.goes_to();
    let text = admin.page(&done).await.text();
    assert!(
        text.contains("“shop” was deleted with everything in it"),
        "{text}"
    );
    assert!(
        text.contains("There is no catalog yet") && text.contains("New catalog"),
        "{text}"
    );
    beside.follow().await;
    for house in [&house, &beside] {
        let gone = house.index.current(SHOP).err().unwrap().to_string();
        assert!(gone.contains("was deleted on"), "{gone}");
    }
    let gone = admin.get(&list).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(
        gone.text().contains("The catalog “shop” was deleted on"),
        "{}",
        gone.text()
    );
    let rows = json!([{"user_id": "u", "item_id": "i"}]);
    let posted = admin.send_json("POST", "interactions", &rows).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
}
