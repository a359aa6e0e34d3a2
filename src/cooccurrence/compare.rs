//! The page that compares two periods, or two groups of users.
//!
//! A side is a window, a segment, or both. Where none is chosen the last thirty days stand beside
//! the thirty before; they end with the newest interaction, not with today.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::comparison::Comparison;
use super::filter::{Level, Query};
use super::view::compare as view;
use super::view::tabs::{Tab, head};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::interactions::batches;
use crate::services::Services;
use crate::ui::page::error_notice;

/// The least baskets, on one side, of a pair that is compared, where the URL does not say.
const MIN_TOGETHER: &str = "3";
/// Rows of the page.
const ROWS: usize = 50;

/// The sides as they come from a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    pub left_from: Option<String>,
    pub left_to: Option<String>,
    pub left_segment: Option<String>,
    pub right_from: Option<String>,
    pub right_to: Option<String>,
    pub right_segment: Option<String>,
}

impl Sides {
    pub(super) fn fields(&self) -> [(&'static str, &Option<String>); 6] {
        [
            ("left_from", &self.left_from),
            ("left_to", &self.left_to),
            ("left_segment", &self.left_segment),
            ("right_from", &self.right_from),
            ("right_to", &self.right_to),
            ("right_segment", &self.right_segment),
        ]
    }

    fn is_chosen(&self) -> bool {
        let given = |(_, value): &(&str, &Option<String>)| {
            value.as_ref().is_some_and(|text| !text.is_empty())
        };
        self.fields().iter().any(given)
    }

    /// The days that end with a day, and as many before them.
    pub(super) fn last(days: u64, newest: NaiveDate) -> Self {
        let back = |days: u64| Some((newest - Days::new(days)).to_string());
        Self {
            left_from: back(2 * days - 1),
            left_to: back(days),
            right_from: back(days - 1),
            right_to: back(0),
            ..Self::default()
        }
    }
}

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) current: Arc<Snapshot>,
    /// The query as the URL has it, for links that change one part.
    pub(super) asked: Query,
    /// The same with the page's defaults.
    pub(super) query: Query,
    /// As asked for, or the last days.
    pub(super) sides: Sides,
    pub(super) segment_fields: Vec<String>,
    /// None where nothing is chosen and the data has no times to choose by.
    pub(super) shown: Option<Result<Shown, AppError>>,
}

pub(super) struct Shown {
    pub(super) left: Arc<Snapshot>,
    pub(super) right: Arc<Snapshot>,
    pub(super) level: Level,
    pub(super) least: u32,
    /// None where a side has no baskets.
    pub(super) comparison: Option<Comparison>,
}

pub(super) async fn load(
    services: Services,
    actor: Actor,
    catalog_id: &str,
    asked: Query,
    sides: Sides,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let current = services.index.current(catalog_id)?;
    let newest = current.newest.map(|newest| newest.date_naive());
    let sides = match newest {
        Some(newest) if !sides.is_chosen() => Sides::last(30, newest),
        _ => sides,
    };
    let given = asked.min_together.clone().filter(|text| !text.is_empty());
    let query = Query {
        min_together: given.or_else(|| Some(MIN_TOGETHER.to_owned())),
        ..asked.clone()
    };
    let shown = if sides.is_chosen() {
        Some(show(&services, catalog_id, &query, &sides).await)
    } else {
        None
    };
    Ok(Loaded {
        segment_fields: batches::user_fields(&services.db, catalog_id).await?,
        current,
        asked,
        query,
        sides,
        shown,
    })
}

async fn show(
    services: &Services,
    catalog_id: &str,
    asked: &Query,
    sides: &Sides,
) -> Result<Shown, AppError> {
    let plain = Query {
        level: asked.level.clone(),
        min_together: asked.min_together.clone(),
        ..Query::default()
    };
    let filter = plain.filter()?;
    let side = |from: &Option<String>, to: &Option<String>, segment: &Option<String>| {
        let query = Query {
            from: from.clone(),
            to: to.clone(),
            segment: segment.clone(),
            version: asked.version.clone(),
            ..Query::default()
        };
        query.slice(&services.index, catalog_id)
    };
    let left = side(&sides.left_from, &sides.left_to, &sides.left_segment)?;
    let right = side(&sides.right_from, &sides.right_to, &sides.right_segment)?;
    let left = services.index.slice(&left).await?;
    let right = services.index.slice(&right).await?;
    let (level, least) = (filter.level, filter.min_together);
    let compare = tokio::task::spawn_blocking(move || {
        let counted = !left.baskets.is_empty() && !right.baskets.is_empty();
        let comparison = counted.then(|| Comparison::new(&left, &right, level, least, ROWS));
        Shown {
            left,
            right,
            level,
            least,
            comparison,
        }
    });
    Ok(compare.await.expect("BUG: comparing two tables panicked"))
}

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let content = match &loaded.shown {
        None => view::nothing_chosen(loaded).into_any(),
        Some(Ok(shown)) => view::comparison(loaded, shown).into_any(),
        Some(Err(error)) => error_notice(error).into_any(),
    };
    view! {
        <Title text="Co-occurrence"/>
        {head(Tab::Compare, &loaded.current, &loaded.asked)}
        {view::filters(loaded)}
        {content}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_days_end_with_the_newest_and_touch_those_before() {
        let sides = Sides::last(30, "2026-03-30".parse().unwrap());
        let text = |value: &Option<String>| value.clone().unwrap();
        assert_eq!(text(&sides.right_to), "2026-03-30");
        assert_eq!(text(&sides.right_from), "2026-03-01");
        assert_eq!(text(&sides.left_to), "2026-02-28");
        assert_eq!(text(&sides.left_from), "2026-01-30");
    }
}
