//! What answers always hold.
//!
//! A field that may be null is described as one that may also be absent, which is right for what is
//! sent to us. Our own answers leave no such field out: a field without a value is null in them. So
//! every field that may be null is there in each shape that no call takes.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::{Components, OpenApi, RefOr, Schema};

use super::document::operations;
use super::view::shape::admits_null;

/// Marks as required what answers always hold.
pub(super) fn require(openapi: &mut OpenApi) {
    let taken = taken(openapi);
    let shapes = openapi.components.iter_mut();
    let shapes = shapes.flat_map(|components| &mut components.schemas);
    for (_, schema) in shapes.filter(|(name, _)| !taken.contains(*name)) {
        require_in(schema);
    }
}

fn require_in(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            for (name, field) in &object.properties {
                if admits_null(field) && !object.required.contains(name) {
                    object.required.push(name.clone());
                }
            }
            object.properties.values_mut().for_each(require_in);
        }
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(require_in),
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().for_each(require_in),
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

/// The shapes that calls take, and those within them.
fn taken(openapi: &OpenApi) -> BTreeSet<String> {
    let items = openapi.paths.paths.values();
    let bodies = items
        .flat_map(operations)
        .filter_map(|(_, operation)| operation.request_body.as_ref());
    let mut next: Vec<String> = bodies.flat_map(named_in).collect();
    let mut taken = BTreeSet::new();
    while let Some(name) = next.pop() {
        let schemas = openapi
            .components
            .as_ref()
            .map(|components: &Components| &components.schemas);
        if let Some(schema) = schemas.and_then(|schemas| schemas.get(&name)) {
            next.extend(
                named_in(schema)
                    .into_iter()
                    .filter(|name| !taken.contains(name)),
            );
        }
        taken.insert(name);
    }
    taken
}

/// The shapes that a piece of the description names.
fn named_in(piece: &impl serde::Serialize) -> Vec<String> {
    let piece = serde_json::to_value(piece).expect("BUG: a description is plain data");
    let mut names = Vec::new();
    let mut next = vec![&piece];
    while let Some(value) = next.pop() {
        match value {
            Value::Object(fields) => {
                let reference = fields.get("$ref").and_then(Value::as_str);
                names.extend(reference.and_then(|path| Some(path.rsplit_once('/')?.1.to_owned())));
                next.extend(fields.values());
            }
            Value::Array(items) => next.extend(items),
            _ => {}
        }
    }
    names
}
