//! Rules as their authors write them.

mod attacks;
mod cpython;
mod errors;
mod language;
mod support;
