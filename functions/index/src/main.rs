//! The `index` function.
fn main() {}
