//! Push messages and e-mails reach exactly the members who chose the channel and can view the
//! change.

use domain::{PictureKey, PictureState, Visibility};
use end_to_end::people::{
    Member, MemberWithPhone, all_notifications, befriend, befriend_with_notification, new_token,
    register_phone,
};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::events::wait_until_idle;

/// Sends another member a notification and waits until the queue of `deliver` is empty. Then every
/// earlier event is delivered.
async fn until_earlier_events_are_delivered(root: &Root) {
    let (invited, requester) = (MemberWithPhone::new(all_notifications()).await, Member::new().await);
    assert_eq!(requester.befriend(&invited.member).await.code, 200);
    invited.until_push_types(root, &["friend.requested"]).await;
    wait_until_idle(root, &["deliver"]).await;
}

/// Returns the subject of an e-mail about an action of `actor`.
fn subject(actor: &Member, action: &str) -> String {
    format!("Ada Lovelace ({}) {action}", actor.handle)
}

#[tokio::test]
async fn reaches_exactly_the_members_who_chose_the_channel() {
    let root = Root::default();
    let people = join_all([
        MemberWithPhone::new(all_notifications()),
        MemberWithPhone::new(all_notifications()),
        MemberWithPhone::new(json!({"picture.ready": ["push"], "friend.accepted": ["email"]})),
        MemberWithPhone::new(json!({})),
        MemberWithPhone::new(all_notifications()),
    ])
    .await;
    let [owner, all, some, none, stranger] = people.as_slice() else { unreachable!() };
    for friend in [all, some, none] {
        befriend_with_notification(&root, &friend.member, owner).await;
    }
    let friends = owner.member.upload(&unique_file(), Visibility::Friends).await;
    let private = owner.member.upload(&unique_file(), Visibility::Private).await;
    let public = owner.member.upload(&unique_file(), Visibility::Public).await;
    for picture in [friends, private, public] {
        assert_eq!(owner.member.until_processed(picture).await["state"], "ready");
    }
    let comments =
        [(all, friends, "Lovely <b>light</b>"), (stranger, public, "Where?"), (owner, public, "There.")];
    for (author, picture, text) in comments {
        assert_eq!(author.member.comment(picture, text).await.code, 201);
    }
    // Changes and removals reach open pages only.
    owner.member.patch(&format!("/pictures/{public}"), &json!({"caption": "There"})).await;
    assert_eq!(owner.member.delete(&format!("/pictures/{private}")).await.code, 200);
    assert_eq!(owner.member.unfriend(&none.member).await.code, 200);

    let requests = ["friend.requested"; 3];
    owner.until_push_types(&root, &[&["comment.added"; 2][..], &requests].concat()).await;
    all.until_push_types(&root, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    some.until_push_types(&root, &["picture.ready"; 2]).await;
    let mut mails: Vec<_> =
        [all, some, none].map(|friend| subject(&friend.member, "sent you a friend request")).into();
    mails.extend([all, stranger].map(|author| subject(&author.member, "commented on your picture")));
    mails.sort_unstable();
    owner.until_mail_subjects(&root, &mails).await;
    let accepted = subject(&owner.member, "accepted your friend request");
    // One e-mail per hour announces all pictures. There are two if the hour changes during the
    // test.
    let shared = subject(&owner.member, "shared a picture");
    wait::until_true("one e-mail for both pictures", async || {
        let mut subjects = all.mail_subjects(&root).await;
        subjects.dedup();
        subjects == [accepted.clone(), shared.clone()]
    })
    .await;
    some.until_mail_subjects(&root, &[accepted]).await;

    until_earlier_events_are_delivered(&root).await;
    for person in [none, stranger] {
        assert!(person.push_types(&root).await.is_empty() && person.mail_subjects(&root).await.is_empty());
    }
    owner.until_push_types(&root, &[&["comment.added"; 2][..], &requests].concat()).await;
    some.until_push_types(&root, &["picture.ready"; 2]).await;
    check_contents(&root, owner, all, friends).await;
}

/// Checks the contents of the push message and of the e-mail about a comment.
async fn check_contents(root: &Root, owner: &MemberWithPhone, author: &MemberWithPhone, picture: PictureKey) {
    let pushes = owner.pushes(root).await;
    let about = |push: &&Value| push["data"]["pictureId"] == json!(picture.picture_id);
    let push = pushes.iter().find(about).unwrap();
    assert_eq!(push["data"]["userId"], json!(author.member.id()), "{push}");
    assert!(push["notification"]["body"].as_str().unwrap().contains("Lovely <b>light</b>"), "{push}");
    let mails = root.mails(&owner.member.email).await;
    let mail = mails.iter().find(|mail| mail["BodyText"].as_str().unwrap().contains("Lovely")).unwrap();
    assert!(mail["Source"].as_str().unwrap().contains("albumen@example.com"), "{mail}");
    assert!(
        !mail.to_string().contains(&author.member.email),
        "contains no e-mail address of the author: {mail}"
    );
}

/// Creates a picture for friends that becomes ready.
async fn share(root: &Root, owner: &Member) {
    let picture = rows::picture(owner.id(), Visibility::Friends, PictureState::Processing);
    root.put_picture(&picture).await;
    root.make_ready(picture.key).await;
}

#[tokio::test]
async fn disabled_and_deleted_platform_endpoints_are_removed_until_registered_again() {
    let (owner, friend, root) =
        (Member::new().await, MemberWithPhone::new(all_notifications()).await, Root::default());
    befriend(&friend.member, &owner).await;
    friend.until_push_types(&root, &["friend.accepted"]).await;
    let phones = async || root.devices_of(friend.member.id()).await;
    let first = phones().await;
    let (disabled, deleted) = (new_token(), new_token());
    register_phone(&friend.member, "fcm", &disabled).await;
    let disabled_arn = phones().await.into_iter().find(|arn| !first.contains(arn)).unwrap();
    register_phone(&friend.member, "fcm", &deleted).await;
    let deleted_arn =
        phones().await.into_iter().find(|arn| !first.contains(arn) && *arn != disabled_arn).unwrap();
    let disable = [("Enabled", "false")];
    root.change_endpoint("SetEndpointAttributes", &disabled_arn, &disable).await;
    root.change_endpoint("DeleteEndpoint", &deleted_arn, &[]).await;
    share(&root, &owner).await;
    wait::until_equal("both are removed", &first, &phones).await;
    friend.until_push_types(&root, &["friend.accepted", "picture.ready"]).await;

    register_phone(&friend.member, "fcm", &disabled).await;
    share(&root, &owner).await;
    wait::until_equal("the registered phone receives a message", &1, async || {
        root.pushes(&disabled).await.len()
    })
    .await;
    assert!(root.pushes(&deleted).await.is_empty());
    // Registering also enables an endpoint if no message has failed since it was disabled.
    let disabled_arn = phones().await.into_iter().find(|arn| !first.contains(arn)).unwrap();
    root.change_endpoint("SetEndpointAttributes", &disabled_arn, &disable).await;
    register_phone(&friend.member, "fcm", &disabled).await;
    share(&root, &owner).await;
    wait::until_equal("it receives a second message", &2, async || root.pushes(&disabled).await.len()).await;
}

#[tokio::test]
async fn a_phone_receives_nothing_for_its_former_member() {
    let (owner, root) = (Member::new().await, Root::default());
    let (before, after) =
        (MemberWithPhone::new(all_notifications()).await, MemberWithPhone::new(all_notifications()).await);
    befriend(&before.member, &owner).await;
    before.until_push_types(&root, &["friend.accepted"]).await;
    register_phone(&after.member, "fcm", &before.token).await;
    share(&root, &owner).await;
    wait::until_equal("the former member receives e-mails", &2, async || {
        before.mail_subjects(&root).await.len()
    })
    .await;
    until_earlier_events_are_delivered(&root).await;
    before.until_push_types(&root, &["friend.accepted"]).await;
    assert!(after.push_types(&root).await.is_empty() && after.mail_subjects(&root).await.is_empty());
}

#[tokio::test]
async fn settings_are_private_and_omitted_settings_stay_unchanged() {
    let (ada, other) = (Member::new().await, Member::new().await);
    let own = format!("/users/{}", ada.id());
    let settings = async || ada.get(&own).await.data["notifications"].clone();
    let live = json!(["live"]);
    let default = settings().await;
    assert!(default.as_object().unwrap().values().all(|channels| *channels == live), "{default}");
    assert_eq!(default.as_object().unwrap().len(), 12);
    let answer =
        ada.set_notifications(json!({"picture.ready": ["email", "live"], "comment.added": []})).await;
    assert_eq!(answer.code, 200, "{answer:?}");
    let after = settings().await;
    assert_eq!(answer.data["notifications"], after);
    assert_eq!((&after["picture.ready"], &after["comment.added"]), (&json!(["live", "email"]), &json!([])));
    assert_eq!(after["friend.requested"], live);
    // An update of the profile without settings does not change the settings.
    assert_eq!(ada.put(&own, &ada.profile()).await.code, 200);
    assert_eq!(settings().await, after);
    for path in [own.clone(), format!("/users?handle={}", ada.handle)] {
        let seen = other.get(&path).await.data;
        assert!(seen.get("notifications").is_none(), "visible to their member only: {seen}");
    }
    for wrong in [
        json!({"picture.changed": ["push"]}),
        json!({"picture.removed": ["email"]}),
        json!({"picture.seen": ["live"]}),
        json!({"picture.ready": ["sms"]}),
        json!({"picture.ready": "live"}),
        json!("all"),
    ] {
        let answer = ada.set_notifications(wrong.clone()).await;
        assert_eq!(answer.code, 400, "{wrong}");
        assert!(answer.notes.as_deref().unwrap().starts_with("Invalid input: "), "{answer:?}");
    }
    assert_eq!(settings().await, after);
}
