//! `tandem verify`: a count from nothing beside what servers serve.

use anyhow::bail;
use clap::Args;
use sqlx::PgPool;

use super::output;
use super::progress::Progress;
use crate::catalog;
use crate::servers::verify::{Report, verify};
use crate::ui::format::{count, counted};

/// Count a catalog from nothing and compare what the servers serve.
///
/// Every server that follows the database is compared at the change it has come to; the count
/// itself is compared with what PostgreSQL counts in SQL: every item's baskets, and all pairs of
/// twelve items. The exit status is 1 where anything differs.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The catalog's id; all catalogs where none is named.
    catalog: Option<String>,
}

impl Verify {
    pub(super) async fn run(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        let mut catalogs = catalog::store::list(db).await.map_err(output::store)?;
        if let Some(id) = &self.catalog {
            catalogs.retain(|catalog| catalog.id == *id);
            if catalogs.is_empty() {
                bail!("there is no catalog “{id}”: `tandem verify` without a name verifies all");
            }
        }
        let mut reports = Vec::new();
        let mut progress = Progress::of_steps();
        for (done, catalog) in catalogs.iter().enumerate() {
            progress.update(done as u64, catalogs.len() as u64, || {
                format!("counting {} from nothing", catalog.id)
            });
            let report = verify(db, catalog).await.map_err(output::store)?;
            if let (Some(report), false) = (&report, json) {
                progress.aside(|| output::print(&text(report)));
            }
            reports.extend(report);
        }
        progress.end();
        if json {
            output::print(&serde_json::to_string(&reports)?);
        }
        if reports.is_empty() && !json {
            output::print("there is no catalog yet");
        }
        let different = reports.iter().filter(|report| !report.is_equal()).count();
        if different > 0 {
            bail!(
                "{} {} counted wrong",
                counted(different as u64, "catalog", "catalogs"),
                if different == 1 { "is" } else { "are" }
            );
        }
        Ok(())
    }
}

fn text(report: &Report) -> String {
    let mut text = format!(
        "{}: change {}, {}, {}, {}\n  {} and all item totals compared with the database's own count",
        report.catalog,
        report.change,
        counted(u64::from(report.baskets), "basket", "baskets"),
        counted(report.items as u64, "item", "items"),
        counted(report.choices, "choice", "choices"),
        counted(report.pairs_compared as u64, "pair", "pairs"),
    );
    if report.servers.is_empty() {
        text += "\n  no server is running on this database";
    }
    for server in &report.servers {
        let equal = if server.equal { "equal" } else { "different" };
        text += &format!(
            "\n  {} at change {}: {equal}",
            server.address,
            count(server.change as u64)
        );
    }
    for difference in &report.differences {
        text += &format!("\n  {difference}");
    }
    if report.is_equal() {
        text += "\n  everything is equal";
    }
    text
}
