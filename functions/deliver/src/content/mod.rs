//! The wording of e-mails and push messages.
//!
//! Names and comments are user input. Each becomes one line of bounded length.

use std::borrow::Cow;

use domain::{Activity, ActivityEvent, PictureKey, User};
use serde_json::{Map, Value, json};
use store::{AlbumNotice, MAX_BATCH};
use uuid::Uuid;

/// The maximum length of a name in characters. The unique handle after it is never cut.
const MAX_NAME: usize = 60;
/// The maximum length of a comment in characters.
const MAX_COMMENT: usize = 200;
/// The maximum length of the title of an album in characters.
const MAX_TITLE: usize = 60;
/// The footer of every e-mail.
const FOOTER: &str = "You receive this e-mail because you turned on e-mail notifications in your profile. \
                      You can change your choice there.";

/// The facts that the e-mail and the push message state.
#[derive(Clone, Copy, Debug)]
pub struct NotificationContent<'a> {
    /// The activity.
    pub activity: &'a Activity,
    /// The member who caused the activity.
    pub actor: &'a User,
    /// The text of the comment, if the activity is about one.
    pub comment: Option<&'a str>,
    /// The album, if the activity is about one.
    pub album: Option<&'a AlbumNotice>,
}

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailContent {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// A push message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushContent {
    /// The message structure `json` of SNS: a payload for each platform, and a default.
    pub message: String,
    /// An id of at most 64 bytes. A message replaces an earlier message with the same id.
    pub collapse_id: String,
}

/// The wording of one type of activity.
struct Wording {
    /// The title of a push message.
    title: &'static str,
    /// The predicate after the name of the actor.
    predicate: Cow<'static, str>,
    /// The last sentence of an e-mail.
    call_to_action: &'static str,
}

impl NotificationContent<'_> {
    /// Returns the wording, or `None` for types without notifications.
    fn wording(&self) -> Option<Wording> {
        let (title, predicate, call_to_action) = match self.activity.event {
            ActivityEvent::PictureReady { .. } => (
                "New picture",
                "shared a picture",
                "Open Albumen to see it. There may be more: you get one e-mail for all pictures of an hour.",
            ),
            ActivityEvent::FriendRequested { .. } => {
                ("Friend request", "sent you a friend request", "Open Albumen to accept or decline.")
            }
            ActivityEvent::FriendAccepted { .. } => {
                ("New friend", "accepted your friend request", "Open Albumen to see their pictures.")
            }
            ActivityEvent::CommentAdded { .. } => {
                ("New comment", "commented on your picture", "Open Albumen to see the picture and reply.")
            }
            ActivityEvent::AlbumMemberAdded { .. }
            | ActivityEvent::AlbumPicturesAdded { .. }
            | ActivityEvent::AlbumPicturesWaiting { .. } => return self.album_wording(),
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. }
            | ActivityEvent::AlbumChanged { .. }
            | ActivityEvent::AlbumRemoved { .. }
            | ActivityEvent::AlbumMemberRemoved { .. } => return None,
        };
        Some(Wording { title, predicate: predicate.into(), call_to_action })
    }

    /// Returns the wording of an activity in an album, or `None` without the album.
    fn album_wording(&self) -> Option<Wording> {
        let album = self.album?;
        let title = format!("“{}”", to_one_line(&album.title, MAX_TITLE));
        let pictures = match album.count {
            1 => "a picture".to_owned(),
            count if count >= MAX_BATCH => format!("{MAX_BATCH} or more pictures"),
            count => format!("{count} pictures"),
        };
        let (heading, predicate, call_to_action) = match self.activity.event {
            ActivityEvent::AlbumMemberAdded { .. } => {
                ("New album", format!("added you to {title}"), "Open Albumen to see the album.")
            }
            ActivityEvent::AlbumPicturesAdded { .. } => (
                "New pictures",
                format!("added {pictures} to {title}"),
                "Open Albumen to see the album. There may be more: you get one e-mail an hour about the \
                 pictures that one person adds to an album.",
            ),
            ActivityEvent::AlbumPicturesWaiting { .. } => (
                "Pictures to approve",
                format!("sent {pictures} to {title} for your approval"),
                "Open Albumen to approve or reject. There may be more: you get one e-mail an hour about \
                 the pictures that wait in an album.",
            ),
            _ => return None,
        };
        Some(Wording { title: heading, predicate: predicate.into(), call_to_action })
    }

    /// Returns the name of the actor and the predicate.
    fn headline(&self, wording: &Wording) -> String {
        format!("{} {}", self.actor_name(), wording.predicate)
    }

    /// Returns the name of the actor, or of the guests who caused the activity.
    fn actor_name(&self) -> String {
        let guests = self.album.map_or(&[][..], |album| &album.guests);
        match guests {
            _ if !self.activity.event.is_by_guests() => format_name(self.actor),
            [] => "A guest".to_owned(),
            [name] => format!("{} (guest)", to_one_line(name, MAX_NAME)),
            [name, ..] => format!("{} (guest) and others", to_one_line(name, MAX_NAME)),
        }
    }

    /// Returns the headline with the comment, if there is one.
    fn sentence(&self, wording: &Wording) -> String {
        match self.comment {
            None => format!("{}.", self.headline(wording)),
            Some(comment) => format!("{}: “{}”", self.headline(wording), to_one_line(comment, MAX_COMMENT)),
        }
    }

    /// Creates the e-mail. Returns `None` for types without notifications.
    pub fn email(&self) -> Option<EmailContent> {
        let wording = self.wording()?;
        let text = format!("{}\n\n{}\n\n-- \n{FOOTER}\n", self.sentence(&wording), wording.call_to_action);
        // SES sends an encoded-word (RFC 2047) unchanged, so that readers would see another name.
        // The space prevents this.
        let subject = self.headline(&wording).replace("=?", "= ?");
        Some(EmailContent { subject, text })
    }

    /// Creates the push message, without a sound. Returns `None` for types without notifications.
    ///
    /// Formats:
    /// [APNs](https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification),
    /// [FCM](https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html).
    pub fn push(&self) -> Option<PushContent> {
        let wording = self.wording()?;
        let (title, body, data) = (wording.title, self.sentence(&wording), self.data());
        let collapse_id = self.collapse_id();
        let mut apns = json!({"aps": {"alert": {"title": title, "body": body}}});
        if let Value::Object(parts) = &mut apns {
            parts.extend(data.clone());
        }
        let apns = apns.to_string();
        let fcm = json!({"fcmV1Message": {"message": {
            "notification": {"title": title, "body": body},
            "data": data,
            "android": {"notification": {"tag": collapse_id}},
        }}});
        let fcm = fcm.to_string();
        let message = json!({"default": body, "APNS": apns, "APNS_SANDBOX": apns, "GCM": fcm}).to_string();
        Some(PushContent { message, collapse_id })
    }

    /// Returns the ids that an app needs to open the page of the activity. All values are strings,
    /// as FCM requires.
    fn data(&self) -> Map<String, Value> {
        let picture_ids = |PictureKey { owner_id, picture_id }| {
            [("ownerId", owner_id.to_string()), ("pictureId", picture_id.to_string())]
        };
        let activity = self.activity;
        let mut data = vec![
            ("type", activity.event.kind().to_string()),
            ("id", activity.id.to_string()),
            ("userId", self.actor.id.to_string()),
        ];
        match activity.event {
            ActivityEvent::PictureReady { picture } => data.extend(picture_ids(picture)),
            ActivityEvent::CommentAdded { picture, comment_id } => {
                data.extend(picture_ids(picture));
                data.push(("commentId", comment_id.to_string()));
            }
            _ => {}
        }
        if let Some(album) = activity.event.album() {
            data.push(("albumId", album.to_string()));
        }
        data.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// Returns the collapse id. All pictures of one owner share an id, and all pictures that one
    /// person adds to an album, so that the message about a new picture replaces an earlier one.
    /// Other messages have the id of the activity, so that a repeated message replaces the first
    /// one.
    fn collapse_id(&self) -> String {
        match self.activity.event {
            ActivityEvent::PictureReady { picture } => format!("picture.ready#{}", picture.owner_id),
            ActivityEvent::AlbumPicturesAdded { batch } | ActivityEvent::AlbumPicturesWaiting { batch } => {
                let kind = self.activity.event.kind();
                let by = batch.by.map_or_else(|| "guests".to_owned(), |id| id.to_string());
                Uuid::new_v5(&batch.album_id.0, format!("{kind} {by}").as_bytes()).to_string()
            }
            _ => self.activity.id.to_string(),
        }
    }
}

/// Formats a name: `firstName lastName (handle)`.
fn format_name(user: &User) -> String {
    format!("{} ({})", to_one_line(&user.full_name(), MAX_NAME), user.handle)
}

/// Joins the words of a text with single spaces, without line breaks and control characters. Cuts
/// the result to at most `max` characters, including an ellipsis.
fn to_one_line(text: &str, max: usize) -> String {
    let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max) {
        None => line,
        Some(_) => line.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
