//! Extracts metadata from whole files.
//!
//! The tests build their files, except the tests in `pictures`: they read the pictures in the
//! folder `ALBUMEN_PICTURES`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod builders;
mod complete;
mod containers;
mod damage;
mod dates;
mod exif;
mod heif;
mod pictures;
mod xmp_iptc;

use photo_metadata::{Extractor, Metadata, Step};

/// Extracts the metadata of a file in memory. Returns the metadata, the number of bytes read and
/// the number of reads.
fn extract(file: &[u8]) -> (Metadata, u64, u32) {
    let (metadata, extractor, reads) = run(file);
    (metadata, extractor.bytes_read(), reads)
}

/// Returns `true` if the extraction reads all metadata of a file in memory.
fn is_complete(file: &[u8]) -> bool {
    run(file).1.is_complete()
}

/// Extracts the metadata of a file in memory. Returns the metadata, the extractor and the number of
/// reads.
fn run(file: &[u8]) -> (Metadata, Extractor, u32) {
    let mut extractor = Extractor::new();
    let mut reads = 0;
    loop {
        match extractor.step() {
            Step::Done(metadata) => return (*metadata, extractor, reads),
            Step::Need(range) => {
                let index = |position: u64| usize::try_from(position).unwrap().min(file.len());
                extractor.feed(&file[index(*range.start())..index(range.end() + 1)], file.len() as u64);
                reads += 1;
            }
        }
    }
}
