//! What takes long, as the page shows it, lets it be cancelled and tells what came of it.

use axum::http::StatusCode;
use sqlx::{PgPool, Postgres, Transaction};
use std::time::Duration;
use tandem::accounts::types::Role;

use super::support::{Answer, Guest, House, SHOP};

const DELETE: &str = "/catalogs/shop/delete";

/// Has whatever wants to do something with interactions wait.
async fn hold(db: &PgPool, mode: &str) -> Transaction<'static, Postgres> {
    let mut busy = db.begin().await.unwrap();
    let lock = sqlx::AssertSqlSafe(format!("lock table interaction in {mode} mode"));
    sqlx::query(lock).execute(&mut *busy).await.unwrap();
    busy
}

/// Where the page's button “Cancel” sends to.
fn cancel(page: &Answer) -> String {
    let (_, form) = page.body.split_once("action=\"/jobs/").unwrap();
    format!("/jobs/{}", form.split_once('"').unwrap().0)
}

/// The page of a job, as a browser asks for it, once it says something else.
async fn ended(guest: &Guest<'_>, path: &str, under_way: &str) -> Answer {
    for _ in 0..100 {
        let accept = [("accept", "text/html")];
        let page = guest.send("GET", path, &accept, String::new()).await;
        if !page.text().contains(under_way) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} is still under way");
}

#[sqlx::test]
async fn a_preview_of_settings_shows_how_far_it_is_and_is_cancelled(db: PgPool) {
    let house = House::new(db.clone()).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let asked = "/catalogs/shop/settings/preview?basket_rule=user_window&basket_window=week";
    let busy = hold(&db, "access exclusive").await;
    let page = operator.page(asked).await;
    let text = page.text();
    assert!(text.contains("is being counted now"), "{text}");
    assert!(text.contains("Save these settings"), "{text}");
    // Without scripting it renews itself, until it is asked to stand still.
    assert!(page.body.contains("http-equiv=\"refresh\""));
    let still = page.link("Do not renew this page every 2 seconds").unwrap();
    let page = operator.page(&still).await;
    assert!(!page.body.contains("http-equiv=\"refresh\""));
    assert_eq!(page.link("Follow it again").as_deref(), Some(asked));

    let cancelled = operator.form(asked, &cancel(&page), &[]).await.goes_to();
    assert!(
        cancelled.starts_with("/catalogs/shop/settings?") && cancelled.contains("user_window"),
        "{cancelled}"
    );
    let again = operator.form(asked, &cancel(&page), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());

    operator.page(asked).await;
    busy.rollback().await.unwrap();
    let text = ended(&operator, asked, "is being counted now").await.text();
    assert!(text.contains("What is counted , of 183 rows"), "{text}");
}

#[sqlx::test]
async fn a_deletion_is_cancelled_with_everything_as_it_was_or_ends(db: PgPool) {
    let house = House::new(db.clone()).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let before = operator.api("cooccurrence").await;
    let fields = [("catalog_id", SHOP), ("confirm", SHOP)];
    let begin = || operator.form(DELETE, "/actions/delete-catalog", &fields);

    let busy = hold(&db, "share").await;
    assert_eq!(begin().await.goes_to(), DELETE);
    let page = operator.page(DELETE).await;
    assert!(page.text().contains("“shop” is being deleted"));
    let cancelled = operator.form(DELETE, &cancel(&page), &[]).await.goes_to();
    assert_eq!(cancelled, DELETE);
    busy.rollback().await.unwrap();
    let page = operator.page(DELETE).await.text();
    assert!(page.contains("This can’t be taken back."), "{page}");
    house.follow().await;
    assert_eq!(operator.api("cooccurrence").await, before);

    let busy = hold(&db, "share").await;
    begin().await;
    assert!(operator.get("/").await.text().contains("Shop"));
    busy.rollback().await.unwrap();
    let over = ended(&operator, DELETE, "is being deleted").await;
    assert_eq!(over.goes_to(), "/?deleted=shop");
    let gone = operator.get(DELETE).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("was deleted on"), "{}", gone.text());
}

#[sqlx::test]
async fn only_who_is_signed_in_and_knows_a_job_may_cancel_it(db: PgPool) {
    let house = House::new(db.clone()).await;
    let operator = house.sign_in("olga", Role::Operator).await;
    let busy = hold(&db, "access exclusive").await;
    let asked = "/catalogs/shop/settings/preview?basket_rule=basket";
    let page = operator.page(asked).await;
    let nobody = house.stranger().form(asked, &cancel(&page), &[]).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let other = house.sign_in("otto", Role::Operator).await;
    let guessed = other.form(asked, "/jobs/guessed/cancel", &[]).await;
    assert_eq!(guessed.status, StatusCode::CONFLICT);
    // The same change asked for by somebody else is a job of their own.
    let theirs = other.page(asked).await;
    assert_ne!(cancel(&theirs), cancel(&page));
    busy.rollback().await.unwrap();
}
