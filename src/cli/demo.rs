//! A small invented catalog, so that a first look shows something.
//!
//! A bookshop that does not exist: orders come from a few kinds of readers by a fixed sequence of
//! pseudo-random numbers, so that every machine shows the same figures. The rows go through the
//! same import as everybody's files.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context as _;
use chrono::Utc;
use sqlx::PgPool;

use crate::accounts::types::Actor;
use crate::interactions::formats::{Format, Options};
use crate::interactions::intake::{self, CHUNK_RECORDS, Order};

const CATALOG: &str = "demo";
const ORDERS: u32 = 900;

/// Shelves with their books. Books on one shelf are bought together more often than by chance.
const SHELVES: [(&str, [&str; 7]); 8] = [
    (
        "Baking",
        [
            "The Patient Loaf",
            "Rye and Shine",
            "Crumb by Crumb",
            "A Winter of Cakes",
            "Butter, Sugar, Flour",
            "The Sourdough Diary",
            "Pies for Neighbours",
        ],
    ),
    (
        "Gardening",
        [
            "A Small Green Yard",
            "Roses Without Tears",
            "The Bean Calendar",
            "Soil, Slowly",
            "Herbs on a Sill",
            "The Hedge Book",
            "Moss and Shade",
        ],
    ),
    (
        "Sea stories",
        [
            "The Lantern Keeper",
            "North of the Shoals",
            "Salt on the Stairs",
            "A Harbour in March",
            "The Pilot's Daughter",
            "Nine Knots",
            "What the Tide Left",
        ],
    ),
    (
        "Mysteries",
        [
            "The Clock in Room Five",
            "Murder at the Weir",
            "A Quiet Alibi",
            "The Empty Orangery",
            "Ink and Arsenic",
            "The Last Ferry Home",
            "Who Rang at Noon",
        ],
    ),
    (
        "Space",
        [
            "Orbits for Beginners",
            "The Cold Between Stars",
            "Dust and Moons",
            "A Field Guide to Comets",
            "Listening to Pulsars",
            "The Slow Rocket",
            "Seven Kinds of Dark",
        ],
    ),
    (
        "Children",
        [
            "The Owl Who Counted",
            "Bertie Builds a Boat",
            "Goodnight, Small Engine",
            "The Cloud Postman",
            "A Hat for a Hedgehog",
            "Twelve Blue Buttons",
            "The Upside Down House",
        ],
    ),
    (
        "History",
        [
            "Roads of the Old Kingdom",
            "The Weavers' Century",
            "Maps That Lied",
            "Bread and Rivers",
            "The Long Toll Bridge",
            "Letters from a Siege",
            "A Town Remembers",
        ],
    ),
    (
        "Walking",
        [
            "Over Three Passes",
            "The Wet Weather Walker",
            "Paths by the Canal",
            "Ridge to Ridge",
            "A Year on Foot",
            "Boots and Bread",
            "The Lowland Way",
        ],
    ),
];

/// Readers by the shelves they like.
const READERS: [[usize; 3]; 6] = [
    [0, 1, 5],
    [2, 3, 6],
    [4, 3, 2],
    [7, 1, 6],
    [5, 0, 7],
    [6, 4, 2],
];

/// Imports the catalog; one that is there already is left as it is.
pub(super) async fn load(db: &PgPool) -> anyhow::Result<()> {
    if crate::catalog::store::find(db, CATALOG)
        .await
        .map_err(super::output::store)?
        .is_some_and(|catalog| catalog.last_change > 0)
    {
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("tandem-demo-{}", std::process::id()));
    let imported = import(db, &folder).await;
    let _ = fs::remove_dir_all(&folder);
    imported
}

async fn import(db: &PgPool, folder: &std::path::Path) -> anyhow::Result<()> {
    let unwritable = || {
        format!(
            "the demo catalog could not be written to {}",
            folder.display()
        )
    };
    fs::create_dir_all(folder).with_context(unwritable)?;
    let (orders, items) = (folder.join("orders.csv"), folder.join("books.csv"));
    fs::write(&orders, orders_csv()).with_context(unwritable)?;
    fs::write(&items, items_csv()).with_context(unwritable)?;
    let order = Order {
        catalog_id: CATALOG.to_owned(),
        paths: vec![orders],
        reading: Options {
            format: Format::Interactions,
            items: Some(items),
            users: None,
            map: Vec::new(),
            now: Utc::now(),
        },
        chunk_records: CHUNK_RECORDS,
    };
    intake::import(db, &Actor::command(), &order, &mut |_| ()).await?;
    Ok(())
}

fn items_csv() -> String {
    let mut text = "item_id,title,category\n".to_owned();
    for (shelf, (category, titles)) in SHELVES.iter().enumerate() {
        for (place, title) in titles.iter().enumerate() {
            let _ = writeln!(text, "{},\"{title}\",{category}", id(shelf, place));
        }
    }
    text
}

fn id(shelf: usize, place: usize) -> String {
    format!("b{}", shelf * 10 + place + 1)
}

fn orders_csv() -> String {
    let mut text = "basket_id,user_id,item_id,kind,at\n".to_owned();
    let mut chance = Chance(42);
    for order in 1..=ORDERS {
        let reader = chance.below(240);
        let kind = READERS[reader as usize % READERS.len()];
        let day = chance.below(28) + 1;
        for _ in 0..2 + chance.below(4) {
            // Four books of five come from the reader's shelves, the first of them most often.
            let shelf = match chance.below(10) {
                0..=3 => kind[0],
                4..=6 => kind[1],
                7 => kind[2],
                _ => chance.below(8) as usize,
            };
            // The product of two draws favours the front of a shelf, as a shop's table does.
            let place = (chance.below(7) * (chance.below(7) + 1) / 7) as usize;
            let _ = writeln!(
                text,
                "o{order},r{reader},{},purchase,2026-09-{day:02}T12:00:00Z",
                id(shelf, place)
            );
        }
    }
    text
}

/// Marsaglia's xorshift: not for secrets, the same everywhere.
struct Chance(u32);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % bound
    }
}
