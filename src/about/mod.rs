//! About this AI: what it can do, how well, what it is bad at, and how to take it in hand.
//!
//! Every figure is of the newest table or of what was recorded; what is not measured is said to be
//! not measured. The page changes nothing: it leads to the places where things are changed.
//! Start reading at `page`.

pub mod page;
pub mod paths;
mod view;
