//! The HTML shell and the one table of pages.
//!
//! Every page is a slice's; here stands only where it is found. The frame around the pages is in
//! `frame`.

pub mod frame;

use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::about::page::AboutPage;
use crate::accounts::http::THEME;
use crate::accounts::page::SignIn;
use crate::catalog::deletion::page::DeletePage;
use crate::catalog::making::page::NewCatalog;
use crate::catalog::page::Home;
use crate::catalog::settings::page::{SettingsPage, SettingsPreview};
use crate::cooccurrence::page::CooccurrencePage;
use crate::error::AppError;
use crate::finder::page::FinderPage;
use crate::flags::page::FlagsPage;
use crate::interactions::imports::page::ImportPage;
use crate::interactions::page::DataPage;
use crate::interactions::uploads::page::UploadPage;
use crate::items::page::ItemPage;
use crate::overrides::page::{OverrideEditor, OverridesPage};
use crate::overview::page::OverviewPage;
use crate::recommendations::page::RecommendationsPage;
use crate::reference::page::ReferencePage;
use crate::server::assets;
use crate::ui::html;
use crate::ui::page::error_page;
use crate::versions::page::{ComparePage, EvaluatingPage, ModelsPage, TrainPage, VersionPage};
use crate::views::page::ViewsPage;
use frame::Frame;

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    protect();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=assets::style_path()/>
                <HydrationScripts options islands=true/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Scripts run only from here, with this page's nonce; nobody frames our pages.
fn protect() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         img-src 'self' https: data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = policy.parse() {
        response.insert_header(axum::http::header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The chosen theme; none where the system's holds.
fn theme() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = CookieJar::from_headers(&parts.headers);
    let theme = cookies.get(THEME)?.value();
    matches!(theme, "light" | "dark").then(|| theme.to_owned())
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=document_title/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/") view=Home/>
                    <Route path=path!("/catalogs/new") view=NewCatalog/>
                    <Route path=path!("/api/docs") view=ReferencePage/>
                    <Route path=path!("/catalogs/:catalog") view=OverviewPage/>
                    <Route path=path!("/catalogs/:catalog/recommendations") view=RecommendationsPage/>
                    <Route path=path!("/catalogs/:catalog/cooccurrence") view=CooccurrencePage/>
                    <Route path=path!("/catalogs/:catalog/items/:item") view=ItemPage/>
                    <Route path=path!("/catalogs/:catalog/overrides") view=OverridesPage/>
                    <Route path=path!("/catalogs/:catalog/overrides/new") view=OverrideEditor/>
                    <Route path=path!("/catalogs/:catalog/flags") view=FlagsPage/>
                    <Route path=path!("/catalogs/:catalog/models") view=ModelsPage/>
                    <Route path=path!("/catalogs/:catalog/models/train") view=TrainPage/>
                    <Route path=path!("/catalogs/:catalog/models/compare") view=ComparePage/>
                    <Route path=path!("/catalogs/:catalog/models/:number") view=VersionPage/>
                    <Route path=path!("/catalogs/:catalog/models/:number/evaluation") view=EvaluatingPage/>
                    <Route path=path!("/catalogs/:catalog/data") view=DataPage/>
                    <Route path=path!("/catalogs/:catalog/data/uploads/:upload") view=UploadPage/>
                    <Route path=path!("/catalogs/:catalog/data/imports/:import") view=ImportPage/>
                    <Route path=path!("/catalogs/:catalog/views") view=ViewsPage/>
                    <Route path=path!("/catalogs/:catalog/find") view=FinderPage/>
                    <Route path=path!("/catalogs/:catalog/settings") view=SettingsPage/>
                    <Route path=path!("/catalogs/:catalog/settings/preview") view=SettingsPreview/>
                    <Route path=path!("/catalogs/:catalog/delete") view=DeletePage/>
                    <Route path=path!("/catalogs/:catalog/about") view=AboutPage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// What the window is called. Titles of items come from anybody's files.
fn document_title(title: String) -> String {
    if title.is_empty() {
        "Tandem".to_owned()
    } else {
        format!("{} · Tandem", html::escape(&title))
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <main class="standalone" id="content" tabindex="-1">
            {error_page(&AppError::not_found("This page"))}
        </main>
    }
}
