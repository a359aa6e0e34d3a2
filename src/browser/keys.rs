//! The keys of every page, and the list of them that `?` shows.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::dom::{click, focus};

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
    match (event.key().as_str(), row_of_focus()) {
        ("?", _) => click("#shortcuts-button"),
        ("/", _) => {
            event.prevent_default();
            focus("#q");
        }
        ("j", row) => focus_row(row.map_or(1, |row| row + 1)),
        ("k", row) => focus_row(row.map_or(1, |row| (row - 1).max(1))),
        (key, Some(row)) if OF_ROWS.contains(&key) => {
            event.prevent_default();
            click(&format!("[data-row='{row}'] [data-key='{key}']"));
            if key == "f" {
                focus(&format!("[data-row='{row}'] input[type='radio']"));
            }
        }
        _ => {}
    }
}

fn focus_row(row: i32) {
    focus(&format!("[data-row='{row}'] a"));
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

/// The row that holds the focus.
fn row_of_focus() -> Option<i32> {
    let here = document().active_element()?;
    let row = here.closest("[data-row]").ok()??;
    row.get_attribute("data-row")?.parse().ok()
}
