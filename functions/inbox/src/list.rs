//! `GET /notifications`: a page of the caller's entries, newest first.

use futures_util::future::try_join;
use jiff::Timestamp;
use serde::Serialize;
use shared::Error;
use shared::api::{ApiError, PageRequest, Request};
use shared::model::{ActivityType, Notification, NotificationId, PictureId, UserId};
use shared::view::PersonView;
use uuid::Uuid;

use crate::Stores;
use crate::current::{current, picture};

/// The most entries that are read at a time: what they are about is four transactions and two batches.
const MOST_ROWS: usize = 200;

/// The `data` of the reply.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    items: Vec<NotificationView>,
    /// `None`: there are no more.
    cursor: Option<String>,
    /// What is later than this is unread; `None`: all of it.
    read_until: Option<Timestamp>,
}

/// The `notification` of the API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationView {
    /// The activity's, as in messages to open pages.
    id: Uuid,
    #[serde(rename = "type")]
    kind: ActivityType,
    at: Timestamp,
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
            user,
            owner_id: picture.map(|picture| picture.owner_id),
            picture_id: picture.map(|picture| picture.picture_id),
        }
    }
}

/// Reads a page.
pub async fn list(stores: &Stores, caller: UserId, request: &Request) -> Result<Page, ApiError> {
    let seal = stores.secrets.seal().await?;
    let page = request.page(seal)?;
    let read_until = stores.notifications.read_until(caller);
    let (entries, read_until) = try_join(entries(stores, caller, page), read_until).await?;
    let next = page.next(&entries, Notification::id);
    let people = PersonView::all(entries.iter().map(|entry| entry.actor_id), &stores.users).await?;
    let items = entries.iter().zip(people).map(|(entry, user)| NotificationView::new(entry, user)).collect();
    Ok(Page { items, cursor: next.map(|position| request.cursor(seal, position)), read_until })
}

/// The newest entries that are still so. It reads on while the page is short, ever more at a time: thousands in a row may not be
/// (somebody was unfriended).
async fn entries(
    stores: &Stores,
    caller: UserId,
    page: PageRequest<NotificationId>,
) -> Result<Vec<Notification>, Error> {
    let mut step = page;
    let mut found = Vec::with_capacity(page.limit);
    loop {
        let rows = stores.notifications.page(caller, step).await?;
        let next = step.next(&rows, Notification::id);
        let current = current(stores, caller, rows).await?;
        found.extend(current.into_iter().take(page.limit - found.len()));
        if found.len() == page.limit || next.is_none() {
            return Ok(found);
        }
        step = PageRequest { limit: (step.limit * 2).min(MOST_ROWS), after: next };
    }
}
