//! One call: what it does, who may, what it takes, an example, and what it answers.

use leptos::prelude::*;
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required};

use super::shape::{self, Field, Part};
use super::{Call, marked, parts, table};
use crate::accounts::types::Role;
use crate::reference::document::{example, right, roles};
use crate::reference::paths;
use crate::ui::url::escape;

/// A call as a section of the page; `site` is what its address begins with.
pub(in crate::reference) fn call(call: &Call<'_>, site: &str) -> impl IntoView + use<> {
    let id = call.id().to_owned();
    let operation = call.operation;
    let summary = operation.summary.clone().unwrap_or_default();
    let about = operation.description.clone().unwrap_or_default();
    let paragraphs = about
        .split("\n\n")
        .filter(|text| !text.is_empty())
        .map(|text| view! { <p>{marked(text)}</p> })
        .collect_view();
    let fields: Vec<Field> = parameters(call).map(field).collect();
    let label = format!("Parameters of {id}");
    let parameters = (!fields.is_empty()).then(|| table(&label, &fields));
    view! {
        <section class="panel" aria-labelledby=id.clone()>
            <h3 id=id.clone()>{summary.trim_end_matches('.').to_owned()}</h3>
            <p>
                <code class="reference__address">
                    <span class="reference__method">{call.method}</span>
                    {format!(" {}{}", paths::API, call.path)}
                </code>
            </p>
            {paragraphs}
            <p class="panel__note">{who(call)}</p>
            {parameters}
            {body(call)}
            <pre class="reference__example" tabindex="0" aria-label=format!("Example of {id}")>
                <code>{curl(call, site)}</code>
            </pre>
            {answers(call)}
        </section>
    }
}

fn parameters<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Parameter> {
    let parameters = call.operation.parameters.iter().flatten();
    parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn who(call: &Call<'_>) -> String {
    let Some(right) = right(call.operation) else {
        return "For everybody, also without a token.".to_owned();
    };
    let roles = roles(right);
    if roles.len() == Role::ALL.len() {
        return "For every token and everybody who is signed in.".to_owned();
    }
    let names: Vec<String> = roles.iter().map(|role| words(*role)).collect();
    format!("For these roles: {}.", names.join(", "))
}

fn words(role: Role) -> String {
    role.as_str().replace('_', " ")
}

fn field(parameter: &Parameter) -> Field {
    let mut kind = parameter
        .schema
        .as_ref()
        .map(shape::kind)
        .unwrap_or_default();
    // A parameter may be left out; that it may also be null is a matter of the schema alone.
    if let Some(Part::Words(words)) = kind.last_mut() {
        *words = words.trim_end_matches(" or null").to_owned();
    }
    let place = match parameter.parameter_in {
        ParameterIn::Path => ", in the path",
        ParameterIn::Header => ", a header",
        _ => "",
    };
    kind.push(Part::Words(place.to_owned()));
    if let Some(usual) = usual(parameter) {
        kind.push(Part::Words(format!("; {usual} where it is absent")));
    }
    Field {
        name: parameter.name.clone(),
        is_required: matches!(parameter.required, Required::True),
        kind,
        about: parameter.description.clone().unwrap_or_default(),
    }
}

/// A parameter's own example or default, which the library gives as JSON alone.
fn of(parameter: &Parameter, what: &str) -> Option<Value> {
    let json = serde_json::to_value(parameter).ok()?;
    let value = json.get(what).or_else(|| json["schema"].get(what))?;
    Some(value.clone())
}

fn usual(parameter: &Parameter) -> Option<String> {
    let usual = shape::plain(&of(parameter, "default")?);
    (!usual.is_empty()).then_some(usual)
}

/// What is sent along.
fn body(call: &Call<'_>) -> Option<impl IntoView + use<>> {
    let Some(RefOr::T(body)) = &call.operation.request_body else {
        return None;
    };
    let kinds = body.content.iter().filter_map(|(name, content)| {
        let RefOr::T(content) = content else {
            return None;
        };
        let kind = parts(&shape::kind(content.schema.as_ref()?));
        Some(view! { <li><code>{name.clone()}</code> ": " {kind}</li> })
    });
    Some(view! {
        <h4>"Body"</h4>
        <ul>{kinds.collect_view()}</ul>
    })
}

/// A command that makes the call.
fn curl(call: &Call<'_>, site: &str) -> String {
    let mut path = call.path.to_owned();
    let mut query = Vec::new();
    for parameter in parameters(call) {
        let Some(value) = of(parameter, "example") else {
            continue;
        };
        let value = match &value {
            Value::Array(values) => values.first().map(shape::plain).unwrap_or_default(),
            value => shape::plain(value),
        };
        match parameter.parameter_in {
            ParameterIn::Path => path = path.replace(&format!("{{{}}}", parameter.name), &value),
            _ => query.push(format!("{}={}", parameter.name, escape(&value))),
        }
    }
    let mut address = format!("{site}{}{path}", paths::API);
    if !query.is_empty() {
        address = format!("{address}?{}", query.join("&"));
    }
    let mut lines = Vec::new();
    if right(call.operation).is_some() {
        lines.push("curl -H \"Authorization: Bearer $TOKEN\"".to_owned());
    } else {
        lines.push("curl".to_owned());
    }
    let body = example(call.operation);
    if !matches!((call.method, &body), ("GET", _) | ("POST", Some(_))) {
        lines.push(format!("-X {}", call.method));
    }
    if let Some(body) = body {
        // A quote would end the argument.
        let body = body.to_string().replace('\'', "'\\''");
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("--data '{body}'"));
    }
    lines.push(format!("'{address}'"));
    lines.join(" \\\n  ")
}

/// What comes back, by status.
fn answers(call: &Call<'_>) -> impl IntoView + use<> {
    let responses = &call.operation.responses.responses;
    let rows = responses.iter().filter_map(|(status, response)| {
        let RefOr::T(response) = response else {
            return None;
        };
        let mut kinds: Vec<_> = response
            .content
            .iter()
            .filter_map(|(name, content)| match content {
                RefOr::T(content) => Some((name.clone(), content)),
                RefOr::Ref(_) => None,
            })
            .collect();
        kinds.sort_by_key(|(name, _)| name != "application/json");
        let kinds = kinds.into_iter().map(|(name, content)| {
            let shape = content.schema.as_ref().map(|it| parts(&shape::kind(it)));
            view! { <li>{shape} " " <span class="data-table__note">{name}</span></li> }
        });
        Some(view! {
            <tr>
                <th scope="row">{status.clone()}</th>
                <td class="data-table__cell--text">{marked(&response.description)}</td>
                <td class="data-table__cell--text"><ul class="reference__kinds">{kinds.collect_view()}</ul></td>
            </tr>
        })
    });
    let label = format!("Answers of {}", call.id());
    view! {
        <div class="table-region" role="region" tabindex="0" aria-label=label.clone()>
            <table class="data-table data-table--plain">
                <caption class="visually-hidden">{label.clone()}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Status"</th>
                        <th scope="col">"When"</th>
                        <th scope="col">"Body"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
