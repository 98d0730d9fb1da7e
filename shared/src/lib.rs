//! What every function shares, each thing once.
//!
//! | module | what it is |
//! |---|---|
//! | [`model`] | users, pictures, visibility and what follows from them; knows no AWS |
//! | [`key`] | the S3 keys of a picture's objects: built and parsed here only |
//! | [`store`] | tables and bucket wrapped in the verbs of the domain |
//! | [`api`] | HTTP requests, the reply envelope, errors, who calls |
//! | [`view`] | a picture as one particular reader may see it |
//! | [`commenting`] | writing a comment, by whichever way it comes |
//! | [`telling`] | what is news, and whom it concerns |
//! | [`phones`] | mobile push: SNS platform endpoints |
//! | [`topic`] | SNS topics |
//! | [`batch`] | what is not taken is sent again |
//! | [`events`] | batches of events: uploads, messages; what fails does not stop the rest |
//! | [`aws`] | configuration from the environment, one HTTP connector, the SDK clients |
//! | [`bootstrap`] | the few lines every `main.rs` is made of; telemetry |
//! | `typescript` | the API's types as the web app is checked against them (feature `typescript`) |
//! | `client` | the Cognito-authenticated API client (feature `client`) |

pub mod api;
pub mod aws;
pub mod batch;
pub mod bootstrap;
#[cfg(feature = "client")]
pub mod client;
pub mod commenting;
pub mod events;
pub mod key;
pub mod model;
pub mod phones;
pub mod store;
pub mod telling;
#[cfg(feature = "test")]
pub mod test;
pub mod topic;
#[cfg(feature = "typescript")]
pub mod typescript;
pub mod view;

/// What a function's start-up or an event handler may fail with: the infrastructure's fault, to be retried.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
