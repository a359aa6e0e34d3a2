//! JSON: one object, as the API answers with a page of rows, with all of them and the manifest.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use std::io::{self, Write};

use super::{Cell, Column, Manifest, WriteRows};

pub(super) struct Json<W> {
    columns: &'static [Column],
    to: W,
    is_first: bool,
}

impl<W: Write> Json<W> {
    pub(super) fn begin(columns: &'static [Column], mut to: W) -> io::Result<Self> {
        to.write_all(b"{\"rows\":[")?;
        Ok(Self {
            columns,
            to,
            is_first: true,
        })
    }
}

impl<W: Write> WriteRows for Json<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let between: &[u8] = if self.is_first { b"\n" } else { b",\n" };
        self.is_first = false;
        self.to.write_all(between)?;
        serde_json::to_writer(&mut self.to, &Named(self.columns, cells))?;
        Ok(())
    }

    fn end(mut self: Box<Self>, manifest: Option<&Manifest>) -> io::Result<()> {
        self.to.write_all(b"\n],\"next\":null")?;
        if let Some(manifest) = manifest {
            let Manifest {
                version,
                watermark,
                baskets,
                rows,
                ..
            } = manifest;
            let version = serde_json::to_string(version)?;
            let whole = serde_json::to_string(manifest)?;
            write!(
                self.to,
                ",\"version\":{version},\"watermark\":{watermark},\"baskets\":{baskets},\
                 \"total\":{rows},\n\"manifest\":{whole}"
            )?;
        }
        self.to.write_all(b"}\n")?;
        self.to.flush()
    }
}

/// A row as an object.
struct Named<'a>(&'static [Column], &'a [Cell<'a>]);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            map.serialize_entry(column.name, cell)?;
        }
        map.end()
    }
}
