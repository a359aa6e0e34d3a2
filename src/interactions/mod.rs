//! What people chose: reading files, taking rows in, undoing imports.

pub mod formats;
pub mod paths;
pub mod types;
