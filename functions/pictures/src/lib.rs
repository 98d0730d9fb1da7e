//! Reads, edits and deletes a picture.
