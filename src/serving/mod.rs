//! Where a model's list becomes what a person sees.
//!
//! Pages, API, export, preview and batch all call [`serve`]; there is no other way out. The
//! steps are taken in one order: block, eligibility and filters, pin, the model's order,
//! fallback. A list for k rows is the first k rows of the list for more, so that "show more"
//! never moves what was already shown, and [`raw`] is the model's own order beside it.
//!
//! It never serves a blocked or ineligible item, whether the model, a pin or a fallback asks
//! for it; never one item twice; never a row that does not say where it comes from. It knows
//! no web, no database, no clock and no chance: the same values in give the same list out, so
//! taking a rule away restores the list exactly. A sort that the reader chose is applied
//! outside and leaves the ranks as they are marked.
//!
//! Start reading at [`serve`], then [`Rule::precedence`] for what wins over what.

mod admission;
mod model_list;
mod pins;
mod request;
mod row;
mod rule;
mod standings;
#[cfg(test)]
mod tests;

pub use request::{Candidate, Fallback, Item, Request, SameCategory};
pub use row::{FallbackLevel, Served, ServedRow, Shadowed, differs};
pub use rule::{Action, Precedence, Rule, RuleId, Scope};
pub use standings::{Standing, Standings};

use std::collections::HashSet;

use admission::Admission;
use model_list::ModelList;
use pins::Pins;

/// How far down the model's order a pinned item's rank is looked for, in ranks.
///
/// Reading further than the list needs costs time for every list with a pin, and "beyond the
/// first thousand" tells a curator as much as the number would.
pub const PIN_SEARCH_DEPTH: u32 = 1_000;

/// Resolves one list.
///
/// `model` gives candidates best first and is read lazily: as far as the list needs, and up to
/// [`PIN_SEARCH_DEPTH`] where a pinned row's rank is still unknown. A candidate that it repeats
/// counts where it came first. `rules` are those in force, for everyone or for the asker.
///
/// A pin takes its item out of the model's order and puts it at its position; past the end of a
/// short list it goes to the end. Of two pins for one position, or two of one item, the one with
/// precedence takes effect and shadows the other, which is as if it were not there: another item
/// stays where the model has it. A block shadows every pin of its item, whatever their scopes. A
/// pin of an item that a filter holds back does nothing and stands in nobody's way.
pub fn serve(
    request: &Request,
    items: &[Item],
    rules: &[Rule],
    model: impl IntoIterator<Item = Candidate>,
    fallback: Fallback<impl IntoIterator<Item = u32>, impl IntoIterator<Item = u32>>,
) -> Served {
    let mut holding: Vec<&Rule> = rules.iter().filter(|r| r.holds(request, items)).collect();
    holding.sort_by_key(|rule| rule.precedence());
    let admission = Admission::new(request, items, &holding);
    let pins = Pins::settle(&holding, &admission);
    let mut model = ModelList::new(request, model);

    let free = pins.free_places(request.k);
    let admits = |item| !pins.hold(item) && admission.admits(item);
    let organic = model.by_ref().filter(|standing| admits(standing.item));
    let mut rest: Vec<ServedRow> = organic.take(free).map(ServedRow::from_model).collect();
    if rest.len() < free {
        // The model is read to its end here, so that every pin that it gave is known.
        let pinned = pins.items().filter(|&i| model.standing(i).is_some());
        if rest.len() + pinned.count() < fallback.minimum {
            fill(&mut rest, free, fallback, admits);
        }
    }
    let shadowed = [admission.shadowed(), pins.shadowed()].concat();
    let mut rows = lay_out(request.k, pins, rest);
    mark_pins(&mut rows, &mut model);
    Served {
        fallback: rows.iter().filter_map(|row| row.fallback).max(),
        rows,
        shadowed,
    }
}

/// Gives the model's order untouched: no rules, no filters, no fallback; only the anchors are out.
pub fn raw(request: &Request, model: impl IntoIterator<Item = Candidate>) -> Served {
    let model = ModelList::new(request, model);
    Served {
        rows: model.take(request.k).map(ServedRow::from_model).collect(),
        ..Served::default()
    }
}

/// Fills the free places of a thin list, from the narrower level first.
fn fill(
    rest: &mut Vec<ServedRow>,
    free: usize,
    fallback: Fallback<impl IntoIterator<Item = u32>, impl IntoIterator<Item = u32>>,
    admits: impl Fn(u32) -> bool,
) {
    let mut there: HashSet<u32> = rest.iter().map(|row| row.item).collect();
    let category = (fallback.category.into_iter()).map(|item| (item, FallbackLevel::Category));
    let catalog = (fallback.catalog.into_iter()).map(|item| (item, FallbackLevel::Catalog));
    let fitting = (category.chain(catalog)).filter(|&(item, _)| admits(item) && there.insert(item));
    rest.extend(
        fitting
            .take(free - rest.len())
            .map(|(item, level)| ServedRow::from_fallback(item, level)),
    );
}

/// Puts each pin in its place and the rest around them, and counts the ranks.
fn lay_out(k: usize, mut pins: Pins, rest: Vec<ServedRow>) -> Vec<ServedRow> {
    let mut rest = rest.into_iter();
    let next = |rank| {
        let row = match pins.take(rank) {
            Some(pin) => ServedRow::from_pin(pin),
            // Past the end of a short list the pins that are left close up.
            None => (rest.next()).or_else(|| pins.take_first().map(ServedRow::from_pin))?,
        };
        Some(ServedRow { rank, ..row })
    };
    (1..=u32::MAX).map_while(next).take(k).collect()
}

/// Marks the pinned rows with the model's own rank and score, as far down as it is looked for.
fn mark_pins(rows: &mut [ServedRow], model: &mut ModelList<impl Iterator<Item = Candidate>>) {
    let pinned = || rows.iter().filter(|row| !row.rules.is_empty());
    model.look_for(pinned().map(|row| row.item), PIN_SEARCH_DEPTH);
    for row in rows.iter_mut().filter(|row| !row.rules.is_empty()) {
        let standing = model.standing(row.item);
        row.model_rank = standing.map(|standing| standing.rank);
        row.score = standing.map(|standing| standing.score);
    }
}
