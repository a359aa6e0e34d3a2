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
use crate::cli::progress::Progress;
use crate::counting::{Neighbours, PairCounts};
use crate::export::parquet::{GROUP_ROWS, GroupWriter, Held};
use crate::export::{Cell, Column, Format, csv_cell, csv_writer, in_order};
use crate::ui::format::count;

pub(super) const COLUMNS: &[Column] = &[
    Column::text("item_a"),
    Column::text("item_b"),
    Column::count("together"),
    Column::count("baskets_a"),
    Column::count("baskets_b"),
    Column::count("baskets"),
];

/// How many items' rows are counted at a time.
const ITEMS: u32 = 64;

/// A row: two items, and in how many baskets they are together.
pub(super) type Row = (u32, u32, u32);

/// A row as any format writes it.
pub(super) fn cells(choices: &Choices, (a, b, together): Row) -> [Cell<'_>; 6] {
    let name = |item: u32| Cell::text(&choices.items[item as usize]);
    let total = |item: u32| Cell::Count(choices.baskets.total(item).into());
    let baskets = Cell::Count(choices.baskets.len().into());
    [
        name(a),
        name(b),
        Cell::Count(together.into()),
        total(a),
        total(b),
        baskets,
    ]
}

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
    pub(super) fn new(
        choices: &'a Choices,
        pairs: &'a PairCounts,
        least: u32,
        threads: NonZeroUsize,
    ) -> Self {
        let mut table = Self {
            choices,
            pairs,
            least,
            before: Vec::new(),
        };
        let mut before = vec![0];
        let counted = in_order(
            threads,
            table.item_count().div_ceil(ITEMS) as usize,
            Neighbours::default,
            |scratch, block| Ok(table.lengths(block as u32 * ITEMS, scratch)),
            |lengths| {
                for length in lengths {
                    before.push(before.last().copied().unwrap_or(0) + length);
                }
                Ok(())
            },
        );
        counted.expect("BUG: counting rows has no errors");
        table.before = before;
        table
    }

    /// How many rows each of some items has.
    fn lengths(&self, first: u32, scratch: &mut Neighbours) -> Vec<u64> {
        let items = first..self.item_count().min(first + ITEMS);
        items
            .map(|item| {
                let row = self.pairs.later(item, scratch).iter();
                row.filter(|pair| pair.1 >= self.least).count() as u64
            })
            .collect()
    }

    /// Writes all rows into a file.
    pub(super) fn write(
        &self,
        format: Format,
        path: &Path,
        threads: NonZeroUsize,
        progress: &mut Progress,
    ) -> io::Result<()> {
        let file = File::create(path)?;
        let (all, mut written) = (self.row_count(), 0);
        let told = || {
            written = all.min(written + GROUP_ROWS as u64);
            progress.update(written, all, || format!("{} rows written", count(written)));
        };
        match format {
            Format::Parquet => self.write_parquet(file, threads, told),
            _ => self.write_csv(file, threads, told),
        }
    }

    fn write_csv(
        &self,
        mut file: File,
        threads: NonZeroUsize,
        mut told: impl FnMut(),
    ) -> io::Result<()> {
        let mut header = csv_writer(&mut file);
        header.write_record(COLUMNS.iter().map(|column| column.name))?;
        header.flush()?;
        drop(header);
        let lines = Lines::new(self)?;
        in_order(
            threads,
            self.block_count(),
            Neighbours::default,
            |scratch, block| {
                let mut text = Vec::with_capacity(GROUP_ROWS * 32);
                self.each_of_block(block, scratch, |row| lines.add(row, &mut text));
                Ok(text)
            },
            |block| {
                told();
                file.write_all(&block)
            },
        )
    }

    fn write_parquet(
        &self,
        file: File,
        threads: NonZeroUsize,
        mut told: impl FnMut(),
    ) -> io::Result<()> {
        let mut groups = GroupWriter::begin(COLUMNS, file)?;
        let encoder = groups.encoder();
        // A text counts who holds it, so that threads would wait for each other at every row.
        let names = || {
            let names = self.choices.items.iter();
            let names: Vec<_> = names.map(|name| ByteArray::from(name.as_str())).collect();
            (names, Neighbours::default())
        };
        in_order(
            threads,
            self.block_count(),
            names,
            |(names, scratch), block| {
                let mut rows = Vec::with_capacity(GROUP_ROWS);
                self.each_of_block(block, scratch, |row| rows.push(row));
                encoder.encode(&self.columns(&rows, names))
            },
            |group| {
                told();
                groups.append(group)
            },
        )?;
        groups.end(None)
    }

    fn columns(&self, rows: &[Row], names: &[ByteArray]) -> Vec<Held> {
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

    fn row_count(&self) -> u64 {
        self.before.last().copied().unwrap_or_default()
    }

    fn block_count(&self) -> usize {
        (self.row_count() as usize).div_ceil(GROUP_ROWS)
    }

    /// Hands over the rows of one block, in the order of the table. A block begins anywhere among
    /// the rows of an item, so that each but the last has the same number of rows.
    fn each_of_block(&self, block: usize, scratch: &mut Neighbours, mut each: impl FnMut(Row)) {
        let first = (block * GROUP_ROWS) as u64;
        let end = first + GROUP_ROWS as u64;
        let item = self.before.partition_point(|&before| before <= first) - 1;
        for a in item..self
            .before
            .partition_point(|&before| before < end)
            .min(self.choices.items.len())
        {
            let before = self.before[a];
            let skipped = first.saturating_sub(before) as usize;
            let until = (end - before) as usize;
            let row = self.pairs.later(a as u32, scratch).iter();
            let rows = row.filter(|pair| pair.1 >= self.least);
            for &(b, together) in rows.take(until).skip(skipped) {
                each((a as u32, b, together));
            }
        }
    }
}

/// The sum over all pairs of together · (a · 2654435761 + b), modulo 2^64, where a < b are the ids
/// as whole numbers; none where an id is no number. It does not depend on any order, so that two
/// programs can compare what they counted.
pub(super) fn checksum(
    choices: &Choices,
    pairs: &PairCounts,
    threads: NonZeroUsize,
) -> Option<u64> {
    let ids: Result<Vec<u64>, _> = choices.items.iter().map(|id| id.parse()).collect();
    let ids = ids.ok()?;
    let mut sum = 0_u64;
    let summed = in_order(
        threads,
        ids.len().div_ceil(ITEMS as usize),
        Neighbours::default,
        |scratch, block| {
            let first = block as u32 * ITEMS;
            let of_row = |a: u32| {
                let row = pairs.later(a, scratch).iter();
                let terms = row.map(|&(b, together)| {
                    let (a, b) = (ids[a as usize], ids[b as usize]);
                    let place = a.min(b).wrapping_mul(2_654_435_761).wrapping_add(a.max(b));
                    u64::from(together).wrapping_mul(place)
                });
                terms.fold(0, u64::wrapping_add)
            };
            let items = first..(ids.len() as u32).min(first + ITEMS);
            Ok(items.map(of_row).fold(0, u64::wrapping_add))
        },
        |part| {
            sum = sum.wrapping_add(part);
            Ok(())
        },
    );
    summed.expect("BUG: a sum has no errors");
    Some(sum)
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

    fn add(&self, (a, b, together): Row, text: &mut Vec<u8>) {
        let (a, b) = (&self.items[a as usize], &self.items[b as usize]);
        text.extend_from_slice(&a.id);
        text.extend_from_slice(&b.id);
        text.extend_from_slice(itoa::Buffer::new().format(together).as_bytes());
        text.extend_from_slice(&a.as_a);
        text.extend_from_slice(&b.as_b);
    }
}
