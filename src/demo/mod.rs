//! The demo: an invented shop for outdoors and home, so that a first look shows something.
//!
//! A year of orders by five thousand people is drawn from a fixed sequence of pseudo-random
//! numbers and goes through the same intake as everybody's files; every machine shows the same
//! figures on every day, and only the dates move with today. People have hidden tastes
//! ([`people`]), shelves have a long tail ([`items`]), seasons and week-ends come and go
//! ([`orders`], [`calendar`]). What is there to be found, and what only looks like it, stands in
//! [`planted`], and a test finds the one and not the other. Then some months of work with the
//! lists are written ([`history`]): what was seen and accepted, dismissals, flags and overrides,
//! each citing a list that the server would give; what each day left behind ([`days`]); and models
//! that were measured ([`models`]).
//!
//! It makes nothing of its own up at any later time: what is counted and served afterwards is
//! counted and served as in any other catalog. Start reading at [`orders`].

pub mod calendar;
mod cast;
mod days;
pub mod history;
pub mod items;
pub mod load;
pub mod models;
pub mod orders;
pub mod people;
pub mod planted;
mod store;
#[cfg(test)]
mod tests;

/// The id of the demo's catalog.
pub const CATALOG: &str = "demo";
