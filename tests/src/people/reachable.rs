//! Members with a phone, and their push messages and e-mails.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Member;
use crate::root::Root;
use crate::wait;

/// Creates a unique device token, valid for any platform.
pub fn new_token() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Registers a phone and returns its ID.
pub async fn register_phone(member: &Member, platform: &str, token: &str) -> String {
    let answer = member.register_phone(platform, token).await;
    assert_eq!(answer.code, 201, "{answer:?}");
    assert_eq!(answer.data, json!({"id": answer.data["id"], "platform": platform}));
    answer.data["id"].as_str().unwrap().to_owned()
}

/// A member with a phone.
#[derive(Debug)]
pub struct MemberWithPhone {
    /// The member.
    pub member: Member,
    /// The device token of the phone.
    pub token: String,
}

/// Returns notification settings with every channel for every type of notification.
pub fn all_notifications() -> Value {
    let all = json!(["live", "push", "email"]);
    json!({"picture.ready": all, "friend.requested": all, "friend.accepted": all, "comment.added": all})
}

impl MemberWithPhone {
    /// Creates a member with a phone and these notification settings.
    pub async fn new(settings: Value) -> Self {
        let (member, token) = (Member::new().await, new_token());
        register_phone(&member, "fcm", &token).await;
        let answer = member.set_notifications(settings).await;
        assert_eq!(answer.code, 200, "{answer:?}");
        Self { member, token }
    }

    /// Returns the push messages to the phone, as the app receives them.
    pub async fn pushes(&self, root: &Root) -> Vec<Value> {
        let sent = root.pushes(&self.token).await;
        let payload =
            |push: &Value| serde_json::from_str::<Value>(push["Payload"].as_str().unwrap()).unwrap();
        sent.iter().map(|push| payload(push)["fcmV1Message"]["message"].clone()).collect()
    }

    /// Returns the sorted types of all push messages to the phone.
    pub async fn push_types(&self, root: &Root) -> Vec<String> {
        let pushes = self.pushes(root).await;
        let mut types: Vec<_> =
            pushes.iter().map(|push| push["data"]["type"].as_str().unwrap().to_owned()).collect();
        types.sort_unstable();
        types
    }

    /// Returns the sorted subjects of all e-mails to the member.
    pub async fn mail_subjects(&self, root: &Root) -> Vec<String> {
        let mails = root.mails(&self.member.email).await;
        let mut subjects: Vec<_> =
            mails.iter().map(|mail| mail["Subject"].as_str().unwrap().to_owned()).collect();
        subjects.sort_unstable();
        subjects
    }

    /// Waits until the phone has received exactly these types of push messages, sorted.
    pub async fn until_push_types(&self, root: &Root, expected: &[&str]) {
        wait::until_equal("the push messages arrive", &expected, async || self.push_types(root).await).await;
    }

    /// Waits until the member has received exactly these subjects by e-mail, sorted.
    pub async fn until_mail_subjects(&self, root: &Root, expected: &[String]) {
        wait::until_equal("the e-mails arrive", &expected, async || self.mail_subjects(root).await).await;
    }
}

/// Makes two members friends. Accepts the request only after its notification has arrived, because
/// an accepted request sends no notification.
pub async fn befriend_with_notification(root: &Root, sender: &Member, recipient: &MemberWithPhone) {
    assert_eq!(sender.befriend(&recipient.member).await.code, 200);
    wait::until_true("the friend request arrives", async || {
        recipient.pushes(root).await.iter().any(|push| push["data"]["userId"] == json!(sender.id()))
    })
    .await;
    assert_eq!(recipient.member.befriend(sender).await.code, 200);
}
