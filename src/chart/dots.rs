//! Dots that lie one below the other, each with the interval around it and its figure at the end of
//! its line.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Drawing;
use super::palette::{GRID, LABEL, Role, SERIES};

const WIDTH: u32 = 1920;
const ROW: i32 = 116;
/// Where zero is, and where the highest interval ends.
const FROM: i32 = 700;
const TO: i32 = 1590;
/// Room for the scale under the last row.
const SCALE: i32 = 92;
const TEXT: f64 = 52.0 * 1.24;
const RADIUS: i32 = 17;
const STROKE: u32 = 7;
/// Marks of the scale beside zero, at most.
const MOST_MARKS: f64 = 4.0;

/// One dot.
pub struct Dot {
    pub name: String,
    pub value: f64,
    /// The ends of the interval around it.
    pub interval: Option<(f64, f64)>,
    /// The figure as it is written.
    pub figure: String,
    /// Drawn full, and in colour; the others are rings and stand for what these are held against.
    pub is_main: bool,
}

/// Draws dots on a scale that begins at zero. No figure is below it.
pub fn dots(dots: &[Dot]) -> Drawing {
    let size = (WIDTH, (ROW * dots.len() as i32 + SCALE) as u32);
    let mut svg = String::new();
    draw(dots, size, &mut svg).expect("BUG: drawing into a text failed");
    Drawing::new(&svg, size)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(dots: &[Dot], size: (u32, u32), svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let end = |dot: &Dot| dot.interval.map_or(dot.value, |(_, high)| high);
    let most = dots.iter().map(end).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let place = |value: f64| FROM + (f64::from(TO - FROM) * value / most).round() as i32;
    let label = ("inherit", TEXT).into_font().color(&LABEL.color);
    let bottom = ROW * dots.len() as i32;
    for (mark, written) in marks(most) {
        let x = place(mark);
        let line = PathElement::new(vec![(x, 8), (x, bottom)], GRID.color.stroke_width(4));
        root.draw(&line)?;
        let style = label.pos(Pos::new(HPos::Center, VPos::Top));
        root.draw_text(&written, &style, (x, bottom + 16))?;
    }
    for (dot, row) in dots.iter().zip(0..) {
        let middle = row * ROW + ROW / 2;
        let role = if dot.is_main { SERIES[0] } else { LABEL };
        if let Some((low, high)) = dot.interval {
            bar(
                &root,
                role,
                (place(low), place(dot.value), place(high)),
                middle,
            )?;
        }
        let style = if dot.is_main {
            role.color.filled()
        } else {
            role.color.stroke_width(STROKE)
        };
        root.draw(&Circle::new((place(dot.value), middle), RADIUS, style))?;
        let name = label.pos(Pos::new(HPos::Right, VPos::Center));
        root.draw_text(&dot.name, &name, (FROM - 36, middle))?;
        let figure = label.pos(Pos::new(HPos::Right, VPos::Center));
        root.draw_text(&dot.figure, &figure, (WIDTH as i32 - 16, middle))?;
    }
    root.present()?;
    Ok(())
}

/// The interval, left out where the dot is: a ring is empty.
fn bar(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    role: Role,
    (low, value, high): (i32, i32, i32),
    middle: i32,
) -> Drawn {
    let style = role.color.stroke_width(STROKE);
    for (from, to) in [(low, value - RADIUS), (value + RADIUS, high)] {
        if from < to {
            root.draw(&PathElement::new(vec![(from, middle), (to, middle)], style))?;
        }
    }
    for end in [low, high] {
        let tick = vec![(end, middle - 18), (end, middle + 18)];
        if (end - value).abs() > RADIUS {
            root.draw(&PathElement::new(tick, style))?;
        }
    }
    Ok(())
}

/// Zero and round figures up to the highest, so few that they have room, as they are written.
fn marks(most: f64) -> Vec<(f64, String)> {
    let power = (most / MOST_MARKS).log10().floor();
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * 10_f64.powf(power));
    let step = steps.into_iter().find(|step| most / step <= MOST_MARKS);
    let step = step.unwrap_or(most);
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    (0..=(most / step).floor() as u32)
        .map(|times| f64::from(times) * step)
        .map(|mark| (mark, format!("{mark:.decimals$}")))
        .collect()
}
