//! Training, measuring and comparing as jobs that their pages follow.

use super::api::Form;
use super::compare::{self, Comparison};
use super::types::{TEXT_MOST, Wanted, text};
use super::{paths, training};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::evaluation::trial::Split;
use crate::jobs::work::{Order, Run};
use crate::models::neighbours::Neighbours;
use crate::models::recipe::Recipe;
use crate::models::ridge::Ridge;
use crate::services::Services;

/// Begins to train what a form asks for; the version's number where that was done at once.
pub(super) async fn train(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    form: &Form,
) -> Result<Option<i32>, AppError> {
    actor.require_in(catalog_id, Right::ManageModels)?;
    let wanted = form.wanted()?;
    services.index.current(catalog_id)?;
    let key = training_key(catalog_id);
    let busy = "A version is being trained in this catalog already, and nothing was begun: follow it \
                to its end or cancel it, and then train another.";
    idle::<i32>(services, &key, busy).await?;
    let order = Order {
        key,
        unit: "steps",
        back: paths::training(catalog_id),
    };
    let (services, actor) = (services.clone(), actor.clone());
    let (jobs, catalog_id) = (services.jobs.clone(), catalog_id.to_owned());
    let train =
        |meter| async move { training::train(&services, &actor, &catalog_id, wanted, meter).await };
    Ok(done(jobs.run(order, train).await?))
}

/// The training that is under way in a catalog, or what came of it.
pub(super) async fn find_training(
    services: &Services,
    catalog_id: &str,
) -> Result<Option<Run<i32>>, AppError> {
    services.jobs.find(&training_key(catalog_id)).await
}

/// Begins to measure a version; whether that was done at once.
pub(super) async fn evaluate(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    number: i32,
    typed: &str,
) -> Result<bool, AppError> {
    actor.require_in(catalog_id, Right::ManageModels)?;
    let split = split(typed)?;
    services.index.current(catalog_id)?;
    let key = evaluating_key(catalog_id, number);
    let busy = "This version is being measured already, and nothing was begun: follow it to its end \
                or cancel it, and then measure it again.";
    idle::<()>(services, &key, busy).await?;
    let order = Order {
        key,
        unit: "steps",
        back: paths::version(catalog_id, number),
    };
    let (services, actor) = (services.clone(), actor.clone());
    let (jobs, catalog_id) = (services.jobs.clone(), catalog_id.to_owned());
    let evaluate = |meter| async move {
        training::evaluate(&services, &actor, &catalog_id, number, split, meter).await
    };
    Ok(done(jobs.run(order, evaluate).await?).is_some())
}

/// The measuring of a version that is under way, or what came of it.
pub(super) async fn find_evaluating(
    services: &Services,
    catalog_id: &str,
    number: i32,
) -> Result<Option<Run<()>>, AppError> {
    services
        .jobs
        .find(&evaluating_key(catalog_id, number))
        .await
}

/// Compares two versions, or finds the comparison that is under way.
pub(super) async fn comparison(
    services: &Services,
    catalog_id: &str,
    before: i32,
    after: i32,
) -> Result<Run<Comparison>, AppError> {
    let snapshot = services.index.current(catalog_id)?;
    let order = Order {
        key: format!("compare\n{catalog_id}\n{before}\n{after}"),
        unit: "lists compared",
        back: paths::list(catalog_id),
    };
    let lists = services.lists.clone();
    let now = chrono::Utc::now();
    let work =
        |meter| async move { compare::compare(&lists, snapshot, before, after, now, meter).await };
    services.jobs.run(order, work).await
}

pub(super) fn training_key(catalog_id: &str) -> String {
    format!("train\n{catalog_id}")
}

/// Refuses where work of the same key is under way, which need not be what is asked for now. An answer
/// that nobody fetched is let go of: what it says stands in the registry.
async fn idle<T>(services: &Services, key: &str, busy: &str) -> Result<(), AppError>
where
    T: Clone + Send + Sync + 'static,
{
    match services.jobs.find::<T>(key).await {
        Ok(Some(Run::UnderWay(_))) => Err(AppError::conflict(busy)),
        Ok(Some(Run::Done(_)) | None) | Err(_) => Ok(()),
    }
}

fn evaluating_key(catalog_id: &str, number: i32) -> String {
    format!("evaluate\n{catalog_id}\n{number}")
}

fn done<T>(run: Run<T>) -> Option<T> {
    match run {
        Run::Done(answer) => Some(answer),
        Run::UnderWay(_) => None,
    }
}

/// The way to hold back that is asked for.
pub(super) fn split(typed: &str) -> Result<Split, AppError> {
    match typed {
        "owners" => Ok(Split::Owners),
        "items" | "" => Ok(Split::Items),
        "time" => Ok(Split::Time),
        _ => Err(AppError::invalid(
            "split",
            format!("“{typed}” is no way to hold choices back; choose owners, items or time."),
        )),
    }
}

impl Form {
    /// What is asked for, every number in its range.
    pub(super) fn wanted(&self) -> Result<Wanted, AppError> {
        let recipe = match self.kind.as_str() {
            "" | "tuned" => None,
            "ridge" => Some(Recipe::Ridge(Ridge {
                rho: optional("rho", &self.rho)?,
                gamma: number("gamma", &self.gamma)?,
                tau: number("tau", &self.tau)?,
                neighbours: whole("neighbours", &self.neighbours)?,
            })),
            "neighbours" => Some(Recipe::Neighbours(Neighbours {
                own: number("own", &self.own)?,
                popularity: number("popularity", &self.popularity)?,
                damping: number("damping", &self.damping)?,
                basket_size: number("basket_size", &self.basket_size)?,
                half_life_days: optional("half_life", &self.half_life)?,
                neighbours: whole("neighbours", &self.neighbours)?,
            })),
            other => {
                return Err(AppError::invalid(
                    "kind",
                    format!("“{other}” is no kind of model; choose tuned, ridge or neighbours."),
                ));
            }
        };
        if let Some(recipe) = recipe {
            check(&recipe)?;
        }
        Ok(Wanted {
            recipe,
            split: split(&self.split)?,
            note: text("note", &self.note)?,
        })
    }

    /// The form as far as an address can carry it.
    pub(super) fn fields(&self) -> [(&'static str, String); 12] {
        let cut = |text: &str| text.chars().take(TEXT_MOST).collect::<String>();
        [
            ("kind", cut(&self.kind)),
            ("rho", cut(&self.rho)),
            ("gamma", cut(&self.gamma)),
            ("tau", cut(&self.tau)),
            ("own", cut(&self.own)),
            ("popularity", cut(&self.popularity)),
            ("damping", cut(&self.damping)),
            ("basket_size", cut(&self.basket_size)),
            ("half_life", cut(&self.half_life)),
            ("neighbours", cut(&self.neighbours)),
            ("split", cut(&self.split)),
            ("note", cut(&self.note)),
        ]
    }
}

/// Refuses a recipe with a parameter out of its range.
pub(super) fn check(recipe: &Recipe) -> Result<(), AppError> {
    recipe
        .check()
        .map_err(|(field, sentence)| AppError::invalid(field, format!("“{field}”: {sentence}")))
}

fn number(field: &'static str, typed: &str) -> Result<f64, AppError> {
    typed
        .trim()
        .parse()
        .map_err(|_| AppError::invalid(field, format!("“{field}” is a number, not “{typed}”.")))
}

fn optional(field: &'static str, typed: &str) -> Result<Option<f64>, AppError> {
    match typed.trim() {
        "" => Ok(None),
        typed => number(field, typed).map(Some),
    }
}

fn whole(field: &'static str, typed: &str) -> Result<usize, AppError> {
    typed.trim().parse().map_err(|_| {
        AppError::invalid(
            field,
            format!("“{field}” is a whole number, not “{typed}”."),
        )
    })
}
