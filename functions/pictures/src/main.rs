//! The `pictures` function.
fn main() {}
