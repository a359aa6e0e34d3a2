//! A row with all its columns, as the API and every export give it.

use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

use super::filter::Level;
use super::table::{Pair, Table};
use crate::counting::{Contingency, Measures, QValues};
use crate::export::{Cell, Column};
use crate::index::snapshot::Snapshot;

/// A pair of items. The field names are the columns of the contract, in its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemRow<'a> {
    /// The item whose id comes first, compared as bytes.
    pub item_a: Cow<'a, str>,
    /// Its title.
    pub title_a: Cow<'a, str>,
    /// Its primary category.
    pub category_a: Option<Cow<'a, str>>,
    /// The other item.
    pub item_b: Cow<'a, str>,
    /// Its title.
    pub title_b: Cow<'a, str>,
    /// Its primary category.
    pub category_b: Option<Cow<'a, str>>,
    /// Baskets that hold both.
    #[schema(minimum = 1)]
    pub together: u32,
    /// Baskets that hold the first.
    pub baskets_a: u32,
    /// Baskets that hold the second.
    pub baskets_b: u32,
    /// All baskets.
    pub baskets: u32,
    /// The share of all baskets that hold both.
    #[schema(minimum = 0, maximum = 1)]
    pub support: f64,
    /// Of the baskets with the first, the share that hold the second.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_ab: f64,
    /// Of the baskets with the second, the share that hold the first.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_ba: f64,
    /// How many times as often as chance.
    #[schema(minimum = 0)]
    pub lift: f64,
    /// Of the baskets with either, the share with both.
    #[schema(minimum = 0, maximum = 1)]
    pub jaccard: f64,
    /// Baskets with both over the root of the product of each one's (Ochiai).
    #[schema(minimum = 0, maximum = 1)]
    pub cosine: f64,
    /// Normalised pointwise mutual information.
    #[schema(minimum = -1, maximum = 1)]
    pub npmi: f64,
    /// Dunning's G² of the two-by-two table.
    pub llr: f64,
    /// The decimal logarithm of its p-value, which itself would underflow.
    #[schema(maximum = 0)]
    pub log10_p: f64,
    /// Absent on a part of a catalog, which is counted on demand.
    #[schema(minimum = 0, maximum = 1)]
    pub q_value: Option<f64>,
    /// The version of the table.
    pub table_version: &'a str,
    /// The number of the change up to which everything was counted.
    pub watermark: i64,
}

/// A pair of categories. Of a category with itself `together` is the baskets that hold two or more
/// of its items, `item_pairs` the pairs inside it, and the measures are absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryRow<'a> {
    /// The category whose name comes first, compared as bytes.
    pub category_a: Cow<'a, str>,
    /// The other category, or the same one.
    pub category_b: Cow<'a, str>,
    /// Baskets that hold both.
    pub together: u32,
    /// Sum of the counts of all pairs of items between the two.
    pub item_pairs: u64,
    /// Baskets that hold the first.
    pub baskets_a: u32,
    /// Baskets that hold the second.
    pub baskets_b: u32,
    /// All baskets.
    pub baskets: u32,
    /// The share of all baskets that hold both.
    #[schema(minimum = 0, maximum = 1)]
    pub support: Option<f64>,
    /// Of the baskets with the first, the share that hold the second.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_ab: Option<f64>,
    /// Of the baskets with the second, the share that hold the first.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_ba: Option<f64>,
    /// How many times as often as chance.
    #[schema(minimum = 0)]
    pub lift: Option<f64>,
    /// Of the baskets with either, the share with both.
    #[schema(minimum = 0, maximum = 1)]
    pub jaccard: Option<f64>,
    /// Baskets with both over the root of the product of each one's (Ochiai).
    #[schema(minimum = 0, maximum = 1)]
    pub cosine: Option<f64>,
    /// Normalised pointwise mutual information.
    #[schema(minimum = -1, maximum = 1)]
    pub npmi: Option<f64>,
    /// Dunning's G² of the two-by-two table.
    pub llr: Option<f64>,
    /// The decimal logarithm of its p-value, which itself would underflow.
    #[schema(maximum = 0)]
    pub log10_p: Option<f64>,
    /// Absent on a part of a catalog, and for a category with itself.
    #[schema(minimum = 0, maximum = 1)]
    pub q_value: Option<f64>,
    /// The version of the table.
    pub table_version: &'a str,
    /// The number of the change up to which everything was counted.
    pub watermark: i64,
}

/// A row of either level.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = TableRow)]
pub enum Row<'a> {
    Item(Box<ItemRow<'a>>),
    Category(Box<CategoryRow<'a>>),
}

/// The columns at a level, in order: the names of the fields above.
pub fn columns(level: Level) -> &'static [Column] {
    const ITEM: &[Column] = &[
        Column::text("item_a"),
        Column::text("title_a"),
        Column::text("category_a").or_absent(),
        Column::text("item_b"),
        Column::text("title_b"),
        Column::text("category_b").or_absent(),
        Column::count("together"),
        Column::count("baskets_a"),
        Column::count("baskets_b"),
        Column::count("baskets"),
        Column::figure("support"),
        Column::figure("confidence_ab"),
        Column::figure("confidence_ba"),
        Column::figure("lift"),
        Column::figure("jaccard"),
        Column::figure("cosine"),
        Column::figure("npmi"),
        Column::figure("llr"),
        Column::figure("log10_p"),
        Column::figure("q_value").or_absent(),
        Column::text("table_version"),
        Column::count("watermark"),
    ];
    const CATEGORY: &[Column] = &[
        Column::text("category_a"),
        Column::text("category_b"),
        Column::count("together"),
        Column::count("item_pairs"),
        Column::count("baskets_a"),
        Column::count("baskets_b"),
        Column::count("baskets"),
        Column::figure("support").or_absent(),
        Column::figure("confidence_ab").or_absent(),
        Column::figure("confidence_ba").or_absent(),
        Column::figure("lift").or_absent(),
        Column::figure("jaccard").or_absent(),
        Column::figure("cosine").or_absent(),
        Column::figure("npmi").or_absent(),
        Column::figure("llr").or_absent(),
        Column::figure("log10_p").or_absent(),
        Column::figure("q_value").or_absent(),
        Column::text("table_version"),
        Column::count("watermark"),
    ];
    match level {
        Level::Item => ITEM,
        Level::Category => CATEGORY,
    }
}

impl Row<'_> {
    /// The cells of a file's row: one for each of the level's [`columns`].
    pub fn cells(&self) -> Vec<Cell<'_>> {
        match self {
            Self::Item(row) => row.cells().into(),
            Self::Category(row) => row.cells().into(),
        }
    }
}

impl ItemRow<'_> {
    fn cells(&self) -> [Cell<'_>; 22] {
        [
            Cell::text(&self.item_a),
            Cell::text(&self.title_a),
            Cell::some_text(self.category_a.as_deref()),
            Cell::text(&self.item_b),
            Cell::text(&self.title_b),
            Cell::some_text(self.category_b.as_deref()),
            Cell::Count(self.together.into()),
            Cell::Count(self.baskets_a.into()),
            Cell::Count(self.baskets_b.into()),
            Cell::Count(self.baskets.into()),
            Cell::Figure(self.support),
            Cell::Figure(self.confidence_ab),
            Cell::Figure(self.confidence_ba),
            Cell::Figure(self.lift),
            Cell::Figure(self.jaccard),
            Cell::Figure(self.cosine),
            Cell::Figure(self.npmi),
            Cell::Figure(self.llr),
            Cell::Figure(self.log10_p),
            Cell::some_figure(self.q_value),
            Cell::text(self.table_version),
            Cell::Count(self.watermark.unsigned_abs()),
        ]
    }
}

impl CategoryRow<'_> {
    fn cells(&self) -> [Cell<'_>; 19] {
        [
            Cell::text(&self.category_a),
            Cell::text(&self.category_b),
            Cell::Count(self.together.into()),
            Cell::Count(self.item_pairs),
            Cell::Count(self.baskets_a.into()),
            Cell::Count(self.baskets_b.into()),
            Cell::Count(self.baskets.into()),
            Cell::some_figure(self.support),
            Cell::some_figure(self.confidence_ab),
            Cell::some_figure(self.confidence_ba),
            Cell::some_figure(self.lift),
            Cell::some_figure(self.jaccard),
            Cell::some_figure(self.cosine),
            Cell::some_figure(self.npmi),
            Cell::some_figure(self.llr),
            Cell::some_figure(self.log10_p),
            Cell::some_figure(self.q_value),
            Cell::text(self.table_version),
            Cell::Count(self.watermark.unsigned_abs()),
        ]
    }
}

/// Makes rows of one table.
pub struct Describe<'a> {
    snapshot: &'a Snapshot,
    table: &'a Table<'a>,
    level: Level,
    version: &'a str,
    q_values: Option<&'a QValues>,
}

impl<'a> Describe<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        table: &'a Table<'a>,
        level: Level,
        version: &'a str,
    ) -> Self {
        let q_values = snapshot.slice.is_whole().then(|| match level {
            Level::Item => snapshot.q_values(),
            Level::Category => &snapshot.category_table().q_values,
        });
        Self {
            snapshot,
            table,
            level,
            version,
            q_values,
        }
    }

    pub fn row(&self, pair: Pair) -> Row<'a> {
        let contingency = self.table.contingency(pair);
        match (self.level, contingency) {
            (Level::Item, Some(contingency)) => {
                Row::Item(Box::new(self.item_row(pair, contingency)))
            }
            (_, contingency) => Row::Category(Box::new(self.category_row(pair, contingency))),
        }
    }

    fn item_row(&self, pair: Pair, contingency: Contingency) -> ItemRow<'a> {
        let snapshot = self.snapshot;
        let (a, b) = (
            &snapshot.items[pair.a as usize],
            &snapshot.items[pair.b as usize],
        );
        let measures = contingency.measures();
        ItemRow {
            item_a: Cow::Borrowed(&a.id),
            title_a: Cow::Borrowed(&a.title),
            category_a: snapshot.category_name(pair.a).map(Cow::Borrowed),
            item_b: Cow::Borrowed(&b.id),
            title_b: Cow::Borrowed(&b.title),
            category_b: snapshot.category_name(pair.b).map(Cow::Borrowed),
            together: pair.together,
            baskets_a: snapshot.baskets.total(pair.a),
            baskets_b: snapshot.baskets.total(pair.b),
            baskets: snapshot.baskets.len(),
            support: measures.support,
            confidence_ab: measures.confidence_ab,
            confidence_ba: measures.confidence_ba,
            lift: measures.lift,
            jaccard: measures.jaccard,
            cosine: measures.cosine,
            npmi: measures.npmi,
            llr: measures.llr,
            log10_p: measures.log10_p,
            q_value: self.q_values.map(|q_values| q_values.q(measures.log10_p)),
            table_version: self.version,
            watermark: snapshot.change,
        }
    }

    fn category_row(&self, pair: Pair, contingency: Option<Contingency>) -> CategoryRow<'a> {
        let snapshot = self.snapshot;
        let table = snapshot.category_table();
        let measures = contingency.map(|contingency| contingency.measures());
        let of = |column: fn(&Measures) -> f64| measures.as_ref().map(column);
        let q_values = self.q_values.filter(|_| pair.a != pair.b);
        CategoryRow {
            category_a: Cow::Borrowed(&snapshot.categories[pair.a as usize]),
            category_b: Cow::Borrowed(&snapshot.categories[pair.b as usize]),
            together: pair.together,
            item_pairs: table.groups.item_pairs(pair.a, pair.b),
            baskets_a: table.baskets.total(pair.a),
            baskets_b: table.baskets.total(pair.b),
            baskets: table.baskets.len(),
            support: of(|measures| measures.support),
            confidence_ab: of(|measures| measures.confidence_ab),
            confidence_ba: of(|measures| measures.confidence_ba),
            lift: of(|measures| measures.lift),
            jaccard: of(|measures| measures.jaccard),
            cosine: of(|measures| measures.cosine),
            npmi: of(|measures| measures.npmi),
            llr: of(|measures| measures.llr),
            log10_p: of(|measures| measures.log10_p),
            q_value: of(|measures| measures.log10_p)
                .zip(q_values)
                .map(|(log10_p, q_values)| q_values.q(log10_p)),
            table_version: self.version,
            watermark: snapshot.change,
        }
    }
}
