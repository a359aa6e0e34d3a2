//! One table, four files: the same cells in each, and one digest for all.

use std::io::Cursor;

use axum::http::{StatusCode, header};
use calamine::{Data, Reader as _, Xlsx};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{Guest, House, SHOP};

/// A cell as every format must give it back: two equal figures are equal, and no other two are.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Text(String),
    Count(u64),
    Bits(u64),
    Nothing,
}

/// Tells the three kinds of columns apart, without asking the program.
fn kind(column: &str) -> fn(f64) -> Cell {
    match column {
        "together" | "item_pairs" | "baskets_a" | "baskets_b" | "baskets" | "watermark" => {
            |figure| Cell::Count(figure as u64)
        }
        _ => |figure| Cell::Bits(figure.to_bits()),
    }
}

fn is_text(column: &str) -> bool {
    let starts = ["item_", "title_", "category_", "table_version"];
    column != "item_pairs" && starts.iter().any(|start| column.starts_with(start))
}

type Rows = Vec<Vec<Cell>>;

fn from_csv(bytes: &[u8], columns: &[String]) -> Rows {
    let mut reader = csv::Reader::from_reader(bytes);
    let head: Vec<&str> = reader.headers().unwrap().iter().collect();
    assert_eq!(head, columns);
    let records = reader.records().map(Result::unwrap);
    let cell = |(column, text): (&String, &str)| match text {
        "" => Cell::Nothing,
        // What a spreadsheet would take for a formula has an apostrophe before it.
        word if is_text(column) => Cell::Text(word.strip_prefix('\'').unwrap_or(word).to_owned()),
        figure => kind(column)(figure.parse().unwrap()),
    };
    records
        .map(|record| columns.iter().zip(record.iter()).map(cell).collect())
        .collect()
}

fn from_json(rows: &Value, columns: &[String]) -> Rows {
    let cell = |row: &Value, column: &String| match &row[column] {
        Value::String(text) => Cell::Text(text.clone()),
        Value::Null => Cell::Nothing,
        figure => kind(column)(figure.as_f64().unwrap()),
    };
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| columns.iter().map(|column| cell(row, column)).collect())
        .collect()
}

fn from_xlsx(bytes: &[u8], columns: &[String]) -> (Rows, Value) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let table = book.worksheet_range("Table").unwrap();
    let mut lines = table.rows();
    let head: Vec<String> = lines
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(head, columns);
    let cell = |(column, data): (&String, &Data)| match data {
        Data::String(text) => Cell::Text(text.clone()),
        Data::Empty => Cell::Nothing,
        Data::Float(figure) => kind(column)(*figure),
        other => panic!("{other:?}"),
    };
    let rows = lines.map(|line| columns.iter().zip(line).map(cell).collect());
    let rows = rows.collect();
    let facts = book.worksheet_range("Manifest").unwrap();
    let facts = facts.rows().map(|fact| {
        let [name, value] = [0, 1].map(|place| fact[place].to_string());
        (name, Value::String(value))
    });
    (rows, Value::Object(facts.collect()))
}

fn from_parquet(bytes: &[u8], columns: &[String]) -> (Rows, Value) {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).unwrap();
    let facts = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    let fact = facts
        .iter()
        .find(|fact| fact.key == "tandem.manifest")
        .unwrap();
    let manifest = serde_json::from_str(fact.value.as_ref().unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let cells = columns.iter().zip(row.get_column_iter());
        let cells = cells.map(|(column, (name, field))| {
            assert_eq!(column, name);
            match field {
                Field::Str(text) => Cell::Text(text.clone()),
                Field::Null => Cell::Nothing,
                Field::Long(count) => Cell::Count(count.unsigned_abs()),
                Field::Double(figure) => Cell::Bits(figure.to_bits()),
                other => panic!("{other:?}"),
            }
        });
        cells.collect()
    });
    (rows.collect(), manifest)
}

/// The digest as a reader of the documentation would compute it.
fn digest(rows: &Rows) -> String {
    let lines: String = rows
        .iter()
        .map(|row| {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => text
                    .replace('\\', "\\\\")
                    .replace('\t', "\\t")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r"),
                Cell::Count(count) => count.to_string(),
                Cell::Bits(bits) => format!("{bits:016x}"),
                Cell::Nothing => "\\N".to_owned(),
            });
            cells.collect::<Vec<_>>().join("\t") + "\n"
        })
        .collect();
    let sum = Sha256::digest(lines);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn file(guest: &Guest<'_>, query: &str, format: &str, media_type: &str) -> Vec<u8> {
    let path = format!("/api/v1/catalogs/{SHOP}/cooccurrence?{query}&format={format}");
    let answer = guest.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert!(answer.header(header::CONTENT_TYPE).starts_with(media_type));
    let name = answer.header(header::CONTENT_DISPOSITION);
    assert!(name.ends_with(&format!(".{format}\"")), "{name}");
    answer.bytes
}

async fn pages(guest: &Guest<'_>, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut path = format!("cooccurrence?{query}&limit=7");
    loop {
        let mut page = guest.api(&path).await;
        let Value::Array(more) = page["rows"].take() else {
            panic!("{page}");
        };
        rows.extend(more);
        let Some(next) = page["next"].as_str() else {
            assert_eq!(page["total"], rows.len(), "{query}");
            return rows;
        };
        path = format!("cooccurrence?{query}&limit=7&cursor={next}");
    }
}

const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PARQUET: &str = "application/vnd.apache.parquet";

#[sqlx::test]
async fn every_file_of_a_table_holds_the_same_cells_as_its_pages(db: PgPool) {
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
        "min_together=1000000",
    ] {
        let manifest = viewer
            .api(&format!("cooccurrence?{query}&manifest=true"))
            .await;
        let columns: Vec<String> = serde_json::from_value(manifest["columns"].clone()).unwrap();
        let paged = from_json(&Value::Array(pages(&viewer, query).await), &columns);
        assert_eq!(manifest["rows"], paged.len(), "{query}");
        assert_eq!(manifest["sha256"], digest(&paged), "{query}");

        let csv = file(&viewer, query, "csv", "text/csv").await;
        assert_eq!(from_csv(&csv, &columns), paged, "{query}");

        let whole = format!("{query}&limit=all");
        let json = file(&viewer, &whole, "json", "application/json").await;
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(from_json(&json["rows"], &columns), paged, "{query}");
        assert_eq!(json["manifest"]["sha256"], manifest["sha256"], "{query}");

        let sheet = file(&viewer, query, "xlsx", SPREADSHEET).await;
        let (rows, facts) = from_xlsx(&sheet, &columns);
        assert_eq!(rows, paged, "{query}");
        assert_eq!(facts["sha256"], manifest["sha256"], "{query}");

        let parquet = file(&viewer, query, "parquet", PARQUET).await;
        let (rows, facts) = from_parquet(&parquet, &columns);
        assert_eq!(rows, paged, "{query}");
        assert_eq!(facts, manifest, "{query}");
    }
}

#[sqlx::test]
async fn a_page_is_exported_alone_where_a_limit_is_given(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let first = viewer.api("cooccurrence?sort=lift&limit=5").await;
    let next = first["next"].as_str().unwrap();
    let query = format!("sort=lift&limit=5&cursor={next}");
    let page = viewer.api(&format!("cooccurrence?{query}")).await;
    let manifest = viewer
        .api(&format!("cooccurrence?{query}&manifest=true"))
        .await;
    let columns: Vec<String> = serde_json::from_value(manifest["columns"].clone()).unwrap();
    let csv = file(&viewer, &query, "csv", "text/csv").await;
    let rows = from_json(&page["rows"], &columns);
    assert_eq!(rows.len(), 5);
    assert_eq!(from_csv(&csv, &columns), rows);
    assert_eq!(manifest["sha256"], digest(&rows));
}

#[sqlx::test]
async fn a_format_that_there_is_not_is_named(db: PgPool) {
    let house = House::new(db).await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    let path = format!("/api/v1/catalogs/{SHOP}/cooccurrence?format=pdf");
    let answer = viewer.get(&path).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in ["pdf", "csv", "xlsx", "parquet", "json"] {
        assert!(answer.body.contains(word), "{}", answer.body);
    }
}
