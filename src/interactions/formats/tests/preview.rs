//! What somebody is shown of files before they are imported.

use super::*;
use crate::interactions::formats::{Names, Outcome, glance};

#[test]
fn the_first_rows_are_shown_as_they_will_be_read() {
    let text = b"who;what;when\nu;a;2025-01-01\nu;;2025-01-01\nv;b;soon\n";
    let folder = Folder::with(&[("rows.csv", text)]);
    let map = [("user_id", "who"), ("item_id", "what"), ("at", "when")];
    let owned = |(field, column): &(&str, &str)| ((*field).to_owned(), (*column).to_owned());
    let options = Options {
        map: map.iter().map(owned).collect(),
        ..options()
    };
    let source = open(&[folder.path("rows.csv")], &options).expect("a table");
    let preview = &source.preview(2).expect("readable")[0];
    assert_eq!(preview.columns, ["who", "what", "when"]);
    assert_eq!(preview.shape, "cells separated by semicolons, UTF-8");
    assert_eq!(preview.column_of("at"), Some("when"));
    assert_eq!(
        (preview.found("at"), preview.column_of("kind")),
        (None, None)
    );
    assert_eq!(
        (preview.looked_at, preview.taken, preview.quarantined),
        (3, 1, 2)
    );
    assert_eq!(preview.rows.len(), 2);
    assert!(matches!(&preview.rows[0].outcome, Outcome::Taken(records) if records.len() == 1));
    // A row at fault is shown however far down it stands.
    let lines: Vec<u64> = preview.faults.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn a_file_of_no_format_is_shown_as_far_as_its_cells_can_be_told_apart() {
    let folder = Folder::with(&[("odd.txt", b"red|green\n1|2\n3|4\n")]);
    let path = folder.path("odd.txt");
    let refused = open(std::slice::from_ref(&path), &options()).expect_err("no choices");
    let sentence = refused.for_page();
    assert!(
        !sentence.contains("--") && sentence.contains("which column"),
        "{sentence}"
    );
    let names = Names::from([(path.clone(), "was.txt".to_owned())]);
    let shown = glance(&path, &names, &options(), 1).expect("readable");
    assert_eq!((shown.file.as_str(), shown.rows.len()), ("was.txt", 1));
    assert_eq!(shown.columns, ["red", "green"]);
    assert_eq!(shown.rows[0].cells, ["1", "2"]);
    assert_eq!(shown.rows[0].outcome, Outcome::Unread);
}

#[test]
fn a_field_can_be_said_to_be_in_no_column() {
    let folder = Folder::with(&[("rows.csv", b"user_id,item_id,kind\nu,a,sale\n")]);
    let options = Options {
        map: vec![("kind".to_owned(), String::new())],
        ..options()
    };
    let source = open(&[folder.path("rows.csv")], &options).expect("a table");
    let taken = Taken::from(&source);
    assert_eq!(taken.interactions[0].kind, "choice");
    let needed = Options {
        map: vec![("item_id".to_owned(), String::new())],
        ..options
    };
    let refused = open(&[folder.path("rows.csv")], &needed).expect_err("without items");
    assert!(
        refused.to_string().contains("no column for item_id"),
        "{refused}"
    );
}

#[test]
fn files_go_by_the_names_that_were_said() {
    let folder = Folder::with(&[
        ("0", b"1::2::3::978300760\n".as_slice()),
        ("1", b"2::Jumanji (1995)::Adventure\n"),
    ]);
    let paths = [folder.path("0"), folder.path("1")];
    let names = Names::from([
        (paths[0].clone(), "ratings.dat".to_owned()),
        (paths[1].clone(), "movies.dat".to_owned()),
    ]);
    let source = crate::interactions::formats::open_named(&paths, &names, &options());
    let source = source.expect("MovieLens");
    assert_eq!(source.format, Format::Movielens);
    assert_eq!(
        source.files().collect::<Vec<_>>(),
        ["movies.dat", "ratings.dat"]
    );
}
