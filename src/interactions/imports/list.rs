//! The list of what came in: imports of files each by itself, posts of programs a day a line.

use leptos::prelude::*;

use super::store::{Import, PAGE, PostedDay, State};
use super::words::{badge, files};
use crate::interactions::paths;
use crate::ui::format::{count, counted, moment};
use crate::ui::table::framed;

/// One line of the list.
pub enum Line {
    Import(Box<Import>),
    Posted(PostedDay),
}

impl Line {
    /// Its place: the list goes from the highest number down.
    fn key(&self) -> i64 {
        match self {
            Self::Import(import) => import.batch_id,
            Self::Posted(day) => day.batch_id,
        }
    }
}

/// One page of the list, and where the next one begins.
pub struct Page {
    pub lines: Vec<Line>,
    pub next: Option<i64>,
    /// Whether this is not the first page.
    pub is_later: bool,
}

/// Puts both kinds of lines into one order; each list has one line more than a page where it can.
pub fn merge(imports: Vec<Import>, days: Vec<PostedDay>, is_later: bool) -> Page {
    let imports = imports
        .into_iter()
        .map(|import| Line::Import(Box::new(import)));
    let mut lines: Vec<Line> = imports.chain(days.into_iter().map(Line::Posted)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.key()));
    let has_more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    Page {
        next: lines.last().map(Line::key).filter(|_| has_more),
        lines,
        is_later,
    }
}

pub fn table(catalog_id: &str, page: &Page) -> impl IntoView + use<> {
    let rows = page
        .lines
        .iter()
        .map(|line| match line {
            Line::Import(import) => import_row(import).into_any(),
            Line::Posted(day) => posted_row(day).into_any(),
        })
        .collect_view();
    let next = page.next.map(|key| {
        view! { <a class="button" href=paths::before(catalog_id, key)>"Earlier"</a> }
    });
    let newest = page.is_later.then(|| {
        view! { <a class="button" href=paths::page(catalog_id)>"Newest"</a> }
    });
    let pager = (next.is_some() || newest.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages of the list">
                <span class="pager__count">{format!("{} lines", count(page.lines.len() as u64))}</span>
                <span class="pager__links">{newest} {next}</span>
            </nav>
        }
    });
    view! {
        {framed(
            "imports",
            view! {
                <span><strong>"What came in"</strong> ", the newest first"</span>
            },
            view! {
                <thead>
                    <tr>
                        <th scope="col">"Files or programs"</th>
                        <th scope="col" class="data-table__cell--numeric">"Accepted"</th>
                        <th scope="col" class="data-table__cell--numeric">"Duplicates"</th>
                        <th scope="col" class="data-table__cell--numeric">"Skipped"</th>
                        <th scope="col" class="data-table__cell--numeric">"Quarantined"</th>
                        <th scope="col">"When"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            },
        )}
        {pager}
    }
}

fn figure(number: i64) -> impl IntoView + use<> {
    view! { <td class="data-table__cell--numeric">{count(number.unsigned_abs())}</td> }
}

fn import_row(import: &Import) -> impl IntoView + use<> {
    let (catalog_id, id) = (&import.catalog_id, import.batch_id);
    let held = count(import.quarantined.unsigned_abs());
    let held = if import.quarantined > 0 && import.state != State::Discarded {
        view! {
            <a href=paths::quarantine(catalog_id, id)>
                {held}
                <span class="visually-hidden">{format!(" rows of import {id}")}</span>
            </a>
        }
        .into_any()
    } else {
        held.into_any()
    };
    let what = match import.parent_id {
        Some(parent) => format!("corrections of import {parent}"),
        None => files(import),
    };
    let by = import.author_name.as_ref();
    let by = by.map_or_else(String::new, |name| format!(", by {name}"));
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=paths::import(catalog_id, id)>{what}</a>
                " "
                <span class="data-table__note data-table__note--inline">
                    {format!("import {id}, {}{by}", import.format)}
                </span>
            </th>
            {figure(import.accepted)}
            {figure(import.duplicates)}
            {figure(import.skipped)}
            <td class="data-table__cell--numeric">{held}</td>
            <td>{moment(import.started_at)}</td>
            <td>{badge(import.state)}</td>
        </tr>
    }
}

fn posted_row(day: &PostedDay) -> impl IntoView + use<> {
    let programs = match day.programs.as_slice() {
        [] => String::new(),
        programs => format!(", by {}", programs.join(", ")),
    };
    let posts = counted(day.posts.unsigned_abs(), "post", "posts");
    view! {
        <tr>
            <th scope="row">
                {format!("Posted by programs, {}", day.day.format("%Y-%m-%d"))}
                " "
                <span class="data-table__note data-table__note--inline">
                    {format!("{posts}{programs}")}
                </span>
            </th>
            {figure(day.accepted)}
            <td></td>
            <td></td>
            <td></td>
            <td>{format!("last {}", moment(day.last_at))}</td>
            <td>{badge(State::Visible)}</td>
        </tr>
    }
}
