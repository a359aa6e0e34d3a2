//! What the shop has on its shelves: the lines of `items.txt`.
//!
//! A line without indentation is a category, those below it are its items, the most chosen first.
//! `*` stands before an item that is new, `-` before one that can't be had at the moment; what
//! follows `|` is a second category.

/// One item of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The title in lower-case letters, digits and hyphens.
    pub id: String,
    pub title: &'static str,
    /// Its category's place in [`Shelves::categories`].
    pub category: usize,
    pub second_category: Option<&'static str>,
    pub is_new: bool,
    pub is_available: bool,
}

/// All items, category by category.
#[derive(Debug)]
pub struct Shelves {
    pub categories: Vec<&'static str>,
    pub items: Vec<Item>,
}

impl Shelves {
    pub fn read() -> Self {
        let mut shelves = Self {
            categories: Vec::new(),
            items: Vec::new(),
        };
        for line in include_str!("items.txt").lines() {
            match line.strip_prefix("  ") {
                None => shelves.categories.push(line),
                Some(line) => {
                    let category = shelves.categories.len() - 1;
                    shelves.items.push(item(line, category));
                }
            }
        }
        shelves
    }

    /// The place of an item among all.
    ///
    /// # Panics
    /// Where no item has the id.
    pub fn place(&self, id: &str) -> usize {
        let place = self.items.iter().position(|item| item.id == id);
        place.unwrap_or_else(|| panic!("BUG: the demo has no item {id}"))
    }
}

fn item(line: &'static str, category: usize) -> Item {
    let (is_new, line) = without(line, "* ");
    let (is_gone, line) = without(line, "- ");
    let (title, second_category) = match line.split_once(" | ") {
        Some((title, second)) => (title, Some(second)),
        None => (line, None),
    };
    Item {
        id: id(title),
        title,
        category,
        second_category,
        is_new,
        is_available: !is_gone,
    }
}

fn without<'a>(line: &'a str, mark: &str) -> (bool, &'a str) {
    match line.strip_prefix(mark) {
        Some(rest) => (true, rest),
        None => (false, line),
    }
}

fn id(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '\'');
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<String> = words
        .map(|word| word.replace('\'', "").to_ascii_lowercase())
        .collect();
    words.join("-")
}
