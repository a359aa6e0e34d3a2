//! Training and measuring: what comes of it, for whom, and one at a time.

use sqlx::PgPool;

use super::super::api::Form;
use super::super::job;
use super::super::source;
use super::super::store;
use super::super::training::{evaluate, train};
use super::super::types::{Version, Wanted};
use super::{House, RARE_FIRST, USER_ID};
use crate::error::AppError;
use crate::evaluation::groups::GroupKind;
use crate::evaluation::report::Surface;
use crate::evaluation::trial::Split;
use crate::index::Index;
use crate::jobs::meter::Meter;
use crate::jobs::work::{Order, Run};
use crate::lists::tests::seed;
use crate::lists::types::Anchor;
use crate::models::neighbours::Neighbours;
use crate::models::recipe::Recipe;
use crate::services::Services;

#[sqlx::test]
async fn the_same_recipe_on_the_same_table_gives_the_same_lists(db: PgPool) {
    let house = House::open(db).await;
    let first = house.train(None).await.unwrap();
    let second = house.train(None).await.unwrap();
    let version = |number| store::get(&house.services.db, "shop", number);
    let (first, second) = (
        version(first).await.unwrap(),
        version(second).await.unwrap(),
    );
    assert_eq!((first.number, second.number), (2, 3));
    assert!(matches!(first.recipe, Recipe::Ridge(_)), "{first:?}");
    assert_eq!(first.recipe, second.recipe);
    let digest = |version: &Version| version.training.clone().unwrap().digest;
    assert_eq!(digest(&first).len(), 64);
    assert_eq!(digest(&first), digest(&second));
    for user in ["u00", USER_ID, "u58"] {
        let anchor = || Anchor::User(user.to_owned());
        let one = house.list(anchor(), Some(first.number)).await;
        let other = house.list(anchor(), Some(second.number)).await;
        assert!(!one.items.is_empty());
        assert_eq!(one.items, other.items);
    }
    // Its parameters were chosen by what it could learn from, and it was measured beside others.
    let report = &first.evaluation.as_ref().unwrap().report;
    let training = first.training.as_ref().unwrap();
    let tuning = training.tuning.as_ref().unwrap();
    assert_eq!(tuning.training_rows as u64, report.split.training_rows);
    let user = report
        .surfaces
        .iter()
        .find(|of| of.surface == Surface::User)
        .unwrap();
    let names: Vec<(&str, Option<i32>)> = user
        .models
        .iter()
        .map(|model| (model.name.as_str(), model.version))
        .collect();
    assert_eq!(
        names,
        [
            ("ridge", None),
            ("most chosen", None),
            ("damped cosine", Some(1))
        ]
    );
}

#[sqlx::test]
async fn cancelled_work_keeps_nothing(db: PgPool) {
    let house = House::open(db).await;
    let meter = Meter::default();
    drop(meter.cancelled_with());
    let wanted = Wanted {
        recipe: None,
        split: Split::Items,
        note: String::new(),
    };
    let cancelled = train(&house.services, &house.actor, "shop", wanted, meter).await;
    assert!(
        matches!(cancelled, Err(AppError::Conflict { .. })),
        "{cancelled:?}"
    );
    assert_eq!(house.rows("select count(*) from model_version").await, 1);
    assert_eq!(house.rows("select count(*) from model_weights").await, 0);
}

#[sqlx::test]
async fn the_live_table_is_measured_too_and_time_needs_times(db: PgPool) {
    let house = House::open(db).await;
    let (services, actor) = (&house.services, &house.actor);
    evaluate(services, actor, "shop", 1, Split::Items, Meter::default())
        .await
        .unwrap();
    let live = store::get(&services.db, "shop", 1).await.unwrap();
    let evaluation = live.evaluation.unwrap();
    let first = &evaluation.of(Surface::User).unwrap().models[0];
    assert_eq!((first.recipe, first.version), (Some(Recipe::Live), Some(1)));
    assert!(first.means.ndcg.value > 0.1, "{first:?}");
    let refused = evaluate(services, actor, "shop", 1, Split::Time, Meter::default()).await;
    assert!(
        matches!(refused, Err(AppError::Invalid { .. })),
        "{refused:?}"
    );

    sqlx::query("update interaction set at = timestamptz '2026-01-01 00:00Z' + interaction_number * interval '1 hour'
                 from (select ctid as place, row_number() over (order by item_id, user_id) as interaction_number from interaction) numbered
                 where interaction.ctid = numbered.place")
        .execute(&services.db)
        .await
        .unwrap();
    services.index.refresh().await.unwrap();
    let fresh = Index::new(services.db.clone());
    fresh.refresh().await.unwrap();
    let services = Services {
        index: fresh,
        ..services.clone()
    };
    evaluate(&services, actor, "shop", 1, Split::Time, Meter::default())
        .await
        .unwrap();
    let live = store::get(&services.db, "shop", 1).await.unwrap();
    let split = live.evaluation.unwrap().report.split;
    assert_eq!(split.split, Split::Time);
    assert!(split.cutoff.is_some() && split.training_rows > 0);
}

#[sqlx::test]
async fn segments_and_old_baskets_are_told_apart(db: PgPool) {
    let house = House::open(db).await;
    let (services, actor) = (&house.services, &house.actor);
    let said = |user: usize| match user {
        _ if user.is_multiple_of(2) => r#"{"country": "France", "name": "one of many"}"#,
        _ => r#"{"country": "Peru"}"#,
    };
    for user in 0..60 {
        sqlx::query(
            "insert into user_record
             select batch_id, $1, $2::jsonb from batch where catalog_id = 'shop'",
        )
        .bind(format!("u{user:02}"))
        .bind(said(user))
        .execute(&services.db)
        .await
        .unwrap();
    }
    // The first users chose long ago.
    sqlx::query(
        "update interaction
         set at = timestamptz '2026-01-01 00:00Z' + substr(user_id, 2)::integer * interval '1 day'",
    )
    .execute(&services.db)
    .await
    .unwrap();
    let index = Index::new(services.db.clone());
    index.refresh().await.unwrap();
    let snapshot = index.current("shop").unwrap();

    let segments = source::segments(&services.db, &snapshot, &snapshot.user_ids)
        .await
        .unwrap();
    let named: Vec<&str> = segments.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        named,
        ["country: France", "country: Peru", "name: one of many"]
    );
    let of = |name: usize| &segments[name].1;
    assert_eq!(of(0).len() + of(1).len(), snapshot.user_ids.len());
    let id = |user: &u32| {
        snapshot.user_ids[*user as usize][1..]
            .parse::<u32>()
            .unwrap()
    };
    assert!(of(0).iter().all(|user| id(user) % 2 == 0));

    let ages = source::ages(&services.db, &snapshot)
        .await
        .unwrap()
        .unwrap();
    let newest = snapshot.user_ids.last().unwrap()[1..]
        .parse::<u32>()
        .unwrap();
    for (user, age) in (0..).zip(&ages) {
        let days = f64::from(newest - id(&user));
        assert!((age - days).abs() < 1e-9, "{user}: {age} {days}");
    }

    let services = Services {
        index,
        ..services.clone()
    };
    let decaying = |half_life_days| {
        let Recipe::Neighbours(of) = RARE_FIRST else {
            panic!("it is nearest neighbours");
        };
        Wanted {
            recipe: Some(Recipe::Neighbours(Neighbours {
                half_life_days,
                ..of
            })),
            split: Split::Owners,
            note: String::new(),
        }
    };
    let mut digests = Vec::new();
    for half_life in [None, Some(5.0)] {
        let wanted = decaying(half_life);
        let number = train(&services, actor, "shop", wanted, Meter::default())
            .await
            .unwrap();
        let version = store::get(&services.db, "shop", number).await.unwrap();
        digests.push(version.training.unwrap().digest);
        let report = version.evaluation.unwrap().report;
        let segments = report
            .groups
            .iter()
            .filter(|group| group.by == GroupKind::Segment);
        let names: Vec<&str> = segments.map(|group| group.name.as_str()).collect();
        assert_eq!(names, named);
    }
    assert_ne!(digests[0], digests[1], "old baskets count less");
}

#[sqlx::test]
async fn segments_are_of_the_owners_who_are_asked(db: PgPool) {
    let house = House::open(db).await;
    let db = &house.services.db;
    // Somebody who comes before all others and chose too much to be counted.
    let items: Vec<String> = (0..24).map(|item| format!("i{item:02}")).collect();
    let greedy: Vec<(&str, &str)> = items.iter().map(|item| ("a", item.as_str())).collect();
    let batch = seed::batch(db, "shop", &greedy).await;
    seed::show(db, "shop", batch).await;
    for statement in [
        "update catalog set most_items = 23",
        "insert into user_record
         select distinct batch_id, user_id,
                jsonb_build_object('parity', substr(user_id, 2)::integer % 2)
         from interaction where user_id <> 'a'",
    ] {
        sqlx::query(statement).execute(db).await.unwrap();
    }
    let index = Index::new(db.clone());
    index.refresh().await.unwrap();
    let snapshot = index.current("shop").unwrap();
    assert_eq!(snapshot.user_ids.len(), snapshot.basket_ids.len() + 1);
    let services = Services {
        index,
        ..house.services.clone()
    };
    let meter = Meter::default();
    evaluate(&services, &house.actor, "shop", 1, Split::Owners, meter)
        .await
        .unwrap();
    let live = store::get(db, "shop", 1).await.unwrap();
    let groups = live.evaluation.unwrap().report.groups;
    for parity in [0, 1] {
        let hidden = |(basket, id): (u32, &String)| {
            let held = snapshot.baskets.items_of(basket).len();
            let is_of = id[1..].parse::<u32>().unwrap() % 2 == parity;
            let quarter = (held as f64 / 4.0).round() as u64;
            if is_of && held > 1 { quarter.max(1) } else { 0 }
        };
        let expected: u64 = (0..).zip(&snapshot.basket_ids).map(hidden).sum();
        let name = format!("parity: {parity}");
        let group = groups.iter().find(|group| group.name == name).unwrap();
        assert_eq!(group.rows, expected, "{name}");
    }
}

#[sqlx::test]
async fn a_training_is_never_taken_for_another(db: PgPool) {
    let house = House::open(db).await;
    let (services, actor) = (&house.services, &house.actor);
    let form = Form {
        kind: "neighbours".to_owned(),
        own: "0.5".to_owned(),
        popularity: "0.5".to_owned(),
        damping: "0".to_owned(),
        basket_size: "0".to_owned(),
        neighbours: "5".to_owned(),
        ..Form::default()
    };
    let (go_on, told) = tokio::sync::oneshot::channel::<()>();
    let order = Order {
        key: job::training_key("shop"),
        unit: "steps",
        back: "/".to_owned(),
    };
    let other = |_| async move {
        let _ = told.await;
        Ok(7)
    };
    let begun = services.jobs.run(order, other).await.unwrap();
    assert!(matches!(begun, Run::UnderWay(_)));
    let refused = job::train(services, actor, "shop", &form)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("being trained"), "{refused}");
    // It ends, and nobody looks.
    go_on.send(()).unwrap();
    let begun = job::train(services, actor, "shop", &form).await.unwrap();
    let number = match begun {
        Some(number) => number,
        None => loop {
            if let Some(Run::Done(number)) = job::find_training(services, "shop").await.unwrap() {
                break number;
            }
        },
    };
    assert_eq!(number, 2, "its own, not what the other came to");
}

#[sqlx::test]
async fn a_catalog_with_next_to_nothing_can_be_trained_on(db: PgPool) {
    for (catalog, rows) in [
        ("one", &[("u1", "a")][..]),
        ("two", &[("u1", "a"), ("u1", "b")]),
        ("apart", &[("u1", "a"), ("u2", "b")]),
        (
            "alike",
            &[("u1", "a"), ("u1", "b"), ("u2", "a"), ("u2", "b")],
        ),
    ] {
        seed::catalog(&db, catalog, "user").await;
        let batch = seed::batch(&db, catalog, rows).await;
        seed::show(&db, catalog, batch).await;
    }
    let house = House::open(db).await;
    let (services, actor) = (&house.services, &house.actor);
    for catalog in ["one", "two", "apart", "alike"] {
        for split in [Split::Owners, Split::Items] {
            let wanted = Wanted {
                recipe: None,
                split,
                note: String::new(),
            };
            let number = train(services, actor, catalog, wanted, Meter::default()).await;
            let number = number.unwrap();
            // What is kept can be read, and answers.
            let version = store::get(&services.db, catalog, number).await.unwrap();
            assert!(version.evaluation.is_some(), "{catalog}");
        }
    }
}
