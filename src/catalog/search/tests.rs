use std::collections::HashMap;
use std::env;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn small() -> Search {
    Search::new([
        (0, "1", "Toy Story (1995)", 215),
        (1, "2", "Toy Story 2 (1999)", 97),
        (2, "3", "Matrix, The (1999)", 278),
        (
            3,
            "4",
            "Amélie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
            120,
        ),
        (4, "5", "Schindler's List (1993)", 220),
        (5, "6", "Spider-Man (2002)", 122),
        (6, "7", "Story of O, The (1975)", 3),
        (7, "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 50),
        (8, "85123a", "HEART OF GLASS", 40),
        (9, "x1", "Storyteller (2001)", 500),
        (10, "x2", "Straße nach Łódź", 1),
        (11, "x3", "1984", 9),
    ])
}

fn found(query: &str) -> Vec<u32> {
    small()
        .find(query, 20)
        .iter()
        .map(|hit| hit.number)
        .collect()
}

fn first(query: &str) -> Option<(u32, Quality)> {
    let hit = *small().find(query, 1).first()?;
    Some((hit.number, hit.quality))
}

#[test]
fn an_id_is_found_first_and_to_the_letter_before_any_case() {
    assert_eq!(first("1"), Some((0, Quality::Id)));
    assert_eq!(found("85123A"), [7, 8]);
    assert_eq!(found("85123a"), [8, 7]);
    assert_eq!(first(" X3 "), Some((11, Quality::Id)));
}

#[test]
fn the_kinds_of_fit_rank_before_popularity() {
    assert_eq!(found("story"), [0, 1, 6, 9]);
    assert_eq!(first("toy story 2"), Some((1, Quality::Title)));
    assert_eq!(first("toy story"), Some((0, Quality::Title)));
    assert_eq!(first("toy sto"), Some((0, Quality::Prefix)));
    assert_eq!(first("toy stroy"), Some((0, Quality::Fuzzy)));
}

#[test]
fn words_may_come_in_any_order_and_any_case_and_without_accents() {
    for query in [
        "matrix the",
        "The Matrix",
        "MATRIX, THE (1999)",
        "1999 the matrix",
    ] {
        assert_eq!(first(query), Some((2, Quality::Title)), "{query}");
    }
    assert_eq!(first("amelie"), Some((3, Quality::Title)));
    assert_eq!(first("AMÉLIE"), Some((3, Quality::Title)));
    assert_eq!(first("lodz strasse nach"), Some((10, Quality::Title)));
}

#[test]
fn apostrophes_and_hyphens_may_be_left_out() {
    assert_eq!(first("schindlers list"), Some((4, Quality::Title)));
    assert_eq!(first("spiderman"), Some((5, Quality::Words)));
    assert_eq!(first("spider-man"), Some((5, Quality::Title)));
}

#[test]
fn one_error_is_forgiven_from_four_letters_on_and_two_from_eight_on() {
    let check = |query: &str, expected: Option<u32>| {
        assert_eq!(first(query).map(|hit| hit.0), expected, "{query}");
    };
    check("matrx the", Some(2));
    check("amtrix the", Some(2));
    check("maatrix the", Some(2));
    check("mtrx the", None);
    check("tyo story", None);
    check("shcindelrs list", Some(4));
    check("schidnl", Some(4));
    check("1985", None);
}

#[test]
fn one_word_of_three_may_be_wrong_where_nothing_has_them_all() {
    assert_eq!(first("toy story eleven"), Some((0, Quality::Partial)));
    assert_eq!(first("story eleven"), None);
}

#[test]
fn nothing_is_found_for_nothing() {
    for query in ["", "   ", "?!", "´", "\u{301}"] {
        assert_eq!(found(query), [0; 0], "{query:?}");
    }
    assert_eq!(small().find("story", 0), []);
    assert_eq!(Search::new([]).find("story", 5), []);
}

#[test]
fn what_is_typed_past_the_limit_is_ignored() {
    let query = format!("{}toy story{}", " ".repeat(90), " zzzz".repeat(50));
    assert_eq!(first(&query), None);
    let query = format!("toy{}story zzzz zzzz", " ".repeat(MAX_QUERY_CHARS - 8));
    assert_eq!(first(&query), Some((0, Quality::Title)));
}

proptest! {
    #[test]
    fn any_text_is_a_query_and_gives_each_item_once_at_most(
        query in any::<String>(), limit in 0..9usize,
    ) {
        let hits = small().find(&query, limit);
        prop_assert!(hits.len() <= limit);
        prop_assert!(hits.is_sorted_by_key(|hit| hit.quality));
        prop_assert!((0..hits.len()).all(|i| !hits[..i].iter().any(|h| h.number == hits[i].number)));
    }

    #[test]
    fn any_title_is_found_by_its_own_words(titles in prop::collection::vec(any::<String>(), 1..9)) {
        let items = titles.iter().zip(0..).map(|(title, number)| (number, "id", title.as_str(), 0));
        let search = Search::new(items);
        for (title, number) in titles.iter().zip(0..) {
            let read: String = title.trim().chars().take(MAX_QUERY_CHARS).collect();
            if read == title.trim() && !words_of(title).is_empty() {
                let hits = search.find(title, 9);
                let hit = Hit { number, quality: Quality::Title };
                prop_assert!(hits.contains(&hit), "{title:?} gives {hits:?}");
            }
        }
    }

    #[test]
    fn two_letters_swapped_in_a_long_word_are_forgiven(at in 0..6usize) {
        let mut typed: Vec<char> = "holders".chars().collect();
        typed.swap(at, at + 1);
        let typed: String = typed.into_iter().collect();
        let search = Search::new([(0, "a", "holders", 0)]);
        prop_assert_eq!(search.find(&typed, 1).len(), 1);
    }
}

/// The films of the shared data directory with the number of ratings as their popularity.
fn films() -> Option<Vec<(String, String, u32)>> {
    let shared = env::var_os("TANDEM_SHARED_DATA").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = shared.unwrap_or_else(beside).join("ml-latest-small");
    if !folder.is_dir() {
        eprintln!(
            "skipped: the shared data directory has no {}",
            folder.display()
        );
        return None;
    }
    let read = |name: &str| csv::Reader::from_path(folder.join(name)).expect("the file is there");
    let mut chosen: HashMap<String, u32> = HashMap::new();
    for row in read("ratings.csv").records() {
        let row = row.expect("the row can be read");
        *chosen.entry(row[1].to_owned()).or_default() += 1;
    }
    let film = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.expect("the row can be read");
        let popularity = chosen.get(&row[0]).copied().unwrap_or(0);
        (row[0].to_owned(), row[1].to_owned(), popularity)
    };
    Some(read("movies.csv").records().map(film).collect())
}

#[test]
fn films_are_found_by_what_people_type() {
    let Some(films) = films() else { return };
    let items = films.iter().zip(0..);
    let search = Search::new(items.map(|((id, title, chosen), n)| (n, &**id, &**title, *chosen)));
    for (typed, expected) in [
        ("toy stroy", "Toy Story (1995)"),
        ("matrix the", "Matrix, The (1999)"),
        (
            "amelie",
            "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
        ),
        ("pulp ficton", "Pulp Fiction (1994)"),
        ("forest gump", "Forrest Gump (1994)"),
        ("shawshenk redemtion", "Shawshank Redemption, The (1994)"),
        ("silense of the lambs", "Silence of the Lambs, The (1991)"),
        ("jurasic park", "Jurassic Park (1993)"),
        ("schindlers lsit", "Schindler's List (1993)"),
        ("godfathr", "Godfather, The (1972)"),
        ("spiderman", "Spider-Man (2002)"),
        (
            "star wars a new hoep",
            "Star Wars: Episode IV - A New Hope (1977)",
        ),
        (
            "lord of the rigns fellowship",
            "Lord of the Rings: The Fellowship of the Ring, The (2001)",
        ),
        ("brav", "Braveheart (1995)"),
        ("termniator 2", "Terminator 2: Judgment Day (1991)"),
        ("indpendence day", "Independence Day (a.k.a. ID4) (1996)"),
        ("gladaitor", "Gladiator (2000)"),
        ("usual suspcets the", "Usual Suspects, The (1995)"),
        ("12 monkys", "Twelve Monkeys (a.k.a. 12 Monkeys) (1995)"),
        (
            "eternal sunshin of the spotles mind",
            "Eternal Sunshine of the Spotless Mind (2004)",
        ),
        ("wall e", "WALL·E (2008)"),
        (
            "leon professional",
            "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)",
        ),
        ("2571", "Matrix, The (1999)"),
    ] {
        let hits = search.find(typed, 1);
        let title = hits
            .first()
            .map(|hit| films[hit.number as usize].1.as_str());
        assert_eq!(title, Some(expected), "{typed}");
    }
}
