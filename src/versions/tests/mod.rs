//! A version's life, with real weights in a real database.

mod training;

use chrono::Utc;
use sqlx::PgPool;

use super::answers::{self, promote, roll_back};
use super::store::{self, move_to};
use super::training::train;
use super::types::{Stage, Wanted};
use crate::accounts::types::{Actor, ActorId, Role};
use crate::catalog;
use crate::error::AppError;
use crate::evaluation::trial::Split;
use crate::index::Index;
use crate::interactions::posted::Posts;
use crate::interactions::uploads::Spool;
use crate::jobs::meter::Meter;
use crate::jobs::work::Jobs;
use crate::lists::Lists;
use crate::lists::receipt::{Receipt, SigningKey};
use crate::lists::tests::seed;
use crate::lists::types::{Anchor, Ask, EVERYWHERE, List, USER, WhatIf};
use crate::models::neighbours::Neighbours;
use crate::models::recipe::Recipe;
use crate::services::Services;

/// Another order than the live table's.
const RARE_FIRST: Recipe = Recipe::Neighbours(Neighbours {
    own: 0.0,
    popularity: 1.0,
    damping: 0.0,
    basket_size: 0.0,
    half_life_days: None,
    neighbours: 20,
});

/// One of those who chose something.
const USER_ID: &str = "u08";

struct House {
    services: Services,
    actor: Actor,
    _uploads: tempfile::TempDir,
}

impl House {
    /// Sixty users with tastes for one of three kinds of items.
    async fn open(db: PgPool) -> Self {
        seed::catalog(&db, "shop", "user").await;
        let chosen = |user: u32, item: u32| {
            let liked = item % 3 == user % 3;
            (user * 7 + item * 13 + user * item) % 10 < if liked { 8 } else { 2 }
        };
        let rows: Vec<(String, String)> = (0..60_u32)
            .flat_map(|user| (0..24_u32).map(move |item| (user, item)))
            .filter(|(user, item)| chosen(*user, *item))
            .map(|(user, item)| (format!("u{user:02}"), format!("i{item:02}")))
            .collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(a, b)| (&**a, &**b)).collect();
        let batch = seed::batch(&db, "shop", &rows).await;
        for item in 0..24 {
            let category = ["x", "y", "z"][item % 3];
            seed::category(&db, batch, &format!("i{item:02}"), category).await;
        }
        seed::show(&db, "shop", batch).await;
        let uploads = tempfile::tempdir().unwrap();
        let services = Services {
            index: Index::new(db.clone()),
            posts: Posts::new(db.clone()),
            spool: Spool::open(uploads.path(), 1_000, Utc::now()).unwrap(),
            jobs: Jobs::default(),
            lists: Lists::new(db.clone(), SigningKey::new(vec![7; 32])),
            db,
        };
        services.index.refresh().await.unwrap();
        Self {
            services,
            actor: Actor {
                id: ActorId::Account(1),
                name: "mona".to_owned(),
                roles: vec![Role::ModelOwner],
                catalog_id: None,
            },
            _uploads: uploads,
        }
    }

    async fn train(&self, recipe: Option<Recipe>) -> Result<i32, AppError> {
        let wanted = Wanted {
            recipe,
            split: Split::Owners,
            note: "For the start page.".to_owned(),
        };
        train(
            &self.services,
            &self.actor,
            "shop",
            wanted,
            Meter::default(),
        )
        .await
    }

    /// A version that may answer.
    async fn candidate(&self, recipe: Recipe) -> i32 {
        let number = self.train(Some(recipe)).await.unwrap();
        self.stage(number, Stage::Candidate).await.unwrap();
        number
    }

    async fn stage(&self, number: i32, stage: Stage) -> Result<(), AppError> {
        move_to(&self.services.db, &self.actor, "shop", number, stage, "").await
    }

    async fn promote(&self, number: i32, surfaces: &[&str]) -> Result<(), AppError> {
        let surfaces: Vec<String> = surfaces.iter().map(|&name| name.to_owned()).collect();
        promote(
            &self.services.db,
            &self.actor,
            "shop",
            number,
            &surfaces,
            "",
        )
        .await
    }

    async fn roll_back(&self, surface: &str) -> Result<i32, AppError> {
        roll_back(&self.services.db, &self.actor, "shop", surface, "").await
    }

    async fn list(&self, anchor: Anchor, version: Option<i32>) -> List {
        let ask = Ask {
            anchor,
            k: 10,
            surface: String::new(),
            raw: false,
            version,
            what_if: WhatIf::default(),
        };
        let snapshot = self.services.index.current("shop").unwrap();
        let lists = &self.services.lists;
        lists
            .resolve(&snapshot, &self.actor, ask, Utc::now())
            .await
            .unwrap()
    }

    async fn for_user(&self) -> List {
        self.list(Anchor::User(USER_ID.to_owned()), None).await
    }

    async fn for_item(&self) -> List {
        self.list(Anchor::Items(vec!["i05".to_owned()]), None).await
    }

    async fn stage_of(&self, number: i32) -> Stage {
        store::get(&self.services.db, "shop", number)
            .await
            .unwrap()
            .stage
    }

    async fn rows(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(&self.services.db)
            .await
            .unwrap()
    }
}

/// What a list shows, whenever it was asked for.
fn rows(list: &List) -> (Vec<crate::lists::types::Row>, String) {
    (list.items.clone(), list.model.version.clone())
}

#[sqlx::test]
async fn a_catalog_begins_with_the_live_table(db: PgPool) {
    let house = House::open(db).await;
    let versions = store::list(&house.services.db, "shop").await.unwrap();
    let [live] = versions.as_slice() else {
        panic!("{versions:?}");
    };
    assert_eq!(
        (live.number, live.recipe, live.stage),
        (1, Recipe::Live, Stage::Production)
    );
    assert_eq!(live.surfaces, [EVERYWHERE]);
    let list = house.for_user().await;
    assert_eq!(
        (&*list.model.name, &*list.model.version),
        ("damped cosine", "1")
    );
}

#[sqlx::test]
async fn a_version_answers_where_it_was_promoted_and_rolling_back_restores_the_lists(db: PgPool) {
    let house = House::open(db).await;
    let (for_user, for_item) = (house.for_user().await, house.for_item().await);
    let number = house.train(Some(RARE_FIRST)).await.unwrap();
    assert_eq!((number, house.stage_of(2).await), (2, Stage::Draft));
    assert_eq!(
        rows(&house.for_user().await),
        rows(&for_user),
        "a draft answers nowhere"
    );
    let refused = house.promote(2, &[USER]).await.unwrap_err();
    assert!(refused.to_string().contains("draft"), "{refused}");

    house.stage(2, Stage::Candidate).await.unwrap();
    house.promote(2, &[USER, USER]).await.unwrap();
    let promoted = house.for_user().await;
    assert_eq!(
        (&*promoted.model.name, &*promoted.model.version),
        ("neighbours", "2")
    );
    assert_ne!(
        rows(&promoted).0,
        rows(&for_user).0,
        "the story needs another order"
    );
    assert_eq!(
        rows(&house.for_item().await),
        rows(&for_item),
        "other surfaces stay"
    );
    assert_eq!(house.stage_of(2).await, Stage::Production);
    assert_eq!(
        house.stage_of(1).await,
        Stage::Production,
        "it answers everywhere else"
    );
    // What was looked at while a draft is what is served now.
    let looked_at = house.list(Anchor::User(USER_ID.to_owned()), Some(2)).await;
    assert_eq!(rows(&looked_at), rows(&promoted));

    assert_eq!(house.roll_back(USER).await.unwrap(), 1);
    assert_eq!(rows(&house.for_user().await), rows(&for_user));
    assert_eq!(house.stage_of(2).await, Stage::Candidate);
    assert!(
        house.roll_back(USER).await.is_err(),
        "nothing answers there by itself"
    );
    // A list of then is rebuilt as it was, whoever answers now.
    for list in [&for_user, &promoted] {
        let (lists, index) = (&house.services.lists, &house.services.index);
        let receipt = Receipt::read(&list.list_id, &lists.key).unwrap();
        assert_eq!(lists.rebuild(index, &receipt).await.unwrap(), *list);
    }
    let services = answers::services(&house.services.db, "shop").await.unwrap();
    let history: Vec<(&str, i32, bool)> = services
        .iter()
        .map(|service| (&*service.surface, service.version, service.until.is_some()))
        .collect();
    assert_eq!(history, [(USER, 2, true), (EVERYWHERE, 1, false)]);
    let entries = house
        .rows("select count(*) from audit_entry where action like 'model.%' and subject in ('1', '2')")
        .await;
    assert_eq!(
        entries, 4,
        "trained, made a candidate, promoted, rolled back"
    );
}

#[sqlx::test]
async fn rolling_back_twice_is_where_one_was(db: PgPool) {
    let house = House::open(db).await;
    house.candidate(RARE_FIRST).await;
    house.promote(2, &[EVERYWHERE]).await.unwrap();
    assert_eq!(house.stage_of(1).await, Stage::Candidate);
    let promoted = house.for_item().await;
    assert_eq!(house.roll_back(EVERYWHERE).await.unwrap(), 1);
    assert_eq!(house.roll_back(EVERYWHERE).await.unwrap(), 2);
    assert_eq!(rows(&house.for_item().await), rows(&promoted));
}

#[sqlx::test]
async fn what_may_not_be_done_is_said(db: PgPool) {
    let house = House::open(db).await;
    let number = house.candidate(RARE_FIRST).await;
    for (refused, says) in [
        (house.stage(1, Stage::Retired).await, "answers now"),
        (house.stage(number, Stage::Draft).await, "draft again"),
        (house.stage(number, Stage::Production).await, "surfaces"),
        (house.promote(number, &[]).await, "at least one"),
        (house.promote(9, &[USER]).await, "Version 9"),
        (house.roll_back(EVERYWHERE).await.map(|_| ()), "before"),
    ] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    house.promote(number, &[EVERYWHERE]).await.unwrap();
    let refused = house
        .stage(1, Stage::Retired)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("never retired"), "{refused}");
    let refused = house.stage(1, Stage::Candidate).await;
    assert_eq!(refused, Ok(()), "it is one already");
    house.roll_back(EVERYWHERE).await.unwrap();
    house.stage(number, Stage::Retired).await.unwrap();
    let refused = house
        .promote(number, &[USER])
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("retired"), "{refused}");
    house.stage(number, Stage::Candidate).await.unwrap();
    house.promote(number, &[USER]).await.unwrap();
}

#[sqlx::test]
async fn the_parts_of_a_served_score_sum_to_it(db: PgPool) {
    let house = House::open(db).await;
    let number = house.train(None).await.unwrap();
    for version in [1, number] {
        let list = house
            .list(Anchor::User(USER_ID.to_owned()), Some(version))
            .await;
        for row in list.items.iter().filter(|row| row.score.is_some()) {
            let sum: f64 = row.contributions.iter().map(|part| part.score).sum();
            assert!((sum - row.score.unwrap()).abs() < 1e-12, "{row:?}");
            assert!(row.contributions.len() > 1, "{row:?}");
        }
    }
}

#[sqlx::test]
async fn what_came_after_training_is_served_openly(db: PgPool) {
    let house = House::open(db).await;
    house.candidate(RARE_FIRST).await;
    house.promote(2, &[EVERYWHERE]).await.unwrap();
    let (db, before) = (&house.services.db, house.for_item().await);
    let more = [
        ("v1", "new"),
        ("v1", "i05"),
        ("v2", "new"),
        ("v2", "i05"),
        ("v3", "new"),
        ("v3", "i05"),
    ];
    let batch = seed::batch(db, "shop", &more).await;
    seed::show(db, "shop", batch).await;
    house.services.index.refresh().await.unwrap();
    // It learnt nothing of the new item: what is listed is marked as the most chosen.
    let list = house
        .list(Anchor::Items(vec!["new".to_owned()]), None)
        .await;
    assert!(list.fallback.is_some(), "{list:?}");
    assert!(list.items.iter().all(|row| row.fallback.is_some()));
    // The figures of others are those of now.
    let list = house.for_item().await;
    assert_eq!(list.table.baskets, before.table.baskets + 3);
    let evidence = list.items[0].evidence.as_ref().unwrap();
    assert_eq!(evidence.baskets, list.table.baskets);
    assert!(list.items.iter().all(|row| row.item_id != "new"));
}

#[sqlx::test]
async fn damaged_weights_are_not_served(db: PgPool) {
    let house = House::open(db).await;
    house.candidate(RARE_FIRST).await;
    house.promote(2, &[USER]).await.unwrap();
    sqlx::query(
        "update model_weights set weights = set_byte(weights, 100, get_byte(weights, 100) # 1)",
    )
    .execute(&house.services.db)
    .await
    .unwrap();
    let list = house.for_user().await;
    assert_eq!(
        (&*list.model.name, &*list.model.version),
        ("damped cosine", "1")
    );
}

#[sqlx::test]
async fn of_many_who_promote_at_once_one_comes_last(db: PgPool) {
    let house = House::open(db).await;
    for _ in 0..3 {
        house.candidate(RARE_FIRST).await;
    }
    let all = futures_util::future::join_all((1..=4).map(|number| house.promote(number, &[USER])));
    for promoted in all.await {
        promoted.unwrap();
    }
    let open = "select count(*) from model_service where surface = 'user' and until_at is null";
    assert_eq!(house.rows(open).await, 1);
    let in_production = "select count(*) from model_version where stage = 'production'";
    // The one for users, and the live table where it is another.
    assert!((1..=2).contains(&house.rows(in_production).await));
}

#[sqlx::test]
async fn a_catalog_that_goes_takes_its_versions_along(db: PgPool) {
    let house = House::open(db).await;
    house.candidate(RARE_FIRST).await;
    house.promote(2, &[USER]).await.unwrap();
    let (db, meter) = (&house.services.db, Meter::default());
    catalog::deletion::store::delete(db, &Actor::command(), "shop", &meter)
        .await
        .unwrap();
    for left in [
        "select count(*) from model_version",
        "select count(*) from model_weights",
        "select count(*) from model_service",
    ] {
        assert_eq!(house.rows(left).await, 0, "{left}");
    }
    // Whoever trained meanwhile is told what happened.
    let late = house.train(Some(RARE_FIRST)).await.unwrap_err();
    assert!(matches!(late, AppError::NotFound { .. }), "{late:?}");
}
