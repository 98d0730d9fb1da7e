//! Sends the messages of one activity, and records which connections received them.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Instant;

use domain::UserId;
use futures_util::stream::{StreamExt, iter};
use lambda::Error;
use lambda::events::{Failures, process_batch};
use uuid::Uuid;

use crate::audience::RecipientGroup;
use crate::connection::remove_gone;
use crate::live_message::{LiveEvent, LiveMessage};
use crate::{Context, Posted};

/// The number of messages sent concurrently.
const CONCURRENT: usize = 32;
/// The number of deliveries per record. As many messages may repeat if the function is killed.
const RECORDED_TOGETHER: usize = 100;
/// The error of messages that are not sent before the deadline.
const NO_TIME: &str = "no time is left; the next attempt sends the rest";

/// Progress of one broadcast: delivered, failed and closed connections.
#[derive(Debug)]
pub struct Broadcast<'a> {
    context: &'a Context,
    activity: Uuid,
    /// Connections that received the activity in an earlier attempt.
    skipped: BTreeSet<String>,
    /// Connections that need no further attempt, not yet recorded.
    unrecorded: Vec<String>,
    gone: BTreeMap<UserId, Vec<String>>,
    /// The number of accepted messages.
    messages: usize,
    failures: Failures,
    deadline: Instant,
}

impl<'a> Broadcast<'a> {
    /// Prepares the broadcast of an activity, which sends nothing after `deadline`.
    pub fn new(context: &'a Context, activity: Uuid, deadline: Instant) -> Self {
        Self {
            context,
            activity,
            skipped: BTreeSet::new(),
            unrecorded: Vec::new(),
            gone: BTreeMap::new(),
            messages: 0,
            failures: Failures::default(),
            deadline,
        }
    }

    /// Skips connections that already received the activity.
    pub fn skip(&mut self, delivered: BTreeSet<String>) {
        self.skipped = delivered;
    }

    /// Sends an event to the connections of those `recipients` in the group who want this type of
    /// event. Collects failures, so that the next attempt repeats only those.
    ///
    /// # Errors
    /// The deliveries cannot be recorded, or the deadline has passed.
    pub async fn deliver(
        &mut self,
        group: &RecipientGroup,
        event: LiveEvent,
        recipients: &[UserId],
    ) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            return Err(NO_TIME.into());
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
                false => Err(NO_TIME.into()),
            };
            (user, id.clone(), outcome)
        };
        let mut sent = iter(pending).map(send).buffer_unordered(CONCURRENT);
        while let Some((user, id, outcome)) = sent.next().await {
            match self.failures.record(&id, outcome) {
                None => continue,
                Some(Posted::Gone) => self.gone.entry(user).or_default().push(id.clone()),
                Some(Posted::TimedOut) => tracing::warn!(connection = id, "skips a slow connection"),
                Some(Posted::Accepted) => self.messages += 1,
            }
            self.unrecorded.push(id);
            self.record_full_batch().await?;
        }
        Ok(())
    }

    async fn record_full_batch(&mut self) -> Result<(), Error> {
        if self.unrecorded.len() >= RECORDED_TOGETHER {
            let connections = self.unrecorded.iter().cloned();
            self.context.idempotency.record(self.activity, connections).await?;
            self.unrecorded.clear();
        }
        Ok(())
    }

    /// Ends the broadcast with the outcome of its deliveries. Records the last deliveries unless
    /// all succeeded.
    ///
    /// # Errors
    /// That of `outcome`, or the first failed delivery.
    pub async fn finish(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        tracing::info!(messages = self.messages, "delivered");
        let outcome = outcome.and(mem::take(&mut self.failures).into_result());
        if outcome.is_err() {
            self.context.idempotency.record(self.activity, mem::take(&mut self.unrecorded)).await?;
        }
        outcome
    }

    /// Removes the closed connections that the broadcast found: after all messages, and one at a
    /// time per member, because they share the row of the member.
    pub async fn remove_gone(self) -> Result<(), Error> {
        let Self { context, gone, .. } = self;
        process_batch(gone.keys().copied(), async |user| {
            for connection in gone.get(&user).into_iter().flatten() {
                remove_gone(context, user, connection).await?;
            }
            Ok(())
        })
        .await
    }
}
