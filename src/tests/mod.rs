//! Stories: the whole server but for its port, against a real database, as people and programs
//! meet it. Each test has a database of its own; what a test needs stands in `support`.

mod access;
mod control;
mod pages;
mod support;
mod tables;
