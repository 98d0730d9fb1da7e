//! Whom something about a picture concerns: who is connected, and who of them may see it now.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use futures_util::future::try_join;
use jiff::{Timestamp, Unit};
use lambda::Error;
use domain::{ActivityType, Audience, Channel, Picture, PictureKey, User, UserId};
use store::{Endpoints, MAX_READERS, AccessReader, Users};
use lambda::view::PersonView;

use crate::Context;

/// People, and the connections of each.
pub type People = BTreeMap<UserId, BTreeSet<String>>;

/// A few people who are connected, with what is known of them and of those whom they are told about.
#[derive(Debug)]
pub struct Group {
    /// Who they are.
    pub people: People,
    /// When they began to be looked at (UTC): what they are told is at least as new.
    pub at: Timestamp,
    profiles: BTreeMap<UserId, User>,
}

impl Group {
    /// These people; `others`: whom they may be told about.
    pub async fn new(users: &Users, people: People, others: &[UserId]) -> Result<Self, Error> {
        let at = Timestamp::now().round(Unit::Millisecond)?;
        let all = people.keys().chain(others).copied().collect();
        let profiles = users.get_all(&all).await?.into_iter().map(|user| (user.id, user)).collect();
        Ok(Self { people, at, profiles })
    }

    /// Whether a person wants to be told of that. Who has made no profile has chosen nothing.
    pub fn wants(&self, user: UserId, kind: ActivityType) -> bool {
        self.profile(user).is_none_or(|profile| profile.notifications.want(kind, Channel::Live))
    }

    /// A person's profile, if they have one.
    pub fn profile(&self, user: UserId) -> Option<&User> {
        self.profiles.get(&user)
    }

    /// A person as the others may know them.
    pub fn view(&self, user: UserId) -> PersonView {
        PersonView::new(user, self.profile(user))
    }
}

/// Who is connected, a few people at a time: as many as one transaction can look at, so that nobody's turn is long after that.
#[derive(Debug)]
pub struct Connected<'a> {
    connections: &'a Endpoints,
    found: People,
    rest: Rest,
}

/// Who is still to be looked for.
#[derive(Debug, Default)]
enum Rest {
    #[default]
    Nobody,
    These(Vec<UserId>),
    Everyone {
        after: Option<String>,
    },
}

impl<'a> Connected<'a> {
    /// Those whom a picture that reaches so far concerns. Its owner is always one of them.
    pub async fn within(context: &'a Context, reach: Audience, owner: UserId) -> Result<Self, Error> {
        let rest = match reach {
            Audience::Everyone => Rest::Everyone { after: None },
            Audience::Friends => {
                let mut friends = context.friendships.friends(owner).await?;
                friends.push(owner);
                Rest::These(friends)
            }
            Audience::Owner | Audience::Nobody => Rest::These(vec![owner]),
        };
        Ok(Self { connections: &context.connections, found: People::new(), rest })
    }

    /// The next few; `None`: that was everybody.
    pub async fn next(&mut self) -> Result<Option<People>, Error> {
        while self.found.is_empty() {
            match mem::take(&mut self.rest) {
                Rest::Nobody => return Ok(None),
                Rest::These(people) => self.found = self.connections.of(people).await?,
                Rest::Everyone { after } => {
                    let (found, next) = self.connections.page(after).await?;
                    self.found = found;
                    if next.is_some() {
                        self.rest = Rest::Everyone { after: next };
                    }
                }
            }
        }
        let later = match self.found.keys().nth(MAX_READERS).copied() {
            Some(first) => self.found.split_off(&first),
            None => People::new(),
        };
        Ok(Some(mem::replace(&mut self.found, later)))
    }
}

/// A picture as it is now, whoever may see it.
pub async fn now(access: &AccessReader, key: PictureKey) -> Result<Option<Picture>, Error> {
    Ok(access.readers(key, &[key.owner_id]).await?.pop().map(|(picture, _)| picture))
}

/// Those of `people` who may see a picture now, with the picture as of that moment: in parts, each as of one moment. `reach`: how far
/// it was found to reach.
async fn seeing(
    access: &AccessReader,
    key: PictureKey,
    reach: Audience,
    people: &[UserId],
) -> Result<Vec<(Picture, Vec<UserId>)>, Error> {
    // What everyone may see needs a look at nobody's friendships.
    if reach == Audience::Everyone
        && let Some(picture) = now(access, key).await?
        && Audience::of(Some(&picture)) == reach
    {
        return Ok(vec![(picture, people.to_vec())]);
    }
    let parts = access.readers(key, people).await?.into_iter();
    Ok(parts.map(|(picture, seeing)| (picture, seeing.into_iter().map(|(user, _)| user).collect())).collect())
}

/// A group, and what its people may see of a picture at this moment.
pub async fn look(
    context: &Context,
    key: PictureKey,
    reach: Audience,
    people: People,
    others: &[UserId],
) -> Result<(Group, Vec<(Picture, Vec<UserId>)>), Error> {
    let ids: Vec<_> = people.keys().copied().collect();
    let group = Group::new(&context.comment_writer.users, people, others);
    try_join(group, seeing(&context.comment_writer.access, key, reach, &ids)).await
}
