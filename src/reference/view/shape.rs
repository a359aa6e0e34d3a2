//! Schemas in words: of what kind a value is, and which fields an object has.

use serde_json::Value;
use utoipa::openapi::schema::{ArrayItems, SchemaFormat, SchemaType};
use utoipa::openapi::{KnownFormat, Object, Ref, RefOr, Schema, Type};

/// A piece of what a kind is called: words, or the name of a shape to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Words(String),
    Shape(String),
}

/// One field of an object.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) kind: Vec<Part>,
    pub(super) about: String,
}

/// One way in which a shape may look.
pub(super) struct Way {
    pub(super) about: String,
    /// Empty where it is no object.
    pub(super) fields: Vec<Field>,
    pub(super) kind: Vec<Part>,
}

fn words(text: impl Into<String>) -> Vec<Part> {
    vec![Part::Words(text.into())]
}

fn shape_of(reference: &Ref) -> String {
    let name = reference.ref_location.rsplit('/').next();
    name.unwrap_or_default().to_owned()
}

/// What kind of value it is.
pub(super) fn kind(schema: &RefOr<Schema>) -> Vec<Part> {
    match schema {
        RefOr::Ref(reference) => vec![Part::Shape(shape_of(reference))],
        RefOr::T(Schema::Array(array)) => {
            let mut parts = words("list of ");
            match &array.items {
                ArrayItems::RefOrSchema(items) => parts.extend(kind(items)),
                ArrayItems::False => parts.extend(words("nothing")),
            }
            if let Some(most) = array.max_items {
                parts.extend(words(format!(", at most {most}")));
            }
            if is_nullable(&array.schema_type) {
                parts.extend(words(" or null"));
            }
            parts
        }
        RefOr::T(Schema::Object(object)) => words(simple(object)),
        RefOr::T(Schema::OneOf(one)) => joined(&one.items, " or "),
        RefOr::T(Schema::AllOf(all)) => joined(&all.items, " with "),
        RefOr::T(Schema::AnyOf(any)) => joined(&any.items, " or "),
        RefOr::T(_) => words("anything"),
    }
}

fn joined(items: &[RefOr<Schema>], between: &str) -> Vec<Part> {
    // Null is the least of them.
    let (nulls, others): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_null(item));
    let mut parts = Vec::new();
    for item in others.into_iter().chain(nulls) {
        if !parts.is_empty() {
            parts.extend(words(between));
        }
        parts.extend(kind(item));
    }
    parts
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object))
        if matches!(object.schema_type, SchemaType::Type(Type::Null)))
}

/// Whether null is one of its values.
pub(in crate::reference) fn admits_null(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => is_nullable(&object.schema_type),
        RefOr::T(Schema::Array(array)) => is_nullable(&array.schema_type),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().any(is_null),
        RefOr::T(_) | RefOr::Ref(_) => false,
    }
}

fn is_nullable(kind: &SchemaType) -> bool {
    matches!(kind, SchemaType::Array(kinds) if kinds.contains(&Type::Null))
}

fn simple(object: &Object) -> String {
    let kind = match &object.schema_type {
        SchemaType::Type(kind) => Some(kind),
        SchemaType::Array(kinds) => kinds.iter().find(|kind| **kind != Type::Null),
        SchemaType::AnyValue => None,
    };
    let mut text = match (kind, &object.enum_values) {
        (_, Some(values)) => one_of(values),
        (Some(Type::String), _) => string(object),
        (Some(Type::Integer), _) => format!("whole number{}", range(object)),
        (Some(Type::Number), _) => format!("number{}", range(object)),
        (Some(Type::Boolean), _) => "true or false".to_owned(),
        (Some(Type::Null), _) => "null".to_owned(),
        (Some(Type::Object), _) => match &object.additional_properties {
            Some(_) => "object: texts by name".to_owned(),
            None => "object".to_owned(),
        },
        _ => "anything".to_owned(),
    };
    if is_nullable(&object.schema_type) {
        text.push_str(" or null");
    }
    text
}

fn string(object: &Object) -> String {
    let text = match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => "time (RFC 3339)",
        Some(SchemaFormat::KnownFormat(KnownFormat::Binary)) => "bytes",
        _ => "text",
    };
    match object.max_length {
        Some(most) => format!("{text}, at most {most} characters"),
        None => text.to_owned(),
    }
}

fn one_of(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(plain).collect();
    values.join(", ")
}

/// A value as a URL or a sentence has it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn range(object: &Object) -> String {
    // A number of the library can be read as JSON alone.
    let limit = |number: &Option<utoipa::Number>| {
        let value = serde_json::to_value(number.as_ref()?).ok()?;
        value.as_f64().map(|limit| limit.to_string())
    };
    match (limit(&object.minimum), limit(&object.maximum)) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", {least} or more"),
        (None, Some(most)) => format!(", {most} or less"),
        (None, None) => String::new(),
    }
}

/// What a value is, in its own words.
pub(super) fn about(schema: &RefOr<Schema>) -> String {
    let text = match schema {
        RefOr::Ref(reference) => Some(reference.description.clone()),
        RefOr::T(Schema::Array(array)) => array.description.clone(),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        // Of what may be null the other way says what it is.
        RefOr::T(Schema::OneOf(one)) if one.description.is_none() && one.items.len() == 2 => {
            let told = one.items.iter().find(|item| !is_null(item));
            told.map(about)
        }
        RefOr::T(Schema::OneOf(one)) => one.description.clone(),
        RefOr::T(Schema::AllOf(all)) => all.description.clone(),
        RefOr::T(Schema::AnyOf(any)) => any.description.clone(),
        RefOr::T(_) => None,
    };
    text.unwrap_or_default()
}

/// The ways in which a shape may look: one, but for those that are one of several.
pub(super) fn ways(schema: &RefOr<Schema>) -> Vec<Way> {
    match schema {
        RefOr::T(Schema::OneOf(one)) => one.items.iter().map(way).collect(),
        _ => vec![way(schema)],
    }
}

fn way(schema: &RefOr<Schema>) -> Way {
    let fields = match schema {
        RefOr::T(Schema::Object(object)) => fields(object),
        RefOr::T(Schema::AllOf(all)) => all
            .items
            .iter()
            .flat_map(|part| match part {
                RefOr::T(Schema::Object(object)) => fields(object),
                // What is laid flat into the object: its fields stand at its own shape.
                RefOr::Ref(reference) => vec![Field {
                    name: "…".to_owned(),
                    is_required: true,
                    kind: vec![Part::Shape(shape_of(reference))],
                    about: "All fields of this shape.".to_owned(),
                }],
                RefOr::T(_) => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    };
    Way {
        about: about(schema),
        fields,
        kind: kind(schema),
    }
}

fn fields(object: &Object) -> Vec<Field> {
    let properties = object.properties.iter();
    properties
        .map(|(name, schema)| Field {
            name: name.clone(),
            is_required: object.required.contains(name),
            kind: kind(schema),
            about: about(schema),
        })
        .collect()
}
