//! Changes that members are notified of: the messages of the SNS topic *Activity*.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use strum::{Display, EnumDiscriminants, IntoStaticStr, VariantArray};
use uuid::Uuid;

use crate::{AlbumBatch, AlbumId, Audience, CommentId, PictureKey, UserId};

/// One change. It names the row that changed; read the row for the current state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Identical for every delivery of the same change, so that consumers can drop duplicates.
    pub id: Uuid,
    /// The time of the change (UTC, whole seconds), identical for every delivery. Messages of
    /// older versions have no `at` and get the time at which they are parsed.
    #[serde(default = "Timestamp::now")]
    pub at: Timestamp,
    /// The change.
    #[serde(flatten)]
    pub event: ActivityEvent,
}

/// The kind of a change and the row that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumDiscriminants)]
#[serde(tag = "type")]
#[strum_discriminants(
    name(ActivityType),
    doc = "The kind of a change, by which subscribers filter and members choose their notifications.",
    derive(Display, Hash, IntoStaticStr, Ord, PartialOrd, Serialize, Deserialize, VariantArray),
    cfg_attr(feature = "openapi", derive(schemars::JsonSchema))
)]
pub enum ActivityEvent {
    /// A picture became ready.
    #[serde(rename = "picture.ready")]
    #[strum_discriminants(serde(rename = "picture.ready"))]
    #[strum_discriminants(strum(to_string = "picture.ready"))]
    PictureReady {
        /// The picture.
        #[serde(flatten)]
        picture: PictureKey,
    },
    /// A ready picture changed, or the processing of a picture failed.
    #[serde(rename = "picture.changed")]
    #[strum_discriminants(serde(rename = "picture.changed"))]
    #[strum_discriminants(strum(to_string = "picture.changed"))]
    PictureChanged {
        /// The picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// The audience before the change.
        before: Audience,
    },
    /// A picture was deleted, ready or not.
    #[serde(rename = "picture.removed")]
    #[strum_discriminants(serde(rename = "picture.removed"))]
    #[strum_discriminants(strum(to_string = "picture.removed"))]
    PictureRemoved {
        /// The picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// The audience before the deletion.
        before: Audience,
    },
    /// A member requested a friendship.
    #[serde(rename = "friend.requested", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "friend.requested"))]
    #[strum_discriminants(strum(to_string = "friend.requested"))]
    FriendRequested {
        /// The requester.
        from: UserId,
        /// The invited member.
        to: UserId,
        /// The time in the rows of the request (UTC, milliseconds). Messages of older versions have
        /// no such time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requested_at: Option<Timestamp>,
    },
    /// Two members became friends.
    #[serde(rename = "friend.accepted")]
    #[strum_discriminants(serde(rename = "friend.accepted"))]
    #[strum_discriminants(strum(to_string = "friend.accepted"))]
    FriendAccepted {
        /// The requester.
        from: UserId,
        /// The member who accepted.
        to: UserId,
    },
    /// A friendship or a request ended for one member. Usually it also ends for the other member,
    /// in an activity of its own.
    #[serde(rename = "friend.removed")]
    #[strum_discriminants(serde(rename = "friend.removed"))]
    #[strum_discriminants(strum(to_string = "friend.removed"))]
    FriendRemoved {
        /// The member for whom it ended.
        one: UserId,
        /// The other member.
        other: UserId,
    },
    /// A member wrote a comment.
    #[serde(rename = "comment.added", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "comment.added"))]
    #[strum_discriminants(strum(to_string = "comment.added"))]
    CommentAdded {
        /// The commented picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// The comment.
        comment_id: CommentId,
    },
    /// A comment was deleted.
    #[serde(rename = "comment.removed", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "comment.removed"))]
    #[strum_discriminants(strum(to_string = "comment.removed"))]
    CommentRemoved {
        /// The commented picture.
        #[serde(flatten)]
        picture: PictureKey,
        /// The comment.
        comment_id: CommentId,
        /// The author of the comment. Messages of older versions have no author.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author_id: Option<UserId>,
    },
    /// The title, the pictures or the members of an album changed.
    #[serde(rename = "album.changed", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "album.changed"))]
    #[strum_discriminants(strum(to_string = "album.changed"))]
    AlbumChanged {
        /// The album.
        album_id: AlbumId,
    },
    /// An album was deleted. Its members and pictures remain to be removed.
    #[serde(rename = "album.removed", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "album.removed"))]
    #[strum_discriminants(strum(to_string = "album.removed"))]
    AlbumRemoved {
        /// The album.
        album_id: AlbumId,
        /// The former owner.
        owner_id: UserId,
    },
    /// A member joined an album.
    #[serde(rename = "album.memberAdded", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "album.memberAdded"))]
    #[strum_discriminants(strum(to_string = "album.memberAdded"))]
    AlbumMemberAdded {
        /// The album.
        album_id: AlbumId,
        /// The new member.
        member_id: UserId,
    },
    /// A membership in an album ended. The pictures of the former member remain to be removed.
    #[serde(rename = "album.memberRemoved", rename_all = "camelCase")]
    #[strum_discriminants(serde(rename = "album.memberRemoved"))]
    #[strum_discriminants(strum(to_string = "album.memberRemoved"))]
    AlbumMemberRemoved {
        /// The album.
        album_id: AlbumId,
        /// The former member.
        member_id: UserId,
    },
    /// A member or guests added pictures to an album.
    #[serde(rename = "album.picturesAdded")]
    #[strum_discriminants(serde(rename = "album.picturesAdded"))]
    #[strum_discriminants(strum(to_string = "album.picturesAdded"))]
    AlbumPicturesAdded {
        /// The pictures.
        #[serde(flatten)]
        batch: AlbumBatch,
    },
    /// Guests sent pictures to an album, which wait for approval.
    #[serde(rename = "album.picturesWaiting")]
    #[strum_discriminants(serde(rename = "album.picturesWaiting"))]
    #[strum_discriminants(strum(to_string = "album.picturesWaiting"))]
    AlbumPicturesWaiting {
        /// The pictures.
        #[serde(flatten)]
        batch: AlbumBatch,
    },
}

impl ActivityEvent {
    /// Returns the kind of the change.
    #[must_use]
    pub fn kind(&self) -> ActivityType {
        self.into()
    }

    /// Returns the picture that changed or is commented on. Returns `None` for friendships and
    /// albums.
    #[must_use]
    pub fn picture(&self) -> Option<PictureKey> {
        match *self {
            Self::PictureReady { picture }
            | Self::PictureChanged { picture, .. }
            | Self::PictureRemoved { picture, .. }
            | Self::CommentAdded { picture, .. }
            | Self::CommentRemoved { picture, .. } => Some(picture),
            _ => None,
        }
    }

    /// Returns the batch of pictures that was added to an album or waits. Returns `None` for other
    /// events.
    #[must_use]
    pub fn batch(&self) -> Option<AlbumBatch> {
        match *self {
            Self::AlbumPicturesAdded { batch } | Self::AlbumPicturesWaiting { batch } => Some(batch),
            _ => None,
        }
    }

    /// Returns `true` if guests, who have no account, caused the event.
    #[must_use]
    pub fn is_by_guests(&self) -> bool {
        self.batch().is_some_and(|batch| batch.by.is_none())
    }

    /// Returns the album that changed. Returns `None` for pictures, comments and friendships.
    #[must_use]
    pub fn album(&self) -> Option<AlbumId> {
        match *self {
            Self::AlbumChanged { album_id }
            | Self::AlbumRemoved { album_id, .. }
            | Self::AlbumMemberAdded { album_id, .. }
            | Self::AlbumMemberRemoved { album_id, .. } => Some(album_id),
            _ => self.batch().map(|batch| batch.album_id),
        }
    }
}

impl ActivityType {
    /// All types, in the order of declaration.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Returns the spelling in messages and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the schema of the types that members can receive by push, by e-mail and in their
    /// notification list.
    #[cfg(feature = "openapi")]
    #[must_use]
    pub fn notifiable_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let types = Self::ALL.iter().filter(|kind| kind.is_notifiable()).map(|kind| kind.as_str());
        schemars::json_schema!({ "type": "string", "enum": types.collect::<Vec<_>>() })
    }

    /// Returns `true` if members can receive this type by push, by e-mail and in their notification
    /// list. The other types only update open pages.
    #[must_use]
    pub fn is_notifiable(self) -> bool {
        matches!(
            self,
            Self::PictureReady
                | Self::FriendRequested
                | Self::FriendAccepted
                | Self::CommentAdded
                | Self::AlbumMemberAdded
                | Self::AlbumPicturesAdded
                | Self::AlbumPicturesWaiting
        )
    }

    /// Returns `true` if this type never reaches members. It only triggers other functions.
    #[must_use]
    pub fn is_internal(self) -> bool {
        matches!(self, Self::AlbumRemoved | Self::AlbumMemberRemoved)
    }

    /// Returns the types that members can choose channels for, in the order of declaration.
    pub fn of_members() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| !kind.is_internal())
    }
}

/// A way by which the application reaches a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Channel {
    /// A WebSocket message to an open page.
    Live,
    /// Mobile push.
    Push,
    /// E-mail.
    Email,
}

/// The channels that a member chose for each type of activity. Types without a choice use `live`
/// alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct NotificationPreferences(BTreeMap<ActivityType, BTreeSet<Channel>>);

/// A derived schema would allow every name of a field.
#[cfg(feature = "openapi")]
impl schemars::JsonSchema for NotificationPreferences {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Choices".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let channels = generator.subschema_for::<Vec<Channel>>();
        let types = ActivityType::of_members().map(|kind| (kind.as_str(), &channels));
        schemars::json_schema!({
            "description": "The channels that a member chose for each type of activity. Types without a choice \
                            use `live` alone.",
            "type": "object",
            "properties": types.collect::<BTreeMap<_, _>>(),
            "additionalProperties": false,
        })
    }
}

/// Rejects a type that occurs twice, as `serde` rejects duplicate fields of a struct.
impl<'de> Deserialize<'de> for NotificationPreferences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PreferencesVisitor)
    }
}

struct PreferencesVisitor;

impl<'de> Visitor<'de> for PreferencesVisitor {
    type Value = NotificationPreferences;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut choices = BTreeMap::new();
        while let Some((kind, channels)) = map.next_entry::<ActivityType, _>()? {
            if kind.is_internal() {
                return Err(de::Error::custom(format!("unknown type `{kind}`")));
            }
            if choices.insert(kind, channels).is_some() {
                return Err(de::Error::duplicate_field(kind.as_str()));
            }
        }
        Ok(NotificationPreferences(choices))
    }
}

/// A channel that an activity type does not support, as a sentence for the member who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} only reaches an open page: choose live or nothing for it")]
pub struct UnsupportedChannel(pub ActivityType);

impl NotificationPreferences {
    /// Returns `true` if the member receives this type of activity on this channel.
    #[must_use]
    pub fn allows(&self, kind: ActivityType, channel: Channel) -> bool {
        self.0.get(&kind).map_or(channel == Channel::Live, |channels| channels.contains(&channel))
    }

    /// Checks that no type has a channel that it does not support.
    ///
    /// # Errors
    /// Returns the first type with push or e-mail that only reaches an open page.
    pub fn validate(&self) -> Result<(), UnsupportedChannel> {
        let is_supported = |(kind, channels): &(&ActivityType, &BTreeSet<Channel>)| {
            kind.is_notifiable() || channels.iter().all(|channel| *channel == Channel::Live)
        };
        match self.0.iter().find(|choice| !is_supported(choice)) {
            Some((kind, _)) => Err(UnsupportedChannel(*kind)),
            None => Ok(()),
        }
    }

    /// Returns the channels of every type of activity, defaults included.
    #[must_use]
    pub fn with_defaults(&self) -> BTreeMap<ActivityType, BTreeSet<Channel>> {
        let channels = |kind| {
            let all = Channel::VARIANTS.iter().copied();
            all.filter(|channel| self.allows(kind, *channel)).collect()
        };
        ActivityType::of_members().map(|kind| (kind, channels(kind))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PictureId;
    use serde_json::json;

    #[test]
    fn messages_and_the_api_use_the_same_spelling() {
        for kind in ActivityType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.to_string(), kind.as_str());
        }
    }

    #[test]
    fn a_parsed_message_equals_the_serialized_activity() {
        let owner_id = UserId(Uuid::from_u128(1));
        let picture = PictureKey { owner_id, picture_id: PictureId::new() };
        let comment_id = CommentId::new();
        let album_id = AlbumId::new();
        let batch = AlbumBatch { album_id, by: Some(owner_id), since: Timestamp::UNIX_EPOCH };
        for event in [
            ActivityEvent::PictureReady { picture },
            ActivityEvent::PictureChanged { picture, before: Audience::Friends },
            ActivityEvent::PictureRemoved { picture, before: Audience::Nobody },
            ActivityEvent::FriendRequested {
                from: owner_id,
                to: owner_id,
                requested_at: Some(Timestamp::UNIX_EPOCH),
            },
            ActivityEvent::FriendAccepted { from: owner_id, to: owner_id },
            ActivityEvent::FriendRemoved { one: owner_id, other: owner_id },
            ActivityEvent::CommentAdded { picture, comment_id },
            ActivityEvent::CommentRemoved { picture, comment_id, author_id: Some(owner_id) },
            ActivityEvent::AlbumChanged { album_id },
            ActivityEvent::AlbumRemoved { album_id, owner_id },
            ActivityEvent::AlbumMemberAdded { album_id, member_id: owner_id },
            ActivityEvent::AlbumMemberRemoved { album_id, member_id: owner_id },
            ActivityEvent::AlbumPicturesAdded { batch },
            ActivityEvent::AlbumPicturesWaiting { batch: AlbumBatch { by: None, ..batch } },
        ] {
            let activity = Activity { id: Uuid::now_v7(), at: Timestamp::UNIX_EPOCH, event };
            let message = serde_json::to_value(activity).unwrap();
            assert_eq!(message["type"], event.kind().as_str());
            assert_eq!(serde_json::from_value::<Activity>(message).unwrap(), activity);
        }
    }

    #[test]
    fn a_message_without_a_time_gets_the_current_time() {
        let id = Uuid::now_v7();
        let message = json!({"id": id, "type": "friend.requested", "from": id, "to": id});
        let before = Timestamp::now();
        let activity: Activity = serde_json::from_value(message).unwrap();
        assert!(before <= activity.at && activity.at <= Timestamp::now(), "{activity:?}");
    }

    #[test]
    fn a_message_without_an_author_is_a_removed_comment_of_an_unknown_author() {
        let id = Uuid::now_v7();
        let message =
            json!({"id": id, "type": "comment.removed", "ownerId": id, "pictureId": id, "commentId": id});
        let activity: Activity = serde_json::from_value(message.clone()).unwrap();
        assert!(matches!(activity.event, ActivityEvent::CommentRemoved { author_id: None, .. }));
        let event = serde_json::to_value(activity.event).unwrap();
        assert!(event.get("authorId").is_none(), "{event}");
    }

    #[test]
    fn a_type_that_occurs_twice_is_invalid() {
        let text = r#"{"picture.ready": ["live"], "comment.added": [], "picture.ready": ["push"]}"#;
        let error = serde_json::from_str::<NotificationPreferences>(text).unwrap_err().to_string();
        assert!(error.starts_with("duplicate field `picture.ready`"), "{error}");
    }

    #[test]
    fn types_without_a_choice_are_live_only() {
        let none = NotificationPreferences::default();
        assert!(ActivityType::ALL.iter().all(|kind| none.allows(*kind, Channel::Live)));
        assert!(!ActivityType::ALL.iter().any(|kind| none.allows(*kind, Channel::Email)));
        let chosen: NotificationPreferences =
            serde_json::from_value(json!({"picture.ready": ["email"], "comment.added": []})).unwrap();
        assert!(chosen.allows(ActivityType::PictureReady, Channel::Email));
        assert!(!chosen.allows(ActivityType::PictureReady, Channel::Live));
        assert!(!chosen.allows(ActivityType::CommentAdded, Channel::Live));
        assert_eq!(chosen.validate(), Ok(()));
        let chosen: NotificationPreferences =
            serde_json::from_value(json!({"picture.changed": ["push"]})).unwrap();
        assert_eq!(chosen.validate(), Err(UnsupportedChannel(ActivityType::PictureChanged)));
    }
    #[test]
    fn members_choose_no_channels_for_internal_types() {
        let none = NotificationPreferences::default();
        for kind in ActivityType::ALL.iter().filter(|kind| kind.is_internal()) {
            assert!(!kind.is_notifiable());
            assert!(!none.with_defaults().contains_key(kind));
            let choice = json!({ (kind.as_str()): [] });
            assert!(serde_json::from_value::<NotificationPreferences>(choice).is_err());
        }
    }
}
