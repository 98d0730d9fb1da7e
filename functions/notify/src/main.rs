//! The `notify` function: see the library.

fn main() {}
