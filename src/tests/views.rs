//! Saved views, as people keep, open, rename and delete them.

use axum::http::StatusCode;
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{House, SHOP};

const SAVE: &str = "/actions/save-view";

fn table() -> String {
    format!("/catalogs/{SHOP}/cooccurrence")
}

#[sqlx::test]
async fn a_view_is_saved_opened_renamed_and_deleted(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ann", Role::Analyst).await;
    let page = analyst
        .page(&format!("{}?sort=lift&min_together=3", table()))
        .await;
    assert!(page.has_form(SAVE), "the bar offers it");
    let fields = [
        ("catalog_id", SHOP),
        ("path", &table()),
        ("query", "sort=lift&min_together=3"),
        ("name", "Strong & <odd> pairs"),
    ];
    let saved = analyst.form(&table(), SAVE, &fields).await.goes_to();
    let list = analyst.page(&saved).await;
    let text = list.text();
    assert!(text.contains("“Strong & <odd> pairs” is saved"), "{text}");
    assert!(text.contains("sort lift, min together 3"), "{text}");
    let opened = list.link("Back to it").unwrap();
    assert_eq!(opened, format!("{}?sort=lift&min_together=3", table()));
    let opened = analyst.page(&opened).await;
    // The bar lists it on every page of the catalog.
    assert!(
        opened.text().contains("Strong & <odd> pairs"),
        "{}",
        opened.text()
    );

    let (_, id) = saved.split_once("saved=").unwrap();
    let views = format!("/catalogs/{SHOP}/views");
    let fields = [
        ("catalog_id", SHOP),
        ("view_id", id),
        ("name", "Strong pairs"),
    ];
    let renamed = analyst
        .form(&views, "/actions/rename-view", &fields)
        .await
        .goes_to();
    let text = analyst.page(&renamed).await.text();
    assert!(
        text.contains("Strong pairs") && !text.contains("<odd>"),
        "{text}"
    );
    // Somebody else neither sees it nor reaches it.
    let other = house.sign_in("bob", Role::Curator).await;
    assert!(
        other
            .page(&views)
            .await
            .text()
            .contains("You keep no views yet")
    );
    let fields = [("catalog_id", SHOP), ("view_id", id)];
    let not_his = other.form(&views, "/actions/delete-view", &fields).await;
    let text = other.page(&not_his.goes_to()).await.text();
    assert!(text.contains("Your saved view was not found"), "{text}");

    let gone = analyst
        .form(&views, "/actions/delete-view", &fields)
        .await
        .goes_to();
    assert!(
        analyst
            .page(&gone)
            .await
            .text()
            .contains("You keep no views yet")
    );
}

#[sqlx::test]
async fn what_cannot_be_saved_comes_back_with_a_sentence(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ann", Role::Analyst).await;
    let evil = "//evil.example/catalogs/shop/flags";
    for (path, name, says) in [
        (table().as_str(), " ", "needs a name"),
        (evil, "x", "Only pages of this catalog"),
        ("/catalogs/other/flags", "x", "Only pages of this catalog"),
    ] {
        let fields = [
            ("catalog_id", SHOP),
            ("path", path),
            ("query", "sort=lift"),
            ("name", name),
        ];
        let back = analyst.form(&table(), SAVE, &fields).await.goes_to();
        assert!(
            back.starts_with(&format!("/catalogs/{SHOP}/views?")),
            "{back}"
        );
        let text = analyst.page(&back).await.text();
        assert!(text.contains(says), "{says}: {text}");
        assert!(text.contains("You keep no views yet"), "{text}");
    }
}

#[sqlx::test]
async fn who_may_not_keep_views_is_offered_none(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    assert!(!viewer.page(&table()).await.has_form(SAVE));
    let list = viewer.get(&format!("/catalogs/{SHOP}/views")).await;
    assert_eq!(list.status, StatusCode::FORBIDDEN);
    let fields = [
        ("catalog_id", SHOP),
        ("path", &table()),
        ("query", ""),
        ("name", "x"),
    ];
    let refused = viewer.form(&table(), SAVE, &fields).await;
    let page = viewer.get(&refused.goes_to()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("analyst"), "{}", page.text());
    let stranger = house
        .stranger()
        .get(&format!("/catalogs/{SHOP}/views"))
        .await;
    assert!(stranger.goes_to().starts_with("/sign-in"));
}
