//! How files are to be read: the options that `import` and `count` share.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::interactions::formats::{Format, Options};

#[derive(Clone, Debug, Args)]
pub(super) struct Reading {
    /// What the files are: auto, interactions, baskets, online-retail or movielens.
    ///
    /// auto decides by looking, and refuses what it does not know.
    #[arg(long, default_value = "auto", value_parser = format)]
    format: Format,
    /// A table of items: `item_id` and title, category, available, image or link.
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Which column holds which field, such as item_id=sku; may be given several times.
    ///
    /// Fields: user_id, basket_id, item_id, kind, weight, at, id.
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
}

impl Reading {
    pub(super) fn options(self, now: DateTime<Utc>) -> Options {
        Options {
            format: self.format,
            items: self.items,
            users: None,
            map: self.map,
            now,
        }
    }
}

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text)
        .ok_or_else(|| "choose auto, interactions, baskets, online-retail or movielens".to_owned())
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, column)) if !field.is_empty() && !column.is_empty() => {
            Ok((field.to_owned(), column.to_owned()))
        }
        _ => Err("write FIELD=COLUMN, such as item_id=sku".to_owned()),
    }
}
