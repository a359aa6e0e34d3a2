//! Bars that lie, one to a name, each with its figure at its end.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Drawing;
use super::palette::{LABEL, SERIES};

const WIDTH: u32 = 1920;
const ROW: u32 = 108;
/// Where bars begin, and where the longest ends.
const FROM: i32 = 640;
const TO: i32 = 1560;
const TEXT: f64 = 52.0 * 1.24;

/// One bar.
pub struct Bar {
    pub name: String,
    pub value: f64,
    /// The figure as it is written.
    pub figure: String,
}

/// Draws bars from a baseline of zero.
pub fn bars(bars: &[Bar]) -> Drawing {
    let size = (WIDTH, ROW * bars.len() as u32);
    let mut svg = String::new();
    draw(bars, size, &mut svg).expect("BUG: drawing into a text failed");
    Drawing::new(&svg, size)
}

fn draw(
    bars: &[Bar],
    size: (u32, u32),
    svg: &mut String,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let label = ("inherit", TEXT).into_font().color(&LABEL.color);
    for (bar, row) in bars.iter().zip(0..) {
        let (top, middle) = (row * ROW as i32 + 22, row * ROW as i32 + ROW as i32 / 2);
        let share = if most > 0.0 { bar.value / most } else { 0.0 };
        let end = FROM + (f64::from(TO - FROM) * share).round() as i32;
        let name = label.pos(Pos::new(HPos::Right, VPos::Center));
        root.draw_text(&bar.name, &name, (FROM - 28, middle))?;
        // A bar of nothing is a line, so that its place is seen.
        let corners = [(FROM, top), (end.max(FROM + 4), top + ROW as i32 - 44)];
        root.draw(&Rectangle::new(corners, SERIES[0].color.filled()))?;
        let figure = label.pos(Pos::new(HPos::Left, VPos::Center));
        root.draw_text(&bar.figure, &figure, (end + 24, middle))?;
    }
    root.present()?;
    Ok(())
}
