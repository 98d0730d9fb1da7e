//! The `live` function: see the library.

fn main() {}
