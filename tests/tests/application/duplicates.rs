//! Whether one has a file already: of one's own pictures, and of nobody else's.

use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::{File, any};
use end_to_end::root::Root;
use end_to_end::{records, wait};
use serde_json::Value;
use domain::{Picture, PictureKey, Sha256, State, Visibility};

async fn found(who: &Member, sha256: &str) -> Vec<Value> {
    let data = who.get(&format!("/pictures?sha256={sha256}")).await.ok().unwrap();
    data["items"].as_array().unwrap().clone()
}

async fn keys(who: &Member, sha256: &str) -> Vec<PictureKey> {
    found(who, sha256).await.iter().map(key_of).collect()
}

/// Until that is what is found: the index may be a little behind.
async fn wait_for(who: &Member, sha256: &str, expected: &[PictureKey]) {
    wait::until_equal("what is found", &expected.to_vec(), async || keys(who, sha256).await).await;
}

#[tokio::test]
async fn the_same_file_is_found_among_ones_own_only() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let file = any();
    let sha256 = Sha256::of(&file.bytes).as_str().to_owned();
    assert_eq!(found(&owner, &sha256).await, [] as [Value; 0], "nothing yet");
    let first = key_of(&owner.share(&file, Visibility::Public).await);
    wait_for(&owner, &sha256, &[first]).await;
    let picture = found(&owner, &sha256).await.remove(0);
    assert_eq!((&picture["state"], &picture["caption"]), (&"ready".into(), &Value::Null));
    assert_eq!(picture["owner"]["handle"], owner.handle);
    assert!(picture["original"]["url"].is_string());
    wait_for(&owner, &sha256.to_uppercase(), &[first]).await;

    assert!(friend.sees_in("/feed", first).await);
    assert_eq!(found(&friend, &sha256).await, [] as [Value; 0], "they see it, and do not have it");
    let theirs = key_of(&friend.share(&file, Visibility::Private).await);
    wait_for(&friend, &sha256, &[theirs]).await;
    let second = key_of(&owner.share(&file, Visibility::Private).await);
    wait_for(&owner, &sha256, &[second, first]).await;
    let another = Sha256::of(&any().bytes);
    assert_eq!(found(&owner, another.as_str()).await, [] as [Value; 0]);

    for who in [&owner, &friend] {
        let seen = who.get(&format!("/pictures/{first}")).await.ok().unwrap();
        assert!(!seen.to_string().contains(&sha256), "shown to nobody: {seen}");
    }
    assert_eq!(owner.delete(&format!("/pictures/{second}")).await.code, 200);
    wait_for(&owner, &sha256, &[first]).await;
}

#[tokio::test]
async fn what_failed_is_not_found() {
    let owner = Member::new().await;
    let file = File { content_type: "image/jpeg", bytes: b"no picture".to_vec() };
    let key = owner.upload(&file, Visibility::Private).await;
    assert_eq!(owner.settled(key).await["state"], "failed");
    assert_eq!(found(&owner, Sha256::of(&file.bytes).as_str()).await, [] as [Value; 0]);
}

#[tokio::test]
async fn at_most_ten_are_found_and_none_that_is_not_there() {
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
        let picture = records::picture(owner.id(), Visibility::Private, State::Ready);
        put(&picture).await;
        expected.insert(0, picture.key);
    }
    expected.truncate(10);
    wait_for(&owner, &sha256, &expected).await;
}

#[tokio::test]
async fn what_is_no_hash_is_refused() {
    let member = Member::new().await;
    for path in ["/pictures", "/pictures?sha256=", "/pictures?sha256=abc", "/pictures?hash=abc"] {
        let answer = member.get(path).await;
        assert_eq!(answer.code, 400, "{path}: {answer:?}");
        assert!(answer.notes.unwrap().contains("64 hexadecimal digits"));
    }
}
