//! The `devices` function: see the library.

fn main() {}
