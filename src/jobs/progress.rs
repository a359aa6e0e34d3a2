//! How far something has come, in words and as a share: what its page shows and asks for again.

use serde::{Deserialize, Serialize};

/// How far something that is under way has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Whether it is under way; when not, the page has more to say.
    pub is_running: bool,
    /// The share of it that is done, from 0 to 1.
    pub share: f64,
    /// What it does now, how fast, and how long that will take.
    pub summary: String,
    /// Names and figures so far.
    pub figures: Vec<(String, String)>,
}
