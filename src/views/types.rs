//! A saved view, and what may be one.

use crate::accounts::types::{Actor, ActorId, Right};
use crate::error::AppError;

/// The longest name, in characters; the database has the same rule.
pub const NAME_MOST: usize = 100;
/// The longest path and query, in characters.
const PATH_MOST: usize = 2_000;
const QUERY_MOST: usize = 4_000;
/// Views that an account may keep in one catalog.
pub const VIEWS_MOST: i64 = 200;

/// The pages of a catalog that can be saved, by what their paths begin with.
const PAGES: [(&str, &str); 6] = [
    ("recommendations", "Recommendations"),
    ("cooccurrence", "Co-occurrence"),
    ("items", "Item"),
    ("overrides", "Overrides"),
    ("flags", "Flags"),
    ("data", "Data"),
];

/// A view that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: i64,
    pub name: String,
    pub address: Address,
}

/// A page of one catalog with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// From the root on.
    pub path: String,
    /// Without its question mark.
    pub query: String,
}

impl Address {
    /// Takes a page of the catalog; an address that leads anywhere else is refused.
    pub fn parse(catalog_id: &str, path: &str, query: &str) -> Result<Self, AppError> {
        let address = Self {
            path: path.to_owned(),
            query: lasting(query),
        };
        if address.page(catalog_id).is_none() || !is_plain(path) || !is_plain(query) {
            return Err(AppError::invalid(
                "path",
                "Only pages of this catalog can be saved as a view.",
            ));
        }
        if path.chars().count() > PATH_MOST || address.query.chars().count() > QUERY_MOST {
            return Err(AppError::invalid(
                "query",
                format!("This page's address is longer than {QUERY_MOST} characters; choose less."),
            ));
        }
        Ok(address)
    }

    /// What the page is called; none where the path is no page of the catalog.
    pub fn page(&self, catalog_id: &str) -> Option<&'static str> {
        let rest = self.path.strip_prefix("/catalogs/")?;
        let rest = rest.strip_prefix(catalog_id)?.strip_prefix('/')?;
        let mut parts = rest.split('/');
        let first = parts.next()?;
        // A part of dots would climb out of the catalog.
        let climbs = |part: &str| {
            matches!(
                part.replace("%2e", ".").replace("%2E", ".").as_str(),
                "" | "." | ".."
            )
        };
        if parts.any(climbs) {
            return None;
        }
        PAGES
            .into_iter()
            .find(|(begin, _)| *begin == first)
            .map(|(_, name)| name)
    }

    pub fn href(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }
}

/// The characters of an address as browsers send them.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'<' | b'>' | b'"' | b'#'))
}

/// The query without what was true only once: an error, what was saved, a page of a pinned table.
fn lasting(query: &str) -> String {
    let parts = query.split('&').filter(|part| {
        let name = part.split('=').next().unwrap_or_default();
        !part.is_empty() && !name.starts_with("__") && name != "saved" && name != "cursor"
    });
    parts.collect::<Vec<_>>().join("&")
}

/// A name as it is kept: trimmed, of one line.
pub fn name(text: &str) -> Result<String, AppError> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(AppError::invalid(
            "name",
            "A view needs a name to find it by.",
        )),
        1..=NAME_MOST => Ok(name),
        _ => Err(AppError::invalid(
            "name",
            format!("A view's name has at most {NAME_MOST} characters."),
        )),
    }
}

/// The account whose views these are. Tokens and the command line have none.
pub fn owner(actor: &Actor, catalog_id: &str) -> Result<i64, AppError> {
    actor.require_in(catalog_id, Right::SaveViews)?;
    match actor.id {
        ActorId::Account(id) => Ok(id),
        ActorId::Token(_) | ActorId::Command => Err(AppError::conflict(
            "Views belong to people: sign in with an account to keep one.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_catalog_can_be_saved() {
        for (path, page) in [
            ("/catalogs/shop/cooccurrence", Some("Co-occurrence")),
            ("/catalogs/shop/items/a%2Fb", Some("Item")),
            ("/catalogs/shop/overrides/new", Some("Overrides")),
            ("/catalogs/shop", None),
            ("/catalogs/shop/", None),
            ("/catalogs/shop/views", None),
            ("/catalogs/shopping/flags", None),
            ("/catalogs/other/flags", None),
            ("/catalogs/shop/flags/../../../sign-out", None),
            ("/catalogs/shop/flags/%2e%2E/x", None),
            ("/catalogs/shop/flags//x", None),
            ("//evil.example/catalogs/shop/flags", None),
            ("https://evil.example/catalogs/shop/flags", None),
            ("/sign-out", None),
            ("/catalogs/shop/flags\\x", None),
            ("/catalogs/shop/flags#x", None),
            ("/catalogs/shop/flags\nx", None),
        ] {
            let parsed = Address::parse("shop", path, "");
            let found = parsed.ok().and_then(|address| address.page("shop"));
            assert_eq!(found, page, "{path}");
        }
    }

    #[test]
    fn a_query_is_kept_but_for_what_was_true_once() {
        let path = "/catalogs/shop/cooccurrence";
        let query = "sort=lift&cursor=abc&__err=x&saved=3&item=a%26b&&min_together=2";
        let address = Address::parse("shop", path, query).unwrap();
        assert_eq!(address.query, "sort=lift&item=a%26b&min_together=2");
        assert_eq!(
            address.href(),
            "/catalogs/shop/cooccurrence?sort=lift&item=a%26b&min_together=2"
        );
        assert!(Address::parse("shop", path, "q=a b").is_err());
        assert!(Address::parse("shop", path, &"x".repeat(4_001)).is_err());
        assert!(Address::parse("shop", path, &"x".repeat(4_000)).is_ok());
    }

    #[test]
    fn a_name_is_one_line_that_says_something() {
        assert_eq!(
            name("  Bread \n  and milk "),
            Ok("Bread and milk".to_owned())
        );
        assert!(name(" \t ").is_err());
        assert!(name(&"ü".repeat(100)).is_ok());
        assert!(name(&"ü".repeat(101)).is_err());
    }
}
