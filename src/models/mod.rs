//! The models that rank: the live table, and versions that were trained on it.
//!
//! A model gives scores and nothing else; what is served is decided in `serving`. A list names
//! the model and its version, so that whoever reads it can tell what answered. [`store`] says which
//! version answers where, [`Models`] keeps the weights of those that answer at hand, and a
//! [`Ranker`] ranks the items of one snapshot. How weights come about stands in `recipe`; which
//! versions there are and who moves them is the slice `versions`.

pub mod live;
pub mod neighbours;
mod ranker;
pub mod recipe;
pub mod ridge;
pub mod store;
#[cfg(test)]
mod tests;
pub mod trained;
pub mod weights;

use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

pub use live::DAMPING;
pub use ranker::{Ranker, Share};
use recipe::Recipe;
pub use store::Models;
use trained::Trained;

/// How a model is named on every list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelName {
    /// What people call it.
    pub name: String,
    /// Its version: 1 is the live table, the others were trained.
    #[schema(example = "1")]
    pub version: String,
    /// Where it stands in its life: `production` for the one that answers.
    #[schema(example = "production")]
    pub stage: String,
}

/// One version, ready to rank. Clones share its weights.
#[derive(Debug, Clone)]
pub struct Model {
    /// The catalog's number of it.
    pub number: i32,
    pub name: ModelName,
    ranks: Ranks,
}

#[derive(Debug, Clone)]
enum Ranks {
    Live,
    Trained(Arc<Trained>),
}

impl Model {
    /// The live table of a catalog in which nobody moved it.
    pub fn live() -> Self {
        Self {
            number: 1,
            name: ModelName {
                name: Recipe::Live.name().to_owned(),
                version: "1".to_owned(),
                stage: "production".to_owned(),
            },
            ranks: Ranks::Live,
        }
    }
}
