//! Reading a few rows of an import once more, without its files: what must be kept for that.

use std::io;

use serde::{Deserialize, Serialize};

use super::rows::Shape;
use super::source::{Part, Table};
use super::{Format, Source, movielens, shape};

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What people chose; also a format's own table of items.
    Choices,
    Items,
    Users,
}

/// How the rows of an import are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The format's name.
    pub format: String,
    pub map: Vec<(String, String)>,
    pub files: Vec<ReplayFile>,
}

/// One file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayFile {
    pub name: String,
    pub role: Role,
    /// Its header, as it stands; none where the format has none.
    pub header: Option<String>,
    /// Whether a row is text that can be written again; rows of Parquet are not.
    pub is_text: bool,
}

impl Source {
    /// What is kept of the files so that a row of theirs can be read again.
    pub fn replay(&self) -> io::Result<Replay> {
        let file = |part: &Part| {
            let header = match part.shape {
                Shape::Delimited(_) => Some(shape::header(&part.file)?),
                Shape::Headless(..) | Shape::Ragged(_) | Shape::Ndjson | Shape::Parquet => None,
            };
            Ok(ReplayFile {
                name: part.file.name.clone(),
                role: self.role(part),
                header,
                is_text: part.shape != Shape::Parquet,
            })
        };
        Ok(Replay {
            format: self.format.as_str().to_owned(),
            map: self.map.clone(),
            files: self.parts.iter().map(file).collect::<io::Result<_>>()?,
        })
    }
}

impl Source {
    /// A format's own table of items is given among the choices, by its name.
    fn role(&self, part: &Part) -> Role {
        if self.format == Format::Movielens && movielens::part(&part.file.name).is_some() {
            return Role::Choices;
        }
        part.table.role()
    }
}

impl Table {
    /// What a table is for.
    pub(super) fn role(&self) -> Role {
        match self {
            Self::Items | Self::FlaggedFilms => Role::Items,
            Self::Users => Role::Users,
            Self::Interactions | Self::Baskets { .. } | Self::OnlineRetail { .. } => Role::Choices,
        }
    }
}
