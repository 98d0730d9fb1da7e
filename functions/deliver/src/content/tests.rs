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
        findable: false,
        handle_changes: Vec::new(),
    }
}

const PICTURE: PictureKey =
    PictureKey { owner_id: UserId(Uuid::from_u128(1)), picture_id: PictureId(Uuid::from_u128(2)) };

fn notifications() -> [(ActivityEvent, Option<&'static str>, &'static str, &'static str); 4] {
    let (from, to) = (id(1), id(3));
    [
        (
            ActivityEvent::PictureReady { picture: PICTURE },
            None,
            "New picture",
            "Ada Lovelace (ada) shared a picture",
        ),
        (
            ActivityEvent::FriendRequested { from, to, requested_at: None },
            None,
            "Friend request",
            "Ada Lovelace (ada) sent you a friend request",
        ),
        (
            ActivityEvent::FriendAccepted { from: to, to: from },
            None,
            "New friend",
            "Ada Lovelace (ada) accepted your friend request",
        ),
        (
            ActivityEvent::CommentAdded { picture: PICTURE, comment_id: CommentId(Uuid::from_u128(4)) },
            Some("So blue!"),
            "New comment",
            "Ada Lovelace (ada) commented on your picture",
        ),
    ]
}

fn sentence(line: &str, comment: Option<&str>) -> String {
    comment.map_or_else(|| format!("{line}."), |comment| format!("{line}: “{comment}”"))
}

/// Returns the default text and the platform payloads of a push message.
fn parse_payloads(push: &PushContent) -> (Value, [Value; 3]) {
    let message: Value = serde_json::from_str(&push.message).unwrap();
    let part = |name: &str| serde_json::from_str(message[name].as_str().unwrap()).unwrap();
    (message["default"].clone(), ["APNS", "APNS_SANDBOX", "GCM"].map(part))
}

#[test]
fn each_notification_type_has_its_wording() {
    for (event, comment, title, line) in notifications() {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event };
        let content = NotificationContent {
            activity: &activity,
            actor: &user("Ada", "Lovelace"),
            comment,
            album: None,
        };
        let (email, push) = (content.email().unwrap(), content.push().unwrap());
        let body = sentence(line, comment);
        assert_eq!(email.subject, line);
        assert!(email.text.starts_with(&format!("{body}\n\nOpen Albumen to ")), "{}", email.text);
        assert!(email.text.ends_with(&format!("\n\n-- \n{FOOTER}\n")), "{}", email.text);
        let (default, [apns, sandbox, fcm]) = parse_payloads(&push);
        assert_eq!(default, body);
        assert_eq!(apns["aps"], json!({"alert": {"title": title, "body": body}}));
        assert_eq!(apns, sandbox);
        let message = &fcm["fcmV1Message"]["message"];
        assert_eq!(message["notification"], json!({"title": title, "body": body}));
        assert_eq!(message["android"]["notification"]["tag"], push.collapse_id);
    }
}

#[test]
fn a_push_message_contains_the_ids_of_the_page_to_open() {
    let [one, two, four, nine] = [1, 2, 4, 9].map(|n| Uuid::from_u128(n).to_string());
    for (event, comment, ..) in notifications() {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event };
        let content = NotificationContent {
            activity: &activity,
            actor: &user("Ada", "Lovelace"),
            comment,
            album: None,
        };
        let (_, [mut apns, _, fcm]) = parse_payloads(&content.push().unwrap());
        let mut expected = json!({"type": event.kind(), "id": nine, "userId": one});
        if matches!(event, ActivityEvent::PictureReady { .. } | ActivityEvent::CommentAdded { .. }) {
            expected["ownerId"] = one.clone().into();
            expected["pictureId"] = two.clone().into();
        }
        if matches!(event, ActivityEvent::CommentAdded { .. }) {
            expected["commentId"] = four.clone().into();
        }
        assert_eq!(fcm["fcmV1Message"]["message"]["data"], expected);
        apns.as_object_mut().unwrap().remove("aps");
        assert_eq!(apns, expected);
    }
}

#[test]
fn types_without_notifications_have_no_content() {
    let before = Audience::Friends;
    for event in [
        ActivityEvent::PictureChanged { picture: PICTURE, before },
        ActivityEvent::PictureRemoved { picture: PICTURE, before },
        ActivityEvent::FriendRemoved { one: id(1), other: id(3) },
        ActivityEvent::CommentRemoved { picture: PICTURE, comment_id: id(4), author_id: None },
    ] {
        let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event };
        let content = NotificationContent {
            activity: &activity,
            actor: &user("Ada", "Lovelace"),
            comment: None,
            album: None,
        };
        assert_eq!((content.email(), content.push()), (None, None));
        assert!(!event.kind().is_notifiable());
    }
}

#[test]
fn only_messages_about_pictures_of_the_same_owner_replace_each_other() {
    let collapse = |activity: u128, event| {
        let activity = Activity { id: id(activity), at: jiff::Timestamp::UNIX_EPOCH, event };
        let content = NotificationContent {
            activity: &activity,
            actor: &user("Ada", "Lovelace"),
            comment: None,
            album: None,
        };
        content.push().unwrap().collapse_id
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
fn user_input_cannot_add_lines_or_headers() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event: notifications()[3].0 };
    let actor = user("Eve\r\nBcc: all@example.com", "<b>\u{2028}\u{85}\u{0}x</b>");
    let content = NotificationContent {
        activity: &activity,
        actor: &actor,
        comment: Some("one\n\n-- \ntwo \" \\ “"),
        album: None,
    };
    let email = content.email().unwrap();
    assert_eq!(email.subject, "Eve Bcc: all@example.com <b> x</b> (ada) commented on your picture");
    let first = email.text.lines().next().unwrap();
    assert_eq!(first, format!("{}: “one -- two \" \\ “”", email.subject));
    let (default, [apns, ..]) = parse_payloads(&content.push().unwrap());
    assert_eq!((default.as_str(), apns["aps"]["alert"]["body"].as_str()), (Some(first), Some(first)));
}

/// SES would send `=?utf-8?q?Ad=61?=` unchanged, and the reader would see another name.
#[test]
fn a_subject_contains_no_encoded_word() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event: notifications()[1].0 };
    for (first, last) in [("=?utf-8?q?Ad=61?=", ""), ("==??=?", "=?UTF-8?B?QWRh?=")] {
        let content = NotificationContent {
            activity: &activity,
            actor: &user(first, last),
            comment: None,
            album: None,
        };
        let subject = content.email().unwrap().subject;
        assert!(!subject.contains("=?") && subject.contains("?="), "{subject}");
    }
}

#[test]
fn one_name_has_no_space_after_it() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event: notifications()[1].0 };
    let content =
        NotificationContent { activity: &activity, actor: &user("Pelé", ""), comment: None, album: None };
    assert_eq!(content.email().unwrap().subject, "Pelé (ada) sent you a friend request");
}

#[test]
fn cuts_names_and_comments_but_not_handles() {
    let activity = Activity { id: id(9), at: jiff::Timestamp::UNIX_EPOCH, event: notifications()[3].0 };
    let (long, comment) = (user(&"é".repeat(100), &"x".repeat(100)), "ü".repeat(1_000));
    let content =
        NotificationContent { activity: &activity, actor: &long, comment: Some(&comment), album: None };
    let email = content.email().unwrap();
    assert_eq!(email.subject, format!("{}… (ada) commented on your picture", "é".repeat(59)));
    assert!(email.text.starts_with(&format!("{}: “{}…”\n", email.subject, "ü".repeat(199))));
    // APNs and FCM accept 4 KB.
    let (_, payloads) = parse_payloads(&content.push().unwrap());
    assert!(payloads.iter().all(|payload| payload.to_string().len() < 4_096));
    for (text, expected) in [("", ""), ("123", "123"), ("1234", "12…"), (" 1 \t 2 ", "1 2")] {
        assert_eq!(to_one_line(text, 3), expected);
    }
}
