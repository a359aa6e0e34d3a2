//! Deleting a catalog as a job that its page follows.

use super::{paths, store};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::jobs::work::{Order, Run};
use crate::services::Services;

/// Begins to delete a catalog; or finds that it is being deleted.
pub(in crate::catalog) async fn run(
    services: &Services,
    actor: Actor,
    catalog_id: &str,
) -> Result<Run<()>, AppError> {
    let order = Order {
        key: key(catalog_id),
        unit: "interactions deleted",
        back: paths::page(catalog_id),
    };
    let (db, index) = (services.db.clone(), services.index.clone());
    let catalog_id = catalog_id.to_owned();
    let delete = |meter| async move {
        store::delete(&db, &actor, &catalog_id, &meter).await?;
        index.forget().await?;
        Ok(())
    };
    services.jobs.run(order, delete).await
}

/// How far it has come; `None` where this server deletes no such catalog.
pub(super) async fn find(
    services: &Services,
    catalog_id: &str,
) -> Result<Option<Run<()>>, AppError> {
    services.jobs.find(&key(catalog_id)).await
}

fn key(catalog_id: &str) -> String {
    format!("delete\n{catalog_id}")
}
