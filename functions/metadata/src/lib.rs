//! Reads what a camera wrote into an uploaded picture.
