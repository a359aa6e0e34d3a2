//! Which days a figure is about, which ones stand before them, and in what steps they are drawn.

use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

use crate::error::AppError;

/// The lengths that one may choose.
pub(super) const LENGTHS: [u32; 4] = [7, 30, 90, 365];
const USUAL: u32 = 30;

/// Some days, and as many before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) days: u32,
    /// The last of them.
    pub(super) to: NaiveDate,
}

/// How long a period is to be.
pub(super) fn length(text: Option<&str>) -> Result<u32, AppError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(USUAL);
    };
    let known = LENGTHS.into_iter().find(|days| days.to_string() == text);
    known.ok_or_else(|| {
        let message = format!("“{text}” is no period of this page. Choose 7, 30, 90 or 365 days.");
        AppError::invalid("days", message)
    })
}

impl Period {
    pub(super) fn from(self) -> NaiveDate {
        self.to - Days::new(u64::from(self.days) - 1)
    }

    /// As many days, up to the one before these.
    pub(super) fn before(self) -> Self {
        Self {
            to: self.to - Days::new(u64::from(self.days)),
            ..self
        }
    }

    /// Days of one step of a chart: a year is drawn in weeks.
    pub(super) fn step_days(self) -> u32 {
        if self.days > 100 { 7 } else { 1 }
    }

    /// The first day of each step, the oldest first. Days that make no whole step are left out, at
    /// the beginning.
    pub(super) fn steps(self) -> Vec<NaiveDate> {
        let (step, all) = (self.step_days(), self.days / self.step_days());
        let back = |number: u32| self.to - Days::new(u64::from((all - number) * step - 1));
        (0..all).map(back).collect()
    }

    /// Sums what happened on each day of a step, for every step.
    pub(super) fn sums<T, S>(
        self,
        by_day: &BTreeMap<NaiveDate, T>,
        none: S,
        add: impl Fn(S, &T) -> S,
    ) -> Vec<S>
    where
        S: Copy,
    {
        let step = u64::from(self.step_days());
        let steps = self.steps().into_iter();
        steps
            .map(|first| by_day.range(first..first + Days::new(step)))
            .map(|days| days.fold(none, |sum, (_, of_day)| add(sum, of_day)))
            .collect()
    }

    /// Sums what happened on all days.
    pub(super) fn sum<T, S>(
        self,
        by_day: &BTreeMap<NaiveDate, T>,
        none: S,
        add: impl Fn(S, &T) -> S,
    ) -> S {
        let days = by_day.range(self.from()..=self.to);
        days.fold(none, |sum, (_, of_day)| add(sum, of_day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(days: u32, to: &str) -> Period {
        Period {
            days,
            to: to.parse().unwrap(),
        }
    }

    #[test]
    fn a_period_and_the_one_before_meet_and_have_the_same_steps() {
        for days in LENGTHS {
            let period = period(days, "2026-03-01");
            let before = period.before();
            assert_eq!(before.to + Days::new(1), period.from());
            assert_eq!(before.steps().len(), period.steps().len());
            let step = u64::from(period.step_days());
            let steps = period.steps();
            assert_eq!(*steps.last().unwrap() + Days::new(step - 1), period.to);
            assert!(steps[0] >= period.from());
            assert!(steps[0] < period.from() + Days::new(step));
        }
    }

    #[test]
    fn every_day_of_a_whole_step_is_summed_once() {
        let period = period(30, "2026-03-01");
        let every: BTreeMap<NaiveDate, u64> = (0..60)
            .map(|back| (period.to - Days::new(back), 1 + back))
            .collect();
        let add = |sum: u64, day: &u64| sum + day;
        let steps = period.sums(&every, 0, add);
        assert_eq!(steps.iter().sum::<u64>(), (1..=30_u64).sum::<u64>());
        assert_eq!(period.sum(&every, 0, add), (1..=30_u64).sum::<u64>());
        assert_eq!(
            period.before().sum(&every, 0, add),
            (31..=60_u64).sum::<u64>()
        );
        assert_eq!((steps[0], steps[29]), (30, 1));
    }

    #[test]
    fn only_the_lengths_that_are_offered_are_taken() {
        assert_eq!(length(None).unwrap(), 30);
        assert_eq!(length(Some("365")).unwrap(), 365);
        for odd in ["0", "31", "-7", "x", "7.0"] {
            assert!(length(Some(odd)).is_err(), "{odd}");
        }
    }
}
