//! Interactions that programs post while people read: durable, counted once, on every server.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use tandem::accounts::types::{Actor, Role};
use tandem::catalog::settings::store::change;
use tandem::catalog::settings::types::Patch;
use tandem::index::load::{self, Slice};
use tandem::index::snapshot::Snapshot;

use super::program::{answer, import, tandem};
use super::support::{Guest, House, SHOP};

const INTERACTIONS: &str = "interactions";
/// Far longer than a change takes to be counted: a slow machine is no failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until a table counts a change, and gives the table.
async fn table_from(guest: &Guest<'_>, change: i64) -> Value {
    let waiting = async {
        loop {
            let table = guest.api("cooccurrence?limit=1000").await;
            if table["watermark"].as_i64().unwrap() >= change {
                return table;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let table = tokio::time::timeout(PATIENCE, waiting).await;
    table.unwrap_or_else(|_| panic!("change {change} was never counted"))
}

#[sqlx::test]
async fn posted_rows_are_counted_in_tables_and_lists(db: PgPool) {
    let house = House::new(db).await;
    tokio::spawn(house.index.clone().follow());
    let program = house.program(Role::Application).await;
    let analyst = house.sign_in("anna", Role::Analyst).await;
    let before = analyst.api("cooccurrence?limit=1000").await;

    // Two new items that two new users chose together, one row that can't be taken, one twice.
    let rows = json!([
        {"user_id": "new1", "item_id": "n1"}, {"user_id": "new1", "item_id": "n2"},
        {"user_id": "new2", "item_id": "n1", "at": "2026-05-01T10:00:00Z", "kind": "purchase"},
        {"user_id": "new2", "item_id": "n2", "id": "event-1"},
        {"user_id": "new2", "item_id": "n2", "id": "event-1"},
        {"user_id": "new2"},
    ]);
    let answer = program.send_json("POST", INTERACTIONS, &rows).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let said = answer.json();
    assert_eq!(
        (&said["accepted"], &said["duplicates"]),
        (&json!(4), &json!(1))
    );
    assert_eq!(
        said["rejected"],
        json!([{"line": 6, "reason": "item_id: the id is missing"}])
    );
    let change = said["change"].as_i64().unwrap();
    let table = table_from(&analyst, change).await;
    assert_eq!(
        table["baskets"].as_i64().unwrap(),
        before["baskets"].as_i64().unwrap() + 2
    );
    let data = analyst.page(&format!("/catalogs/{SHOP}/data")).await.text();
    assert!(data.contains("Posted by programs, "), "{data}");
    let list = program.api("recommendations?item=n1&k=5").await;
    assert_eq!(list["items"][0]["item_id"], "n2");
    assert_eq!(list["items"][0]["evidence"]["together"], 2);

    // The same lines again, as NDJSON: nothing new, and the table stays the version it was.
    let lines: Vec<String> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    let path = format!("/api/v1/catalogs/{SHOP}/{INTERACTIONS}");
    let headers = [("content-type", "application/x-ndjson")];
    let again = program
        .send("POST", &path, &headers, lines.join("\n"))
        .await;
    let again = again.json();
    assert_eq!(
        (&again["accepted"], &again["duplicates"], &again["change"]),
        (&json!(0), &json!(5), &json!(change))
    );
    assert_eq!(
        analyst.api("cooccurrence?limit=1000").await["version"],
        table["version"]
    );
}

#[sqlx::test]
async fn posting_has_its_right_and_refuses_what_is_no_body(db: PgPool) {
    let house = House::new(db).await;
    let row = json!([{"user_id": "u", "item_id": "i"}]);
    let analyst = house.sign_in("anna", Role::Analyst).await;
    let refused = analyst.send_json("POST", INTERACTIONS, &row).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("an operator, admin or application"));
    let stranger = house.stranger().send_json("POST", INTERACTIONS, &row).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);

    let program = house.program(Role::Application).await;
    let path = format!("/api/v1/catalogs/{SHOP}/{INTERACTIONS}");
    let long = "x".repeat(9 * 1024 * 1024);
    for (body, status, part) in [
        (String::new(), 422, "holds no row"),
        ("[{".to_owned(), 400, "not whole JSON"),
        (long, 413, "8 MiB"),
    ] {
        let answer = program.send("POST", &path, &[], body).await;
        assert_eq!(answer.status.as_u16(), status, "{part}");
        assert!(answer.body.contains(part), "{}", answer.body);
    }
    let headers = [("content-type", "application/json")];
    let other = "/api/v1/catalogs/nowhere/interactions";
    let absent = program.send("POST", other, &headers, row.to_string()).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    // Nothing of all this was stored.
    let batches: i64 = sqlx::query_scalar("select count(*) from batch")
        .fetch_one(&house.db)
        .await
        .unwrap();
    assert_eq!(batches, 1);
}

/// One writer's posts: rows of its own, rows that all writers send, and each post sent twice.
async fn write(guest: &Guest<'_>, writer: usize) -> (i64, i64) {
    let (mut accepted, mut change) = (0, 0);
    for number in 0..12 {
        let item = format!("i{:02}", 1 + (writer + number) % 12);
        let rows = json!([
            {"user_id": format!("w{writer}"), "item_id": item, "id": format!("w{writer}-{number}")},
            {"user_id": format!("shared{number}"), "item_id": "i02", "id": format!("s{number}")},
            {"user_id": format!("shared{number}"), "item_id": item},
        ]);
        for _ in 0..2 {
            let answer = guest.send_json("POST", INTERACTIONS, &rows).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            let said = answer.json();
            accepted += said["accepted"].as_i64().unwrap();
            change = change.max(said["change"].as_i64().unwrap());
        }
    }
    (accepted, change)
}

#[sqlx::test]
async fn ten_writers_on_two_servers_lose_nothing_and_count_nothing_twice(db: PgPool) {
    let (one, two) = (
        House::new(db.clone()).await,
        House::beside(db.clone()).await,
    );
    for house in [&one, &two] {
        tokio::spawn(house.index.clone().follow());
    }
    let mut writers = Vec::new();
    for writer in 0..10 {
        writers.push([&one, &two][writer % 2].program(Role::Application).await);
    }
    let writing = writers.iter().enumerate().map(|(n, guest)| write(guest, n));
    let done = futures_util::future::join_all(writing).await;
    let accepted: i64 = done.iter().map(|(accepted, _)| accepted).sum();
    let change = done.iter().map(|(_, change)| *change).max().unwrap();
    // 120 rows of one writer each, 12 that all send, and 12 users who chose ten items each.
    let distinct = 120 + 12 + 120;
    assert_eq!(accepted, distinct);
    let stored: i64 = sqlx::query_scalar(
        "select count(distinct dedupe_key) from interaction join batch using (batch_id)
         where format = 'api' and state = 'visible'",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(stored, distinct);

    let mut tables = Vec::new();
    for house in [&one, &two] {
        let program = house.program(Role::Operator).await;
        tables.push(table_from(&program, change).await);
    }
    assert_eq!(tables[0], tables[1]);
    let slice = Slice::whole(SHOP, change);
    let recount: Snapshot = load::load(&db, &slice).await.unwrap().unwrap();
    for house in [&one, &two] {
        let current = house.index.current(SHOP).unwrap();
        assert_eq!((current.change, current.digest), (change, recount.digest));
    }
}

#[sqlx::test]
async fn verify_compares_a_running_server_with_a_count_from_nothing(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows.csv");
    fs::write(&rows, "user_id,item_id\na,x\na,y\na,z\nb,x\nb,y\n").unwrap();
    let said = answer(&mut import(&db, "corner", &[&rows]));
    assert_eq!(said["accepted"], 5);

    let mut serve = tandem(&db);
    serve.args(["serve", "--listen", "127.0.0.1:0"]);
    let mut server = serve
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let address = lines
        .find_map(|line| Some(line.unwrap().strip_prefix("listening on ")?.to_owned()))
        .unwrap();
    let verify = || answer(tandem(&db).args(["verify", "corner", "--json"]))[0].clone();
    let waiting = async {
        loop {
            let report = verify();
            if report["servers"] != json!([]) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let report = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    assert_eq!(
        report["servers"],
        json!([{"address": address, "change": 1, "equal": true}])
    );
    assert_eq!(report["pairs_compared"], 6);
    assert_eq!(report["differences"], json!([]));

    // A change of the settings is a change that the server follows: the basket of three is too
    // large, then everything is of another kind.
    let settings = [
        (json!({"most_items": 2}), 1, 2),
        (json!({"kinds": ["choice"], "basket_rule": "basket"}), 0, 0),
    ];
    for (number, (settings, baskets, compared)) in (2..).zip(settings) {
        let patch = Patch::read(settings).unwrap();
        change(&db, &Actor::command(), "corner", &patch, None)
            .await
            .unwrap();
        let waiting = async {
            loop {
                let report = verify();
                if report["servers"][0]["change"] == number {
                    return report;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let report = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
        assert_eq!(
            (&report["change"], &report["baskets"]),
            (&json!(number), &json!(baskets))
        );
        assert_eq!(report["pairs_compared"], compared);
        assert_eq!(report["servers"][0]["equal"], true);
        assert_eq!(report["differences"], json!([]));
    }

    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(server.id().cast_signed()),
        nix::sys::signal::Signal::SIGINT,
    )
    .unwrap();
    assert!(server.wait().unwrap().success());
    assert_eq!(verify()["servers"], json!([]));
    let output = tandem(&db).args(["verify", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
