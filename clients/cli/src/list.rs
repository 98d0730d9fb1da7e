//! `albumen list`
