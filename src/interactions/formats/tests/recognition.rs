//! What is recognised, and what is refused whole with a sentence that helps.

use super::*;
use crate::interactions::types::BasketRule;

fn refusal(name: &str, bytes: &[u8]) -> String {
    let folder = Folder::with(&[(name, bytes)]);
    let error = folder.open(name).expect_err("a file of no format");
    error.to_string()
}

#[test]
fn what_is_no_table_is_refused_with_the_way_out() {
    for (name, bytes, expected) in [
        ("empty.csv", b"".as_slice(), "it is empty"),
        ("a.csv.gz", b"\x1f\x8b\x08\0", "gunzip"),
        ("a.xlsx", b"PK\x03\x04rest", "save it as CSV"),
        ("a.csv", b"\xff\xfeu\0s\0", "save it as UTF-8"),
        (
            "list.json",
            b"[{\"user_id\":1,\"item_id\":2}]",
            "one object a line",
        ),
        (
            "notes.txt",
            b"Dear Ann,\nmilk, bread, and more.\nBob\n",
            "is not a table of choices",
        ),
        (
            "table.csv",
            b"a,b\n1,2\n1,3\n",
            "no column for item_id (its columns are: a, b)",
        ),
        (
            "no.csv",
            b"item_id,price\n1,2\n",
            "no column for user_id and none for basket_id",
        ),
        (
            "two.csv",
            b"user_id,item_id,item_id\n1,2,3\n",
            "two columns called `item_id`",
        ),
        ("blank.csv", b"\n \n\n", "is not a table of choices"),
        (
            "broken.parquet",
            b"PAR1 and nothing else",
            "is not a table of choices",
        ),
    ] {
        let sentence = refusal(name, bytes);
        assert!(
            sentence.starts_with(&format!("`{name}` is not")),
            "{sentence}"
        );
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn a_name_of_movielens_is_not_enough() {
    let sentence = refusal("u.data", b"one two three\nfour\n");
    assert!(sentence.contains("none of its first rows"), "{sentence}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::with(&[]);
    let sentence = folder.open("gone.csv").expect_err("no file").to_string();
    assert!(
        sentence.contains("gone.csv") && sentence.contains("can't be read"),
        "{sentence}"
    );
}

#[test]
fn every_separator_and_every_synonym_is_recognised() {
    for bytes in [
        b"user_id,item_id\nu,a\n".as_slice(),
        b"userID\titemID\nu\ta\n",
        b"User ID;Item-ID\nu;a\n",
        b"user|item\nu|a\n",
        b"\"userId\",\"movieId\"\n\"u\",\"a\"\n",
        b"{\"user\":\"u\",\"item\":\"a\"}\n",
    ] {
        let taken = take("table.txt", bytes);
        assert_eq!(taken.chosen(), ["a"]);
        assert_eq!(taken.interactions[0].user_id.as_deref(), Some("u"));
    }
}

#[test]
fn baskets_are_guessed_only_where_lines_differ_in_length() {
    let folder = Folder::with(&[
        ("baskets.csv", b"milk,bread\nbread\nmilk,eggs,bread\n"),
        ("even.csv", b"milk,bread\nbread,eggs\nmilk,eggs\n"),
    ]);
    let source = folder.open("baskets.csv").expect("baskets");
    assert_eq!(
        (source.format, source.basket_rule),
        (Format::Baskets, BasketRule::Basket)
    );
    assert!(folder.open("even.csv").is_err());
    let asked = Options {
        format: Format::Baskets,
        ..options()
    };
    let source = open(&[folder.path("even.csv")], &asked).expect("baskets when asked for");
    assert_eq!(Taken::from(&source).interactions.len(), 6);
}

#[test]
fn baskets_of_two_files_never_share_an_id_and_those_of_one_always_do() {
    let folder = Folder::with(&[
        ("a.csv", b"milk,bread\nbread\nmilk,eggs,bread\n"),
        ("b.csv", b"milk,bread\nbread\nmilk,eggs,tea\n"),
        ("copy.csv", b"milk,bread\nbread\nmilk,eggs,bread\n"),
    ]);
    let first = |name: &str| {
        let source = folder.open(name).expect("baskets");
        Taken::from(&source).interactions[0].basket_id.clone()
    };
    assert_ne!(first("a.csv"), first("b.csv"));
    assert_eq!(first("a.csv"), first("copy.csv"));
}

#[test]
fn the_rule_is_the_data_s_own_basket_where_there_is_one() {
    for (bytes, rule) in [
        (
            b"user_id,basket_id,item_id\nu,,a\nu,k,a\n".as_slice(),
            BasketRule::Basket,
        ),
        (b"user_id,basket_id,item_id\nu,,a\nu,,b\n", BasketRule::User),
        (b"basket_id,item_id\nk,a\n", BasketRule::Basket),
        (b"user_id,item_id\nu,a\n", BasketRule::User),
    ] {
        let folder = Folder::with(&[("t.csv", bytes)]);
        assert_eq!(folder.open("t.csv").expect("a table").basket_rule, rule);
    }
}

#[test]
fn files_of_two_formats_are_not_read_together() {
    let folder = Folder::with(&[
        ("a.csv", b"user_id,item_id\nu,a\n"),
        ("b.csv", b"milk,bread\nbread\nmilk,eggs,bread\n"),
    ]);
    let paths = [folder.path("a.csv"), folder.path("b.csv")];
    let sentence = open(&paths, &options())
        .expect_err("two formats")
        .to_string();
    assert!(
        sentence.contains("`a.csv` is interactions and `b.csv` is baskets"),
        "{sentence}"
    );
}

#[test]
fn a_mapping_names_columns_and_a_wrong_one_is_refused() {
    let folder = Folder::with(&[("t.csv", b"who,what,user_id\nann,tea,7\n")]);
    let mapped = |map: &[(&str, &str)]| {
        let map = map
            .iter()
            .map(|(field, column)| ((*field).into(), (*column).into()));
        let options = Options {
            map: map.collect(),
            ..options()
        };
        open(&[folder.path("t.csv")], &options)
    };
    let source = mapped(&[("user_id", "who"), ("item_id", "what")]).expect("a mapped table");
    let taken = Taken::from(&source);
    assert_eq!(taken.interactions[0].user_id.as_deref(), Some("ann"));
    assert_eq!(taken.interactions[0].item_id, "tea");
    for (map, expected) in [
        ([("item_id", "what"), ("at", "when")], "no column `when`"),
        (
            [("item_id", "what"), ("colour", "who")],
            "no field `colour`",
        ),
        (
            [("item_id", "thing"), ("user_id", "who")],
            "no column `thing`",
        ),
    ] {
        let sentence = mapped(&map).expect_err("a wrong mapping").to_string();
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn a_folder_is_what_it_holds() {
    let folder = Folder::with(&[
        ("items.csv", b"item_id,title\na,Tea\n"),
        ("users.csv", b"user_id,country\nu,NL\n"),
        ("choices.csv", b"user_id,item_id\nu,a\n"),
        ("README.md", b"words"),
    ]);
    let source = open(&[folder.path("")], &options()).expect("a folder of tables");
    let names: Vec<&str> = source.files().collect();
    assert_eq!(names, ["items.csv", "users.csv", "choices.csv"]);
    let taken = Taken::from(&source);
    assert_eq!(
        (
            taken.items.len(),
            taken.users.len(),
            taken.interactions.len()
        ),
        (1, 1, 1)
    );
}

#[test]
fn the_fingerprint_knows_content_and_mapping_and_no_names() {
    let folder = Folder::with(&[
        ("a.csv", b"user_id,item_id,sku\nu,a,s\n"),
        ("same.csv", b"user_id,item_id,sku\nu,a,s\n"),
        ("other.csv", b"user_id,item_id,sku\nu,b,s\n"),
    ]);
    let print = |name: &str| {
        folder
            .open(name)
            .expect("a table")
            .fingerprint()
            .expect("a file")
    };
    assert_eq!(print("a.csv"), print("same.csv"));
    assert_ne!(print("a.csv"), print("other.csv"));
    let mapped = Options {
        map: vec![("item_id".to_owned(), "sku".to_owned())],
        ..options()
    };
    let mapped = open(&[folder.path("a.csv")], &mapped).expect("a table");
    assert_ne!(print("a.csv"), mapped.fingerprint().expect("a file"));
}

#[test]
fn a_file_that_changes_after_it_was_opened_is_not_read() {
    let folder = Folder::with(&[("a.csv", b"user_id,item_id\nu,a\n")]);
    let source = folder.open("a.csv").expect("a table");
    fs::write(folder.path("a.csv"), b"user_id,item_id\nu,a\nu,b\n").expect("written");
    let mut records = source.records();
    let error = records.next().expect("an error").expect_err("an error");
    assert!(error.to_string().contains("changed"), "{error}");
    assert!(records.next().is_none());
}
