//! What changed since the last visit, or since the moment that the address names.

use chrono::SecondsFormat;
use leptos::prelude::*;

use crate::accounts::types::ActorId;
use crate::overview::changes::{Group, Since, groups};
use crate::overview::page::Loaded;
use crate::overview::paths;
use crate::ui::format::{count, counted, moment};

pub(super) fn changed(loaded: &Loaded) -> impl IntoView + use<> {
    let Some((since, happened)) = &loaded.changes else {
        let words = match loaded.actor.id {
            ActorId::Account(_) => {
                "This is your first visit to this catalog. From the next one on, this place says what changed in between."
            }
            ActorId::Token(_) | ActorId::Command => {
                "Programs have no visits. An address with “since” says from when on."
            }
        };
        return view! {
            <section class="panel">
                <h2>"What changed"</h2>
                <p class="panel__note">{words}</p>
            </section>
        }
        .into_any();
    };
    let heading = match since {
        Since::Visit(_) => "What changed since your last visit",
        Since::Asked(_) => "What changed",
    };
    let groups = groups(&loaded.snapshot, &loaded.actor.key(), happened);
    let version = match loaded.snapshot.change - happened.posted.change_then {
        0 => "The table is the same version.".to_owned(),
        changes => format!(
            "The table moved on by {}.",
            counted(changes.unsigned_abs(), "change", "changes")
        ),
    };
    let content = if groups.is_empty() {
        view! { <p>"Nobody changed anything."</p> }.into_any()
    } else {
        groups.into_iter().map(group).collect_view().into_any()
    };
    let named = happened.entries.len() as u64;
    let cut = (happened.entry_count > named).then(|| {
        let (named, all) = (count(named), count(happened.entry_count));
        view! { <p class="panel__note">{format!("The newest {named} of {all} entries of the audit trail are read here.")}</p> }
    });
    let asked = loaded.asked;
    let share = paths::period(
        &loaded.snapshot.catalog.id,
        asked.days,
        asked.to,
        Some(since.at()),
    );
    let at = since.at();
    view! {
        <section class="panel changes">
            <div class="panel__head">
                <h2>{heading}</h2>
                <p class="panel__note">
                    {matches!(since, Since::Asked(_)).then_some("since ")}
                    <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>{moment(at)}</time>
                    " · "
                    <a href=share>"Link to this"</a>
                </p>
            </div>
            <p class="panel__note">{version}</p>
            {content}
            {cut}
        </section>
    }
    .into_any()
}

fn group(group: Group) -> impl IntoView {
    let lines = group.lines.into_iter().map(|line| match line.href {
        Some(href) => view! { <li><a href=href>{line.text}</a></li> }.into_any(),
        None => view! { <li>{line.text}</li> }.into_any(),
    });
    let more = group.more.map(|(text, href)| match href {
        Some(href) => view! { <li><a href=href>{text}</a></li> }.into_any(),
        None => view! { <li>{text}</li> }.into_any(),
    });
    view! {
        <div class="changes__group">
            <h3>{group.heading}</h3>
            <ul class="changes__list">
                {lines.collect_view()}
                {more}
            </ul>
        </div>
    }
}
