//! The form: each setting with one sentence of what it does. Sending it only previews.

use leptos::prelude::*;

use super::paths;
use super::words::{self, does, label};
use crate::catalog::settings::form::Form;
use crate::catalog::settings::page::Settings;
use crate::catalog::settings::types::NAME_MOST;
use crate::catalog::types::{BasketRule, SameCategory, Window};
use crate::error::AppError;
use crate::ui::format::count;

pub(super) fn form(page: &Settings) -> impl IntoView + use<> {
    let form = &page.form;
    let wrong = match &page.error {
        Some(AppError::Invalid { field, .. }) => field.as_str(),
        _ => "",
    };
    let rules = BasketRule::ALL.map(|rule| (rule.as_str(), words::rule(rule)));
    let windows = Window::ALL.map(|window| (window.as_str(), words::window(window)));
    let categories = SameCategory::ALL.map(|rule| (rule.as_str(), words::same_category(rule)));
    view! {
        <form class="form" method="get" action=paths::preview(&page.catalog.id)>
            <div class="page__body settings">
                <section class="panel form" aria-labelledby="settings-counted">
                    <h2 id="settings-counted">"What is counted"</h2>
                    {select("basket_rule", &rules, form.basket_rule.as_deref())}
                    {select("basket_window", &windows, form.basket_window.as_deref())}
                    {time_zone(page, wrong)}
                    {kinds(page)}
                    {text("least_weight", form.least_weight.as_deref(), "decimal", wrong)}
                    {text("most_items", form.most_items.as_deref(), "numeric", wrong)}
                </section>
                <section class="panel form" aria-labelledby="settings-served">
                    <h2 id="settings-served">"How lists are served"</h2>
                    {hide_chosen(form)}
                    {select("same_category", &categories, form.same_category.as_deref())}
                    {text("least_rows", form.least_rows.as_deref(), "numeric", wrong)}
                    {text("least_together", form.least_together.as_deref(), "numeric", wrong)}
                    <h2>"What it is called"</h2>
                    {text("name", form.name.as_deref(), "text", wrong)}
                </section>
            </div>
            <div class="form__foot">
                <button class="button button--primary">"Preview the change"</button>
                <span class="field__hint">"Nothing is saved before you have seen what it does."</span>
            </div>
        </form>
    }
}

fn select(
    name: &'static str,
    choices: &[(&'static str, &'static str)],
    chosen: Option<&str>,
) -> impl IntoView + use<> {
    let options = choices
        .iter()
        .map(|(value, words)| {
            let selected = chosen == Some(*value);
            view! { <option value=*value selected=selected>{*words}</option> }
        })
        .collect_view();
    let hint = format!("{name}-hint");
    view! {
        <div class="field">
            <label class="field__label" for=name>{label(name)}</label>
            <select class="input" id=name name=name aria-describedby=hint.clone()>{options}</select>
            <p class="field__hint" id=hint>{does(name)}</p>
        </div>
    }
}

fn text(
    name: &'static str,
    value: Option<&str>,
    mode: &'static str,
    wrong: &str,
) -> impl IntoView + use<> {
    let hint = format!("{name}-hint");
    let class = if mode == "text" {
        "input"
    } else {
        "input input--short"
    };
    view! {
        <div class="field">
            <label class="field__label" for=name>{label(name)}</label>
            <input
                class=class
                id=name
                name=name
                inputmode=mode
                maxlength=NAME_MOST.to_string()
                value=value.unwrap_or_default().to_owned()
                aria-invalid=(wrong == name).then_some("true")
                aria-describedby=hint.clone()
            />
            <p class="field__hint" id=hint>{does(name)}</p>
        </div>
    }
}

fn time_zone(page: &Settings, wrong: &str) -> impl IntoView + use<> {
    let options = page
        .time_zones
        .iter()
        .map(|zone| view! { <option value=zone.clone()></option> })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="time_zone">{label("time_zone")}</label>
            <input
                class="input"
                id="time_zone"
                name="time_zone"
                list="time-zones"
                maxlength=NAME_MOST.to_string()
                value=page.form.time_zone.clone()
                aria-invalid=(wrong == "time_zone").then_some("true")
                aria-describedby="time_zone-hint"
            />
            <datalist id="time-zones">{options}</datalist>
            <p class="field__hint" id="time_zone-hint">
                {does("time_zone")} " A name such as UTC or Europe/Paris."
            </p>
        </div>
    }
}

/// All kinds, or some: those that occur, with their rows, and those that are chosen and do not.
fn kinds(page: &Settings) -> impl IntoView + use<> {
    let form = &page.form;
    let occurs = |name: &String| page.kinds.iter().any(|kind| kind.name == *name);
    let known = page.kinds.iter().map(|kind| (kind.name.clone(), kind.rows));
    let absent = form.kind.iter().filter(|name| !occurs(name));
    let boxes = known
        .chain(absent.map(|name| (name.clone(), 0)))
        .map(|(name, rows)| {
            let checked = form.kind.contains(&name);
            let rows = format!("{} rows", count(rows.unsigned_abs()));
            view! {
                <label class="choice">
                    <input type="checkbox" name="kind" value=name.clone() checked=checked/>
                    <span>{name} " " <span class="field__hint">{rows}</span></span>
                </label>
            }
        })
        .collect_view();
    let all = form.kinds.as_deref() != Some("some");
    view! {
        <fieldset class="choice-group" aria-describedby="kinds-hint">
            <legend class="form__legend">{label("kinds")}</legend>
            <label class="choice">
                <input type="radio" name="kinds" value="all" checked=all/>
                "All, also kinds that are yet to come"
            </label>
            <label class="choice">
                <input type="radio" name="kinds" value="some" checked=!all/>
                "Only those ticked here"
            </label>
            <div class="choice-group choice-group--columns settings__kinds">{boxes}</div>
            <p class="field__hint" id="kinds-hint">{does("kinds")}</p>
        </fieldset>
    }
}

fn hide_chosen(form: &Form) -> impl IntoView + use<> {
    let hides = form.hide_chosen.as_deref() == Some("yes");
    view! {
        <fieldset class="choice-group" aria-describedby="hide-hint">
            <legend class="form__legend">{label("hide_chosen")}</legend>
            <div class="row">
                <label class="choice">
                    <input type="radio" name="hide_chosen" value="yes" checked=hides/>
                    "Yes"
                </label>
                <label class="choice">
                    <input type="radio" name="hide_chosen" value="no" checked=!hides/>
                    "No"
                </label>
            </div>
            <p class="field__hint" id="hide-hint">{does("hide_chosen")}</p>
        </fieldset>
    }
}
