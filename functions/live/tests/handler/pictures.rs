//! Recipients and content of the messages about pictures.

use domain::{ActivityEvent, Audience, Picture, PictureKey, UserId, Visibility};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity, member, owner};

const FRIEND: UserId = UserId(Uuid::from_u128(1));
const FORMER: UserId = UserId(Uuid::from_u128(2));
const STRANGER: UserId = UserId(Uuid::from_u128(3));

fn key() -> PictureKey {
    testing::registered_picture().key
}

/// The connected owner of a picture, a friend, a member who requested a friendship, and a stranger.
fn fixture(picture: Option<Picture>) -> Fixture {
    let fixture = Fixture::default().with(|state| state.picture = picture).friends([owner(), FRIEND]);
    let fixture = fixture.friendship([FORMER, owner()], domain::FriendshipState::Requested);
    let fixture = fixture.connected(owner(), "owner").connected(FRIEND, "friend");
    fixture.connected(FORMER, "former").connected(STRANGER, "stranger")
}

fn sorted(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut expected: Vec<_> = expected.iter().map(|(id, kind)| ((*id).into(), (*kind).into())).collect();
    expected.sort();
    expected
}

#[tokio::test]
async fn sends_a_ready_picture_to_its_viewers() {
    const READY: &str = "picture.ready";
    for (visibility, expected) in [
        (Visibility::Private, vec![("owner", READY)]),
        (Visibility::Friends, vec![("owner", READY), ("friend", READY)]),
        (
            Visibility::Public,
            vec![("owner", READY), ("friend", READY), ("former", READY), ("stranger", READY)],
        ),
    ] {
        let fixture = fixture(Some(testing::ready_picture(visibility)));
        let all = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
        assert_eq!(all, sorted(&expected), "{visibility:?}");
    }
}

/// Derives the expected message of each member from the current picture and the audience before,
/// for all combinations.
#[tokio::test]
async fn sends_every_change_to_current_and_former_viewers() {
    let unready = Picture { failure: Some("Not a picture.".into()), ..testing::registered_picture() };
    let pictures = [
        None,
        Some(unready),
        Some(testing::ready_picture(Visibility::Private)),
        Some(testing::ready_picture(Visibility::Friends)),
        Some(testing::ready_picture(Visibility::Public)),
    ];
    for now in pictures {
        for before in [Audience::Nobody, Audience::Owner, Audience::Friends, Audience::Everyone] {
            let fixture = fixture(now.clone());
            let mut expected = vec![];
            for (connection, could_view, may_view) in [
                ("owner", true, now.is_some()),
                ("friend", before >= Audience::Friends, Audience::of(now.as_ref()) >= Audience::Friends),
                ("former", before >= Audience::Everyone, Audience::of(now.as_ref()) >= Audience::Everyone),
                ("stranger", before >= Audience::Everyone, Audience::of(now.as_ref()) >= Audience::Everyone),
            ] {
                match (could_view, may_view) {
                    (_, true) => expected.push((connection, "picture.changed")),
                    (true, false) => expected.push((connection, "picture.removed")),
                    (false, false) => {}
                }
            }
            for event in [
                ActivityEvent::PictureChanged { picture: key(), before },
                ActivityEvent::PictureRemoved { picture: key(), before },
            ] {
                let state = now.as_ref().map(Picture::state);
                let all = fixture.deliver_new(event).await;
                assert_eq!(
                    all,
                    sorted(&expected),
                    "{event:?}, now {state:?} {:?}",
                    Audience::of(now.as_ref())
                );
            }
        }
    }
}

#[tokio::test]
async fn sends_no_private_parts_even_to_the_owner() {
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public))).profile(owner(), json!({}));
    let activity = activity(ActivityEvent::PictureReady { picture: key() });
    fixture.deliver(activity).await;
    let sent = fixture.take_sent();
    assert_eq!(sent.len(), 4);
    for (connection, message) in sent {
        assert_eq!(message["id"], activity.id.to_string());
        assert_eq!((&message["ownerId"], &message["pictureId"]), (&json!(owner()), &json!(key().picture_id)));
        let picture = &message["picture"];
        assert_eq!((&picture["owner"]["firstName"], &picture["state"]), (&json!("Ada"), &json!("ready")));
        assert!(picture["renditions"]["small"]["url"].as_str().unwrap().contains("X-Amz-Signature"));
        assert_eq!((&picture["original"], &picture["gps"]), (&Value::Null, &Value::Null), "{connection}");
        assert!(!message.to_string().contains("originals/"), "{connection}");
    }
}

#[tokio::test]
async fn sends_a_failure_with_its_reason_to_the_owner_only() {
    let failed = Picture {
        visibility: Visibility::Public,
        failure: Some("Not a picture.".into()),
        ..testing::registered_picture()
    };
    let fixture = fixture(Some(failed));
    let event = ActivityEvent::PictureChanged { picture: key(), before: Audience::Nobody };
    fixture.deliver(activity(event)).await;
    let sent = fixture.take_sent();
    assert_eq!(sent.keys().collect::<Vec<_>>(), ["owner"]);
    assert_eq!(sent["owner"]["picture"]["failure"], "Not a picture.");
    assert_eq!(sent["owner"]["picture"]["original"], Value::Null);
}

#[tokio::test]
async fn sends_to_all_connections_of_members_who_want_the_type_of_event() {
    let chosen = json!({"picture.ready": ["push"]});
    let fixture = fixture(Some(testing::ready_picture(Visibility::Friends))).profile(FRIEND, chosen);
    let fixture = fixture.connected(owner(), "second").connected(FRIEND, "phone");
    let ready = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
    assert_eq!(ready, sorted(&[("owner", "picture.ready"), ("second", "picture.ready")]));
    let changed = ActivityEvent::PictureChanged { picture: key(), before: Audience::Friends };
    let sent: Vec<_> =
        fixture.deliver_new(changed).await.into_iter().map(|(connection, _)| connection).collect();
    assert_eq!(sent, ["friend", "owner", "phone", "second"]);
}

#[tokio::test]
async fn reads_the_viewers_of_a_large_audience_in_groups() {
    let mut fixture =
        Fixture::default().picture(testing::ready_picture(Visibility::Friends)).connected(owner(), "owner");
    for n in 0..250 {
        fixture = fixture.friends([owner(), member(n + 100)]).connected(member(n + 100), &format!("c{n}"));
    }
    let sent = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
    assert_eq!(sent.len(), 251);
    // The picture, then three groups.
    assert_eq!(fixture.state().requests["transactions"], 4);
}

#[tokio::test]
async fn a_picture_that_becomes_private_meanwhile_is_not_sent_to_others() {
    for (at_first, then, expected) in [
        (Visibility::Public, Some(Visibility::Friends), vec!["friend", "owner"]),
        (Visibility::Public, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, None, vec!["owner"]),
    ] {
        let fixture = fixture(Some(testing::ready_picture(at_first)));
        fixture.state().picture_after_first_read = Some(then.map(testing::ready_picture));
        let sent = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
        // Members who could not see it before receive nothing; the owner receives the current
        // state.
        let connections: Vec<_> = sent.iter().map(|(connection, _)| connection.as_str()).collect();
        assert_eq!(connections, expected, "{at_first:?}, then {then:?}");
        let kind = if then.is_some() { "picture.ready" } else { "picture.removed" };
        assert!(sent.iter().all(|(_, sent)| sent == kind), "{sent:?}");
    }
}

#[tokio::test]
async fn a_shared_picture_that_is_restricted_meanwhile_is_removed_for_the_others() {
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public)));
    fixture.state().picture_after_first_read = Some(Some(testing::ready_picture(Visibility::Friends)));
    let event = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let (shown, gone) = ("picture.changed", "picture.removed");
    let expected = [("owner", shown), ("friend", shown), ("former", gone), ("stranger", gone)];
    assert_eq!(fixture.deliver_new(event).await, sorted(&expected));
}
