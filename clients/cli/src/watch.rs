//! `albumen watch`
