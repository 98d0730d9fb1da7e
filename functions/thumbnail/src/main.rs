//! The `thumbnail` function.
fn main() {}
