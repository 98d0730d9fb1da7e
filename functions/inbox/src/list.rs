//! `GET /notifications`: returns a page of the caller's notifications, newest first.

use domain::{ActivityType, AlbumId, Notification, NotificationId, PageRequest, PictureId, UserId};
use futures_util::future::try_join;
use jiff::Timestamp;
use lambda::Error;
use lambda::http::{ApiError, Page, Request};
use lambda::view::PersonView;
use serde::Serialize;
use store::AlbumNotice;
use uuid::Uuid;

use crate::Context;
use crate::filter::{CurrentNotification, filter_current, picture_of};

/// The `data` of `GET /notifications`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NotificationPage {
    #[serde(flatten)]
    page: Page<NotificationView>,
    /// Notifications with a later `keptAt` are unread. Null if the member never marked
    /// notifications as read.
    read_until: Option<Timestamp>,
}

/// A notification of the API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Notification"))]
pub struct NotificationView {
    /// The id of the activity, as in messages to open pages.
    id: Uuid,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schemars(schema_with = "ActivityType::notifiable_schema"))]
    kind: ActivityType,
    /// The time of the activity (RFC 3339, UTC).
    at: Timestamp,
    /// The time (RFC 3339, UTC) at which the notification was stored, which can be long after `at`.
    /// Compare this time with `readUntil`.
    #[serde(rename = "keptAt")]
    stored_at: Timestamp,
    /// The member who caused the activity.
    user: PersonView,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_id: Option<PictureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<NoticedAlbum>,
}

/// The album that a notification is about, now.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NotifiedAlbum"))]
struct NoticedAlbum {
    id: AlbumId,
    title: String,
    /// The number of ready pictures that were added within five minutes, or that wait, at most 100.
    /// Zero if the notification is not about pictures.
    count: usize,
    /// The names of the guests who sent the pictures, at most three. If there are any, `user` is
    /// the owner of the album.
    guests: Vec<String>,
}

impl From<AlbumNotice> for NoticedAlbum {
    fn from(AlbumNotice { id, title, count, guests }: AlbumNotice) -> Self {
        Self { id, title, count, guests }
    }
}

impl NotificationView {
    fn new((notification, album): CurrentNotification, user: PersonView) -> Self {
        let activity = notification.activity;
        let picture = picture_of(activity.event);
        Self {
            id: activity.id,
            kind: activity.event.kind(),
            at: activity.at,
            stored_at: notification.stored_at(),
            user,
            owner_id: picture.map(|picture| picture.owner_id),
            picture_id: picture.map(|picture| picture.picture_id),
            album: album.map(NoticedAlbum::from),
        }
    }
}

/// Reads a page of the caller's notifications.
pub async fn list_notifications(
    context: &Context,
    caller: UserId,
    request: &Request,
) -> Result<NotificationPage, ApiError> {
    let cipher = context.secrets.cursor_cipher().await?;
    let page = request.page(cipher)?;
    let marker = context.notifications.read_marker(caller);
    let ((notifications, next), read_until) = try_join(read_current(context, caller, page), marker).await?;
    let actors = notifications.iter().map(|(notification, _)| notification.actor_id);
    let actors = PersonView::load_all(actors, &context.users).await?;
    let views = notifications.into_iter().zip(actors);
    let items = views.map(|(notification, user)| NotificationView::new(notification, user)).collect();
    let cursor = request.cursor(cipher, next)?;
    Ok(NotificationPage { page: Page { items, cursor }, read_until })
}

/// Reads `page.limit` notifications and returns the current ones, and the position after which the
/// next page starts. Therefore a page can be short or empty although more notifications follow.
async fn read_current(
    context: &Context,
    caller: UserId,
    page: PageRequest<NotificationId>,
) -> Result<(Vec<CurrentNotification>, Option<NotificationId>), Error> {
    let notifications = context.notifications.read_page(caller, page).await?;
    let next = page.next(&notifications, Notification::id);
    Ok((filter_current(context, caller, notifications).await?, next))
}
