//! The page: what is lost with this catalog?

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::store::{self, Losses};
use super::{job, paths};
use crate::accounts::types::{Actor, Right};
use crate::catalog::api::DeleteCatalog;
use crate::catalog::settings;
use crate::catalog::types::Catalog;
use crate::jobs::view::following;
use crate::jobs::work::{Following, Run};
use crate::services::Services;
use crate::ui::format::count;
use crate::ui::page::{form_error, page};

#[component]
pub fn DeletePage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        let (actor, right) = (actor?, Right::ManageCatalogs);
        actor.require_in(&catalog_id, right)?;
        let over = match job::find(&services, &catalog_id).await {
            Ok(None) => None,
            Ok(Some(Run::UnderWay(job))) => return Ok(under_way(&catalog_id, &job).into_any()),
            Ok(Some(Run::Done(()))) => Some(paths::done(&catalog_id)),
            Err(error) => Some(paths::refused(&catalog_id, &error)),
        };
        if let Some(next) = over {
            leptos_axum::redirect(&next);
            return Ok(().into_any());
        }
        let catalog = settings::page::find(&services, &actor, &catalog_id, right).await?;
        let losses = store::losses(&services.db, &catalog_id).await?;
        Ok(lay_out(&catalog, &losses).into_any())
    })
}

fn under_way(catalog_id: &str, job: &Following) -> impl IntoView + use<> {
    view! {
        <Title text=format!("Deleting {catalog_id}")/>
        <div class="page__head">
            <h1>{format!("“{catalog_id}” is being deleted")}</h1>
        </div>
        <section class="panel" aria-label="How far it has come">
            {following(job, "Until all of it is deleted nothing is gone. Cancelled, everything stays as it was.")}
        </section>
    }
}

fn lay_out(catalog: &Catalog, losses: &Losses) -> impl IntoView + use<> {
    let rows = [
        ("Interactions", losses.interactions),
        ("Imports and posts", losses.imports),
        ("Records of items and users", losses.records),
        ("Rows in quarantine", losses.quarantined),
        ("Overrides", losses.overrides),
        ("Flags", losses.flags),
        ("Accepts, dismissals and impressions", losses.feedback),
        ("Trained versions of the model", losses.models),
        ("Saved views, of everybody", losses.saved_views),
        ("Tokens for this catalog alone, revoked", losses.tokens),
    ]
    .map(|(what, number)| {
        view! {
            <div class="facts__row">
                <dt>{what}</dt>
                <dd>{count(number.unsigned_abs())}</dd>
            </div>
        }
    });
    let id = catalog.id.clone();
    view! {
        <Title text=format!("Delete {}", catalog.name)/>
        <div class="page__head">
            <h1>{format!("What is lost with “{}”?", catalog.name)}</h1>
            <span class="page__as-of">{format!("catalog “{id}”")}</span>
        </div>
        {form_error()}
        <form class="panel form settings__narrow" method="post" action=DeleteCatalog::PATH>
            <p>
                <strong>"This can’t be taken back."</strong>
                " All of it goes at once, on every server. A few seconds for each million rows pass before, in which you can cancel. The audit trail stays, and names the catalog and who deleted it."
            </p>
            <dl class="facts">{rows.into_iter().collect_view()}</dl>
            <input type="hidden" name="catalog_id" value=id.clone()/>
            <div class="field">
                <label class="field__label" for="confirm">{format!("Type the id, {id}, to delete it")}</label>
                <input class="input" id="confirm" name="confirm" required autocomplete="off"/>
            </div>
            <div class="form__foot">
                <button class="button button--danger">"Delete the catalog for good"</button>
                <a class="button" href=settings::paths::page(&catalog.id)>"Keep it"</a>
            </div>
        </form>
    }
}
