//! The pieces of the page: rows, their evidence, the flag form, what was hidden, the aside.

mod evidence;
mod interval;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::page::{Answer, Loaded};
use super::paths;
use crate::about;
use crate::accounts::types::{Actor, Right};
use crate::catalog::types::BasketRule;
use crate::catalog::words::title;
use crate::feedback::api::{Accept, Dismiss, UndoFeedback};
use crate::feedback::store::{Kind, Response};
use crate::flags::api::{SendFlag, WithdrawFlag};
use crate::flags::types::Scope;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::lists::types::{Anchor, Evidence, Fallback, List, Row};
use crate::overrides;
use crate::overrides::types::Reason;
use crate::ui::format::{count, counted};
use crate::ui::page::{query, with_parameter};
use evidence::Drawer;
use interval::Scale;

/// The reasons that the form offers; the others are for overrides and the API.
const REASONS: [Reason; 8] = [
    Reason::Irrelevant,
    Reason::Wrong,
    Reason::Unsafe,
    Reason::OutOfDate,
    Reason::Duplicate,
    Reason::Offensive,
    Reason::Unfair,
    Reason::Other,
];

/// A list with all that its rows show, laid out beforehand.
pub(super) struct Listed {
    catalog_id: String,
    list_id: String,
    scale: Scale,
    rows: Vec<ListedRow>,
    foot: Foot,
    may: May,
}

struct ListedRow {
    row: Row,
    /// The anchor that the row's figures are about; for a pin or a block in its list.
    anchor_id: Option<String>,
    drawer: Option<Drawer>,
    /// Too few baskets hold both to lean on.
    thin: bool,
    /// The feedback by which this person accepted it.
    accepted: Option<i64>,
}

struct Foot {
    shaped: String,
    raw: Option<(String, &'static str)>,
    json: String,
}

#[derive(Clone, Copy)]
struct May {
    respond: bool,
    flag: bool,
    change: bool,
}

impl May {
    fn of(actor: &Actor) -> Self {
        Self {
            respond: actor.may(Right::Respond),
            flag: actor.may(Right::Flag),
            change: actor.may(Right::OverrideForMe),
        }
    }
}

/// A pair seen together in fewer baskets than this is marked as thin evidence.
const THIN: u32 = 5;

pub(super) fn listed(loaded: &Loaded, answer: &Answer) -> Listed {
    let snapshot = &loaded.snapshot;
    let rows: Vec<ListedRow> = answer
        .list
        .items
        .iter()
        .map(|row| ListedRow {
            anchor_id: row.evidence.as_ref().map(|about| about.anchor_id.clone()),
            drawer: Drawer::new(loaded, &answer.list, row),
            thin: row.fallback.is_none()
                && row
                    .evidence
                    .as_ref()
                    .is_none_or(|about| about.together < THIN),
            accepted: accepted(answer, &row.item_id),
            row: row.clone(),
        })
        .collect();
    Listed {
        catalog_id: snapshot.catalog.id.clone(),
        list_id: answer.list.list_id.clone(),
        scale: Scale::of(answer.list.items.iter().filter_map(from_model)),
        foot: foot(snapshot, &loaded.actor, answer),
        may: May::of(&loaded.actor),
        rows,
    }
}

fn accepted(answer: &Answer, item_id: &str) -> Option<i64> {
    let of_item =
        |response: &&Response| response.kind == Kind::Accept && response.item_id == item_id;
    Some(answer.responses.iter().find(of_item)?.feedback_id)
}

/// The figures that put a row where it is; a fallback's say nothing for it and have no picture.
fn from_model(row: &Row) -> Option<&Evidence> {
    row.evidence.as_ref().filter(|_| row.fallback.is_none())
}

fn foot(snapshot: &Snapshot, actor: &Actor, answer: &Answer) -> Foot {
    let path = paths::page(&snapshot.catalog.id);
    let query = query();
    let pinned = answer
        .list
        .items
        .iter()
        .filter(|row| !row.overrides.is_empty())
        .count();
    let shaped = match (answer.ask.raw, pinned) {
        (true, _) => "The model’s own order: no override, flag or dismissal takes part.".to_owned(),
        (false, 0) => {
            "In the model’s order, without what is blocked, flagged or dismissed.".to_owned()
        }
        (false, pinned) => format!(
            "{} placed by an override; the rest in the model’s order.",
            counted(pinned as u64, "row is", "rows are")
        ),
    };
    let raw = actor.may(Right::SeeModelOrder).then(|| {
        if answer.ask.raw {
            (
                with_parameter(&path, &query, "raw", None),
                "The list as it is served",
            )
        } else {
            (
                with_parameter(&path, &query, "raw", Some("true")),
                "The model’s own order",
            )
        }
    });
    let api = format!("/api/v1/catalogs/{}/recommendations", snapshot.catalog.id);
    Foot {
        shaped,
        raw,
        json: with_parameter(&api, &query, "q", None),
    }
}

/// The rows, with what shaped their order below.
pub(super) fn list_view(loaded: Listed) -> impl IntoView {
    let Listed {
        catalog_id,
        list_id,
        scale,
        rows,
        foot,
        may,
    } = loaded;
    if rows.is_empty() {
        return view! {
            <div class="empty">
                <h2>"Nothing is left to suggest"</h2>
                <p>"Everything that would stand here is blocked, filtered or hidden by you."</p>
            </div>
        }
        .into_any();
    }
    let head = scale.head();
    let rows = rows
        .into_iter()
        .map(|row| row_view(&catalog_id, &list_id, &scale, may, row))
        .collect_view();
    view! {
        <section class="rec-list" aria-label="Recommendations">
            <div class="rec-list__head" aria-hidden="true">
                <span>"#"</span>
                <span>"Item"</span>
                <span class="rec__lift">{head} <span class="rec__lift-value">"Lift"</span></span>
                <span></span>
            </div>
            <ol class="rec-list__rows">{rows}</ol>
            <div class="rec-list__foot">
                <p>
                    {foot.shaped}
                    {foot.raw.map(|(href, words)| view! { " " <a href=href>{words}</a> })}
                </p>
                <p><a href=foot.json>"This list as JSON"</a></p>
            </div>
        </section>
    }
    .into_any()
}

fn row_view(
    catalog_id: &str,
    list_id: &str,
    scale: &Scale,
    may: May,
    listed: ListedRow,
) -> impl IntoView + use<> {
    let ListedRow {
        row,
        anchor_id,
        drawer,
        thin,
        accepted,
    } = listed;
    let rank = row.rank;
    let picture = from_model(&row).map(|about| scale.row(about));
    let flag = may.flag.then(|| flag_form(catalog_id, list_id, &row));
    let overrides = overrides(catalog_id, may, &row, anchor_id.as_deref());
    let responses = responses(catalog_id, list_id, may, &row, accepted);
    view! {
        <li class="rec" data-row=rank.to_string()>
            <span class="rec__rank">{rank}</span>
            <div class="rec__main">
                <h2 class="rec__title">
                    <a class="rec__name" href=paths::for_item(catalog_id, &row.item_id)>
                        {row.title.clone()}
                    </a>
                    " "
                    <span class="rec__category">{row.category.clone()}</span>
                    " "
                    {badges(&row, thin, accepted.is_some())}
                </h2>
                <p class="rec__why">{row.why.clone()}</p>
            </div>
            <div class="rec__lift">{picture}</div>
            <div class="rec__tools">
                {drawer.map(|drawer| drawer.view(rank, &row.title))}
                {flag}
                <div class="rec__actions">{overrides} {responses}</div>
            </div>
        </li>
    }
}

/// How the row came to be here, where the model alone did not put it there.
fn badges(row: &Row, thin: bool, accepted: bool) -> impl IntoView + use<> {
    let pinned = row
        .overrides
        .iter()
        .any(|rule| rule.kind == "pin")
        .then(|| {
            let text = match row.model_rank {
                Some(rank) => format!("Pinned, model rank {rank}"),
                None => "Pinned, not from the model".to_owned(),
            };
            view! { <span class="badge badge--accent">{text}</span> }
        });
    let moved = row
        .model_rank
        .filter(|rank| row.overrides.is_empty() && *rank != row.rank)
        .map(|rank| view! { <span class="badge">{format!("Model rank {rank}")}</span> });
    let fallback = row.fallback.map(|level| {
        let text = match level {
            Fallback::Category => "Fallback: most chosen of the category",
            Fallback::Catalog => "Fallback: most chosen of the catalog",
        };
        view! { <span class="badge badge--thin">{text}</span> }
    });
    let thin = thin.then(|| view! { <span class="badge badge--thin">"Thin evidence"</span> });
    let accepted =
        accepted.then(|| view! { <span class="badge badge--accent">"You accepted it"</span> });
    view! { {accepted} {pinned} {moved} {fallback} {thin} }
}

/// Reason, scope, words, and what will happen: two key strokes send it.
fn flag_form(catalog_id: &str, list_id: &str, row: &Row) -> impl IntoView + use<> {
    let rank = row.rank;
    let reasons = REASONS
        .into_iter()
        .enumerate()
        .map(|(index, reason)| {
            view! {
                <label class="choice">
                    <input type="radio" name="reason" value=reason.code() checked=index == 0/>
                    {if reason == Reason::Other { "Other, in words" } else { reason.words() }}
                </label>
            }
        })
        .collect_view();
    let scopes = Scope::ALL
        .map(|scope| view! { <option value=scope.code()>{scope.words()}</option> })
        .into_iter()
        .collect_view();
    view! {
        <details class="rec__drawer" name=format!("rec-{rank}")>
            <summary class="rec__summary rec__summary--flag" data-key="f">
                "Flag"
                <span class="visually-hidden">{format!(" {}", row.title)}</span>
            </summary>
            <form method="post" action=SendFlag::PATH class="rec__sheet flag-form">
                {citation(catalog_id, list_id, &row.item_id)}
                <fieldset>
                    <legend class="form__legend">"What is wrong with it?"</legend>
                    <div class="choice-group choice-group--columns">{reasons}</div>
                </fieldset>
                <div class="stack">
                    <div class="field">
                        <label class="field__label" for=format!("scope-{rank}")>
                            "How far does it reach?"
                        </label>
                        <select class="input" id=format!("scope-{rank}") name="scope">
                            {scopes}
                        </select>
                    </div>
                    <div class="field">
                        <label class="field__label" for=format!("comment-{rank}")>
                            "In your words (needed for “Other”)"
                        </label>
                        <textarea class="input" id=format!("comment-{rank}") name="comment" rows="2" maxlength="2000"></textarea>
                    </div>
                </div>
                <div class="flag-form__foot">
                    <p class="panel__note">
                        "Hidden for you at once, in as many lists as its reach says (a flag on the whole list hides nothing), and kept for review with what you saw. You can take it back."
                    </p>
                    <button class="button button--primary">"Send flag"</button>
                </div>
            </form>
        </details>
    }
}

/// What a form about a row sends along.
fn citation(catalog_id: &str, list_id: &str, item_id: &str) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
        <input type="hidden" name="list_id" value=list_id.to_owned()/>
        <input type="hidden" name="item_id" value=item_id.to_owned()/>
    }
}

fn overrides(
    catalog_id: &str,
    may: May,
    row: &Row,
    anchor_id: Option<&str>,
) -> impl IntoView + use<> {
    let about = format!(" {}", row.title);
    may.change.then(|| {
        let editor =
            |kind: &str| overrides::paths::editor(catalog_id, kind, &row.item_id, anchor_id);
        view! {
            <a class="button button--quiet" href=editor("pin")>
                "Pin…"
                <span class="visually-hidden">{about.clone()}</span>
            </a>
            <a class="button button--quiet" href=editor("block")>
                "Block…"
                <span class="visually-hidden">{about.clone()}</span>
            </a>
        }
    })
}

/// Accept or dismiss; what was accepted can be taken back where it stands.
fn responses(
    catalog_id: &str,
    list_id: &str,
    may: May,
    row: &Row,
    accepted: Option<i64>,
) -> impl IntoView + use<> {
    let button = |words: &'static str, key: &'static str| {
        view! {
            <button class="button button--quiet" data-key=key>
                {words}
                <span class="visually-hidden">{format!(" {}", row.title)}</span>
            </button>
        }
    };
    may.respond.then(|| {
        let accept = match accepted {
            Some(feedback_id) => view! {
                <form method="post" action=UndoFeedback::PATH>
                    <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
                    <input type="hidden" name="feedback_id" value=feedback_id.to_string()/>
                    {button("Take back", "a")}
                </form>
            }
            .into_any(),
            None => view! {
                <form method="post" action=Accept::PATH>
                    {citation(catalog_id, list_id, &row.item_id)}
                    {button("Accept", "a")}
                </form>
            }
            .into_any(),
        };
        view! {
            {accept}
            <form method="post" action=Dismiss::PATH>
                {citation(catalog_id, list_id, &row.item_id)}
                {button("Dismiss", "x")}
            </form>
        }
    })
}

/// What this person hid from this list, each with the way back; and why a list is thin.
pub(super) fn notices(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let dismissed = answer
        .responses
        .iter()
        .filter(|response| response.kind == Kind::Dismiss)
        .map(|hidden| {
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">
                        {format!("{} is dismissed for you in this list.", title(snapshot, &hidden.item_id))}
                    </p>
                    <form method="post" action=UndoFeedback::PATH>
                        <input type="hidden" name="catalog_id" value=snapshot.catalog.id.clone()/>
                        <input type="hidden" name="feedback_id" value=hidden.feedback_id.to_string()/>
                        <button class="button">"Undo"</button>
                    </form>
                </div>
            }
        })
        .collect_view();
    let flagged = answer
        .flagged
        .iter()
        .map(|hidden| {
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">
                        {format!(
                            "You flagged {} ({}): hidden for you, and kept for review.",
                            title(snapshot, &hidden.item_id),
                            hidden.reason.words().to_lowercase(),
                        )}
                    </p>
                    <form method="post" action=WithdrawFlag::PATH>
                        <input type="hidden" name="catalog_id" value=snapshot.catalog.id.clone()/>
                        <input type="hidden" name="flag_id" value=hidden.flag_id.to_string()/>
                        <button class="button">"Take back"</button>
                    </form>
                </div>
            }
        })
        .collect_view();
    let thin = answer.list.fallback.map(|_| {
        let model = answer.list.items.iter().filter(|row| row.fallback.is_none()).count();
        let text = match model {
            0 => "There is too little evidence here for the model: all of these are the most chosen items, marked as a fallback.".to_owned(),
            rows => format!(
                "There is little evidence here: {} from the model; the rest are the most chosen items, marked as a fallback.",
                counted(rows as u64, "suggestion is", "suggestions are")
            ),
        };
        view! { <div class="notice notice--inline"><p class="notice__text">{text}</p></div> }
    });
    view! { {dismissed} {flagged} {thin} }
}

/// The facts around the list: the anchor, and the model that answers.
pub(super) fn aside(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    view! {
        <aside class="page__aside" aria-label="About this list">
            {anchor_facts(&loaded.snapshot, answer)}
            {model_facts(&loaded.snapshot.catalog.id, &answer.list)}
        </aside>
    }
}

fn anchor_facts(snapshot: &Snapshot, answer: &Answer) -> impl IntoView + use<> {
    let (heading, facts) = match &answer.ask.anchor {
        Anchor::Items(ids) if ids.len() == 1 => (
            title(snapshot, &ids[0]).to_owned(),
            item_facts(snapshot, answer.anchors[0]),
        ),
        Anchor::Items(ids) => (
            format!("{} items", ids.len()),
            vec![(
                "Chosen",
                ids.iter()
                    .map(|id| title(snapshot, id))
                    .collect::<Vec<_>>()
                    .join("; "),
            )],
        ),
        Anchor::User(id) => (format!("User {id}"), history_facts(snapshot, answer)),
        Anchor::Basket(id) => (format!("Basket {id}"), history_facts(snapshot, answer)),
    };
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    let more = match &answer.ask.anchor {
        Anchor::Items(ids) if ids.len() == 1 => Some(view! {
            <a href=items::paths::page(&snapshot.catalog.id, &ids[0])>"All about this item"</a>
        }),
        _ => None,
    };
    view! {
        <section class="panel">
            <h2>{heading}</h2>
            <dl class="facts">{facts}</dl>
            {more}
        </section>
    }
}

fn history_facts(snapshot: &Snapshot, answer: &Answer) -> Vec<(&'static str, String)> {
    let first = answer
        .anchors
        .iter()
        .take(3)
        .map(|item| snapshot.items[*item as usize].title.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    vec![
        (
            "Chose",
            counted(answer.anchors.len() as u64, "item", "items"),
        ),
        ("Among them", first),
    ]
}

fn item_facts(snapshot: &Snapshot, item: u32) -> Vec<(&'static str, String)> {
    let mut scratch = crate::counting::Row::default();
    let row = snapshot.baskets.row(item, &mut scratch);
    let solid = row.iter().filter(|(_, together)| *together >= THIN).count();
    let total = u64::from(snapshot.baskets.total(item));
    let baskets = u64::from(snapshot.baskets.len());
    let chosen = match snapshot.catalog.basket_rule {
        BasketRule::User => format!("{} of {} users", count(total), count(baskets)),
        BasketRule::Basket | BasketRule::UserWindow => {
            format!("in {} of {} baskets", count(total), count(baskets))
        }
    };
    let categories = snapshot.items[item as usize].categories.join(", ");
    let categories = match snapshot.category_name(item) {
        None => "none".to_owned(),
        Some(category) if categories.is_empty() => category.to_owned(),
        Some(_) => categories,
    };
    vec![
        ("Category", categories),
        ("Chosen", chosen),
        ("Goes with", counted(row.len() as u64, "item", "items")),
        ("5 times or more", counted(solid as u64, "item", "items")),
        (
            "Evidence",
            if solid >= 10 { "Solid" } else { "Thin" }.to_owned(),
        ),
    ]
}

fn model_facts(catalog_id: &str, list: &List) -> impl IntoView + use<> {
    view! {
        <section class="panel">
            <h2>
                "The model "
                <a class="badge badge--accent" href=about::paths::page(catalog_id) title="What this AI can do, and how well">
                    "AI"
                </a>
            </h2>
            <p class="panel__note">
                {format!(
                    "Damped cosine, version {}, in {}. It advises; a person decides. It knows what people choose together, not why.",
                    list.model.version,
                    list.model.stage,
                )}
            </p>
        </section>
    }
}
