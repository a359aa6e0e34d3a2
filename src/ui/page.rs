//! How a page answers: load, then lay out, or say what went wrong with the right status.

use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;

use super::url::{self, Url};
use crate::error::AppError;

/// A page's content: what `load` gives, or the error as a page.
///
/// Pages are rendered whole before the first byte leaves, so that the status and the title are
/// right and nothing needs scripting to find its place.
pub fn page<V: IntoView + 'static>(
    load: impl Future<Output = Result<V, AppError>> + Send + 'static,
) -> impl IntoView {
    let content = async move {
        match load.await {
            Ok(view) => view.into_any(),
            Err(error) => error_page(&error).into_any(),
        }
    };
    view! { <Suspense fallback=|| ()>{Suspend::new(content)}</Suspense> }
}

/// The error as a page of its own: what happened and what to do next.
pub fn error_page(error: &AppError) -> impl IntoView + use<> {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(error.status());
    }
    view! {
        <Title text=error.title()/>
        <div class="panel">
            <h1>{error.title()}</h1>
            <p>{error.to_string()}</p>
            <div class="form__foot">
                <a class="button button--primary" href="/">"All catalogs"</a>
            </div>
        </div>
    }
}

/// An error that leaves the rest of the page standing: the sentence as a notice, with its status.
pub fn error_notice(error: &AppError) -> impl IntoView + use<> {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(error.status());
    }
    view! {
        <div class="notice notice--danger" role="alert">
            <p class="notice__text">{error.to_string()}</p>
        </div>
    }
}

/// The page's address without its query.
pub fn path() -> String {
    use_context::<Parts>().map_or_else(String::new, |parts| parts.uri.path().to_owned())
}

/// The query string of the page, without what a failed form left in it.
pub fn query() -> String {
    let parts = use_context::<Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query());
    query.unwrap_or_default().to_owned()
}

/// The page's query as a struct. Unknown parameters are left alone.
pub fn parse_query<T: serde::de::DeserializeOwned>() -> Result<T, AppError> {
    let uri = format!("/?{}", query())
        .parse()
        .map_err(|_| AppError::invalid("query", "The address of this page can't be read."))?;
    axum_extra::extract::Query::try_from_uri(&uri)
        .map(|query| query.0)
        .map_err(|_| AppError::invalid("query", "The address of this page can't be read."))
}

/// What a form that was sent without scripting failed with, as a notice.
pub fn form_error() -> impl IntoView {
    #[derive(serde::Deserialize)]
    struct Failed {
        #[serde(rename = "__err")]
        error: Option<String>,
    }
    let failed = parse_query::<Failed>().ok()?.error?;
    let error: AppError = ServerFnUrlError::decode_err(&failed);
    Some(view! {
        <div class="notice notice--danger" role="alert">
            <p class="notice__text">{error.to_string()}</p>
        </div>
    })
}

/// An address that takes an error along, for [`form_error`] to show.
pub fn with_error(url: Url, error: &AppError) -> Url {
    url.with("__err", URL_SAFE.encode(error.ser()))
}

/// A link to this page with one parameter more or another value.
pub fn with_parameter(path: &str, query: &str, name: &str, value: Option<&str>) -> String {
    let prefix = format!("{name}=");
    let mut parameters: Vec<String> = query
        .split('&')
        .filter(|part| !part.is_empty() && !part.starts_with(&prefix) && !part.starts_with("__"))
        .map(ToOwned::to_owned)
        .collect();
    if let Some(value) = value {
        parameters.push(format!("{}={}", url::escape(name), url::escape(value)));
    }
    if parameters.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", parameters.join("&"))
    }
}
