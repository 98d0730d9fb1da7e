//! One activity being told: who was, who could not be, and who has gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::stream::{StreamExt, iter};
use shared::Error;
use shared::events::{self, Failures};
use shared::model::{ActivityType, UserId};
use uuid::Uuid;

use crate::audience::Group;
use crate::connect::forget_gone;
use crate::push::{About, Push};
use crate::{Posted, Stores};

/// How many connections are written to at the same time.
const CONCURRENT: usize = 32;
/// After how many messages it is noted who was told: as many may come twice, if this function is killed.
const NOTED_TOGETHER: usize = 100;
/// What is said of those whose turn did not come.
const NO_TIME: &str = "the rest is told next time";

/// One activity being told.
#[derive(Debug)]
pub struct Round<'a> {
    stores: &'a Stores,
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
    /// Begins. `before`: the connections that were told before; `until`: when nothing more is begun.
    pub fn new(stores: &'a Stores, activity: Uuid, before: BTreeSet<String>, until: Instant) -> Self {
        let (told, gone, failures) = (Vec::new(), BTreeMap::new(), Failures::default());
        Self { stores, activity, before, told, gone, messages: 0, failures, until }
    }

    /// Tells those of a group who want to know, all that can be reached. Who cannot is told at the next try.
    ///
    /// # Errors
    /// It cannot be noted who was told, or the time is over.
    pub async fn tell(
        &mut self,
        group: &Group,
        kind: ActivityType,
        about: About,
        receivers: &[UserId],
    ) -> Result<(), Error> {
        if Instant::now() >= self.until {
            return Err(NO_TIME.into());
        }
        let text = serde_json::to_string(&Push { kind, id: self.activity, about })?;
        let wanting = receivers.iter().filter(|user| group.wants(**user, kind));
        let connections =
            wanting.flat_map(|user| group.people.get(user).into_iter().flatten().map(move |id| (*user, id)));
        let open: Vec<_> = connections.filter(|(_, id)| !self.before.contains(*id)).collect();
        let (sockets, until) = (&self.stores.sockets, self.until);
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
                Some(Posted::Taken) => self.messages += 1,
            }
            self.told.push(id);
            self.note().await?;
        }
        Ok(())
    }

    async fn note(&mut self) -> Result<(), Error> {
        if self.told.len() >= NOTED_TOGETHER {
            self.stores.receipts.note(self.activity, self.told.iter().cloned()).await?;
            self.told.clear();
        }
        Ok(())
    }

    /// Ends: the activity is done, or can be begun again for the rest. Only then are those forgotten who have gone: nobody waits for
    /// that.
    ///
    /// # Errors
    /// `outcome`'s, or somebody could not be told, or that cannot be noted.
    pub async fn end(self, outcome: Result<(), Error>) -> Result<(), Error> {
        let (stores, gone) = (self.stores, self.gone);
        tracing::info!(messages = self.messages, "told");
        let outcome = outcome.and(self.failures.into_result());
        let noted = match &outcome {
            Ok(()) => stores.receipts.finish(self.activity).await,
            Err(_) => {
                let noted = stores.receipts.note(self.activity, self.told).await;
                noted.and(stores.receipts.give_back(self.activity).await)
            }
        };
        let forgotten = events::each(gone.keys().copied(), async |user| {
            for connection in gone.get(&user).into_iter().flatten() {
                forget_gone(stores, user, connection).await?;
            }
            Ok(())
        });
        outcome.and(noted).and(forgotten.await)
    }
}
