//! Tags of answers: who has an answer already is told so, and nothing is computed or sent again.
//!
//! A tag is weak (RFC 9110): it says that two answers mean the same, not that their bytes are
//! equal, for an answer may be compressed or not, and a sheet holds the moment it was written.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

/// What an answer depends on, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// A tag of all that decides an answer.
    pub fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length before it, so that no two lists of parts read alike.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let hex: String = hash.finalize()[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self(format!("W/\"{hex}\""))
    }

    pub fn header(&self) -> [(HeaderName, HeaderValue); 1] {
        let value = HeaderValue::from_str(&self.0);
        [(
            header::ETAG,
            value.expect("BUG: hexadecimal digits make a header"),
        )]
    }

    /// The short answer to who has this already.
    pub fn known_by(&self, headers: &HeaderMap) -> Option<Response> {
        let is_known = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| self.is_in(value));
        is_known.then(|| (StatusCode::NOT_MODIFIED, self.header()).into_response())
    }

    /// Whether a list of tags has this one. Ours hold no comma and no quote.
    fn is_in(&self, list: &str) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = opaque(&self.0);
        list.split(',')
            .any(|tag| tag.trim() == "*" || opaque(tag) == own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tags_weak_and_strong_are_honoured() {
        let tag = Tag::of(&["7-0a", "limit=5"]);
        let strong = tag.0.trim_start_matches("W/").to_owned();
        for (list, expected) in [
            (tag.0.clone(), true),
            (strong.clone(), true),
            ("*".to_owned(), true),
            (format!("\"x\", {}", tag.0), true),
            (format!("W/\"x\" ,{strong},\"y\""), true),
            ("\"x\"".to_owned(), false),
            (strong.trim_matches('"').to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(tag.is_in(&list), expected, "{list}");
        }
        assert_ne!(Tag::of(&["ab", "c"]), Tag::of(&["a", "bc"]));
    }
}
