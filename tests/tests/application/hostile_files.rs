//! Files that are not pictures, are damaged, or have too many pixels.

use domain::{Visibility, object_key};
use end_to_end::people::Member;
use end_to_end::pictures::{HOSTILE, unique_file};
use end_to_end::root::Root;

#[tokio::test]
async fn hostile_files_fail_with_a_reason_for_their_owner_and_do_not_block_the_queue() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let root = Root::default();
    let mut uploaded = Vec::new();
    for hostile in HOSTILE {
        uploaded.push((hostile, owner.upload(&hostile.file(), Visibility::Public).await));
    }
    let good = owner.upload(&unique_file(), Visibility::Public).await;
    for (hostile, key) in &uploaded {
        let picture = owner.until_processed(*key).await;
        assert_eq!(picture["state"], "failed", "{}", hostile.name);
        let failure = picture["failure"].as_str().unwrap();
        assert!(failure.contains(hostile.word) && failure.ends_with('.'), "{}: {failure}", hostile.name);
        assert!(picture["renditions"].is_null(), "{}", hostile.name);
        assert_eq!(stranger.get(&format!("/pictures/{key}")).await.code, 404, "{}", hostile.name);
        assert_eq!(
            root.object_keys(*key).await,
            [object_key::original(*key)],
            "{}: only the original exists",
            hostile.name
        );
        assert!(root.feed_ids(*key).await.is_empty(), "{}", hostile.name);
    }
    assert_eq!(
        owner.until_processed(good).await["state"],
        "ready",
        "the next picture in the queue becomes ready"
    );
    crate::events::assert_no_failures(&root).await;
    let (_, key) = uploaded[0];
    assert_eq!(owner.delete(&format!("/pictures/{key}")).await.code, 200, "the owner can delete it");
}
