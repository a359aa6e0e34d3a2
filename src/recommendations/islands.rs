//! The interactive bits of the page: search as one types, and keys.
//!
//! Without scripting the search field is an ordinary form, and everything that a key does has a
//! link or a button.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::catalog::api::{Suggestion, suggest};

/// A search field whose hits are links. `prefix` is the address that a hit's id is added to.
#[island]
pub fn ItemSearch(
    catalog_id: String,
    prefix: String,
    label: String,
    typed: String,
    found: Vec<Suggestion>,
) -> impl IntoView {
    let hits = RwSignal::new(found);
    let searched = RwSignal::new(!typed.is_empty());
    let latest = StoredValue::new(0_u32);
    let search = move |event: ev::Event| {
        let query = event_target_value(&event);
        let number = latest.get_value() + 1;
        latest.set_value(number);
        let catalog_id = catalog_id.clone();
        spawn_local(async move {
            let empty = query.trim().is_empty();
            let answer = suggest(catalog_id, query).await.unwrap_or_default();
            // An answer to what was typed earlier may come later.
            if latest.try_get_value() == Some(number) {
                hits.set(answer);
                searched.set(!empty);
            }
        });
    };
    let address = {
        let prefix = prefix.clone();
        move |id: &str| format!("{prefix}{}", escape(id))
    };
    let list = move || {
        hits.get()
            .into_iter()
            .map(|hit| {
                view! {
                    <li>
                        <a class="combobox__hit" href=address(&hit.item_id)>
                            <span>{hit.title}</span>
                            <span class="combobox__note">{hit.note}</span>
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    let status = move || match (searched.get(), hits.with(Vec::len)) {
        (false, _) => String::new(),
        (true, 0) => "Nothing fits; try fewer or other words.".to_owned(),
        (true, 1) => "1 item found.".to_owned(),
        (true, several) => format!("{several} items found."),
    };
    view! {
        <div class="combobox" on:keydown=move_among_hits>
            <label class="visually-hidden" for="q">{label.clone()}</label>
            <input
                class="input"
                id="q"
                name="q"
                type="search"
                placeholder=label
                autocomplete="off"
                value=typed
                on:input=search
            />
            <ul class="combobox__hits" aria-label="Items found" hidden=move || hits.with(Vec::is_empty)>
                {list}
            </ul>
            <p class="visually-hidden" role="status">{status}</p>
        </div>
    }
}

/// Percent-encodes what may not stand in a query.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// The arrow keys go through the hits and back to the field; Escape returns to the field.
fn move_among_hits(event: KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Escape" => 0,
        _ => return,
    };
    let here = document().active_element();
    let links = document()
        .query_selector_all(".combobox a")
        .ok()
        .map(|list| {
            (0..list.length())
                .filter_map(|n| list.get(n))
                .collect::<Vec<_>>()
        })
        .unwrap_or_default();
    let at = here
        .as_ref()
        .and_then(|here| links.iter().position(|link| link.is_same_node(Some(here))));
    let next = match (at, step) {
        (_, 0) | (Some(0), -1) => None,
        (None, -1) => return,
        (None, _) => Some(0),
        (Some(at), 1) => Some((at + 1).min(links.len().saturating_sub(1))),
        (Some(at), _) => Some(at - 1),
    };
    let target = match next {
        Some(next) => links
            .get(next)
            .cloned()
            .and_then(|node| node.dyn_into::<HtmlElement>().ok()),
        None => element("#q"),
    };
    if let Some(target) = target {
        event.prevent_default();
        let _ = target.focus();
    }
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// What each key does, for the list that `?` shows.
const KEYS: [(&str, &str); 7] = [
    ("?", "this list of keys"),
    ("/ or Ctrl-K", "search an item"),
    ("j and k", "next and previous suggestion"),
    ("e", "its evidence"),
    ("f", "flag it"),
    ("d", "dismiss it"),
    ("Esc", "close"),
];

/// The keys of every page, and the list that `?` shows.
#[island]
pub fn Shortcuts() -> impl IntoView {
    Effect::new(|_| {
        let handle = window_event_listener(ev::keydown, on_key);
        on_cleanup(move || handle.remove());
    });
    view! {
        <aside class="panel shortcuts" id="shortcuts" popover aria-labelledby="shortcuts-heading">
            <h2 id="shortcuts-heading">"Keys"</h2>
            <dl class="facts">
                {KEYS
                    .map(|(key, does)| {
                        view! {
                            <div class="facts__row">
                                <dt><kbd>{key}</kbd></dt>
                                <dd>{does}</dd>
                            </div>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </dl>
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
    let search = (event.ctrl_key() || event.meta_key()) && event.key() == "k";
    if search {
        event.prevent_default();
        focus("#q");
        return;
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
        return;
    }
    let row = row_of_focus();
    match (event.key().as_str(), row) {
        ("?", _) => click("#shortcuts-button"),
        ("/", _) => {
            event.prevent_default();
            focus("#q");
        }
        ("j", row) => focus(&format!("[data-row='{}'] a", row.map_or(1, |row| row + 1))),
        ("k", row) => focus(&format!(
            "[data-row='{}'] a",
            row.map_or(1, |row| (row - 1).max(1))
        )),
        ("e", Some(row)) => click(&format!("[data-row='{row}'] [data-key='e']")),
        ("f", Some(row)) => {
            event.prevent_default();
            click(&format!("[data-row='{row}'] [data-key='f']"));
            focus(&format!("[data-row='{row}'] input[type='radio']"));
        }
        ("d", Some(row)) => click(&format!("[data-row='{row}'] [data-key='d']")),
        _ => {}
    }
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

fn focus(selector: &str) {
    if let Some(element) = element(selector) {
        let _ = element.focus();
    }
}

fn click(selector: &str) {
    if let Some(element) = element(selector) {
        element.click();
    }
}
