//! Co-occurrence: what goes with what? The table of pairs, of items and of categories.
//!
//! The table is evidence: overrides never filter it. Page, API and export take their rows from
//! [`table`] with the same filter, so that a figure is the same figure everywhere. Start reading
//! at `filter`, then `table`; `grid` and `cell` make the heat map of the same figures;
//! `comparison` and `windows` set parts of a catalog beside each other.

pub mod cell;
pub mod compare;
pub mod comparison;
pub mod file;
pub mod filter;
pub mod grid;
pub mod http;
pub mod map;
pub mod page;
pub mod paths;
pub mod recent;
pub mod rows;
mod side;
pub mod table;
#[cfg(test)]
mod tests;
mod view;
pub mod windows;
