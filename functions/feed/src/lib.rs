//! Reads a feed.
