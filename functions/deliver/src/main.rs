//! The `deliver` function: see the library.

fn main() {}
