//! Smart albums: the pictures that a rule chooses, and its progress.

use domain::{CameraFacts, Picture, PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

/// Stores a ready picture with this ISO speed.
async fn picture(root: &Root, owner: &Member, iso: Option<u32>) -> PictureKey {
    let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
    let metadata = CameraFacts { iso, ..CameraFacts::default() };
    let picture = Picture { metadata: Some(metadata), ..picture };
    root.put_picture(&picture).await;
    picture.key
}

/// Creates an album with a rule and returns its path.
async fn create(owner: &Member, rule: &str) -> String {
    let answer = owner.post("/albums", &json!({ "title": "High ISO", "rule": rule })).await;
    assert_eq!((answer.code, &answer.data["rule"]), (201, &json!(rule)), "{answer:?}");
    assert_eq!(answer.data["ruleProgress"], json!({ "state": "running", "read": 0 }));
    format!("/albums/{}", answer.data["id"].as_str().unwrap())
}

async fn change_rule(album: &str, owner: &Member, rule: Option<&str>) {
    let answer = owner.patch(album, &json!({ "rule": rule })).await;
    assert_eq!(answer.code, 200, "{answer:?}");
}

/// Waits until an album contains exactly these pictures.
async fn until_contains(what: &str, album: &str, reader: &Member, expected: &[PictureKey]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    wait::until_equal(what, &expected, async || {
        let pictures = reader.read_all(&format!("{album}/pictures"), 100).await;
        let mut keys: Vec<_> = pictures.iter().map(key_of).collect();
        keys.sort_unstable();
        keys
    })
    .await;
}

/// Waits until the rule of an album was applied to all pictures, and returns the progress.
async fn until_complete(album: &str, owner: &Member) -> Value {
    let progress = async || owner.get(album).await.data["ruleProgress"].clone();
    wait::until_true("the rule is applied", async || progress().await["state"] == "complete").await;
    progress().await
}

#[tokio::test]
async fn an_album_follows_its_rule_and_the_pictures_of_its_owner() {
    let (owner, root) = (Member::new().await, Root::default());
    let [low, high] = [picture(&root, &owner, Some(100)).await, picture(&root, &owner, Some(6400)).await];
    let album = create(&owner, "picture.iso > 3200 or picture.caption == 'Oslo'").await;
    until_contains("a new rule", &album, &owner, &[high]).await;
    assert_eq!(until_complete(&album, &owner).await, json!({ "state": "complete", "read": 2 }));

    let new = picture(&root, &owner, Some(12_800)).await;
    until_contains("a new picture", &album, &owner, &[high, new]).await;

    let caption = owner.patch(&format!("/pictures/{low}"), &json!({ "caption": "Oslo" })).await;
    assert_eq!(caption.code, 200, "{caption:?}");
    until_contains("a changed picture", &album, &owner, &[low, high, new]).await;

    assert_eq!(owner.delete(&format!("/pictures/{new}")).await.code, 200);
    until_contains("a deleted picture", &album, &owner, &[low, high]).await;

    change_rule(&album, &owner, Some("picture.iso < 3200")).await;
    until_contains("a changed rule", &album, &owner, &[low]).await;
    wait::until_equal("the count", &json!(1), async || owner.get(&album).await.data["count"].clone()).await;

    until_complete(&album, &owner).await;
    change_rule(&album, &owner, None).await;
    let without = owner.get(&album).await.data;
    assert_eq!((&without["rule"], &without["ruleProgress"]), (&Value::Null, &Value::Null));
    until_contains("without a rule", &album, &owner, &[low]).await;
    let added = owner.put(&format!("{album}/pictures/{high}"), &json!({})).await;
    assert_eq!(added.code, 200, "{added:?}");
}

#[tokio::test]
async fn an_uploaded_picture_enters_a_smart_album() {
    let owner = Member::new().await;
    let album = create(&owner, "picture.width > 0").await;
    let key = key_of(&owner.share(&unique_file(), Visibility::Private).await);
    until_contains("an upload", &album, &owner, &[key]).await;
}

#[tokio::test]
async fn a_picture_of_another_member_leaves_an_album_that_becomes_smart() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let answer = owner.post("/albums", &json!({ "title": "Trip" })).await;
    let album = format!("/albums/{}", answer.data["id"].as_str().unwrap());
    let member = format!("{album}/members/{}", friend.id());
    assert_eq!(owner.put(&member, &json!({ "role": "contributor" })).await.code, 200);
    let [own, other] = [picture(&root, &owner, None).await, picture(&root, &friend, None).await];
    for (by, key) in [(&owner, own), (&friend, other)] {
        assert_eq!(by.put(&format!("{album}/pictures/{key}"), &json!({})).await.code, 200);
    }
    change_rule(&album, &owner, Some("True")).await;
    until_contains("without the picture of the member", &album, &owner, &[own]).await;
    until_contains("for the member", &album, &friend, &[own]).await;
    let seen = friend.get(&album).await.data;
    assert_eq!((&seen["rule"], &seen["ruleProgress"]), (&Value::Null, &Value::Null), "the owner's alone");
}

#[tokio::test]
async fn the_owner_sees_the_first_error_of_a_rule() {
    let (owner, root) = (Member::new().await, Root::default());
    let [known, unknown] = [picture(&root, &owner, Some(6400)).await, picture(&root, &owner, None).await];
    let album = create(&owner, "picture.iso > 3200").await;
    until_contains("the picture with a result", &album, &owner, &[known]).await;
    let error = until_complete(&album, &owner).await["error"].clone();
    assert_eq!(error["pictureId"], json!(unknown.picture_id), "{error}");
    assert!(error["message"].as_str().unwrap().contains("picture.iso"), "{error}");
}

#[tokio::test]
async fn open_pages_of_the_owner_follow_the_rule() {
    let (owner, root) = (Member::new().await, Root::default());
    let page = owner.open_page().await;
    picture(&root, &owner, None).await;
    let album = create(&owner, "True").await;
    until_complete(&album, &owner).await;
    let changed = page.until_first("album.changed").await;
    assert!(album.ends_with(changed["albumId"].as_str().unwrap()), "{changed}");
}

#[tokio::test]
async fn a_member_has_at_most_twenty_smart_albums() {
    let owner = Member::new().await;
    let body = json!({ "title": "High ISO", "rule": "False" });
    let answers = join_all((0..25).map(|_| owner.post("/albums", &body))).await;
    let created: Vec<_> = answers.iter().filter(|answer| answer.code == 201).collect();
    assert_eq!(created.len(), 20, "concurrent calls");
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.code)), "{answers:?}");

    let answer = owner.post("/albums", &json!({ "title": "One more" })).await;
    assert_eq!(answer.code, 201);
    let album = format!("/albums/{}", answer.data["id"].as_str().unwrap());
    assert_eq!(owner.patch(&album, &json!({ "rule": "False" })).await.code, 409);

    let [first, second] = [0, 1].map(|n| format!("/albums/{}", created[n].data["id"].as_str().unwrap()));
    change_rule(&first, &owner, None).await;
    change_rule(&album, &owner, Some("False")).await;
    assert_eq!(owner.delete(&second).await.code, 200);
    let created = async || owner.post("/albums", &body).await.code == 201;
    wait::until_true("a deleted album is no smart album", created).await;
}

#[tokio::test]
async fn the_rule_that_an_album_has_is_not_applied_again() {
    let owner = Member::new().await;
    let album = create(&owner, "True").await;
    until_complete(&album, &owner).await;
    let before = owner.get(&album).await.data;
    change_rule(&album, &owner, Some("True")).await;
    assert_eq!(owner.get(&album).await.data, before);
}

#[tokio::test]
async fn a_repeated_message_changes_nothing() {
    let (owner, root) = (Member::new().await, Root::default());
    let key = picture(&root, &owner, None).await;
    let album = create(&owner, "True").await;
    until_contains("a new rule", &album, &owner, &[key]).await;
    until_complete(&album, &owner).await;
    let state = async || {
        let data = owner.get(&album).await.data;
        ["count", "updatedAt", "ruleProgress"].map(|name| data[name].clone())
    };
    let before = state().await;
    let id = album.strip_prefix("/albums/").unwrap();
    let activity = |kind: &str| {
        json!({"type": kind, "id": Uuid::now_v7(), "at": "2026-01-02T03:04:05Z", "albumId": id,
            "ownerId": key.owner_id, "pictureId": key.picture_id, "before": "owner"})
    };
    for message in [json!({ "album": id }), activity("picture.changed"), activity("album.changed")] {
        let record = json!({"messageId": "x", "receiptHandle": "x", "body": message.to_string(),
            "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:0:queue", "awsRegion": cloud::stack().region});
        let reply = root.invoke("smart-albums", &json!({ "Records": [record] })).await;
        assert_eq!(reply["batchItemFailures"], json!([]), "{message}: {reply}");
    }
    assert_eq!(state().await, before);
}
