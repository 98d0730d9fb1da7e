//! What people read: the words of every e-mail and of every message to a phone. What people typed is data in them: one line, bounded.

use domain::{Activity, ActivityEvent, PictureKey, User};
use serde_json::{Map, Value, json};

/// The most characters of a name; the handle, by which people are told apart, is never cut.
const MAX_NAME: usize = 60;
/// The most characters of a comment.
const MAX_COMMENT: usize = 200;
/// The last words of every e-mail.
const WHY: &str = "You get this e-mail because you chose so in your profile, where you can change it.";

/// Something new, with the names that it takes to say so.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// What happened.
    pub activity: &'a Activity,
    /// Whose doing it is.
    pub actor: &'a User,
    /// What they wrote.
    pub comment: Option<&'a str>,
}

/// An e-mail: plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// A message to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// What SNS takes as message structure `json`: a text for each platform, and one for all others.
    pub message: String,
    /// A message takes the place of an earlier one with the same, so that no burst of them fills a screen. At most 64 bytes.
    pub collapse: String,
}

/// How one kind of activity is told.
struct Words {
    /// A push's title.
    title: &'static str,
    /// What the actor did, after their name.
    did: &'static str,
    /// What the reader of an e-mail can do.
    next: &'static str,
}

impl News<'_> {
    /// The words for it; `None` for what is not news.
    fn words(&self) -> Option<Words> {
        let (title, did, next) = match self.activity.what {
            ActivityEvent::PictureReady { .. } => (
                "New picture",
                "has shared a picture",
                "Open Albumen to see it, and perhaps more: all pictures of an hour make one e-mail.",
            ),
            ActivityEvent::FriendRequested { .. } => {
                ("Friend request", "asks for your friendship", "Open Albumen to accept or to decline.")
            }
            ActivityEvent::FriendAccepted { .. } => {
                ("New friend", "has accepted your friendship", "Open Albumen to see their pictures.")
            }
            ActivityEvent::CommentAdded { .. } => {
                ("New comment", "wrote about your picture", "Open Albumen to see the picture and to answer.")
            }
            ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }
            | ActivityEvent::FriendRemoved { .. }
            | ActivityEvent::CommentRemoved { .. } => return None,
        };
        Some(Words { title, did, next })
    }

    /// Who did what.
    fn line(&self, words: &Words) -> String {
        format!("{} {}", name(self.actor), words.did)
    }

    /// Who did what, with what they wrote.
    fn sentence(&self, words: &Words) -> String {
        match self.comment {
            None => format!("{}.", self.line(words)),
            Some(comment) => format!("{}: “{}”", self.line(words), one_line(comment, MAX_COMMENT)),
        }
    }

    /// As an e-mail; `None` for what is not news.
    pub fn email(&self) -> Option<Email> {
        let words = self.words()?;
        let text = format!("{}\n\n{}\n\n-- \n{WHY}\n", self.sentence(&words), words.next);
        Some(Email { subject: self.line(&words), text })
    }

    /// As a message to a phone; `None` for what is not news. The formats:
    /// [Apple's](https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification),
    /// [Google's](https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html). It makes no sound.
    pub fn push(&self) -> Option<Push> {
        let words = self.words()?;
        let (title, body, ids, collapse) = (words.title, self.sentence(&words), self.ids(), self.collapse());
        let mut apple = json!({"aps": {"alert": {"title": title, "body": body}}});
        if let Value::Object(parts) = &mut apple {
            parts.extend(ids.clone());
        }
        let apple = apple.to_string();
        let google = json!({"fcmV1Message": {"message": {
            "notification": {"title": title, "body": body},
            "data": ids,
            "android": {"notification": {"tag": collapse}},
        }}});
        let google = google.to_string();
        let message =
            json!({"default": body, "APNS": apple, "APNS_SANDBOX": apple, "GCM": google}).to_string();
        Some(Push { message, collapse })
    }

    /// What an app needs to open the right page. All are strings: Google takes nothing else.
    fn ids(&self) -> Map<String, Value> {
        let of_picture = |PictureKey { owner_id, picture_id }| {
            [("ownerId", owner_id.to_string()), ("pictureId", picture_id.to_string())]
        };
        let activity = self.activity;
        let mut ids = vec![
            ("type", activity.what.kind().to_string()),
            ("id", activity.id.to_string()),
            ("userId", self.actor.id.to_string()),
        ];
        match activity.what {
            ActivityEvent::PictureReady { picture } => ids.extend(of_picture(picture)),
            ActivityEvent::CommentAdded { picture, comment_id } => {
                ids.extend(of_picture(picture));
                ids.push(("commentId", comment_id.to_string()));
            }
            _ => {}
        }
        ids.into_iter().map(|(name, id)| (name.to_owned(), id.into())).collect()
    }

    /// The newest picture of a person stands for those before it. Everything else stands for itself, told twice or not.
    fn collapse(&self) -> String {
        match self.activity.what {
            ActivityEvent::PictureReady { picture } => format!("picture.ready#{}", picture.owner_id),
            _ => self.activity.id.to_string(),
        }
    }
}

/// `firstName lastName (handle)`.
fn name(user: &User) -> String {
    let name = one_line(&format!("{} {}", user.first_name, user.last_name), MAX_NAME);
    format!("{name} ({})", user.handle)
}

/// Text in one line of at most `most` characters; three dots stand for what was cut off.
fn one_line(text: &str, most: usize) -> String {
    let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        None => line,
        Some(_) => line.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
