//! The `metadata` function.
fn main() {}
