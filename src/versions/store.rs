//! Every SQL statement of the registry, but for those that say which version answers where.
//!
//! Who changes the registry of a catalog holds one lock, so that versions are numbered without gaps
//! and of two who promote at once one comes after the other.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::types::{Evaluation, Move, Stage, Training, Version};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::lock;
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::evaluation::report::Report;
use crate::models::recipe::Recipe;
use crate::models::store as weights_store;
use crate::models::weights::Weights;

pub(super) const READING: &str = "reading versions of the model";
pub(super) const CHANGING: &str = "changing versions of the model";
/// The newest versions that a page or an answer names; the others are found by number.
pub const MOST_LISTED: i32 = 200;

struct Row {
    version_id: i64,
    number: i32,
    recipe: Value,
    stage: String,
    note: String,
    owner: Option<String>,
    owner_name: Option<String>,
    trained_at: DateTime<Utc>,
    trained_by_name: Option<String>,
    training: Option<Value>,
    surfaces: Vec<String>,
    evaluated_at: Option<DateTime<Utc>>,
    evaluated_by: Option<String>,
    evaluated_on: Option<String>,
    report: Option<Value>,
}

impl From<Row> for Version {
    fn from(row: Row) -> Self {
        const KEPT: &str = "BUG: a version was kept that can't be read";
        let recipe: Recipe = serde_json::from_value(row.recipe).expect(KEPT);
        let evaluation = match (
            row.report,
            row.evaluated_at,
            row.evaluated_by,
            row.evaluated_on,
        ) {
            (Some(report), Some(at), Some(by), Some(table_version)) => Some(Evaluation {
                at,
                by,
                table_version,
                report: serde_json::from_value(report).expect(KEPT),
            }),
            _ => None,
        };
        let training = row.training.map(serde_json::from_value::<Training>);
        Self {
            number: row.number,
            name: recipe.name(),
            recipe,
            stage: Stage::parse(&row.stage).expect(KEPT),
            note: row.note,
            owner: row.owner_name,
            owner_key: row.owner,
            trained_at: row.trained_at,
            trained_by: row.trained_by_name,
            training: training.transpose().expect(KEPT),
            surfaces: row.surfaces,
            evaluation,
            version_id: row.version_id,
        }
    }
}

/// The newest versions of a catalog and those that answer, the newest first; one alone where its
/// number is given.
pub(super) async fn read(
    connection: &mut PgConnection,
    catalog_id: &str,
    number: Option<i32>,
) -> Result<Vec<Version>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select version_id, number, recipe, stage, note, owner, owner_name, trained_at,
                  trained_by_name, training,
                  array(select surface from model_service
                        where model_service.version_id = model_version.version_id
                          and until_at is null
                        order by surface collate "C") as "surfaces!",
                  newest.at as "evaluated_at?", newest.by_name as "evaluated_by?",
                  newest.table_version as "evaluated_on?", newest.report as "report?"
           from model_version
           left join lateral (
               select at, by_name, table_version, report
               from model_evaluation
               where model_evaluation.version_id = model_version.version_id
               order by evaluation_id desc
               limit 1
           ) newest on true
           where catalog_id = $1
             and ($2::integer is null or number = $2)
             and (number > (select max(number) from model_version where catalog_id = $1) - $3
                  or stage = 'production'
                  or number = $2)
           order by number desc"#,
        catalog_id,
        number,
        MOST_LISTED
    )
    .fetch_all(connection)
    .await
    .operation(READING)?;
    Ok(rows.into_iter().map(Version::from).collect())
}

/// The newest versions of a catalog, the newest first.
pub async fn list(db: &PgPool, catalog_id: &str) -> Result<Vec<Version>, StoreError> {
    let mut connection = db.acquire().await.operation(READING)?;
    read(&mut connection, catalog_id, None).await
}

/// One version.
pub async fn get(db: &PgPool, catalog_id: &str, number: i32) -> Result<Version, AppError> {
    let mut connection = db.acquire().await.operation(READING)?;
    get_in(&mut connection, catalog_id, number).await
}

pub(super) async fn get_in(
    connection: &mut PgConnection,
    catalog_id: &str,
    number: i32,
) -> Result<Version, AppError> {
    let found = read(connection, catalog_id, Some(number)).await?.pop();
    found.ok_or_else(|| {
        AppError::not_found(format!("Version {number} of the model of “{catalog_id}”"))
    })
}

/// How a version was moved through its stages, the newest first.
pub async fn moves(db: &PgPool, version_id: i64) -> Result<Vec<Move>, StoreError> {
    let rows = sqlx::query!(
        "select stage, at, by_name, reason
         from model_move
         where version_id = $1
         order by move_id desc",
        version_id
    )
    .fetch_all(db)
    .await
    .operation(READING)?;
    let rows = rows.into_iter().map(|row| Move {
        stage: Stage::parse(&row.stage).expect("BUG: a version was moved to no stage"),
        at: row.at,
        by: row.by_name,
        reason: row.reason,
    });
    Ok(rows.collect())
}

/// A version that was trained just now.
pub struct Trained<'a> {
    pub recipe: Recipe,
    pub note: &'a str,
    /// Without the digest of the weights.
    pub training: Training,
    pub item_ids: &'a [String],
    pub weights: &'a Weights,
    pub report: &'a Report,
}

/// Keeps a draft with its weights, its evaluation and its entry in the audit trail in one commit.
/// Whoever had it trained answers for it. Gives its number.
pub async fn insert(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    trained: Trained<'_>,
) -> Result<i32, AppError> {
    let mut transaction = begin(db, catalog_id).await?;
    let row = sqlx::query!(
        r#"insert into model_version (
               catalog_id, number, recipe, note, stage, owner, owner_name, trained_by,
               trained_by_name
           )
           select $1, coalesce(max(number), 0) + 1, $2, $3, 'draft', $4, $5, $4, $5
           from model_version
           where catalog_id = $1
           returning version_id, number"#,
        catalog_id,
        json!(trained.recipe),
        trained.note,
        actor.key(),
        actor.name
    )
    .fetch_one(&mut *transaction)
    .await
    .operation(CHANGING)?;
    let weights = trained.weights;
    let digest =
        weights_store::keep(&mut transaction, row.version_id, trained.item_ids, weights).await?;
    let training = Training {
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        ..trained.training
    };
    sqlx::query!(
        "update model_version set training = $2 where version_id = $1",
        row.version_id,
        json!(training)
    )
    .execute(&mut *transaction)
    .await
    .operation(CHANGING)?;
    keep_report(
        &mut transaction,
        actor,
        row.version_id,
        &training.table_version,
        trained.report,
    )
    .await?;
    note_move(&mut transaction, actor, row.version_id, Stage::Draft, "").await?;
    let entry = Entry {
        action: "model.train",
        catalog_id: Some(catalog_id),
        subject: row.number.to_string(),
        detail: json!({ "recipe": trained.recipe, "training": training }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(row.number)
}

/// Keeps an evaluation beside those before it.
pub async fn evaluated(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    table_version: &str,
    report: &Report,
) -> Result<(), AppError> {
    let mut transaction = begin(db, catalog_id).await?;
    let version = get_in(&mut transaction, catalog_id, number).await?;
    keep_report(
        &mut transaction,
        actor,
        version.version_id,
        table_version,
        report,
    )
    .await?;
    let entry = Entry {
        action: "model.evaluate",
        catalog_id: Some(catalog_id),
        subject: number.to_string(),
        detail: json!({ "table_version": table_version }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(())
}

async fn keep_report(
    connection: &mut PgConnection,
    actor: &Actor,
    version_id: i64,
    table_version: &str,
    report: &Report,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into model_evaluation (version_id, by, by_name, table_version, report)
         values ($1, $2, $3, $4, $5)",
        version_id,
        actor.key(),
        actor.name,
        table_version,
        json!(report)
    )
    .execute(connection)
    .await
    .operation(CHANGING)?;
    Ok(())
}

/// Moves a version to a stage other than production. What answers somewhere can't be moved, and
/// what was never measured can't become a candidate.
pub async fn move_to(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    stage: Stage,
    reason: &str,
) -> Result<(), AppError> {
    let mut transaction = begin(db, catalog_id).await?;
    let version = get_in(&mut transaction, catalog_id, number).await?;
    if version.stage == stage {
        return Ok(());
    }
    allow_move(&version, stage)?;
    set_stage(&mut transaction, actor, version.version_id, stage, reason).await?;
    let entry = Entry {
        action: "model.stage",
        catalog_id: Some(catalog_id),
        subject: number.to_string(),
        detail: json!({ "before": version.stage, "stage": stage, "reason": reason }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(())
}

fn allow_move(version: &Version, stage: Stage) -> Result<(), AppError> {
    let number = version.number;
    let refused = match (version.stage, stage) {
        (Stage::Production, _) => Some(format!(
            "Version {number} answers now: put another into production, or roll back, and it is \
             a candidate again."
        )),
        (_, Stage::Production) => {
            Some("A version goes into production by naming the surfaces that it answers on.".into())
        }
        (_, Stage::Draft) => {
            Some("What was seen by somebody does not become a draft again.".into())
        }
        (_, Stage::Candidate) if version.evaluation.is_none() => Some(format!(
            "Version {number} was never evaluated: do that first."
        )),
        (_, Stage::Retired) if version.number == 1 => {
            Some("The live table answers wherever nothing else can, and is never retired.".into())
        }
        (_, Stage::Candidate | Stage::Retired) => None,
    };
    refused.map_or(Ok(()), |message| Err(AppError::conflict(message)))
}

/// Has somebody answer for a version from now on.
pub async fn own(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    note: &str,
) -> Result<(), AppError> {
    let mut transaction = begin(db, catalog_id).await?;
    let version = get_in(&mut transaction, catalog_id, number).await?;
    sqlx::query!(
        "update model_version set owner = $2, owner_name = $3, note = $4 where version_id = $1",
        version.version_id,
        actor.key(),
        actor.name,
        note
    )
    .execute(&mut *transaction)
    .await
    .operation(CHANGING)?;
    let entry = Entry {
        action: "model.owner",
        catalog_id: Some(catalog_id),
        subject: number.to_string(),
        detail: json!({
            "before": version.owner_key,
            "owner": actor.key(),
            "note_before": version.note,
            "note": note,
        }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CHANGING)?;
    Ok(())
}

/// A transaction that alone changes the registry of a catalog, which can't be deleted meanwhile.
pub(super) async fn begin(
    db: &PgPool,
    catalog_id: &str,
) -> Result<Transaction<'static, Postgres>, AppError> {
    let mut transaction = db.begin().await.operation(CHANGING)?;
    sqlx::query!("select pg_advisory_xact_lock($1)", lock::models(catalog_id))
        .execute(&mut *transaction)
        .await
        .operation(CHANGING)?;
    let known = sqlx::query_scalar!(
        "select catalog_id from catalog where catalog_id = $1 for key share",
        catalog_id
    )
    .fetch_optional(&mut *transaction)
    .await
    .operation(CHANGING)?;
    match known {
        Some(_) => Ok(transaction),
        None => Err(AppError::not_found(format!("The catalog “{catalog_id}”"))),
    }
}

pub(super) async fn set_stage(
    connection: &mut PgConnection,
    actor: &Actor,
    version_id: i64,
    stage: Stage,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update model_version set stage = $2 where version_id = $1",
        version_id,
        stage.code()
    )
    .execute(&mut *connection)
    .await
    .operation(CHANGING)?;
    note_move(connection, actor, version_id, stage, reason).await
}

async fn note_move(
    connection: &mut PgConnection,
    actor: &Actor,
    version_id: i64,
    stage: Stage,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into model_move (version_id, stage, by, by_name, reason)
         values ($1, $2, $3, $4, $5)",
        version_id,
        stage.code(),
        actor.key(),
        actor.name,
        reason
    )
    .execute(connection)
    .await
    .operation(CHANGING)?;
    Ok(())
}
