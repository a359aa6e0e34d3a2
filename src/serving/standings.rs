//! Which lists hold an item: many lists, turned round.

/// One item's place in the list of one anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub anchor: u32,
    pub item: u32,
    /// From 1.
    pub rank: u32,
    /// The override that put the item there; absent where none did.
    pub by_override: Option<i64>,
    /// Whether the item fills a thin list.
    pub is_fallback: bool,
}

/// The lists of all anchors, by anchor and by the item they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standings {
    lists: Vec<Vec<Standing>>,
    /// By item; the anchors ascending.
    holders: Vec<Vec<Standing>>,
}

impl Standings {
    /// From one list for each item, in the order of the items.
    ///
    /// # Panics
    /// When a list names an item that has no list itself.
    pub fn new(lists: Vec<Vec<Standing>>) -> Self {
        let mut holders = vec![Vec::new(); lists.len()];
        for standing in lists.iter().flatten() {
            holders[standing.item as usize].push(*standing);
        }
        Self { lists, holders }
    }

    /// The lists that hold an item.
    pub fn of(&self, item: u32) -> &[Standing] {
        &self.holders[item as usize]
    }

    /// The same lists but for some.
    #[must_use]
    pub fn changed(&self, lists: Vec<(u32, Vec<Standing>)>) -> Self {
        let mut all = self.lists.clone();
        for (anchor, list) in lists {
            all[anchor as usize] = list;
        }
        Self::new(all)
    }
}
