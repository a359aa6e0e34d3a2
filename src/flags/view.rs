//! The table of flags, and the form that decides one.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use serde_json::Value;

use super::api::{DecideFlag, WithdrawFlag};
use super::types::{Flag, FlagAnchor, State, Verdict};
use crate::accounts::types::{Actor, Right};
use crate::catalog::words::title;
use crate::index::snapshot::Snapshot;
use crate::overrides::types::COMMENT_MOST;
use crate::ui::format::{day, moment, significant};
use crate::ui::table::framed;
use crate::{items, overrides};

pub(super) fn table(snapshot: &Snapshot, actor: &Actor, flags: &[Flag]) -> impl IntoView + use<> {
    let rows = flags
        .iter()
        .map(|flag| row(snapshot, actor, flag))
        .collect_view();
    let caption = view! {
        <span>
            <strong>"Flags"</strong>
            ", the open ones first, then the newest, each with what was seen then"
        </span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Item"</th>
                <th scope="col">"Reason and reach"</th>
                <th scope="col">"What was seen"</th>
                <th scope="col">"Flagged"</th>
                <th scope="col">"State"</th>
                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("flags", caption, table)
}

fn note(text: String) -> impl IntoView {
    view! { <span class="data-table__note">{text}</span> }
}

/// Beside what it is about where there is room.
fn beside(text: String) -> impl IntoView {
    view! { <span class="data-table__note data-table__note--inline">{text}</span> }
}

fn quoted(words: &str) -> Option<impl IntoView + use<>> {
    (!words.is_empty()).then(|| note(format!("“{words}”")))
}

/// Why it was flagged, with the words that came along.
fn reason(flag: &Flag) -> String {
    if flag.comment.is_empty() {
        flag.reason.words().to_owned()
    } else {
        format!("{}: “{}”", flag.reason.words(), flag.comment)
    }
}

fn row(snapshot: &Snapshot, actor: &Actor, flag: &Flag) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    let name = title(snapshot, &flag.item_id).to_owned();
    let seen = Seen::read(&flag.seen);
    let may_decide = flag.state == State::Open && actor.may(Right::DecideFlags);
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=items::paths::page(catalog_id, &flag.item_id)>{name.clone()}</a>
                " "
                {beside(format!("for {}", anchor(snapshot, &flag.anchor)))}
            </th>
            <td>{reason(flag)} " " {beside(flag.scope.words().to_lowercase())}</td>
            <td>
                <details class="flags__seen">
                    <summary>{seen.brief}</summary>
                    <p>{seen.why}</p>
                    {note(seen.versions)}
                </details>
            </td>
            <td class="flags__when">
                <span title=moment(flag.created_at)>{day(flag.created_at)}</span>
                " "
                {beside(flag.author.clone())}
            </td>
            <td>{state(flag)}</td>
            <td class="data-table__cell--actions">
                {may_decide.then(|| decide(snapshot, flag, &name))}
                {take_back(catalog_id, actor, flag, &name)}
            </td>
        </tr>
    }
}

/// What became of it: for its author this is the answer.
fn state(flag: &Flag) -> impl IntoView + use<> {
    let class = match flag.state {
        State::Open => "badge badge--thin",
        State::Upheld => "badge badge--accent",
        State::Declined | State::Withdrawn => "badge",
    };
    let decision = flag.decision.as_ref().map(|decision| {
        let by = format!("{}, {}", decision.author, moment(decision.decided_at));
        view! { {note(by)} {quoted(&decision.comment)} }
    });
    view! { <span class=class>{flag.state.words()}</span> {decision} }
}

/// Its author's way to have what it hid shown again.
fn take_back(
    catalog_id: &str,
    actor: &Actor,
    flag: &Flag,
    name: &str,
) -> Option<impl IntoView + use<>> {
    let is_own = flag.author_key == actor.key() && actor.may(Right::Flag);
    let (label, about) = match flag.state {
        State::Open => ("Take back", format!(" the flag of {name}")),
        _ => ("Show it to me again", format!(": {name}")),
    };
    (is_own && flag.withdrawn_at.is_none()).then(|| {
        view! {
            <form method="post" action=WithdrawFlag::PATH>
                {which(catalog_id, flag.id)}
                <button class="button button--quiet">
                    {label}
                    <span class="visually-hidden">{about}</span>
                </button>
            </form>
        }
    })
}

/// Which flag a form is about.
fn which(catalog_id: &str, flag_id: i64) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
        <input type="hidden" name="flag_id" value=flag_id.to_string()/>
    }
}

/// The form that decides a flag, with what deciding does and does not do.
fn decide(snapshot: &Snapshot, flag: &Flag, name: &str) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    let anchor = match &flag.anchor {
        FlagAnchor::Items(items) => items.first().map(String::as_str),
        FlagAnchor::User(_) | FlagAnchor::Basket(_) => None,
    };
    let block = overrides::paths::editor(catalog_id, "block", &flag.item_id, anchor);
    let id = format!("decision-{}", flag.id);
    view! {
        <details class="decide">
            <summary class="button button--quiet">
                "Decide"
                <span class="visually-hidden">{format!(" the flag of {name}")}</span>
            </summary>
            <form method="post" action=DecideFlag::PATH class="decide__form">
                {which(catalog_id, flag.id)}
                <p>
                    "Deciding closes the flag and tells its author here. It changes no list by itself: to change what is served, "
                    <a href=block>"block the item"</a>
                    "."
                </p>
                <div class="field">
                    <label class="field__label" for=id.clone()>{format!("What {} is to read", flag.author)}</label>
                    <textarea class="input" id=id name="comment" rows="2" maxlength=COMMENT_MOST.to_string()></textarea>
                </div>
                <div class="form__foot">
                    <button class="button button--primary" name="decision" value=Verdict::Upheld.code()>"Uphold"</button>
                    <button class="button" name="decision" value=Verdict::Declined.code()>"Decline"</button>
                </div>
            </form>
        </details>
    }
}

/// What the list was for.
fn anchor(snapshot: &Snapshot, anchor: &FlagAnchor) -> String {
    match anchor {
        FlagAnchor::Items(ids) => {
            let titles: Vec<&str> = ids.iter().map(|id| title(snapshot, id)).collect();
            titles.join("; ")
        }
        FlagAnchor::User(Some(id)) => format!("User {id}"),
        FlagAnchor::Basket(Some(id)) => format!("Basket {id}"),
        // No more than the kind where the reader may not see whose list it was.
        FlagAnchor::User(None) => "A user’s list".to_owned(),
        FlagAnchor::Basket(None) => "A basket’s list".to_owned(),
    }
}

/// What stood on the screen when it was flagged.
struct Seen {
    /// The rank, and how it compared with chance.
    brief: String,
    /// The sentence of the row.
    why: String,
    /// The score, and by which model and table.
    versions: String,
}

impl Seen {
    fn read(seen: &Value) -> Self {
        let row = &seen["row"];
        let figure = |value: &Value| value.as_f64().map(|figure| significant(figure, 2));
        let evidence = &row["evidence"];
        let lift = ["lift", "lift_low", "lift_high"].map(|name| figure(&evidence[name]));
        let lift = match lift {
            [Some(lift), Some(low), Some(high)] => format!(", lift {lift} ({low} to {high})"),
            [Some(lift), ..] => format!(", lift {lift}"),
            _ => String::new(),
        };
        let score = row["score"].as_f64().map_or_else(
            || "No score".to_owned(),
            |score| format!("Score {}", significant(score, 3)),
        );
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            brief: format!("Rank {}{lift}", row["rank"]),
            why: text(&row["why"]),
            versions: format!(
                "{score} · {}, version {} · table version {}",
                text(&seen["model"]["name"]),
                text(&seen["model"]["version"]),
                text(&seen["table"]["version"])
            ),
        }
    }
}
