//! Entries of a member's notification list.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Builder;

use crate::{Activity, NotificationId, UserId};

/// The time from an activity until its entries expire.
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A row of the Notifications table. It names the row that changed; read that row for the current
/// state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// The recipient.
    pub user_id: UserId,
    /// The member who caused the activity.
    pub actor_id: UserId,
    /// The time at which the entry was written (UTC, milliseconds). The read marker is compared
    /// with it, so that an entry that is written late counts as unread. `None` in rows of older
    /// versions.
    #[serde(default, rename = "keptAt", skip_serializing_if = "Option::is_none")]
    pub stored_at: Option<Timestamp>,
    /// The activity.
    #[serde(flatten)]
    pub activity: Activity,
}

impl Notification {
    /// Returns the sort key of the entry.
    #[must_use]
    pub fn id(&self) -> NotificationId {
        NotificationId::of(&self.activity)
    }

    /// Returns the time that is compared with the read marker (UTC).
    #[must_use]
    pub fn stored_at(&self) -> Timestamp {
        self.stored_at.unwrap_or(self.activity.at)
    }

    /// Returns the time of expiry (UTC).
    pub fn expires_at(&self) -> Result<Timestamp, jiff::Error> {
        self.activity.at.checked_add(RETENTION)
    }
}

impl NotificationId {
    /// Derives the id from the activity: a UUIDv7 with the time of the activity. Bits of the
    /// activity's id replace the random bits, so that every delivery of an activity gives the same
    /// id.
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
    use crate::{ActivityEvent, CommentId, PictureId, PictureKey};
    use uuid::Uuid;

    fn activity(name: &str, at: &str) -> Activity {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        let event = ActivityEvent::FriendRequested {
            from: UserId(Uuid::nil()),
            to: UserId(Uuid::max()),
            requested_at: None,
        };
        Activity { id, at: at.parse().unwrap(), event }
    }

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let of = |name, at| NotificationId::of(&activity(name, at));
        let (noon, later) = ("2026-01-02T12:00:00Z", "2026-01-02T12:00:01Z");
        assert_eq!(of("a", noon), of("a", noon), "delivered twice");
        assert_ne!(of("a", noon), of("b", noon));
        for name in ["a", "b", "c", "d", "e", "f"] {
            assert!(of("a", noon).to_string() < of(name, later).to_string(), "{name}");
        }
        assert!(of("a", "0001-01-01T00:00:00Z") < of("a", noon), "times before the epoch sort first");
    }

    #[test]
    fn an_entry_expires_thirty_days_after_the_activity() {
        let at = "2026-01-02T12:00:00Z";
        let (user_id, actor_id) = (UserId(Uuid::nil()), UserId(Uuid::max()));
        let entry = Notification { user_id, actor_id, stored_at: None, activity: activity("a", at) };
        assert_eq!(entry.expires_at().unwrap().to_string(), "2026-02-01T12:00:00Z");
    }

    #[test]
    fn a_parsed_row_equals_the_serialized_entry() {
        let (user_id, actor_id) = (UserId(Uuid::nil()), UserId(Uuid::max()));
        let picture = PictureKey { owner_id: user_id, picture_id: PictureId::new() };
        for event in [
            ActivityEvent::PictureReady { picture },
            ActivityEvent::CommentAdded { picture, comment_id: CommentId::new() },
            ActivityEvent::FriendRequested { from: actor_id, to: user_id, requested_at: None },
            ActivityEvent::FriendAccepted { from: user_id, to: actor_id },
        ] {
            let activity = Activity { event, ..activity("a", "2026-01-02T12:00:00Z") };
            for stored_at in [None, Some("2026-01-02T12:00:03.456Z".parse().unwrap())] {
                let entry = Notification { user_id, actor_id, stored_at, activity };
                let row: serde_dynamo::Item = serde_dynamo::to_item(entry).unwrap();
                assert_eq!(serde_dynamo::from_item::<_, Notification>(row).unwrap(), entry);
                assert_eq!(entry.stored_at(), stored_at.unwrap_or(activity.at));
            }
        }
    }
}
