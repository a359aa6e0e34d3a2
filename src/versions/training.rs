//! Training a version, and measuring one: the work of a job.
//!
//! Both hold choices back from a copy of the table, learn from the rest and look for what was held
//! back; parameters are chosen by the rest alone. Only then a version learns from all of it. The same
//! recipe on the same table gives the same weights, which their digest shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::answers;
use super::source;
use super::store::{self, Trained};
use super::types::{Training, Version, Wanted};
use crate::accounts::types::Actor;
use crate::catalog::types::BasketRule;
use crate::error::AppError;
use crate::evaluation::groups::Grouping;
use crate::evaluation::report::{Report, report};
use crate::evaluation::trial::{Split, Trial};
use crate::evaluation::tune;
use crate::index::load::Slice;
use crate::index::snapshot::{Snapshot, threads};
use crate::jobs::meter::Meter;
use crate::lists::types::{EVERYWHERE, USER};
use crate::models::neighbours::Neighbours;
use crate::models::recipe::{Counted, Recipe};
use crate::models::weights::Weights;
use crate::services::Services;
use crate::ui::format::count;

/// Places of the lists that are measured.
pub const K: usize = 10;
/// The share of choices that is held back.
const HELD_BACK: f64 = 0.25;
/// Items beyond which the ridge takes more memory and time than a server should give beside its
/// readers: about 25 kB and half a millisecond an item, several times over while parameters are chosen.
const RIDGE_MOST_ITEMS: usize = 150_000;
/// Steps that a job counts.
const STEPS: u64 = 1_000;

/// What stands in for a ridge that would be too large.
const COSINE: Neighbours = Neighbours {
    own: 0.5,
    popularity: 0.5,
    damping: 3.0,
    basket_size: 0.0,
    half_life_days: None,
    neighbours: 200,
};

/// Everything that the work needs of the database, read beforehand.
struct Material {
    snapshot: Arc<Snapshot>,
    ages: Option<Vec<f64>>,
    /// Of owners as the trial counts them.
    segments: Vec<(String, Vec<u32>)>,
    /// With a split in time, the table before the day.
    before: Option<(Arc<Snapshot>, chrono::DateTime<chrono::Utc>)>,
    split: Split,
    /// What answers users now, where it is trained.
    incumbent: Option<Version>,
}

/// Trains a version by what is wanted and keeps it as a draft. Gives its number.
pub async fn train(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    wanted: Wanted,
    meter: Meter,
) -> Result<i32, AppError> {
    meter.expect(STEPS);
    let _waiting = meter.cancelled_with();
    let material = material(services, catalog_id, wanted.recipe, wanted.split).await?;
    let snapshot = material.snapshot.clone();
    let recipe = wanted.recipe;
    let work = tokio::task::spawn_blocking(move || learn(&material, recipe, &meter));
    let learnt = work.await.expect("BUG: training panicked");
    let learnt = learnt.ok_or_else(cancelled)?;
    let item_ids: Vec<String> = snapshot.items.iter().map(|item| item.id.clone()).collect();
    store::insert(
        &services.db,
        actor,
        catalog_id,
        Trained {
            recipe: learnt.recipe,
            note: &wanted.note,
            training: learnt.training,
            item_ids: &item_ids,
            weights: &learnt.weights,
            report: &learnt.report,
        },
    )
    .await
}

/// Measures a version's recipe on the newest table and keeps what came of it.
pub async fn evaluate(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    split: Split,
    meter: Meter,
) -> Result<(), AppError> {
    meter.expect(STEPS);
    let _waiting = meter.cancelled_with();
    let version = store::get(&services.db, catalog_id, number).await?;
    let material = material(services, catalog_id, Some(version.recipe), split).await?;
    let table_version = material.snapshot.version();
    let work = tokio::task::spawn_blocking(move || {
        let told = AtomicU64::new(0);
        let stretch = Stretch::new(&meter, &told, 0.0, 1.0);
        let trial = material.trial();
        trial_report(&material, &trial, version.recipe, Some(number), &stretch)
    });
    let report = work.await.expect("BUG: measuring panicked");
    let report = report.ok_or_else(cancelled)?;
    store::evaluated(
        &services.db,
        actor,
        catalog_id,
        number,
        &table_version,
        &report,
    )
    .await
}

fn cancelled() -> AppError {
    AppError::conflict("It was cancelled: nothing was kept.")
}

async fn material(
    services: &Services,
    catalog_id: &str,
    recipe: Option<Recipe>,
    split: Split,
) -> Result<Material, AppError> {
    let (db, index) = (&services.db, &services.index);
    let snapshot = index.current(catalog_id)?;
    if snapshot.baskets.is_empty() {
        return Err(AppError::conflict(
            "Nothing is counted in this catalog yet: import choices first.",
        ));
    }
    let before = match split {
        Split::Owners | Split::Items => None,
        Split::Time => {
            let cutoff = source::cutoff(db, &snapshot).await?.ok_or_else(|| {
                AppError::invalid(
                    "split",
                    "No interaction has a time: split at random instead.",
                )
            })?;
            let slice = Slice {
                to: Some(cutoff),
                ..Slice::whole(catalog_id, snapshot.change)
            };
            Some((index.slice(&slice).await?, cutoff))
        }
    };
    let decays = matches!(
        recipe,
        Some(Recipe::Neighbours(Neighbours {
            half_life_days: Some(_),
            ..
        }))
    );
    let ages = if decays {
        source::ages(db, &snapshot).await?
    } else {
        None
    };
    // A split in time asks users; any other asks baskets, which are users or have none.
    let user_ids = match (&before, snapshot.catalog.basket_rule) {
        (Some(_), _) => Some(&snapshot.user_ids),
        (None, BasketRule::User) => Some(&snapshot.basket_ids),
        (None, BasketRule::Basket | BasketRule::UserWindow) => None,
    };
    let segments = match user_ids {
        Some(user_ids) => source::segments(db, &snapshot, user_ids).await?,
        None => Vec::new(),
    };
    let surfaces = [USER, EVERYWHERE].map(str::to_owned);
    let incumbent = answers::answering(db, catalog_id, &surfaces).await?;
    let incumbent = incumbent.filter(|version| version.recipe != Recipe::Live);
    Ok(Material {
        snapshot,
        ages,
        segments,
        before,
        split,
        incumbent,
    })
}

impl Material {
    fn trial(&self) -> Trial {
        let snapshot = &self.snapshot;
        let least_together = snapshot.catalog.least_together;
        let Some((before, cutoff)) = &self.before else {
            return Trial::held_out(
                &snapshot.baskets,
                self.split,
                HELD_BACK,
                least_together,
                self.ages.clone(),
                threads(),
            );
        };
        // The table before the day has numbers of its own, and knows no items that came later.
        let known = |item: &u32| before.find_item(&snapshot.items[*item as usize].id);
        let after: Vec<Vec<u32>> = (0..snapshot.histories.len())
            .map(|user| {
                snapshot
                    .histories
                    .items_of(user)
                    .iter()
                    .filter_map(known)
                    .collect()
            })
            .collect();
        let histories = (0..).zip(&snapshot.user_ids).zip(&after);
        let histories = histories.map(|((owner, id), after)| {
            let chosen = before.history(id).unwrap_or_default();
            (owner, chosen, after.as_slice())
        });
        Trial::in_time(
            (*before.baskets).clone(),
            histories,
            *cutoff,
            least_together,
            self.ages_before(before, *cutoff),
            threads(),
        )
    }

    /// Ages as they were on the day: those of baskets that went on after it are not known to have
    /// ended, and count as of that day.
    fn ages_before(
        &self,
        before: &Snapshot,
        cutoff: chrono::DateTime<chrono::Utc>,
    ) -> Option<Vec<f64>> {
        let (ages, newest) = (self.ages.as_ref()?, self.snapshot.newest?);
        let since = (newest - cutoff).as_seconds_f64() / 86_400.0;
        let age = |basket: &String| {
            let known = self.snapshot.basket_ids.binary_search(basket).ok()?;
            Some((ages[known] - since).max(0.0))
        };
        let of = before.basket_ids.iter().map(|id| age(id).unwrap_or(0.0));
        Some(of.collect())
    }

    /// What is known of items and owners, by the trial's numbers.
    fn grouping(&self) -> Vec<Option<u32>> {
        let of = self
            .before
            .as_ref()
            .map_or(&self.snapshot, |(before, _)| before);
        of.items.iter().map(|item| item.category).collect()
    }
}

/// What learning gave.
struct Learnt {
    recipe: Recipe,
    weights: Weights,
    report: Report,
    training: Training,
}

/// Chooses parameters where they are to be chosen, measures, and learns from everything; none where
/// nobody wants it any more.
fn learn(material: &Material, asked: Option<Recipe>, meter: &Meter) -> Option<Learnt> {
    let began = Instant::now();
    let snapshot = &material.snapshot;
    let told = AtomicU64::new(0);
    let trial = material.trial();
    let fell_back = too_large(snapshot.items.len(), asked);
    let asked = if fell_back.is_some() {
        Some(Recipe::Neighbours(COSINE))
    } else {
        asked
    };
    let (recipe, tuning) = match asked {
        Some(recipe) => (recipe, None),
        None => {
            let stretch = Stretch::new(meter, &told, 0.0, 0.6);
            let done = |share| stretch.done(share);
            let (baskets, least) = (&trial.baskets, trial.least_together);
            let (ridge, record) = tune::ridge(baskets, least, K, threads(), &done)?;
            (Recipe::Ridge(ridge), Some(record))
        }
    };
    let from = if tuning.is_some() { 0.6 } else { 0.0 };
    let stretch = Stretch::new(meter, &told, from, 0.85);
    let report = trial_report(material, &trial, recipe, None, &stretch)?;
    drop(trial);
    let (items, solved) = (snapshot.items.len() as f64, AtomicU64::new(0));
    let stretch = Stretch::new(meter, &told, 0.85, 1.0);
    let counted = Counted {
        baskets: &snapshot.baskets,
        pairs: snapshot.pairs(),
        least_together: snapshot.catalog.least_together,
        ages: material.ages.as_deref(),
    };
    let done = || stretch.done((solved.fetch_add(1, Ordering::Relaxed) + 1) as f64 / items);
    let weights = recipe.train(&counted, threads(), &done)?;
    let training = Training {
        table_version: snapshot.version(),
        watermark: snapshot.change,
        baskets: snapshot.baskets.len(),
        items: snapshot.items.len() as u32,
        choices: snapshot.baskets.choices(),
        tuning,
        fell_back,
        weights: weights.len() as u64,
        digest: String::new(),
        seconds: began.elapsed().as_secs_f64(),
    };
    Some(Learnt {
        recipe,
        weights,
        report,
        training,
    })
}

/// Why the catalog is too large for what was asked.
fn too_large(items: usize, asked: Option<Recipe>) -> Option<String> {
    let is_ridge = matches!(asked, None | Some(Recipe::Ridge(_)));
    (is_ridge && items > RIDGE_MOST_ITEMS).then(|| {
        format!(
            "The ridge takes at most {} items and the catalog has {}: it is the damped cosine of \
             the 200 nearest neighbours instead.",
            count(RIDGE_MOST_ITEMS as u64),
            count(items as u64)
        )
    })
}

fn trial_report(
    material: &Material,
    trial: &Trial,
    recipe: Recipe,
    number: Option<i32>,
    stretch: &Stretch,
) -> Option<Report> {
    let mut beside = vec![("most chosen".to_owned(), None, None)];
    if recipe != Recipe::Live {
        beside.push((Recipe::Live.name().to_owned(), Some(Recipe::Live), Some(1)));
    }
    let others = material.incumbent.iter();
    for other in others.filter(|other| other.recipe != recipe && Some(other.number) != number) {
        beside.push((
            other.name.to_owned(),
            Some(other.recipe),
            Some(other.number),
        ));
    }
    let named: Vec<_> = beside
        .iter()
        .map(|(name, recipe, _)| (name.clone(), *recipe))
        .collect();
    let category_of = material.grouping();
    let grouping = Grouping {
        category_of: &category_of,
        categories: material
            .before
            .as_ref()
            .map_or(&material.snapshot, |(before, _)| before)
            .categories
            .as_slice(),
        segments: material.segments.clone(),
    };
    let done = |share| stretch.done(share);
    let mut report = report(trial, recipe, &named, &grouping, K, threads(), &done)?;
    for surface in &mut report.surfaces {
        let numbers = std::iter::once(number).chain(beside.iter().map(|(_, _, number)| *number));
        for (scored, number) in surface.models.iter_mut().zip(numbers) {
            scored.version = number;
        }
    }
    Some(report)
}

/// A part of the work: from one share of all of it to another.
struct Stretch<'a> {
    meter: &'a Meter,
    /// Steps that the meter has.
    told: &'a AtomicU64,
    from: f64,
    to: f64,
}

impl<'a> Stretch<'a> {
    fn new(meter: &'a Meter, told: &'a AtomicU64, from: f64, to: f64) -> Self {
        Self {
            meter,
            told,
            from,
            to,
        }
    }

    /// Tells how much of this part is done; whether the rest is still wanted.
    fn done(&self, share: f64) -> bool {
        let steps = (self.from + share * (self.to - self.from)) * STEPS as f64;
        let before = self.told.fetch_max(steps as u64, Ordering::Relaxed);
        self.meter.add((steps as u64).saturating_sub(before));
        !self.meter.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ridge_that_would_be_too_large_is_something_else_and_says_so() {
        let says = too_large(RIDGE_MOST_ITEMS + 1, None).unwrap();
        assert!(says.contains("at most 150,000 items"), "{says}");
        assert_eq!(too_large(RIDGE_MOST_ITEMS, None), None);
        let neighbours = Some(Recipe::Neighbours(COSINE));
        assert_eq!(too_large(RIDGE_MOST_ITEMS + 1, neighbours), None);
    }
}
