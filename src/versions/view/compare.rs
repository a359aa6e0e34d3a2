//! Two versions side by side: what changes for whom, how good each is, which lists change most.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{badge, evaluation, link};
use crate::evaluation::report::{Scored, Surface};
use crate::index::snapshot::Snapshot;
use crate::jobs::view::following;
use crate::lists::compare::Example;
use crate::lists::view::{Heads, side_by_side};
use crate::recommendations::paths::for_item;
use crate::ui::format::{count, counted};
use crate::ui::table::framed;
use crate::versions::compare::{Churn, Comparison};
use crate::versions::page::{Compared, Differs};
use crate::versions::paths;
use crate::versions::quality::standing;
use crate::versions::types::{Evaluation, Version};
use crate::versions::words::{asked, capital, named};

/// Places of a compared list.
const PLACES: f64 = 10.0;

pub(in crate::versions) fn compare(compared: &Compared) -> impl IntoView + use<> {
    let Compared {
        snapshot,
        before,
        after,
        ..
    } = compared;
    let catalog_id = &snapshot.catalog.id;
    let heading = format!(
        "What changes from version {} to version {}?",
        before.number, after.number
    );
    let swapped = paths::compare(catalog_id, after.number, before.number);
    view! {
        <Title text=heading.clone()/>
        <div class="page__head">
            <h1>{heading}</h1>
            <div class="row">
                <a class="button button--quiet" href=swapped>"The other way round"</a>
                <a class="button button--quiet" href=paths::list(catalog_id)>"All versions"</a>
            </div>
        </div>
        {choose(compared)}
        {differs(compared)}
        {metrics(compared)}
        {examples(compared)}
    }
}

/// The two versions as a search by GET.
fn choose(compared: &Compared) -> impl IntoView + use<> {
    let (before, after) = (compared.before.number, compared.after.number);
    // A form replaces what the address asks for by its own fields.
    let action = paths::compare(&compared.snapshot.catalog.id, before, after);
    view! {
        <form class="filter-bar" method="get" action=action>
            {select(compared, "a", "From", before)}
            {select(compared, "b", "To", after)}
            <button class="button">"Compare"</button>
        </form>
    }
}

fn select(
    compared: &Compared,
    name: &'static str,
    label: &'static str,
    chosen: i32,
) -> impl IntoView + use<> {
    let both = [&compared.before, &compared.after];
    let mut versions: Vec<&Version> = compared.versions.iter().collect();
    // What is compared can be older than all that are listed.
    for one in both {
        if versions.iter().all(|version| version.number != one.number) {
            versions.push(one);
        }
    }
    let options = versions.into_iter().map(|version| {
        let selected = version.number == chosen;
        let words = capital(&named(version.number, version.name));
        view! { <option value=version.number.to_string() selected=selected>{words}</option> }
    });
    view! {
        <div class="field filter-bar__field models__select">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=name>{options.collect_view()}</select>
        </div>
    }
}

fn differs(compared: &Compared) -> impl IntoView + use<> {
    let content = match &compared.differs {
        _ if compared.before.number == compared.after.number => {
            view! { <p>"That is the same version twice: choose another one above."</p> }.into_any()
        }
        Differs::UnderWay(job) => {
            following(job, "Comparing changes no list. It can be asked for again.").into_any()
        }
        Differs::Done(comparison) => churns(comparison).into_any(),
    };
    view! { <section class="panel" aria-label="How much changes">{content}</section> }
}

fn churns(comparison: &Comparison) -> impl IntoView + use<> {
    let churns = comparison.surfaces.iter().map(churn).collect_view();
    let how = format!(
        "Top ten on table version {}: lists for one item as everybody is served them, with the \
         overrides in force; lists for a user as the models rank, for at most 2,000 users.",
        comparison.table_version
    );
    view! { {churns} <p class="panel__note">{how}</p> }
}

fn churn(churn: &Churn) -> impl IntoView + use<> {
    let (one, many) = match churn.surface {
        Surface::Item => ("list for one item", "lists for one item"),
        Surface::User => ("list for a user", "lists for a user"),
    };
    let finding = format!(
        "{} of {} {}",
        count(u64::from(churn.changed)),
        counted(u64::from(churn.lists), one, many),
        if churn.changed == 1 {
            "changes"
        } else {
            "change"
        },
    );
    let more = format!(
        "On the average {:.1} of {PLACES} places keep their item; {} {} with another item.",
        churn.kept * PLACES,
        count(u64::from(churn.another_first)),
        if churn.another_first == 1 {
            "begins"
        } else {
            "begin"
        },
    );
    view! { <p class="finding">{finding} " " <small>{more}</small></p> }
}

/// How good each is.
fn metrics(compared: &Compared) -> impl IntoView + use<> {
    let versions = [&compared.before, &compared.after];
    let standings = known(compared, Surface::User);
    let tables = [Surface::User, Surface::Item].map(|surface| table(compared, surface));
    let lines = versions
        .into_iter()
        .zip(&standings)
        .map(|(version, known)| {
            let on = match known {
                None => "was never measured".to_owned(),
                Some((_, evaluation, beside)) => {
                    let beside = beside
                        .map_or_else(String::new, |number| format!(" beside version {number}"));
                    format!("was measured{beside}: {}", evaluation::made_on(evaluation))
                }
            };
            view! {
                <li>
                    {link(&compared.snapshot.catalog.id, version.number, version.name)}
                    " "
                    {badge(version.stage)}
                    " "
                    {on}
                    "."
                </li>
            }
        });
    view! {
        <section class="panel" aria-labelledby="metrics-title">
            <h2 id="metrics-title">"How good each is"</h2>
            <ul class="item-list">{lines.collect_view()}</ul>
            <p>{comparable(&standings)}</p>
            {tables.into_iter().collect_view()}
        </section>
    }
}

/// A model's figures, where they come from, and the version that it stood beside there.
type Standing<'a> = (&'a Scored, &'a Evaluation, Option<i32>);
type Known<'a> = Option<Standing<'a>>;

/// What is known of both versions: from the newest evaluation in which they stood beside each other,
/// else of each by itself.
fn known(compared: &Compared, surface: Surface) -> [Known<'_>; 2] {
    let (before, after) = (&compared.before, &compared.after);
    let beside = [
        beside(before, after, surface),
        beside(after, before, surface).map(|[after, before]| [before, after]),
    ];
    let beside = beside.into_iter().flatten();
    let newest = beside.max_by_key(|[(_, evaluation, _), _]| evaluation.at);
    newest.map_or_else(
        || [before, after].map(|version| standing(version, &compared.versions, surface)),
        |both| both.map(Some),
    )
}

/// A version and another that stood beside it in its newest evaluation.
fn beside<'a>(
    version: &'a Version,
    other: &Version,
    surface: Surface,
) -> Option<[Standing<'a>; 2]> {
    let evaluation = version.evaluation.as_ref()?;
    let models = &evaluation.of(surface)?.models;
    let mut others = models.iter().skip(1);
    let other = others.find(|scored| scored.version == Some(other.number))?;
    Some([
        (models.first()?, evaluation, None),
        (other, evaluation, Some(version.number)),
    ])
}

/// Whether the two evaluations may be held against each other.
fn comparable(both: &[Known; 2]) -> &'static str {
    let basis = |evaluation: &Evaluation| {
        let split = evaluation.report.split.split;
        (evaluation.table_version.clone(), split)
    };
    match both {
        [Some((_, before, _)), Some((_, after, _))] if basis(before) == basis(after) => {
            "Both were asked for the same choices: the figures can be held against each other."
        }
        [Some(_), Some(_)] => {
            "They were measured on different tables or choices: the figures are no fair comparison. \
             Measure both again, in the same way."
        }
        _ => "One without figures can’t be compared by them: measure it on its page.",
    }
}

fn table(compared: &Compared, surface: Surface) -> Option<impl IntoView + use<>> {
    let versions = [&compared.before, &compared.after].into_iter();
    let found = versions.zip(known(compared, surface));
    let found: Vec<_> = found
        .filter_map(|(version, known)| Some((version, known?)))
        .collect();
    let k = found.first()?.1.1.report.k;
    let rows = found.into_iter().map(|(version, (scored, ..))| {
        let name = capital(&named(version.number, version.name));
        view! { <tr>{evaluation::cells(name, scored)}</tr> }
    });
    let caption = view! { <span><strong>{asked(surface)}</strong> ", 95 % intervals below the figures"</span> };
    let table = view! {
        <thead>
            <tr>{evaluation::heads(k)}</tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    let name = match surface {
        Surface::User => "compare-user",
        Surface::Item => "compare-item",
    };
    Some(framed(name, caption, table))
}

/// The lists that change most.
fn examples(compared: &Compared) -> impl IntoView + use<> {
    let Differs::Done(comparison) = &compared.differs else {
        return None;
    };
    if comparison.examples.is_empty() {
        return None;
    }
    let examples = comparison.examples.iter();
    let examples = examples.map(|of| example(&compared.snapshot, comparison, of));
    Some(view! {
        <section class="panel" aria-labelledby="examples-title">
            <div class="panel__head">
                <h2 id="examples-title">"The lists that change most"</h2>
                <span class="panel__note">"of items that are chosen often"</span>
            </div>
            <div class="models__examples">{examples.collect_view()}</div>
        </section>
    })
}

fn example(
    snapshot: &Snapshot,
    comparison: &Comparison,
    example: &Example,
) -> impl IntoView + use<> {
    let heads = Heads {
        href: for_item(&snapshot.catalog.id, &example.anchor_id),
        before: format!("Version {}", comparison.before),
        after: format!("Version {}", comparison.after),
    };
    side_by_side(example, heads, None)
}
