//! Many short lists in two allocations (compressed sparse rows).
//!
//! Baskets of items, items' baskets and rows of pair counts all have this shape. A list is
//! either pushed member by member and then closed, or all lists are gathered at once from
//! (list, member) pairs by a counting sort, which takes linear time and keeps the order in
//! which members arrive. Lists never change once they are closed.

/// Lists numbered from 0, each a slice of one shared vector.
#[derive(Debug)]
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

impl Lists<u32> {
    /// Sorts (list, member) pairs into `len` lists.
    pub(super) fn gather(len: u32, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; len as usize + 1];
        for (list, _) in pairs.clone() {
            assert!(list < len, "BUG: number {list} where there are {len}");
            starts[list as usize + 1] += 1;
        }
        for list in 0..len as usize {
            starts[list + 1] += starts[list];
        }
        let mut ends = starts.clone();
        let mut members = vec![0; starts[len as usize]];
        for (list, member) in pairs {
            let end = &mut ends[list as usize];
            members[*end] = member;
            *end += 1;
        }
        Self { starts, members }
    }

    /// The lists turned round: list `m` holds the numbers of the lists that held `m`, ascending.
    pub(super) fn transposed(&self, len: u32) -> Self {
        let numbered = (0..).zip(self.iter());
        Self::gather(
            len,
            numbered.flat_map(|(n, list)| list.iter().map(move |&m| (m, n))),
        )
    }

    /// The lists with neighbours that are equal made one.
    pub(super) fn deduplicated(&self) -> Self {
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
