//! What is chosen, each with a link that takes it out.

use leptos::prelude::*;

/// Labels with the address of the page without each; nothing where nothing is chosen.
pub fn chips(about: &'static str, chosen: Vec<(String, String)>) -> impl IntoView {
    if chosen.is_empty() {
        return None;
    }
    let chips = chosen
        .into_iter()
        .map(|(words, href)| {
            let remove = format!("Remove {words}");
            view! {
                <span class="chip">
                    {words}
                    <a class="chip__remove" href=href aria-label=remove>"✕"</a>
                </span>
            }
        })
        .collect_view();
    Some(view! { <div class="chips" role="group" aria-label=about>{chips}</div> })
}
