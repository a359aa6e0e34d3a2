//! Who chose what, by dense numbers: the part that models learn from, and the part that is held back.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};

use crate::counting::Baskets;

/// One choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    pub user: u32,
    pub item: u32,
    /// A rating or an amount; 1 where the data has none.
    pub weight: f64,
    pub at: Option<DateTime<Utc>>,
}

/// Ids in the order of their bytes, which is the order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    ids: Vec<String>,
}

impl Ids {
    pub fn new(mut ids: Vec<String>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self { ids }
    }

    pub fn number(&self, id: &str) -> Option<u32> {
        let found = self.ids.binary_search_by(|known| known.as_str().cmp(id));
        found.ok().map(|number| number as u32)
    }

    pub fn len(&self) -> u32 {
        self.ids.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn id(&self, number: u32) -> &str {
        &self.ids[number as usize]
    }
}

/// Choices of known users among known items, each pair of them once.
#[derive(Debug, Clone)]
pub struct Choices {
    items: u32,
    /// By user, items rising.
    of_user: Vec<Vec<Choice>>,
}

impl Choices {
    /// Of several choices of one user and item the last in time holds, of those without a time the
    /// last that came.
    ///
    /// # Panics
    /// When a number is not below its count.
    pub fn new(users: u32, items: u32, choices: impl IntoIterator<Item = Choice>) -> Self {
        let mut newest: HashMap<(u32, u32), Choice> = HashMap::new();
        for choice in choices {
            assert!(choice.item < items, "BUG: an item out of range");
            let kept = newest.entry((choice.user, choice.item)).or_insert(choice);
            if kept.at <= choice.at {
                *kept = choice;
            }
        }
        let mut of_user = vec![Vec::new(); users as usize];
        for choice in newest.into_values() {
            of_user[choice.user as usize].push(choice);
        }
        for choices in &mut of_user {
            choices.sort_unstable_by_key(|choice| choice.item);
        }
        Self { items, of_user }
    }

    /// Number of users, those without a choice included.
    pub fn users(&self) -> u32 {
        self.of_user.len() as u32
    }

    /// Number of items, those that nobody chose included.
    pub fn items(&self) -> u32 {
        self.items
    }

    /// Number of choices.
    pub fn len(&self) -> usize {
        self.of_user.iter().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.of_user.iter().all(Vec::is_empty)
    }

    /// What a user chose, items rising.
    pub fn of(&self, user: u32) -> &[Choice] {
        &self.of_user[user as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = Choice> {
        self.of_user.iter().flatten().copied()
    }

    /// When the newest choice was made; none where the data has no times.
    pub fn newest(&self) -> Option<DateTime<Utc>> {
        self.iter().filter_map(|choice| choice.at).max()
    }

    /// What each user chose as a basket; users without a choice are left out.
    pub fn baskets(&self, threads: NonZeroUsize) -> Baskets {
        let chosen = self.of_user.iter().filter(|chosen| !chosen.is_empty());
        let numbered = (0..).zip(chosen.clone());
        let pairs = numbered
            .flat_map(|(basket, chosen)| chosen.iter().map(move |choice| (basket, choice.item)));
        Baskets::from_pairs(self.items, chosen.count() as u32, pairs.collect(), threads)
    }
}
