//! The tool behind `cargo dev`: runs and tests the application on a local cloud, and deploys it.
//!
//! | module | content |
//! |---|---|
//! | [`commands`] | one file per command of `cargo dev` |
//! | [`account`] | the account and region that a stack is deployed to |
//! | [`cloud`] | the local cloud: engine, deployment, addresses; [`cloud::for_tests`] serves the end-to-end tests |
//! | [`language`], [`report`] | the language check; checks with a summary |
//! | [`release`], [`elf`] | the builds of the functions for deployment on AWS; the format of programs |
//! | [`functions`], [`web`], [`sdks`] | the builds of the functions for this machine, of the web app, and of the SDKs |
//! | [`python`], [`tools`] | the environment in `.local/venv`, and other programs |
//! | [`stack_name`] | names of stacks on AWS |
//! | [`workspace`], [`program`], [`progress`], [`fingerprint`] | paths, child processes, messages, fingerprints |
//!
//! A module only uses modules of the same row or of the rows below it. There are no cycles.

pub mod account;
pub mod cloud;
pub mod commands;
pub mod elf;
pub mod fingerprint;
pub mod functions;
pub mod language;
pub mod program;
pub mod progress;
pub mod python;
pub mod release;
pub mod report;
pub mod sdks;
pub mod stack_name;
pub mod tools;
pub mod web;
pub mod workspace;
