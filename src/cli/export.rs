//! `tandem export`: a catalog's co-occurrence table as a file.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use sqlx::PgPool;
use tokio::select;
use tokio::task::spawn_blocking;

use super::output;
use super::progress::Progress;
use crate::cooccurrence::file::Extract;
use crate::cooccurrence::filter::Query;
use crate::export::{Format, Manifest};
use crate::index::Index;
use crate::index::snapshot::Snapshot;
use crate::ui::format;

/// How many rows are written between two looks at whether to stop.
const TOLD_ROWS: u64 = 4096;

/// Write a catalog's co-occurrence table to a file.
///
/// All rows that fit are written; nothing is cut. The file stands under its name only when it is
/// whole. Beside it stands FILE.manifest.json with the filters, the table's version, the number of
/// rows and the SHA-256 over the canonical rows, which is the same in every format.
///
/// Example: tandem export films --level item --min-together 20 --sort lift --output pairs.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Export {
    /// The catalog's id.
    catalog: String,
    /// `item` or `category`.
    #[arg(long, default_value = "item")]
    level: String,
    /// The file's format: `csv`, `xlsx`, `parquet` or `json`; else what the file's ending says, and
    /// CSV where that says nothing.
    #[arg(long)]
    format: Option<String>,
    /// Pairs with this item only, on either side.
    #[arg(long, value_name = "ID")]
    item: Option<String>,
    /// Pairs with an item of this category only.
    #[arg(long)]
    category: Option<String>,
    /// Pairs in at least so many baskets.
    #[arg(long, value_name = "BASKETS")]
    min_together: Option<String>,
    /// With --item: the pair of the two alone.
    #[arg(long, value_name = "ID", requires = "item")]
    other_item: Option<String>,
    /// With --category: pairs of an item of the one and an item of the other.
    #[arg(long, value_name = "CATEGORY", requires = "category")]
    other_category: Option<String>,
    /// `ids`, or a measure, falling; `lift:asc` for rising.
    #[arg(long, default_value = "ids")]
    sort: String,
    /// Count only from this day or moment on.
    #[arg(long)]
    from: Option<String>,
    /// Count only up to this day or moment.
    #[arg(long)]
    to: Option<String>,
    /// Count only users whose field has this value, as in `country:France`.
    #[arg(long)]
    segment: Option<String>,
    /// The file to write; `-` for standard output.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Export {
    pub(super) async fn run(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        let format = self.format()?;
        let catalog_id = self.catalog.clone();
        let (output, query) = self.parts();
        query.filter()?;
        let index = Index::new(db.clone());
        index
            .refresh_one(&catalog_id)
            .await
            .map_err(output::store)?;
        let snapshot = index.slice(&query.slice(&index, &catalog_id)?).await?;
        // What the index holds to follow the catalog is not needed while its rows are written.
        drop(index);
        let stop = Arc::new(AtomicBool::new(false));
        let mut writing = {
            let stop = stop.clone();
            let output = output.clone();
            spawn_blocking(move || write(snapshot, &query, format, output.as_deref(), &stop))
        };
        let written = select! {
            written = &mut writing => written,
            _ = tokio::signal::ctrl_c() => {
                stop.store(true, Relaxed);
                writing.await
            }
        };
        let manifest = written.expect("BUG: writing the table panicked")?;
        let Some(output) = output else {
            return Ok(());
        };
        let beside = beside(&output);
        std::fs::write(&beside, format!("{:#}\n", json!(manifest)))
            .with_context(|| format!("{} can't be written", beside.display()))?;
        output::print(&if json {
            json!(manifest).to_string()
        } else {
            format!(
                "{} rows of table version {} written",
                format::count(manifest.rows),
                manifest.version
            )
        });
        Ok(())
    }

    fn format(&self) -> anyhow::Result<Format> {
        let ending = self.output.extension().and_then(|ending| ending.to_str());
        match &self.format {
            Some(name) => Format::parse(name).with_context(|| {
                let names = Format::ALL.map(Format::name).join(", ");
                format!("“{name}” is not a format: use one of {names}")
            }),
            None => Ok(ending.and_then(Format::parse).unwrap_or(Format::Csv)),
        }
    }

    /// The file to write, none for standard output, and what chooses the rows.
    fn parts(self) -> (Option<PathBuf>, Query) {
        let query = Query {
            level: Some(self.level),
            item: self.item,
            other_item: self.other_item,
            category: self.category,
            other_category: self.other_category,
            min_together: self.min_together,
            sort: Some(self.sort),
            from: self.from,
            to: self.to,
            segment: self.segment,
            ..Query::default()
        };
        let is_file = self.output.as_os_str() != "-";
        (is_file.then_some(self.output), query)
    }
}

fn beside(output: &Path) -> PathBuf {
    let mut name = output.to_owned().into_os_string();
    name.push(".manifest.json");
    name.into()
}

/// Writes the rows; to a file by another name that takes its own when it is whole.
fn write(
    snapshot: Arc<Snapshot>,
    query: &Query,
    format: Format,
    output: Option<&Path>,
    stop: &AtomicBool,
) -> anyhow::Result<Manifest> {
    let extract = Extract::new(snapshot, query)?;
    if let Some(why) = format.refuses(extract.rows()) {
        bail!("{why}");
    }
    let mut progress = Progress::of_rows();
    let told = |rows: u64| {
        if rows.is_multiple_of(TOLD_ROWS) {
            let words = || format!("{} rows written", format::count(rows));
            progress.update(rows, extract.rows(), words);
            if stop.load(Relaxed) {
                return Err(io::Error::other("stopped before all rows were written"));
            }
        }
        Ok(())
    };
    let Some(output) = output else {
        let written = extract.write(format, io::stdout(), told);
        progress.end();
        return Ok(written?);
    };
    let failed = || format!("{} could not be written", output.display());
    let folder = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".tandem-export-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .with_context(failed)?;
    let written = extract.write(format, file.as_file_mut(), told);
    progress.end();
    let manifest = written.with_context(failed)?;
    file.persist(output).with_context(failed)?;
    Ok(manifest)
}
