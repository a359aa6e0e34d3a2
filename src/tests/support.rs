//! A server with a small catalog, and whoever asks it.

use std::fs;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use serde_json::Value;
use sqlx::PgPool;
use tandem::accounts::store::{self as accounts, NewToken};
use tandem::accounts::types::{Actor, Role};
use tandem::index::Index;
use tandem::interactions::formats::{Format, Options};
use tandem::interactions::intake::{self, CHUNK_RECORDS, Order};
use tandem::interactions::posted::Posts;
use tandem::interactions::uploads::Spool;
use tandem::jobs::work::Jobs;
use tandem::lists::Lists;
use tandem::lists::receipt::SigningKey;
use tandem::services::Services;
use tower::ServiceExt as _;

/// The catalog that [`House`] has: everything a user chose is a basket.
pub(crate) const SHOP: &str = "shop";
/// Its items, `i01` to `i12`.
pub(crate) const ITEMS: u32 = 12;
const USERS: u32 = 40;

/// A server without a port.
pub(crate) struct House {
    pub(crate) db: PgPool,
    pub(crate) index: Index,
    router: Router,
    /// Where uploads lie, for as long as the house stands.
    _uploads: tempfile::TempDir,
}

/// The most bytes of one upload to a [`House`].
pub(crate) const UPLOAD_MOST: u64 = 200_000;

impl House {
    /// A house whose catalog was imported as anybody would import it.
    pub(crate) async fn new(db: PgPool) -> Self {
        import_shop(&db).await;
        Self::beside(db).await
    }

    /// Another server on a database that has the catalog.
    pub(crate) async fn beside(db: PgPool) -> Self {
        let uploads = tempfile::tempdir().unwrap();
        let services = Services {
            db: db.clone(),
            index: Index::new(db.clone()),
            posts: Posts::new(db.clone()),
            spool: Spool::open(uploads.path(), UPLOAD_MOST, Utc::now()).unwrap(),
            jobs: Jobs::default(),
            lists: Lists::new(db.clone(), SigningKey::new(vec![7; 32])),
        };
        services.index.refresh().await.unwrap();
        Self {
            index: services.index.clone(),
            router: tandem::server::router(services),
            _uploads: uploads,
            db,
        }
    }

    /// Follows the database, as a server does by itself.
    pub(crate) async fn follow(&self) {
        self.index.refresh().await.unwrap();
    }

    /// Somebody with an account, signed in by a link.
    pub(crate) async fn sign_in(&self, name: &str, role: Role) -> Guest<'_> {
        let (db, now) = (&self.db, Utc::now());
        let command = Actor::command();
        let account = accounts::create(db, &command, name, &[role]).await.unwrap();
        let link = accounts::create_link(db, &command, account, now)
            .await
            .unwrap();
        let session = accounts::sign_in(db, link.as_str(), now).await.unwrap();
        Guest {
            house: self,
            cookie: Some(format!("tandem_session={}", session.unwrap().as_str())),
            token: None,
        }
    }

    /// A program with a token.
    pub(crate) async fn program(&self, role: Role) -> Guest<'_> {
        let new = NewToken {
            name: "program",
            role,
            catalog_id: None,
            expires_at: None,
        };
        let token = accounts::create_token(&self.db, &Actor::command(), &new)
            .await
            .unwrap();
        Guest {
            house: self,
            cookie: None,
            token: Some(format!("Bearer {}", token.as_str())),
        }
    }

    pub(crate) fn stranger(&self) -> Guest<'_> {
        Guest {
            house: self,
            cookie: None,
            token: None,
        }
    }
}

/// Forty users with tastes: those of one remainder like the items of one category, and all like
/// the first item. Many pairs have equal counts, so that orders must break ties.
fn choices() -> String {
    let mut rows = String::from("user_id,item_id,at\n");
    for user in 0..USERS {
        for item in 1..=ITEMS {
            let liked = item == 1 || item % 3 == user % 3;
            let chance = (user * 7 + item * 13 + user * item) % 10;
            if chance < if liked { 8 } else { 2 } {
                let day = 1 + (user + item) % 28;
                rows += &format!("u{user:02},i{item:02},2026-03-{day:02}T12:00:00Z\n");
            }
        }
    }
    rows + "u00,i01,soon\n"
}

fn items() -> String {
    let mut rows = String::from("item_id,title,category\n");
    for item in 1..=ITEMS {
        let title = match item {
            1 => "Ham & <Eggs>".to_owned(),
            2 => "=Wool".to_owned(),
            _ => format!("Thing {item}"),
        };
        let category = ["Food", "Cloth", "Tools"][item as usize % 3];
        rows += &format!("i{item:02},{title},{category}\n");
    }
    rows
}

async fn import_shop(db: &PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let (rows, table) = (
        folder.path().join("orders.csv"),
        folder.path().join("items.csv"),
    );
    fs::write(&rows, choices()).unwrap();
    fs::write(&table, items()).unwrap();
    let now: DateTime<Utc> = "2026-06-01T00:00:00Z".parse().unwrap();
    let order = Order {
        catalog_id: SHOP.to_owned(),
        paths: vec![rows],
        reading: Options {
            format: Format::Auto,
            items: Some(table),
            users: None,
            map: Vec::new(),
            now,
        },
        chunk_records: CHUNK_RECORDS,
    };
    intake::import(db, &Actor::command(), &order, &mut |_| ())
        .await
        .unwrap();
}

/// Whoever asks: with a session, with a token, or with neither.
pub(crate) struct Guest<'a> {
    house: &'a House,
    cookie: Option<String>,
    token: Option<String>,
}

impl Guest<'_> {
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let own = [
            (header::COOKIE.as_str(), self.cookie.as_deref()),
            (header::AUTHORIZATION.as_str(), self.token.as_deref()),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.house.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], String::new()).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer
    }

    /// JSON that must be there, from below the shop's address in the API.
    pub(crate) async fn api(&self, path: &str) -> Value {
        let answer = self.get(&format!("/api/v1/catalogs/{SHOP}/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    pub(crate) async fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/catalogs/{SHOP}/{path}");
        let headers = [("content-type", "application/json")];
        self.send(method, &path, &headers, body.to_string()).await
    }

    /// Sends a form as a browser does from one of our pages.
    pub(crate) async fn form(&self, from: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        let referer = format!("http://tandem.example{from}");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("host", "tandem.example"),
            ("origin", "http://tandem.example"),
            ("sec-fetch-site", "same-origin"),
            ("referer", &referer),
        ];
        self.send("POST", action, &headers, body.join("&")).await
    }

    /// Sends files as a browser does from one of our pages: each with its field and its name.
    pub(crate) async fn upload(&self, to: &str, files: &[(&str, &str, &str)]) -> Answer {
        const BOUNDARY: &str = "between-the-files";
        let parts = files.iter().map(|(field, name, text)| {
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; \
                 filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n{text}\r\n"
            )
        });
        let body: String = parts.collect::<String>() + &format!("--{BOUNDARY}--\r\n");
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [
            ("content-type", kind.as_str()),
            ("accept", "text/html"),
            ("host", "tandem.example"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send("POST", to, &headers, body).await
    }

    /// The list for an item by the API, without its id, which has the time in it.
    pub(crate) async fn list(&self, item: u32) -> Value {
        let mut list = self.api(&list_path(item)).await;
        list.as_object_mut().unwrap().remove("list_id");
        list
    }
}

/// The list of all that goes with an item.
pub(crate) fn list_path(item: u32) -> String {
    format!("recommendations?item=i{item:02}&k=100")
}

/// The page of an item's list.
pub(crate) fn list_page(item: u32) -> String {
    format!("/catalogs/{SHOP}/recommendations?item=i{item:02}&k=100")
}

/// The item ids of a list.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|row| row["item_id"].as_str().unwrap().to_owned())
        .collect()
}

fn escape(text: &str) -> String {
    tandem::ui::url::escape(text)
}

/// What came back, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The text of what is text.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    /// The words of a page as they are read, one space apart.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.body.as_str();
        while let Some(start) = rest.find('<') {
            text += &rest[..start];
            // Neither scripts nor style are read.
            let tag = &rest[start..];
            let end = match ["script", "style"]
                .iter()
                .find(|name| tag[1..].starts_with(**name))
            {
                Some(name) => tag.find(&format!("</{name}>")),
                None => tag.find('>'),
            };
            rest = &tag[end.map_or(tag.len(), |end| end + 1)..];
            text.push(' ');
        }
        text += rest;
        let text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether the page has a form that sends itself there.
    pub(crate) fn has_form(&self, action: &str) -> bool {
        self.body.contains(&format!("action=\"{action}\""))
    }

    /// Where the link with these words leads.
    pub(crate) fn link(&self, words: &str) -> Option<String> {
        let at = self.body.find(&format!(">{words}<"))?;
        let (_, tag) = self.body[..at].rsplit_once("href=\"")?;
        let (href, _) = tag.split_once('"')?;
        Some(href.replace("&amp;", "&"))
    }

    /// Where the answer sends the browser; without the name of the site.
    pub(crate) fn goes_to(&self) -> String {
        assert!(
            self.status.is_redirection(),
            "{}: {}",
            self.status,
            self.body
        );
        let to = self.header(header::LOCATION);
        to.strip_prefix("http://tandem.example")
            .unwrap_or(to)
            .to_owned()
    }
}
