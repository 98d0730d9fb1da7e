//! Who is told of a comment, and what.

use domain::{Activity, ActivityEvent, Comment, CommentId, UserId, Visibility};
use jiff::Timestamp;
use serde_json::{Value, json};

use uuid::Uuid;

use crate::world::{World, owner};

const FRIEND: UserId = UserId(Uuid::from_u128(1));
const STRANGER: UserId = UserId(Uuid::from_u128(3));

/// The friend's comment on the owner's picture; all are connected.
fn world(visibility: Visibility) -> (World, CommentId) {
    let world = World::default().picture(testing::ready_picture(visibility)).friends([owner(), FRIEND]);
    let world = world.connected(owner(), "owner").connected(FRIEND, "friend").connected(STRANGER, "stranger");
    let (picture, comment_id) = (testing::registered_picture().key, CommentId::new());
    let created_at = "2026-11-21T05:22:33.735Z".parse::<Timestamp>().unwrap();
    let text = "What a light!".into();
    let comment = Comment { picture, comment_id, author_id: FRIEND, text, created_at };
    let world = world.profile(FRIEND, json!({}));
    (world.with(|state| _ = state.comments.insert(comment_id, comment)), comment_id)
}

fn added(comment_id: CommentId) -> ActivityEvent {
    ActivityEvent::CommentAdded { picture: testing::registered_picture().key, comment_id }
}

fn removed(comment_id: CommentId) -> ActivityEvent {
    ActivityEvent::CommentRemoved { picture: testing::registered_picture().key, comment_id }
}

async fn connections(world: &World, what: ActivityEvent) -> Vec<String> {
    world.happens(what).await.into_iter().map(|(connection, _)| connection).collect()
}

#[tokio::test]
async fn those_who_may_see_the_picture_are_told_its_author_too() {
    for (visibility, expected) in [
        (Visibility::Private, vec!["owner"]),
        (Visibility::Friends, vec!["friend", "owner"]),
        (Visibility::Public, vec!["friend", "owner", "stranger"]),
    ] {
        let (world, comment) = world(visibility);
        assert_eq!(connections(&world, added(comment)).await, expected, "{visibility:?}");
        world.state().comments.clear();
        assert_eq!(connections(&world, removed(comment)).await, expected, "{visibility:?}");
    }
}

#[tokio::test]
async fn a_comment_comes_with_its_author_and_goes_by_its_id() {
    let (world, comment) = world(Visibility::Friends);
    let picture = testing::registered_picture().key;
    world.tell(Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, what: added(comment) }).await;
    let mut message = world.posted().remove("owner").unwrap();
    let handle = message["comment"]["author"]["handle"].take();
    let (id, at) = (message["id"].take(), message["at"].take());
    assert!(handle.is_string() && id.is_string() && at.is_string());
    let author = json!({"id": FRIEND, "handle": null, "firstName": "Ada", "lastName": "Lovelace"});
    let shown = json!({"id": comment, "author": author, "text": "What a light!", "createdAt": "2026-11-21T05:22:33.735Z"});
    let (owner_id, picture_id) = (picture.owner_id, picture.picture_id);
    let expected = json!({"type": "comment.added", "id": null, "at": null, "ownerId": owner_id, "pictureId": picture_id, "comment": shown});
    assert_eq!(message, expected);

    world.state().comments.clear();
    world
        .tell(Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, what: removed(comment) })
        .await;
    let mut message = world.posted().remove("owner").unwrap();
    let (before, at) = (at, message["at"].take());
    assert!(at.as_str() >= before.as_str(), "of those about one thing the latest counts");
    message["id"] = Value::Null;
    let expected = json!({"type": "comment.removed", "id": null, "at": null, "ownerId": owner_id, "pictureId": picture_id, "commentId": comment});
    assert_eq!(message, expected);
}

#[tokio::test]
async fn what_is_no_longer_so_is_not_told() {
    let (world, comment) = world(Visibility::Public);
    assert!(connections(&world, removed(comment)).await.is_empty());
    world.state().comments.clear();
    assert!(connections(&world, added(comment)).await.is_empty());
    world.state().picture = None;
    assert!(connections(&world, removed(comment)).await.is_empty());
}
