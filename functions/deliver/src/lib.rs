//! Sends notifications by mobile push and e-mail to members who chose these channels.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, notification types, through a queue |
//! | reads | Pictures, Friendships, Comments, Albums, Users, Devices, Receipts |
//! | | e-mail addresses from the user pool |
//! | emits | push messages (SNS) and e-mails (SES); Receipts rows; deletions of Devices rows and their endpoints |
//!
//! A message about pictures of an album waits in the queue until their batch is complete, so that
//! it states the final number.
//!
//! The function limits the messages about a burst of activities. On a phone, the message about a
//! new picture replaces the message about an earlier picture of the same owner, or of the same
//! person in the same album. A member gets at most one e-mail an hour about the pictures of one
//! owner, the comments on one picture, or the pictures that one person adds to an album. They get
//! at most one push message in five minutes about the comments of one member on one picture, or
//! about the pictures that one person adds to an album.

mod activity;
mod broadcast;
mod burst_limit;
mod content;
mod context;
mod mailer;

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda::events::{self, Message};
use tokio::time::Instant;

pub use context::Context;
pub use mailer::Mailer;

/// The maximum time in which one invocation sends messages. SQS delivers the remaining activities
/// again.
const BROADCAST_TIME: Duration = Duration::from_secs(20);

/// Handles one batch of the queue. The response lists the messages that failed.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let deadline = Instant::now() + BROADCAST_TIME;
    let deliver = async |message: Message| activity::deliver(context, &message.activity?, deadline).await;
    events::process_messages(event, deliver).await
}
