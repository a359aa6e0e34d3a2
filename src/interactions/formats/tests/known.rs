//! The real data sets give the figures that are known of them.

use std::collections::HashSet;
use std::env;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::*;

/// The shared data directory; without it these tests say that they check nothing.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = env::var_os("TANDEM_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the shared data directory has no {name}");
    None
}

fn source(path: PathBuf, format: Format) -> Source {
    let source = open(&[path], &options()).expect("a known data set");
    assert_eq!(source.format, format);
    source
}

/// Baskets, items and distinct pairs of the two, where `owner` names the basket.
fn figures(taken: &Taken, owner: fn(&Interaction) -> Option<&String>) -> [usize; 3] {
    let pairs: HashSet<(&str, &str)> = taken
        .interactions
        .iter()
        .map(|one| (owner(one).expect("an owner").as_str(), one.item_id.as_str()))
        .collect();
    let baskets: HashSet<&str> = pairs.iter().map(|pair| pair.0).collect();
    let items: HashSet<&str> = pairs.iter().map(|pair| pair.1).collect();
    [baskets.len(), items.len(), pairs.len()]
}

fn by_user(one: &Interaction) -> Option<&String> {
    one.user_id.as_ref()
}

fn by_basket(one: &Interaction) -> Option<&String> {
    one.basket_id.as_ref()
}

#[test]
fn groceries_as_baskets_and_as_interactions() {
    let Some(path) = shared("groceries/groceries.csv") else {
        return;
    };
    let taken = Taken::from(&source(path, Format::Baskets));
    assert!(taken.quarantined.is_empty());
    assert_eq!(figures(&taken, by_basket), [9_835, 169, 43_365]);
    let milk = taken
        .chosen()
        .iter()
        .filter(|item| **item == "whole milk")
        .count();
    assert_eq!(milk, 2_513);

    let (Some(path), Some(items)) = (
        shared("groceries/interactions.csv"),
        shared("groceries/items.csv"),
    ) else {
        return;
    };
    let with_items = Options {
        items: Some(items),
        ..options()
    };
    let taken = Taken::from(&open(&[path], &with_items).expect("interactions"));
    assert!(taken.quarantined.is_empty());
    assert_eq!(figures(&taken, by_user), [9_835, 169, 43_365]);
    assert_eq!(taken.items.len(), 169);
    assert!(taken.items.iter().all(|item| item.title.is_some()));
}

#[test]
fn movielens_100k() {
    let Some(path) = shared("ml-100k") else {
        return;
    };
    let taken = Taken::from(&source(path, Format::Movielens));
    assert!(taken.quarantined.is_empty());
    assert_eq!(figures(&taken, by_user), [943, 1_682, 100_000]);
    assert_eq!(taken.items.len(), 1_682);
    let first = &taken.items[0];
    assert_eq!(first.title.as_deref(), Some("Toy Story (1995)"));
    assert_eq!(first.category.as_deref(), Some("Animation"));
    assert_eq!(first.categories, ["Animation", "Children's", "Comedy"]);
}

#[test]
fn movielens_latest_small() {
    let Some(path) = shared("ml-latest-small") else {
        return;
    };
    let taken = Taken::from(&source(path, Format::Movielens));
    assert!(taken.quarantined.is_empty());
    assert_eq!(figures(&taken, by_user), [610, 9_724, 100_836]);
    assert_eq!(taken.items.len(), 9_742);
    assert!(taken.interactions.iter().all(|one| one.at.is_some()));
}

#[test]
fn online_retail() {
    let Some(path) = shared("online-retail") else {
        return;
    };
    let source = source(path, Format::OnlineRetail);
    let taken = Taken::from(&source);
    assert!(taken.quarantined.is_empty());
    assert_eq!(figures(&taken, by_basket), [20_728, 3_941, 520_750]);
    assert_eq!(taken.interactions.len() + taken.skipped.len(), 541_909);
    assert_eq!(
        source.bytes_read().load(Ordering::Relaxed),
        source.bytes_total
    );
}

#[test]
fn the_split_of_movielens_100k_needs_no_mapping() {
    for (name, rows) in [("train.csv", 75_066), ("test.csv", 24_934)] {
        let Some(path) = shared(&format!("split-100k/{name}")) else {
            return;
        };
        let taken = Taken::from(&source(path, Format::Interactions));
        assert!(taken.quarantined.is_empty());
        assert_eq!(taken.interactions.len(), rows);
        assert!(taken.interactions.iter().all(|one| one.kind == "rating"));
    }
}

#[test]
fn tables_that_are_no_choices_are_refused() {
    for name in ["telco", "truth", "README.md"] {
        let Some(path) = shared(name) else {
            return;
        };
        assert!(open(&[path], &options()).is_err(), "{name}");
    }
}
