//! The pieces of the page: what holds for all calls, each call, and the shapes they share.

mod call;
pub(super) mod shape;

use leptos::prelude::*;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{HttpMethod, OpenApi, RefOr, Schema};

use super::document::operations;
use super::paths;
use shape::{Field, Part, Way};

pub(super) use call::call;

/// A call with where it is.
pub(super) struct Call<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) operation: &'a Operation,
}

impl Call<'_> {
    pub(super) fn id(&self) -> &str {
        self.operation.operation_id.as_deref().unwrap_or_default()
    }

    /// Its address without what most begin with.
    fn shortly(&self) -> String {
        match self.path.strip_prefix("/catalogs/{catalog}") {
            Some(rest) if !rest.is_empty() => format!("…{rest}"),
            _ => self.path.to_owned(),
        }
    }
}

/// The calls of one tag, by address and then by method.
pub(super) fn calls_of<'a>(openapi: &'a OpenApi, tag: &str) -> Vec<Call<'a>> {
    let is_of = |operation: &Operation| {
        let tags = operation.tags.as_ref();
        tags.is_some_and(|tags| tags.iter().any(|own| own == tag))
    };
    let mut calls: Vec<Call<'_>> = openapi
        .paths
        .paths
        .iter()
        .flat_map(|(path, item): (&String, &PathItem)| {
            operations(item).map(move |(method, operation)| Call {
                method: name(&method),
                path,
                operation,
            })
        })
        .filter(|call| is_of(call.operation))
        .collect();
    calls.sort_by_key(|call| call.path);
    calls
}

fn name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Put => "PUT",
        HttpMethod::Post => "POST",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Delete => "DELETE",
        _ => "OTHER",
    }
}

/// The way to every call and shape on the page.
pub(super) fn contents(openapi: &OpenApi) -> impl IntoView + use<> {
    let groups = openapi.tags.iter().flatten().map(|tag| {
        let links = calls_of(openapi, &tag.name).into_iter().map(|call| {
            view! {
                <li>
                    <a class="reference__link" href=paths::anchor(call.id())>
                        <span class="reference__method">{call.method}</span>
                        " "
                        {call.shortly()}
                    </a>
                </li>
            }
        });
        view! {
            <li>
                <strong>{tag.name.clone()}</strong>
                <ul>{links.collect_view()}</ul>
            </li>
        }
    });
    view! {
        <nav class="reference__contents" aria-label="Calls">
            <ul>
                {groups.collect_view()}
                <li><a class="reference__link" href="#shapes">"Shapes of bodies and answers"</a></li>
            </ul>
        </nav>
    }
}

/// Every shape that a body or an answer has.
pub(super) fn shapes(openapi: &OpenApi) -> impl IntoView + use<> {
    let schemas = openapi.components.iter().flat_map(|all| &all.schemas);
    let shapes = schemas.map(|(name, schema)| shape_of(name, schema));
    view! {
        <section class="stack" aria-labelledby="shapes">
            <h2 id="shapes">"Shapes of bodies and answers"</h2>
            {shapes.collect_view()}
        </section>
    }
}

fn shape_id(name: &str) -> String {
    format!("shape-{name}")
}

fn shape_of(name: &str, schema: &RefOr<Schema>) -> impl IntoView + use<> {
    let ways = shape::ways(schema);
    let is_one = ways.len() == 1;
    let about = shape::about(schema);
    let ways = ways.into_iter().enumerate().map(|(at, way)| {
        // No two tables of the page have one name.
        let label = if is_one {
            format!("Fields of {name}")
        } else {
            format!("Fields of {name}, as its way {}", at + 1)
        };
        way_of(&label, way, is_one)
    });
    view! {
        <div class="panel">
            <h3 id=shape_id(name)>{name.to_owned()}</h3>
            <p>{marked(&about)}</p>
            {ways.collect_view()}
        </div>
    }
}

/// One way in which a shape may look: a table of its fields, or what it is.
fn way_of(label: &str, way: Way, is_one: bool) -> impl IntoView + use<> {
    let about = (!is_one && !way.about.is_empty()).then(|| marked(&way.about));
    if way.fields.is_empty() {
        return view! { <p>{parts(&way.kind)} {about.map(|about| view! { ": " {about} })}</p> }
            .into_any();
    }
    view! {
        {about.map(|about| view! { <p>{about}</p> })}
        {table(label, &way.fields)}
    }
    .into_any()
}

/// Fields, or parameters, of what kind each is and what it means.
fn table(label: &str, fields: &[Field]) -> impl IntoView + use<> {
    let rows = fields.iter().map(|field| {
        let required = (!field.is_required)
            .then(|| view! { <span class="data-table__note">"may be absent"</span> });
        view! {
            <tr>
                <th scope="row"><code>{field.name.clone()}</code> {required}</th>
                <td class="data-table__cell--text">{parts(&field.kind)}</td>
                <td class="data-table__cell--text">{marked(&field.about)}</td>
            </tr>
        }
    });
    view! {
        <div class="table-region" role="region" tabindex="0" aria-label=label.to_owned()>
            <table class="data-table data-table--plain">
                <caption class="visually-hidden">{label.to_owned()}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Meaning"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A kind, with links to the shapes it names.
fn parts(parts: &[Part]) -> impl IntoView + use<> {
    parts
        .iter()
        .map(|part| match part {
            Part::Words(words) => words.clone().into_any(),
            Part::Shape(name) => {
                view! { <a href=format!("#{}", shape_id(name))>{name.clone()}</a> }.into_any()
            }
        })
        .collect_view()
}

/// Text with what stands between backticks as code.
pub(super) fn marked(text: &str) -> impl IntoView + use<> {
    text.split('`')
        .enumerate()
        .map(|(place, part)| {
            let part = part.to_owned();
            if place % 2 == 0 {
                part.into_any()
            } else {
                view! { <code>{part}</code> }.into_any()
            }
        })
        .collect_view()
}
