//! When somebody was last here: noted beside every page of a catalog, seldom written.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};

use super::store;
use crate::accounts::types::{Actor, ActorId};
use crate::services::{Identity, Services};

/// A visit is over when no page was opened for so long.
const ENDS_AFTER: Duration = Duration::minutes(30);
/// Within a visit its last moment is written so often at most.
const WRITE_EVERY: Duration = Duration::minutes(3);

/// Notes the visit of whoever opens a page of a catalog, before the page is made.
pub async fn note(State(services): State<Services>, request: Request, next: Next) -> Response {
    let identity = request.extensions().get::<Identity>();
    let account = match identity {
        Some(Identity(Some(Actor {
            id: ActorId::Account(id),
            ..
        }))) => Some(*id),
        _ => None,
    };
    let path = request.uri().path();
    let catalog_id = path
        .strip_prefix("/catalogs/")
        .and_then(|rest| rest.split('/').next());
    if let (Some(account), Some(catalog_id), &Method::GET) = (account, catalog_id, request.method())
    {
        let (db, catalog_id) = (services.db.clone(), catalog_id.to_owned());
        if let Err(error) = note_at(&db, account, &catalog_id, Utc::now()).await {
            // A page is worth more than the note that it was read.
            tracing::warn!(cause = %error.cause, "noting a visit failed");
        }
    }
    next.run(request).await
}

pub(super) async fn note_at(
    db: &sqlx::PgPool,
    account_id: i64,
    catalog_id: &str,
    now: DateTime<Utc>,
) -> Result<(), crate::error::respond::StoreError> {
    let (fresh, ended) = (now - WRITE_EVERY, now - ENDS_AFTER);
    store::note_visit(db, account_id, catalog_id, now, fresh, ended).await
}
