//! Pure functions that turn raw values into clean, bounded ones, or `None`.

pub(super) mod camera;
pub(super) mod date;
pub(super) mod description;
pub(super) mod number;
pub(super) mod place;
pub(super) mod text;
