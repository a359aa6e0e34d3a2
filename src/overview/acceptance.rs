//! Of what was shown or answered, how much was accepted.
//!
//! Programs may post what they show (`impression`), and need not. Where they did in both periods
//! that are compared, acceptance is a share of what was shown; else it is a share of what was
//! answered, and says so: the two must never be compared with each other.

use super::store::Answers;
use crate::counting::{Interval, wilson};

/// What acceptance is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Shown,
    Answered,
}

/// Accepted suggestions of all that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub accepted: u64,
    pub all: u64,
}

impl Of {
    /// The share that periods have in common.
    pub fn common(periods: &[Answers]) -> Self {
        let shown = |of: &Answers| of.shown >= of.accepted + of.dismissed;
        if periods.iter().all(shown) {
            Self::Shown
        } else {
            Self::Answered
        }
    }

    pub fn share(self, answers: &Answers) -> Share {
        let all = match self {
            // What was shown late in a day may be accepted early in the next.
            Self::Shown => answers.shown.max(answers.accepted),
            Self::Answered => answers.accepted + answers.dismissed,
        };
        Share {
            accepted: answers.accepted,
            all,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Answered => "accepted or dismissed",
        }
    }
}

impl Share {
    /// Absent where nothing counts.
    pub fn value(self) -> Option<f64> {
        (self.all > 0).then(|| self.accepted as f64 / self.all as f64)
    }

    /// Its 95 % interval.
    pub fn interval(self) -> Option<Interval> {
        (self.all > 0).then(|| wilson(self.accepted, self.all))
    }
}

impl Answers {
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            shown: self.shown + other.shown,
            accepted: self.accepted + other.accepted,
            dismissed: self.dismissed + other.dismissed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_what_was_shown_only_where_both_periods_say_so() {
        let answers = |shown, accepted, dismissed| Answers {
            shown,
            accepted,
            dismissed,
        };
        let rows = [
            (answers(10, 2, 1), answers(10, 3, 3), Of::Shown),
            (answers(10, 2, 1), answers(0, 3, 3), Of::Answered),
            (answers(2, 2, 1), answers(9, 3, 3), Of::Answered),
            // A period without any feedback compares with either.
            (answers(10, 2, 1), answers(0, 0, 0), Of::Shown),
        ];
        for (now, before, of) in rows {
            assert_eq!(Of::common(&[now, before]), of, "{now:?} {before:?}");
        }
        let share = Of::Shown.share(&answers(10, 2, 1));
        assert_eq!(share.value(), Some(0.2));
        let interval = share.interval().unwrap();
        assert!(interval.low > 0.05 && interval.high < 0.52, "{interval:?}");
        assert_eq!(Of::Answered.share(&answers(10, 2, 1)).all, 3);
        assert_eq!(Of::Shown.share(&answers(1, 2, 0)).value(), Some(1.0));
        assert_eq!(Share::default().interval(), None);
    }
}
