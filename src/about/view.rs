//! The pieces of the page, each a question that somebody has before trusting a suggestion.

use leptos::prelude::*;
use leptos_meta::Title;
use std::cmp::Ordering;

use super::page::{Acceptance, Answering, Loaded};
use crate::accounts::types::Right;
use crate::catalog::settings;
use crate::catalog::types::{Catalog, SameCategory};
use crate::catalog::words::{as_of, basket, owners};
use crate::flags;
use crate::index::evidence::Reach;
use crate::interactions;
use crate::items;
use crate::models::DAMPING;
use crate::models::recipe::Recipe;
use crate::overrides;
use crate::overview;
use crate::recommendations;
use crate::ui::format::{count, counted, percent};
use crate::versions;
use crate::versions::recipe;
use crate::versions::types::Version;

/// Categories that the table shows, those with the least evidence first.
const CATEGORIES: usize = 12;

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    view! {
        <Title text=format!("About the AI of {}", snapshot.catalog.name)/>
        <div class="page__head">
            <h1>"What can this AI do, and how well?"</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        <div class="about">
            {does(loaded)}
            {well(loaded)}
            {weak(loaded)}
            {model(loaded)}
            {control(loaded)}
            {people(loaded)}
            {records(loaded)}
        </div>
    }
}

fn does(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let owners = owners(snapshot);
    let from = format!(
        "It recommends items of {} that go with an item, with a basket or with what a user chose. It does so from {} by {} {}, and from nothing else.",
        snapshot.catalog.name,
        counted(snapshot.baskets.choices(), "choice", "choices"),
        count(u64::from(snapshot.baskets.len())),
        if snapshot.baskets.len() == 1 {
            owners.one
        } else {
            owners.many
        },
    );
    view! {
        <section class="panel">
            <h2>"What it does"</h2>
            <p>{from}</p>
            <p>
                "It is meant for the people who decide what is shown or sold together, and for the programs that they let ask. It advises; a person decides."
            </p>
            <p>
                "It does not know why things were chosen together, what an item is, what it costs, or whether it is in stock beyond the mark “available”. It does not read titles or pictures, and does not know who a user is. What was chosen together once need not be right for anybody now."
            </p>
        </section>
    }
}

fn well(loaded: &Loaded) -> impl IntoView + use<> {
    let all = loaded.evidence.all;
    let share = |items: u64| percent(items as f64 / all.items.max(1) as f64);
    let rows = [
        ("Accepted by people", accepted(loaded.acceptance.as_ref())),
        (
            "Items with a full list of their own",
            format!(
                "{} ({} of {})",
                share(all.enough),
                count(all.enough),
                count(all.items)
            ),
        ),
        (
            "Lists filled up with the most chosen",
            format!(
                "{} ({})",
                share(all.items - all.enough),
                count(all.items - all.enough)
            ),
        ),
        ("Flags open", count(loaded.open_flags)),
        ("Lists for a user", hit_rate(&loaded.answering[0])),
        ("Lists for one item", hit_rate(&loaded.answering[1])),
    ];
    let rows = rows.map(|(name, value)| {
        view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
    });
    view! {
        <section class="panel">
            <h2>"How well it does it"</h2>
            <dl class="facts">{rows.into_iter().collect_view()}</dl>
            <p class="panel__note">
                "Every suggestion has its own figures: how many chose both, how that compares with chance, and how sure one can be. "
                <a href=overview::paths::page(&loaded.snapshot.catalog.id)>"How it went lately"</a>
            </p>
        </section>
    }
}

/// How often lists held something that was then chosen.
fn hit_rate(answering: &Answering) -> String {
    let said = answering.hit_rate.clone();
    said.unwrap_or_else(|| format!("version {} was not measured yet", answering.version.number))
}

fn accepted(acceptance: Option<&Acceptance>) -> String {
    let Some(known) = acceptance else {
        return "not known: no feedback yet".to_owned();
    };
    let Some((value, interval)) = known.share.value().zip(known.share.interval()) else {
        return format!("not known: no feedback from {} to {}", known.from, known.to);
    };
    format!(
        "{} (95 %: {} to {}) of {} {}, {} to {}",
        percent(value),
        percent(interval.low),
        percent(interval.high),
        count(known.share.all),
        known.of.words(),
        known.from,
        known.to
    )
}

fn weak(loaded: &Loaded) -> impl IntoView + use<> {
    let (catalog, evidence) = (&loaded.snapshot.catalog, &loaded.evidence);
    let all = evidence.all;
    let share = |items: u64| percent(items as f64 / all.items.max(1) as f64);
    let says = format!(
        "{} items ({}) go with too little: fewer than {} others stand with them in {} or more {}. {} of them go with nothing at all, as new items do. Their lists are filled with the most chosen items, and say so.",
        count(all.items - all.enough),
        share(all.items - all.enough),
        catalog.least_rows,
        catalog.least_together,
        owners(&loaded.snapshot).many,
        count(all.none)
    );
    let named = evidence.thin.iter().map(|item| {
        let href = items::paths::page(&catalog.id, &item.item_id);
        view! { <li><a href=href>{item.title.clone()}</a></li> }
    });
    let named = (!evidence.thin.is_empty()).then(|| {
        view! {
            <h3>"The most chosen of them"</h3>
            <ul class="item-list">{named.collect_view()}</ul>
        }
    });
    view! {
        <section class="panel" id="weak">
            <h2>"What it is bad at"</h2>
            <p>{says}</p>
            {named}
            {categories(loaded)}
            <p class="panel__note">
                "It favours what is chosen often enough to be counted; what is new or rare comes late. What people stopped choosing stays counted until its data is taken back."
            </p>
        </section>
    }
}

/// Where the evidence is least, by category; nothing where there are none to compare.
fn categories(loaded: &Loaded) -> Option<impl IntoView + use<>> {
    let mut rows: Vec<&(Option<String>, Reach)> = loaded.evidence.categories.iter().collect();
    if rows.len() < 2 {
        return None;
    }
    let share = |reach: &Reach| reach.enough as f64 / reach.items.max(1) as f64;
    rows.sort_by(|(_, one), (_, other)| {
        share(one)
            .partial_cmp(&share(other))
            .unwrap_or(Ordering::Equal)
    });
    let all = rows.len();
    let shown = rows.into_iter().take(CATEGORIES).map(|(name, reach)| {
        let name = name.clone().unwrap_or_else(|| "No category".to_owned());
        let cells = [
            count(reach.items),
            percent(share(reach)),
            count(reach.thin()),
            count(reach.none),
        ];
        let cells = cells.map(|cell| view! { <td class="data-table__cell--numeric">{cell}</td> });
        view! { <tr><th scope="row">{name}</th>{cells.into_iter().collect_view()}</tr> }
    });
    let says = if all > CATEGORIES {
        format!(", the {CATEGORIES} of {all} with the least evidence")
    } else {
        ", the least evidence first".to_owned()
    };
    let heads = ["Items", "Enough", "Thin", "None"];
    let heads = heads.map(|head| {
        view! { <th scope="col" class="data-table__cell--numeric">{head}</th> }
    });
    Some(view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby="weak-caption">
            <table class="data-table data-table--plain">
                <caption id="weak-caption"><strong>"By category"</strong> {says}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Category"</th>
                        {heads.into_iter().collect_view()}
                    </tr>
                </thead>
                <tbody>{shown.collect_view()}</tbody>
            </table>
        </div>
    })
}

fn model(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog = &loaded.snapshot.catalog;
    let rules = rules(catalog, &loaded.snapshot).into_iter();
    let rules = rules.map(|rule| view! { <li>{rule}</li> });
    let [user, item] = loaded.answering.each_ref().map(|of| &of.version);
    let answering = if user.number == item.number {
        vec![answers("It answers with ", user, &catalog.id)]
    } else {
        vec![
            answers("Lists for a user come from ", user, &catalog.id),
            answers("Lists for one item come from ", item, &catalog.id),
        ]
    };
    view! {
        <section class="panel">
            <h2>"The model, and its rules here"</h2>
            {answering}
            <ul class="item-list">{rules.collect_view()}</ul>
            <p class="panel__note">
                <a href=settings::paths::page(&catalog.id)>"All settings"</a>
            </p>
        </section>
    }
}

/// What a version is, and how it ranks.
fn answers(begin: &'static str, version: &Version, catalog_id: &str) -> AnyView {
    let href = versions::paths::version(catalog_id, version.number);
    let name = format!("version {}, {}", version.number, version.name);
    let owner = match &version.owner {
        Some(owner) => format!(" {owner} answers for it."),
        None => String::new(),
    };
    view! { <p>{begin} <a href=href>{name}</a> ". " {ranks(&version.recipe)} {owner}</p> }
        .into_any()
}

fn ranks(recipe: &Recipe) -> AnyView {
    match recipe {
        Recipe::Live => view! {
            "For each item chosen with the anchor it computes "
            <code>"together / √(a · b) · together / (together + "{DAMPING}")"</code>
            ": in how many both stand, against those of each (the cosine, or Ochiai’s coefficient of 1957), damped where only a few hold both. For several anchors it adds up. It always has the newest counts."
        }
        .into_any(),
        Recipe::Neighbours(_) | Recipe::Ridge(_) => view! {
            {recipe::ranks(recipe)}
            " New choices change its figures at once, and its order when it is trained again."
        }
        .into_any(),
    }
}

fn rules(catalog: &Catalog, snapshot: &crate::index::snapshot::Snapshot) -> Vec<String> {
    let many = owners(snapshot).many;
    let mut rules = vec![
        format!(
            "A basket is {}; two items go together where the same one holds both.",
            basket(catalog)
        ),
        format!(
            "Fewer than {} {many} with both are no evidence.",
            catalog.least_together
        ),
        format!(
            "A list with fewer than {} of the model’s own is marked and filled.",
            catalog.least_rows
        ),
        match catalog.same_category {
            SameCategory::Any => "Suggestions may be of any category.",
            SameCategory::Only => "Suggestions are of the anchor’s category alone.",
            SameCategory::Exclude => "Suggestions are of other categories than the anchor’s.",
        }
        .to_owned(),
        if catalog.hide_chosen {
            "What a user already chose is left out of that user’s list."
        } else {
            "What a user already chose may be suggested again."
        }
        .to_owned(),
    ];
    if let Some(kinds) = &catalog.kinds {
        rules.push(format!("Of all kinds these count: {}.", kinds.join(", ")));
    }
    if let Some(least) = catalog.least_weight {
        rules.push(format!(
            "Choices with a weight below {least} are kept and not counted."
        ));
    }
    if let Some(most) = catalog.most_items {
        rules.push(format!(
            "Baskets of more than {} different items are kept and not counted.",
            count(u64::from(most))
        ));
    }
    rules
}

fn control(loaded: &Loaded) -> impl IntoView + use<> {
    let id = &loaded.snapshot.catalog.id;
    view! {
        <section class="panel">
            <h2>"How to take it in hand"</h2>
            <ul class="item-list">
                <li>
                    "Hide one suggestion for you: “Dismiss” where it stands, with “Undo” in its place. "
                    <a href=recommendations::paths::page(id)>"Recommendations"</a>
                </li>
                <li>
                    "Say that one is wrong: “Flag” where it stands; it can be taken back. "
                    <a href=flags::paths::list(id)>"Flags"</a>
                </li>
                <li>
                    "Change what is served, for you or for everyone, with an end, and undo it. "
                    <a href=overrides::paths::list(id)>"Overrides"</a>
                </li>
                <li>
                    "See the model’s own order beside what is served: below every list, for those who may."
                </li>
                <li>
                    "Take an import back: what the others brought stays, exactly. "
                    <a href=interactions::paths::page(id)>"Data"</a>
                </li>
            </ul>
            <p class="panel__note">
                "Nothing here acts by itself: a list is made when somebody asks. There is no switch yet that turns the model off for a whole catalog; a block in the scope of the catalog takes an item out of every list."
            </p>
        </section>
    }
}

fn records(loaded: &Loaded) -> impl IntoView + use<> {
    let users = Right::SeeUsers.need();
    let rows = [
        (
            "Interactions",
            "who chose what and when, as it came; kept after an import is taken back, and then counted nowhere".to_owned(),
            format!("counts: everybody with an account; users and their choices: {users}"),
        ),
        (
            "Feedback",
            "what was shown, accepted and dismissed, in which list, by whom".to_owned(),
            "in sums: everybody; one’s own dismissals: oneself".to_owned(),
        ),
        (
            "Flags",
            "the words, and the row as it was seen".to_owned(),
            format!("everybody; whose list it was: {users}"),
        ),
        (
            "Overrides",
            "who changed what, why, from when to when".to_owned(),
            "everybody; those for one person alone: that person".to_owned(),
        ),
        (
            "Audit trail",
            "every change with who made it; it can’t be changed".to_owned(),
            "its entries on data, models, overrides, flags and settings: everybody, on the overview".to_owned(),
        ),
        (
            "Visits",
            "when an account was last on a catalog’s pages; no list of pages".to_owned(),
            "oneself".to_owned(),
        ),
    ];
    let rows = rows.map(|(what, holds, who)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td class="data-table__cell--text">{holds}</td>
                <td class="data-table__cell--text">{who}</td>
            </tr>
        }
    });
    let newest = loaded.snapshot.newest;
    let newest = newest.map(|at| {
        format!(
            " The newest interaction is of {}.",
            crate::ui::format::day(at)
        )
    });
    view! {
        <section class="panel about__wide">
            <h2>"What it records, and who sees it"</h2>
            <p>
                "All of it is kept without an end: nothing is deleted by itself, and erasing one user’s data is not built yet."
                {newest}
            </p>
            <div class="table-region" role="region" tabindex="0" aria-label="What is recorded">
                <table class="data-table data-table--plain">
                    <thead>
                        <tr>
                            <th scope="col">"What"</th>
                            <th scope="col">"Holds"</th>
                            <th scope="col">"Who sees it"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn people(loaded: &Loaded) -> impl IntoView + use<> {
    let words = match &loaded.admins[..] {
        [] => "No account is an admin. Whoever runs the machine can make one: tandem account create NAME --role admin.".to_owned(),
        [one] => format!("{one} answers for it: the admin."),
        several => format!("{} answer for it: the admins.", several.join(", ")),
    };
    view! {
        <section class="panel">
            <h2>"Whom to ask"</h2>
            <p>{words}</p>
        </section>
    }
}
