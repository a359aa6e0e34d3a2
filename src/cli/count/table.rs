//! Writing the table of a count: blocks of rows on all threads, one after the other in the file.
//!
//! A table of a hundred million rows is gigabytes of text. So everything about a row that is the
//! same in many is made once for each item, and a row is put together from what is there.

use std::fs::File;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use parquet::data_type::ByteArray;

use super::Choices;
use crate::counting::PairCounts;
use crate::export::parquet::{GROUP_ROWS, GroupWriter, Held};
use crate::export::{Column, Format, csv_cell, csv_writer, in_order};

pub(super) const COLUMNS: &[Column] = &[
    Column::text("item_a"),
    Column::text("item_b"),
    Column::count("together"),
    Column::count("baskets_a"),
    Column::count("baskets_b"),
    Column::count("baskets"),
];

/// A row: two items, and in how many baskets they are together.
type Row = (u32, u32, u32);

/// The rows of a count.
pub(super) struct Table<'a> {
    choices: &'a Choices,
    pairs: &'a PairCounts,
    /// In at least so many baskets.
    least: u32,
    /// How many rows there are before each item's; one number more than there are items.
    before: Vec<u64>,
}

impl<'a> Table<'a> {
    pub(super) fn new(choices: &'a Choices, pairs: &'a PairCounts, least: u32) -> Self {
        let mut table = Self {
            choices,
            pairs,
            least,
            before: Vec::new(),
        };
        let length = |item| match least {
            // Every pair that occurs does so once.
            0 | 1 => pairs.row(item).count(),
            _ => table.rows_of(item).count(),
        };
        let mut before = 0;
        let lengths = (0..table.item_count()).map(|item| {
            before += length(item) as u64;
            before
        });
        table.before = [0].into_iter().chain(lengths).collect();
        table
    }

    /// Writes all rows into a file.
    pub(super) fn write(
        &self,
        format: Format,
        path: &Path,
        threads: NonZeroUsize,
    ) -> io::Result<()> {
        let file = File::create(path)?;
        match format {
            Format::Parquet => self.write_parquet(file, threads),
            _ => self.write_csv(file, threads),
        }
    }

    fn write_csv(&self, mut file: File, threads: NonZeroUsize) -> io::Result<()> {
        let mut header = csv_writer(&mut file);
        header.write_record(COLUMNS.iter().map(|column| column.name))?;
        header.flush()?;
        drop(header);
        let lines = Lines::new(self)?;
        in_order(
            threads,
            self.block_count(),
            || (),
            |(), block| Ok(lines.of(self.block(block))),
            |block| file.write_all(&block),
        )
    }

    fn write_parquet(&self, file: File, threads: NonZeroUsize) -> io::Result<()> {
        let mut groups = GroupWriter::begin(COLUMNS, file)?;
        let encoder = groups.encoder();
        // A text counts who holds it, so that threads would wait for each other at every row.
        let names = || {
            let names = self.choices.items.iter();
            names
                .map(|name| ByteArray::from(name.as_str()))
                .collect::<Vec<_>>()
        };
        in_order(
            threads,
            self.block_count(),
            names,
            |names, block| encoder.encode(&self.columns(self.block(block), names)),
            |group| groups.append(group),
        )?;
        groups.end(None)
    }

    fn columns(&self, rows: impl Iterator<Item = Row>, names: &[ByteArray]) -> Vec<Held> {
        let rows: Vec<Row> = rows.collect();
        let texts = |item: fn(&Row) -> u32| {
            Held::texts(rows.iter().map(|row| names[item(row) as usize].clone()))
        };
        let totals = |item: fn(&Row) -> u32| {
            Held::counts(rows.iter().map(|row| self.choices.baskets.total(item(row))))
        };
        vec![
            texts(|row| row.0),
            texts(|row| row.1),
            Held::counts(rows.iter().map(|row| row.2)),
            totals(|row| row.0),
            totals(|row| row.1),
            Held::counts(rows.iter().map(|_| self.choices.baskets.len())),
        ]
    }

    fn item_count(&self) -> u32 {
        self.choices.items.len() as u32
    }

    fn rows_of(&self, a: u32) -> impl Iterator<Item = Row> {
        let row = self.pairs.row(a);
        row.filter(|&(_, together)| together >= self.least)
            .map(move |(b, together)| (a, b, together))
    }

    fn block_count(&self) -> usize {
        let rows = self.before.last().copied().unwrap_or_default() as usize;
        rows.div_ceil(GROUP_ROWS)
    }

    /// The rows of one block, in the order of the table. A block begins anywhere among the rows
    /// of an item, so that each but the last has the same number of rows.
    fn block(&self, block: usize) -> impl Iterator<Item = Row> {
        let first = (block * GROUP_ROWS) as u64;
        let item = self.before.partition_point(|&before| before <= first) - 1;
        let skipped = (first - self.before[item]) as usize;
        let items = item as u32..self.item_count();
        items
            .flat_map(|item| self.rows_of(item))
            .skip(skipped)
            .take(GROUP_ROWS)
    }
}

/// Lines of CSV, put together from what is made once for each item.
struct Lines {
    items: Vec<Cells>,
}

/// What stands in the lines of an item.
struct Cells {
    /// The id and a comma.
    id: Vec<u8>,
    /// Its baskets between commas.
    as_a: Vec<u8>,
    /// Its baskets and those of all, to the end of the line.
    as_b: Vec<u8>,
}

impl Lines {
    fn new(table: &Table<'_>) -> io::Result<Self> {
        let all = table.choices.baskets.len();
        let cells = (0..).zip(&table.choices.items).map(|(item, id)| {
            let baskets = table.choices.baskets.total(item);
            let mut id = csv_cell(id)?;
            id.push(b',');
            Ok(Cells {
                id,
                as_a: format!(",{baskets},").into_bytes(),
                as_b: format!("{baskets},{all}\r\n").into_bytes(),
            })
        });
        Ok(Self {
            items: cells.collect::<io::Result<_>>()?,
        })
    }

    fn of(&self, rows: impl Iterator<Item = Row>) -> Vec<u8> {
        let mut lines = Vec::with_capacity(GROUP_ROWS * 32);
        let mut digits = itoa::Buffer::new();
        for (a, b, together) in rows {
            let (a, b) = (&self.items[a as usize], &self.items[b as usize]);
            lines.extend_from_slice(&a.id);
            lines.extend_from_slice(&b.id);
            lines.extend_from_slice(digits.format(together).as_bytes());
            lines.extend_from_slice(&a.as_a);
            lines.extend_from_slice(&b.as_b);
        }
        lines
    }
}
