//! Rows that are corrected and taken in again, format by format.

use std::fs;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::correct::{Corrected, Correction, correct};
use super::store::{self, Held};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::interactions::formats::{Format, Options};
use crate::interactions::imports::store as imports;
use crate::interactions::intake::{self, CHUNK_RECORDS, Order};
use crate::interactions::types::MAX_QUARANTINED_CHARS;

fn now() -> DateTime<Utc> {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// Imports files by their names; the number of the import.
async fn import(db: &PgPool, files: &[(&str, &str)], map: &[(&str, &str)]) -> i64 {
    let dir = tempfile::tempdir().unwrap();
    let mut order = Order {
        catalog_id: "shop".to_owned(),
        paths: Vec::new(),
        reading: Options {
            format: Format::Auto,
            items: None,
            users: None,
            map: Vec::new(),
            now: now(),
        },
        chunk_records: CHUNK_RECORDS,
    };
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        if *name == "items.csv" {
            order.reading.items = Some(path);
        } else {
            order.paths.push(path);
        }
    }
    let owned = |(field, column): &(&str, &str)| ((*field).to_owned(), (*column).to_owned());
    order.reading.map = map.iter().map(owned).collect();
    let imported = intake::import(db, &Actor::command(), &order, &mut |_| ()).await;
    imported.unwrap().batch.id
}

async fn held(db: &PgPool, id: i64) -> Vec<Held> {
    store::list(db, id, 0, None).await.unwrap()
}

/// Corrects the rows of an import in their order.
async fn mended(db: &PgPool, id: i64, texts: &[&str]) -> Result<Corrected, AppError> {
    let import = imports::get(db, "shop", id).await.unwrap();
    let rows = held(db, id).await;
    let corrections = rows.iter().zip(texts).map(|(row, text)| Correction {
        quarantine_id: row.quarantine_id,
        text: (*text).to_owned(),
    });
    correct(db, &Actor::command(), &import, corrections.collect(), now()).await
}

async fn rows_of(db: &PgPool, batch_id: i64) -> Vec<String> {
    sqlx::query_scalar(
        "select concat_ws(' ', user_id, basket_id, item_id, kind)
         from interaction where batch_id = $1 order by 1",
    )
    .bind(batch_id)
    .fetch_all(db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn sound_rows_are_taken_and_the_others_wait_with_what_is_wrong_now(db: PgPool) {
    let text = "who;what;at\nu;a;2026-01-01\nu;b;soon\n;c;\nv;\"d\"e;\n";
    let map = [("user_id", "who"), ("item_id", "what")];
    let id = import(&db, &[("orders.csv", text)], &map).await;
    assert_eq!(store::count(&db, id).await.unwrap(), 3);
    // The second still lacks its user; the third swallows nothing with its quote.
    let texts = ["u;b;2026-01-02\r\n", ";c;2026-01-02", "v;\"d;"];
    let corrected = mended(&db, id, &texts).await.unwrap();
    assert_eq!((corrected.taken, corrected.left), (1, 2));
    let child = corrected.child_id.unwrap();
    assert_eq!(rows_of(&db, child).await, ["u b choice"]);
    let left = held(&db, id).await;
    assert_eq!(left[0].reason, "the row has neither a user nor a basket");
    assert_eq!(left[0].row_text, ";c;2026-01-02");
    assert_eq!(
        left[1].reason,
        "a quote is opened and never closed: close it or double it"
    );
    let one = imports::get(&db, "shop", child).await.unwrap();
    assert_eq!(one.parent_id, Some(id));
    assert_eq!((one.accepted, one.quarantined), (1, 0));
    assert_eq!(
        imports::corrections(&db, "shop", id).await.unwrap(),
        [child]
    );
}

#[sqlx::test]
async fn taking_corrections_back_leaves_their_rows_waiting(db: PgPool) {
    let text = "user_id,item_id,at\nu,a,2026-01-01\nu,b,soon\n";
    let id = import(&db, &[("orders.csv", text)], &[]).await;
    let corrected = mended(&db, id, &["u,b,2026-01-01"]).await.unwrap();
    assert_eq!(store::count(&db, id).await.unwrap(), 0);
    let child = corrected.child_id.unwrap();
    intake::undo(&db, &Actor::command(), "shop", child)
        .await
        .unwrap();
    assert_eq!(store::count(&db, id).await.unwrap(), 1);
    let again = mended(&db, id, &["u,b,2026-01-01"]).await.unwrap();
    assert!(again.child_id.unwrap() > child);
    let actions: Vec<String> =
        sqlx::query_scalar("select action from audit_entry order by entry_id")
            .fetch_all(&db)
            .await
            .unwrap();
    let expected = [
        "import.show",
        "import.show",
        "import.correct",
        "import.undo",
        "import.show",
        "import.correct",
    ];
    assert_eq!(actions, expected);
}

#[sqlx::test]
async fn rows_of_every_text_format_can_be_mended(db: PgPool) {
    let cases = [
        (
            "rows.ndjson",
            "{\"user_id\":\"u\",\"item_id\":\"a\"}\n{\"user_id\":\"u\",\"item_id\":[\"b\"]}\n"
                .to_owned(),
            "{\"user_id\":\"u\",\"item_id\":\"b\"}",
            "u b choice",
        ),
        (
            "invoices.csv",
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate\n1,a,A,2,2010-12-01 08:26\n1,b,B,two,2010-12-01 08:26\n"
                .to_owned(),
            "1,b,B,2,2010-12-01 08:26",
            "1 b purchase",
        ),
        (
            "u.data",
            "1\t10\t3\t881250949\n1\t\t3\t881250949\n".to_owned(),
            "1\t11\t3\t881250949",
            "1 11 rating",
        ),
        (
            "baskets.csv",
            "a,b,c\na,b\nc,a,b,d\na\nk\tl,a\n".to_owned(),
            "k,a",
            "",
        ),
    ];
    for (name, text, mended_text, expected) in cases {
        let id = import(&db, &[(name, &text)], &[]).await;
        let corrected = mended(&db, id, &[mended_text]).await.unwrap();
        assert_eq!((corrected.taken, corrected.left), (1, 0), "{name}");
        let rows = rows_of(&db, corrected.child_id.unwrap()).await;
        if expected.is_empty() {
            assert_eq!(rows.len(), 2, "{name}");
        } else {
            assert_eq!(rows, [expected], "{name}");
        }
    }
}

#[sqlx::test]
async fn a_row_of_a_table_of_items_can_be_mended_alone(db: PgPool) {
    let items = "item_id,title,available\na,A,yes\nb,B,perhaps\n";
    let files = [
        ("orders.csv", "user_id,item_id\nu,a\n"),
        ("items.csv", items),
    ];
    let id = import(&db, &files, &[]).await;
    let corrected = mended(&db, id, &["b,B,no"]).await.unwrap();
    let titles: Vec<(String, bool)> =
        sqlx::query_as("select title, available from item_record where batch_id = $1")
            .bind(corrected.child_id.unwrap())
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(titles, [("B".to_owned(), false)]);
}

#[sqlx::test]
async fn a_row_that_was_cut_can_not_be_mended(db: PgPool) {
    let text = format!("user_id,item_id,at\nu,a,\nu,{},\n", "x".repeat(600));
    let id = import(&db, &[("orders.csv", &text)], &[]).await;
    let rows = held(&db, id).await;
    assert!(rows[0].is_cut());
    let refused = mended(&db, id, &["u,b,"]).await;
    assert!(
        matches!(refused, Err(AppError::Invalid { .. })),
        "{refused:?}"
    );
    let text = "user_id,item_id,at\nu,a,\nu,b,soon\n";
    let id = import(&db, &[("orders.csv", text)], &[]).await;
    let long = format!("u,{},", "x".repeat(MAX_QUARANTINED_CHARS));
    let corrected = mended(&db, id, &[&long]).await.unwrap();
    assert_eq!((corrected.taken, corrected.left), (0, 1));
}
