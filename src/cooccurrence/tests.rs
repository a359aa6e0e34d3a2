//! Tables and heat maps of a small catalog, against what can be counted by eye.

use sqlx::PgPool;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::cell::{Arrange, Figure, OfPairs, Shade, Shading, Step};
use super::comparison::{Comparison, Verdict};
use super::filter::{Level, Order, Query};
use super::grid::{Grid, Wanted};
use super::table::Table;
use crate::counting::Measure;
use crate::index::Index;
use crate::index::snapshot::Snapshot;
use crate::lists::tests::seed;

/// a1 and a2 are of A, b1 and b2 of B, c1 of C; z has no category.
async fn shop(db: &PgPool) -> Arc<Snapshot> {
    seed::catalog(db, "shop", "basket").await;
    let baskets = [
        "a1 a2 b1", "a1 b1", "a1 b2", "a2 b1 z", "c1 b2", "c1 z", "c1",
    ];
    let rows: Vec<(String, &str)> = (0..)
        .zip(baskets)
        .flat_map(|(n, items)| items.split(' ').map(move |item| (format!("k{n}"), item)))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(n, item)| (n.as_str(), *item)).collect();
    let batch = seed::batch(db, "shop", &rows).await;
    for (item, category) in [
        ("a1", "A"),
        ("a2", "A"),
        ("b1", "B"),
        ("b2", "B"),
        ("c1", "C"),
    ] {
        seed::category(db, batch, item, category).await;
    }
    seed::show(db, "shop", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    index.current("shop").unwrap()
}

fn wanted(level: Level, figure: Figure) -> Wanted {
    Wanted {
        level,
        figure,
        arrange: Arrange::Size,
        most: 20,
        rows_of: None,
        columns_of: None,
    }
}

/// The figures, a row a line; a dash where there is none.
fn figures(grid: &Grid) -> String {
    let rows = grid.rows.iter().zip(&grid.cells).map(|(head, cells)| {
        let cells = cells.iter().map(|cell| match cell.value {
            Some(value) => format!(" {value:.3}"),
            None => " -".to_owned(),
        });
        format!("{}{}", head.id, cells.collect::<String>())
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[sqlx::test]
async fn a_heat_map_of_categories_has_baskets_and_item_pairs(db: PgPool) {
    let snapshot = shop(&db).await;
    let map = |figure| figures(&Grid::new(&snapshot, wanted(Level::Category, figure)));
    // A and B have five choices each, C three; k0 holds two items of A.
    assert_eq!(
        map(Figure::Baskets(Measure::Together)),
        "A 1.000 4.000 0.000\nB 4.000 0.000 1.000\nC 0.000 1.000 0.000"
    );
    // Four of seven baskets have both, and four have A, five B: 4·7/(4·5).
    assert_eq!(
        map(Figure::Baskets(Measure::Lift)),
        "A - 1.400 0.000\nB 1.400 - 0.467\nC 0.000 0.467 -"
    );
    assert_eq!(
        map(Figure::Baskets(Measure::ConfidenceAb)),
        "A - 1.000 0.000\nB 0.800 - 0.200\nC 0.000 0.333 -"
    );
    // a1a2 a1b1 a2b1 | a1b1 | a1b2 | a2b1 (a2z b1z) | c1b2 | (c1z)
    assert_eq!(
        map(Figure::Pairs(OfPairs::Together)),
        "A 1.000 5.000 0.000\nB 5.000 0.000 1.000\nC 0.000 1.000 0.000"
    );
    // A stands in 7 pairs, z being one of the others; B in 7, C in 2.
    assert_eq!(
        map(Figure::Pairs(OfPairs::Share)),
        "A 0.143 0.714 0.000\nB 0.714 0.000 0.143\nC 0.000 0.500 0.000"
    );
    // Ten pairs have twenty ends, A eight of them, B seven: 5/(8·7/20).
    let lifts = Grid::new(
        &snapshot,
        wanted(Level::Category, Figure::Pairs(OfPairs::Lift)),
    );
    assert!((lifts.cells[0][1].value.unwrap() - 100.0 / 56.0).abs() < 1e-12);
    assert!((lifts.cells[0][0].value.unwrap() - 40.0 / 64.0).abs() < 1e-12);
}

#[sqlx::test]
async fn a_heat_map_of_items_has_the_figures_of_the_table(db: PgPool) {
    let snapshot = shop(&db).await;
    let grid = Grid::new(
        &snapshot,
        wanted(Level::Item, Figure::Baskets(Measure::Npmi)),
    );
    let ids: Vec<&str> = grid.rows.iter().map(|head| head.id.as_str()).collect();
    assert_eq!(ids, ["a1", "b1", "c1", "a2", "b2", "z"]);
    let filter = Query::default().filter().unwrap();
    let table = Table::new(&snapshot, &filter).unwrap();
    let mut rows = Vec::new();
    table.each(|pair| rows.push(pair));
    let mut shared = 0;
    for (row, cells) in grid.rows.iter().zip(&grid.cells) {
        for (column, cell) in grid.columns.iter().zip(cells) {
            assert_eq!(cell.value.is_none(), row.id == column.id);
            let wanted = (row.number.min(column.number), row.number.max(column.number));
            let pair = rows.iter().find(|pair| (pair.a, pair.b) == wanted).copied();
            assert_eq!(cell.together > 0 && row.id != column.id, pair.is_some());
            if let Some(pair) = pair {
                let expected = Measure::Npmi.value(&table.contingency(pair).unwrap());
                assert_eq!(cell.value.unwrap().to_bits(), expected.to_bits());
                shared += 1;
            }
        }
    }
    assert!(shared > 0);
    let of_a = Wanted {
        rows_of: snapshot.find_category("A"),
        columns_of: snapshot.find_category("B"),
        ..wanted(Level::Item, Figure::Baskets(Measure::Together))
    };
    assert_eq!(
        figures(&Grid::new(&snapshot, of_a)),
        "a1 2.000 1.000\na2 2.000 0.000"
    );
}

#[sqlx::test]
async fn a_heat_map_is_cut_openly_and_arranged_by_likeness(db: PgPool) {
    let snapshot = shop(&db).await;
    let few = Wanted {
        most: 2,
        ..wanted(Level::Item, Figure::Baskets(Measure::Lift))
    };
    let grid = Grid::new(&snapshot, few);
    assert_eq!(
        (grid.rows.len(), grid.columns.len(), grid.left_out),
        (2, 2, 4)
    );
    let alike = Wanted {
        arrange: Arrange::Alike,
        ..wanted(Level::Item, Figure::Baskets(Measure::Lift))
    };
    let grid = Grid::new(&snapshot, alike);
    let ids: Vec<&str> = grid.rows.iter().map(|head| head.id.as_str()).collect();
    // From the largest on: a1 goes with b1 as with a2 more than with b2, b1 most with a2, and so on.
    assert_eq!(ids[0], "a1");
    for pair in ids.windows(2).take(2) {
        let number = |id: &str| snapshot.find_item(id).unwrap();
        assert!(
            snapshot.together(number(pair[0]), number(pair[1])) > 0,
            "{ids:?}"
        );
    }
}

#[sqlx::test]
async fn shading_has_chance_in_the_middle_or_begins_at_nothing(db: PgPool) {
    let snapshot = shop(&db).await;
    let steps = |figure, shade| {
        let grid = Grid::new(&snapshot, wanted(Level::Category, figure));
        let shading = Shading::new(&grid, figure, shade);
        let step = |row: usize, column: usize| shading.step(row, column, &grid.cells[row][column]);
        [step(0, 0), step(0, 1), step(0, 2), step(1, 2)]
    };
    // ln 1.4 is .336 and ln .467 is −.762, which is the farthest.
    assert_eq!(
        steps(Figure::Baskets(Measure::Lift), Shade::All),
        [
            None,
            Some(Step::Drift(2)),
            Some(Step::Drift(-4)),
            Some(Step::Drift(-4))
        ]
    );
    assert_eq!(
        steps(Figure::Baskets(Measure::Lift), Shade::Row)[1],
        Some(Step::Drift(4))
    );
    assert_eq!(
        steps(Figure::Pairs(OfPairs::Together), Shade::All),
        [Step::Heat(2), Step::Heat(8), Step::Heat(0), Step::Heat(2)].map(Some)
    );
    assert_eq!(
        steps(Figure::Pairs(OfPairs::Together), Shade::Column)[3],
        Some(Step::Heat(8))
    );
}

#[sqlx::test]
async fn two_categories_and_two_items_leave_what_lies_between_them(db: PgPool) {
    let snapshot = shop(&db).await;
    let rows = |query: Query| {
        let filter = query.filter().unwrap();
        let table = Table::new(&snapshot, &filter).unwrap();
        let page = table.page(100, None);
        let looked = table.page_by_looking(100, None);
        assert_eq!((&page.pairs, page.total), (&looked.pairs, looked.total));
        let id = |item: u32| snapshot.items[item as usize].id.clone();
        let pairs = page
            .pairs
            .iter()
            .map(|pair| format!("{}{}", id(pair.a), id(pair.b)));
        pairs.collect::<Vec<_>>().join(" ")
    };
    let some = |text: &str| Some(text.to_owned());
    let query = Query {
        sort: some("ids"),
        ..Query::default()
    };
    let between = |one: &str, other: &str| Query {
        category: some(one),
        other_category: some(other),
        ..query.clone()
    };
    assert_eq!(rows(between("A", "B")), "a1b1 a1b2 a2b1");
    assert_eq!(rows(between("B", "A")), "a1b1 a1b2 a2b1");
    assert_eq!(rows(between("A", "A")), "a1a2");
    assert_eq!(rows(between("A", "C")), "");
    let pair = |one: &str, other: &str| Query {
        item: some(one),
        other_item: some(other),
        ..query.clone()
    };
    assert_eq!(rows(pair("b1", "a1")), "a1b1");
    assert_eq!(rows(pair("a1", "c1")), "");
    assert_eq!(rows(pair("a1", "a1")), "");
}

/// Baskets on two days: on the first a with b, on the second a with c and, once, with b.
async fn two_days(db: &PgPool) -> [Arc<Snapshot>; 2] {
    seed::catalog(db, "days", "basket").await;
    let mut rows: Vec<(String, &str)> = Vec::new();
    for n in 0..30 {
        let other = if n == 20 || n < 10 { "b" } else { "c" };
        let other = if (10..20).contains(&n) { "d" } else { other };
        rows.extend([(format!("k{n:02}"), "a"), (format!("k{n:02}"), other)]);
    }
    let rows: Vec<(&str, &str)> = rows.iter().map(|(n, item)| (n.as_str(), *item)).collect();
    let batch = seed::batch(db, "days", &rows).await;
    for (item, category) in [("a", "A"), ("b", "B"), ("c", "C"), ("d", "B")] {
        seed::category(db, batch, item, category).await;
    }
    sqlx::query(
        "update interaction
         set at = case when basket_id < 'k15' then timestamptz '2026-03-01Z' else '2026-03-02Z' end",
    )
    .execute(db)
    .await
    .unwrap();
    seed::show(db, "days", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let mut sides = Vec::new();
    for day in ["2026-03-01", "2026-03-02"] {
        let query = Query {
            from: Some(day.to_owned()),
            to: Some(day.to_owned()),
            ..Query::default()
        };
        let slice = query.slice(&index, "days").unwrap();
        sides.push(index.slice(&slice).await.unwrap());
    }
    sides.try_into().ok().unwrap()
}

#[sqlx::test]
async fn a_comparison_finds_what_is_new_what_is_gone_and_what_may_be_chance(db: PgPool) {
    let [left, right] = two_days(&db).await;
    assert_eq!((left.baskets.len(), right.baskets.len()), (15, 15));
    let compare = |level, least, most| Comparison::new(&left, &right, level, least, most);
    let rows = |comparison: &Comparison| -> Vec<(String, u32, u32, Verdict)> {
        let rows = comparison.changes.iter();
        rows.map(|change| {
            let pair = format!("{}{}", change.a, change.b);
            (
                pair,
                change.left.together,
                change.right.together,
                change.verdict(),
            )
        })
        .collect()
    };
    let all = compare(Level::Item, 1, 50);
    assert_eq!((all.compared, all.told), (3, 2));
    let pair = |name: &str, left, right, verdict| (name.to_owned(), left, right, verdict);
    // From none to 9 of 15 leaves .283 for certain, from 10 to 1 of 15 only .260.
    assert_eq!(
        rows(&all),
        [
            pair("ac", 0, 9, Verdict::New),
            pair("ab", 10, 1, Verdict::Less),
            pair("ad", 5, 5, Verdict::Untold),
        ]
    );
    let least = all
        .changes
        .iter()
        .map(|change| format!("{:.3}", change.difference.least()));
    assert_eq!(least.collect::<Vec<_>>(), ["0.283", "0.260", "0.000"]);
    // Turned round, what was new is gone; a pair of both sides stands once.
    let turned = Comparison::new(&right, &left, Level::Item, 1, 50);
    assert_eq!(rows(&turned)[0], pair("ac", 9, 0, Verdict::Gone));
    assert_eq!(rows(&turned).len(), 3);
    // A pair that is frequent enough on one side is compared whatever it is on the other.
    assert_eq!(rows(&compare(Level::Item, 6, 50)).len(), 2);
    let cut = compare(Level::Item, 1, 1);
    assert_eq!((cut.changes.len(), cut.compared), (1, 3));
    assert_eq!(cut.changes[0].a, "a");
    assert_eq!(cut.changes[0], all.changes[0]);
    let mut categories = rows(&compare(Level::Category, 1, 50));
    categories.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        pair("AB", 15, 6, Verdict::Less),
        pair("AC", 0, 9, Verdict::New),
    ];
    assert_eq!(categories, expected);
}

#[sqlx::test]
async fn rows_in_blocks_of_any_size_are_the_rows_in_order(db: PgPool) {
    let snapshot = shop(&db).await;
    let orders = Measure::ALL.into_iter();
    let orders = orders.flat_map(|by| [Order::Falling(by), Order::Rising(by)]);
    for order in orders.chain([Order::Ids]) {
        for level in [Level::Item, Level::Category] {
            let query = Query {
                level: Some(level.as_str().to_owned()),
                sort: Some(order.code()),
                ..Query::default()
            };
            let filter = query.filter().unwrap();
            let table = Table::new(&snapshot, &filter).unwrap();
            let known = table.page_by_looking(1_000, None).pairs;
            assert_eq!(table.rows(), known.len() as u64);
            for block in 1..=known.len() + 1 {
                let mut rows = Vec::new();
                let all = table.try_each_in_order(block, |pair| {
                    rows.push(pair);
                    ControlFlow::<()>::Continue(())
                });
                assert!(all.is_continue());
                assert_eq!(rows, known, "{order:?} in blocks of {block}");
            }
        }
    }
    let filter = Query::default().filter().unwrap();
    let table = Table::new(&snapshot, &filter).unwrap();
    let third = table.try_each_in_order(2, {
        let mut seen = 0;
        move |pair| {
            seen += 1;
            if seen == 3 {
                ControlFlow::Break(pair)
            } else {
                ControlFlow::Continue(())
            }
        }
    });
    assert_eq!(
        third.break_value(),
        Some(table.page_by_looking(3, None).pairs[2])
    );
}
