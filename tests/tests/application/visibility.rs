//! Visibility and ownership of pictures.

use client::App;
use domain::{FeedId, PictureId, PictureKey, Visibility};
use end_to_end::people::{Member, is_in_public_feed, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use reqwest::Method;
use serde_json::json;

/// Asserts that a picture is hidden from a member and from callers who are not signed in.
async fn assert_hidden(app: &App, stranger: &Member, picture: PictureKey) {
    assert_eq!(stranger.get(&format!("/pictures/{picture}")).await.code, 404);
    let anonymous = app.call(Method::GET, &format!("/public/{picture}"), None).await.unwrap();
    assert_eq!(anonymous.code, 404);
    assert!(!stranger.has_in_list("/feed", picture).await, "in a stranger's feed");
    assert!(!is_in_public_feed(app, picture).await, "in the public feed");
    assert!(!stranger.has_in_list(&format!("/users/{}/pictures", picture.owner_id), picture).await);
    let patch = stranger.patch(&format!("/pictures/{picture}"), &json!({"caption": "mine"})).await;
    let delete = stranger.delete(&format!("/pictures/{picture}")).await;
    assert_eq!((patch.code, delete.code), (404, 404), "does not reveal that the picture exists");
    // The same message as for a picture that does not exist.
    let missing = PictureKey { picture_id: PictureId::new(), ..picture };
    let missing = stranger.get(&format!("/pictures/{missing}")).await;
    assert_eq!(stranger.get(&format!("/pictures/{picture}")).await.notes, missing.notes);
}

#[tokio::test]
async fn hides_private_pictures_and_pictures_for_friends_from_strangers() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let app = cloud::app();
    for visibility in [Visibility::Private, Visibility::Friends] {
        let key = key_of(&owner.share(&unique_file(), visibility).await);
        let shared = (visibility == Visibility::Friends).then(|| FeedId::SharedOf(owner.id()));
        let feeds = shared.into_iter().chain([FeedId::User(owner.id())]).map(|feed| feed.to_string());
        assert_eq!(Root::default().feed_ids(key).await, feeds.collect::<Vec<_>>());
        assert_hidden(&app, &stranger, key).await;
        // The owner can view the picture only when signed in.
        assert_eq!(app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap().code, 404);
        assert!(owner.has_in_list(&format!("/users/{}/pictures", owner.id()), key).await);
    }
}

#[tokio::test]
async fn only_the_owner_sees_a_picture_that_is_not_ready() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let app = cloud::app();
    let key = owner.register(&unique_file(), Visibility::Public).await.key();
    assert_hidden(&app, &stranger, key).await;
    let picture = owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
    assert_eq!(picture["state"], "awaitingUpload");
    assert!(!owner.has_in_list("/feed", key).await, "feeds contain ready pictures only");
    assert!(owner.has_in_list(&format!("/users/{}/pictures", owner.id()), key).await);
}

#[tokio::test]
async fn a_change_of_visibility_applies_immediately() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let (app, root) = (cloud::app(), Root::default());
    let key = key_of(&owner.share(&unique_file(), Visibility::Public).await);
    wait::until_true("the public feed contains it", async || is_in_public_feed(&app, key).await).await;
    let path = format!("/pictures/{key}");
    let hidden = owner.patch(&path, &json!({"visibility": "private"})).await.ok().unwrap();
    assert_eq!(hidden["visibility"], "private");
    // The table Feeds can still contain the row, but the API checks the row of the picture.
    assert_hidden(&app, &stranger, key).await;
    let own = FeedId::User(owner.id()).to_string();
    wait::until_true("the rows of the other feeds are deleted", async || {
        root.feed_ids(key).await == [own.clone()]
    })
    .await;
    assert_eq!(owner.patch(&path, &json!({"visibility": "public"})).await.code, 200);
    assert_eq!(stranger.get(&path).await.code, 200, "immediately");
    wait::until_true("the public feed contains it again", async || is_in_public_feed(&app, key).await).await;
    assert!(owner.has_in_list("/feed", key).await);
}

#[tokio::test]
async fn the_owner_sets_and_removes_caption_and_place() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let key = key_of(&owner.share(&unique_file(), Visibility::Public).await);
    let path = format!("/pictures/{key}");
    let change = json!({"caption": "  Ein Tag am See 🌊 ", "place": "Starnberg"});
    let picture = owner.patch(&path, &change).await.ok().unwrap();
    assert_eq!((&picture["caption"], &picture["place"]), (&"Ein Tag am See 🌊".into(), &"Starnberg".into()));
    assert_eq!((&picture["state"], &picture["visibility"]), (&"ready".into(), &"public".into()), "unchanged");
    let seen = stranger.get(&path).await.ok().unwrap();
    assert_eq!((&seen["caption"], &seen["place"]), (&picture["caption"], &picture["place"]));
    let removed = owner.patch(&path, &json!({"place": null, "caption": ""})).await.ok().unwrap();
    assert!(removed.get("place").is_none() && removed["caption"].is_null(), "{removed}");
    for (wrong, word) in [
        (json!({"visibility": "everyone"}), "visibility must be"),
        (json!({"caption": "x".repeat(2001)}), "caption"),
        (json!({}), "nothing to change"),
        (json!({"state": "ready"}), "nothing to change"),
    ] {
        let answer = owner.patch(&path, &wrong).await;
        assert_eq!(answer.code, 400, "{wrong}");
        assert!(answer.notes.as_deref().unwrap().contains(word), "{answer:?}");
    }
}

#[tokio::test]
async fn only_the_owner_changes_or_deletes_a_picture() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let key = key_of(&owner.share(&unique_file(), Visibility::Public).await);
    let path = format!("/pictures/{key}");
    assert_eq!(
        stranger.patch(&path, &json!({"visibility": "private"})).await.code,
        403,
        "visible to the caller"
    );
    assert_eq!(stranger.delete(&path).await.code, 403);
    // The same picture id under the caller's own user id does not exist.
    let own = format!("/pictures/{}/{}", stranger.id(), key.picture_id);
    assert_eq!(stranger.patch(&own, &json!({"caption": "mine"})).await.code, 404);
    assert_eq!(stranger.delete(&own).await.code, 404);
    let picture = owner.get(&path).await.ok().unwrap();
    assert_eq!((&picture["visibility"], &picture["caption"]), (&"public".into(), &serde_json::Value::Null));
}
