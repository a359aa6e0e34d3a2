//! Parquet: a typed column for each of the table's, the manifest as `tandem.manifest` in the
//! file's metadata.
//!
//! Each group of rows is encoded in memory and then appended, so that several threads can encode
//! groups of one file.

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use ::parquet::data_type::ByteArray;
use ::parquet::errors::Result;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use ::parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::{ColumnDescPtr, SchemaDescPtr, Type};
use bytes::Bytes;
use std::io::{self, Write};
use std::sync::Arc;

use super::{Cell, Column, Kind, Manifest, WriteRows};

/// Rows of one group: what is held in memory while writing.
pub const GROUP_ROWS: usize = 1 << 17;

pub(super) struct Parquet<W: Write + Send> {
    file: GroupWriter<W>,
    group: Vec<Held>,
    rows: usize,
}

/// The cells of one column that are still to be written.
pub struct Held {
    values: Values,
    /// For a column that may lack some: one for each row, 1 where the cell is there.
    levels: Option<Vec<i16>>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Counts(Vec<i64>),
    Figures(Vec<f64>),
}

/// Encodes groups of rows.
#[derive(Clone)]
pub struct Encoder {
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
}

/// A group of rows as it will stand in a file: the bytes of each column.
pub struct Group(Vec<(Bytes, ColumnCloseResult)>);

/// A file whose groups are encoded elsewhere.
pub struct GroupWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
}

impl Held {
    fn of(column: Column) -> Self {
        Self {
            values: match column.kind {
                Kind::Text => Values::Texts(Vec::new()),
                Kind::Count => Values::Counts(Vec::new()),
                Kind::Figure => Values::Figures(Vec::new()),
            },
            levels: column.may_lack.then(Vec::new),
        }
    }

    /// Texts of a column that lacks none.
    pub fn texts(texts: impl Iterator<Item = ByteArray>) -> Self {
        Self {
            values: Values::Texts(texts.collect()),
            levels: None,
        }
    }

    /// Counts of a column that lacks none.
    pub fn counts(counts: impl Iterator<Item = u32>) -> Self {
        Self {
            values: Values::Counts(counts.map(i64::from).collect()),
            levels: None,
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) => {
                // Most columns say in a row what they said in the one before.
                let last = texts.last().filter(|last| last.data() == text.as_bytes());
                let next = last.cloned();
                texts.push(next.unwrap_or_else(|| ByteArray::from(text.as_ref())));
            }
            (Values::Counts(counts), Cell::Count(count)) => counts.push(*count as i64),
            (Values::Figures(figures), Cell::Figure(figure)) => figures.push(*figure),
            (_, Cell::Absent) => {}
            _ => panic!("BUG: a cell is not of its column's kind"),
        }
        if let Some(levels) = &mut self.levels {
            levels.push(i16::from(*cell != Cell::Absent));
        }
    }

    fn clear(&mut self) {
        match &mut self.values {
            Values::Texts(texts) => texts.clear(),
            Values::Counts(counts) => counts.clear(),
            Values::Figures(figures) => figures.clear(),
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
    }
}

impl Encoder {
    /// Encodes rows that are given as columns, in the order of the table's.
    pub fn encode(&self, columns: &[Held]) -> io::Result<Group> {
        let descriptions = self.schema.columns().iter().cloned();
        let columns = descriptions
            .zip(columns)
            .map(|(description, held)| self.encode_column(description, held));
        Ok(Group(columns.collect::<Result<_>>()?))
    }

    fn encode_column(
        &self,
        description: ColumnDescPtr,
        held: &Held,
    ) -> Result<(Bytes, ColumnCloseResult)> {
        let mut bytes = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut bytes));
        let mut column = get_column_writer(description, Arc::clone(&self.properties), pages);
        let levels = held.levels.as_deref();
        match (&mut column, &held.values) {
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Texts(texts)) => {
                writer.write_batch(texts, levels, None)?;
            }
            (ColumnWriter::Int64ColumnWriter(writer), Values::Counts(counts)) => {
                writer.write_batch(counts, levels, None)?;
            }
            (ColumnWriter::DoubleColumnWriter(writer), Values::Figures(figures)) => {
                writer.write_batch(figures, levels, None)?;
            }
            _ => panic!("BUG: the schema is of the same columns"),
        }
        let closed = column.close()?;
        Ok((bytes.into_inner()?.into(), closed))
    }
}

impl<W: Write + Send> GroupWriter<W> {
    pub fn begin(columns: &[Column], to: W) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // The least and the most of each page would be compared cell by cell.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by("tandem".to_owned())
            .build();
        let schema = Arc::new(schema(columns)?);
        let file = SerializedFileWriter::new(to, schema, Arc::new(properties))?;
        Ok(Self { file })
    }

    pub fn encoder(&self) -> Encoder {
        Encoder {
            schema: Arc::new(self.file.schema_descr().clone()),
            properties: Arc::clone(self.file.properties()),
        }
    }

    pub fn append(&mut self, group: Group) -> io::Result<()> {
        let mut rows = self.file.next_row_group()?;
        for (bytes, closed) in group.0 {
            rows.append_column(&bytes, closed)?;
        }
        rows.close()?;
        Ok(())
    }

    /// Ends the file; without this it is broken.
    pub fn end(mut self, manifest: Option<&Manifest>) -> io::Result<()> {
        if let Some(manifest) = manifest {
            let manifest = serde_json::to_string(manifest)?;
            let manifest = KeyValue::new("tandem.manifest".to_owned(), manifest);
            self.file.append_key_value_metadata(manifest);
        }
        self.file.into_inner()?.flush()
    }
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn begin(columns: &[Column], to: W) -> io::Result<Self> {
        Ok(Self {
            file: GroupWriter::begin(columns, to)?,
            group: columns.iter().copied().map(Held::of).collect(),
            rows: 0,
        })
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let group = self.file.encoder().encode(&self.group)?;
        self.file.append(group)?;
        self.group.iter_mut().for_each(Held::clear);
        self.rows = 0;
        Ok(())
    }
}

fn schema(columns: &[Column]) -> Result<Type> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Count => (Physical::INT64, None),
            Kind::Figure => (Physical::DOUBLE, None),
        };
        let repetition = if column.may_lack {
            Repetition::OPTIONAL
        } else {
            Repetition::REQUIRED
        };
        let field = Type::primitive_type_builder(column.name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical);
        Ok(Arc::new(field.build()?))
    });
    Type::group_type_builder("table")
        .with_fields(fields.collect::<Result<_>>()?)
        .build()
}

impl<W: Write + Send> WriteRows for Parquet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (held, cell) in self.group.iter_mut().zip(cells) {
            held.push(cell);
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS {
            self.write_group()?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>, manifest: Option<&Manifest>) -> io::Result<()> {
        self.write_group()?;
        self.file.end(manifest)
    }
}
