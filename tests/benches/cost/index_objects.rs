//! The design for comparison, of the book *AWS Lambda in Action* (D. Poccia, Manning 2016, chapter
//! 11): clients read and write S3 directly, and on each change a function rebuilds one index object
//! for each person who may see it. Only the processing of the original is measured, because it
//! costs the same.

use crate::Steps;
use crate::month::{self, FEED_PAGES, STORED, UPLOADS};
use crate::prices::Item;
use crate::usage::Usage;

/// Bytes of a picture in the table and in an index object.
const ENTRY: f64 = 500.0;
/// Bytes of entries that a function reads, converts and writes in a second, with 512 MB of memory.
const BYTES_PER_SECOND: f64 = 5e6;
const INDEX_MEMORY: f64 = 0.5;
const READ_UNIT: f64 = 4096.0;

/// Returns the bytes of the index object of a person.
pub fn index_bytes(friends: f64) -> f64 {
    (friends + 1.0) * STORED * ENTRY
}

/// Returns the usage of one upload: the original, two renditions, the row, and the rebuilt index
/// objects of the owner and of each friend.
pub fn upload(steps: &Steps, friends: f64) -> Usage {
    let (indexes, bytes) = (friends + 1.0, index_bytes(friends));
    let processing: f64 = ["thumbnail", "metadata"]
        .into_iter()
        .zip([1.769, 0.25])
        .map(|(name, memory)| steps.private_upload.functions[name][1] / 1e3 * memory)
        .sum();
    Usage::of([
        (Item::S3Write, 3.0 + indexes),
        (Item::S3Read, 2.0),
        // The row, and its update with the thumbnail.
        (Item::WriteUnit, 2.0),
        // Queries with eventual consistency.
        (Item::ReadUnit, indexes * bytes / READ_UNIT / 2.0),
        // contentUpdated, buildThumbnails, extractAndUpdateMetadata, and updateContentIndex.
        (Item::Invocation, 3.0 + indexes),
        (Item::GigabyteSecond, processing + indexes * bytes / BYTES_PER_SECOND * INDEX_MEMORY),
        (Item::Log, (3.0 + indexes) * 500.0 / 1e9),
    ])
}

/// Returns the usage of one reading of the feed: the whole index object, if it has changed.
pub fn feed(friends: f64) -> Usage {
    let changes = UPLOADS * (friends + 1.0) / FEED_PAGES;
    Usage::of([(Item::S3Read, 1.0), (Item::Transfer, changes.min(1.0) * index_bytes(friends) / 1e9)])
}

/// Returns the usage of pictures stored for a month. The book has no other storage class.
pub fn storage(steps: &Steps, pictures: f64) -> Usage {
    let renditions: f64 = steps.shared_upload.renditions.values().sum();
    Usage::of([
        (Item::S3Storage, pictures * (month::ORIGINAL + renditions) / 1e9),
        (Item::TableStorage, pictures * ENTRY / 1e9),
    ])
}

/// Returns the usage of a month with `people`. The book has no comments, messages and albums.
pub fn month(steps: &Steps, people: f64) -> Usage {
    let friends = month::friends(people);
    let person = &upload(steps, friends) * UPLOADS
        + &feed(friends) * FEED_PAGES
        + month::images(steps)
        + Usage::of([(Item::ActiveUser, 1.0), (Item::S3Storage, index_bytes(friends) / 1e9)])
        + storage(steps, STORED);
    &person * people
}
