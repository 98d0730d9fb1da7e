//! `albumen delete`
