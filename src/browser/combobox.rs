//! A search field whose hits are links, found while one types.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{Element, HtmlElement, KeyboardEvent};
use serde::{Deserialize, Serialize};

use super::dom::{all_within, within};
use crate::error::AppError;

/// One line below the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub href: String,
    pub title: String,
    /// What tells it from others of the same title.
    pub note: String,
}

/// The field and what was found. `search` is asked after every key; of answers that overtake one
/// another the one to what was typed last holds.
#[component]
pub fn Combobox<S, F>(
    /// The field's id on the page.
    id: &'static str,
    label: String,
    typed: String,
    found: Vec<Hit>,
    search: S,
    /// Whether the field has the focus as soon as it is shown.
    #[prop(optional)]
    autofocus: bool,
    /// Whether Enter follows the first hit; else it sends the form.
    #[prop(optional)]
    follow_first: bool,
) -> impl IntoView
where
    S: Fn(String) -> F + 'static,
    F: Future<Output = Result<Vec<Hit>, AppError>> + 'static,
{
    let searched = RwSignal::new(!typed.is_empty());
    let hits = RwSignal::new(found);
    let latest = StoredValue::new(0_u32);
    let is_current = StoredValue::new(true);
    let on_input = move |event: ev::Event| {
        let query = event_target_value(&event);
        let number = latest.get_value() + 1;
        latest.set_value(number);
        is_current.set_value(false);
        let empty = query.trim().is_empty();
        let answer = search(query);
        spawn_local(async move {
            let answer = answer.await.unwrap_or_default();
            // An answer to what was typed earlier may come later.
            if latest.try_get_value() == Some(number) {
                hits.set(answer);
                searched.set(!empty);
                is_current.set_value(true);
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        let chosen = hits.with_untracked(|hits| Some(hits.first()?.href.clone()));
        let is_enter = event.key() == "Enter" && is_field(&event);
        // Hits for what was typed before are not what is meant: then the form is sent.
        if let Some(href) = chosen.filter(|_| follow_first && is_enter && is_current.get_value()) {
            event.prevent_default();
            let _ = window().location().set_href(&href);
        } else {
            move_among_hits(event);
        }
    };
    let status = move || match (searched.get(), hits.with(Vec::len)) {
        (false, _) => String::new(),
        (true, 0) => "Nothing fits; try fewer or other words.".to_owned(),
        (true, 1) => "1 found.".to_owned(),
        (true, several) => format!("{several} found."),
    };
    let list = move || hits.get().into_iter().map(line).collect_view();
    view! {
        <div class="combobox" on:keydown=on_key>
            <label class="visually-hidden" for=id>{label.clone()}</label>
            <input
                class="input"
                id=id
                name="q"
                type="search"
                placeholder=label
                autocomplete="off"
                autofocus=autofocus
                value=typed
                on:input=on_input
            />
            <ul class="combobox__hits" aria-label="Found" hidden=move || hits.with(Vec::is_empty)>
                {list}
            </ul>
            <p class="visually-hidden" role="status">{status}</p>
        </div>
    }
}

fn is_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|at| at.dyn_into::<Element>().ok());
    target.is_some_and(|at| at.tag_name() == "INPUT")
}

fn line(hit: Hit) -> impl IntoView {
    view! {
        <li>
            <a class="combobox__hit" href=hit.href>
                <span>{hit.title}</span>
                <span class="combobox__note">{hit.note}</span>
            </a>
        </li>
    }
}

/// The arrow keys go through the hits and back to the field; Escape returns to the field.
fn move_among_hits(event: KeyboardEvent) {
    let target = event.target().and_then(|at| at.dyn_into::<Element>().ok());
    let Some(combobox) = target.and_then(|at| at.closest(".combobox").ok().flatten()) else {
        return;
    };
    let links = all_within(&combobox, "a");
    let here = document().active_element();
    let at = here
        .as_ref()
        .and_then(|here| links.iter().position(|link| link.is_same_node(Some(here))));
    let next = match (event.key().as_str(), at) {
        ("ArrowDown", None) => links.first(),
        ("ArrowDown", Some(at)) => links.get(at + 1).or(links.last()),
        ("ArrowUp", Some(at)) if at > 0 => links.get(at - 1),
        ("ArrowUp" | "Escape", Some(_)) => None,
        _ => return,
    };
    let next = match next {
        Some(link) => link.dyn_ref::<HtmlElement>().cloned(),
        None if at.is_some() => within(&combobox, "input"),
        None => None,
    };
    if let Some(next) = next {
        event.prevent_default();
        let _ = next.focus();
    }
}
