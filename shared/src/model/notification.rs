//! What stays of what happened: an entry of a person's bell.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Builder;

use super::{Activity, NotificationId, UserId};

/// How long an entry is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A row of the Notifications table: something that happened and whom it concerned. How the thing is now is told by its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Whom it concerned.
    pub user_id: UserId,
    /// Whose doing it is.
    pub actor_id: UserId,
    /// When it was written first (UTC), in milliseconds: what comes late is unread all the same. Rows from before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<Timestamp>,
    /// What happened.
    #[serde(flatten)]
    pub activity: Activity,
}

impl Notification {
    /// Where it stands among a person's entries.
    #[must_use]
    pub fn id(&self) -> NotificationId {
        NotificationId::of(&self.activity)
    }

    /// Since when it can have been read.
    #[must_use]
    pub fn kept_at(&self) -> Timestamp {
        self.kept_at.unwrap_or(self.activity.at)
    }

    /// When it is forgotten (UTC).
    ///
    /// # Errors
    /// It happened at the end of time.
    pub fn expires_at(&self) -> Result<Timestamp, jiff::Error> {
        self.activity.at.checked_add(KEPT)
    }
}

impl NotificationId {
    /// The same for the same activity, however often it is told, and no other's: its time, by which ids sort, then its id. (As a
    /// UUIDv7 is made, with the bits of a hash instead of chance.)
    #[must_use]
    pub fn of(activity: &Activity) -> Self {
        let milliseconds = u64::try_from(activity.at.as_millisecond()).unwrap_or_default();
        let [_, _, _, _, _, _, hash @ ..] = activity.id.into_bytes();
        Self(Builder::from_unix_timestamp_millis(milliseconds, &hash).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CommentId, PictureId, PictureKey, What};
    use uuid::Uuid;

    fn activity(name: &str, at: &str) -> Activity {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        let what = What::FriendRequested { from: UserId(Uuid::nil()), to: UserId(Uuid::max()) };
        Activity { id, at: at.parse().unwrap(), what }
    }

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let of = |name, at| NotificationId::of(&activity(name, at));
        let (noon, later) = ("2026-01-02T12:00:00Z", "2026-01-02T12:00:01Z");
        assert_eq!(of("a", noon), of("a", noon), "told twice");
        assert_ne!(of("a", noon), of("b", noon));
        for name in ["a", "b", "c", "d", "e", "f"] {
            assert!(of("a", noon).to_string() < of(name, later).to_string(), "{name}");
        }
        assert!(of("a", "0001-01-01T00:00:00Z") < of("a", noon), "before the epoch there was nothing");
    }

    #[test]
    fn an_entry_is_kept_for_thirty_days_from_when_it_happened() {
        let at = "2026-01-02T12:00:00Z";
        let (user_id, actor_id) = (UserId(Uuid::nil()), UserId(Uuid::max()));
        let entry = Notification { user_id, actor_id, kept_at: None, activity: activity("a", at) };
        assert_eq!(entry.expires_at().unwrap().to_string(), "2026-02-01T12:00:00Z");
    }

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let (user_id, actor_id) = (UserId(Uuid::nil()), UserId(Uuid::max()));
        let picture = PictureKey { owner_id: user_id, picture_id: PictureId::new() };
        for what in [
            What::PictureReady { picture },
            What::CommentAdded { picture, comment_id: CommentId::new() },
            What::FriendRequested { from: actor_id, to: user_id },
            What::FriendAccepted { from: user_id, to: actor_id },
        ] {
            let activity = Activity { what, ..activity("a", "2026-01-02T12:00:00Z") };
            for kept_at in [None, Some("2026-01-02T12:00:03.456Z".parse().unwrap())] {
                let entry = Notification { user_id, actor_id, kept_at, activity };
                let row: serde_dynamo::Item = serde_dynamo::to_item(entry).unwrap();
                assert_eq!(serde_dynamo::from_item::<_, Notification>(row).unwrap(), entry);
                assert_eq!(entry.kept_at(), kept_at.unwrap_or(activity.at));
            }
        }
    }
}
