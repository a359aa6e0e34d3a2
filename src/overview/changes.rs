//! What changed after a moment, in words: the audit trail, grouped, each line with its link.

use chrono::{DateTime, Utc};

use super::store::{Entry, Posted};
use crate::catalog::settings;
use crate::catalog::words::title;
use crate::flags;
use crate::index::snapshot::Snapshot;
use crate::interactions;
use crate::items;
use crate::overrides;
use crate::overrides::types::{Override, Reason};
use crate::ui::format::{count, counted};
use crate::versions;

/// Lines of one group that are named.
const LINES: usize = 3;

/// Why this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Since {
    /// The end of the reader's last visit.
    Visit(DateTime<Utc>),
    /// The address says it.
    Asked(DateTime<Utc>),
}

impl Since {
    pub(super) fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Visit(at) | Self::Asked(at) => *at,
        }
    }
}

/// What is known of the time after a moment.
pub(super) struct Happened {
    pub(super) entries: Vec<Entry>,
    /// All of them, also those that are not among `entries`.
    pub(super) entry_count: u64,
    pub(super) posted: Posted,
    /// Overrides that came to their own end.
    pub(super) ended: Vec<Override>,
}

/// Changes of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) lines: Vec<Line>,
    /// How many more there are, and where they stand.
    pub(super) more: Option<(String, Option<String>)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) href: Option<String>,
}

/// The changes by kind; kinds without any are left out.
pub(super) fn groups(snapshot: &Snapshot, reader: &str, happened: &Happened) -> Vec<Group> {
    let id = &snapshot.catalog.id;
    let lines = |prefix: &[&str]| -> Vec<Line> {
        let of_kind = |entry: &&Entry| prefix.iter().any(|kind| entry.action.starts_with(kind));
        let entries = happened.entries.iter().filter(of_kind);
        entries.map(|entry| line(snapshot, reader, entry)).collect()
    };
    let data = posted(snapshot, &happened.posted).into_iter();
    let data = data.chain(lines(&["import.", "items."])).collect();
    let ended = happened.ended.iter().map(|kept| Line {
        text: format!(
            "The {} of “{}” ended",
            kept.kind.as_str(),
            title(snapshot, &kept.item_id)
        ),
        href: Some(overrides::paths::list(id)),
    });
    let changed = ended.chain(lines(&["override."])).collect();
    let others = happened.entries.iter().filter(|entry| {
        let known = [
            "import.",
            "items.",
            "override.",
            "flag.",
            "catalog.",
            "model.",
        ];
        !known.iter().any(|kind| entry.action.starts_with(kind))
    });
    let others = others.map(|entry| line(snapshot, reader, entry)).collect();
    let groups = [
        group("Model", lines(&["model."]), Some(versions::paths::list(id))),
        group("Data", data, Some(interactions::paths::page(id))),
        group("Overrides", changed, Some(overrides::paths::list(id))),
        group("Flags", lines(&["flag."]), Some(flags::paths::list(id))),
        group(
            "Settings",
            lines(&["catalog."]),
            Some(settings::paths::page(id)),
        ),
        group("Other changes", others, None),
    ];
    groups.into_iter().flatten().collect()
}

fn group(heading: &'static str, mut lines: Vec<Line>, href: Option<String>) -> Option<Group> {
    if lines.is_empty() {
        return None;
    }
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let more = (more > 0).then(|| (format!("and {} more", count(more as u64)), href));
    Some(Group {
        heading,
        lines,
        more,
    })
}

fn posted(snapshot: &Snapshot, posted: &Posted) -> Option<Line> {
    let rows = counted(posted.rows.unsigned_abs(), "new row", "new rows");
    let posts = counted(posted.posts.unsigned_abs(), "batch", "batches");
    (posted.posts > 0).then(|| Line {
        text: format!("Programs posted {rows} in {posts}"),
        href: Some(interactions::paths::page(&snapshot.catalog.id)),
    })
}

/// Which settings a change names, as the API calls them.
fn settings_named(detail: &serde_json::Value) -> String {
    let changes = detail["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let named: Vec<&str> = changes
        .iter()
        .filter_map(|change| change["setting"].as_str())
        .collect();
    if named.is_empty() {
        "the settings".to_owned()
    } else {
        format!("settings: {}", named.join(", ").replace('_', " "))
    }
}

fn line(snapshot: &Snapshot, reader: &str, entry: &Entry) -> Line {
    let who = if entry.actor_key == reader {
        "You"
    } else {
        &entry.actor
    };
    let named = entry.item_id.as_deref().map(|id| title(snapshot, id));
    let item = named.unwrap_or("an item");
    let figure = |name: &str| {
        let figure = entry.detail[name].as_u64().unwrap_or(0);
        counted(figure, "row", "rows")
    };
    let number = &entry.subject;
    let flag = if entry.is_of_own_flag {
        "your flag"
    } else {
        "the flag"
    };
    let text = match entry.action.as_str() {
        "import.show" => match entry.detail["quarantined"].as_u64() {
            Some(held) if held > 0 => format!(
                "Import {number}: {} taken, {} in quarantine",
                figure("accepted"),
                count(held)
            ),
            _ => format!("Import {number}: {} taken", figure("accepted")),
        },
        "import.undo" => format!("{who} took import {number} back: {}", figure("accepted")),
        "import.cancel" => format!("{who} cancelled import {number}"),
        "import.discard" => format!("{who} discarded import {number}"),
        "import.correct" => format!("{who} mended rows of import {number}"),
        "override.create" => match entry.detail["kind"].as_str() {
            Some("pin") => format!("{who} pinned “{item}”"),
            Some("block") => format!("{who} blocked “{item}”"),
            _ => format!("{who} changed how “{item}” is served"),
        },
        "override.revoke" => format!("{who} undid an override of “{item}”"),
        "flag.create" => {
            let reason = entry.detail["reason"].as_str().unwrap_or_default();
            let reason = Reason::parse(reason).map_or("Other", Reason::words);
            format!("{who} flagged “{item}”: {}", reason.to_lowercase())
        }
        "flag.withdraw" => format!("{who} took {flag} of “{item}” back"),
        "flag.decide" => {
            let decision = entry.detail["decision"].as_str().unwrap_or("decided");
            format!("{who} {decision} {flag} of “{item}”")
        }
        "catalog.settings" => format!("{who} changed {}", settings_named(&entry.detail)),
        "items.put" => format!("{who} described items anew: {}", figure("accepted")),
        "catalog.create" => format!("{who} made the catalog"),
        "model.train" => format!("{who} trained version {number} of the model"),
        "model.evaluate" => format!("{who} evaluated version {number} of the model"),
        "model.promote" => format!("{who} put version {number} of the model into production"),
        "model.roll_back" => format!("{who} rolled the model back to version {number}"),
        "model.stage" => match entry.detail["stage"].as_str() {
            Some(stage) => format!("{who} made version {number} of the model a {stage} one"),
            None => format!("{who} moved version {number} of the model"),
        },
        "model.owner" => format!("{who} answers for version {number} of the model"),
        // What a later version writes is named by its noun and verb rather than left out.
        other => format!("{who}: {} ({number})", other.replace(['.', '_'], " ")),
    };
    let (kind, _) = entry.action.split_once('.').unwrap_or_default();
    let catalog_id = &snapshot.catalog.id;
    let href = match kind {
        "import" => number
            .parse()
            .ok()
            .map(|import| interactions::paths::import(catalog_id, import)),
        "items" => Some(interactions::paths::page(catalog_id)),
        "override" => Some(overrides::paths::list(catalog_id)),
        "flag" => {
            let of_item = entry.item_id.as_deref();
            of_item.map(|item| items::paths::page(catalog_id, item))
        }
        "catalog" => Some(settings::paths::page(catalog_id)),
        "model" => Some(versions::paths::list(catalog_id)),
        _ => None,
    };
    Line { text, href }
}
