//! What fits a few letters: pages by their names, views by theirs, items by their titles.

use crate::accounts::types::{Actor, Right};
use crate::browser::combobox::Hit;
use crate::catalog::suggestions;
use crate::cooccurrence::filter::Query;
use crate::error::AppError;
use crate::services::Services;
use crate::views::types::{View, owner};
use crate::{
    about, catalog, cooccurrence, flags, interactions, items, overrides, overview, recommendations,
    versions, views,
};

/// Items below the field while one types.
pub(super) const SHOWN: usize = 8;

/// What was found, by kind.
pub(super) struct Found {
    pub(super) pages: Vec<Hit>,
    pub(super) views: Vec<Hit>,
    pub(super) items: Vec<Hit>,
}

impl Found {
    pub(super) fn all(self) -> Vec<Hit> {
        [self.pages, self.views, self.items].concat()
    }
}

/// Looks for `query` in one catalog; nothing typed finds every page and no item.
pub(super) async fn find(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    query: &str,
    most_items: usize,
) -> Result<Found, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let snapshot = services.index.current(catalog_id)?;
    let kept = match owner(actor, catalog_id) {
        Ok(account) => views::store::list(&services.db, account, catalog_id).await?,
        // Only accounts keep views.
        Err(_) => Vec::new(),
    };
    let wanted = query.to_owned();
    let search = move || {
        let found = suggestions::find(&snapshot, &wanted, most_items);
        let hit = |item: catalog::api::Suggestion| Hit {
            href: items::paths::page(&snapshot.catalog.id, &item.item_id),
            title: item.title,
            note: item.note,
        };
        found.into_iter().map(hit).collect()
    };
    let items = tokio::task::spawn_blocking(search).await;
    Ok(Found {
        pages: fitting(pages(catalog_id), query),
        views: fitting(kept.into_iter().map(view).collect(), query),
        items: items.expect("BUG: searching panicked"),
    })
}

fn view(view: View) -> Hit {
    Hit {
        href: view.address.href(),
        title: view.name,
        note: "saved view".to_owned(),
    }
}

/// The pages of a catalog, by the names that the bar gives them, each with what it answers.
pub fn pages(catalog_id: &str) -> Vec<Hit> {
    let way = |view| cooccurrence::paths::viewed(catalog_id, &Query::default(), Some(view));
    [
        (
            "Overview",
            "how it is going",
            overview::paths::page(catalog_id),
        ),
        (
            "Recommendations",
            "what goes with what, and why",
            recommendations::paths::page(catalog_id),
        ),
        (
            "Co-occurrence",
            "the table of pairs",
            cooccurrence::paths::page(catalog_id),
        ),
        ("Heat map", "categories against each other", way("map")),
        ("Compare", "two periods or segments", way("compare")),
        (
            "Overrides",
            "what people changed",
            overrides::paths::list(catalog_id),
        ),
        (
            "Flags",
            "what people flagged",
            flags::paths::list(catalog_id),
        ),
        (
            "Models",
            "which version answers, and how good it is",
            versions::paths::list(catalog_id),
        ),
        (
            "Data",
            "what is coming in",
            interactions::paths::page(catalog_id),
        ),
        (
            "Settings",
            "what a basket is, what counts",
            catalog::settings::paths::page(catalog_id),
        ),
        (
            "About this AI",
            "what it can do, and how well",
            about::paths::page(catalog_id),
        ),
        (
            "Saved views",
            "pages kept by name",
            views::paths::list(catalog_id),
        ),
        (
            "All catalogs",
            "choose another one",
            catalog::paths::HOME.to_owned(),
        ),
    ]
    .map(|(title, note, href)| Hit {
        href,
        title: title.to_owned(),
        note: note.to_owned(),
    })
    .into()
}

/// Those with a word that begins with what was typed, in their title or in their note.
fn fitting(hits: Vec<Hit>, query: &str) -> Vec<Hit> {
    let query = query.trim().to_lowercase();
    let fits = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with(&query) || text.contains(&format!(" {query}"))
    };
    let (titles, others): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| fits(&hit.title));
    let notes = others.into_iter().filter(|hit| fits(&hit.note));
    titles.into_iter().chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<String> {
        let fitting = fitting(pages("shop"), query);
        fitting.into_iter().map(|hit| hit.title).collect()
    }

    #[test]
    fn a_page_is_found_by_the_beginning_of_a_word_of_its_name_or_of_what_it_answers() {
        assert_eq!(found("  OVERR "), ["Overrides"]);
        assert_eq!(found("map"), ["Heat map"]);
        assert_eq!(found("pairs"), ["Co-occurrence"]);
        assert_eq!(found("verrides"), Vec::<String>::new());
        assert_eq!(found("").len(), pages("shop").len());
    }
}
