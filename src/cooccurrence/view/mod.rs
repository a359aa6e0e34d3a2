//! The pieces of the page: its head, the filters, the table with its shading, the heat map.

pub(super) mod cells;
mod columns;
pub(super) mod compare;
mod export;
mod filters;
mod line;
pub(super) mod map;
mod pager;
pub(super) mod recent;
mod table;
pub(super) mod tabs;

pub(super) use filters::filters;
pub(super) use line::Line;
pub(super) use pager::{empty, pager};
pub(super) use table::table;
