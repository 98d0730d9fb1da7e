//! Mobile push and e-mail reach exactly those who chose them, and who may see the thing.

use end_to_end::people::{Member, Reachable, befriend, befriend_slowly, everything, registered, token};
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::{records, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};
use domain::{PictureKey, State, Visibility};

use crate::events::wait_until_idle;

/// Once somebody else is told of something, and nothing waits, all that came before was told or never will be.
async fn settle(root: &Root) {
    let (asked, asking) = (Reachable::new(everything()).await, Member::new().await);
    assert_eq!(asking.befriend(&asked.member).await.code, 200);
    asked.until_pushed(root, &["friend.requested"]).await;
    wait_until_idle(root, &["deliver"]).await;
}

/// A subject names who did what.
fn subject(actor: &Member, did: &str) -> String {
    format!("Ada Lovelace ({}) {did}", actor.handle)
}

#[tokio::test]
async fn those_who_chose_it_are_told_and_nobody_else() {
    let root = Root::default();
    let people = join_all([
        Reachable::new(everything()),
        Reachable::new(everything()),
        Reachable::new(json!({"picture.ready": ["push"], "friend.accepted": ["email"]})),
        Reachable::new(json!({})),
        Reachable::new(everything()),
    ])
    .await;
    let [owner, all, some, unasked, stranger] = people.as_slice() else { unreachable!() };
    for friend in [all, some, unasked] {
        befriend_slowly(&root, &friend.member, owner).await;
    }
    let friends = owner.member.upload(&any(), Visibility::Friends).await;
    let private = owner.member.upload(&any(), Visibility::Private).await;
    let public = owner.member.upload(&any(), Visibility::Public).await;
    for picture in [friends, private, public] {
        assert_eq!(owner.member.settled(picture).await["state"], "ready");
    }
    let wrote =
        [(all, friends, "Lovely <b>light</b>"), (stranger, public, "Where?"), (owner, public, "There.")];
    for (author, picture, text) in wrote {
        assert_eq!(author.member.comment(picture, text).await.code, 201);
    }
    // Nobody is told of what only keeps a page right.
    owner.member.patch(&format!("/pictures/{public}"), &json!({"caption": "There"})).await;
    assert_eq!(owner.member.delete(&format!("/pictures/{private}")).await.code, 200);
    assert_eq!(owner.member.unfriend(&unasked.member).await.code, 200);

    let asked = ["friend.requested"; 3];
    owner.until_pushed(&root, &[&["comment.added"; 2][..], &asked].concat()).await;
    all.until_pushed(&root, &["friend.accepted", "picture.ready", "picture.ready"]).await;
    some.until_pushed(&root, &["picture.ready"; 2]).await;
    let mut mails: Vec<_> =
        [all, some, unasked].map(|friend| subject(&friend.member, "asks for your friendship")).into();
    mails.extend([all, stranger].map(|author| subject(&author.member, "wrote about your picture")));
    mails.sort_unstable();
    owner.until_mailed(&root, &mails).await;
    let accepted = subject(&owner.member, "has accepted your friendship");
    // All pictures of an hour make one e-mail; where an hour ended meanwhile, two.
    let shared = subject(&owner.member, "has shared a picture");
    wait::until_true("one e-mail for both pictures", async || {
        let mut mailed = all.mailed(&root).await;
        mailed.dedup();
        mailed == [accepted.clone(), shared.clone()]
    })
    .await;
    some.until_mailed(&root, &[accepted]).await;

    settle(&root).await;
    for nobody in [unasked, stranger] {
        assert!(nobody.pushed(&root).await.is_empty() && nobody.mailed(&root).await.is_empty());
    }
    owner.until_pushed(&root, &[&["comment.added"; 2][..], &asked].concat()).await;
    some.until_pushed(&root, &["picture.ready"; 2]).await;
    says_what_it_takes(&root, owner, all, friends).await;
}

/// What a message to a phone and an e-mail hold.
async fn says_what_it_takes(root: &Root, owner: &Reachable, author: &Reachable, picture: PictureKey) {
    let pushes = owner.pushes(root).await;
    let about = |push: &&Value| push["data"]["pictureId"] == json!(picture.picture_id);
    let push = pushes.iter().find(about).unwrap();
    assert_eq!(push["data"]["userId"], json!(author.member.id()), "{push}");
    assert!(push["notification"]["body"].as_str().unwrap().contains("Lovely <b>light</b>"), "{push}");
    let mails = root.mails(&owner.member.email).await;
    let mail = mails.iter().find(|mail| mail["BodyText"].as_str().unwrap().contains("Lovely")).unwrap();
    assert!(mail["Source"].as_str().unwrap().contains("albumen@example.com"), "{mail}");
    assert!(!mail.to_string().contains(&author.member.email), "nobody's address is told: {mail}");
}

/// A picture for friends becomes ready.
async fn share(root: &Root, owner: &Member) {
    let picture = records::picture(owner.id(), Visibility::Friends, State::Processing);
    root.put_picture(&picture).await;
    root.complete(picture.key).await;
}

#[tokio::test]
async fn a_phone_that_is_gone_is_forgotten_until_it_is_registered_again() {
    let (owner, friend, root) = (Member::new().await, Reachable::new(everything()).await, Root::default());
    befriend(&friend.member, &owner).await;
    friend.until_pushed(&root, &["friend.accepted"]).await;
    let push_endpoints = async || root.devices_of(friend.member.id()).await;
    let first = push_endpoints().await;
    let (silent, removed) = (token(), token());
    registered(&friend.member, "fcm", &silent).await;
    let silents = push_endpoints().await.into_iter().find(|arn| !first.contains(arn)).unwrap();
    registered(&friend.member, "fcm", &removed).await;
    let removeds = push_endpoints().await.into_iter().find(|arn| !first.contains(arn) && *arn != silents).unwrap();
    let disable = [("Enabled", "false")];
    root.change_endpoint("SetEndpointAttributes", &silents, &disable).await;
    root.change_endpoint("DeleteEndpoint", &removeds, &[]).await;
    share(&root, &owner).await;
    wait::until_equal("both are forgotten", &first, &push_endpoints).await;
    friend.until_pushed(&root, &["friend.accepted", "picture.ready"]).await;

    registered(&friend.member, "fcm", &silent).await;
    share(&root, &owner).await;
    wait::until_equal("it is told again", &1, async || root.pushes(&silent).await.len()).await;
    assert!(root.pushes(&removed).await.is_empty());
    // Without having been forgotten, too.
    let silents = push_endpoints().await.into_iter().find(|arn| !first.contains(arn)).unwrap();
    root.change_endpoint("SetEndpointAttributes", &silents, &disable).await;
    registered(&friend.member, "fcm", &silent).await;
    share(&root, &owner).await;
    wait::until_equal("and again", &2, async || root.pushes(&silent).await.len()).await;
}

#[tokio::test]
async fn a_phone_that_is_somebody_elses_is_told_nothing_of_whoever_had_it() {
    let (owner, root) = (Member::new().await, Root::default());
    let (before, after) = (Reachable::new(everything()).await, Reachable::new(everything()).await);
    befriend(&before.member, &owner).await;
    before.until_pushed(&root, &["friend.accepted"]).await;
    registered(&after.member, "fcm", &before.token).await;
    share(&root, &owner).await;
    wait::until_equal("they are told by e-mail still", &2, async || before.mailed(&root).await.len()).await;
    settle(&root).await;
    before.until_pushed(&root, &["friend.accepted"]).await;
    assert!(after.pushed(&root).await.is_empty() && after.mailed(&root).await.is_empty());
}

#[tokio::test]
async fn choices_are_ones_own_and_stay_until_changed() {
    let (ada, other) = (Member::new().await, Member::new().await);
    let own = format!("/users/{}", ada.id());
    let chosen = async || ada.get(&own).await.data["notifications"].clone();
    let live = json!(["live"]);
    let default = chosen().await;
    assert!(default.as_object().unwrap().values().all(|channels| *channels == live), "{default}");
    assert_eq!(default.as_object().unwrap().len(), 8);
    let answer = ada.choose(json!({"picture.ready": ["email", "live"], "comment.added": []})).await;
    assert_eq!(answer.code, 200, "{answer:?}");
    let after = chosen().await;
    assert_eq!(answer.data["notifications"], after);
    assert_eq!((&after["picture.ready"], &after["comment.added"]), (&json!(["live", "email"]), &json!([])));
    assert_eq!(after["friend.requested"], live);
    // Left away, they stay.
    assert_eq!(ada.put(&own, &ada.profile()).await.code, 200);
    assert_eq!(chosen().await, after);
    for path in [own.clone(), format!("/users?handle={}", ada.handle)] {
        let seen = other.get(&path).await.data;
        assert!(seen.get("notifications").is_none(), "nobody else's business: {seen}");
    }
    for wrong in [
        json!({"picture.changed": ["push"]}),
        json!({"picture.removed": ["email"]}),
        json!({"picture.seen": ["live"]}),
        json!({"picture.ready": ["sms"]}),
        json!({"picture.ready": "live"}),
        json!("all"),
    ] {
        let answer = ada.choose(wrong.clone()).await;
        assert_eq!(answer.code, 400, "{wrong}");
        assert!(answer.notes.as_deref().unwrap().starts_with("Invalid input: "), "{answer:?}");
    }
    assert_eq!(chosen().await, after);
}
