//! Weights as they are kept with a version: by the numbers that items had when it was trained.

use super::weights::Weights;

/// What a version learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// Names it among all versions of all catalogs.
    pub version_id: i64,
    /// By the number that the weights use, in the order of their bytes.
    pub item_ids: Vec<String>,
    pub weights: Weights,
}
