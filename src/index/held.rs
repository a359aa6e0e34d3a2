//! What the visible batches of one catalog bring, held so that a batch can be added and taken away.
//!
//! Counts are sets over multiplicities: a pair of owner and item counts once, but how many rows
//! brought it is kept, so that taking a batch away leaves exactly what the others brought. A
//! [`Snapshot`] is built from it; whatever the order in which batches came and went, it is the one
//! that reading everything anew would give.

use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::load::Slice;
use super::names::{Names, Places};
use super::owners::Owners;
use super::snapshot::{Item, Snapshot, most_chosen};
use super::store::{Choice, ItemRow};
use super::table::{Moves, Table};
use crate::catalog::search::Search;
use crate::catalog::types::{BasketRule, Catalog};
use crate::serving;

/// Everything that is counted in one slice of one catalog.
pub(super) struct Held {
    pub(super) catalog: Catalog,
    pub(super) slice: Slice,
    pub(super) described: Vec<ItemRow>,
    /// When the newest interaction happened.
    pub(super) newest: Option<DateTime<Utc>>,
    items: Names,
    /// How many rows chose each item, by the item's number.
    item_rows: Vec<i64>,
    users: Owners,
    /// Empty where a basket is a user.
    baskets: Owners,
    /// Of the newest snapshot; none before the first.
    table: Option<Table>,
}

impl Held {
    pub(super) fn new(catalog: Catalog, slice: Slice) -> Self {
        Self {
            catalog,
            slice,
            described: Vec::new(),
            newest: None,
            items: Names::default(),
            item_rows: Vec::new(),
            users: Owners::default(),
            baskets: Owners::default(),
            table: None,
        }
    }

    /// Adds a row that counts, or with `rows` -1 takes one away that was added.
    pub(super) fn add(&mut self, choice: &Choice, rows: i32) {
        let item = self.items.number(&choice.item_id);
        self.item_rows.resize(self.items.len(), 0);
        self.item_rows[item as usize] += i64::from(rows);
        if let Some(user) = &choice.user_id {
            self.users.add(user, item, rows);
        }
        if self.catalog.basket_rule != BasketRule::User
            && let Some(basket) = &choice.basket_id
        {
            self.baskets.add(basket, item, rows);
        }
    }

    /// Sums up the rows that came; answers what they move, where a table is followed.
    fn settle(&mut self, most_items: usize) -> Moves {
        let mut moves = Moves::default();
        let follows = self.table.is_some();
        let note = |before: &[u32], after: &[u32]| {
            if follows {
                let counted = |held: &[u32]| held.len() <= most_items;
                let [before, after] =
                    [before, after].map(|held| if counted(held) { held } else { &[] });
                moves.note(before, after);
            }
        };
        if self.catalog.basket_rule == BasketRule::User {
            self.users.settle(note);
        } else {
            self.users.settle(|_, _| ());
            self.baskets.settle(note);
        }
        moves
    }

    /// The snapshot of what is held now.
    pub(super) fn build(&mut self, counted_at: DateTime<Utc>) -> Snapshot {
        // Items that are described belong to the catalog even where nobody chose them.
        let mut rows: HashMap<u32, &ItemRow> = HashMap::new();
        for row in &self.described {
            rows.insert(self.items.number(&row.item_id), row);
        }
        self.item_rows.resize(self.items.len(), 0);
        let item_rows = &self.item_rows;
        let items = self
            .items
            .places(|item| item_rows[item as usize] > 0 || rows.contains_key(&item));
        let described = Described::new(&items, &rows);
        let most_items = self
            .catalog
            .most_items
            .map_or(usize::MAX, |most| most as usize);
        let moves = self.settle(most_items);
        let (user_ids, histories) = self.users.build(&items, &self.items, usize::MAX);
        let (basket_ids, baskets) = match self.catalog.basket_rule {
            BasketRule::User if most_items == usize::MAX => (user_ids.clone(), histories.clone()),
            BasketRule::User => self.users.build(&items, &self.items, most_items),
            BasketRule::Basket | BasketRule::UserWindow => {
                self.baskets.build(&items, &self.items, most_items)
            }
        };
        let table = match self.table.take() {
            None => Table::uncounted(&items),
            Some(before) => before.follow(&moves, &items, &baskets.set),
        };
        let pairs = table.counts();
        self.table = Some(table);
        let most_chosen = most_chosen(&baskets.set);
        let totals = |number: u32| baskets.set.total(number);
        let search = Search::new(described.items.iter().zip(0..).map(|(item, number)| {
            let (id, title) = (item.id.as_str(), item.title.as_str());
            (number, id, title, totals(number))
        }));
        Snapshot {
            change: self.slice.change,
            counted_at,
            newest: self.newest,
            digest: baskets.digest.wrapping_add(histories.digest.rotate_left(1)),
            items: described.items,
            facts: described.facts,
            categories: described.categories,
            baskets: baskets.set,
            left_out: baskets.left_out,
            basket_ids,
            histories: histories.set,
            user_ids,
            most_chosen,
            search: Arc::new(search),
            by_id: items.names.into_iter().zip(0..).collect(),
            standings: Mutex::default(),
            renumberings: Mutex::default(),
            pairs,
            totals: OnceLock::new(),
            q_values: OnceLock::new(),
            orders: OnceLock::new(),
            categories_counted: OnceLock::new(),
            evidence: OnceLock::new(),
            evidence_before: None,
            catalog: self.catalog.clone(),
            slice: self.slice.clone(),
            is_supposed: false,
        }
    }
}

/// The items with their records, and the categories they name.
struct Described {
    items: Vec<Item>,
    facts: Vec<serving::Item>,
    categories: Vec<String>,
}

impl Described {
    fn new(places: &Places, rows: &HashMap<u32, &ItemRow>) -> Self {
        let mut categories: Vec<&str> = rows
            .values()
            .filter_map(|row| row.category.as_deref())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        let number = |name: &str| Some(categories.binary_search(&name).ok()? as u32);
        let (items, facts) = places
            .names
            .iter()
            .zip(&places.numbers)
            .map(|(id, given)| match rows.get(given) {
                None => undescribed(id),
                Some(row) => describe(id, row, row.category.as_deref().and_then(number)),
            })
            .unzip();
        Self {
            items,
            facts,
            categories: categories.into_iter().map(str::to_owned).collect(),
        }
    }
}

fn describe(id: &str, row: &ItemRow, category: Option<u32>) -> (Item, serving::Item) {
    let item = Item {
        id: id.to_owned(),
        title: row.title.clone().unwrap_or_else(|| id.to_owned()),
        category,
        categories: row.categories.clone(),
        image: row.image.clone(),
        link: row.link.clone(),
    };
    let facts = serving::Item {
        category,
        available: row.available,
    };
    (item, facts)
}

/// An item that people chose and nobody described: its id is all there is to show.
fn undescribed(id: &str) -> (Item, serving::Item) {
    let item = Item {
        id: id.to_owned(),
        title: id.to_owned(),
        category: None,
        categories: Vec::new(),
        image: None,
        link: None,
    };
    let facts = serving::Item {
        category: None,
        available: true,
    };
    (item, facts)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::catalog::types::SameCategory;
    use crate::counting::LeftOut;
    use proptest::prelude::*;

    fn empty(basket_rule: BasketRule) -> Held {
        let catalog = Catalog {
            id: "shop".to_owned(),
            name: "Shop".to_owned(),
            basket_rule,
            basket_window: None,
            kinds: None,
            least_weight: None,
            most_items: None,
            time_zone: "UTC".to_owned(),
            least_rows: 3,
            least_together: 2,
            hide_chosen: false,
            same_category: SameCategory::Any,
            first_change: 0,
            last_change: 1,
        };
        Held::new(catalog, Slice::whole("shop", 1))
    }

    /// A snapshot of what each of some users chose, by the ids of items.
    pub(crate) fn snapshot_of(chosen: &[Vec<String>]) -> Snapshot {
        let mut held = empty(BasketRule::User);
        for (user, items) in chosen.iter().enumerate() {
            for item_id in items {
                let choice = Choice {
                    item_id: item_id.clone(),
                    user_id: Some(format!("u{user}")),
                    basket_id: None,
                };
                held.add(&choice, 1);
            }
        }
        held.build(DateTime::UNIX_EPOCH)
    }

    /// A user and perhaps a basket, and an item, all by small numbers so that rows meet.
    type Row = (u8, Option<u8>, u8);

    fn choice(row: Row) -> Choice {
        Choice {
            item_id: format!("i{}", row.2),
            user_id: Some(format!("u{}", row.0)),
            basket_id: row.1.map(|basket| format!("b{basket}")),
        }
    }

    fn add(held: &mut Held, rows: &[Row], times: i32) {
        for row in rows {
            held.add(&choice(*row), times);
        }
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec((0..12_u8, prop::option::of(0..20_u8), 0..15_u8), 0..12)
    }

    fn assert_same(followed: &Snapshot, counted: &Snapshot) {
        assert_eq!(followed.digest, counted.digest);
        assert_eq!(followed.items, counted.items);
        assert_eq!(followed.most_chosen, counted.most_chosen);
        assert_eq!(followed.user_ids, counted.user_ids);
        assert_eq!(followed.basket_ids, counted.basket_ids);
        for (one, other) in [
            (&followed.baskets, &counted.baskets),
            (&followed.histories, &counted.histories),
        ] {
            assert_eq!(one.len(), other.len());
            for owner in 0..one.len() {
                assert_eq!(one.items_of(owner), other.items_of(owner));
            }
        }
        assert!(followed.pairs().iter().eq(counted.pairs().iter()));
        assert_eq!(followed.pairs().len(), counted.pairs().len());
    }

    /// So many choices that a few more are counted into their table, and it is not counted anew.
    fn many() -> Vec<Row> {
        let owners = 20..50_u8;
        let of_owner = |owner: u8| (0..30_u8).map(move |item| (owner, Some(owner), item));
        owners.flat_map(of_owner).collect()
    }

    #[test]
    fn a_small_change_is_counted_into_the_table_and_a_large_one_is_counted_anew() {
        let mut held = empty(BasketRule::Basket);
        add(&mut held, &many(), 1);
        let first = held.build(DateTime::UNIX_EPOCH);
        assert_eq!(first.pairs().len(), 30 * 29 / 2);
        let touched = |held: &Held| held.table.as_ref().map(Table::touched);
        let mut all = many();
        for row in [(1, Some(20), 200), (1, Some(20), 201), (2, Some(1), 30)] {
            add(&mut held, &[row], 1);
            all.push(row);
            let mut anew = empty(BasketRule::Basket);
            add(&mut anew, &all, 1);
            assert_same(
                &held.build(DateTime::UNIX_EPOCH),
                &anew.build(DateTime::UNIX_EPOCH),
            );
        }
        assert_eq!(touched(&held), Some(30 + 31));
        assert_eq!(first.pairs().len(), 30 * 29 / 2);
        add(&mut held, &many(), -1);
        let left = held.build(DateTime::UNIX_EPOCH);
        assert_eq!(touched(&held), Some(0));
        assert_eq!(left.pairs().len(), 1);
    }

    proptest! {
        /// Batches come, some go, and a snapshot is built now and then: it is always the one that
        /// the batches still there give from nothing.
        #[test]
        fn what_is_followed_equals_a_recount(
            batches in prop::collection::vec((rows(), any::<bool>(), any::<bool>()), 1..12),
            by_user in any::<bool>(),
        ) {
            let rule = if by_user { BasketRule::User } else { BasketRule::Basket };
            let mut held = empty(rule);
            let many = many();
            let mut there: Vec<&Vec<Row>> = vec![&many];
            add(&mut held, &many, 1);
            held.build(DateTime::UNIX_EPOCH).pairs();
            for (rows, takes_one_away, builds) in &batches {
                add(&mut held, rows, 1);
                there.push(rows);
                if *takes_one_away {
                    let gone = there.remove((there.len() / 2).max(1));
                    add(&mut held, gone, -1);
                }
                if *builds {
                    let mut anew = empty(rule);
                    for rows in there.iter().rev() {
                        add(&mut anew, rows, 1);
                    }
                    let now = DateTime::UNIX_EPOCH;
                    assert_same(&held.build(now), &anew.build(now));
                }
            }
        }
    }

    #[test]
    fn a_basket_of_too_many_items_is_kept_and_does_not_count() {
        for rule in [BasketRule::Basket, BasketRule::User] {
            let mut held = empty(rule);
            held.catalog.most_items = Some(30);
            add(&mut held, &many(), 1);
            assert_eq!(held.build(DateTime::UNIX_EPOCH).pairs().len(), 30 * 29 / 2);
            // One more item takes the basket out, and the user keeps it; one less brings it back.
            let row = (20, Some(20), 99);
            add(&mut held, &[row], 1);
            let without = held.build(DateTime::UNIX_EPOCH);
            let choices = 31;
            assert_eq!(
                without.left_out,
                LeftOut {
                    baskets: 1,
                    choices
                }
            );
            assert_eq!((without.baskets.len(), without.user_ids.len()), (29, 30));
            assert_eq!(without.pairs().get(0, 1), 29);
            assert_eq!(without.history("u20").map(<[u32]>::len), Some(31));
            add(&mut held, &[row], -1);
            let with = held.build(DateTime::UNIX_EPOCH);
            assert_eq!(with.left_out, LeftOut::default());
            assert_eq!(with.pairs().get(0, 1), 30);
        }
    }

    #[test]
    fn a_digest_tells_owners_items_and_rules_apart() {
        let digest = |rule, rows: &[Row]| {
            let mut held = empty(rule);
            add(&mut held, rows, 1);
            held.build(DateTime::UNIX_EPOCH).digest
        };
        let of_user = |rows: &[Row]| digest(BasketRule::User, rows);
        let some = of_user(&[(1, None, 1), (2, None, 2)]);
        assert_eq!(some, of_user(&[(2, None, 2), (1, None, 1), (1, None, 1)]));
        assert_ne!(some, of_user(&[(1, None, 2), (2, None, 1)]));
        assert_ne!(some, of_user(&[(1, None, 1)]));
        let rows = [(1, Some(1), 1), (1, Some(2), 2)];
        assert_ne!(of_user(&rows), digest(BasketRule::Basket, &rows));
    }
}
