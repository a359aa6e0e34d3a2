//! The form that trains a version.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::actions::splits;
use crate::catalog::words::{as_of, begin};
use crate::models::neighbours::FOR_ONE_ITEM;
use crate::ui::html;
use crate::ui::page::form_error;
use crate::versions::api::{Form, TrainVersion};
use crate::versions::page::Training;
use crate::versions::paths;
use crate::versions::types::TEXT_MOST;

pub(in crate::versions) fn train(training: &Training) -> impl IntoView + use<> {
    let Training { snapshot, form } = training;
    let content = match begin(snapshot) {
        Some((why, href, label)) => view! {
            <div class="empty">
                <h2>"There is nothing to learn from"</h2>
                <p>{why}</p>
                <a class="button button--primary" href=href>{label}</a>
            </div>
        }
        .into_any(),
        None => fields(&snapshot.catalog.id, &filled(form)).into_any(),
    };
    view! {
        <Title text="Train a version"/>
        <div class="page__head">
            <h1>"What should the new version be?"</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        {form_error()}
        {content}
    }
}

/// What was typed; where nothing was, what most data does well with.
fn filled(form: &Form) -> Form {
    let typed = [
        &form.rho,
        &form.gamma,
        &form.tau,
        &form.own,
        &form.popularity,
        &form.damping,
        &form.basket_size,
        &form.half_life,
        &form.neighbours,
    ];
    if typed.iter().any(|value| !value.is_empty()) {
        return form.clone();
    }
    Form {
        rho: "5".to_owned(),
        gamma: "0.5".to_owned(),
        tau: "0.75".to_owned(),
        own: FOR_ONE_ITEM.own.to_string(),
        popularity: FOR_ONE_ITEM.popularity.to_string(),
        damping: FOR_ONE_ITEM.damping.to_string(),
        basket_size: FOR_ONE_ITEM.basket_size.to_string(),
        neighbours: FOR_ONE_ITEM.neighbours.to_string(),
        ..form.clone()
    }
}

fn fields(catalog_id: &str, form: &Form) -> impl IntoView + use<> {
    view! {
        <form class="panel form train" method="post" action=TrainVersion::PATH>
            <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
            {kinds(form)}
            {ridge(form)}
            {neighbours(form)}
            <div class="train__both">
                {text("neighbours", "How many others each item listens to, or speaks for", &form.neighbours, "1 to 1,000. More take more memory and, for the ridge, time.")}
            </div>
            <div class="field">
                <label class="field__label" for="split">"To measure it, hold back"</label>
                <select class="input" id="split" name="form[split]" aria-describedby="split-hint">
                    {splits(&form.split)}
                </select>
                <p class="field__hint" id="split-hint">
                    "It is measured on choices that it has not seen, beside what answers now; then it learns from all of them."
                </p>
            </div>
            <div class="field">
                <label class="field__label" for="note">"What it is for, and where it must not be used"</label>
                <textarea class="input" id="note" name="form[note]" rows="3" maxlength=TEXT_MOST.to_string()>
                    {html::escape(&form.note)}
                </textarea>
            </div>
            <p>
                "It becomes a draft and answers nowhere until somebody promotes it. It takes seconds, minutes for ten million choices; you can cancel."
            </p>
            <div class="form__foot">
                <button class="button button--primary">"Train it"</button>
                <a class="button button--quiet" href=paths::list(catalog_id)>"Cancel"</a>
            </div>
        </form>
    }
}

fn kinds(form: &Form) -> impl IntoView + use<> {
    let kinds = [
        (
            "tuned",
            "Ridge, parameters chosen by the data (recommended for users’ lists)",
            "A part of what it may learn from is hidden; what finds it best is chosen.",
        ),
        (
            "ridge",
            "Ridge with parameters of your own",
            "What speaks for an item once everything else that was chosen has had its say.",
        ),
        (
            "neighbours",
            "Nearest neighbours (recommended for lists for one item)",
            "Each chosen item speaks for those that are chosen with it. Quick, and for any size.",
        ),
    ];
    let kinds = kinds.map(|(value, label, does)| {
        let checked = form.kind == value || (form.kind.is_empty() && value == "tuned");
        let hint = format!("kind-{value}");
        view! {
            <div>
                <label class="choice">
                    <input
                        type="radio"
                        name="form[kind]"
                        value=value
                        checked=checked
                        aria-describedby=hint.clone()
                    />
                    {label}
                </label>
                <p class="field__hint train__hint" id=hint>{does}</p>
            </div>
        }
    });
    view! {
        <fieldset class="choice-group">
            <legend class="form__legend">"Kind"</legend>
            {kinds.into_iter().collect_view()}
        </fieldset>
    }
}

fn ridge(form: &Form) -> impl IntoView + use<> {
    view! {
        <fieldset class="train__ridge stack">
            <legend class="form__legend">"The ridge"</legend>
            <div class="form__pair">
                {text("rho", "Penalty (rho, ρ)", &form.rho, "In mean basket lengths, above 0: the higher, the less few counts are believed. Empty: without end, neighbours alone.")}
                {text("gamma", "Its growth (gamma, γ)", &form.gamma, "0 to 1: how much more of it an item gets that is chosen often.")}
                {text("tau", "Order (tau, τ)", &form.tau, "0 to 1. Below 1, items that the others say much about come first.")}
            </div>
        </fieldset>
    }
}

fn neighbours(form: &Form) -> impl IntoView + use<> {
    view! {
        <fieldset class="train__neighbours stack">
            <legend class="form__legend">"Nearest neighbours"</legend>
            <div class="form__pair">
                {text("own", "Chosen items (own)", &form.own, "0 to 1: how far their own frequency is divided out. 0.5, with 0.5 beside it, is the cosine.")}
                {text("popularity", "Listed items (popularity)", &form.popularity, "0 to 1: how far their frequency is divided out. The more, the rarer what is listed.")}
                {text("damping", "Few baskets (damping)", &form.damping, "0 to 1,000: how many baskets with both it takes to be believed by half.")}
                {text("basket_size", "Long baskets (basket_size)", &form.basket_size, "0 to 1: how much less they count. 0: as much as short ones.")}
                {text("half_life", "Half-life in days (half_life)", &form.half_life, "After so many days a basket counts half. Empty: it never does.")}
            </div>
        </fieldset>
    }
}

fn text(
    name: &'static str,
    label: &'static str,
    value: &str,
    hint: &'static str,
) -> impl IntoView + use<> {
    let described = format!("{name}-hint");
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input
                class="input input--short"
                id=name
                name=format!("form[{name}]")
                inputmode="decimal"
                maxlength="20"
                value=value.to_owned()
                aria-describedby=described.clone()
            />
            <p class="field__hint" id=described>{hint}</p>
        </div>
    }
}
