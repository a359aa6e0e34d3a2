//! Where the API is, and where it is described.

/// What the address of every call begins with.
pub const API: &str = "/api/v1";
/// The description for programs.
pub const DOCUMENT: &str = "/api/v1/openapi.json";
/// The description for people.
pub const DOCS: &str = "/api/docs";

/// A call's place on the page.
pub fn anchor(operation_id: &str) -> String {
    format!("#{operation_id}")
}
