//! Counts in planes, one run of planes after the other, each as many as its greatest count needs.

#![expect(
    clippy::inline_always,
    reason = "what is not compiled inside the door is not compiled for its registers"
)]

use super::super::vectors::Work;
use super::line::{LINE, Line, count_at, counts};

/// Runs of planes, numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Planes {
    /// Where each run ends.
    ends: Vec<u32>,
    lines: Vec<Line>,
}

impl Planes {
    pub(super) fn with_capacity(runs: usize) -> Self {
        Self {
            ends: Vec::with_capacity(runs),
            lines: Vec::new(),
        }
    }

    /// Adds a run, without the highest planes that hold nothing.
    pub(super) fn push(&mut self, planes: &[Line]) {
        self.push_each(planes.iter().copied());
    }

    pub(super) fn push_each(&mut self, planes: impl Iterator<Item = Line>) {
        let first = self.ends.last().map_or(0, |end| *end as usize);
        self.lines.extend(planes);
        while self.lines.len() > first && self.lines.last().is_some_and(Line::is_none) {
            self.lines.pop();
        }
        self.ends.push(self.lines.len() as u32);
    }

    pub(super) fn shrink(&mut self) {
        self.lines.shrink_to_fit();
    }

    /// Number of runs.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One run.
    pub(super) fn of(&self, run: usize) -> &[Line] {
        let first = if run == 0 { 0 } else { self.ends[run - 1] };
        &self.lines[first as usize..self.ends[run] as usize]
    }

    fn runs(&self) -> impl Iterator<Item = &[Line]> {
        (0..self.len()).map(|run| self.of(run))
    }

    /// The count at a place, all runs taken as one row.
    pub(super) fn get(&self, place: usize) -> u32 {
        count_at(self.of(place / LINE), place % LINE)
    }
}

/// How many counts of some rows are not zero, and their sum.
pub(super) struct Sums<'a>(pub(super) &'a [Planes]);

impl Work for Sums<'_> {
    type Answer = (u64, u64);

    #[inline(always)]
    fn run(self) -> (u64, u64) {
        let (mut present, mut sum) = (0, 0);
        for planes in self.0.iter().flat_map(Planes::runs) {
            let mut any = Line::NONE;
            for (bit, plane) in planes.iter().enumerate() {
                any = any.or(plane);
                sum += plane.ones() << bit;
            }
            present += any.ones();
        }
        (present, sum)
    }
}

/// Makes numbers of the planes of a row, line by line.
pub(super) struct Expand<'a> {
    pub(super) row: &'a Planes,
    pub(super) into: &'a mut [[u32; LINE]],
}

impl Work for Expand<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self) {
        for (planes, into) in self.row.runs().zip(self.into) {
            counts(planes, into);
        }
    }
}
