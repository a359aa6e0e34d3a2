//! People in control: overrides, flags and dismissals, each with its way back.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Guest, House, ITEMS, SHOP, ids, list_page, list_path};

const OVERRIDES: &str = "/catalogs/shop/overrides";
const EDITOR: &str = "/catalogs/shop/overrides/new?kind=block&item=i01";

/// The fields that the editor sends for a block of the first item.
fn block<'a>(whom: &'a str, comment: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("catalog_id", SHOP),
        ("form[kind]", "block"),
        ("form[item]", "i01"),
        ("form[scope]", "catalog"),
        ("form[for]", whom),
        ("form[reason]", "business"),
        ("form[comment]", comment),
        ("form[days]", "30"),
    ]
}

async fn newest_override(guest: &Guest<'_>) -> Value {
    guest.api("overrides").await["overrides"][0].clone()
}

#[sqlx::test]
async fn a_blocked_item_is_in_no_list_until_the_block_is_undone(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let mut before = Vec::new();
    for anchor in 1..=ITEMS {
        before.push(viewer.list(anchor).await);
    }
    let held = |list: &&Value| ids(list).contains(&"i01".to_owned());
    assert!(
        before.iter().filter(held).count() > 5,
        "the story needs an item that is in lists"
    );

    let saved = curator
        .form(EDITOR, "/actions/save-override", &block("all", "Sold out"))
        .await;
    let page = curator.page(&saved.goes_to()).await.text();
    for part in [
        "Ham & <Eggs>",
        "Sold out",
        "Everyone",
        "In force",
        "in the whole catalog",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for anchor in 1..=ITEMS {
        assert!(!held(&&viewer.list(anchor).await), "anchor {anchor}");
        if anchor > 1 {
            let page = viewer.page(&list_page(anchor)).await.text();
            assert!(!page.contains("Ham & <Eggs>"), "anchor {anchor}: {page}");
        }
    }

    let id = newest_override(&curator).await["id"].to_string();
    let fields = [("catalog_id", SHOP), ("override_id", id.as_str())];
    let undone = curator
        .form(OVERRIDES, "/actions/undo-override", &fields)
        .await;
    assert!(
        curator
            .page(&undone.goes_to())
            .await
            .text()
            .contains("Undone")
    );
    for (anchor, list) in (1..=ITEMS).zip(before) {
        assert_eq!(viewer.list(anchor).await, list, "anchor {anchor}");
    }
}

#[sqlx::test]
async fn a_private_override_changes_nobody_elses_lists(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let before = curator.list(2).await;
    analyst
        .form(EDITOR, "/actions/save-override", &block("me", ""))
        .await
        .goes_to();
    assert!(!ids(&analyst.list(2).await).contains(&"i01".to_owned()));
    assert_eq!(curator.list(2).await, before);
    assert_eq!(curator.api("overrides").await["overrides"], json!([]));
    assert!(
        !curator
            .page(OVERRIDES)
            .await
            .text()
            .contains("Ham & <Eggs>")
    );
}

#[sqlx::test]
async fn an_analyst_may_not_override_for_all(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let draft = json!({
        "kind": "block", "item_id": "i01", "scope": {"kind": "catalog"}, "for": "all",
        "reason": "wrong",
    });
    for path in ["overrides", "overrides/preview"] {
        let refused = analyst.send_json("POST", path, &draft).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    // The same by a form that somebody forged: the page says why, and nothing is saved.
    let fields = block("all", "Kept words");
    let refused = analyst
        .form(EDITOR, "/actions/save-override", &fields)
        .await;
    let page = analyst.get(&refused.goes_to()).await.text();
    assert!(page.contains("Your role does not allow this"), "{page}");
    assert_eq!(analyst.api("overrides").await["overrides"], json!([]));
}

#[sqlx::test]
async fn what_was_typed_is_there_again_when_it_cannot_be_saved(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let mut fields = block("me", "Words & <more> words");
    fields[7].1 = "forever";
    let refused = curator
        .form(EDITOR, "/actions/save-override", &fields)
        .await;
    let page = curator.get(&refused.goes_to()).await;
    assert!(page.text().contains("not “forever”"), "{}", page.text());
    let words = "Words & <more> words";
    assert!(page.text().contains(words), "{}", page.text());
    assert!(!page.body.contains("<more>"), "words are never markup");
    assert_eq!(curator.api("overrides").await["overrides"], json!([]));
}

#[sqlx::test]
async fn a_flag_keeps_what_was_seen(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let list = analyst.api(&list_path(3)).await;
    let row = &list["items"][1];
    let item = row["item_id"].as_str().unwrap();
    let fields = [
        ("catalog_id", SHOP),
        ("list_id", list["list_id"].as_str().unwrap()),
        ("item_id", item),
        ("reason", "wrong"),
        ("scope", "here"),
        ("comment", "Not beside a hammer"),
    ];
    analyst
        .form(&list_page(3), "/actions/flag", &fields)
        .await
        .goes_to();
    assert!(!ids(&analyst.list(3).await).contains(&item.to_owned()));
    assert!(ids(&viewer.list(3).await).contains(&item.to_owned()));

    let flag = &analyst.api("flags").await["flags"][0];
    assert_eq!(&flag["seen"]["row"], row);
    assert_eq!(flag["seen"]["model"], list["model"]);
    assert_eq!(flag["seen"]["table"], list["table"]);
    let page = viewer.page("/catalogs/shop/flags").await;
    let text = page.text();
    let why = row["why"].as_str().unwrap();
    let version = list["table"]["version"].as_str().unwrap();
    for part in [
        "Not beside a hammer",
        "Wrong",
        "Rank 2",
        why,
        version,
        "ana",
        "Open",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Take back"), "{text}");

    let id = flag["id"].to_string();
    let fields = [("catalog_id", SHOP), ("flag_id", id.as_str())];
    let other = viewer
        .form("/catalogs/shop/flags", "/actions/withdraw-flag", &fields)
        .await;
    assert!(
        viewer
            .get(&other.goes_to())
            .await
            .text()
            .contains("does not allow")
    );
    analyst
        .form("/catalogs/shop/flags", "/actions/withdraw-flag", &fields)
        .await
        .goes_to();
    let text = analyst.page("/catalogs/shop/flags").await.text();
    assert!(text.contains("Taken back"), "{text}");
    assert!(ids(&analyst.list(3).await).contains(&item.to_owned()));
}

/// Sends a flag on the first suggestion for an item; its id.
async fn flagged(analyst: &Guest<'_>, item: u32) -> i64 {
    let list = analyst.api(&list_path(item)).await;
    let draft = json!({
        "list_id": list["list_id"], "item_id": list["items"][0]["item_id"], "reason": "wrong",
        "scope": "here",
    });
    let kept = analyst.send_json("POST", "flags", &draft).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    kept.json()["id"].as_i64().unwrap()
}

#[sqlx::test]
async fn a_decision_closes_a_flag_tells_its_author_and_changes_no_list(db: PgPool) {
    const FLAGS: &str = "/catalogs/shop/flags";
    const DECIDE: &str = "/actions/decide-flag";
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let id = flagged(&analyst, 3).await.to_string();
    let (lists, own) = (curator.list(3).await, analyst.list(3).await);

    // Who may not decide has no form, and a forged one is refused.
    let fields = |decision: &'static str| {
        [
            ("catalog_id", SHOP.to_owned()),
            ("flag_id", id.clone()),
            ("decision", decision.to_owned()),
            ("comment", "Not <b>beside</b> a hammer".to_owned()),
        ]
    };
    let send = async |guest: &Guest<'_>, decision| {
        let fields = fields(decision);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        guest.form(FLAGS, DECIDE, &fields).await.goes_to()
    };
    assert!(!analyst.page(FLAGS).await.has_form(DECIDE));
    let refused = send(&analyst, "upheld").await;
    assert!(
        analyst
            .get(&refused)
            .await
            .text()
            .contains("does not allow")
    );

    let page = curator.page(FLAGS).await;
    assert!(page.has_form(DECIDE));
    assert!(
        page.text().contains("It changes no list by itself"),
        "{}",
        page.text()
    );
    let editor = page.link("block the item").unwrap();
    let editor = curator.page(&editor).await.text();
    assert!(
        editor.contains("Thing") || editor.contains("Ham"),
        "{editor}"
    );
    send(&curator, "upheld").await;

    let page = analyst.page(FLAGS).await;
    for part in [
        "Upheld",
        "cora",
        "Not <b>beside</b> a hammer",
        "0 open, 1 upheld",
    ] {
        assert!(
            page.text().contains(part) || page.body.contains(part),
            "{part}: {}",
            page.text()
        );
    }
    assert!(!page.body.contains("<b>beside"), "words are never markup");
    assert_eq!(curator.list(3).await, lists);
    assert_eq!(analyst.list(3).await, own);

    // Another decision is a conflict, on the page as in the API.
    let page = send(&curator, "declined").await;
    let page = curator.get(&page).await.text();
    assert!(page.contains("cora has upheld the flag"), "{page}");
    let other = json!({"decision": "declined"});
    let path = format!("flags/{id}/decision");
    let refused = curator.send_json("POST", &path, &other).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let refused = analyst.send_json("POST", &path, &other).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    // States are links; the other states are empty, and say so.
    let upheld = analyst.page(&format!("{FLAGS}?state=upheld")).await.text();
    assert!(
        upheld.contains("Upheld") && upheld.contains("Wrong"),
        "{upheld}"
    );
    let open = analyst.page(&format!("{FLAGS}?state=open")).await.text();
    assert!(open.contains("No flag is in this state"), "{open}");
    let lost = analyst.get(&format!("{FLAGS}?state=lost")).await;
    assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY);

    // Its author may have what it hid shown again; the decision stands.
    let fields = [("catalog_id", SHOP), ("flag_id", id.as_str())];
    analyst
        .form(FLAGS, "/actions/withdraw-flag", &fields)
        .await
        .goes_to();
    assert_eq!(analyst.list(3).await, lists);
    assert_eq!(analyst.api("flags").await["flags"][0]["state"], "upheld");
}

#[sqlx::test]
async fn a_flag_on_a_users_list_does_not_name_the_user_to_who_may_not_see_users(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let list = analyst.api("recommendations?user=u05").await;
    let draft = json!({
        "list_id": list["list_id"], "item_id": list["items"][0]["item_id"], "reason": "irrelevant",
        "scope": "here",
    });
    let kept = analyst.send_json("POST", "flags", &draft).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    let path = "/catalogs/shop/flags";
    assert!(analyst.page(path).await.text().contains("u05"));
    assert!(!viewer.page(path).await.text().contains("u05"));
    // The API neither: not by the anchor, nor by the list's id, nor by what the user chose.
    let id = &kept.json()["id"];
    for path in ["flags".to_owned(), format!("flags/{id}")] {
        let flag = |answer: Value| {
            answer
                .get("flags")
                .map_or(answer.clone(), |all| all[0].clone())
        };
        let full = flag(analyst.api(&path).await);
        assert_eq!(full["anchor"]["user"], "u05");
        assert_ne!(full["seen"]["row"]["contributions"], json!([]));
        let seen = flag(viewer.api(&path).await);
        assert_eq!(seen["anchor"], json!({ "user": null }));
        assert_eq!(seen["list_id"], Value::Null);
        assert_eq!(seen["seen"]["row"]["contributions"], json!([]));
        assert_eq!(seen["seen"]["row"]["rank"], full["seen"]["row"]["rank"]);
    }
}

#[sqlx::test]
async fn a_dismissal_hides_here_alone_and_undo_brings_it_back(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let before = analyst.api(&list_path(3)).await;
    let item = ids(&before)[0].clone();
    let elsewhere = analyst.list(6).await;
    let fields = [
        ("catalog_id", SHOP),
        ("list_id", before["list_id"].as_str().unwrap()),
        ("item_id", item.as_str()),
    ];
    let (from, whole) = (list_page(3), analyst.list(3).await);
    analyst
        .form(&from, "/actions/dismiss", &fields)
        .await
        .goes_to();
    assert!(!ids(&analyst.list(3).await).contains(&item));
    assert_eq!(analyst.list(6).await, elsewhere);

    let page = analyst.page(&from).await;
    assert!(
        page.text().contains("is dismissed for you in this list"),
        "{}",
        page.text()
    );
    let (_, id) = page
        .body
        .split_once("name=\"feedback_id\" value=\"")
        .unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let fields = [("catalog_id", SHOP), ("feedback_id", id)];
    analyst
        .form(&from, "/actions/undo-feedback", &fields)
        .await
        .goes_to();
    assert_eq!(analyst.list(3).await, whole);
}

#[sqlx::test]
async fn an_acceptance_changes_no_list_counts_once_and_is_taken_back(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ana", Role::Analyst).await;
    let before = analyst.api(&list_path(3)).await;
    let item = ids(&before)[0].clone();
    let (from, whole) = (list_page(3), analyst.list(3).await);
    let fields = [
        ("catalog_id", SHOP),
        ("list_id", before["list_id"].as_str().unwrap()),
        ("item_id", item.as_str()),
    ];
    for _ in 0..2 {
        analyst
            .form(&from, "/actions/accept", &fields)
            .await
            .goes_to();
    }
    assert_eq!(analyst.list(3).await, whole);
    let page = analyst.page(&from).await;
    assert_eq!(page.text().matches("You accepted it").count(), 1);
    assert_eq!(page.body.matches("name=\"feedback_id\"").count(), 1);

    // It is the analyst's own; nobody else sees it or takes it back.
    let other = house.sign_in("olga", Role::Analyst).await;
    assert!(!other.page(&from).await.text().contains("You accepted it"));
    let (_, id) = page
        .body
        .split_once("name=\"feedback_id\" value=\"")
        .unwrap();
    let fields = [
        ("catalog_id", SHOP),
        ("feedback_id", id.split('"').next().unwrap()),
    ];
    other.form(&from, "/actions/undo-feedback", &fields).await;
    assert!(analyst.page(&from).await.text().contains("You accepted it"));
    analyst
        .form(&from, "/actions/undo-feedback", &fields)
        .await
        .goes_to();
    assert!(!analyst.page(&from).await.text().contains("You accepted it"));
}

#[sqlx::test]
async fn a_what_if_is_the_list_of_a_catalog_without_the_user_and_changes_nothing(db: PgPool) {
    let house = House::new(db.clone()).await;
    let analyst = house.sign_in("anna", Role::Analyst).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let all = analyst.api("recommendations?item=i01&k=12").await;
    let user = house.index.current(SHOP).unwrap().user_ids[0].clone();
    let asked = format!("recommendations?item=i01&k=12&without_user={user}");
    let supposed = analyst.api(&asked).await;
    let baskets = |list: &Value| list["table"]["baskets"].as_u64().unwrap();
    assert_eq!(baskets(&supposed), baskets(&all) - 1);
    assert!(
        supposed["table"]["version"]
            .as_str()
            .unwrap()
            .ends_with("-what-if")
    );
    let beside = analyst.api("recommendations?item=i01&k=12").await;
    assert_eq!(beside["items"], all["items"], "nothing was changed");

    // Nobody can answer a list that nobody was served.
    let list_id = supposed["list_id"].as_str().unwrap();
    let item_id = supposed["items"][0]["item_id"].as_str().unwrap();
    let flag =
        json!({"list_id": list_id, "item_id": item_id, "reason": "irrelevant", "scope": "here"});
    let feedback = json!({"list_id": list_id, "item_id": item_id, "kind": "accept"});
    for (what, body) in [("flags", flag), ("feedback", feedback)] {
        let refused = analyst.send_json("POST", what, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(refused.body.contains("what-if"), "{}", refused.body);
    }

    // The page says what is supposed and leads back; nothing can be done about such a list.
    let page = analyst.page(&format!("/catalogs/{SHOP}/{asked}")).await;
    let text = page.text();
    assert!(
        text.contains(&format!("What if nothing that user {user} chose counted?")),
        "{text}"
    );
    assert!(text.contains("The list as it is"));
    assert!(!page.body.contains("data-key=\"f\""), "it can't be flagged");
    let more = analyst
        .api("recommendations?item=i01&k=12&with=i01&with=i02")
        .await;
    assert_eq!(baskets(&more), baskets(&all) + 1);

    let refuse = async |guest: &Guest<'_>, query: &str, status: StatusCode| {
        let path = format!("/api/v1/catalogs/{SHOP}/recommendations?item=i01&{query}");
        let refused = guest.get(&path).await;
        assert_eq!(refused.status, status, "{query}: {}", refused.body);
    };
    let of_user = format!("without_user={user}");
    refuse(&viewer, &of_user, StatusCode::FORBIDDEN).await;
    refuse(&analyst, "without_user=nobody", StatusCode::NOT_FOUND).await;
    refuse(&analyst, "without_basket=none", StatusCode::NOT_FOUND).await;
    refuse(&analyst, "with=nothing", StatusCode::NOT_FOUND).await;
    let many: String = (0..51)
        .map(|user| format!("without_user=u{user}&"))
        .collect();
    refuse(&analyst, &many, StatusCode::UNPROCESSABLE_ENTITY).await;

    // It is the list that the catalog has when the user's choices are really gone.
    sqlx::query("delete from interaction where user_id = $1")
        .bind(&user)
        .execute(&db)
        .await
        .unwrap();
    let without = House::beside(db).await;
    let ada = without.sign_in("ada", Role::Analyst).await;
    let recount = ada.api("recommendations?item=i01&k=12").await;
    assert_eq!(recount["items"], supposed["items"]);
}
