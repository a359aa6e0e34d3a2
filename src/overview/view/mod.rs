//! The pieces of the page: figures, charts, what changed, what to do next.

mod changed;
mod charts;
mod next;
mod service;
mod tiles;

use leptos::prelude::*;
use leptos_meta::Title;

use super::page::Loaded;
use super::{paths, period};
use crate::catalog::words::{as_of, begin};

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let name = snapshot.catalog.name.clone();
    let begin = begin(snapshot);
    let periods = begin.is_none().then(|| periods(loaded));
    let content = match begin {
        Some((why, href, label)) => view! {
            <div class="empty">
                <h2>"There is nothing to tell yet"</h2>
                <p>{why}</p>
                <a class="button button--primary" href=href>{label}</a>
            </div>
        }
        .into_any(),
        None => filled(loaded).into_any(),
    };
    view! {
        <Title text=format!("Overview of {name}")/>
        <div class="page__head">
            <h1>{format!("How is {name} going?")}</h1>
            {periods}
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        {content}
    }
}

fn filled(loaded: &Loaded) -> impl IntoView + use<> {
    view! {
        {tiles::tiles(loaded)}
        <div class="page__body overview">
            {charts::charts(loaded)}
            <aside class="stack" aria-label="What changed and what to do">
                {changed::changed(loaded)}
                {next::next(loaded)}
                {service::servers(loaded)}
            </aside>
        </div>
    }
}

fn periods(loaded: &Loaded) -> impl IntoView + use<> {
    let asked = loaded.asked;
    let links = period::LENGTHS.map(|days| {
        let href = paths::period(&loaded.snapshot.catalog.id, days, asked.to, asked.since);
        let current = (days == asked.days).then_some("true");
        view! {
            <a class="segments__item" href=href aria-current=current>
                {format!("{days} days")}
            </a>
        }
    });
    view! {
        <nav class="segments" aria-label="Period">
            {links.into_iter().collect_view()}
        </nav>
    }
}
