//! The keys of every page, and the list of them that `?` shows.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::dom::{all, click, focus, within};

/// What each key does.
const KEYS: [(&str, &str); 9] = [
    ("?", "this list of keys"),
    ("Ctrl-K", "find any item or page"),
    ("/", "the search field of this page"),
    ("j and k", "next and previous row"),
    ("e", "a suggestion’s evidence"),
    ("a", "accept it"),
    ("x", "dismiss it"),
    ("f", "flag it"),
    ("Esc", "close"),
];

/// Keys that press the control with this mark in the row that has the focus.
const OF_ROWS: [&str; 4] = ["e", "a", "x", "f"];

#[island]
pub fn Shortcuts() -> impl IntoView {
    Effect::new(|_| {
        let handle = window_event_listener(ev::keydown, on_key);
        on_cleanup(move || handle.remove());
    });
    let lines = KEYS.map(|(key, does)| {
        view! {
            <div class="facts__row">
                <dt><kbd>{key}</kbd></dt>
                <dd>{does}</dd>
            </div>
        }
    });
    view! {
        <aside class="panel shortcuts" id="shortcuts" popover aria-labelledby="shortcuts-heading">
            <h2 id="shortcuts-heading">"Keys"</h2>
            <dl class="facts">{lines.into_iter().collect_view()}</dl>
        </aside>
        <button
            class="visually-hidden"
            id="shortcuts-button"
            type="button"
            tabindex="-1"
            popovertarget="shortcuts"
        >
            "Keys"
        </button>
    }
}

fn on_key(event: KeyboardEvent) {
    if (event.ctrl_key() || event.meta_key()) && event.key() == "k" {
        event.prevent_default();
        click("#finder-button");
        return;
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
        return;
    }
    match event.key().as_str() {
        "?" => click("#shortcuts-button"),
        "/" => {
            event.prevent_default();
            focus("#q");
        }
        "j" => move_among_rows(1),
        "k" => move_among_rows(-1),
        key if OF_ROWS.contains(&key) => press_in_row(&event, key),
        _ => {}
    }
}

/// Goes to the next or the one before; to the first where none has the focus.
fn move_among_rows(step: isize) {
    let rows = rows();
    let next = match at_focus(&rows) {
        Some(at) => at.saturating_add_signed(step).min(rows.len() - 1),
        None => 0,
    };
    if let Some(link) = rows.get(next).and_then(|row| within(row, "a")) {
        let _ = link.focus();
    }
}

fn press_in_row(event: &KeyboardEvent, key: &str) {
    let rows = rows();
    let Some(row) = at_focus(&rows).map(|at| &rows[at]) else {
        return;
    };
    let Some(control) = within(row, &format!("[data-key='{key}']")) else {
        return;
    };
    event.prevent_default();
    control.click();
    // A flag is sent by two keys: its first reason stands ready.
    if let Some(reason) = within(row, "input[type='radio']").filter(|_| key == "f") {
        let _ = reason.focus();
    }
}

/// The suggestions of a list; elsewhere the rows of the page's tables.
fn rows() -> Vec<Element> {
    let suggestions = all("[data-row]");
    if suggestions.is_empty() {
        all("main .data-table tbody tr")
    } else {
        suggestions
    }
}

/// Which row holds the focus.
fn at_focus(rows: &[Element]) -> Option<usize> {
    let here = document().active_element()?;
    rows.iter().position(|row| row.contains(Some(&here)))
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target() else {
        return false;
    };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return !matches!(input.type_().as_str(), "radio" | "checkbox");
    }
    target
        .dyn_ref::<HtmlElement>()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT"))
}
