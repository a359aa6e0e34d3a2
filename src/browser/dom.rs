//! The few things that islands do to the page around them.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{Element, HtmlElement, NodeList};

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

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// The first of its kind inside another.
pub(super) fn within(outer: &Element, selector: &str) -> Option<HtmlElement> {
    outer.query_selector(selector).ok()??.dyn_into().ok()
}

/// Every one of a kind, as they stand on the page.
pub(super) fn all(selector: &str) -> Vec<Element> {
    document()
        .query_selector_all(selector)
        .map_or_else(|_| Vec::new(), elements)
}

/// Every one of a kind inside another.
pub(super) fn all_within(outer: &Element, selector: &str) -> Vec<Element> {
    outer
        .query_selector_all(selector)
        .map_or_else(|_| Vec::new(), elements)
}

fn elements(list: NodeList) -> Vec<Element> {
    (0..list.length())
        .filter_map(|number| list.get(number)?.dyn_into().ok())
        .collect()
}
