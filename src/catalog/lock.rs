//! Names of the locks that changes to one catalog take, as the database wants them: numbers.

use sha2::{Digest as _, Sha256};

/// The lock that changes of one catalog take while they become visible or cease to be.
pub fn flip(catalog_id: &str) -> i64 {
    key(&[b"flip", catalog_id.as_bytes()])
}

/// The lock that an import of certain files into a catalog holds for as long as it runs.
pub fn import(catalog_id: &str, fingerprint: &[u8]) -> i64 {
    key(&[b"import", catalog_id.as_bytes(), fingerprint])
}

/// The lock that changes of the registry of one catalog's models take.
pub fn models(catalog_id: &str) -> i64 {
    key(&[b"models", catalog_id.as_bytes()])
}

/// The lock that makes servers which start at once make the demo catalog one after the other.
pub fn demo() -> i64 {
    key(&[b"demo"])
}

/// A number for a lock. Each part goes in with its length, so that no two names read alike.
fn key(parts: &[&[u8]]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let (key, _) = digest
        .split_first_chunk()
        .expect("BUG: 32 bytes hold 8 bytes");
    i64::from_le_bytes(*key)
}
