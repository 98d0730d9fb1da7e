//! Tells open pages what happens, and takes what they send.
//!
//! | | |
//! |---|---|
//! | triggered by | the WebSocket routes `$connect`, `$disconnect`, `sendMessage` and all others; SNS *Activity*, through its queue |
//! | reads | Connections, Pictures and Friendships (in one transaction), Comments, Users, IdempotencyStore |
//! | emits | WebSocket messages; Connections, Comments and IdempotencyStore rows |
//!
//! Level-triggered: an activity says only *which* thing changed. The thing is read as it is now, and those who may see it now are
//! shown it so; those who could before, and may not any more, are told that it is gone.

mod activity;
mod audience;
mod comment;
mod connect;
mod friendship;
mod message;
mod notice;
mod picture;
mod round;
mod sockets;
mod context;

use std::time::Instant;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::{Deserialize, Serialize};
use lambda::{Error, events};

pub use sockets::{Posted, Sockets};
pub use context::Context;

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// The queue of *Activity*.
    Queue(SqsEvent),
    /// A route of the WebSocket API.
    Route(Box<ApiGatewayWebsocketProxyRequest>),
}

/// What is answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Which messages are to come again.
    Queue(SqsBatchResponse),
    /// A status, which only `$connect` makes use of. What clients are told is posted to them: on AWS a body would need a route response.
    Route(Box<ApiGatewayProxyResponse>),
}

/// Handles one event.
///
/// # Errors
/// The infrastructure's, for a route. Messages of the queue are reported one by one.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Answer, Error> {
    match trigger {
        Trigger::Queue(event) => {
            let until = Instant::now() + context.recipients;
            let tell = async |body: String| activity::tell(context, serde_json::from_str(&body)?, until).await;
            Ok(Answer::Queue(events::process_messages(event, tell).await))
        }
        Trigger::Route(event) => {
            let mut response = ApiGatewayProxyResponse::default();
            response.status_code = i64::from(route(context, *event).await?);
            Ok(Answer::Route(Box::new(response)))
        }
    }
}

/// Answers a route with a status.
async fn route(context: &Context, event: ApiGatewayWebsocketProxyRequest) -> Result<u16, Error> {
    let (context, body) = (event.request_context, event.body.unwrap_or_default());
    let connection = context.connection_id.ok_or("a WebSocket event without a connection")?;
    match context.route_key.as_deref() {
        Some("$connect") => {
            let provider = context.identity.cognito_authentication_provider;
            return connect::connect(context, &connection, provider.as_deref()).await;
        }
        Some("$disconnect") => connect::disconnect(context, &connection).await?,
        Some("sendMessage") => message::send(context, &connection, &body).await?,
        _ => message::other(context, &connection, &body).await?,
    }
    Ok(200)
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<notice::Notice>();
}
