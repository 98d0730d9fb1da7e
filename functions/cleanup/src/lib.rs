//! Deletes what a deleted picture leaves behind.
