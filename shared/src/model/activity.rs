//! What happens here that people want to know of: the messages of the topic *Activity*.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Audience, CommentId, PictureKey, UserId};

/// One thing that happened. It says which thing changed; how the thing is now is told by its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The same for the same change, however often it is told: whoever has seen it drops it.
    pub id: Uuid,
    /// When it happened (UTC), to the second. The same, too, however often it is told. Messages from before it was noted, which may
    /// wait among the dead letters, happened when they are read.
    #[serde(default = "Timestamp::now")]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum What {
    /// A picture can be shown.
    #[serde(rename = "picture.ready")]
    PictureReady {
        /// Which.
        #[serde(flatten)]
        picture: PictureKey,
    },
    /// A picture that could be shown was changed, or one cannot be shown at all.
    #[serde(rename = "picture.changed")]
    PictureChanged {
        /// Which.
        #[serde(flatten)]
        picture: PictureKey,
        /// How far it reached before.
        before: Audience,
    },
    /// A picture is gone, whether it could be shown or not.
    #[serde(rename = "picture.removed")]
    PictureRemoved {
        /// Which.
        #[serde(flatten)]
        picture: PictureKey,
        /// How far it reached.
        before: Audience,
    },
    /// Somebody asks for somebody's friendship.
    #[serde(rename = "friend.requested")]
    FriendRequested {
        /// Who asks.
        from: UserId,
        /// Who is asked.
        to: UserId,
    },
    /// Two people are friends.
    #[serde(rename = "friend.accepted")]
    FriendAccepted {
        /// Who had asked.
        from: UserId,
        /// Who accepted.
        to: UserId,
    },
    /// A friendship or a request has ended.
    #[serde(rename = "friend.removed")]
    FriendRemoved {
        /// One of the two.
        one: UserId,
        /// The other.
        other: UserId,
    },
    /// Somebody wrote a comment.
    #[serde(rename = "comment.added", rename_all = "camelCase")]
    CommentAdded {
        /// On which picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// Which comment.
        comment_id: CommentId,
    },
    /// A comment is gone.
    #[serde(rename = "comment.removed", rename_all = "camelCase")]
    CommentRemoved {
        /// On which picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// Which comment.
        comment_id: CommentId,
    },
}

/// The kinds of activity, by which subscribers filter and people choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "as in `What`")]
pub enum ActivityType {
    #[serde(rename = "picture.ready")]
    PictureReady,
    #[serde(rename = "picture.changed")]
    PictureChanged,
    #[serde(rename = "picture.removed")]
    PictureRemoved,
    #[serde(rename = "friend.requested")]
    FriendRequested,
    #[serde(rename = "friend.accepted")]
    FriendAccepted,
    #[serde(rename = "friend.removed")]
    FriendRemoved,
    #[serde(rename = "comment.added")]
    CommentAdded,
    #[serde(rename = "comment.removed")]
    CommentRemoved,
}

impl What {
    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> ActivityType {
        match self {
            Self::PictureReady { .. } => ActivityType::PictureReady,
            Self::PictureChanged { .. } => ActivityType::PictureChanged,
            Self::PictureRemoved { .. } => ActivityType::PictureRemoved,
            Self::FriendRequested { .. } => ActivityType::FriendRequested,
            Self::FriendAccepted { .. } => ActivityType::FriendAccepted,
            Self::FriendRemoved { .. } => ActivityType::FriendRemoved,
            Self::CommentAdded { .. } => ActivityType::CommentAdded,
            Self::CommentRemoved { .. } => ActivityType::CommentRemoved,
        }
    }
}

impl ActivityType {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PictureReady,
        Self::PictureChanged,
        Self::PictureRemoved,
        Self::FriendRequested,
        Self::FriendAccepted,
        Self::FriendRemoved,
        Self::CommentAdded,
        Self::CommentRemoved,
    ];

    /// As messages and the API spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PictureReady => "picture.ready",
            Self::PictureChanged => "picture.changed",
            Self::PictureRemoved => "picture.removed",
            Self::FriendRequested => "friend.requested",
            Self::FriendAccepted => "friend.accepted",
            Self::FriendRemoved => "friend.removed",
            Self::CommentAdded => "comment.added",
            Self::CommentRemoved => "comment.removed",
        }
    }

    /// Whether it can reach people who are not looking: by mobile push and e-mail. The others only keep an open page right.
    #[must_use]
    pub fn is_news(self) -> bool {
        matches!(self, Self::PictureReady | Self::FriendRequested | Self::FriendAccepted | Self::CommentAdded)
    }
}

impl Display for ActivityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A way on which a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Channel {
    /// The page that is open.
    Live,
    /// Mobile push.
    Push,
    /// E-mail.
    Email,
}

/// Which kinds of activity a person wants to be told of, and how. What they have not chosen reaches them live and in no other way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Choices(BTreeMap<ActivityType, BTreeSet<Channel>>);

/// A choice that cannot be made, as a sentence for the person who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} only reaches an open page: choose live or nothing for it")]
pub struct NotNews(pub ActivityType);

impl Choices {
    /// Whether the person wants to be told of that on this channel.
    #[must_use]
    pub fn want(&self, kind: ActivityType, channel: Channel) -> bool {
        self.0.get(&kind).map_or(channel == Channel::Live, |channels| channels.contains(&channel))
    }

    /// Refuses what cannot be delivered.
    ///
    /// # Errors
    /// Push or e-mail was chosen for something that only keeps an open page right.
    pub fn check(&self) -> Result<(), NotNews> {
        let asks_too_much = |(kind, channels): (&ActivityType, &BTreeSet<Channel>)| {
            (!kind.is_news() && channels.iter().any(|channel| *channel != Channel::Live)).then_some(*kind)
        };
        self.0.iter().find_map(asks_too_much).map_or(Ok(()), |kind| Err(NotNews(kind)))
    }

    /// Every kind of activity with the channels on which it reaches the person.
    #[must_use]
    pub fn all(&self) -> BTreeMap<ActivityType, BTreeSet<Channel>> {
        let channels = |kind| {
            let all = [Channel::Live, Channel::Push, Channel::Email];
            all.into_iter().filter(|channel| self.want(kind, *channel)).collect()
        };
        ActivityType::ALL.into_iter().map(|kind| (kind, channels(kind))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PictureId;
    use serde_json::json;

    #[test]
    fn messages_and_the_api_spell_alike() {
        for kind in ActivityType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn a_message_reads_back() {
        let owner_id = UserId(Uuid::from_u128(1));
        let picture = PictureKey { owner_id, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        for what in [
            What::PictureReady { picture },
            What::PictureChanged { picture, before: Audience::Friends },
            What::PictureRemoved { picture, before: Audience::Nobody },
            What::FriendRequested { from: owner_id, to: owner_id },
            What::FriendAccepted { from: owner_id, to: owner_id },
            What::FriendRemoved { one: owner_id, other: owner_id },
            What::CommentAdded { picture, comment_id },
            What::CommentRemoved { picture, comment_id },
        ] {
            let activity = Activity { id: Uuid::now_v7(), at: Timestamp::UNIX_EPOCH, what };
            let message = serde_json::to_value(activity).unwrap();
            assert_eq!(message["type"], what.kind().as_str());
            assert_eq!(serde_json::from_value::<Activity>(message).unwrap(), activity);
        }
    }

    #[test]
    fn a_message_from_before_times_were_noted_happened_now() {
        let id = Uuid::now_v7();
        let message = json!({"id": id, "type": "friend.requested", "from": id, "to": id});
        let before = Timestamp::now();
        let activity: Activity = serde_json::from_value(message).unwrap();
        assert!(before <= activity.at && activity.at <= Timestamp::now(), "{activity:?}");
    }

    #[test]
    fn only_live_unless_chosen() {
        let none = Choices::default();
        assert!(ActivityType::ALL.iter().all(|kind| none.want(*kind, Channel::Live)));
        assert!(!ActivityType::ALL.iter().any(|kind| none.want(*kind, Channel::Email)));
        let chosen: Choices =
            serde_json::from_value(json!({"picture.ready": ["email"], "comment.added": []})).unwrap();
        assert!(chosen.want(ActivityType::PictureReady, Channel::Email));
        assert!(!chosen.want(ActivityType::PictureReady, Channel::Live));
        assert!(!chosen.want(ActivityType::CommentAdded, Channel::Live));
        assert_eq!(chosen.check(), Ok(()));
        let chosen: Choices = serde_json::from_value(json!({"picture.changed": ["push"]})).unwrap();
        assert_eq!(chosen.check(), Err(NotNews(ActivityType::PictureChanged)));
    }
}
