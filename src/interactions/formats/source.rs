//! Reading the parts of a source one after the other, in an order that never changes.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use chrono::{DateTime, Utc};

use super::columns::Columns;
use super::look::Looked;
use super::movielens::FlaggedFilms;
use super::online_retail::OnlineRetail;
use super::reading::{Baskets, Interactions, Items, RowReader, Users, Verdict};
use super::row::{Fault, Row, shortened};
use super::rows::{Rows, Shape, Step};
use super::{ReadError, Record};
use crate::interactions::types::{Quarantined, Skipped};

/// What the rows of a table say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Table {
    Interactions,
    Items,
    Users,
    Baskets {
        prefix: String,
    },
    OnlineRetail {
        /// Whether the descriptions name the items.
        titles: bool,
    },
    FlaggedFilms,
}

impl Table {
    /// Tells tables apart in a fingerprint; always eight bytes.
    pub(super) fn name(&self) -> [u8; 8] {
        match self {
            Self::Interactions => *b"interact",
            Self::Items => *b"items   ",
            Self::Users => *b"users   ",
            Self::Baskets { .. } => *b"baskets ",
            Self::OnlineRetail { .. } => *b"invoices",
            Self::FlaggedFilms => *b"films   ",
        }
    }

    /// Finds the columns that the table needs, or says which is missing.
    pub(super) fn reader(
        &self,
        names: &[String],
        map: &[(String, String)],
        now: DateTime<Utc>,
    ) -> Result<Box<dyn RowReader>, String> {
        let columns = Columns {
            names,
            map,
            map_binds: matches!(self, Self::Interactions),
        };
        Ok(match self {
            Self::Interactions => Box::new(Interactions::new(columns, now)?),
            Self::Items => Box::new(Items::new(columns)?),
            Self::Users => Box::new(Users::new(columns)?),
            Self::Baskets { prefix } => Box::new(Baskets {
                prefix: prefix.clone(),
            }),
            Self::OnlineRetail { titles } => Box::new(OnlineRetail::new(columns, *titles, now)?),
            Self::FlaggedFilms => Box::new(FlaggedFilms),
        })
    }
}

/// One file and how it is read.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) file: Looked,
    pub(super) shape: Shape,
    pub(super) table: Table,
}

/// The records of all parts.
#[derive(Debug)]
pub(super) struct Records {
    parts: VecDeque<Part>,
    map: Vec<(String, String)>,
    now: DateTime<Utc>,
    bytes_read: Arc<AtomicU64>,
    current: Option<Current>,
    row: Row,
    ready: VecDeque<Record>,
}

/// The part that is being read.
#[derive(Debug)]
pub(super) struct Current {
    part: Part,
    pub(super) rows: Rows,
    /// How many columns the reader was made for.
    width: usize,
    reader: Result<Box<dyn RowReader>, String>,
}

impl Records {
    pub(super) fn new(
        parts: &[Part],
        map: &[(String, String)],
        now: DateTime<Utc>,
        bytes_read: Arc<AtomicU64>,
    ) -> Self {
        Self {
            parts: parts.iter().cloned().collect(),
            map: map.to_owned(),
            now,
            bytes_read,
            current: None,
            row: Row::default(),
            ready: VecDeque::new(),
        }
    }

    /// Reads one row more, or goes on to the next part; false at the end of all.
    fn advance(&mut self) -> io::Result<bool> {
        let Some(current) = &mut self.current else {
            let Some(part) = self.parts.front() else {
                return Ok(false);
            };
            let opened = Current::open(part.clone(), &self.map, self.now, &self.bytes_read)?;
            self.parts.pop_front();
            self.row = Row::default();
            self.current = Some(opened);
            return Ok(true);
        };
        let verdict = match current.rows.next(&mut self.row)? {
            Step::End => {
                self.current = None;
                return Ok(true);
            }
            Step::Fault(fault) => Err(fault),
            Step::Row => current.read(&self.row, &self.map, self.now, &mut self.ready),
        };
        match verdict {
            Ok(Verdict::Taken) => {}
            Ok(Verdict::Skipped(reason)) => self.ready.push_back(Record::Skipped(Skipped {
                file: current.part.file.name.clone(),
                line: self.row.line,
                reason: reason.to_owned(),
            })),
            Err(fault) => self.ready.push_back(current.quarantined(&self.row, fault)),
        }
        Ok(true)
    }

    /// Ends the reading: after an error nothing more can be trusted.
    fn stop(&mut self, source: io::Error) -> ReadError {
        let file = match (&self.current, self.parts.front()) {
            (Some(current), _) => current.part.file.name.clone(),
            (None, Some(part)) => part.file.name.clone(),
            (None, None) => String::new(),
        };
        let line = self.current.as_ref().map_or(0, |_| self.row.line);
        self.parts.clear();
        self.current = None;
        ReadError { file, line, source }
    }
}

impl Iterator for Records {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(Ok(record));
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(self.stop(error))),
            }
        }
    }
}

impl Current {
    pub(super) fn open(
        part: Part,
        map: &[(String, String)],
        now: DateTime<Utc>,
        bytes_read: &Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let mut rows = Rows::open(&part.file, part.shape, Arc::clone(bytes_read))?;
        let reader = part.table.reader(rows.columns(), map, now);
        if let (Ok(reader), false) = (&reader, rows.columns().is_empty()) {
            rows.allow_line_breaks(reader.short_columns());
        }
        Ok(Self {
            width: rows.columns().len(),
            part,
            rows,
            reader,
        })
    }

    pub(super) fn read(
        &mut self,
        row: &Row,
        map: &[(String, String)],
        now: DateTime<Utc>,
        records: &mut VecDeque<Record>,
    ) -> Result<Verdict, Fault> {
        // NDJSON comes to know its columns as it goes.
        if self.width != self.rows.columns().len() {
            self.width = self.rows.columns().len();
            self.reader = self.part.table.reader(self.rows.columns(), map, now);
        }
        match &mut self.reader {
            Ok(reader) => reader.read(row, records),
            Err(reason) => Err(Fault::of_row(reason.clone())),
        }
    }

    fn quarantined(&self, row: &Row, fault: Fault) -> Record {
        let column = fault
            .column
            .and_then(|column| self.rows.columns().get(column));
        Record::Quarantined(Quarantined {
            file: self.part.file.name.clone(),
            line: row.line,
            column: column.cloned(),
            reason: fault.reason,
            text: shortened(&row.text),
        })
    }
}
