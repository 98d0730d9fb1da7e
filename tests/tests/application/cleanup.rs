//! Deleted pictures and expired registrations leave no row and no object.

use domain::{Picture, PictureKey, Visibility, object_key};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};

/// Shares a picture with friends, waits until the feeds contain it, and adds two comments.
async fn share_with_comments(root: &Root, owner: &Member, friend: &Member) -> PictureKey {
    let picture = key_of(&owner.share(&unique_file(), Visibility::Friends).await);
    wait::until_true("all feeds contain it", async || root.feed_ids(picture).await.len() == 3).await;
    for author in [owner, friend] {
        assert_eq!(author.comment(picture, "Said.").await.code, 201);
    }
    assert_eq!((root.object_keys(picture).await.len(), root.thread_rows(picture).await.len()), (3, 2));
    picture
}

/// Waits until no table and no object contains the id of a picture. Reading the notifications of
/// the `notified` members deletes those about the picture; otherwise they expire.
async fn until_gone(root: &Root, notified: &[&Member], picture: PictureKey) {
    let id = picture.picture_id.to_string();
    wait::until_equal(&format!("no row contains {picture}"), &[""; 0], async || {
        for member in notified {
            assert_eq!(member.get("/notifications").await.code, 200);
        }
        let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
        rows.filter(|row| row.contains(&id)).collect::<Vec<_>>()
    })
    .await;
    let objects = async || root.object_keys(picture).await;
    wait::until_equal(&format!("no object of {picture} exists"), &[""; 0], objects).await;
}

#[tokio::test]
async fn deleting_a_picture_deletes_its_rows_and_objects() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let picture = share_with_comments(&root, &owner, &friend).await;
    let registered = owner.register(&unique_file(), Visibility::Public).await.key();
    assert!(root.has_deadline(registered).await);
    let other = share_with_comments(&root, &owner, &friend).await;
    for picture in [picture, registered] {
        assert_eq!(owner.delete(&format!("/pictures/{picture}")).await.code, 200);
        until_gone(&root, &[&owner, &friend], picture).await;
    }
    assert_eq!(
        (root.object_keys(other).await.len(), root.thread_rows(other).await.len()),
        (3, 2),
        "another picture is not deleted"
    );
    assert_eq!(owner.get(&format!("/pictures/{other}")).await.data["state"], "ready");
}

#[tokio::test]
async fn deleting_an_original_in_the_bucket_deletes_its_picture() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let (picture, other) = (
        share_with_comments(&root, &owner, &friend).await,
        share_with_comments(&root, &owner, &friend).await,
    );
    let page = friend.open_page().await;
    let request = root.s3.delete_object().bucket(&cloud::stack().media_bucket);
    request.key(object_key::original(picture)).send().await.unwrap();
    page.until_received("picture.removed", picture).await;
    until_gone(&root, &[&owner, &friend], picture).await;
    assert_eq!(friend.get(&format!("/pictures/{picture}")).await.code, 404);
    assert_eq!(
        (root.object_keys(other).await.len(), root.thread_rows(other).await.len()),
        (3, 2),
        "another picture is not deleted"
    );
}

#[tokio::test]
async fn only_pictures_without_an_upload_expire() {
    let (owner, root) = (Member::new().await, Root::default());
    let processed = key_of(&owner.share(&unique_file(), Visibility::Private).await);
    // Uploaded, but not processed yet.
    let unprocessed = key_of(&owner.share(&unique_file(), Visibility::Private).await);
    let pictures = root.pictures_of(owner.id()).await;
    let found = pictures.iter().find(|picture| picture.key == unprocessed).unwrap();
    let Picture { visibility, content_type, bytes, .. } = found.clone();
    root.put_picture(&Picture::register(unprocessed, visibility, content_type, bytes)).await;
    let (waiting, expired) = (
        owner.register(&unique_file(), Visibility::Public).await.key(),
        owner.register(&unique_file(), Visibility::Public).await.key(),
    );
    for picture in [processed, unprocessed, expired] {
        root.expire_deadline(picture).await;
        wait::until_true("the deadline has passed", async || !root.has_deadline(picture).await).await;
    }
    // The function processes deadlines in order, so it has processed the first two deadlines, too.
    until_gone(&root, &[], expired).await;
    assert_eq!(owner.get(&format!("/pictures/{expired}")).await.code, 404);
    for (picture, state, objects) in
        [(processed, "ready", 3), (unprocessed, "awaitingUpload", 3), (waiting, "awaitingUpload", 0)]
    {
        assert_eq!(owner.get(&format!("/pictures/{picture}")).await.data["state"], state, "{picture}");
        assert_eq!(root.object_keys(picture).await.len(), objects, "{picture}");
    }
    assert!(root.has_deadline(waiting).await);
}
