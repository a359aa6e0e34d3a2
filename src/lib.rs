//! Tandem: an assistive intelligence dashboard.
//!
//! The modules stand here in the order of dependency: each may use those above it, so a backward
//! `use` is visible. The two kernels at the top are pure; the slices in the middle are one folder
//! for each noun that a user would say; the roof at the end puts them together. The browser half
//! holds only errors, types, server functions and islands; everything else is the server's.

// Views nest types deeply.
#![recursion_limit = "256"]

// The kernels: values in, values out.
#[cfg(feature = "ssr")]
pub mod counting;
#[cfg(feature = "ssr")]
pub mod serving;

// The kit: shared, knows no slice.
#[cfg(feature = "ssr")]
pub mod chance;
#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
pub mod cluster;
#[cfg(feature = "ssr")]
pub mod db;
pub mod error;
#[cfg(feature = "ssr")]
pub mod export;
pub mod ui;
// Uses `ui` for addresses.
pub mod browser;
#[cfg(feature = "ssr")]
pub mod wire;

// The slices.
#[cfg(feature = "ssr")]
pub mod about;
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod audit;
pub mod catalog;
#[cfg(feature = "ssr")]
pub mod cooccurrence;
#[cfg(feature = "ssr")]
pub mod evaluation;
pub mod feedback;
pub mod flags;
#[cfg(feature = "ssr")]
pub mod index;
pub mod interactions;
#[cfg(feature = "ssr")]
pub mod items;
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod lists;
#[cfg(feature = "ssr")]
pub mod models;
pub mod overrides;
#[cfg(feature = "ssr")]
pub mod overview;
pub mod recommendations;
#[cfg(feature = "ssr")]
pub mod servers;
#[cfg(feature = "ssr")]
pub mod services;
pub mod versions;
pub mod views;
// Finds what the slices above have.
pub mod finder;

// The roof.
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod cli;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod reference;
#[cfg(feature = "ssr")]
pub mod server;

/// Wakes the islands of a page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
