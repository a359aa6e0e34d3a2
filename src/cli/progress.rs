//! How far something long has come: a bar on a terminal, else a line every few seconds.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;

/// How often a log is told.
const EVERY: Duration = Duration::from_secs(5);

/// How far it has come.
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines { told: Instant },
}

impl Progress {
    /// Of a file that is read, by its bytes.
    pub(super) fn of_bytes() -> Self {
        Self::start("{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} to go")
    }

    /// Of a table that is written, by its rows.
    pub(super) fn of_rows() -> Self {
        Self::start("{wide_bar} {msg}, {eta} to go")
    }

    /// Of several things, one after the other.
    pub(super) fn of_steps() -> Self {
        Self::start("{wide_bar} {pos} of {len} done, {msg}")
    }

    fn start(template: &str) -> Self {
        if io::stderr().is_terminal() {
            let style = ProgressStyle::with_template(template);
            let bar = ProgressBar::new(0);
            bar.set_style(style.expect("BUG: the template is sound"));
            Self::Bar(bar)
        } else {
            Self::Lines {
                told: Instant::now(),
            }
        }
    }

    /// So much of all is done; `words` say it in other words.
    pub(super) fn update(&mut self, done: u64, all: u64, words: impl FnOnce() -> String) {
        match self {
            Self::Bar(bar) => {
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(words());
            }
            Self::Lines { told } => {
                if told.elapsed() >= EVERY {
                    *told = Instant::now();
                    let percent = (done * 100).checked_div(all).unwrap_or(100);
                    output::tell(&format!("{percent} %, {}", words()));
                }
            }
        }
    }

    /// Says a sentence without breaking the bar.
    pub(super) fn say(&self, sentence: &str) {
        self.aside(|| output::tell(sentence));
    }

    /// Writes something without breaking the bar.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        match self {
            Self::Bar(bar) => bar.suspend(write),
            Self::Lines { .. } => write(),
        }
    }

    pub(super) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
