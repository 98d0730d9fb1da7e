//! The `uploads` function.
fn main() {}
