//! The account of the person: sign-in, tokens and folders.

pub mod folders;
