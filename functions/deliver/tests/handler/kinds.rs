//! Who is told of what, on which channel.

use domain::{ActivityEvent, Comment, CommentId, FriendshipState, PictureKey, UserId, Visibility};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, endpoint, id};
use crate::{all, another, with_picture};

const BOTH: &[&str] = &["live", "push", "email"];

fn reached(people: &[u128]) -> (Vec<String>, Vec<String>) {
    let push_endpoints = people.iter().map(u128::to_string).collect();
    (push_endpoints, people.iter().map(|n| format!("p{n}@example.com")).collect())
}

fn comment(world: &World, picture: PictureKey, author_id: UserId, text: &str) -> ActivityEvent {
    let (comment_id, created_at) = (CommentId::new(), "2026-01-01T00:00:00Z".parse().unwrap());
    world.inner().comments.push(Comment { picture, comment_id, author_id, text: text.into(), created_at });
    ActivityEvent::CommentAdded { picture, comment_id }
}

#[tokio::test]
async fn a_picture_is_news_to_friends_who_may_see_it() {
    for (visibility, told) in
        [(Visibility::Friends, &[2, 3][..]), (Visibility::Public, &[2, 3]), (Visibility::Private, &[])]
    {
        let (world, picture) = with_picture(visibility);
        world.inner().profiles.insert(picture.owner_id, all(BOTH));
        for n in [2, 3] {
            world.friends(picture.owner_id, world.person(n, all(BOTH)));
        }
        let [asks, _stranger] = [4, 5].map(|n| world.person(n, all(BOTH)));
        world.friendship(picture.owner_id, asks, [FriendshipState::Invited, FriendshipState::Requested]);
        assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
        assert_eq!(world.reached(), reached(told), "{visibility:?}");
    }
}

#[tokio::test]
async fn a_picture_that_nobody_else_may_see_costs_no_look_at_friends() {
    let (world, picture) = with_picture(Visibility::Private);
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(world.inner().asked, ["TransactGetItems"]);
}

#[tokio::test]
async fn who_is_no_friend_any_more_when_their_turn_comes_is_not_told() {
    let (world, picture) = with_picture(Visibility::Public);
    let [stays, goes] = [2, 3].map(|n| world.person(n, all(BOTH)));
    world.friends(picture.owner_id, stays);
    let left = world.inner().friendships.clone();
    world.friends(picture.owner_id, goes);
    world.inner().meanwhile = Some(left);
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(world.reached(), reached(&[2]));
}

#[tokio::test]
async fn a_picture_that_is_gone_is_no_news() {
    let (world, picture) = with_picture(Visibility::Friends);
    world.friends(picture.owner_id, world.person(2, all(BOTH)));
    world.inner().pictures.clear();
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(world.reached(), reached(&[]));
}

#[tokio::test]
async fn who_is_asked_learns_it_while_it_is_so() {
    let world = World::default();
    let [from, to] = [1, 2].map(|n| world.person(n, all(BOTH)));
    let what = ActivityEvent::FriendRequested { from, to };
    world.friendship(from, to, [FriendshipState::Requested, FriendshipState::Invited]);
    assert!(world.happens(what).await);
    let (_, push) = world.inner().pushes[0].clone();
    let sentence = "Some Body (p1) asks for your friendship.";
    assert_eq!(push["default"], sentence);
    let (_, subject, text) = world.inner().mails[0].clone();
    assert_eq!(subject, sentence.trim_end_matches('.'));
    assert!(text.starts_with(sentence));
    assert_eq!(world.reached(), reached(&[2]));

    world.inner().friendships.clear();
    assert!(world.happens(what).await);
    world.friends(from, to);
    assert!(world.happens(what).await);
    assert_eq!(world.reached(), reached(&[]));
}

#[tokio::test]
async fn who_had_asked_learns_that_they_are_friends_while_it_is_so() {
    let world = World::default();
    let [from, to] = [1, 2].map(|n| world.person(n, all(BOTH)));
    let what = ActivityEvent::FriendAccepted { from, to };
    world.friends(from, to);
    assert!(world.happens(what).await);
    assert_eq!(world.inner().pushes[0].1["default"], "Some Body (p2) has accepted your friendship.");
    assert_eq!(world.reached(), reached(&[1]));
    world.inner().friendships.clear();
    assert!(world.happens(what).await);
    assert_eq!(world.reached(), reached(&[]));
}

#[tokio::test]
async fn a_comment_is_news_to_the_pictures_owner_unless_they_wrote_it() {
    let (world, picture) = with_picture(Visibility::Friends);
    world.inner().profiles.insert(picture.owner_id, all(&["push"]));
    let [author, other] = [2, 3].map(|n| world.person(n, all(BOTH)));
    world.friends(picture.owner_id, author);
    world.friends(picture.owner_id, other);
    let what = comment(&world, picture, author, "So blue!");
    assert!(world.happens(what).await);
    let (arn, push) = world.inner().pushes[0].clone();
    assert_eq!(arn, endpoint(&picture.owner_id.0.as_u128().to_string()));
    assert_eq!(push["default"], "Some Body (p2) wrote about your picture: “So blue!”");
    assert_eq!((world.pushed().len(), world.mailed().len()), (1, 0));

    let own = comment(&world, picture, picture.owner_id, "Mine.");
    assert!(world.happens(own).await);
    world.inner().comments.clear();
    assert!(world.happens(what).await, "a comment that is gone");
    let what = comment(&world, picture, author, "Late.");
    world.inner().pictures.clear();
    assert!(world.happens(what).await, "on a picture that is gone");
    assert_eq!(world.reached(), reached(&[]));
}

#[tokio::test]
async fn people_are_told_as_they_chose() {
    let (world, picture) = with_picture(Visibility::Friends);
    let choices: [(u128, Value); 5] = [
        (2, json!({})),
        (3, json!({"picture.ready": ["push"]})),
        (4, json!({"picture.ready": ["email"]})),
        (5, json!({"picture.ready": ["live"], "comment.added": ["push", "email"]})),
        (6, json!({"picture.ready": []})),
    ];
    for (n, choices) in choices {
        world.friends(picture.owner_id, world.person(n, choices));
    }
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(world.reached(), (vec!["3".into()], vec!["p4@example.com".into()]));
}

#[tokio::test]
async fn all_phones_of_a_person_ring_and_the_message_says_which_page_to_open() {
    let (world, picture) = with_picture(Visibility::Friends);
    let friend = world.person(2, all(&["push"]));
    world.friends(picture.owner_id, friend);
    world.inner().devices.get_mut(&friend).unwrap().insert(endpoint("tablet"));
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    let google: Value = serde_json::from_str(world.inner().pushes[0].1["GCM"].as_str().unwrap()).unwrap();
    let data = &google["fcmV1Message"]["message"]["data"];
    assert_eq!(data["type"], "picture.ready");
    assert_eq!(data["pictureId"], picture.picture_id.to_string());
    assert_eq!(data["ownerId"], picture.owner_id.to_string());
    assert_eq!(world.pushed(), ["2", "tablet"]);
}

#[tokio::test]
async fn nobody_is_told_in_the_name_of_somebody_without_a_profile() {
    let (world, picture) = with_picture(Visibility::Friends);
    world.friends(picture.owner_id, world.person(2, all(BOTH)));
    world.inner().profiles.remove(&picture.owner_id);
    assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
    assert_eq!(world.reached(), reached(&[]));
}

#[tokio::test]
async fn all_pictures_of_an_hour_make_one_e_mail() {
    let (world, picture) = with_picture(Visibility::Friends);
    world.friends(picture.owner_id, world.person(2, all(BOTH)));
    let noon = 1_770_000_000 / 3_600 * 3_600;
    for (seconds, mails) in [(noon, 1), (noon + 1, 0), (noon + 3_599, 0), (noon + 3_600, 1), (noon, 0)] {
        let picture = another(&world, picture, seconds);
        assert!(world.happens(ActivityEvent::PictureReady { picture }).await);
        assert_eq!((world.pushed().len(), world.mailed().len()), (1, mails), "{}", seconds - noon);
    }
    let other = world.person(3, all(BOTH));
    world.friendship(other, id(2), [FriendshipState::Requested, FriendshipState::Invited]);
    for mails in [1, 0] {
        assert!(world.happens(ActivityEvent::FriendRequested { from: other, to: id(2) }).await);
        assert_eq!(world.mailed().len(), mails, "asking again and again");
    }
}

#[tokio::test]
async fn what_only_keeps_a_page_right_is_told_to_nobody() {
    let (world, picture) = with_picture(Visibility::Friends);
    let friend = world.person(2, all(BOTH));
    world.friends(picture.owner_id, friend);
    let comment_id = CommentId(Uuid::from_u128(1));
    for what in [
        ActivityEvent::CommentRemoved { picture, comment_id },
        ActivityEvent::FriendRemoved { one: friend, other: picture.owner_id },
    ] {
        assert!(world.happens(what).await);
    }
    assert_eq!(world.reached(), reached(&[]));
}
