//! `albumen share`
