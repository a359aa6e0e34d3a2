//! How far something long has come: a bar on a terminal, else a line every few seconds.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::ui::format;

/// How often a log is told.
const EVERY: Duration = Duration::from_secs(5);

/// Progress by bytes read.
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines { told: Instant },
}

impl Progress {
    pub(super) fn start() -> Self {
        if io::stderr().is_terminal() {
            let style = ProgressStyle::with_template(
                "{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} to go",
            );
            let bar = ProgressBar::new(0);
            bar.set_style(style.expect("BUG: the template is sound"));
            Self::Bar(bar)
        } else {
            Self::Lines {
                told: Instant::now(),
            }
        }
    }

    pub(super) fn update(&mut self, bytes: u64, total: u64, rows: u64) {
        let rows = format!("{} rows", format::count(rows));
        match self {
            Self::Bar(bar) => {
                bar.set_length(total);
                bar.set_position(bytes);
                bar.set_message(rows);
            }
            Self::Lines { told } => {
                if told.elapsed() >= EVERY {
                    *told = Instant::now();
                    let percent = (bytes * 100).checked_div(total).unwrap_or(100);
                    output::tell(&format!("{percent} % read, {rows}"));
                }
            }
        }
    }

    /// Says a sentence without breaking the bar.
    pub(super) fn say(&self, sentence: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| output::tell(sentence)),
            Self::Lines { .. } => output::tell(sentence),
        }
    }

    pub(super) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
