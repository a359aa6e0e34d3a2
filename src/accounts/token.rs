//! Secrets that are handed out once and kept as hashes: sign-in links, sessions, API tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A random 256-bit secret. It leaves the process once, in its text form.
pub struct Token(String);

impl Token {
    /// Draws a new secret from the operating system.
    pub fn random() -> Self {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).expect("BUG: the operating system gives no random bytes");
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// What the database keeps of a secret. SHA-256 is enough: the secret has 256 random bits, so
/// there is no dictionary to try.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
