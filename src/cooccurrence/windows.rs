//! The pairs of the last days beside those of all time. Pure but for the query.
//!
//! One of the windows says which pairs and in which order; the others show the same pairs, found
//! by their ids. Windows are those of [`crate::index::windows`].

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::filter::{Filter, Query, measure};
use super::side::Side;
use super::table::Table;
use crate::counting::{Contingency, Measure};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::index::windows::{DAYS, Windows};

/// How many windows stand beside each other, all time among them.
pub const COUNT: usize = DAYS.len() + 1;
/// The place of all time among the windows.
const ALL: usize = DAYS.len();
/// The window whose order counts where nothing is said: 30 days.
const CHOSEN: usize = 1;

/// The measure where nothing is said. It does not grow with how much was counted, as the
/// log-likelihood ratio does, so that windows of different lengths can be compared.
pub const MEASURE: Measure = Measure::Cosine;

/// The window as a URL names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub days: Option<String>,
}

impl Asked {
    /// The place of the window whose pairs are wanted.
    pub fn chosen(&self) -> Result<usize, AppError> {
        let Some(days) = self.days.as_deref().filter(|days| !days.is_empty()) else {
            return Ok(CHOSEN);
        };
        (0..COUNT)
            .find(|window| code(*window) == days)
            .ok_or_else(|| {
                let codes = (0..COUNT).map(code).collect::<Vec<_>>().join(", ");
                AppError::invalid("days", format!("“days” is one of {codes}, not “{days}”."))
            })
    }
}

/// How a URL names a window.
pub fn code(window: usize) -> String {
    DAYS.get(window)
        .map_or_else(|| "all".to_owned(), u64::to_string)
}

/// What a window is called.
pub fn label(window: usize) -> String {
    DAYS.get(window)
        .map_or_else(|| "All time".to_owned(), |days| format!("{days} days"))
}

/// The pairs that are wanted, checked.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its order is falling by the measure.
    pub filter: Filter,
    pub measure: Measure,
    /// The place of the window whose pairs they are.
    pub chosen: usize,
}

impl Wanted {
    /// By a query and the window it names; windows are compared by one measure, and its `sort` says
    /// nothing here.
    pub fn new(query: &Query, window: &Asked) -> Result<Self, AppError> {
        let measure = match query.measure.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => measure("measure", name)?,
            None => MEASURE,
        };
        let query = Query {
            sort: Some(measure.name().to_owned()),
            ..query.clone()
        };
        Ok(Self {
            filter: query.filter()?,
            measure,
            chosen: window.chosen()?,
        })
    }
}

/// The rows of one window, with the figures of all.
pub struct Recent {
    /// From the shortest to all time.
    pub windows: [Arc<Snapshot>; COUNT],
    pub wanted: Wanted,
    pub rows: Vec<Row>,
    /// Pairs of the chosen window that fit.
    pub total: u64,
}

/// A pair in every window.
pub struct Row {
    /// The ids of two items, or two categories, in byte order.
    pub a: String,
    pub b: String,
    pub parts: [Part; COUNT],
}

/// A pair in one window.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub together: u32,
    /// None where one of the two was not chosen then.
    pub pair: Option<Contingency>,
}

impl Recent {
    /// The first pairs of the window that is wanted.
    pub fn new(windows: Windows, wanted: Wanted, limit: u32) -> Result<Self, AppError> {
        let (filter, chosen) = (&wanted.filter, wanted.chosen);
        // An item that only older days know is known, and has no pairs.
        Table::new(&windows.all, filter)?;
        let [week, month, quarter] = windows.last;
        let windows = [week, month, quarter, windows.all];
        let (rows, total) = match Table::new(&windows[chosen], filter) {
            Ok(table) => {
                let page = table.page(limit, None);
                let pairs = page.pairs.iter().map(|pair| (pair.a, pair.b));
                (describe(&windows, filter, chosen, pairs), page.total)
            }
            Err(_) => (Vec::new(), 0),
        };
        Ok(Self {
            windows,
            wanted,
            rows,
            total,
        })
    }

    pub fn all(&self) -> &Arc<Snapshot> {
        &self.windows[ALL]
    }
}

/// Pairs by the numbers of one window, with what all windows say of them.
fn describe(
    windows: &[Arc<Snapshot>; COUNT],
    filter: &Filter,
    chosen: usize,
    pairs: impl Iterator<Item = (u32, u32)>,
) -> Vec<Row> {
    let sides = windows
        .each_ref()
        .map(|window| Side::new(window, filter.level));
    let row = |(a, b)| {
        let (a, b) = (sides[chosen].name(a), sides[chosen].name(b));
        let parts = sides.each_ref().map(|side| {
            let pair = side.find(a).zip(side.find(b));
            let together = pair.map_or(0, |(a, b)| side.together(a, b));
            Part {
                together,
                pair: side.contingency(pair, together),
            }
        });
        Row {
            a: a.to_owned(),
            b: b.to_owned(),
            parts,
        }
    };
    pairs.map(row).collect()
}
