//! How it is going, what changed since one was last here, and what the AI can and can't do.

use std::fs;

use axum::http::StatusCode;
use chrono::Utc;
use serde_json::json;
use sqlx::PgPool;
use tandem::accounts::types::{Actor, Role};
use tandem::interactions::formats::{Format, Options};
use tandem::interactions::intake::{self, CHUNK_RECORDS, Order};
use tandem::overview::days::{self, Day};

use super::support::{Guest, House, SHOP};

const OVERVIEW: &str = "/catalogs/shop";

async fn import(db: &PgPool, catalog: &str, rows: &str) -> i64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    fs::write(&path, rows).unwrap();
    let order = Order {
        catalog_id: catalog.to_owned(),
        paths: vec![path],
        reading: Options {
            format: Format::Auto,
            items: None,
            users: None,
            map: Vec::new(),
            now: Utc::now(),
        },
        chunk_records: CHUNK_RECORDS,
    };
    intake::import(db, &Actor::command(), &order, &mut |_| ())
        .await
        .unwrap();
    sqlx::query_scalar("select max(batch_id) from batch")
        .fetch_one(db)
        .await
        .unwrap()
}

/// Answers the list of an item: shown, accepted or dismissed.
async fn answer(program: &Guest<'_>, kind: &str, times: usize) {
    let list = program.api("recommendations?item=i01").await;
    for _ in 0..times {
        let feedback = json!({
            "list_id": list["list_id"], "item_id": list["items"][0]["item_id"], "kind": kind,
        });
        let kept = program.send_json("POST", "feedback", &feedback).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    }
}

#[sqlx::test]
async fn the_figures_of_the_overview_are_those_of_the_database(db: PgPool) {
    let house = House::new(db.clone()).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let text = viewer.page(OVERVIEW).await.text();
    let rows: i64 = sqlx::query_scalar("select count(*) from interaction")
        .fetch_one(&db)
        .await
        .unwrap();
    // All of them happened in the 30 days to the newest.
    for says in [
        format!("Interactions {rows} 30 days to 2026-03-28"),
        "Acceptance – No feedback yet.".to_owned(),
        "11 of 12 items can fill a list".to_owned(),
        "Flags open 0 Nothing was ever flagged.".to_owned(),
        "Overrides in force 0 Every list is the model’s own.".to_owned(),
        "since the newest interaction, 2026-03-28".to_owned(),
        "No server has reported".to_owned(),
        "This is your first visit".to_owned(),
        "Mend 1 row in quarantine".to_owned(),
        "“Thing 3” was never chosen: nothing goes with it".to_owned(),
    ] {
        assert!(text.contains(&says), "{says}: {text}");
    }
    let before = viewer
        .page("/catalogs/shop?to=2026-03-14&days=7")
        .await
        .text();
    let week: i64 = sqlx::query_scalar(
        "select count(*) from interaction where at >= '2026-03-08Z' and at < '2026-03-15Z'",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    let says = format!("Interactions {week} 7 days to 2026-03-14");
    assert!(before.contains(&says), "{says}: {before}");
    for odd in ["days=31", "to=yesterday", "to=-200000-01-01", "since=soon"] {
        let answer = viewer.get(&format!("{OVERVIEW}?{odd}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}");
    }
    let gone = viewer.get("/catalogs/nowhere").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn acceptance_is_of_what_was_answered_until_what_was_shown_is_known(db: PgPool) {
    let house = House::new(db.clone()).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let program = house.program(Role::Analyst).await;
    answer(&program, "accept", 3).await;
    answer(&program, "dismiss", 1).await;
    let text = viewer.page(OVERVIEW).await.text();
    // Wilson's interval of 3 of 4.
    let says = "Acceptance 75 % 95 %: 30 % to 95 % of 4 accepted or dismissed none before";
    assert!(text.contains(says), "{text}");
    answer(&program, "impression", 10).await;
    let text = viewer.page(OVERVIEW).await.text();
    let says = "Acceptance 30 % 95 %: 11 % to 60 % of 10 shown none before";
    assert!(text.contains(says), "{text}");
    let about = viewer.page("/catalogs/shop/about").await.text();
    assert!(
        about.contains("30 % (95 %: 11 % to 60 %) of 10 shown"),
        "{about}"
    );
    // What is kept for each day is what a count from nothing gives, with a dismissal taken back.
    let kept = async || -> (i64, i64, i64) {
        let sums = "select sum(shown)::bigint, sum(accepted)::bigint, sum(dismissed)::bigint
                    from feedback_day where catalog_id = 'shop'";
        sqlx::query_as(sums).fetch_one(&db).await.unwrap()
    };
    assert_eq!(kept().await, (10, 3, 1));
    let dismissal: i64 =
        sqlx::query_scalar("select feedback_id from feedback where kind = 'dismiss'")
            .fetch_one(&db)
            .await
            .unwrap();
    for _ in 0..2 {
        let path = format!("feedback/{dismissal}");
        let undone = program.send_json("DELETE", &path, &json!({})).await;
        assert_eq!(undone.status, StatusCode::NO_CONTENT);
        assert_eq!(kept().await, (10, 3, 0));
    }
    sqlx::query("select recount_days('shop')")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(kept().await, (10, 3, 0));
}

#[sqlx::test]
async fn data_without_times_says_what_is_missing(db: PgPool) {
    import(&db, "plain", "basket_id,item_id\n1,a\n1,b\n2,a\n2,b\n").await;
    let house = House::beside(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let text = viewer.page("/catalogs/plain").await.text();
    assert!(
        text.contains("Interactions – The data has no times."),
        "{text}"
    );
    assert!(text.contains("0 of 2 items can fill a list"), "{text}");
    assert!(text.contains("“a” is thin: chosen by 2 baskets"), "{text}");
}

#[sqlx::test]
async fn what_is_imported_twice_and_taken_back_is_counted_once_a_day(db: PgPool) {
    let rows = "user_id,item_id,at\nu1,a,2026-03-01T10:00:00Z\nu2,a,2026-03-02T10:00:00Z\n";
    import(&db, "plain", rows).await;
    let more = format!("{rows}u3,a,2026-03-02T11:00:00Z\n");
    let second = import(&db, "plain", &more).await;
    let house = House::beside(db.clone()).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let all = "Interactions 3 30 days to 2026-03-02";
    assert!(viewer.page("/catalogs/plain").await.text().contains(all));
    intake::undo(&db, &Actor::command(), "plain", second)
        .await
        .unwrap();
    house.follow().await;
    let text = viewer.page("/catalogs/plain").await.text();
    assert!(
        text.contains("Interactions 2 30 days to 2026-03-02"),
        "{text}"
    );
    let program = house.program(Role::Operator).await;
    let posted = program
        .send(
            "POST",
            "/api/v1/catalogs/plain/interactions",
            &[("content-type", "application/json")],
            json!([
                {"user_id": "u1", "item_id": "a", "at": "2026-03-01T10:00:00Z"},
                {"user_id": "u9", "item_id": "a", "at": "2026-03-03T10:00:00Z"},
            ])
            .to_string(),
        )
        .await;
    assert_eq!(posted.status, StatusCode::OK, "{}", posted.body);
    house.follow().await;
    let text = viewer.page("/catalogs/plain").await.text();
    assert!(
        text.contains("Interactions 3 30 days to 2026-03-03"),
        "{text}"
    );
}

#[sqlx::test]
async fn what_changed_since_the_last_visit_is_told_and_no_more(db: PgPool) {
    let house = House::new(db.clone()).await;
    let ann = house.sign_in("ann", Role::Analyst).await;
    let cora = house.sign_in("cora", Role::Curator).await;
    let first = ann.page(OVERVIEW).await.text();
    assert!(first.contains("This is your first visit"), "{first}");
    let between = Utc::now();
    // Half an hour passes without a page.
    sqlx::query("update visit set seen_at = now() - interval '2 hours'")
        .execute(&db)
        .await
        .unwrap();
    let block = |item: &str, whom: &str| {
        json!({
            "kind": "block", "item_id": item, "scope": {"kind": "catalog"}, "for": whom,
            "reason": "wrong", "comment": "",
        })
    };
    for (item, whom) in [("i05", "all"), ("i07", "me")] {
        let made = cora
            .send_json("POST", "overrides", &block(item, whom))
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let list = cora.api("recommendations?item=i04").await;
    let flag = json!({
        "list_id": list["list_id"], "item_id": list["items"][0]["item_id"],
        "reason": "irrelevant", "scope": "here",
    });
    let made = cora.send_json("POST", "flags", &flag).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    import(
        &db,
        SHOP,
        "user_id,item_id,at\nu77,i01,2026-03-20T10:00:00Z\n",
    )
    .await;
    house.follow().await;
    // Any page of the catalog begins a visit; each page of it tells the same.
    ann.page("/catalogs/shop/recommendations").await;
    for _ in 0..2 {
        let text = ann.page(OVERVIEW).await.text();
        let title = list["items"][0]["title"].as_str().unwrap();
        for says in [
            "What changed since your last visit",
            "The table moved on by 2 changes.",
            "cora blocked “Thing 5”",
            &format!("cora flagged “{title}”: irrelevant"),
            "1 row taken",
            "Look at the flag of",
        ] {
            assert!(text.contains(says), "{says}: {text}");
        }
        assert!(!text.contains("“Thing 7”"), "another’s own: {text}");
    }
    // The shop itself was imported before that moment.
    let since = between.format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let text = ann.page(&format!("{OVERVIEW}?since={since}")).await.text();
    assert!(text.contains("The table moved on by 1 change."), "{text}");
    assert!(!text.contains("Import 1:"), "{text}");
    // An address with a moment in it tells everybody the same, whenever they were here.
    let vera = house.sign_in("vera", Role::Viewer).await;
    let text = vera
        .page(&format!("{OVERVIEW}?since=2026-01-01"))
        .await
        .text();
    assert!(
        text.contains("What changed since 2026-01-01 00:00 UTC"),
        "{text}"
    );
    assert!(text.contains("Import 1:"), "{text}");
    // Whoever flagged reads what became of it.
    let id = made.json()["id"].as_i64().unwrap();
    let otto = house.sign_in("otto", Role::Curator).await;
    let decision = json!({ "decision": "upheld" });
    let decided = otto
        .send_json("POST", &format!("flags/{id}/decision"), &decision)
        .await;
    assert!(decided.status.is_success(), "{}", decided.body);
    let of_all = format!("{OVERVIEW}?since=2026-01-01");
    let own = cora.page(&of_all).await.text();
    assert!(own.contains("You blocked “Thing 7”"), "{own}");
    assert!(own.contains("otto upheld your flag of “"), "{own}");
    let others = ann.page(&of_all).await.text();
    assert!(others.contains("otto upheld the flag of “"), "{others}");
}

#[sqlx::test]
async fn coverage_and_age_are_drawn_with_the_period_before_as_far_as_it_is_known(db: PgPool) {
    let house = House::new(db.clone()).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let text = viewer.page(OVERVIEW).await.text();
    assert!(!text.contains("have enough evidence"), "{text}");
    let day = |day: &str, enough, hours| Day {
        counted_at: format!("{day}T20:00:00Z").parse().unwrap(),
        change: 1,
        items: 12,
        enough,
        newest_at: Some(format!("{day}T{:02}:00:00Z", 20 - hours).parse().unwrap()),
    };
    let mut connection = db.acquire().await.unwrap();
    let now = [day("2026-03-27", 6, 1), day("2026-03-28", 9, 5)];
    days::keep(&mut connection, SHOP, &now).await.unwrap();
    let text = viewer.page(OVERVIEW).await.text();
    for says in [
        "75 % of items have enough evidence, nothing is known of before",
        "9 of 12 items fill a list with others of their own",
        "The data was never older than 5 hours",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    let before = [day("2026-02-20", 3, 8)];
    days::keep(&mut connection, SHOP, &before).await.unwrap();
    let text = viewer.page(OVERVIEW).await.text();
    for says in [
        "75 % of items have enough evidence, 25 % 30 days before",
        "8 hours in the 30 days before",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[sqlx::test]
async fn a_visit_is_written_seldom_and_for_accounts_alone(db: PgPool) {
    let house = House::new(db.clone()).await;
    let ann = house.sign_in("ann", Role::Analyst).await;
    ann.page(OVERVIEW).await;
    let written = async || -> (i64, i64) {
        sqlx::query_as("select count(*), max(xmin::text::bigint) from visit")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let once = written().await;
    ann.page(OVERVIEW).await;
    ann.page("/catalogs/shop/flags").await;
    ann.get("/catalogs/nowhere").await;
    house.program(Role::Viewer).await.page(OVERVIEW).await;
    house.stranger().get(OVERVIEW).await;
    assert_eq!(written().await, once);
    assert_eq!(once.0, 1);
}

#[sqlx::test]
async fn the_page_about_the_ai_says_what_it_knows_and_what_it_does_not(db: PgPool) {
    let house = House::new(db).await;
    house.sign_in("root", Role::Admin).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let page = viewer.page("/catalogs/shop/about").await;
    let text = page.text();
    for says in [
        "What it does",
        "version 1 was not measured yet",
        "It answers with version 1, damped cosine",
        "Fewer than 2 users with both are no evidence.",
        "not known: no feedback yet",
        "Cloth",
        "root answers for it: the admin.",
        "Take an import back",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    // Every panel with recommendations leads here, and the frame does from everywhere.
    let list = viewer.page("/catalogs/shop/recommendations?item=i01").await;
    assert_eq!(list.link("AI").as_deref(), Some("/catalogs/shop/about"));
    assert_eq!(
        list.link("About this AI").as_deref(),
        Some("/catalogs/shop/about")
    );
    assert_eq!(list.link("Overview").as_deref(), Some(OVERVIEW));
}
