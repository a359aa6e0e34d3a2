//! Rows of a Parquet file, by the record interface of the `parquet` crate.
//!
//! One row group's pages are in memory at a time. Columns that are not plain values can't name
//! anything and are nested cells. A timestamp becomes RFC 3339, as the text formats write it.
//!
//! A file may be read in pieces of whole row groups. Its places are the numbers of the groups.

use std::fs::File;
use std::io::{self, Result};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;

use super::row::{Fault, Row};
use super::rows::Step;

/// How many rows go by before progress is told.
const PROGRESS_ROWS: u64 = 1_024;

pub(super) struct ParquetRows {
    rows: RowIter<'static>,
    columns: Vec<String>,
    /// Columns whose numbers are nanoseconds since 1970, which the crate leaves as numbers.
    in_nanoseconds: Vec<bool>,
    row_count: u64,
    row: u64,
    /// Where the piece ends.
    end: u64,
    bytes: u64,
    told_bytes: u64,
    bytes_read: Arc<AtomicU64>,
}

impl std::fmt::Debug for ParquetRows {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ParquetRows")
            .field("columns", &self.columns)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

impl ParquetRows {
    pub(super) fn new(
        file: File,
        groups: Range<u64>,
        bytes: u64,
        bytes_read: Arc<AtomicU64>,
    ) -> Result<Self> {
        let end = groups.end;
        let reader = open_groups(file, groups)?;
        let metadata = reader.metadata().file_metadata();
        let fields = metadata.schema().get_fields();
        Ok(Self {
            columns: fields.iter().map(|field| field.name().to_owned()).collect(),
            in_nanoseconds: fields.iter().map(|field| is_nanoseconds(field)).collect(),
            row_count: u64::try_from(metadata.num_rows()).unwrap_or_default(),
            rows: undamaged(|| RowIter::from_file_into(Box::new(reader)))?,
            row: 0,
            end,
            bytes,
            told_bytes: 0,
            bytes_read,
        })
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where the next row begins, once all are read.
    pub(super) fn place(&self) -> u64 {
        self.end
    }

    /// The number of the last row that was given.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Step> {
        let Some(record) = undamaged(|| self.rows.next())? else {
            self.tell(self.bytes);
            return Ok(Step::End);
        };
        let record = record.map_err(io::Error::other)?;
        self.row += 1;
        if self.row.is_multiple_of(PROGRESS_ROWS) {
            let share = u128::from(self.bytes) * u128::from(self.row);
            self.tell((share / u128::from(self.row_count.max(self.row))) as u64);
        }
        row.line = self.row;
        row.start_anew();
        row.text.clear();
        for (column, (name, field)) in record.get_column_iter().enumerate() {
            let separator = if column == 0 { "" } else { ", " };
            let nanoseconds = self.in_nanoseconds.get(column) == Some(&true);
            match text_of(field, nanoseconds) {
                Some(text) => {
                    row.text.extend([separator, name, ": ", &text]);
                    row.write(&text);
                    row.end_cell();
                }
                None => row.end_nested_cell(),
            }
        }
        if row.width() == self.columns.len() {
            Ok(Step::Row)
        } else {
            Ok(Step::Fault(Fault::of_row(
                "the row does not fit the file's own schema",
            )))
        }
    }

    fn tell(&mut self, bytes: u64) {
        let more = bytes.saturating_sub(self.told_bytes);
        self.told_bytes += more;
        self.bytes_read.fetch_add(more, Ordering::Relaxed);
    }
}

/// Opens some of the row groups of a file, as if there were no others.
pub(super) fn open_groups(file: File, groups: Range<u64>) -> Result<SerializedFileReader<File>> {
    let wanted = ReadOptionsBuilder::new()
        .with_predicate(Box::new(move |_, group| groups.contains(&(group as u64))));
    let opened = undamaged(|| SerializedFileReader::new_with_options(file, wanted.build()))?;
    opened.map_err(io::Error::other)
}

/// The number of rows in each row group.
pub(super) fn group_rows(metadata: &ParquetMetaData) -> impl Iterator<Item = u64> {
    let groups = metadata.row_groups().iter();
    groups.map(|group| u64::try_from(group.num_rows()).unwrap_or_default())
}

/// Makes an error of the panics with which the crate answers some damaged files.
pub(super) fn undamaged<T>(read: impl FnOnce() -> T) -> Result<T> {
    // What a panic leaves half done is never looked at again: reading ends with the error.
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| io::Error::other("the Parquet is damaged"))
}

pub(super) fn is_nanoseconds(field: &Type) -> bool {
    matches!(
        field.get_basic_info().logical_type_ref(),
        Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::NANOS
    )
}

/// Writes a plain value as the text formats would; none where it is not one.
pub(super) fn text_of(field: &Field, nanoseconds: bool) -> Option<String> {
    match field {
        Field::Null => Some(String::new()),
        Field::Str(text) => Some(text.clone()),
        Field::Long(time) if nanoseconds => Some(rfc3339(DateTime::from_timestamp_nanos(*time))),
        Field::TimestampMillis(time) => DateTime::from_timestamp_millis(*time).map(rfc3339),
        Field::TimestampMicros(time) => DateTime::from_timestamp_micros(*time).map(rfc3339),
        Field::Date(days) => DateTime::from_timestamp(i64::from(*days) * 86_400, 0).map(rfc3339),
        Field::Float(number) => Some(number.to_string()),
        Field::Double(number) => Some(number.to_string()),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).ok().map(str::to_owned),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => None,
        number => Some(number.to_string()),
    }
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
