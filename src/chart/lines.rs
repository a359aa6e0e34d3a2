//! Lines over equal steps of time, each named where it ends, with a band of uncertainty where it
//! has one.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

use super::Drawing;
use super::palette::{GRID, LABEL, SERIES};

/// Units of a drawing; four make a pixel of a drawing at its usual size.
const SIZE: (u32, u32) = (1920, 800);
const TEXT: f64 = 52.0 * 1.24;
const STROKE: u32 = 8;
/// Names at the ends of lines stand at least so far apart.
const APART: i32 = 60;

/// What is drawn.
pub struct Lines<'a> {
    /// One for each step; some are written under the axis.
    pub steps: &'a [String],
    /// In the order of their colours; at most four.
    pub lines: &'a [Line<'a>],
    /// How an amount is written at the axis.
    pub format: fn(f64) -> String,
}

/// One series.
pub struct Line<'a> {
    pub name: &'a str,
    /// Absent where there is no figure: the line has a gap.
    pub values: &'a [Option<f64>],
    /// The ends of the interval around each value; empty where there are none.
    pub band: &'a [Option<(f64, f64)>],
}

impl Lines<'_> {
    /// The highest figure, bands and all.
    fn top(&self) -> f64 {
        let values = self.lines.iter().flat_map(|line| line.values).flatten();
        let bands = self.lines.iter().flat_map(|line| line.band).flatten();
        let top = values.copied().chain(bands.map(|(_, high)| *high));
        let top = top.fold(0.0, f64::max);
        if top > 0.0 { top * 1.05 } else { 1.0 }
    }
}

/// Draws lines from a baseline of zero.
pub fn lines(chart: &Lines<'_>) -> Drawing {
    let mut svg = String::new();
    draw(chart, &mut svg).expect("BUG: drawing into a text failed");
    Drawing::new(&svg, SIZE)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(chart: &Lines<'_>, svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let last = chart.steps.len().saturating_sub(1).max(1) as f64;
    let mut plot = ChartBuilder::on(&root)
        .margin_top(40)
        .margin_right(280)
        .x_label_area_size(90)
        .y_label_area_size(230)
        .build_cartesian_2d(0.0..last, 0.0..chart.top())?;
    let label = ("inherit", TEXT).into_font().color(&LABEL.color);
    plot.configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_max_light_lines(1)
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.color.stroke_width(4))
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(8)
        .y_labels(4)
        .y_label_formatter(&|amount| (chart.format)(*amount))
        .y_label_style(label.clone())
        .draw()?;
    // The lines before lie over the bands, and the first, which the chart is about, over all.
    for (line, role) in chart.lines.iter().zip(SERIES).rev() {
        for run in runs(line.band) {
            let low = run.clone().map(|at| (at as f64, band(line, at).0));
            let high = run.rev().map(|at| (at as f64, band(line, at).1));
            let outline: Vec<(f64, f64)> = low.chain(high).collect();
            plot.draw_series([Polygon::new(outline, role.color.mix(0.16))])?;
        }
    }
    for (line, role) in chart.lines.iter().zip(SERIES).rev() {
        for run in runs(line.values) {
            let points: Vec<(f64, f64)> = run
                .filter_map(|at| Some((at as f64, line.values[at]?)))
                .collect();
            if let [alone] = points[..] {
                plot.draw_series([Circle::new(alone, 10, role.color.filled())])?;
            } else {
                plot.draw_series([PathElement::new(points, role.color.stroke_width(STROKE))])?;
            }
        }
    }
    let mut names: Vec<(i32, i32, usize)> = Vec::new();
    for (number, line) in chart.lines.iter().enumerate() {
        let last = line.values.iter().rposition(Option::is_some);
        if let Some((at, value)) = last.and_then(|at| Some((at, line.values[at]?))) {
            let (x, y) = plot.backend_coord(&(at as f64, value));
            names.push((y, x, number));
        }
    }
    spread(&mut names);
    for (y, x, number) in names {
        let anchor = Pos::new(HPos::Left, VPos::Center);
        let style = ("inherit", TEXT).into_font().color(&SERIES[number].color);
        root.draw_text(chart.lines[number].name, &style.pos(anchor), (x + 24, y))?;
    }
    for (at, position) in marks(chart.steps.len()) {
        let (x, y) = plot.backend_coord(&(at as f64, 0.0));
        let style = label.pos(Pos::new(position, VPos::Top));
        root.draw_text(&chart.steps[at], &style, (x, y + 28))?;
    }
    root.present()?;
    Ok(())
}

fn band(line: &Line<'_>, at: usize) -> (f64, f64) {
    line.band[at].unwrap_or_default()
}

/// The stretches without a gap.
fn runs<T>(values: &[Option<T>]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut from = None;
    for (at, value) in values
        .iter()
        .map(Option::is_some)
        .chain([false])
        .enumerate()
    {
        match (value, from) {
            (true, None) => from = Some(at),
            (false, Some(begun)) => {
                runs.push(begun..at);
                from = None;
            }
            _ => {}
        }
    }
    runs
}

/// Moves names apart that would run into each other.
fn spread(names: &mut [(i32, i32, usize)]) {
    names.sort_unstable();
    for at in 1..names.len() {
        names[at].0 = names[at].0.max(names[at - 1].0 + APART);
    }
    // The lowest may not fall below the axis; those above it make room.
    let mut lowest = SIZE.1 as i32 - 100;
    for name in names.iter_mut().rev() {
        name.0 = name.0.min(lowest);
        lowest = name.0 - APART;
    }
}

/// The steps that are written: the ends, and the middle where there is room for it.
fn marks(steps: usize) -> Vec<(usize, HPos)> {
    match steps {
        0 => Vec::new(),
        1 => vec![(0, HPos::Left)],
        2..=4 => vec![(0, HPos::Left), (steps - 1, HPos::Right)],
        _ => vec![
            (0, HPos::Left),
            (steps / 2, HPos::Center),
            (steps - 1, HPos::Right),
        ],
    }
}
