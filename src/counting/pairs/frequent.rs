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

/// By rank, the counts of each frequent item with all of them; with itself it is no pair.
pub(super) fn count(
    baskets: &Baskets,
    ranks: &Ranks,
    frequent: usize,
    threads: NonZeroUsize,
    vectors: Vectors,
) -> Vec<Planes> {
    let blocks = blocks(baskets, ranks, frequent, threads);
    let plan = Plan {
        blocks: &blocks,
        frequent,
        rooms: rooms(baskets, ranks, frequent),
        vectors,
    };
    let chunks = plan.count_chunks(threads);
    let finished = parallel::map(
        0..chunks.len(),
        threads,
        || (),
        |(), chunk| assemble(&chunks, chunk, frequent, vectors),
    );
    finished.into_iter().flatten().collect()
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

struct Plan<'a> {
    blocks: &'a [Block],
    frequent: usize,
    rooms: Vec<usize>,
    vectors: Vectors,
}

/// The counts of consecutive items with the items of one chunk.
struct Counted {
    rows: Range<usize>,
    planes: Planes,
}

/// What one thread works in.
struct Scratch {
    tile: Tile,
    sums: Vec<Line>,
    /// By row: how many lines were summed, those that hold nothing included.
    summed: Vec<u32>,
}

impl Plan<'_> {
    /// By chunk, its segments.
    fn count_chunks(&self, threads: NonZeroUsize) -> Vec<Vec<Counted>> {
        let chunks = self.frequent.div_ceil(LINE);
        let tasks: Vec<(usize, Range<usize>)> = (0..chunks)
            .flat_map(|chunk| self.segments(chunk).map(move |rows| (chunk, rows)))
            .collect();
        let count = |scratch: &mut Scratch, (chunk, rows): &(usize, Range<usize>)| {
            self.count_segment(*chunk, rows.clone(), scratch)
        };
        let counted = parallel::map(tasks.iter(), threads, Scratch::new, count);
        let mut by_chunk: Vec<Vec<Counted>> = (0..chunks).map(|_| Vec::new()).collect();
        for ((chunk, _), counted) in tasks.iter().zip(counted) {
            by_chunk[*chunk].push(counted);
        }
        by_chunk
    }

    /// The rows of a chunk, in pieces.
    fn segments(&self, chunk: usize) -> impl Iterator<Item = Range<usize>> {
        let frequent = self.frequent;
        (chunk * LINE..frequent)
            .step_by(SEGMENT)
            .map(move |first| first..frequent.min(first + SEGMENT))
    }

    fn count_segment(&self, chunk: usize, rows: Range<usize>, scratch: &mut Scratch) -> Counted {
        let rooms = &self.rooms[rows.start..=rows.end];
        let room = rooms[rows.len()] - rooms[0];
        scratch
            .sums
            .resize(scratch.sums.len().max(room), Line::NONE);
        scratch.summed.clear();
        scratch.summed.resize(rows.len(), 0);
        for block in self.blocks {
            lay_out(block, chunk, self.frequent, &mut scratch.tile);
            self.vectors.run(Sum {
                tile: &scratch.tile,
                block,
                rows: rows.clone(),
                rooms,
                sums: &mut scratch.sums,
                summed: &mut scratch.summed,
            });
        }
        let mut planes = Planes::with_capacity(rows.len());
        for (at, rank) in rows.clone().enumerate() {
            let from = rooms[at] - rooms[0];
            let used = in_use(scratch.summed[at], rooms[at + 1] - rooms[at]);
            let sums = &mut scratch.sums[from..from + used];
            if rank / LINE == chunk {
                for plane in &mut *sums {
                    plane.clear(rank % LINE);
                }
            }
            planes.push(sums);
        }
        planes.shrink();
        Counted { rows, planes }
    }
}

impl Scratch {
    fn new() -> Self {
        let tile = vec![Line::NONE; BLOCK].into_boxed_slice();
        Self {
            tile: tile.try_into().expect("BUG: a tile has a line a basket"),
            sums: Vec::new(),
            summed: Vec::new(),
        }
    }
}

/// Says in the line of each basket which items of the chunk it holds.
fn lay_out(block: &Block, chunk: usize, frequent: usize, tile: &mut Tile) {
    tile.fill(Line::NONE);
    let first = chunk * LINE;
    for rank in first..frequent.min(first + LINE) {
        for &basket in block.groups(rank).as_flattened() {
            tile[basket as usize % BLOCK].set(rank - first);
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

/// The rows of a chunk's items with every chunk.
fn assemble(
    chunks: &[Vec<Counted>],
    chunk: usize,
    frequent: usize,
    vectors: Vectors,
) -> Vec<Planes> {
    let first = chunk * LINE;
    let rows = first..frequent.min(first + LINE);
    let mut assembled: Vec<Planes> = rows
        .clone()
        .map(|_| Planes::with_capacity(chunks.len()))
        .collect();
    for other in &chunks[..=chunk] {
        for (row, assembled) in rows.clone().zip(&mut assembled) {
            assembled.push(counts(other, row));
        }
    }
    let mut turned: Vec<Square> = Vec::new();
    for later in chunk + 1..chunks.len() {
        vectors.run(Turn {
            counted: &chunks[chunk],
            rows: later * LINE..frequent.min((later + 1) * LINE),
            into: &mut turned,
        });
        for (place, assembled) in assembled.iter_mut().enumerate() {
            assembled.push_each(turned.iter().map(|plane| plane[place]));
        }
    }
    assembled.iter_mut().for_each(Planes::shrink);
    assembled
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
