//! The few things that islands do to the page around them.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::HtmlElement;

pub(super) fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

pub(super) fn focus(selector: &str) {
    if let Some(element) = element(selector) {
        let _ = element.focus();
    }
}

pub(super) fn click(selector: &str) {
    if let Some(element) = element(selector) {
        element.click();
    }
}
