//! Where catalogs are found.

pub const HOME: &str = "/";
