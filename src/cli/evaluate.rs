//! `tandem evaluate`: how good recommendations are, without a database.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use chrono::Utc;
use clap::Args;

use super::output;
use super::progress::Progress;
use super::reading::Reading;
use crate::counting::Measure;
use crate::evaluation::choices::{Choice, Choices, Ids};
use crate::evaluation::evaluate;
use crate::evaluation::methods::Method;
use crate::index::snapshot::threads;
use crate::interactions::formats::{Record, open};
use crate::interactions::types::Interaction;
use crate::models::recipe::Recipe;
use crate::ui::format::count;

/// Measure how good recommendations are.
///
/// The models learn from one file and are asked for a list for every user of the other; a row of it
/// is found where the list holds its item. What a user chose in the first file is never in the
/// list. The default's parameters are chosen by the first file alone.
///
/// The last line on standard output is one JSON object: users, k, default, models (name,
/// parameters, and ndcg, recall, precision, map, hit_rate, novelty, popularity_lift with value, low
/// and high of the 95 % interval; coverage; seconds of learning) and tuning (what was tried on hidden
/// training rows).
///
/// Example: tandem evaluate --train train.csv --test test.csv --map user_id=userID
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Evaluate {
    /// What the models learn from.
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// What was held back.
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Places of a list.
    #[arg(long, default_value_t = NonZeroUsize::new(10).expect("BUG: ten is not zero"))]
    k: NonZeroUsize,
    /// A measure of the table to measure too, such as lift; may be given several times.
    #[arg(long, value_name = "MEASURE", value_parser = measure)]
    measure: Vec<Measure>,
    /// Threads that learn and measure; as many as there are processors where nothing is given.
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZeroUsize>,
}

fn measure(text: &str) -> Result<Measure, String> {
    Measure::parse(text).ok_or_else(|| {
        let names = Measure::ALL.map(Measure::name).join(", ");
        format!("choose one of {names}")
    })
}

impl Evaluate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let train = self.read(&self.train)?;
        let test = self.read(&self.test)?;
        let (training, test) = numbered(&train, &test);
        ensure!(
            !training.is_empty(),
            "nothing in {} can be learnt from",
            self.train.display()
        );
        ensure!(
            !test.is_empty(),
            "nothing in {} can be looked for",
            self.test.display()
        );
        let progress = Mutex::new(Progress::of_rows());
        let evaluation = evaluate(
            &training,
            &test,
            &self.methods(),
            self.k.get(),
            self.threads.unwrap_or_else(threads),
            &|what, share| {
                let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                progress.update((share * 1_000.0) as u64, 1_000, || what.to_owned());
            },
        );
        let progress = progress.into_inner();
        progress.unwrap_or_else(PoisonError::into_inner).end();
        let answer = serde_json::to_string(&evaluation).context("an evaluation is plain data")?;
        output::print(&answer);
        Ok(())
    }

    /// What people would use instead, and what was asked for.
    fn methods(&self) -> Vec<Method> {
        let thirty_days = Some(30.0);
        let sar = |measure| Method::Sar {
            measure,
            half_life: thirty_days,
        };
        let mut methods = vec![
            Method::Popularity,
            Method::Measure(Measure::Together),
            sar(Measure::Jaccard),
            sar(Measure::Cosine),
            Method::Measure(Measure::Cosine),
            Method::Recipe(Recipe::Live),
            Method::Bm25,
            Method::Walk {
                alpha: 0.8,
                beta: 0.4,
            },
        ];
        for measure in &self.measure {
            let method = Method::Measure(*measure);
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        methods
    }

    fn read(&self, path: &Path) -> anyhow::Result<Vec<Interaction>> {
        let source = open(
            &[path.to_owned()],
            &self.reading.clone().options(Utc::now()),
        )?;
        let (mut read, mut left_out) = (Vec::new(), 0);
        for record in source.records() {
            match record? {
                Record::Interaction(interaction) => read.push(interaction),
                Record::Quarantined(_) | Record::Skipped(_) => left_out += 1,
                Record::Item(_) | Record::User(_) => {}
            }
        }
        if left_out > 0 {
            output::tell(&format!(
                "{} rows of {} could not be taken",
                count(left_out),
                path.display()
            ));
        }
        Ok(read)
    }
}

/// Whoever chose: the user, or the basket where there is none.
fn owner(interaction: &Interaction) -> &str {
    let user = interaction.user_id.as_deref();
    let owner = user.or(interaction.basket_id.as_deref());
    owner.expect("BUG: a row without an owner was taken")
}

/// Both parts by the same numbers.
fn numbered(train: &[Interaction], test: &[Interaction]) -> (Choices, Choices) {
    let both = || train.iter().chain(test);
    let users = Ids::new(both().map(|row| owner(row).to_owned()).collect());
    let items = Ids::new(both().map(|row| row.item_id.clone()).collect());
    let choices = |rows: &[Interaction]| {
        let choices = rows.iter().map(|row| Choice {
            user: number(&users, owner(row)),
            item: number(&items, &row.item_id),
            weight: row.weight.unwrap_or(1.0),
            at: row.at,
        });
        Choices::new(users.len(), items.len(), choices.collect::<Vec<_>>())
    };
    (choices(train), choices(test))
}

fn number(ids: &Ids, id: &str) -> u32 {
    ids.number(id).expect("BUG: every id has a number")
}
