//! The page: what have people flagged, what had they seen, and what became of it?
//!
//! Every flag stands with the row as it was served then, whatever the figures are now. Who decides
//! flags does so here; who sent one reads the outcome, and may have what it hid shown again.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::types::{Flag, State};
use super::{paths, store, view};
use crate::accounts::types::{Actor, Right};
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::format::{count, counted};
use crate::ui::page::{form_error, page, parse_query};
use crate::wire::page::{Page, Paging};

#[derive(Deserialize)]
struct Query {
    state: Option<String>,
    cursor: Option<String>,
}

/// How many flags are in each state.
type Counts = [(State, u64); 4];

#[component]
pub fn FlagsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let query = query?;
        let state = State::asked(query.state.as_deref())?;
        let paging = Paging {
            limit: None,
            cursor: query.cursor,
        };
        let snapshot = services.index.current(&catalog_id)?;
        let counts = store::counts(&services.db, &catalog_id).await?;
        let flags = store::page(&services.db, &actor, &catalog_id, state, &paging).await?;
        Ok(lay_out(&snapshot, &actor, state, &counts, &flags))
    })
}

fn lay_out(
    snapshot: &Snapshot,
    actor: &Actor,
    state: Option<State>,
    counts: &Counts,
    flags: &Page<Flag>,
) -> impl IntoView + use<> {
    let all: u64 = counts.iter().map(|(_, flags)| flags).sum();
    let figures = counts
        .iter()
        .filter(|(state, flags)| *flags > 0 || *state == State::Open)
        .map(|(state, flags)| format!("{} {}", count(*flags), state.words().to_lowercase()))
        .collect::<Vec<_>>()
        .join(", ");
    let content = match (flags.rows.is_empty(), all) {
        (false, _) => view::table(snapshot, actor, &flags.rows).into_any(),
        (true, 0) => view! {
            <div class="empty">
                <h2>"Nothing has been flagged"</h2>
                <p>"Whoever finds a recommendation wrong flags it where it stands, under “Flag”."</p>
            </div>
        }
        .into_any(),
        (true, all) => elsewhere(snapshot, all).into_any(),
    };
    view! {
        <Title text="Flags"/>
        <div class="page__head">
            <h1>"What have people flagged?"</h1>
            {states(&snapshot.catalog.id, state)}
            <p class="page__as-of">{figures}</p>
        </div>
        {form_error()}
        {content}
        {more(&snapshot.catalog.id, state, flags)}
    }
}

/// The states as links: one of them, or all.
fn states(catalog_id: &str, chosen: Option<State>) -> impl IntoView + use<> {
    let link = |state: Option<State>| {
        let words = state.map_or("All", State::words);
        let current = (state == chosen).then_some("page");
        let href = paths::page(catalog_id, state, None);
        view! { <a class="segments__item" href=href aria-current=current>{words}</a> }
    };
    let each = State::ALL.map(|state| link(Some(state)));
    view! {
        <nav class="segments" aria-label="States of flags">
            {link(None)}
            {each.into_iter().collect_view()}
        </nav>
    }
}

/// No flag is in the chosen state.
fn elsewhere(snapshot: &Snapshot, all: u64) -> impl IntoView + use<> {
    let href = paths::list(&snapshot.catalog.id);
    view! {
        <div class="empty">
            <h2>"No flags here"</h2>
            <p>"No flag is in this state."</p>
            <a class="button" href=href>{format!("Show all {}", counted(all, "flag", "flags"))}</a>
        </div>
    }
}

/// The way to the flags behind these; back is the browser's way.
fn more(catalog_id: &str, state: Option<State>, flags: &Page<Flag>) -> impl IntoView + use<> {
    let next = flags.next.as_deref()?;
    let href = paths::page(catalog_id, state, Some(next));
    let shown = counted(flags.rows.len() as u64, "flag", "flags");
    Some(view! {
        <nav class="pager" aria-label="Pages of flags">
            <span class="pager__count">{format!("{shown} shown, and there are more")}</span>
            <span class="pager__links"><a class="button" rel="next" href=href>"Next"</a></span>
        </nav>
    })
}
