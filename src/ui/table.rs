//! The frame of a table: a region that scrolls sideways, named by the table's caption.

use leptos::prelude::*;

/// Frames a table. `name` is its own on the page.
pub fn framed<C: IntoView, T: IntoView>(
    name: &str,
    caption: C,
    table: T,
) -> impl IntoView + use<C, T> {
    let id = format!("{name}-caption");
    let labelled_by = id.clone();
    view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby=labelled_by>
            <table class="data-table">
                <caption id=id>
                    <span class="data-table__caption">{caption}</span>
                </caption>
                {table}
            </table>
        </div>
    }
}
