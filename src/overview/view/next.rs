//! What is worth doing next: only what is really there.

use leptos::prelude::*;

use crate::catalog::words::{owners, title};
use crate::flags;
use crate::interactions;
use crate::items;
use crate::overrides;
use crate::overview::page::Loaded;
use crate::overview::store::HELD;
use crate::ui::format::{count, counted, day, length};

/// Thin items that are named; the page about the AI names more.
const THIN: usize = 2;
/// Overrides that are named.
const ENDING: usize = 3;

struct Task {
    text: String,
    href: String,
}

pub(super) fn next(loaded: &Loaded) -> impl IntoView + use<> {
    let tasks: Vec<Task> = flagged(loaded)
        .chain(held(loaded))
        .chain(ending(loaded))
        .chain(thin(loaded))
        .collect();
    let content = if tasks.is_empty() {
        view! { <p class="panel__note">"Nothing waits for you."</p> }.into_any()
    } else {
        let rows = tasks.into_iter().map(|task| {
            view! { <li><a href=task.href>{task.text}</a></li> }
        });
        view! { <ul class="changes__list">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2>"What to do next"</h2>
            {content}
        </section>
    }
}

fn flagged(loaded: &Loaded) -> impl Iterator<Item = Task> {
    let id = &loaded.snapshot.catalog.id;
    let rest = loaded.open.count - loaded.open.oldest.len() as u64;
    let oldest = loaded.open.oldest.iter().map(move |flag| Task {
        text: format!(
            "Look at the flag of “{}”, open for {}",
            title(&loaded.snapshot, &flag.item_id),
            length(loaded.now - flag.created_at)
        ),
        href: flags::paths::list(id),
    });
    let rest = (rest > 0).then(|| Task {
        text: format!("and {}", counted(rest, "more open flag", "more open flags")),
        href: flags::paths::list(id),
    });
    oldest.chain(rest)
}

fn held(loaded: &Loaded) -> Option<Task> {
    let batch = loaded.intake.quarantined_in?;
    let rows = loaded.intake.quarantined;
    let rows = if rows < HELD {
        counted(rows.unsigned_abs(), "row", "rows")
    } else {
        format!("{} rows or more", count(HELD.unsigned_abs()))
    };
    Some(Task {
        text: format!("Mend {rows} in quarantine"),
        href: interactions::paths::quarantine(&loaded.snapshot.catalog.id, batch),
    })
}

fn ending(loaded: &Loaded) -> impl Iterator<Item = Task> {
    let id = &loaded.snapshot.catalog.id;
    let ending = &loaded.overrides.ending;
    let first = ending.iter().take(ENDING).filter_map(move |kept| {
        Some(Task {
            text: format!(
                "Keep or let go: the {} of “{}” ends on {}",
                kept.kind.as_str(),
                title(&loaded.snapshot, &kept.item_id),
                day(kept.ends_at?)
            ),
            href: overrides::paths::list(id),
        })
    });
    let rest = ending.len().saturating_sub(ENDING) as u64;
    let rest = (rest > 0).then(|| Task {
        text: format!(
            "and {} this week",
            counted(rest, "more override that ends", "more overrides that end")
        ),
        href: overrides::paths::list(id),
    });
    first.chain(rest)
}

fn thin(loaded: &Loaded) -> impl Iterator<Item = Task> {
    let owners = owners(&loaded.snapshot);
    loaded.evidence.thin.iter().take(THIN).map(move |item| {
        let text = if item.baskets == 0 {
            format!("“{}” was never chosen: nothing goes with it", item.title)
        } else {
            format!(
                "“{}” is thin: chosen by {}, {} of its own to recommend",
                item.title,
                counted(u64::from(item.baskets), owners.one, owners.many),
                count(u64::from(item.partners))
            )
        };
        Task {
            text,
            href: items::paths::page(&loaded.snapshot.catalog.id, &item.item_id),
        }
    })
}
