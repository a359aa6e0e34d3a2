//! Tables of items and users, Parquet, and the older shapes of `MovieLens`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

fn items_of(name: &str, bytes: &[u8]) -> Taken {
    let folder = Folder::with(&[(name, bytes), ("t.csv", b"user_id,item_id\nu,a\n")]);
    let options = Options {
        items: Some(folder.path(name)),
        ..options()
    };
    Taken::from(&open(&[folder.path("t.csv")], &options).expect("tables"))
}

#[test]
fn a_table_of_items_is_read_before_the_choices() {
    let taken = items_of(
        "items.csv",
        b"item_id,title,category,categories,available,image,link\n\
          a,\"Tea,\n green\",Drinks,Drinks|Hot,no,/a.png,http://a\n\
          b,,,Food;Fresh,,,\n\
          c,C,,,perhaps,,\n\
          ,D,,,,,\n",
    );
    let [tea, food] = taken.items.as_slice() else {
        panic!("two sound items: {:?}", taken.items);
    };
    assert_eq!(tea.title.as_deref(), Some("Tea, green"));
    assert_eq!(tea.category.as_deref(), Some("Drinks"));
    assert_eq!(tea.categories, ["Drinks", "Hot"]);
    assert!(!tea.available && food.available);
    assert_eq!(
        (tea.image.as_deref(), tea.link.as_deref()),
        (Some("/a.png"), Some("http://a"))
    );
    assert_eq!(food.category.as_deref(), Some("Food"));
    assert_eq!(food.categories, ["Food", "Fresh"]);
    let faults: Vec<_> = taken
        .faults()
        .iter()
        .map(|fault| (fault.0, fault.1))
        .collect();
    assert_eq!(faults, [(5, "available"), (6, "item_id")]);
}

#[test]
fn items_as_ndjson_may_list_their_categories() {
    let taken = items_of(
        "items.jsonl",
        b"{\"id\":1,\"name\":\"Tea\",\"categories\":[\"Drinks\",\"Hot\"],\"available\":false}\n",
    );
    assert_eq!(taken.items[0].item_id, "1");
    assert_eq!(taken.items[0].title.as_deref(), Some("Tea"));
    assert_eq!(taken.items[0].categories, ["Drinks", "Hot"]);
    assert!(!taken.items[0].available);
}

#[test]
fn all_other_columns_of_a_user_are_attributes() {
    let folder = Folder::with(&[
        ("users.csv", b"user_id,country,age\n7,NL,\n8,DE,44\n"),
        ("t.csv", b"user_id,item_id\nu,a\n"),
    ]);
    let options = Options {
        users: Some(folder.path("users.csv")),
        ..options()
    };
    let taken = Taken::from(&open(&[folder.path("t.csv")], &options).expect("tables"));
    let attributes: Vec<Vec<(&str, &str)>> = taken
        .users
        .iter()
        .map(|user| {
            user.attributes
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect()
        })
        .collect();
    assert_eq!(
        attributes,
        [
            vec![("country", "NL")],
            vec![("age", "44"), ("country", "DE")]
        ]
    );
}

#[test]
fn ratings_dat_and_movies_dat_are_movielens() {
    let folder = Folder::with(&[
        (
            "ratings.dat",
            b"1::1193::5::978300760\n1::661::3\n1::914::3::978301968\n",
        ),
        (
            "movies.dat",
            b"1193::Mis\xe9rables, Les (1995)::Drama|Musical\n\
              914::\"X\" (1964)::(no genres listed)\n",
        ),
    ]);
    let source = open(&[folder.path("")], &options()).expect("MovieLens");
    assert_eq!(source.format, Format::Movielens);
    let taken = Taken::from(&source);
    assert_eq!(taken.chosen(), ["1193", "914"]);
    assert_eq!(taken.faults(), [(2, "", "the row has 3 of 4 columns")]);
    assert_eq!(taken.interactions[0].kind, "rating");
    assert_eq!(
        taken.items[0].title.as_deref(),
        Some("Misérables, Les (1995)")
    );
    assert_eq!(taken.items[0].category.as_deref(), Some("Drama"));
    assert_eq!(taken.items[1].title.as_deref(), Some("\"X\" (1964)"));
    assert_eq!(taken.items[1].category, None);
}

/// Three columns: a text, a number, and a time in nanoseconds as data frames write it.
pub(super) fn parquet_file() -> Vec<u8> {
    let schema = "message table {
        required int64 user_id;
        optional binary item_id (utf8);
        optional double weight;
        optional int64 at (timestamp(nanos, true));
    }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = Arc::new(WriterProperties::builder().build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
    let mut rows = writer.next_row_group().expect("a row group");
    let mut column = rows.next_column().expect("it opens").expect("user_id");
    let users = column.typed::<Int64Type>();
    users.write_batch(&[7, 8, 9], None, None).expect("written");
    column.close().expect("closed");
    let mut column = rows.next_column().expect("it opens").expect("item_id");
    let items = column.typed::<ByteArrayType>();
    let values = [ByteArray::from("tea"), ByteArray::from("milk")];
    items
        .write_batch(&values, Some(&[1, 0, 1]), None)
        .expect("written");
    column.close().expect("closed");
    let mut column = rows.next_column().expect("it opens").expect("weight");
    let weights = column.typed::<DoubleType>();
    weights
        .write_batch(&[1.5], Some(&[1, 0, 0]), None)
        .expect("written");
    column.close().expect("closed");
    let mut column = rows.next_column().expect("it opens").expect("at");
    let times = column.typed::<Int64Type>();
    let values = [964_982_703_500_000_000];
    times
        .write_batch(&values, Some(&[1, 0, 0]), None)
        .expect("written");
    column.close().expect("closed");
    rows.close().expect("closed");
    writer.close().expect("closed");
    bytes
}

#[test]
fn parquet_is_read_row_by_row() {
    let folder = Folder::with(&[("t.parquet", &parquet_file())]);
    let source = folder.open("t.parquet").expect("a table");
    let taken = Taken::from(&source);
    assert_eq!(
        source.bytes_read().load(Ordering::Relaxed),
        source.bytes_total
    );
    assert_eq!(taken.chosen(), ["tea", "milk"]);
    assert_eq!(taken.faults(), [(2, "item_id", "the id is missing")]);
    let first = &taken.interactions[0];
    assert_eq!(first.user_id.as_deref(), Some("7"));
    assert_eq!(first.weight, Some(1.5));
    let at = "2000-07-30T18:45:03.5Z".parse().expect("a time");
    assert_eq!(first.at, Some(at));
}
