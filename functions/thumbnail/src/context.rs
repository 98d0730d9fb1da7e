//! The stores of this function.

use shared::store::{Media, Pictures};

/// The stores of this function.
#[derive(Debug)]
pub struct Context {
    /// Read and updated.
    pub pictures: Pictures,
    /// Source of originals, target of renditions.
    pub media: Media,
}
