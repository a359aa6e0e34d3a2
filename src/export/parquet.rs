//! Parquet: a typed column for each of the table's, the manifest as `tandem.manifest` in the
//! file's metadata.

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::Result;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

use super::{Cell, Column, Kind, Manifest, WriteRows};

/// Rows of one group: what is held in memory while writing.
const GROUP_ROWS: usize = 1 << 17;

pub(super) struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    group: Vec<Held>,
    rows: usize,
}

/// The cells of one column that are still to be written.
struct Held {
    values: Values,
    /// For a column that may lack some: one for each row, 1 where the cell is there.
    levels: Option<Vec<i16>>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Counts(Vec<i64>),
    Figures(Vec<f64>),
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

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, impl Write + Send>) -> Result<()> {
        let mut column = group
            .next_column()?
            .expect("BUG: the schema has every column");
        let levels = self.levels.as_deref();
        match (column.untyped(), &mut self.values) {
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Texts(texts)) => {
                writer.write_batch(texts, levels, None)?;
                texts.clear();
            }
            (ColumnWriter::Int64ColumnWriter(writer), Values::Counts(counts)) => {
                writer.write_batch(counts, levels, None)?;
                counts.clear();
            }
            (ColumnWriter::DoubleColumnWriter(writer), Values::Figures(figures)) => {
                writer.write_batch(figures, levels, None)?;
                figures.clear();
            }
            _ => panic!("BUG: the schema is of the same columns"),
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        column.close()
    }
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn begin(columns: &[Column], to: W) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // The least and the most of each page would be compared cell by cell.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by("tandem".to_owned())
            .build();
        let file = SerializedFileWriter::new(to, Arc::new(schema(columns)?), Arc::new(properties))?;
        Ok(Self {
            file,
            group: columns.iter().copied().map(Held::of).collect(),
            rows: 0,
        })
    }

    fn write_group(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for held in &mut self.group {
            held.write(&mut group)?;
        }
        group.close()?;
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
        if let Some(manifest) = manifest {
            let manifest = serde_json::to_string(manifest)?;
            let manifest = KeyValue::new("tandem.manifest".to_owned(), manifest);
            self.file.append_key_value_metadata(manifest);
        }
        self.file.into_inner()?.flush()
    }
}
