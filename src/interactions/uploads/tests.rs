//! The spool: what it keeps, what it forgets, and what it is never talked into.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};

use super::spool::{Spool, Upload};

fn spool(dir: &std::path::Path) -> Spool {
    Spool::open(dir, 1_000, Utc::now()).unwrap()
}

fn upload(id: &str, at: DateTime<Utc>) -> Upload {
    Upload {
        id: id.to_owned(),
        catalog_id: "shop".to_owned(),
        author_name: "otto".to_owned(),
        at,
        files: Vec::new(),
        reading: None,
    }
}

fn kept(spool: &Spool) -> String {
    let incoming = spool.begin().unwrap();
    let id = incoming.id().to_owned();
    fs::write(incoming.path(0), "text").unwrap();
    incoming.keep(&upload(&id, Utc::now())).unwrap();
    id
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let spool = spool(dir.path());
    let incoming = spool.begin().unwrap();
    fs::write(incoming.path(0), "half").unwrap();
    drop(incoming);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn an_upload_is_found_in_its_catalog_alone_until_it_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let spool = spool(dir.path());
    let id = kept(&spool);
    assert!(spool.find("shop", &id).unwrap().is_some());
    assert!(spool.find("films", &id).unwrap().is_none());
    spool.remove(&id);
    assert!(spool.find("shop", &id).unwrap().is_none());
    spool.remove(&id);
}

#[test]
fn nothing_but_an_id_names_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let spool = spool(dir.path());
    let id = kept(&spool);
    let outside = dir.path().join("kept.txt");
    fs::write(&outside, "kept").unwrap();
    for name in [
        "",
        "..",
        "../..",
        "/etc",
        &id.to_uppercase(),
        &format!("{id}/.."),
        ".",
    ] {
        assert!(spool.find("shop", name).unwrap().is_none(), "{name}");
        spool.remove(name);
    }
    assert!(outside.exists() && spool.find("shop", &id).unwrap().is_some());
}

#[test]
fn what_nobody_has_wanted_for_a_day_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let id = kept(&spool(dir.path()));
    let almost = Utc::now() + TimeDelta::hours(23);
    let spool = Spool::open(dir.path(), 1_000, almost).unwrap();
    assert!(spool.find("shop", &id).unwrap().is_some());
    // What is no upload stands in nobody's way.
    fs::write(dir.path().join("stray"), "").unwrap();
    let later = Utc::now() + TimeDelta::hours(25);
    let spool = Spool::open(dir.path(), 1_000, later).unwrap();
    assert!(spool.find("shop", &id).unwrap().is_none());
}
