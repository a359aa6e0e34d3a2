//! One row of the page, owned: what the API gives, and the key it is sorted by.

use crate::cooccurrence::filter::Order;
use crate::cooccurrence::rows::{CategoryRow, ItemRow, Row};
use crate::counting::{Contingency, Measures};

/// One side of a pair.
pub(in crate::cooccurrence) struct Side {
    /// The item; none where the side is a category.
    pub(super) item_id: Option<String>,
    pub(super) title: String,
    /// The item's category.
    pub(super) category: Option<String>,
    pub(super) baskets: u32,
}

/// A row with the same figures as the API's.
pub(in crate::cooccurrence) struct Line {
    pub(super) a: Side,
    pub(super) b: Side,
    pub(super) together: u32,
    pub(super) item_pairs: Option<u64>,
    /// Absent for a category with itself.
    pub(super) measures: Option<Measures>,
    pub(super) q_value: Option<f64>,
    /// What the rows are sorted by; absent in the order of the ids.
    pub(super) key: Option<f64>,
}

impl Line {
    pub(in crate::cooccurrence) fn new(
        row: Row<'_>,
        contingency: Option<Contingency>,
        order: Order,
    ) -> Self {
        let key = match (order, &contingency) {
            (Order::Falling(measure) | Order::Rising(measure), Some(contingency)) => {
                Some(measure.rank_key(contingency))
            }
            _ => None,
        };
        let measures = contingency.map(|contingency| contingency.measures());
        match row {
            Row::Item(row) => Self::of_items(*row, measures, key),
            Row::Category(row) => Self::of_categories(*row, measures, key),
        }
    }

    fn of_items(row: ItemRow<'_>, measures: Option<Measures>, key: Option<f64>) -> Self {
        Self {
            a: Side {
                item_id: Some(row.item_a.into_owned()),
                title: row.title_a.into_owned(),
                category: row.category_a.map(std::borrow::Cow::into_owned),
                baskets: row.baskets_a,
            },
            b: Side {
                item_id: Some(row.item_b.into_owned()),
                title: row.title_b.into_owned(),
                category: row.category_b.map(std::borrow::Cow::into_owned),
                baskets: row.baskets_b,
            },
            together: row.together,
            item_pairs: None,
            measures,
            q_value: row.q_value,
            key,
        }
    }

    fn of_categories(row: CategoryRow<'_>, measures: Option<Measures>, key: Option<f64>) -> Self {
        Self {
            a: Side {
                item_id: None,
                title: row.category_a.into_owned(),
                category: None,
                baskets: row.baskets_a,
            },
            b: Side {
                item_id: None,
                title: row.category_b.into_owned(),
                category: None,
                baskets: row.baskets_b,
            },
            together: row.together,
            item_pairs: Some(row.item_pairs),
            measures,
            q_value: row.q_value,
            key,
        }
    }
}
