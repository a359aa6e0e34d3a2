//! Which version answers where, and its weights: every SQL statement that serving needs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::sync::Mutex;

use super::recipe::Recipe;
use super::trained::Trained;
use super::weights::Weights;
use super::{Model, ModelName, Ranks};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};

const READING: &str = "reading which model answers";
/// Versions whose weights stay in memory, those asked for last: eight bytes for each weight, two
/// hundred weights for each item at most.
const KEPT: usize = 6;

/// The versions of all catalogs, with the weights of those that answer at hand. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Models {
    /// The last asked for first. The lock is held while weights are read, so that two who ask at
    /// once don't read them twice.
    kept: Arc<Mutex<Vec<Arc<Trained>>>>,
}

/// A version, before its weights are read.
struct Row {
    version_id: i64,
    number: i32,
    recipe: serde_json::Value,
    stage: String,
}

impl Models {
    /// The model that answered at a moment on the first of some surfaces that had one of its own; the
    /// last of them is the empty one, which every catalog has. As the transaction under way sees it.
    pub async fn answering(
        &self,
        connection: &mut PgConnection,
        catalog_id: &str,
        surfaces: &[String],
        at: DateTime<Utc>,
    ) -> Result<Model, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"select version_id, number, recipe, 'production' as "stage!"
               from model_service
               join model_version using (version_id, catalog_id)
               where catalog_id = $1
                 and surface = any($2)
                 and from_at <= $3
                 and (until_at is null or until_at > $3)
               order by array_position($2, surface), service_id desc
               limit 1"#,
            catalog_id,
            surfaces,
            at
        )
        .fetch_optional(&mut *connection)
        .await
        .operation(READING)?;
        match row {
            Some(row) => match self.ready(connection, row).await {
                // Better the live table, under its own name, than nothing.
                Err(StoreError {
                    operation,
                    cause: sqlx::Error::Decode(cause),
                }) => {
                    tracing::error!(
                        operation,
                        cause,
                        catalog.id = catalog_id,
                        "a version can't answer"
                    );
                    Ok(Model::live())
                }
                answer => answer,
            },
            // Before its first change nothing else answered in any catalog.
            None => Ok(Model::live()),
        }
    }

    /// One version of a catalog, whatever its stage.
    pub async fn version(
        &self,
        connection: &mut PgConnection,
        catalog_id: &str,
        number: i32,
    ) -> Result<Model, AppError> {
        let row = sqlx::query_as!(
            Row,
            "select version_id, number, recipe, stage
             from model_version
             where catalog_id = $1 and number = $2",
            catalog_id,
            number
        )
        .fetch_optional(&mut *connection)
        .await
        .operation(READING)?;
        let row = row.ok_or_else(|| {
            AppError::not_found(format!("Version {number} of the models of “{catalog_id}”"))
        })?;
        Ok(self.ready(connection, row).await?)
    }

    async fn ready(&self, connection: &mut PgConnection, row: Row) -> Result<Model, StoreError> {
        let recipe: Recipe =
            serde_json::from_value(row.recipe).map_err(|_| damaged("a version's recipe"))?;
        let ranks = match recipe {
            Recipe::Live => Ranks::Live,
            Recipe::Neighbours(_) | Recipe::Ridge(_) => {
                Ranks::Trained(self.trained(connection, row.version_id).await?)
            }
        };
        Ok(Model {
            number: row.number,
            name: ModelName {
                name: recipe.name().to_owned(),
                version: row.number.to_string(),
                stage: row.stage,
            },
            ranks,
        })
    }

    async fn trained(
        &self,
        connection: &mut PgConnection,
        version_id: i64,
    ) -> Result<Arc<Trained>, StoreError> {
        let mut kept = self.kept.lock().await;
        let known = kept.iter().position(|known| known.version_id == version_id);
        let trained = match known {
            Some(at) => kept.remove(at),
            None => Arc::new(read(connection, version_id).await?),
        };
        kept.truncate(KEPT - 1);
        kept.insert(0, trained.clone());
        Ok(trained)
    }
}

/// What was kept is not what was written.
fn damaged(what: &str) -> StoreError {
    StoreError {
        operation: READING,
        cause: sqlx::Error::Decode(format!("{what}: damaged").into()),
    }
}

async fn read(connection: &mut PgConnection, version_id: i64) -> Result<Trained, StoreError> {
    let row = sqlx::query!(
        "select item_ids, weights, digest from model_weights where version_id = $1",
        version_id
    )
    .fetch_one(connection)
    .await
    .operation(READING)?;
    let weights = Weights::from_bytes(&row.weights)
        .filter(|weights| weights.items() == row.item_ids.len())
        .filter(|_| digest(&row.weights) == row.digest)
        .ok_or_else(|| damaged("a version's weights"))?;
    Ok(Trained {
        version_id,
        item_ids: row.item_ids,
        weights,
    })
}

/// Keeps the weights of a version, within the transaction that keeps the version. Gives their digest.
pub async fn keep(
    connection: &mut PgConnection,
    version_id: i64,
    item_ids: &[String],
    weights: &Weights,
) -> Result<Vec<u8>, StoreError> {
    let bytes = weights.to_bytes();
    let digest = digest(&bytes);
    sqlx::query!(
        "insert into model_weights (version_id, item_ids, weights, digest)
         values ($1, $2, $3, $4)",
        version_id,
        item_ids,
        bytes,
        digest
    )
    .execute(connection)
    .await
    .operation("keeping a model's weights")?;
    Ok(digest)
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).to_vec()
}
