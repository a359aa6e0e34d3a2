//! What is planted is found, and what only looks like it is not.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use chrono::{DateTime, Datelike as _, Days, Duration, Utc};
use sqlx::PgPool;

use super::orders::{INTERACTIONS, Order, When, Year};
use super::people::USERS;
use super::planted::{COINCIDENT, EITHER, PLANTED, POPULAR, SEASON, SEASONAL};
use super::{CATALOG, calendar, cast, history, load};
use crate::accounts::types::{Actor, ActorId, Role};
use crate::cooccurrence::filter::Query;
use crate::cooccurrence::table::Table;
use crate::counting::{Baskets, Contingency, Measure, PairCounts, count_pairs};
use crate::index::Index;
use crate::index::snapshot::Snapshot;
use crate::interactions::posted::Posts;
use crate::interactions::uploads::{Spool, UPLOAD_MOST};
use crate::lists::Lists;
use crate::lists::receipt::{Receipt, SigningKey};
use crate::lists::types::{Anchor, Ask, WhatIf};
use crate::overview::days;
use crate::services::Services;

/// Found: among the first three rows of the anchor's table, beyond what chance gives.
const FIRST: usize = 3;
const SURE: f64 = 0.001;

fn now() -> DateTime<Utc> {
    "2026-08-19T15:04:05Z".parse().unwrap()
}

/// Orders counted by the kernel alone.
struct Counted<'a> {
    year: &'a Year,
    baskets: Baskets,
    pairs: PairCounts,
}

impl<'a> Counted<'a> {
    fn new(year: &'a Year, which: impl Fn(&Order) -> bool) -> Self {
        let orders: Vec<&Order> = year.orders.iter().filter(|order| which(order)).collect();
        let choices = orders.iter().enumerate().flat_map(|(basket, order)| {
            let items = order.items.iter();
            items.map(move |&item| (basket as u32, item as u32))
        });
        let item_count = year.shelves.items.len() as u32;
        let baskets = Baskets::from_pairs(
            item_count,
            orders.len() as u32,
            choices.collect(),
            NonZeroUsize::MIN,
        );
        let pairs = count_pairs(&baskets, NonZeroUsize::MIN);
        Self {
            year,
            baskets,
            pairs,
        }
    }

    fn pair(&self, a: &str, b: &str) -> Contingency {
        let place = |id| self.year.shelves.place(id) as u32;
        self.at(place(a), place(b))
    }

    fn at(&self, a: u32, b: u32) -> Contingency {
        let total = |item| u64::from(self.baskets.total(item));
        let together = u64::from(self.pairs.get(a.min(b), a.max(b)));
        Contingency::new(together, total(a), total(b), u64::from(self.baskets.len()))
    }

    /// The place of an item among those that go with an anchor, from 1.
    fn rank(&self, measure: Measure, anchor: &str, item: &str) -> usize {
        let key = measure.rank_key(&self.pair(anchor, item));
        let anchor = self.year.shelves.place(anchor) as u32;
        let others = (0..self.baskets.item_count()).filter(|other| *other != anchor);
        1 + others
            .map(|other| self.at(anchor, other))
            .filter(|pair| pair.support() > 0.0 && measure.rank_key(pair) > key)
            .count()
    }
}

#[test]
fn the_shop_has_the_size_that_is_promised() {
    let year = Year::planted();
    assert!(year.shelves.items.len() >= 300);
    assert_eq!(year.shelves.categories.len(), 15);
    let rows: usize = year.orders.iter().map(|order| order.items.len()).sum();
    assert_eq!(rows, INTERACTIONS);
    let users: BTreeSet<u32> = year.orders.iter().map(|order| order.user).collect();
    assert_eq!(users.len() as u32, USERS);
    let ids: BTreeSet<&str> = year.shelves.items.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(ids.len(), year.shelves.items.len());
    for order in &year.orders {
        let items: BTreeSet<usize> = order.items.iter().copied().collect();
        assert_eq!(items.len(), order.items.len(), "an item stands in it twice");
        assert!((1..=12).contains(&order.items.len()));
    }
    let mean = rows as f64 / year.orders.len() as f64;
    assert!((3.5..=4.5).contains(&mean), "{mean}");
    let names: BTreeSet<&str> = year.shelves.categories.iter().copied().collect();
    for item in &year.shelves.items {
        assert!(item.second_category.is_none_or(|name| names.contains(name)));
        assert!(
            !item.title.contains('"'),
            "it would not stand in a file as it is"
        );
    }
}

/// A change of any table of the shop moves this figure; another machine does not.
#[test]
fn every_machine_draws_the_same() {
    let year = Year::planted();
    let counted = Counted::new(&year, |_| true);
    let tent = counted.pair("two-person-dome-tent", "tent-footprint-two-person");
    assert_eq!(tent, Contingency::new(1_107, 2_647, 1_574, 49_280));
}

#[test]
fn dates_move_with_today_and_nothing_else_does() {
    for day in 0..800 {
        let now = now() + Duration::days(day) + Duration::seconds(day * 997);
        for week in 0..52 {
            let (weekday, second) = ((week * 3) % 7, (week * 1_663) % 86_400);
            let when = When::Calendar {
                week,
                weekday,
                second,
            };
            let at = calendar::at(when, now);
            assert!(at <= now && now - at < Duration::weeks(52), "{at} of {now}");
            assert_eq!(at.weekday().num_days_from_monday(), weekday);
            let shift = (i64::from(at.ordinal0()) - i64::from(week * 7)).rem_euclid(365);
            assert!(!(21..340).contains(&shift), "week {week} is at {at}");
        }
    }
}

#[test]
fn without_planting_nothing_is_found() {
    let year = Year::unplanted();
    let counted = Counted::new(&year, |_| true);
    for planted in PLANTED {
        let rank = counted.rank(Measure::Llr, planted.anchor, planted.partner);
        assert!(
            rank > FIRST,
            "{planted:?} stands at {rank} without planting"
        );
    }
}

/// A decoy that fools nobody would prove nothing.
#[test]
fn decoys_fool_a_naive_reader() {
    let year = Year::planted();
    let counted = Counted::new(&year, |_| true);
    for (a, b) in POPULAR {
        for (a, b) in [(a, b), (b, a)] {
            // By count, the pair is in the first dozen rows of 322.
            let rank = counted.rank(Measure::Support, a, b);
            assert!(rank <= 12, "{a} {b}: {rank} by count");
        }
    }
    for (a, b) in COINCIDENT {
        let pair = counted.pair(a, b);
        let together = pair.support() * f64::from(counted.baskets.len());
        assert!(together < 1.5 && pair.lift() > 100.0, "{a} {b}");
        assert!(counted.rank(Measure::Lift, a, b) <= 2, "{a} {b}");
    }
    // People who choose the one choose the other more often than others do: in other orders.
    let chosen_by = |id: &str| -> BTreeSet<u32> {
        let item = year.shelves.place(id);
        let orders = year.orders.iter();
        let orders = orders.filter(|order| order.items.contains(&item));
        orders.map(|order| order.user).collect()
    };
    for (a, b) in EITHER {
        let (of_a, of_b) = (chosen_by(a), chosen_by(b));
        let both = of_a.intersection(&of_b).count();
        let expected = of_a.len() * of_b.len() / USERS as usize;
        assert!(
            both > expected,
            "{a} {b}: {both} people, {expected} expected"
        );
    }
}

#[test]
fn a_common_season_is_told_from_a_bond_by_the_table_of_the_season_alone() {
    let year = Year::planted();
    let whole = Counted::new(&year, |_| true);
    let season = Counted::new(&year, |order| match order.when {
        When::Calendar { week, .. } => SEASON.contains(&week),
        When::Ago(_) => false,
    });
    for (a, b) in SEASONAL {
        let low = whole.pair(a, b).lift_interval().unwrap().low;
        assert!(low > 1.5, "{a} {b}: {low} over the year");
        let low = season.pair(a, b).lift_interval().unwrap().low;
        assert!(low < 1.0, "{a} {b}: {low} in the season");
    }
}

async fn services(db: &PgPool, uploads: &tempfile::TempDir) -> Services {
    let services = Services {
        db: db.clone(),
        index: Index::new(db.clone()),
        posts: Posts::new(db.clone()),
        spool: Spool::open(uploads.path(), UPLOAD_MOST, Utc::now()).unwrap(),
        jobs: crate::jobs::work::Jobs::default(),
        lists: Lists::new(db.clone(), SigningKey::new(vec![7; 32])),
    };
    services.index.refresh().await.unwrap();
    services
}

fn admin() -> Actor {
    Actor {
        id: ActorId::Account(1),
        name: "admin".to_owned(),
        roles: vec![Role::Admin],
        catalog_id: None,
    }
}

/// The place of a pair in the anchor's table as the page shows it by default, with its q-value.
fn row(snapshot: &Snapshot, anchor: &str, partner: &str) -> (Option<usize>, f64) {
    let query = Query {
        item: Some(anchor.to_owned()),
        min_together: Some("1".to_owned()),
        ..Query::default()
    };
    let filter = query.filter().unwrap();
    let table = Table::new(snapshot, &filter).unwrap();
    let [a, b] = [anchor, partner].map(|id| snapshot.item(id).unwrap());
    let page = table.page(1_000, None);
    let is_it = |pair: &crate::cooccurrence::table::Pair| [pair.a, pair.b].contains(&b);
    let place = page.pairs.iter().position(is_it);
    let pair = snapshot.contingency(snapshot.together(a, b), a, b);
    let q = snapshot.q_values().q(pair.log10_p());
    (place.map(|place| place + 1), q)
}

fn is_found(snapshot: &Snapshot, anchor: &str, partner: &str) -> bool {
    let (place, q) = row(snapshot, anchor, partner);
    place.is_some_and(|place| place <= FIRST) && q <= SURE
}

/// The real intake, the real counts, the real lists: once, because the year takes its time.
#[sqlx::test]
async fn what_is_planted_is_found_and_decoys_are_not(db: PgPool) {
    // Two servers that start at once make it once.
    let (one, other) = tokio::join!(
        load::import(&db, now()),
        load::import(&db, now() + Duration::seconds(1))
    );
    one.and(other).unwrap();
    let uploads = tempfile::tempdir().unwrap();
    let services = services(&db, &uploads).await;
    let snapshot = services.index.current(CATALOG).unwrap();
    assert_eq!(snapshot.baskets.choices(), INTERACTIONS as u64);
    assert_eq!(snapshot.user_ids.len() as u32, USERS);
    for planted in PLANTED {
        let found = is_found(&snapshot, planted.anchor, planted.partner);
        assert!(found, "{planted:?}");
        let list = list(&services, planted.anchor).await;
        assert!(
            list[..FIRST].contains(&planted.partner.to_owned()),
            "{planted:?}"
        );
    }
    for (a, b) in POPULAR.iter().chain(&EITHER).chain(&COINCIDENT) {
        for (a, b) in [(a, b), (b, a)] {
            assert!(
                !is_found(&snapshot, a, b),
                "{a} {b}: {:?}",
                row(&snapshot, a, b)
            );
            assert!(
                !list(&services, a).await.contains(&(*b).to_owned()),
                "{a} {b}"
            );
        }
    }
    a_second_start_changes_nothing(&db, &services).await;
    the_history_cites_lists_that_the_server_gives(&db, &services).await;
    the_days_lead_to_what_is_counted_now(&db, &services).await;
}

async fn the_days_lead_to_what_is_counted_now(db: &PgPool, services: &Services) {
    let snapshot = services.index.current(CATALOG).unwrap();
    let today = now().date_naive();
    let days = days::list(db, CATALOG, today - Days::new(400), today)
        .await
        .unwrap();
    let days: Vec<_> = days.values().collect();
    assert!(days.len() > 350, "{}", days.len());
    let last = days[days.len() - 1];
    let counted = snapshot.evidence().all;
    assert_eq!((last.items, last.enough), (counted.items, counted.enough));
    assert_eq!(
        (last.newest_at, last.change),
        (snapshot.newest, snapshot.change)
    );
    // Rows only come, so that evidence only grows.
    assert!(days.is_sorted_by_key(|day| day.enough));
    assert!(days.is_sorted_by_key(|day| day.newest_at));
    assert!(days[0].enough < last.enough / 2);
}

async fn list(services: &Services, anchor: &str) -> Vec<String> {
    let snapshot = services.index.current(CATALOG).unwrap();
    let ask = Ask {
        anchor: Anchor::Items(vec![anchor.to_owned()]),
        k: 10,
        surface: String::new(),
        raw: false,
        version: None,
        what_if: WhatIf::default(),
    };
    let list = services
        .lists
        .resolve(&snapshot, &admin(), ask, now())
        .await;
    let items = list.unwrap().items.into_iter();
    items.map(|row| row.item_id).collect()
}

async fn count(db: &PgPool, what: &str) -> i64 {
    let statement = format!("select count(*) from {what}");
    let count = sqlx::query_scalar(sqlx::AssertSqlSafe(statement));
    count.fetch_one(db).await.unwrap()
}

async fn a_second_start_changes_nothing(db: &PgPool, services: &Services) {
    history::write(services, now()).await.unwrap();
    let before = count(db, "feedback").await;
    let later = now() + Duration::days(3);
    load::import(db, later).await.unwrap();
    history::write(services, later).await.unwrap();
    assert_eq!(count(db, "feedback").await, before);
    assert_eq!(count(db, "batch").await, 1);
}

async fn the_history_cites_lists_that_the_server_gives(db: &PgPool, services: &Services) {
    // Enough of everything that an overview shows, and nothing that has not happened yet.
    assert!(count(db, "feedback where kind = 'impression'").await > 10_000);
    assert!(count(db, "feedback where kind = 'dismiss'").await > 20);
    let open = count(db, "flag where withdrawn_at is null").await;
    let withdrawn = count(db, "flag where withdrawn_at is not null").await;
    assert!(
        open > 20 && withdrawn > 5,
        "{open} open, {withdrawn} taken back"
    );
    let moment = format!("'{}'::timestamptz", now().to_rfc3339());
    for table in ["feedback", "flag", "override"] {
        let of_later = format!("{table} where created_at > {moment}");
        assert_eq!(count(db, &of_later).await, 0, "{table}");
    }
    let ended = format!("override where ends_at <= {moment}");
    let to_come = format!("override where starts_at > {moment}");
    assert_eq!(count(db, &ended).await, 1);
    assert_eq!(count(db, &to_come).await, 1);
    let audited =
        "audit_entry where action in ('feedback.dismiss', 'flag.create', 'override.create')";
    let written = count(db, "feedback where kind = 'dismiss'").await
        + open
        + withdrawn
        + count(db, "override").await;
    assert_eq!(count(db, audited).await, written);

    // Nobody can sign in as any of the cast.
    assert_eq!(count(db, "account").await, cast::CAST.len() as i64);
    for way in ["sign_in_link", "session", "api_token"] {
        assert_eq!(count(db, way).await, 0, "{way}");
    }

    // Each month has its own share of what was accepted.
    let months: Vec<(i64, i64)> = sqlx::query_as(
        "select count(*) filter (where kind = 'impression'), count(*) filter (where kind = 'accept')
         from feedback
         group by date_trunc('month', created_at)
         order by date_trunc('month', created_at)",
    )
    .fetch_all(db)
    .await
    .unwrap();
    assert!(months.len() >= 5, "{months:?}");
    let shares: Vec<f64> = months.iter().map(|(n, k)| *k as f64 / *n as f64).collect();
    assert!(
        shares.iter().all(|share| (0.02..0.3).contains(share)),
        "{shares:?}"
    );

    // A sample of lists, rebuilt from their ids, hold what is said to have been seen in them.
    let cited: Vec<(String, String)> = sqlx::query_as(
        "select list_id, item_id from feedback where feedback_id % 97 = 0 or kind = 'dismiss'
         union all
         select list_id, item_id from flag",
    )
    .fetch_all(db)
    .await
    .unwrap();
    assert!(cited.len() > 150);
    for (list_id, item_id) in cited {
        let receipt = Receipt::read_for(&list_id, &services.lists.key, CATALOG).unwrap();
        let list = services.lists.rebuild(&services.index, &receipt).await;
        let list = list.unwrap();
        assert!(
            list.items.iter().any(|row| row.item_id == item_id),
            "{item_id}: {receipt:?}"
        );
    }
}

#[sqlx::test]
async fn an_import_that_was_killed_goes_on_with_its_own_dates(db: PgPool) {
    sqlx::query(
        "insert into catalog (catalog_id, name, basket_rule) values ('demo', 'Demo', 'basket')",
    )
    .execute(&db)
    .await
    .unwrap();
    assert_eq!(super::store::unfinished_import(&db).await.unwrap(), None);
    sqlx::query(
        "insert into batch (catalog_id, fingerprint, format, files, started_at)
         values ('demo', '', 'interactions', '{}', $1)",
    )
    .bind(now())
    .execute(&db)
    .await
    .unwrap();
    assert_eq!(
        super::store::unfinished_import(&db).await.unwrap(),
        Some(now())
    );
    // Nobody sees it: there is no history of it either.
    let uploads = tempfile::tempdir().unwrap();
    let services = services(&db, &uploads).await;
    history::write(&services, now()).await.unwrap();
    assert_eq!(count(&db, "account").await, 0);
}
