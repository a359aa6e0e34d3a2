//! A list's id: signed, and enough to rebuild the list.
//!
//! The id is the asking, the change that was counted to, and the moment the rules were read, as
//! JSON, with 16 bytes of HMAC-SHA-256, in URL-safe base64. It proves that this server gave the
//! list; reading one costs no database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::Arc;

use super::types::Ask;
use crate::error::AppError;

/// Bytes of the code at the head of an id: 128 bits can't be guessed.
const CODE_BYTES: usize = 16;

/// The key that all servers on one database share.
#[derive(Clone)]
pub struct SigningKey(Arc<[u8]>);

impl SigningKey {
    pub fn new(secret: Vec<u8>) -> Self {
        Self(secret.into())
    }

    fn code(&self, payload: &[u8]) -> Hmac<Sha256> {
        let mut code =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("BUG: HMAC takes a key of any length");
        code.update(payload);
        code
    }
}

/// What a list's id says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub catalog_id: String,
    pub ask: Ask,
    /// The change that the figures were counted to.
    pub change: i64,
    /// When the rules were read; those in force then shaped the list.
    pub at: DateTime<Utc>,
    /// Whose private rules took part.
    pub actor: String,
}

impl Receipt {
    pub fn sign(&self, key: &SigningKey) -> String {
        let payload = serde_json::to_vec(self).expect("BUG: a receipt is plain data");
        let code = key.code(&payload).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&code[..CODE_BYTES], &payload].concat())
    }

    /// Reads an id that this database's servers signed.
    pub fn read(list_id: &str, key: &SigningKey) -> Result<Self, AppError> {
        let refuse = || {
            AppError::invalid(
                "list_id",
                "This list id was not given by this server. Ask for the list again and use its id.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(list_id).map_err(|_| refuse())?;
        let (code, payload) = bytes.split_at_checked(CODE_BYTES).ok_or_else(refuse)?;
        key.code(payload)
            .verify_truncated_left(code)
            .map_err(|_| refuse())?;
        serde_json::from_slice(payload).map_err(|_| refuse())
    }

    /// Reads an id that must be of a list of this catalog that somebody was served.
    pub fn read_for(list_id: &str, key: &SigningKey, catalog_id: &str) -> Result<Self, AppError> {
        let receipt = Self::read(list_id, key)?;
        if !receipt.ask.is_served() {
            return Err(AppError::invalid(
                "list_id",
                "This list is a what-if or another version's, which nobody was served. Take the \
                 list as it is.",
            ));
        }
        if receipt.catalog_id == catalog_id {
            Ok(receipt)
        } else {
            Err(AppError::invalid(
                "list_id",
                format!(
                    "This list is of the catalog “{}”, not of “{catalog_id}”.",
                    receipt.catalog_id
                ),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::{Anchor, WhatIf};
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            catalog_id: "films".to_owned(),
            ask: Ask {
                anchor: Anchor::Items(vec!["1".to_owned()]),
                k: 10,
                surface: String::new(),
                raw: false,
                version: None,
                what_if: WhatIf::default(),
            },
            change: 3,
            at: DateTime::UNIX_EPOCH,
            actor: "account:1".to_owned(),
        }
    }

    #[test]
    fn an_id_reads_back() {
        let key = SigningKey::new(vec![1; 32]);
        assert_eq!(Receipt::read(&receipt().sign(&key), &key), Ok(receipt()));
    }

    #[test]
    fn an_id_that_was_changed_or_signed_elsewhere_is_refused() {
        let key = SigningKey::new(vec![1; 32]);
        let id = receipt().sign(&key);
        for index in 0..id.len() {
            let mut bytes = id.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            // The last character may hold bits that do not count; then the id is the same.
            if let Ok(read) = Receipt::read(&forged, &key) {
                assert_eq!(read, receipt(), "at {index}");
            }
        }
        assert!(Receipt::read(&id, &SigningKey::new(vec![2; 32])).is_err());
        for nonsense in ["", "x", "1234", "ümlaut"] {
            assert!(Receipt::read(nonsense, &key).is_err());
        }
    }
}
