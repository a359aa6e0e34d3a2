//! How good a version's lists were found to be, in words for the places that show lists.

use sqlx::PgPool;

use super::store;
use super::types::{Evaluation, Version};
use crate::error::respond::StoreError;
use crate::evaluation::groups::{Group, GroupKind, history};
use crate::evaluation::report::{Scored, Surface};
use crate::ui::format::significant;

/// What is known of a version on a surface: from its own newest evaluation, else from the newest of
/// another that it stood beside, with the number of that.
pub fn standing<'a>(
    version: &'a Version,
    versions: &'a [Version],
    surface: Surface,
) -> Option<(&'a Scored, &'a Evaluation, Option<i32>)> {
    if let Some(evaluation) = &version.evaluation {
        let own = evaluation.of(surface)?.models.first()?;
        return Some((own, evaluation, None));
    }
    let others = versions.iter().filter_map(|other| {
        let evaluation = other.evaluation.as_ref()?;
        let mut models = evaluation.of(surface)?.models.iter();
        let of = models.find(|scored| scored.version == Some(version.number))?;
        Some((of, evaluation, Some(other.number)))
    });
    others.max_by_key(|(_, evaluation, _)| evaluation.at)
}

/// How often a list held something that was then chosen: “In the last evaluation 41 of 100 lists held
/// an item that was then chosen (38 to 44).”
pub fn hit_rate(scored: &Scored) -> String {
    let rate = scored.means.hit_rate;
    let of_hundred = |share: f64| format!("{:.0}", share * 100.0);
    let interval = match (rate.low, rate.high) {
        (Some(low), Some(high)) => format!(" ({} to {})", of_hundred(low), of_hundred(high)),
        _ => String::new(),
    };
    format!(
        "In the last evaluation {} of 100 lists held an item that was then chosen{interval}.",
        of_hundred(rate.value)
    )
}

/// The same for a version as far as anything is known of it; none where it was never measured.
pub async fn known_hit_rate(
    db: &PgPool,
    catalog_id: &str,
    version: &Version,
    surface: Surface,
) -> Result<Option<String>, StoreError> {
    let others = match version.evaluation {
        Some(_) => Vec::new(),
        None => store::list(db, catalog_id).await?,
    };
    Ok(standing(version, &others, surface).map(|(scored, ..)| hit_rate(scored)))
}

/// What is weak where somebody with so many chosen items asks, or where items of some categories do.
pub fn weak(evaluation: &Evaluation, chosen: usize, categories: &[&str]) -> Vec<String> {
    let groups = evaluation.report.groups.iter();
    let concerns = |group: &&Group| {
        group.is_weak
            && match group.by {
                GroupKind::Category => categories.contains(&group.name.as_str()),
                GroupKind::History => history(chosen) == Some(group.name.as_str()),
                GroupKind::Popularity | GroupKind::Segment => false,
            }
    };
    groups.filter(concerns).map(said).collect()
}

/// One weak group in a sentence.
fn said(group: &Group) -> String {
    let of_hundred = significant(group.recall.value * 100.0, 2);
    match group.by {
        GroupKind::Category => format!(
            "It is weaker at {}: of 100 choices there it found {of_hundred}.",
            group.name
        ),
        _ => format!(
            "It is weaker for histories with {}: of 100 choices it found {of_hundred}.",
            group.name
        ),
    }
}
