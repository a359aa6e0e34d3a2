//! Many short lists in two allocations (compressed sparse rows).
//!
//! Baskets of items, items' baskets and rows of pair counts all have this shape. A list is
//! either pushed member by member and then closed, or all lists are gathered at once from
//! (list, member) pairs by a counting sort, which takes linear time and keeps the order in
//! which members arrive. Lists never change once they are closed.

use std::{
    num::NonZeroUsize,
    ops::Range,
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
};

use super::parallel;

/// Lists numbered from 0, each a slice of one shared vector.
#[derive(Debug, Clone)]
pub(super) struct Lists<T> {
    /// Where each list starts, and at the end where the last one stops.
    starts: Vec<usize>,
    members: Vec<T>,
}

impl<T> Lists<T> {
    pub(super) fn new() -> Self {
        Self {
            starts: vec![0],
            members: Vec::new(),
        }
    }

    /// Appends to the list that is open.
    pub(super) fn push(&mut self, member: T) {
        self.members.push(member);
    }

    /// Ends the list that is open and opens the next one.
    pub(super) fn close(&mut self) {
        self.starts.push(self.members.len());
    }

    /// Gives back the room that growing took in advance.
    pub(super) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.members.shrink_to_fit();
    }

    /// Number of closed lists.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The room it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>() + self.members.capacity() * size_of::<T>()
    }

    /// One closed list; panics when there is no list of that number.
    pub(super) fn list(&self, number: usize) -> &[T] {
        &self.members[self.starts[number]..self.starts[number + 1]]
    }

    /// Every closed list, in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[T]> + Clone {
        self.starts
            .windows(2)
            .map(|bounds| &self.members[bounds[0]..bounds[1]])
    }

    /// The members of all lists, one list after the other.
    pub(super) fn members(&self) -> &[T] {
        &self.members
    }
}

/// A number that threads can put down in a shared place; that it is atomic costs nothing.
pub(super) trait Number: Copy + Send + Sync {
    type Place: Send + Sync;

    fn empty() -> Self::Place;
    fn put(self, place: &Self::Place);
    fn take(place: Self::Place) -> Self;
}

macro_rules! number {
    ($number:ty, $place:ty) => {
        impl Number for $number {
            type Place = $place;

            fn empty() -> $place {
                <$place>::new(0)
            }

            fn put(self, place: &$place) {
                place.store(self, Ordering::Relaxed);
            }

            fn take(place: $place) -> Self {
                place.into_inner()
            }
        }
    };
}

number!(u32, AtomicU32);
number!(u64, AtomicU64);

impl<T: Number> Lists<T> {
    /// Sorts (list, member) pairs into `len` lists, on as many threads as there are parts. Each
    /// part is walked twice and must be the same both times; members keep the order of the parts.
    pub(super) fn gather<I>(len: u32, parts: NonZeroUsize, part: impl Fn(usize) -> I + Sync) -> Self
    where
        I: Iterator<Item = (u32, T)>,
    {
        let counts = parallel::map(
            0..parts.get(),
            parts,
            || (),
            |(), number| {
                let mut counts = vec![0_u32; len as usize];
                for (list, _) in part(number) {
                    assert!(list < len, "BUG: number {list} where there are {len}");
                    counts[list as usize] += 1;
                }
                counts
            },
        );
        let mut starts = Vec::with_capacity(len as usize + 1);
        let mut end = 0;
        starts.push(end);
        for list in 0..len as usize {
            end += counts
                .iter()
                .map(|counts| counts[list] as usize)
                .sum::<usize>();
            starts.push(end);
        }
        // Every place is written once, by one thread.
        let members: Vec<T::Place> = (0..end).map(|_| T::empty()).collect();
        parallel::map(
            0..parts.get(),
            parts,
            || (),
            |(), number| {
                let mut next = starts[..len as usize].to_vec();
                for before in &counts[..number] {
                    next.iter_mut()
                        .zip(before)
                        .for_each(|(next, count)| *next += *count as usize);
                }
                for (list, member) in part(number) {
                    let next = &mut next[list as usize];
                    member.put(&members[*next]);
                    *next += 1;
                }
            },
        );
        Self {
            starts,
            members: members.into_iter().map(T::take).collect(),
        }
    }
}

impl Lists<u32> {
    /// The lists turned round: list `m` holds the numbers of the lists that held `m`, ascending.
    pub(super) fn transposed(&self, len: u32, threads: NonZeroUsize) -> Self {
        let ranges = self.ranges(threads);
        Self::gather(len, threads, |part| {
            let numbered = ranges[part].clone().map(|n| (n as u32, self.list(n)));
            numbered.flat_map(|(n, list)| list.iter().map(move |&m| (m, n)))
        })
    }

    /// Sorts each list and makes members that are equal one.
    pub(super) fn into_sets(mut self, threads: NonZeroUsize) -> Self {
        let ranges = self.ranges(threads);
        let mut left = self.members.as_mut_slice();
        let starts = &self.starts;
        let tasks: Vec<_> = ranges
            .into_iter()
            .map(|lists| {
                let len = starts[lists.end] - starts[lists.start];
                (
                    lists,
                    left.split_off_mut(..len)
                        .expect("BUG: lists do not overlap"),
                )
            })
            .collect();
        let are_sets = parallel::map(
            tasks.into_iter(),
            threads,
            || (),
            |(), (lists, members)| {
                let mut left = members;
                lists.fold(true, |are_sets, list| {
                    let len = starts[list + 1] - starts[list];
                    let list = left
                        .split_off_mut(..len)
                        .expect("BUG: lists do not overlap");
                    are_sets & sort(list)
                })
            },
        );
        if are_sets.into_iter().all(|are_sets| are_sets) {
            self
        } else {
            self.deduplicated()
        }
    }

    /// As many ranges of lists as there are threads, with about as many members each.
    fn ranges(&self, threads: NonZeroUsize) -> Vec<Range<usize>> {
        let border = |part: usize| {
            let members =
                (self.members.len() as u128 * part as u128 / threads.get() as u128) as usize;
            self.starts
                .partition_point(|start| *start < members)
                .min(self.len())
        };
        let mut borders: Vec<usize> = (0..threads.get()).map(border).collect();
        borders.push(self.len());
        borders.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }

    /// The lists with neighbours that are equal made one.
    fn deduplicated(&self) -> Self {
        let mut distinct = Self::new();
        for list in self.iter() {
            for run in list.chunk_by(u32::eq) {
                distinct.push(run[0]);
            }
            distinct.close();
        }
        distinct.shrink();
        distinct
    }
}

/// Sorts a list, which most often is sorted already; whether it has no two members that are equal.
fn sort(list: &mut [u32]) -> bool {
    if list.is_sorted_by(|one, next| one < next) {
        return true;
    }
    list.sort_unstable();
    list.is_sorted_by(|one, next| one < next)
}
