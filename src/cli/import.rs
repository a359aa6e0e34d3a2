//! `tandem import`: files into a catalog, an import taken back, rows that could not be taken.

use std::io;
use std::path::PathBuf;

use chrono::Utc;
use clap::Args;
use serde_json::json;
use sqlx::PgPool;

use super::output;
use super::progress::Progress;
use super::reading::Reading;
use crate::accounts::types::Actor;
use crate::catalog::types::BasketRule;
use crate::export;
use crate::interactions::formats::Options;
use crate::interactions::intake::{
    self, CHUNK_RECORDS, Event, ImportError, Imported, Order, Run, Stop,
};
use crate::interactions::store::{self, Batch};
use crate::interactions::types::Quarantined;
use crate::ui::format;

/// How many quarantined rows are shown at the end of an import.
const SHOWN: i64 = 5;

/// Import files into a catalog; it is created where there is none.
///
/// Nothing is visible until all of it is there. An import that was stopped goes on when the same
/// command is given again, and the same files twice change nothing. A row that can't be taken is
/// kept in quarantine with file, line, column and reason; the rest is taken. Of several records
/// for one item or user the last counts. Ctrl-C stops it; so does its page, which also throws away
/// what was stored.
///
/// Examples:
///   tandem import films ml-latest-small/
///   tandem import shop orders.csv --items products.csv --map basket_id=order --map item_id=sku
///   tandem import shop --quarantined 3 > rows.csv
///   tandem import shop --undo 3
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// The catalog's id: 1 to 63 lower-case letters, digits, `-` and `_`.
    catalog: String,
    /// Files to read, or a folder; all of them are one import.
    #[arg(value_name = "PATH", required_unless_present_any = ["undo", "quarantined"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// A table of users: `user_id` and the fields that segments are made of.
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Take the import of this number back; the others stay exactly as they are.
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "quarantined"])]
    undo: Option<i64>,
    /// Print the rows that the import of this number could not take, as CSV.
    #[arg(long, value_name = "ID", conflicts_with = "paths")]
    quarantined: Option<i64>,
    /// How many records are committed together.
    #[arg(long, hide = true, default_value_t = CHUNK_RECORDS)]
    chunk_rows: usize,
}

impl Import {
    pub(super) async fn run(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        match (self.undo, self.quarantined) {
            (Some(id), _) => undo(db, &self.catalog, id, json).await,
            (None, Some(id)) => quarantined(db, &self.catalog, id).await,
            (None, None) => self.import(db, json).await,
        }
    }

    async fn import(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        let order = Order {
            catalog_id: self.catalog,
            paths: self.paths,
            reading: Options {
                users: self.users,
                ..self.reading.options(Utc::now())
            },
            chunk_records: self.chunk_rows,
        };
        let mut progress = Progress::of_bytes();
        let mut tell = |event: Event<'_>| tell(&mut progress, event);
        let run = Run::default();
        let interrupted = tokio::spawn(stop_when_interrupted(run.stop.clone()));
        let imported = intake::import_as(db, &Actor::command(), &order, &run, &mut tell).await;
        interrupted.abort();
        progress.end();
        let imported = imported.inspect_err(|error| {
            if let ImportError::NothingTaken { batch, rows } = error {
                list(batch, rows);
            }
        })?;
        if imported.is_new && imported.batch.quarantined > 0 {
            let mut connection = db.acquire().await?;
            let rows = store::quarantined(&mut connection, imported.batch.id, Some(SHOWN)).await;
            list(&imported.batch, &rows.map_err(output::store)?);
        }
        output::print(&if json {
            as_json(&imported)
        } else {
            in_words(&imported)
        });
        Ok(())
    }
}

/// Ctrl-C ends the import after the chunk in hand, so that it says what became of it.
async fn stop_when_interrupted(stop: Stop) {
    if tokio::signal::ctrl_c().await.is_ok() {
        output::tell("stopping after the rows in hand");
        stop.ask();
    }
}

fn tell(progress: &mut Progress, event: Event<'_>) {
    match event {
        Event::Begun { .. } => {}
        Event::Recognised(description) => progress.say(description),
        Event::Resumed { batch } => progress.say(&format!(
            "import {} was stopped after {} records: going on from there",
            batch.id,
            format::count(batch.records.unsigned_abs())
        )),
        Event::RuleDiffers { catalog, of_files } => progress.say(&format!(
            "in {} a basket is {}, in these files {}: they are counted by the catalog's rule, and \
             rows that lack what it needs are kept but not counted",
            catalog.id,
            rule(catalog.basket_rule),
            rule(of_files)
        )),
        Event::Stored {
            batch,
            bytes_read,
            bytes_total,
        } => progress.update(bytes_read, bytes_total, || {
            format!("{} rows", format::count(batch.records.unsigned_abs()))
        }),
    }
}

fn rule(rule: BasketRule) -> &'static str {
    match rule {
        BasketRule::Basket => "what the basket id says",
        BasketRule::User => "everything that one user chose",
        BasketRule::UserWindow => "what one user chose within a window",
    }
}

/// Shows the first rows that could not be taken, and how to see the rest.
fn list(batch: &Batch, rows: &[Quarantined]) {
    for row in rows {
        let column = row.column.as_ref();
        let column = column.map_or_else(String::new, |name| format!(", column {name}"));
        output::tell(&format!(
            "{} line {}{column}: {}",
            row.file, row.line, row.reason
        ));
    }
    let more = batch.quarantined - rows.len() as i64;
    if more > 0 {
        output::tell(&format!(
            "and {} rows more: tandem import {} --quarantined {} prints all",
            format::count(more.unsigned_abs()),
            batch.catalog_id,
            batch.id
        ));
    }
}

fn as_json(imported: &Imported) -> String {
    let (batch, figures) = (&imported.batch, imported.figures);
    json!({
        "import": batch.id,
        "catalog": batch.catalog_id,
        "accepted": batch.accepted,
        "duplicates": batch.duplicates,
        "skipped": batch.skipped,
        "quarantined": batch.quarantined,
        "users": figures.users,
        "baskets": figures.baskets,
        "items": figures.items,
        "described": figures.described,
        "visible": true,
        "new": imported.is_new,
    })
    .to_string()
}

fn in_words(imported: &Imported) -> String {
    let (batch, figures) = (&imported.batch, imported.figures);
    let count = |number: i64| format::count(number.unsigned_abs());
    if !imported.is_new {
        let on = batch.shown_at.map_or_else(String::new, |at| {
            format!(" on {}", at.format("%Y-%m-%d at %H:%M UTC"))
        });
        return format!(
            "already imported into {} as import {}{on}; nothing changed",
            batch.catalog_id, batch.id
        );
    }
    let things = [
        (figures.users, "users"),
        (figures.baskets, "baskets"),
        (figures.items, "items chosen"),
        (figures.described, "items described"),
    ];
    let things: Vec<String> = things
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| format!("{} {noun}", count(number)))
        .collect();
    format!(
        "import {} of {}: {} accepted, {} duplicates, {} skipped, {} quarantined; {}",
        batch.id,
        batch.catalog_id,
        count(batch.accepted),
        count(batch.duplicates),
        count(batch.skipped),
        count(batch.quarantined),
        things.join(", ")
    )
}

async fn undo(db: &PgPool, catalog_id: &str, id: i64, json: bool) -> anyhow::Result<()> {
    let batch = intake::undo(db, &Actor::command(), catalog_id, id).await?;
    output::print(&if json {
        json!({ "import": id, "catalog": catalog_id, "undone": true }).to_string()
    } else {
        format!(
            "import {id} of {catalog_id} was taken back: its {} rows count no longer",
            format::count((batch.accepted + batch.duplicates).unsigned_abs())
        )
    });
    Ok(())
}

async fn quarantined(db: &PgPool, catalog_id: &str, id: i64) -> anyhow::Result<()> {
    let mut connection = db.acquire().await?;
    let found = store::find(&mut connection, catalog_id, id).await;
    if found.map_err(output::store)?.is_none() {
        anyhow::bail!("there is no import {id} in {catalog_id}: an import prints its number");
    }
    let rows = store::quarantined(&mut connection, id, None).await;
    let mut writer = export::csv_writer(io::stdout().lock());
    writer.write_record(["file", "line", "column", "reason", "row"])?;
    for row in rows.map_err(output::store)? {
        let text = |cell: String| export::text(cell.into()).into_owned();
        writer.write_record([
            text(row.file),
            row.line.to_string(),
            text(row.column.unwrap_or_default()),
            text(row.reason),
            text(row.text),
        ])?;
    }
    writer.flush()?;
    Ok(())
}
