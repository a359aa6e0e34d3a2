//! One table, three ways to read it: a page at a time, as a file, and again.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use serde_json::Value;
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Guest, House, SHOP};

/// Columns that hold words; all others hold figures.
const WORDS: [&str; 7] = [
    "item_a",
    "title_a",
    "category_a",
    "item_b",
    "title_b",
    "category_b",
    "table_version",
];

/// A cell, so that two equal figures are equal and no other two are.
#[derive(Debug, PartialEq)]
enum Cell {
    Word(String),
    Bits(u64),
    Nothing,
}

fn cell(column: &str, text: &str) -> Cell {
    match text {
        "" => Cell::Nothing,
        // What a spreadsheet would take for a formula has an apostrophe before it.
        word if WORDS.contains(&column) => {
            Cell::Word(word.strip_prefix('\'').unwrap_or(word).to_owned())
        }
        figure => Cell::Bits(figure.parse::<f64>().unwrap().to_bits()),
    }
}

type Row = BTreeMap<String, Cell>;

async fn by_pages(guest: &Guest<'_>, query: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut path = format!("cooccurrence?{query}&limit=7");
    loop {
        let page = guest.api(&path).await;
        for row in page["rows"].as_array().unwrap() {
            let cells = row.as_object().unwrap().iter().map(|(column, value)| {
                let text = match value {
                    Value::String(word) => word.clone(),
                    Value::Null => String::new(),
                    figure => figure.to_string(),
                };
                (column.clone(), cell(column, &text))
            });
            rows.push(cells.collect());
        }
        let Some(next) = page["next"].as_str() else {
            assert_eq!(
                rows.len() as u64,
                page["total"].as_u64().unwrap(),
                "{query}"
            );
            return rows;
        };
        path = format!("cooccurrence?{query}&limit=7&cursor={next}");
    }
}

async fn by_file(guest: &Guest<'_>, query: &str) -> Vec<Row> {
    let path = format!("/api/v1/catalogs/{SHOP}/cooccurrence?{query}&format=csv");
    let answer = guest.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "text/csv; charset=utf-8"
    );
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| {
            let cells = columns.iter().zip(record.iter());
            cells
                .map(|(column, text)| (column.to_owned(), cell(column, text)))
                .collect()
        })
        .collect()
}

#[sqlx::test]
async fn the_pages_of_a_table_are_its_file(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    for query in [
        "sort=ids",
        "sort=llr",
        "sort=llr:asc",
        "sort=together",
        "sort=together:asc",
        "sort=lift&min_together=3",
        "sort=npmi:asc&category=Food",
        "sort=lift&category=Food&other_category=Cloth",
        "sort=npmi&category=Food&other_category=Food&min_together=2",
        "level=category&category=Food&other_category=Cloth",
        "sort=cosine&item=i04",
        "item=i04&other_item=i01",
        "sort=jaccard&from=2026-03-05&to=2026-03-20",
        "level=category&sort=lift",
        "level=category&sort=confidence_ba:asc",
    ] {
        let (pages, file) = (
            by_pages(&viewer, query).await,
            by_file(&viewer, query).await,
        );
        assert!(!pages.is_empty(), "{query}");
        assert_eq!(pages, file, "{query}");
    }
}

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
