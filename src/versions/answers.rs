//! Every SQL statement that says which version answers where, and changes it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::store::{CHANGING, READING, begin, get_in, read, set_stage};
use super::types::{Service, Stage, Version};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::models::recipe::Recipe;

/// The newest times of service that are named.
const MOST_SERVICES: i64 = 200;

/// The version that answers on the first of some surfaces that has one of its own.
pub async fn answering(
    db: &PgPool,
    catalog_id: &str,
    surfaces: &[String],
) -> Result<Option<Version>, StoreError> {
    let mut connection = db.acquire().await.operation(READING)?;
    let number = sqlx::query_scalar!(
        "select number
         from model_service
         join model_version using (version_id, catalog_id)
         where catalog_id = $1 and surface = any($2) and until_at is null
         order by array_position($2, surface)
         limit 1",
        catalog_id,
        surfaces
    )
    .fetch_optional(&mut *connection)
    .await
    .operation(READING)?;
    match number {
        Some(number) => Ok(read(&mut connection, catalog_id, Some(number)).await?.pop()),
        None => Ok(None),
    }
}

/// Which version answered where, the newest first; those that answer now are always among them.
pub async fn services(db: &PgPool, catalog_id: &str) -> Result<Vec<Service>, StoreError> {
    let rows = sqlx::query!(
        "select surface, number, recipe, from_at, until_at, by_name, reason
         from model_service
         join model_version using (version_id, catalog_id)
         where catalog_id = $1
           and (until_at is null or service_id in (
               select service_id
               from model_service
               where catalog_id = $1
               order by service_id desc
               limit $2
           ))
         order by service_id desc",
        catalog_id,
        MOST_SERVICES
    )
    .fetch_all(db)
    .await
    .operation(READING)?;
    let rows = rows.into_iter().map(|row| {
        let recipe: Recipe =
            serde_json::from_value(row.recipe).expect("BUG: a recipe was kept that can't be read");
        Service {
            surface: row.surface,
            version: row.number,
            name: recipe.name(),
            from: row.from_at,
            until: row.until_at,
            by: row.by_name,
            reason: row.reason,
        }
    });
    Ok(rows.collect())
}

/// Puts a version into production on some surfaces; what answered there steps back.
pub async fn promote(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    surfaces: &[String],
    reason: &str,
) -> Result<(), AppError> {
    if surfaces.is_empty() {
        return Err(AppError::invalid(
            "surfaces",
            "Name at least one surface on which it shall answer.",
        ));
    }
    let mut transaction = begin(db, catalog_id).await?;
    let version = get_in(&mut transaction, catalog_id, number).await?;
    match version.stage {
        Stage::Candidate | Stage::Production => {}
        Stage::Draft => {
            return Err(AppError::conflict(format!(
                "Version {number} is a draft: make it a candidate first."
            )));
        }
        Stage::Retired => {
            return Err(AppError::conflict(format!(
                "Version {number} is retired: make it a candidate first."
            )));
        }
    }
    let from = moment(&mut transaction).await?;
    let mut before = Vec::new();
    // Named twice is named once, and where it answers already nothing changes.
    let new: BTreeSet<&String> = surfaces.iter().collect();
    for surface in new
        .into_iter()
        .filter(|name| !version.surfaces.contains(name))
    {
        let old = end_service(&mut transaction, catalog_id, surface, from).await?;
        let begins = Begins {
            surface,
            from,
            reason,
        };
        begin_service(&mut transaction, actor, &version, &begins).await?;
        before.push(json!({ "surface": surface, "version": old.map(|old| old.number) }));
    }
    settle_stages(&mut transaction, actor, catalog_id, reason).await?;
    let entry = Entry {
        action: "model.promote",
        catalog_id: Some(catalog_id),
        subject: number.to_string(),
        detail: json!({ "surfaces": surfaces, "before": before, "reason": reason }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(())
}

/// Puts a surface back to what answered on it before: another version, or what answers everywhere
/// else. Gives the number of the version that answers on it now.
pub async fn roll_back(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    surface: &str,
    reason: &str,
) -> Result<i32, AppError> {
    let mut transaction = begin(db, catalog_id).await?;
    let from = moment(&mut transaction).await?;
    let ended = end_service(&mut transaction, catalog_id, surface, from).await?;
    let ended = ended.ok_or_else(|| {
        AppError::conflict(
            "Nothing answers on this surface by itself, so nothing is to be rolled back.",
        )
    })?;
    let before = sqlx::query_scalar!(
        r#"select number
           from model_service
           join model_version using (version_id, catalog_id)
           where catalog_id = $1 and surface = $2 and until_at = $3
             and version_id <> $4 and stage <> 'retired'
           order by service_id desc
           limit 1"#,
        catalog_id,
        surface,
        ended.from,
        ended.version_id
    )
    .fetch_optional(&mut *transaction)
    .await
    .operation(CHANGING)?;
    let number = match before {
        Some(number) => {
            let version = get_in(&mut transaction, catalog_id, number).await?;
            let begins = Begins {
                surface,
                from,
                reason,
            };
            begin_service(&mut transaction, actor, &version, &begins).await?;
            number
        }
        None if surface.is_empty() => {
            return Err(AppError::conflict(
                "Nothing answered here before that could answer again.",
            ));
        }
        None => everywhere(&mut transaction, catalog_id).await?,
    };
    settle_stages(&mut transaction, actor, catalog_id, reason).await?;
    let entry = Entry {
        action: "model.roll_back",
        catalog_id: Some(catalog_id),
        subject: number.to_string(),
        detail: json!({ "surface": surface, "before": ended.number, "reason": reason }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(number)
}

/// The moment at which services change: one that comes after the lock, not the transaction's own,
/// which may have waited for another that changed them later than it began.
async fn moment(connection: &mut PgConnection) -> Result<DateTime<Utc>, StoreError> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#)
        .fetch_one(connection)
        .await
        .operation(CHANGING)
}

/// A service that begins.
struct Begins<'a> {
    surface: &'a str,
    from: DateTime<Utc>,
    reason: &'a str,
}

/// A service that came to its end.
struct Ended {
    version_id: i64,
    number: i32,
    from: DateTime<Utc>,
}

async fn end_service(
    connection: &mut PgConnection,
    catalog_id: &str,
    surface: &str,
    at: DateTime<Utc>,
) -> Result<Option<Ended>, StoreError> {
    sqlx::query_as!(
        Ended,
        r#"update model_service
           set until_at = greatest($3, from_at)
           from model_version
           where model_service.catalog_id = $1
             and surface = $2
             and until_at is null
             and model_version.version_id = model_service.version_id
           returning model_service.version_id, number, from_at as "from""#,
        catalog_id,
        surface,
        at
    )
    .fetch_optional(connection)
    .await
    .operation(CHANGING)
}

async fn begin_service(
    connection: &mut PgConnection,
    actor: &Actor,
    version: &Version,
    begins: &Begins<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into model_service (catalog_id, surface, version_id, from_at, by, by_name, reason)
         select catalog_id, $2, version_id, $3, $4, $5, $6
         from model_version
         where version_id = $1",
        version.version_id,
        begins.surface,
        begins.from,
        actor.key(),
        actor.name,
        begins.reason
    )
    .execute(connection)
    .await
    .operation(CHANGING)?;
    Ok(())
}

/// The version that answers wherever no other does.
async fn everywhere(connection: &mut PgConnection, catalog_id: &str) -> Result<i32, StoreError> {
    sqlx::query_scalar!(
        "select number
         from model_service
         join model_version using (version_id, catalog_id)
         where catalog_id = $1 and surface = '' and until_at is null",
        catalog_id
    )
    .fetch_one(connection)
    .await
    .operation(CHANGING)
}

/// Brings stages in line with who answers: what answers somewhere is in production, and what was and
/// answers nowhere any more is a candidate.
async fn settle_stages(
    connection: &mut PgConnection,
    actor: &Actor,
    catalog_id: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let moved = sqlx::query!(
        r#"select version_id, answers as "answers!"
           from (
               select version_id, stage,
                      exists (
                          select from model_service
                          where model_service.version_id = model_version.version_id
                            and until_at is null
                      ) as answers
               from model_version
               where catalog_id = $1
           ) now
           where answers <> (stage = 'production')"#,
        catalog_id
    )
    .fetch_all(&mut *connection)
    .await
    .operation(CHANGING)?;
    for row in moved {
        let stage = if row.answers {
            Stage::Production
        } else {
            Stage::Candidate
        };
        set_stage(connection, actor, row.version_id, stage, reason).await?;
    }
    Ok(())
}
