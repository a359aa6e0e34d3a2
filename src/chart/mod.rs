//! Charts: numbers become a figure that can be read, heard and copied.
//!
//! A [`Figure`] is a finding as its title, one sentence, a drawing and the drawing's table. The
//! drawing is made by plotters on the server, a pure function of its numbers: no clock, no slice,
//! no colour of its own. Colours are roles of the style sheet (see `palette`), so a drawing follows
//! the theme; series differ by dash as well. Every axis of amounts begins at zero.
//! Start reading at [`Figure`], then `lines`, `bars` and `dots`.

mod bars;
mod dots;
mod lines;
mod palette;
mod spark;
#[cfg(test)]
mod tests;

use leptos::prelude::*;

use crate::ui::html::escape;
use palette::painted;

pub use bars::{Bar, bars};
pub use dots::{Dot, dots};
pub use lines::{Line, Lines, lines};
pub use spark::spark;

/// A drawing with all that it means.
pub struct Figure {
    /// Unique on its page.
    pub id: &'static str,
    /// The finding.
    pub title: String,
    /// One sentence: of what, when, how sure.
    pub message: String,
    pub drawing: Drawing,
    pub table: Table,
}

/// What stands behind a drawing. The first column names the rows.
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// An SVG without its outermost tag, and its size in units of its own.
pub struct Drawing {
    content: String,
    size: (u32, u32),
}

impl Drawing {
    /// From what plotters wrote.
    fn new(svg: &str, size: (u32, u32)) -> Self {
        let from = svg.find('>').map_or(0, |at| at + 1);
        let to = svg.rfind("</svg>").unwrap_or(svg.len());
        Self {
            content: painted(&svg[from..to]),
            size,
        }
    }

    /// The picture of a figure, named and described.
    fn image(&self, id: &str, title: &str, message: &str) -> String {
        let (width, height) = self.size;
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"{id}-title {id}-message\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-message\">{}</desc>{}</svg>",
            escape(title),
            escape(message),
            self.content
        )
    }

    /// The picture beside words that say the same, for eyes alone.
    pub fn decoration(&self) -> String {
        let (width, height) = self.size;
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
             aria-hidden=\"true\">{}</svg>",
            self.content
        )
    }
}

/// The figure as a part of a page.
pub fn figure(figure: Figure) -> impl IntoView {
    let image = figure
        .drawing
        .image(figure.id, &figure.title, &figure.message);
    let table = table(figure.id, &figure.title, figure.table);
    view! {
        <figure class="chart panel">
            <figcaption class="chart__caption">
                <h3 class="chart__title">{figure.title}</h3>
                <p class="chart__message">{figure.message}</p>
            </figcaption>
            <div class="chart__drawing" inner_html=image></div>
            {table}
        </figure>
    }
}

fn table(id: &str, title: &str, table: Table) -> impl IntoView + use<> {
    let head = table.columns.into_iter().enumerate().map(|(at, column)| {
        let class = (at > 0).then_some("data-table__cell--numeric");
        view! { <th scope="col" class=class>{column}</th> }
    });
    let rows = table.rows.into_iter().map(|row| {
        let mut cells = row.into_iter();
        let name = cells.next();
        let cells = cells.map(|cell| view! { <td class="data-table__cell--numeric">{cell}</td> });
        view! {
            <tr>
                <th scope="row">{name}</th>
                {cells.collect_view()}
            </tr>
        }
    });
    let caption = format!("{id}-table");
    let labelled = caption.clone();
    view! {
        <details class="chart__data">
            <summary>"The figures"</summary>
            <div class="table-region chart__table" role="region" tabindex="0" aria-labelledby=labelled>
                <table class="data-table data-table--plain">
                    <caption id=caption class="visually-hidden">{format!("The figures of: {title}")}</caption>
                    <thead>
                        <tr>{head.collect_view()}</tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}
