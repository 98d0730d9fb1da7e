//! What is deleted is gone, all of it.

use bytes::Bytes;
use end_to_end::people::{Member, anyone_sees, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, wait, wire};
use domain::object_key;
use domain::Visibility;

#[tokio::test]
async fn record_objects_and_feed_rows_go() {
    let owner = Member::new().await;
    let (app, root) = (cloud::app(), Root::default());
    let picture = owner.share(&any(), Visibility::Public).await;
    let key = key_of(&picture);
    wait::until_true("it is in both feeds", async || root.feeds(key).await.len() == 2).await;
    let all = [
        key::original(key),
        format!("{}{key}/large", key::RENDITIONS),
        format!("{}{key}/small", key::RENDITIONS),
    ];
    assert_eq!(root.objects(key).await, all);
    let path = format!("/pictures/{key}");
    assert_eq!(owner.delete(&path).await.code, 200);
    assert_eq!(owner.get(&path).await.code, 404, "at once");
    assert_eq!(owner.delete(&path).await.code, 404, "twice");
    assert!(!owner.sees_in("/feed", key).await && !anyone_sees(&app, key).await, "at once");
    assert!(root.record(key).await.is_none());
    wait::until_true("its objects are gone", async || root.objects(key).await.is_empty()).await;
    wait::until_true("its feed rows are gone", async || root.feeds(key).await.is_empty()).await;
    let url = picture["renditions"]["large"]["url"].as_str().unwrap();
    assert_ne!(wire::get(url).await.status, 200, "an address handed out before shows nothing any more");
}

#[tokio::test]
async fn an_upload_after_the_deletion_leaves_nothing() {
    let owner = Member::new().await;
    let root = Root::default();
    let file = any();
    let registered = owner.register(&file, Visibility::Public).await;
    let key = registered.key();
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
    owner.session.send_bytes(&registered.upload, Bytes::from(file.bytes), |_, _| ()).await.unwrap();
    wait::until_true("the original is gone again", async || root.objects(key).await.is_empty()).await;
    assert!(root.record(key).await.is_none() && root.feeds(key).await.is_empty());
    assert_eq!(owner.get(&format!("/pictures/{key}")).await.code, 404);
}

#[tokio::test]
async fn a_deletion_while_it_is_processed_leaves_nothing() {
    let owner = Member::new().await;
    let root = Root::default();
    let mut keys = Vec::new();
    for _ in 0..4 {
        let key = owner.upload(&any(), Visibility::Public).await;
        assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
        keys.push(key);
    }
    wait::until_true("the workers are idle", async || {
        root.waiting("thumbnail").await + root.waiting("metadata").await == 0
    })
    .await;
    for key in keys {
        wait::until_true("its objects are gone", async || root.objects(key).await.is_empty()).await;
        wait::until_true("its feed rows are gone", async || root.feeds(key).await.is_empty()).await;
        assert!(root.record(key).await.is_none(), "not brought back by a worker");
    }
}
