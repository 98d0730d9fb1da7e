//! The tool behind `cargo dev`: builds, runs and tests the application on a local cloud.
//!
//! | module | content |
//! |---|---|
//! | [`commands`] | one file per command of `cargo dev` |
//! | [`cloud`] | the local cloud: engine, deployment, addresses; [`cloud::for_tests`] serves the end-to-end tests |
//! | [`language`], [`report`] | the language check; checks with a summary |
//! | [`functions`], [`web`] | the builds of the functions and of the web app |
//! | [`python`], [`tools`] | the environment in `.local/venv`, and other programs |
//! | [`stack_name`] | names of stacks on AWS |
//! | [`workspace`], [`program`], [`progress`], [`fingerprint`] | paths, child processes, messages, fingerprints |
//!
//! A module only uses modules of the same row or of the rows below it. There are no cycles.

pub mod cloud;
pub mod commands;
pub mod fingerprint;
pub mod functions;
pub mod language;
pub mod program;
pub mod progress;
pub mod python;
pub mod report;
pub mod stack_name;
pub mod tools;
pub mod web;
pub mod workspace;
