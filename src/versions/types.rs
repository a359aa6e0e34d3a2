//! A version and its life, as the registry keeps them and the API shows them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::AppError;
use crate::evaluation::report::{OfSurface, Report, Surface};
use crate::evaluation::trial::Split;
use crate::evaluation::tune::Record;
use crate::models::recipe::Recipe;

/// The most characters of a note or a reason.
pub const TEXT_MOST: usize = 2_000;

/// Where a version stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModelStage)]
pub enum Stage {
    /// Trained; nobody has said that it may answer.
    Draft,
    /// It may answer.
    Candidate,
    /// It answers on a surface.
    Production,
    /// It shall not answer any more.
    Retired,
}

impl Stage {
    pub const ALL: [Self; 4] = [
        Self::Draft,
        Self::Candidate,
        Self::Production,
        Self::Retired,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Candidate => "candidate",
            Self::Production => "production",
            Self::Retired => "retired",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// What a version was trained from, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ModelTraining)]
pub struct Training {
    /// The version of the table that it learnt from.
    pub table_version: String,
    /// The change up to which that was counted.
    pub watermark: i64,
    /// Baskets of that table.
    pub baskets: u32,
    /// Items of that table.
    pub items: u32,
    /// Items in baskets, each once.
    pub choices: u64,
    /// How its parameters were chosen, by rows that took no part in its first evaluation; null where
    /// somebody chose them.
    pub tuning: Option<Record>,
    /// Why it is not what was asked for; null where it is.
    pub fell_back: Option<String>,
    /// Weights that it learnt.
    pub weights: u64,
    /// SHA-256 of them, in hexadecimal digits: the same recipe on the same table gives the same one.
    pub digest: String,
    /// Seconds of choosing parameters, measuring and learning.
    pub seconds: f64,
}

/// How good a version was found to be.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelEvaluation)]
pub struct Evaluation {
    /// When it was measured.
    pub at: DateTime<Utc>,
    /// Who had it measured.
    pub by: String,
    /// The version of the table whose choices were held back.
    pub table_version: String,
    /// What was found.
    pub report: Report,
}

impl Evaluation {
    /// What was found where a whole history asks, or one item.
    pub fn of(&self, surface: Surface) -> Option<&OfSurface> {
        let mut surfaces = self.report.surfaces.iter();
        surfaces.find(|of| of.surface == surface)
    }
}

/// One version of a catalog's model.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelVersion)]
pub struct Version {
    /// Its number in the catalog: 1 is the live table, which every catalog has.
    #[schema(minimum = 1)]
    pub number: i32,
    /// What people call it.
    pub name: &'static str,
    /// How its weights come about.
    pub recipe: Recipe,
    /// Where it stands in its life.
    pub stage: Stage,
    /// What it is for, and where it must not be used.
    pub note: String,
    /// Who answers for it; null where nobody does yet.
    pub owner: Option<String>,
    /// When it was trained.
    pub trained_at: DateTime<Utc>,
    /// Who had it trained; null for the live table.
    pub trained_by: Option<String>,
    /// Null for the live table, which always has the newest counts.
    pub training: Option<Training>,
    /// Where it answers now: `item`, `basket` and `user` are the lists for those anchors, empty is
    /// every place without a version of its own, any other is a place that programs name.
    pub surfaces: Vec<String>,
    /// The newest evaluation; null where it was never measured.
    pub evaluation: Option<Evaluation>,
    #[serde(skip)]
    pub version_id: i64,
    /// As the audit trail names the owner.
    #[serde(skip)]
    pub owner_key: Option<String>,
}

/// A version moved to another stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ModelMove)]
pub struct Move {
    /// Where it was moved to.
    pub stage: Stage,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why, in their words; often empty.
    pub reason: String,
}

/// A time in which one version answered on one surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ModelService)]
pub struct Service {
    /// See `surfaces` of a version.
    pub surface: String,
    /// The version's number.
    pub version: i32,
    /// What people call it.
    pub name: &'static str,
    /// When it began to answer.
    pub from: DateTime<Utc>,
    /// Null where it answers now.
    pub until: Option<DateTime<Utc>>,
    /// Who put it there; null for the beginning of the catalog.
    pub by: Option<String>,
    /// Why, in their words; often empty.
    pub reason: String,
}

/// What is asked for to be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// None for the ridge with parameters chosen by hidden training rows.
    pub recipe: Option<Recipe>,
    pub split: Split,
    pub note: String,
}

/// A text that is not too long, without spaces at its ends.
pub fn text(field: &'static str, typed: &str) -> Result<String, AppError> {
    let text = typed.trim();
    let length = text.chars().count();
    if length > TEXT_MOST {
        return Err(AppError::invalid(
            field,
            format!("It has {length} characters; the most is {TEXT_MOST}."),
        ));
    }
    Ok(text.to_owned())
}

/// The name of a surface.
pub fn surface(typed: &str) -> Result<String, AppError> {
    let name = typed.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | ' ');
    if name.chars().count() > 100 || !name.chars().all(is_name) {
        return Err(AppError::invalid(
            "surface",
            "A surface is a name of at most 100 letters, digits, spaces and - _ . : /.",
        ));
    }
    Ok(name.to_owned())
}
