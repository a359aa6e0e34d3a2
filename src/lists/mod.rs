//! From an anchor to the list that a person or a program is given.
//!
//! [`Lists::resolve`] is the one way to a served list: pages, API, flags and previews all call
//! it. It takes a snapshot, the rules in force and the model that answers, ranks, lets `serving`
//! decide, and adds the evidence in figures and words. `store` reads the rules beforehand. A list
//! writes nothing: its id is a signed [`receipt`] that carries what is needed to rebuild it, and it
//! is stored only when somebody cites it.
//! Start reading at `types`, then `resolve`.

pub mod compare;
pub mod receipt;
pub mod resolve;
pub mod standings;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod types;
pub mod view;
pub mod what_if;
pub mod words;

use sqlx::PgPool;

use crate::models::Models;
use receipt::SigningKey;

/// What lists are made with: the rules, the models that answer, and the key that signs list ids.
#[derive(Clone)]
pub struct Lists {
    pub db: PgPool,
    pub models: Models,
    pub key: SigningKey,
}

impl Lists {
    pub fn new(db: PgPool, key: SigningKey) -> Self {
        Self {
            models: Models::default(),
            db,
            key,
        }
    }
}
