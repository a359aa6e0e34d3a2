//! What each owner chose, held so that rows can come and go.

use std::sync::Arc;

use super::names::{Names, Places};
use super::snapshot::threads;
use crate::counting::{Baskets, LeftOut};

/// What each owner, a user or a basket, chose.
#[derive(Default)]
pub(super) struct Owners {
    names: Names,
    /// By the owner's number: items and how many rows brought each. Rows that came since the last
    /// settling stand at the end, unsorted.
    chosen: Vec<Vec<(u32, i32)>>,
    /// The owners that got rows since, and how many items each had.
    unsettled: Vec<(u32, usize)>,
    is_unsettled: Vec<bool>,
}

/// The choices of owners as the kernel wants them.
#[derive(Clone)]
pub(super) struct Built {
    pub(super) set: Arc<Baskets>,
    /// A sum over all pairs of owner and item: the same pairs give the same digest.
    pub(super) digest: u128,
    pub(super) left_out: LeftOut,
}

impl Owners {
    pub(super) fn add(&mut self, owner: &str, item: u32, rows: i32) {
        let number = self.names.number(owner);
        let place = number as usize;
        if place == self.chosen.len() {
            self.chosen.push(Vec::new());
            self.is_unsettled.push(false);
        }
        if !std::mem::replace(&mut self.is_unsettled[place], true) {
            self.unsettled.push((number, self.chosen[place].len()));
        }
        self.chosen[place].push((item, rows));
    }

    /// Sums up the rows of every owner that got some; `note` gets the items before and after, both
    /// ascending.
    pub(super) fn settle(&mut self, mut note: impl FnMut(&[u32], &[u32])) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (owner, settled) in self.unsettled.drain(..) {
            let chosen = &mut self.chosen[owner as usize];
            before.clear();
            before.extend(chosen[..settled].iter().map(|(item, _)| *item));
            chosen.sort_unstable();
            chosen.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            chosen.retain(|(_, rows)| {
                assert!(*rows >= 0, "BUG: a row was taken away that had not come");
                *rows > 0
            });
            chosen.shrink_to_fit();
            after.clear();
            after.extend(chosen.iter().map(|(item, _)| *item));
            note(&before, &after);
            self.is_unsettled[owner as usize] = false;
        }
    }

    /// The names of those who chose something and at most so many items, with what they chose. All
    /// rows are settled.
    pub(super) fn build(
        &mut self,
        items: &Places,
        item_names: &Names,
        most_items: usize,
    ) -> (Vec<String>, Built) {
        let chosen = &self.chosen;
        let mut left_out = LeftOut::default();
        for chosen in chosen.iter().filter(|chosen| chosen.len() > most_items) {
            left_out.baskets += 1;
            left_out.choices += chosen.len() as u64;
        }
        let owners = self
            .names
            .places(|owner| (1..=most_items).contains(&chosen[owner as usize].len()));
        let mut pairs = Vec::with_capacity(choices(chosen, &owners.numbers));
        let mut digest = 0_u128;
        for (owner, number) in (0..).zip(&owners.numbers) {
            let name = self.names.digest(*number);
            for (item, _) in &chosen[*number as usize] {
                pairs.push((owner, items.place[*item as usize]));
                digest = digest.wrapping_add(mix(name, item_names.digest(*item)));
            }
        }
        let (item_count, owner_count) = (items.names.len() as u32, owners.names.len() as u32);
        let set = Arc::new(Baskets::from_pairs(
            item_count,
            owner_count,
            pairs,
            threads(),
        ));
        (
            owners.names,
            Built {
                set,
                digest,
                left_out,
            },
        )
    }
}

/// How many items some owners chose.
fn choices(chosen: &[Vec<(u32, i32)>], owners: &[u32]) -> usize {
    owners
        .iter()
        .map(|owner| chosen[*owner as usize].len())
        .sum()
}

/// One number for a pair; the finisher is that of splitmix64, on both halves.
fn mix(owner: u128, item: u128) -> u128 {
    let both = owner.rotate_left(43) ^ item;
    let half = |mut bits: u64| {
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    };
    let (low, high) = (half(both as u64), half((both >> 64) as u64));
    (u128::from(half(high.wrapping_add(low))) << 64) | u128::from(half(low ^ high.rotate_left(7)))
}
