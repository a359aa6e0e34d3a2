//! Two lists for one item side by side, with what became of each row.

use leptos::prelude::*;

use super::compare::{Example, Line};

/// What stands above the two lists, and where the item's own page is.
pub struct Heads {
    pub href: String,
    pub before: String,
    pub after: String,
}

/// Both lists. `touched` is the item that a pin or a block is about, where there is one.
pub fn side_by_side(
    example: &Example,
    heads: Heads,
    touched: Option<&str>,
) -> impl IntoView + use<> {
    let before = example.before.iter().map(|line| {
        if place(&example.after, line).is_some() {
            return row("compare__row", line, String::new());
        }
        let is_touched = touched == Some(line.item_id.as_str());
        let says = if is_touched { "blocked" } else { "drops out" };
        row("compare__row compare__row--out", line, says.to_owned())
    });
    let after = example.after.iter().enumerate().map(|(at, line)| {
        let was = place(&example.before, line);
        let is_touched = touched == Some(line.item_id.as_str());
        let class = if is_touched || was.is_none() {
            "compare__row compare__row--in"
        } else {
            "compare__row"
        };
        row(class, line, change(at, was, is_touched))
    });
    view! {
        <section class="compare">
            <h3 class="compare__title">
                "What goes with "
                <a href=heads.href>{example.anchor_title.clone()}</a>
            </h3>
            <div>
                <p class="compare__label">{heads.before}</p>
                <ol class="compare__side">{before.collect_view()}</ol>
            </div>
            <div>
                <p class="compare__label">{heads.after}</p>
                <ol class="compare__side">{after.collect_view()}</ol>
            </div>
        </section>
    }
}

fn place(lines: &[Line], line: &Line) -> Option<usize> {
    lines.iter().position(|there| there.item_id == line.item_id)
}

/// What became of an item that is in the list afterwards.
fn change(at: usize, was: Option<usize>, is_touched: bool) -> String {
    match was {
        None if is_touched => "pinned, new".to_owned(),
        Some(was) if is_touched => format!("pinned, was {}", was + 1),
        None => "new".to_owned(),
        Some(was) if was > at => format!("up {}", was - at),
        Some(was) if was < at => format!("down {}", at - was),
        Some(_) => String::new(),
    }
}

fn row(class: &'static str, line: &Line, change: String) -> impl IntoView + use<> {
    view! {
        <li class=class>
            <span class="compare__name">{line.title.clone()}</span>
            <span class="compare__change">{change}</span>
        </li>
    }
}
