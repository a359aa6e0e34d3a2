//! Tables as programs read them, again and again.

use axum::http::{StatusCode, header};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{House, SHOP};

#[sqlx::test]
async fn a_table_that_has_not_changed_is_not_sent_again(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let path = format!("/api/v1/catalogs/{SHOP}/cooccurrence?sort=lift&limit=5");
    let first = viewer.get(&path).await;
    let tag = first.header(header::ETAG).to_owned();
    let known = [("if-none-match", tag.as_str())];
    let again = viewer.send("GET", &path, &known, String::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    let other = path.replace("limit=5", "limit=6");
    let other = viewer.send("GET", &other, &known, String::new()).await;
    assert_eq!(other.status, StatusCode::OK);
}
