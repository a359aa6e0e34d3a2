//! What is told of imports, against a real database.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::list::{self, Line};
use super::progress_of;
use super::store::{self, Consequence, State};
use crate::accounts::types::Actor;
use crate::interactions::formats::{Format, Options};
use crate::interactions::intake::{self, Event, ImportError, Order, Run};
use crate::interactions::runs::{self, Cancel};
use crate::interactions::store as batches;

fn now() -> DateTime<Utc> {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// A file with rows of one user each, imported in chunks of two.
struct File {
    dir: tempfile::TempDir,
}

impl File {
    fn new(rows: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let text = format!("user_id,item_id\n{}\n", rows.join("\n"));
        fs::write(dir.path().join("rows.csv"), text).unwrap();
        Self { dir }
    }

    fn order(&self) -> Order {
        Order {
            catalog_id: "shop".to_owned(),
            paths: vec![self.dir.path().join("rows.csv")],
            reading: Options {
                format: Format::Auto,
                items: None,
                users: None,
                map: Vec::new(),
                now: now(),
            },
            chunk_records: 2,
        }
    }

    /// Imports it; `note` is told what happens.
    async fn import(
        &self,
        db: &PgPool,
        run: &Run,
        note: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<i64, ImportError> {
        let imported = intake::import_as(db, &Actor::command(), &self.order(), run, note).await;
        imported.map(|imported| imported.batch.id)
    }

    async fn taken(&self, db: &PgPool) -> i64 {
        self.import(db, &Run::default(), &mut |_| ()).await.unwrap()
    }
}

const SIX: [&str; 6] = ["u,a", "u,b", "v,a", "v,b", "w,a", "w,b"];

async fn count(db: &PgPool, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

/// Imports six rows and stops after the first chunk; the number of the import.
async fn stopped(db: &PgPool, file: &File) -> i64 {
    let run = Run::default();
    let stop = run.stop.clone();
    let mut note = |event: Event<'_>| {
        if let Event::Stored { .. } = event {
            stop.ask();
        }
    };
    let ended = file.import(db, &run, &mut note).await;
    let Err(ImportError::Stopped(batch)) = ended else {
        panic!("{ended:?}")
    };
    batch.id
}

#[sqlx::test]
async fn an_import_that_was_stopped_is_unseen_and_goes_on(db: PgPool) {
    let file = File::new(&SIX);
    let id = stopped(&db, &file).await;
    let import = store::get(&db, "shop", id).await.unwrap();
    assert_eq!((import.records, import.chunks), (2, 1));
    assert_eq!(import.state, State::Interrupted);
    assert!(crate::catalog::store::list(&db).await.unwrap().is_empty());
    let mut resumed = None;
    let mut note = |event: Event<'_>| {
        if let Event::Resumed { batch } = event {
            resumed = Some(batch.records);
        }
    };
    let again = file.import(&db, &Run::default(), &mut note).await.unwrap();
    assert_eq!((again, resumed), (id, Some(2)));
    let import = store::get(&db, "shop", id).await.unwrap();
    assert_eq!((import.state, import.accepted), (State::Visible, 6));
    assert_eq!(
        (import.failure, import.bytes_read),
        (None, import.bytes_total)
    );
}

#[sqlx::test]
async fn an_import_that_was_killed_is_interrupted_and_can_be_discarded(db: PgPool) {
    let file = File::new(&SIX);
    let id = stopped(&db, &file).await;
    let import = store::get(&db, "shop", id).await.unwrap();
    let command = Actor::command();

    // While it runs again somewhere, it can't be thrown away.
    let mut elsewhere = db.acquire().await.unwrap().detach();
    assert!(
        batches::try_lock(&mut elsewhere, import.lock)
            .await
            .unwrap()
    );
    let running = store::get(&db, "shop", id).await.unwrap();
    assert_eq!(running.state, State::Running);
    assert!(progress_of(&running, now()).is_running);
    assert_eq!(store::under_way(&db, "shop").await.unwrap().len(), 1);
    assert!(!runs::discard_broken(&db, &command, &import).await.unwrap());
    sqlx::Connection::close(elsewhere).await.unwrap();

    assert!(runs::discard_broken(&db, &command, &import).await.unwrap());
    let import = store::get(&db, "shop", id).await.unwrap();
    assert_eq!(import.state, State::Discarded);
    assert_eq!(count(&db, "interaction").await, 0);
    assert!(store::under_way(&db, "shop").await.unwrap().is_empty());
    assert!(!runs::discard_broken(&db, &command, &import).await.unwrap());
    // The same files are a new import then.
    assert!(file.taken(&db).await > id);
}

#[sqlx::test]
async fn a_cancelled_import_leaves_nothing_and_says_who_asked(db: PgPool) {
    let file = File::new(&SIX);
    // Another server asks, after the first chunk.
    let mut asking = None;
    let other = db.clone();
    let mut note = |event: Event<'_>| {
        if let Event::Begun { batch } = event {
            let (db, batch) = (other.clone(), batch.id);
            asking = Some(tokio::task::spawn(async move {
                let asked = runs::cancel(&db, &Actor::command(), "shop", batch, now()).await;
                (batch, asked.unwrap())
            }));
        }
    };
    // Rows enough that the reader waits for the database many times.
    let rows: Vec<String> = (0..4_000).map(|row| format!("u{row},a")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let many = File::new(&rows);
    let ended = many.import(&db, &Run::default(), &mut note).await;
    assert!(matches!(ended, Err(ImportError::Cancelled(_))), "{ended:?}");
    let (id, asked) = asking.unwrap().await.unwrap();
    assert_eq!(asked, Cancel::Asked);
    let import = store::get(&db, "shop", id).await.unwrap();
    assert_eq!(import.state, State::Discarded);
    assert!(import.records < 4_000);
    assert_eq!(count(&db, "interaction").await, 0);
    assert!(crate::catalog::store::list(&db).await.unwrap().is_empty());
    let actions: Vec<String> = sqlx::query_scalar("select action from audit_entry")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(actions, ["import.cancel"]);

    // What is visible can't be cancelled.
    let id = file.taken(&db).await;
    let late = runs::cancel(&db, &Actor::command(), "shop", id, now()).await;
    assert_eq!(late.unwrap(), Cancel::TooLate);
}

#[sqlx::test]
async fn what_undoing_would_do_is_counted(db: PgPool) {
    let first = File::new(&SIX).taken(&db).await;
    let second = File::new(&["w,a", "w,b", "x,a"]).taken(&db).await;
    let consequence = |rows, shared| Consequence {
        rows,
        shared,
        items: 0,
    };
    let of = async |id| store::consequence(&db, "shop", id).await.unwrap();
    assert_eq!(of(first).await, consequence(6, 2));
    assert_eq!(of(second).await, consequence(3, 2));
    intake::undo(&db, &Actor::command(), "shop", first)
        .await
        .unwrap();
    assert_eq!(of(second).await, consequence(3, 0));
}

#[sqlx::test]
async fn posts_are_a_line_a_day_and_the_list_goes_page_by_page(db: PgPool) {
    File::new(&SIX).taken(&db).await;
    // Forty days with three posts each, and an import after each of the last thirty.
    for day in 0..40_i64 {
        let at = now() + TimeDelta::days(day);
        for post in 0..3 {
            sqlx::query(
                "insert into batch
                     (catalog_id, state, fingerprint, format, files, accepted, started_at,
                      shown_at, author_name)
                 values ('shop', 'visible', '', 'api', '{}', 10, $1, $1, 'till')",
            )
            .bind(at + TimeDelta::minutes(post))
            .execute(&db)
            .await
            .unwrap();
        }
        if day >= 10 {
            sqlx::query(
                "insert into batch
                     (catalog_id, state, fingerprint, format, files, accepted, quarantined,
                      started_at, shown_at)
                 values ('shop', 'visible', $1, 'baskets', '{f.csv}', 5, 1, $2, $2)",
            )
            .bind(day.to_le_bytes().to_vec())
            .bind(at)
            .execute(&db)
            .await
            .unwrap();
        }
    }
    let page = async |before: Option<i64>| {
        let imports = store::list(&db, "shop", before).await.unwrap();
        let days = store::posted_days(&db, "shop", before).await.unwrap();
        list::merge(imports, days, before.is_some())
    };
    let first = page(None).await;
    assert_eq!(first.lines.len(), 50);
    let Line::Posted(day) = &first.lines[1] else {
        panic!("the day before its import")
    };
    assert_eq!((day.posts, day.accepted), (3, 30));
    assert_eq!(day.programs, ["till"]);
    assert_eq!(day.day.to_string(), "2026-07-10");
    let second = page(first.next).await;
    assert_eq!(second.lines.len(), 40 + 31 - 50);
    assert_eq!(second.next, None);
    assert!(matches!(second.lines.last(), Some(Line::Import(_))));

    // The days are those of the catalog.
    sqlx::query("update catalog set time_zone = 'America/Los_Angeles'")
        .execute(&db)
        .await
        .unwrap();
    let days = store::posted_days(&db, "shop", None).await.unwrap();
    assert_eq!(days[0].day.to_string(), "2026-07-09");

    let since = now() + TimeDelta::days(10);
    let sound = store::soundness(&db, "shop", since).await.unwrap();
    // The first import was shown by the clock of the database.
    assert_eq!(sound.quarantined, 30);
    assert!(sound.accepted >= 30 * 35, "{sound:?}");
}
