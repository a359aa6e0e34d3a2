//! The heat map's figures: what stands on its axes, and what in each cell. Pure.
//!
//! Categories are compared by baskets that hold both, or by the pairs of their items; a basket of
//! everything a user chose holds nearly every category, so that there only the pairs tell them
//! apart. The most chosen items are compared by baskets. A cell off the diagonal has the same
//! two-by-two table, and so the same figures, as its row in the table of pairs.

use super::cell::{Arrange, Figure, OfPairs};
use super::filter::Level;
use crate::counting::{Contingency, Measure};
use crate::index::snapshot::Snapshot;

/// Item pairs that can be told from a coincidence.
const PAIRS_TO_TELL: u64 = 30;
/// Baskets with both that can be.
const BASKETS_TO_TELL: u64 = 10;
/// Where chance would have so many baskets hold both, none that does is no coincidence: it would
/// happen once in fifty times.
const EXPECTED_TO_TELL: f64 = 4.0;

/// What a grid shows.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub level: Level,
    pub figure: Figure,
    pub arrange: Arrange,
    /// The most rows, and columns.
    pub most: usize,
    /// At item level: rows of this category alone.
    pub rows_of: Option<u32>,
    /// And columns of this one; as the rows where none is given.
    pub columns_of: Option<u32>,
}

/// One row or column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub number: u32,
    /// The item's id, or the category.
    pub id: String,
    pub title: String,
    /// How often something of it was chosen.
    pub choices: u64,
}

#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Baskets that hold both, or item pairs.
    pub together: u64,
    /// What chance would have; none on the diagonal of baskets.
    pub expected: Option<f64>,
    /// The figure shown; none where it has no meaning.
    pub value: Option<f64>,
    /// Absent for a thing with itself, and for item pairs.
    pub contingency: Option<Contingency>,
}

pub struct Grid {
    pub rows: Vec<Head>,
    pub columns: Vec<Head>,
    pub cells: Vec<Vec<Cell>>,
    /// Categories or items that found no room.
    pub left_out: usize,
}

/// Two that are chosen together more, or less, than chance would have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    pub row: usize,
    pub column: usize,
    pub lift: f64,
    pub together: u64,
}

impl Cell {
    pub fn lift(&self) -> Option<f64> {
        let expected = self.expected.filter(|expected| *expected > 0.0)?;
        match self.contingency {
            Some(contingency) => Some(contingency.lift()),
            None => Some(self.together as f64 / expected),
        }
    }

    fn is_more_than_chance(&self) -> bool {
        match self.contingency {
            Some(pair) => {
                self.together >= BASKETS_TO_TELL
                    && pair.lift_interval().is_some_and(|lift| lift.low > 1.0)
            }
            None => self.together >= PAIRS_TO_TELL && self.lift().is_some_and(|lift| lift > 1.0),
        }
    }

    fn is_less_than_chance(&self) -> bool {
        let is_expected = self.expected.is_some_and(|least| least >= EXPECTED_TO_TELL);
        match self.contingency {
            Some(pair) if self.together > 0 => {
                is_expected && pair.lift_interval().is_some_and(|lift| lift.high < 1.0)
            }
            _ => is_expected && self.lift().is_some_and(|lift| lift < 1.0),
        }
    }
}

impl Grid {
    pub fn new(snapshot: &Snapshot, wanted: Wanted) -> Self {
        let categories;
        let figures: &dyn Figures = match wanted.level {
            Level::Item => &OfItems(snapshot),
            Level::Category => {
                categories = OfCategories::new(snapshot);
                &categories
            }
        };
        let all = figures.axis(wanted.rows_of);
        let left_out = all.len().saturating_sub(wanted.most);
        let shortened = |mut heads: Vec<Head>| {
            heads.truncate(wanted.most);
            heads
        };
        let mut rows = shortened(all);
        let columns = match wanted.columns_of {
            Some(category) => shortened(figures.axis(Some(category))),
            None => {
                if wanted.arrange == Arrange::Alike {
                    rows = alike(rows, |a, b| {
                        figures.cell(a, b, wanted.figure).lift().unwrap_or(0.0)
                    });
                }
                rows.clone()
            }
        };
        let cells = rows.iter().map(|row| {
            let cell = |column: &Head| figures.cell(row.number, column.number, wanted.figure);
            columns.iter().map(cell).collect()
        });
        Self {
            cells: cells.collect(),
            rows,
            columns,
            left_out,
        }
    }

    /// The two that are together most, and least, against chance.
    pub fn findings(&self) -> (Option<Finding>, Option<Finding>) {
        let mut most: Option<Finding> = None;
        let mut least: Option<Finding> = None;
        for (row, cells) in self.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if self.rows[row].id == self.columns[column].id {
                    continue;
                }
                let Some(lift) = cell.lift() else { continue };
                let finding = Finding {
                    row,
                    column,
                    lift,
                    together: cell.together,
                };
                if cell.is_more_than_chance() && most.is_none_or(|most| lift > most.lift) {
                    most = Some(finding);
                }
                if cell.is_less_than_chance() && least.is_none_or(|least| lift < least.lift) {
                    least = Some(finding);
                }
            }
        }
        (most, least)
    }
}

/// Puts each beside the one it is most alike of those left, from the largest on.
fn alike(mut heads: Vec<Head>, lift: impl Fn(u32, u32) -> f64) -> Vec<Head> {
    if heads.is_empty() {
        return heads;
    }
    let mut arranged = vec![heads.remove(0)];
    while !heads.is_empty() {
        let last = arranged[arranged.len() - 1].number;
        // The first of equals, which is the larger one.
        let nearest = (0..heads.len()).rev().max_by(|x, y| {
            let near = |at: usize| lift(last, heads[at].number);
            near(*x).total_cmp(&near(*y))
        });
        arranged.push(heads.remove(nearest.unwrap_or(0)));
    }
    arranged
}

trait Figures {
    /// What may stand on an axis, the most chosen first.
    fn axis(&self, category: Option<u32>) -> Vec<Head>;
    fn cell(&self, a: u32, b: u32, figure: Figure) -> Cell;
}

struct OfItems<'a>(&'a Snapshot);

impl Figures for OfItems<'_> {
    fn axis(&self, category: Option<u32>) -> Vec<Head> {
        let snapshot = self.0;
        let head = |item: u32| Head {
            number: item,
            id: snapshot.items[item as usize].id.clone(),
            title: snapshot.items[item as usize].title.clone(),
            choices: u64::from(snapshot.baskets.total(item)),
        };
        let items = snapshot.most_chosen.iter().copied();
        items
            .filter(|item| snapshot.baskets.total(*item) > 0)
            .filter(|item| {
                category.is_none() || snapshot.items[*item as usize].category == category
            })
            .map(head)
            .collect()
    }

    fn cell(&self, a: u32, b: u32, figure: Figure) -> Cell {
        if a == b {
            return Cell::alone(u64::from(self.0.baskets.total(a)));
        }
        let together = self.0.together(a, b);
        Cell::of_baskets(self.0.contingency(together, a, b), together, figure)
    }
}

struct OfCategories<'a> {
    snapshot: &'a Snapshot,
    /// By category: choices of its items.
    choices: Vec<u64>,
    /// By category: item pairs that have an item of it.
    item_pairs: Vec<u64>,
    /// By category: items in item pairs; a pair inside the category has two.
    ends: Vec<f64>,
    /// All items in item pairs, two in each.
    all_ends: f64,
}

impl<'a> OfCategories<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        // Items without a category form the group past the end.
        let none = snapshot.categories.len();
        let mut choices = vec![0; none + 1];
        for (item, category) in (0..).zip(snapshot.items.iter().map(|item| item.category)) {
            let category = category.map_or(none, |category| category as usize);
            choices[category] += u64::from(snapshot.baskets.total(item));
        }
        let mut item_pairs = vec![0; none + 1];
        let mut ends = vec![0.0; none + 1];
        for (a, b, pairs) in snapshot.category_table().groups.iter() {
            let (a, b) = (a as usize, b as usize);
            item_pairs[a] += pairs;
            ends[a] += pairs as f64;
            ends[b] += pairs as f64;
            if a != b {
                item_pairs[b] += pairs;
            }
        }
        Self {
            snapshot,
            choices,
            item_pairs,
            all_ends: ends.iter().sum(),
            ends,
        }
    }

    /// The item pairs that chance would have between two categories, had all item pairs been
    /// taken apart and their items put together anew. Independent choices are no measure here:
    /// who chose much makes every category go with every other.
    fn expected_pairs(&self, a: u32, b: u32) -> f64 {
        if self.all_ends == 0.0 {
            return 0.0;
        }
        let ends = self.ends[a as usize] * self.ends[b as usize];
        let ways = if a == b { 2.0 } else { 1.0 };
        ends / self.all_ends / ways
    }

    fn cell_of_pairs(&self, a: u32, b: u32, of: OfPairs) -> Cell {
        let pairs = self.snapshot.category_table().groups.item_pairs(a, b);
        let expected = self.expected_pairs(a, b);
        let all = self.item_pairs[a as usize];
        Cell {
            together: pairs,
            expected: Some(expected),
            value: match of {
                OfPairs::Together => Some(pairs as f64),
                OfPairs::Share => (all > 0).then(|| pairs as f64 / all as f64),
                OfPairs::Lift => (expected > 0.0).then(|| pairs as f64 / expected),
            },
            contingency: None,
        }
    }
}

impl Figures for OfCategories<'_> {
    fn axis(&self, _: Option<u32>) -> Vec<Head> {
        let names = (0..).zip(&self.snapshot.categories);
        let mut heads: Vec<Head> = names
            .map(|(number, name)| Head {
                number,
                id: name.clone(),
                title: name.clone(),
                choices: self.choices[number as usize],
            })
            .filter(|head| head.choices > 0)
            .collect();
        heads.sort_by_key(|head| (std::cmp::Reverse(head.choices), head.number));
        heads
    }

    fn cell(&self, a: u32, b: u32, figure: Figure) -> Cell {
        if let Figure::Pairs(of) = figure {
            return self.cell_of_pairs(a, b, of);
        }
        let table = self.snapshot.category_table();
        if a == b {
            let together = u64::from(table.groups.baskets_with_two(a));
            let shown = figure == Figure::Baskets(Measure::Together);
            return Cell {
                value: shown.then_some(together as f64),
                ..Cell::alone(together)
            };
        }
        let together = table.pairs.get(a, b);
        let [of_a, of_b, all] = [
            table.baskets.total(a),
            table.baskets.total(b),
            table.baskets.len(),
        ]
        .map(u64::from);
        let contingency = Contingency::new(u64::from(together), of_a, of_b, all);
        Cell::of_baskets(contingency, together, figure)
    }
}

impl Cell {
    /// A thing with itself.
    fn alone(together: u64) -> Self {
        Self {
            together,
            expected: None,
            value: None,
            contingency: None,
        }
    }

    fn of_baskets(contingency: Contingency, together: u32, figure: Figure) -> Self {
        let value = match figure {
            Figure::Baskets(measure) => Some(measure.rank_key(&contingency)),
            Figure::Pairs(_) => None,
        };
        Self {
            together: u64::from(together),
            expected: Some(contingency.expected()),
            value,
            contingency: Some(contingency),
        }
    }
}
