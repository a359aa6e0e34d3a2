//! The table in blocks is the table row by row, byte for byte.

use std::fs;
use std::io::Cursor;
use std::num::NonZeroUsize;

use super::super::progress::Progress;
use super::Choices;
use super::table::{COLUMNS, Table, cells};
use crate::counting::{Baskets, PairCounts, count_pairs};
use crate::export::Format;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("threads")
}

/// The slow and obvious way.
fn row_by_row(format: Format, choices: &Choices, pairs: &PairCounts, least: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = format.begin(COLUMNS, &mut bytes).expect("a file");
    for row in pairs.iter().filter(|(_, _, together)| *together >= least) {
        writer.row(&cells(choices, row)).expect("a row");
    }
    writer.end(None).expect("a file");
    bytes.into_inner()
}

fn check(items: Vec<String>, baskets: &[Vec<u32>]) {
    let pairs = (0..).zip(baskets);
    let pairs = pairs.flat_map(|(basket, items)| items.iter().map(move |&item| (basket, item)));
    let pairs: Vec<(u32, u32)> = pairs.collect();
    let choices = Choices {
        baskets: Baskets::from_pairs(items.len() as u32, baskets.len() as u32, pairs, threads(2)),
        items,
    };
    let pairs = count_pairs(&choices.baskets, threads(2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table");
    for least in 1..4 {
        for format in [Format::Csv, Format::Parquet] {
            let table = Table::new(&choices, &pairs, least, threads(2));
            let mut progress = Progress::of_rows();
            let written = table.write(format, &path, threads(3), &mut progress);
            written.expect("a file");
            let expected = row_by_row(format, &choices, &pairs, least);
            let written = fs::read(&path).expect("a file");
            assert!(written == expected, "{format:?}, at least {least} together");
        }
    }
}

#[test]
fn ids_of_every_kind_are_written_as_ever() {
    let items = [
        "", "=1+1", "a,b", "c\"d", "e\rf", "g h", "plain", "Ж", "zzz",
    ];
    let baskets = [
        (0..8).collect(),
        vec![2, 3, 4],
        vec![3, 4],
        vec![7],
        vec![0, 6],
    ];
    check(items.map(str::to_owned).to_vec(), &baskets);
}

#[test]
fn a_table_without_rows_is_a_file() {
    check(vec!["a".to_owned()], &[vec![0]]);
}

#[test]
fn a_table_of_several_blocks_is_cut_where_it_always_was() {
    let items = (0..800).map(|item| format!("item {item:03}")).collect();
    // Some items have no later ones, and one ends exactly with the table.
    let baskets: [Vec<u32>; 4] = [
        (0..700).collect(),
        (0..800).step_by(7).collect(),
        (100..400).collect(),
        vec![798, 799],
    ];
    check(items, &baskets);
}
