//! Snapshots from rows in a real database.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sqlx::PgPool;
use std::sync::Arc;

use super::Index;
use super::load::{Slice, load};
use super::snapshot::{Scratch, Snapshot};
use super::what_if::Changes;
use super::windows::{DAYS, begin};
use crate::accounts::types::Actor;
use crate::catalog::settings::store::change;
use crate::catalog::settings::types::Patch;
use crate::catalog::types::{BasketRule, Window};
use crate::lists::tests::seed;
use crate::models::live::rank_alone;

#[sqlx::test]
async fn a_snapshot_counts_what_is_visible_and_nothing_else(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "a")]).await;
    seed::show(&db, "shop", first).await;
    let hidden = seed::batch(&db, "shop", &[("3", "a"), ("3", "c")]).await;

    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let snapshot = index.current("shop").unwrap();
    assert_eq!(snapshot.baskets.len(), 2);
    assert_eq!(snapshot.items.len(), 2);
    assert_eq!(snapshot.together(0, 1), 1);

    seed::show(&db, "shop", hidden).await;
    index.refresh().await.unwrap();
    let later = index.current("shop").unwrap();
    assert_eq!(later.baskets.len(), 3);
    assert_eq!(later.items.len(), 3);
    // Whoever still holds the earlier snapshot keeps its figures.
    assert_eq!(snapshot.baskets.len(), 2);
    assert_ne!(snapshot.version(), later.version());

    let again = index.at("shop", 1).await.unwrap();
    assert_eq!(again.baskets.len(), 2);
    assert_eq!(again.version(), snapshot.version());
    assert!(index.at("shop", 3).await.is_err());
    assert!(index.at("shop", 0).await.is_err());
    assert!(index.current("other").is_err());
}

#[sqlx::test]
async fn a_row_and_a_ranking_are_the_same_from_the_table_and_from_the_baskets(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let ids = |from: usize, count: usize| (from..from + count).map(|number| number.to_string());
    let baskets: Vec<String> = ids(0, 40).collect();
    let items: Vec<String> = ids(0, 30).collect();
    let rows: Vec<(&str, &str)> = baskets
        .iter()
        .enumerate()
        .flat_map(|(number, basket)| {
            let held = items.iter().enumerate();
            let held = held.filter(move |(item, _)| (number * 7 + item * item) % (item + 2) < 2);
            held.map(move |(_, item)| (basket.as_str(), item.as_str()))
        })
        .collect();
    let batch = seed::batch(&db, "shop", &rows).await;
    seed::show(&db, "shop", batch).await;
    let index = Index::new(db);
    index.refresh().await.unwrap();
    let snapshot = index.current("shop").unwrap();
    let mut scratch = Scratch::default();
    let mut rows = || -> Vec<(Vec<(u32, u32)>, Vec<(u32, f64)>)> {
        let items = 0..snapshot.items.len() as u32;
        let row = |item| {
            let row = snapshot.row(item, &mut scratch).to_vec();
            let ranked = rank_alone(&snapshot, item, &mut scratch).collect();
            (row, ranked)
        };
        items.map(row).collect()
    };
    let from_baskets = rows();
    assert!(from_baskets.iter().any(|(_, ranked)| ranked.len() > 10));
    snapshot.pairs();
    assert_eq!(rows(), from_baskets);
}

#[sqlx::test]
async fn removing_a_batch_leaves_what_another_brought_too(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "c")]).await;
    let second = seed::batch(&db, "shop", &[("1", "a"), ("1", "d")]).await;
    seed::show(&db, "shop", first).await;
    seed::show(&db, "shop", second).await;
    let both = load(&db, &Slice::whole("shop", 2)).await.unwrap().unwrap();
    assert_eq!(both.baskets.choices(), 4);

    seed::remove(&db, "shop", first).await;
    let left = load(&db, &Slice::whole("shop", 3)).await.unwrap().unwrap();
    let ids: Vec<&str> = left.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["a", "d"]);
    assert_eq!(left.basket_ids, ["1"]);
    // The change before the removal still counts as it did.
    let before = load(&db, &Slice::whole("shop", 2)).await.unwrap().unwrap();
    assert_eq!(before.baskets.choices(), 4);
}

#[sqlx::test]
async fn a_window_a_weight_and_a_segment_narrow_what_is_counted(db: PgPool) {
    seed::catalog(&db, "shop", "user").await;
    let batch = seed::batch(&db, "shop", &[("u1", "a"), ("u1", "b"), ("u2", "a")]).await;
    sqlx::query(
        "update interaction set weight = 2, at = '2026-03-01T12:00:00Z' where user_id = 'u1'",
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query("insert into user_record values ($1, 'u2', '{\"country\": \"France\"}')")
        .bind(batch)
        .execute(&db)
        .await
        .unwrap();
    seed::show(&db, "shop", batch).await;
    let count = async |slice: Slice| load(&db, &slice).await.unwrap().unwrap().baskets.len();

    let whole = Slice::whole("shop", 1);
    assert_eq!(count(whole.clone()).await, 2);
    let noon = "2026-03-01T12:00:00Z".parse().unwrap();
    let from = Slice {
        from: Some(noon),
        ..whole.clone()
    };
    assert_eq!(count(from).await, 1);
    let after = Slice {
        from: Some(noon + chrono::Duration::seconds(1)),
        ..whole.clone()
    };
    assert_eq!(count(after).await, 0);
    // What a window ends with is its own newest interaction, not the catalog's.
    sqlx::query("update interaction set at = '2026-04-01T12:00:00Z' where user_id = 'u2'")
        .execute(&db)
        .await
        .unwrap();
    let until = Slice {
        to: Some(noon),
        ..whole.clone()
    };
    let newest = |slice: Slice| {
        let db = db.clone();
        async move { load(&db, &slice).await.unwrap().unwrap().newest }
    };
    assert_eq!(newest(until).await, Some(noon));
    assert!(newest(whole.clone()).await > Some(noon));
    let segment = Some(("country".to_owned(), "France".to_owned()));
    assert_eq!(
        count(Slice {
            segment,
            ..whole.clone()
        })
        .await,
        1
    );

    sqlx::query("update catalog set least_weight = 3")
        .execute(&db)
        .await
        .unwrap();
    // A row without a weight always counts.
    assert_eq!(count(whole).await, 1);
}

/// Everything a snapshot says, brought up to date in three steps and counted from nothing.
async fn assert_recount(index: &Index, db: &PgPool) {
    let followed = index.current("shop").unwrap();
    let slice = Slice::whole("shop", followed.change);
    let counted = load(db, &slice).await.unwrap().unwrap();
    assert_eq!(followed.digest, counted.digest);
    assert_eq!(followed.version(), counted.version());
    assert_eq!(followed.items, counted.items);
    assert_eq!(followed.newest, counted.newest);
    assert_eq!(followed.user_ids, counted.user_ids);
    assert_eq!(followed.left_out, counted.left_out);
    assert!(followed.pairs().iter().eq(counted.pairs().iter()));
    assert_windows(index, db, &followed).await;
}

/// The last days, followed in as many steps, are what reading them anew gives.
async fn assert_windows(index: &Index, db: &PgPool, all: &Snapshot) {
    let Some(windows) = index.windows("shop").await.unwrap() else {
        assert_eq!(all.newest, None);
        return;
    };
    assert_eq!(windows.all.version(), all.version());
    for (followed, days) in windows.last.iter().zip(DAYS) {
        let slice = Slice {
            from: Some(begin(all.newest.unwrap(), days)),
            ..Slice::whole("shop", all.change)
        };
        let counted = load(db, &slice).await.unwrap().unwrap();
        assert_eq!(followed.digest, counted.digest, "{days} days");
        assert_eq!(followed.version(), counted.version());
        assert_eq!(followed.items, counted.items);
        assert_eq!(followed.newest, counted.newest);
        assert!(followed.pairs().iter().eq(counted.pairs().iter()));
        let kept = index.slice(&slice).await.unwrap();
        assert!(Arc::ptr_eq(&kept, followed), "it is not counted twice");
    }
}

#[sqlx::test]
async fn a_window_moves_on_with_the_newest_day_and_back_when_that_goes(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let index = Index::new(db.clone());
    let day = |days: i32| Some(24 * days);
    let rows = |days: &[i32]| -> Vec<Row> {
        let numbered = (0..).zip(days);
        let rows = numbered.map(|(n, &days)| (None, Some(n / 2), n, 0, None, day(days)));
        rows.collect()
    };
    let mut sizes = Vec::new();
    let mut batches = Vec::new();
    for days in [&[0, 0, 0, 0][..], &[5, 6], &[8, 40], &[0], &[200]] {
        let batch = batch_of(&db, &rows(days)).await;
        seed::show(&db, "shop", batch).await;
        batches.push(batch);
        index.refresh().await.unwrap();
        assert_recount(&index, &db).await;
        let windows = index.windows("shop").await.unwrap().unwrap();
        sizes.push(windows.last.each_ref().map(|last| last.baskets.choices()));
    }
    assert_eq!(
        sizes,
        [[4, 4, 4], [4, 4, 4], [1, 1, 4], [1, 1, 4], [1, 1, 1]]
    );
    for gone in [4, 2] {
        seed::remove(&db, "shop", batches[gone]).await;
        index.refresh().await.unwrap();
        assert_recount(&index, &db).await;
    }
    let windows = index.windows("shop").await.unwrap().unwrap();
    assert_eq!(windows.last[0].baskets.choices(), 4);
}

#[sqlx::test]
async fn what_is_followed_batch_by_batch_equals_a_recount(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let index = Index::new(db.clone());
    let first = seed::batch(&db, "shop", &[("1", "a"), ("1", "b"), ("2", "c")]).await;
    seed::show(&db, "shop", first).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;

    // Two at once: one with rows that are there, one that describes items.
    let second = seed::batch(&db, "shop", &[("1", "a"), ("1", "d"), ("3", "a")]).await;
    sqlx::query("update interaction set at = '2026-05-01T00:00:00Z' where batch_id = $1")
        .bind(second)
        .execute(&db)
        .await
        .unwrap();
    let third = seed::batch(&db, "shop", &[]).await;
    seed::category(&db, third, "c", "kind").await;
    seed::show(&db, "shop", second).await;
    seed::show(&db, "shop", third).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;
    let both = index.current("shop").unwrap();
    assert_eq!(both.baskets.len(), 3);
    assert_eq!(both.categories, ["kind"]);
    assert!(both.newest.is_some());

    // The first goes, with what only it brought; one comes and goes between two looks.
    seed::remove(&db, "shop", first).await;
    let fleeting = seed::batch(&db, "shop", &[("9", "z")]).await;
    seed::show(&db, "shop", fleeting).await;
    seed::remove(&db, "shop", fleeting).await;
    seed::remove(&db, "shop", second).await;
    index.refresh().await.unwrap();
    assert_recount(&index, &db).await;
    let left = index.current("shop").unwrap();
    assert_eq!(left.baskets.len(), 0);
    assert_eq!(left.newest, None);
    assert_eq!(left.items.len(), 1, "the described item stays");
}

#[sqlx::test]
async fn a_rule_that_changes_is_counted_anew_and_a_catalog_that_goes_is_forgotten(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let batch = seed::batch(&db, "shop", &[("1", "a"), ("2", "a")]).await;
    sqlx::query("update interaction set user_id = 'one', weight = 2")
        .execute(&db)
        .await
        .unwrap();
    seed::show(&db, "shop", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().baskets.len(), 2);

    // A change of the settings alone, without a batch of its own.
    for (setting, baskets) in [("basket_rule = 'user'", 1), ("least_weight = 3", 0)] {
        let statement = format!("update catalog set last_change = last_change + 1, {setting}");
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&db)
            .await
            .unwrap();
        index.refresh().await.unwrap();
        assert_eq!(index.current("shop").unwrap().baskets.len(), baskets);
        assert_recount(&index, &db).await;
    }
    sqlx::query("update catalog set name = 'Corner shop'")
        .execute(&db)
        .await
        .unwrap();
    index.refresh().await.unwrap();
    assert_eq!(index.current("shop").unwrap().catalog.name, "Corner shop");

    sqlx::query("update catalog set visible = false")
        .execute(&db)
        .await
        .unwrap();
    index.refresh().await.unwrap();
    assert!(index.current("shop").is_err());
}

/// Changes the shop's settings as people do.
async fn settings(db: &PgPool, patch: &Patch) {
    change(db, &Actor::command(), "shop", patch, None)
        .await
        .unwrap();
}

#[sqlx::test]
async fn a_version_is_counted_by_the_settings_it_had(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let batch = seed::batch(&db, "shop", &[("1", "a"), ("2", "a"), ("2", "b")]).await;
    sqlx::query("update interaction set user_id = 'one', kind = item_id")
        .execute(&db)
        .await
        .unwrap();
    seed::show(&db, "shop", batch).await;
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let first = index.current("shop").unwrap();

    let by_user = Patch {
        basket_rule: Some(BasketRule::User),
        name: Some("Corner shop".to_owned()),
        ..Patch::default()
    };
    settings(&db, &by_user).await;
    let only_a = Patch {
        kinds: Some(Some(vec!["a".to_owned()])),
        hide_chosen: Some(true),
        ..Patch::default()
    };
    settings(&db, &only_a).await;
    index.refresh().await.unwrap();
    let last = index.current("shop").unwrap();
    assert_eq!(
        (last.change, last.baskets.len(), last.items.len()),
        (3, 1, 1)
    );
    assert_recount(&index, &db).await;

    for (change, baskets, items, hides) in [(1, 2, 2, false), (2, 1, 2, false), (3, 1, 1, true)] {
        let at = index.at("shop", change).await.unwrap();
        let figures = (at.baskets.len(), at.items.len(), at.catalog.hide_chosen);
        assert_eq!(figures, (baskets, items, hides), "version {change}");
        assert_eq!(at.catalog.name, "Corner shop", "what it is called now");
    }
    let again = index.at("shop", 1).await.unwrap();
    assert_eq!(
        (again.version(), again.digest),
        (first.version(), first.digest)
    );
}

#[sqlx::test]
async fn a_window_begins_where_the_catalogs_time_zone_says(db: PgPool) {
    seed::catalog(&db, "shop", "basket").await;
    let batch = seed::batch(
        &db,
        "shop",
        &[("u", "a"), ("u", "b"), ("u", "c"), ("v", "a")],
    )
    .await;
    // Sunday evening and Monday morning in UTC: one Monday in Auckland, one Sunday in New York.
    for (item, at) in [("a", "2026-03-01T23:30:00Z"), ("b", "2026-03-02T00:30:00Z")] {
        sqlx::query(
            "update interaction set at = $2::timestamptz where item_id = $1 and user_id = 'u'",
        )
        .bind(item)
        .bind(at)
        .execute(&db)
        .await
        .unwrap();
    }
    seed::show(&db, "shop", batch).await;
    let index = Index::new(db.clone());
    for (window, zone, baskets) in [
        (Window::Week, "UTC", vec!["u 2026-02-23", "u 2026-03-02"]),
        (Window::Week, "Pacific/Auckland", vec!["u 2026-03-02"]),
        (Window::Day, "America/New_York", vec!["u 2026-03-01"]),
        (Window::Month, "UTC", vec!["u 2026-03-01"]),
    ] {
        let patch = Patch {
            basket_rule: Some(BasketRule::UserWindow),
            basket_window: Some(Some(window)),
            time_zone: Some(zone.to_owned()),
            ..Patch::default()
        };
        settings(&db, &patch).await;
        index.refresh().await.unwrap();
        let shop = index.current("shop").unwrap();
        // Rows without a time stand in no basket, and are what their users chose all the same.
        assert_eq!(shop.basket_ids, baskets, "{window:?} in {zone}");
        assert_eq!(shop.user_ids, ["u", "v"]);
        assert_eq!(shop.history("u").map(<[u32]>::len), Some(3));
        assert_recount(&index, &db).await;
    }
}

/// A row of a batch: user, basket, item, kind, weight, and hours after a moment.
type Row = (Option<u8>, Option<u8>, u8, u8, Option<u8>, Option<i32>);

/// What happens to a catalog.
#[derive(Debug, Clone)]
enum Step {
    Show(Vec<Row>),
    /// One of the batches that are there is taken back.
    Remove(usize),
    Change(Patch),
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool)>> {
    let of = prop::option::of::<std::ops::Range<u8>>;
    let row = (
        of(0..5),
        of(0..8),
        0..9_u8,
        0..3_u8,
        of(0..6),
        prop::option::of(0..2_000),
    );
    let zones = ["UTC", "Asia/Kolkata", "America/New_York"].map(str::to_owned);
    let rules = (
        prop::option::of(prop::sample::select(zones.to_vec())),
        prop::option::of(prop::sample::select(BasketRule::ALL.to_vec())),
        prop::sample::select(Window::ALL.to_vec()),
        prop::option::of(prop::option::of(prop::sample::subsequence(
            vec![0, 1, 2],
            1..3,
        ))),
        prop::option::of(prop::option::of(0..6_u8)),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::option::of(1..4_u32)),
    );
    let patch = rules.prop_map(
        |(time_zone, basket_rule, window, kinds, weight, hide_chosen, most_items)| {
            let names = |kinds: Vec<u8>| kinds.iter().map(|kind| format!("k{kind}")).collect();
            Patch {
                time_zone,
                basket_rule,
                basket_window: basket_rule
                    .map(|rule| (rule == BasketRule::UserWindow).then_some(window)),
                kinds: kinds.map(|kinds| kinds.map(names)),
                least_weight: weight.map(|weight| weight.map(f64::from)),
                hide_chosen,
                most_items,
                ..Patch::default()
            }
        },
    );
    let step = prop_oneof![
        4 => prop::collection::vec(row, 0..12).prop_map(Step::Show),
        2 => any::<usize>().prop_map(Step::Remove),
        3 => patch.prop_map(Step::Change),
    ];
    prop::collection::vec((step, any::<bool>()), 1..14)
}

async fn batch_of(db: &PgPool, rows: &[Row]) -> i64 {
    let batch = seed::batch(db, "shop", &[]).await;
    for (number, (user, basket, item, kind, weight, hours)) in rows.iter().enumerate() {
        // Every row has an owner.
        let user = if basket.is_none() {
            Some(user.unwrap_or(0))
        } else {
            *user
        };
        sqlx::query(
            "insert into interaction
             values ($1, convert_to($2, 'UTF8'), $3, $4, $5, $6, $7,
                     timestamptz '2026-01-01 00:00Z' + make_interval(hours => $8))",
        )
        .bind(batch)
        .bind(number.to_string())
        .bind(user.map(|user| format!("u{user}")))
        .bind(basket.map(|basket| format!("b{basket}")))
        .bind(format!("i{item}"))
        .bind(format!("k{kind}"))
        .bind(weight.map(f64::from))
        .bind(*hours)
        .execute(db)
        .await
        .unwrap();
    }
    batch
}

/// Batches come and go and settings change, and the follower looks now and then: what it has is
/// always what a count from nothing gives, and every version stays what it was.
#[sqlx::test]
async fn following_through_changes_of_settings_equals_a_recount(db: PgPool) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..30 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        sqlx::query(
            "truncate catalog, batch, change, catalog_settings, interaction restart identity cascade",
        )
        .execute(&db)
        .await
        .unwrap();
        seed::catalog(&db, "shop", "basket").await;
        let index = Index::new(db.clone());
        let mut there = Vec::new();
        let mut versions = Vec::new();
        let first = batch_of(&db, &[]).await;
        seed::show(&db, "shop", first).await;
        for (step, looks) in &steps {
            match step {
                Step::Show(rows) => {
                    let batch = batch_of(&db, rows).await;
                    seed::show(&db, "shop", batch).await;
                    there.push(batch);
                }
                Step::Remove(which) if !there.is_empty() => {
                    let gone = there.remove(which % there.len());
                    seed::remove(&db, "shop", gone).await;
                }
                Step::Remove(_) => {}
                Step::Change(patch) => settings(&db, patch).await,
            }
            if *looks {
                index.refresh().await.unwrap();
                assert_recount(&index, &db).await;
                let shop = index.current("shop").unwrap();
                versions.push((shop.change, shop.version(), shop.digest));
            }
        }
        index.refresh().await.unwrap();
        assert_recount(&index, &db).await;
        for (change, version, digest) in versions {
            let at = index.at("shop", change).await.unwrap();
            assert_eq!((at.version(), at.digest), (version, digest), "{steps:?}");
        }
    }
}

/// What a snapshot says of every item that is chosen, by ids: in how many baskets it is, and what
/// goes with it.
fn said(snapshot: &Snapshot) -> Vec<(String, u32, Vec<(String, u64)>)> {
    let mut scratch = Scratch::default();
    let id = |item: u32| snapshot.items[item as usize].id.clone();
    let items = (0..snapshot.items.len() as u32).filter(|item| snapshot.baskets.total(*item) > 0);
    items
        .map(|item| {
            let ranked = rank_alone(snapshot, item, &mut scratch);
            let ranked = ranked.map(|(other, score)| (id(other), score.to_bits()));
            (id(item), snapshot.baskets.total(item), ranked.collect())
        })
        .collect()
}

/// Without users, without a basket and with one more: what is supposed is what a count from nothing
/// gives when it is so, whether the table is counted before or not.
#[sqlx::test]
async fn what_is_supposed_equals_a_recount(db: PgPool) {
    let mut runner = TestRunner::deterministic();
    for round in 0..40 {
        let rows = prop::collection::vec(
            (
                prop::option::of(0..5_u8),
                prop::option::of(0..6_u8),
                0..9_u8,
                0..3_u8,
                prop::option::of(0..6_u8),
                prop::option::of(0..600),
            ),
            1..60,
        );
        let rows = rows.new_tree(&mut runner).unwrap().current();
        sqlx::query(
            "truncate catalog, batch, change, catalog_settings, interaction restart identity cascade",
        )
        .execute(&db)
        .await
        .unwrap();
        seed::catalog(&db, "shop", "basket").await;
        let batch = batch_of(&db, &rows).await;
        seed::show(&db, "shop", batch).await;
        let patch = Patch {
            basket_rule: Some(BasketRule::ALL[round % 3]),
            basket_window: (round % 3 == 2).then_some(Some(Window::Week)),
            most_items: (round % 2 == 1).then_some(Some(4)),
            least_together: Some(1),
            ..Patch::default()
        };
        settings(&db, &patch).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        let shop = index.current("shop").unwrap();
        let users: Vec<String> = shop.user_ids.iter().step_by(2).cloned().collect();
        let mut changes = Changes::without_users(&db, &shop, &users).await.unwrap();
        let uncounted = said(&shop.what_if(&changes));
        shop.pairs();
        assert_eq!(said(&shop.what_if(&changes)), uncounted);

        sqlx::query("delete from interaction where user_id = any($1)")
            .bind(&users)
            .execute(&db)
            .await
            .unwrap();
        let recount = load(&db, &shop.slice).await.unwrap().unwrap();
        assert_eq!(uncounted, said(&recount), "{rows:?}");
        assert_eq!(shop.what_if(&changes).baskets.len(), recount.baskets.len());

        // One more basket, and one less of those that were not touched.
        let more: Vec<u32> = (0..shop.items.len() as u32).step_by(3).collect();
        changes.more.push(more.clone());
        let untouched = |basket: &u32| !changes.baskets.contains_key(basket);
        let gone = (0..shop.baskets.len()).find(untouched);
        let gone: Vec<u32> = gone.into_iter().collect();
        changes
            .baskets
            .extend(gone.iter().map(|basket| (*basket, Vec::new())));
        let supposed = shop.what_if(&changes);
        assert_eq!(supposed.basket_ids.len(), supposed.baskets.len() as usize);
        let before = shop.what_if(&Changes::default());
        assert_eq!(said(&before), said(&shop), "nothing is supposed");
        let held = |snapshot: &Snapshot, item: u32| u64::from(snapshot.baskets.total(item));
        for item in 0..shop.items.len() as u32 {
            let of_gone = gone
                .iter()
                .filter(|basket| shop.baskets.items_of(**basket).contains(&item));
            let id = &shop.items[item as usize].id;
            let recounted = recount.find_item(id).map_or(0, |item| held(&recount, item));
            let expected = recounted + u64::from(more.contains(&item)) - of_gone.count() as u64;
            assert_eq!(held(&supposed, item), expected);
        }
    }
}
