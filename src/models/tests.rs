//! A version's weights on a snapshot, against adding them up by hand.

use std::sync::Arc;

use proptest::prelude::*;

use super::trained::Trained;
use super::weights::Weights;
use super::{Model, ModelName, Ranks};
use crate::index::snapshot::{Scratch, Snapshot};
use crate::index::snapshot_of;

fn model(item_ids: Vec<String>, weights: Weights) -> Model {
    Model {
        number: 2,
        name: ModelName {
            name: "ridge".to_owned(),
            version: "2".to_owned(),
            stage: "production".to_owned(),
        },
        ranks: Ranks::Trained(Arc::new(Trained {
            version_id: 1,
            item_ids,
            weights,
        })),
    }
}

fn id(item: u32) -> String {
    format!("{item:03}")
}

/// Weights of all kinds: some items say nothing, some speak against others.
fn rows(items: u32) -> impl Strategy<Value = Vec<Vec<(u32, f32)>>> {
    let weight = prop_oneof![Just(0.0_f32), -1.0_f32..1.0, Just(f32::MIN_POSITIVE)];
    let row = prop::collection::btree_map(0..items, weight, 0..8);
    let rows = prop::collection::vec(row, items as usize);
    rows.prop_map(|rows| {
        rows.into_iter()
            .map(|row| row.into_iter().collect())
            .collect()
    })
}

/// A catalog in which every other item was there when the model was trained, beside some that are
/// gone.
fn half_known() -> (Snapshot, Vec<String>) {
    let snapshot = snapshot_of(&[(0..20).map(id).collect()]);
    let known = (0..30).filter(|item| item % 2 == 0).map(id);
    (snapshot, known.collect())
}

proptest! {
    #[test]
    fn the_parts_of_a_score_sum_to_it(
        rows in rows(15),
        anchors in prop::collection::btree_set(0_u32..20, 1..12),
    ) {
        let (snapshot, item_ids) = half_known();
        let weights = Weights::from_rows(rows);
        let model = model(item_ids, weights.clone());
        let ranker = model.on(&snapshot);
        let anchors: Vec<u32> = anchors.into_iter().collect();
        let mut scratch = Scratch::default();
        let ranked: Vec<(u32, f64)> = ranker.rank(&anchors, &mut scratch).collect();
        for &(item, score) in &ranked {
            let mut parts = ranker.shares(&anchors, item, &mut scratch);
            prop_assert!(parts.is_sorted_by(|a, b| a.score >= b.score));
            // In the order in which scores are summed, to the last bit.
            parts.sort_by_key(|part| part.anchor);
            let sum = parts.iter().fold(0.0, |sum, part| sum + part.score);
            prop_assert_eq!(sum.to_bits(), score.to_bits());
        }
        prop_assert!(ranked.is_sorted_by(|a, b| (-a.1, a.0) < (-b.1, b.0)));
        // By hand: item 2n of the catalog is item n of the model.
        for item in 0..20_u32 {
            let by_hand: f64 = anchors
                .iter()
                .filter(|anchor| item % 2 == 0 && *anchor % 2 == 0)
                .map(|anchor| f64::from(weights.get(anchor / 2, item / 2)))
                .sum();
            let listed = ranked.iter().find(|(listed, _)| *listed == item);
            let score = listed.map(|(_, score)| *score);
            prop_assert_eq!(score, Some(by_hand).filter(|score| *score > 0.0), "{}", item);
        }
    }

    #[test]
    fn an_item_alone_has_the_list_that_it_has_among_anchors(rows in rows(15)) {
        let (snapshot, item_ids) = half_known();
        let model = model(item_ids, Weights::from_rows(rows));
        let ranker = model.on(&snapshot);
        let mut scratch = Scratch::default();
        for anchor in 0..20 {
            let ranked: Vec<_> = ranker.rank(&[anchor], &mut scratch).collect();
            let alone: Vec<_> = ranker.rank_alone(anchor, &mut scratch).collect();
            prop_assert_eq!(ranked, alone);
        }
    }
}
