//! The cluster against the machine's PostgreSQL: every start, end, meeting and refusal.

mod support;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{User, geteuid};

use super::{Cluster, ClusterError, Connection, binaries};
use support::{
    Held, Mounted, ask, command, mode, open, owner_of, postmaster, quiet, server, skip,
    temporary_dir,
};

#[test]
fn a_new_cluster_keeps_its_data_and_its_secrets() {
    let dir = temporary_dir();
    let data_dir = dir.path().join("new").join("data");
    // The cluster outlives the thread that opened it.
    let opening = thread::spawn({
        let data_dir = data_dir.clone();
        move || open(&data_dir, &server())
    });
    let cluster = opening.join().unwrap().unwrap();
    assert!(cluster.is_owner());
    let connection = cluster.connection();
    assert_eq!(ask(&connection, "show server_encoding").unwrap(), "UTF8");
    assert_eq!(ask(&connection, "show listen_addresses").unwrap(), "");
    assert_eq!(ask(&connection, "show fsync").unwrap(), "on");
    assert_eq!(ask(&connection, "select lower('ÄÖ')").unwrap(), "äö");
    ask(&connection, "create table kept as select 42 as answer").unwrap();

    let stranger = Connection {
        password: "wrong".to_owned(),
        ..connection.clone()
    };
    assert!(
        ask(&stranger, "select 1")
            .unwrap_err()
            .contains("password authentication failed")
    );
    assert!(!format!("{connection:?}").contains(&connection.password));
    assert_eq!(connection.password.len(), 64);
    assert_eq!(mode(&data_dir.join("owner.password")), 0o600);
    assert_eq!(mode(&data_dir.join("run")), 0o700);
    assert_eq!(mode(&data_dir.join("log")), 0o700);

    cluster.stop(&mut quiet()).unwrap();
    assert!(!data_dir.join("postgres/postmaster.pid").exists());
    let cluster = open(&data_dir, &server()).unwrap();
    assert_eq!(cluster.connection(), connection);
    assert_eq!(ask(&connection, "select answer from kept").unwrap(), "42");
    drop(cluster);
    assert!(ask(&connection, "select 1").is_err());
}

#[test]
fn after_a_kill_the_next_start_finds_what_was_committed() {
    let dir = temporary_dir();
    let mut held = Held::start(dir.path(), "server", None);
    let connection = held.connection();
    ask(&connection, "create table kept as select 1 as answer").unwrap();
    held.kill();
    let running = dir.path().join("postgres/postmaster.pid");
    for _ in 0..600 {
        if running.exists() {
            thread::sleep(Duration::from_millis(50));
        }
    }
    assert!(!running.exists(), "PostgreSQL ends with its owner");
    let cluster = open(dir.path(), &server()).unwrap();
    assert_eq!(ask(&connection, "select answer from kept").unwrap(), "1");
    drop(cluster);
    let log = fs::read_to_string(dir.path().join("log/postgres.log")).unwrap();
    assert!(log.contains("database system was shut down at"), "{log}");
    assert!(!log.contains("was interrupted"), "it ended cleanly: {log}");

    let mut held = Held::start(dir.path(), "server", None);
    ask(&connection, "update kept set answer = 2").unwrap();
    let postmaster = postmaster(dir.path());
    kill(postmaster, Signal::SIGSTOP).unwrap();
    held.kill();
    kill(postmaster, Signal::SIGKILL).unwrap();
    let _cluster = open(dir.path(), &server()).unwrap();
    assert_eq!(ask(&connection, "select answer from kept").unwrap(), "2");
}

#[test]
fn a_process_that_has_taken_over_a_stale_process_number_stops_nothing() {
    let dir = temporary_dir();
    open(dir.path(), &server())
        .unwrap()
        .stop(&mut quiet())
        .unwrap();
    let mut innocent = Command::new("sleep");
    innocent.arg("60");
    if geteuid().is_root() {
        // PostgreSQL takes a number seriously only where the process is its own user's.
        innocent.uid(owner_of(&dir.path().join("postgres")));
    }
    let mut innocent = innocent.spawn().unwrap();
    let stale = format!(
        "{}\n{}\n1\n5432\n",
        innocent.id(),
        dir.path().join("postgres").display()
    );
    fs::write(dir.path().join("postgres/postmaster.pid"), &stale).unwrap();
    fs::write(dir.path().join("run/.s.PGSQL.5432.lock"), &stale).unwrap();
    fs::write(dir.path().join("run/.s.PGSQL.5432"), "").unwrap();

    let opened = open(dir.path(), &server());
    let spared = matches!(innocent.try_wait(), Ok(None));
    innocent.kill().unwrap();
    innocent.wait().unwrap();
    opened.unwrap();
    assert!(spared, "the innocent process was ended");
}

#[test]
fn a_kill_while_the_cluster_is_made_leaves_nothing_half_made() {
    let dir = temporary_dir();
    for pause_ms in [400, 1200] {
        let mut held = Held::spawn(dir.path(), "server", None);
        thread::sleep(Duration::from_millis(pause_ms));
        held.kill();
    }
    let cluster = open(dir.path(), &server()).unwrap();
    assert_eq!(ask(&cluster.connection(), "select 1").unwrap(), "1");
    assert!(!dir.path().join("postgres.new").exists());
}

#[test]
fn servers_and_commands_share_one_cluster() {
    let dir = temporary_dir();
    let mut held = Held::start(dir.path(), "server", None);

    let refusal = open(dir.path(), &server()).err().unwrap().to_string();
    let expected = format!(
        "another Tandem server (tandem serve, process {})",
        held.child.id()
    );
    assert!(refusal.contains(&expected), "{refusal}");
    assert!(
        refusal.contains(&dir.path().display().to_string()),
        "{refusal}"
    );

    let joined = open(dir.path(), &command("tandem import")).unwrap();
    assert!(!joined.is_owner());
    assert_eq!(joined.connection(), held.connection());
    drop(joined);
    assert_eq!(ask(&held.connection(), "select 1").unwrap(), "1");
    held.stop();

    let owner = open(dir.path(), &command("tandem import")).unwrap();
    assert!(owner.is_owner());
    let refusal = open(dir.path(), &server()).err().unwrap().to_string();
    assert!(refusal.contains("tandem import, process"), "{refusal}");
    let joined = open(dir.path(), &command("tandem export")).unwrap();
    assert!(!joined.is_owner());
    let connection = joined.connection();
    let stopping = thread::spawn(move || owner.stop(&mut quiet()));
    thread::sleep(Duration::from_millis(500));
    assert!(
        !stopping.is_finished(),
        "the owner waits for who has joined"
    );
    assert_eq!(ask(&connection, "select 1").unwrap(), "1");
    drop(joined);
    stopping.join().unwrap().unwrap();
    assert!(ask(&connection, "select 1").is_err());
}

#[test]
fn a_server_stops_for_good_when_its_patience_with_commands_ends() {
    let dir = temporary_dir();
    let cluster = open(dir.path(), &server()).unwrap();
    let joined = open(dir.path(), &command("tandem import")).unwrap();
    let mut told = Vec::new();
    cluster
        .stop(&mut |sentence| told.push(sentence.to_owned()))
        .unwrap();
    assert_eq!(told, ["commands still use the cluster, which stops now"]);
    assert!(ask(&joined.connection(), "select 1").is_err());
    let next = open(dir.path(), &command("tandem export")).unwrap();
    assert!(
        next.is_owner(),
        "a command left behind doesn't keep the next one out"
    );
    drop(joined);
}

#[test]
fn many_commands_at_once_agree_on_one_owner() {
    let dir = temporary_dir();
    let commands: Vec<_> = (0..4)
        .map(|number| {
            let data_dir = dir.path().to_path_buf();
            thread::spawn(move || {
                let cluster = open(&data_dir, &command(&format!("command {number}"))).unwrap();
                let answer = ask(&cluster.connection(), "select pg_sleep(0.2), 7").unwrap();
                assert_eq!(answer, "|7");
                cluster.stop(&mut quiet()).unwrap();
            })
        })
        .collect();
    for command in commands {
        command.join().unwrap();
    }
}

#[test]
fn a_cluster_that_can_not_be_used_is_refused_with_the_way_out() {
    let dir = temporary_dir();
    open(dir.path(), &server())
        .unwrap()
        .stop(&mut quiet())
        .unwrap();
    let check = |path: &str, damage: Option<&str>, expected: &[&str]| {
        let path = dir.path().join(path);
        let aside = dir.path().join("aside");
        fs::copy(&path, &aside).unwrap();
        match damage {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let refusal = open(dir.path(), &server()).err().unwrap().to_string();
        for &part in expected {
            assert!(refusal.contains(part), "{part} is missing: {refusal}");
        }
        fs::copy(&aside, &path).unwrap();
    };
    let installed = binaries::newest().unwrap().to_string();
    let expected = [
        "is of PostgreSQL 9,",
        &installed,
        "apt install postgresql-9",
        "pg_upgrade",
    ];
    check("postgres/PG_VERSION", Some("9\n"), &expected);
    check(
        "postgres/PG_VERSION",
        Some("?"),
        &["no readable PostgreSQL cluster", "backup"],
    );
    check(
        "owner.password",
        None,
        &["owner.password is missing", "backup"],
    );
    check(
        "postgres/global/pg_control",
        Some(""),
        &["PANIC:", "log/postgres.log", "backup"],
    );
    open(dir.path(), &server()).unwrap();
}

#[test]
fn a_data_directory_too_deep_for_a_socket_has_it_elsewhere() {
    let dir = temporary_dir();
    let data_dir = dir.path().join("deep".repeat(30));
    let mut told = Vec::new();
    let cluster = Cluster::open(&data_dir, &server(), &mut |sentence| {
        told.push(sentence.to_owned());
    })
    .unwrap();
    let connection = cluster.connection();
    assert!(connection.socket_dir.starts_with("/tmp"), "{connection:?}");
    assert!(
        told.iter()
            .any(|sentence| sentence.contains("too long for a socket")),
        "{told:?}"
    );
    assert_eq!(mode(&connection.socket_dir), 0o700);
    assert_eq!(ask(&connection, "select 1").unwrap(), "1");
    let joined = open(&data_dir, &command("tandem import")).unwrap();
    assert_eq!(joined.connection(), connection);
    drop(joined);
    drop(cluster);
    fs::remove_dir_all(connection.socket_dir).unwrap();
}

#[test]
fn an_ordinary_user_has_a_cluster_of_their_own() {
    let (true, Ok(Some(nobody))) = (geteuid().is_root(), User::from_name("nobody")) else {
        skip("every other test of this file already runs as an ordinary user");
        return;
    };
    let dir = temporary_dir();
    let data_dir = dir.path().join("theirs");
    fs::create_dir(&data_dir).unwrap();
    chown(&data_dir, Some(nobody.uid.as_raw()), None).unwrap();
    let mut held = Held::start(&data_dir, "server", Some(&nobody));
    let connection = held.connection();
    assert_eq!(owner_of(&data_dir.join("postgres")), nobody.uid.as_raw());
    assert_eq!(ask(&connection, "select 1").unwrap(), "1");
    held.kill();
    let mut held = Held::start(&data_dir, "tandem import", Some(&nobody));
    held.stop();

    let refusal = open(&data_dir, &server()).err().unwrap().to_string();
    assert!(
        refusal.contains("theirs belongs to nobody: run Tandem as nobody"),
        "{refusal}"
    );
    let roots = dir.path().join("roots");
    fs::create_dir(&roots).unwrap();
    let mut refused = Held::spawn(&roots, "server", Some(&nobody));
    let refusal = refused.first_line();
    assert!(
        refusal.contains("could not write in") && refusal.contains("roots"),
        "{refusal}"
    );
    refused.stop();
}

#[test]
fn root_is_told_which_directory_is_in_postgresqls_way() {
    if !geteuid().is_root() {
        skip("only root runs PostgreSQL as another user");
        return;
    }
    let dir = temporary_dir();
    let closed = dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    match open(&closed.join("data"), &server()).err().unwrap() {
        ClusterError::CannotEnter { parent, .. } => assert_eq!(parent, closed),
        other => panic!("{other}"),
    }
    let shared = dir.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, Permissions::from_mode(0o777)).unwrap();
    let refusal = open(&shared, &server()).err().unwrap().to_string();
    assert!(refusal.contains("chmod go-w"), "{refusal}");
}

#[test]
fn a_full_disk_is_called_a_full_disk() {
    let small = temporary_dir();
    let Some(small) = Mounted::new(small, 100) else {
        return;
    };
    let refusal = open(small.dir.path(), &server()).err().unwrap().to_string();
    assert!(
        refusal.contains("is full (10") && refusal.contains("--data-dir"),
        "{refusal}"
    );

    let Some(filled) = Mounted::new(temporary_dir(), 260) else {
        return;
    };
    open(filled.dir.path(), &server())
        .unwrap()
        .stop(&mut quiet())
        .unwrap();
    let mut ballast = fs::File::create(filled.dir.path().join("ballast")).unwrap();
    assert!(io::copy(&mut io::repeat(1), &mut ballast).is_err());
    let refusal = open(filled.dir.path(), &server()).err().unwrap();
    assert!(
        matches!(refusal, ClusterError::DiskFull { free_mb: 0, .. }),
        "{refusal}"
    );
}
