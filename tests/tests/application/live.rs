//! What happens reaches open pages: of exactly those who may see it.

use std::time::{Duration, SystemTime};

use end_to_end::live::{Page, is_about};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{cloud, wait, wire};
use serde_json::{Value, json};
use client::{ClientError, Connection};
use domain::{PictureKey, Visibility};

async fn set_visibility(owner: &Member, picture: PictureKey, visibility: &str) {
    let answer = owner.patch(&format!("/pictures/{picture}"), &json!({"visibility": visibility})).await;
    assert_eq!(answer.code, 200, "{answer:?}");
}

/// The messages about a picture, by their types.
fn about(page: &Page, picture: PictureKey) -> Vec<String> {
    let told = page.told().into_iter().map(|(_, told)| told).filter(|told| is_about(told, picture));
    told.map(|told| told["type"].as_str().unwrap().to_owned()).collect()
}

/// Waits until a page was told so many things about a picture.
async fn told(page: &Page, picture: PictureKey, expected: &[&str]) {
    wait::until_equal(&format!("a page is told of {picture}"), &expected, async || about(page, picture))
        .await;
}

/// Once this is told to a page, everything that happened before was told, or will never be: nothing is slower than a friendship.
pub async fn settle(pages: &[(&Member, &Page)]) {
    for (member, page) in pages {
        let other = Member::new().await;
        assert_eq!(other.befriend(member).await.code, 200);
        let from = other.id().to_string();
        wait::until_true("the last message is told", async || {
            page.of_type("friend.requested").iter().any(|told| told["user"]["id"] == from)
        })
        .await;
    }
}

#[tokio::test]
async fn three_people_are_told_what_concerns_them() {
    let (owner, friend, stranger) = (Member::new().await, Member::new().await, Member::new().await);
    let (owners, friends, strangers) =
        (owner.open_page().await, friend.open_page().await, stranger.open_page().await);

    // Request and acceptance: both of them, and what the other one is to each.
    friend.befriend(&owner).await;
    let (asked, asking) = (owners.first("friend.requested").await, friends.first("friend.requested").await);
    assert_eq!((&asked["user"]["id"], &asked["state"]), (&json!(friend.id()), &json!("invited")));
    assert_eq!((&asking["user"]["id"], &asking["state"]), (&json!(owner.id()), &json!("requested")));
    assert_eq!(asked["user"]["handle"], friend.handle);
    owner.befriend(&friend).await;
    for (page, other) in [(&owners, &friend), (&friends, &owner)] {
        let told = page.first("friend.accepted").await;
        assert_eq!((&told["user"]["id"], &told["state"]), (&json!(other.id()), &json!("friends")));
    }

    // A picture for friends.
    let picture = owner.upload(&any(), Visibility::Friends).await;
    for page in [&owners, &friends] {
        let (_, told) = page.about("picture.ready", picture).await;
        assert_eq!(key_of(&told["picture"]), picture, "{told}");
        assert_eq!(told["picture"]["state"], "ready");
        assert!(told["picture"]["renditions"]["small"]["url"].is_string());
        assert!(told["picture"].get("original").is_none() && told["picture"].get("gps").is_none(), "{told}");
        let small = told["picture"]["renditions"]["small"]["url"].as_str().unwrap();
        assert_eq!(wire::get(small).await.status, 200, "what a page needs to show");
    }

    // Comments, sent by the page itself; a stranger's are refused and reach nobody.
    friends.comment(picture, "Lovely <b>light</b>");
    for page in [&owners, &friends] {
        let (_, told) = page.about("comment.added", picture).await;
        assert_eq!(told["comment"]["text"], "Lovely <b>light</b>");
        assert_eq!(told["comment"]["author"]["id"], json!(friend.id()));
    }
    strangers.comment(picture, "Me too!");
    let refused = strangers.first("error").await;
    assert_eq!(refused["code"], 404, "{refused}");
    let comments = owner.get(&format!("/pictures/{picture}/comments")).await.data;
    assert_eq!(comments["items"].as_array().unwrap().len(), 1, "{comments}");

    // Nobody but its owner, then everyone, then friends again.
    set_visibility(&owner, picture, "private").await;
    friends.about("picture.removed", picture).await;
    owners.about("picture.changed", picture).await;
    set_visibility(&owner, picture, "public").await;
    strangers.about("picture.changed", picture).await;
    friends.about("picture.changed", picture).await;
    let comment = comments["items"][0]["id"].as_str().unwrap();
    assert_eq!(owner.delete(&format!("/pictures/{picture}/comments/{comment}")).await.code, 200);
    for page in [&owners, &friends, &strangers] {
        assert_eq!(page.about("comment.removed", picture).await.1["commentId"], comment);
    }
    set_visibility(&owner, picture, "friends").await;
    strangers.about("picture.removed", picture).await;

    // Friends no more: both are told, and nothing after that reaches the one who is a stranger now.
    wait::until_true("all is told", async || about(&friends, picture).len() == 6).await;
    owner.unfriend(&friend).await;
    for (page, other) in [(&owners, &friend), (&friends, &owner)] {
        let told = page.first("friend.removed").await;
        assert_eq!((&told["user"]["id"], &told["state"]), (&json!(other.id()), &Value::Null));
    }
    owner.patch(&format!("/pictures/{picture}"), &json!({"caption": "Ours"})).await;
    wait::until_true("the owner's page is told", async || {
        owners.of_type("picture.changed").iter().any(|told| told["picture"]["caption"] == "Ours")
    })
    .await;
    owner.delete(&format!("/pictures/{picture}")).await;
    owners.about("picture.removed", picture).await;

    settle(&[(&owner, &owners), (&friend, &friends), (&stranger, &strangers)]).await;
    let friends_story = [
        "picture.ready",
        "comment.added",
        "picture.removed",
        "picture.changed",
        "comment.removed",
        "picture.changed",
    ];
    told(&friends, picture, &friends_story).await;
    told(&strangers, picture, &["picture.changed", "comment.removed", "picture.removed"]).await;
    let others: Vec<_> = strangers.types().into_iter().filter(|kind| kind.starts_with("friend.")).collect();
    assert_eq!(others, ["friend.requested"], "the one that settles");
}

#[tokio::test]
async fn only_members_connect() {
    let member = Member::new().await;
    let refused = async |url: &str, why: &str| match Connection::open(url).await {
        Err(ClientError::Refused { code: 403, .. }) => {}
        other => panic!("{why}: {other:?}"),
    };
    refused(&cloud::stack().live, "unsigned").await;
    let url = member.session.live_url().await.unwrap();
    let (start, signature) = url.split_once("X-Amz-Signature=").unwrap();
    let turned = if signature.starts_with('0') { '1' } else { '0' };
    let tampered = format!("{turned}{}", &signature[1..]);
    refused(&format!("{start}X-Amz-Signature={tampered}"), "tampered signature").await;
    refused(&url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"), "tampered expiry").await;
    let credentials = member.session.credentials().await.unwrap();
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    refused(&wire::presign(&cloud::stack().live, &credentials, hour_ago), "expired").await;
    let mut page = Connection::open(&url).await.unwrap();
    page.send(r#"{"action": "ping"}"#).await.unwrap();
    assert_eq!(page.next().await.unwrap().unwrap()["type"], "pong");
}

#[tokio::test]
async fn what_nobody_understands_is_answered_with_what_can_be_sent() {
    let member = Member::new().await;
    let page = member.open_page().await;
    let picture = member.upload(&any(), Visibility::Private).await;
    let long = json!({"action": "sendMessage", "ownerId": picture.owner_id, "pictureId": picture.picture_id,
        "text": "x".repeat(1_001)})
    .to_string();
    let wrong = ["not JSON", "[]", r#"{"action": "dance"}"#, r#"{"action": "sendMessage"}"#, long.as_str()];
    for (number, text) in wrong.into_iter().enumerate() {
        page.send(text);
        wait::until_true("it is answered", async || page.of_type("error").len() > number).await;
        let error = page.of_type("error").pop().unwrap();
        assert_eq!(error["code"], 400, "{text}: {error}");
        assert!(error["notes"].as_str().unwrap().len() > 20, "{error}");
    }
    assert!(page.is_open());
}

#[tokio::test]
async fn a_closed_page_is_forgotten() {
    let member = Member::new().await;
    let root = Root::default();
    let connection = member.session.connect().await.unwrap();
    let page = member.open_page().await;
    let open = async || root.connections_of(member.id()).await.len();
    wait::until_equal("both pages are known", &2, &open).await;
    connection.close().await.unwrap();
    wait::until_equal("one is left", &1, &open).await;
    page.kill();
    wait::until_equal("none is left", &0, &open).await;
}

#[tokio::test]
async fn whoever_does_not_want_it_is_not_told_live() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let mut profile = friend.profile();
    profile["notifications"] = json!({"picture.ready": []});
    assert_eq!(friend.put(&format!("/users/{}", friend.id()), &profile).await.code, 200);
    let (owners, friends) = (owner.open_page().await, friend.open_page().await);
    let picture = owner.upload(&any(), Visibility::Friends).await;
    owners.about("picture.ready", picture).await;
    set_visibility(&owner, picture, "public").await;
    friends.about("picture.changed", picture).await;
    told(&friends, picture, &["picture.changed"]).await;
}
