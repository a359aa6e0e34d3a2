//! The lists of all single items twice: as they are and as they would be.
//!
//! What an override would do and how two versions differ are the same question. A "list" is the top
//! ten of one item, as it is served.

use serde::Serialize;
use utoipa::ToSchema;

use crate::counting::in_parallel;
use crate::index::snapshot::{Scratch, Snapshot, threads};
use crate::jobs::meter::Meter;
use crate::serving::{Served, differs};

/// Rows of a compared list.
pub const ROWS: usize = 10;

/// One list before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangedList)]
pub struct Example {
    /// The item that the list is for.
    pub anchor_id: String,
    /// Its title.
    pub anchor_title: String,
    /// The list as it is.
    pub before: Vec<Line>,
    /// The list as it would be.
    pub after: Vec<Line>,
}

/// One row of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangedLine)]
pub struct Line {
    /// The suggested item.
    pub item_id: String,
    /// Its title.
    pub title: String,
    /// Whether the other list has not got the item.
    pub moved: bool,
}

/// How one item's two lists go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub anchor: u32,
    /// Whether a person would see another list.
    pub differs: bool,
    /// Items that both lists hold.
    pub kept: u32,
    /// Rows of the longer list.
    pub rows: u32,
    /// Whether another item comes first.
    pub another_first: bool,
}

impl Change {
    fn new(anchor: u32, before: &Served, after: &Served) -> Self {
        let holds = |item: u32| before.rows.iter().any(|row| row.item == item);
        let first = |list: &Served| list.rows.first().map(|row| row.item);
        Self {
            anchor,
            differs: differs(before, after),
            kept: after.rows.iter().filter(|row| holds(row.item)).count() as u32,
            rows: before.rows.len().max(after.rows.len()) as u32,
            another_first: first(before) != first(after),
        }
    }
}

/// Compares both lists of each anchor, on all threads, until nobody wants it any more.
pub fn changes(
    anchors: &[u32],
    meter: &Meter,
    both: impl Fn(u32, &mut Scratch) -> (Served, Served) + Sync,
) -> Vec<Change> {
    let of_anchor = |scratch: &mut Scratch, &anchor: &u32| {
        if meter.is_cancelled() {
            return None;
        }
        let (before, after) = both(anchor, scratch);
        meter.add(1);
        Some(Change::new(anchor, &before, &after))
    };
    let changes = in_parallel(anchors.iter(), threads(), Scratch::default, of_anchor);
    changes.into_iter().flatten().collect()
}

/// Both lists of an anchor, with names.
pub fn example(snapshot: &Snapshot, anchor: u32, before: &Served, after: &Served) -> Example {
    let item = &snapshot.items[anchor as usize];
    Example {
        anchor_id: item.id.clone(),
        anchor_title: item.title.clone(),
        before: lines(snapshot, before, after),
        after: lines(snapshot, after, before),
    }
}

fn lines(snapshot: &Snapshot, list: &Served, other: &Served) -> Vec<Line> {
    list.rows
        .iter()
        .map(|row| {
            let there = other.rows.iter().find(|there| there.item == row.item);
            let item = &snapshot.items[row.item as usize];
            Line {
                item_id: item.id.clone(),
                title: item.title.clone(),
                moved: there.is_none(),
            }
        })
        .collect()
}
