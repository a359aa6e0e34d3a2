//! Whatever stands in a file, nothing panics and no line is lost.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::interactions::formats::look::{Encoding, Looked};
use crate::interactions::formats::row::Row;
use crate::interactions::formats::rows::{Rows, Step};
use crate::interactions::formats::source::Part;

/// Bytes that are likelier to hurt than any others.
fn nasty_line() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b",".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\"\"".to_vec()),
        Just(b"u,a,1,2".to_vec()),
        Just(b"\"u\",\"a\",,".to_vec()),
        Just(b"\r".to_vec()),
        Just(b" ".to_vec()),
        Just(b"\xc3\xa9".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

/// Counts the lines that rows and faults cover, by asking the rows themselves.
fn lines_covered(part: &Part) -> (u64, u64) {
    let mut rows = Rows::open(&part.file, part.shape, Arc::default()).expect("it opens");
    let columns = rows.columns().to_vec();
    let reader = part
        .table
        .reader(&columns, &[], options().now)
        .expect("columns");
    rows.allow_line_breaks(reader.short_columns());
    let mut row = Row::default();
    let (mut steps, mut lines) = (0, 0);
    loop {
        match rows.next(&mut row).expect("it reads") {
            Step::End => return (steps, lines),
            Step::Row | Step::Fault(_) => {
                steps += 1;
                lines += 1 + row.text.matches('\n').count() as u64;
            }
        }
    }
}

/// Blank lines below the header that no row in quotes covers, plus all that rows cover, are all.
fn check_every_line(body: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let mut file = b"user_id,item_id,weight,note".to_vec();
    for line in body {
        file.push(b'\n');
        file.extend(line);
    }
    let folder = Folder::with(&[("any.csv", &file)]);
    let source = folder.open("any.csv").expect("a header that is known");
    let taken = Taken::from(&source);
    let (rows, covered) = lines_covered(&source.parts[0]);
    let accounted = taken.interactions.len() + taken.quarantined.len() + taken.skipped.len();
    prop_assert_eq!(accounted as u64, rows);
    // Blank is what shows nothing: in a Latin-1 file a line of no-break spaces as well.
    let text = match std::str::from_utf8(&file) {
        Ok(text) => text.into(),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(&file)
                .0
        }
    };
    let physical = text.split('\n').skip(1);
    let (mut blank, mut all) = (0, 0);
    for line in physical {
        all += 1;
        blank += u64::from(line.trim().is_empty());
    }
    // A blank line may also lie inside a row in quotes, so it is counted once or not at all.
    prop_assert!(
        covered <= all && covered + blank >= all,
        "{covered} + {blank} of {all}"
    );
    Ok(())
}

#[test]
fn a_line_of_no_break_spaces_in_a_latin_file_is_blank() {
    check_every_line(&[vec![0xa0], b"u,\xe9,1,x".to_vec()]).expect("every line is accounted for");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_line_is_taken_or_put_aside_or_blank(
        body in proptest::collection::vec(nasty_line(), 0..12)
    ) {
        let one_line_each: Vec<Vec<u8>> = body
            .into_iter()
            .map(|line| line.into_iter().filter(|byte| *byte != b'\n').collect())
            .collect();
        check_every_line(&one_line_each)?;
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_read_and_never_panic(
        start in prop_oneof![
            Just(b"".as_slice()),
            Just(b"user_id,item_id\n".as_slice()),
            Just(b"{\"user_id\":1,\"item_id\":2}\n".as_slice()),
            Just(b"InvoiceNo,StockCode,Quantity\n".as_slice()),
        ],
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let folder = Folder::with(&[("any", &[start, &bytes].concat())]);
        if let Ok(source) = folder.open("any") {
            drop(Taken::from(&source));
        }
    }

    #[test]
    fn damaged_parquet_is_refused_or_read_and_never_panics(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        let mut bytes = super::tables::parquet_file();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let folder = Folder::with(&[("any.parquet", &bytes)]);
        if let Ok(source) = folder.open("any.parquet") {
            source.records().for_each(drop);
        }
    }

    #[test]
    fn what_a_writer_of_csv_writes_is_read_back(
        notes in proptest::collection::vec("[a-z,\"\n é]{0,12}", 1..20)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["item_id", "title"]).expect("written");
        for (number, note) in notes.iter().enumerate() {
            writer.write_record([&number.to_string(), note]).expect("written");
        }
        let bytes = writer.into_inner().expect("all written");
        let folder = Folder::with(&[("items.csv", &bytes), ("t.csv", b"user,item\nu,a\n")]);
        let options = Options { items: Some(folder.path("items.csv")), ..options() };
        let taken = Taken::from(&open(&[folder.path("t.csv")], &options).expect("tables"));
        prop_assert!(taken.quarantined.is_empty(), "{:?}", taken.quarantined);
        let titles: Vec<_> = taken.items.iter().map(|item| item.title.clone()).collect();
        let expected: Vec<_> = notes
            .iter()
            .map(|note| note.split_whitespace().collect::<Vec<_>>().join(" "))
            .map(|title| (!title.is_empty()).then_some(title))
            .collect();
        prop_assert_eq!(titles, expected);
    }

    #[test]
    fn the_look_over_a_file_finds_its_encoding(
        bytes in proptest::collection::vec(any::<u8>(), 5..60)
    ) {
        let mut text = b"text ".to_vec();
        text.extend(bytes);
        let folder = Folder::with(&[("any", &text)]);
        let looked = Looked::at(&folder.path("any"), &crate::interactions::formats::Names::new()).expect("a file");
        let cut_short = std::str::from_utf8(&text).is_err_and(|error| error.error_len().is_none());
        let is_utf8 = std::str::from_utf8(&text).is_ok() || cut_short;
        prop_assert_eq!(looked.encoding == Encoding::Utf8, is_utf8);
    }
}
