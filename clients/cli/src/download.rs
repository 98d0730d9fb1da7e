//! `albumen download`
