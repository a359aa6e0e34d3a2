//! What every slice's handlers and pages need from the server, and how a request hands it over.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use leptos::prelude::{expect_context, use_context};
use serde::de::DeserializeOwned;
use sqlx::PgPool;

use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::index::Index;
use crate::interactions::posted::Posts;
use crate::interactions::uploads::Spool;
use crate::jobs::work::Jobs;
use crate::lists::Lists;
use crate::wire::read;

/// The database, the counted catalogs, the queues of posted rows, the folder of uploaded files, what
/// is computed in the background, and what lists are made with.
#[derive(Clone)]
pub struct Services {
    pub db: PgPool,
    pub index: Index,
    pub posts: Posts,
    pub spool: Spool,
    pub jobs: Jobs,
    pub lists: Lists,
}

impl Services {
    /// The services of the server that renders this page or runs this server function.
    pub fn current() -> Self {
        expect_context()
    }
}

/// Who sent a request, as the identifying layer found out; put into its extensions.
#[derive(Clone)]
pub struct Identity(pub Option<Actor>);

impl Actor {
    /// Who asked for this page or called this server function.
    pub fn current() -> Result<Self, AppError> {
        let parts: Option<Parts> = use_context();
        parts
            .and_then(|parts| parts.extensions.get::<Identity>().cloned())
            .and_then(|identity| identity.0)
            .ok_or(AppError::SignIn)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let identity = parts.extensions.get::<Identity>().cloned();
        identity
            .and_then(|identity| identity.0)
            .ok_or(AppError::SignIn)
    }
}

/// A JSON body. What can't be read is refused with where it stopped making sense.
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let body = read::body(request, state, read::BODY_MOST).await?;
        read::json(&body).map(Self)
    }
}
