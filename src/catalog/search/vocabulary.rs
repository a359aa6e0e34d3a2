//! The distinct words of a catalog's titles, and how a typed word fits one of them.
//!
//! What a word is stands in [`words_of`], what counts as the same word in [`fold`], and how much
//! is forgiven in [`fit`]. Each typed word is held against all the words; a look at which
//! letters occur settles nearly all of them before an edit distance is worked out.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Quality;

/// How well a word of a query fits a word of the catalog, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    pub(super) quality: Quality,
    /// Two for each typing error, and one where the word is unfinished.
    pub(super) faults: u16,
}

impl Fit {
    const EXACT: Self = Self {
        quality: Quality::Words,
        faults: 0,
    };
}

/// The distinct words of the catalog's titles.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    numbers: HashMap<String, usize>,
}

pub(super) struct Word {
    text: String,
    shape: Shape,
    /// The documents that have the word, ascending.
    pub(super) documents: Vec<usize>,
}

impl Vocabulary {
    /// Adds a word of a document, which is the newest so far, and gives the word's number.
    pub(super) fn add(&mut self, text: String, document: usize) -> usize {
        let number = *self.numbers.entry(text).or_insert_with_key(|text| {
            self.words.push(Word {
                text: text.clone(),
                shape: Shape::of(text),
                documents: Vec::new(),
            });
            self.words.len() - 1
        });
        let documents = &mut self.words[number].documents;
        if documents.last() != Some(&document) {
            documents.push(document);
        }
        number
    }

    pub(super) fn find(&self, text: &str) -> Option<usize> {
        self.numbers.get(text).copied()
    }

    /// Finds the words that may be meant by what was typed, the best first.
    pub(super) fn fitting(&self, typed: &str, unfinished: bool) -> Vec<(Fit, &Word)> {
        let shape = Shape::of(typed);
        if !unfinished && shape.forgiven() == 0 {
            let exact = self.find(typed).map(|number| &self.words[number]);
            return exact.map(|word| (Fit::EXACT, word)).into_iter().collect();
        }
        let fits = |word| Some((fit(typed, shape, word, unfinished)?, word));
        let mut fitting: Vec<_> = self.words.iter().filter_map(fits).collect();
        fitting.sort_by_key(|(fit, _)| *fit);
        fitting
    }
}

/// What tells cheaply that two words are more than a few typing errors apart.
#[derive(Clone, Copy)]
struct Shape {
    chars: usize,
    /// A bit for each letter that occurs; characters outside a to z share six bits.
    letters: u32,
    has_digit: bool,
}

impl Shape {
    fn of(word: &str) -> Self {
        let bit = |c: char| match c {
            'a'..='z' => c as u32 - 'a' as u32,
            _ => 26 + c as u32 % 6,
        };
        Self {
            chars: word.chars().count(),
            letters: word.chars().fold(0, |letters, c| letters | 1 << bit(c)),
            has_digit: word.contains(char::is_numeric),
        }
    }

    /// The typing errors that a word of this shape may have.
    fn forgiven(self) -> usize {
        match self.chars {
            _ if self.has_digit => 0,
            0..4 => 0,
            4..8 => 1,
            _ => 2,
        }
    }
}

/// Says how a typed word fits a word of the catalog, if it does.
fn fit(typed: &str, shape: Shape, word: &Word, unfinished: bool) -> Option<Fit> {
    let forgiven = shape.forgiven();
    // Each error accounts for one letter at most that only the typed word has.
    if (shape.letters & !word.shape.letters).count_ones() as usize > forgiven {
        return None;
    }
    if word.text == typed {
        return Some(Fit::EXACT);
    }
    if unfinished && word.text.starts_with(typed) {
        let (quality, faults) = (Quality::Prefix, 1);
        return Some(Fit { quality, faults });
    }
    if forgiven == 0 {
        return None;
    }
    let length = word.shape.chars;
    (shape.chars - forgiven..=shape.chars + forgiven)
        .filter(|&chars| chars == length || (unfinished && chars < length))
        .filter_map(|chars| {
            let errors = strsim::osa_distance(typed, first_chars(&word.text, chars));
            (errors <= forgiven).then(|| Fit {
                quality: Quality::Fuzzy,
                faults: 2 * errors as u16 + u16::from(chars < length),
            })
        })
        .min()
}

fn first_chars(text: &str, chars: usize) -> &str {
    let end = text.char_indices().nth(chars);
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// Takes case and accents away, so that only the letters themselves tell words apart.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let lower = text.nfkd().flat_map(char::to_lowercase);
    for c in lower.filter(|&c| !is_combining_mark(c)) {
        match c {
            // Letters that are typed as others and that Unicode does not take apart.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            // "Schindlers" is as good as "Schindler's".
            '\'' | '’' | '‘' | 'ʼ' | '`' => {}
            _ => folded.push(c),
        }
    }
    folded
}

/// Gives the words of a text in their order, folded.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Gives what is written as several words without a space as one: "spiderman" for "Spider-Man".
pub(super) fn compounds_of(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().filter_map(|chunk| {
        let words = words_of(chunk);
        (words.len() > 1).then(|| words.concat())
    })
}
