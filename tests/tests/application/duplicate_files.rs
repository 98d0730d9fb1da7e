//! Finding a member's own pictures by the hash of their file.

use domain::{Picture, PictureKey, PictureState, Sha256, Visibility};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::{File, unique_file};
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use serde_json::Value;

async fn find(who: &Member, sha256: &str) -> Vec<Value> {
    let data = who.get(&format!("/pictures?sha256={sha256}")).await.ok().unwrap();
    data["items"].as_array().unwrap().clone()
}

async fn find_keys(who: &Member, sha256: &str) -> Vec<PictureKey> {
    find(who, sha256).await.iter().map(key_of).collect()
}

/// Waits until the search finds exactly `expected`, because the index is eventually consistent.
async fn until_found(who: &Member, sha256: &str, expected: &[PictureKey]) {
    wait::until_equal("the search finds the pictures", &expected.to_vec(), async || {
        find_keys(who, sha256).await
    })
    .await;
}

#[tokio::test]
async fn finds_the_same_file_among_the_callers_own_pictures_only() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let file = unique_file();
    let sha256 = Sha256::of(&file.bytes).as_str().to_owned();
    assert_eq!(find(&owner, &sha256).await, [] as [Value; 0], "before the upload");
    let first = key_of(&owner.share(&file, Visibility::Public).await);
    until_found(&owner, &sha256, &[first]).await;
    let picture = find(&owner, &sha256).await.remove(0);
    assert_eq!((&picture["state"], &picture["caption"]), (&"ready".into(), &Value::Null));
    assert_eq!(picture["owner"]["handle"], owner.handle);
    assert!(picture["original"]["url"].is_string());
    until_found(&owner, &sha256.to_uppercase(), &[first]).await;

    assert!(friend.has_in_list("/feed", first).await);
    assert_eq!(find(&friend, &sha256).await, [] as [Value; 0], "a visible picture of another member");
    let friends_copy = key_of(&friend.share(&file, Visibility::Private).await);
    until_found(&friend, &sha256, &[friends_copy]).await;
    let second = key_of(&owner.share(&file, Visibility::Private).await);
    until_found(&owner, &sha256, &[second, first]).await;
    let another = Sha256::of(&unique_file().bytes);
    assert_eq!(find(&owner, another.as_str()).await, [] as [Value; 0]);

    for reader in [&owner, &friend] {
        let seen = reader.get(&format!("/pictures/{first}")).await.ok().unwrap();
        assert!(!seen.to_string().contains(&sha256), "replies contain no hash: {seen}");
    }
    assert_eq!(owner.delete(&format!("/pictures/{second}")).await.code, 200);
    until_found(&owner, &sha256, &[first]).await;
}

#[tokio::test]
async fn finds_no_failed_picture() {
    let owner = Member::new().await;
    let file = File { content_type: "image/jpeg", bytes: b"no picture".to_vec() };
    let key = owner.upload(&file, Visibility::Private).await;
    assert_eq!(owner.until_processed(key).await["state"], "failed");
    assert_eq!(find(&owner, Sha256::of(&file.bytes).as_str()).await, [] as [Value; 0]);
}

#[tokio::test]
async fn finds_at_most_the_ten_newest() {
    let (owner, root) = (Member::new().await, Root::default());
    let sha256 = Sha256::of(owner.handle.as_bytes()).as_str().to_owned();
    let put = async |picture: &Picture| {
        let mut row: end_to_end::root::Row = serde_dynamo::to_item(picture).unwrap();
        row.insert("sha256".into(), aws_sdk_dynamodb::types::AttributeValue::S(sha256.clone()));
        let request = root.dynamodb.put_item().table_name(&root.tables().await.pictures);
        request.set_item(Some(row)).send().await.unwrap();
    };
    let mut expected = Vec::new();
    for _ in 0..12 {
        let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
        put(&picture).await;
        expected.insert(0, picture.key);
    }
    expected.truncate(10);
    until_found(&owner, &sha256, &expected).await;
}

#[tokio::test]
async fn rejects_an_invalid_hash() {
    let member = Member::new().await;
    for path in ["/pictures", "/pictures?sha256=", "/pictures?sha256=abc", "/pictures?hash=abc"] {
        let answer = member.get(path).await;
        assert_eq!(answer.code, 400, "{path}: {answer:?}");
        assert!(answer.notes.unwrap().contains("64 hexadecimal digits"));
    }
}
