//! Blocks: what the two members see afterwards, and what the blocked member cannot tell.

use client::Answer;
use domain::{PictureKey, PictureState, Visibility, Watch};
use end_to_end::live::Page;
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use serde_json::{Value, json};

use crate::events::wait_until_idle;
use crate::live::until_earlier_events_are_delivered;

async fn add_picture(root: &Root, owner: &Member, visibility: Visibility) -> PictureKey {
    let picture = rows::picture(owner.id(), visibility, PictureState::Ready);
    root.put_picture(&picture).await;
    picture.key
}

/// Returns the ids and states in all friend lists of a member.
async fn friend_lists(member: &Member) -> Vec<(Value, Value)> {
    let mut found = Vec::new();
    for state in ["friends", "requested", "invited"] {
        let items = member.read_all(&format!("/friends?state={state}"), 100).await;
        found.extend(items.into_iter().map(|item| (item["id"].clone(), item["state"].clone())));
    }
    found
}

async fn blocked_ids(member: &Member) -> Vec<Value> {
    let people = member.read_all("/blocks", 1).await;
    people.into_iter().map(|person| person["id"].clone()).collect()
}

/// Returns the types of the messages of other members that a page received. Omits the messages of
/// [`until_earlier_events_are_delivered`].
fn types_from(page: &Page, other: &Member, picture: PictureKey) -> Vec<String> {
    let messages = page.messages().into_iter().map(|(_, message)| message);
    let concerns = |message: &Value| {
        message["user"]["id"] == json!(other.id()) || message["pictureId"] == json!(picture.picture_id)
    };
    let found = messages.filter(concerns);
    found.map(|message| message["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_block_is_listed_until_it_ends_and_can_be_repeated() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    let carl = Member::new().await;
    assert!(blocked_ids(&ada).await.is_empty());
    for other in [&ben, &ben, &carl] {
        let answer = ada.block(other).await;
        assert_eq!((answer.code, answer.data), (200, json!({"id": other.id(), "blocked": true})));
    }
    let mut expected = [&ben, &carl].map(|member| json!(member.id()));
    expected.sort_by_key(Value::to_string);
    assert_eq!(blocked_ids(&ada).await, expected, "in pages of one");
    let person = ada.read_all("/blocks", 100).await.into_iter().find(|item| item["id"] == json!(ben.id()));
    let name = json!({"id": ben.id(), "handle": ben.handle, "firstName": "Ada", "lastName": "Lovelace"});
    assert_eq!(person, Some(name));
    for _ in 0..2 {
        let answer = ada.unblock(&ben).await;
        assert_eq!((answer.code, answer.data), (200, json!({"id": ben.id(), "blocked": false})));
        assert_eq!(blocked_ids(&ada).await, [json!(carl.id())]);
    }
    assert!(Root::default().friendships_of(ben.id()).await.is_empty());

    let myself = format!("/blocks/{}", ada.id());
    assert_eq!([ada.put(&myself, &json!({})).await.code, ada.delete(&myself).await.code], [400; 2]);
    let nobody = "/blocks/00000000-0000-4000-8000-000000000000";
    assert_eq!((ada.put(nobody, &json!({})).await.code, ada.delete(nobody).await.code), (404, 200));
    assert_eq!(ada.put("/blocks/nobody", &json!({})).await.code, 404);
}

/// A blocked member and a member whose request was declined get the same replies, lists and live
/// messages.
#[tokio::test]
async fn the_blocked_member_sees_the_same_as_after_a_declined_request() {
    let without_ids = |answer: Answer| (answer.code, answer.data["state"].clone(), answer.notes);
    let mut seen = Vec::new();
    for blocks in [true, false] {
        let (asker, other) = (Member::new().await, Member::new().await);
        let page = asker.open_page().await;
        asker.befriend(&other).await.ok().unwrap();
        page.until_first("friend.requested").await;
        let answer = if blocks { other.block(&asker).await } else { other.unfriend(&asker).await };
        assert_eq!(answer.code, 200);
        page.until_first("friend.removed").await;
        let mut replies = Vec::new();
        for _ in 0..2 {
            replies.push(without_ids(asker.befriend(&other).await));
            replies.push((200, friend_lists(&asker).await.len().into(), None));
        }
        assert_eq!(friend_lists(&asker).await, [(json!(other.id()), json!("requested"))]);
        assert!(friend_lists(&other).await.is_empty());
        wait::until_equal("the second request reaches the page", &2, async || {
            page.messages_of_type("friend.requested").len()
        })
        .await;
        replies.push(without_ids(asker.unfriend(&other).await));
        replies.push((200, friend_lists(&asker).await.len().into(), None));
        wait::until_equal("the end of both requests reaches the page", &2, async || {
            page.messages_of_type("friend.removed").len()
        })
        .await;
        let messages = page.messages().into_iter().map(|(_, message)| {
            let fields: Vec<_> = message.as_object().unwrap().keys().cloned().collect();
            (message["type"].clone(), message["state"].clone(), fields)
        });
        let profile = asker.get(&format!("/users/{}", other.id())).await;
        replies.push((profile.code, Value::Null, profile.notes));
        seen.push((replies, messages.collect::<Vec<_>>()));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_block_ends_the_friendship_and_both_stay_strangers() {
    let root = Root::default();
    let (blocker, blocked) = (Member::new().await, Member::new().await);
    befriend(&blocker, &blocked).await;
    let for_friends = add_picture(&root, &blocker, Visibility::Friends).await;
    let public = add_picture(&root, &blocker, Visibility::Public).await;
    let of_blocked = add_picture(&root, &blocked, Visibility::Public).await;
    assert_eq!(blocker.block(&blocked).await.code, 200);
    assert_eq!([friend_lists(&blocker).await, friend_lists(&blocked).await], [vec![], vec![]]);
    let read = async |who: &Member, key: PictureKey| who.get(&format!("/pictures/{key}")).await.code;
    assert_eq!(read(&blocked, for_friends).await, 404, "immediately");
    assert_eq!([read(&blocked, public).await, read(&blocker, of_blocked).await], [200; 2]);
    for (author, picture) in [(&blocked, public), (&blocker, of_blocked)] {
        let answer = author.comment(picture, "Hello?").await;
        assert_eq!(answer.code, 403, "{answer:?}");
        assert_eq!(answer.notes.as_deref(), Some("You cannot comment on this picture."));
        let page = author.open_page().await;
        page.comment(picture, "Hello?");
        assert_eq!(page.until_first("error").await["code"], 403);
    }
    let shows = async |who: &Member, key: PictureKey| {
        let shown = who.read_pictures("/feed", 100, for_friends.picture_id).await;
        shown.iter().any(|picture| key_of(picture) == key)
    };
    wait::until_true("the public feed contains the picture", async || shows(&blocked, public).await).await;
    wait::until_true("the public feed contains the picture", async || shows(&blocked, of_blocked).await)
        .await;
    assert!(!shows(&blocker, of_blocked).await);
    assert_eq!(blocker.befriend(&blocked).await.code, 409, "unblock first");

    assert_eq!(blocker.unblock(&blocked).await.code, 200);
    assert!(shows(&blocker, of_blocked).await);
    assert_eq!(read(&blocked, for_friends).await, 404, "the friendship does not return");
    assert_eq!(blocked.comment(public, "Hello again").await.code, 201);
    befriend(&blocked, &blocker).await;
    assert_eq!(read(&blocked, for_friends).await, 200);
}

#[tokio::test]
async fn the_blocker_receives_nothing_of_the_blocked_member() {
    let root = Root::default();
    let (blocker, blocked, owner) = (Member::new().await, Member::new().await, Member::new().await);
    let (public, third) = (
        add_picture(&root, &blocker, Visibility::Public).await,
        add_picture(&root, &owner, Visibility::Public).await,
    );
    for (member, picture) in [(&blocked, third), (&blocked, public)] {
        assert_eq!(member.comment(picture, "Before the block").await.code, 201);
    }
    wait::until_equal("the comment is in the list", &1, async || {
        blocker.read_all("/notifications", 100).await.len()
    })
    .await;
    assert_eq!(blocker.block(&blocked).await.code, 200);
    assert!(blocker.read_all("/notifications", 100).await.is_empty(), "immediately");
    let page = blocker.open_page().await;
    page.watch(Watch { public: true, picture: Some(third), ..Watch::default() }).await;

    assert_eq!(blocked.befriend(&blocker).await.code, 200);
    assert_eq!(blocked.comment(third, "After the block").await.code, 201);
    assert_eq!(owner.comment(third, "From the owner").await.code, 201);
    let new = rows::picture(blocked.id(), Visibility::Public, PictureState::Processing);
    root.put_picture(&new).await;
    root.make_ready(new.key).await;
    let texts = async |reader: &Member| {
        let comments = reader.comments(third).await;
        comments.iter().map(|comment| comment["text"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&blocker).await, ["From the owner"]);
    assert_eq!(texts(&blocked).await.len(), 3);
    assert_eq!(texts(&owner).await.len(), 3);
    assert_eq!(blocker.comments(public).await.len(), 1, "owners see all comments on their pictures");

    wait_until_idle(&root, &["inbox"]).await;
    until_earlier_events_are_delivered(&[(&blocker, &page)]).await;
    assert!(types_from(&page, &blocked, new.key).is_empty());
    // Owners also receive the earlier comment on their own picture, which can arrive late.
    let is_of_blocked = |message: &Value| {
        message["comment"]["author"]["id"] == json!(blocked.id())
            && message["pictureId"] == json!(third.picture_id)
    };
    assert!(!page.messages().iter().any(|(_, message)| is_of_blocked(message)));
    let listed = blocker.read_all("/notifications", 100).await;
    assert!(listed.iter().all(|entry| entry["user"]["id"] != json!(blocked.id())), "{listed:?}");
}

#[tokio::test]
async fn repeated_requests_notify_once() {
    let root = Root::default();
    let (asker, other) = (Member::new().await, Member::new().await);
    let page = other.open_page().await;
    for _ in 0..6 {
        assert_eq!(asker.befriend(&other).await.data["state"], "requested");
        assert_eq!(asker.unfriend(&other).await.code, 200);
    }
    assert_eq!(asker.befriend(&other).await.data["state"], "requested");
    assert_eq!(friend_lists(&other).await, [(json!(asker.id()), json!("invited"))]);
    wait_until_idle(&root, &["inbox"]).await;
    let from_asker = async || {
        let entries = other.read_all("/notifications", 100).await;
        entries.iter().filter(|entry| entry["user"]["id"] == json!(asker.id())).count()
    };
    wait::until_equal("the list has one request", &1, from_asker).await;
    until_earlier_events_are_delivered(&[(&other, &page)]).await;
    let requests = page.messages_of_type("friend.requested");
    let requests = requests.iter().filter(|message| message["user"]["id"] == json!(asker.id()));
    assert!(requests.count() <= 1);
    assert_eq!(from_asker().await, 1);
    assert_eq!(root.notifications_of(other.id()).await.len(), 2, "of both askers");
}

#[tokio::test]
async fn the_deletion_of_an_account_deletes_blocks_in_both_directions() {
    let (ada, ben, carl) = (Member::new().await, Member::new().await, Member::new().await);
    assert_eq!(ada.block(&ben).await.code, 200);
    assert_eq!(carl.block(&ada).await.code, 200);
    assert_eq!(ada.delete(&format!("/users/{}", ada.id())).await.code, 200);
    let root = Root::default();
    for member in [&ada, &ben, &carl] {
        wait::until_equal("no row is left", &0, async || root.friendships_of(member.id()).await.len()).await;
    }
    assert!(blocked_ids(&carl).await.is_empty());
}
