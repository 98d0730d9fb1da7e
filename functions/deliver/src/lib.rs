//! Sends notifications by mobile push and e-mail to members who chose these channels.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, notification types, through a queue |
//! | reads | Pictures, Friendships, Comments, Users, Devices, Receipts; e-mail addresses from the user pool |
//! | emits | push messages (SNS) and e-mails (SES); Receipts rows; deletions of Devices rows and their endpoints |
//!
//! A burst of activities does not flood a member: on a phone, each picture of a person replaces the
//! one before; by e-mail, a member gets at most one message an hour about the pictures of a person
//! or the comments on a picture.

mod activity;
mod broadcast;
mod content;
mod context;
mod email_limit;
mod mailer;

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda::events;
use tokio::time::Instant;

pub use context::Context;
pub use mailer::Mailer;

/// The time for the messages of one invocation. SQS delivers what is left again.
const BROADCAST_TIME: Duration = Duration::from_secs(40);

/// Handles one batch of the queue. The response lists the messages that failed.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let deadline = Instant::now() + BROADCAST_TIME;
    let deliver =
        async |body: String| activity::deliver(context, &serde_json::from_str(&body)?, deadline).await;
    events::process_messages(event, deliver).await
}
