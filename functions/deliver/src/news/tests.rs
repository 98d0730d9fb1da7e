use super::*;
use domain::{Audience, CommentId, NotificationPreferences, PictureId, UserId};
use uuid::Uuid;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn user(first_name: &str, last_name: &str) -> User {
    User {
        id: id(1),
        handle: "ada".parse().unwrap(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        created_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        notifications: NotificationPreferences::default(),
    }
}

const PICTURE: PictureKey =
    PictureKey { owner_id: UserId(Uuid::from_u128(1)), picture_id: PictureId(Uuid::from_u128(2)) };

fn kinds() -> [(ActivityEvent, Option<&'static str>, &'static str, &'static str); 4] {
    let (from, to) = (id(1), id(3));
    [
        (
            ActivityEvent::PictureReady { picture: PICTURE },
            None,
            "New picture",
            "Ada Lovelace (ada) has shared a picture",
        ),
        (
            ActivityEvent::FriendRequested { from, to },
            None,
            "Friend request",
            "Ada Lovelace (ada) asks for your friendship",
        ),
        (
            ActivityEvent::FriendAccepted { from: to, to: from },
            None,
            "New friend",
            "Ada Lovelace (ada) has accepted your friendship",
        ),
        (
            ActivityEvent::CommentAdded { picture: PICTURE, comment_id: CommentId(Uuid::from_u128(4)) },
            Some("So blue!"),
            "New comment",
            "Ada Lovelace (ada) wrote about your picture",
        ),
    ]
}

fn sentence(line: &str, comment: Option<&str>) -> String {
    comment.map_or_else(|| format!("{line}."), |comment| format!("{line}: “{comment}”"))
}

/// The parts of a message to a phone.
fn parts(push: &Push) -> (Value, [Value; 3]) {
    let message: Value = serde_json::from_str(&push.message).unwrap();
    let part = |name: &str| serde_json::from_str(message[name].as_str().unwrap()).unwrap();
    (message["default"].clone(), ["APNS", "APNS_SANDBOX", "GCM"].map(part))
}

#[test]
fn every_kind_has_its_words() {
    for (what, comment, title, line) in kinds() {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, what };
        let news = News { activity: &activity, actor: &user("Ada", "Lovelace"), comment };
        let (email, push) = (news.email().unwrap(), news.push().unwrap());
        let body = sentence(line, comment);
        assert_eq!(email.subject, line);
        assert!(email.text.starts_with(&format!("{body}\n\nOpen Albumen to ")), "{}", email.text);
        assert!(email.text.ends_with(&format!("\n\n-- \n{WHY}\n")), "{}", email.text);
        let (default, [apple, sandbox, google]) = parts(&push);
        assert_eq!(default, body);
        assert_eq!(apple["aps"], json!({"alert": {"title": title, "body": body}}));
        assert_eq!(apple, sandbox);
        let google = &google["fcmV1Message"]["message"];
        assert_eq!(google["notification"], json!({"title": title, "body": body}));
        assert_eq!(google["android"]["notification"]["tag"], push.collapse);
    }
}

#[test]
fn an_app_learns_which_page_to_open() {
    let [one, two, four, nine] = [1, 2, 4, 9].map(|n| Uuid::from_u128(n).to_string());
    for (what, comment, ..) in kinds() {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, what };
        let news = News { activity: &activity, actor: &user("Ada", "Lovelace"), comment };
        let (_, [mut apple, _, google]) = parts(&news.push().unwrap());
        let mut expected = json!({"type": what.kind(), "id": nine, "userId": one});
        if matches!(what, ActivityEvent::PictureReady { .. } | ActivityEvent::CommentAdded { .. }) {
            expected["ownerId"] = one.clone().into();
            expected["pictureId"] = two.clone().into();
        }
        if matches!(what, ActivityEvent::CommentAdded { .. }) {
            expected["commentId"] = four.clone().into();
        }
        assert_eq!(google["fcmV1Message"]["message"]["data"], expected);
        apple.as_object_mut().unwrap().remove("aps");
        assert_eq!(apple, expected);
    }
}

#[test]
fn what_only_keeps_a_page_right_is_no_news() {
    let before = Audience::Friends;
    for what in [
        ActivityEvent::PictureChanged { picture: PICTURE, before },
        ActivityEvent::PictureRemoved { picture: PICTURE, before },
        ActivityEvent::FriendRemoved { one: id(1), other: id(3) },
        ActivityEvent::CommentRemoved { picture: PICTURE, comment_id: id(4) },
    ] {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, what };
        let news = News { activity: &activity, actor: &user("Ada", "Lovelace"), comment: None };
        assert_eq!((news.email(), news.push()), (None, None));
        assert!(!what.kind().is_news());
    }
}

#[test]
fn pictures_of_a_person_replace_each_other_and_nothing_else_does() {
    let collapse = |activity: u128, what| {
        let activity = Activity { id: id(activity), at: jiff::Timestamp::UNIX_EPOCH, what };
        let news = News { activity: &activity, actor: &user("Ada", "Lovelace"), comment: None };
        news.push().unwrap().collapse
    };
    let other = PictureKey { picture_id: id(7), ..PICTURE };
    let ready = collapse(1, ActivityEvent::PictureReady { picture: PICTURE });
    assert_eq!(ready, collapse(2, ActivityEvent::PictureReady { picture: other }));
    assert!(ready.len() <= 64);
    let comment_id = id(4);
    let comment = ActivityEvent::CommentAdded { picture: PICTURE, comment_id };
    assert_ne!(collapse(1, comment), collapse(2, comment));
}

#[test]
fn what_people_typed_is_data() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, what: kinds()[3].0 };
    let actor = user("Eve\r\nBcc: all@example.com", "<b>\u{2028}\u{85}\u{0}x</b>");
    let news = News { activity: &activity, actor: &actor, comment: Some("one\n\n-- \ntwo \" \\ “") };
    let email = news.email().unwrap();
    assert_eq!(email.subject, "Eve Bcc: all@example.com <b> x</b> (ada) wrote about your picture");
    let first = email.text.lines().next().unwrap();
    assert_eq!(first, format!("{}: “one -- two \" \\ “”", email.subject));
    let (default, [apple, ..]) = parts(&news.push().unwrap());
    assert_eq!((default.as_str(), apple["aps"]["alert"]["body"].as_str()), (Some(first), Some(first)));
}

#[test]
fn names_and_comments_are_bounded_and_handles_stay() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, what: kinds()[3].0 };
    let (long, comment) = (user(&"é".repeat(100), &"x".repeat(100)), "ü".repeat(1_000));
    let news = News { activity: &activity, actor: &long, comment: Some(&comment) };
    let email = news.email().unwrap();
    assert_eq!(email.subject, format!("{}… (ada) wrote about your picture", "é".repeat(59)));
    assert!(email.text.starts_with(&format!("{}: “{}…”\n", email.subject, "ü".repeat(199))));
    // Apple and Google take 4 KB.
    let (_, payloads) = parts(&news.push().unwrap());
    assert!(payloads.iter().all(|payload| payload.to_string().len() < 4_096));
    for (text, expected) in [("", ""), ("123", "123"), ("1234", "12…"), (" 1 \t 2 ", "1 2")] {
        assert_eq!(one_line(text, 3), expected);
    }
}
