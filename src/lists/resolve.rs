//! The one way to a served list.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use std::sync::Arc;

use super::receipt::{Receipt, SigningKey};
use super::store::{self, Viewer};
use super::types::{Anchor, AppliedRule, Ask, Contribution, Evidence, Fallback, List, Row, Table};
use super::{what_if, words};
use crate::accounts::types::Actor;
use crate::catalog::types::{Catalog, SameCategory};
use crate::counting::Ranked;
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::Index;
use crate::index::snapshot::{Scratch, Snapshot};
use crate::models::{self, DAMPED_COSINE};
use crate::serving::{self, Candidate, FallbackLevel, Request, Rule, RuleId, Served};

/// Reads the rules and resolves the list as it is served to the actor now.
pub async fn resolve(
    db: &PgPool,
    snapshot: &Arc<Snapshot>,
    key: &SigningKey,
    actor: &Actor,
    ask: Ask,
    now: DateTime<Utc>,
) -> Result<List, AppError> {
    let counted = what_if::suppose(db, snapshot, &ask.what_if).await?;
    resolve_from(db, snapshot, &counted, key, actor, ask, now).await
}

/// The same where what the asking supposes is counted already.
pub async fn resolve_from(
    db: &PgPool,
    snapshot: &Snapshot,
    counted: &Arc<Snapshot>,
    key: &SigningKey,
    actor: &Actor,
    ask: Ask,
    now: DateTime<Utc>,
) -> Result<List, AppError> {
    let receipt = Receipt {
        catalog_id: snapshot.catalog.id.clone(),
        ask,
        change: snapshot.change,
        at: now,
        actor: actor.key(),
    };
    from_receipt(db, snapshot, counted.clone(), key, &receipt).await
}

/// Rebuilds the list that a receipt stands for, from the same choices and the same rules.
pub async fn rebuild(
    db: &PgPool,
    index: &Index,
    key: &SigningKey,
    receipt: &Receipt,
) -> Result<List, AppError> {
    let snapshot = index.at(&receipt.catalog_id, receipt.change).await?;
    let counted = what_if::suppose(db, &snapshot, &receipt.ask.what_if).await?;
    from_receipt(db, &snapshot, counted, key, receipt).await
}

async fn from_receipt(
    db: &PgPool,
    snapshot: &Snapshot,
    counted: Arc<Snapshot>,
    key: &SigningKey,
    receipt: &Receipt,
) -> Result<List, AppError> {
    let mut connection = db.acquire().await.operation("reading rules")?;
    let rules = rules(&mut connection, snapshot, receipt).await?;
    drop(connection);
    shaped(snapshot, counted, key, receipt, rules).await
}

/// The list of a receipt, which is no what-if, with the rules that a transaction under way sees.
pub async fn resolve_in(
    transaction: &mut PgConnection,
    snapshot: &Arc<Snapshot>,
    key: &SigningKey,
    receipt: &Receipt,
) -> Result<List, AppError> {
    let rules = rules(transaction, snapshot, receipt).await?;
    shaped(snapshot, snapshot.clone(), key, receipt, rules).await
}

async fn rules(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    receipt: &Receipt,
) -> Result<Vec<Rule>, StoreError> {
    let viewer = Viewer {
        actor_key: &receipt.actor,
        anchor: &receipt.ask.anchor,
    };
    store::rules(connection, snapshot, viewer, receipt.at).await
}

/// The list for an anchor of a snapshot, from what another one counts of the same items.
async fn shaped(
    snapshot: &Snapshot,
    counted: Arc<Snapshot>,
    key: &SigningKey,
    receipt: &Receipt,
    rules: Vec<Rule>,
) -> Result<List, AppError> {
    let anchors = anchors(snapshot, &receipt.ask.anchor)?;
    let list_id = receipt.sign(key);
    let ask = receipt.ask.clone();
    // A long history takes a while, which must not hold up those who wait for the database.
    let resolve = tokio::task::spawn_blocking(move || {
        let mut scratch = Scratch::default();
        let ranked = models::rank(&counted, &anchors, &mut scratch);
        let served = serve(&counted, &anchors, &ask, &rules, ranked);
        describe(&counted, served, &anchors, &rules, list_id, &mut scratch)
    });
    Ok(resolve.await.expect("BUG: resolving a list panicked"))
}

/// The item numbers of an anchor, ascending.
pub fn anchors(snapshot: &Snapshot, anchor: &Anchor) -> Result<Vec<u32>, AppError> {
    match anchor {
        Anchor::Items(ids) => {
            let mut anchors = ids
                .iter()
                .map(|id| snapshot.item(id))
                .collect::<Result<Vec<_>, _>>()?;
            anchors.sort_unstable();
            anchors.dedup();
            Ok(anchors)
        }
        Anchor::User(id) => snapshot
            .history(id)
            .map(<[u32]>::to_vec)
            .ok_or_else(|| AppError::not_found(format!("The user “{id}”"))),
        Anchor::Basket(id) => snapshot
            .basket_ids
            .binary_search(id)
            .map(|basket| snapshot.baskets.items_of(basket as u32).to_vec())
            .map_err(|_| AppError::not_found(format!("The basket “{id}”"))),
    }
}

fn serve(
    snapshot: &Snapshot,
    anchors: &[u32],
    ask: &Ask,
    rules: &[Rule],
    ranked: Ranked,
) -> Served {
    let model = ranked.map(|(item, score)| Candidate { item, score });
    // What is in the basket at hand is never suggested for it; what a user chose at some time may
    // be, where the catalog says so.
    let suggest_anchors = matches!(ask.anchor, Anchor::User(_)) && !snapshot.catalog.hide_chosen;
    let request = Request {
        anchors,
        suggest_anchors,
        segments: &[],
        surface: &ask.surface,
        k: ask.k as usize,
        same_category: same_category(&snapshot.catalog),
        exclude: &[],
    };
    if ask.raw {
        return serving::raw(&request, model);
    }
    serving::serve(
        &request,
        &snapshot.facts,
        rules,
        model,
        fallback(snapshot, anchors),
    )
}

fn same_category(catalog: &Catalog) -> serving::SameCategory {
    match catalog.same_category {
        SameCategory::Any => serving::SameCategory::Any,
        SameCategory::Only => serving::SameCategory::Only,
        SameCategory::Exclude => serving::SameCategory::Exclude,
    }
}

/// The most chosen of the anchors' categories, then of the catalog.
fn fallback<'a>(
    snapshot: &'a Snapshot,
    anchors: &'a [u32],
) -> serving::Fallback<impl Iterator<Item = u32> + 'a, impl Iterator<Item = u32> + 'a> {
    let chosen = || {
        let most = snapshot.most_chosen.iter().copied();
        most.filter(|item| snapshot.baskets.total(*item) > 0)
    };
    let category_of = |item: u32| snapshot.facts[item as usize].category;
    let shares = move |item: u32| {
        let category = category_of(item);
        category.is_some()
            && anchors
                .iter()
                .any(|anchor| category_of(*anchor) == category)
    };
    serving::Fallback {
        minimum: snapshot.catalog.least_rows as usize,
        category: chosen().filter(move |item| shares(*item)),
        catalog: chosen(),
    }
}

/// The list for one anchor item, everyone's rules only: what a preview compares.
pub fn serve_alone(
    snapshot: &Snapshot,
    anchor: u32,
    k: usize,
    rules: &[Rule],
    scratch: &mut Scratch,
) -> Served {
    let request = Request {
        anchors: &[anchor],
        suggest_anchors: false,
        segments: &[],
        surface: "",
        k,
        same_category: same_category(&snapshot.catalog),
        exclude: &[],
    };
    let model = models::rank_alone(snapshot, anchor, scratch)
        .map(|(item, score)| Candidate { item, score });
    serving::serve(
        &request,
        &snapshot.facts,
        rules,
        model,
        fallback(snapshot, &[anchor]),
    )
}

fn level(level: FallbackLevel) -> Fallback {
    match level {
        FallbackLevel::Category => Fallback::Category,
        FallbackLevel::Catalog => Fallback::Catalog,
    }
}

/// Adds ids, names, evidence and words to what was served.
fn describe(
    snapshot: &Snapshot,
    served: Served,
    anchors: &[u32],
    rules: &[Rule],
    list_id: String,
    scratch: &mut Scratch,
) -> List {
    let kinds: HashMap<RuleId, &'static str> =
        rules.iter().map(|rule| (rule.id, kind(rule))).collect();
    let rows = served
        .rows
        .into_iter()
        .map(|row| describe_row(snapshot, row, anchors, &kinds, scratch))
        .collect();
    List {
        list_id,
        model: DAMPED_COSINE,
        table: Table {
            version: snapshot.version(),
            watermark: snapshot.change,
            baskets: snapshot.baskets.len(),
        },
        fallback: served.fallback.map(level),
        items: rows,
    }
}

fn kind(rule: &Rule) -> &'static str {
    match rule.action {
        serving::Action::Block => "block",
        serving::Action::Pin { .. } => "pin",
    }
}

fn describe_row(
    snapshot: &Snapshot,
    row: serving::ServedRow,
    anchors: &[u32],
    kinds: &HashMap<RuleId, &'static str>,
    scratch: &mut Scratch,
) -> Row {
    let item = &snapshot.items[row.item as usize];
    let shares = models::shares(snapshot, anchors, row.item, scratch);
    let strongest = match shares.first() {
        Some(share) => Some((share.anchor, share.together)),
        None => most_together(snapshot, anchors, row.item),
    };
    let evidence =
        strongest.map(|(anchor, together)| evidence(snapshot, anchor, row.item, together));
    let fallback = row.fallback.map(level);
    Row {
        rank: row.rank,
        model_rank: row.model_rank,
        item_id: item.id.clone(),
        title: item.title.clone(),
        category: snapshot.category_name(row.item).map(ToOwned::to_owned),
        score: row.score,
        why: words::why(snapshot, row.item, evidence.as_ref(), fallback),
        evidence,
        contributions: shares
            .iter()
            .map(|share| Contribution {
                item_id: snapshot.items[share.anchor as usize].id.clone(),
                score: share.score,
            })
            .collect(),
        overrides: row
            .rules
            .iter()
            .filter_map(|rule| match rule {
                RuleId::Override(id) => Some(AppliedRule {
                    id: *id,
                    kind: kinds.get(rule).copied()?,
                }),
                RuleId::Flag(_) | RuleId::Dismissal(_) => None,
            })
            .collect(),
        fallback,
    }
}

/// For a row that the model did not give: the anchor it was chosen with most often, be it never.
/// `None` where nobody chose the item, or any of the anchors, so that there is no rate to compare.
fn most_together(snapshot: &Snapshot, anchors: &[u32], item: u32) -> Option<(u32, u32)> {
    if snapshot.baskets.total(item) == 0 {
        return None;
    }
    anchors
        .iter()
        .filter(|anchor| **anchor != item && snapshot.baskets.total(**anchor) > 0)
        .map(|&anchor| (anchor, snapshot.together(anchor, item)))
        .max_by_key(|&(anchor, together)| (together, std::cmp::Reverse(anchor)))
}

/// The figures of one pair.
pub fn evidence(snapshot: &Snapshot, anchor: u32, item: u32, together: u32) -> Evidence {
    let pair = snapshot.contingency(together, anchor, item);
    let measures = pair.measures();
    let confidence = pair.confidence_ab_interval();
    let lift = pair.lift_interval();
    Evidence {
        anchor_id: snapshot.items[anchor as usize].id.clone(),
        together,
        baskets_anchor: snapshot.baskets.total(anchor),
        baskets_item: snapshot.baskets.total(item),
        baskets: snapshot.baskets.len(),
        confidence: measures.confidence_ab,
        confidence_low: confidence.low,
        confidence_high: confidence.high,
        lift: measures.lift,
        lift_low: lift.as_ref().map(|interval| interval.low),
        lift_high: lift.as_ref().map(|interval| interval.high),
        jaccard: measures.jaccard,
        cosine: measures.cosine,
        npmi: measures.npmi,
        llr: measures.llr,
        log10_p: measures.log10_p,
    }
}
