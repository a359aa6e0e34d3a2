//! Every SQL statement that prepares the own cluster: database, schema, the server's role.
//!
//! These run before the schema exists and name roles and databases, which can't be parameters;
//! so they are the one place without checked statements. The names are constants, and the
//! password is hexadecimal digits.

use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use super::{DATABASE, SERVER, password};
use crate::db;

/// Held while a process prepares the cluster, so that two do not create the same thing.
const PREPARING: i64 = 0x7461_6e64_656d;

/// What the server's role may do. New tables are covered before they exist.
const GRANTS: &str = "
    revoke all on database tandem from public;
    grant connect on database tandem to tandem_server;
    grant usage on schema public to tandem_server;
    grant select, insert, update, delete on all tables in schema public to tandem_server;
    grant usage on all sequences in schema public to tandem_server;
    alter default privileges in schema public
        grant select, insert, update, delete on tables to tandem_server;
    alter default privileges in schema public grant usage on sequences to tandem_server;
    -- The audit trail can be read and added to, the schema's history read.
    revoke update, delete on audit_entry from tandem_server;
    revoke insert, update, delete on _sqlx_migrations from tandem_server;
";

/// Makes what is absent, and returns the server role's password; `owner` leads to the cluster
/// without naming a database.
pub(super) async fn prepare(owner: &PgConnectOptions, data_dir: &Path) -> anyhow::Result<String> {
    let to_postgres = owner.clone().database("postgres");
    let mut connection = PgConnection::connect_with(&to_postgres).await?;
    // The lock ends with the connection.
    sqlx::query("select pg_advisory_lock($1)")
        .bind(PREPARING)
        .execute(&mut connection)
        .await?;
    let password = password::ensure(data_dir)?;
    create_database(&mut connection).await?;
    ensure_role(&mut connection, &password).await?;
    let pool = db::connect(owner.clone().database(DATABASE)).await?;
    let prepared = prepare_schema(&pool).await;
    pool.close().await;
    connection.close().await?;
    prepared.map(|()| password)
}

async fn prepare_schema(pool: &PgPool) -> anyhow::Result<()> {
    db::migrate(pool).await?;
    sqlx::raw_sql(GRANTS).execute(pool).await?;
    Ok(())
}

async fn create_database(connection: &mut PgConnection) -> anyhow::Result<()> {
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut *connection)
            .await?;
    if !exists {
        // The template's language must not matter: ids compare as bytes by their columns.
        let statement = format!("create database {DATABASE}");
        sqlx::query(AssertSqlSafe(statement))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn ensure_role(connection: &mut PgConnection, password: &str) -> anyhow::Result<()> {
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(SERVER)
            .fetch_one(&mut *connection)
            .await?;
    let verb = if exists { "alter" } else { "create" };
    // Given anew each time: the file in the data directory is what holds.
    let statement = format!(
        "{verb} role {SERVER} login nosuperuser nocreatedb nocreaterole noinherit \
         password '{password}'"
    );
    sqlx::query(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
