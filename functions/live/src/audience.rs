//! Finds the connected members whom a change of a picture concerns, and the current viewers of the
//! picture.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use domain::{ActivityType, Audience, Channel, Picture, PictureKey, Topic, User, UserId};
use futures_util::future::try_join;
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::view::PersonView;
use store::{AccessReader, Connections, ConnectionsByUser, MAX_VIEWERS, Users};

use crate::Context;
use crate::broadcast::Broadcast;

/// A group of connected members, and the profiles that the messages to them need.
#[derive(Debug)]
pub struct RecipientGroup {
    /// The connections of the members.
    pub connections: ConnectionsByUser,
    /// The time of the snapshot (UTC, milliseconds): the start of the reads for this group.
    pub at: Timestamp,
    profiles: BTreeMap<UserId, User>,
}

impl RecipientGroup {
    /// Reads the profiles of the members and of `mentioned`, the members in the content of
    /// messages.
    pub async fn load(
        users: &Users,
        connections: ConnectionsByUser,
        mentioned: &[UserId],
    ) -> Result<Self, Error> {
        let at = Timestamp::now().round(Unit::Millisecond)?;
        let ids = connections.keys().chain(mentioned).copied().collect();
        let profiles = users.get_all(&ids).await?.into_iter().map(|user| (user.id, user)).collect();
        Ok(Self { connections, at, profiles })
    }

    /// Returns `true` if a member wants live messages of this type. A member without a profile
    /// wants all types.
    pub fn allows(&self, user: UserId, kind: ActivityType) -> bool {
        self.profile(user).is_none_or(|profile| profile.notifications.allows(kind, Channel::Live))
    }

    /// Returns the profile of a member.
    pub fn profile(&self, user: UserId) -> Option<&User> {
        self.profiles.get(&user)
    }

    /// Returns the view of a member.
    pub fn view_person(&self, user: UserId) -> PersonView {
        PersonView::new(user, self.profile(user))
    }
}

/// The connected members whom a change can concern. They come in groups that fit in one
/// transaction, so that messages are sent soon after the check of the viewers.
#[derive(Debug)]
pub struct Candidates<'a> {
    connections: &'a Connections,
    /// The owner, or the owner and the owner's friends.
    members: BTreeSet<UserId>,
    /// The topics that other candidates watch.
    topics: Vec<Topic>,
    unread: Unread,
    /// Connections that are read, but not returned yet.
    buffer: ConnectionsByUser,
}

/// The candidates for whom the function has not read the connections yet.
#[derive(Clone, Copy, Debug)]
enum Unread {
    MembersAndWatchers,
    Watchers,
    Nobody,
}

impl<'a> Candidates<'a> {
    /// Finds the members of an audience of a picture: the owner, the owner's friends if the
    /// audience includes them, and for [`Audience::Everyone`] the members who watch one of the
    /// topics. If albums contain the picture, finds the members who watch it for every audience.
    pub async fn find(
        context: &'a Context,
        audience: Audience,
        key: PictureKey,
        in_albums: bool,
        topics: impl IntoIterator<Item = Topic>,
    ) -> Result<Self, Error> {
        let owner = key.owner_id;
        let mut members = BTreeSet::from([owner]);
        if audience >= Audience::Friends {
            members.extend(context.friendships.list_friends(owner).await?);
        }
        let topics = match audience {
            Audience::Everyone => topics.into_iter().collect(),
            _ if in_albums => vec![Topic::Picture(key)],
            _ => vec![],
        };
        let (unread, buffer) = (Unread::MembersAndWatchers, ConnectionsByUser::new());
        Ok(Self { connections: &context.connections, members, topics, unread, buffer })
    }

    /// Returns `true` if a candidate is the owner, or a friend of the owner as the search began.
    pub fn includes_member(&self, user: UserId) -> bool {
        self.members.contains(&user)
    }

    /// Reads the next group of at most [`MAX_VIEWERS`] members. Returns `None` after the last
    /// group. `broadcast` removes the expired connections.
    pub async fn read_next(
        &mut self,
        broadcast: &mut Broadcast<'_>,
    ) -> Result<Option<ConnectionsByUser>, Error> {
        while self.buffer.is_empty() {
            let found = match self.unread {
                Unread::MembersAndWatchers => {
                    self.unread = Unread::Watchers;
                    self.connections.find_by_users(self.members.iter().copied()).await?
                }
                Unread::Watchers => {
                    self.unread = Unread::Nobody;
                    let mut found = self.connections.find_watchers(mem::take(&mut self.topics)).await?;
                    found.open.retain(|user, _| !self.members.contains(user));
                    found
                }
                Unread::Nobody => return Ok(None),
            };
            broadcast.remove_later(found.expired);
            self.buffer = found.open;
        }
        let rest = match self.buffer.keys().nth(MAX_VIEWERS).copied() {
            Some(first) => self.buffer.split_off(&first),
            None => ConnectionsByUser::new(),
        };
        Ok(Some(mem::replace(&mut self.buffer, rest)))
    }
}

/// A picture and its viewers, read in one transaction.
#[derive(Debug)]
pub struct Snapshot {
    pub picture: Picture,
    pub viewers: Vec<UserId>,
}

/// Reads the current state of a picture. Returns `None` if the picture does not exist.
pub async fn read_picture(access: &AccessReader, key: PictureKey) -> Result<Option<Picture>, Error> {
    Ok(access.find_viewers(key, &[key.owner_id]).await?.pop().map(|(picture, _)| picture))
}

/// Reads a picture and returns the `members` who can view it now, one snapshot for each
/// transaction. `audience` is a hint: if the picture is still public, all `members` are viewers.
async fn find_viewers(
    access: &AccessReader,
    key: PictureKey,
    audience: Audience,
    members: &[UserId],
) -> Result<Vec<Snapshot>, Error> {
    // The viewers of a public picture do not depend on friendships.
    if audience == Audience::Everyone
        && let Some(picture) = read_picture(access, key).await?
        && Audience::of(Some(&picture)) == audience
    {
        return Ok(vec![Snapshot { picture, viewers: members.to_vec() }]);
    }
    let snapshots = access.find_viewers(key, members).await?.into_iter();
    let to_snapshot = |(picture, viewers): (_, Vec<_>)| Snapshot {
        picture,
        viewers: viewers.into_iter().map(|(user, _)| user).collect(),
    };
    Ok(snapshots.map(to_snapshot).collect())
}

/// Reads the profiles of a group and of `mentioned`, the members in the content of messages.
/// Concurrently reads the picture and its current viewers in the group.
pub async fn load_group(
    context: &Context,
    key: PictureKey,
    audience: Audience,
    connections: ConnectionsByUser,
    mentioned: &[UserId],
) -> Result<(RecipientGroup, Vec<Snapshot>), Error> {
    let members: Vec<_> = connections.keys().copied().collect();
    let group = RecipientGroup::load(&context.users, connections, mentioned);
    try_join(group, find_viewers(&context.access, key, audience, &members)).await
}

/// Removes the members who blocked `actor` from the viewers of a picture. Keeps the owner of the
/// picture, who can delete the comments on it.
pub async fn omit_blockers(
    context: &Context,
    viewers: &mut Vec<UserId>,
    actor: UserId,
    owner: UserId,
) -> Result<(), Error> {
    let others = viewers.iter().filter(|viewer| ![actor, owner].contains(viewer));
    let pairs = others.map(|viewer| (*viewer, actor)).collect();
    let blocks = context.friendships.find_blocks(&pairs).await?;
    viewers.retain(|viewer| !blocks.contains(&(*viewer, actor)));
    Ok(())
}
