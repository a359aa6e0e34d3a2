//! The OpenAPI document: what the calls say of themselves, with what holds for all of them.

use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder};
use utoipa::openapi::security::{SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, Content, HeaderBuilder, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, Ref,
    RefOr, Required, Response, ResponseBuilder, Schema, Server, Type,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::calls::calls;
use super::{paths, present};
use crate::accounts::identify::SESSION;
use crate::accounts::types::{Right, Role};
use crate::error::respond::Problem;
use crate::wire::read::{BODY_MOST, MIB};

/// What belongs together, in the order in which one reads it.
const TAGS: [(&str, &str); 9] = [
    (
        "Catalogs",
        "One body of items each, with the rules that say what is counted.",
    ),
    ("Items", "What can be chosen and recommended."),
    ("Interactions", "What people choose, as it happens."),
    (
        "Recommendations",
        "What goes with an item, a basket or what a user chose, and why.",
    ),
    (
        "Co-occurrence",
        "For each pair the baskets that hold both, with every measure.",
    ),
    ("Feedback", "What people do with suggestions."),
    (
        "Flags",
        "People say that a suggestion is wrong, and others decide.",
    ),
    (
        "Overrides",
        "People change what is served, until an end, with an undo.",
    ),
    ("Description", "What describes all of this."),
];

const ABOUT: &str = "Ids are the catalog's own, as strings. Times are RFC 3339 in UTC. Every error \
    is a problem document (RFC 9457) whose `detail` says what is wrong, where and what to do; one \
    with status 503 may be sent again after `Retry-After` seconds. Lists that grow come in pages: \
    an answer's `next` is the `cursor` of the page after it, and null on the last. Answers with an \
    `ETag` are not sent again to who gives it as `If-None-Match`. Answers are private to who asked: \
    no cache between may keep them. A call that has not begun to answer after a minute is given up.";

/// The document, and its text.
pub struct Document {
    openapi: OpenApi,
    text: String,
}

impl Document {
    pub fn openapi(&self) -> &OpenApi {
        &self.openapi
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The description of the calls that this server answers.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
        let openapi = describe(calls().into_openapi());
        Document {
            text: serde_json::to_string(&openapi).expect("BUG: a description is plain data"),
            openapi,
        }
    });
    &DOCUMENT
}

fn describe(mut openapi: OpenApi) -> OpenApi {
    openapi.info = InfoBuilder::new()
        .title("Tandem")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    openapi.servers = Some(vec![Server::new(paths::API)]);
    openapi.security = Some(
        [TOKEN, COOKIE]
            .map(|scheme| SecurityRequirement::new(scheme, [] as [&str; 0]))
            .to_vec(),
    );
    openapi.tags = Some(
        TAGS.map(|(name, about)| {
            TagBuilder::new()
                .name(name)
                .description(Some(about))
                .build()
        })
        .to_vec(),
    );
    let components = openapi.components.get_or_insert_with(Components::new);
    let problem = (Problem::name().into_owned(), Problem::schema());
    components.schemas.extend([problem]);
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    for (path, item) in &mut openapi.paths.paths {
        for (_, operation) in operations_mut(item) {
            complete(path, operation);
        }
    }
    present::require(&mut openapi);
    openapi
}

const TOKEN: &str = "token";
const COOKIE: &str = "session";

fn schemes() -> [(&'static str, SecurityScheme); 2] {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token from `tandem token create`; it carries a role, and may be for one catalog.",
        ))
        .build();
    let session = ApiKeyValue::with_description(
        SESSION,
        "The cookie of somebody who is signed in. A call that changes something must come from \
         Tandem's own pages.",
    );
    [
        (TOKEN, SecurityScheme::Http(token)),
        (COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(session))),
    ]
}

/// The calls of one address.
pub fn operations(item: &PathItem) -> impl Iterator<Item = (HttpMethod, &Operation)> {
    [
        (HttpMethod::Get, &item.get),
        (HttpMethod::Put, &item.put),
        (HttpMethod::Post, &item.post),
        (HttpMethod::Patch, &item.patch),
        (HttpMethod::Delete, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Delete, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The right that a call needs, as its description names it; none for what is for everybody.
pub fn right(operation: &Operation) -> Option<Right> {
    let name = extension(operation, "x-right")?;
    Some(serde_json::from_value(name.clone()).expect("BUG: a call names an unknown right"))
}

/// A body that a call takes, as its description has it.
pub fn example(operation: &Operation) -> Option<Value> {
    let RefOr::T(body) = operation.request_body.as_ref()? else {
        return None;
    };
    let RefOr::T(content) = body.content.get("application/json")? else {
        return None;
    };
    if let Some(example) = &content.example {
        return Some(example.clone());
    }
    let RefOr::Ref(reference) = content.schema.as_ref()? else {
        return None;
    };
    let name = reference.ref_location.rsplit('/').next()?;
    let schemas = &document().openapi().components.as_ref()?.schemas;
    match schemas.get(name)? {
        RefOr::T(Schema::Object(object)) => object.example.clone(),
        _ => None,
    }
}

/// Who has a right.
pub fn roles(right: Right) -> Vec<Role> {
    let may = |role: &Role| role.may(right);
    Role::ALL.into_iter().filter(may).collect()
}

fn extension<'a>(operation: &'a Operation, name: &str) -> Option<&'a Value> {
    operation.extensions.as_ref()?.get(name)
}

/// Adds to a call what follows from its right, its address and its body.
fn complete(path: &str, operation: &mut Operation) {
    match right(operation) {
        Some(right) => {
            let extensions = operation.extensions.get_or_insert_default();
            extensions.insert("x-roles".to_owned(), json!(roles(right)));
        }
        // Nobody need say who they are.
        None => operation.security = Some(vec![SecurityRequirement::default()]),
    }
    if extension(operation, "x-tagged") == Some(&json!(true)) {
        add_tag(operation);
    }
    for (status, why) in failures(path, operation) {
        let responses = &mut operation.responses.responses;
        let response = responses.entry(status.to_string());
        response.or_insert_with(|| RefOr::T(Response::new(why)));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && (status.starts_with('4') || status.starts_with('5'))
            && response.content.is_empty()
        {
            let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
            let kind = "application/problem+json".to_owned();
            response.content.insert(kind, RefOr::T(problem));
        }
    }
}

/// How a call can fail, whatever it does.
fn failures(path: &str, operation: &Operation) -> Vec<(u16, String)> {
    let mut failures = vec![
        (
            500,
            "A fault of ours; the log has the cause under the reference.".to_owned(),
        ),
        (
            503,
            "Not now: a queue is full, or the answer took too long.".to_owned(),
        ),
    ];
    let mut fails = |status: u16, why: &str| failures.push((status, why.to_owned()));
    if let Some(right) = right(operation) {
        fails(401, "Nobody is signed in, or the token is not known.");
        let need = right.need();
        fails(
            403,
            &format!("The role does not allow this: it needs {need}."),
        );
    }
    if path.contains('{') {
        fails(404, "Something that the address names is not there.");
    }
    let asks =
        |parameter: &RefOr<_>| matches!(parameter, RefOr::T(parameter) if is_query(parameter));
    let has_query = operation.parameters.iter().flatten().any(asks);
    if has_query || operation.request_body.is_some() {
        fails(
            422,
            "A parameter or a field can't be taken; `field` names it.",
        );
    }
    if operation.request_body.is_some() {
        let mib = extension(operation, "x-body-mib").and_then(Value::as_u64);
        let mib = mib.unwrap_or((BODY_MOST / MIB) as u64);
        fails(
            400,
            "The body is not whole JSON; the sentence names line and column.",
        );
        fails(
            409,
            "The state of things, or a page of another site, does not allow it.",
        );
        fails(413, &format!("The body is longer than {mib} MiB."));
        fails(415, "The body calls itself something else than JSON.");
    }
    failures
}

fn is_query(parameter: &utoipa::openapi::path::Parameter) -> bool {
    matches!(parameter.parameter_in, ParameterIn::Query)
}

/// The tag of an answer, and the short answer to who has it.
fn add_tag(operation: &mut Operation) {
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    let tag = || {
        HeaderBuilder::new()
            .schema(Some(text()))
            .description(Some("Stands for the answer as long as it stays the same."))
            .build()
    };
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("ETag".to_owned(), RefOr::T(tag()));
        }
    }
    let known = ResponseBuilder::new()
        .description("The answer is the one that has the tag.")
        .header("ETag", tag())
        .build();
    let responses = &mut operation.responses.responses;
    responses.insert("304".to_owned(), RefOr::T(known));
    let parameter = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Tags of answers that are at hand, or `*`."))
        .schema(Some(text()))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(parameter));
}
