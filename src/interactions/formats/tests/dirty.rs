//! Every kind of dirt that real files have: the bad row is named, the rest is taken.

use super::*;
use crate::interactions::formats::MAX_LINE_BYTES;

/// A file of interactions with one bad row between two good ones: its column and reason.
fn fault_of(header: &str, bad_row: &str) -> (String, String) {
    let width = header.split(',').count();
    let good = |item: &str| format!("u,{item}{}", ",".repeat(width - 2));
    let file = format!("{header}\n{}\n{bad_row}\n{}\n", good("a"), good("z"));
    let taken = take("bad.csv", file.as_bytes());
    assert_eq!(taken.chosen(), ["a", "z"], "{bad_row}");
    let [row] = taken.quarantined.as_slice() else {
        panic!("one row of {file:?} is bad, not {:?}", taken.quarantined);
    };
    assert_eq!((row.file.as_str(), row.line), ("bad.csv", 3), "{bad_row}");
    assert_eq!(row.text, bad_row);
    (row.column.clone().unwrap_or_default(), row.reason.clone())
}

fn check(header: &str, bad_row: &str, column: &str, reason: &str) {
    let found = fault_of(header, bad_row);
    assert_eq!(
        (found.0.as_str(), found.1.as_str()),
        (column, reason),
        "{bad_row}"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    let taken = take("bom.csv", b"\xef\xbb\xbfuser_id,item_id\nu,a\n");
    assert_eq!(taken.chosen(), ["a"]);
    let taken = take(
        "bom.ndjson",
        b"\xef\xbb\xbf{\"user_id\":\"u\",\"item_id\":\"a\"}\n",
    );
    assert_eq!(taken.chosen(), ["a"]);
}

#[test]
fn windows_line_ends_and_blank_lines_are_no_part_of_the_data() {
    let taken = take(
        "crlf.csv",
        b"\r\nuser_id,item_id\r\nu,a\r\n\r\n  \r\nu,b\r\n\r\n",
    );
    assert_eq!(taken.chosen(), ["a", "b"]);
    assert!(taken.quarantined.is_empty());
}

#[test]
fn a_last_line_without_an_end_is_taken() {
    assert_eq!(
        take("end.csv", b"user_id,item_id\nu,a\nu,b").chosen(),
        ["a", "b"]
    );
}

#[test]
fn a_last_line_that_was_cut_off_goes_to_quarantine() {
    let taken = take("cut.csv", b"user_id,item_id,rating\nu,a,3\nu,b");
    assert_eq!(taken.chosen(), ["a"]);
    assert_eq!(taken.faults(), [(3, "", "the row has 2 of 3 columns")]);
}

#[test]
fn a_file_cut_off_inside_a_letter_is_still_utf_8() {
    let taken = take("cut.csv", b"user_id,item_id\nu,caf\xc3\xa9\nu,caf\xc3");
    assert_eq!(taken.chosen(), ["café"]);
    assert_eq!(taken.quarantined.len(), 1);
    assert_eq!(taken.quarantined[0].line, 3);
}

#[test]
fn latin_1_bytes_are_read_as_windows_1252_and_it_is_said() {
    let folder = Folder::with(&[("old.csv", b"user_id,item_id\nu,caf\xe9\nu,5 \x80\n")]);
    let source = folder.open("old.csv").expect("a table");
    assert!(
        source.description.contains("windows-1252"),
        "{}",
        source.description
    );
    assert_eq!(Taken::from(&source).chosen(), ["café", "5 €"]);
}

#[test]
fn quotes_enclose_separators_doubled_quotes_and_spaces() {
    let taken = take(
        "quotes.csv",
        b"user_id,item_id\n\"u\",\"a, \"\"b\"\"\"\nu,5\" nail\n",
    );
    assert_eq!(taken.chosen(), ["a, \"b\"", "5\" nail"]);
}

#[test]
fn an_unbalanced_quote_spoils_its_own_line_alone() {
    let never = "a quote is opened and never closed: close it or double it";
    check("user_id,item_id", "u,\"b", "", never);
    let taken = take(
        "open.csv",
        b"user_id,item_id,note\nu,a,x\nu,\"b,x\nu,c,x\nu,\"d\",x\nu,e,\"y\nu,f,x\n",
    );
    assert_eq!(taken.chosen(), ["a", "c", "d", "f"]);
    assert_eq!(taken.faults(), [(3, "", never), (6, "", never)]);
}

#[test]
fn text_after_a_closing_quote_is_a_fault_of_its_column() {
    let reason = "text follows a closing quote: double the quotes inside a cell";
    check("user_id,item_id", "u,\"b\"c", "item_id", reason);
}

#[test]
fn a_note_in_quotes_may_go_over_several_lines() {
    let taken = take(
        "notes.csv",
        b"user_id,item_id,note\nu,a,\"good,\n\nvery \"\"good\"\"\"\nu,b,\"\n\"\nu,c,x\n",
    );
    assert_eq!(taken.chosen(), ["a", "b", "c"]);
    assert!(taken.quarantined.is_empty(), "{:?}", taken.quarantined);
}

#[test]
fn missing_and_extra_columns_are_faults_of_the_row() {
    check(
        "user_id,item_id,rating",
        "u,b",
        "",
        "the row has 2 of 3 columns",
    );
    let (_, reason) = fault_of("user_id,item_id", "u,b,c");
    assert!(
        reason.starts_with("the row has 3 columns and the header 2"),
        "{reason}"
    );
}

#[test]
fn empty_extra_columns_and_unknown_columns_are_nothing_to_mind() {
    let taken = take("wide.csv", b"user_id,colour,item_id\nu,red,a,,\nu,,b\n");
    assert_eq!(taken.chosen(), ["a", "b"]);
}

#[test]
fn duplicates_are_read_and_share_their_key() {
    let taken = take("twice.csv", b"user_id,item_id\nu,a\nu,a\n");
    assert_eq!(taken.chosen(), ["a", "a"]);
    assert_eq!(
        taken.interactions[0].dedupe_key(),
        taken.interactions[1].dedupe_key()
    );
}

#[test]
fn unreadable_numbers_are_faults_of_their_column() {
    let no_number = "this is not a number (write 3.5, with a point)";
    check("user_id,item_id,rating", "u,b,five", "rating", no_number);
    check("user_id,item_id,rating", "u,b,\"3,5\"", "rating", no_number);
    check(
        "user_id,item_id,rating",
        "u,b,NaN",
        "rating",
        "the number is not finite",
    );
    check(
        "user_id,item_id,weight",
        "u,b,1e999",
        "weight",
        "the number is not finite",
    );
}

#[test]
fn only_a_rating_may_be_negative() {
    let negative = "the weight is negative, which only a rating may be";
    check("user_id,item_id,weight", "u,b,-1", "weight", negative);
    check("user_id,item_id,quantity", "u,b,-1", "quantity", negative);
    let taken = take("jester.csv", b"user_id,item_id,rating\nu,a,-9.5\n");
    assert_eq!(taken.interactions[0].weight, Some(-9.5));
    assert_eq!(taken.interactions[0].kind, "rating");
}

#[test]
fn dates_that_can_not_be_read_or_lie_ahead_are_faults() {
    let no_time = "this is no time (write RFC 3339 or Unix seconds)";
    check("user_id,item_id,at", "u,b,yesterday", "at", no_time);
    check(
        "user_id,item_id,timestamp",
        "u,b,2025-02-30",
        "timestamp",
        no_time,
    );
    check(
        "user_id,item_id,at",
        "u,b,2031-01-01",
        "at",
        "the time is in the future",
    );
}

#[test]
fn ids_that_are_missing_or_no_ids_are_faults() {
    check("user_id,item_id", "u, ", "item_id", "the id is missing");
    check(
        "user_id,item_id",
        ",b",
        "",
        "the row has neither a user nor a basket",
    );
    let control = "the id holds a control character (NUL, tab or line break)";
    check("user_id,item_id", "u,b\0", "item_id", control);
    check("user_id,item_id", "u\tv,b", "user_id", control);
    let long = format!("u,{}", "b".repeat(201));
    check(
        "user_id,item_id",
        &long,
        "item_id",
        "the id has 201 bytes; at most 200 are taken",
    );
    let longest = format!("user_id,item_id\nu,{}\n", "b".repeat(200));
    assert_eq!(take("long.csv", longest.as_bytes()).interactions.len(), 1);
}

#[test]
fn a_line_over_the_limit_is_passed_and_shown_shortened() {
    for extra in [1, 2, 3, 70_000, MAX_LINE_BYTES] {
        let long = "x".repeat(MAX_LINE_BYTES + extra);
        for end in ["\nu,z\n", "\r\nu,z"] {
            let file = format!("user_id,item_id\nu,a\n{long}{end}");
            let taken = take("long.csv", file.as_bytes());
            assert_eq!(taken.chosen(), ["a", "z"], "{extra} over");
            assert_eq!(taken.quarantined.len(), 1);
            assert_eq!(taken.quarantined[0].text.chars().count(), 500);
            assert!(taken.quarantined[0].text.ends_with('…'));
        }
    }
}

#[test]
fn a_bad_line_of_ndjson_is_named_and_the_rest_taken() {
    let file = br#"{"user_id":7,"item_id":"a","extra":{"x":1}}
{"user_id":7,"item_id":

{"user_id":7}
{"user_id":7,"item_id":["b"]}
{"user_id":7,"item_id":9007199254740993000000}
[1]
{"basket_id":"k","item_id":"z","user_id":null,"weight":2}
"#;
    let taken = take("dirty.ndjson", file);
    assert_eq!(taken.chosen(), ["a", "z"]);
    assert_eq!(taken.interactions[0].user_id.as_deref(), Some("7"));
    assert_eq!(taken.interactions[1].basket_id.as_deref(), Some("k"));
    let lines: Vec<u64> = taken.quarantined.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7]);
    assert_eq!(taken.quarantined[2].column.as_deref(), Some("item_id"));
}

#[test]
fn cancelled_invoices_and_negative_quantities_are_skipped_and_faults_are_not() {
    let file = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,85123a,,2,2010-12-01 08:26:00,1,17850.0,UK
1,85123a,LATER,1,12/1/2010 8:26,1,,UK
C2,85123A,X,-1,2010-12-01 08:26:00,1,17850.0,UK
3,85123A,X,-1,2010-12-01 08:26:00,1,17850.0,UK
4,85123A,X,0,2010-12-01 08:26:00,1,17850.0,UK
5,85123A,X,many,2010-12-01 08:26:00,1,17850.0,UK
6,,X,1,2010-12-01 08:26:00,1,17850.0,UK
";
    let taken = take("retail.csv", file);
    assert_eq!(taken.skipped, [4, 5, 6]);
    let columns: Vec<_> = taken
        .faults()
        .iter()
        .map(|fault| (fault.0, fault.1))
        .collect();
    assert_eq!(columns, [(7, "Quantity"), (8, "StockCode")]);
    assert_eq!(taken.interactions[0].user_id.as_deref(), Some("17850"));
    assert_eq!(taken.interactions[0].basket_id.as_deref(), Some("1"));
    assert_eq!(taken.interactions[0].at, taken.interactions[1].at);
    let [item] = taken.items.as_slice() else {
        panic!("one item has a title: {:?}", taken.items);
    };
    assert_eq!(
        (item.item_id.as_str(), item.title.as_deref()),
        ("85123a", Some("LATER"))
    );
}

#[test]
fn a_basket_with_a_bad_item_is_put_aside_whole() {
    let file = b"milk,bread\nmilk,\"eggs\nmilk,bread,eggs,,\n,,\neggs\n";
    let taken = take("baskets.csv", file);
    assert_eq!(
        taken.chosen(),
        ["milk", "bread", "milk", "bread", "eggs", "eggs"]
    );
    let lines: Vec<u64> = taken.quarantined.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4]);
}
