//! The page: how do programs use Tandem? The document, as people read it.
//!
//! It is for everybody, signed in or not, and made of the document alone: what it says is what the
//! calls say of themselves.

use axum::http::header;
use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_meta::Title;
use utoipa::openapi::OpenApi;

use super::document::document;
use super::{paths, view};

#[component]
pub fn ReferencePage() -> impl IntoView {
    let openapi = document().openapi();
    let site = site();
    let groups = openapi.tags.iter().flatten().map(|tag| {
        let calls = view::calls_of(openapi, &tag.name);
        let calls = calls.iter().map(|call| view::call(call, &site));
        let id = tag.name.to_lowercase();
        view! {
            <section class="stack" aria-labelledby=id.clone()>
                <h2 id=id.clone()>{tag.name.clone()}</h2>
                <p>{tag.description.clone()}</p>
                {calls.collect_view()}
            </section>
        }
    });
    view! {
        <Title text="The API"/>
        <div class="page__head">
            <h1>"How do programs use Tandem?"</h1>
            <p class="page__as-of">
                <a href=paths::DOCUMENT>"OpenAPI 3.1 document"</a>
            </p>
        </div>
        <div class="page__body reference">
            {view::contents(openapi)}
            <div class="stack">
                {beginning(openapi, &site)}
                {groups.collect_view()}
                {view::shapes(openapi)}
            </div>
        </div>
    }
}

/// What holds for all calls.
fn beginning(openapi: &OpenApi, site: &str) -> impl IntoView + use<> {
    let about = openapi.info.description.clone().unwrap_or_default();
    let address = format!("{site}{}", paths::API);
    let first = format!("curl -H \"Authorization: Bearer $TOKEN\" {address}/catalogs");
    view! {
        <section class="panel" aria-labelledby="beginning">
            <h2 id="beginning">"To begin with"</h2>
            <p>
                "Every call is below " <code>{address}</code>
                " and needs a token, which whoever runs Tandem makes with "
                <code>"tandem token create NAME --role ROLE"</code>
                "; somebody who is signed in may also use the browser’s session."
            </p>
            <pre class="reference__example" tabindex="0" aria-label="The first call">
                <code>{first}</code>
            </pre>
            <p>{view::marked(&about)}</p>
        </section>
    }
}

/// What addresses of this server begin with, as the browser sees it.
fn site() -> String {
    let parts: Option<Parts> = use_context();
    let header = |name: &str| {
        let value = parts.as_ref()?.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let scheme = match header("x-forwarded-proto").as_deref() {
        Some("https") => "https",
        _ => "http",
    };
    let host = header(header::HOST.as_str()).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    format!("{scheme}://{host}")
}
