//! Who answered when, and how a version was moved through its stages.

use leptos::prelude::*;

use super::{badge, link};
use crate::index::snapshot::Snapshot;
use crate::ui::format::{day, moment};
use crate::ui::table::framed;
use crate::versions::types::{Move, Service};
use crate::versions::words::{capital, surface};

/// Times of service that are shown; the API lists more.
const SHOWN: usize = 30;

/// The times in which versions answered, the newest first. `of_one`: all of the same version.
pub(super) fn services(
    snapshot: &Snapshot,
    services: &[Service],
    of_one: bool,
) -> impl IntoView + use<> {
    let rows = services
        .iter()
        .take(SHOWN)
        .map(|service| row(snapshot, service, of_one));
    let title = if of_one {
        "When and where it answered"
    } else {
        "Who answered when"
    };
    let cut = (services.len() > SHOWN).then(|| format!(" The newest {SHOWN}; the API lists more."));
    let caption = view! { <span><strong>{title}</strong> ", the newest first." {cut}</span> };
    let version = (!of_one).then(|| view! { <th scope="col">"Version"</th> });
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Where"</th>
                {version}
                <th scope="col">"From"</th>
                <th scope="col">"To"</th>
                <th scope="col">"By"</th>
                <th scope="col">"Why"</th>
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    framed("services", caption, table)
}

fn row(snapshot: &Snapshot, service: &Service, of_one: bool) -> impl IntoView + use<> {
    let version = (!of_one).then(|| {
        view! {
            <td class="models__words">{link(&snapshot.catalog.id, service.version, service.name)}</td>
        }
    });
    let until = match service.until {
        Some(at) => view! { <span title=moment(at)>{day(at)}</span> }.into_any(),
        None => view! { <span class="badge badge--accent">"answers now"</span> }.into_any(),
    };
    let by = service.by.clone();
    let reason = if by.is_none() && service.reason.is_empty() {
        "as the catalog began".to_owned()
    } else {
        service.reason.clone()
    };
    view! {
        <tr>
            <th scope="row">{capital(&surface(&service.surface))}</th>
            {version}
            <td class="models__words" title=moment(service.from)>{day(service.from)}</td>
            <td class="models__words">{until}</td>
            <td>{by.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="data-table__cell--text">{reason}</td>
        </tr>
    }
}

/// How a version came to its stage, the newest first.
pub(super) fn moves(moves: &[Move]) -> impl IntoView + use<> {
    let rows = moves
        .iter()
        .map(|moved| {
            view! {
                <tr>
                    <th scope="row">{badge(moved.stage)}</th>
                    <td class="models__words" title=moment(moved.at)>{day(moved.at)}</td>
                    <td>{moved.by.clone()}</td>
                    <td class="data-table__cell--text">{moved.reason.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let caption = view! { <span><strong>"Its stages"</strong> ", the newest first."</span> };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Stage"</th>
                <th scope="col">"Since"</th>
                <th scope="col">"By"</th>
                <th scope="col">"Why"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("moves", caption, table)
}
