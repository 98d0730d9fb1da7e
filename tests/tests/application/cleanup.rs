//! Nothing is left behind: of what is deleted, by whichever way, and of what never came.

use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use domain::object_key;
use domain::{Picture, PictureKey, Visibility};

/// A picture that friends see and have commented on, once it is in their feeds.
async fn discussed(root: &Root, owner: &Member, friend: &Member) -> PictureKey {
    let picture = key_of(&owner.share(&any(), Visibility::Friends).await);
    wait::until_true("it is in both feeds", async || root.feeds(picture).await.len() == 2).await;
    for author in [owner, friend] {
        assert_eq!(author.comment(picture, "Said.").await.code, 201);
    }
    assert_eq!((root.objects(picture).await.len(), root.thread(picture).await.len()), (3, 2));
    assert!(root.has_deadline(picture).await, "until it is over, or the picture goes");
    picture
}

/// Waits until nothing is left of a picture in any table or in the bucket. What the bells of those who were `told` hold of it goes
/// when they look, or by its time to live.
async fn until_gone(root: &Root, told: &[&Member], picture: PictureKey) {
    let id = picture.picture_id.to_string();
    wait::until_equal(&format!("no row names {picture}"), &[""; 0], async || {
        for member in told {
            assert_eq!(member.get("/notifications").await.code, 200);
        }
        let rows = root.all_rows().await.into_iter().map(|row| format!("{row:?}"));
        rows.filter(|row| row.contains(&id)).collect::<Vec<_>>()
    })
    .await;
    let objects = async || root.objects(picture).await;
    wait::until_equal(&format!("no object is of {picture}"), &[""; 0], objects).await;
}

#[tokio::test]
async fn a_deleted_picture_takes_everything_along() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let picture = discussed(&root, &owner, &friend).await;
    let begun = owner.register(&any(), Visibility::Public).await.key();
    let kept = discussed(&root, &owner, &friend).await;
    for picture in [picture, begun] {
        assert!(root.has_deadline(picture).await);
        assert_eq!(owner.delete(&format!("/pictures/{picture}")).await.code, 200);
        until_gone(&root, &[&owner, &friend], picture).await;
    }
    assert_eq!((root.objects(kept).await.len(), root.thread(kept).await.len()), (3, 2), "another stays");
    assert_eq!(owner.get(&format!("/pictures/{kept}")).await.data["state"], "ready");
}

#[tokio::test]
async fn an_original_deleted_in_the_bucket_takes_its_picture_along() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let (picture, kept) = (discussed(&root, &owner, &friend).await, discussed(&root, &owner, &friend).await);
    let page = friend.open_page().await;
    let request = root.s3.delete_object().bucket(&cloud::stack().media_bucket);
    request.key(key::original(picture)).send().await.unwrap();
    page.about("picture.removed", picture).await;
    until_gone(&root, &[&owner, &friend], picture).await;
    assert_eq!(friend.get(&format!("/pictures/{picture}")).await.code, 404);
    assert_eq!((root.objects(kept).await.len(), root.thread(kept).await.len()), (3, 2), "another stays");
}

#[tokio::test]
async fn an_upload_that_never_came_expires_and_no_other() {
    let (owner, root) = (Member::new().await, Root::default());
    let came = key_of(&owner.share(&any(), Visibility::Private).await);
    // It came, but its workers are late.
    let late = key_of(&owner.share(&any(), Visibility::Private).await);
    let pictures = root.pictures_of(owner.id()).await;
    let found = pictures.iter().find(|picture| picture.key == late).unwrap();
    let Picture { visibility, content_type, bytes, .. } = found.clone();
    root.put_picture(&Picture::registered(late, visibility, content_type, bytes)).await;
    let (waiting, lost) = (
        owner.register(&any(), Visibility::Public).await.key(),
        owner.register(&any(), Visibility::Public).await.key(),
    );
    for picture in [came, late, lost] {
        root.expire_deadline(picture).await;
        wait::until_true("the deadline is over", async || !root.has_deadline(picture).await).await;
    }
    // Deadlines are dealt with in their order.
    until_gone(&root, &[], lost).await;
    assert_eq!(owner.get(&format!("/pictures/{lost}")).await.code, 404);
    for (picture, state, objects) in
        [(came, "ready", 3), (late, "awaitingUpload", 3), (waiting, "awaitingUpload", 0)]
    {
        assert_eq!(owner.get(&format!("/pictures/{picture}")).await.data["state"], state, "{picture}");
        assert_eq!(root.objects(picture).await.len(), objects, "{picture}");
    }
    assert!(root.has_deadline(waiting).await);
}
