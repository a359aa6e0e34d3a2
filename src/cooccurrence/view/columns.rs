//! The columns of figures: their headings, how a figure is written, its exact value.

use super::line::Line;
use crate::catalog::words::Owners;
use crate::cooccurrence::filter::Level;
use crate::counting::{Measure, Measures};
use crate::ui::format::{count, measure, p_value, significant};

/// A column of figures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    By(Measure),
    ItemPairs,
    BasketsA,
    BasketsB,
    P,
    Q,
}

/// A figure as it is read, and as it is.
pub(super) struct Figure {
    pub(super) text: String,
    pub(super) exact: String,
}

/// The columns of a level, in order.
pub(super) fn columns(level: Level) -> Vec<Column> {
    let item_pairs = (level == Level::Category).then_some(Column::ItemPairs);
    let measures = Measure::ALL.into_iter().skip(1).map(Column::By);
    [Column::By(Measure::Together)]
        .into_iter()
        .chain(item_pairs)
        .chain([Column::BasketsA, Column::BasketsB])
        .chain(measures)
        .chain([Column::P, Column::Q])
        .collect()
}

/// A measure as the page calls it.
pub(super) fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Together => "Together",
        Measure::Support => "Support",
        Measure::ConfidenceAb => "Confidence A → B",
        Measure::ConfidenceBa => "Confidence B → A",
        Measure::Lift => "Lift",
        Measure::Jaccard => "Jaccard",
        Measure::Cosine => "Cosine",
        Measure::Npmi => "NPMI",
        Measure::Llr => "Log-likelihood",
    }
}

impl Column {
    /// The heading; short, because there are many.
    pub(super) fn heading(self, owners: Owners) -> String {
        let capital = if owners.many == "users" {
            "Users"
        } else {
            "Baskets"
        };
        match self {
            Self::By(Measure::Support) => "Support, %".to_owned(),
            Self::By(Measure::ConfidenceAb) => "A → B, %".to_owned(),
            Self::By(Measure::ConfidenceBa) => "B → A, %".to_owned(),
            Self::By(Measure::Llr) => "LLR".to_owned(),
            Self::By(measure) => name(measure).to_owned(),
            Self::ItemPairs => "Item pairs".to_owned(),
            Self::BasketsA => format!("{capital} of A"),
            Self::BasketsB => format!("{capital} of B"),
            Self::P => "p".to_owned(),
            Self::Q => "q".to_owned(),
        }
    }

    /// What the column says, for who rests on its heading.
    pub(super) fn says(self, owners: Owners) -> String {
        let many = owners.many;
        match self {
            Self::By(Measure::Together) => format!("{many} that have both"),
            Self::By(Measure::Support) => format!("share of all {many} that have both"),
            Self::By(Measure::ConfidenceAb) => format!("share of the {many} of A that have B too"),
            Self::By(Measure::ConfidenceBa) => format!("share of the {many} of B that have A too"),
            Self::By(Measure::Lift) => "how many times as often as chance would have it".to_owned(),
            Self::By(Measure::Jaccard) => format!("share of the {many} of either that have both"),
            Self::By(Measure::Cosine) => "0 never together, 1 always".to_owned(),
            Self::By(Measure::Npmi) => "−1 never together, 0 chance, 1 always".to_owned(),
            Self::By(Measure::Llr) => {
                "log-likelihood ratio: how far from chance; sorted with pairs rarer than chance below"
                    .to_owned()
            }
            Self::ItemPairs => "sum of the counts of all pairs of items between the two".to_owned(),
            Self::BasketsA => format!("{many} that have A"),
            Self::BasketsB => format!("{many} that have B"),
            Self::P => "probability of so great a log-likelihood ratio by chance".to_owned(),
            Self::Q => {
                "share of false discoveries if this pair and all with a smaller p are believed"
                    .to_owned()
            }
        }
    }

    /// The figure of a row; none where it has no meaning.
    pub(super) fn figure(self, line: &Line) -> Option<Figure> {
        match self {
            Self::By(Measure::Together) => Some(whole(u64::from(line.together))),
            Self::ItemPairs => line.item_pairs.map(whole),
            Self::BasketsA => Some(whole(u64::from(line.a.baskets))),
            Self::BasketsB => Some(whole(u64::from(line.b.baskets))),
            Self::By(measure) => line.measures.map(|measures| of_measure(measure, &measures)),
            Self::P => line.measures.map(|measures| Figure {
                text: p_value(measures.log10_p),
                exact: format!("log10 p = {}", measures.log10_p),
            }),
            Self::Q => line.q_value.map(|q| Figure {
                text: if q > 0.0 {
                    p_value(q.log10())
                } else {
                    // Below what a float64 can hold.
                    "<1e-307".to_owned()
                },
                exact: q.to_string(),
            }),
        }
    }
}

fn whole(number: u64) -> Figure {
    Figure {
        text: count(number),
        exact: number.to_string(),
    }
}

pub(super) fn of_measure(by: Measure, measures: &Measures) -> Figure {
    let value = match by {
        // A count has its own column.
        Measure::Together | Measure::Support => measures.support,
        Measure::ConfidenceAb => measures.confidence_ab,
        Measure::ConfidenceBa => measures.confidence_ba,
        Measure::Lift => measures.lift,
        Measure::Jaccard => measures.jaccard,
        Measure::Cosine => measures.cosine,
        Measure::Npmi => measures.npmi,
        Measure::Llr => measures.llr,
    };
    let text = match by {
        Measure::Together | Measure::Support => significant(100.0 * value, 3),
        Measure::ConfidenceAb | Measure::ConfidenceBa => format!("{:.1}", 100.0 * value),
        Measure::Lift if value < 999.995 => format!("{value:.2}"),
        Measure::Llr if value < 999.95 => format!("{value:.1}"),
        Measure::Lift | Measure::Llr => count(value.round() as u64),
        Measure::Jaccard | Measure::Cosine | Measure::Npmi => measure(value),
    };
    Figure {
        text,
        exact: value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::Contingency;

    #[test]
    fn figures_are_short_and_their_exact_values_read_back() {
        let measures = Contingency::new(161, 188, 185, 610).measures();
        for (by, text) in [
            (Measure::Support, "26.4"),
            (Measure::ConfidenceAb, "85.6"),
            (Measure::ConfidenceBa, "87.0"),
            (Measure::Lift, "2.82"),
            (Measure::Jaccard, "0.759"),
            (Measure::Cosine, "0.863"),
            (Measure::Npmi, "0.779"),
        ] {
            let figure = of_measure(by, &measures);
            assert_eq!(figure.text, text, "{by:?}");
            let exact: f64 = figure.exact.parse().unwrap();
            let pair = Contingency::new(161, 188, 185, 610);
            assert_eq!(exact.to_bits(), by.value(&pair).to_bits(), "{by:?}");
        }
    }
}
