//! Cutting files into pieces that can be read at the same time.
//!
//! A piece begins where a row seems to: at the beginning of a line that can be read as a row. In
//! the middle of a text in quotes that can be wrong, which shows only when the piece before has
//! been read: it ends where its last row does. So every piece says where it ended and what it
//! knew then, and the next one must have begun there, knowing as much.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Result, Seek as _, SeekFrom};
use std::sync::Arc;

use parquet::file::reader::FileReader as _;

use crate::interactions::formats::Source;
use crate::interactions::formats::parquet_rows::{group_rows, open_groups};
use crate::interactions::formats::row::Row;
use crate::interactions::formats::rows::{Piece, Shape, Step};
use crate::interactions::formats::shape::SAMPLE_ROWS;
use crate::interactions::formats::source::{Current, Part};

/// A piece of Parquet has at least so many rows, if there are.
const PIECE_ROWS: u64 = 1 << 19;

/// How many lines are tried as the beginning of a piece.
const MOST_TRIES: usize = 64;

/// Cuts a file, always at the same places.
pub(super) fn cut(source: &Source, part: &Part, piece_bytes: u64) -> Result<Vec<Piece>> {
    if part.shape == Shape::Parquet {
        return cut_groups(source, part, piece_bytes.min(PIECE_ROWS));
    }
    if part.file.bytes <= piece_bytes {
        return Ok(vec![Piece::whole()]);
    }
    let mut first = open(source, part, &Piece::whole())?;
    // Below the header; NDJSON says its columns in its rows.
    let mut from = first.rows.place();
    if part.shape == Shape::Ndjson {
        let mut row = Row::default();
        for _ in 0..SAMPLE_ROWS {
            first.rows.next(&mut row)?;
        }
    }
    let columns = first.rows.columns();
    let mut pieces = vec![Piece::whole()];
    loop {
        from = from.max(start_of(&pieces) + piece_bytes);
        let start = row_start(source, part, columns, from)?;
        if start >= part.file.bytes {
            return Ok(pieces);
        }
        go_on_at(&mut pieces, start, columns);
    }
}

/// Cuts Parquet between its row groups.
fn cut_groups(source: &Source, part: &Part, piece_rows: u64) -> Result<Vec<Piece>> {
    let first = open(source, part, &Piece::whole())?;
    let groups = open_groups(File::open(&part.file.path)?, 0..u64::MAX)?;
    let mut pieces = vec![Piece::whole()];
    let mut rows = 0;
    for (group, more) in (0..).zip(group_rows(groups.metadata())) {
        if rows >= piece_rows {
            go_on_at(&mut pieces, group, first.rows.columns());
            rows = 0;
        }
        rows += more;
    }
    Ok(pieces)
}

/// Ends the last piece and begins another.
fn go_on_at(pieces: &mut Vec<Piece>, place: u64, columns: &[String]) {
    if let Some(last) = pieces.last_mut() {
        last.range.end = place;
    }
    pieces.push(Piece {
        range: place..u64::MAX,
        columns: Some(columns.to_vec()),
    });
}

fn start_of(pieces: &[Piece]) -> u64 {
    pieces.last().map_or(0, |piece| piece.range.start)
}

pub(super) fn open(source: &Source, part: &Part, piece: &Piece) -> Result<Current> {
    Current::open(
        part.clone(),
        piece,
        &source.map,
        source.now,
        &Arc::default(),
    )
}

/// The beginning of the first line after `place` that can be read as a row.
fn row_start(source: &Source, part: &Part, columns: &[String], place: u64) -> Result<u64> {
    let mut file = BufReader::new(File::open(&part.file.path)?);
    let mut start = file.seek(SeekFrom::Start(place - 1))?;
    for _ in 0..MOST_TRIES {
        start += file.skip_until(b'\n')? as u64;
        let piece = Piece {
            range: start..u64::MAX,
            columns: Some(columns.to_vec()),
        };
        let step = open(source, part, &piece)?.rows.next(&mut Row::default())?;
        if !matches!(step, Step::Fault(_)) {
            break;
        }
    }
    Ok(start)
}
