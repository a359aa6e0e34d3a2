//! The command line: one binary with a command for each thing that is done from outside a browser.
//!
//! Results go to standard output, progress and logs to standard error. The exit status is 0 for
//! done, 1 for failed and 2 for a call that is wrong; an error is one sentence. Each command opens
//! its database, does its work through the slices and closes the database again, whatever came of
//! the work. Nothing here counts, stores or renders. Start reading at [`Command`].

#![expect(
    clippy::doc_markdown,
    reason = "the comments on commands are their help, which a terminal shows as it is written"
)]

mod accounts;
mod count;
mod database;
mod evaluate;
mod export;
mod import;
mod output;
mod progress;
mod reading;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use sqlx::PgPool;
use tracing_subscriber::EnvFilter;

use self::database::{Database, Place};
use crate::cluster::Purpose;

/// Learns which items people choose together, recommends from that, and shows the evidence.
///
/// Without a database URL, Tandem runs a PostgreSQL cluster of its own under the data directory;
/// with the server running on that directory, the other commands talk to its cluster. Results go
/// to standard output, progress and logs to standard error (TANDEM_LOG=debug says more).
#[derive(Debug, Parser)]
#[command(name = "tandem", version, max_term_width = 100)]
struct Call {
    #[command(flatten)]
    place: Place,
    /// Print the result as JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Import(import::Import),
    Count(count::Count),
    Evaluate(evaluate::Evaluate),
    Export(export::Export),
    Verify(verify::Verify),
    #[command(subcommand)]
    Token(accounts::Token),
    #[command(subcommand)]
    Account(accounts::Account),
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let call = match read_call() {
        Ok(call) => call,
        Err(status) => return status,
    };
    start_logging();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(call.perform()),
        Err(error) => Err(anyhow::anyhow!(
            "the system gives no threads ({error}): try again when it is less busy"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(&format!("tandem: {}", output::sentence(&error)));
            ExitCode::FAILURE
        }
    }
}

fn read_call() -> Result<Call, ExitCode> {
    let matches = Call::command().try_get_matches();
    matches
        .and_then(|matches| Call::from_arg_matches(&matches))
        .map_err(|error| {
            if !error.use_stderr() {
                // Help and version are what was asked for.
                output::print(error.render().to_string().trim_end());
                return ExitCode::SUCCESS;
            }
            output::tell(&format!("tandem: {}", output::usage(&error)));
            ExitCode::from(2)
        })
}

fn start_logging() {
    // PostgreSQL's notices ("relation already exists, skipping") are news to nobody.
    let filter = EnvFilter::try_from_env("TANDEM_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx::postgres::notice=warn"));
    tracing_subscriber::fmt()
        .compact()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
}

impl Call {
    async fn perform(self) -> anyhow::Result<()> {
        let Self {
            place,
            json,
            command,
        } = self;
        match command {
            Command::Serve(serve) => serve.run(&place).await,
            Command::Count(count) => {
                let counting = tokio::task::spawn_blocking(move || count.run());
                counting.await.expect("BUG: counting panicked")
            }
            Command::Evaluate(evaluate) => {
                let evaluating = tokio::task::spawn_blocking(move || evaluate.run());
                evaluating.await.expect("BUG: evaluating panicked")
            }
            Command::Export(export) => {
                with_database(&place, "tandem export", async |db| {
                    export.run(db, json).await
                })
                .await
            }
            Command::Verify(verify) => {
                with_database(&place, "tandem verify", async |db| {
                    verify.run(db, json).await
                })
                .await
            }
            Command::Import(import) => {
                with_database(&place, "tandem import", async |db| {
                    import.run(db, json).await
                })
                .await
            }
            Command::Token(token) => {
                with_database(&place, "tandem token", async |db| token.run(db, json).await).await
            }
            Command::Account(account) => {
                with_database(&place, "tandem account", async |db| {
                    account.run(db, json).await
                })
                .await
            }
        }
    }
}

/// Does work on the database and closes it, whatever came of the work.
async fn with_database(
    place: &Place,
    name: &str,
    work: impl AsyncFnOnce(&PgPool) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let database = Database::open(place, Purpose::Command(name.to_owned())).await?;
    let worked = work(&database.pool).await;
    let closed = database.close().await;
    worked.and(closed)
}
