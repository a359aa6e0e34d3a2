//! Counts in planes, one run of planes after the other, each as many as its greatest count needs.

#![expect(
    clippy::inline_always,
    reason = "what is not compiled inside the door is not compiled for its registers"
)]

use super::super::vectors::Work;
use super::line::{self, LINE, Line, count_at, counts};

/// By how much a count changes: one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    More,
    Less,
}

/// Runs of planes, numbered from 0.
#[derive(Clone, Debug, Default)]
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

    /// Whether every count is zero.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(Line::is_none)
    }

    /// One run.
    pub(super) fn of(&self, run: usize) -> &[Line] {
        let first = if run == 0 { 0 } else { self.ends[run - 1] };
        &self.lines[first as usize..self.ends[run] as usize]
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = &[Line]> {
        (0..self.len()).map(|run| self.of(run))
    }

    /// Counts one more at a place, or one less.
    ///
    /// # Panics
    /// When it would count less than nothing.
    #[inline]
    pub(super) fn change(&mut self, place: usize, change: Change) {
        let (run, place) = (place / LINE, place % LINE);
        if run >= self.ends.len() {
            let end = self.lines.len() as u32;
            self.ends.resize(run + 1, end);
        }
        let first = if run == 0 {
            0
        } else {
            self.ends[run - 1] as usize
        };
        let end = self.ends[run] as usize;
        // What is carried or borrowed goes on for as long as it meets bits of this kind.
        let carried = change == Change::More;
        let mut planes = self.lines[first..end].iter_mut();
        if planes.any(|plane| plane.flip(place) != carried) {
            let reached_the_top = planes.as_slice().is_empty();
            if !carried && reached_the_top && self.lines[end - 1].is_none() {
                self.remove_top(run, first);
            }
        } else {
            assert!(carried, "BUG: less than nothing was counted");
            self.insert_top(run, place);
        }
    }

    /// Some bits of the planes that a change of this place begins with.
    pub(super) fn peek(&self, place: usize) -> u64 {
        let run = place / LINE;
        let first = if run == 0 {
            Some(&0)
        } else {
            self.ends.get(run - 1)
        };
        let plane = first.and_then(|first| self.lines.get(*first as usize));
        plane.map_or(0, |plane| plane.word(place % LINE))
    }

    #[cold]
    fn insert_top(&mut self, run: usize, place: usize) {
        let mut top = Line::NONE;
        top.set(place);
        self.lines.insert(self.ends[run] as usize, top);
        for end in &mut self.ends[run..] {
            *end += 1;
        }
    }

    /// Removes the highest planes, which hold nothing.
    #[cold]
    fn remove_top(&mut self, run: usize, first: usize) {
        while let end = self.ends[run] as usize
            && end > first
            && self.lines[end - 1].is_none()
        {
            self.lines.remove(end - 1);
            for end in &mut self.ends[run..] {
                *end -= 1;
            }
        }
    }

    /// The count at a place, all runs taken as one row.
    pub(super) fn get(&self, place: usize) -> u32 {
        match place / LINE {
            run if run < self.len() => count_at(self.of(run), place % LINE),
            _ => 0,
        }
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
            for (bit, plane) in planes.iter().enumerate() {
                sum += plane.ones() << bit;
            }
            present += line::present(planes).ones();
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

/// Adds the places of a row before one, ascending, with their counts: all that are not zero, and
/// none of runs that hold no count of at least `least`.
pub(super) struct Present<'a> {
    pub(super) row: &'a Planes,
    pub(super) before: usize,
    pub(super) least: u32,
    pub(super) into: &'a mut Vec<(u32, u32)>,
}

impl Work for Present<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self) {
        let mut together = [0; LINE];
        for (first, planes) in (0..self.before).step_by(LINE).zip(self.row.runs()) {
            if self.least > 1 && line::greatest(planes) < self.least {
                continue;
            }
            counts(planes, &mut together);
            line::present(planes).each_one(|place| {
                self.into.push(((first + place) as u32, together[place]));
            });
        }
        while self
            .into
            .last()
            .is_some_and(|(last, _)| *last as usize >= self.before)
        {
            self.into.pop();
        }
    }
}
