//! The evidence drawer: the four counts, every measure with words, and example baskets.

use leptos::prelude::*;

use super::super::page::Loaded;
use super::super::paths;
use crate::accounts::types::Right;
use crate::catalog::types::{BasketRule, Catalog};
use crate::catalog::words::title;
use crate::lists::types::{Evidence, List, Row};
use crate::ui::format::{count, counted, measure, p_value, percent, significant, times};
use crate::ui::page::{query, with_parameter};

/// Example baskets shown, and items of each beside the two.
const EXAMPLES: usize = 3;
const EXAMPLE_ITEMS: usize = 3;
/// Choices whose part in a score is named.
const PARTS: usize = 6;

/// What one drawer shows.
pub(super) struct Drawer {
    about: Evidence,
    anchor: String,
    item: String,
    owners: Owners,
    source: String,
    /// What each choice adds to the score; none where there is but one.
    parts: Option<Parts>,
    examples: Examples,
}

/// What the choices that ask add to a score.
struct Parts {
    score: f64,
    /// The most first.
    parts: Vec<(String, f64)>,
}

/// The words for baskets in this catalog.
#[derive(Clone, Copy)]
struct Owners {
    many: &'static str,
    one: &'static str,
    did: &'static str,
    not: &'static str,
    who: &'static str,
}

const USERS: Owners = Owners {
    many: "users",
    one: "User",
    did: "chose",
    not: "did not",
    who: "of those who chose",
};
const BASKETS: Owners = Owners {
    many: "baskets",
    one: "Basket",
    did: "hold",
    not: "do not",
    who: "of those that hold",
};

enum Examples {
    /// The reader may not see single users or baskets.
    NotAllowed,
    Shown(Vec<Example>),
}

struct Example {
    id: String,
    others: Vec<String>,
    more: usize,
    /// The list without it; none where something is supposed already.
    without: Option<String>,
}

impl Drawer {
    /// `None` where there are no figures to show.
    pub(super) fn new(loaded: &Loaded, list: &List, row: &Row) -> Option<Self> {
        let snapshot = &loaded.snapshot;
        let about = row.evidence.clone()?;
        let score = row.score.map_or_else(
            || "Not scored by the model".to_owned(),
            |score| {
                format!(
                    "Score {} by {}, version {}",
                    significant(score, 3),
                    list.model.name,
                    list.model.version
                )
            },
        );
        Some(Self {
            anchor: title(snapshot, &about.anchor_id).to_owned(),
            item: row.title.clone(),
            owners: match snapshot.catalog.basket_rule {
                BasketRule::User => USERS,
                BasketRule::Basket | BasketRule::UserWindow => BASKETS,
            },
            source: format!(
                "{score} · co-occurrence table version {}",
                list.table.version
            ),
            examples: if loaded.actor.may(Right::SeeUsers) {
                Examples::Shown(examples(loaded, &about.anchor_id, &row.item_id))
            } else {
                Examples::NotAllowed
            },
            parts: parts(loaded, row),
            about,
        })
    }

    pub(super) fn view(self, rank: u32, item: &str) -> impl IntoView + use<> {
        view! {
            <details class="rec__drawer" name=format!("rec-{rank}")>
                <summary class="rec__summary rec__summary--evidence" data-key="e">
                    "Evidence"
                    <span class="visually-hidden">{format!(" for {item}")}</span>
                </summary>
                <div class="rec__sheet evidence">
                    {self.counts()}
                    {self.measures()}
                    {self.parts_view()}
                    {self.examples_view()}
                    <p class="evidence__source">{self.source}</p>
                </div>
            </details>
        }
    }

    /// The two-by-two table, and what chance alone would give.
    fn counts(&self) -> impl IntoView + use<> {
        let Evidence {
            together,
            baskets_anchor,
            baskets_item,
            baskets,
            ..
        } = self.about;
        let both = u64::from(together);
        let (anchor, item) = (u64::from(baskets_anchor), u64::from(baskets_item));
        let all = u64::from(baskets);
        let neither = all + both - anchor - item;
        let Owners { many, did, not, .. } = self.owners;
        let expected = anchor as f64 * item as f64 / all as f64;
        view! {
            <section class="evidence__part">
                <h3>"The four counts"</h3>
                <table class="contingency">
                    <caption>{format!("Of {} {many}", count(all))}</caption>
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">{format!("{did} {}", self.item)}</th>
                            <th scope="col">{not}</th>
                            <th scope="col" class="contingency__total">"all"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <tr>
                            <th scope="row">{format!("{did} {}", self.anchor)}</th>
                            <td class="contingency__together">{count(both)}</td>
                            <td>{count(anchor - both)}</td>
                            <td class="contingency__total">{count(anchor)}</td>
                        </tr>
                        <tr>
                            <th scope="row">{not}</th>
                            <td>{count(item - both)}</td>
                            <td>{count(neither)}</td>
                            <td class="contingency__total">{count(all - anchor)}</td>
                        </tr>
                        <tr>
                            <th scope="row" class="contingency__total">"all"</th>
                            <td class="contingency__total">{count(item)}</td>
                            <td class="contingency__total">{count(all - item)}</td>
                            <td class="contingency__total">{count(all)}</td>
                        </tr>
                    </tbody>
                </table>
                <p class="panel__note">
                    {format!(
                        "If the two had nothing to do with each other, both would meet in {} {many}.",
                        expected_count(expected),
                    )}
                </p>
            </section>
        }
    }

    fn measures(&self) -> impl IntoView + use<> {
        let about = &self.about;
        let Owners { many, who, .. } = self.owners;
        let interval = match (about.lift_low, about.lift_high) {
            (Some(low), Some(high)) => format!("; {} to {}", times(low), times(high)),
            _ => String::new(),
        };
        let rows = [
            (
                "Support",
                percent(f64::from(about.together) / f64::from(about.baskets)),
                format!("of all {many} have both"),
            ),
            (
                "Confidence",
                percent(about.confidence),
                format!(
                    "{who} {}; {} to {}",
                    self.anchor,
                    percent(about.confidence_low),
                    percent(about.confidence_high)
                ),
            ),
            (
                "Lift",
                format!("{}×", times(about.lift)),
                format!("against chance{interval}"),
            ),
            (
                "Jaccard",
                measure(about.jaccard),
                format!("of the {many} with either have both"),
            ),
            (
                "Cosine",
                measure(about.cosine),
                "0 never together, 1 always".to_owned(),
            ),
            (
                "NPMI",
                measure(about.npmi),
                "0 is chance, 1 always together".to_owned(),
            ),
            (
                "Log-likelihood",
                measure(about.llr),
                format!("p = {}", p_value(about.log10_p)),
            ),
        ]
        .map(|(name, value, words)| {
            view! {
                <div class="measures__row">
                    <dt>{name}</dt>
                    <dd class="measures__value">{value}</dd>
                    <dd class="measures__words">{words}</dd>
                </div>
            }
        });
        view! {
            <section class="evidence__part">
                <h3>"What they say"</h3>
                <dl class="measures">{rows.into_iter().collect_view()}</dl>
            </section>
        }
    }

    /// The parts that a score is the sum of: those that say most by name, the others as one.
    fn parts_view(&self) -> impl IntoView + use<> {
        let Parts { score, parts } = self.parts.as_ref()?;
        let (named, others) = parts.split_at(parts.len().min(PARTS));
        let rest = (!others.is_empty()).then(|| part_row(other_choices(others), sum(others)));
        let rows = named
            .iter()
            .map(|(title, part)| part_row(title.clone(), *part));
        Some(view! {
            <section class="evidence__part">
                <h3>"What each choice adds"</h3>
                <dl class="parts">
                    {rows.collect_view()}
                    {rest}
                    <div class="parts__row parts__row--sum">
                        <dt>"Score, the sum of all"</dt>
                        <dd>{significant(*score, 3)}</dd>
                    </div>
                </dl>
            </section>
        })
    }

    fn examples_view(&self) -> impl IntoView + use<> {
        let Owners { many, one, .. } = self.owners;
        let together = count(u64::from(self.about.together));
        let (heading, content) = match &self.examples {
            Examples::NotAllowed => (
                format!("{one}s with both"),
                view! { <p class="panel__note">"Your role does not show single ones."</p> }
                    .into_any(),
            ),
            Examples::Shown(examples) if examples.is_empty() => (
                format!("{one}s with both"),
                view! { <p class="panel__note">{format!("No {many} have both yet.")}</p> }
                    .into_any(),
            ),
            Examples::Shown(examples) => {
                let rows = examples
                    .iter()
                    .map(|example| self.example(example, one))
                    .collect_view();
                (
                    format!("{one}s with both, {} of {together}", examples.len()),
                    view! { <ul class="baskets">{rows}</ul> }.into_any(),
                )
            }
        };
        view! { <section class="evidence__part"><h3>{heading}</h3>{content}</section> }
    }

    fn example(&self, example: &Example, one: &str) -> impl IntoView + use<> {
        let others: String = example
            .others
            .iter()
            .map(|other| format!(", {other}"))
            .collect();
        let without = example.without.clone().map(|href| {
            let says = format!("What if without {} {}?", one.to_lowercase(), example.id);
            view! { " " <a href=href aria-label=says>"without it?"</a> }
        });
        let more = (example.more > 0).then(|| format!(" and {} more", count(example.more as u64)));
        view! {
            <li>
                <span class="muted">{format!("{one} {}: ", example.id)}</span>
                <mark>{self.anchor.clone()}</mark>
                ", "
                <mark>{self.item.clone()}</mark>
                {others}
                <span class="muted">{more}</span>
                {without}
            </li>
        }
    }
}

fn part_row(name: String, part: f64) -> impl IntoView {
    view! {
        <div class="parts__row">
            <dt>{name}</dt>
            <dd>{significant(part, 3).replace('-', "−")}</dd>
        </div>
    }
}

/// Choices that are not named: how many, and how many of them speak against the suggestion.
fn other_choices(others: &[(String, f64)]) -> String {
    let against = others.iter().filter(|(_, part)| *part < 0.0).count();
    let all = counted(others.len() as u64, "other choice", "other choices");
    match against {
        0 => all,
        some => format!("{all}, {} of them against it", count(some as u64)),
    }
}

fn sum(parts: &[(String, f64)]) -> f64 {
    parts.iter().map(|(_, part)| part).sum()
}

/// What several choices add to a score that the model gave.
fn parts(loaded: &Loaded, row: &Row) -> Option<Parts> {
    let score = row.score.filter(|_| row.contributions.len() > 1)?;
    let parts = row.contributions.iter().map(|part| {
        let title = title(&loaded.snapshot, &part.item_id);
        (title.to_owned(), part.score)
    });
    Some(Parts {
        score,
        parts: parts.collect(),
    })
}

/// An expected number of baskets: whole where it is large, else two digits.
fn expected_count(expected: f64) -> String {
    if expected >= 10.0 {
        count(expected.round() as u64)
    } else {
        significant(expected, 2)
    }
}

/// The first baskets that hold both, smaller ones first, since they say more.
fn examples(loaded: &Loaded, anchor_id: &str, item_id: &str) -> Vec<Example> {
    let snapshot = &loaded.snapshot;
    let (Some(anchor), Some(item)) = (snapshot.find_item(anchor_id), snapshot.find_item(item_id))
    else {
        return Vec::new();
    };
    let baskets = &snapshot.baskets;
    let with_item = baskets.baskets_of(item);
    let mut both: Vec<u32> = baskets
        .baskets_of(anchor)
        .iter()
        .copied()
        .filter(|basket| with_item.binary_search(basket).is_ok())
        .collect();
    both.sort_by_key(|basket| (baskets.items_of(*basket).len(), *basket));
    both.into_iter()
        .take(EXAMPLES)
        .map(|basket| {
            let held = baskets.items_of(basket);
            let others = held.iter().filter(|held| ![anchor, item].contains(held));
            let id = &snapshot.basket_ids[basket as usize];
            Example {
                id: id.clone(),
                without: (!snapshot.is_supposed).then(|| without(&snapshot.catalog, id)),
                others: others
                    .take(EXAMPLE_ITEMS)
                    .map(|other| snapshot.items[*other as usize].title.clone())
                    .collect(),
                more: held.len().saturating_sub(2 + EXAMPLE_ITEMS),
            }
        })
        .collect()
}

/// This list as it would be without a basket, or without the user whose basket it is.
fn without(catalog: &Catalog, id: &str) -> String {
    let name = match catalog.basket_rule {
        BasketRule::User => "without_user",
        BasketRule::Basket | BasketRule::UserWindow => "without_basket",
    };
    with_parameter(&paths::page(&catalog.id), &query(), name, Some(id))
}
