//! Sends the messages of one activity, and records the connections that need no further attempt.

use std::collections::BTreeSet;
use std::mem;
use std::time::Instant;

use domain::UserId;
use futures_util::stream::{StreamExt, iter};
use lambda::Error;
use lambda::connection_sender::SendOutcome;
use lambda::events::{Failures, process_batch};
use store::ConnectionsByUser;
use uuid::Uuid;

use crate::Context;
use crate::audience::RecipientGroup;
use crate::connection::remove_closed;
use crate::live_message::{LiveEvent, LiveMessage};

/// The number of messages sent concurrently.
const CONCURRENT: usize = 32;
/// The number of connections that one write to the Receipts table records. If an invocation is
/// interrupted, the next attempt sends the messages again that are not recorded.
const CONNECTIONS_PER_RECORD: usize = 100;
/// The error of messages that are not sent because the deadline has passed.
const DEADLINE_PASSED: &str = "the deadline has passed; the next attempt sends the remaining messages";

/// Progress of one broadcast: delivered, failed and closed connections.
///
/// Call [`Broadcast::skip`] once, [`Broadcast::deliver`] for each group of recipients, then
/// [`Broadcast::finish`], and [`Broadcast::remove_closed_connections`] last.
#[derive(Debug)]
pub struct Broadcast<'a> {
    context: &'a Context,
    activity: Uuid,
    /// Connections that an earlier attempt recorded.
    skipped: BTreeSet<String>,
    /// Connections that need no further attempt and are not recorded yet: the message was accepted
    /// or timed out, or the connection is closed.
    unrecorded: Vec<String>,
    /// Closed and expired connections.
    closed: ConnectionsByUser,
    /// The number of messages that API Gateway accepted.
    messages: usize,
    /// Messages that the next attempt sends again.
    failures: Failures,
    deadline: Instant,
}

impl<'a> Broadcast<'a> {
    /// Creates the broadcast of an activity. It starts no message after `deadline`.
    pub fn new(context: &'a Context, activity: Uuid, deadline: Instant) -> Self {
        Self {
            context,
            activity,
            skipped: BTreeSet::new(),
            unrecorded: Vec::new(),
            closed: ConnectionsByUser::new(),
            messages: 0,
            failures: Failures::default(),
            deadline,
        }
    }

    /// Skips connections that an earlier attempt recorded.
    pub fn skip(&mut self, recorded: BTreeSet<String>) {
        self.skipped = recorded;
    }

    /// Closes and removes expired connections in [`Broadcast::remove_closed_connections`].
    pub fn remove_later(&mut self, expired: ConnectionsByUser) {
        for (user, ids) in expired {
            self.closed.entry(user).or_default().extend(ids);
        }
    }

    /// Sends an event to the connections of the `recipients` in the group who want this type of
    /// event.
    ///
    /// A message that times out is not repeated, because a slow connection would delay each
    /// attempt. A failed message does not stop the other messages: [`Broadcast::finish`] returns
    /// its error. If the deadline passes during the call, the remaining messages fail.
    ///
    /// # Errors
    /// Returns an error if the deadline has passed before the call, or if the connections cannot be
    /// recorded.
    pub async fn deliver(
        &mut self,
        group: &RecipientGroup,
        event: LiveEvent,
        recipients: &[UserId],
    ) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            return Err(DEADLINE_PASSED.into());
        }
        let kind = event.kind();
        let text = serde_json::to_string(&LiveMessage { id: self.activity, at: group.at, event })?;
        let recipients = recipients.iter().filter(|user| group.allows(**user, kind));
        let connections = recipients
            .flat_map(|user| group.connections.get(user).into_iter().flatten().map(move |id| (*user, id)));
        let pending: Vec<_> = connections.filter(|(_, id)| !self.skipped.contains(*id)).collect();
        let (sender, deadline) = (&self.context.connection_sender, self.deadline);
        let send = async |(user, id): (UserId, &String)| {
            let outcome = match Instant::now() < deadline {
                true => sender.send_text(id, &text).await,
                false => Err(DEADLINE_PASSED.into()),
            };
            (user, id.clone(), outcome)
        };
        let mut sent = iter(pending).map(send).buffer_unordered(CONCURRENT);
        while let Some((user, id, outcome)) = sent.next().await {
            match self.failures.record(&id, outcome) {
                None => continue,
                Some(SendOutcome::Closed) => _ = self.closed.entry(user).or_default().insert(id.clone()),
                Some(SendOutcome::TimedOut) => {
                    tracing::warn!(connection = id, "a message to a slow connection timed out")
                }
                Some(SendOutcome::Accepted) => self.messages += 1,
            }
            self.unrecorded.push(id);
            self.record_full_batch().await?;
        }
        Ok(())
    }

    async fn record_full_batch(&mut self) -> Result<(), Error> {
        if self.unrecorded.len() >= CONNECTIONS_PER_RECORD {
            let connections = self.unrecorded.iter().cloned();
            self.context.idempotency.record(self.activity, connections).await?;
            self.unrecorded.clear();
        }
        Ok(())
    }

    /// Ends the broadcast. `outcome` is the result of the calls of [`Broadcast::deliver`].
    ///
    /// After a failure, records the remaining connections for the next attempt. After a success,
    /// the caller completes the activity, so that no record is necessary.
    ///
    /// # Errors
    /// Returns an error if `outcome` is an error, if a message failed, or if the connections cannot
    /// be recorded.
    pub async fn finish(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        tracing::info!(messages = self.messages, "delivered");
        let outcome = outcome.and(mem::take(&mut self.failures).into_result());
        if outcome.is_err() {
            self.context.idempotency.record(self.activity, mem::take(&mut self.unrecorded)).await?;
        }
        outcome
    }

    /// Removes the closed and the expired connections. Removes the connections of one member one
    /// after the other, because they share the row of the member.
    ///
    /// # Errors
    /// Returns an error if a connection could not be removed.
    pub async fn remove_closed_connections(self) -> Result<(), Error> {
        let Self { context, closed, .. } = self;
        process_batch(closed.keys().copied(), async |user| {
            for connection in closed.get(&user).into_iter().flatten() {
                remove_closed(context, user, connection).await?;
            }
            Ok(())
        })
        .await
    }
}
