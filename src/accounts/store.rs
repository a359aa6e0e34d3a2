//! Every SQL statement on accounts, sessions and tokens.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::token::{self, Token};
use super::types::{Actor, ActorId, Role};
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};

/// How long a sign-in link can be used.
pub const LINK_HOURS: i64 = 24;
/// How long a session lasts from its sign-in.
pub const SESSION_DAYS: i64 = 30;

pub async fn count(db: &PgPool) -> Result<i64, StoreError> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from account"#)
        .fetch_one(db)
        .await
        .operation("counting accounts")
}

/// The accounts that are admins and not disabled, by name.
pub async fn admins(db: &PgPool) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!(
        "select account.name
         from account
         join account_role using (account_id)
         where account_role.role = 'admin' and account.disabled_at is null
         order by account.name"
    )
    .fetch_all(db)
    .await
    .operation("listing admins")
}

/// Whether anybody has ever signed in; until then the server prints a link at each start.
pub async fn anybody_signed_in(db: &PgPool) -> Result<bool, StoreError> {
    sqlx::query_scalar!(
        r#"select exists (select from sign_in_link where used_at is not null) as "used!""#
    )
    .fetch_one(db)
    .await
    .operation("looking for a sign-in")
}

/// Creates an account with its roles. A name that is taken is a conflict.
pub async fn create(
    db: &PgPool,
    actor: &Actor,
    name: &str,
    roles: &[Role],
) -> Result<i64, AppError> {
    let mut transaction = db.begin().await.operation("creating an account")?;
    let account_id = create_in(&mut transaction, actor, name, roles).await?;
    transaction
        .commit()
        .await
        .operation("creating an account")?;
    Ok(account_id)
}

/// Creates an account in a transaction that the caller commits.
pub async fn create_in(
    transaction: &mut PgConnection,
    actor: &Actor,
    name: &str,
    roles: &[Role],
) -> Result<i64, AppError> {
    let taken = sqlx::query_scalar!("select account_id from account where name = $1", name)
        .fetch_optional(&mut *transaction)
        .await
        .operation("creating an account")?;
    if taken.is_some() {
        return Err(AppError::conflict(format!(
            "There is an account named “{name}” already; choose another name."
        )));
    }
    let account_id = sqlx::query_scalar!(
        "insert into account (name) values ($1) returning account_id",
        name
    )
    .fetch_one(&mut *transaction)
    .await
    .operation("creating an account")?;
    let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into account_role (account_id, role) select $1, unnest($2::text[])",
        account_id,
        &names
    )
    .execute(&mut *transaction)
    .await
    .operation("giving an account its roles")?;
    let entry = Entry {
        action: "account.create",
        catalog_id: None,
        subject: account_id.to_string(),
        detail: json!({ "name": name, "roles": names }),
    };
    record(transaction, actor, entry).await?;
    Ok(account_id)
}

pub async fn find_by_name(db: impl PgExecutor<'_>, name: &str) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar!("select account_id from account where name = $1", name)
        .fetch_optional(db)
        .await
        .operation("finding an account")
}

/// Makes a link that signs the account in once.
pub async fn create_link(
    db: &PgPool,
    actor: &Actor,
    account_id: i64,
    now: DateTime<Utc>,
) -> Result<Token, StoreError> {
    let token = Token::random();
    let mut transaction = db.begin().await.operation("making a sign-in link")?;
    sqlx::query!(
        "insert into sign_in_link (token_hash, account_id, expires_at) values ($1, $2, $3)",
        token.hash(),
        account_id,
        now + Duration::hours(LINK_HOURS)
    )
    .execute(&mut *transaction)
    .await
    .operation("making a sign-in link")?;
    let entry = Entry {
        action: "account.link",
        catalog_id: None,
        subject: account_id.to_string(),
        detail: json!({}),
    };
    record(&mut transaction, actor, entry).await?;
    transaction
        .commit()
        .await
        .operation("making a sign-in link")?;
    Ok(token)
}

/// Uses a sign-in link up and opens a session. `None`: unknown, used or too old.
pub async fn sign_in(
    db: &PgPool,
    link: &str,
    now: DateTime<Utc>,
) -> Result<Option<Token>, StoreError> {
    let mut transaction = db.begin().await.operation("signing in")?;
    // One statement finds and uses the link, so that two requests can't both win.
    let account = sqlx::query!(
        "update sign_in_link
         set used_at = $2
         from account
         where token_hash = $1
           and used_at is null
           and expires_at > $2
           and account.account_id = sign_in_link.account_id
           and account.disabled_at is null
         returning account.account_id, account.name",
        token::hash(link),
        now
    )
    .fetch_optional(&mut *transaction)
    .await
    .operation("signing in")?;
    let Some(account) = account else {
        return Ok(None);
    };
    let session = Token::random();
    sqlx::query!(
        "insert into session (token_hash, account_id, expires_at) values ($1, $2, $3)",
        session.hash(),
        account.account_id,
        now + Duration::days(SESSION_DAYS)
    )
    .execute(&mut *transaction)
    .await
    .operation("opening a session")?;
    let actor = Actor {
        id: ActorId::Account(account.account_id),
        name: account.name,
        roles: Vec::new(),
        catalog_id: None,
    };
    let entry = Entry {
        action: "account.sign_in",
        catalog_id: None,
        subject: account.account_id.to_string(),
        detail: json!({}),
    };
    record(&mut transaction, &actor, entry).await?;
    transaction.commit().await.operation("signing in")?;
    Ok(Some(session))
}

pub async fn sign_out(db: &PgPool, session: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "delete from session where token_hash = $1",
        token::hash(session)
    )
    .execute(db)
    .await
    .operation("signing out")?;
    Ok(())
}

/// Who a session belongs to, while it lasts and its account is not disabled.
pub async fn find_by_session(
    db: &PgPool,
    session: &str,
    now: DateTime<Utc>,
) -> Result<Option<Actor>, StoreError> {
    let row = sqlx::query!(
        r#"select account.account_id, account.name,
                  array(
                      select role from account_role
                      where account_role.account_id = account.account_id
                  ) as "roles!"
           from session
           join account using (account_id)
           where session.token_hash = $1
             and session.expires_at > $2
             and account.disabled_at is null"#,
        token::hash(session),
        now
    )
    .fetch_optional(db)
    .await
    .operation("finding a session")?;
    Ok(row.map(|row| Actor {
        id: ActorId::Account(row.account_id),
        name: row.name,
        roles: row
            .roles
            .iter()
            .filter_map(|role| Role::parse(role))
            .collect(),
        catalog_id: None,
    }))
}

/// Who an API token speaks for, while it is valid.
pub async fn find_by_token(
    db: &PgPool,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Actor>, StoreError> {
    let row = sqlx::query!(
        "select token_id, name, role, catalog_id
         from api_token
         where token_hash = $1
           and revoked_at is null
           and (expires_at is null or expires_at > $2)",
        token::hash(token),
        now
    )
    .fetch_optional(db)
    .await
    .operation("finding a token")?;
    Ok(row.map(|row| Actor {
        id: ActorId::Token(row.token_id),
        name: row.name,
        roles: Role::parse(&row.role).into_iter().collect(),
        catalog_id: row.catalog_id,
    }))
}

/// A token to be made.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub role: Role,
    pub catalog_id: Option<&'a str>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub async fn create_token(
    db: &PgPool,
    actor: &Actor,
    new: &NewToken<'_>,
) -> Result<Token, StoreError> {
    let token = Token::random();
    let mut transaction = db.begin().await.operation("creating a token")?;
    let token_id = insert_token(&mut transaction, new, &token).await?;
    let entry = Entry {
        action: "token.create",
        catalog_id: new.catalog_id,
        subject: token_id.to_string(),
        detail: json!({ "name": new.name, "role": new.role, "expires_at": new.expires_at }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation("creating a token")?;
    Ok(token)
}

async fn insert_token(
    connection: &mut PgConnection,
    new: &NewToken<'_>,
    token: &Token,
) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        "insert into api_token (token_hash, name, role, catalog_id, expires_at)
         values ($1, $2, $3, $4, $5)
         returning token_id",
        token.hash(),
        new.name,
        new.role.as_str(),
        new.catalog_id,
        new.expires_at
    )
    .fetch_one(connection)
    .await
    .operation("creating a token")
}

/// A value that all servers on this database share; `fresh` is kept if there is none yet.
pub async fn shared_secret(db: &PgPool, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    sqlx::query!(
        "insert into secret (name, value) values ($1, $2) on conflict (name) do nothing",
        name,
        fresh
    )
    .execute(db)
    .await
    .operation("keeping a shared secret")?;
    sqlx::query_scalar!("select value from secret where name = $1", name)
        .fetch_one(db)
        .await
        .operation("reading a shared secret")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn a_link_signs_in_once(db: PgPool) {
        let now = Utc::now();
        let command = Actor::command();
        let account = create(&db, &command, "ada", &[Role::Curator])
            .await
            .unwrap();
        let link = create_link(&db, &command, account, now).await.unwrap();

        let session = sign_in(&db, link.as_str(), now).await.unwrap().unwrap();
        assert!(sign_in(&db, link.as_str(), now).await.unwrap().is_none());

        let actor = find_by_session(&db, session.as_str(), now)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(actor.name, "ada");
        assert_eq!(actor.roles, [Role::Curator]);
        sign_out(&db, session.as_str()).await.unwrap();
        let gone = find_by_session(&db, session.as_str(), now).await.unwrap();
        assert!(gone.is_none());
    }

    #[sqlx::test]
    async fn an_old_link_or_session_is_refused(db: PgPool) {
        let now = Utc::now();
        let command = Actor::command();
        let account = create(&db, &command, "ada", &[Role::Viewer]).await.unwrap();
        let link = create_link(&db, &command, account, now).await.unwrap();
        let too_late = now + Duration::hours(LINK_HOURS + 1);
        assert!(
            sign_in(&db, link.as_str(), too_late)
                .await
                .unwrap()
                .is_none()
        );

        let session = sign_in(&db, link.as_str(), now).await.unwrap().unwrap();
        let after = now + Duration::days(SESSION_DAYS + 1);
        let gone = find_by_session(&db, session.as_str(), after).await.unwrap();
        assert!(gone.is_none());
    }

    #[sqlx::test]
    async fn a_name_is_taken_once(db: PgPool) {
        let command = Actor::command();
        create(&db, &command, "ada", &[Role::Viewer]).await.unwrap();
        let again = create(&db, &command, "ada", &[Role::Viewer]).await;
        assert!(matches!(again, Err(AppError::Conflict { .. })));
        assert_eq!(count(&db).await.unwrap(), 1);
    }

    #[sqlx::test]
    async fn a_token_speaks_for_its_role_until_it_expires(db: PgPool) {
        let now = Utc::now();
        let new = NewToken {
            name: "shop",
            role: Role::Application,
            catalog_id: None,
            expires_at: Some(now + Duration::days(1)),
        };
        let token = create_token(&db, &Actor::command(), &new).await.unwrap();
        let actor = find_by_token(&db, token.as_str(), now)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(actor.roles, [Role::Application]);
        let later = now + Duration::days(2);
        assert!(
            find_by_token(&db, token.as_str(), later)
                .await
                .unwrap()
                .is_none()
        );
        assert!(find_by_token(&db, "nonsense", now).await.unwrap().is_none());
    }

    #[sqlx::test]
    async fn the_first_shared_secret_stays(db: PgPool) {
        assert_eq!(shared_secret(&db, "key", b"one").await.unwrap(), b"one");
        assert_eq!(shared_secret(&db, "key", b"two").await.unwrap(), b"one");
    }
}
