//! Five months of work with the demo's lists.
//!
//! What is written cites lists as the server gives them: each is resolved by `lists`, from the
//! imported table, under the rules that held at its moment, and its id is signed with the
//! server's key; rebuilt from its id it is the same list. Everything is written in one
//! transaction, so that it is there or not, and only once; the trail's entries say when it was
//! written.

use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use sqlx::PgConnection;

use super::cast::{CAST, CURATOR, FLAGS, PAGES, decisions};
use super::items::Shelves;
use super::{CATALOG, days, store};
use crate::accounts::store as accounts;
use crate::accounts::types::{Actor, ActorId};
use crate::chance::Chance;
use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::feedback::store::{self as feedback, Kind, Seen};
use crate::flags::store as flags;
use crate::flags::types::{NewFlag, Scope};
use crate::index::snapshot::Snapshot;
use crate::lists::Lists;
use crate::lists::receipt::Receipt;
use crate::lists::types::{Anchor, Ask, List, Row, WhatIf};
use crate::overrides::store as overrides;
use crate::overrides::types::NewOverride;
use crate::services::Services;

const SEED: u64 = 88;
/// How far back the work goes.
const DAYS: u32 = 152;
const SECONDS_OF_DAY: u32 = 86_400;
/// The least lists of a day, and how many more there may be.
const LISTS: (u32, u32) = (8, 6);
/// Rows of a list.
const ROWS: u32 = 8;
/// Of a thousand rows, how many are accepted where they are neither first nor last: by month, the
/// newest first.
const ACCEPTED: [u32; 6] = [96, 88, 63, 79, 66, 58];
/// By place in the list, in tenths of the month's share.
const BY_PLACE: [u32; ROWS as usize] = [19, 15, 12, 10, 8, 7, 6, 5];
/// A suggestion this far beyond chance is accepted half as often again.
const STRONG_LIFT: f64 = 5.0;

/// Writes the history as seen from `now`, where the demo is there and has none yet.
pub async fn write(services: &Services, now: DateTime<Utc>) -> Result<(), AppError> {
    let Ok(snapshot) = services.index.current(CATALOG) else {
        return Ok(());
    };
    if !is_the_demo(&snapshot) {
        return Ok(());
    }
    let mut transaction = services.db.begin().await.operation(WRITING)?;
    store::lock(&mut transaction).await?;
    let known = accounts::find_by_name(&mut *transaction, CAST[PAGES].0).await?;
    if known.is_none() {
        let actors = hire(&mut transaction).await?;
        decide(&mut transaction, &actors, now).await?;
        days::write(&mut transaction, &snapshot, now).await?;
        let mut work = Work {
            transaction: &mut transaction,
            snapshot: &snapshot,
            lists: &services.lists,
            actors,
            chance: Chance::new(SEED),
            // Ids and receipts keep whole seconds as well as anything else.
            now: now.trunc_subsecs(0),
            seen: Vec::new(),
        };
        work.all().await?;
    }
    transaction.commit().await.operation(WRITING)?;
    Ok(())
}

const WRITING: &str = "writing the demo's history";

/// Whether the catalog is the shop, and not something else that somebody called by its name.
fn is_the_demo(snapshot: &Snapshot) -> bool {
    let items = Shelves::read().items;
    items.iter().all(|item| {
        let known = snapshot.find_item(&item.id);
        known.is_some_and(|known| snapshot.baskets.total(known) > 0)
    })
}

async fn hire(transaction: &mut PgConnection) -> Result<Vec<Actor>, AppError> {
    let mut actors = Vec::new();
    for (name, role) in CAST {
        let id = accounts::create_in(transaction, &Actor::command(), name, &[role]).await?;
        actors.push(Actor {
            id: ActorId::Account(id),
            name: name.to_owned(),
            roles: vec![role],
            catalog_id: None,
        });
    }
    Ok(actors)
}

async fn decide(
    transaction: &mut PgConnection,
    actors: &[Actor],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    for decision in decisions(now) {
        let (author, at) = (&actors[decision.author], decision.made_at);
        let new = NewOverride::parse(decision.draft, author, at)?;
        overrides::insert_in(transaction, author, CATALOG, &new, at).await?;
    }
    Ok(())
}

/// The work, list by list, the oldest first: what somebody hides is not in their later lists.
struct Work<'a> {
    transaction: &'a mut PgConnection,
    snapshot: &'a Arc<Snapshot>,
    lists: &'a Lists,
    actors: Vec<Actor>,
    chance: Chance,
    now: DateTime<Utc>,
    seen: Vec<Seen>,
}

impl Work<'_> {
    async fn all(&mut self) -> Result<(), AppError> {
        for day in (0..DAYS).rev() {
            let lists = LISTS.0 + self.chance.below(LISTS.1);
            let mut seconds: Vec<u32> = (0..lists)
                .map(|_| self.chance.below(SECONDS_OF_DAY))
                .collect();
            seconds.sort_unstable();
            for second in seconds.into_iter().rev() {
                let ago = day * SECONDS_OF_DAY + second;
                self.look(day, self.now - Duration::seconds(ago.into()))
                    .await?;
            }
        }
        feedback::insert_seen(self.transaction, CATALOG, &self.seen).await?;
        Ok(())
    }

    /// Somebody looks at a list and does something with it, or not.
    async fn look(&mut self, day: u32, at: DateTime<Utc>) -> Result<(), AppError> {
        let is_work = self.chance.happens(200);
        let place = if is_work {
            1 + self.chance.below(CURATOR as u32) as usize
        } else {
            PAGES
        };
        let actor = self.actors[place].clone();
        let (surface, anchor) = self.anchor(is_work);
        let ask = Ask {
            anchor,
            k: ROWS,
            surface: surface.to_owned(),
            raw: false,
            version: None,
            what_if: WhatIf::default(),
        };
        let receipt = Receipt {
            catalog_id: CATALOG.to_owned(),
            ask,
            change: self.snapshot.change,
            at,
            actor: actor.key(),
        };
        let list = self
            .lists
            .resolve_in(self.transaction, self.snapshot, &receipt)
            .await?;
        for row in &list.items {
            let accepted_at = self.accepts(day, row).then(|| {
                let later = at + Duration::seconds(i64::from(4 + self.chance.below(90)));
                later.min(self.now)
            });
            self.seen.push(Seen {
                list_id: list.list_id.clone(),
                anchor: receipt.ask.anchor.clone(),
                item_id: row.item_id.clone(),
                author: actor.key(),
                at,
                accepted_at,
            });
        }
        if is_work {
            self.object(&actor, &receipt, &list).await?;
        }
        Ok(())
    }

    /// What a list is for: mostly an item that much is bought of, sometimes two, or a user.
    fn anchor(&mut self, is_work: bool) -> (&'static str, Anchor) {
        let basket = loop {
            let basket = self.chance.below(self.snapshot.baskets.len());
            if self.snapshot.baskets.items_of(basket).len() > 1 {
                break basket;
            }
        };
        let items = self.snapshot.baskets.items_of(basket);
        let first = self.chance.below(items.len() as u32) as usize;
        let second = (first + 1) % items.len();
        let id = |place: usize| self.snapshot.items[items[place] as usize].id.clone();
        match self.chance.below(10) {
            0 if !is_work => {
                let user = self.chance.below(self.snapshot.user_ids.len() as u32);
                let user = self.snapshot.user_ids[user as usize].clone();
                ("start page", Anchor::User(user))
            }
            1 | 2 if !is_work => ("basket", Anchor::Items(vec![id(first), id(second)])),
            _ if is_work => ("", Anchor::Items(vec![id(first)])),
            _ => ("item page", Anchor::Items(vec![id(first)])),
        }
    }

    fn accepts(&mut self, day: u32, row: &Row) -> bool {
        let month = ACCEPTED[(day / 30) as usize];
        let place = BY_PLACE[row.rank as usize - 1];
        let is_strong = (row.evidence.as_ref()).is_some_and(|about| about.lift >= STRONG_LIFT);
        let twentieths = if is_strong { 3 } else { 2 };
        self.chance.happens(month * place * twentieths / 20)
    }

    /// Somebody at work dismisses or flags a row.
    async fn object(
        &mut self,
        actor: &Actor,
        receipt: &Receipt,
        list: &List,
    ) -> Result<(), AppError> {
        // What is nearest to chance is what people object to.
        let weakest = list.items.iter().min_by(|a, b| {
            let lift = |row: &Row| row.evidence.as_ref().map_or(0.0, |about| about.lift);
            lift(a).total_cmp(&lift(b))
        });
        let Some(weakest) = weakest else {
            return Ok(());
        };
        let soon = Duration::seconds(i64::from(20 + self.chance.below(60)));
        let at = (receipt.at + soon).min(self.now);
        match self.chance.below(10) {
            0..3 => {
                let (id, item) = (&list.list_id, &weakest.item_id);
                let kind = Kind::Dismiss;
                feedback::insert_in(self.transaction, actor, receipt, id, item, kind, at).await?;
            }
            3..5 => self.flag(actor, receipt, list, weakest, at).await?,
            _ => {}
        }
        Ok(())
    }

    /// Flags a row; one in four is taken back within some days.
    async fn flag(
        &mut self,
        actor: &Actor,
        receipt: &Receipt,
        list: &List,
        row: &Row,
        at: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let (reason, scope, comment) = *self.chance.one_of(&FLAGS);
        let scope = match (scope, &row.evidence) {
            (Scope::Pair, None) => Scope::Here,
            (scope, _) => scope,
        };
        let (anchor, item) = (receipt.ask.anchor.clone(), row.item_id.clone());
        let mut new = NewFlag::citing(list, anchor, item, reason, scope)?;
        comment.clone_into(&mut new.comment);
        let id = flags::insert_in(self.transaction, actor, CATALOG, &new, at).await?;
        let days = Duration::days(i64::from(1 + self.chance.below(9)));
        if self.chance.happens(250) && at + days < self.now {
            flags::withdraw_in(self.transaction, actor, CATALOG, id, at + days).await?;
        }
        Ok(())
    }
}
