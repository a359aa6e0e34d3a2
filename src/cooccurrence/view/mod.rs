//! The pieces of the page: the filters, the table with its shading, the pager.

mod columns;
mod filters;
mod line;
mod table;

pub(super) use filters::filters;
pub(super) use line::Line;
pub(super) use table::{empty, pager, table};
