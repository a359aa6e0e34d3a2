//! `tandem count`: the co-occurrence table of a file, without a database.

mod table;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail, ensure};
use bytesize::ByteSize;
use chrono::Utc;
use clap::Args;
use serde_json::json;

use self::table::{COLUMNS, Table, checksum};
use super::output;
use super::progress::Progress;
use super::reading::Reading;
use crate::counting::{Baskets, LeftOut, count_pairs, count_within};
use crate::export::Format;
use crate::index::snapshot::threads;
use crate::interactions::formats::open;
use crate::ui::format::count;

/// Count which items stand together in a file, without a database.
///
/// The last line on standard output is one JSON object: baskets, items, interactions (distinct
/// pairs of basket and item), pairs, together_sum, seconds_read, seconds_count (from baskets in
/// memory until every pair's count can be read), seconds_write, peak_rss_mib; with --memory also
/// passes, how often the baskets were gone through; with --most-items also left_out, the baskets
/// and interactions that were not counted.
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
    /// The most memory to take, such as 1GiB; what finds no room is counted in several passes.
    #[arg(long, value_name = "SIZE")]
    memory: Option<ByteSize>,
    /// Leave baskets with more different items out: one of ten thousand items makes fifty million
    /// pairs, and is seldom a person's. The answer says how many were left out, and how many
    /// interactions with them.
    #[arg(long, value_name = "ITEMS", value_parser = clap::value_parser!(u32).range(1..))]
    most_items: Option<u32>,
    /// Also answer `checksum`, by which counts of other programs can be compared: 16 hexadecimal
    /// digits of the sum over all pairs of together · (a · 2654435761 + b) modulo 2^64, where
    /// a < b are the ids as whole numbers.
    #[arg(long, conflicts_with = "memory")]
    checksum: bool,
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
        let mut choices = read(&self.paths, &self.reading, threads)?;
        let mut left_out = None;
        if let Some(most) = self.most_items {
            let (baskets, larger) = choices.baskets.at_most(most, threads);
            choices.baskets = baskets;
            left_out = Some(larger);
        }
        let read = started.elapsed();

        let counted = match self.memory {
            None => self.count(&choices, threads, format)?,
            Some(limit) => self.count_within(&choices, threads, format, limit)?,
        };
        let mut answer = json!({
            "baskets": choices.baskets.len(),
            "items": choices.items.len(),
            "interactions": choices.baskets.choices(),
            "pairs": counted.pairs,
            "together_sum": counted.together_sum,
            "seconds_read": read.as_secs_f64(),
            "seconds_count": counted.counting.as_secs_f64(),
            "seconds_write": counted.writing.as_secs_f64(),
            "peak_rss_mib": peak_rss().map(|bytes| bytes as f64 / 1_048_576.0),
        });
        if let Some(checksum) = counted.checksum {
            answer["checksum"] = json!(format!("{checksum:016x}"));
        }
        if let Some(LeftOut { baskets, choices }) = left_out {
            answer["left_out"] = json!({"baskets": baskets, "interactions": choices});
        }
        if let Some(passes) = counted.passes {
            answer["passes"] = json!(passes);
        }
        output::print(&answer.to_string());
        Ok(())
    }

    /// Holds the whole table.
    fn count(
        &self,
        choices: &Choices,
        threads: NonZeroUsize,
        format: Option<Format>,
    ) -> anyhow::Result<Counted> {
        let started = Instant::now();
        let pairs = count_pairs(&choices.baskets, threads);
        let counting = started.elapsed();
        let started = Instant::now();
        if let (Some(format), Some(path)) = (format, &self.output) {
            let mut progress = Progress::of_rows();
            let table = Table::new(choices, &pairs, self.min_together, threads);
            let written = table.write(format, path, threads, &mut progress);
            progress.end();
            written.with_context(|| not_written(path))?;
        }
        let writing = started.elapsed();
        let checksum = if self.checksum {
            let sum = checksum(choices, &pairs, threads);
            Some(sum.context("some id is no whole number, so there is no checksum")?)
        } else {
            None
        };
        Ok(Counted {
            checksum,
            pairs: pairs.len(),
            together_sum: pairs.together_sum(),
            passes: None,
            counting,
            writing,
        })
    }

    /// Holds no more than asked for.
    fn count_within(
        &self,
        choices: &Choices,
        threads: NonZeroUsize,
        format: Option<Format>,
        limit: ByteSize,
    ) -> anyhow::Result<Counted> {
        let started = Instant::now();
        let held = peak_rss().context("this system does not say how much memory is in use")?;
        let mut writer = match (format, &self.output) {
            (Some(format), Some(path)) => {
                let file = File::create(path).and_then(|file| format.begin(COLUMNS, file));
                Some(file.with_context(|| not_written(path))?)
            }
            _ => None,
        };
        let mut writing = Duration::ZERO;
        let mut written = Ok(());
        let room = limit.as_u64().saturating_sub(held) as usize;
        let mut progress = Progress::of_rows();
        let items = choices.items.len() as u64;
        let counted = count_within(&choices.baskets, threads, room, |a, row| {
            let done = u64::from(a) + 1;
            progress.update(done, items, || format!("{} items counted", count(done)));
            let Some(writer) = writer.as_mut().filter(|_| written.is_ok()) else {
                return;
            };
            let started = Instant::now();
            let mut wanted = row.iter().filter(|pair| pair.1 >= self.min_together);
            written = wanted.try_for_each(|&(b, together)| {
                writer.row(&table::cells(choices, (a, b, together)))
            });
            writing += started.elapsed();
        });
        progress.end();
        let counted = counted.map_err(|too_little| {
            let needed = ByteSize(held + too_little.least as u64);
            anyhow!("{limit} of memory are too little to count this: {needed} would do")
        })?;
        if let (Some(writer), Some(path)) = (writer, &self.output) {
            written
                .and_then(|()| writer.end(None))
                .with_context(|| not_written(path))?;
        }
        Ok(Counted {
            checksum: None,
            pairs: counted.len,
            together_sum: counted.together_sum,
            passes: Some(counted.passes),
            counting: started.elapsed().saturating_sub(writing),
            writing,
        })
    }
}

/// What came of it.
struct Counted {
    /// Where it was asked for.
    checksum: Option<u64>,
    pairs: u64,
    together_sum: u64,
    /// Where memory was limited.
    passes: Option<usize>,
    counting: Duration,
    writing: Duration,
}

fn not_written(path: &Path) -> String {
    format!("{} could not be written", path.display())
}

fn read(paths: &[PathBuf], reading: &Reading, threads: NonZeroUsize) -> anyhow::Result<Choices> {
    let choices = open(paths, &reading.clone().options(Utc::now()))?.choices(threads)?;
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
        baskets: Baskets::from_pairs(item_count, choices.owner_count, choices.pairs, threads),
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

/// The most memory that the process has held, in bytes; absent where the system does not say.
fn peak_rss() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
