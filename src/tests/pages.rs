//! Pages, as people read them.

use axum::http::{StatusCode, header};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{House, SHOP, list_page};

#[sqlx::test]
async fn the_table_page_shows_the_figures_of_the_api(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let path = format!("/catalogs/{SHOP}/cooccurrence?min_together=3&sort=lift&limit=5");
    let page = viewer.page(&path).await;
    let table = viewer
        .api("cooccurrence?min_together=3&sort=lift&limit=5")
        .await;
    let text = page.text();
    for row in table["rows"].as_array().unwrap() {
        assert!(text.contains(row["title_a"].as_str().unwrap()), "{text}");
        // The exact float64 is at hand for each rounded figure.
        for measure in ["lift", "cosine", "llr"] {
            let exact = format!("title=\"{}\"", row[measure].as_f64().unwrap());
            assert!(page.body.contains(&exact), "{measure} {exact}");
        }
    }
    assert!(
        text.contains(&format!("Rows 1–5 of {}", table["total"])),
        "{text}"
    );
    assert!(text.contains(table["version"].as_str().unwrap()), "{text}");
}

#[sqlx::test]
async fn following_next_shows_every_row_once(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let total = viewer.api("cooccurrence").await["total"].as_u64().unwrap();
    let mut path = format!("/catalogs/{SHOP}/cooccurrence?min_together=1&limit=7");
    let mut seen = 0;
    loop {
        let page = viewer.page(&path).await;
        let until = total.min(seen + 7);
        let rows = format!("Rows {}–{until} of {total}", seen + 1);
        assert!(page.text().contains(&rows), "{rows}");
        seen = until;
        match page.link("Next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, total);
}

#[sqlx::test]
async fn the_table_page_keeps_its_filters_when_they_cannot_be_taken(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let rows = [
        (
            "min_together=few",
            StatusCode::UNPROCESSABLE_ENTITY,
            "whole number",
        ),
        (
            "sort=beauty",
            StatusCode::UNPROCESSABLE_ENTITY,
            "not a measure",
        ),
        (
            "from=2026-05-01&to=2026-04-01",
            StatusCode::UNPROCESSABLE_ENTITY,
            "ends before it starts",
        ),
        ("item=i99", StatusCode::NOT_FOUND, "i99"),
        ("category=Songs", StatusCode::NOT_FOUND, "Songs"),
    ];
    for (query, status, says) in rows {
        let path = format!("/catalogs/{SHOP}/cooccurrence?{query}");
        let page = viewer.get(&path).await;
        assert_eq!(page.status, status, "{query}");
        let text = page.text();
        assert!(text.contains(says), "{query}: {text}");
        assert!(text.contains("Together at least"), "{query}: {text}");
    }
}

#[sqlx::test]
async fn a_category_with_itself_has_counts_and_no_measures(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let path = format!("/catalogs/{SHOP}/cooccurrence?level=category&sort=ids&min_together=1");
    let text = viewer.page(&path).await.text();
    let table = viewer.api("cooccurrence?level=category&sort=ids").await;
    let row = &table["rows"][0];
    assert_eq!(
        (&row["category_a"], &row["lift"]),
        (&row["category_b"], &serde_json::Value::Null)
    );
    let counts = format!("{} {}", row["together"], row["item_pairs"]);
    assert!(text.contains(&counts), "{counts}: {text}");
    assert!(
        text.contains("a category with itself has no measures"),
        "{text}"
    );
}

#[sqlx::test]
async fn the_data_page_shows_each_import_and_what_was_wrong(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let path = format!("/catalogs/{SHOP}/data");
    let page = analyst.page(&path).await;
    let text = page.text();
    for part in [
        "orders.csv",
        "Visible",
        "by command line",
        "Newest interaction",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // An analyst may neither upload nor take back, and sees the rows that could not be taken.
    assert!(!page.has_form(&format!("{path}/uploads")));
    let import = format!("{path}/imports/1");
    let page = analyst.page(&import).await;
    for part in ["u00,i01,soon", "this is no time", "Rows taken"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.has_form(&format!("{import}/correct")));
    // Who may not see users does not see them in those rows either.
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let text = viewer.page(&import).await.text();
    assert!(
        text.contains("orders.csv") && !text.contains("u00"),
        "{text}"
    );
}

#[sqlx::test]
async fn titles_are_words_and_never_markup(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    for path in [
        format!("/catalogs/{SHOP}/cooccurrence?min_together=1"),
        list_page(2),
        list_page(1),
    ] {
        let page = viewer.page(&path).await;
        assert!(page.text().contains("Ham & <Eggs>"), "{path}");
        assert!(!page.body.contains("<Eggs>"), "{path}");
    }
}

#[sqlx::test]
async fn a_viewer_sees_no_control_that_is_not_theirs(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let page = analyst.page(&list_page(1)).await;
    for action in ["/actions/flag", "/actions/dismiss"] {
        assert!(page.has_form(action), "{action}");
    }
    assert!(page.text().contains("Block…"));
    let page = viewer.page(&list_page(1)).await;
    for action in ["/actions/flag", "/actions/dismiss"] {
        assert!(!page.has_form(action), "{action}");
    }
    for word in ["Block…", "Pin…", "The model’s own order"] {
        assert!(!page.text().contains(word), "{word}");
    }
    let page = viewer.page(&format!("/catalogs/{SHOP}/overrides")).await;
    assert!(!page.text().contains("New override"));
    let editor = format!("/catalogs/{SHOP}/overrides/new?kind=block&item=i01");
    assert_eq!(viewer.get(&editor).await.status, StatusCode::FORBIDDEN);
    assert_eq!(analyst.get(&editor).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn the_editor_says_what_an_override_would_do(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let path = format!("/catalogs/{SHOP}/overrides/new");
    let text = curator.page(&path).await.text();
    assert!(text.contains("Search 12 items by title"), "{text}");

    let draft = serde_json::json!({
        "kind": "block", "item_id": "i04", "scope": {"kind": "catalog"}, "for": "all",
        "reason": "wrong",
    });
    let preview = curator.send_json("POST", "overrides/preview", &draft).await;
    let changed = preview.json()["changed"].as_u64().unwrap();
    assert!(changed > 0);
    let text = curator
        .page(&format!("{path}?kind=block&item=i04"))
        .await
        .text();
    assert!(
        text.contains(&format!("{changed} of 12 lists change")),
        "{text}"
    );
    assert!(text.contains("Before") && text.contains("After"), "{text}");

    let bad = format!("{path}?kind=pin&item=i04&position=first&comment=Sold+out");
    let page = curator.get(&bad).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    assert!(
        text.contains("“first”") && text.contains("Sold out"),
        "{text}"
    );
}

#[sqlx::test]
async fn a_cell_of_the_heat_map_leads_to_the_pairs_behind_it(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let map = format!("/catalogs/{SHOP}/cooccurrence?view=map&cell=pairs");
    let page = viewer.page(&map).await;
    let text = page.text();
    assert!(
        text.contains("Which categories are chosen together?"),
        "{text}"
    );
    assert!(text.contains("times as often as chance"), "{text}");
    let table = viewer
        .api("cooccurrence?level=category&category=Food&other_category=Cloth")
        .await;
    let row = &table["rows"][0];
    assert_eq!(table["total"], 1);
    let item_pairs = row["item_pairs"].to_string();
    let behind = page.link(&item_pairs).unwrap();
    assert!(
        behind.contains("category=") && behind.contains("other_category="),
        "{behind}"
    );
    // The item pairs behind the cell add up to its figure.
    let (_, query) = behind.split_once('?').unwrap();
    let pairs = viewer
        .api(&format!("cooccurrence?{query}&limit=1000"))
        .await;
    let rows = pairs["rows"].as_array().unwrap();
    let sum: u64 = rows
        .iter()
        .map(|row| row["together"].as_u64().unwrap())
        .sum();
    assert_eq!(sum.to_string(), item_pairs);
    let behind = viewer.page(&behind).await;
    assert!(behind.text().contains("and one of"), "{}", behind.text());
}

#[sqlx::test]
async fn the_heat_map_says_what_it_cannot_show(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let map = format!("/catalogs/{SHOP}/cooccurrence?view=map");
    for (query, status, says) in [
        ("&cell=beauty", 422, "no “cell”"),
        ("&shade=never", 422, "no “shade”"),
        ("&n=5", 422, "from 10 to 30"),
        ("&level=item&cell=pairs", 422, "between categories"),
        ("&level=item&category=Songs", 404, "Songs"),
        ("&from=2027-01-01", 200, "No users fall into this window"),
    ] {
        let page = viewer.get(&format!("{map}{query}")).await;
        assert_eq!(page.status.as_u16(), status, "{query}");
        let text = page.text();
        assert!(text.contains(says), "{query}: {text}");
        assert!(text.contains("Heat map"), "{query}: {text}");
    }
    let unknown = viewer
        .get(&format!("/catalogs/{SHOP}/cooccurrence?view=cloud"))
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test]
async fn two_periods_are_compared_side_by_side(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let compare = format!("/catalogs/{SHOP}/cooccurrence?view=compare");
    let sides = "left_from=2026-03-01&left_to=2026-03-14&right_from=2026-03-15&right_to=2026-03-31";
    let page = viewer
        .page(&format!("{compare}&min_together=1&{sides}"))
        .await;
    let text = page.text();
    assert!(text.contains("What changed from left to right?"), "{text}");
    let left = viewer
        .api("cooccurrence?from=2026-03-01&to=2026-03-14")
        .await;
    let right = viewer
        .api("cooccurrence?from=2026-03-15&to=2026-03-31")
        .await;
    for side in [&left, &right] {
        // Both versions are named, each with what it was counted from.
        let version = side["version"].as_str().unwrap();
        let says = format!("{} users, table version {version}", side["baskets"]);
        assert!(text.contains(&says), "{says}: {text}");
    }
    for (query, status, says) in [
        ("", 200, "The last, beside as many before 30 days"),
        ("&level=category&min_together=1", 200, "Left to"),
        (
            "&right_from=2027-01-01&right_to=2027-02-01",
            200,
            "fall into the right side",
        ),
        (
            "&min_together=1000&right_from=2026-03-15",
            200,
            "In no pair do 1,000 users or more",
        ),
        (
            "&left_from=2026-03-15&left_to=2026-03-01",
            422,
            "ends before it starts",
        ),
        ("&left_from=soon", 422, "“from” is a day"),
        ("&min_together=none", 422, "whole number"),
    ] {
        let page = viewer.get(&format!("{compare}{query}")).await;
        assert_eq!(page.status.as_u16(), status, "{query}: {}", page.text());
        assert!(page.text().contains(says), "{query}: {}", page.text());
    }
}

#[sqlx::test]
async fn a_slash_at_the_end_leads_to_the_page_and_never_to_another_host(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let led = viewer.get("/catalogs/shop/cooccurrence/?view=map").await;
    assert_eq!(led.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(
        led.header(header::LOCATION),
        "/catalogs/shop/cooccurrence?view=map"
    );
    assert_eq!(viewer.get("/").await.status, StatusCode::OK);
    for elsewhere in ["//example.org/", "//example.org//"] {
        let answer = viewer.get(elsewhere).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
}
