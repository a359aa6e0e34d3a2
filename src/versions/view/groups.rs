//! For whom lists are good: where a version is weak, and every group that was looked at.

use leptos::prelude::*;

use crate::evaluation::groups::{Group, GroupKind};
use crate::evaluation::metrics::Figure;
use crate::evaluation::report::Report;
use crate::ui::format::{count, counted};
use crate::ui::table::framed;
use crate::versions::words::{decimals, grouped, interval};

const KINDS: [GroupKind; 4] = [
    GroupKind::History,
    GroupKind::Popularity,
    GroupKind::Category,
    GroupKind::Segment,
];
/// Weak groups that the sentence names.
const NAMED: usize = 6;

pub(super) fn weak(report: &Report) -> impl IntoView + use<> {
    if report.groups.is_empty() {
        return view! {
            <section class="panel" aria-labelledby="weak-title">
                <h2 id="weak-title">"Where it is weak"</h2>
                <p>"Not known: no group has ten cases or more."</p>
            </section>
        }
        .into_any();
    }
    let (text, tables) = (sentence(report), KINDS.map(|by| table(report, by)));
    view! {
        <section class="panel" aria-labelledby="weak-title">
            <h2 id="weak-title">"Where it is weak"</h2>
            <p>{text}</p>
            <div class="models__groups">{tables.into_iter().collect_view()}</div>
        </section>
    }
    .into_any()
}

fn sentence(report: &Report) -> String {
    let weak: Vec<&Group> = report.groups.iter().filter(|group| group.is_weak).collect();
    let groups = counted(report.groups.len() as u64, "group", "groups");
    let first = if weak.is_empty() {
        format!("Of {groups} none lies wholly below the figure for all.")
    } else {
        let named = weak.iter().take(NAMED).map(|group| group.name.as_str());
        let named = named.collect::<Vec<_>>().join("; ");
        let more = if weak.len() > NAMED { "; …" } else { "" };
        let lie = if weak.len() == 1 { "lies" } else { "lie" };
        format!(
            "Of {groups} {} {lie} wholly below the figure for all: {named}{more}.",
            count(weak.len() as u64)
        )
    };
    let left_out = match report.categories_left_out {
        0 => String::new(),
        some => format!(
            " {} with fewer choices are not shown.",
            counted(some as u64, "category", "categories")
        ),
    };
    format!(
        "{first} Of all choices that were held back, {} stand in the lists. Who looks at many groups \
         finds some weak by chance; those with fewer than ten cases are left out.{left_out}",
        decimals(report.recall_of_choices.value)
    )
}

/// The groups of one kind, the weak ones first.
fn table(report: &Report, by: GroupKind) -> Option<impl IntoView + use<>> {
    let mut groups: Vec<&Group> = report
        .groups
        .iter()
        .filter(|group| group.by == by)
        .collect();
    if groups.is_empty() {
        return None;
    }
    groups.sort_by_key(|group| !group.is_weak);
    let has_ndcg = groups.iter().any(|group| group.ndcg.is_some());
    let rows = groups.into_iter().map(|group| row(group, has_ndcg));
    let ndcg = has_ndcg.then(|| {
        let head = format!("nDCG@{}", report.k);
        view! { <th scope="col" class="data-table__cell--numeric">{head}</th> }
    });
    let of = if has_ndcg {
        "of nDCG"
    } else {
        "of what was found"
    };
    let caption = view! {
        <span><strong>{grouped(by)}</strong> {format!("; 95 % intervals {of}")}</span>
    };
    let name = match by {
        GroupKind::Category => "weak-category",
        GroupKind::History => "weak-history",
        GroupKind::Popularity => "weak-popularity",
        GroupKind::Segment => "weak-segment",
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Group"</th>
                <th scope="col" class="data-table__cell--numeric">"Cases"</th>
                <th scope="col" class="data-table__cell--numeric">"Held back"</th>
                <th scope="col" class="data-table__cell--numeric">"Found"</th>
                {ndcg}
                <th scope="col" class="data-table__cell--numeric">"95 %"</th>
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    Some(framed(name, caption, table))
}

fn row(group: &Group, has_ndcg: bool) -> impl IntoView + use<> {
    let weak = group
        .is_weak
        .then(|| view! { <span class="badge badge--danger">"weak"</span> });
    let figure = |of: Option<Figure>| of.map_or_else(|| "–".to_owned(), |of| decimals(of.value));
    let ndcg = has_ndcg.then(|| {
        view! { <td class="data-table__cell--numeric">{figure(group.ndcg)}</td> }
    });
    // What says whether the group is weak.
    let told = interval(group.ndcg.unwrap_or(group.recall), decimals);
    view! {
        <tr>
            <th scope="row">{group.name.clone()} " " {weak}</th>
            <td class="data-table__cell--numeric">{count(group.cases as u64)}</td>
            <td class="data-table__cell--numeric">{count(group.rows)}</td>
            <td class="data-table__cell--numeric">{figure(Some(group.recall))}</td>
            {ndcg}
            <td class="data-table__cell--numeric"><span class="muted">{told}</span></td>
        </tr>
    }
}
