//! The own cluster, opened as a command opens it.

use super::*;

/// A data directory that the user who runs PostgreSQL can reach.
fn place() -> (tempfile::TempDir, Place) {
    let dir = tempfile::Builder::new()
        .prefix("tandem-cli-")
        .tempdir()
        .unwrap();
    if geteuid().is_root() {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    }
    let place = Place {
        data_dir: Some(dir.path().join("data")),
        database_url: None,
    };
    (dir, place)
}

async fn open(place: &Place) -> Database {
    Database::open(place, Purpose::Command("a test".to_owned()))
        .await
        .unwrap()
}

#[tokio::test]
async fn the_server_cant_change_the_audit_trail() {
    let (_dir, place) = place();
    let database = open(&place).await;
    let user: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(user, SERVER);
    sqlx::query(
        "insert into audit_entry (actor, actor_name, action, subject) values ('a', 'a', 'a', 'a')",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    for statement in [
        "update audit_entry set actor = 'b'",
        "delete from audit_entry",
        "truncate audit_entry",
        "alter table audit_entry disable trigger all",
        "drop trigger audit_entry_append_only on audit_entry",
        "drop table audit_entry",
        "create or replace function refuse_audit_change() returns trigger language plpgsql \
         as 'begin return null; end'",
        "set session_replication_role = replica",
        "delete from _sqlx_migrations",
        "create role mallory superuser",
        "create table mine (id integer)",
    ] {
        let error = sqlx::query(statement)
            .execute(&database.pool)
            .await
            .expect_err(statement);
        let code = error
            .into_database_error()
            .unwrap()
            .code()
            .unwrap()
            .to_string();
        assert_eq!(code, "42501", "insufficient privilege for: {statement}");
    }
    sqlx::query("insert into secret (name, value) values ('a', '\\x00')")
        .execute(&database.pool)
        .await
        .unwrap();
    sqlx::query("delete from secret")
        .execute(&database.pool)
        .await
        .unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_when_the_cluster_is_opened_again() {
    let (_dir, place) = place();
    let database = open(&place).await;
    let first = open(&place);
    // A second command joins the cluster of the first.
    let joined = first.await;
    sqlx::query("insert into secret (name, value) values ('a', '\\x00')")
        .execute(&joined.pool)
        .await
        .unwrap();
    joined.close().await.unwrap();
    database.close().await.unwrap();
    let again = open(&place).await;
    let count: i64 = sqlx::query_scalar("select count(*) from secret")
        .fetch_one(&again.pool)
        .await
        .unwrap();
    assert_eq!(count, 1);
    again.close().await.unwrap();
}

#[tokio::test]
async fn a_url_that_cant_be_read_is_not_repeated() {
    let place = Place {
        data_dir: None,
        database_url: Some("postgres//user:hunter2@host".to_owned()),
    };
    let refused = Database::open(&place, Purpose::Command("a test".to_owned())).await;
    let said = refused.err().unwrap().to_string();
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_with_its_reason() {
    let place = Place {
        data_dir: None,
        database_url: Some("postgres://ada@127.0.0.1:1/tandem".to_owned()),
    };
    let Err(error) = Database::open(&place, Purpose::Command("a test".to_owned())).await else {
        panic!("nothing listens on port 1");
    };
    let error = error.to_string();
    assert!(
        error.contains("refused") && error.contains("URL"),
        "{error}"
    );
}
