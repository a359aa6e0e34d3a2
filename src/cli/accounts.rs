//! `tandem account` and `tandem token`: who may use Tandem.

use chrono::{Duration, Utc};
use clap::{Args, Subcommand};
use serde_json::json;
use sqlx::PgPool;

use super::output;
use crate::accounts::types::{Actor, Role};
use crate::accounts::{paths, store};
use crate::catalog;

/// The server's address where none is given.
pub(super) const ADDRESS: &str = "http://127.0.0.1:3000";

/// API tokens for programs.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    Create(NewToken),
}

/// Create a token and print it, once: only its hash is kept.
///
/// Example: tandem token create shop --role application --catalog films --expires 90
#[derive(Debug, Args)]
pub(super) struct NewToken {
    /// What the token is for, 1 to 100 characters; the audit trail shows it.
    #[arg(value_parser = name)]
    name: String,
    /// What it may do: viewer, analyst, curator, model_owner, operator, admin, or application,
    /// which may post interactions and feedback and ask for lists and nothing else.
    #[arg(long, value_parser = role)]
    role: Role,
    /// The only catalog it is for; all catalogs where none is given.
    #[arg(long)]
    catalog: Option<String>,
    /// In how many days it ends, 1 to 3650; never where none is given.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3650))]
    expires: Option<u16>,
}

/// Accounts for people.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    Create(NewAccount),
    Link(Link),
}

/// Create an account; `tandem account link NAME` then prints how to sign in.
///
/// Example: tandem account create ada --role curator --role analyst
#[derive(Debug, Args)]
pub(super) struct NewAccount {
    /// How the account is named, 1 to 100 characters.
    #[arg(value_parser = name)]
    name: String,
    /// What it may do; several are given by several --role: viewer, analyst, curator,
    /// model_owner, operator, admin.
    #[arg(long, required = true, value_parser = account_role)]
    role: Vec<Role>,
}

/// Print a link that signs an account in once, within 24 hours.
#[derive(Debug, Args)]
pub(super) struct Link {
    name: String,
    /// Where the server answers.
    #[arg(long, value_name = "URL", default_value = ADDRESS)]
    address: String,
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("a name has 1 to 100 characters".to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| {
        let names = Role::ALL.map(Role::as_str).join(", ");
        format!("choose one of {names}")
    })
}

fn account_role(text: &str) -> Result<Role, String> {
    match role(text)? {
        Role::Application => Err("this role is for tokens alone: use tandem token".to_owned()),
        role => Ok(role),
    }
}

impl Token {
    pub(super) async fn run(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        let Self::Create(new) = self;
        if let Some(id) = &new.catalog
            && catalog::store::find(db, id)
                .await
                .map_err(output::store)?
                .is_none()
        {
            anyhow::bail!("there is no catalog `{id}`: import one, or leave --catalog out");
        }
        let days = new.expires.map(|days| Duration::days(i64::from(days)));
        let wanted = store::NewToken {
            name: &new.name,
            role: new.role,
            catalog_id: new.catalog.as_deref(),
            expires_at: days.map(|days| Utc::now() + days),
        };
        let token = store::create_token(db, &Actor::command(), &wanted)
            .await
            .map_err(output::store)?;
        if json {
            output::print(&json!({ "token": token.as_str() }).to_string());
        } else {
            output::print(token.as_str());
            output::tell("keep it now: it is not shown again");
        }
        Ok(())
    }
}

impl Account {
    pub(super) async fn run(self, db: &PgPool, json: bool) -> anyhow::Result<()> {
        match self {
            Self::Create(new) => {
                let id = store::create(db, &Actor::command(), &new.name, &roles(new.role)).await?;
                output::print(&if json {
                    json!({ "account": id, "name": new.name }).to_string()
                } else {
                    format!("account {id} “{}” was created", new.name)
                });
            }
            Self::Link(link) => {
                let found = store::find_by_name(db, &link.name)
                    .await
                    .map_err(output::store)?;
                let Some(id) = found else {
                    anyhow::bail!(
                        "there is no account named “{}”: tandem account create makes one",
                        link.name
                    );
                };
                let url = sign_in_link(db, id, &link.address).await?;
                output::print(&if json {
                    json!({ "link": url }).to_string()
                } else {
                    url
                });
            }
        }
        Ok(())
    }
}

/// Each role once.
fn roles(mut given: Vec<Role>) -> Vec<Role> {
    given.sort_unstable();
    given.dedup();
    given
}

/// A link that signs an account in once, on the server at `address`.
pub(super) async fn sign_in_link(
    db: &PgPool,
    account_id: i64,
    address: &str,
) -> anyhow::Result<String> {
    let token = store::create_link(db, &Actor::command(), account_id, Utc::now())
        .await
        .map_err(output::store)?;
    let address = address.trim_end_matches('/');
    Ok(format!("{address}{}", paths::link(token.as_str())))
}
