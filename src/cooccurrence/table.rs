//! The rows of a table: filtered, ordered, a page at a time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use super::filter::{Cursor, Filter, Level, Order};
use crate::counting::{After, By, Contingency, Measure, Top};
use crate::error::AppError;
use crate::index::snapshot::{Scratch, Snapshot};

/// One pair, by the snapshot's numbers: of items, or of categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub a: u32,
    pub b: u32,
    pub together: u32,
}

/// One page of rows.
pub struct Page {
    pub pairs: Vec<Pair>,
    /// Rows that fit the filter, on all pages.
    pub total: u64,
    /// Rows on the pages before this one.
    pub before: u64,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<Cursor>,
}

/// Whether a row is before another, by the key and then the ids. The lesser comes first.
#[derive(Clone, Copy)]
struct Place {
    key: f64,
    pair: Pair,
}

impl Place {
    fn cmp_ids(&self, other: &Self) -> Ordering {
        (self.pair.a, self.pair.b).cmp(&(other.pair.a, other.pair.b))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key
            .total_cmp(&other.key)
            .then_with(|| self.cmp_ids(other))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

/// The rows that a filter lets through, over one snapshot.
pub struct Table<'a> {
    snapshot: &'a Snapshot,
    filter: &'a Filter,
    item: Option<u32>,
    other_item: Option<u32>,
    category: Option<u32>,
    other_category: Option<u32>,
}

impl<'a> Table<'a> {
    /// Refuses an item or a category that the catalog does not have.
    pub fn new(snapshot: &'a Snapshot, filter: &'a Filter) -> Result<Self, AppError> {
        let item = |id: &Option<String>| id.as_deref().map(|id| snapshot.item(id)).transpose();
        let category = |name: &Option<String>| {
            let name = name.as_deref();
            name.map(|name| snapshot.category(name)).transpose()
        };
        Ok(Self {
            item: item(&filter.item)?,
            other_item: item(&filter.other_item)?,
            category: category(&filter.category)?,
            other_category: category(&filter.other_category)?,
            snapshot,
            filter,
        })
    }

    /// The page after a cursor, or the first.
    ///
    /// Pairs of items that some baskets hold stand in every order already; for the rare ones, and
    /// for categories and single items, the rows are looked at one by one.
    pub fn page(&self, limit: u32, after: Option<Cursor>) -> Page {
        let limit = limit as usize;
        match self.ordered(limit, after) {
            Some(top) => self.page_of(top, limit),
            None => self.page_by_looking(limit, after),
        }
    }

    /// The page as the snapshot's orders have it; none where they can't tell.
    fn ordered(&self, limit: usize, after: Option<Cursor>) -> Option<Top> {
        if self.filter.level != Level::Item || self.item.is_some() {
            return None;
        }
        let falling = matches!(self.filter.order, Order::Falling(_));
        let after = after.map(|cursor| {
            let key = f64::from_bits(cursor.key);
            After {
                value: if falling { -key } else { key },
                a: cursor.a,
                b: cursor.b,
            }
        });
        let by = match self.filter.order {
            Order::Ids => By::Items,
            Order::Falling(measure) => By::Falling(measure),
            Order::Rising(measure) => By::Rising(measure),
        };
        let least = self.filter.min_together;
        let orders = self.snapshot.orders();
        orders.page(by, least, limit, after, self.category.is_none(), |a, b| {
            self.in_categories(a, b)
        })
    }

    fn page_of(&self, mut top: Top, limit: usize) -> Page {
        let more = top.pairs.len() > limit;
        top.pairs.truncate(limit);
        let pairs: Vec<Pair> = top
            .pairs
            .into_iter()
            .map(|(a, b, together)| Pair { a, b, together })
            .collect();
        let next = pairs.last().filter(|_| more).map(|last| Cursor {
            change: self.snapshot.change,
            key: self.place(*last).key.to_bits(),
            a: last.a,
            b: last.b,
        });
        Page {
            pairs,
            total: top.total,
            before: top.before,
            next,
        }
    }

    /// One pass over the pairs keeps the best rows that come after the cursor: the time grows with
    /// the table, the memory with the page.
    pub(super) fn page_by_looking(&self, limit: usize, after: Option<Cursor>) -> Page {
        let after = after.map(|cursor| Place {
            key: f64::from_bits(cursor.key),
            pair: Pair {
                a: cursor.a,
                b: cursor.b,
                together: 0,
            },
        });
        let mut total = 0;
        let mut before = 0;
        // The greatest of the kept rows is on top and goes first.
        let mut kept: BinaryHeap<Place> = BinaryHeap::with_capacity(limit + 2);
        self.each(|pair| {
            total += 1;
            let place = self.place(pair);
            if after.is_some_and(|after| place <= after) {
                before += 1;
                return;
            }
            if kept.len() <= limit || kept.peek().is_some_and(|last| place < *last) {
                kept.push(place);
                if kept.len() > limit + 1 {
                    kept.pop();
                }
            }
        });
        let places = kept.into_sorted_vec();
        let pairs = places.iter().map(|place| {
            let Pair { a, b, together } = place.pair;
            (a, b, together)
        });
        let top = Top {
            pairs: pairs.collect(),
            total,
            before,
        };
        self.page_of(top, limit)
    }

    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        let mut rows = 0;
        self.each(|_| rows += 1);
        rows
    }

    /// Hands every row to `each` in the filter's order, until it breaks off.
    ///
    /// In the order of the ids the rows come as they stand. Any other order is made in blocks: a
    /// pass over the table for each, so that memory holds two blocks and not the table.
    pub fn try_each_in_order<B>(
        &self,
        block: usize,
        mut each: impl FnMut(Pair) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if self.filter.order == Order::Ids {
            return self.try_each(each);
        }
        let mut after = None;
        loop {
            let places = self.block_after(after, block);
            for place in &places {
                each(place.pair)?;
            }
            match places.last() {
                Some(last) if places.len() == block => after = Some(*last),
                _ => return ControlFlow::Continue(()),
            }
        }
    }

    /// The next rows in order, as many as a block holds.
    fn block_after(&self, after: Option<Place>, most: usize) -> Vec<Place> {
        let mut kept: Vec<Place> = Vec::new();
        let mut bound = None;
        let keep_least = |kept: &mut Vec<Place>| {
            let (_, last, _) = kept.select_nth_unstable(most - 1);
            let last = *last;
            kept.truncate(most);
            last
        };
        self.each(|pair| {
            let place = self.place(pair);
            let is_before = after.is_some_and(|after| place <= after);
            if is_before || bound.is_some_and(|bound| place > bound) {
                return;
            }
            kept.push(place);
            if kept.len() == 2 * most {
                bound = Some(keep_least(&mut kept));
            }
        });
        if kept.len() > most {
            keep_least(&mut kept);
        }
        kept.sort_unstable();
        kept
    }

    fn place(&self, pair: Pair) -> Place {
        let key = |measure: Measure| match self.contingency(pair) {
            Some(contingency) => measure.rank_key(&contingency),
            None => f64::NEG_INFINITY,
        };
        Place {
            key: match self.filter.order {
                Order::Ids => 0.0,
                Order::Falling(measure) => -key(measure),
                Order::Rising(measure) => key(measure),
            },
            pair,
        }
    }

    /// The two-by-two table of a row; none for a category with itself, where it means nothing.
    pub fn contingency(&self, pair: Pair) -> Option<Contingency> {
        match self.filter.level {
            Level::Item => Some(self.snapshot.contingency(pair.together, pair.a, pair.b)),
            Level::Category if pair.a == pair.b => None,
            Level::Category => {
                let baskets = &self.snapshot.category_table().baskets;
                Some(Contingency::new(
                    u64::from(pair.together),
                    u64::from(baskets.total(pair.a)),
                    u64::from(baskets.total(pair.b)),
                    u64::from(baskets.len()),
                ))
            }
        }
    }

    /// Hands every row that fits to `each`, in the order of the ids.
    pub fn each(&self, mut each: impl FnMut(Pair)) {
        let all = self.try_each(|pair| {
            each(pair);
            ControlFlow::<()>::Continue(())
        });
        debug_assert!(all.is_continue());
    }

    /// The same, until `each` breaks off.
    fn try_each<B>(&self, each: impl FnMut(Pair) -> ControlFlow<B>) -> ControlFlow<B> {
        match (self.filter.level, self.item) {
            (Level::Item, Some(item)) => match self.other_item {
                Some(other) => self.try_each_of_two(item, other, each),
                None => self.try_each_with(item, each),
            },
            (Level::Item, None) => self.try_each_item_pair(each),
            (Level::Category, _) => self.try_each_category_pair(each),
        }
    }

    /// The one pair of two items, where it occurs.
    fn try_each_of_two<B>(
        &self,
        item: u32,
        other: u32,
        each: impl FnMut(Pair) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let pair = Pair {
            a: item.min(other),
            b: item.max(other),
            together: self.snapshot.together(item, other),
        };
        let occurs = item != other && self.fits(pair);
        occurs.then_some(pair).into_iter().try_for_each(each)
    }

    fn try_each_with<B>(
        &self,
        item: u32,
        each: impl FnMut(Pair) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut scratch = Scratch::default();
        let mut row = self.snapshot.row(item, &mut scratch).to_vec();
        row.sort_unstable_by_key(|(other, _)| *other);
        row.into_iter()
            .map(|(other, together)| Pair {
                a: item.min(other),
                b: item.max(other),
                together,
            })
            .filter(|pair| self.fits(*pair))
            .try_for_each(each)
    }

    fn try_each_item_pair<B>(&self, each: impl FnMut(Pair) -> ControlFlow<B>) -> ControlFlow<B> {
        self.snapshot
            .pairs()
            .iter()
            .map(|(a, b, together)| Pair { a, b, together })
            .filter(|pair| self.fits(*pair))
            .try_for_each(each)
    }

    fn fits(&self, pair: Pair) -> bool {
        pair.together >= self.filter.min_together && self.in_categories(pair.a, pair.b)
    }

    fn in_categories(&self, a: u32, b: u32) -> bool {
        self.category.is_none() || {
            let of = |item: u32| self.snapshot.facts[item as usize].category;
            self.are_categories(of(a), of(b))
        }
    }

    /// Whether two categories are those of the filter: one of them, or where it names two, both.
    fn are_categories(&self, a: Option<u32>, b: Option<u32>) -> bool {
        let one = self.category;
        match self.other_category {
            _ if one.is_none() => true,
            None => a == one || b == one,
            other => (a == one && b == other) || (a == other && b == one),
        }
    }

    /// Pairs of categories, each also with itself: there the baskets that hold two of its items.
    fn try_each_category_pair<B>(
        &self,
        mut each: impl FnMut(Pair) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let table = self.snapshot.category_table();
        let count = self.snapshot.categories.len() as u32;
        (0..count).try_for_each(|a| {
            let own = Pair {
                a,
                b: a,
                together: table.groups.baskets_with_two(a),
            };
            // Items without a category form the group past the end, which has no row.
            let others = table.pairs.row(a).filter(|(b, _)| *b < count);
            let others = others.map(|(b, together)| Pair { a, b, together });
            std::iter::once(own)
                .chain(others)
                .filter(|pair| pair.together >= self.filter.min_together)
                .filter(|pair| self.are_categories(Some(pair.a), Some(pair.b)))
                .try_for_each(&mut each)
        })
    }
}
