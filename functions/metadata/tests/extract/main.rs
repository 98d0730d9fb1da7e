//! The whole way, from the bytes of a file to what is known of it. Every file here is made by the test that needs it, but
//! for `pictures`, which looks for a folder of pictures in `ALBUMEN_PICTURES`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests; clippy does not see that their helpers are"
)]

mod build;
mod containers;
mod damage;
mod facts;
mod heif;
mod pictures;
mod seeds;
mod words;

use photo_metadata::{Extractor, Facts, Step};

/// Extracts from a file in memory; what is known, how much was read (bytes) and in how many reads.
fn extract(file: &[u8]) -> (Facts, u64, u32) {
    let mut extractor = Extractor::new();
    let mut reads = 0;
    loop {
        match extractor.step() {
            Step::Done(facts) => return (*facts, extractor.bytes_read(), reads),
            Step::Need(range) => {
                let index = |position: u64| usize::try_from(position).unwrap().min(file.len());
                extractor.feed(&file[index(*range.start())..index(range.end() + 1)], file.len() as u64);
                reads += 1;
            }
        }
    }
}
