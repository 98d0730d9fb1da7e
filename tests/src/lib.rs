//! What the end-to-end tests, the demo data and the benchmarks are made of.
//!
//! | module | is |
//! |---|---|
//! | [`cloud`] | the local cloud they run on: one for all tests of a run |
//! | [`people`] | members, signed up and signed in |
//! | [`live`] | open pages: what members are told |
//! | [`records`] | makes up records of pictures, without pictures |
//! | [`pictures`] | makes pictures, good and hostile; looks at what became of them |
//! | [`ssim`] | how alike two pictures are |
//! | [`art`] | makes landscapes worth looking at |
//! | [`wire`] | signed requests and whole replies, headers included |
//! | [`root`] | what only the local cloud's owner can see: objects, rows, queues, roles |
//! | [`wait`] | waits for what follows by subscription |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests; clippy does not see that their helpers are"
)]

pub mod art;
pub mod cloud;
pub mod live;
pub mod people;
pub mod pictures;
pub mod records;
pub mod root;
pub mod ssim;
pub mod wait;
pub mod wire;
