//! Tests the handler with its sample events and a fake AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod albums;
mod errors;
mod feeds;
mod hostile;
mod links;
mod oembed;
mod pictures;
mod profiles;
mod sitemap;
mod weight;
mod world;
