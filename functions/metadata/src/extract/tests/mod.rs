//! The whole way, from the bytes of a file to what is known of it.

mod build;
mod containers;
mod damage;
mod facts;
mod heif;
mod pictures;
mod words;

use super::{Extractor, Facts, Step};

/// Extracts from a file in memory; what is known, how much was read (bytes) and in how many reads.
fn extract(file: &[u8]) -> (Facts, u64, u32) {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Done(facts) => return (*facts, extractor.bytes_read(), extractor.reads),
            Step::Need(range) => {
                let index = |position: u64| usize::try_from(position).unwrap().min(file.len());
                extractor.feed(&file[index(*range.start())..index(range.end() + 1)], file.len() as u64);
            }
        }
    }
}
