//! Files that come through a browser: looked at, mapped, imported, mended, taken back.

use axum::http::StatusCode;
use sqlx::PgPool;
use tandem::accounts::types::Role;

use crate::support::{Answer, Guest, House, UPLOAD_MOST};

const DATA: &str = "/catalogs/shop/data";

/// Where files are sent.
fn uploads() -> String {
    format!("{DATA}/uploads")
}

/// Uploads files that are taken; the address of the page that shows them.
async fn sent(guest: &Guest<'_>, files: &[(&str, &str, &str)]) -> String {
    let answer = guest.upload(&uploads(), files).await;
    let page = answer.goes_to();
    assert!(page.starts_with(&format!("{}/", uploads())), "{page}");
    page
}

/// Imports what lies at an address; the page of the import when it has ended.
async fn imported(guest: &Guest<'_>, upload: &str, fields: &[(&str, &str)]) -> String {
    let answer = guest
        .form(upload, &format!("{upload}/import"), fields)
        .await;
    let import = answer.goes_to();
    assert!(import.starts_with(&format!("{DATA}/imports/")), "{import}");
    until(guest, &import, "Visible").await;
    import
}

/// The page of an import, once it says so.
async fn until(guest: &Guest<'_>, import: &str, words: &str) -> Answer {
    for _ in 0..600 {
        let page = guest.page(import).await;
        if page.text().contains(words) {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{import} does not become {words}");
}

async fn refused(guest: &Guest<'_>, files: &[(&str, &str, &str)]) -> String {
    let to = guest.upload(&uploads(), files).await.goes_to();
    assert!(to.starts_with(&format!("{DATA}?__err=")), "{to}");
    guest.page(&to).await.text()
}

#[sqlx::test]
async fn files_are_looked_at_mapped_and_imported(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    assert!(operator.page(DATA).await.has_form(&uploads()));
    let orders = "who,what,happened\nn1,i01,2026-04-01\nn2,i02,soon\nn3,n9,2026-04-02\n";
    let items = "item_id,title\nn9,A <new> thing\n";
    let files = [
        ("files", "../orders.csv", orders),
        ("items", "new.csv", items),
    ];
    let upload = sent(&operator, &files).await;

    // No column is known by its name: the page says so and offers the mapping.
    let page = operator.page(&upload).await;
    let text = page.text();
    assert!(
        text.contains("“orders.csv” is not a table of choices"),
        "{text}"
    );
    assert!(!page.has_form(&format!("{upload}/import")));
    assert!(page.body.contains("<option value=\"who\""), "{}", page.body);

    let mapped = format!("{upload}?format=auto&map.user_id=who&map.item_id=what&map.at=happened");
    let page = operator.page(&mapped).await;
    let text = page.text();
    for part in [
        "Of the first 4 rows 3 can be taken",
        "Quarantine happened: this is no time",
        "2026-04-01 00:00 UTC",
        "cells separated by commas, UTF-8",
        "A <new> thing",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.has_form(&format!("{upload}/import")));
    assert!(page.body.contains("name=\"map.user_id\" value=\"who\""));

    let fields = [
        ("format", "auto"),
        ("map.user_id", "who"),
        ("map.item_id", "what"),
        ("map.at", "happened"),
    ];
    let import = imported(&operator, &upload, &fields).await;
    let text = operator.page(&import).await.text();
    for part in ["Visible", "2 Rows taken", "1 Quarantined", "by otto"] {
        assert!(
            text.contains(part) || text.contains(&swapped(part)),
            "{part}: {text}"
        );
    }
    // The files are gone with the end of their import.
    assert_eq!(operator.get(&upload).await.status, StatusCode::NOT_FOUND);
    house.follow().await;
    let list = operator.page(DATA).await.text();
    assert!(
        list.contains("orders.csv, new.csv") || list.contains("new.csv, orders.csv"),
        "{list}"
    );
}

/// A name and its figure, the other way round.
fn swapped(words: &str) -> String {
    match words.split_once(' ') {
        Some((figure, name)) => format!("{name} {figure}"),
        None => words.to_owned(),
    }
}

#[sqlx::test]
async fn the_same_files_twice_change_nothing(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    let files = [("files", "more.csv", "user_id,item_id\nn1,i01\nn1,i02\n")];
    let first = imported(&operator, &sent(&operator, &files).await, &[]).await;
    let again = sent(&operator, &files).await;
    let known = imported(&operator, &again, &[("format", "interactions")]).await;
    assert_eq!(known, format!("{first}?done=known"));
    let text = operator.page(&known).await.text();
    assert!(text.contains("imported before, as this import"), "{text}");
}

#[sqlx::test]
async fn what_is_too_much_or_nothing_is_refused_with_a_sentence(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    let large = "user_id,item_id\n".to_owned() + &"u,i\n".repeat(UPLOAD_MOST as usize / 4);
    let text = refused(&operator, &[("files", "large.csv", &large)]).await;
    assert!(text.contains("larger than 200 kB together"), "{text}");
    let halves = large.split_at(large.len() / 2);
    let both = [("files", "a.csv", halves.0), ("files", "b.csv", halves.1)];
    let text = refused(&operator, &both).await;
    assert!(text.contains("larger than 200 kB together"), "{text}");
    let text = refused(&operator, &[("items", "items.csv", "item_id\na\n")]).await;
    assert!(text.contains("at least one file"), "{text}");
    let text = refused(&operator, &[("files", "", "")]).await;
    assert!(text.contains("at least one file"), "{text}");
}

#[sqlx::test]
async fn only_who_may_import_uploads_and_sees_uploads(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let files = [("files", "more.csv", "user_id,item_id\nn1,i01\n")];
    let answer = curator.upload(&uploads(), &files).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let stranger = house.stranger().upload(&uploads(), &files).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let upload = sent(&operator, &files).await;
    assert_eq!(curator.get(&upload).await.status, StatusCode::FORBIDDEN);
    for action in ["import", "discard"] {
        let answer = curator.form(DATA, &format!("{upload}/{action}"), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    for action in ["cancel", "go-on", "discard", "undo", "correct"] {
        let path = format!("{DATA}/imports/1/{action}");
        let answer = curator.form(DATA, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    // An operator may not see users, and so not the rows as they came.
    for (method, path) in [("POST", "correct"), ("GET", "quarantine.csv")] {
        let path = format!("{DATA}/imports/1/{path}");
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let answer = operator.send(method, &path, &kind, String::new()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let other = upload.replace("/shop/", "/nothing/");
    assert_eq!(operator.get(&other).await.status, StatusCode::NOT_FOUND);
    let climbing = format!("{}/..%2F..%2Fetc", uploads());
    assert_eq!(operator.get(&climbing).await.status, StatusCode::NOT_FOUND);
    let answer = operator.form(DATA, &format!("{upload}/discard"), &[]).await;
    assert_eq!(answer.goes_to(), DATA);
    assert_eq!(operator.get(&upload).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn an_import_is_taken_back_with_its_consequence_said_first(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    let rows = "user_id,item_id,at\nn1,i01,2026-04-01\nn1,i02,2026-04-01\n";
    let first = imported(
        &operator,
        &sent(&operator, &[("files", "a.csv", rows)]).await,
        &[],
    )
    .await;
    let more = rows.to_owned() + "n1,i03,2026-04-01\n";
    let second = imported(
        &operator,
        &sent(&operator, &[("files", "b.csv", &more)]).await,
        &[],
    )
    .await;
    let page = operator.page(&second).await;
    assert!(!page.has_form(&format!("{second}/undo")));
    let page = operator.page(&format!("{second}?undo=1")).await;
    let text = page.text();
    assert!(
        text.contains("Takes back 3 rows; 2 of them were also brought by others and stay."),
        "{text}"
    );
    assert!(page.has_form(&format!("{second}/undo")));
    let undone = operator.form(&second, &format!("{second}/undo"), &[]).await;
    let page = operator.page(&undone.goes_to()).await.text();
    assert!(
        page.contains("Taken back: its 3 rows count no longer"),
        "{page}"
    );
    let twice = operator.form(&second, &format!("{second}/undo"), &[]).await;
    let page = operator.page(&twice.goes_to()).await.text();
    assert!(page.contains("taken back already"), "{page}");
    let kept = operator.page(&first).await.text();
    assert!(kept.contains("Visible"), "{kept}");
    let actors: Vec<String> = sqlx::query_scalar(
        "select actor_name from audit_entry where action in ('import.show', 'import.undo') order by entry_id desc limit 2",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert_eq!(actors, ["otto", "otto"]);
}

#[sqlx::test]
async fn rows_in_quarantine_are_mended_on_the_page(db: PgPool) {
    let house = House::new(db).await;
    let admin = house.sign_in("ada", Role::Admin).await;
    let orders =
        "user_id,item_id,at\nn1,i01,2026-04-01\nn2,i02,soon\nn3,,2026-04-02\n=1,i04,later\n";
    let import = imported(
        &admin,
        &sent(&admin, &[("files", "o.csv", orders)]).await,
        &[],
    )
    .await;
    let csv = admin.get(&format!("{import}/quarantine.csv")).await;
    assert_eq!(csv.status, StatusCode::OK);
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines[0], "file,line,column,reason,row");
    assert_eq!(lines.len(), 4, "{}", csv.body);
    assert!(lines[3].contains("\"'=1,i04,later\""), "{}", lines[3]);

    let page = admin.page(&import).await;
    let fields: Vec<String> = page
        .body
        .split("name=\"row.")
        .skip(1)
        .map(|rest| format!("row.{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(fields.len(), 3, "{}", page.text());
    let corrected = [
        (fields[0].as_str(), "n2,i02,2026-04-03"),
        (fields[1].as_str(), "n3,i03,never"),
        (fields[2].as_str(), "=1,i04,later"),
    ];
    let action = format!("{import}/correct");
    let first = admin.form(&import, &action, &corrected).await.goes_to();
    let page = admin.page(&first).await;
    let text = page.text();
    assert!(text.contains("1 row was taken as import"), "{text}");
    assert!(text.contains("2 rows are still in quarantine"), "{text}");
    assert!(
        page.body.contains(">n3,i03,never</textarea>"),
        "{}",
        page.body
    );
    let child = page.link("import 3").unwrap();
    let text = admin.page(&child).await.text();
    assert!(
        text.contains("It brings corrected rows of import 2"),
        "{text}"
    );
    let list = admin.page(DATA).await.text();
    assert!(list.contains("corrections of import 2"), "{list}");

    // The same once more changes nothing.
    let again = admin.form(&import, &action, &corrected).await.goes_to();
    assert_eq!(again, first);
    let imports: i64 = sqlx::query_scalar("select count(*) from batch")
        .fetch_one(&house.db)
        .await
        .unwrap();
    assert_eq!(imports, 3);

    // Taken back, the rows wait again.
    admin.form(&child, &format!("{child}/undo"), &[]).await;
    let text = admin.page(&import).await.text();
    assert!(
        text.contains("3 of 3 rows that could not be taken"),
        "{text}"
    );
}

#[sqlx::test]
async fn an_import_that_fails_says_why_and_goes_on_from_its_files(db: PgPool) {
    let house = House::new(db).await;
    let operator = house.sign_in("otto", Role::Operator).await;
    let rows: String = (0..12_000).map(|row| format!("n{row},i01\n")).collect();
    let text = format!("user_id,item_id\n{rows}");
    let upload = sent(&operator, &[("files", "many.csv", &text)]).await;

    // Nothing can be stored for now, so that it is under way for as long as is wanted here.
    let mut jam = house.db.begin().await.unwrap();
    sqlx::query("lock table interaction in exclusive mode")
        .execute(&mut *jam)
        .await
        .unwrap();
    let begun = operator
        .form(&upload, &format!("{upload}/import"), &[])
        .await;
    let import = begun.goes_to();
    let page = operator.page(&import).await;
    assert!(page.text().contains("Being read"), "{}", page.text());
    assert!(page.has_form(&format!("{import}/cancel")));
    assert!(page.body.contains("http-equiv=\"refresh\""));
    let data = operator.page(DATA).await.text();
    assert!(data.contains("Import 2 is being read"), "{data}");
    let discarded = operator
        .form(&import, &format!("{import}/discard"), &[])
        .await;
    assert!(discarded.goes_to().ends_with("done=too-late"));

    // Its connection is cut.
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and pid <> pg_backend_pid()
           and database = (select oid from pg_database where datname = current_database())",
    )
    .execute(&mut *jam)
    .await
    .unwrap();
    jam.rollback().await.unwrap();
    let text = until(&operator, &import, "Failed").await.text();
    assert!(text.contains("The database failed while"), "{text}");
    operator
        .form(&import, &format!("{import}/go-on"), &[])
        .await;
    let text = until(&operator, &import, "Visible").await.text();
    assert!(text.contains("12,000"), "{text}");
    assert_eq!(operator.get(&upload).await.status, StatusCode::NOT_FOUND);
}
