//! Who orders: five thousand people with a region, a membership, an age and a taste.
//!
//! A taste is hidden: it stands in no file. It follows region and age a little, so that segments
//! differ, and decides what somebody puts into a basket.

use crate::chance::{Chance, Weights};

/// How many people there are.
pub const USERS: u32 = 5_000;
/// How many tastes there are.
pub(super) const TASTES: usize = 6;

const REGIONS: [&str; 5] = ["City", "Coast", "Hills", "Lakes", "Plains"];
const AGE_BANDS: [&str; 4] = ["18-29", "30-44", "45-59", "60+"];
const MEMBERSHIPS: [&str; 3] = ["guest", "member", "plus"];

/// How much each region leans to each taste.
const OF_REGION: [[u64; TASTES]; 5] = [
    [10, 16, 8, 22, 16, 14],
    [10, 26, 10, 14, 12, 14],
    [28, 8, 14, 12, 12, 12],
    [20, 20, 10, 12, 10, 14],
    [8, 14, 24, 14, 14, 14],
];
/// How much each age leans to each taste.
const OF_AGE: [[u64; TASTES]; 4] = [
    [14, 16, 5, 14, 10, 4],
    [12, 14, 9, 12, 10, 20],
    [14, 12, 14, 14, 12, 12],
    [10, 6, 22, 14, 16, 8],
];

/// One user.
#[derive(Debug)]
pub struct Person {
    pub region: &'static str,
    pub membership: &'static str,
    pub age_band: &'static str,
    /// What the person likes most, and what next.
    pub(super) tastes: [usize; 2],
    /// How often the person orders, beside others.
    pub(super) activity: u64,
}

/// The id of a user by number from 0.
pub fn user_id(number: u32) -> String {
    format!("u{:04}", number + 1)
}

pub(super) fn people(chance: &mut Chance) -> Vec<Person> {
    let regions = Weights::new([34, 18, 14, 12, 22]);
    let ages = Weights::new([24, 32, 26, 18]);
    (0..USERS)
        .map(|_| person(chance, &regions, &ages))
        .collect()
}

fn person(chance: &mut Chance, regions: &Weights, ages: &Weights) -> Person {
    let (region, age) = (chance.pick(regions), chance.pick(ages));
    let leanings = (0..TASTES).map(|taste| OF_REGION[region][taste] * OF_AGE[age][taste]);
    let leanings = Weights::new(leanings);
    let tastes = [chance.pick(&leanings), chance.pick(&leanings)];
    // Members order more: few people make many of the orders.
    let membership = chance.pick(&Weights::new([50, 38, 12]));
    let regular = [1, 2, 5][membership];
    Person {
        region: REGIONS[region],
        membership: MEMBERSHIPS[membership],
        age_band: AGE_BANDS[age],
        tastes,
        activity: regular * u64::from(1 + chance.below(4)),
    }
}
