//! The one way to a served list.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;

use super::Lists;
use super::receipt::Receipt;
use super::store::{self, Viewer};
use super::types::{
    Anchor, AppliedRule, Ask, Contribution, EVERYWHERE, Evidence, Fallback, ITEM, List, Row, Table,
};
use super::{what_if, words};
use crate::accounts::types::Actor;
use crate::catalog::types::{Catalog, SameCategory};
use crate::counting::Ranked;
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::Index;
use crate::index::snapshot::{Scratch, Snapshot};
use crate::models::{Model, ModelName, Ranker};
use crate::serving::{self, Candidate, FallbackLevel, Request, Rule, RuleId, Served};

impl Lists {
    /// Reads the rules and resolves the list as it is served to the actor now.
    pub async fn resolve(
        &self,
        snapshot: &Arc<Snapshot>,
        actor: &Actor,
        ask: Ask,
        now: DateTime<Utc>,
    ) -> Result<List, AppError> {
        let counted = what_if::suppose(&self.db, snapshot, &ask.what_if).await?;
        self.resolve_from(snapshot, &counted, actor, ask, now).await
    }

    /// The same where what the asking supposes is counted already.
    pub async fn resolve_from(
        &self,
        snapshot: &Snapshot,
        counted: &Arc<Snapshot>,
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
        self.by_receipt(snapshot, counted.clone(), &receipt).await
    }

    /// Rebuilds the list that a receipt stands for, from the same choices, the same rules and the
    /// model that answered then.
    pub async fn rebuild(&self, index: &Index, receipt: &Receipt) -> Result<List, AppError> {
        let snapshot = index.at(&receipt.catalog_id, receipt.change).await?;
        let counted = what_if::suppose(&self.db, &snapshot, &receipt.ask.what_if).await?;
        self.by_receipt(&snapshot, counted, receipt).await
    }

    /// The list of a receipt, which is no what-if, with the rules and the model that a transaction
    /// under way sees.
    pub async fn resolve_in(
        &self,
        transaction: &mut PgConnection,
        snapshot: &Arc<Snapshot>,
        receipt: &Receipt,
    ) -> Result<List, AppError> {
        let model = self.model(transaction, receipt).await?;
        let rules = rules(transaction, snapshot, receipt).await?;
        self.shaped(snapshot, snapshot.clone(), receipt, model, rules)
            .await
    }

    async fn by_receipt(
        &self,
        snapshot: &Snapshot,
        counted: Arc<Snapshot>,
        receipt: &Receipt,
    ) -> Result<List, AppError> {
        let mut connection = self.db.acquire().await.operation("reading rules")?;
        let model = self.model(&mut connection, receipt).await?;
        let rules = rules(&mut connection, snapshot, receipt).await?;
        drop(connection);
        self.shaped(snapshot, counted, receipt, model, rules).await
    }

    /// The model that answers everybody for a single item, where no place is named.
    pub async fn alone(&self, catalog_id: &str, at: DateTime<Utc>) -> Result<Model, AppError> {
        let mut connection = self
            .db
            .acquire()
            .await
            .operation("reading which model answers")?;
        let surfaces = [ITEM, EVERYWHERE].map(str::to_owned);
        let models = &self.models;
        Ok(models
            .answering(&mut connection, catalog_id, &surfaces, at)
            .await?)
    }

    /// The version that was asked for, or else the one that answered at that moment on that surface.
    async fn model(
        &self,
        connection: &mut PgConnection,
        receipt: &Receipt,
    ) -> Result<Model, AppError> {
        let (catalog_id, ask) = (&receipt.catalog_id, &receipt.ask);
        if let Some(number) = ask.version {
            return self.models.version(connection, catalog_id, number).await;
        }
        let surfaces = ask.surfaces();
        let models = &self.models;
        Ok(models
            .answering(connection, catalog_id, &surfaces, receipt.at)
            .await?)
    }

    /// The list for an anchor of a snapshot, from what another one counts of the same items.
    async fn shaped(
        &self,
        snapshot: &Snapshot,
        counted: Arc<Snapshot>,
        receipt: &Receipt,
        model: Model,
        rules: Vec<Rule>,
    ) -> Result<List, AppError> {
        let anchors = anchors(snapshot, &receipt.ask.anchor)?;
        let list_id = receipt.sign(&self.key);
        let ask = receipt.ask.clone();
        // A long history takes a while, which must not hold up those who wait for the database.
        let resolve = tokio::task::spawn_blocking(move || {
            let mut scratch = Scratch::default();
            let ranker = model.on(&counted);
            let ranked = ranker.rank(&anchors, &mut scratch);
            let served = serve(&counted, &anchors, &ask, &rules, ranked);
            let list = Described {
                snapshot: &counted,
                ranker: &ranker,
                anchors: &anchors,
                rules: &rules,
            };
            list.describe(served, list_id, model.name.clone(), &mut scratch)
        });
        Ok(resolve.await.expect("BUG: resolving a list panicked"))
    }
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
    ranker: &Ranker,
    anchor: u32,
    k: usize,
    rules: &[Rule],
    scratch: &mut Scratch,
) -> Served {
    let snapshot = ranker.snapshot();
    let request = Request {
        anchors: &[anchor],
        suggest_anchors: false,
        segments: &[],
        surface: "",
        k,
        same_category: same_category(&snapshot.catalog),
        exclude: &[],
    };
    let model = ranker
        .rank_alone(anchor, scratch)
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

/// What the rows of a list are described from.
struct Described<'a> {
    snapshot: &'a Snapshot,
    ranker: &'a Ranker<'a>,
    anchors: &'a [u32],
    rules: &'a [Rule],
}

impl Described<'_> {
    /// Adds ids, names, evidence and words to what was served.
    fn describe(
        &self,
        served: Served,
        list_id: String,
        model: ModelName,
        scratch: &mut Scratch,
    ) -> List {
        let rules = self.rules.iter();
        let kinds = rules.map(|rule| (rule.id, kind(rule))).collect();
        let rows = served.rows.into_iter();
        List {
            list_id,
            model,
            table: Table {
                version: self.snapshot.version(),
                watermark: self.snapshot.change,
                baskets: self.snapshot.baskets.len(),
            },
            fallback: served.fallback.map(level),
            items: rows.map(|row| self.row(row, &kinds, scratch)).collect(),
        }
    }

    fn row(
        &self,
        row: serving::ServedRow,
        kinds: &HashMap<RuleId, &'static str>,
        scratch: &mut Scratch,
    ) -> Row {
        let (snapshot, anchors) = (self.snapshot, self.anchors);
        let item = &snapshot.items[row.item as usize];
        let shares = self.ranker.shares(anchors, row.item, scratch);
        // What a model learnt may have been taken back since, and what speaks against is no evidence for.
        let strongest = shares
            .iter()
            .find(|share| share.score > 0.0 && share.together > 0)
            .map(|share| (share.anchor, share.together))
            .or_else(|| most_together(snapshot, anchors, row.item));
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
            why: words::why(
                snapshot,
                row.item,
                evidence.as_ref(),
                fallback,
                !row.rules.is_empty(),
            ),
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
}

fn kind(rule: &Rule) -> &'static str {
    match rule.action {
        serving::Action::Block => "block",
        serving::Action::Pin { .. } => "pin",
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
