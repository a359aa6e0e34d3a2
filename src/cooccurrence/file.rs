//! A whole table as a file.

use std::io::{self, BufWriter, Write};

use super::filter::Filter;
use super::rows::{self, Describe, Row};
use super::table::Table;
use crate::export;
use crate::index::snapshot::Snapshot;

/// Writes every row that the filter lets through; the number of rows written.
pub fn write_csv(snapshot: &Snapshot, filter: &Filter, to: impl Write) -> io::Result<u64> {
    let table = Table::new(snapshot, filter).map_err(io::Error::other)?;
    let version = snapshot.version();
    let describe = Describe::new(snapshot, &table, filter.level, &version);
    let mut writer = export::csv(BufWriter::with_capacity(1 << 16, to));
    let mut rows = 0;
    for pair in table.all() {
        match describe.row(pair) {
            Row::Item(mut row) => {
                row.item_a = export::text(row.item_a);
                row.title_a = export::text(row.title_a);
                row.category_a = row.category_a.map(export::text);
                row.item_b = export::text(row.item_b);
                row.title_b = export::text(row.title_b);
                row.category_b = row.category_b.map(export::text);
                writer.serialize(row)?;
            }
            Row::Category(mut row) => {
                row.category_a = export::text(row.category_a);
                row.category_b = export::text(row.category_b);
                writer.serialize(row)?;
            }
        }
        rows += 1;
    }
    if rows == 0 {
        // serde writes the header with the first row; an empty table has its header too.
        writer.write_record(rows::columns(filter.level))?;
    }
    writer.flush()?;
    Ok(rows)
}
