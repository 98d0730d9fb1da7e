//! Members with a phone, and what it and their mail box are told.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Member;
use crate::root::Root;
use crate::wait;

/// A token that nobody else has, and that any platform could hand out.
pub fn token() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Registers a phone with a token and says under which id.
pub async fn registered(member: &Member, platform: &str, token: &str) -> String {
    let answer = member.register_phone(platform, token).await;
    assert_eq!(answer.code, 201, "{answer:?}");
    assert_eq!(answer.data, json!({"id": answer.data["id"], "platform": platform}));
    answer.data["id"].as_str().unwrap().to_owned()
}

/// Somebody with a phone.
#[derive(Debug)]
pub struct Reachable {
    /// Who it is.
    pub member: Member,
    /// By which the platform knows the phone.
    pub token: String,
}

/// Everything there is to be told, on all channels.
pub fn everything() -> Value {
    let all = json!(["live", "push", "email"]);
    json!({"picture.ready": all, "friend.requested": all, "friend.accepted": all, "comment.added": all})
}

impl Reachable {
    /// Somebody new who made these choices.
    pub async fn new(choices: Value) -> Self {
        let (member, token) = (Member::new().await, token());
        registered(&member, "fcm", &token).await;
        let answer = member.choose(choices).await;
        assert_eq!(answer.code, 200, "{answer:?}");
        Self { member, token }
    }

    /// The messages to their phone, as the app gets them.
    pub async fn pushes(&self, root: &Root) -> Vec<Value> {
        let sent = root.pushes(&self.token).await;
        let payload =
            |push: &Value| serde_json::from_str::<Value>(push["Payload"].as_str().unwrap()).unwrap();
        sent.iter().map(|push| payload(push)["fcmV1Message"]["message"].clone()).collect()
    }

    /// What their phone was told, by its types, sorted.
    pub async fn pushed(&self, root: &Root) -> Vec<String> {
        let pushes = self.pushes(root).await;
        let mut types: Vec<_> =
            pushes.iter().map(|push| push["data"]["type"].as_str().unwrap().to_owned()).collect();
        types.sort_unstable();
        types
    }

    /// What they were told by e-mail, by its subjects, sorted.
    pub async fn mailed(&self, root: &Root) -> Vec<String> {
        let mails = root.mails(&self.member.email).await;
        let mut subjects: Vec<_> =
            mails.iter().map(|mail| mail["Subject"].as_str().unwrap().to_owned()).collect();
        subjects.sort_unstable();
        subjects
    }

    /// Waits until their phone was told of that, by its types, sorted, and no more.
    pub async fn until_pushed(&self, root: &Root, expected: &[&str]) {
        wait::until_equal("a phone is told", &expected, async || self.pushed(root).await).await;
    }

    /// Waits until they were told that by e-mail, by its subjects, sorted, and no more.
    pub async fn until_mailed(&self, root: &Root, expected: &[String]) {
        wait::until_equal("an e-mail is sent", &expected, async || self.mailed(root).await).await;
    }
}

/// Makes two people friends, not before the one who is asked was told: of a request that was accepted there is nothing to tell.
pub async fn befriend_slowly(root: &Root, asking: &Member, asked: &Reachable) {
    assert_eq!(asking.befriend(&asked.member).await.code, 200);
    wait::until_true("who is asked is told", async || {
        asked.pushes(root).await.iter().any(|push| push["data"]["userId"] == json!(asking.id()))
    })
    .await;
    assert_eq!(asked.member.befriend(asking).await.code, 200);
}
