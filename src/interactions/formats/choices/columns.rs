//! Choices of Parquet by its columns, without making rows of them.
//!
//! A column says the same few ids and values again and again, so each is judged once, by the text
//! that a row would have of it and the rules for it. That works for a piece of a file only as a
//! whole: where one row needs a second look, or anything cannot be read, all rows of the piece are
//! left to the reader of rows.

use std::fs::File;
use std::ops::Range;

use parquet::basic::ConvertedType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader as _, RowGroupReader};
use parquet::record::Field;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Gathered;
use super::ids::Ids;
use crate::interactions::formats::look::Looked;
use crate::interactions::formats::parquet_rows::{is_nanoseconds, open_groups, text_of, undamaged};
use crate::interactions::formats::plain::{Id, Rule, Wanted, plain_text};
use crate::interactions::formats::values;

/// Rows that are read at a time.
const BATCH_ROWS: usize = 1 << 13;

/// Values that are remembered as sound, of those that come again and of those that never do.
const MOST_SOUND: usize = 1 << 12;

/// Adds the choices of some row groups, and says how many rows those have; none where not all rows
/// are plain.
pub(super) fn read(
    file: &Looked,
    groups: Range<u64>,
    wanted: &Wanted,
    gathered: &mut Gathered,
) -> Option<u64> {
    let opened = File::open(&file.path).ok()?;
    let groups = open_groups(opened, groups).ok()?;
    let read = undamaged(|| {
        let schema = groups.metadata().file_metadata().schema_descr();
        let mut columns = Columns::find(schema, wanted)?;
        let mut rows = 0;
        for group in 0..groups.num_row_groups() {
            let group = groups.get_row_group(group).ok()?;
            rows += columns.read(&*group, gathered).ok()??;
        }
        Some(rows)
    });
    read.ok()?
}

/// The columns of the choices.
struct Columns {
    owner: Column,
    item: Column,
    checked: Vec<(Column, Rule)>,
    /// Owners that begin with one of these need a second look.
    apart: &'static [u8],
    owners: Vec<u32>,
    items: Vec<u32>,
}

impl Columns {
    fn find(schema: &SchemaDescriptor, wanted: &Wanted) -> Option<Self> {
        let checked = wanted.checks.iter();
        let checked = checked.map(|&(field, rule)| Some((Column::find(schema, field)?, rule)));
        Some(Self {
            owner: Column::find(schema, wanted.owner)?,
            item: Column::find(schema, wanted.item)?,
            checked: checked.collect::<Option<_>>()?,
            apart: wanted.apart,
            owners: Vec::new(),
            items: Vec::new(),
        })
    }

    /// Reads one row group; none where a row in it is not plain.
    fn read(&mut self, group: &dyn RowGroupReader, gathered: &mut Gathered) -> Result<Option<u64>> {
        let rows = usize::try_from(group.metadata().num_rows())?;
        let mut owner = group.get_column_reader(self.owner.leaf)?;
        let mut item = group.get_column_reader(self.item.leaf)?;
        let checked = self.checked.iter();
        let mut checked: Vec<ColumnReader> = checked
            .map(|(column, _)| group.get_column_reader(column.leaf))
            .collect::<Result<_>>()?;
        for batch in (0..rows).step_by(BATCH_ROWS) {
            let most = BATCH_ROWS.min(rows - batch);
            let (owners, items) = (&mut gathered.owners, &mut gathered.items);
            let plain =
                self.owner
                    .number(&mut owner, most, self.apart, owners, &mut self.owners)?
                    && self
                        .item
                        .number(&mut item, most, b"", items, &mut self.items)?;
            if !plain {
                return Ok(None);
            }
            for ((column, rule), reader) in self.checked.iter_mut().zip(&mut checked) {
                if !column.is_sound(reader, most, *rule)? {
                    return Ok(None);
                }
            }
            let pairs = self.owners.iter().copied().zip(self.items.iter().copied());
            gathered.pairs.extend(pairs);
        }
        Ok(Some(rows as u64))
    }
}

/// One column of plain values.
struct Column {
    leaf: usize,
    description: ColumnDescPtr,
    in_nanoseconds: bool,
    /// Whether its bytes are the text that a row would have.
    is_text: bool,
    /// The numbers of ids that are numbers in the file, by their bits.
    numbers: FxHashMap<u64, u32>,
    /// Values that a rule allows, as bits.
    sound: FxHashSet<u64>,
}

impl Column {
    /// None where the column holds lists or the like.
    fn find(schema: &SchemaDescriptor, field: usize) -> Option<Self> {
        let leaf =
            (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == field)?;
        let description = schema.column(leaf);
        let root = schema.get_column_root(leaf);
        let is_plain = root.is_primitive() && description.max_rep_level() == 0;
        let text = [ConvertedType::UTF8, ConvertedType::NONE];
        is_plain.then(|| Self {
            leaf,
            in_nanoseconds: is_nanoseconds(root),
            is_text: text.contains(&description.converted_type()),
            description,
            numbers: FxHashMap::default(),
            sound: FxHashSet::default(),
        })
    }

    /// Numbers the ids of the next rows; false where one is missing or needs a second look.
    fn number(
        &mut self,
        reader: &mut ColumnReader,
        rows: usize,
        apart: &[u8],
        ids: &mut Ids,
        numbers: &mut Vec<u32>,
    ) -> Result<bool> {
        numbers.clear();
        each(reader, rows, |value| {
            numbers.extend(self.number_of(value, apart, ids));
        })?;
        Ok(numbers.len() == rows)
    }

    #[inline]
    fn number_of(&mut self, value: Value<'_>, apart: &[u8], ids: &mut Ids) -> Option<u32> {
        let is_apart = |id: &str| apart.contains(&id.as_bytes()[0]);
        let bits = match value {
            Value::Bytes(bytes) if self.is_text => {
                if let Some(id) = plain_text(bytes.data()).filter(|id| !is_apart(id)) {
                    return Some(ids.number(Id::of(id)));
                }
                None
            }
            value => value.bits(),
        };
        if let Some(&number) = bits.and_then(|bits| self.numbers.get(&bits)) {
            return Some(number);
        }
        let id = values::id(&self.text(value)?).ok()??;
        let number = (!is_apart(&id)).then(|| ids.number(Id::of(&id)))?;
        self.numbers.extend(bits.map(|bits| (bits, number)));
        Some(number)
    }

    /// Whether the next rows have sound values, or none where none is needed.
    fn is_sound(&mut self, reader: &mut ColumnReader, rows: usize, rule: Rule) -> Result<bool> {
        let mut sound = 0;
        let values = each(reader, rows, |value| {
            sound += usize::from(self.allows(value, rule));
        })?;
        Ok(sound == values && (values == rows || rule.allows(b"")))
    }

    fn allows(&mut self, value: Value<'_>, rule: Rule) -> bool {
        let bits = value.bits();
        if bits.is_some_and(|bits| self.sound.contains(&bits)) {
            return true;
        }
        let text = self.text(value);
        let allowed = text.is_some_and(|text| rule.allows(text.as_bytes()));
        if allowed && self.sound.len() < MOST_SOUND {
            self.sound.extend(bits);
        }
        allowed
    }

    /// What a row would have of a value.
    fn text(&self, value: Value<'_>) -> Option<String> {
        let field = match value {
            Value::Int32(value) => Field::convert_int32(&self.description, value),
            Value::Int64(value) => Field::convert_int64(&self.description, value),
            Value::Float(value) => Field::convert_float(&self.description, value),
            Value::Double(value) => Field::convert_double(&self.description, value),
            Value::Bytes(value) => {
                Field::convert_byte_array(&self.description, value.clone()).ok()?
            }
        };
        text_of(&field, self.in_nanoseconds)
    }
}

/// A value of one of the types that choices are made of.
#[derive(Clone, Copy)]
enum Value<'a> {
    Int32(i32),
    Int64(i64),
    Float(f32),
    Double(f64),
    Bytes(&'a ByteArray),
}

impl Value<'_> {
    /// What tells the numbers of a column apart; none for what is not a number.
    fn bits(self) -> Option<u64> {
        match self {
            Self::Int32(value) => Some(value as u64),
            Self::Int64(value) => Some(value as u64),
            Self::Float(value) => Some(value.to_bits().into()),
            Self::Double(value) => Some(value.to_bits()),
            Self::Bytes(_) => None,
        }
    }
}

/// Hands on the values of the next rows, and says how many of the rows have one.
fn each(reader: &mut ColumnReader, rows: usize, mut take: impl FnMut(Value<'_>)) -> Result<usize> {
    match reader {
        ColumnReader::Int32ColumnReader(reader) => {
            each_of(reader, rows, |&value| take(Value::Int32(value)))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            each_of(reader, rows, |&value| take(Value::Int64(value)))
        }
        ColumnReader::FloatColumnReader(reader) => {
            each_of(reader, rows, |&value| take(Value::Float(value)))
        }
        ColumnReader::DoubleColumnReader(reader) => {
            each_of(reader, rows, |&value| take(Value::Double(value)))
        }
        ColumnReader::ByteArrayColumnReader(reader) => {
            each_of(reader, rows, |value| take(Value::Bytes(value)))
        }
        _ => Err(general(
            "values of this type are left to the reader of rows",
        )),
    }
}

fn each_of<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    take: impl FnMut(&T::T),
) -> Result<usize> {
    let (mut levels, mut values) = (Vec::new(), Vec::with_capacity(rows));
    let (read, there, _) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read < rows {
        return Err(general("the column ends before the others"));
    }
    values.iter().for_each(take);
    Ok(there)
}

fn general(message: &str) -> ParquetError {
    ParquetError::General(message.to_owned())
}
