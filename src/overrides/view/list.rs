//! What people have changed, with the way back.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use crate::accounts::types::{Actor, Right};
use crate::catalog::words::title;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::overrides::api::UndoOverride;
use crate::overrides::paths;
use crate::overrides::types::{For, Kind, Override, Scope, State};
use crate::ui::format::{count, day};
use crate::ui::page::form_error;
use crate::ui::table::framed;

/// Overrides that the page shows; the API lists them all.
const SHOWN: usize = 200;

pub(in crate::overrides) fn list(
    snapshot: &Snapshot,
    actor: &Actor,
    mut overrides: Vec<Override>,
    saved: Option<i64>,
) -> impl IntoView + use<> {
    overrides.sort_by_key(|kept| match kept.state {
        State::Active => 0,
        State::Scheduled => 1,
        State::Expired | State::Revoked => 2,
    });
    let number = |states: &[State]| {
        let are = overrides.iter().filter(|kept| states.contains(&kept.state));
        count(are.count() as u64)
    };
    let figures = format!(
        "{} in force, {} scheduled, {} ended",
        number(&[State::Active]),
        number(&[State::Scheduled]),
        number(&[State::Expired, State::Revoked]),
    );
    let saved = overrides
        .iter()
        .find(|kept| Some(kept.id) == saved)
        .map(|kept| saved_notice(snapshot, actor, kept));
    let write = actor.may(Right::OverrideForMe).then(|| {
        let href = paths::new(&snapshot.catalog.id);
        view! { <a class="button button--primary" href=href>"New override"</a> }
    });
    let content = if overrides.is_empty() {
        empty().into_any()
    } else {
        table(snapshot, actor, &overrides).into_any()
    };
    view! {
        <Title text="Overrides"/>
        <div class="page__head">
            <h1>"What have people changed?"</h1>
            <div class="row">
                <p class="page__as-of">{figures}</p>
                {write}
            </div>
        </div>
        {form_error()}
        {saved}
        {content}
    }
}

fn empty() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"Nobody has changed anything"</h2>
            <p>"Pin or block a recommendation where it stands, under “Pin…” or “Block…”."</p>
        </div>
    }
}

/// What was saved just now, or what became of it.
fn saved_notice(snapshot: &Snapshot, actor: &Actor, kept: &Override) -> impl IntoView + use<> {
    let name = title(snapshot, &kept.item_id);
    let (what, place) = (what(kept), place(snapshot, &kept.scope));
    let text = match kept.state {
        State::Active => format!("{what} of {name} {place}: saved, and in force."),
        State::Scheduled => {
            let from = day(kept.starts_at);
            format!("{what} of {name} {place}: saved; it holds from {from}.")
        }
        State::Expired => format!("{what} of {name} {place}: ended."),
        State::Revoked => format!("{what} of {name}: undone. No list is changed by it any more."),
    };
    view! {
        <div class="notice" role="status">
            <p class="notice__text">{text}</p>
            {undo(snapshot, actor, kept, "button")}
        </div>
    }
}

fn table(snapshot: &Snapshot, actor: &Actor, overrides: &[Override]) -> impl IntoView + use<> {
    let rows = overrides
        .iter()
        .take(SHOWN)
        .map(|kept| row(snapshot, actor, kept))
        .collect_view();
    let cut = (overrides.len() > SHOWN).then(|| {
        let (shown, all) = (count(SHOWN as u64), count(overrides.len() as u64));
        format!(" The first {shown} of {all}; the API lists all.")
    });
    let caption = view! {
        <span>
            <strong>"Overrides"</strong>
            ", those in force first. The narrower scope wins, then priority, then the newer."
            {cut}
        </span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Item"</th>
                <th scope="col">"What"</th>
                <th scope="col">"Where"</th>
                <th scope="col">"For"</th>
                <th scope="col">"Why"</th>
                <th scope="col">"Since"</th>
                <th scope="col">"Ends"</th>
                <th scope="col">"State"</th>
                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("overrides", caption, table)
}

fn row(snapshot: &Snapshot, actor: &Actor, kept: &Override) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    let name = title(snapshot, &kept.item_id).to_owned();
    let words = if kept.comment.is_empty() {
        kept.author.clone()
    } else {
        format!("“{}” {}", kept.comment, kept.author)
    };
    let state = match kept.state {
        State::Active => "badge badge--accent",
        _ => "badge",
    };
    let undone = kept.revoked_by.as_ref().zip(kept.revoked_at);
    let undone = undone.map(|(by, at)| {
        view! { <span class="data-table__note">{format!("by {by}, {}", day(at))}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=items::paths::page(catalog_id, &kept.item_id)>{name}</a>
            </th>
            <td>{what(kept)}</td>
            <td class="data-table__cell--words">{place(snapshot, &kept.scope)}</td>
            <td>{if kept.holds_for == For::All { "Everyone" } else { "Me" }}</td>
            <td class="data-table__cell--text">
                {kept.reason.words()}
                " "
                <span class="data-table__note data-table__note--inline">{words}</span>
            </td>
            <td>{day(kept.starts_at)}</td>
            <td>{kept.ends_at.map_or_else(|| "no end".to_owned(), day)}</td>
            <td><span class=state>{kept.state.words()}</span> {undone}</td>
            <td class="data-table__cell--actions">
                {undo(snapshot, actor, kept, "button button--quiet")}
            </td>
        </tr>
    }
}

/// The way back, for those who may take it: the author and, of what holds for all, curators.
fn undo(
    snapshot: &Snapshot,
    actor: &Actor,
    kept: &Override,
    class: &'static str,
) -> impl IntoView + use<> {
    let live = matches!(kept.state, State::Active | State::Scheduled);
    let own = kept.author_key == actor.key() && actor.may(Right::OverrideForMe);
    if !live || !(own || actor.may(Right::OverrideForAll)) {
        return None;
    }
    let about = format!(
        " the {} of {}",
        kept.kind.as_str(),
        title(snapshot, &kept.item_id)
    );
    Some(view! {
        <form method="post" action=UndoOverride::PATH>
            <input type="hidden" name="catalog_id" value=snapshot.catalog.id.clone()/>
            <input type="hidden" name="override_id" value=kept.id.to_string()/>
            <button class=class>"Undo" <span class="visually-hidden">{about}</span></button>
        </form>
    })
}

fn what(kept: &Override) -> String {
    match (kept.kind, kept.position) {
        (Kind::Pin, Some(position)) => format!("Pin at {position}"),
        (Kind::Pin, None) => "Pin".to_owned(),
        (Kind::Block, _) => "Block".to_owned(),
    }
}

fn place(snapshot: &Snapshot, scope: &Scope) -> String {
    match scope {
        Scope::Catalog => "in the whole catalog".to_owned(),
        Scope::Item { item_id } => format!("with {}", title(snapshot, item_id)),
        Scope::CategoryPair {
            anchor_category,
            item_category,
        } => {
            format!("for {item_category} with {anchor_category}")
        }
        Scope::Surface { surface } => format!("on {surface}"),
    }
}
