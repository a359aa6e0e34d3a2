//! A small line without axes, beside a figure that says the same in words.

use plotters::prelude::*;

use super::Drawing;
use super::palette::{GRID, SERIES};

const SIZE: (u32, u32) = (480, 112);
const EDGE: f64 = 8.0;

/// Draws a line from a baseline of zero; gaps are left out.
pub fn spark(values: &[Option<f64>]) -> Drawing {
    let mut svg = String::new();
    draw(values, &mut svg).expect("BUG: drawing into a text failed");
    Drawing::new(&svg, SIZE)
}

fn draw(values: &[Option<f64>], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let last = values.len().saturating_sub(1).max(1) as f64;
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let base = (height - EDGE) as i32;
    root.draw(&PathElement::new(
        vec![(0, base), (SIZE.0 as i32, base)],
        GRID.color.stroke_width(4),
    ))?;
    let points: Vec<(i32, i32)> = values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| {
            let x = EDGE + (width - 2.0 * EDGE) * at as f64 / last;
            let y = height - EDGE - (height - 2.0 * EDGE) * (*value)? / most;
            Some((x.round() as i32, y.round() as i32))
        })
        .collect();
    root.draw(&PathElement::new(points, SERIES[0].color.stroke_width(6)))?;
    root.present()?;
    Ok(())
}
