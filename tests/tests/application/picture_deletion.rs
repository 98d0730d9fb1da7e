//! Deleting a picture, also while it is uploaded or processed.

use bytes::Bytes;
use domain::{PictureKey, PictureState, Visibility, object_key};
use end_to_end::people::{Member, is_in_public_feed, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait, wire};
use serde_json::json;

#[tokio::test]
async fn deletes_the_record_the_objects_and_the_feed_rows() {
    let owner = Member::new().await;
    let (app, root) = (cloud::app(), Root::default());
    let picture = owner.share(&unique_file(), Visibility::Public).await;
    let key = key_of(&picture);
    wait::until_true("all feeds contain it", async || root.feed_ids(key).await.len() == 4).await;
    let all = [
        object_key::original(key),
        format!("{}{key}/large", object_key::RENDITIONS),
        format!("{}{key}/small", object_key::RENDITIONS),
    ];
    assert_eq!(root.object_keys(key).await, all);
    let path = format!("/pictures/{key}");
    assert_eq!(owner.delete(&path).await.code, 200);
    assert_eq!(owner.get(&path).await.code, 404, "immediately");
    assert_eq!(owner.delete(&path).await.code, 404, "a second time");
    assert!(!owner.has_in_list("/feed", key).await && !is_in_public_feed(&app, key).await, "immediately");
    assert!(root.picture_row(key).await.is_none());
    wait::until_true("the objects are deleted", async || root.object_keys(key).await.is_empty()).await;
    wait::until_true("the feed rows are deleted", async || root.feed_ids(key).await.is_empty()).await;
    let url = picture["renditions"]["large"]["url"].as_str().unwrap();
    assert_ne!(wire::get(url).await.status, 200, "issued URLs stop working");
}

#[tokio::test]
async fn a_deleted_picture_leaves_its_albums_and_its_links_stop_working() {
    let (owner, root) = (Member::new().await, Root::default());
    let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
    root.put_picture(&picture).await;
    let key = picture.key;
    let mut albums = Vec::new();
    for title in ["Oslo", "Bergen"] {
        let created = owner.post("/albums", &json!({ "title": title })).await;
        let album = format!("/albums/{}", created.data["id"].as_str().unwrap());
        assert_eq!(owner.put(&format!("{album}/pictures/{key}"), &json!({})).await.code, 200);
        assert_eq!(owner.get(&album).await.data["count"], 1);
        albums.push(album);
    }
    let link = json!({"ownerId": key.owner_id, "pictureId": key.picture_id});
    assert_eq!(owner.post("/links", &link).await.code, 201);
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
    for album in albums {
        let pictures = owner.get(&format!("{album}/pictures")).await;
        assert_eq!(pictures.data["items"], json!([]), "immediately");
        wait::until_equal("the album counts no picture", &json!(0), async || {
            owner.get(&album).await.data["count"].clone()
        })
        .await;
    }
    wait::until_true("the link is deleted", async || owner.read_all("/links", 10).await.is_empty()).await;
    let id = key.picture_id.to_string();
    wait::until_true("no row of albums or links contains it", async || {
        let rows = root.all_rows().await.into_iter().filter(|row| row.contains_key("listId"));
        !rows.map(|row| format!("{row:?}")).any(|row| row.contains(&id))
    })
    .await;
}

#[tokio::test]
async fn an_upload_after_the_deletion_is_deleted() {
    let owner = Member::new().await;
    let root = Root::default();
    let file = unique_file();
    let registered = owner.register(&file, Visibility::Public).await;
    let key = registered.key();
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
    owner.session.send_bytes(&registered.upload, Bytes::from(file.bytes), |_, _| ()).await.unwrap();
    wait::until_true("the original is deleted for good", async || count_versions(&root, key).await == 0)
        .await;
    assert!(root.object_keys(key).await.is_empty());
    assert!(root.picture_row(key).await.is_none() && root.feed_ids(key).await.is_empty());
    assert_eq!(owner.get(&format!("/pictures/{key}")).await.code, 404);
}

/// Returns the number of versions of the original in the bucket, without delete markers.
async fn count_versions(root: &Root, key: PictureKey) -> usize {
    let request = root.s3.list_object_versions().bucket(&cloud::stack().media_bucket);
    request.prefix(object_key::original(key)).send().await.unwrap().versions().len()
}

/// See docs/decisions/2026-11-28-deleted-originals.md.
#[tokio::test]
async fn a_repeated_upload_after_the_deletion_is_deleted() {
    let (owner, root) = (Member::new().await, Root::default());
    let file = unique_file();
    let registered = owner.register(&file, Visibility::Public).await;
    let key = registered.key();
    let upload = async || {
        owner.session.send_bytes(&registered.upload, Bytes::from(file.bytes.clone()), |_, _| ()).await
    };
    upload().await.unwrap();
    owner.until_processed(key).await;
    assert!(upload().await.is_err(), "the object exists");
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
    wait::until_true("the objects are deleted", async || root.object_keys(key).await.is_empty()).await;
    assert_eq!(count_versions(&root, key).await, 1, "an operator can restore the original");
    for _ in 0..2 {
        upload().await.expect("a delete marker is no object");
        wait::until_true("the upload is deleted for good", async || count_versions(&root, key).await == 1)
            .await;
        assert!(root.object_keys(key).await.is_empty());
    }
    assert!(root.picture_row(key).await.is_none() && root.feed_ids(key).await.is_empty());
    assert_eq!(owner.get(&format!("/pictures/{key}")).await.code, 404);
}

#[tokio::test]
async fn a_deletion_during_the_processing_deletes_everything() {
    let owner = Member::new().await;
    let root = Root::default();
    let mut keys = Vec::new();
    for _ in 0..4 {
        let key = owner.upload(&unique_file(), Visibility::Public).await;
        assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200);
        keys.push(key);
    }
    wait::until_true("both queues are empty", async || {
        root.count_messages("thumbnail").await + root.count_messages("metadata").await == 0
    })
    .await;
    for key in keys {
        wait::until_true("the objects are deleted", async || root.object_keys(key).await.is_empty()).await;
        wait::until_true("the feed rows are deleted", async || root.feed_ids(key).await.is_empty()).await;
        assert!(root.picture_row(key).await.is_none(), "no worker restores the record");
    }
}
