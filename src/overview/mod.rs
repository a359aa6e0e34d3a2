//! Overview: how is it going with a catalog?
//!
//! One screen of figures with the period before beside them, what changed since the reader's last
//! visit, and what to do next. It reads what other slices keep and writes two things: when an
//! account was last here, and what each day left behind (`days`). Nothing is counted from rows on a
//! request: days are kept as batches come (`interactions`), evidence with the snapshot (`index`). A figure that can't be had says what is
//! missing. Start reading at `page`; `period` says which days are meant.

pub mod acceptance;
mod changes;
pub mod days;
pub mod page;
pub mod paths;
mod period;
pub mod store;
mod view;
pub mod visit;
