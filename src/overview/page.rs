//! The page: how is it going?

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::changes::{Happened, Since};
use super::days::{self, Day};
use super::period::{self, Period};
use super::store::{self, Answers, Flags, Intake, OpenFlag, Span};
use super::view;
use crate::accounts::types::{Actor, ActorId, Right};
use crate::error::AppError;
use crate::index::evidence::Evidence;
use crate::index::snapshot::Snapshot;
use crate::overrides;
use crate::overrides::types::{Override, State};
use crate::servers;
use crate::servers::store::Told;
use crate::services::Services;
use crate::ui::page::{page, parse_query};

/// Overrides that end within so many days are named.
const SOON_DAYS: u64 = 7;

#[derive(Debug, Default, Deserialize)]
struct Search {
    /// Length of the period.
    days: Option<String>,
    /// Its last day.
    to: Option<String>,
    /// What changed after this moment; else after the last visit.
    since: Option<String>,
}

/// What the address asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) days: u32,
    pub(super) to: Option<NaiveDate>,
    pub(super) since: Option<DateTime<Utc>>,
}

impl Asked {
    fn parse(search: &Search) -> Result<Self, AppError> {
        let to = given(&search.to).map(|text| {
            // Years that a calendar can count back from.
            let day = text.parse::<NaiveDate>().ok();
            let day = day.filter(|day| (1900..=2200).contains(&day.year()));
            day.ok_or_else(|| {
                let message = format!("“{text}” is no day. Write it as 2026-03-31.");
                AppError::invalid("to", message)
            })
        });
        let since = given(&search.since).map(|text| {
            moment(text).ok_or_else(|| {
                let message =
                    format!("“{text}” is no moment. Write 2026-03-31 or 2026-03-31T08:00:00Z.");
                AppError::invalid("since", message)
            })
        });
        Ok(Self {
            days: period::length(search.days.as_deref())?,
            to: to.transpose()?,
            since: since.transpose()?,
        })
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// A moment, or the beginning of a day, that the database can hold.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let day = || {
        Some(
            text.parse::<NaiveDate>()
                .ok()?
                .and_time(NaiveTime::MIN)
                .and_utc(),
        )
    };
    let moment = text.parse::<DateTime<Utc>>().ok().or_else(day)?;
    (1900..=2200).contains(&moment.year()).then_some(moment)
}

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) actor: Actor,
    pub(super) asked: Asked,
    pub(super) now: DateTime<Utc>,
    /// The first and the last day with an interaction that has a time.
    pub(super) span: Span,
    pub(super) interactions: Option<Daily<u64>>,
    pub(super) answers: Option<Daily<Answers>>,
    pub(super) flags: Option<Daily<Flags>>,
    /// What each day left behind.
    pub(super) days: Option<Daily<Day>>,
    pub(super) open: Open,
    pub(super) overrides: InForce,
    pub(super) intake: Intake,
    pub(super) servers: Vec<Told>,
    pub(super) evidence: Arc<Evidence>,
    /// Absent in a first visit.
    pub(super) changes: Option<(Since, Happened)>,
}

/// What happened on the days of a period and of the one before.
pub(super) struct Daily<T> {
    pub(super) period: Period,
    pub(super) by_day: BTreeMap<NaiveDate, T>,
}

impl Daily<Day> {
    /// The last day of each step that left something behind, of the period or of the one before.
    pub(super) fn last_of_steps(&self, period: Period) -> Vec<Option<Day>> {
        period.sums(&self.by_day, None, |_, day| Some(*day))
    }
}

/// Open flags.
pub(super) struct Open {
    pub(super) count: u64,
    pub(super) oldest: Vec<OpenFlag>,
}

/// Overrides that hold now, as far as the reader may see them.
pub(super) struct InForce {
    pub(super) count: u64,
    /// Those that end soon, the first to end first.
    pub(super) ending: Vec<Override>,
}

#[component]
pub fn OverviewPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let search = parse_query::<Search>();
    page(async move {
        let asked = Asked::parse(&search?)?;
        let loaded = load(&services, actor?, &catalog_id, asked, Utc::now()).await?;
        Ok(view::lay_out(&loaded))
    })
}

async fn load(
    services: &Services,
    actor: Actor,
    catalog_id: &str,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let snapshot = services.index.current(catalog_id)?;
    let db = &services.db;
    let span = store::span(db, catalog_id).await?;
    // Interactions of ten years ago may be answered today: each has a period of its own, which ends
    // with the newest of its kind unless the address says where.
    let ending = |last: Option<NaiveDate>| {
        let to = asked.to.or(last)?;
        let days = asked.days;
        Some(Period { days, to })
    };
    let chosen = ending(span.last).filter(|_| span.last.is_some());
    let answered = ending(span.answered.max(span.last)).filter(|_| span.answered.is_some());
    let interactions = match chosen {
        Some(period) => {
            let from = period.before().from();
            let by_day = store::interactions(db, catalog_id, from, period.to).await?;
            Some(Daily { period, by_day })
        }
        None => None,
    };
    let (answers, flags) = match answered {
        Some(period) => {
            let from = period.before().from();
            let answers = store::answers(db, catalog_id, from, period.to).await?;
            let flags = store::flags(db, catalog_id, from, period.to).await?;
            let daily = (
                Daily {
                    period,
                    by_day: answers,
                },
                Daily {
                    period,
                    by_day: flags,
                },
            );
            (Some(daily.0), Some(daily.1))
        }
        None => (None, None),
    };
    let days = match ending(days::last(db, catalog_id).await?) {
        Some(period) => {
            let from = period.before().from();
            let by_day = days::list(db, catalog_id, from, period.to).await?;
            Some(Daily { period, by_day })
        }
        None => None,
    };
    let (count, oldest) = store::open_flags(db, catalog_id).await?;
    let all = overrides::store::list(db, &actor, catalog_id, now).await?;
    let changes = changes(services, &actor, catalog_id, asked, &all, now).await?;
    Ok(Loaded {
        evidence: snapshot.newest_evidence().await,
        overrides: in_force(all, now),
        intake: store::intake(db, catalog_id).await?,
        servers: servers::store::told(db, catalog_id).await?,
        open: Open { count, oldest },
        snapshot,
        actor,
        asked,
        now,
        span,
        interactions,
        answers,
        flags,
        days,
        changes,
    })
}

fn in_force(mut all: Vec<Override>, now: DateTime<Utc>) -> InForce {
    all.retain(|kept| kept.state == State::Active);
    let count = all.len() as u64;
    let soon = now + Days::new(SOON_DAYS);
    all.retain(|kept| kept.ends_at.is_some_and(|end| end <= soon));
    all.sort_by_key(|kept| kept.ends_at);
    InForce { count, ending: all }
}

/// What happened since the moment that the address names, or else the last visit.
async fn changes(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    asked: Asked,
    overrides: &[Override],
    now: DateTime<Utc>,
) -> Result<Option<(Since, Happened)>, AppError> {
    let db = &services.db;
    let visit = match actor.id {
        ActorId::Account(id) => store::visit(db, id, catalog_id).await?,
        ActorId::Token(_) | ActorId::Command => None,
    };
    let since = match (asked.since, visit) {
        (Some(at), _) => Since::Asked(at),
        (None, Some(at)) => Since::Visit(at),
        (None, None) => return Ok(None),
    };
    let at = since.at();
    let (entry_count, entries) = store::entries(db, catalog_id, &actor.key(), at).await?;
    let ended = overrides.iter().filter(|kept| {
        let end = kept.ends_at.filter(|_| kept.state == State::Expired);
        end.is_some_and(|end| end > at && end <= now)
    });
    let happened = Happened {
        entries,
        entry_count,
        posted: store::posted(db, catalog_id, at).await?,
        ended: ended.cloned().collect(),
    };
    Ok(Some((since, happened)))
}
