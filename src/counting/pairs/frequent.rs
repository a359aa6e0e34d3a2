//! Pairs of frequent items: sums of lines.
//!
//! The items stand in chunks of 512 by rank. In the tile of a chunk and a block of baskets each
//! basket has a line that says which of the chunk's items it holds, and the counts of an item
//! with all of the chunk are the sum of its baskets' lines. A tile stays in the cache next to the
//! processor while the baskets of every item are summed in it, so that nothing but the lists of
//! baskets and the sums themselves comes from further away.
//!
//! Only items from the chunk on are summed; what an item has with later chunks is the same
//! turned round.

#![expect(
    clippy::inline_always,
    reason = "what is not compiled inside the door is not compiled for its registers"
)]

use std::{num::NonZeroUsize, ops::Range};

use super::super::{
    baskets::Baskets,
    parallel,
    vectors::{Vectors, Work},
};
use super::blocks::{BLOCK, Block, Group, NOTHING, blocks};
use super::line::{GROUP, LINE, LOW, Line, add_carry, add_group, transpose};
use super::planes::Planes;
use super::ranks::Ranks;

/// How many rows are summed in one task: their sums take a few mebibytes.
const SEGMENT: usize = 16 * LINE;

type Tile = Box<[Line; BLOCK]>;

/// Ready to sum.
#[derive(Debug)]
pub(super) struct Frequent {
    blocks: Vec<Block>,
    /// Number of frequent items: the first ranks.
    len: usize,
    rooms: Vec<usize>,
    vectors: Vectors,
}

/// By rank, where the planes of an item begin within its segment; they are as many as its total
/// needs, for no pair is in more baskets.
fn rooms(baskets: &Baskets, ranks: &Ranks, frequent: usize) -> Vec<usize> {
    let bits = |item: u32| (u32::BITS - baskets.total(item).leading_zeros()) as usize;
    let planes = ranks.items()[..frequent]
        .iter()
        .map(|&item| bits(item).max(LOW));
    let mut end = 0;
    std::iter::once(0)
        .chain(planes.map(|planes| {
            end += planes;
            end
        }))
        .collect()
}

/// The counts of consecutive items with the items of one chunk.
struct Counted {
    rows: Range<usize>,
    planes: Planes,
}

/// What one thread works in.
pub(super) struct Scratch {
    tile: Tile,
    sums: Vec<Line>,
    /// By row: how many lines were summed, those that hold nothing included.
    summed: Vec<u32>,
}

impl Frequent {
    pub(super) fn new(
        baskets: &Baskets,
        ranks: &Ranks,
        len: usize,
        threads: NonZeroUsize,
        vectors: Vectors,
    ) -> Self {
        Self {
            blocks: blocks(baskets, ranks, len, threads),
            len,
            rooms: rooms(baskets, ranks, len),
            vectors,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn vectors(&self) -> Vectors {
        self.vectors
    }

    /// What is held, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum::<usize>() + self.rooms.len() * size_of::<usize>()
    }

    /// By rank, the counts of each frequent item with all of them; with itself it is no pair.
    pub(super) fn table(&self, threads: NonZeroUsize) -> Vec<Planes> {
        let chunks = self.count_chunks(threads);
        let assembled = parallel::map(
            0..chunks.len(),
            threads,
            || (),
            |(), chunk| self.assemble(&chunks, chunk),
        );
        assembled.into_iter().flatten().collect()
    }

    /// The rows of at most 512 frequent items alone, by rank in any order.
    pub(super) fn rows(&self, ranks: &[usize], scratch: &mut Scratch) -> Vec<Planes> {
        let counted: Vec<Counted> = self
            .segments(0)
            .map(|rows| self.count_segment(ranks, rows, scratch))
            .collect();
        let mut rows = empty(ranks.len(), self.len);
        self.turn(&counted, 0..self.len, &mut rows);
        rows.iter_mut().for_each(Planes::shrink);
        rows
    }

    /// More bytes than [`Frequent::table`] takes while it works.
    pub(super) fn most_of_table(&self) -> usize {
        let planes = |rank: usize| self.rooms[rank + 1] - self.rooms[rank];
        // An item has no more planes with a chunk than the rarer of the two.
        let with_later = |rank: usize| {
            let later = (rank / LINE + 1) * LINE..self.len;
            later.step_by(LINE).map(planes).sum::<usize>()
        };
        let row = |rank: usize| planes(rank) * (rank / LINE + 1) + with_later(rank);
        let lines: usize = (0..self.len).map(row).sum();
        // Half of it is held twice, before it is assembled.
        lines * size_of::<Line>() * 3 / 2
    }

    /// More bytes than one thread takes for [`Frequent::rows`].
    pub(super) fn most_of_rows(&self) -> usize {
        let lines = self.rooms.last().copied().unwrap_or(0) + LINE * u32::BITS as usize;
        BLOCK * size_of::<Line>() + 4 * lines * size_of::<Line>()
    }

    /// By chunk, its segments from its own items on.
    fn count_chunks(&self, threads: NonZeroUsize) -> Vec<Vec<Counted>> {
        let chunks = self.len.div_ceil(LINE);
        let tasks: Vec<(usize, Range<usize>)> = (0..chunks)
            .flat_map(|chunk| self.segments(chunk * LINE).map(move |rows| (chunk, rows)))
            .collect();
        let count = |scratch: &mut Scratch, (chunk, rows): &(usize, Range<usize>)| {
            let ranks: Vec<usize> = self.ranks_of(*chunk).collect();
            self.count_segment(&ranks, rows.clone(), scratch)
        };
        let counted = parallel::map(tasks.iter(), threads, Scratch::new, count);
        let mut by_chunk: Vec<Vec<Counted>> = (0..chunks).map(|_| Vec::new()).collect();
        for ((chunk, _), counted) in tasks.iter().zip(counted) {
            by_chunk[*chunk].push(counted);
        }
        by_chunk
    }

    fn ranks_of(&self, chunk: usize) -> Range<usize> {
        chunk * LINE..self.len.min((chunk + 1) * LINE)
    }

    /// The items from a rank on, in pieces.
    fn segments(&self, first: usize) -> impl Iterator<Item = Range<usize>> {
        let len = self.len;
        (first..len)
            .step_by(SEGMENT)
            .map(move |first| first..len.min(first + SEGMENT))
    }

    /// The counts of some items with those of one line.
    fn count_segment(&self, line: &[usize], rows: Range<usize>, scratch: &mut Scratch) -> Counted {
        let rooms = &self.rooms[rows.start..=rows.end];
        let room = rooms[rows.len()] - rooms[0];
        scratch
            .sums
            .resize(scratch.sums.len().max(room), Line::NONE);
        scratch.summed.clear();
        scratch.summed.resize(rows.len(), 0);
        for block in &self.blocks {
            lay_out(block, line, &mut scratch.tile);
            self.vectors.run(Sum {
                tile: &scratch.tile,
                block,
                rows: rows.clone(),
                rooms,
                sums: &mut scratch.sums,
                summed: &mut scratch.summed,
            });
        }
        let sums = |rank: usize| {
            let at = rank - rows.start;
            let from = rooms[at] - rooms[0];
            from..from + in_use(scratch.summed[at], rooms[at + 1] - rooms[at])
        };
        for (place, rank) in line
            .iter()
            .enumerate()
            .filter(|(_, rank)| rows.contains(rank))
        {
            for plane in &mut scratch.sums[sums(*rank)] {
                plane.clear(place);
            }
        }
        let mut planes = Planes::with_capacity(rows.len());
        for rank in rows.clone() {
            planes.push(&scratch.sums[sums(rank)]);
        }
        planes.shrink();
        Counted { rows, planes }
    }

    /// The rows of a chunk's items with every chunk.
    fn assemble(&self, chunks: &[Vec<Counted>], chunk: usize) -> Vec<Planes> {
        let ranks = self.ranks_of(chunk);
        let mut rows = empty(ranks.len(), self.len);
        for earlier in &chunks[..=chunk] {
            for (rank, row) in ranks.clone().zip(&mut rows) {
                row.push(counts(earlier, rank));
            }
        }
        self.turn(&chunks[chunk], ranks.end..self.len, &mut rows);
        rows.iter_mut().for_each(Planes::shrink);
        rows
    }

    /// Adds to the rows of a line's items their counts with whole chunks, which were counted the
    /// other way round.
    fn turn(&self, counted: &[Counted], others: Range<usize>, rows: &mut [Planes]) {
        let mut turned: Vec<Square> = Vec::new();
        for chunk in others.clone().step_by(LINE) {
            self.vectors.run(Turn {
                counted,
                rows: chunk..others.end.min(chunk + LINE),
                into: &mut turned,
            });
            for (place, row) in rows.iter_mut().enumerate() {
                row.push_each(turned.iter().map(|plane| plane[place]));
            }
        }
    }
}

/// Rows without counts, with room for the ends of their chunks.
fn empty(rows: usize, items: usize) -> Vec<Planes> {
    let chunks = items.div_ceil(LINE);
    (0..rows).map(|_| Planes::with_capacity(chunks)).collect()
}

impl Scratch {
    pub(super) fn new() -> Self {
        let tile = vec![Line::NONE; BLOCK].into_boxed_slice();
        Self {
            tile: tile.try_into().expect("BUG: a tile has a line a basket"),
            sums: Vec::new(),
            summed: Vec::new(),
        }
    }
}

/// Says in the line of each basket which of some items it holds.
fn lay_out(block: &Block, line: &[usize], tile: &mut Tile) {
    tile.fill(Line::NONE);
    for (place, &rank) in line.iter().enumerate() {
        for &basket in block.groups(rank).as_flattened() {
            tile[basket as usize % BLOCK].set(place);
        }
    }
    tile[NOTHING] = Line::NONE;
}

/// How many planes the sum of so many lines uses of those that there is room for.
#[inline(always)]
fn in_use(summed: u32, room: usize) -> usize {
    match summed {
        0 => 0,
        _ => room
            .min((u32::BITS - summed.leading_zeros()) as usize)
            .max(LOW),
    }
}

/// Adds to the sums of some rows the lines of their baskets in one tile.
struct Sum<'a> {
    tile: &'a [Line; BLOCK],
    block: &'a Block,
    rows: Range<usize>,
    rooms: &'a [usize],
    sums: &'a mut [Line],
    summed: &'a mut [u32],
}

impl Work for Sum<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self) {
        for (at, rank) in self.rows.enumerate() {
            let groups = self.block.groups(rank);
            if groups.is_empty() {
                continue;
            }
            let (from, room) = (
                self.rooms[at] - self.rooms[0],
                self.rooms[at + 1] - self.rooms[at],
            );
            let before = in_use(self.summed[at], room);
            self.summed[at] += (groups.len() * GROUP) as u32;
            let planes = &mut self.sums[from..from + in_use(self.summed[at], room)];
            // What stands there is of another chunk.
            planes[before..].fill(Line::NONE);
            add_lines(self.tile, groups, planes);
        }
    }
}

#[inline(always)]
fn add_lines(tile: &[Line; BLOCK], groups: &[Group], planes: &mut [Line]) {
    let (low, high) = planes
        .split_first_chunk_mut::<LOW>()
        .expect("BUG: a sum has the low planes");
    let mut sums = *low;
    for group in groups {
        let carry = add_group(&mut sums, |at| tile[group[at] as usize % BLOCK]);
        add_carry(high, carry);
    }
    *low = sums;
}

/// The planes of a row in the segments of a chunk.
fn counts(counted: &[Counted], row: usize) -> &[Line] {
    let first = counted[0].rows.start;
    let segment = &counted[(row - first) / SEGMENT];
    segment.planes.of(row - segment.rows.start)
}

/// A line for each item of a chunk.
type Square = Box<[Line; LINE]>;

fn square() -> Square {
    let lines = vec![Line::NONE; LINE].into_boxed_slice();
    lines.try_into().expect("BUG: a square is as high as wide")
}

/// Turns the counts of some rows with one chunk round: by plane a line for each of the chunk's
/// items.
struct Turn<'a> {
    counted: &'a [Counted],
    rows: Range<usize>,
    into: &'a mut Vec<Square>,
}

impl Work for Turn<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self) {
        let rows: Vec<&[Line]> = self.rows.map(|row| counts(self.counted, row)).collect();
        let most = rows.iter().map(|planes| planes.len()).max().unwrap_or(0);
        self.into.resize_with(most, square);
        let mut lines = square();
        for (plane, into) in self.into.iter_mut().enumerate() {
            lines.fill(Line::NONE);
            for (line, planes) in lines.iter_mut().zip(&rows) {
                if let Some(bits) = planes.get(plane) {
                    *line = *bits;
                }
            }
            transpose(&lines, into);
        }
    }
}
