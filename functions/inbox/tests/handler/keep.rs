//! For whom what is kept.

use std::time::Duration;

use domain::{ActivityEvent, CommentId, FriendshipState, UserId, Visibility};
use jiff::{SignedDuration, Timestamp};

use uuid::Uuid;

use crate::world::{World, activity, me, person};
use crate::{kinds, with_picture};

/// Those of these people for whom something is kept.
fn told(world: &World, people: &[u128]) -> Vec<u128> {
    people.iter().copied().filter(|n| !world.kept(person(*n)).is_empty()).collect()
}

fn ready() -> ActivityEvent {
    ActivityEvent::PictureReady { picture: testing::registered_picture().key }
}

#[tokio::test]
async fn a_picture_is_kept_for_friends_who_may_see_it() {
    for (visibility, expected) in
        [(Visibility::Friends, &[2, 3][..]), (Visibility::Public, &[2, 3]), (Visibility::Private, &[])]
    {
        let world = with_picture(visibility, &[2, 3]);
        world.asks(person(4), me());
        assert!(world.happen(&[activity(0, ready())]).await.is_empty());
        assert_eq!(told(&world, &[2, 3, 4, 5]), expected, "{visibility:?}");
        assert!(world.kept(me()).is_empty(), "not for who did it");
    }
}

#[tokio::test]
async fn who_is_no_friend_any_more_when_their_turn_comes_gets_nothing() {
    let world = with_picture(Visibility::Public, &[2]);
    let left = world.inner().friendships.clone();
    world.friends(me(), person(3));
    world.inner().meanwhile = Some(left);
    assert!(world.happen(&[activity(0, ready())]).await.is_empty());
    assert_eq!(told(&world, &[2, 3]), [2]);
}

#[tokio::test]
async fn a_request_is_kept_for_who_was_asked_and_an_acceptance_for_who_had_asked() {
    let world = World::default();
    let [from, to] = [1, 2].map(person);
    let asked = world.asks(from, to);
    assert!(world.happen(&[activity(0, asked)]).await.is_empty());
    assert_eq!((kinds(&world, from), kinds(&world, to)), (vec![], vec!["friend.requested".into()]));
    world.inner().friendships.clear();
    world.friends(from, to);
    let accepted = ActivityEvent::FriendAccepted { from, to };
    assert!(world.happen(&[activity(1, accepted), activity(2, asked)]).await.is_empty());
    assert_eq!(kinds(&world, from), ["friend.accepted"]);
    assert_eq!(kinds(&world, to), ["friend.requested"], "a request that was answered is not kept again");
}

#[tokio::test]
async fn a_comment_is_kept_for_the_pictures_owner_unless_they_wrote_it() {
    let world = with_picture(Visibility::Public, &[2, 3]);
    let picture = testing::registered_picture().key;
    let (theirs, own) = (world.comments(picture, person(2)), world.comments(picture, me()));
    let gone = ActivityEvent::CommentAdded { picture, comment_id: CommentId::new() };
    assert!(world.happen(&[activity(0, theirs), activity(1, own), activity(2, gone)]).await.is_empty());
    assert_eq!(kinds(&world, me()), ["comment.added"]);
    assert_eq!(world.kept(me())[0]["actorId"].as_s().unwrap(), &person(2).to_string());
    assert!(told(&world, &[2, 3]).is_empty());
}

#[tokio::test]
async fn what_is_not_news_is_not_kept() {
    let world = with_picture(Visibility::Friends, &[2]);
    let (picture, comment_id) = (testing::registered_picture().key, CommentId::new());
    let ended = ActivityEvent::FriendRemoved { one: me(), other: person(2) };
    let all = [ActivityEvent::CommentRemoved { picture, comment_id }, ended].map(|what| activity(0, what));
    assert!(world.happen(&all).await.is_empty());
    assert!(world.inner().notifications.is_empty() && world.inner().asked.is_empty());
}

#[tokio::test]
async fn what_comes_twice_is_kept_once_and_what_happened_later_comes_later() {
    let world = with_picture(Visibility::Friends, &[2]);
    let picture = testing::registered_picture().key;
    let (one, other) = (activity(0, world.comments(picture, person(2))), activity(1, ready()));
    for _ in 0..2 {
        assert!(world.happen(&[other, one, one]).await.is_empty());
    }
    assert_eq!((world.kept(me()).len(), world.kept(person(2)).len()), (1, 1));
    let again = activity(-1, other.what);
    assert!(world.happen(&[again]).await.is_empty());
    let ids: Vec<_> = world.kept(person(2)).iter().map(|row| row["id"].as_s().unwrap().clone()).collect();
    assert_eq!(ids, [again.id.to_string(), other.id.to_string()]);
}

#[tokio::test]
async fn what_comes_late_is_kept_as_new_and_what_comes_again_stays_as_old_as_it_was() {
    let world = with_picture(Visibility::Friends, &[2]);
    let happened = activity(0, ready());
    let before = Timestamp::now() - SignedDuration::from_millis(1);
    assert!(world.happen(&[happened]).await.is_empty());
    let [row] = world.kept(person(2)).try_into().unwrap();
    let kept: Timestamp = row["keptAt"].as_s().unwrap().parse().unwrap();
    assert!(before <= kept && kept <= Timestamp::now(), "{kept}");
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(world.happen(&[happened]).await.is_empty());
    assert_eq!(world.kept(person(2)), [row]);
}

#[tokio::test]
async fn it_is_kept_for_thousands_a_few_at_a_time() {
    let friends: Vec<_> = (2..1_002).collect();
    let world = with_picture(Visibility::Friends, &friends);
    world.inner().refused = 3;
    assert!(world.happen(&[activity(0, ready())]).await.is_empty());
    assert_eq!(told(&world, &friends).len(), 1_000);
    // A look at the picture; ninety-nine friends at a time, written in twenty-fives, three of them once more.
    let inner = world.inner();
    assert_eq!((inner.asked["TransactGetItems"], inner.asked["BatchWriteItem"]), (1 + 11, 10 * 4 + 1 + 3));
}

#[tokio::test]
async fn one_that_fails_does_not_repeat_the_others() {
    let world = with_picture(Visibility::Friends, &[2]);
    let [from, to] = [7, 8].map(|n| UserId(Uuid::from_u128(n)));
    world.friendship([from, to], [FriendshipState::Requested, FriendshipState::Invited]);
    let (bad, good) = (activity(0, ready()), activity(0, ActivityEvent::FriendRequested { from, to }));
    // All attempts at the first one.
    world.inner().refused = 8;
    assert_eq!(world.happen(&[bad, good]).await, [0]);
    assert_eq!(told(&world, &[2, 8]), [8]);
    assert!(world.happen(&[bad]).await.is_empty());
    assert_eq!(told(&world, &[2, 8]), [2, 8]);
}
