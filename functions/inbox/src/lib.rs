//! Keeps for each person what is new, and until when they have read it: the memory of the bell.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, what is news, through its queue; `GET` and `PUT /notifications`, from members |
//! | reads | Pictures, Friendships, Comments: whom it concerns, and what is still so; Notifications; Users; Secrets: the cursor_signer of cursors |
//! | emits | Notifications rows |
//!
//! An entry's key follows from what happened, so an event that comes again finds its row and nothing else needs to be noted. An
//! entry discloses nothing: whoever lists entries looks at each thing as it is now, and leaves out what is not so any more.

mod current;
mod keep;
mod list;
mod read;
mod context;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::{Deserialize, Serialize};
use lambda::http::{ApiError, Reply, Request, respond};
use lambda::{Error, events};

pub use context::Context;

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// The queue of *Activity*.
    Queue(SqsEvent),
    /// A route of the API.
    Call(Box<ApiGatewayProxyRequest>),
}

/// What is answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Which messages are to come again.
    Queue(SqsBatchResponse),
    /// A reply.
    Call(Box<ApiGatewayProxyResponse>),
}

/// Handles one event.
///
/// # Errors
/// None: messages of the queue are reported one by one, and a refusal is a reply.
pub async fn handle(context: &Context, trigger: Trigger) -> Result<Answer, Error> {
    match trigger {
        Trigger::Queue(event) => {
            let keep = async |body: String| keep::keep(context, serde_json::from_str(&body)?).await;
            Ok(Answer::Queue(events::process_messages(event, keep).await))
        }
        Trigger::Call(event) => {
            Ok(Answer::Call(Box::new(respond(*event, |request| call(context, request)).await?)))
        }
    }
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn call(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("GET", "/notifications") => Reply::ok(list::list(context, caller, &request).await?),
        ("PUT", "/notifications") => Reply::ok(read::mark(context, caller, request.body()?).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<list::Entries>();
    types.add::<read::ReadInput>();
}
