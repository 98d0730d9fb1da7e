//! Tests of the recipients of each notification type, by channel.

use domain::{ActivityEvent, Comment, CommentId, FriendshipState, PictureKey, UserId, Visibility};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, endpoint, id};
use crate::{add_picture, prefer, with_picture};

const ALL: &[&str] = &["live", "push", "email"];

fn on_both_channels(members: &[u128]) -> (Vec<String>, Vec<String>) {
    let devices = members.iter().map(u128::to_string).collect();
    (devices, members.iter().map(|n| format!("p{n}@example.com")).collect())
}

fn comment(fixture: &Fixture, picture: PictureKey, author_id: UserId, text: &str) -> ActivityEvent {
    let (comment_id, created_at) = (CommentId::new(), "2026-01-01T00:00:00Z".parse().unwrap());
    fixture.state().comments.push(Comment { picture, comment_id, author_id, text: text.into(), created_at });
    ActivityEvent::CommentAdded { picture, comment_id }
}

#[tokio::test]
async fn notifies_friends_of_a_picture_that_they_can_view() {
    for (visibility, recipients) in
        [(Visibility::Friends, &[2, 3][..]), (Visibility::Public, &[2, 3]), (Visibility::Private, &[])]
    {
        let (fixture, picture) = with_picture(visibility);
        fixture.state().profiles.insert(picture.owner_id, prefer(ALL));
        for n in [2, 3] {
            fixture.friends(picture.owner_id, fixture.member(n, prefer(ALL)));
        }
        let [requester, _stranger] = [4, 5].map(|n| fixture.member(n, prefer(ALL)));
        fixture.friendship(
            picture.owner_id,
            requester,
            [FriendshipState::Invited, FriendshipState::Requested],
        );
        assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
        assert_eq!(fixture.take_recipients(), on_both_channels(recipients), "{visibility:?}");
    }
}

#[tokio::test]
async fn reads_no_friends_for_a_private_picture() {
    let (fixture, picture) = with_picture(Visibility::Private);
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(fixture.state().requests, ["TransactGetItems"]);
}

#[tokio::test]
async fn skips_a_friend_whose_friendship_ends_before_the_message_is_sent() {
    let (fixture, picture) = with_picture(Visibility::Public);
    let [friend, former_friend] = [2, 3].map(|n| fixture.member(n, prefer(ALL)));
    fixture.friends(picture.owner_id, friend);
    let remaining = fixture.state().friendships.clone();
    fixture.friends(picture.owner_id, former_friend);
    fixture.state().friendships_after_first_read = Some(remaining);
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[2]));
}

#[tokio::test]
async fn ignores_a_deleted_picture() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    fixture.friends(picture.owner_id, fixture.member(2, prefer(ALL)));
    fixture.state().pictures.clear();
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn notifies_the_invited_member_while_the_request_is_open() {
    let fixture = Fixture::default();
    let [from, to] = [1, 2].map(|n| fixture.member(n, prefer(ALL)));
    let event = ActivityEvent::FriendRequested { from, to, requested_at: None };
    fixture.friendship(from, to, [FriendshipState::Requested, FriendshipState::Invited]);
    assert!(fixture.deliver_new(event).await);
    let (_, push) = fixture.state().pushes[0].clone();
    let sentence = "Some Body (p1) sent you a friend request.";
    assert_eq!(push["default"], sentence);
    let (_, subject, text) = fixture.state().emails[0].clone();
    assert_eq!(subject, sentence.trim_end_matches('.'));
    assert!(text.starts_with(sentence));
    assert_eq!(fixture.take_recipients(), on_both_channels(&[2]));

    fixture.state().friendships.clear();
    assert!(fixture.deliver_new(event).await);
    fixture.friends(from, to);
    assert!(fixture.deliver_new(event).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn notifies_once_of_requests_that_a_member_repeats() {
    let fixture = Fixture::default();
    let [from, to] = [1, 2].map(|n| fixture.member(n, prefer(ALL)));
    fixture.friendship(from, to, [FriendshipState::Requested, FriendshipState::Invited]);
    let [first, repeated] =
        ["2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"].map(|time| time.parse().unwrap());
    for row in &mut fixture.state().friendships {
        (row.since, row.notified_at) = (repeated, Some(first));
    }
    for (sent, recipients) in [(repeated, vec![]), (first, vec![2])] {
        let event = ActivityEvent::FriendRequested { from, to, requested_at: Some(sent) };
        assert!(fixture.deliver_new(event).await);
        assert_eq!(fixture.take_recipients(), on_both_channels(&recipients));
    }
}

#[tokio::test]
async fn notifies_nobody_of_a_request_that_the_other_member_does_not_see() {
    let fixture = Fixture::default();
    let [from, to] = [1, 2].map(|n| fixture.member(n, prefer(ALL)));
    fixture.friendship(from, to, [FriendshipState::Requested, FriendshipState::Blocked]);
    let event = ActivityEvent::FriendRequested { from, to, requested_at: Some(Timestamp::UNIX_EPOCH) };
    assert!(fixture.deliver_new(event).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn notifies_the_requester_while_the_friendship_exists() {
    let fixture = Fixture::default();
    let [from, to] = [1, 2].map(|n| fixture.member(n, prefer(ALL)));
    let event = ActivityEvent::FriendAccepted { from, to };
    fixture.friends(from, to);
    assert!(fixture.deliver_new(event).await);
    assert_eq!(fixture.state().pushes[0].1["default"], "Some Body (p2) accepted your friend request.");
    assert_eq!(fixture.take_recipients(), on_both_channels(&[1]));
    fixture.state().friendships.clear();
    assert!(fixture.deliver_new(event).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn notifies_the_owner_of_comments_by_other_members() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    fixture.state().profiles.insert(picture.owner_id, prefer(&["push"]));
    let [author, other] = [2, 3].map(|n| fixture.member(n, prefer(ALL)));
    fixture.friends(picture.owner_id, author);
    fixture.friends(picture.owner_id, other);
    let event = comment(&fixture, picture, author, "So blue!");
    assert!(fixture.deliver_new(event).await);
    let (arn, push) = fixture.state().pushes[0].clone();
    assert_eq!(arn, endpoint(&picture.owner_id.0.as_u128().to_string()));
    assert_eq!(push["default"], "Some Body (p2) commented on your picture: “So blue!”");
    assert_eq!((fixture.take_push_recipients().len(), fixture.take_email_recipients().len()), (1, 0));

    let own = comment(&fixture, picture, picture.owner_id, "Mine.");
    assert!(fixture.deliver_new(own).await);
    fixture.state().comments.clear();
    assert!(fixture.deliver_new(event).await, "the comment is deleted");
    let event = comment(&fixture, picture, author, "Late.");
    fixture.state().pictures.clear();
    assert!(fixture.deliver_new(event).await, "the picture is deleted");
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn does_not_notify_the_owner_of_a_comment_by_a_member_whom_they_blocked() {
    let (fixture, picture) = with_picture(Visibility::Public);
    fixture.state().profiles.insert(picture.owner_id, prefer(&["push"]));
    let author = fixture.member(2, prefer(ALL));
    fixture.friendship(picture.owner_id, author, [FriendshipState::Blocked, FriendshipState::Unrelated]);
    let event = comment(&fixture, picture, author, "Just before the block.");
    assert!(fixture.deliver_new(event).await);
    assert!(fixture.state().pushes.is_empty());
}

#[tokio::test]
async fn respects_the_notification_preferences() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    let preferences: [(u128, Value); 5] = [
        (2, json!({})),
        (3, json!({"picture.ready": ["push"]})),
        (4, json!({"picture.ready": ["email"]})),
        (5, json!({"picture.ready": ["live"], "comment.added": ["push", "email"]})),
        (6, json!({"picture.ready": []})),
    ];
    for (n, preferences) in preferences {
        fixture.friends(picture.owner_id, fixture.member(n, preferences));
    }
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(fixture.take_recipients(), (vec!["3".into()], vec!["p4@example.com".into()]));
}

#[tokio::test]
async fn sends_to_all_devices_of_a_member_with_the_ids_of_the_page_to_open() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    let friend = fixture.member(2, prefer(&["push"]));
    fixture.friends(picture.owner_id, friend);
    fixture.state().devices.get_mut(&friend).unwrap().insert(endpoint("tablet"));
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    let fcm: Value = serde_json::from_str(fixture.state().pushes[0].1["GCM"].as_str().unwrap()).unwrap();
    let data = &fcm["fcmV1Message"]["message"]["data"];
    assert_eq!(data["type"], "picture.ready");
    assert_eq!(data["pictureId"], picture.picture_id.to_string());
    assert_eq!(data["ownerId"], picture.owner_id.to_string());
    assert_eq!(fixture.take_push_recipients(), ["2", "tablet"]);
}

#[tokio::test]
async fn ignores_an_actor_without_a_profile() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    fixture.friends(picture.owner_id, fixture.member(2, prefer(ALL)));
    fixture.state().profiles.remove(&picture.owner_id);
    assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}

#[tokio::test]
async fn sends_one_email_per_burst() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    fixture.friends(picture.owner_id, fixture.member(2, prefer(ALL)));
    let noon = 1_770_000_000 / 3_600 * 3_600;
    for (seconds, emails) in [(noon, 1), (noon + 1, 0), (noon + 3_599, 0), (noon + 3_600, 1), (noon, 0)] {
        let picture = add_picture(&fixture, picture, seconds);
        assert!(fixture.deliver_new(ActivityEvent::PictureReady { picture }).await);
        assert_eq!(
            (fixture.take_push_recipients().len(), fixture.take_email_recipients().len()),
            (1, emails),
            "{}",
            seconds - noon
        );
    }
    let other = fixture.member(3, prefer(ALL));
    fixture.friendship(other, id(2), [FriendshipState::Requested, FriendshipState::Invited]);
    for emails in [1, 0] {
        assert!(
            fixture
                .deliver_new(ActivityEvent::FriendRequested { from: other, to: id(2), requested_at: None })
                .await
        );
        assert_eq!(fixture.take_email_recipients().len(), emails, "repeated requests");
    }
}

#[tokio::test]
async fn sends_one_push_message_per_burst_of_comments_of_a_member() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    fixture.state().profiles.insert(picture.owner_id, prefer(&["push"]));
    let [author, other] = [2, 3].map(|n| fixture.member(n, prefer(&[])));
    let noon = 1_770_000_000 / 3_600 * 3_600;
    for (author, seconds, pushes) in [
        (author, noon, 1),
        (author, noon + 1, 0),
        (author, noon + 299, 0),
        (other, noon + 299, 1),
        (author, noon + 300, 1),
        (author, noon, 0),
    ] {
        let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
        let (comment_id, created_at) = (CommentId(Uuid::new_v7(time)), Timestamp::now());
        let comment = Comment { picture, comment_id, author_id: author, text: "So blue!".into(), created_at };
        fixture.state().comments.push(comment);
        assert!(fixture.deliver_new(ActivityEvent::CommentAdded { picture, comment_id }).await);
        assert_eq!(fixture.take_push_recipients().len(), pushes, "{}", seconds - noon);
    }
}

#[tokio::test]
async fn ignores_types_without_notifications() {
    let (fixture, picture) = with_picture(Visibility::Friends);
    let friend = fixture.member(2, prefer(ALL));
    fixture.friends(picture.owner_id, friend);
    let comment_id = CommentId(Uuid::from_u128(1));
    for event in [
        ActivityEvent::CommentRemoved { picture, comment_id, author_id: None },
        ActivityEvent::FriendRemoved { one: friend, other: picture.owner_id },
    ] {
        assert!(fixture.deliver_new(event).await);
    }
    assert_eq!(fixture.take_recipients(), on_both_channels(&[]));
}
