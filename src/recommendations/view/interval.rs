//! The lift of each row as a small picture on one logarithmic scale, chance marked.
//!
//! The picture repeats what the words say, so it is hidden from assistive technology.

use leptos::prelude::*;

use crate::lists::types::Evidence;
use crate::ui::format::times;

/// Where the drawing begins and how wide it is, in units of the view box (120 × 20).
const LEFT: f64 = 4.0;
const WIDTH: f64 = 112.0;
/// Marks closer than this would run into each other.
const APART: f64 = 24.0;
const MARKS: [f64; 13] = [
    0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1_000.0, 10_000.0,
];

/// One scale for all rows of a list.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Wide enough for every interval, and for chance with room beside it.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Evidence>) -> Self {
        let (mut low, mut high) = (0.8_f64, 1.25_f64);
        for row in rows.filter(|row| row.lift > 0.0) {
            low = low.min(row.lift_low.unwrap_or(row.lift));
            high = high.max(row.lift_high.unwrap_or(row.lift));
        }
        Self {
            low: low.max(0.001),
            high: high.min(1e6) * 1.05,
        }
    }

    fn x(self, lift: f64) -> f64 {
        let share = (lift.max(self.low).ln() - self.low.ln()) / (self.high.ln() - self.low.ln());
        LEFT + WIDTH * share.clamp(0.0, 1.0)
    }

    /// The marks that fit, chance always among them.
    pub(super) fn head(self) -> impl IntoView {
        let mut shown: Vec<f64> = vec![1.0];
        for mark in MARKS {
            let fits = shown
                .iter()
                .all(|other| (self.x(mark) - self.x(*other)).abs() >= APART);
            if fits && (self.low..=self.high).contains(&mark) {
                shown.push(mark);
            }
        }
        let ticks = shown
            .into_iter()
            .map(|mark| {
                let text = if mark < 1.0 { format!("{mark}×") } else { format!("{mark:.0}×") };
                view! { <text class="interval__tick" x=format!("{:.1}", self.x(mark)) y="14">{text}</text> }
            })
            .collect_view();
        view! { <svg class="interval" viewBox="0 0 120 20" aria-hidden="true">{ticks}</svg> }
    }

    pub(super) fn row(self, about: &Evidence) -> impl IntoView + use<> {
        let at = |lift: f64| format!("{:.1}", self.x(lift));
        let one = at(1.0);
        let range = about.lift_low.zip(about.lift_high).map(|(low, high)| {
            view! { <line class="interval__range" x1=at(low) x2=at(high) y1="10" y2="10"/> }
        });
        view! {
            <svg class="interval" viewBox="0 0 120 20" aria-hidden="true">
                <line class="interval__axis" x1="0" x2="120" y1="10" y2="10"/>
                <line class="interval__one" x1=one.clone() x2=one y1="0" y2="20"/>
                {range}
                <circle class="interval__point" cx=at(about.lift) cy="10" r="3"/>
            </svg>
            <span class="rec__lift-value">{format!("{}×", times(about.lift))}</span>
        }
    }
}
