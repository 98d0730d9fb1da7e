//! Albums: rows of the Albums table.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{AlbumId, Picture, PictureId, PictureKey, TakenAt, UserId, Visibility};

/// The maximum number of pictures in an album.
pub const MAX_ALBUM_PICTURES: u32 = 10_000;
/// The maximum number of members of an album, besides its owner.
pub const MAX_ALBUM_MEMBERS: u32 = 500;
/// The maximum number of albums that contain a picture, waiting entries included.
pub const MAX_ALBUMS_OF_PICTURE: u32 = 50;
/// The maximum number of albums that a member owns or has joined.
pub const MAX_ALBUMS_OF_MEMBER: u32 = 1_000;
/// The maximum number of smart albums of an owner. A changed picture costs an evaluation for each.
pub const MAX_SMART_ALBUMS: usize = 20;
/// The maximum number of rules that an owner sets in a day, those of new albums included. Each one
/// is applied to all pictures of the owner.
pub const MAX_RULES_PER_DAY: u64 = 50;
/// The maximum number of pictures in one request that adds, removes or reviews pictures.
pub const MAX_ALBUM_CHANGES: usize = 100;
/// The period in which the pictures that one member, or guests, add to an album form one batch.
/// Each member receives at most one notification for a batch.
const BATCH_PERIOD: SignedDuration = SignedDuration::from_mins(5);

/// The rights of a member in an album. Each role includes the previous ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum AlbumRole {
    /// Views the album.
    Viewer,
    /// Adds and removes their own pictures.
    Contributor,
    /// Removes pictures, adds and removes members, and reviews the pictures of guests.
    Curator,
    /// Changes and deletes the album. Every album has one owner, who is not a member.
    Owner,
}

impl AlbumRole {
    /// The roles that an owner or a curator can give to a friend.
    pub const OF_MEMBERS: [Self; 3] = [Self::Viewer, Self::Contributor, Self::Curator];

    /// Returns the spelling in the table and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Curator => "curator",
            Self::Owner => "owner",
        }
    }

    /// Parses a role that a member can have.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::OF_MEMBERS.into_iter().find(|role| role.as_str() == s)
    }
}

/// An album.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Album {
    /// The id.
    pub album_id: AlbumId,
    /// The member who created the album.
    pub owner_id: UserId,
    /// The title.
    pub title: String,
    /// The owner's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The readers besides the owner and the members.
    #[serde(default)]
    pub visibility: Visibility,
    /// The picture that the owner chose to represent the album. The album may no longer contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PictureKey>,
    /// The code of the rule of a smart album. Nobody adds pictures to it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// How far the rule was applied. `None` before its first step, and without a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_progress: Option<RuleProgress>,
    /// The number of pictures, without those that wait for approval.
    #[serde(default)]
    pub count: u32,
    /// The number of members, besides the owner.
    #[serde(default)]
    pub members: u32,
    /// The time of creation (UTC).
    pub created_at: Timestamp,
    /// The time of the last change of the album or its pictures (UTC).
    pub updated_at: Timestamp,
}

impl Album {
    /// Creates a private album without a description, pictures and members.
    #[must_use]
    pub fn new(album_id: AlbumId, owner_id: UserId, title: String, created_at: Timestamp) -> Self {
        Self {
            album_id,
            owner_id,
            title,
            description: None,
            visibility: Visibility::Private,
            cover: None,
            rule: None,
            rule_progress: None,
            count: 0,
            members: 0,
            created_at,
            updated_at: created_at,
        }
    }
}

/// The state of a smart album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum RuleState {
    /// The rule is being applied to the pictures of the owner.
    Running,
    /// The album contains all pictures for which the rule is true.
    Complete,
    /// The album contains the newest pictures for which the rule is true, and no more fit.
    Full,
}

/// How far the rule of a smart album was applied to the pictures of its owner, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleProgress {
    /// The state.
    pub state: RuleState,
    /// The time of the first step (UTC), which the pictures of all steps have in the album.
    pub since: Timestamp,
    /// The number of the current step.
    pub step: u32,
    /// The time when the current step began, or when it was last requested again (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_since: Option<Timestamp>,
    /// The picture after which the current step begins. `None` for the newest one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PictureId>,
    /// The last picture of the current step. `None` for the oldest one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PictureId>,
    /// The number of pictures in all steps, the current one included.
    #[serde(default)]
    pub read: u32,
    /// The first picture for which the rule has an error instead of a result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RuleFailure>,
    /// The first picture for which the rule is true, but which is in the maximum number of albums.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<PictureId>,
}

impl RuleProgress {
    /// Returns `true` if the picture is in the range of this step or an earlier one, so that the
    /// album contains it afterwards if the rule is true for it.
    #[must_use]
    pub fn covers(&self, picture: PictureId) -> bool {
        self.until.is_none_or(|until| until <= picture)
    }
}

/// The error of a rule for one picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RuleFailure {
    /// The picture.
    pub picture_id: PictureId,
    /// The line of the rule, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// One or two plain sentences, for the author of the rule.
    pub message: String,
}

/// The membership of a user in an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The album.
    pub album_id: AlbumId,
    /// The member.
    pub user_id: UserId,
    /// The rights of the member.
    pub role: AlbumRole,
    /// The friend who added the member.
    pub added_by: UserId,
    /// The time when the member was added (UTC).
    pub since: Timestamp,
}

/// A picture in an album.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlbumEntry {
    /// The album.
    pub album_id: AlbumId,
    /// The picture.
    #[serde(flatten)]
    pub key: PictureKey,
    /// The member who added the picture. `None` for a picture of a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_by: Option<UserId>,
    /// The time when the picture was added (UTC).
    pub added_at: Timestamp,
}

/// The pictures that one member, or guests, added to an album within five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlbumBatch {
    /// The album.
    pub album_id: AlbumId,
    /// The member who added the pictures. `None` for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// The start of the five minutes (UTC).
    pub since: Timestamp,
}

impl AlbumBatch {
    /// Returns the batch of a picture.
    #[must_use]
    pub fn of(entry: &AlbumEntry) -> Self {
        let (time, period) = (entry.added_at.as_second(), BATCH_PERIOD.as_secs());
        let since = Timestamp::from_second(time - time.rem_euclid(period)).unwrap_or(Timestamp::MIN);
        Self { album_id: entry.album_id, by: entry.added_by, since }
    }

    /// Returns the end of the five minutes (UTC).
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.since.saturating_add(BATCH_PERIOD).unwrap_or(Timestamp::MAX)
    }

    /// Returns `true` if the batch contains a picture.
    #[must_use]
    pub fn contains(&self, entry: &AlbumEntry) -> bool {
        Self::of(entry) == *self
    }
}

/// The pictures of an album that a member is notified of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum AlbumNotices {
    /// Pictures that others add.
    #[default]
    All,
    /// Nothing.
    None,
}

/// Returns the time by which an album sorts a picture in the order `taken`: the local time at the
/// place where it was taken, or the time of registration in UTC if that time is unknown.
#[must_use]
pub fn taken_order(picture: &Picture) -> DateTime {
    let local = picture.taken_at.as_ref().and_then(TakenAt::local);
    local.unwrap_or_else(|| TimeZone::UTC.to_datetime(picture.uploaded_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn pictures_of_one_member_within_five_minutes_are_one_batch() {
        let [ada, bob] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        let album_id = AlbumId::new();
        let batch = |added_by, at: &str| {
            let key = PictureKey { owner_id: ada, picture_id: crate::PictureId::new() };
            let added_at = at.parse().unwrap();
            let entry = AlbumEntry { album_id, key, added_by, added_at };
            let batch = AlbumBatch::of(&entry);
            assert!(batch.contains(&entry) && batch.since <= added_at && added_at < batch.until());
            batch
        };
        let first = batch(Some(ada), "2026-01-02T12:05:00Z");
        assert_eq!(first.since.to_string(), "2026-01-02T12:05:00Z");
        assert_eq!(batch(Some(ada), "2026-01-02T12:09:59.999999999Z"), first);
        for (by, at) in
            [(Some(ada), "12:10:00"), (Some(ada), "12:04:59"), (Some(bob), "12:05:00"), (None, "12:05:00")]
        {
            assert_ne!(batch(by, &format!("2026-01-02T{at}Z")), first, "{by:?} {at}");
        }
        assert_eq!(batch(None, "1969-12-31T23:59:59Z").since.to_string(), "1969-12-31T23:55:00Z");
    }
}
