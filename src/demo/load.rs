//! The year as files, and the files through the intake that takes everybody's.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::PgPool;

use super::orders::Year;
use super::people::user_id;
use super::{CATALOG, calendar, store};
use crate::accounts::types::Actor;
use crate::catalog;
use crate::error::respond::Operation as _;
use crate::interactions::formats::{Format, Options};
use crate::interactions::intake::{self, CHUNK_RECORDS, Imported, Order};

/// Imports the demo's year up to `now` where there is no catalog of its name yet.
///
/// An import that was killed goes on where it stopped, with the dates of its first start.
pub async fn import(db: &PgPool, now: DateTime<Utc>) -> anyhow::Result<()> {
    // Two imports of different moments would be two different imports.
    let mut alone = db.begin().await.operation("making the demo")?;
    store::lock(&mut alone).await?;
    let known = catalog::store::list(db).await?;
    if known.iter().any(|catalog| catalog.id == CATALOG) {
        return Ok(());
    }
    let begun = store::unfinished_import(db).await?;
    tracing::info!("making the demo catalog, once: a year of orders in an invented shop");
    import_year(db, Year::planted(), begun.unwrap_or(now)).await?;
    alone.commit().await.operation("making the demo")?;
    Ok(())
}

/// Imports a year as seen from `now`.
async fn import_year(db: &PgPool, year: Year, now: DateTime<Utc>) -> anyhow::Result<Imported> {
    let folder = tempfile::tempdir().context("the demo needs a temporary folder")?;
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))?;
        Ok::<_, anyhow::Error>(path)
    };
    let order = Order {
        catalog_id: CATALOG.to_owned(),
        paths: vec![write("orders.csv", orders(&year, now))?],
        reading: Options {
            format: Format::Interactions,
            items: Some(write("items.csv", items(&year))?),
            users: Some(write("users.csv", users(&year))?),
            map: Vec::new(),
            now,
        },
        chunk_records: CHUNK_RECORDS,
    };
    Ok(intake::import(db, &Actor::command(), &order, &mut |_| ()).await?)
}

fn items(year: &Year) -> String {
    let mut text = "item_id,title,category,categories,available\n".to_owned();
    for item in &year.shelves.items {
        let category = year.shelves.categories[item.category];
        let _ = writeln!(
            text,
            "{},\"{}\",{category},{},{}",
            item.id,
            item.title,
            item.second_category.unwrap_or_default(),
            item.is_available
        );
    }
    text
}

fn users(year: &Year) -> String {
    let mut text = "user_id,region,membership,age_band\n".to_owned();
    for (number, person) in (0..).zip(&year.people) {
        let _ = writeln!(
            text,
            "{},{},{},{}",
            user_id(number),
            person.region,
            person.membership,
            person.age_band
        );
    }
    text
}

fn orders(year: &Year, now: DateTime<Utc>) -> String {
    let mut text = "basket_id,user_id,item_id,kind,at\n".to_owned();
    for (number, order) in (1..).zip(&year.orders) {
        let at = calendar::at(order.when, now).to_rfc3339_opts(SecondsFormat::Secs, true);
        let user = user_id(order.user);
        for &item in &order.items {
            let item = &year.shelves.items[item].id;
            let _ = writeln!(text, "o{number:05},{user},{item},purchase,{at}");
        }
    }
    text
}
