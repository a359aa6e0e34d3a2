//! The words for an import's state and progress.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::store::{Import, State};
use crate::jobs::progress::Progress;
use crate::ui::format::{bytes, count, duration, percent};

/// The state as a badge.
pub(super) fn badge(state: State) -> impl IntoView + use<> {
    let (class, words) = match state {
        State::Running => ("badge badge--thin", "Being read"),
        State::Cancelling => ("badge badge--thin", "Being cancelled"),
        State::Interrupted => ("badge badge--danger", "Interrupted"),
        State::Failed => ("badge badge--danger", "Failed"),
        State::Visible => ("badge badge--accent", "Visible"),
        State::TakenBack => ("badge", "Taken back"),
        State::Discarded => ("badge", "Discarded"),
    };
    view! { <span class=class>{words}</span> }
}

/// What the files were called.
pub(super) fn files(import: &Import) -> String {
    match import.files.as_slice() {
        [] => "Posted by a program".to_owned(),
        [first, _, _, _, ..] => format!("{first} and {} more", import.files.len() - 1),
        files => files.join(", "),
    }
}

/// How far an import has come.
pub fn progress_of(import: &Import, now: DateTime<Utc>) -> Progress {
    let total = import.bytes_total.max(1) as f64;
    let share = (import.bytes_read as f64 / total).clamp(0.0, 1.0);
    let figure = |number: i64| count(number.unsigned_abs());
    Progress {
        is_running: matches!(import.state, State::Running | State::Cancelling),
        share,
        summary: summary(import, share, now),
        figures: [
            ("Rows taken", figure(import.accepted)),
            ("Duplicates", figure(import.duplicates)),
            ("Left out", figure(import.skipped)),
            ("Quarantined", figure(import.quarantined)),
            ("Chunks stored", figure(import.chunks)),
        ]
        .map(|(name, figure)| (name.to_owned(), figure))
        .into(),
    }
}

fn summary(import: &Import, share: f64, now: DateTime<Utc>) -> String {
    if import.state == State::Cancelling {
        return "It ends after the rows in hand, and what was stored is thrown away.".to_owned();
    }
    let read = format!(
        "{} of {} read ({})",
        bytes(import.bytes_read.unsigned_abs()),
        bytes(import.bytes_total.unsigned_abs()),
        percent(share)
    );
    let seconds = import
        .run_at
        .map(|at| (now - at).num_milliseconds() as f64 / 1_000.0)
        .filter(|seconds| *seconds > 0.5 && import.bytes_read > 0);
    match seconds {
        _ if share >= 1.0 => format!("{read}; the last rows are stored, then all of it is shown."),
        None if import.bytes_read == 0 && import.records > 0 => {
            "Its files are read again up to where it had stopped.".to_owned()
        }
        None => format!("{read}."),
        Some(seconds) => {
            let rate = import.bytes_read as f64 / seconds;
            let left = (import.bytes_total - import.bytes_read).max(0) as f64 / rate;
            format!(
                "{read}, {} a second, about {} to go.",
                bytes(rate as u64),
                duration(left)
            )
        }
    }
}
