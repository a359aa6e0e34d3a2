//! Choices read in pieces are those of the records, whatever stands in the files.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;
use crate::interactions::formats::Choices;
use crate::interactions::types::BasketRule;

/// What must be equal, whoever read it and however it was numbered.
#[derive(Debug, PartialEq)]
struct Read {
    items: Vec<String>,
    /// What each owner chose, in order, repetitions included.
    chosen: Vec<Vec<String>>,
    left_out: u64,
    told: Vec<Quarantined>,
}

/// The slow and obvious way.
fn by_records(source: &Source) -> Read {
    let mut chosen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut left_out, mut told) = (0, Vec::new());
    for record in source.records() {
        match record.expect("a file that can be read") {
            Record::Interaction(choice) => {
                let owner = match source.basket_rule {
                    BasketRule::User => choice.user_id,
                    _ => choice.basket_id,
                };
                match owner {
                    Some(owner) => chosen.entry(owner).or_default().push(choice.item_id),
                    None => left_out += 1,
                }
            }
            Record::Quarantined(row) => {
                left_out += 1;
                if left_out <= 5 {
                    told.push(row);
                }
            }
            Record::Item(_) | Record::User(_) | Record::Skipped(_) => {}
        }
    }
    let mut items: Vec<String> = chosen.values().flatten().cloned().collect();
    items.sort();
    items.dedup();
    Read {
        items,
        chosen: in_order(chosen.into_values()),
        left_out,
        told,
    }
}

fn of_choices(choices: Choices) -> Read {
    let mut chosen: HashMap<u32, Vec<String>> = HashMap::new();
    for (owner, item) in choices.pairs {
        assert!(owner < choices.owner_count, "an owner beyond all");
        let item = choices.items[item as usize].clone();
        chosen.entry(owner).or_default().push(item);
    }
    assert_eq!(chosen.len(), choices.owner_count as usize, "an empty owner");
    Read {
        items: choices.items,
        chosen: in_order(chosen.into_values()),
        left_out: choices.left_out,
        told: choices.told,
    }
}

fn in_order(chosen: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut chosen: Vec<Vec<String>> = chosen.collect();
    for items in &mut chosen {
        items.sort();
    }
    chosen.sort();
    chosen
}

/// Reads the files in pieces of so many bytes; files of no format have nothing to compare.
fn check(files: &[(&str, &[u8])], piece_bytes: u64) {
    let folder = Folder::with(files);
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path(name)).collect();
    let Ok(source) = open(&paths, &options()) else {
        return;
    };
    let expected = by_records(&source);
    for threads in [1, 3] {
        let threads = NonZeroUsize::new(threads).expect("threads");
        let choices = source
            .choices_in(piece_bytes, threads)
            .expect("sound files");
        assert_eq!(of_choices(choices), expected, "{threads} threads");
    }
}

/// Cells as they are and as they should not be.
fn cell() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "[0-9]{1,5}".prop_map(String::into_bytes),
        2 => "[a-z0-9]{7,10}".prop_map(String::into_bytes),
        1 => "[!-~]{1,4}".prop_map(String::into_bytes),
        1 => "[ -~]{0,12}".prop_map(String::into_bytes),
        2 => "\"[0-9a-z,]{0,9}\"".prop_map(String::into_bytes),
        1 => "\"[a-z,\n\t;]{0,6}\"".prop_map(String::into_bytes),
        1 => "é?[ \u{a0}]?千?".prop_map(String::into_bytes),
        1 => Just(b"-1.5".to_vec()),
        1 => Just(b"2020-01-01T00:00:00Z".to_vec()),
        1 => Just(b"C7".to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ]
}

/// Rows of mostly as many cells as there should be, mostly with one line end.
fn body(width: usize, separator: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let odd = proptest::collection::vec(cell(), 0..width + 2);
    let cells = prop_oneof![9 => proptest::collection::vec(cell(), width), 1 => odd];
    let end =
        prop_oneof![8 => Just("\n"), 3 => Just("\r\n"), 1 => Just("\n\n"), 1 => Just("\n \r\n")];
    let row = (cells, end)
        .prop_map(move |(cells, end)| [&cells.join(separator.as_bytes()), end.as_bytes()].concat());
    proptest::collection::vec(row, 0..40).prop_map(|rows| rows.concat())
}

/// A file with its name; the header decides what it is.
fn file() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let table = |name, header: &'static str, separator: &'static str| {
        let width = header.split(separator).count();
        body(width, separator).prop_map(move |body| {
            let header = if header.starts_with('-') { "" } else { header };
            let end = if header.is_empty() { "" } else { "\n" };
            (name, [header.as_bytes(), end.as_bytes(), &body].concat())
        })
    };
    prop_oneof![
        3 => table("t.csv", "user,item", ","),
        1 => table("t.csv", "\u{feff}note,item_id,user_id", ","),
        2 => table("t.csv", "user_id,basket_id,item_id,kind,weight,at,id", ","),
        1 => table("t.csv", "\n\nuser_id;item_id;rating;timestamp", ";"),
        1 => table("t.tsv", "basket\titem", "\t"),
        1 => table("u.data", "-\t-\t-\t-", "\t"),
        1 => table("ratings.dat", "-::-::-::-", "::"),
        2 => table("r.csv", "InvoiceNo,StockCode,Quantity,InvoiceDate,CustomerID", ","),
        1 => body(3, ",").prop_map(|body| ("b.csv", [b"a,b\na,b,c\na\n".as_slice(), &body].concat())),
        1 => ndjson(),
    ]
}

/// Objects that bring keys by and by.
fn ndjson() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let key = prop_oneof![Just("item"), Just("user"), Just("item_id"), Just("k")];
    let object = proptest::collection::btree_map(key, 0..20_u8, 0..4);
    proptest::collection::vec(object, 0..30).prop_map(|objects| {
        let first = r#"{"user":1,"item":2}"#.to_owned();
        let others = objects.iter().map(|object| format!("\n{object:?}"));
        (
            "o.ndjson",
            [first]
                .into_iter()
                .chain(others)
                .collect::<String>()
                .into_bytes(),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn choices_in_pieces_are_those_of_the_records(
        (name, bytes) in file(),
        other in proptest::option::of(body(2, ",")),
        piece_bytes in 1..300_u64,
    ) {
        let other = other.map(|body| [b"user,item\n".as_slice(), &body].concat());
        let mut files = vec![(name, bytes.as_slice())];
        files.extend(other.as_deref().map(|bytes| ("other.csv", bytes)));
        check(&files, piece_bytes);
        // The same file under two names holds the same baskets.
        check(&[(name, &bytes), ("again.csv", &bytes)], piece_bytes);
    }
}

#[test]
fn rows_at_the_ends_of_buffers_are_read_once() {
    let mut table = "user,item,rating,at\r\n".to_owned();
    for row in 0_u32..60_000 {
        let (user, item) = (row / 7, row.wrapping_mul(2_654_435_761) % 1_000);
        table += &match row % 1_000 {
            500 => format!("\"{user}\",{item},3,\r\n"),
            600 => format!("{user},{item},x,1\r\n\r\n"),
            700 => format!("user-with-a-long-name-{user},{item},-1,7\n"),
            800 => format!("{user},{item}\n"),
            _ => format!("{user},{item},{},{}\n", row % 6, 1_000_000_000 + row),
        };
    }
    check(&[("t.csv", table.as_bytes())], 100_000);
}

#[test]
fn a_text_over_many_lines_can_be_cut_anywhere() {
    let mut table = "user,item,note\n".to_owned();
    for row in 0..50 {
        // What stands in quotes looks like rows.
        table += &format!("u{row},a,\"{}\"\n", "v,b,c\n".repeat(row % 9));
    }
    for piece_bytes in [1, 7, 60, 500] {
        check(&[("t.csv", table.as_bytes())], piece_bytes);
    }
}

/// A row of Parquet: a user, an item, a weight and a time, each possibly missing.
type Columnar = (Option<i32>, Option<String>, Option<f64>, Option<i64>);

/// Mostly sound rows, so that many row groups hold nothing else.
fn columnar() -> impl Strategy<Value = Columnar> {
    let user = prop_oneof![40 => (0..9_i32).prop_map(Some), 1 => any::<Option<i32>>()];
    let item = prop_oneof![
        40 => "[a-c]{1,2}|[a-b]{9}".prop_map(Some),
        2 => "é[0-9]{1,2}| x".prop_map(Some),
        1 => proptest::option::of("[ \t]{0,2}"),
    ];
    let weight = prop_oneof![
        40 => proptest::option::of(Just(3.5)),
        1 => any::<f64>().prop_map(Some),
    ];
    // Some are after the time of the tests, in the year 2026.
    let at = proptest::option::of(prop_oneof![40 => 0..50_i64, 1 => 50..80_i64]);
    let at = at.prop_map(|years| years.map(|years| years * 31_556_952_000_000));
    (user, item, weight, at)
}

/// Columns of lists, of users, items, weights and times, in row groups of their own.
fn parquet(groups: &[Vec<Columnar>]) -> Vec<u8> {
    let schema = "message table {
        optional group tags (list) { repeated group list { optional int32 element; } }
        optional int32 user_id;
        optional binary item_id (utf8);
        optional double weight;
        optional int64 at (timestamp(micros, true));
    }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).expect("a file");
    for rows in groups {
        let mut group = file.next_row_group().expect("a row group");
        let none: Vec<Option<i32>> = rows.iter().map(|_| None).collect();
        write_column::<Int32Type>(&mut group, none, Some(&vec![0; rows.len()]));
        write_column::<Int32Type>(&mut group, rows.iter().map(|row| row.0), None);
        let item = |row: &Columnar| row.1.as_deref().map(ByteArray::from);
        write_column::<ByteArrayType>(&mut group, rows.iter().map(item), None);
        write_column::<DoubleType>(&mut group, rows.iter().map(|row| row.2), None);
        write_column::<Int64Type>(&mut group, rows.iter().map(|row| row.3), None);
        group.close().expect("closed");
    }
    file.close().expect("closed");
    bytes
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    cells: impl IntoIterator<Item = Option<T::T>>,
    repetitions: Option<&Vec<i16>>,
) {
    let cells: Vec<Option<T::T>> = cells.into_iter().collect();
    let levels: Vec<i16> = cells.iter().map(|cell| cell.is_some().into()).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    let mut column = group.next_column().expect("it opens").expect("a column");
    let repetitions = repetitions.map(Vec::as_slice);
    let written = column
        .typed::<T>()
        .write_batch(&values, Some(&levels), repetitions);
    written.expect("written");
    column.close().expect("closed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn choices_of_parquet_are_those_of_its_rows(
        groups in proptest::collection::vec(proptest::collection::vec(columnar(), 1..20), 1..6),
        piece_rows in 1..60_u64,
    ) {
        let bytes = parquet(&groups);
        check(&[("t.parquet", &bytes)], piece_rows);
        check(&[("t.parquet", &bytes), ("u.csv", b"user,item\n3,a\n")], piece_rows);
    }
}
