//! Library of the end-to-end tests, the demo data and the benchmarks.
//!
//! | module | purpose |
//! |---|---|
//! | [`cloud`] | the local cloud, one for all tests of a run |
//! | [`command_line`] | the command line, as a person runs it |
//! | [`people`] | members who are signed up and signed in |
//! | [`live`] | open pages of members, which record live messages |
//! | [`rows`] | rows of the table Pictures without picture files |
//! | [`pictures`] | valid and hostile picture files, and checks of renditions |
//! | [`ssim`] | structural similarity of two pictures |
//! | [`art`] | generated landscapes for demo data |
//! | [`specification`] | the comparison of each reply of the API with its specification |
//! | [`wire`] | signed requests, and responses with headers |
//! | [`root`] | administrator access to the local cloud: tables, objects, queues, roles |
//! | [`wait`] | waiting for asynchronous effects |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy does not recognise helpers of tests")]

pub mod art;
pub mod cloud;
pub mod command_line;
pub mod live;
pub mod people;
pub mod pictures;
pub mod root;
pub mod rows;
pub mod specification;
pub mod ssim;
pub mod wait;
pub mod wire;
