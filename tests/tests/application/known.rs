//! Finding the member's own pictures by the hashes of many files.

use domain::{PictureKey, PictureState, Sha256, Visibility};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::{File, unique_file};
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use serde_json::{Value, json};

/// Returns the ids of the known pictures for each of these hashes.
async fn find(who: &Member, hashes: &[&Sha256]) -> Vec<Option<String>> {
    let data = who.post("/pictures/known", &json!({ "sha256": hashes })).await.ok().unwrap();
    let items = data["items"].as_array().unwrap();
    let id_of = |hash: &&Sha256| {
        let found = items.iter().find(|item| item["sha256"] == hash.as_str());
        found.map(|item| item["pictureId"].as_str().unwrap().to_owned())
    };
    hashes.iter().map(id_of).collect()
}

#[tokio::test]
async fn only_the_members_own_ready_pictures_are_known() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let (one, other) = (unique_file(), unique_file());
    let broken = File { content_type: "image/jpeg", bytes: owner.handle.as_bytes().to_vec() };
    let hashes = [&one, &other, &broken].map(|file| Sha256::of(&file.bytes));
    let hashes = hashes.each_ref();
    assert_eq!(find(&owner, &hashes).await, [None, None, None], "before the upload");

    let first = key_of(&owner.share(&one, Visibility::Public).await);
    let second = key_of(&owner.share(&other, Visibility::Private).await);
    let failed = owner.upload(&broken, Visibility::Private).await;
    assert_eq!(owner.until_processed(failed).await["state"], "failed");
    let id = |key: PictureKey| Some(key.picture_id.to_string());
    until_known(&owner, &hashes, &[id(first), id(second), None]).await;
    assert_eq!(find(&friend, &hashes).await, [None, None, None], "visible pictures of another member");

    assert_eq!(owner.delete(&format!("/pictures/{first}")).await.code, 200);
    assert_eq!(find(&owner, &hashes).await, [None, id(second), None], "after the deletion");
}

/// Waits until exactly these pictures are known, because the index is eventually consistent.
async fn until_known(who: &Member, hashes: &[&Sha256], expected: &[Option<String>]) {
    wait::until_equal("the pictures are known", &expected.to_vec(), async || find(who, hashes).await).await;
}

#[tokio::test]
async fn finds_500_hashes_among_many_pictures() {
    let (owner, root) = (Member::new().await, Root::default());
    let hashes: Vec<_> =
        (0..500).map(|number| Sha256::of(format!("{} {number}", owner.handle).as_bytes())).collect();
    let mut expected = vec![None; hashes.len()];
    // Five copies of each of 40 files.
    for _ in 0..5 {
        for (hash, id) in hashes.iter().zip(&mut expected).take(40) {
            let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
            let mut row: end_to_end::root::Row = serde_dynamo::to_item(&picture).unwrap();
            row.insert("sha256".into(), aws_sdk_dynamodb::types::AttributeValue::S(hash.as_str().into()));
            let request = root.dynamodb.put_item().table_name(&root.tables().await.pictures);
            request.set_item(Some(row)).send().await.unwrap();
            *id = Some(picture.key.picture_id.to_string());
        }
    }
    let hashes: Vec<_> = hashes.iter().collect();
    let known = |ids: &[Option<String>]| ids.iter().map(Option::is_some).collect::<Vec<_>>();
    wait::until_equal("the hashes are known", &known(&expected), async || {
        known(&find(&owner, &hashes).await)
    })
    .await;
}

#[tokio::test]
async fn rejects_invalid_hashes_and_more_than_500() {
    let member = Member::new().await;
    let valid = Sha256::of(b"");
    let too_many = vec![&valid; 501];
    let bodies: [(Value, &str); 3] = [
        (json!({ "sha256": [valid.as_str(), "abc"] }), "sha256[1] must be 64 lower-case"),
        (json!({ "sha256": [valid.as_str().to_uppercase()] }), "sha256[0] must be 64 lower-case"),
        (json!({ "sha256": too_many }), "the maximum in one call is 500"),
    ];
    for (body, message) in bodies {
        let answer = member.post("/pictures/known", &body).await;
        assert_eq!(answer.code, 400, "{answer:?}");
        assert!(answer.notes.as_ref().unwrap().contains(message), "{answer:?}");
    }
}
