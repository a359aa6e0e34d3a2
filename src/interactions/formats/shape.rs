//! What one file looks like: its shape, and which format its columns or its lines speak of.

use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::sync::Arc;

use super::columns::{self, Columns};
use super::delimited::Dialect;
use super::look::Looked;
use super::row::Row;
use super::rows::{Rows, Shape, Step};
use super::source::Table;
use super::{Format, FormatError, Options};

/// How many rows are looked at before something is decided.
pub(super) const SAMPLE_ROWS: usize = 1_000;

/// A longer cell is prose and not the name of an item.
const MAX_ITEM_NAME_CHARS: usize = 100;

/// Decides what a file of choices is, or refuses it.
pub(super) fn recognise(
    file: &Looked,
    options: &Options,
) -> Result<(Format, Shape, Table), FormatError> {
    let retail = Table::OnlineRetail { titles: true };
    let tables: &[(Format, &Table)] = match options.format {
        Format::Auto if options.map.is_empty() => &[
            (Format::OnlineRetail, &retail),
            (Format::Interactions, &Table::Interactions),
        ],
        Format::Auto | Format::Interactions => &[(Format::Interactions, &Table::Interactions)],
        Format::OnlineRetail => &[(Format::OnlineRetail, &retail)],
        Format::Baskets | Format::Movielens => &[],
    };
    let mut whys = Vec::new();
    for &(format, table) in tables {
        match shape_for(file, table, options) {
            Ok(shape) => return Ok((format, shape, table.clone())),
            Err(why) => whys.push(why),
        }
    }
    let may_be_baskets = matches!(options.format, Format::Auto | Format::Baskets);
    if may_be_baskets && options.map.is_empty() && !file.is_parquet {
        let sure = options.format == Format::Baskets;
        match look_like_baskets(file, sure) {
            Ok(()) => {
                let shape = Shape::Ragged(Dialect::quoted(","));
                return Ok((Format::Baskets, shape, baskets(file)?));
            }
            Err(why) => whys.push(why),
        }
    }
    let (expected, advice) = match options.format {
        Format::Baskets => ("a file of baskets", "give --format auto"),
        Format::OnlineRetail => ("a table of invoice lines", "give --format auto"),
        _ => ("a table of choices", "give --format or --map"),
    };
    Err(FormatError::Refused {
        file: file.name.clone(),
        expected,
        // What the last format of tables misses tells most; baskets are only a guess.
        why: whys
            .into_iter()
            .nth(tables.len().saturating_sub(1))
            .unwrap_or_default(),
        advice,
    })
}

/// Decides the shape of a table of items or users.
pub(super) fn of_table(
    file: &Looked,
    table: &Table,
    options: &Options,
) -> Result<Shape, FormatError> {
    shape_for(file, table, options).map_err(|why| FormatError::Refused {
        file: file.name.clone(),
        expected: match table {
            Table::Users => "a table of users",
            _ => "a table of items",
        },
        why,
        advice: "check its header or give --map",
    })
}

/// Whether a file read in this shape has the columns that the table needs.
pub(super) fn check(
    file: &Looked,
    shape: Shape,
    table: &Table,
    options: &Options,
) -> Result<(), String> {
    let names = sampled_columns(file, shape).map_err(|error| error.to_string())?;
    if names.is_empty() {
        return Err("no header can be read in it".to_owned());
    }
    table.reader(&names, &options.map, options.now)?;
    check_mapped(&names, table, options)
}

/// A mapped column that is not there would silently leave a field empty.
fn check_mapped(names: &[String], table: &Table, options: &Options) -> Result<(), String> {
    let fields: &[&columns::Known] = match table {
        Table::Interactions => &columns::INTERACTION_FIELDS,
        Table::Items => &columns::ITEM_FIELDS[1..],
        _ => &[],
    };
    let columns = Columns {
        names,
        map: &[],
        map_binds: false,
    };
    let missing = options.map.iter().find(|(field, name)| {
        let is_meant = !name.is_empty() && fields.iter().any(|known| known.field == field);
        is_meant && !names.contains(name)
    });
    match missing {
        Some((field, name)) => Err(format!(
            "it has no column `{name}`, which --map names for {field} ({})",
            columns.listed()
        )),
        None => Ok(()),
    }
}

/// The shape in which a file has the columns that the table needs, or why there is none.
fn shape_for(file: &Looked, table: &Table, options: &Options) -> Result<Shape, String> {
    if file.is_parquet {
        return check(file, Shape::Parquet, table, options).map(|()| Shape::Parquet);
    }
    let first = first_line(file).map_err(|error| error.to_string())?;
    if first.starts_with('{') {
        return check(file, Shape::Ndjson, table, options).map(|()| Shape::Ndjson);
    }
    if first.starts_with('[') {
        return Err("it is a JSON list, and one object a line is wanted".to_owned());
    }
    let mut why: Option<(usize, String)> = None;
    for dialect in Dialect::LIKELY {
        match check(file, Shape::Delimited(dialect), table, options) {
            Ok(()) => return Ok(Shape::Delimited(dialect)),
            // The separator that stands most often in the header gives the telling reason.
            Err(reason) => {
                let width = first.matches(dialect.separator).count();
                if why.as_ref().is_none_or(|(widest, _)| width > *widest) {
                    why = Some((width, reason));
                }
            }
        }
    }
    Err(why.map(|(_, reason)| reason).unwrap_or_default())
}

/// The columns after a look at the first rows; none where those do not fit the shape at all.
fn sampled_columns(file: &Looked, shape: Shape) -> io::Result<Vec<String>> {
    let mut rows = Rows::open(file, shape, Arc::default())?;
    let sample = match shape {
        // A header tells, and it need not have rows.
        Shape::Delimited(_) | Shape::Ragged(_) => return Ok(rows.columns().to_vec()),
        // NDJSON names its columns as it goes.
        Shape::Ndjson | Shape::Headless(..) => SAMPLE_ROWS,
        // One row shows that the compression can be read.
        Shape::Parquet => 1,
    };
    let mut row = Row::default();
    let mut fitting = 0;
    let mut read = 0;
    while read < sample {
        match rows.next(&mut row)? {
            Step::End => break,
            Step::Row => fitting += 1,
            Step::Fault(_) => {}
        }
        read += 1;
    }
    if read > 0 && fitting == 0 {
        return Err(io::Error::other(
            "none of its first rows has the columns that it should have",
        ));
    }
    Ok(rows.columns().to_vec())
}

/// The first line that is not blank, without the space around it.
pub(super) fn first_line(file: &Looked) -> io::Result<String> {
    Ok(header(file)?.trim().to_owned())
}

/// The first line that is not blank, as it stands.
pub(super) fn header(file: &Looked) -> io::Result<String> {
    let shape = Shape::Ragged(Dialect::quoted(","));
    let mut rows = Rows::open(file, shape, Arc::default())?;
    let mut row = Row::default();
    rows.next(&mut row)?;
    Ok(row.text)
}

/// Says why the lines are no baskets; `sure` where somebody who knows says that they are.
fn look_like_baskets(file: &Looked, sure: bool) -> Result<(), String> {
    let shape = Shape::Ragged(Dialect::quoted(","));
    let mut rows = Rows::open(file, shape, Arc::default()).map_err(|error| error.to_string())?;
    let mut row = Row::default();
    let mut sample = Sample::default();
    while sample.count < SAMPLE_ROWS {
        match rows.next(&mut row).map_err(|error| error.to_string())? {
            Step::End => break,
            Step::Fault(_) => {}
            Step::Row if row.text.contains('\0') => return Err("it is not text".to_owned()),
            Step::Row => sample.add(&row),
        }
    }
    if sample.count == 0 {
        return Err("it holds no line that can be read".to_owned());
    }
    if sure {
        return Ok(());
    }
    sample.judge()
}

/// What the first lines of a file have in common.
#[derive(Debug, Default)]
struct Sample {
    count: usize,
    begin_with_names: bool,
    have_long_cells: bool,
    /// How many lines have so many cells.
    widths: HashMap<usize, usize>,
    /// In how many lines an item stands.
    lines_of: HashMap<String, usize>,
}

impl Sample {
    fn add(&mut self, row: &Row) {
        let cells = row.cells().map(str::trim);
        let mut items: Vec<&str> = cells.filter(|item| !item.is_empty()).collect();
        items.sort_unstable();
        items.dedup();
        self.begin_with_names |= self.count == 0 && columns::look_like_names(items.iter().copied());
        self.have_long_cells |= items
            .iter()
            .any(|item| item.chars().count() > MAX_ITEM_NAME_CHARS);
        *self.widths.entry(row.width()).or_default() += 1;
        for item in items {
            *self.lines_of.entry(item.to_owned()).or_default() += 1;
        }
        self.count += 1;
    }

    /// Asks for what makes baskets worth counting and what tables and prose do not have: lines of
    /// different lengths, short cells, and items that come again in other lines.
    fn judge(&self) -> Result<(), String> {
        let commonest = self.widths.values().copied().max().unwrap_or_default();
        let alone = self.widths.get(&1).copied().unwrap_or_default();
        let again = self.lines_of.values().any(|&lines| lines > 1);
        if self.begin_with_names {
            Err("its first line looks like a header".to_owned())
        } else if self.have_long_cells {
            Err("its lines look like prose".to_owned())
        } else if commonest * 5 > self.count * 4 {
            Err("nearly all its lines have the same length, as those of a table".to_owned())
        } else if alone * 2 > self.count || !again {
            Err("its lines do not look like baskets".to_owned())
        } else {
            Ok(())
        }
    }
}

/// Baskets are named by line and content, so that the same file twice names the same baskets and
/// two files never share one.
fn baskets(file: &Looked) -> Result<Table, FormatError> {
    let mut prefix = String::new();
    for byte in &file.sha256()?[..6] {
        write!(prefix, "{byte:02x}").expect("BUG: a string takes all that is written");
    }
    Ok(Table::Baskets { prefix })
}
