//! `tandem count`: the co-occurrence table of a file, without a database.

mod table;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use clap::Args;
use serde_json::json;

use self::table::Table;
use super::output;
use super::reading::Reading;
use crate::counting::{Baskets, count_pairs};
use crate::export::Format;
use crate::index::snapshot::threads;
use crate::interactions::formats::open;

/// Count which items stand together in a file, without a database.
///
/// The last line on standard output is one JSON object: baskets, items, interactions (distinct
/// pairs of basket and item), pairs, together_sum, seconds_read, seconds_count (from baskets in
/// memory until every pair's count can be read), seconds_write, peak_rss_mib.
///
/// Example: tandem count groceries.csv --output pairs.csv --min-together 10
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Count {
    /// Files to read, or a folder.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Where to write the table; the ending decides the format: .csv or .parquet.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write only pairs in at least so many baskets.
    #[arg(long, value_name = "BASKETS", default_value_t = 1)]
    min_together: u32,
    /// Threads that read, count and write; as many as there are processors where nothing is given.
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZeroUsize>,
    /// Who counts: `embedded`, this program.
    #[arg(long, default_value = "embedded")]
    engine: String,
}

/// A file's choices in memory.
struct Choices {
    items: Vec<String>,
    baskets: Baskets,
}

impl Count {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if self.engine != "embedded" {
            bail!(
                "the engine “{}” is not available yet: use --engine embedded",
                self.engine
            );
        }
        let format = self.output.as_deref().map(format_of).transpose()?;
        let started = Instant::now();
        let threads = self.threads.unwrap_or_else(threads);
        let choices = read(&self.paths, self.reading, threads)?;
        let read = started.elapsed();

        let started = Instant::now();
        let pairs = count_pairs(&choices.baskets, threads);
        let counted = started.elapsed();

        let started = Instant::now();
        if let (Some(format), Some(path)) = (format, &self.output) {
            Table::new(&choices, &pairs, self.min_together)
                .write(format, path, threads)
                .with_context(|| format!("{} could not be written", path.display()))?;
        }
        let answer = json!({
            "baskets": choices.baskets.len(),
            "items": choices.items.len(),
            "interactions": choices.baskets.choices(),
            "pairs": pairs.len(),
            "together_sum": pairs.together_sum(),
            "seconds_read": read.as_secs_f64(),
            "seconds_count": counted.as_secs_f64(),
            "seconds_write": started.elapsed().as_secs_f64(),
            "peak_rss_mib": peak_rss_mib(),
        });
        output::print(&answer.to_string());
        Ok(())
    }
}

fn read(paths: &[PathBuf], reading: Reading, threads: NonZeroUsize) -> anyhow::Result<Choices> {
    let choices = open(paths, &reading.options(Utc::now()))?.choices(threads)?;
    for row in &choices.told {
        output::tell(&format!("{}, line {}: {}", row.file, row.line, row.reason));
    }
    if choices.left_out > 0 {
        output::tell(&format!(
            "{} rows could not be taken and are not counted",
            choices.left_out
        ));
    }
    ensure!(
        !choices.pairs.is_empty(),
        "nothing in these files can be counted"
    );
    let item_count = choices.items.len() as u32;
    Ok(Choices {
        items: choices.items,
        baskets: Baskets::from_pairs(item_count, choices.owner_count, choices.pairs),
    })
}

/// Chosen before anything is read: a wrong ending should not cost a count.
fn format_of(path: &Path) -> anyhow::Result<Format> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(Format::Csv),
        Some("parquet") => Ok(Format::Parquet),
        _ => bail!(
            "{} has no ending that names a format: use .csv or .parquet",
            path.display()
        ),
    }
}

/// The most memory that the process has held, in MiB; absent where the system does not say.
fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
