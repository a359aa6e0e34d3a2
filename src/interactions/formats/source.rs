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
use super::plain::Wanted;
use super::reading::{Baskets, Interactions, Items, RowReader, Users, Verdict};
use super::row::{Fault, Row, shortened};
use super::rows::{Piece, Rows, Shape, Step};
use super::{ReadError, Record};
use crate::interactions::types::{BasketRule, Quarantined, Skipped};

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

    /// The same in a piece of a file, whose lines are counted from its own beginning: baskets that
    /// are named by their lines must not be called like those of another piece.
    fn in_piece(&self, piece: &Piece) -> Self {
        match self {
            Self::Baskets { prefix } if piece.range.start > 0 => Self::Baskets {
                prefix: format!("{prefix}-{}", piece.range.start),
            },
            whole => whole.clone(),
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
            let whole = Piece::whole();
            let opened =
                Current::open(part.clone(), &whole, &self.map, self.now, &self.bytes_read)?;
            self.parts.pop_front();
            self.row = Row::default();
            self.current = Some(opened);
            return Ok(true);
        };
        if !current.advance(&mut self.row, &self.map, self.now, &mut self.ready)? {
            self.current = None;
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
        piece: &Piece,
        map: &[(String, String)],
        now: DateTime<Utc>,
        bytes_read: &Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let mut rows = Rows::open_piece(&part.file, part.shape, piece, Arc::clone(bytes_read))?;
        let table = part.table.in_piece(piece);
        let reader = table.reader(rows.columns(), map, now);
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

    /// What tells a row that is taken without a second look; none where nothing does.
    pub(super) fn plain(&self, rule: BasketRule) -> Option<Wanted> {
        self.reader.as_ref().ok()?.plain(rule)
    }

    /// Reads one row more and says all that came of it; false at the end.
    pub(super) fn advance(
        &mut self,
        row: &mut Row,
        map: &[(String, String)],
        now: DateTime<Utc>,
        records: &mut VecDeque<Record>,
    ) -> io::Result<bool> {
        let verdict = match self.rows.next(row)? {
            Step::End => return Ok(false),
            Step::Fault(fault) => Err(fault),
            Step::Row => self.read(row, map, now, records),
        };
        match verdict {
            Ok(Verdict::Taken) => {}
            Ok(Verdict::Skipped(reason)) => records.push_back(Record::Skipped(Skipped {
                file: self.part.file.name.clone(),
                line: row.line,
                reason: reason.to_owned(),
            })),
            Err(fault) => records.push_back(self.quarantined(row, fault)),
        }
        Ok(true)
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
