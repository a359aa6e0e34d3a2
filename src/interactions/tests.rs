//! Stories of imports, each against a database of its own.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tempfile::TempDir;

use super::formats::{Format, Options};
use super::intake::{self, Event, ImportError, Imported, Order, UndoError};
use super::store::{self, Batch, Figures, State};
use crate::accounts::types::Actor;
use crate::catalog;
use crate::catalog::types::BasketRule;
use crate::index::load::{Slice, load};

fn now() -> DateTime<Utc> {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// Files to import, as texts.
struct Files {
    dir: TempDir,
    paths: Vec<PathBuf>,
    items: Option<PathBuf>,
    users: Option<PathBuf>,
}

impl Files {
    fn new(texts: &[&str]) -> Self {
        let mut files = Self {
            dir: tempfile::tempdir().unwrap(),
            paths: Vec::new(),
            items: None,
            users: None,
        };
        for (number, text) in texts.iter().enumerate() {
            let path = files.write(&format!("{number}.csv"), text);
            files.paths.push(path);
        }
        files
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn with_items(mut self, text: &str) -> Self {
        self.items = Some(self.write("items.csv", text));
        self
    }

    fn with_users(mut self, text: &str) -> Self {
        self.users = Some(self.write("users.csv", text));
        self
    }

    fn order(&self, chunk_records: usize) -> Order {
        Order {
            catalog_id: "shop".to_owned(),
            paths: self.paths.clone(),
            reading: Options {
                format: Format::Auto,
                items: self.items.clone(),
                users: self.users.clone(),
                map: Vec::new(),
                now: now(),
            },
            chunk_records,
        }
    }

    async fn import(&self, db: &PgPool) -> Result<Imported, ImportError> {
        intake::import(db, &Actor::command(), &self.order(2), &mut |_| ()).await
    }

    async fn taken(&self, db: &PgPool) -> Imported {
        self.import(db).await.unwrap()
    }
}

const MONDAY: &str = "basket_id,item_id\n1,bread\n1,milk\n2,bread\n2,jam\n";
const TUESDAY: &str = "basket_id,item_id\n2,bread\n2,jam\n3,milk\n3,jam\n";

fn counters(batch: &Batch) -> [i64; 4] {
    [
        batch.accepted,
        batch.duplicates,
        batch.skipped,
        batch.quarantined,
    ]
}

/// Every pair of items with its count, by id, as a catalog stands now.
async fn pairs(db: &PgPool) -> Vec<(String, String, u32)> {
    let shop = catalog::store::find(db, "shop").await.unwrap().unwrap();
    let slice = Slice::whole("shop", shop.last_change);
    let snapshot = load(db, &slice).await.unwrap().unwrap();
    let id = |item: u32| snapshot.items[item as usize].id.clone();
    let pairs = snapshot.pairs().iter();
    pairs.map(|(a, b, n)| (id(a), id(b), n)).collect()
}

async fn batches(db: &PgPool) -> i64 {
    let count = sqlx::query_scalar("select count(*) from batch");
    count.fetch_one(db).await.unwrap()
}

#[sqlx::test]
async fn an_import_makes_its_catalog_visible(db: PgPool) {
    let imported = Files::new(&[MONDAY]).taken(&db).await;
    assert!(imported.is_new);
    assert_eq!(imported.batch.state, State::Visible);
    assert_eq!(counters(&imported.batch), [4, 0, 0, 0]);
    let figures = Figures {
        users: 0,
        baskets: 2,
        items: 3,
        described: 0,
    };
    assert_eq!(imported.figures, figures);
    let catalogs = catalog::store::list(&db).await.unwrap();
    assert_eq!(catalogs.len(), 1);
    assert_eq!(catalogs[0].name, "Shop");
    assert_eq!(catalogs[0].last_change, 1);
    assert_eq!(catalogs[0].basket_rule, BasketRule::Basket);
}

#[sqlx::test]
async fn the_same_files_twice_change_nothing(db: PgPool) {
    let files = Files::new(&[MONDAY]);
    let first = files.taken(&db).await;
    let again = files.taken(&db).await;
    assert!(!again.is_new);
    assert_eq!(again.batch, first.batch);
    assert_eq!(batches(&db).await, 1);
    let shop = catalog::store::find(&db, "shop").await.unwrap().unwrap();
    assert_eq!(shop.last_change, 1);
}

#[sqlx::test]
async fn rows_that_two_imports_share_count_once(db: PgPool) {
    Files::new(&[MONDAY]).taken(&db).await;
    let second = Files::new(&[TUESDAY]).taken(&db).await;
    assert_eq!(counters(&second.batch), [2, 2, 0, 0]);
    let counted = pairs(&db).await;
    let expected = [
        ("bread", "jam", 1),
        ("bread", "milk", 1),
        ("jam", "milk", 1),
    ];
    let expected = expected.map(|(a, b, n)| (a.to_owned(), b.to_owned(), n));
    assert_eq!(counted, expected);
}

#[sqlx::test]
async fn rows_that_one_import_repeats_are_duplicates(db: PgPool) {
    let files = Files::new(&["basket_id,item_id\n1,a\n1,b\n1,a\n1,a\n2,a\n1,b\n"]);
    let imported = files.taken(&db).await;
    assert_eq!(counters(&imported.batch), [3, 3, 0, 0]);
}

#[sqlx::test]
async fn undoing_one_import_leaves_exactly_the_other(db: PgPool) {
    let monday = Files::new(&[MONDAY]).taken(&db).await;
    Files::new(&[TUESDAY]).taken(&db).await;
    let undone = intake::undo(&db, &Actor::command(), "shop", monday.batch.id).await;
    assert_eq!(undone.unwrap().id, monday.batch.id);
    let left = pairs(&db).await;
    let expected = [("bread", "jam", 1), ("jam", "milk", 1)];
    assert_eq!(
        left,
        expected.map(|(a, b, n)| (a.to_owned(), b.to_owned(), n))
    );
    let shop = catalog::store::find(&db, "shop").await.unwrap().unwrap();
    assert_eq!(shop.last_change, 3);

    // What was taken back can be imported again.
    let again = Files::new(&[MONDAY]).taken(&db).await;
    assert!(again.is_new && again.batch.id > monday.batch.id);
}

#[sqlx::test]
async fn only_a_visible_import_can_be_undone_and_only_once(db: PgPool) {
    let command = Actor::command();
    let batch = Files::new(&[MONDAY]).taken(&db).await.batch;
    intake::undo(&db, &command, "shop", batch.id).await.unwrap();
    let twice = intake::undo(&db, &command, "shop", batch.id).await;
    assert!(matches!(twice, Err(UndoError::Before { at: Some(_), .. })));
    let unknown = intake::undo(&db, &command, "shop", batch.id + 1).await;
    assert!(matches!(unknown, Err(UndoError::Unknown { .. })));
    let elsewhere = intake::undo(&db, &command, "films", batch.id).await;
    assert!(matches!(elsewhere, Err(UndoError::Unknown { .. })));

    let staged = Files::new(&["basket_id,item_id\n,a\n"]);
    staged.import(&db).await.unwrap_err();
    let never = intake::undo(&db, &command, "shop", batch.id + 1).await;
    assert!(matches!(never, Err(UndoError::NeverShown(_))));
}

#[sqlx::test]
async fn every_change_has_its_number_and_its_entry_in_the_trail(db: PgPool) {
    let batch = Files::new(&[MONDAY]).taken(&db).await.batch;
    intake::undo(&db, &Actor::command(), "shop", batch.id)
        .await
        .unwrap();
    let changes: Vec<(i64, String)> =
        sqlx::query_as("select change, kind from change order by change")
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(changes, [(1, "show".to_owned()), (2, "remove".to_owned())]);
    let actions: Vec<(String, String)> =
        sqlx::query_as("select action, subject from audit_entry order by entry_id")
            .fetch_all(&db)
            .await
            .unwrap();
    let id = batch.id.to_string();
    let expected = [
        ("import.show".to_owned(), id.clone()),
        ("import.undo".to_owned(), id),
    ];
    assert_eq!(actions, expected);
}

#[sqlx::test]
async fn rows_that_cant_be_taken_are_kept_with_their_place(db: PgPool) {
    let files = Files::new(&["basket_id,item_id,at\n1,a,2026-01-01\n,b,\n1,c,soon\n1,b,\n"]);
    let imported = files.taken(&db).await;
    assert_eq!(counters(&imported.batch), [2, 0, 0, 2]);
    let mut connection = db.acquire().await.unwrap();
    let id = imported.batch.id;
    let rows = store::quarantined(&mut connection, id, None).await.unwrap();
    let places: Vec<_> = rows
        .iter()
        .map(|row| (row.file.as_str(), row.line, row.text.as_str()))
        .collect();
    assert_eq!(places, [("0.csv", 3, ",b,"), ("0.csv", 4, "1,c,soon")]);
    assert_eq!(rows[1].column.as_deref(), Some("at"));
    let first = store::quarantined(&mut connection, id, Some(1))
        .await
        .unwrap();
    assert_eq!(first, rows[..1]);
}

#[sqlx::test]
async fn an_import_that_takes_nothing_is_not_shown(db: PgPool) {
    let files = Files::new(&["basket_id,item_id\n,a\n,b\n"]);
    let refused = files.import(&db).await.unwrap_err();
    let ImportError::NothingTaken { rows, .. } = refused else {
        panic!("{refused}")
    };
    assert_eq!(rows.len(), 2);
    assert!(catalog::store::list(&db).await.unwrap().is_empty());

    // The catalog that nobody saw takes the rule of the files that are sound.
    Files::new(&["user_id,item_id\nu,a\nu,b\n"])
        .taken(&db)
        .await;
    let shop = catalog::store::find(&db, "shop").await.unwrap().unwrap();
    assert_eq!(shop.basket_rule, BasketRule::User);
}

#[sqlx::test]
async fn a_file_that_breaks_off_leaves_nothing_visible_and_goes_on_when_it_is_whole(db: PgPool) {
    let files = Files::new(&["basket_id,item_id\n4,a\n4,b\n5,a\n6,a\n6,b\n6,b\n", MONDAY]);
    let path = files.paths[1].clone();
    let mut stored = 0;
    let mut resumed_at = None;
    // The second file vanishes after the first chunk and before it is opened.
    let mut lose_it = |event: Event<'_>| {
        if let Event::Stored { .. } = event {
            stored += 1;
            drop(fs::remove_file(&path));
        }
    };
    let order = files.order(1);
    let broken = intake::import(&db, &Actor::command(), &order, &mut lose_it).await;
    assert!(matches!(broken, Err(ImportError::Read(_))), "{broken:?}");
    assert!(stored > 0);
    assert!(catalog::store::list(&db).await.unwrap().is_empty());

    fs::write(&files.paths[1], MONDAY).unwrap();
    let mut note = |event: Event<'_>| {
        if let Event::Resumed { batch } = event {
            resumed_at = Some(batch.records);
        }
    };
    // Other chunks than before: what is left out are records.
    let order = files.order(3);
    let imported = intake::import(&db, &Actor::command(), &order, &mut note)
        .await
        .unwrap();
    assert_eq!(resumed_at, Some(stored));
    assert_eq!(imported.batch.records, 10);
    assert_eq!(counters(&imported.batch), [9, 1, 0, 0]);
}

#[sqlx::test]
async fn the_last_record_of_an_item_or_a_user_counts(db: PgPool) {
    let files = Files::new(&["user_id,item_id\nu,1\nu,2\n"])
        .with_items("item_id,title,category\n1,One,x\n2,Two,y\n1,Uno,z\n")
        .with_users("user_id,country\nu,France\nv,Spain\nu,Italy\n");
    let imported = files.taken(&db).await;
    assert_eq!(imported.figures.described, 2);
    let titles: Vec<(String, Vec<String>)> =
        sqlx::query_as("select title, categories from item_record order by item_id")
            .fetch_all(&db)
            .await
            .unwrap();
    let expected = [
        ("Uno".to_owned(), vec!["z".to_owned()]),
        ("Two".to_owned(), vec!["y".to_owned()]),
    ];
    assert_eq!(titles, expected);
    let countries: Vec<String> =
        sqlx::query_scalar("select attributes ->> 'country' from user_record order by user_id")
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(countries, ["Italy", "Spain"]);
}

#[sqlx::test]
async fn another_rule_than_the_catalogs_is_said(db: PgPool) {
    Files::new(&[MONDAY]).taken(&db).await;
    let films = Files::new(&["user_id,item_id\nu,bread\nu,jam\n"]);
    let mut said = false;
    let mut listen = |event: Event<'_>| {
        if let Event::RuleDiffers { catalog, of_files } = event {
            said = true;
            assert_eq!(catalog.basket_rule, BasketRule::Basket);
            assert_eq!(of_files, BasketRule::User);
        }
    };
    let order = films.order(10);
    intake::import(&db, &Actor::command(), &order, &mut listen)
        .await
        .unwrap();
    assert!(said);
    // Rows without a basket are kept and not counted.
    assert_eq!(pairs(&db).await.len(), 2);
}

#[sqlx::test]
async fn the_same_import_runs_once_at_a_time(db: PgPool) {
    let files = Files::new(&[MONDAY]);
    let (one, other) = tokio::join!(files.import(&db), files.import(&db));
    let new = [one.unwrap().is_new, other.unwrap().is_new];
    assert!(new[0] != new[1], "{new:?}");
    assert_eq!(batches(&db).await, 1);
}

#[sqlx::test]
async fn an_id_that_no_catalog_can_have_is_refused(db: PgPool) {
    for id in ["", "Films", "-films", "films!", "fílms", &"a".repeat(64)] {
        let mut order = Files::new(&[MONDAY]).order(1);
        order.catalog_id = id.to_owned();
        let refused = intake::import(&db, &Actor::command(), &order, &mut |_| ()).await;
        assert!(matches!(refused, Err(ImportError::CatalogId(_))), "{id}");
    }
}
