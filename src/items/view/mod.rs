//! The pieces of the page: what to do, what goes with the item, where it stands, what it is.

mod figures;
mod record;

use leptos::prelude::*;

use super::page::Loaded;
use crate::accounts::types::Right;
use crate::cooccurrence;
use crate::cooccurrence::filter::Query;
use crate::overrides;
use crate::recommendations::paths::for_item;

pub(super) use figures::{partners, places};
pub(super) use record::{changed, record, trend};

/// What one can do about the item; each link leads to where it is done.
pub(super) fn actions(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = &loaded.snapshot.catalog.id;
    let item_id = &loaded.snapshot.items[loaded.item as usize].id;
    let change = loaded.actor.may(Right::OverrideForMe).then(|| {
        let editor = |kind| overrides::paths::editor(catalog_id, kind, item_id, None);
        view! {
            <a class="button" href=editor("pin")>"Pin…"</a>
            <a class="button" href=editor("block")>"Block…"</a>
        }
    });
    // A flag says what is wrong with a list that somebody saw, so it is sent from such a list.
    let seen_at = loaded
        .places
        .rows
        .first()
        .filter(|_| loaded.actor.may(Right::Flag));
    let flag = seen_at.map(|place| {
        let anchor = &loaded.snapshot.items[place.anchor as usize];
        let href = for_item(catalog_id, &anchor.id);
        let words = format!("Flag it in the list for {}", anchor.title);
        view! { <a class="button" href=href title=words>"Flag…"</a> }
    });
    view! {
        <div class="row">
            <a class="button button--primary" href=for_item(catalog_id, item_id)>
                "Recommendations for it"
            </a>
            <a class="button" href=pairs(loaded)>"All its pairs"</a>
            {change}
            {flag}
        </div>
    }
}

/// The table of all pairs with the item.
fn pairs(loaded: &Loaded) -> String {
    let item = &loaded.snapshot.items[loaded.item as usize];
    let query = Query {
        item: Some(item.id.clone()),
        min_together: Some(loaded.snapshot.catalog.least_together.max(1).to_string()),
        sort: Some(loaded.measure.name().to_owned()),
        ..Query::default()
    };
    cooccurrence::paths::table(&loaded.snapshot.catalog.id, &query)
}
