//! Who works with the demo's lists, and what they say and decide.
//!
//! The accounts have no way to sign in: none has a link, a session or a token.

use chrono::{DateTime, Duration, Utc};

use crate::accounts::types::Role;
use crate::flags::types::Scope as FlagScope;
use crate::overrides::types::{Draft, For, Reason, Scope};

/// The shop's pages, which show lists to people who buy; then those who look at lists at work.
pub(super) const CAST: [(&str, Role); 5] = [
    ("Demo: shop pages", Role::Analyst),
    ("Demo: Nadia (analyst)", Role::Analyst),
    ("Demo: Tomas (analyst)", Role::Analyst),
    ("Demo: Ines (curator)", Role::Curator),
    ("Demo: Marek (model owner)", Role::ModelOwner),
];
/// The places in [`CAST`] of the pages, of the curator and of who answers for models.
pub(super) const PAGES: usize = 0;
pub(super) const CURATOR: usize = 3;
pub(super) const OWNER: usize = 4;

/// What analysts say when they flag something.
pub(super) const FLAGS: [(Reason, FlagScope, &str); 10] = [
    (
        Reason::Irrelevant,
        FlagScope::Here,
        "Nobody who looks at this wants that.",
    ),
    (Reason::Irrelevant, FlagScope::Here, ""),
    (
        Reason::OutOfDate,
        FlagScope::Here,
        "Wrong time of the year for it.",
    ),
    (
        Reason::Duplicate,
        FlagScope::Here,
        "Much the same as another row here.",
    ),
    (
        Reason::Irrelevant,
        FlagScope::Pair,
        "Bought on the same day, for different rooms.",
    ),
    (
        Reason::Wrong,
        FlagScope::Pair,
        "The two do not fit each other.",
    ),
    (Reason::Irrelevant, FlagScope::Here, ""),
    (
        Reason::OutOfDate,
        FlagScope::Item,
        "It is about to go from the shelf.",
    ),
    (
        Reason::Other,
        FlagScope::Here,
        "People find this one by themselves.",
    ),
    (
        Reason::Business,
        FlagScope::List,
        "Something else is planned for this page.",
    ),
];

/// An override that somebody of the cast saved.
pub(super) struct Decision {
    /// A place in [`CAST`].
    pub(super) author: usize,
    pub(super) made_at: DateTime<Utc>,
    pub(super) draft: Draft,
}

/// Days before now, and days from then.
struct Days {
    made: i64,
    starts: i64,
    /// `None`: no end.
    ends: Option<i64>,
}

/// All overrides of the demo: three hold, one for its author alone, one ended, one is to come.
pub(super) fn decisions(now: DateTime<Utc>) -> Vec<Decision> {
    let decision = |author, days: Days, draft: Draft| {
        let made_at = now - Duration::days(days.made);
        Decision {
            author,
            made_at,
            draft: Draft {
                starts_at: Some(made_at + Duration::days(days.starts)),
                ends_at: Some(days.ends.map(|ends| made_at + Duration::days(ends))),
                ..draft
            },
        }
    };
    let days = |made, starts, ends| Days { made, starts, ends };
    vec![
        decision(CURATOR, days(128, 0, Some(30)), {
            let comment = "Summer: hats before caps.";
            pin("sun-hat-wide-brim", "swim-goggles", "business", comment)
        }),
        decision(CURATOR, days(75, 0, None), {
            let scope = Scope::CategoryPair {
                anchor_category: "Pets".to_owned(),
                item_category: "Baking".to_owned(),
            };
            let comment = "No chocolate beside food for animals.";
            block("dark-chocolate-drops", scope, "unsafe", comment)
        }),
        decision(CURATOR, days(33, 0, Some(60)), {
            let comment = "Handles come loose; on hold until the supplier answers.";
            block("egg-slicer", Scope::Catalog, "unsafe", comment)
        }),
        decision(CURATOR, days(11, 0, Some(30)), {
            let comment = "The new lantern is to be seen for a month.";
            let anchor = "two-person-dome-tent";
            pin("solar-lantern-foldable", anchor, "business", comment)
        }),
        decision(1, days(6, 0, Some(30)), {
            let comment = "Trying out whether this reads better.";
            let draft = pin("jar-labels", "fermenting-crock", "irrelevant", comment);
            Draft {
                holds_for: For::Me,
                ..draft
            }
        }),
        decision(CURATOR, days(2, 12, Some(42)), {
            let comment = "From when the new planters are in stock.";
            let anchor = "tomato-seeds-heritage-mix";
            pin("self-watering-planter", anchor, "business", comment)
        }),
    ]
}

fn pin(item: &str, anchor: &str, reason: &str, comment: &str) -> Draft {
    let scope = Scope::Item {
        item_id: anchor.to_owned(),
    };
    Draft {
        kind: "pin".to_owned(),
        position: Some(3),
        ..block(item, scope, reason, comment)
    }
}

fn block(item: &str, scope: Scope, reason: &str, comment: &str) -> Draft {
    Draft {
        kind: "block".to_owned(),
        item_id: item.to_owned(),
        position: None,
        scope,
        holds_for: For::All,
        reason: reason.to_owned(),
        comment: comment.to_owned(),
        priority: 0,
        starts_at: None,
        ends_at: None,
    }
}
