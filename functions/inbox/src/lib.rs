//! Stores each member's notifications and read marker, and lists the notifications.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, notification types, through a queue |
//! | | from members: `GET /notifications`, `PUT /notifications` |
//! | reads | Notifications, Users; Secrets: the key that encrypts cursors |
//! | | Pictures, Friendships, Comments, Albums: the recipients, and the current notifications |
//! | emits | Notifications rows |
//!
//! The key of a notification derives from the activity, so that a repeated event does not add a
//! second row. A notification contains only ids. Before the function returns a list, it reads the
//! pictures, friendships, comments and albums, and omits notifications that are not current.

mod add;
mod context;
mod filter;
mod list;
mod mark_read;
#[cfg(feature = "openapi")]
pub mod openapi;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda::events::Message;
use lambda::http::{ApiError, Reply, Request, respond};
use lambda::{Error, events};
use serde::{Deserialize, Serialize};

pub use context::Context;

/// The event of an invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// A batch of the queue of *Activity*.
    Queue(SqsEvent),
    /// A request of the REST API.
    Api(Box<ApiGatewayProxyRequest>),
}

/// The result of an invocation.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The failed messages, which SQS delivers again.
    Queue(SqsBatchResponse),
    /// The response of the REST API.
    Api(Box<ApiGatewayProxyResponse>),
}

/// Handles an event.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Outcome, Error> {
    match trigger {
        Trigger::Queue(event) => {
            let add = async |message: Message| add::add_notifications(context, message.activity?).await;
            Ok(Outcome::Queue(events::process_messages(event, add).await))
        }
        Trigger::Api(event) => {
            let response = respond(*event, |request| handle_request(context, request)).await?;
            Ok(Outcome::Api(Box::new(response)))
        }
    }
}

/// Handles a request of the REST API.
pub async fn handle_request(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("GET", "/notifications") => Reply::ok(list::list_notifications(context, caller, &request).await?),
        ("PUT", "/notifications") => Reply::ok(mark_read::mark_read(context, caller, request.body()?).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}
