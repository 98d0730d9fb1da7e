//! The code that all functions share: start-up, telemetry, events, HTTP requests and replies, SNS.
//!
//! | module | content |
//! |---|---|
//! | [`runtime`] | the start-up of every `main.rs`, and telemetry |
//! | [`events`] | batches of S3, SQS and DynamoDB events |
//! | [`http`] | requests of the REST API, the reply envelope, errors |
//! | [`album_view`] | albums as the API shows them to one reader |
//! | [`view`] | pictures, members and comments as the API shows them to one reader |
//! | [`comment_writer`] | writes comments for the REST API and for the WebSocket API |
//! | [`registration`] | the validation of new pictures |
//! | [`connection_sender`] | sends messages to WebSocket connections, and closes them |
//! | `openapi` | the specification of the REST API (feature `openapi`) |
//! | [`trace`] | the spans of log lines |
//! | [`user_agent`] | recognises bots and link previews |
//! | [`topic`] | SNS topics |
//! | [`push`] | SNS platform endpoints, for mobile push |
//! | [`api_keys`] | API keys of API Gateway, for developer keys |

pub mod album_view;
pub mod api_keys;
pub mod comment_writer;
pub mod connection_sender;
pub mod events;
pub mod http;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod push;
pub mod registration;
pub mod runtime;
pub mod topic;
pub mod trace;
pub mod user_agent;
pub mod view;

pub use store::Error;
