//! Lists that grow, a page at a time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::read::whole_number;
use crate::error::AppError;

/// The most rows of one page of a list.
pub const MOST: u32 = 500;
/// The rows of a page where nothing else is asked for.
pub const USUAL: u32 = 100;

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The most rows of the answer; the answer's `next` leads to those after them.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<String>,
    /// `next` of the page before; without it the first page.
    pub cursor: Option<String>,
}

impl Paging {
    pub fn rows(&self) -> Result<u32, AppError> {
        Ok(whole_number("limit", self.limit.as_deref(), 1, MOST)?.unwrap_or(USUAL))
    }

    /// After which row the page begins; none for the first.
    pub fn after<T: DeserializeOwned>(&self) -> Result<Option<T>, AppError> {
        let Some(text) = self.cursor.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let after = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        after.map(Some).ok_or_else(|| {
            AppError::invalid(
                "cursor",
                "The cursor can't be read; start again from the first page.",
            )
        })
    }
}

/// One page, and whether there is more.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// The cursor of the page after this one; none behind the last row.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From one row more than a page holds, where there is one; `place` is what a cursor names.
    pub fn of<C: Serialize>(mut rows: Vec<T>, most: u32, place: impl Fn(&T) -> C) -> Self {
        let has_more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let last = rows.last().filter(|_| has_more).map(place);
        Self {
            rows,
            next: last.map(|place| {
                let bytes = serde_json::to_vec(&place).expect("BUG: a cursor is plain data");
                URL_SAFE_NO_PAD.encode(bytes)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_behind_the_last_row_and_the_last_page_has_none() {
        let first = Page::of(vec![9, 8, 7], 2, |row| (true, *row));
        assert_eq!(first.rows, [9, 8]);
        let paging = Paging {
            cursor: first.next,
            ..Paging::default()
        };
        assert_eq!(paging.after::<(bool, i32)>(), Ok(Some((true, 8))));
        assert_eq!(Page::of(vec![7], 2, |row| *row).next, None);
        for cursor in ["x", "%%", "eA"] {
            let paging = Paging {
                cursor: Some(cursor.to_owned()),
                ..Paging::default()
            };
            assert!(paging.after::<(bool, i64)>().is_err(), "{cursor}");
        }
    }
}
