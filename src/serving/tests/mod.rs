mod naive;
mod properties;

use std::cell::Cell;
use std::num::NonZeroU32;

use super::*;

/// Items 0 and 1 are dramas, 2 and 3 comedies, 4 has no category, 5 can't be had.
const ITEMS: [Item; 6] = [
    facts(Some(0), true),
    facts(Some(0), true),
    facts(Some(1), true),
    facts(Some(1), true),
    facts(None, true),
    facts(Some(1), false),
];
const ANCHOR: u32 = 0;

const fn facts(category: Option<u32>, available: bool) -> Item {
    Item {
        category,
        available,
    }
}

fn request(k: usize) -> Request<'static> {
    Request {
        anchors: &[ANCHOR],
        suggest_anchors: false,
        segments: &[],
        surface: "panel",
        k,
        same_category: SameCategory::Any,
        exclude: &[],
    }
}

fn list(items: &[u32]) -> Vec<Candidate> {
    let score = |place: usize| 1.0 / (place + 1) as f64;
    let candidate = |(place, &item)| Candidate {
        item,
        score: score(place),
    };
    items.iter().enumerate().map(candidate).collect()
}

fn no_fallback() -> Fallback<[u32; 0], [u32; 0]> {
    Fallback {
        minimum: 0,
        category: [],
        catalog: [],
    }
}

fn rule(id: i64, item: u32, action: Action, scope: Scope) -> Rule {
    Rule {
        id: RuleId::Override(id),
        action,
        item,
        scope,
        mine: false,
        priority: 0,
        created_at_micros: 0,
    }
}

fn block(id: i64, item: u32, scope: Scope) -> Rule {
    rule(id, item, Action::Block, scope)
}

fn pin(id: i64, item: u32, position: u32, scope: Scope) -> Rule {
    let position = NonZeroU32::new(position).expect("a position counts from 1");
    rule(id, item, Action::Pin { position }, scope)
}

fn items_of(served: &Served) -> Vec<u32> {
    served.rows.iter().map(|row| row.item).collect()
}

fn ranks_of(served: &Served) -> Vec<Option<u32>> {
    served.rows.iter().map(|row| row.model_rank).collect()
}

fn resolve(k: usize, rules: &[Rule], model: &[u32]) -> Served {
    serve(&request(k), &ITEMS, rules, list(model), no_fallback())
}

#[test]
fn without_rules_the_list_is_the_models_order_without_what_is_not_eligible() {
    let served = resolve(10, &[], &[3, ANCHOR, 5, 2, 99, 1]);
    assert_eq!(items_of(&served), [3, 2, 1]);
    assert_eq!(ranks_of(&served), [Some(1), Some(3), Some(5)]);
    assert_eq!(served.rows[1].rank, 2);
    assert_eq!(served.fallback, None);
}

#[test]
fn the_raw_list_keeps_everything_but_the_anchors() {
    let asked = Request {
        exclude: &[3],
        same_category: SameCategory::Only,
        ..request(4)
    };
    let served = raw(&asked, list(&[3, ANCHOR, 5, 3, 99, 1]));
    assert_eq!(items_of(&served), [3, 5, 99, 1]);
    assert_eq!(ranks_of(&served), [Some(1), Some(2), Some(3), Some(4)]);
}

#[test]
fn a_pin_takes_the_organic_copy_out_and_is_marked() {
    let served = resolve(3, &[pin(7, 1, 1, Scope::Catalog)], &[3, 2, 1, 4]);
    assert_eq!(items_of(&served), [1, 3, 2]);
    assert_eq!(ranks_of(&served), [Some(3), Some(1), Some(2)]);
    assert_eq!(served.rows[0].rules, [RuleId::Override(7)]);
    assert_eq!(served.rows[0].score, Some(1.0 / 3.0));
}

#[test]
fn a_pin_past_the_end_of_a_short_list_goes_to_the_end() {
    let rules = [pin(1, 1, 9, Scope::Catalog), pin(2, 4, 7, Scope::Catalog)];
    assert_eq!(items_of(&resolve(10, &rules, &[3, 2])), [3, 2, 4, 1]);
    assert_eq!(items_of(&resolve(3, &rules, &[3, 2])), [3, 2, 4]);
    assert_eq!(items_of(&resolve(2, &rules, &[1, 3, 2])), [3, 2]);
}

#[test]
fn a_pin_that_the_model_did_not_give_has_no_model_rank() {
    let served = resolve(2, &[pin(1, 4, 2, Scope::Catalog)], &[3, 2, 1]);
    assert_eq!(items_of(&served), [3, 4]);
    assert_eq!(ranks_of(&served), [Some(1), None]);
    assert_eq!(served.rows[1].score, None);
}

#[test]
fn a_block_shadows_a_pin_of_its_item_however_wide_the_block_is() {
    let rules = [
        pin(1, 3, 1, Scope::Item(ANCHOR)),
        block(2, 3, Scope::Catalog),
    ];
    let served = resolve(10, &rules, &[3, 2]);
    assert_eq!(items_of(&served), [2]);
    let shadow = Shadowed {
        rule: RuleId::Override(1),
        by: RuleId::Override(2),
    };
    assert_eq!(served.shadowed, [shadow]);
}

#[test]
fn of_two_pins_for_one_position_the_loser_leaves_its_item_where_the_model_has_it() {
    let rules = [
        pin(1, 1, 1, Scope::Catalog),
        pin(2, 2, 1, Scope::Item(ANCHOR)),
    ];
    let served = resolve(10, &rules, &[3, 1, 2]);
    assert_eq!(items_of(&served), [2, 3, 1]);
    let shadow = Shadowed {
        rule: RuleId::Override(1),
        by: RuleId::Override(2),
    };
    assert_eq!(served.shadowed, [shadow]);
}

#[test]
fn a_pin_that_lost_keeps_nobody_else_from_its_position() {
    let rules = [
        pin(1, 1, 1, Scope::Item(ANCHOR)),
        pin(2, 1, 2, Scope::Surface("panel".into())),
        pin(3, 4, 2, Scope::Catalog),
    ];
    let served = resolve(10, &rules, &[3, 2]);
    assert_eq!(items_of(&served), [1, 4, 3, 2]);
    assert_eq!(served.shadowed.len(), 1);
}

#[test]
fn pins_respect_filters_and_a_pin_held_back_stands_in_nobodys_way() {
    let asked = Request {
        same_category: SameCategory::Only,
        ..request(10)
    };
    let rules = [
        pin(1, 2, 1, Scope::Item(ANCHOR)),
        pin(2, 1, 1, Scope::Catalog),
    ];
    let served = serve(&asked, &ITEMS, &rules, list(&[3, 4]), no_fallback());
    assert_eq!(items_of(&served), [1]);
    assert_eq!(served.shadowed, []);
    for item in [ANCHOR, 5, 99] {
        let served = resolve(10, &[pin(1, item, 1, Scope::Catalog)], &[3, item]);
        assert_eq!(items_of(&served), [3]);
    }
}

#[test]
fn an_item_without_a_category_shares_it_with_nothing() {
    let check = |anchor: u32, same_category, expected: &[u32]| {
        let asked = Request {
            anchors: &[anchor],
            same_category,
            ..request(10)
        };
        let served = serve(&asked, &ITEMS, &[], list(&[0, 1, 2, 4]), no_fallback());
        assert_eq!(items_of(&served), expected);
    };
    check(0, SameCategory::Only, &[1]);
    check(0, SameCategory::Exclude, &[2, 4]);
    check(4, SameCategory::Only, &[]);
    check(4, SameCategory::Exclude, &[0, 1, 2]);
}

#[test]
fn a_thin_list_is_filled_from_the_category_and_then_from_the_catalog_and_says_so() {
    let fallback = |minimum| Fallback {
        minimum,
        category: [1, 2],
        catalog: [2, 5, 3, 4],
    };
    let rules = [block(1, 3, Scope::Catalog)];
    let served = serve(&request(9), &ITEMS, &rules, list(&[2, 3]), fallback(2));
    assert_eq!(items_of(&served), [2, 1, 4]);
    let levels: Vec<_> = served.rows.iter().map(|row| row.fallback).collect();
    let (category, catalog) = (FallbackLevel::Category, FallbackLevel::Catalog);
    assert_eq!(levels, [None, Some(category), Some(catalog)]);
    assert_eq!(served.fallback, Some(catalog));

    let enough = serve(&request(9), &ITEMS, &rules, list(&[2, 3]), fallback(1));
    assert_eq!(items_of(&enough), [2]);
    assert_eq!(enough.fallback, None);
}

#[test]
fn pinning_one_of_the_models_own_rows_does_not_make_the_list_thin() {
    let fallback = Fallback {
        minimum: 2,
        category: [],
        catalog: [4],
    };
    let rules = [pin(1, 2, 1, Scope::Catalog)];
    let served = serve(&request(9), &ITEMS, &rules, list(&[1, 2]), fallback);
    assert_eq!(items_of(&served), [2, 1]);
}

#[test]
fn the_model_is_read_no_further_than_the_list_needs() {
    let check = |rules: &[Rule], k: usize, expected: u32| {
        let read = Cell::new(0);
        let endless = (1..).map(|place: u32| {
            read.set(place);
            Candidate {
                item: place % 10_000,
                score: 1.0,
            }
        });
        let items = vec![facts(None, true); 10_000];
        let asked = Request {
            anchors: &[9_999],
            ..request(k)
        };
        let untouched = || -> std::iter::Empty<u32> { panic!("no fallback is needed") };
        let fallback = Fallback {
            minimum: 10,
            category: std::iter::once_with(untouched).flatten(),
            catalog: std::iter::once_with(untouched).flatten(),
        };
        let served = serve(&asked, &items, rules, endless, fallback);
        assert_eq!(served.rows.len(), k);
        assert_eq!(read.get(), expected);
    };
    check(&[], 0, 0);
    check(&[], 10, 10);
    check(&[block(1, 3, Scope::Catalog)], 10, 11);
    check(&[pin(1, 3, 1, Scope::Catalog)], 10, 10);
    check(&[pin(1, 3, 10, Scope::Catalog)], 10, 10);
    check(&[pin(1, 500, 1, Scope::Catalog)], 10, 500);
    check(&[pin(1, 5_000, 1, Scope::Catalog)], 10, PIN_SEARCH_DEPTH);
    check(&[pin(1, 5_000, 11, Scope::Catalog)], 10, 10);
}

#[test]
fn another_order_is_another_list_and_another_score_is_not() {
    let before = resolve(2, &[], &[1, 2, 3]);
    assert!(differs(&before, &resolve(2, &[], &[2, 1, 3])));
    assert!(differs(&before, &resolve(2, &[], &[1])));
    assert!(!differs(&before, &resolve(2, &[], &[1, 2, 4])));
    assert!(!differs(&before, &resolve(2, &[], &[1, 5, 2])));
}

#[test]
fn the_kernel_names_nothing_outside_itself() {
    let sources = [
        include_str!("../admission.rs"),
        include_str!("../mod.rs"),
        include_str!("../model_list.rs"),
        include_str!("../pins.rs"),
        include_str!("../request.rs"),
        include_str!("../row.rs"),
        include_str!("../rule.rs"),
        include_str!("../standings.rs"),
    ];
    let refused = [
        "leptos",
        "axum",
        "sqlx",
        "tokio",
        "chrono",
        "std::time",
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "rand",
        "crate::",
        "super::super",
    ];
    for source in sources {
        for word in refused {
            assert!(!source.contains(word), "the kernel names {word}");
        }
    }
}
