//! Who is told of a picture, and what.

use domain::{Activity, ActivityEvent, Audience, Picture, PictureKey, UserId, Visibility};
use serde_json::{Value, json};

use uuid::Uuid;

use crate::world::{World, owner, person};

const FRIEND: UserId = UserId(Uuid::from_u128(1));
const FORMER: UserId = UserId(Uuid::from_u128(2));
const STRANGER: UserId = UserId(Uuid::from_u128(3));

fn key() -> PictureKey {
    testing::registered_picture().key
}

/// A picture's owner, a friend, somebody who asked for the friendship and a stranger, all connected.
fn world(picture: Option<Picture>) -> World {
    let world = World::default().with(|state| state.picture = picture).friends([owner(), FRIEND]);
    let world = world.friendship([FORMER, owner()], domain::FriendshipState::Requested);
    let world = world.connected(owner(), "owner").connected(FRIEND, "friend");
    world.connected(FORMER, "former").connected(STRANGER, "stranger")
}

fn told(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut expected: Vec<_> = expected.iter().map(|(id, kind)| ((*id).into(), (*kind).into())).collect();
    expected.sort();
    expected
}

#[tokio::test]
async fn a_ready_picture_is_shown_to_those_who_may_see_it() {
    const READY: &str = "picture.ready";
    for (visibility, expected) in [
        (Visibility::Private, vec![("owner", READY)]),
        (Visibility::Friends, vec![("owner", READY), ("friend", READY)]),
        (
            Visibility::Public,
            vec![("owner", READY), ("friend", READY), ("former", READY), ("stranger", READY)],
        ),
    ] {
        let world = world(Some(testing::ready_picture(visibility)));
        let all = world.happens(ActivityEvent::PictureReady { picture: key() }).await;
        assert_eq!(all, told(&expected), "{visibility:?}");
    }
}

/// Everybody's message, from what the picture is now and how far it reached before: what a brute-force look at each of them says.
#[tokio::test]
async fn every_change_reaches_whom_it_concerns() {
    let unready = Picture { failure: Some("Not a picture.".into()), ..testing::registered_picture() };
    let nows = [
        None,
        Some(unready),
        Some(testing::ready_picture(Visibility::Private)),
        Some(testing::ready_picture(Visibility::Friends)),
        Some(testing::ready_picture(Visibility::Public)),
    ];
    for now in nows {
        for before in [Audience::Nobody, Audience::Owner, Audience::Friends, Audience::Everyone] {
            let world = world(now.clone());
            let mut expected = vec![];
            for (connection, could, may) in [
                ("owner", true, now.is_some()),
                ("friend", before >= Audience::Friends, Audience::of(now.as_ref()) >= Audience::Friends),
                ("former", before >= Audience::Everyone, Audience::of(now.as_ref()) >= Audience::Everyone),
                ("stranger", before >= Audience::Everyone, Audience::of(now.as_ref()) >= Audience::Everyone),
            ] {
                match (could, may) {
                    (_, true) => expected.push((connection, "picture.changed")),
                    (true, false) => expected.push((connection, "picture.removed")),
                    (false, false) => {}
                }
            }
            for what in [
                ActivityEvent::PictureChanged { picture: key(), before },
                ActivityEvent::PictureRemoved { picture: key(), before },
            ] {
                let state = now.as_ref().map(Picture::state);
                let all = world.happens(what).await;
                assert_eq!(all, told(&expected), "{what:?}, now {state:?} {:?}", Audience::of(now.as_ref()));
            }
        }
    }
}

#[tokio::test]
async fn nothing_that_is_the_owners_alone_is_sent_to_anybody() {
    let world = world(Some(testing::ready_picture(Visibility::Public))).profile(owner(), json!({}));
    let activity = Activity {
        id: Uuid::now_v7(),
        at: jiff::Timestamp::UNIX_EPOCH,
        what: ActivityEvent::PictureReady { picture: key() },
    };
    world.tell(activity).await;
    let posted = world.posted();
    assert_eq!(posted.len(), 4);
    for (connection, message) in posted {
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
async fn what_cannot_be_shown_is_told_to_its_owner_with_the_reason() {
    let failed = Picture {
        visibility: Visibility::Public,
        failure: Some("Not a picture.".into()),
        ..testing::registered_picture()
    };
    let world = world(Some(failed));
    let what = ActivityEvent::PictureChanged { picture: key(), before: Audience::Nobody };
    world.tell(Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, what }).await;
    let posted = world.posted();
    assert_eq!(posted.keys().collect::<Vec<_>>(), ["owner"]);
    assert_eq!(posted["owner"]["picture"]["failure"], "Not a picture.");
    assert_eq!(posted["owner"]["picture"]["original"], Value::Null);
}

#[tokio::test]
async fn a_person_is_told_on_all_their_pages_what_they_want_to_know() {
    let chosen = json!({"picture.ready": ["push"]});
    let world = world(Some(testing::ready_picture(Visibility::Friends))).profile(FRIEND, chosen);
    let world = world.connected(owner(), "second").connected(FRIEND, "phone");
    let ready = world.happens(ActivityEvent::PictureReady { picture: key() }).await;
    assert_eq!(ready, told(&[("owner", "picture.ready"), ("second", "picture.ready")]));
    let changed = ActivityEvent::PictureChanged { picture: key(), before: Audience::Friends };
    let told: Vec<_> = world.happens(changed).await.into_iter().map(|(connection, _)| connection).collect();
    assert_eq!(told, ["friend", "owner", "phone", "second"]);
}

#[tokio::test]
async fn hundreds_are_looked_at_a_few_at_a_time() {
    let mut world =
        World::default().picture(testing::ready_picture(Visibility::Friends)).connected(owner(), "owner");
    for n in 0..250 {
        world = world.friends([owner(), person(n + 100)]).connected(person(n + 100), &format!("c{n}"));
    }
    let told = world.happens(ActivityEvent::PictureReady { picture: key() }).await;
    assert_eq!(told.len(), 251);
    // The first look, and three groups.
    assert_eq!(world.state().asked["transactions"], 4);
}

#[tokio::test]
async fn what_is_taken_back_meanwhile_is_shown_to_nobody_else() {
    for (at_first, then, expected) in [
        (Visibility::Public, Some(Visibility::Friends), vec!["friend", "owner"]),
        (Visibility::Public, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, None, vec!["owner"]),
    ] {
        let world = world(Some(testing::ready_picture(at_first)));
        world.state().then = Some(then.map(testing::ready_picture));
        let told = world.happens(ActivityEvent::PictureReady { picture: key() }).await;
        // Who could not see it before is told nothing; its owner is told how it is now.
        let connections: Vec<_> = told.iter().map(|(connection, _)| connection.as_str()).collect();
        assert_eq!(connections, expected, "{at_first:?}, then {then:?}");
        let kind = if then.is_some() { "picture.ready" } else { "picture.removed" };
        assert!(told.iter().all(|(_, said)| said == kind), "{told:?}");
    }
}

#[tokio::test]
async fn what_was_shared_and_is_taken_back_meanwhile_is_gone_for_the_others() {
    let world = world(Some(testing::ready_picture(Visibility::Public)));
    world.state().then = Some(Some(testing::ready_picture(Visibility::Friends)));
    let what = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let (shown, gone) = ("picture.changed", "picture.removed");
    let expected = [("owner", shown), ("friend", shown), ("former", gone), ("stranger", gone)];
    assert_eq!(world.happens(what).await, told(&expected));
}
