//! `tandem count`: the co-occurrence table of a file, without a database.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use clap::Args;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::output;
use super::reading::Reading;
use crate::catalog::types::BasketRule;
use crate::counting::{Baskets, PairCounts, count_pairs};
use crate::export;
use crate::index::snapshot::threads;
use crate::interactions::formats::{Record, open};

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
    /// Threads that count; as many as there are processors where nothing is given.
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
        let write = self.output.as_deref().map(writer_for).transpose()?;
        let started = Instant::now();
        let choices = read(&self.paths, self.reading)?;
        let read = started.elapsed();

        let started = Instant::now();
        let pairs = count_pairs(&choices.baskets, self.threads.unwrap_or_else(threads));
        let counted = started.elapsed();

        let started = Instant::now();
        if let (Some(write), Some(path)) = (write, &self.output) {
            write(path, &choices, &pairs, self.min_together)
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

fn read(paths: &[PathBuf], reading: Reading) -> anyhow::Result<Choices> {
    let source = open(paths, &reading.options(Utc::now()))?;
    let mut items: HashMap<String, u32> = HashMap::new();
    let mut owners: HashMap<String, u32> = HashMap::new();
    let mut pairs = Vec::new();
    let mut left_out = 0_u64;
    for record in source.records() {
        match record? {
            Record::Interaction(choice) => {
                let owner = match source.basket_rule {
                    BasketRule::User => choice.user_id,
                    BasketRule::Basket => choice.basket_id,
                };
                let Some(owner) = owner else {
                    left_out += 1;
                    continue;
                };
                let next = owners.len() as u32;
                let owner = *owners.entry(owner).or_insert(next);
                let next = items.len() as u32;
                let item = *items.entry(choice.item_id).or_insert(next);
                pairs.push((owner, item));
            }
            Record::Quarantined(row) => {
                left_out += 1;
                if left_out <= 5 {
                    output::tell(&format!("{}, line {}: {}", row.file, row.line, row.reason));
                }
            }
            Record::Item(_) | Record::User(_) | Record::Skipped(_) => {}
        }
    }
    if left_out > 0 {
        output::tell(&format!(
            "{left_out} rows could not be taken and are not counted"
        ));
    }
    ensure!(!pairs.is_empty(), "nothing in these files can be counted");
    let mut names: Vec<(String, u32)> = items.into_iter().collect();
    names.sort_unstable();
    let mut place = vec![0; names.len()];
    for (new, (_, old)) in names.iter().enumerate() {
        place[*old as usize] = new as u32;
    }
    for (_, item) in &mut pairs {
        *item = place[*item as usize];
    }
    let baskets = Baskets::from_pairs(names.len() as u32, owners.len() as u32, pairs);
    Ok(Choices {
        items: names.into_iter().map(|(name, _)| name).collect(),
        baskets,
    })
}

type Write = fn(&Path, &Choices, &PairCounts, u32) -> anyhow::Result<()>;

/// Chosen before anything is read: a wrong ending should not cost a count.
fn writer_for(path: &Path) -> anyhow::Result<Write> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(write_csv),
        Some("parquet") => Ok(write_parquet),
        _ => bail!(
            "{} has no ending that names a format: use .csv or .parquet",
            path.display()
        ),
    }
}

fn write_csv(path: &Path, choices: &Choices, pairs: &PairCounts, least: u32) -> anyhow::Result<()> {
    let mut writer = export::csv(BufWriter::new(File::create(path)?));
    writer.write_record([
        "item_a",
        "item_b",
        "together",
        "baskets_a",
        "baskets_b",
        "baskets",
    ])?;
    let baskets = choices.baskets.len().to_string();
    let name = |item: u32| export::text(choices.items[item as usize].as_str().into());
    for (a, b, together) in pairs.iter().filter(|(_, _, together)| *together >= least) {
        writer.write_record([
            name(a).as_ref(),
            name(b).as_ref(),
            &together.to_string(),
            &choices.baskets.total(a).to_string(),
            &choices.baskets.total(b).to_string(),
            &baskets,
        ])?;
    }
    writer.flush()?;
    Ok(())
}

const SCHEMA: &str = "message cooccurrence {
    required binary item_a (string);
    required binary item_b (string);
    required int64 together;
    required int64 baskets_a;
    required int64 baskets_b;
    required int64 baskets;
}";

/// Rows of one group of a Parquet file: what is held in memory while writing.
const GROUP_ROWS: usize = 1 << 20;

fn write_parquet(
    path: &Path,
    choices: &Choices,
    pairs: &PairCounts,
    least: u32,
) -> anyhow::Result<()> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut file = SerializedFileWriter::new(File::create(path)?, schema, Arc::default())?;
    let mut rows = pairs.iter().filter(|(_, _, together)| *together >= least);
    loop {
        let group: Vec<(u32, u32, u32)> = rows.by_ref().take(GROUP_ROWS).collect();
        if group.is_empty() {
            break;
        }
        write_group(&mut file, choices, &group)?;
    }
    file.close()?;
    Ok(())
}

fn write_group(
    file: &mut SerializedFileWriter<File>,
    choices: &Choices,
    rows: &[(u32, u32, u32)],
) -> anyhow::Result<()> {
    let name = |item: u32| ByteArray::from(choices.items[item as usize].as_str());
    let total = |item: u32| i64::from(choices.baskets.total(item));
    let texts = [
        rows.iter().map(|row| name(row.0)).collect::<Vec<_>>(),
        rows.iter().map(|row| name(row.1)).collect(),
    ];
    let numbers = [
        rows.iter().map(|row| i64::from(row.2)).collect::<Vec<_>>(),
        rows.iter().map(|row| total(row.0)).collect(),
        rows.iter().map(|row| total(row.1)).collect(),
        vec![i64::from(choices.baskets.len()); rows.len()],
    ];
    let mut group = file.next_row_group()?;
    let (mut texts, mut numbers) = (texts.iter(), numbers.iter());
    while let Some(mut column) = group.next_column()? {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                writer.write_batch(texts.next().map_or(&[], |v| v), None, None)?;
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                writer.write_batch(numbers.next().map_or(&[], |v| v), None, None)?;
            }
            _ => bail!("BUG: the schema has only texts and whole numbers"),
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

/// The most memory that the process has held, in MiB; absent where the system does not say.
fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
