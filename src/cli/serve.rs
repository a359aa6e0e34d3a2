//! `tandem serve`: the server, from its first start to its last answer.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::Utc;
use clap::Args;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::accounts::sign_in_link;
use super::database::{Database, Place};
use super::output;
use crate::accounts::store as accounts;
use crate::accounts::token::Token;
use crate::accounts::types::{Actor, Role};
use crate::cluster::Purpose;
use crate::demo;
use crate::index::Index;
use crate::interactions::posted::Posts;
use crate::interactions::uploads::{Spool, UPLOAD_MOST};
use crate::jobs::work::Jobs;
use crate::lists::Lists;
use crate::lists::receipt::SigningKey;
use crate::overview;
use crate::server;
use crate::servers;
use crate::services::Services;

/// How long requests that are under way may take when the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long a command that holds the cluster is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Run the server until it is told to stop (Ctrl-C or SIGTERM).
///
/// At the first start a one-time sign-in link is printed. `listening on http://…` is printed when
/// the server is ready to answer.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Make the catalog of an invented shop, “demo”, and print a sign-in link at every start.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, place: &Place) -> anyhow::Result<()> {
        // The port is taken first: nothing should be started for a server that can't listen.
        let listener = listen(self.listen).await?;
        let database = Database::open(place, Purpose::Server { patience: PATIENCE }).await?;
        let served = self.serve(listener, &database.pool, place).await;
        let closed = database.close().await;
        served.and(closed)
    }

    async fn serve(&self, listener: TcpListener, db: &PgPool, place: &Place) -> anyhow::Result<()> {
        let address = format!("http://{}", listener.local_addr()?);
        if self.demo {
            demo::load::import(db, Utc::now()).await?;
        }
        let spool = Spool::open(&place.spool_dir()?, UPLOAD_MOST, Utc::now())?;
        let services = services(db, spool).await?;
        services.index.refresh().await.map_err(output::store)?;
        // Whoever starts the server has the first account, before those that the demo invents.
        let link = self.first_link(db, &address).await?;
        if self.demo {
            demo::history::write(&services, Utc::now()).await?;
            demo::models::write(&services).await?;
        }
        let index = services.index.clone();
        let server = servers::store::register(db, address.clone()).await;
        let server = server.map_err(output::store)?;
        let announcing = servers::announce(db.clone(), index.clone(), server.clone());
        let keeping = overview::days::follow(db.clone(), index.clone());
        let background = [
            tokio::spawn(index.follow()),
            tokio::spawn(announcing),
            tokio::spawn(keeping),
        ];
        if let Some(link) = link {
            output::print(&format!("sign in once: {link}"));
        }
        output::print(&format!("listening on {address}"));
        let app = server::router(services);
        let (told, stopping) = tokio::sync::watch::channel(());
        let mut serving = tokio::spawn(async move {
            let stop = async move {
                let mut stopping = stopping;
                let _ = stopping.changed().await;
            };
            axum::serve(listener, app)
                .with_graceful_shutdown(stop)
                .await
        });
        let ended = tokio::select! {
            ended = &mut serving => Some(ended),
            signal = told_to_stop() => { signal?; None }
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                tracing::info!("stopping: requests under way are answered first");
                let _ = told.send(());
                match tokio::time::timeout(GRACE, serving).await {
                    Ok(ended) => ended,
                    // What is still under way after that is a reader who has gone.
                    Err(_) => Ok(Ok(())),
                }
            }
        };
        background.iter().for_each(tokio::task::JoinHandle::abort);
        if let Err(error) = servers::store::leave(db, &server).await {
            tracing::warn!(cause = %error.cause, "the server could not take itself off the list");
        }
        ended
            .context("the server failed")?
            .context("the server failed")
    }

    /// A link for whoever starts the server, until somebody has signed in; for a demo always.
    async fn first_link(&self, db: &PgPool, address: &str) -> anyhow::Result<Option<String>> {
        let known = accounts::find_by_name(db, "admin")
            .await
            .map_err(output::store)?;
        let signed_in = accounts::anybody_signed_in(db)
            .await
            .map_err(output::store)?;
        let first = accounts::count(db).await.map_err(output::store)? == 0;
        let account = match known {
            Some(account) => account,
            None if first => {
                let roles = Role::ALL
                    .map(Some)
                    .map(|role| role.filter(|r| *r != Role::Application));
                let roles: Vec<Role> = roles.into_iter().flatten().collect();
                accounts::create(db, &Actor::command(), "admin", &roles).await?
            }
            None => return Ok(None),
        };
        if signed_in && !self.demo {
            return Ok(None);
        }
        sign_in_link(db, account, address).await.map(Some)
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => bail!(
            "port {} of {} is taken by another program: stop it, or choose another port, \
             as in --listen {}:{}",
            address.port(),
            address.ip(),
            address.ip(),
            address.port().saturating_add(1)
        ),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => bail!(
            "port {} is for root alone: choose one from 1024 up, as in --listen {}:3000",
            address.port(),
            address.ip()
        ),
        Err(error) => {
            bail!("{address} can't be listened on ({error}): choose another with --listen")
        }
    }
}

/// What the handlers need, with the key that all servers on this database share.
async fn services(db: &PgPool, spool: Spool) -> anyhow::Result<Services> {
    let fresh = Token::random();
    let secret = accounts::shared_secret(db, "list ids", fresh.as_str().as_bytes())
        .await
        .map_err(output::store)?;
    Ok(Services {
        db: db.clone(),
        index: Index::new(db.clone()),
        posts: Posts::new(db.clone()),
        spool,
        jobs: Jobs::default(),
        lists: Lists::new(db.clone(), SigningKey::new(secret)),
    })
}

async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        _ = terminate.recv() => Ok(()),
    }
}
