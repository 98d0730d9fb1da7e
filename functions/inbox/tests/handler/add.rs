//! Tests of the notifications that activities of the queue add.

use std::time::Duration;

use domain::{ActivityEvent, CommentId, FriendshipState, Visibility};
use jiff::{SignedDuration, Timestamp};

use crate::backend::{Backend, activity, me, member};
use crate::{backend_with_picture, kinds};

/// Returns the members who have a notification.
fn recipients(backend: &Backend, members: &[u128]) -> Vec<u128> {
    members.iter().copied().filter(|n| !backend.notification_rows(member(*n)).is_empty()).collect()
}

fn ready() -> ActivityEvent {
    ActivityEvent::PictureReady { picture: testing::registered_picture().key }
}

#[tokio::test]
async fn a_ready_picture_notifies_the_friends_who_can_view_it() {
    for (visibility, expected) in
        [(Visibility::Friends, &[2, 3][..]), (Visibility::Public, &[2, 3]), (Visibility::Private, &[])]
    {
        let backend = backend_with_picture(visibility, &[2, 3]);
        backend.request_friendship(member(4), me());
        assert!(backend.process(&[activity(0, ready())]).await.is_empty());
        assert_eq!(recipients(&backend, &[2, 3, 4, 5]), expected, "{visibility:?}");
        assert!(backend.notification_rows(me()).is_empty(), "the actor gets no notification");
    }
}

#[tokio::test]
async fn skips_a_friend_whose_friendship_ends_before_the_write() {
    let backend = backend_with_picture(Visibility::Public, &[2]);
    let remaining = backend.state().friendships.clone();
    backend.befriend(me(), member(3));
    backend.state().friendships_after_query = Some(remaining);
    assert!(backend.process(&[activity(0, ready())]).await.is_empty());
    assert_eq!(recipients(&backend, &[2, 3]), [2]);
}

#[tokio::test]
async fn a_request_notifies_the_invited_member_and_an_acceptance_notifies_the_requester() {
    let backend = Backend::default();
    let [from, to] = [1, 2].map(member);
    let requested = backend.request_friendship(from, to);
    assert!(backend.process(&[activity(0, requested)]).await.is_empty());
    assert_eq!((kinds(&backend, from), kinds(&backend, to)), (vec![], vec!["friend.requested".into()]));
    backend.state().friendships.clear();
    backend.befriend(from, to);
    let accepted = ActivityEvent::FriendAccepted { from, to };
    assert!(backend.process(&[activity(1, accepted), activity(2, requested)]).await.is_empty());
    assert_eq!(kinds(&backend, from), ["friend.accepted"]);
    assert_eq!(kinds(&backend, to), ["friend.requested"], "an accepted request adds no notification");
}

#[tokio::test]
async fn stores_the_notification_of_a_withdrawn_request_for_a_repeated_one() {
    let backend = Backend::default();
    let [from, to] = [1, 2].map(member);
    backend.add_friendship([from, to], [FriendshipState::Unrelated; 2]);
    let sent = backend.state().friendships[1].since;
    backend.state().friendships[1].notified_at = Some(sent);
    let requested = |requested_at| ActivityEvent::FriendRequested { from, to, requested_at };
    let later = sent + SignedDuration::from_secs(1);
    assert!(backend.process(&[activity(0, requested(Some(later)))]).await.is_empty());
    assert!(kinds(&backend, to).is_empty());
    assert!(backend.process(&[activity(1, requested(Some(sent)))]).await.is_empty());
    assert_eq!(kinds(&backend, to), ["friend.requested"]);
}

#[tokio::test]
async fn a_comment_notifies_the_owner_of_the_picture_unless_the_owner_wrote_it() {
    let backend = backend_with_picture(Visibility::Public, &[2, 3]);
    let picture = testing::registered_picture().key;
    let (theirs, own) = (backend.add_comment(picture, member(2)), backend.add_comment(picture, me()));
    let deleted = ActivityEvent::CommentAdded { picture, comment_id: CommentId::new() };
    assert!(backend.process(&[activity(0, theirs), activity(1, own), activity(2, deleted)]).await.is_empty());
    assert_eq!(kinds(&backend, me()), ["comment.added"]);
    assert_eq!(backend.notification_rows(me())[0]["actorId"].as_s().unwrap(), &member(2).to_string());
    assert!(recipients(&backend, &[2, 3]).is_empty());
}

#[tokio::test]
async fn skips_types_that_are_not_notifiable() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    let (picture, comment_id) = (testing::registered_picture().key, CommentId::new());
    let ended = ActivityEvent::FriendRemoved { one: me(), other: member(2) };
    let all = [ActivityEvent::CommentRemoved { picture, comment_id, author_id: None }, ended]
        .map(|event| activity(0, event));
    assert!(backend.process(&all).await.is_empty());
    assert!(backend.state().notifications.is_empty() && backend.state().requests.is_empty());
}

#[tokio::test]
async fn a_repeated_activity_adds_one_notification_and_notifications_sort_by_time() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    let picture = testing::registered_picture().key;
    let (one, other) = (activity(0, backend.add_comment(picture, member(2))), activity(1, ready()));
    for _ in 0..2 {
        assert!(backend.process(&[other, one, one]).await.is_empty());
    }
    assert_eq!((backend.notification_rows(me()).len(), backend.notification_rows(member(2)).len()), (1, 1));
    let earlier = activity(-1, other.event);
    assert!(backend.process(&[earlier]).await.is_empty());
    let ids: Vec<_> =
        backend.notification_rows(member(2)).iter().map(|row| row["id"].as_s().unwrap().clone()).collect();
    assert_eq!(ids, [earlier.id.to_string(), other.id.to_string()]);
}

#[tokio::test]
async fn a_notification_has_the_time_of_its_first_write() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    let old = activity(0, ready());
    let before = Timestamp::now() - SignedDuration::from_millis(1);
    assert!(backend.process(&[old]).await.is_empty());
    let [row] = backend.notification_rows(member(2)).try_into().unwrap();
    let stored: Timestamp = row["keptAt"].as_s().unwrap().parse().unwrap();
    assert!(before <= stored && stored <= Timestamp::now(), "{stored}");
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(backend.process(&[old]).await.is_empty());
    assert_eq!(backend.notification_rows(member(2)), [row]);
}

#[tokio::test]
async fn thousands_of_recipients_are_written_in_batches() {
    let friends: Vec<_> = (2..1_002).collect();
    let backend = backend_with_picture(Visibility::Friends, &friends);
    backend.state().rejected_batches = 3;
    assert!(backend.process(&[activity(0, ready())]).await.is_empty());
    assert_eq!(recipients(&backend, &friends).len(), 1_000);
    // One transaction reads the picture, and each further transaction reads 99 friends. A batch
    // writes 25 notifications. Three batches are repeated.
    let state = backend.state();
    assert_eq!(
        (state.requests["TransactGetItems"], state.requests["BatchWriteItem"]),
        (1 + 11, 10 * 4 + 1 + 3)
    );
}

#[tokio::test]
async fn a_repeated_activity_checks_and_writes_only_the_missing_notifications() {
    let friends: Vec<_> = (2..101).collect();
    let backend = backend_with_picture(Visibility::Friends, &friends);
    let activity = activity(0, ready());
    let requests_of_delivery = async || {
        let before = backend.state().requests.clone();
        assert!(backend.process(&[activity]).await.is_empty());
        assert_eq!(recipients(&backend, &friends).len(), 99);
        let state = backend.state();
        let count = |operation| state.requests[operation] - before.get(operation).unwrap_or(&0);
        ["TransactGetItems", "BatchGetItem", "BatchWriteItem"].map(count)
    };
    // One transaction reads the picture, and the other one reads up to 99 friends.
    assert_eq!(requests_of_delivery().await, [1 + 1, 1, 4]);
    assert_eq!(requests_of_delivery().await, [1, 1, 0]);
    backend.state().notifications.pop_first();
    assert_eq!(requests_of_delivery().await, [1 + 1, 1, 1]);
}

#[tokio::test]
async fn a_failed_activity_does_not_repeat_the_others() {
    let backend = backend_with_picture(Visibility::Friends, &[2]);
    let [from, to] = [7, 8].map(member);
    backend.add_friendship([from, to], [FriendshipState::Requested, FriendshipState::Invited]);
    let (bad, good) =
        (activity(0, ready()), activity(0, ActivityEvent::FriendRequested { from, to, requested_at: None }));
    // Rejects all attempts for the first activity.
    backend.state().rejected_batches = 8;
    assert_eq!(backend.process(&[bad, good]).await, [0]);
    assert_eq!(recipients(&backend, &[2, 8]), [8]);
    assert!(backend.process(&[bad]).await.is_empty());
    assert_eq!(recipients(&backend, &[2, 8]), [2, 8]);
}
