//! The files of a `MovieLens` directory, in its three shapes.
//!
//! 100k has `u.data` and `u.item`, 1M and 10M have `ratings.dat` and `movies.dat`, the later ones
//! `ratings.csv` and `movies.csv`. Ratings are interactions and films are items, so the common
//! readers take them once the columns have names; only `u.item`, which has a column of 0 and 1 for
//! each genre, has a reader of its own. The first genre is the primary category; `unknown` and
//! `(no genres listed)` are none.

use std::collections::VecDeque;

use super::Record;
use super::delimited::Dialect;
use super::reading::{RowReader, Verdict, required_id};
use super::row::{Fault, Row};
use super::rows::Shape;
use super::source::Table;
use super::values;
use crate::interactions::types::ItemRecord;

const RATING_COLUMNS: &[&str] = &["userId", "movieId", "rating", "timestamp"];
const FILM_COLUMNS: &[&str] = &["movieId", "title", "genres"];

const FLAG_COLUMNS: &[&str] = &[
    "movie id",
    "movie title",
    "release date",
    "video release date",
    "IMDb URL",
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
];
const TITLE: usize = 1;
const LINK: usize = 4;
/// After `unknown`, which names no genre.
const FIRST_GENRE: usize = 6;

/// The pairs of files that make a directory one of `MovieLens`: films, then ratings.
pub(super) const PAIRS: [[&str; 2]; 3] = [
    ["u.item", "u.data"],
    ["movies.dat", "ratings.dat"],
    ["movies.csv", "ratings.csv"],
];

/// How a file with this name is read, if it is one of `MovieLens`.
pub(super) fn part(name: &str) -> Option<(Shape, Table)> {
    let plain = |separator| Dialect {
        separator,
        quotes: false,
    };
    let csv = Dialect {
        separator: ",",
        quotes: true,
    };
    Some(match name {
        "u.item" => (
            Shape::Headless(plain("|"), FLAG_COLUMNS),
            Table::FlaggedFilms,
        ),
        "movies.dat" => (Shape::Headless(plain("::"), FILM_COLUMNS), Table::Items),
        "movies.csv" => (Shape::Delimited(csv), Table::Items),
        "u.data" => (
            Shape::Headless(plain("\t"), RATING_COLUMNS),
            Table::Interactions,
        ),
        "ratings.dat" => (
            Shape::Headless(plain("::"), RATING_COLUMNS),
            Table::Interactions,
        ),
        "ratings.csv" => (Shape::Delimited(csv), Table::Interactions),
        _ => return None,
    })
}

/// The films of `u.item`.
#[derive(Debug)]
pub(super) struct FlaggedFilms;

impl RowReader for FlaggedFilms {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        let categories: Vec<String> = (FIRST_GENRE..FLAG_COLUMNS.len())
            .filter(|&column| row.cell(column).trim() == "1")
            .map(|column| FLAG_COLUMNS[column].to_owned())
            .collect();
        records.push_back(Record::Item(ItemRecord {
            item_id: required_id(row, 0)?,
            title: row.read(TITLE, values::text)?,
            category: categories.first().cloned(),
            categories,
            available: true,
            image: None,
            link: row.read(LINK, values::text)?,
        }));
        Ok(Verdict::Taken)
    }

    fn short_columns(&self) -> Vec<usize> {
        Vec::new()
    }
}
