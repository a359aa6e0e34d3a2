//! The demo's registry: the live table measured, and a version beside it that may answer.
//!
//! Both are made as anybody makes them, from the demo's own choices. Which one answers stays as in
//! every catalog: the live table, until somebody decides.

use super::cast::{CAST, OWNER};
use super::{CATALOG, store};
use crate::accounts::store as accounts;
use crate::accounts::types::{Actor, ActorId};
use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::evaluation::trial::Split;
use crate::jobs::meter::Meter;
use crate::models::neighbours::FOR_ONE_ITEM;
use crate::models::recipe::Recipe;
use crate::services::Services;
use crate::versions::store as versions;
use crate::versions::training::{evaluate, train};
use crate::versions::types::{Stage, Wanted};

const WRITING: &str = "making the demo's models";

/// Measures and trains, where the demo is there and nobody did yet. Takes a few seconds.
pub async fn write(services: &Services) -> Result<(), AppError> {
    let db = &services.db;
    let (name, role) = CAST[OWNER];
    // A demo of before there were models has no such account.
    let Some(id) = accounts::find_by_name(db, name).await? else {
        return Ok(());
    };
    let owner = Actor {
        id: ActorId::Account(id),
        name: name.to_owned(),
        roles: vec![role],
        catalog_id: None,
    };
    let mut waiting = db.begin().await.operation(WRITING)?;
    store::lock(&mut waiting).await?;
    let known = versions::list(db, CATALOG).await?;
    if known.len() == 1 && known[0].evaluation.is_none() {
        let meter = Meter::default;
        evaluate(services, &owner, CATALOG, 1, Split::Items, meter()).await?;
        let wanted = Wanted {
            recipe: Some(Recipe::Neighbours(FOR_ONE_ITEM)),
            split: Split::Items,
            note: "For lists beside one item. Not for what a customer bought over the years: \
                   measure a ridge for that."
                .to_owned(),
        };
        let number = train(services, &owner, CATALOG, wanted, meter()).await?;
        let reason = "Finds a little more than the live table.";
        versions::move_to(db, &owner, CATALOG, number, Stage::Candidate, reason).await?;
    }
    waiting.commit().await.operation(WRITING)?;
    Ok(())
}
