//! Lists from rows in a real database, with rules that people made.

use chrono::Utc;
use sqlx::PgPool;

use super::Lists;
use super::receipt::{Receipt, SigningKey};
use super::resolve::serve_alone;
use super::standings::{ROWS, standings};
use super::types::{Anchor, Ask, Fallback, List, WhatIf};
use crate::accounts::types::{Actor, ActorId, Role};
use crate::index::Index;
use crate::models::Model;
use crate::overrides;
use crate::overrides::types::{For, Kind, NewOverride, Reason, Scope};
use crate::serving;

/// Rows for tests, as an import leaves them.
pub(crate) mod seed {
    use sqlx::PgPool;

    pub(crate) async fn catalog(db: &PgPool, id: &str, basket_rule: &str) {
        sqlx::query("insert into catalog (catalog_id, name, basket_rule) values ($1, $1, $2)")
            .bind(id)
            .bind(basket_rule)
            .execute(db)
            .await
            .unwrap();
    }

    /// A staged batch of (owner, item) rows: baskets and users alike are called by the owner.
    pub(crate) async fn batch(db: &PgPool, catalog: &str, rows: &[(&str, &str)]) -> i64 {
        let batch: i64 = sqlx::query_scalar(
            "insert into batch (catalog_id, fingerprint, format, files)
             values ($1, '', 'interactions', '{}') returning batch_id",
        )
        .bind(catalog)
        .fetch_one(db)
        .await
        .unwrap();
        for (owner, item) in rows {
            sqlx::query(
                "insert into interaction (batch_id, dedupe_key, user_id, basket_id, item_id, kind)
                 values ($1, convert_to($2 || '/' || $3, 'UTF8'), $2, $2, $3, 'choice')",
            )
            .bind(batch)
            .bind(owner)
            .bind(item)
            .execute(db)
            .await
            .unwrap();
        }
        batch
    }

    pub(crate) async fn show(db: &PgPool, catalog: &str, batch: i64) {
        change(db, catalog, batch, "visible", "shown_change").await;
    }

    pub(crate) async fn remove(db: &PgPool, catalog: &str, batch: i64) {
        change(db, catalog, batch, "undone", "removed_change").await;
    }

    async fn change(db: &PgPool, catalog: &str, batch: i64, state: &str, column: &str) {
        let statement = format!(
            "with next as (
                 update catalog set last_change = last_change + 1, visible = true
                 where catalog_id = $1 returning last_change
             )
             update batch set state = '{state}', {column} = next.last_change
             from next where batch_id = $2"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(catalog)
            .bind(batch)
            .execute(db)
            .await
            .unwrap();
    }

    /// Categories, as an item table gives them.
    pub(crate) async fn category(db: &PgPool, batch: i64, item: &str, category: &str) {
        sqlx::query(
            "insert into item_record values ($1, $2, upper($2), $3, array[$3], true, null, null)",
        )
        .bind(batch)
        .bind(item)
        .bind(category)
        .execute(db)
        .await
        .unwrap();
    }
}

struct Shop {
    db: PgPool,
    index: Index,
    lists: Lists,
    actor: Actor,
}

impl Shop {
    /// Five baskets: a with b three times, with c twice; z stands alone.
    async fn open(db: PgPool) -> Self {
        seed::catalog(&db, "shop", "basket").await;
        let rows = [
            ("1", "a"),
            ("1", "b"),
            ("1", "c"),
            ("2", "a"),
            ("2", "b"),
            ("2", "c"),
            ("3", "a"),
            ("3", "b"),
            ("4", "d"),
            ("4", "e"),
            ("5", "z"),
        ];
        let batch = seed::batch(&db, "shop", &rows).await;
        for (item, category) in [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"), ("z", "y")] {
            seed::category(&db, batch, item, category).await;
        }
        seed::show(&db, "shop", batch).await;
        let index = Index::new(db.clone());
        index.refresh().await.unwrap();
        Self {
            index,
            lists: Lists::new(db.clone(), SigningKey::new(vec![7; 32])),
            actor: Actor {
                id: ActorId::Account(1),
                name: "ada".to_owned(),
                roles: vec![Role::Curator],
                catalog_id: None,
            },
            db,
        }
    }

    async fn list(&self, item: &str) -> List {
        let ask = Ask {
            anchor: Anchor::Items(vec![item.to_owned()]),
            k: 10,
            surface: String::new(),
            raw: false,
            version: None,
            what_if: WhatIf::default(),
        };
        let snapshot = self.index.current("shop").unwrap();
        self.lists
            .resolve(&snapshot, &self.actor, ask, Utc::now())
            .await
            .unwrap()
    }

    async fn save(&self, kind: Kind, item: &str, scope: Scope) -> i64 {
        let now = Utc::now();
        let new = NewOverride {
            kind,
            item_id: item.to_owned(),
            position: (kind == Kind::Pin).then_some(1),
            scope,
            holds_for: For::All,
            reason: Reason::Wrong,
            comment: String::new(),
            priority: 0,
            starts_at: now,
            ends_at: None,
        };
        overrides::store::insert(&self.db, &self.actor, "shop", &new, now)
            .await
            .unwrap()
    }
}

fn items(list: &List) -> Vec<&str> {
    list.items.iter().map(|row| row.item_id.as_str()).collect()
}

#[sqlx::test]
async fn a_list_ranks_by_evidence_and_says_it_in_words(db: PgPool) {
    let shop = Shop::open(db).await;
    let list = shop.list("a").await;
    assert_eq!(&items(&list)[..2], ["b", "c"]);
    let evidence = list.items[0].evidence.as_ref().unwrap();
    assert_eq!((evidence.together, evidence.baskets_anchor), (3, 3));
    assert!(
        list.items[0]
            .why
            .starts_with("In 3 of the 3 baskets with A: 1.7 times")
    );
    // Two rows from the model are fewer than the three that make a list: it is filled openly.
    assert_eq!(list.fallback, Some(Fallback::Catalog));
    assert_eq!(list.items[2].fallback, Some(Fallback::Catalog));
    assert!(!items(&list).contains(&"a"));
}

#[sqlx::test]
async fn contributions_of_several_anchors_add_up_to_the_score(db: PgPool) {
    let shop = Shop::open(db).await;
    let ask = Ask {
        anchor: Anchor::Items(vec!["a".to_owned(), "b".to_owned()]),
        k: 10,
        surface: String::new(),
        raw: false,
        version: None,
        what_if: WhatIf::default(),
    };
    let snapshot = shop.index.current("shop").unwrap();
    let list = shop
        .lists
        .resolve(&snapshot, &shop.actor, ask, Utc::now())
        .await
        .unwrap();
    let row = &list.items[0];
    assert_eq!(row.item_id, "c");
    let sum: f64 = row.contributions.iter().map(|part| part.score).sum();
    assert!((row.score.unwrap() - sum).abs() < 1e-15);
    assert_eq!(row.contributions.len(), 2);
}

#[sqlx::test]
async fn a_blocked_item_is_in_no_list_and_undo_restores_each_exactly(db: PgPool) {
    let shop = Shop::open(db).await;
    let mut before = Vec::new();
    for anchor in ["a", "b", "c", "d", "e", "z"] {
        before.push((anchor, shop.list(anchor).await));
    }
    assert!(before.iter().any(|(_, list)| items(list).contains(&"b")));
    let block = shop.save(Kind::Block, "b", Scope::Catalog).await;
    for (anchor, _) in &before {
        assert!(!items(&shop.list(anchor).await).contains(&"b"), "{anchor}");
    }
    let now = Utc::now();
    overrides::store::revoke(&shop.db, &shop.actor, "shop", block, now)
        .await
        .unwrap();
    for (anchor, list) in before {
        assert_eq!(shop.list(anchor).await.items, list.items, "{anchor}");
    }
}

#[sqlx::test]
async fn a_pin_leads_and_keeps_the_models_rank_beside_it(db: PgPool) {
    let shop = Shop::open(db).await;
    let scope = Scope::Item {
        item_id: "a".to_owned(),
    };
    let pin = shop.save(Kind::Pin, "c", scope).await;
    let list = shop.list("a").await;
    assert_eq!(&items(&list)[..2], ["c", "b"]);
    assert_eq!(list.items[0].model_rank, Some(2));
    assert_eq!(list.items[0].overrides[0].id, pin);
    assert_eq!(items(&shop.list("b").await)[0], "a");
}

#[sqlx::test]
async fn a_list_is_rebuilt_from_its_id_after_the_world_moved_on(db: PgPool) {
    let shop = Shop::open(db).await;
    let list = shop.list("a").await;
    shop.save(Kind::Block, "b", Scope::Catalog).await;
    let more = seed::batch(
        &shop.db,
        "shop",
        &[("9", "a"), ("9", "z"), ("8", "a"), ("8", "z")],
    )
    .await;
    seed::show(&shop.db, "shop", more).await;
    shop.index.refresh().await.unwrap();
    assert_ne!(items(&shop.list("a").await), items(&list));

    let receipt = Receipt::read(&list.list_id, &shop.lists.key).unwrap();
    let rebuilt = shop.lists.rebuild(&shop.index, &receipt).await.unwrap();
    assert_eq!(rebuilt, list);
}

#[sqlx::test]
async fn the_raw_order_knows_no_override(db: PgPool) {
    let shop = Shop::open(db).await;
    shop.save(Kind::Block, "b", Scope::Catalog).await;
    let ask = Ask {
        anchor: Anchor::Items(vec!["a".to_owned()]),
        k: 10,
        surface: String::new(),
        raw: true,
        version: None,
        what_if: WhatIf::default(),
    };
    let snapshot = shop.index.current("shop").unwrap();
    let raw = shop
        .lists
        .resolve(&snapshot, &shop.actor, ask, Utc::now())
        .await
        .unwrap();
    assert_eq!(items(&raw), ["b", "c"]);
    assert_eq!(raw.fallback, None);
}

#[sqlx::test]
async fn where_an_item_stands_is_what_every_list_says(db: PgPool) {
    let shop = Shop::open(db).await;
    let snapshot = shop.index.current("shop").unwrap();
    let item = |id: &str| snapshot.find_item(id).unwrap();
    let rule = |id, action, item, scope| serving::Rule {
        id: serving::RuleId::Override(id),
        action,
        item,
        scope,
        mine: false,
        priority: 0,
        created_at_micros: id,
    };
    let pin = |position: u32| serving::Action::Pin {
        position: position.try_into().unwrap(),
    };
    let category = |name: &str| snapshot.find_category(name).unwrap();
    let pair = serving::Scope::CategoryPair {
        anchor: category("x"),
        item: category("y"),
    };
    let block = serving::Action::Block;
    let sets = [
        vec![],
        vec![rule(1, block, item("b"), serving::Scope::Catalog)],
        vec![rule(2, pin(1), item("z"), serving::Scope::Item(item("a")))],
        vec![rule(3, pin(2), item("z"), pair)],
        vec![
            rule(4, pin(1), item("c"), serving::Scope::Catalog),
            rule(5, block, item("a"), serving::Scope::Item(item("b"))),
        ],
        vec![rule(
            6,
            pin(1),
            item("z"),
            serving::Scope::Surface("till".to_owned()),
        )],
    ];
    let model = Model::live();
    let ranker = model.on(&snapshot);
    for rules in sets {
        let kept = standings(&snapshot, &model, &rules);
        // Asking again gives the same, from what was kept.
        assert_eq!(standings(&snapshot, &model, &rules), kept);
        let mut scratch = crate::index::snapshot::Scratch::default();
        let mut held = 0;
        for anchor in 0..snapshot.items.len() as u32 {
            let served = serve_alone(&ranker, anchor, ROWS, &rules, &mut scratch);
            for row in &served.rows {
                let here = kept.of(row.item).iter().find(|one| one.anchor == anchor);
                let here = here.unwrap();
                assert_eq!(here.rank, row.rank, "{rules:?}");
                assert_eq!(
                    here.by_override.is_some(),
                    !row.rules.is_empty(),
                    "{rules:?}"
                );
                assert_eq!(here.is_fallback, row.fallback.is_some(), "{rules:?}");
            }
            held += served.rows.len();
        }
        let all: usize = (0..snapshot.items.len() as u32)
            .map(|item| kept.of(item).len())
            .sum();
        assert_eq!(all, held, "{rules:?}");
    }
}
