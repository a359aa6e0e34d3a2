//! What may be done with a version, each with what will happen: only what is allowed now.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::catalog::words::title;
use crate::lists::types::{Anchor, EVERYWHERE};
use crate::recommendations;
use crate::ui::html;
use crate::versions::api::{EvaluateVersion, MoveVersion, OwnVersion, PromoteVersion};
use crate::versions::page::Shown;
use crate::versions::paths;
use crate::versions::types::{Stage, TEXT_MOST, Version};
use crate::versions::words::{SURFACES, capital, named, surface};

pub(super) fn manage(shown: &Shown) -> impl IntoView + use<> {
    let version = &shown.version;
    let is_measured = version.evaluation.is_some();
    let stage = version.stage;
    let candidate = match stage {
        Stage::Draft if is_measured => Some((
            "Make it a candidate",
            "It may then be put into production. It answers nowhere before somebody does that.",
        )),
        Stage::Retired if is_measured => Some((
            "Bring it back",
            "It becomes a candidate again, and may then be put into production.",
        )),
        _ => None,
    };
    let candidate = candidate.map(|(label, does)| move_to(shown, Stage::Candidate, label, does));
    let first = (!is_measured && matches!(stage, Stage::Draft | Stage::Retired)).then(|| {
        view! { <p class="panel__note">"It has to be measured before it can become a candidate."</p> }
    });
    let promote = matches!(stage, Stage::Candidate | Stage::Production).then(|| promote(shown));
    let retire = (matches!(stage, Stage::Draft | Stage::Candidate) && version.number != 1).then(|| {
        let does = "It stays listed with all that is known of it, and answers nowhere. It can be brought back.";
        move_to(shown, Stage::Retired, "Retire it", does)
    });
    let back = (stage == Stage::Production).then(|| {
        let list = paths::list(&shown.snapshot.catalog.id);
        view! {
            <p class="panel__note">
                "It steps back where another is put into its place, or where it is "
                <a href=list>"rolled back"</a>
                "."
            </p>
        }
    });
    view! { {candidate} {first} {promote} {back} {measure(shown)} {own(shown)} {retire} }
}

/// Which version a form is about.
fn which(shown: &Shown) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="catalog_id" value=shown.snapshot.catalog.id.clone()/>
        <input type="hidden" name="number" value=shown.version.number.to_string()/>
    }
}

/// Why something is done, in words that the history keeps.
fn reason(id: &'static str) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=id>"Why (the history keeps it)"</label>
            <input class="input" id=id name="reason" maxlength=TEXT_MOST.to_string() autocomplete="off"/>
        </div>
    }
}

fn move_to(
    shown: &Shown,
    stage: Stage,
    label: &'static str,
    does: &'static str,
) -> impl IntoView + use<> {
    let id = match stage {
        Stage::Retired => "retire-reason",
        _ => "candidate-reason",
    };
    let is_next = stage == Stage::Candidate;
    let class = if is_next {
        "button button--primary"
    } else {
        "button button--danger"
    };
    view! {
        <details class="models__action" open=is_next>
            <summary>{label}</summary>
            <form class="form" method="post" action=MoveVersion::PATH>
                {which(shown)}
                <input type="hidden" name="stage" value=stage.code()/>
                <p>{does}</p>
                {reason(id)}
                <div class="form__foot"><button class=class>{label}</button></div>
            </form>
        </details>
    }
}

fn promote(shown: &Shown) -> impl IntoView + use<> {
    let is_next = shown.version.stage == Stage::Candidate;
    let label = if is_next {
        "Put it into production"
    } else {
        "Have it answer elsewhere too"
    };
    let boxes = SURFACES.map(|name| surface_box(shown, name));
    let mut others = shown.others.iter();
    let rest = others.find(|other| answers(other, EVERYWHERE));
    let first = rest.filter(|_| shown.may_compare).map(|rest| {
        let (before, after) = (rest.number, shown.version.number);
        let href = paths::compare(&shown.snapshot.catalog.id, before, after);
        view! { <a href=href>"See first which lists change"</a> }
    });
    view! {
        <details class="models__action" open=is_next>
            <summary>{label}</summary>
            <form class="form" method="post" action=PromoteVersion::PATH>
                {which(shown)}
                <p>
                    "It answers from the next list on, on every server at once. What answers there now steps back and can be rolled back to in one click."
                    " "
                    {first}
                </p>
                <fieldset class="choice-group">
                    <legend class="form__legend">"Where it shall answer"</legend>
                    {boxes.into_iter().collect_view()}
                </fieldset>
                <div class="field">
                    <label class="field__label" for="promote-named">"On a surface that programs name"</label>
                    <input class="input" id="promote-named" name="named" maxlength="100" autocomplete="off"/>
                    <p class="field__hint">{elsewhere(shown)}</p>
                </div>
                {reason("promote-reason")}
                <div class="form__foot">
                    <button class="button button--primary">"Put it into production"</button>
                </div>
            </form>
        </details>
    }
}

/// A surface to be ticked, with what answers there now.
fn surface_box(shown: &Shown, name: &'static str) -> impl IntoView + use<> {
    let is_own = answers(&shown.version, name);
    let now = if is_own {
        "it answers there now".to_owned()
    } else {
        steps_back(shown, name)
    };
    view! {
        <label class="choice models__choice">
            <input type="checkbox" name="surfaces[]" value=name disabled=is_own checked=is_own/>
            <span>{capital(&surface(name))} " " <span class="field__hint">{now}</span></span>
        </label>
    }
}

fn answers(version: &Version, name: &str) -> bool {
    version.surfaces.iter().any(|surface| surface == name)
}

/// What answers on a surface now.
fn steps_back(shown: &Shown, name: &str) -> String {
    let on = |name: &str| {
        let mut others = shown.others.iter();
        others.find(|other| answers(other, name))
    };
    match (on(name), on(EVERYWHERE)) {
        (Some(now), _) => format!("{} steps back", named(now.number, now.name)),
        (None, Some(rest)) => format!(
            "now {}, which answers everywhere else",
            named(rest.number, rest.name)
        ),
        (None, None) if answers(&shown.version, EVERYWHERE) => {
            "now this version, as everywhere else".to_owned()
        }
        (None, None) => "now what answers everywhere else".to_owned(),
    }
}

/// Surfaces with names that have a version of their own.
fn elsewhere(shown: &Shown) -> String {
    let all = shown.others.iter().chain([&shown.version]);
    let named: Vec<String> = all
        .flat_map(|version| version.surfaces.iter().map(|name| (name, version.number)))
        .filter(|(name, _)| !SURFACES.contains(&name.as_str()))
        .map(|(name, number)| format!("“{name}”: version {number}"))
        .collect();
    if named.is_empty() {
        "May be empty. None has a version of its own now.".to_owned()
    } else {
        format!("May be empty. Now {}.", named.join(", "))
    }
}

fn measure(shown: &Shown) -> impl IntoView + use<> {
    let is_first = shown.version.evaluation.is_none();
    let label = if is_first {
        "Measure it"
    } else {
        "Measure it again"
    };
    view! {
        <details class="models__action" id="measure" open=is_first>
            <summary>{label}</summary>
            <form class="form" method="post" action=EvaluateVersion::PATH>
                {which(shown)}
                <p>
                    "A quarter of the choices, or what came last, is held back; it learns from the rest, and is asked for what was held back. The newest table is used. No list changes."
                </p>
                <div class="field">
                    <label class="field__label" for="measure-split">"Hold back"</label>
                    <select class="input" id="measure-split" name="split">{splits("items")}</select>
                </div>
                <div class="form__foot"><button class="button">{label}</button></div>
            </form>
        </details>
    }
}

/// The ways to hold choices back.
pub(super) fn splits(chosen: &str) -> impl IntoView + use<> {
    let splits = [
        ("items", "some of each item’s choices"),
        ("owners", "some of each basket"),
        ("time", "what came last"),
    ];
    splits
        .map(|(value, words)| {
            let selected = value == chosen || (chosen.is_empty() && value == "items");
            view! { <option value=value selected=selected>{words}</option> }
        })
        .into_iter()
        .collect_view()
}

fn own(shown: &Shown) -> impl IntoView + use<> {
    let label = match &shown.version.owner {
        None => "Answer for it",
        Some(_) => "Answer for it, or say what it is for",
    };
    view! {
        <details class="models__action">
            <summary>{label}</summary>
            <form class="form" method="post" action=OwnVersion::PATH>
                {which(shown)}
                <p>"You are named as who answers for it, in place of anybody before you."</p>
                <div class="field">
                    <label class="field__label" for="own-note">"What it is for, and where it must not be used"</label>
                    <textarea class="input" id="own-note" name="note" rows="3" maxlength=TEXT_MOST.to_string()>
                        {html::escape(&shown.version.note)}
                    </textarea>
                </div>
                <div class="form__foot"><button class="button">"I answer for it"</button></div>
            </form>
        </details>
    }
}

/// What changes nothing: its lists, and another version beside it.
pub(super) fn look(shown: &Shown) -> impl IntoView + use<> {
    if !shown.may_compare {
        return None;
    }
    let (snapshot, version) = (&shown.snapshot, &shown.version);
    let catalog_id = &snapshot.catalog.id;
    let most = snapshot
        .most_chosen
        .first()
        .map(|item| &snapshot.items[*item as usize].id);
    let lists = most.map(|item| {
        let anchor = Anchor::Items(vec![item.clone()]);
        let list = recommendations::paths::list(catalog_id, &anchor);
        let href = list.with("version", version.number).build();
        let words = format!("Its list for {}", title(snapshot, item));
        view! { <p><a href=href>{words}</a></p> }
    });
    let others = shown.others.iter().map(|other| {
        let selected = answers(other, EVERYWHERE);
        let words = capital(&named(other.number, other.name));
        view! { <option value=other.number.to_string() selected=selected>{words}</option> }
    });
    let compare = (!shown.others.is_empty()).then(|| {
        // A form replaces what the address asks for by its own fields.
        let action = paths::compare(catalog_id, version.number, version.number);
        view! {
            <form class="form models__compare" method="get" action=action>
                <input type="hidden" name="b" value=version.number.to_string()/>
                <div class="field">
                    <label class="field__label" for="compare-with">"What changes from"</label>
                    <select class="input" id="compare-with" name="a">{others.collect_view()}</select>
                </div>
                <button class="button">"Compare"</button>
            </form>
        }
    });
    Some(view! { {compare} {lists} })
}
