//! The head of the page: its question, the ways to look at the answer, what was counted.

use leptos::prelude::*;

use crate::catalog::words::as_of;
use crate::cooccurrence::filter::Query;
use crate::cooccurrence::paths;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;

/// A way to look at what goes with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cooccurrence) enum Tab {
    Table,
    Map,
    Recent,
    Compare,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Table, Self::Map, Self::Recent, Self::Compare];

    pub(in crate::cooccurrence) fn parse(view: Option<&str>) -> Result<Self, AppError> {
        match view {
            None | Some("" | "table") => Ok(Self::Table),
            Some("map") => Ok(Self::Map),
            Some("recent") => Ok(Self::Recent),
            Some("compare") => Ok(Self::Compare),
            Some(other) => Err(AppError::invalid(
                "view",
                format!("“view” is “table”, “map”, “recent” or “compare”, not “{other}”."),
            )),
        }
    }

    pub(in crate::cooccurrence) fn code(self) -> Option<&'static str> {
        match self {
            Self::Table => None,
            Self::Map => Some("map"),
            Self::Recent => Some("recent"),
            Self::Compare => Some("compare"),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Map => "Heat map",
            Self::Recent => "Recent",
            Self::Compare => "Compare",
        }
    }
}

/// What is counted stays the same from one way of looking to another.
pub(in crate::cooccurrence) fn head(
    tab: Tab,
    counted: &Snapshot,
    asked: &Query,
) -> impl IntoView + use<> {
    let catalog_id = &counted.catalog.id;
    let links = Tab::ALL.map(|other| {
        let query = Query {
            cursor: None,
            limit: None,
            level: None,
            ..asked.clone()
        };
        let href = paths::viewed(catalog_id, &query, other.code());
        let current = (other == tab).then_some("page");
        view! {
            <a class="segments__item" href=href aria-current=current>
                {other.label()}
            </a>
        }
    });
    view! {
        <div class="page__head">
            <h1>"What goes with what?"</h1>
            <nav class="segments" aria-label="Ways to look at it">
                {links.into_iter().collect_view()}
            </nav>
            <p class="page__as-of">{as_of(counted)}</p>
        </div>
    }
}
