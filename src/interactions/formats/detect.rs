//! Deciding by looking: which format the files are of, and how each is read.
//!
//! `MovieLens` is known by the names of its files, everything else by content: the first bytes, the
//! names in the header, and for baskets the shape of the lines. What fits nothing is refused with
//! what was looked for. A file is never half of one format and half of another, and all files of
//! one call are of the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::columns::{self, Columns};
use super::delimited::Dialect;
use super::look::{self, Encoding, Looked};
use super::reading::Interactions;
use super::row::Row;
use super::rows::{Rows, Step};
use super::source::{Part, Table};
use super::{BasketRule, Format, FormatError, Names, Options, movielens, shape};

/// Endings of the files that are read out of a folder.
const ENDINGS: [&str; 7] = ["csv", "tsv", "txt", "ndjson", "jsonl", "parquet", "data"];

/// What was recognised.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) format: Format,
    pub(super) basket_rule: BasketRule,
    /// Items, users, then interactions.
    pub(super) parts: Vec<Part>,
}

/// The files that were named, by what they are for.
#[derive(Debug, Default)]
struct Files {
    choices: Vec<PathBuf>,
    items: Option<PathBuf>,
    users: Option<PathBuf>,
    names: Names,
}

pub(super) fn detect(
    paths: &[PathBuf],
    names: &Names,
    options: &Options,
) -> Result<Plan, FormatError> {
    check_map(options)?;
    let files = gather(paths, names, options)?;
    if files.choices.is_empty() {
        return Err(FormatError::NoFiles);
    }
    let of_items = options
        .map
        .iter()
        .find(|(field, _)| columns::is_of_items_alone(field));
    if let (Some((field, _)), None) = (of_items, &files.items) {
        return Err(FormatError::Unfit(format!(
            "--map names a column for {field}, which stands in a table of items: give it \
             with --items"
        )));
    }
    let (format, mut choices) = match movielens_parts(&files, options)? {
        Some(parts) => (Format::Movielens, parts),
        None => other_parts(&files, options)?,
    };
    let basket_rule = match format {
        Format::Movielens => BasketRule::User,
        Format::Interactions => rule_of_interactions(&choices, options)?,
        Format::Auto | Format::Baskets | Format::OnlineRetail => BasketRule::Basket,
    };
    let mut parts = Vec::new();
    for (path, table) in [(&files.items, Table::Items), (&files.users, Table::Users)] {
        if let Some(path) = path {
            let file = Looked::at(path, &files.names)?;
            let shape = shape::of_table(&file, &table, options)?;
            parts.push(Part { file, shape, table });
        }
    }
    // What a format says of its items comes first, so that a table given beside it wins.
    let is_interactions = |part: &Part| !matches!(part.table, Table::Items | Table::FlaggedFilms);
    let films = choices.extract_if(.., |part| !is_interactions(part));
    let mut ordered: Vec<Part> = films.collect();
    ordered.append(&mut parts);
    ordered.append(&mut choices);
    Ok(Plan {
        format,
        basket_rule,
        parts: ordered,
    })
}

fn check_map(options: &Options) -> Result<(), FormatError> {
    if let Some((field, _)) = options
        .map
        .iter()
        .find(|(field, _)| !columns::is_field(field))
    {
        return Err(FormatError::Unfit(format!(
            "--map knows no field `{field}`: use user_id, basket_id, item_id, kind, weight, at, \
             id, title, category, categories, available, image or link"
        )));
    }
    if options.map.is_empty() || matches!(options.format, Format::Auto | Format::Interactions) {
        return Ok(());
    }
    Err(FormatError::Unfit(format!(
        "--map names columns of a table of interactions and does not go with --format {}: leave \
         one of them out",
        options.format.as_str()
    )))
}

/// Puts the files of folders in the place of the folders.
fn gather(paths: &[PathBuf], names: &Names, options: &Options) -> Result<Files, FormatError> {
    let mut files = Files {
        items: options.items.clone(),
        users: options.users.clone(),
        names: names.clone(),
        ..Files::default()
    };
    for path in paths {
        if path.is_dir() {
            gather_folder(path, &mut files)?;
        } else {
            files.choices.push(path.clone());
        }
    }
    Ok(files)
}

fn gather_folder(folder: &Path, files: &mut Files) -> Result<(), FormatError> {
    let unreadable = |source| FormatError::Unreadable {
        file: folder.display().to_string(),
        source,
    };
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    let name_of = |path: &Path| look::name_of(path, &Names::default());
    names.retain(|path| path.is_file() && !name_of(path).starts_with('.'));
    names.sort();
    for pair in movielens::PAIRS {
        if names.iter().any(|path| name_of(path) == pair[0])
            && names.iter().any(|path| name_of(path) == pair[1])
        {
            files.choices.extend(pair.map(|name| folder.join(name)));
            return Ok(());
        }
    }
    let before = files.choices.len();
    for path in names {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !ending.is_some_and(|ending| ENDINGS.contains(&ending.to_lowercase().as_str())) {
            continue;
        }
        match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("items") => drop(files.items.get_or_insert(path)),
            Some("users") => drop(files.users.get_or_insert(path)),
            _ => files.choices.push(path),
        }
    }
    if files.choices.len() == before {
        return Err(FormatError::Refused {
            file: folder.display().to_string(),
            expected: "a folder with choices",
            why: "it holds no CSV, TSV, NDJSON or Parquet and is not MovieLens".to_owned(),
            advice: "name the files themselves",
        });
    }
    Ok(())
}

/// Reads the files as `MovieLens` if their names say so, or if that was asked for.
fn movielens_parts(files: &Files, options: &Options) -> Result<Option<Vec<Part>>, FormatError> {
    let paths = &files.choices;
    let asked = options.format == Format::Movielens;
    if !asked && (options.format != Format::Auto || !options.map.is_empty()) {
        return Ok(None);
    }
    let names = &files.names;
    let has = |name: &str| paths.iter().any(|path| look::name_of(path, names) == name);
    let sure = has("u.data") || has("ratings.dat") || (has("ratings.csv") && has("movies.csv"));
    if !asked && !sure {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for path in paths {
        let file = Looked::at(path, names)?;
        let refused = |why: String| FormatError::Refused {
            file: file.name.clone(),
            expected: "a file of MovieLens",
            why,
            advice: "give the folder as it was unpacked",
        };
        let (shape, table) = movielens::part(&file.name)
            .ok_or_else(|| refused("its name is none of theirs".to_owned()))?;
        shape::check(&file, shape, &table, options).map_err(refused)?;
        parts.push(Part { file, shape, table });
    }
    if parts.iter().any(|part| part.table == Table::Interactions) {
        return Ok(Some(parts));
    }
    Err(FormatError::Unfit(
        "there are films and no ratings: give the MovieLens folder as it was unpacked".to_owned(),
    ))
}

/// Reads the files as any of the other formats.
fn other_parts(files: &Files, options: &Options) -> Result<(Format, Vec<Part>), FormatError> {
    let mut format = None;
    let mut parts: Vec<Part> = Vec::new();
    for path in &files.choices {
        let file = Looked::at(path, &files.names)?;
        let (found, shape, mut table) = shape::recognise(&file, options)?;
        if let (Some(format), Some(first)) = (format, parts.first())
            && format != found
        {
            return Err(FormatError::Unfit(format!(
                "`{}` is {} and `{}` is {}: name only files of one format",
                first.file.name,
                Format::as_str(format),
                file.name,
                found.as_str()
            )));
        }
        format = Some(found);
        if let Table::OnlineRetail { titles } = &mut table {
            *titles = files.items.is_none();
        }
        parts.push(Part { file, shape, table });
    }
    format
        .map(|format| (format, parts))
        .ok_or(FormatError::NoFiles)
}

/// A basket is what the data calls one, if every file has such a column with values in its first
/// rows; else it is everything a user chose.
fn rule_of_interactions(parts: &[Part], options: &Options) -> Result<BasketRule, FormatError> {
    let mut without_baskets = None;
    let mut without_users = None;
    for part in parts {
        let (users, baskets) = owners(part, options).map_err(|source| FormatError::Unreadable {
            file: part.file.name.clone(),
            source,
        })?;
        if !users {
            without_users = Some(&part.file.name);
        }
        if !baskets {
            without_baskets = Some(&part.file.name);
        }
    }
    match (without_baskets, without_users) {
        (Some(_), None) => Ok(BasketRule::User),
        (Some(basketless), Some(userless)) if basketless != userless => {
            Err(FormatError::Unfit(format!(
                "`{userless}` has no users and `{basketless}` no baskets, so nothing counts \
                 together: import them into two catalogs"
            )))
        }
        // With no users at all, baskets are all there is, even if the first rows lack them.
        _ => Ok(BasketRule::Basket),
    }
}

/// Whether a file has a column for users, and one for baskets with values in its first rows.
fn owners(part: &Part, options: &Options) -> std::io::Result<(bool, bool)> {
    let mut rows = Rows::open(&part.file, part.shape, Arc::default())?;
    let mut row = Row::default();
    let mut users = false;
    for read in 0..=shape::SAMPLE_ROWS {
        let columns = Columns {
            names: rows.columns(),
            map: &options.map,
            map_binds: true,
        };
        if let Ok(reader) = Interactions::new(columns, options.now) {
            users |= reader.has_users();
            if read > 0 && reader.in_basket(&row) {
                return Ok((users, true));
            }
        }
        if matches!(rows.next(&mut row)?, Step::End) {
            break;
        }
    }
    Ok((users, false))
}

/// Says what was recognised, in one sentence for people.
pub(super) fn describe(plan: &Plan) -> String {
    let names: Vec<&str> = plan
        .parts
        .iter()
        .map(|part| part.file.name.as_str())
        .collect();
    let files = match names.as_slice() {
        [first, _, .., last] if names.len() > 4 => {
            format!("{first} … {last} ({} files)", names.len())
        }
        _ => names.join(", "),
    };
    let old: Vec<&str> = plan
        .parts
        .iter()
        .filter(|part| part.file.encoding == Encoding::Windows1252 && !part.file.is_parquet)
        .map(|part| part.file.name.as_str())
        .collect();
    let encoding = if old.is_empty() {
        String::new()
    } else {
        format!("; {} not UTF-8 and read as windows-1252", old.join(", "))
    };
    let basket = match (plan.format, plan.basket_rule) {
        (Format::Baskets, _) => "each line is a basket",
        (Format::OnlineRetail, _) => "a basket is an invoice",
        (_, BasketRule::Basket) => "baskets are the data's own",
        (_, BasketRule::User) => "a basket is everything a user chose",
        (_, BasketRule::UserWindow) => unreachable!("BUG: no file asks for windows"),
    };
    format!("{}: {files}; {basket}{encoding}", plan.format.as_str())
}

impl Dialect {
    /// The dialects that are tried on a header, the likeliest first.
    pub(super) const LIKELY: [Self; 4] = [
        Self::quoted(","),
        Self::quoted("\t"),
        Self::quoted(";"),
        Self::quoted("|"),
    ];

    pub(super) const fn quoted(separator: &'static str) -> Self {
        Self {
            separator,
            quotes: true,
        }
    }
}
