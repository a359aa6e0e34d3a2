//! Item pairs between groups of items, and groups that are met twice in a basket.
//!
//! A basket of everything a user chose holds nearly every category, so the number of baskets
//! that hold two categories says little. How many pairs of their items share a basket says
//! more, and says it for a category with itself too. Sums are of baskets and never weighted;
//! group pairs that no basket supports take no room. Counting baskets that hold two different
//! groups is not done here: [`super::count_pairs`] does it on [`Baskets::grouped`].

use super::{baskets::Baskets, lists::Lists, tally::Tally};

/// For each pair of groups, the sum of their items' pair counts.
#[derive(Debug)]
pub struct GroupPairs {
    baskets_with_two: Vec<u32>,
    /// By group: the groups from itself on, ascending, with their item pairs.
    rows: Lists<(u32, u64)>,
}

impl GroupPairs {
    /// Number of baskets that hold at least two different items of a group.
    pub fn baskets_with_two(&self, group: u32) -> u32 {
        self.baskets_with_two[group as usize]
    }

    /// Sum over the pairs of one item of each group of the baskets that hold both; for a group
    /// with itself, over the pairs of its different items. The order does not matter.
    pub fn item_pairs(&self, group_a: u32, group_b: u32) -> u64 {
        let row = self.rows.list(group_a.min(group_b) as usize);
        row.binary_search_by_key(&group_a.max(group_b), |&(group, _)| group)
            .map_or(0, |found| row[found].1)
    }

    /// Every group pair with item pairs as (a, b, item pairs), a ≤ b, in the order of (a, b).
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u64)> {
        (0..)
            .zip(self.rows.iter())
            .flat_map(|(a, row)| row.iter().map(move |&(b, n)| (a, b, n)))
    }
}

impl Baskets {
    /// Counts item pairs within and between groups.
    ///
    /// Takes time in proportion to the pairs of groups in baskets, not to the pairs of items;
    /// room for the group pairs that occur.
    ///
    /// # Panics
    /// When `group_of_item` is not as long as there are items, or names a group out of range.
    pub fn group_pairs(&self, group_of_item: &[u32], group_count: u32) -> GroupPairs {
        let grouped = self.grouped(group_of_item, group_count);
        let sizes = self.group_sizes(group_of_item, group_count);
        let mut pairs = GroupPairs {
            baskets_with_two: Vec::with_capacity(group_count as usize),
            rows: Lists::new(),
        };
        let mut tally = Tally::default();
        tally.grow(group_count);
        for group in 0..group_count {
            let mut with_two = 0;
            for &basket in grouped.baskets_of(group) {
                let sizes = sizes.list(basket as usize);
                let from = sizes.partition_point(|&(other, _)| other < group);
                let size = sizes[from].1;
                if size > 1 {
                    with_two += 1;
                    tally.add(group, size * (size - 1) / 2);
                }
                for &(other, other_size) in &sizes[from + 1..] {
                    tally.add(other, size * other_size);
                }
            }
            pairs.baskets_with_two.push(with_two);
            tally.drain(|other, item_pairs| pairs.rows.push((other, item_pairs)));
            pairs.rows.close();
        }
        pairs.rows.shrink();
        pairs
    }

    /// By basket: its groups, ascending, with the number of the basket's items in each.
    fn group_sizes(&self, group_of_item: &[u32], group_count: u32) -> Lists<(u32, u64)> {
        let mut sizes = Lists::new();
        let mut tally = Tally::default();
        tally.grow(group_count);
        for basket in 0..self.len() {
            for &item in self.items_of(basket) {
                tally.add(group_of_item[item as usize], 1);
            }
            tally.drain(|group, size| sizes.push((group, size)));
            sizes.close();
        }
        sizes
    }
}
