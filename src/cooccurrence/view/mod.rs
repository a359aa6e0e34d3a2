//! The pieces of the page: its head, the filters, the table with its shading, the heat map.

mod columns;
mod filters;
mod line;
pub(super) mod map;
mod table;
pub(super) mod tabs;

pub(super) use filters::filters;
pub(super) use line::Line;
pub(super) use table::{empty, pager, table};
