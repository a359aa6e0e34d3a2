//! Finding an item by what somebody typed, errors and all.
//!
//! Titles are taken apart into words without case and accents; each word of a query is held
//! against the distinct words of the catalog once, and the items that have them are ranked. A
//! word of four letters or more may have one typing error (a letter wrong, missing, too many, or
//! two swapped), of eight or more two; the last word may be unfinished; the order is free. A word
//! with a digit in it must be right, since another number means another thing.
//!
//! It does not know what words mean (no synonyms, no stems), does not look inside words, and
//! does not read more of a query than [`MAX_QUERY_CHARS`]. It is built once and never changed: a
//! changed catalog builds another.

#[cfg(test)]
mod tests;
mod vocabulary;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use vocabulary::{Fit, Vocabulary, compounds_of, fold, words_of};

/// The characters of a query that are read; what is typed after them is ignored.
pub const MAX_QUERY_CHARS: usize = 100;

/// How well an item fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The query is the item's id, give or take case and accents.
    Id,
    /// The query has all the title's words, those that stand in brackets or not, and no others.
    Title,
    /// Every word of the query is in the title.
    Words,
    /// The last word is the beginning of one in the title, the others are in it.
    Prefix,
    /// Some word is in the title but for typing errors.
    Fuzzy,
    /// All words but one were found; given only where no item has all of three or more.
    Partial,
}

/// An item that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The item's dense number.
    pub number: u32,
    pub quality: Quality,
}

/// The items of one catalog, ready to be searched.
pub struct Search {
    documents: Vec<Document>,
    /// The documents with an id, by the id without case and accents.
    ids: HashMap<String, Vec<usize>>,
    vocabulary: Vocabulary,
}

struct Document {
    number: u32,
    popularity: u32,
    id: Box<str>,
    /// The words outside brackets, which a query must have to be the title.
    core: Vec<usize>,
}

impl Document {
    fn is_called(&self, typed: &HashSet<usize>) -> bool {
        self.core.iter().all(|word| typed.contains(word))
    }
}

/// What orders the items that were found, the best first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    quality: Quality,
    faults: u16,
    popularity: Reverse<u32>,
    number: u32,
}

impl Search {
    /// Reads the items, each as its dense number, id, title and popularity.
    ///
    /// Of two items that fit a query equally well the one with the greater popularity comes
    /// first, then the one with the lesser number.
    pub fn new<'a>(items: impl IntoIterator<Item = (u32, &'a str, &'a str, u32)>) -> Self {
        let mut search = Self {
            documents: Vec::new(),
            ids: HashMap::new(),
            vocabulary: Vocabulary::default(),
        };
        for (number, id, title, popularity) in items {
            let document = search.documents.len();
            for word in words_of(title).into_iter().chain(compounds_of(title)) {
                search.vocabulary.add(word, document);
            }
            let core = words_of(&outside_brackets(title)).into_iter();
            let core = core
                .map(|word| search.vocabulary.add(word, document))
                .collect();
            search.ids.entry(fold(id)).or_default().push(document);
            search.documents.push(Document {
                number,
                popularity,
                id: id.into(),
                core,
            });
        }
        search
    }

    /// Finds at most `limit` items for what was typed, the best first; any text is a query.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit> {
        let query: String = query.trim().chars().take(MAX_QUERY_CHARS).collect();
        let mut places = self.places_by_words(&query);
        places.extend(self.places_by_id(&query));
        places.sort_unstable();
        let mut given = HashSet::new();
        let hits = places.into_iter().map(|place| Hit {
            number: place.number,
            quality: place.quality,
        });
        hits.filter(|hit| given.insert(hit.number))
            .take(limit)
            .collect()
    }

    fn places_by_id(&self, query: &str) -> impl Iterator<Item = Place> {
        let documents = self.ids.get(&fold(query)).into_iter().flatten();
        documents.map(|&document| {
            let to_the_letter = *self.documents[document].id == *query;
            self.place(document, Quality::Id, u16::from(!to_the_letter))
        })
    }

    fn places_by_words(&self, query: &str) -> Vec<Place> {
        let words = words_of(query);
        let standings = self.standings(&words);
        let most = standings.iter().map(|s| s.words_found).max().unwrap_or(0);
        let missing = words.len() - usize::from(most);
        if most == 0 || missing > usize::from(words.len() >= 3) {
            return Vec::new();
        }
        let numbers = words.iter().filter_map(|word| self.vocabulary.find(word));
        let typed: HashSet<usize> = numbers.collect();
        (standings.iter().enumerate())
            .filter(|(_, standing)| standing.words_found == most)
            .map(|(document, standing)| {
                let quality = match standing.worst {
                    _ if missing > 0 => Quality::Partial,
                    Quality::Words if self.documents[document].is_called(&typed) => Quality::Title,
                    worst => worst,
                };
                self.place(document, quality, standing.faults)
            })
            .collect()
    }

    /// Looks the query's words up, the last of which may be unfinished.
    fn standings(&self, words: &[String]) -> Vec<Standing> {
        let mut standings = vec![Standing::NEW; self.documents.len()];
        for (at, word) in (1..).zip(words) {
            let last = usize::from(at) == words.len();
            for (fit, found) in self.vocabulary.fitting(word, last) {
                for &document in &found.documents {
                    standings[document].add(at, fit);
                }
            }
        }
        standings
    }

    fn place(&self, document: usize, quality: Quality, faults: u16) -> Place {
        let document = &self.documents[document];
        Place {
            quality,
            faults,
            popularity: Reverse(document.popularity),
            number: document.number,
        }
    }
}

/// What is known of a document while a query's words are looked up one after another.
///
/// Every query has one for each item, so they are small.
#[derive(Clone)]
struct Standing {
    words_found: u16,
    last_found: Option<u16>,
    worst: Quality,
    faults: u16,
}

impl Standing {
    const NEW: Self = Self {
        words_found: 0,
        last_found: None,
        worst: Quality::Words,
        faults: 0,
    };

    /// Adds the query's word at `at`; of its fits only the first one, the best, counts.
    fn add(&mut self, at: u16, fit: Fit) {
        if self.last_found != Some(at) {
            self.words_found += 1;
            self.last_found = Some(at);
            self.worst = self.worst.max(fit.quality);
            self.faults += fit.faults;
        }
    }
}

/// Leaves out what stands in round brackets, unless no word would be left.
fn outside_brackets(title: &str) -> String {
    let mut depth = 0_usize;
    let outside = title.chars().map(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => return c,
            _ => {}
        }
        ' '
    });
    let outside: String = outside.collect();
    if words_of(&outside).is_empty() {
        title.to_owned()
    } else {
        outside
    }
}
