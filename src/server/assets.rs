//! The pages' files, carried in the binary: style, icon, and the browser half.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// What the build of the browser half leaves; read from disk in debug builds.
#[derive(RustEmbed)]
#[folder = "target/site/pkg"]
#[allow_missing = true]
struct Package;

/// The style's parts, in the order of their layers.
const STYLE: &[&str] = &[
    include_str!("../../style/layers.css"),
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/layout.css"),
    include_str!("../../style/components-controls.css"),
    include_str!("../../style/components-data.css"),
    include_str!("../../style/components-evidence.css"),
    include_str!("../../style/components-finder.css"),
    include_str!("../../style/components-finding.css"),
    include_str!("../../style/components-flags.css"),
    include_str!("../../style/components-grid.css"),
    include_str!("../../style/components-items.css"),
    include_str!("../../style/components-models.css"),
    include_str!("../../style/components-overview.css"),
    include_str!("../../style/components-panels.css"),
    include_str!("../../style/components-preview.css"),
    include_str!("../../style/components-recommendations.css"),
    include_str!("../../style/components-reference.css"),
    include_str!("../../style/components-settings.css"),
    include_str!("../../style/components-tables.css"),
    include_str!("../../style/components-topbar.css"),
    include_str!("../../style/components-views.css"),
    include_str!("../../style/utilities.css"),
];

static STYLE_SHEET: LazyLock<String> = LazyLock::new(|| STYLE.concat());
static STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/style.css?v={}", digest(STYLE_SHEET.as_bytes())));

/// A file whose address changes with its content never grows old.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file with a fixed address is asked for again, and answered in short when it is the same.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..8].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Where the style stands, with its version.
pub fn style_path() -> &'static str {
    &STYLE_PATH
}

pub(super) async fn style() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/css; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, FOREVER),
    ];
    (headers, STYLE_SHEET.as_str()).into_response()
}

pub(super) async fn favicon() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
        (header::CACHE_CONTROL, REVALIDATE),
    ];
    (headers, include_str!("../../public/favicon.svg")).into_response()
}

pub(super) async fn robots() -> &'static str {
    include_str!("../../public/robots.txt")
}

/// A file of the browser half, compressed beforehand where the browser takes Brotli.
pub(super) async fn package(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Package::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", digest(&file.metadata.sha256_hash()));
    let tag = HeaderValue::from_str(&tag).expect("BUG: hexadecimal digits make a header");
    let caching = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, REVALIDATE),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let kind = HeaderValue::from_str(file.metadata.mimetype())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let answer = |file: EmbeddedFile| {
        let kind = [(header::CONTENT_TYPE, kind.clone())];
        (caching.clone(), kind, file.data.into_owned()).into_response()
    };
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|coding| coding.trim().starts_with("br"))
        });
    match Package::get(&format!("{path}.br")).filter(|_| takes_brotli) {
        Some(compressed) => {
            let mut response = answer(compressed);
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            response
        }
        None => answer(file),
    }
}
