//! The `feed` function.
fn main() {}
