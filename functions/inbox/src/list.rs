//! `GET /notifications`: a page of the caller's entries, newest first.

use futures_util::future::try_join;
use jiff::Timestamp;
use serde::Serialize;
use lambda::Error;
use domain::PageRequest;
use lambda::http::{ApiError, Page, Request};
use domain::{ActivityType, Notification, NotificationId, PictureId, UserId};
use lambda::view::PersonView;
use uuid::Uuid;

use crate::Context;
use crate::current::{current, picture};

/// The most entries that are read at a time: what they are about is four transactions and two batches.
const MAX_ROWS: usize = 200;
/// How often is read for one page: a call takes a second at most, whatever others have left in somebody's bell.
const MAX_READS: usize = 5;

/// A page of the bell: the `data` of `GET /notifications`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NotificationPage"))]
pub struct Entries {
    #[serde(flatten)]
    page: Page<NotificationView>,
    /// What was kept later than this is unread; null: all of it.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    read_until: Option<Timestamp>,
}

/// The `notification` of the API: one line of the bell.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Notification", optional_fields = nullable))]
pub struct NotificationView {
    /// The activity's, as in messages to open pages.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    id: Uuid,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(as = "domain::typescript::WhatIsNews"))]
    kind: ActivityType,
    /// When it happened (RFC 3339, UTC).
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    at: Timestamp,
    /// When it came to be listed, which can be long after it happened: tells whether it has been read.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    kept_at: Timestamp,
    /// Who did it.
    user: PersonView,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_id: Option<PictureId>,
}

impl NotificationView {
    fn new(entry: &Notification, user: PersonView) -> Self {
        let activity = entry.activity;
        let picture = picture(activity.what);
        Self {
            id: activity.id,
            kind: activity.what.kind(),
            at: activity.at,
            kept_at: entry.kept_at(),
            user,
            owner_id: picture.map(|picture| picture.owner_id),
            picture_id: picture.map(|picture| picture.picture_id),
        }
    }
}

/// Reads a page.
pub async fn list(context: &Context, caller: UserId, request: &Request) -> Result<Entries, ApiError> {
    let cursor_signer = context.secrets.cursor_signer().await?;
    let page = request.page(cursor_signer)?;
    let read_until = context.notifications.read_until(caller);
    let ((entries, next), read_until) = try_join(entries(context, caller, page), read_until).await?;
    let people = PersonView::all(entries.iter().map(|entry| entry.actor_id), &context.users).await?;
    let items = entries.iter().zip(people).map(|(entry, user)| NotificationView::new(entry, user)).collect();
    let cursor = next.map(|position| request.cursor(cursor_signer, position));
    Ok(Entries { page: Page { items, cursor }, read_until })
}

/// The newest entries that are still so, and where to read on. It reads on while the page is short, but not for ever: a page may be
/// short or empty and have more behind it.
async fn entries(
    context: &Context,
    caller: UserId,
    page: PageRequest<NotificationId>,
) -> Result<(Vec<Notification>, Option<NotificationId>), Error> {
    let mut step = page;
    let mut found = Vec::with_capacity(page.limit);
    for _ in 0..MAX_READS {
        let rows = context.notifications.page(caller, step).await?;
        let next = step.next(&rows, Notification::id);
        let current = current(context, caller, rows).await?;
        found.extend(current.into_iter().take(page.limit - found.len()));
        if found.len() == page.limit {
            let last = found.last().map(Notification::id);
            return Ok((found, last));
        }
        step = PageRequest { limit: MAX_ROWS, after: next };
        if next.is_none() {
            break;
        }
    }
    Ok((found, step.after))
}
