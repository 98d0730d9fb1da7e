//! `cargo dev bench command-line`: the uploads of the command line `albumen`, on the local cloud
//! that is up.
//!
//! 1. A thousand files, killed at 20 random points and restarted: nothing is uploaded twice,
//!    nothing is missing, and at most one part of each file in flight is sent again.
//! 2. The throughput of large files, compared with boto3's `upload_file`, while the functions that
//!    process uploads are stopped.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod kills;
mod throughput;

use std::fs;
use std::path::Path;

use end_to_end::pictures::{Shot, jpeg, png};
use image::{Rgb, RgbImage};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if only.as_deref() != Some("throughput") {
        kills::run().await;
    }
    if only.as_deref() != Some("kills") {
        throughput::run().await;
    }
}

/// Writes a JPEG of random pixels, some kilobytes long.
fn write_small(path: &Path) {
    fs::write(path, jpeg(&noise(64, 64)).bytes).unwrap();
}

/// Writes a PNG of random pixels with about this number of megabytes.
fn write_large(path: &Path, megabytes: u32) {
    let height = megabytes * 1_000_000 / 3 / 2000;
    fs::write(path, png(&noise(2000, height), &Shot::default()).bytes).unwrap();
}

fn noise(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, _| Rgb(fastrand::u32(..).to_le_bytes()[..3].try_into().unwrap()))
}
