//! `tandem export`: a catalog's co-occurrence table as a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use super::output;
use crate::cooccurrence::file::write_csv;
use crate::cooccurrence::filter::Query;
use crate::index::Index;
use crate::ui::format;

/// Write a catalog's co-occurrence table to a file.
///
/// All rows that fit are written; nothing is cut. Beside the file stands FILE.manifest.json with
/// the filters, the table's version, the number of rows and the SHA-256 of the file's bytes.
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
    /// The file's format: `csv`.
    #[arg(long, default_value = "csv")]
    format: String,
    /// Pairs with this item only, on either side.
    #[arg(long, value_name = "ID")]
    item: Option<String>,
    /// Pairs with an item of this category only.
    #[arg(long)]
    category: Option<String>,
    /// Pairs in at least so many baskets.
    #[arg(long, value_name = "BASKETS")]
    min_together: Option<String>,
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
        if self.format != "csv" {
            bail!(
                "the format “{}” is not available yet: use --format csv",
                self.format
            );
        }
        let query = Query {
            level: Some(self.level),
            item: self.item,
            category: self.category,
            min_together: self.min_together,
            sort: Some(self.sort),
            from: self.from,
            to: self.to,
            segment: self.segment,
            ..Query::default()
        };
        let filter = query.filter()?;
        let index = Index::new(db.clone());
        index.refresh().await.map_err(output::store)?;
        let snapshot = index.slice(&query.slice(&index, &self.catalog)?).await?;
        let to_file = self.output.as_os_str() != "-";
        let target: Box<dyn Write + Send> = if to_file {
            let file = File::create(&self.output)
                .with_context(|| format!("{} can't be written", self.output.display()))?;
            Box::new(file)
        } else {
            Box::new(io::stdout())
        };
        let version = snapshot.version();
        let watermark = snapshot.change;
        let writing = tokio::task::spawn_blocking(move || {
            let mut hashing = Hashing(target, Sha256::new());
            let rows = write_csv(&snapshot, &filter, &mut hashing)?;
            io::Result::Ok((rows, hashing.1.finalize()))
        });
        let (rows, digest) = writing
            .await
            .expect("BUG: writing the table panicked")
            .with_context(|| format!("{} could not be written whole", self.output.display()))?;
        if !to_file {
            return Ok(());
        }
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = json!({
            "catalog": self.catalog, "filters": query, "version": version,
            "watermark": watermark, "rows": rows, "sha256": hex,
        });
        let mut beside = self.output.clone().into_os_string();
        beside.push(".manifest.json");
        std::fs::write(&beside, format!("{manifest:#}\n"))
            .with_context(|| format!("{} can't be written", PathBuf::from(&beside).display()))?;
        output::print(&if json {
            manifest.to_string()
        } else {
            format!(
                "{} rows of table version {version} written",
                format::count(rows)
            )
        });
        Ok(())
    }
}

/// Takes the digest of what passes through.
struct Hashing(Box<dyn Write + Send>, Sha256);

impl Write for &mut Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
