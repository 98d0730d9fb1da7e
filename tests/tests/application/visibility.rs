//! Who gets to see what.

use end_to_end::people::{Member, anyone_sees, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use reqwest::Method;
use serde_json::json;
use client::App;
use domain::{FeedId, PictureKey, Visibility};

/// Holds a picture to be unknown to a member and to everyone who is not signed in.
async fn assert_hidden(app: &App, stranger: &Member, picture: PictureKey) {
    assert_eq!(stranger.get(&format!("/pictures/{picture}")).await.code, 404);
    let open = app.call(Method::GET, &format!("/public/{picture}"), None).await.unwrap();
    assert_eq!(open.code, 404);
    assert!(!stranger.sees_in("/feed", picture).await, "in a stranger's feed");
    assert!(!anyone_sees(app, picture).await, "in the public feed");
    assert!(!stranger.sees_in(&format!("/users/{}/pictures", picture.owner_id), picture).await);
    let patch = stranger.patch(&format!("/pictures/{picture}"), &json!({"caption": "mine"})).await;
    let delete = stranger.delete(&format!("/pictures/{picture}")).await;
    assert_eq!((patch.code, delete.code), (404, 404), "not theirs to know about");
    // Exactly what is said of a picture that is not there.
    let nothing = PictureKey { picture_id: domain::PictureId::new(), ..picture };
    let nothing = stranger.get(&format!("/pictures/{nothing}")).await;
    assert_eq!(stranger.get(&format!("/pictures/{picture}")).await.notes, nothing.notes);
}

#[tokio::test]
async fn private_and_friends_reach_nobody_else() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let app = cloud::app();
    for visibility in [Visibility::Private, Visibility::Friends] {
        let key = key_of(&owner.share(&any(), visibility).await);
        assert_eq!(Root::default().feeds(key).await, [FeedId::User(owner.id()).to_string()]);
        assert_hidden(&app, &stranger, key).await;
        // Their owner reaches them only as themselves.
        assert_eq!(app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap().code, 404);
        assert!(owner.sees_in(&format!("/users/{}/pictures", owner.id()), key).await);
    }
}

#[tokio::test]
async fn what_is_not_ready_is_its_owners_alone() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let app = cloud::app();
    let key = owner.register(&any(), Visibility::Public).await.key();
    assert_hidden(&app, &stranger, key).await;
    let picture = owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
    assert_eq!(picture["state"], "awaitingUpload");
    assert!(!owner.sees_in("/feed", key).await, "feeds show what is ready");
    assert!(owner.sees_in(&format!("/users/{}/pictures", owner.id()), key).await);
}

#[tokio::test]
async fn a_change_of_visibility_holds_at_once() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let (app, root) = (cloud::app(), Root::default());
    let key = key_of(&owner.share(&any(), Visibility::Public).await);
    wait::until_true("everyone has it", async || anyone_sees(&app, key).await).await;
    let path = format!("/pictures/{key}");
    let hidden = owner.patch(&path, &json!({"visibility": "private"})).await.ok().unwrap();
    assert_eq!(hidden["visibility"], "private");
    // The row may still be in the feeds: whoever reads them checks it.
    assert_hidden(&app, &stranger, key).await;
    let own = FeedId::User(owner.id()).to_string();
    wait::until_true("the public feed's row is gone", async || root.feeds(key).await == [own.clone()]).await;
    assert_eq!(owner.patch(&path, &json!({"visibility": "public"})).await.code, 200);
    assert_eq!(stranger.get(&path).await.code, 200, "at once");
    wait::until_true("everyone has it again", async || anyone_sees(&app, key).await).await;
    assert!(owner.sees_in("/feed", key).await);
}

#[tokio::test]
async fn an_owner_says_more_and_takes_it_back() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let key = key_of(&owner.share(&any(), Visibility::Public).await);
    let path = format!("/pictures/{key}");
    let said = json!({"caption": "  Ein Tag am See 🌊 ", "place": "Starnberg"});
    let picture = owner.patch(&path, &said).await.ok().unwrap();
    assert_eq!((&picture["caption"], &picture["place"]), (&"Ein Tag am See 🌊".into(), &"Starnberg".into()));
    assert_eq!((&picture["state"], &picture["visibility"]), (&"ready".into(), &"public".into()), "stay");
    let seen = stranger.get(&path).await.ok().unwrap();
    assert_eq!((&seen["caption"], &seen["place"]), (&picture["caption"], &picture["place"]));
    let taken_back = owner.patch(&path, &json!({"place": null, "caption": ""})).await.ok().unwrap();
    assert!(taken_back.get("place").is_none() && taken_back["caption"].is_null(), "{taken_back}");
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
async fn a_foreign_picture_is_neither_changed_nor_deleted() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let key = key_of(&owner.share(&any(), Visibility::Public).await);
    let path = format!("/pictures/{key}");
    assert_eq!(stranger.patch(&path, &json!({"visibility": "private"})).await.code, 403, "seen, not theirs");
    assert_eq!(stranger.delete(&path).await.code, 403);
    // The same picture id under one's own name is another picture: none.
    let own = format!("/pictures/{}/{}", stranger.id(), key.picture_id);
    assert_eq!(stranger.patch(&own, &json!({"caption": "mine"})).await.code, 404);
    assert_eq!(stranger.delete(&own).await.code, 404);
    let picture = owner.get(&path).await.ok().unwrap();
    assert_eq!((&picture["visibility"], &picture["caption"]), (&"public".into(), &serde_json::Value::Null));
}
