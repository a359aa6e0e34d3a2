//! The program itself: what the binary prints, how it ends, and what a kill leaves behind.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::index::Index;
use tandem::index::snapshot::Snapshot;

/// The program with a database of this test's own.
pub(super) fn tandem(db: &PgPool) -> Command {
    let server = env::var("DATABASE_URL").unwrap();
    let (head, query) = server.split_once('?').unwrap_or((&server, ""));
    let (head, _) = head.rsplit_once('/').unwrap();
    let name = db.connect_options().get_database().unwrap().to_owned();
    let mut command = offline();
    command.env("DATABASE_URL", format!("{head}/{name}?{query}"));
    command
}

/// The program where no database is needed.
fn offline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.stdin(Stdio::null()).env("TANDEM_LOG", "warn");
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// The last line that a program printed which ended well, as JSON.
pub(super) fn answer(command: &mut Command) -> Value {
    let output = run(command);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(super) fn import(db: &PgPool, catalog: &str, paths: &[&Path]) -> Command {
    let mut command = tandem(db);
    command.args(["import", catalog, "--json"]).args(paths);
    command
}

/// Looks for real data; a test that finds none says that it checks nothing.
fn shared(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let path = env::var_os("TANDEM_SHARED_DATA").map_or_else(beside, PathBuf::from);
    let found = Some(path.join(name)).filter(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: the shared data directory has no {name}");
    }
    found
}

async fn counted(db: &PgPool, catalog: &str) -> Option<std::sync::Arc<Snapshot>> {
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    index.current(catalog).ok()
}

/// Baskets, items that somebody chose, and distinct pairs of a basket and an item.
async fn figures(db: &PgPool, catalog: &str) -> [u64; 3] {
    let snapshot = counted(db, catalog).await.unwrap();
    let baskets = &snapshot.baskets;
    let chosen = (0..baskets.item_count()).filter(|item| baskets.total(*item) > 0);
    [
        u64::from(baskets.len()),
        chosen.count() as u64,
        baskets.choices(),
    ]
}

#[sqlx::test]
async fn every_real_data_set_is_imported_with_its_known_figures(db: PgPool) {
    let rows: [(&str, &[&str], [u64; 3], [u64; 2]); 5] = [
        // Path, further arguments, figures, and how many lines were read and skipped.
        (
            "groceries/groceries.csv",
            &[],
            [9_835, 169, 43_365],
            [43_365, 0],
        ),
        (
            "groceries/interactions.csv",
            &["items.csv"],
            [9_835, 169, 43_365],
            [43_365, 0],
        ),
        ("ml-100k", &[], [943, 1_682, 100_000], [100_000, 0]),
        ("ml-latest-small", &[], [610, 9_724, 100_836], [100_836, 0]),
        (
            "online-retail",
            &[],
            [20_728, 3_941, 520_750],
            [541_909, 10_624],
        ),
    ];
    for (number, (path, items, known, [read, skipped])) in rows.into_iter().enumerate() {
        let Some(path) = shared(path) else { continue };
        let catalog = format!("set-{number}");
        let mut command = import(&db, &catalog, &[&path]);
        for items in items {
            command.arg("--items").arg(path.with_file_name(items));
        }
        let said = answer(&mut command);
        let figure = |name: &str| said[name].as_u64().unwrap();
        assert_eq!(figure("quarantined"), 0, "{}: {said}", path.display());
        assert_eq!(
            figure("accepted") + figure("duplicates") + figure("skipped"),
            read,
            "{}: {said}",
            path.display()
        );
        assert_eq!(figure("skipped"), skipped, "{}: {said}", path.display());
        assert_eq!(figures(&db, &catalog).await, known, "{}", path.display());
        // The same files twice change nothing.
        let again = answer(&mut command);
        assert_eq!(
            (&again["import"], &again["new"]),
            (&said["import"], &json!(false))
        );
    }
}

/// Twelve chunks of rows, two that can't be taken, and the items that the first half names.
fn orders(folder: &Path) -> [PathBuf; 2] {
    let mut rows = String::from("user_id,item_id,at\n");
    for row in 0..1_200 {
        let (user, item) = (row * 7 % 83, row * 11 % 37);
        let at = if row % 600 == 599 {
            "soon"
        } else {
            "2026-03-01T12:00:00Z"
        };
        rows += &format!("u{user},i{item},{at}\n");
    }
    let items: String = (0..18)
        .map(|item| format!("i{item},Thing {item}\n"))
        .collect();
    let paths = ["orders.csv", "items.csv"].map(|name| folder.join(name));
    fs::write(&paths[0], rows).unwrap();
    fs::write(&paths[1], format!("item_id,title\n{items}")).unwrap();
    paths
}

fn import_orders(db: &PgPool, catalog: &str, [orders, items]: &[PathBuf; 2]) -> Command {
    let mut command = import(db, catalog, &[orders]);
    command
        .arg("--items")
        .arg(items)
        .args(["--chunk-rows", "100"]);
    command
}

/// The whole table with its totals, by ids.
fn table(snapshot: &Snapshot) -> BTreeMap<(String, String), [u32; 3]> {
    let id = |item: u32| snapshot.items[item as usize].title.clone();
    let total = |item| snapshot.baskets.total(item);
    let pairs = snapshot.pairs().iter();
    pairs
        .map(|(a, b, together)| ((id(a), id(b)), [together, total(a), total(b)]))
        .collect()
}

async fn chunks(db: &PgPool, catalog: &str) -> i64 {
    sqlx::query_scalar("select coalesce(max(chunks), 0) from batch where catalog_id = $1")
        .bind(catalog)
        .fetch_one(db)
        .await
        .unwrap()
}

/// Waits until the program waits for a lock that the test holds.
async fn blocked(db: &PgPool, child: &mut Child) {
    loop {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before the lock"
        );
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_locks
             where not granted
               and database = (select oid from pg_database where datname = current_database())",
        )
        .fetch_one(db)
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Kills an import in the middle of writing to a table, once so many chunks are committed.
///
/// A trigger stops it there, before it can go on, however fast it is.
async fn kill_at(db: &PgPool, mut command: Command, catalog: &str, after: i64, writing: &str) {
    let mut gate = db.acquire().await.unwrap().detach();
    let set = format!(
        "select pg_advisory_lock(7);
         create function wait_at_gate() returns trigger language plpgsql as $$
         begin
             if (select max(chunks) from batch where catalog_id = '{catalog}') >= {after} then
                 perform pg_advisory_xact_lock(7);
             end if;
             return null;
         end $$;
         create trigger gate before insert on {writing}
             for each statement execute function wait_at_gate();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(set))
        .execute(&mut gate)
        .await
        .unwrap();
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    blocked(db, &mut child).await;
    // SIGKILL: the program has no chance to put anything in order.
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(chunks(db, catalog).await, after);
    sqlx::raw_sql("select pg_advisory_unlock(7); drop function wait_at_gate cascade;")
        .execute(&mut gate)
        .await
        .unwrap();
}

#[sqlx::test]
async fn an_import_killed_anywhere_shows_nothing_and_ends_as_if_never_interrupted(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let files = orders(folder.path());
    let whole = answer(&mut import_orders(&db, "whole", &files));
    let known = table(&counted(&db, "whole").await.unwrap());
    assert_eq!(whole["quarantined"], 2, "{whole}");

    // At the first chunk, in between, at the last, and at the flip that shows it all.
    let last = chunks(&db, "whole").await;
    let kills: Vec<(i64, &str)> = (0..last)
        .map(|after| (after, "interaction"))
        .chain([(last, "change")])
        .collect();
    for (number, (after, writing)) in kills.into_iter().enumerate() {
        let catalog = format!("killed-{number}");
        let import = || import_orders(&db, &catalog, &files);
        kill_at(&db, import(), &catalog, after, writing).await;
        assert!(
            counted(&db, &catalog).await.is_none(),
            "visible after {after} chunks"
        );
        let mut said = answer(&mut import());
        assert_eq!(
            table(&counted(&db, &catalog).await.unwrap()),
            known,
            "killed after {after} chunks"
        );
        for name in ["import", "catalog"] {
            said[name] = whole[name].clone();
        }
        assert_eq!(said, whole, "killed after {after} chunks");
    }
}

#[sqlx::test]
async fn an_import_that_was_killed_leaves_the_catalog_as_it_was(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before.csv");
    fs::write(&before, "user_id,item_id\na,x\na,y\nb,x\n").unwrap();
    answer(&mut import(&db, "shop", &[&before]));
    let known = table(&counted(&db, "shop").await.unwrap());

    let files = orders(folder.path());
    let second = import_orders(&db, "shop", &files);
    kill_at(&db, second, "shop", 5, "interaction").await;
    assert_eq!(table(&counted(&db, "shop").await.unwrap()), known);

    let said = answer(&mut import_orders(&db, "shop", &files));
    assert_ne!(table(&counted(&db, "shop").await.unwrap()), known);
    let id = said["import"].to_string();
    answer(tandem(&db).args(["import", "shop", "--json", "--undo", &id]));
    assert_eq!(table(&counted(&db, "shop").await.unwrap()), known);
}

#[sqlx::test]
async fn a_file_of_no_format_is_refused_before_anything_is_written(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let rows: [(&str, &[u8], &str); 4] = [
        ("notes.txt", b"just some words\nand more words\n", "item_id"),
        (
            "picture.csv",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "picture.csv",
        ),
        ("empty.csv", b"", "empty"),
        (
            "broken.parquet",
            b"PAR1 and nothing after it",
            "broken.parquet",
        ),
    ];
    for (name, bytes, says) in rows {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let output = run(&mut import(&db, "shop", &[&path]));
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {err}");
        assert!(err.contains(says), "{name}: {err}");
        let written: i64 = sqlx::query_scalar(
            "select (select count(*) from catalog) + (select count(*) from batch)
                  + (select count(*) from audit_entry)",
        )
        .fetch_one(&db)
        .await
        .unwrap();
        assert_eq!(written, 0, "{name}");
    }
}

#[test]
fn a_count_holds_no_more_than_it_was_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("choices.csv");
    let row = |row: u32| {
        format!(
            "u{},i{}\n",
            row % 2_000,
            (row / 2_000 * 37 + row * 7) % 5_000
        )
    };
    let rows: String = (0..60_000).map(row).collect();
    fs::write(&path, format!("user_id,item_id\n{rows}")).unwrap();
    let within = |memory: &str| {
        let mut count = offline();
        count
            .arg("count")
            .arg(&path)
            .args(["--threads", "1", "--memory", memory]);
        count
    };
    // The refusal says what would do.
    let refused = text(&run(&mut within("1MiB")).stderr);
    let would_do = refused.split(" to count this: ").nth(1).expect(&refused);
    let mebibytes: f64 = would_do.split(' ').next().unwrap().parse().expect(&refused);
    let allowed = mebibytes.ceil() + 4.0;
    let said = answer(&mut within(&format!("{allowed}MiB")));
    assert!(said["passes"].as_u64().unwrap() > 1, "{said}");
    assert!(
        said["peak_rss_mib"].as_f64().unwrap() <= allowed,
        "{said}, {allowed}"
    );
    let whole = answer(offline().arg("count").arg(&path));
    assert_eq!(said["pairs"], whole["pairs"]);
    assert_eq!(said["together_sum"], whole["together_sum"]);
}

#[test]
fn baskets_of_too_many_items_are_left_out_when_asked_for_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("choices.csv");
    let large: String = (0..20).map(|item| format!("u9,i{item}\n")).collect();
    fs::write(
        &path,
        format!("user_id,item_id\nu1,i1\nu1,i2\nu2,i2\n{large}"),
    )
    .unwrap();
    let count = |call: &[&str]| answer(offline().arg("count").arg(&path).args(call));
    let all = count(&[]);
    assert_eq!(
        (&all["pairs"], &all["left_out"]),
        (&json!(190), &Value::Null)
    );
    for memory in [&["--memory", "1GiB"][..], &[]] {
        let without = count(&[memory, &["--most-items", "19"]].concat());
        assert_eq!(
            (&without["pairs"], &without["baskets"]),
            (&json!(1), &json!(2))
        );
        assert_eq!(
            without["left_out"],
            json!({"baskets": 1, "interactions": 20})
        );
    }
    let with = count(&["--most-items", "20"]);
    assert_eq!(with["pairs"], all["pairs"]);
    assert_eq!(with["left_out"], json!({"baskets": 0, "interactions": 0}));
}

/// A table that `tandem count` wrote, as (a, b, together).
fn counts(path: &Path) -> Vec<[u64; 3]> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| [0, 1, 2].map(|column| row[column].parse().unwrap()))
        .collect()
}

#[test]
fn the_program_counts_what_is_known_to_be_true() {
    let folder = tempfile::tempdir().unwrap();
    for (data, truth, pairs, checksum) in [
        (
            "groceries/interactions.csv",
            "groceries",
            9_634,
            0x0051_23ca_a411_9919_u64,
        ),
        ("ml-100k", "ml-100k", 983_206, 0x6392_9250_5548_0816),
    ] {
        let truth = format!("truth/{truth}_cooc.csv");
        let (Some(data), Some(truth)) = (shared(data), shared(&truth)) else {
            continue;
        };
        let output = folder.path().join("pairs.csv");
        let said = answer(
            offline()
                .arg("count")
                .arg(&data)
                .arg("--output")
                .arg(&output),
        );
        assert_eq!(said["pairs"], pairs, "{said}");
        // The program orders ids as bytes and the known table as numbers, so that a pair may
        // stand the other way round.
        let mut rows = counts(&output);
        for row in &mut rows {
            row[..2].sort_unstable();
        }
        rows.sort_unstable();
        let sum = rows.iter().fold(0_u64, |sum, [a, b, n]| {
            sum.wrapping_add(n.wrapping_mul(a.wrapping_mul(2_654_435_761).wrapping_add(*b)))
        });
        assert_eq!(sum, checksum, "{}", data.display());
        let said = answer(offline().arg("count").arg(&data).arg("--checksum"));
        assert_eq!(said["checksum"], format!("{checksum:016x}"));
        let mut known = counts(&truth);
        known.sort_unstable();
        assert!(rows == known, "{} differs from the truth", data.display());
        assert_eq!(
            said["together_sum"],
            rows.iter().map(|row| row[2]).sum::<u64>()
        );
    }
}

#[test]
fn a_count_is_the_same_as_csv_as_parquet_and_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let [rows, _] = orders(folder.path());
    let count = |name: &str, arguments: &[&str]| {
        let path = folder.path().join(name);
        let said = answer(
            offline()
                .arg("count")
                .arg(&rows)
                .args(arguments)
                .arg("--output")
                .arg(&path),
        );
        (path, said)
    };
    let (csv, said) = count("one.csv", &["--threads", "1"]);
    let (other, _) = count("two.csv", &["--threads", "3"]);
    let as_csv = fs::read_to_string(&csv).unwrap();
    assert_eq!(as_csv, fs::read_to_string(other).unwrap());
    let fields = [
        "baskets",
        "items",
        "interactions",
        "pairs",
        "together_sum",
        "seconds_read",
        "seconds_count",
        "seconds_write",
        "peak_rss_mib",
    ];
    for field in fields {
        assert!(said[field].is_number(), "{field}: {said}");
    }
    let (parquet, _) = count("one.parquet", &[]);
    let reader = SerializedFileReader::new(fs::File::open(parquet).unwrap()).unwrap();
    let lines = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let number = |column| row.get_long(column).unwrap();
        format!(
            "{},{},{},{},{},{}",
            row.get_string(0).unwrap(),
            row.get_string(1).unwrap(),
            number(2),
            number(3),
            number(4),
            number(5)
        )
    });
    let head = "item_a,item_b,together,baskets_a,baskets_b,baskets".to_owned();
    let lines: Vec<String> = [head].into_iter().chain(lines).collect();
    assert_eq!(as_csv.lines().collect::<Vec<_>>(), lines);

    let (within, said) = count("within.csv", &["--memory", "4GiB"]);
    assert_eq!(as_csv, fs::read_to_string(within).unwrap());
    assert_eq!(said["passes"], 1);
    let refused = run(offline().arg("count").arg(&rows).arg("--checksum"));
    let sentence = text(&refused.stderr);
    assert!(sentence.contains("no whole number"), "{sentence}");
    let refused = run(offline().arg("count").arg(&rows).args(["--memory", "1MB"]));
    let sentence = text(&refused.stderr);
    assert!(
        !refused.status.success() && sentence.contains("would do"),
        "{sentence}"
    );

    let (few, _) = count("few.csv", &["--min-together", "5"]);
    let few = counts_of(&few);
    assert!(!few.is_empty() && few.len() < lines.len() - 1);
    assert!(few.iter().all(|together| *together >= 5));
}

fn counts_of(path: &Path) -> Vec<u64> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row[2].parse().unwrap()).collect()
}

#[test]
fn a_wrong_call_is_one_sentence_and_the_status_says_which_kind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "just some words\nand more words\n").unwrap();
    let file = file.to_str().unwrap();
    let missing = folder.path().join("nothing.csv");
    let rows: [(&[&str], i32, &str); 6] = [
        (&["count"], 2, "--help"),
        (&["dance"], 2, "dance"),
        (&["import", "shop", "--map", "item_id"], 2, "FIELD=COLUMN"),
        (&["count", file], 1, "notes.txt"),
        (&["count", missing.to_str().unwrap()], 1, "nothing.csv"),
        (&["count", file, "--output", "table.doc"], 1, ".parquet"),
    ];
    for (arguments, status, says) in rows {
        let output = run(offline().args(arguments));
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {err}");
        assert!(err.contains(says), "{arguments:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{arguments:?}: {err}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[sqlx::test]
async fn an_exported_file_is_the_table_and_its_manifest_tells_of_it(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let files = orders(folder.path());
    answer(&mut import_orders(&db, "shop", &files));
    let output = folder.path().join("table.csv");
    let mut export = tandem(&db);
    export.args([
        "export",
        "shop",
        "--min-together",
        "3",
        "--json",
        "--output",
    ]);
    let said = answer(export.arg(&output));
    let snapshot = counted(&db, "shop").await.unwrap();
    let known = snapshot
        .pairs()
        .iter()
        .filter(|(_, _, together)| *together >= 3);
    let known: Vec<u64> = known.map(|(_, _, together)| u64::from(together)).collect();
    let mut reader = csv::Reader::from_path(&output).unwrap();
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "together")
        .unwrap();
    let rows: Vec<u64> = reader
        .records()
        .map(|row| row.unwrap()[at].parse().unwrap())
        .collect();
    assert_eq!(rows, known);
    let manifest = fs::read_to_string(folder.path().join("table.csv.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest, said);
    assert_eq!(manifest["rows"], rows.len());
    assert_eq!(manifest["version"], snapshot.version());
}
