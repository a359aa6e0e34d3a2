//! Stories: the whole server but for its port, against a real database, as people and programs
//! meet it. Each test has a database of its own; what a test needs stands in `support`.

#![expect(
    clippy::unwrap_used,
    reason = "a story that can not go on says where it stopped"
)]

mod access;
mod catalogs;
mod control;
mod exports;
mod items;
mod jobs;
mod live;
mod models;
mod overview;
mod pages;
mod problems;
mod program;
mod reference;
mod support;
mod tables;
mod uploads;
mod views;
