//! Finds the connected members whom a change of a picture concerns, and those who may see it now.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use domain::{ActivityType, Audience, Channel, Picture, PictureKey, User, UserId};
use futures_util::future::try_join;
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::view::PersonView;
use store::{AccessReader, Endpoints, MAX_VIEWERS, Users};

use crate::Context;

/// The ids of open connections by member.
pub type Connections = BTreeMap<UserId, BTreeSet<String>>;

/// A group of connected members, with the profiles that their messages need.
#[derive(Debug)]
pub struct RecipientGroup {
    /// The connections of the members.
    pub connections: Connections,
    /// The time of the snapshot (UTC, milliseconds): the content of messages is at least as new.
    pub at: Timestamp,
    profiles: BTreeMap<UserId, User>,
}

impl RecipientGroup {
    /// Reads the profiles of the members and of `others`, whom messages mention.
    pub async fn load(users: &Users, connections: Connections, others: &[UserId]) -> Result<Self, Error> {
        let at = Timestamp::now().round(Unit::Millisecond)?;
        let ids = connections.keys().chain(others).copied().collect();
        let profiles = users.get_all(&ids).await?.into_iter().map(|user| (user.id, user)).collect();
        Ok(Self { connections, at, profiles })
    }

    /// Whether a member wants live messages of this type. A member without a profile wants all.
    pub fn allows(&self, user: UserId, kind: ActivityType) -> bool {
        self.profile(user).is_none_or(|profile| profile.notifications.allows(kind, Channel::Live))
    }

    /// The profile of a member.
    pub fn profile(&self, user: UserId) -> Option<&User> {
        self.profiles.get(&user)
    }

    /// The view of a member.
    pub fn view_person(&self, user: UserId) -> PersonView {
        PersonView::new(user, self.profile(user))
    }
}

/// Connected members whom a change may concern, in groups that fit into one transaction, so that
/// messages follow soon after the read of their content.
#[derive(Debug)]
pub struct Candidates<'a> {
    table: &'a Endpoints,
    found: Connections,
    unread: Unread,
}

/// The members whose connections are not read yet.
#[derive(Debug, Default)]
enum Unread {
    #[default]
    Nobody,
    Members(Vec<UserId>),
    /// All members after this position of the scan.
    Everyone {
        after: Option<String>,
    },
}

impl<'a> Candidates<'a> {
    /// Finds the members of an audience of a picture of `owner`. The owner is always a candidate.
    pub async fn find(context: &'a Context, audience: Audience, owner: UserId) -> Result<Self, Error> {
        let unread = match audience {
            Audience::Everyone => Unread::Everyone { after: None },
            Audience::Friends => {
                let mut members = context.friendships.list_friends(owner).await?;
                members.push(owner);
                Unread::Members(members)
            }
            Audience::Owner | Audience::Nobody => Unread::Members(vec![owner]),
        };
        Ok(Self { table: &context.connections, found: Connections::new(), unread })
    }

    /// Reads the next group: at most [`MAX_VIEWERS`] members; `None` at the end.
    pub async fn read_next(&mut self) -> Result<Option<Connections>, Error> {
        while self.found.is_empty() {
            match mem::take(&mut self.unread) {
                Unread::Nobody => return Ok(None),
                Unread::Members(members) => self.found = self.table.find_by_users(members).await?,
                Unread::Everyone { after } => {
                    let (found, next) = self.table.scan_users(after).await?;
                    self.found = found;
                    if next.is_some() {
                        self.unread = Unread::Everyone { after: next };
                    }
                }
            }
        }
        let rest = match self.found.keys().nth(MAX_VIEWERS).copied() {
            Some(first) => self.found.split_off(&first),
            None => Connections::new(),
        };
        Ok(Some(mem::replace(&mut self.found, rest)))
    }
}

/// A picture and those who may see it, as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    pub picture: Picture,
    pub viewers: Vec<UserId>,
}

/// Reads the current state of a picture, as its owner sees it.
pub async fn read_picture(access: &AccessReader, key: PictureKey) -> Result<Option<Picture>, Error> {
    Ok(access.find_viewers(key, &[key.owner_id]).await?.pop().map(|(picture, _)| picture))
}

/// Reads a picture with those of `members` who may see it now. `audience` is the audience found
/// before.
async fn find_viewers(
    access: &AccessReader,
    key: PictureKey,
    audience: Audience,
    members: &[UserId],
) -> Result<Vec<Snapshot>, Error> {
    // A picture for everyone needs no reads of friendships.
    if audience == Audience::Everyone
        && let Some(picture) = read_picture(access, key).await?
        && Audience::of(Some(&picture)) == audience
    {
        return Ok(vec![Snapshot { picture, viewers: members.to_vec() }]);
    }
    let found = access.find_viewers(key, members).await?.into_iter();
    let snapshot = |(picture, viewers): (_, Vec<_>)| Snapshot {
        picture,
        viewers: viewers.into_iter().map(|(user, _)| user).collect(),
    };
    Ok(found.map(snapshot).collect())
}

/// Reads the profiles of a group and, concurrently, the picture with its current viewers among
/// them. Messages mention `others`.
pub async fn load_group(
    context: &Context,
    key: PictureKey,
    audience: Audience,
    connections: Connections,
    others: &[UserId],
) -> Result<(RecipientGroup, Vec<Snapshot>), Error> {
    let members: Vec<_> = connections.keys().copied().collect();
    let group = RecipientGroup::load(&context.users, connections, others);
    try_join(group, find_viewers(&context.access, key, audience, &members)).await
}
