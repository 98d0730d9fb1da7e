//! Sends changes to open pages, and handles the messages that clients send.
//!
//! | | |
//! |---|---|
//! | triggered by | the WebSocket routes `$connect`, `$disconnect`, `sendMessage` and `$default`; SNS *Activity*, through a queue |
//! | reads | Connections, Pictures and Friendships (in transactions), Comments, Users, Receipts |
//! | emits | WebSocket messages; Connections, Comments and Receipts rows |
//!
//! An activity names the picture, friendship or comment that changed. The function reads the
//! current state of this object and sends it to the members who can view it now. Members who could
//! view a picture before the change, and cannot view it now, receive `picture.removed`.

mod activity;
mod audience;
mod broadcast;
mod client_message;
mod comment;
mod connection;
mod connection_sender;
mod context;
mod friendship;
mod live_message;
mod picture;

use std::time::Instant;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda::{Error, events};
use serde::{Deserialize, Serialize};

pub use connection_sender::{ConnectionSender, SendOutcome};
pub use context::Context;

/// An event of the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// A batch of the queue of *Activity*.
    Queue(SqsEvent),
    /// A request of the WebSocket API.
    Route(Box<ApiGatewayWebsocketProxyRequest>),
}

/// The result of an event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// The messages that SQS must deliver again.
    Queue(SqsBatchResponse),
    /// A status, which API Gateway uses for `$connect` only. API Gateway ignores a body without a
    /// route response, so the function sends its replies to clients as messages.
    Route(Box<ApiGatewayProxyResponse>),
}

/// Handles one event.
///
/// # Errors
/// Returns an error if a request of the WebSocket API fails. For a batch of the queue, the response
/// lists the failed messages instead.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Response, Error> {
    match trigger {
        Trigger::Queue(event) => {
            let deadline = Instant::now() + context.broadcast_time;
            let deliver =
                async |body: String| activity::deliver(context, serde_json::from_str(&body)?, deadline).await;
            Ok(Response::Queue(events::process_messages(event, deliver).await))
        }
        Trigger::Route(event) => {
            let mut response = ApiGatewayProxyResponse::default();
            response.status_code = i64::from(handle_route(context, *event).await?);
            Ok(Response::Route(Box::new(response)))
        }
    }
}

/// Handles a request of the WebSocket API and returns the HTTP status.
async fn handle_route(context: &Context, event: ApiGatewayWebsocketProxyRequest) -> Result<u16, Error> {
    let (request, body) = (event.request_context, event.body.unwrap_or_default());
    let connection = request.connection_id.ok_or("a WebSocket event without a connection")?;
    match request.route_key.as_deref() {
        Some("$connect") => {
            let provider = request.identity.cognito_authentication_provider;
            return connection::connect(context, &connection, provider.as_deref()).await;
        }
        Some("$disconnect") => connection::disconnect(context, &connection).await?,
        Some("sendMessage") => client_message::write_comment(context, &connection, &body).await?,
        _ => client_message::reply_to_other(context, &connection, &body).await?,
    }
    Ok(200)
}

/// Adds the TypeScript types of the function's messages.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<live_message::LiveMessage>();
}
