//! Recipients and content of the messages about comments.

use domain::{ActivityEvent, Comment, CommentId, UserId, Visibility, Watch};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity, owner};

const FRIEND: UserId = UserId(Uuid::from_u128(1));
const STRANGER: UserId = UserId(Uuid::from_u128(3));

/// Creates a comment of a friend on the picture of the owner, and a connection of each member. Two
/// strangers watch: one the picture, one the list that shows it.
fn fixture(visibility: Visibility) -> (Fixture, CommentId) {
    let fixture = Fixture::default().picture(testing::ready_picture(visibility)).friends([owner(), FRIEND]);
    let fixture =
        fixture.connected(owner(), "owner").connected(FRIEND, "friend").connected(STRANGER, "stranger");
    let key = testing::registered_picture().key;
    let fixture = fixture.watching("stranger", Watch { picture: Some(key), ..Watch::default() });
    let list = Watch { public: true, owner_id: Some(owner()), picture: None };
    let fixture = fixture.connected(UserId(Uuid::from_u128(4)), "list").watching("list", list);
    let (picture, comment_id) = (testing::registered_picture().key, CommentId::new());
    let created_at = "2026-11-21T05:22:33.735Z".parse::<Timestamp>().unwrap();
    let text = "What a light!".into();
    let comment = Comment { picture, comment_id, author_id: FRIEND, text, created_at };
    let fixture = fixture.profile(FRIEND, json!({}));
    (fixture.with(|state| _ = state.comments.insert(comment_id, comment)), comment_id)
}

fn added(comment_id: CommentId) -> ActivityEvent {
    ActivityEvent::CommentAdded { picture: testing::registered_picture().key, comment_id }
}

fn removed(comment_id: CommentId) -> ActivityEvent {
    let picture = testing::registered_picture().key;
    ActivityEvent::CommentRemoved { picture, comment_id, author_id: Some(FRIEND) }
}

async fn connections(fixture: &Fixture, event: ActivityEvent) -> Vec<String> {
    fixture.deliver_new(event).await.into_iter().map(|(connection, _)| connection).collect()
}

#[tokio::test]
async fn sends_comments_to_all_viewers_of_the_picture_including_the_author() {
    for (visibility, expected) in [
        (Visibility::Private, vec!["owner"]),
        (Visibility::Friends, vec!["friend", "owner"]),
        (Visibility::Public, vec!["friend", "owner", "stranger"]),
    ] {
        let (fixture, comment) = fixture(visibility);
        assert_eq!(connections(&fixture, added(comment)).await, expected, "{visibility:?}");
        fixture.state().comments.clear();
        assert_eq!(connections(&fixture, removed(comment)).await, expected, "{visibility:?}");
    }
}

#[tokio::test]
async fn sends_no_comment_of_a_member_to_viewers_who_blocked_them() {
    let (fixture, comment) = fixture(Visibility::Public);
    let fixture = fixture.block([STRANGER, FRIEND]);
    assert_eq!(connections(&fixture, added(comment)).await, ["friend", "owner"]);
    fixture.state().comments.clear();
    assert_eq!(connections(&fixture, removed(comment)).await, ["friend", "owner"]);
}

#[tokio::test]
async fn sends_an_activity_of_an_older_version_without_an_author_to_all_viewers() {
    let (fixture, comment) = fixture(Visibility::Public);
    let fixture = fixture.block([STRANGER, FRIEND]);
    fixture.state().comments.clear();
    let picture = testing::registered_picture().key;
    let removed = ActivityEvent::CommentRemoved { picture, comment_id: comment, author_id: None };
    assert_eq!(connections(&fixture, removed).await, ["friend", "owner", "stranger"]);
}

#[tokio::test]
async fn sends_a_new_comment_with_its_author_and_only_the_id_of_a_deleted_comment() {
    let (fixture, comment) = fixture(Visibility::Friends);
    let picture = testing::registered_picture().key;
    fixture.deliver(activity(added(comment))).await;
    let mut message = fixture.take_sent().remove("owner").unwrap();
    let handle = message["comment"]["author"]["handle"].take();
    let (id, at) = (message["id"].take(), message["at"].take());
    assert!(handle.is_string() && id.is_string() && at.is_string());
    let author = json!({"id": FRIEND, "handle": null, "firstName": "Ada", "lastName": "Lovelace"});
    let shown = json!({"id": comment, "author": author, "text": "What a light!", "createdAt": "2026-11-21T05:22:33.735Z"});
    let (owner_id, picture_id) = (picture.owner_id, picture.picture_id);
    let expected = json!({"type": "comment.added", "id": null, "at": null, "ownerId": owner_id, "pictureId": picture_id, "comment": shown});
    assert_eq!(message, expected);

    fixture.state().comments.clear();
    fixture.deliver(activity(removed(comment))).await;
    let mut message = fixture.take_sent().remove("owner").unwrap();
    let (before, at) = (at, message["at"].take());
    // The fraction of a second has as many digits as it needs, so texts do not sort like times.
    let time = |text: &Value| text.as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(time(&at) >= time(&before), "later snapshots have later times");
    message["id"] = Value::Null;
    let expected = json!({"type": "comment.removed", "id": null, "at": null, "ownerId": owner_id, "pictureId": picture_id, "commentId": comment});
    assert_eq!(message, expected);
}

#[tokio::test]
async fn ignores_outdated_activities() {
    let (fixture, comment) = fixture(Visibility::Public);
    assert!(connections(&fixture, removed(comment)).await.is_empty());
    fixture.state().comments.clear();
    assert!(connections(&fixture, added(comment)).await.is_empty());
    fixture.state().picture = None;
    assert!(connections(&fixture, removed(comment)).await.is_empty());
}
