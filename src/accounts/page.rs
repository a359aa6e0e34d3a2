//! The sign-in page: what to do when one is not signed in, or when a link no longer works.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use serde::Deserialize;

use crate::ui::page::parse_query;

#[derive(Deserialize)]
struct Query {
    token: Option<String>,
}

/// Says how to get in. A working link never comes here: it is used before the page is rendered.
#[component]
pub fn SignIn() -> impl IntoView {
    let used_up = parse_query::<Query>().is_ok_and(|query| query.token.is_some());
    if used_up && let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::UNAUTHORIZED);
    }
    let refused = used_up.then(|| {
        view! {
            <div class="notice notice--danger" role="alert">
                <p class="notice__text">
                    "This sign-in link has been used already, or is too old. Nothing was changed; ask for a new one."
                </p>
            </div>
        }
    });
    view! {
        <Title text="Sign in"/>
        <main class="standalone" id="content" tabindex="-1">
            <span class="topbar__mark">"Tandem"</span>
            <div class="panel form">
                <h1>"Sign in"</h1>
                {refused}
                <p>"Open your one-time sign-in link. Tandem prints one when it is first started."</p>
                <p class="panel__note">
                    "No link? Whoever runs Tandem here makes one with " <code>"tandem account link NAME"</code> "."
                </p>
            </div>
        </main>
    }
}
