//! Records of items from JSON objects with the contract's own names for fields, as programs put
//! them.

use serde_json::{Map, Value};

use super::values;
use crate::interactions::types::ItemRecord;

/// The fields an object may have.
const FIELDS: [&str; 7] = [
    "item_id",
    "title",
    "category",
    "categories",
    "available",
    "image",
    "link",
];

/// Reads one, or says which field is at fault and why.
pub fn read_item(object: &Map<String, Value>) -> Result<ItemRecord, String> {
    if let Some(unknown) = object.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(format!(
            "{unknown}: there is no such field (there are: {})",
            FIELDS.join(", ")
        ));
    }
    let item_id = field(object, "item_id", |cell| {
        values::id(cell)?.ok_or_else(|| "the id is missing".to_owned())
    })?;
    let text = |name| field(object, name, values::text);
    let available = field(object, "available", values::truth)?;
    let categories = categories(object, text("category")?)?;
    Ok(ItemRecord {
        item_id,
        title: text("title")?,
        category: categories.first().cloned(),
        categories,
        available: available.unwrap_or(true),
        image: text("image")?,
        link: text("link")?,
    })
}

/// The primary category first, then the others, each once.
fn categories(object: &Map<String, Value>, primary: Option<String>) -> Result<Vec<String>, String> {
    let listed = match object.get("categories") {
        None | Some(Value::Null) => &Vec::new(),
        Some(Value::Array(listed)) => listed,
        Some(_) => return Err("categories: a list of texts is wanted here".to_owned()),
    };
    let mut categories: Vec<String> = primary.into_iter().collect();
    for category in listed {
        let category = single(category).and_then(|cell| values::text(&cell));
        let category = category.map_err(|reason| format!("categories: {reason}"))?;
        if let Some(category) = category.filter(|name| !categories.contains(name)) {
            categories.push(category);
        }
    }
    Ok(categories)
}

fn field<T>(
    object: &Map<String, Value>,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, String> {
    let cell = single(object.get(name).unwrap_or(&Value::Null));
    let value = cell.and_then(|cell| parse(&cell));
    value.map_err(|reason| format!("{name}: {reason}"))
}

/// One value as the text that a file would hold.
fn single(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Array(_) | Value::Object(_) => Err("one text or number is wanted here".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(object: &Value) -> Result<ItemRecord, String> {
        read_item(object.as_object().expect("a test's own object"))
    }

    #[test]
    fn an_object_is_read_with_all_its_fields() {
        let object = json!({
            "item_id": 7, "title": " A  thing ", "category": "Food", "available": false,
            "categories": ["Sweet", "Food", "Sweet", ""], "image": "https://x/7.png", "link": null,
        });
        let expected = ItemRecord {
            item_id: "7".to_owned(),
            title: Some("A thing".to_owned()),
            category: Some("Food".to_owned()),
            categories: vec!["Food".to_owned(), "Sweet".to_owned()],
            available: false,
            image: Some("https://x/7.png".to_owned()),
            link: None,
        };
        assert_eq!(read(&object), Ok(expected));
        let least = read(&json!({"item_id": "i"})).expect("sound");
        assert_eq!(
            (least.title, least.category, least.available),
            (None, None, true)
        );
        let first = read(&json!({"item_id": "i", "categories": ["A", "B"]})).expect("sound");
        assert_eq!(first.category.as_deref(), Some("A"));
    }

    #[test]
    fn a_fault_names_its_field() {
        for (object, reason) in [
            (json!({"title": "T"}), "item_id: the id is missing"),
            (
                json!({"item_id": "i", "title": ["T"]}),
                "title: one text or number is wanted here",
            ),
            (
                json!({"item_id": "i", "categories": "A|B"}),
                "categories: a list of texts is wanted here",
            ),
            (
                json!({"item_id": "i", "categories": [{}]}),
                "categories: one text or number is wanted here",
            ),
            (
                json!({"item_id": "i", "available": "perhaps"}),
                "available: this is neither true nor false",
            ),
        ] {
            assert_eq!(read(&object), Err(reason.to_owned()), "{object}");
        }
        let unknown = read(&json!({"item_id": "i", "price": 3}));
        assert!(unknown.is_err_and(|reason| reason.starts_with("price: there is no such field")));
    }
}
