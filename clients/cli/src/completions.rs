//! `albumen completions`
