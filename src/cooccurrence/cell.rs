//! What the cells of the heat map show, and how they are shaded.

use serde::Deserialize;

use super::grid::{Cell, Grid};
use crate::counting::Measure;
use crate::error::AppError;

/// Rows and columns where the URL does not say.
const ROWS: usize = 20;
const LEAST_ROWS: usize = 10;
const MOST_ROWS: usize = 30;

/// The page's own part of the query, as it comes from a URL.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct MapQuery {
    /// The code of a [`Figure`].
    pub cell: Option<String>,
    pub shade: Option<String>,
    pub arrange: Option<String>,
    /// The most rows.
    pub n: Option<String>,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// A measure on the baskets that hold both.
    Baskets(Measure),
    /// Of the pairs of one item of each.
    Pairs(OfPairs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfPairs {
    Together,
    /// Among the pairs that have an item of the row.
    Share,
    Lift,
}

impl Figure {
    /// Confidence is from row to column; the other way is the cell across the diagonal.
    pub const ALL: [Self; 11] = [
        Self::Baskets(Measure::Together),
        Self::Baskets(Measure::Support),
        Self::Baskets(Measure::ConfidenceAb),
        Self::Baskets(Measure::Lift),
        Self::Baskets(Measure::Jaccard),
        Self::Baskets(Measure::Cosine),
        Self::Baskets(Measure::Npmi),
        Self::Baskets(Measure::Llr),
        Self::Pairs(OfPairs::Together),
        Self::Pairs(OfPairs::Share),
        Self::Pairs(OfPairs::Lift),
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Baskets(measure) => measure.name(),
            Self::Pairs(OfPairs::Together) => "pairs",
            Self::Pairs(OfPairs::Share) => "pairs_share",
            Self::Pairs(OfPairs::Lift) => "pairs_lift",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == code)
    }

    /// Whether the figure has chance in its middle.
    pub fn drifts(self) -> bool {
        matches!(
            self,
            Self::Baskets(Measure::Lift | Measure::Npmi | Measure::Llr)
                | Self::Pairs(OfPairs::Lift)
        )
    }
}

/// What a cell's shading is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    All,
    Row,
    Column,
}

impl Shade {
    pub const ALL: [Self; 3] = [Self::All, Self::Row, Self::Column];

    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Row => "row",
            Self::Column => "column",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// The most chosen first.
    Size,
    /// Those that go together beside each other.
    Alike,
}

impl Arrange {
    pub const ALL: [Self; 2] = [Self::Size, Self::Alike];

    pub fn code(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Alike => "alike",
        }
    }
}

impl MapQuery {
    /// The figure asked for, or else what tells most where nothing is.
    pub fn figure(&self, or: Figure) -> Result<Figure, AppError> {
        let codes = Figure::ALL.map(Figure::code);
        chosen("cell", &self.cell, &codes).map(|code| code.and_then(Figure::parse).unwrap_or(or))
    }

    pub fn shade(&self) -> Result<Shade, AppError> {
        let code = chosen("shade", &self.shade, &Shade::ALL.map(Shade::code))?;
        let found = Shade::ALL.into_iter().find(|one| Some(one.code()) == code);
        Ok(found.unwrap_or(Shade::All))
    }

    pub fn arrange(&self) -> Result<Arrange, AppError> {
        let code = chosen("arrange", &self.arrange, &Arrange::ALL.map(Arrange::code))?;
        let found = Arrange::ALL
            .into_iter()
            .find(|one| Some(one.code()) == code);
        Ok(found.unwrap_or(Arrange::Size))
    }

    pub fn most(&self) -> Result<usize, AppError> {
        let Some(text) = self.n.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(ROWS);
        };
        match text.trim().parse() {
            Ok(most) if (LEAST_ROWS..=MOST_ROWS).contains(&most) => Ok(most),
            _ => Err(AppError::invalid(
                "n",
                format!("“n” is a whole number from {LEAST_ROWS} to {MOST_ROWS}, not “{text}”."),
            )),
        }
    }
}

fn chosen<'a>(
    name: &str,
    field: &'a Option<String>,
    codes: &[&str],
) -> Result<Option<&'a str>, AppError> {
    match field.as_deref() {
        None | Some("") => Ok(None),
        Some(code) if codes.contains(&code) => Ok(Some(code)),
        Some(other) => Err(AppError::invalid(
            name,
            format!(
                "“{other}” is no “{name}”; choose one of {}.",
                codes.join(", ")
            ),
        )),
    }
}

/// How far a cell is shaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 0 to 8.
    Heat(u8),
    /// −4 to 4, chance being 0.
    Drift(i8),
}

/// The steps of every cell.
pub struct Shading {
    figure: Figure,
    shade: Shade,
    /// The greatest distance from nothing, or from chance: of all, or by row or column.
    greatest: Vec<f64>,
}

impl Shading {
    pub fn new(grid: &Grid, figure: Figure, shade: Shade) -> Self {
        let lines = match shade {
            Shade::All => 1,
            Shade::Row => grid.rows.len(),
            Shade::Column => grid.columns.len(),
        };
        let mut shading = Self {
            figure,
            shade,
            greatest: vec![0.0; lines],
        };
        for (row, cells) in grid.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let Some(distance) = distance(figure, cell) else {
                    continue;
                };
                // Never together is beyond every step and would leave the others pale.
                if cell.together > 0 || !figure.drifts() {
                    let line = shading.line(row, column);
                    let greatest = &mut shading.greatest[line];
                    *greatest = greatest.max(distance.abs());
                }
            }
        }
        shading
    }

    fn line(&self, row: usize, column: usize) -> usize {
        match self.shade {
            Shade::All => 0,
            Shade::Row => row,
            Shade::Column => column,
        }
    }

    /// None where there is no figure.
    pub fn step(&self, row: usize, column: usize, cell: &Cell) -> Option<Step> {
        let distance = distance(self.figure, cell)?;
        let greatest = self.greatest[self.line(row, column)];
        let share = if greatest > 0.0 {
            (distance / greatest).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        Some(if !self.figure.drifts() {
            Step::Heat((8.0 * share).round() as u8)
        } else if cell.together == 0 {
            Step::Drift(-4)
        } else {
            Step::Drift((4.0 * share).round() as i8)
        })
    }
}

/// How far a cell's figure is from nothing, or from chance; a lift by its logarithm, so that
/// twice and half as often are equally far.
fn distance(figure: Figure, cell: &Cell) -> Option<f64> {
    let value = cell.value?;
    Some(match figure {
        Figure::Baskets(Measure::Lift) | Figure::Pairs(OfPairs::Lift) => value.ln(),
        _ => value,
    })
}
