//! Making a catalog before there is anything in it.
//!
//! An import makes its catalog by itself. Whoever wants one first, to choose what a basket is or to
//! post into it, makes an empty one: it is visible, and its pages say what to do next.

pub mod page;
pub mod paths;
pub mod store;
