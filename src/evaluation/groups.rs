//! For whom and for what lists are good: the same lists, looked at group by group.
//!
//! A figure over everybody hides whom it is not true of. Four ways to look: by the category of what
//! was held back, by how much an owner chose before, by how often what was held back is chosen, and by
//! what is known of the owners. A group with fewer than ten cases is left out, as its interval would
//! say nothing. An interval is of one group; whoever looks at many will find some weak by chance.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::metrics::{Figure, OfUser, Part, Samples};
use super::trial::{Case, Trial};
use crate::counting::{Baskets, in_parallel};

/// A group with fewer cases is left out.
const LEAST_CASES: usize = 10;
/// Of categories, those with the most held-out choices.
const MOST_CATEGORIES: usize = 50;

/// How many items an owner chose before, to how many, and what that is called.
const HISTORIES: [(usize, usize, &str); 6] = [
    (1, 2, "1–2 chosen"),
    (3, 5, "3–5 chosen"),
    (6, 10, "6–10 chosen"),
    (11, 20, "11–20 chosen"),
    (21, 50, "21–50 chosen"),
    (51, usize::MAX, "more than 50 chosen"),
];

/// A third of all choices each: the most chosen items make up the first.
const POPULARITIES: [&str; 3] = ["often chosen", "less often chosen", "rarely chosen"];

/// The group of owners who chose so many items before.
pub fn history(chosen: usize) -> Option<&'static str> {
    let of = |(from, to, _): &&(usize, usize, &str)| (*from..=*to).contains(&chosen);
    HISTORIES.iter().find(of).map(|(_, _, name)| *name)
}

/// What is known of items and owners.
#[derive(Debug, Clone, Default)]
pub struct Grouping<'a> {
    /// By item.
    pub category_of: &'a [Option<u32>],
    /// Their names.
    pub categories: &'a [String],
    /// A field and its value, as `field: value`, with the owners who have it, ascending.
    pub segments: Vec<(String, Vec<u32>)>,
}

/// By what a group was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// The category of what was held back.
    Category,
    /// How many items the owner chose before.
    History,
    /// How often what was held back is chosen: a third of all choices each.
    Popularity,
    /// What is known of the owner.
    Segment,
}

/// How good the lists are for one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// What its members have in common.
    pub by: GroupKind,
    /// What it is called.
    pub name: String,
    /// Owners with something of it held back.
    pub cases: usize,
    /// Held-out choices.
    pub rows: u64,
    /// Of these choices, the share in the lists.
    pub recall: Figure,
    /// Where the group is of owners.
    pub ndcg: Option<Figure>,
    /// Whether the interval lies wholly below the figure of all: that of nDCG where the group has one,
    /// as a list cannot hold all that a long history holds back; else that of recall.
    pub is_weak: bool,
}

/// The groups of lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// Of all held-out choices, the share in the lists.
    pub recall: Figure,
    pub groups: Vec<Group>,
    /// Categories with enough cases that are left out because others have more held-out choices.
    pub categories_left_out: usize,
}

/// Lists with what they are measured by.
pub(super) struct Listed<'a> {
    pub(super) trial: &'a Trial,
    pub(super) lists: &'a [Vec<u32>],
    pub(super) users: &'a [OfUser],
    pub(super) samples: &'a Samples,
}

/// A group before its figures are worked out.
struct Draft {
    by: GroupKind,
    name: String,
    recall: Vec<Part>,
    ndcg: Option<Vec<Part>>,
}

impl Draft {
    fn rows(&self) -> u64 {
        self.recall.iter().map(|part| part.of as u64).sum()
    }

    fn is_enough(&self) -> bool {
        self.recall.len() >= LEAST_CASES
    }
}

impl Listed<'_> {
    /// Histories first, then popularity, categories with the most held-out choices first, and segments
    /// in their order.
    pub(super) fn groups(&self, grouping: &Grouping, threads: NonZeroUsize) -> Groups {
        let recall = self.samples.ratio(&self.recall(|_| true));
        let all: Vec<f64> = self.users.iter().map(|user| user.ndcg).collect();
        let ndcg = all.iter().sum::<f64>() / all.len().max(1) as f64;
        let (categories, categories_left_out) = self.categories(grouping);
        let mut drafts = self.histories();
        drafts.extend(self.popularities());
        drafts.extend(categories);
        drafts.extend(self.segments(grouping));
        drafts.retain(Draft::is_enough);
        let groups = in_parallel(
            drafts.into_iter(),
            threads,
            || (),
            |(), draft| self.group(draft, recall.value, ndcg),
        );
        Groups {
            recall,
            groups,
            categories_left_out,
        }
    }

    fn group(&self, draft: Draft, recall_of_all: f64, ndcg_of_all: f64) -> Group {
        let rows = draft.rows();
        let recall = self.samples.ratio(&draft.recall);
        let ndcg = draft.ndcg.map(|parts| self.samples.ratio(&parts));
        let is_below = |figure: Figure, all: f64| figure.high.is_some_and(|high| high < all);
        Group {
            by: draft.by,
            name: draft.name,
            cases: draft.recall.len(),
            rows,
            is_weak: match ndcg {
                Some(ndcg) => is_below(ndcg, ndcg_of_all),
                None => is_below(recall, recall_of_all),
            },
            recall,
            ndcg,
        }
    }

    fn histories(&self) -> Vec<Draft> {
        let of = |(least, most, name): (usize, usize, &str)| {
            let is_in = |case: &Case| (least..=most).contains(&case.chosen.len());
            self.of_owners(GroupKind::History, name, is_in)
        };
        HISTORIES.map(of).into()
    }

    fn segments(&self, grouping: &Grouping) -> Vec<Draft> {
        let of = |(name, owners): &(String, Vec<u32>)| {
            let is_in = |case: &Case| owners.binary_search(&case.owner).is_ok();
            self.of_owners(GroupKind::Segment, name, is_in)
        };
        grouping.segments.iter().map(of).collect()
    }

    fn of_owners(&self, by: GroupKind, name: &str, is_in: impl Fn(&Case) -> bool) -> Draft {
        let recall = self.recall(is_in);
        let ndcg = recall.iter().map(|part| Part {
            sum: self.users[part.user as usize].ndcg,
            of: 1.0,
            ..*part
        });
        Draft {
            by,
            name: name.to_owned(),
            ndcg: Some(ndcg.collect()),
            recall,
        }
    }

    fn popularities(&self) -> Vec<Draft> {
        let band_of = bands(&self.trial.baskets);
        let parts = self.of_items(POPULARITIES.len(), |item| Some(band_of[item as usize]));
        let draft = |(name, recall): (&str, Vec<Part>)| Draft {
            by: GroupKind::Popularity,
            name: name.to_owned(),
            recall,
            ndcg: None,
        };
        POPULARITIES.into_iter().zip(parts).map(draft).collect()
    }

    /// The largest with enough cases, and how many others there are.
    fn categories(&self, grouping: &Grouping) -> (Vec<Draft>, usize) {
        let category_of = |item: u32| grouping.category_of.get(item as usize).copied().flatten();
        let parts = self.of_items(grouping.categories.len(), category_of);
        let draft = |(name, recall): (&String, Vec<Part>)| Draft {
            by: GroupKind::Category,
            name: name.clone(),
            recall,
            ndcg: None,
        };
        let drafts = grouping.categories.iter().zip(parts).map(draft);
        let mut drafts: Vec<Draft> = drafts.filter(Draft::is_enough).collect();
        // A stable order: the first of equals stays so.
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.rows()));
        let left_out = drafts.len().saturating_sub(MOST_CATEGORIES);
        drafts.truncate(MOST_CATEGORIES);
        (drafts, left_out)
    }

    /// What was found of what was held back, of some cases.
    fn recall(&self, is_in: impl Fn(&Case) -> bool) -> Vec<Part> {
        let cases = (0..).zip(&self.trial.cases).zip(self.lists);
        let some = cases.filter(|((_, case), _)| is_in(case));
        some.map(|((user, case), list)| Part {
            user,
            sum: list
                .iter()
                .filter(|item| case.relevant.binary_search(item).is_ok())
                .count() as f64,
            of: case.relevant.len() as f64,
        })
        .collect()
    }

    /// By group of items, what was found of what was held back.
    fn of_items(&self, groups: usize, group_of: impl Fn(u32) -> Option<u32>) -> Vec<Vec<Part>> {
        let mut parts: Vec<Vec<Part>> = vec![Vec::new(); groups];
        for ((user, case), list) in (0..).zip(&self.trial.cases).zip(self.lists) {
            for &item in &case.relevant {
                let Some(group) = group_of(item) else {
                    continue;
                };
                let found = f64::from(u8::from(list.contains(&item)));
                let parts = &mut parts[group as usize];
                match parts.last_mut() {
                    Some(part) if part.user == user => {
                        part.sum += found;
                        part.of += 1.0;
                    }
                    _ => parts.push(Part {
                        user,
                        sum: found,
                        of: 1.0,
                    }),
                }
            }
        }
        parts
    }
}

/// By item, which third of all choices it is in: the most chosen items make up the first.
fn bands(baskets: &Baskets) -> Vec<u32> {
    let mut items: Vec<u32> = (0..baskets.item_count()).collect();
    items.sort_by_key(|item| std::cmp::Reverse(baskets.total(*item)));
    let mut band_of = vec![POPULARITIES.len() as u32 - 1; items.len()];
    let mut before = 0;
    for item in items {
        if baskets.total(item) > 0 {
            band_of[item as usize] = (3 * before / baskets.choices()) as u32;
        }
        before += u64::from(baskets.total(item));
    }
    band_of
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases with their lists of two, looked at.
    fn look(
        baskets: Baskets,
        cases: Vec<Case>,
        list: impl Fn(&Case) -> Vec<u32>,
        see: impl Fn(&Listed),
    ) {
        let (epoch, alone) = (chrono::DateTime::UNIX_EPOCH, NonZeroUsize::MIN);
        let histories = cases
            .iter()
            .map(|case| (case.owner, &case.chosen[..], &case.relevant[..]));
        let trial = Trial::in_time(baskets, histories, epoch, 1, None, alone);
        let lists: Vec<Vec<u32>> = cases.iter().map(list).collect();
        let users = lists.iter().zip(&cases);
        let users: Vec<OfUser> = users
            .map(|(list, case)| OfUser::new(list, &case.relevant, 2))
            .collect();
        see(&Listed {
            trial: &trial,
            lists: &lists,
            users: &users,
            samples: &Samples::new(cases.len(), 200),
        });
    }

    /// Twelve owners who chose 0 and are asked for 1 and 2, one who chose three and is asked for 3;
    /// the lists of the first eight hold 1.
    fn listed(see: impl Fn(&Listed)) {
        let pairs = (0..13).flat_map(|basket| match basket {
            12 => vec![(basket, 0), (basket, 4), (basket, 5)],
            9..12 => vec![(basket, 0), (basket, 1)],
            _ => vec![(basket, 0)],
        });
        let baskets = Baskets::from_pairs(6, 13, pairs.collect(), NonZeroUsize::MIN);
        let case = |owner| match owner {
            12 => (vec![0, 4, 5], vec![3]),
            _ => (vec![0], vec![1, 2]),
        };
        let cases = (0..13).map(|owner| Case {
            owner,
            chosen: case(owner).0,
            relevant: case(owner).1,
        });
        let list = |case: &Case| if case.owner < 8 { vec![4, 1] } else { vec![5] };
        look(baskets, cases.collect(), list, see);
    }

    #[test]
    fn groups_have_the_figures_worked_by_hand() {
        listed(|listed| {
            let names = ["found", "never found", "too few"].map(str::to_owned);
            let grouping = Grouping {
                category_of: &[None, Some(0), Some(1), Some(2), None, None],
                categories: &names,
                segments: vec![
                    ("region: here".to_owned(), (0..10).collect()),
                    ("region: there".to_owned(), vec![10, 11, 12]),
                ],
            };
            let found = listed.groups(&grouping, NonZeroUsize::MIN);
            let is = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
            assert!(is(found.recall.value, 8.0 / 25.0));
            let told: Vec<(GroupKind, &str, usize, u64)> = found
                .groups
                .iter()
                .map(|group| (group.by, &*group.name, group.cases, group.rows))
                .collect();
            let expected = [
                (GroupKind::History, "1–2 chosen", 12, 24),
                // Of 18 choices 13 are of item 0, which nobody is asked for; so the last third has all
                // that is.
                (GroupKind::Popularity, "rarely chosen", 13, 25),
                (GroupKind::Category, "found", 12, 12),
                (GroupKind::Category, "never found", 12, 12),
                (GroupKind::Segment, "region: here", 10, 20),
            ];
            assert_eq!(told, expected);
            let recalls: Vec<f64> = found
                .groups
                .iter()
                .map(|group| group.recall.value)
                .collect();
            for (found, expected) in recalls.iter().zip([8. / 24., 8. / 25., 8. / 12., 0., 0.4]) {
                assert!(is(*found, expected), "{found} is not {expected}");
            }
            // At the second of two places, of two to be found.
            let gain = |rank: f64| 1.0 / (rank + 1.0).log2();
            let one = gain(2.0) / (gain(1.0) + gain(2.0));
            let ndcg = |at: usize| found.groups[at].ndcg.map(|ndcg| ndcg.value);
            assert!(ndcg(0).is_some_and(|ndcg| is(ndcg, one * 8.0 / 12.0)));
            assert!(ndcg(4).is_some_and(|ndcg| is(ndcg, one * 8.0 / 10.0)));
            assert_eq!(ndcg(2), None);
            let weak: Vec<bool> = found.groups.iter().map(|group| group.is_weak).collect();
            assert_eq!(weak, [false, false, false, true, false]);
            assert_eq!(found.categories_left_out, 0);
        });
    }

    #[test]
    fn the_smallest_of_too_many_categories_are_left_out() {
        // Twelve owners are asked for an item of each of sixty categories, and the last has another one.
        let pairs = (0..12).map(|basket| (basket, 61)).collect();
        let baskets = Baskets::from_pairs(62, 12, pairs, NonZeroUsize::MIN);
        let case = |owner| Case {
            owner,
            chosen: vec![61],
            relevant: (0..61).collect(),
        };
        let names: Vec<String> = (0..60).map(|number| number.to_string()).collect();
        let category_of: Vec<Option<u32>> = (0..62).map(|item: u32| Some(item.min(59))).collect();
        let grouping = Grouping {
            category_of: &category_of,
            categories: &names,
            segments: Vec::new(),
        };
        let cases = (0..12).map(case).collect();
        look(
            baskets,
            cases,
            |_| vec![0],
            |listed| {
                let (drafts, left_out) = listed.categories(&grouping);
                assert_eq!((drafts.len(), left_out), (50, 10));
                let told: Vec<(&str, u64)> = drafts
                    .iter()
                    .map(|draft| (&*draft.name, draft.rows()))
                    .collect();
                assert_eq!(told[..3], [("59", 24), ("0", 12), ("1", 12)]);
                let none = listed.categories(&Grouping::default());
                assert_eq!((none.0.len(), none.1), (0, 0));
            },
        );
    }

    #[test]
    fn each_band_has_a_third_of_the_choices() {
        // Totals 4, 2, 2, 1, 0: of 9 the first ends with 4, the second begins there and ends with 8.
        let pairs = [
            (0, 0),
            (1, 0),
            (2, 0),
            (3, 0),
            (0, 1),
            (1, 1),
            (0, 2),
            (1, 2),
            (0, 3),
        ];
        let baskets = Baskets::from_pairs(5, 4, pairs.to_vec(), NonZeroUsize::MIN);
        assert_eq!(bands(&baskets), [0, 1, 2, 2, 2]);
    }
}
