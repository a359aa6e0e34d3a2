//! The page: an anchor, its list, and what one can do about it.

use chrono::Utc;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::sync::Arc;

use super::ask::Query;
use super::islands::ItemSearch;
use super::view::{aside, notices};
use super::{paths, view};
use crate::accounts::types::{Actor, Right};
use crate::catalog::suggestions;
use crate::catalog::words::{as_of, begin, owners, title};
use crate::error::AppError;
use crate::feedback::store::Response;
use crate::flags::store::Hidden;
use crate::index::snapshot::Snapshot;
use crate::lists::resolve;
use crate::lists::types::{Anchor, Ask, List, WhatIf};
use crate::lists::what_if::suppose;
use crate::services::Services;
use crate::ui::chips;
use crate::ui::format::{count, percent};
use crate::ui::page::{form_error, page, parse_query};
use crate::ui::url::Url;
use crate::versions;
use crate::versions::quality::known_hit_rate;
use crate::versions::types::Version;
use crate::versions::words::measured_as;

/// The page's own part of the query, beside the anchor's.
#[derive(Debug, Default, Deserialize)]
struct Search {
    q: Option<String>,
}

/// Everything that the page shows.
pub(super) struct Loaded {
    /// What the figures are counted from: the newest, or what is supposed of it.
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) actor: Actor,
    pub(super) typed: String,
    pub(super) answer: Option<Answer>,
}

/// A list with what this person did about it.
pub(super) struct Answer {
    pub(super) ask: Ask,
    /// The item numbers of the anchor.
    pub(super) anchors: Vec<u32>,
    pub(super) list: List,
    /// The version that ranked it.
    pub(super) version: Version,
    /// How often its lists held what was then chosen, in words; none where that was not measured.
    pub(super) hit_rate: Option<String>,
    /// Under a what-if, the list that is served.
    pub(super) as_it_is: Option<List>,
    /// What this person accepted and dismissed of it.
    pub(super) responses: Vec<Response>,
    pub(super) flagged: Vec<Hidden>,
}

#[component]
pub fn RecommendationsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    let search = parse_query::<Search>();
    page(async move {
        let loaded = load(services, actor?, &catalog_id, &query?, search?).await?;
        Ok(lay_out(&loaded))
    })
}

async fn load(
    services: Services,
    actor: Actor,
    catalog_id: &str,
    query: &Query,
    search: Search,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let current = services.index.current(catalog_id)?;
    let (answer, snapshot) = match query.ask(&actor)? {
        Some(ask) => {
            let counted = suppose(&services.db, &current, &ask.what_if).await?;
            let answer = answer(&services, &current, &counted, &actor, ask).await?;
            (Some(answer), counted)
        }
        None => (None, current),
    };
    Ok(Loaded {
        snapshot,
        actor,
        typed: search.q.unwrap_or_default(),
        answer,
    })
}

async fn answer(
    services: &Services,
    snapshot: &Arc<Snapshot>,
    counted: &Arc<Snapshot>,
    actor: &Actor,
    ask: Ask,
) -> Result<Answer, AppError> {
    let anchors = resolve::anchors(snapshot, &ask.anchor)?;
    let db = &services.db;
    let resolve = |counted, ask| {
        let lists = &services.lists;
        lists.resolve_from(snapshot, counted, actor, ask, Utc::now())
    };
    let as_it_is = async {
        if ask.is_served() {
            return Ok(None);
        }
        let ask = Ask {
            what_if: WhatIf::default(),
            version: None,
            ..ask.clone()
        };
        resolve(snapshot, ask).await.map(Some)
    };
    let (list, as_it_is, responses, flagged) = futures_util::try_join!(
        resolve(counted, ask.clone()),
        as_it_is,
        async {
            let catalog_id = &snapshot.catalog.id;
            Ok(crate::feedback::store::responses(db, actor, catalog_id, &ask.anchor).await?)
        },
        async {
            let catalog_id = &snapshot.catalog.id;
            Ok(crate::flags::store::hidden_from(db, actor, catalog_id, &ask.anchor).await?)
        },
    )?;
    let (catalog_id, number) = (&snapshot.catalog.id, list.model.version.parse());
    let number = number.expect("BUG: a version has a number");
    let version = versions::store::get(db, catalog_id, number).await?;
    let surface = measured_as(ask.anchor.surface());
    Ok(Answer {
        hit_rate: known_hit_rate(db, catalog_id, &version, surface).await?,
        ask,
        anchors,
        version,
        list,
        as_it_is,
        responses,
        flagged,
    })
}

fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let question = question(loaded);
    let content = match &loaded.answer {
        Some(answer) => view! {
            {notices(loaded, answer)}
            <div class="page__body page__body--with-aside">
                {view::list_view(view::listed(loaded, answer))}
                {aside(loaded, answer)}
            </div>
        }
        .into_any(),
        None => match begin(snapshot) {
            Some(begin) => nothing_yet(begin).into_any(),
            None => empty(snapshot).into_any(),
        },
    };
    view! {
        <Title text=question.clone()/>
        <div class="page__head">
            <h1>{question}</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        {form_error()}
        {filters(loaded)}
        {content}
    }
}

fn question(loaded: &Loaded) -> String {
    match loaded.answer.as_ref().map(|answer| &answer.ask.anchor) {
        None => "What would go with what?".to_owned(),
        Some(Anchor::Items(ids)) if ids.len() == 1 => {
            format!(
                "What goes with {}, and why?",
                title(&loaded.snapshot, &ids[0])
            )
        }
        Some(Anchor::Items(ids)) => format!("What goes with these {} items, and why?", ids.len()),
        Some(Anchor::User(id)) => format!("What would suit user {id}, and why?"),
        Some(Anchor::Basket(id)) => format!("What goes with basket {id}, and why?"),
    }
}

/// The search field, the chosen anchors, and the way to a user's list.
fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let catalog_id = snapshot.catalog.id.clone();
    let chosen: Vec<String> = match loaded.answer.as_ref().map(|answer| &answer.ask.anchor) {
        Some(Anchor::Items(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    let prefix = {
        let url = Url::new(paths::page(&catalog_id));
        let url = chosen.iter().fold(url, |url, id| url.with("item", id));
        url.with("item", "").build()
    };
    let hidden = chosen
        .iter()
        .map(|id| view! { <input type="hidden" name="item" value=id.clone()/> })
        .collect_view();
    let label = if chosen.is_empty() {
        format!(
            "Search {} items by title",
            count(snapshot.items.len() as u64)
        )
    } else {
        "Add an item".to_owned()
    };
    view! {
        <div class="filter-bar">
            <form
                class="filter-bar__field filter-bar__field--wide"
                method="get"
                role="search"
                action=paths::page(&catalog_id)
            >
                {hidden}
                <ItemSearch
                    catalog_id=catalog_id.clone()
                    prefix=prefix
                    label=label
                    typed=loaded.typed.clone()
                    found=suggestions::find(snapshot, &loaded.typed, suggestions::SHOWN)
                />
            </form>
            {anchors(loaded)}
            {loaded.actor.may(Right::SeeUsers).then(|| user_form(loaded))}
        </div>
    }
}

/// The anchors, each with a link that takes it out.
fn anchors(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = &loaded.snapshot.catalog.id;
    let chosen: Vec<(String, String)> = match loaded.answer.as_ref().map(|a| &a.ask.anchor) {
        None => Vec::new(),
        Some(Anchor::User(id)) => vec![(format!("User {id}"), paths::page(catalog_id))],
        Some(Anchor::Basket(id)) => vec![(format!("Basket {id}"), paths::page(catalog_id))],
        Some(Anchor::Items(ids)) => ids
            .iter()
            .map(|id| {
                let others = ids.iter().filter(|other| *other != id).cloned().collect();
                let href = paths::list(catalog_id, &Anchor::Items(others)).build();
                (title(&loaded.snapshot, id).to_owned(), href)
            })
            .collect(),
    };
    chips::chips("Chosen items", chosen)
}

fn user_form(loaded: &Loaded) -> impl IntoView + use<> {
    let user = match loaded.answer.as_ref().map(|answer| &answer.ask.anchor) {
        Some(Anchor::User(id)) => id.clone(),
        _ => String::new(),
    };
    view! {
        <form class="row filter-bar__end" method="get" action=paths::page(&loaded.snapshot.catalog.id)>
            <label class="field__label" for="user">"or what would suit user"</label>
            <input class="input input--short" id="user" name="user" placeholder="id" value=user required/>
            <button class="button">"Show"</button>
        </form>
    }
}

/// Items that are offered where nothing is chosen yet.
const MOST_CHOSEN: usize = 15;

/// Nothing is counted: why, and what to do next.
fn nothing_yet((why, href, label): (String, String, &'static str)) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"No recommendations yet"</h2>
            <p>{why}</p>
            <a class="button" href=href>{label}</a>
        </div>
    }
}

/// Nothing chosen yet: where to begin.
fn empty(snapshot: &Snapshot) -> impl IntoView + use<> {
    let owners = owners(snapshot);
    let all = snapshot.baskets.len();
    let has_categories = !snapshot.categories.is_empty();
    let category = |item: u32| snapshot.category_name(item).map(ToOwned::to_owned);
    let rows = snapshot
        .most_chosen
        .iter()
        .take(MOST_CHOSEN)
        .map(|&number| {
            let item = &snapshot.items[number as usize];
            let total = snapshot.baskets.total(number);
            let href = paths::for_item(&snapshot.catalog.id, &item.id);
            view! {
                <tr>
                    <th scope="row" class="data-table__cell--words"><a href=href>{item.title.clone()}</a></th>
                    {has_categories.then(|| view! { <td>{category(number)}</td> })}
                    <td class="data-table__cell--numeric">{count(u64::from(total))}</td>
                    <td class="data-table__cell--numeric">
                        {percent(f64::from(total) / f64::from(all.max(1)))}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <p>
            "Choose an item, a few items, or a user: their recommendations stand here, each with the evidence behind it."
        </p>
        <div class="table-region" role="region" tabindex="0" aria-labelledby="most-chosen">
            <table class="data-table data-table--plain">
                <caption id="most-chosen">
                    <strong>"The most chosen items"</strong>
                    ", to begin with"
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Item"</th>
                        {has_categories.then(|| view! { <th scope="col">"Category"</th> })}
                        <th scope="col" class="data-table__cell--numeric">
                            {format!("Number of {}", owners.many)}
                        </th>
                        <th scope="col" class="data-table__cell--numeric">
                            {format!("Of all {}", count(u64::from(all)))}
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
