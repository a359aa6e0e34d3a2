//! Every SQL statement of the overview.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgPool;
use std::collections::BTreeMap;

use crate::error::respond::{Operation as _, StoreError};

/// Entries of the audit trail that are named one by one.
pub const NAMED: i64 = 60;
/// Open flags that are named.
const FLAGS: i64 = 3;

/// Which days have something to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Days with an interaction, the first and the last.
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// The last day with feedback or a flag.
    pub answered: Option<NaiveDate>,
}

pub async fn span(db: &PgPool, catalog_id: &str) -> Result<Span, StoreError> {
    sqlx::query_as!(
        Span,
        "select (select min(day) from interaction_day where catalog_id = $1 and interactions > 0)
                    as first,
                (select max(day) from interaction_day where catalog_id = $1 and interactions > 0)
                    as last,
                greatest(
                    (select max(day) from feedback_day where catalog_id = $1),
                    (select (max(greatest(created_at, withdrawn_at, decided_at)) at time zone zone_of($1))::date
                     from flag
                     where catalog_id = $1)
                ) as answered",
        catalog_id
    )
    .fetch_one(db)
    .await
    .operation("finding the days of a catalog")
}

/// Interactions on each day from one to another that has some.
pub async fn interactions(
    db: &PgPool,
    catalog_id: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, u64>, StoreError> {
    let rows = sqlx::query!(
        "select day, interactions
         from interaction_day
         where catalog_id = $1 and day between $2 and $3",
        catalog_id,
        from,
        to
    )
    .fetch_all(db)
    .await
    .operation("reading interactions by day")?;
    let days = rows.into_iter();
    Ok(days
        .map(|row| (row.day, row.interactions.unsigned_abs()))
        .collect())
}

/// What people and programs answered, of one day or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    pub shown: u64,
    pub accepted: u64,
    /// Dismissals that were not taken back.
    pub dismissed: u64,
}

/// Feedback on each day from one to another that has some.
pub async fn answers(
    db: &PgPool,
    catalog_id: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, Answers>, StoreError> {
    let rows = sqlx::query!(
        r#"select day,
                  sum(shown)::bigint as "shown!",
                  sum(accepted)::bigint as "accepted!",
                  sum(dismissed)::bigint as "dismissed!"
           from feedback_day
           where catalog_id = $1 and day between $2 and $3
           group by day"#,
        catalog_id,
        from,
        to
    )
    .fetch_all(db)
    .await
    .operation("reading feedback by day")?;
    let days = rows.into_iter();
    Ok(days
        .map(|row| {
            let answers = Answers {
                shown: row.shown.unsigned_abs(),
                accepted: row.accepted.unsigned_abs(),
                dismissed: row.dismissed.unsigned_abs(),
            };
            (row.day, answers)
        })
        .collect())
}

/// Flags of one day or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    pub raised: u64,
    pub closed: u64,
}

impl Flags {
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            raised: self.raised + other.raised,
            closed: self.closed + other.closed,
        }
    }
}

/// Flags raised and closed on each day from one to another that has some.
pub async fn flags(
    db: &PgPool,
    catalog_id: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, Flags>, StoreError> {
    let rows = sqlx::query!(
        r#"select happened.day as "day!",
                  sum(happened.raised) as "raised!",
                  sum(happened.closed) as "closed!"
           from (
               select (created_at at time zone zone_of($1))::date as day, 1 as raised, 0 as closed
               from flag
               where catalog_id = $1
               union all
               select (least(withdrawn_at, decided_at) at time zone zone_of($1))::date, 0, 1
               from flag
               where catalog_id = $1 and state <> 'open'
           ) happened
           where happened.day between $2 and $3
           group by 1"#,
        catalog_id,
        from,
        to
    )
    .fetch_all(db)
    .await
    .operation("counting flags by day")?;
    let days = rows.into_iter();
    Ok(days
        .map(|row| {
            let flags = Flags {
                raised: row.raised.unsigned_abs(),
                closed: row.closed.unsigned_abs(),
            };
            (row.day, flags)
        })
        .collect())
}

/// An open flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFlag {
    pub item_id: String,
    pub created_at: DateTime<Utc>,
}

/// How many flags are open, and the oldest of them.
pub async fn open_flags(db: &PgPool, catalog_id: &str) -> Result<(u64, Vec<OpenFlag>), StoreError> {
    let rows = sqlx::query!(
        r#"select item_id, created_at, count(*) over () as "all!"
           from flag
           where catalog_id = $1 and state = 'open'
           order by flag_id
           limit $2"#,
        catalog_id,
        FLAGS
    )
    .fetch_all(db)
    .await
    .operation("finding open flags")?;
    let all = rows.first().map_or(0, |row| row.all.unsigned_abs());
    let oldest = rows.into_iter().map(|row| OpenFlag {
        item_id: row.item_id,
        created_at: row.created_at,
    });
    Ok((all, oldest.collect()))
}

/// Rows in quarantine that are counted; there may be more.
pub const HELD: i64 = 1_000;

/// What came in by files, and what could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intake {
    pub imported_at: Option<DateTime<Utc>>,
    /// Rows of visible batches that wait in quarantine, [`HELD`] at most, and the newest batch
    /// among theirs.
    pub quarantined: i64,
    pub quarantined_in: Option<i64>,
}

pub async fn intake(db: &PgPool, catalog_id: &str) -> Result<Intake, StoreError> {
    sqlx::query_as!(
        Intake,
        r#"select (
                      select max(shown_at)
                      from batch
                      where catalog_id = $1 and format <> 'api' and state = 'visible'
                  ) as imported_at,
                  count(*) as "quarantined!",
                  max(waiting.batch_id) as quarantined_in
           from (
               select batch.batch_id
               from batch
               join quarantine using (batch_id)
               left join batch mender on mender.batch_id = quarantine.mended_by
               where batch.catalog_id = $1
                 and batch.quarantined > 0
                 and batch.state = 'visible'
                 -- A row that another import brought corrected waits only once that is taken back.
                 and (mender.batch_id is null or mender.state = 'undone')
               order by batch.batch_id desc
               limit $2
           ) waiting"#,
        catalog_id,
        HELD
    )
    .fetch_one(db)
    .await
    .operation("reading what came in")
}

/// An entry of the audit trail.
#[derive(Debug, Clone)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub actor_key: String,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: Value,
    /// For an override or a flag: the item it is about.
    pub item_id: Option<String>,
    /// Whether it is about a flag of the reader's own.
    pub is_of_own_flag: bool,
}

/// What people did to a catalog after a moment, the newest first, and how much there is in all.
/// What is nobody else's business is left out: feedback, saved views, and overrides that hold for
/// another alone. Posts of programs are many and are summed by [`posted`].
pub async fn entries(
    db: &PgPool,
    catalog_id: &str,
    reader: &str,
    since: DateTime<Utc>,
) -> Result<(u64, Vec<Entry>), StoreError> {
    let rows = sqlx::query!(
        r#"select entry.at, entry.actor, entry.actor_name, entry.action, entry.subject,
                  entry.detail, coalesce(override.item_id, flag.item_id) as item_id,
                  coalesce(flag.author = $2, false) as "is_of_own_flag!",
                  count(*) over () as "all!"
           from audit_entry entry
           left join override
               on entry.action like 'override.%'
               and override.override_id = case
                   when entry.subject ~ '^[0-9]{1,18}$' then entry.subject::bigint
               end
           left join flag
               on entry.action like 'flag.%'
               and flag.flag_id = case
                   when entry.subject ~ '^[0-9]{1,18}$' then entry.subject::bigint
               end
           where entry.catalog_id = $1
             and entry.at > $3
             and entry.action <> 'interactions.post'
             and entry.action not like 'feedback.%'
             and entry.action not like 'view.%'
             and (override.private_to is null or override.private_to = $2)
           order by entry.entry_id desc
           limit $4"#,
        catalog_id,
        reader,
        since,
        NAMED
    )
    .fetch_all(db)
    .await
    .operation("reading what changed")?;
    let all = rows.first().map_or(0, |row| row.all.unsigned_abs());
    let entries = rows.into_iter().map(|row| Entry {
        at: row.at,
        actor_key: row.actor,
        actor: row.actor_name,
        action: row.action,
        subject: row.subject,
        detail: row.detail,
        item_id: row.item_id,
        is_of_own_flag: row.is_of_own_flag,
    });
    Ok((all, entries.collect()))
}

/// What programs posted after a moment, and the table's changes since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posted {
    pub posts: i64,
    pub rows: i64,
    /// The newest change at the moment; 0 before the first.
    pub change_then: i64,
}

pub async fn posted(
    db: &PgPool,
    catalog_id: &str,
    since: DateTime<Utc>,
) -> Result<Posted, StoreError> {
    sqlx::query_as!(
        Posted,
        r#"select count(*) as "posts!",
                  coalesce(sum((detail ->> 'accepted')::bigint), 0)::bigint as "rows!",
                  coalesce((
                      select change
                      from change
                      where catalog_id = $1 and at <= $2
                      order by change desc
                      limit 1
                  ), 0) as "change_then!"
           from audit_entry
           where catalog_id = $1 and at > $2 and action = 'interactions.post'"#,
        catalog_id,
        since
    )
    .fetch_one(db)
    .await
    .operation("summing what programs posted")
}

/// When an account was last on the pages of a catalog before this visit; `None` where it never was.
pub async fn visit(
    db: &PgPool,
    account_id: i64,
    catalog_id: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = sqlx::query_scalar!(
        "select before_at
         from visit
         where account_id = $1 and catalog_id = $2",
        account_id,
        catalog_id
    )
    .fetch_optional(db)
    .await
    .operation("finding the last visit")?;
    Ok(before.flatten())
}

/// Notes that an account is on the pages of a catalog. It writes nothing where that was noted after
/// `fresh`; where the last page was opened before `ended`, another visit begins.
pub async fn note_visit(
    db: &PgPool,
    account_id: i64,
    catalog_id: &str,
    now: DateTime<Utc>,
    fresh: DateTime<Utc>,
    ended: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into visit (account_id, catalog_id, seen_at)
         -- An address may name a catalog that is not there.
         select $1, catalog_id, $3
         from catalog
         where catalog_id = $2
           and not exists (
               select from visit known
               where known.account_id = $1 and known.catalog_id = $2 and known.seen_at > $4
           )
         on conflict (account_id, catalog_id) do update
         set seen_at = excluded.seen_at,
             before_at = case when visit.seen_at < $5 then visit.seen_at else visit.before_at end",
        account_id,
        catalog_id,
        now,
        fresh,
        ended
    )
    .execute(db)
    .await
    .operation("noting a visit")?;
    Ok(())
}
