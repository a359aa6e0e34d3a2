//! What a change of settings would do, before it is done.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::{paths, words};
use crate::catalog::api::ChangeSettings;
use crate::catalog::settings::page::{Does, Preview};
use crate::catalog::settings::store::Effect;
use crate::jobs::view::following;
use crate::ui::format::count;
use crate::ui::table::framed;

pub(in crate::catalog::settings) fn preview(page: &Preview) -> impl IntoView + use<> {
    let catalog = &page.before;
    let content = if page.differences.is_empty() {
        view! {
            <div class="empty">
                <h2>"Nothing would change"</h2>
                <p>"The catalog has exactly these settings already."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            {differences(page)}
            {does(&page.does)}
        }
        .into_any()
    };
    view! {
        <Title text=format!("A change of the settings of {}", catalog.name)/>
        <div class="page__head">
            <h1>"What would this change do?"</h1>
            <span class="page__as-of">
                {format!("{}, catalog “{}”; nothing is saved yet", catalog.name, catalog.id)}
            </span>
        </div>
        {content}
        {save(page)}
    }
}

fn differences(page: &Preview) -> impl IntoView + use<> {
    let rows = page
        .differences
        .iter()
        .map(|difference| {
            let setting = difference.setting;
            view! {
                <tr>
                    <th scope="row">{words::label(setting)}</th>
                    <td class="data-table__cell--text">{words::value(setting, &page.before)}</td>
                    <td class="data-table__cell--text">{words::value(setting, &page.after)}</td>
                </tr>
            }
        })
        .collect_view();
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Setting"</th>
                <th scope="col" class="data-table__cell--text">"Now"</th>
                <th scope="col" class="data-table__cell--text">"Then"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed(
        "differences",
        view! { <strong>"What you change"</strong> },
        table,
    )
}

fn does(does: &Does) -> impl IntoView + use<> {
    match does {
        Does::Counts(effect) => counts(effect).into_any(),
        Does::UnderWay(job) => view! {
            <section class="panel" aria-label="What it does">
                <p class="finding">
                    "All tables and lists are counted anew "
                    <small>"By how much is being counted now; this page says it as soon as it is known."</small>
                </p>
                {following(job, "Counting changes nothing. You may save before it has ended.")}
            </section>
        }
        .into_any(),
        Does::Nothing => finding(
            "No table changes",
            "The same rows count, in the same baskets. What changes is what people read, or how lists are served: from the next list on.",
        )
        .into_any(),
    }
}

fn finding(what: &'static str, means: &'static str) -> impl IntoView {
    view! {
        <section class="panel" aria-label="What it does">
            <p class="finding">{what} " " <small>{means}</small></p>
        </section>
    }
}

fn counts(effect: &Effect) -> impl IntoView + use<> {
    let (before, after) = (&effect.before, &effect.after);
    let rows = [
        ("Rows that count", before.rows, after.rows),
        ("Baskets", before.baskets, after.baskets),
        ("Items in a basket", before.items, after.items),
    ]
    .map(|(what, before, after)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td class="data-table__cell--numeric">{count(before.unsigned_abs())}</td>
                <td class="data-table__cell--numeric">{count(after.unsigned_abs())}</td>
                <td class="data-table__cell--numeric">{difference(before, after)}</td>
            </tr>
        }
    });
    let nothing_left = (after.rows == 0).then(|| {
        view! {
            <div class="notice notice--danger" role="alert">
                <p class="notice__text">
                    "No row would count: every table would be empty, and every list a fallback."
                </p>
            </div>
        }
    });
    view! {
        <section class="panel" aria-label="What it does">
            <p class="finding">
                {words::effect(effect)}
                " "
                <small>"All tables and lists are counted anew from then on. Versions that were counted before keep their figures, and you can put this back."</small>
            </p>
            {nothing_left}
            {framed(
                "effect",
                view! {
                    <span>
                        <strong>"What is counted"</strong>
                        {format!(", of {} rows that are there now", count(effect.rows.unsigned_abs()))}
                    </span>
                },
                view! {
                    <thead>
                        <tr>
                            <th scope="col">"Figure"</th>
                            <th scope="col" class="data-table__cell--numeric">"Now"</th>
                            <th scope="col" class="data-table__cell--numeric">"Then"</th>
                            <th scope="col" class="data-table__cell--numeric">"Difference"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().collect_view()}</tbody>
                },
            )}
        </section>
    }
}

fn difference(before: i64, after: i64) -> String {
    let sign = match after.cmp(&before) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", count(after.abs_diff(before)))
}

fn save(page: &Preview) -> impl IntoView + use<> {
    let catalog_id = &page.before.id;
    let settings =
        serde_json::to_string(&page.patch).expect("BUG: settings can't be written as JSON");
    let save = (!page.differences.is_empty()).then(|| {
        view! {
            <input type="hidden" name="catalog_id" value=catalog_id.clone()/>
            <input type="hidden" name="settings" value=settings/>
            <input type="hidden" name="seen" value=page.seen.to_string()/>
            <button class="button button--primary">"Save these settings"</button>
        }
    });
    view! {
        <form class="form__foot" method="post" action=ChangeSettings::PATH>
            {save}
            <a class="button" href=paths::form(catalog_id, &page.form)>"Change something"</a>
            <a class="button button--quiet" href=paths::page(catalog_id)>"Cancel"</a>
        </form>
    }
}
