//! `GET /notifications`: a page of the caller's notifications, newest first.

use domain::{ActivityType, Notification, NotificationId, PageRequest, PictureId, UserId};
use futures_util::future::try_join;
use jiff::Timestamp;
use lambda::Error;
use lambda::http::{ApiError, Page, Request};
use lambda::view::PersonView;
use serde::Serialize;
use uuid::Uuid;

use crate::Context;
use crate::filter::{filter_current, picture_of};

/// The maximum number of entries of one read. The records that they refer to take four transactions
/// and two batches.
const MAX_ENTRIES: usize = 200;
/// The maximum number of reads for a page, so that a request takes at most a second, however many
/// entries no longer apply.
const MAX_READS: usize = 5;

/// The `data` of `GET /notifications`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NotificationPage {
    #[serde(flatten)]
    page: Page<NotificationView>,
    /// Notifications with a later `keptAt` are unread; null if the member has read none.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    read_until: Option<Timestamp>,
}

/// The `notification` of the API: an entry of a member's notification list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Notification", optional_fields = nullable))]
pub struct NotificationView {
    /// The id of the activity, as in messages to open pages.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    id: Uuid,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(as = "domain::typescript::NotifiableActivityType"))]
    kind: ActivityType,
    /// The time of the activity (RFC 3339, UTC).
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    at: Timestamp,
    /// The time (RFC 3339, UTC) at which the entry was stored, which can be long after `at`.
    /// Compare it with `readUntil`.
    #[serde(rename = "keptAt")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    stored_at: Timestamp,
    /// The member who caused the activity.
    user: PersonView,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_id: Option<PictureId>,
}

impl NotificationView {
    fn new(entry: &Notification, user: PersonView) -> Self {
        let activity = entry.activity;
        let picture = picture_of(activity.event);
        Self {
            id: activity.id,
            kind: activity.event.kind(),
            at: activity.at,
            stored_at: entry.stored_at(),
            user,
            owner_id: picture.map(|picture| picture.owner_id),
            picture_id: picture.map(|picture| picture.picture_id),
        }
    }
}

/// Reads a page of the caller's notifications.
pub async fn list_notifications(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<NotificationPage, ApiError> {
    let signer = context.secrets.cursor_signer().await?;
    let page = request.page(signer)?;
    let marker = context.notifications.read_marker(caller);
    let ((entries, next), read_until) = try_join(read_entries(context, caller, page), marker).await?;
    let actors = entries.iter().map(|entry| entry.actor_id);
    let actors = PersonView::load_all(actors, &context.users).await?;
    let items = entries.iter().zip(actors).map(|(entry, user)| NotificationView::new(entry, user)).collect();
    let cursor = next.map(|position| request.cursor(signer, position));
    Ok(NotificationPage { page: Page { items, cursor }, read_until })
}

/// Reads the newest entries that still apply, and the position after which the next page starts.
/// Reads on while the page is short, [`MAX_READS`] times at most: a short page can have a
/// successor.
async fn read_entries(
    context: &Context,
    caller: UserId,
    page: PageRequest<NotificationId>,
) -> Result<(Vec<Notification>, Option<NotificationId>), Error> {
    let mut step = page;
    let mut found = Vec::with_capacity(page.limit);
    for _ in 0..MAX_READS {
        let entries = context.notifications.read_page(caller, step).await?;
        let next = step.next(&entries, Notification::id);
        let current = filter_current(context, caller, entries).await?;
        found.extend(current.into_iter().take(page.limit - found.len()));
        if found.len() == page.limit {
            let last = found.last().map(Notification::id);
            return Ok((found, last));
        }
        step = PageRequest { limit: MAX_ENTRIES, after: next };
        if next.is_none() {
            break;
        }
    }
    Ok((found, step.after))
}
