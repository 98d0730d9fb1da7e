//! The developer's tool behind `cargo dev`: builds the functions, runs the application on a local cloud, tests it.
//!
//! | module | is |
//! |---|---|
//! | [`commands`] | one file per command of `cargo dev` |
//! | [`cloud`] | the local cloud: engine, deployment, addresses. The end-to-end tests use it too, see [`cloud::for_tests`] |
//! | [`functions`] | builds the functions into `target/lambda` |
//! | [`web`] | builds the web app |
//! | [`peer`] | installs what `cargo dev bench pictures` compares with |
//! | [`tools`] | what is installed below `.local/`, and what must be on the machine |
//! | [`workspace`], [`program`], [`progress`], [`stamp`] | paths, child processes, what is printed, what has changed |

pub mod cloud;
pub mod commands;
pub mod functions;
pub mod peer;
pub mod program;
pub mod progress;
pub mod stamp;
pub mod tools;
pub mod web;
pub mod workspace;
