//! The lists held against the naive version: all of the small ones, and any.

use proptest::prelude::*;

use super::naive::{self, NaiveFallback};
use super::*;

/// Every list without repetition of up to `length` of the items.
fn every_list(items: &[u32], length: usize) -> Vec<Vec<u32>> {
    let mut lists = vec![Vec::new()];
    let mut start = 0;
    for _ in 0..length {
        let end = lists.len();
        for shorter in start..end {
            for &item in items {
                if !lists[shorter].contains(&item) {
                    let longer = [lists[shorter].as_slice(), &[item]].concat();
                    lists.push(longer);
                }
            }
        }
        start = end;
    }
    lists
}

/// Rules of every scope and kind that meet each other on few items and positions.
fn pool() -> Vec<Rule> {
    let pair = |item| Scope::CategoryPair { anchor: 0, item };
    let mut rules = vec![
        block(0, 1, Scope::Item(ANCHOR)),
        block(0, 2, Scope::Item(3)),
        block(0, 2, pair(1)),
        block(0, 4, Scope::Catalog),
        block(0, 1, Scope::Surface("panel".into())),
        pin(0, 1, 1, Scope::Catalog),
        pin(0, 2, 1, Scope::Item(ANCHOR)),
        pin(0, 2, 3, pair(1)),
        pin(0, 3, 2, pair(0)),
        pin(0, 3, 2, Scope::Surface("panel".into())),
        pin(0, 4, 1, Scope::Segment("age:young".into())),
        pin(0, 4, 2, Scope::Segment("age:old".into())),
        pin(0, 5, 1, Scope::Catalog),
        pin(0, 1, 4, Scope::Surface("mail".into())),
    ];
    for (rule, id) in rules.iter_mut().zip(1..) {
        rule.id = RuleId::Override(id);
    }
    rules[5].mine = true;
    rules
}

/// Holds one resolved list against the naive one and against what must always be true.
fn check_against_naive(asked: &Request, rules: &[Rule], model: &[Candidate], minimum: usize) {
    let (category, catalog) = ([1], [5, 2, 1, 4]);
    let fallback = Fallback {
        minimum,
        category,
        catalog,
    };
    let naive_fallback = NaiveFallback {
        minimum,
        category: &category,
        catalog: &catalog,
    };
    let served = serve(asked, &ITEMS, rules, model.iter().copied(), fallback);
    let expected = naive::serve(asked, &ITEMS, rules, model, &naive_fallback);
    let row = |row: &ServedRow| {
        let first_rule = row.rules.first().copied();
        (row.item, row.model_rank, first_rule, row.fallback)
    };
    let rows: Vec<_> = served.rows.iter().map(row).collect();
    assert_eq!(rows, expected, "{asked:?} {rules:?} {model:?} {minimum}");

    let items = items_of(&served);
    assert!(items.len() <= asked.k);
    assert!((served.rows.iter().zip(1..)).all(|(row, rank)| row.rank == rank));
    assert!(
        items
            .iter()
            .enumerate()
            .all(|(at, item)| !items[..at].contains(item))
    );
    for rule in rules.iter().filter(|rule| rule.holds(asked, &ITEMS)) {
        assert!(rule.action != Action::Block || !items.contains(&rule.item));
    }
    for shadow in &served.shadowed {
        assert!(
            served
                .rows
                .iter()
                .all(|row| !row.rules.contains(&shadow.rule))
        );
    }
    let widest = served.rows.iter().filter_map(|row| row.fallback).max();
    assert_eq!(served.fallback, widest);
}

#[test]
fn every_small_list_under_every_pair_of_rules_is_the_naive_one() {
    let pool = pool();
    let segments = ["age:young".to_string()];
    for model in every_list(&[1, 2, 4, 5], 4).iter().map(|items| list(items)) {
        for first in 0..pool.len() {
            for second in first..pool.len() {
                let rules = [pool[first].clone(), pool[second].clone()];
                let rules = if first == second { &rules[..1] } else { &rules };
                for (k, minimum) in [(1, 9), (2, 2), (3, 0), (9, 2), (9, 3)] {
                    let asked = Request {
                        segments: &segments,
                        ..request(k)
                    };
                    check_against_naive(&asked, rules, &model, minimum);
                }
            }
        }
    }
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let scope = prop_oneof![
        (0..4u32).prop_map(Scope::Item),
        (0..2u32, 0..2u32).prop_map(|(anchor, item)| Scope::CategoryPair { anchor, item }),
        prop_oneof![Just("age:young"), Just("age:old")].prop_map(|s| Scope::Segment(s.into())),
        prop_oneof![Just("panel"), Just("mail")].prop_map(|s| Scope::Surface(s.into())),
        Just(Scope::Catalog),
    ];
    let action = prop_oneof![
        Just(Action::Block),
        (1..7u32).prop_map(|at| pin(0, 0, at, Scope::Catalog).action),
    ];
    let id = (0..3i64).prop_flat_map(|id| {
        let kinds = [RuleId::Dismissal, RuleId::Flag, RuleId::Override];
        prop::sample::select(kinds.map(|kind| kind(id)).to_vec())
    });
    let order = (any::<bool>(), 0..2i32, 0..2i64);
    (id, action, 0..7u32, scope, order).prop_map(|(id, action, item, scope, order)| Rule {
        id,
        action,
        item,
        scope,
        mine: order.0,
        priority: order.1,
        created_at_micros: order.2,
    })
}

/// Rules that, as in the database, each have an id of their own.
fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(any_rule(), 0..7).prop_map(|mut rules| {
        rules.sort_by_key(|rule| rule.id);
        rules.dedup_by_key(|rule| rule.id);
        rules
    })
}

fn any_model() -> impl Strategy<Value = Vec<Candidate>> {
    let shuffled = Just((0..7u32).collect::<Vec<_>>()).prop_shuffle();
    (shuffled, 0..7usize).prop_map(|(items, length)| list(&items[..length]))
}

proptest! {
    #[test]
    fn any_list_under_any_rules_is_the_naive_one(
        rules in any_rules(),
        model in any_model(),
        anchors in prop::collection::vec(0..7u32, 0..3),
        exclude in prop::collection::vec(0..7u32, 0..2),
        same_category in prop::sample::select(vec![
            SameCategory::Any, SameCategory::Only, SameCategory::Exclude,
        ]),
        (k, minimum) in (0..8usize, 0..4usize),
        suggest_anchors: bool,
    ) {
        let segments = ["age:young".to_string()];
        let asked = Request {
            anchors: &anchors, suggest_anchors, segments: &segments, surface: "panel", k, same_category,
            exclude: &exclude,
        };
        check_against_naive(&asked, &rules, &model, minimum);
    }

    #[test]
    fn a_shorter_list_is_the_beginning_of_a_longer_one(
        rules in any_rules(), model in any_model(), minimum in 0..4usize, k in 0..8usize,
    ) {
        let fallback = || Fallback { minimum, category: [1], catalog: [5, 2, 1, 4] };
        let of = |k| serve(&request(k), &ITEMS, &rules, model.iter().copied(), fallback());
        let longer = items_of(&of(8));
        prop_assert_eq!(items_of(&of(k)), &longer[..k.min(longer.len())]);
    }

    #[test]
    fn taking_a_rule_away_restores_the_list_and_their_order_of_arrival_plays_no_part(
        rules in any_rules(), added in any_rule(), model in any_model(),
    ) {
        let of = |rules: &[Rule]| {
            serve(&request(5), &ITEMS, rules, model.iter().copied(), no_fallback())
        };
        let before = of(&rules);
        let mut with: Vec<Rule> = rules.iter().rev().cloned().collect();
        with.insert(0, Rule { id: RuleId::Override(99), ..added });
        of(&with);
        with.remove(0);
        prop_assert_eq!(of(&with), before);
    }

    #[test]
    fn precedence_is_a_total_order_that_says_what_the_specification_says(
        a in any_rule(), b in any_rule(), c in any_rule(),
    ) {
        let wins = |x: &Rule, y: &Rule| x.precedence() < y.precedence();
        prop_assert_eq!(wins(&a, &b), naive::beats(&a, &b));
        prop_assert!(!(wins(&a, &b) && wins(&b, &a)));
        prop_assert!(a.id == b.id || wins(&a, &b) || wins(&b, &a));
        prop_assert!(!(wins(&a, &b) && wins(&b, &c)) || wins(&a, &c));
    }
}
