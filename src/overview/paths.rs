//! Where a catalog's overview is found.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}")
}

/// The page for a period, with all else that its address says.
pub fn period(
    catalog_id: &str,
    days: u32,
    to: Option<NaiveDate>,
    since: Option<DateTime<Utc>>,
) -> String {
    let since = since.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    Url::new(page(catalog_id))
        .with("days", days)
        .with_some("to", to)
        .with_some("since", since)
        .build()
}
