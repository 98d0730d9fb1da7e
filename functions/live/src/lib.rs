//! Sends changes to open pages, and handles the messages that clients send.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, through a queue |
//! | | the WebSocket routes `$connect`, `$disconnect` and `$default` |
//! | reads | Connections, Watches, Pictures, Friendships and Albums (in transactions), Comments, Users |
//! | | Receipts |
//! | | the Cognito user pool: the user of an access token |
//! | emits | WebSocket messages; Connections, Watches, Comments and Receipts rows |
//!
//! An activity names the picture, friendship, comment or album that changed. The function reads the
//! current state of this object and sends it to the owner, the owner's friends and the members who
//! watch it, if they can view it now. The owner and the members of an album receive
//! `album.changed`. Members who could view a picture before the change, but cannot view it now,
//! receive `picture.removed`.

mod activity;
mod album;
mod audience;
mod broadcast;
mod client_message;
mod comment;
mod connection;
mod context;
mod friendship;
mod live_message;
#[cfg(feature = "openapi")]
pub mod openapi;
mod picture;
mod user_pool;

use std::time::Instant;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda::events::Message;
use lambda::{Error, events};
use serde::{Deserialize, Serialize};

pub use context::Context;
pub use user_pool::UserPool;

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
    /// A status, which API Gateway uses for `$connect` only. It ignores a body without a route
    /// response, so the function sends its replies to clients as messages.
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
                async |message: Message| activity::deliver(context, message.activity?, deadline).await;
            Ok(Response::Queue(events::process_messages(event, deliver).await))
        }
        Trigger::Route(event) => {
            let mut response = ApiGatewayProxyResponse::default();
            response.status_code = i64::from(handle_route(context, *event).await?);
            Ok(Response::Route(Box::new(response)))
        }
    }
}

/// Handles a request of the WebSocket API and returns the HTTP status. Ignores the route, which a
/// client chooses: the action `$disconnect` of a message selects the route `$disconnect`.
async fn handle_route(context: &Context, event: ApiGatewayWebsocketProxyRequest) -> Result<u16, Error> {
    let (request, body) = (event.request_context, event.body.unwrap_or_default());
    let connection = request.connection_id.ok_or("a WebSocket event without a connection")?;
    match request.event_type.as_deref() {
        Some("CONNECT") => {
            let provider = request.identity.cognito_authentication_provider;
            let token = event.query_string_parameters.first("accessToken");
            return connection::connect(context, &connection, provider.as_deref(), token).await;
        }
        Some("DISCONNECT") => connection::disconnect(context, &connection).await?,
        Some("MESSAGE") => {
            client_message::handle(context, &connection, &body, request.request_time_epoch).await?;
        }
        other => return Err(format!("a WebSocket event of the type {other:?}").into()),
    }
    Ok(200)
}
