//! How an item's choices went: the months of the last year, each beside the same a year before.

use chrono::{Months, NaiveDate};
use std::collections::BTreeMap;

use super::store::Month;

/// Months of the period, and of the one before it.
const MONTHS: u32 = 12;

/// One month and the same a year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) first: NaiveDate,
    pub(super) choices: u64,
    pub(super) year_before: u64,
}

/// The last twelve months, the oldest first, ending with that of the newest interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trend {
    pub(super) points: Vec<Point>,
}

/// The first month that a trend to the one of the newest interaction needs.
pub(super) fn from(last: NaiveDate) -> NaiveDate {
    last - Months::new(2 * MONTHS - 1)
}

impl Trend {
    pub(super) fn new(last: NaiveDate, months: &[Month]) -> Self {
        let by_month: BTreeMap<NaiveDate, u64> =
            months.iter().map(|m| (m.first, m.choices)).collect();
        let choices = |first: NaiveDate| by_month.get(&first).copied().unwrap_or(0);
        let points = (0..MONTHS).rev().map(|back| {
            let first = last - Months::new(back);
            Point {
                first,
                choices: choices(first),
                year_before: choices(first - Months::new(MONTHS)),
            }
        });
        Self {
            points: points.collect(),
        }
    }

    pub(super) fn choices(&self) -> u64 {
        self.points.iter().map(|point| point.choices).sum()
    }

    pub(super) fn year_before(&self) -> u64 {
        self.points.iter().map(|point| point.year_before).sum()
    }

    /// The most of any month, of both years.
    pub(super) fn most(&self) -> u64 {
        let both = |point: &Point| point.choices.max(point.year_before);
        self.points.iter().map(both).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_ends_with_the_month_of_the_newest_and_has_the_year_before_beside_it() {
        let last = "2026-03-01".parse().unwrap();
        assert_eq!(from(last).to_string(), "2024-04-01");
        let month = |first: &str, choices| Month {
            first: first.parse().unwrap(),
            choices,
        };
        let months = [
            month("2024-04-01", 1),
            month("2025-03-01", 2),
            month("2025-04-01", 4),
            month("2026-03-01", 8),
        ];
        let trend = Trend::new(last, &months);
        assert_eq!(trend.points.len(), 12);
        let ends = [trend.points[0], trend.points[11]];
        let figures = ends.map(|p| (p.first.to_string(), p.choices, p.year_before));
        assert_eq!(figures[0], ("2025-04-01".to_owned(), 4, 1));
        assert_eq!(figures[1], ("2026-03-01".to_owned(), 8, 2));
        assert_eq!(
            (trend.choices(), trend.year_before(), trend.most()),
            (12, 3, 8)
        );
    }
}
