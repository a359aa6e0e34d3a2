//! A year of orders: who, when, what.
//!
//! Most orders belong to a week of the calendar and a day of the week, so that seasons and
//! week-ends are where they belong whatever day it is today; new items are ordered so and so long
//! before today. What stands in an order depends on neither: every figure but the dates is the
//! same on every day.

use super::items::Shelves;
use super::people::{Person, TASTES, USERS, people};
use super::planted::{COINCIDENT, EITHER, PLANTED};
use crate::chance::{Chance, Weights};

/// How many rows the orders make: an item in an order is one.
pub const INTERACTIONS: usize = 200_000;
/// Weeks of the year that an order may belong to.
pub(super) const WEEKS: u32 = 52;

const SEED: u64 = 2_026;
/// The most different items of an order.
const MOST: usize = 12;
/// Of a thousand items in orders, how many come from the tastes of whoever orders.
const BY_TASTE: u32 = 720;
/// Of a thousand, how often somebody who wants either of two things takes only one.
const ONLY_ONE: u32 = 950;
/// Orders of new items, and the days before today in which they fall.
const NEW_ORDERS: u32 = 96;
const NEW_DAYS: u32 = 24;

/// How often an order has one, two, three … items that somebody came for; 3.9 in the mean, and as
/// even as chance alone would make it, so that size itself makes no pair look associated.
const SIZES: [u64; 11] = [50, 149, 224, 224, 168, 101, 50, 22, 8, 3, 1];
const WEEKDAYS: [u64; 7] = [10, 9, 10, 11, 14, 20, 16];
const HOURS: [u64; 24] = [
    2, 1, 0, 0, 0, 1, 3, 6, 9, 12, 14, 14, 15, 13, 12, 12, 13, 15, 18, 22, 24, 20, 12, 6,
];

/// By category, in the order of `items.txt`: how much everybody buys of it, and what each taste
/// adds: trails, wheels and water, a garden, a hearth, making things, a family.
const CATEGORIES: [(u64, [u64; TASTES]); 15] = [
    (9, [40, 12, 0, 0, 0, 4]),
    (9, [50, 4, 0, 0, 0, 0]),
    (9, [0, 50, 0, 0, 0, 0]),
    (7, [0, 38, 0, 0, 0, 4]),
    (7, [18, 0, 0, 0, 0, 0]),
    (9, [0, 0, 64, 0, 0, 0]),
    (12, [0, 0, 4, 36, 0, 0]),
    (10, [0, 0, 0, 40, 0, 8]),
    (13, [0, 0, 0, 30, 4, 0]),
    (12, [0, 0, 0, 4, 22, 10]),
    (9, [0, 4, 14, 0, 36, 0]),
    (8, [0, 0, 0, 0, 44, 6]),
    (9, [0, 0, 0, 0, 0, 50]),
    (9, [4, 0, 12, 0, 0, 34]),
    (10, [6, 6, 6, 8, 6, 8]),
];

/// What swells when: a category, its weeks, and how many tenths of its usual share it has then.
const SEASONS: [(&str, &[std::ops::RangeInclusive<u32>], u64); 8] = [
    ("Garden", &[9..=22], 30),
    ("Water", &[20..=33], 35),
    ("Camping", &[20..=34], 20),
    ("Cycling", &[12..=36], 15),
    ("Snow", &[46..=51, 0..=8], 45),
    ("Baking", &[45..=50], 18),
    ("Craft", &[38..=50], 16),
    ("Children", &[46..=50], 20),
];
/// Items with a season of their own, in tenths of their usual share within it and outside.
const SHORT: [(&str, u64, u64); 4] = [
    ("paper-star-lantern", 80, 1),
    ("wooden-sledge", 50, 2),
    ("star-biscuit-cutters", 80, 1),
    ("hand-warmers", 50, 2),
];
/// What sells without end, in tenths of what its place on the shelf would give it.
const STAPLES: [(&str, u64); 8] = [
    ("merino-hiking-socks", 16),
    ("coffee-beans-house-roast", 20),
    ("beeswax-candles", 20),
    ("bike-light-set", 16),
    ("bread-flour-stone-ground", 16),
    ("training-treats", 14),
    ("linen-tea-towels", 16),
    ("tape-measure-5-m", 14),
];

/// When an order was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In a week of the calendar from 0, on a day from Monday on, at a second of that day.
    Calendar {
        week: u32,
        weekday: u32,
        second: u32,
    },
    /// So many seconds before today's moment.
    Ago(u32),
}

/// One order; its number is its place in [`Year::orders`].
#[derive(Debug)]
pub struct Order {
    pub user: u32,
    pub when: When,
    /// Places of items in [`Shelves::items`].
    pub items: Vec<usize>,
}

/// Everything that happened in the shop.
#[derive(Debug)]
pub struct Year {
    pub shelves: Shelves,
    pub people: Vec<Person>,
    pub orders: Vec<Order>,
}

impl Year {
    /// The year that the demo shows.
    pub fn planted() -> Self {
        Self::with(true)
    }

    /// The same shop without the associations of [`PLANTED`]: what tests compare with.
    pub fn unplanted() -> Self {
        Self::with(false)
    }

    fn with(planting: bool) -> Self {
        let shelves = Shelves::read();
        let mut chance = Chance::new(SEED);
        let people = people(&mut chance);
        let mut till = Till::new(&shelves, &people, chance, planting);
        let mut orders = till.new_items();
        let mut rows: usize = orders.iter().map(|order| order.items.len()).sum();
        for number in 0.. {
            let mut order = till.order(number);
            order.items.truncate(INTERACTIONS - rows);
            rows += order.items.len();
            orders.push(order);
            if rows == INTERACTIONS {
                break;
            }
        }
        Self {
            shelves,
            people,
            orders,
        }
    }
}

/// What is drawn from when an order is made.
struct Till<'a> {
    shelves: &'a Shelves,
    people: &'a [Person],
    chance: Chance,
    customers: Weights,
    sizes: Weights,
    weeks: Weights,
    weekdays: Weights,
    hours: Weights,
    /// By week: categories by what everybody buys, then by each taste.
    categories: Vec<Vec<Weights>>,
    /// By week and category: the items of the category.
    items: Vec<Vec<Weights>>,
    /// Where each category's items begin.
    first: Vec<usize>,
    /// By item: what it brings along, and what it keeps out.
    partners: Vec<Vec<(usize, u32)>>,
    rivals: Vec<Vec<usize>>,
}

impl<'a> Till<'a> {
    fn new(shelves: &'a Shelves, people: &'a [Person], chance: Chance, planting: bool) -> Self {
        let first = (0..shelves.categories.len())
            .map(|category| {
                let mut items = shelves.items.iter();
                let first = items.position(|item| item.category == category);
                first.expect("BUG: a category of the demo is empty")
            })
            .collect();
        let mut partners = vec![Vec::new(); shelves.items.len()];
        for planted in PLANTED.iter().filter(|_| planting) {
            let partner = shelves.place(planted.partner);
            partners[shelves.place(planted.anchor)].push((partner, planted.per_mille));
        }
        let mut rivals = vec![Vec::new(); shelves.items.len()];
        for (one, other) in EITHER {
            let (one, other) = (shelves.place(one), shelves.place(other));
            rivals[one].push(other);
            rivals[other].push(one);
        }
        Self {
            shelves,
            people,
            chance,
            customers: Weights::new(people.iter().map(|person| person.activity)),
            sizes: Weights::new(SIZES),
            // The weeks before the holidays are the busiest.
            weeks: Weights::new((0..WEEKS).map(|week| match week {
                18..=23 => 12,
                46..=50 => 17,
                _ => 10,
            })),
            weekdays: Weights::new(WEEKDAYS),
            hours: Weights::new(HOURS),
            categories: (0..WEEKS).map(|week| categories(shelves, week)).collect(),
            items: (0..WEEKS).map(|week| items(shelves, week)).collect(),
            first,
            partners,
            rivals,
        }
    }

    fn order(&mut self, number: u32) -> Order {
        // Everybody orders once; after that, those who order more.
        let user = match number {
            0..USERS => number,
            _ => self.chance.pick(&self.customers) as u32,
        };
        let week = self.chance.pick(&self.weeks) as u32;
        let weekday = self.chance.pick(&self.weekdays) as u32;
        let hour = self.chance.pick(&self.hours) as u32;
        let second = hour * 3_600 + self.chance.below(3_600);
        let size = 1 + self.chance.pick(&self.sizes);
        Order {
            user,
            when: When::Calendar {
                week,
                weekday,
                second,
            },
            items: self.basket(user, week as usize, size),
        }
    }

    fn basket(&mut self, user: u32, week: usize, size: usize) -> Vec<usize> {
        let mut items = Vec::with_capacity(size + 2);
        let mut came_for = 0;
        while came_for < size && items.len() < MOST {
            came_for += 1;
            let item = self.item(user, week);
            let mut has_rival = self.rivals[item].iter().any(|rival| items.contains(rival));
            has_rival = has_rival && self.chance.happens(ONLY_ONE);
            if has_rival || items.contains(&item) {
                continue;
            }
            items.push(item);
            for &(partner, per_mille) in &self.partners[item] {
                if self.chance.happens(per_mille) && !items.contains(&partner) {
                    items.push(partner);
                }
            }
        }
        items.truncate(MOST);
        items
    }

    fn item(&mut self, user: u32, week: usize) -> usize {
        let [first, second] = self.people[user as usize].tastes;
        let wish = match self.chance.below(1_000) {
            drawn if drawn >= BY_TASTE => 0,
            drawn if drawn * 10 < BY_TASTE * 7 => 1 + first,
            _ => 1 + second,
        };
        let category = self.chance.pick(&self.categories[week][wish]);
        self.first[category] + self.chance.pick(&self.items[week][category])
    }

    /// Orders of the last weeks, each with a new item; some with something beside it.
    fn new_items(&mut self) -> Vec<Order> {
        let new: Vec<usize> = (0..self.shelves.items.len())
            .filter(|item| self.shelves.items[*item].is_new)
            .collect();
        // The first of them has been there longest.
        let weights = Weights::new((0..new.len()).map(|place| (2 * new.len() - place) as u64));
        let mut orders: Vec<Vec<usize>> = COINCIDENT
            .iter()
            .map(|(one, other)| vec![self.shelves.place(one), self.shelves.place(other)])
            .collect();
        while orders.len() < NEW_ORDERS as usize {
            let mut items = vec![new[self.chance.pick(&weights)]];
            for _ in 0..self.chance.below(3) {
                let item = self.item(0, 26);
                if !items.contains(&item) {
                    items.push(item);
                }
            }
            orders.push(items);
        }
        let seconds = NEW_DAYS * 86_400;
        orders
            .into_iter()
            .map(|items| Order {
                user: self.chance.pick(&self.customers) as u32,
                when: When::Ago(self.chance.below(seconds)),
                items,
            })
            .collect()
    }
}

/// The categories of a week: by what everybody buys, then by each taste.
fn categories(shelves: &Shelves, week: u32) -> Vec<Weights> {
    let season = |category: usize| {
        let name = shelves.categories[category];
        let mut seasons = SEASONS.iter();
        let season = seasons
            .find(|(of, weeks, _)| *of == name && weeks.iter().any(|weeks| weeks.contains(&week)));
        season.map_or(10, |(.., tenths)| *tenths)
    };
    let weights = |of: &dyn Fn(usize) -> u64| {
        Weights::new((0..CATEGORIES.len()).map(|category| of(category) * season(category)))
    };
    let by_taste = |taste: usize| weights(&|category| CATEGORIES[category].1[taste]);
    let everybody = std::iter::once(weights(&|category| CATEGORIES[category].0));
    everybody.chain((0..TASTES).map(by_taste)).collect()
}

/// The items of each category in a week: the long tail of a shelf.
fn items(shelves: &Shelves, week: u32) -> Vec<Weights> {
    let in_season = super::planted::SEASON.contains(&week);
    let weight = |place: usize, item: &super::items::Item| {
        if item.is_new {
            return 0;
        }
        let usual = 1_000_000 / (2 + place as u64);
        let staple = STAPLES.iter().find(|(id, _)| *id == item.id);
        let staple = staple.map_or(10, |(_, tenths)| *tenths);
        let short = SHORT.iter().find(|(id, ..)| *id == item.id);
        let short = short.map_or(
            10,
            |(_, within, outside)| {
                if in_season { *within } else { *outside }
            },
        );
        usual * staple * short
    };
    (0..shelves.categories.len())
        .map(|category| {
            let shelf = shelves.items.iter();
            let shelf = shelf.filter(|item| item.category == category);
            Weights::new(shelf.enumerate().map(|(place, item)| weight(place, item)))
        })
        .collect()
}
