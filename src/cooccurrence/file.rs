//! A table as a file: all of its rows, or one page, in any format.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::filter::{Cursor, Filter, Query};
use super::rows::{self, Describe};
use super::table::{Pair, Table};
use crate::error::AppError;
use crate::export::{Digest, Format, Manifest, WriteRows};
use crate::index::snapshot::Snapshot;

/// Rows held at a time to put a large table in order: 24 bytes each, twice.
const BLOCK: usize = 1 << 20;

/// The rows that a file is to hold.
pub struct Extract {
    snapshot: Arc<Snapshot>,
    filter: Filter,
    filters: serde_json::Map<String, serde_json::Value>,
    /// One page alone: so many rows after a cursor. All rows where there is none.
    page: Option<(u32, Option<Cursor>)>,
    rows: u64,
}

impl Extract {
    /// Looks at every row once, to know how many there are before the first is written.
    pub fn new(snapshot: Arc<Snapshot>, query: &Query) -> Result<Self, AppError> {
        let filter = query.filter()?;
        let page = if query.page_alone() {
            Some((query.rows()?, query.cursor()?))
        } else {
            None
        };
        let table = Table::new(&snapshot, &filter)?;
        let rows = match page {
            Some((limit, cursor)) => table.page(limit, cursor).pairs.len() as u64,
            None => table.rows(),
        };
        Ok(Self {
            filters: query.given(),
            filter,
            page,
            rows,
            snapshot,
        })
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What a file of these rows is called.
    pub fn file_name(&self, format: Format) -> String {
        let part = if self.page.is_some() { "-page" } else { "" };
        format!(
            "{}-{}-{}{part}.{}",
            self.snapshot.catalog.id,
            self.filter.level.as_str(),
            self.snapshot.version(),
            format.name()
        )
    }

    /// Writes the file; whether the format refuses so many rows is to be asked before. `told` is called with the number of rows written so far, and breaks off
    /// what it answers with an error.
    pub fn write(
        &self,
        format: Format,
        to: impl Write + Send,
        told: impl FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Manifest> {
        let mut writer = format.begin(rows::columns(self.filter.level), to)?;
        let manifest = self.pass(Some(writer.as_mut()), told)?;
        writer.end(Some(&manifest))?;
        Ok(manifest)
    }

    /// The manifest alone.
    pub fn manifest(&self) -> io::Result<Manifest> {
        self.pass(None, |_| Ok(()))
    }

    fn pass(
        &self,
        mut writer: Option<&mut (dyn WriteRows + '_)>,
        mut told: impl FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Manifest> {
        let table = Table::new(&self.snapshot, &self.filter).map_err(io::Error::other)?;
        let version = self.snapshot.version();
        let describe = Describe::new(&self.snapshot, &table, self.filter.level, &version);
        let mut digest = Digest::default();
        let mut written = 0;
        self.try_each(&table, |pair| {
            let row = describe.row(pair);
            let cells = row.cells();
            digest.row(&cells);
            if let Some(writer) = &mut writer {
                writer.row(&cells)?;
            }
            written += 1;
            told(written)
        })?;
        let (rows, sha256) = digest.end();
        let columns = rows::columns(self.filter.level);
        Ok(Manifest {
            catalog: self.snapshot.catalog.id.clone(),
            filters: self.filters.clone(),
            watermark: self.snapshot.change,
            baskets: self.snapshot.baskets.len().into(),
            columns: columns.iter().map(|column| column.name).collect(),
            version,
            rows,
            sha256,
        })
    }

    fn try_each(
        &self,
        table: &Table<'_>,
        mut each: impl FnMut(Pair) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some((limit, cursor)) = self.page {
            return table
                .page(limit, cursor)
                .pairs
                .into_iter()
                .try_for_each(each);
        }
        let all = table.try_each_in_order(BLOCK, |pair| match each(pair) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        });
        all.break_value().map_or(Ok(()), Err)
    }
}
