//! One activity being told: who was, who could not be, and who has gone.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Instant;

use futures_util::stream::{StreamExt, iter};
use lambda::Error;
use lambda::events::Failures;
use domain::UserId;
use uuid::Uuid;

use crate::audience::Group;
use crate::connect::forget_gone;
use crate::notice::{News, Notice};
use crate::{Posted, Context};

/// How many connections are written to at the same time.
const CONCURRENT: usize = 32;
/// After how many messages it is noted who was told: as many may come twice, if this function is killed.
const NOTED_TOGETHER: usize = 100;
/// What is said of those whose turn did not come.
const NO_TIME: &str = "the rest is told next time";

/// One activity being told.
#[derive(Debug)]
pub struct Round<'a> {
    context: &'a Context,
    activity: Uuid,
    /// Connections that were told before this round.
    before: BTreeSet<String>,
    /// Connections that were told, and are not noted yet.
    told: Vec<String>,
    gone: BTreeMap<UserId, Vec<String>>,
    /// How many messages were taken.
    messages: usize,
    failures: Failures,
    until: Instant,
}

impl<'a> Round<'a> {
    /// Of this activity. `until`: when nothing more is begun.
    pub fn new(context: &'a Context, activity: Uuid, until: Instant) -> Self {
        let (before, told, gone) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
        Self { context, activity, before, told, gone, messages: 0, failures: Failures::default(), until }
    }

    /// Begins, given the connections that were told before.
    pub fn begin(&mut self, before: BTreeSet<String>) {
        self.before = before;
    }

    /// Tells those of a group who want to know, all that can be reached. Who cannot is told at the next try.
    ///
    /// # Errors
    /// It cannot be noted who was told, or the time is over.
    pub async fn tell(&mut self, group: &Group, news: News, receivers: &[UserId]) -> Result<(), Error> {
        if Instant::now() >= self.until {
            return Err(NO_TIME.into());
        }
        let kind = news.kind();
        let text = serde_json::to_string(&Notice { id: self.activity, at: group.at, news })?;
        let wanting = receivers.iter().filter(|user| group.wants(**user, kind));
        let connections =
            wanting.flat_map(|user| group.people.get(user).into_iter().flatten().map(move |id| (*user, id)));
        let open: Vec<_> = connections.filter(|(_, id)| !self.before.contains(*id)).collect();
        let (sockets, until) = (&self.context.sockets, self.until);
        let post = async |(user, id): (UserId, &String)| {
            let outcome = match Instant::now() < until {
                true => sockets.post(id, &text).await,
                false => Err(NO_TIME.into()),
            };
            (user, id.clone(), outcome)
        };
        let mut posted = iter(open).map(post).buffer_unordered(CONCURRENT);
        while let Some((user, id, outcome)) = posted.next().await {
            match self.failures.note(&id, outcome) {
                None => continue,
                Some(Posted::Gone) => self.gone.entry(user).or_default().push(id.clone()),
                Some(Posted::Slow) => tracing::warn!(connection = id, "it takes too long; it is left out"),
                Some(Posted::Taken) => self.messages += 1,
            }
            self.told.push(id);
            self.note().await?;
        }
        Ok(())
    }

    async fn note(&mut self) -> Result<(), Error> {
        if self.told.len() >= NOTED_TOGETHER {
            self.context.receipts.note(self.activity, self.told.iter().cloned()).await?;
            self.told.clear();
        }
        Ok(())
    }

    /// Ends, with what became of it: who was told is noted, unless everybody was.
    ///
    /// # Errors
    /// `outcome`'s, or somebody could not be told.
    pub async fn end(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        tracing::info!(messages = self.messages, "told");
        let outcome = outcome.and(mem::take(&mut self.failures).into_result());
        if outcome.is_err() {
            self.context.receipts.note(self.activity, mem::take(&mut self.told)).await?;
        }
        outcome
    }

    /// Forgets those who have gone. Last, since nobody waits for that; one at a time of each person, since all are in the same row.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn forget_gone(self) -> Result<(), Error> {
        let Self { context, gone, .. } = self;
        events::process_batch(gone.keys().copied(), async |user| {
            for connection in gone.get(&user).into_iter().flatten() {
                forget_gone(context, user, connection).await?;
            }
            Ok(())
        })
        .await
    }
}
