//! The choices of files as dense numbers, read by all processors at once: all that a count wants.
//!
//! [`Source::choices`] says of the same files exactly what a walk over [`Source::records`] would
//! say, many times as fast. Files are cut into pieces; each thread takes one piece after the other
//! and keeps numbers of its own for the ids it meets, which are brought together at the end. Rows
//! that are plainly taken are read straight from the file's bytes (`plain`), all others by the
//! same readers as for an import, so that there is one set of rules. Should a piece turn out to
//! have begun in the middle of a row, everything is read again, each file in one piece.
//!
//! Eight bytes are held for each interaction. Nothing is kept of items and users but their ids;
//! a description that would name an item is not read, and so is never at fault.

mod columns;
mod ids;
mod pieces;

use std::collections::VecDeque;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::ids::Ids;
use super::plain::{Id, Wanted};
use super::row::Row;
use super::rows::{Piece, Shape};
use super::source::{Current, Part, Table};
use super::{ReadError, Record, Source};
use crate::interactions::types::{BasketRule, Interaction, Quarantined};

/// The size of a piece: small enough that threads finish together.
const PIECE_BYTES: u64 = 1 << 22;

/// How many of the rows that are left out are told.
const TOLD: usize = 5;

/// Who chose what.
#[derive(Debug)]
pub struct Choices {
    /// In the order of their bytes; the place of one is its number.
    pub items: Vec<String>,
    /// How many baskets, or users whose histories are baskets, there are.
    pub owner_count: u32,
    /// The owner and the item of every interaction, in any order. Each owner has at least one.
    pub pairs: Vec<(u32, u32)>,
    /// Rows that could not be taken, or stand in no basket.
    pub left_out: u64,
    /// Why, of those among the first five for which there is a reason.
    pub told: Vec<Quarantined>,
}

impl Source {
    /// Reads all choices, on at most so many threads.
    pub fn choices(&self, threads: NonZeroUsize) -> Result<Choices, ReadError> {
        self.choices_in(PIECE_BYTES, threads)
    }

    /// As [`Source::choices`], in pieces of about so many bytes.
    pub(super) fn choices_in(
        &self,
        piece_bytes: u64,
        threads: NonZeroUsize,
    ) -> Result<Choices, ReadError> {
        let parts: Vec<Part> = self.parts.iter().map(without_titles).collect();
        let mut jobs = Vec::new();
        for part in &parts {
            let pieces = pieces::cut(self, part, piece_bytes).map_err(|source| ReadError {
                file: part.file.name.clone(),
                line: 0,
                source,
            })?;
            jobs.extend(pieces.into_iter().map(|piece| Job { part, piece }));
        }
        let mut gathered = gather(self, &jobs, threads);
        if !fit(&jobs, &ends(&gathered)) {
            let whole = |part| Job {
                part,
                piece: Piece::whole(),
            };
            jobs = parts.iter().map(whole).collect();
            gathered = gather(self, &jobs, threads);
        }
        let (left_out, told) = left_out(&jobs, &ends(&gathered))?;
        let (items, owner_count, pairs) = bring_together(gathered);
        Ok(Choices {
            items,
            owner_count,
            pairs,
            left_out,
            told,
        })
    }
}

fn without_titles(part: &Part) -> Part {
    let mut part = part.clone();
    if let Table::OnlineRetail { titles } = &mut part.table {
        *titles = false;
    }
    part
}

/// A piece that is to be read.
#[derive(Debug)]
struct Job<'a> {
    part: &'a Part,
    piece: Piece,
}

/// What one thread has read.
#[derive(Debug, Default)]
struct Gathered {
    items: Ids,
    owners: Ids,
    pairs: Vec<(u32, u32)>,
    ends: Vec<End>,
}

/// Where a piece ended, and what was left out on the way.
#[derive(Debug, Default)]
struct End {
    /// The number of the job.
    job: usize,
    place: u64,
    columns: Vec<String>,
    lines: u64,
    left_out: u64,
    /// The first that were left out; nothing is said of a row that stands in no basket.
    first: Vec<Option<Quarantined>>,
    error: Option<io::Error>,
}

/// Reads all pieces, each by the next thread that is free.
fn gather(source: &Source, jobs: &[Job<'_>], threads: NonZeroUsize) -> Vec<Gathered> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut gathered = Gathered::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number) else {
                return gathered;
            };
            let mut end = End {
                job: number,
                ..End::default()
            };
            end.error = gathered.read(source, job, &mut end).err();
            gathered.ends.push(end);
        }
    };
    thread::scope(|scope| {
        let threads = threads.get().min(jobs.len());
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let finished = workers.into_iter().map(thread::ScopedJoinHandle::join);
        finished
            .map(|gathered| gathered.expect("BUG: a reading thread panicked"))
            .collect()
    })
}

/// Where the pieces ended, in their order.
fn ends(gathered: &[Gathered]) -> Vec<&End> {
    let mut ends: Vec<&End> = gathered.iter().flat_map(|one| &one.ends).collect();
    ends.sort_unstable_by_key(|end| end.job);
    ends
}

/// Whether each piece began where the one before ended, knowing as much.
fn fit(jobs: &[Job<'_>], ends: &[&End]) -> bool {
    jobs.iter().skip(1).zip(ends).all(|(job, before)| {
        let Some(columns) = &job.piece.columns else {
            return true;
        };
        before.error.is_some()
            || (before.place == job.piece.range.start && before.columns == *columns)
    })
}

/// Counts what was left out of all pieces, or gives the first error. Only now is it known on which
/// line of its file a piece began.
fn left_out(jobs: &[Job<'_>], ends: &[&End]) -> Result<(u64, Vec<Quarantined>), ReadError> {
    let mut left_out = 0;
    let mut first: Vec<Option<Quarantined>> = Vec::new();
    let mut lines_before = 0;
    for (job, end) in jobs.iter().zip(ends) {
        if job.piece.columns.is_none() {
            lines_before = 0;
        }
        if let Some(error) = &end.error {
            return Err(ReadError {
                file: job.part.file.name.clone(),
                line: lines_before + end.lines,
                source: io::Error::new(error.kind(), error.to_string()),
            });
        }
        left_out += end.left_out;
        let in_file = end.first.iter().cloned().map(|row| {
            let in_piece = row?;
            Some(Quarantined {
                line: lines_before + in_piece.line,
                ..in_piece
            })
        });
        first.extend(in_file);
        lines_before += end.lines;
    }
    first.truncate(TOLD);
    Ok((left_out, first.into_iter().flatten().collect()))
}

impl Gathered {
    fn read(&mut self, source: &Source, job: &Job<'_>, end: &mut End) -> io::Result<()> {
        let mut current = pieces::open(source, job.part, &job.piece)?;
        let wanted = current.plain(source.basket_rule);
        let by_columns = wanted
            .as_ref()
            .and_then(|wanted| self.read_columns(job, wanted));
        match by_columns {
            Some(rows) => end.lines = rows,
            None => self.read_rows(source, &mut current, wanted, end)?,
        }
        end.place = current.rows.place();
        end.columns = current.rows.columns().to_vec();
        Ok(())
    }

    /// Reads a piece of Parquet by its columns and says how many rows it has; none where that does
    /// not do, and nothing is read.
    fn read_columns(&mut self, job: &Job<'_>, wanted: &Wanted) -> Option<u64> {
        if job.part.shape != Shape::Parquet {
            return None;
        }
        let (owners, items) = (self.owners.len(), self.items.len());
        let pairs = self.pairs.len();
        let read = columns::read(&job.part.file, job.piece.range.clone(), wanted, self);
        if read.is_none() {
            self.owners.truncate(owners);
            self.items.truncate(items);
            self.pairs.truncate(pairs);
        }
        read
    }

    fn read_rows(
        &mut self,
        source: &Source,
        current: &mut Current,
        wanted: Option<Wanted>,
        end: &mut End,
    ) -> io::Result<()> {
        let mut plain = wanted.and_then(|wanted| current.rows.plain(wanted));
        let mut row = Row::default();
        let mut records = VecDeque::new();
        loop {
            if let Some(plain) = &mut plain {
                current.rows.take_plain(plain, |owner, item| {
                    let pair = (self.owners.number(owner), self.items.number(item));
                    self.pairs.push(pair);
                });
            }
            let going_on = current.advance(&mut row, &source.map, source.now, &mut records);
            end.lines = current.rows.line();
            if !going_on? {
                return Ok(());
            }
            for record in records.drain(..) {
                self.take(record, source.basket_rule, end);
            }
        }
    }

    fn take(&mut self, record: Record, rule: BasketRule, end: &mut End) {
        match record {
            Record::Interaction(choice) => match owner(&choice, rule) {
                Some(owner) => {
                    let owner = self.owners.number(Id::of(owner));
                    let item = self.items.number(Id::of(&choice.item_id));
                    self.pairs.push((owner, item));
                }
                None => end.leave_out(None),
            },
            Record::Quarantined(row) => end.leave_out(Some(row)),
            Record::Item(_) | Record::User(_) | Record::Skipped(_) => {}
        }
    }
}

impl End {
    fn leave_out(&mut self, row: Option<Quarantined>) {
        self.left_out += 1;
        if self.first.len() < TOLD {
            self.first.push(row);
        }
    }
}

fn owner(choice: &Interaction, rule: BasketRule) -> Option<&str> {
    match rule {
        BasketRule::User => choice.user_id.as_deref(),
        BasketRule::Basket => choice.basket_id.as_deref(),
        BasketRule::UserWindow => unreachable!("BUG: no file asks for windows"),
    }
}

/// Gives every id one number, and every pair the numbers that hold for all.
fn bring_together(gathered: Vec<Gathered>) -> (Vec<String>, u32, Vec<(u32, u32)>) {
    let (mut items, mut owners) = (Ids::default(), Ids::default());
    let mut parts: Vec<_> = gathered
        .into_iter()
        .map(|one| {
            let owners = owners.absorb(one.owners);
            (owners, items.absorb(one.items), one.pairs)
        })
        .collect();
    let owner_count = owners.len() as u32;
    let (items, places) = items.sorted();
    thread::scope(|scope| {
        for (owners, numbers, pairs) in &mut parts {
            let places = &places;
            scope.spawn(move || {
                for number in numbers.iter_mut() {
                    *number = places[*number as usize];
                }
                for (owner, item) in pairs {
                    *owner = owners[*owner as usize];
                    *item = numbers[*item as usize];
                }
            });
        }
    });
    let mut parts = parts.into_iter().map(|(_, _, pairs)| pairs);
    let mut pairs = parts.next().unwrap_or_default();
    for mut more in parts {
        pairs.append(&mut more);
    }
    (items, owner_count, pairs)
}
