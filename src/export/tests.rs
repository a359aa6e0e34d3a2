use sha2::{Digest as _, Sha256};
use std::io::Cursor;

use super::*;

const COLUMNS: &[Column] = &[
    Column::text("name"),
    Column::text("kind").or_absent(),
    Column::count("baskets"),
    Column::figure("lift").or_absent(),
];

fn rows() -> Vec<[Cell<'static>; 4]> {
    let row = |name, kind, count, figure| {
        [
            Cell::text(name),
            Cell::some_text(kind),
            Cell::Count(count),
            Cell::some_figure(figure),
        ]
    };
    vec![
        row("Toy Story", Some("Animation"), 215, Some(0.1 + 0.2)),
        row("=1+1", None, 0, Some(-323.5)),
        row("a\tb\\c\r\nd, \"e\"", Some("Ж"), 1 << 40, Some(5e-324)),
        row("plain", Some("x"), 7, None),
        row("last", Some("y"), 8, Some(1.797_693_134_862_315_7e308)),
    ]
}

fn manifest() -> Manifest {
    let mut digest = Digest::default();
    for row in rows() {
        digest.row(&row);
    }
    let (rows, sha256) = digest.end();
    Manifest {
        catalog: "shop".to_owned(),
        filters: serde_json::Map::new(),
        version: "3-abc".to_owned(),
        watermark: 3,
        baskets: 900,
        columns: COLUMNS.iter().map(|column| column.name).collect(),
        rows,
        sha256,
    }
}

fn written(format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = format.begin(COLUMNS, &mut bytes).unwrap();
    for row in rows() {
        writer.row(&row).unwrap();
    }
    writer.end(Some(&manifest())).unwrap();
    bytes
}

#[test]
fn canonical_rows_are_as_they_are_described() {
    let lines = "Toy Story\tAnimation\t215\t3fd3333333333334\n\
                 =1+1\t\\N\t0\tc074380000000000\n\
                 a\\tb\\\\c\\r\\nd, \"e\"\tЖ\t1099511627776\t0000000000000001\n\
                 plain\tx\t7\t\\N\n\
                 last\ty\t8\t7fefffffffffffff\n";
    let sum = Sha256::digest(lines);
    let digits: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(manifest().sha256, digits);
    assert_eq!(manifest().rows, 5);
}

#[test]
fn a_digest_of_many_portions_is_that_of_its_lines() {
    let mut digest = Digest::default();
    let mut whole = Sha256::new();
    for count in 0..60_000 {
        digest.row(&[Cell::text("a title of some length"), Cell::Count(count)]);
        whole.update(format!("a title of some length\t{count}\n"));
    }
    let digits: String = whole
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(digest.end(), (60_000, digits));
}

#[test]
fn csv_reads_back_and_holds_no_formula() {
    let bytes = written(Format::Csv);
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(
        reader.headers().unwrap(),
        vec!["name", "kind", "baskets", "lift"]
    );
    for (record, row) in reader.records().map(Result::unwrap).zip(rows()) {
        for (field, cell) in record.iter().zip(&row) {
            match cell {
                Cell::Text(words) => assert_eq!(field, text(words.clone())),
                Cell::Count(count) => assert_eq!(field.parse(), Ok(*count)),
                Cell::Figure(figure) => {
                    assert_eq!(field.parse::<f64>().unwrap().to_bits(), figure.to_bits());
                }
                Cell::Absent => assert_eq!(field, ""),
            }
        }
    }
    assert!(
        String::from_utf8(bytes)
            .unwrap()
            .contains("'=1+1,,0,-323.5\r\n")
    );
}

#[test]
fn json_reads_back_with_its_manifest() {
    let json: serde_json::Value = serde_json::from_slice(&written(Format::Json)).unwrap();
    assert_eq!(json["manifest"], serde_json::json!(manifest()));
    assert_eq!(json["next"], serde_json::Value::Null);
    assert_eq!(json["total"], 5);
    for (read, row) in json["rows"].as_array().unwrap().iter().zip(rows()) {
        for (column, cell) in COLUMNS.iter().zip(&row) {
            let value = &read[column.name];
            match cell {
                Cell::Text(words) => assert_eq!(value, words.as_ref()),
                Cell::Count(count) => assert_eq!(value.as_u64(), Some(*count)),
                Cell::Figure(figure) => {
                    assert_eq!(value.as_f64().unwrap().to_bits(), figure.to_bits());
                }
                Cell::Absent => assert!(value.is_null()),
            }
        }
    }
}

#[test]
fn xlsx_reads_back_with_its_manifest() {
    use calamine::{Data, Reader as _, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written(Format::Xlsx))).unwrap();
    let table = book.worksheet_range("Table").unwrap();
    for (line, row) in table.rows().skip(1).zip(rows()) {
        for (data, cell) in line.iter().zip(&row) {
            match (data, cell) {
                // A line feed is all that a sheet knows of the end of a line.
                (Data::String(read), Cell::Text(words)) => {
                    assert_eq!(read.replace("\r\n", "\n"), words.replace("\r\n", "\n"));
                }
                (Data::Float(read), Cell::Count(count)) => {
                    assert_eq!(read.to_bits(), (*count as f64).to_bits());
                }
                (Data::Float(read), Cell::Figure(figure)) => {
                    assert_eq!(read.to_bits(), figure.to_bits());
                }
                (Data::Empty, Cell::Absent) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(table.height(), 6);
    let facts = book.worksheet_range("Manifest").unwrap();
    let sum = facts.rows().find(|fact| fact[0] == "sha256").unwrap();
    assert_eq!(sum[1], manifest().sha256.as_str());
}

#[test]
fn parquet_reads_back_with_its_manifest() {
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::Field;
    let bytes = bytes::Bytes::from(written(Format::Parquet));
    let reader = SerializedFileReader::new(bytes).unwrap();
    let facts = reader.metadata().file_metadata().key_value_metadata();
    let fact = facts
        .unwrap()
        .iter()
        .find(|fact| fact.key == "tandem.manifest");
    let read: serde_json::Value =
        serde_json::from_str(fact.unwrap().value.as_ref().unwrap()).unwrap();
    assert_eq!(read, serde_json::json!(manifest()));
    let lines = reader.get_row_iter(None).unwrap();
    let lines: Vec<_> = lines.map(Result::unwrap).collect();
    assert_eq!(lines.len(), 5);
    for (line, row) in lines.iter().zip(rows()) {
        for ((_, field), cell) in line.get_column_iter().zip(&row) {
            match (field, cell) {
                (Field::Str(read), Cell::Text(words)) => assert_eq!(read, words),
                (Field::Long(read), Cell::Count(count)) => {
                    assert_eq!(read.unsigned_abs(), *count);
                }
                (Field::Double(read), Cell::Figure(figure)) => {
                    assert_eq!(read.to_bits(), figure.to_bits());
                }
                (Field::Null, Cell::Absent) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_sheet_refuses_what_it_can_not_hold() {
    assert_eq!(Format::Xlsx.refuses(XLSX_MOST_ROWS), None);
    let why = Format::Xlsx.refuses(XLSX_MOST_ROWS + 1).unwrap();
    assert!(why.contains("1048576") && why.contains("CSV") && why.contains("Parquet"));
    assert_eq!(Format::Csv.refuses(u64::MAX), None);
    assert_eq!(Format::Parquet.refuses(u64::MAX), None);
}

#[test]
fn a_formula_is_escaped_and_other_text_is_not() {
    for formula in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"] {
        assert_eq!(text(Cow::Borrowed(formula)), format!("'{formula}"));
    }
    for plain in ["Toy Story", "1", "a=b", "", "'quoted"] {
        assert_eq!(text(Cow::Borrowed(plain)), plain);
    }
}
