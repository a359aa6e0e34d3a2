//! When something in the demo happened, seen from today.

use chrono::{DateTime, Datelike as _, Duration, SubsecRound as _, Utc};

use super::orders::{WEEKS, When};

/// The latest moment not after `now` that fits: never in the future, never more than 52 weeks ago.
///
/// A day of the week stays a day of the week, and a week of the year shifts by no more than the
/// days by which years differ.
pub fn at(when: When, now: DateTime<Utc>) -> DateTime<Utc> {
    let now = now.trunc_subsecs(0);
    match when {
        When::Ago(seconds) => now - Duration::seconds(seconds.into()),
        When::Calendar {
            week,
            weekday,
            second,
        } => {
            let today = now.weekday().num_days_from_monday();
            let day = now.date_naive() - Duration::days(((today + 7 - weekday) % 7).into());
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
            let mut latest = midnight + Duration::seconds(second.into());
            if latest > now {
                latest -= Duration::weeks(1);
            }
            latest - Duration::weeks(((this_week(now) + WEEKS - week) % WEEKS).into())
        }
    }
}

/// The last days of a leap year belong to its 52nd week.
fn this_week(now: DateTime<Utc>) -> u32 {
    (now.ordinal0() / 7).min(WEEKS - 1)
}
