//! The bar above every page: where one is, where one can go, who one is.

use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::sync::Arc;

use crate::accounts;
use crate::accounts::http::THEME;
use crate::accounts::types::Actor;
use crate::browser::keys::Shortcuts;
use crate::finder;
use crate::finder::islands::Finder;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::format::count;
use crate::ui::page::path;
use crate::{
    about, catalog, cooccurrence, flags, interactions, overrides, overview, recommendations,
    reference, versions, views,
};

/// The frame: a bar, and the page below it.
#[component]
pub fn Frame() -> impl IntoView {
    let Ok(actor) = Actor::current() else {
        return view! { <Outside/> }.into_any();
    };
    let path = path();
    let snapshots = Services::current().index.all();
    let views = |id: &str| views::menu::menu(&actor, id, &path);
    let current = catalog_of(&path)
        .and_then(|id| snapshots.iter().find(|snapshot| snapshot.catalog.id == id))
        .cloned();
    // Elsewhere the menu of catalogs has it, so that the bar has room for the pages.
    let is_alone = current.is_none();
    view! {
        <a class="skip-link" href="#content">"Skip to the content"</a>
        <header class="topbar">
            <a class="topbar__mark" href=catalog::paths::HOME>
                <Logo/>
                <span class="topbar__word">"Tandem"</span>
            </a>
            {current.clone().map(|current| {
                (catalog_menu(&current, &snapshots), finder(&current.catalog.id))
            })}
            <button class="button topbar__menu" type="button" popovertarget="topbar-panel">
                "Menu"
            </button>
            <div class="topbar__panel" id="topbar-panel" popover>
                {current.map(|current| {
                    (pages(&current.catalog.id, &path), views(&current.catalog.id))
                })}
                <Themes/>
                <div class="topbar__account">
                    {is_alone.then(|| view! { <a class="topbar__link" href=reference::paths::DOCS>"API"</a> })}
                    <span class="topbar__name" title=describe(&actor)>{describe(&actor)}</span>
                    <form method="post" action=accounts::paths::SIGN_OUT>
                        <button class="button button--quiet">"Sign out"</button>
                    </form>
                </div>
            </div>
        </header>
        <main class="page" id="content" tabindex="-1">
            <Outlet/>
        </main>
        <Shortcuts/>
    }
    .into_any()
}

/// The frame of a page that is for everybody, around somebody who is not signed in. The layer that
/// sends people to the sign-in page lets no other page come here.
#[component]
fn Outside() -> impl IntoView {
    view! {
        <a class="skip-link" href="#content">"Skip to the content"</a>
        <header class="topbar">
            <a class="topbar__mark" href=catalog::paths::HOME>
                <Logo/>
                "Tandem"
            </a>
            <a class="topbar__link" href=accounts::paths::SIGN_IN>"Sign in"</a>
        </header>
        <main class="page" id="content" tabindex="-1">
            <Outlet/>
        </main>
    }
}

fn catalog_of(path: &str) -> Option<&str> {
    path.strip_prefix("/catalogs/")?.split('/').next()
}

fn describe(actor: &Actor) -> String {
    // The widest role says enough; all of them would fill the bar.
    match actor.roles.iter().max() {
        Some(role) if role.as_str() != actor.name => {
            format!("{}, {}", actor.name, role.as_str().replace('_', " "))
        }
        _ => actor.name.clone(),
    }
}

fn catalog_menu(current: &Snapshot, snapshots: &[Arc<Snapshot>]) -> impl IntoView + use<> {
    let items = snapshots
        .iter()
        .map(|snapshot| {
            let is_current = snapshot.catalog.id == current.catalog.id;
            view! {
                <li>
                    <a
                        class="menu__item"
                        href=overview::paths::page(&snapshot.catalog.id)
                        aria-current=is_current.then_some("true")
                    >
                        {snapshot.catalog.name.clone()}
                        " "
                        <span class="combobox__note">
                            {format!("{} items", count(snapshot.items.len() as u64))}
                        </span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="menu">
            <summary class="menu__label">
                <span class="visually-hidden">"Catalog: "</span>
                <span class="topbar__name">{current.catalog.name.clone()}</span>
            </summary>
            <ul class="menu__list">
                {items}
                <li>
                    <a class="menu__item" href=catalog::paths::HOME>
                        "All catalogs"
                    </a>
                </li>
                <li>
                    <a class="menu__item" href=reference::paths::DOCS>
                        "API for programs"
                    </a>
                </li>
            </ul>
        </details>
    }
}

/// The way to anything: a form that opens over the page, by the button or by Ctrl-K.
fn finder(catalog_id: &str) -> impl IntoView + use<> {
    view! {
        <button class="button topbar__finder" id="finder-button" type="button" popovertarget="finder">
            "Find"
            <kbd class="topbar__key" aria-hidden="true">"Ctrl K"</kbd>
        </button>
        <div class="finder" id="finder" popover role="dialog" aria-label="Find an item or a page">
            <form method="get" role="search" action=finder::paths::page(catalog_id)>
                <Finder
                    catalog_id=catalog_id.to_owned()
                    pages=finder::search::pages(catalog_id)
                />
            </form>
        </div>
    }
}

fn pages(catalog_id: &str, path: &str) -> impl IntoView + use<> {
    let overview = overview::paths::page(catalog_id);
    let links = [
        ("Overview", overview.clone()),
        ("Recommendations", recommendations::paths::page(catalog_id)),
        ("Co-occurrence", cooccurrence::paths::page(catalog_id)),
        ("Overrides", overrides::paths::list(catalog_id)),
        ("Flags", flags::paths::list(catalog_id)),
        ("Models", versions::paths::list(catalog_id)),
        ("Data", interactions::paths::page(catalog_id)),
        ("About this AI", about::paths::page(catalog_id)),
    ]
    .map(|(label, href)| {
        // Every address of the catalog begins with that of its overview.
        let is_current = path == href || (href != overview && path.starts_with(&href));
        let current = is_current.then_some("page");
        view! {
            <a class="topbar__link" href=href aria-current=current>
                {label}
            </a>
        }
    });
    view! {
        <nav class="topbar__nav" aria-label="Pages of this catalog">
            {links.into_iter().collect_view()}
        </nav>
    }
}

/// The theme as three buttons of a form: it works without scripting and is kept in a cookie.
#[component]
fn Themes() -> impl IntoView {
    let chosen = use_context::<Parts>().and_then(|parts| {
        let cookies = CookieJar::from_headers(&parts.headers);
        Some(cookies.get(THEME)?.value().to_owned())
    });
    let pressed = |theme: &str| {
        let is_chosen = match chosen.as_deref() {
            Some(chosen @ ("light" | "dark")) => chosen == theme,
            _ => theme == "system",
        };
        if is_chosen { "true" } else { "false" }
    };
    view! {
        <form method="post" action=accounts::paths::THEME>
            <div class="segments" role="group" aria-label="Theme">
            <button class="segments__item" name="theme" value="light" aria-pressed=pressed("light") title="Light">
                <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" aria-hidden="true">
                    <circle cx="8" cy="8" r="2.75"/>
                    <path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9"/>
                </svg>
                <span class="visually-hidden">"Light"</span>
            </button>
            <button class="segments__item" name="theme" value="system" aria-pressed=pressed("system") title="As the machine">
                <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                    <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"/>
                    <path d="M8 2.25a5.75 5.75 0 0 1 0 11.5Z" fill="currentColor"/>
                </svg>
                <span class="visually-hidden">"As the machine"</span>
            </button>
            <button class="segments__item" name="theme" value="dark" aria-pressed=pressed("dark") title="Dark">
                <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" aria-hidden="true">
                    <path d="M13.5 9.6A5.75 5.75 0 0 1 6.4 2.5a5.75 5.75 0 1 0 7.1 7.1Z"/>
                </svg>
                <span class="visually-hidden">"Dark"</span>
            </button>
            </div>
        </form>
    }
}

/// Two rings that overlap: what is chosen together.
#[component]
fn Logo() -> impl IntoView {
    view! {
        <svg class="topbar__logo" width="22" height="16" viewBox="0 0 22 16" aria-hidden="true">
            <circle cx="8" cy="8" r="6.75" fill="none" stroke="currentColor" stroke-width="2"/>
            <circle cx="14" cy="8" r="6.75" fill="none" stroke="currentColor" stroke-width="2"/>
        </svg>
    }
}
