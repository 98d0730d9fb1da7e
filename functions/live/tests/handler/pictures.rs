//! Recipients and content of the messages about pictures.

use domain::{ActivityEvent, Audience, Picture, PictureKey, UserId, Visibility, Watch};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity, member, owner};

const FRIEND: UserId = UserId(Uuid::from_u128(1));
const FORMER: UserId = UserId(Uuid::from_u128(2));
const STRANGER: UserId = UserId(Uuid::from_u128(3));

fn key() -> PictureKey {
    testing::registered_picture().key
}

/// Creates the connected owner of a picture, a friend, a member who requested a friendship, and a
/// stranger. The last two watch the picture. A fifth member watches another picture.
fn fixture(picture: Option<Picture>) -> Fixture {
    let fixture = Fixture::default().with(|state| state.picture = picture).friends([owner(), FRIEND]);
    let fixture = fixture.friendship([FORMER, owner()], domain::FriendshipState::Requested);
    let fixture = fixture.connected(owner(), "owner").connected(FRIEND, "friend");
    let fixture = fixture.connected(FORMER, "former").connected(STRANGER, "stranger");
    let watch = Watch { picture: Some(key()), ..Watch::default() };
    let fixture = fixture.watching("former", watch).watching("stranger", watch);
    let other = PictureKey { picture_id: domain::PictureId::new(), ..key() };
    let other = Watch { picture: Some(other), ..Watch::default() };
    fixture.connected(member(4), "elsewhere").watching("elsewhere", other)
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
        let sent = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
        assert_eq!(sent, sorted(&expected), "{visibility:?}");
    }
}

#[tokio::test]
async fn sends_nothing_about_a_picture_to_members_who_blocked_its_owner() {
    let picture = testing::ready_picture(Visibility::Public);
    let ready = ActivityEvent::PictureReady { picture: key() };
    let changed = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let removed = ActivityEvent::PictureRemoved { picture: key(), before: Audience::Everyone };
    let hidden = testing::ready_picture(Visibility::Private);
    for (current, event) in [
        (Some(&picture), ready),
        (Some(&picture), changed),
        (Some(&hidden), changed),
        (Some(&hidden), removed),
        (None, removed),
    ] {
        let fixture = fixture(current.cloned()).block([STRANGER, owner()]).block([owner(), FORMER]);
        let sent = fixture.deliver_new(event).await;
        let connections: Vec<_> = sent.iter().map(|(connection, _)| connection.as_str()).collect();
        assert_eq!(connections, ["former", "friend", "owner"], "{event:?}");
    }
}

#[tokio::test]
async fn sends_a_public_picture_to_the_members_who_watch_a_list_that_shows_it() {
    let mut fixture = Fixture::default().picture(testing::ready_picture(Visibility::Public));
    let (public, owned) =
        (Watch { public: true, ..Watch::default() }, Watch { owner_id: Some(owner()), ..Watch::default() });
    let elsewhere = Watch { owner_id: Some(STRANGER), ..Watch::default() };
    // One connection in each of the shards of the public pictures.
    for (n, connection) in ["a", "b", "c", "d"].into_iter().enumerate() {
        fixture = fixture.connected(member(100 + n as u128), connection).watching(connection, public);
    }
    fixture = fixture.connected(member(200), "e").watching("e", owned);
    fixture = fixture.connected(member(201), "f").watching("f", elsewhere).connected(member(202), "g");
    let ready = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
    let ids: Vec<_> = ready.iter().map(|(connection, _)| connection.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn sends_a_change_once_to_a_friend_who_also_watches_the_picture() {
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public)));
    let watch = Watch { public: true, owner_id: Some(owner()), picture: Some(key()) };
    let fixture = fixture.watching("friend", watch).watching("owner", watch).watching("stranger", watch);
    let changed = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let sent: Vec<_> =
        fixture.deliver_new(changed).await.into_iter().map(|(connection, _)| connection).collect();
    assert_eq!(sent, ["former", "friend", "owner", "stranger"]);
}

#[tokio::test]
async fn closes_expired_connections_and_sends_them_nothing() {
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public))).connected(FRIEND, "second");
    let now = jiff::Timestamp::now().as_second();
    fixture.state().connections.get_mut("friend").unwrap().2 = now - 1;
    fixture.state().connections.get_mut("stranger").unwrap().2 = now - 1;
    fixture
        .state()
        .watches
        .iter_mut()
        .filter(|((_, id), _)| id == "stranger")
        .for_each(|(_, row)| row.1 = now - 1);
    let changed = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let sent: Vec<_> =
        fixture.deliver_new(changed).await.into_iter().map(|(connection, _)| connection).collect();
    assert_eq!(sent, ["former", "owner", "second"]);
    let state = fixture.state();
    assert_eq!(state.deleted, ["friend", "stranger"]);
    assert!(!state.connections.contains_key("friend") && !state.connections.contains_key("stranger"));
    assert!(state.watches.keys().all(|(_, id)| id != "stranger"));
}

#[tokio::test]
async fn a_change_reaches_a_bounded_number_of_watchers() {
    let picture = Watch { picture: Some(key()), ..Watch::default() };
    assert_eq!(count_reached(store::MAX_WATCHERS + 5, picture).await, store::MAX_WATCHERS);
    // Of all shards together.
    let public = Watch { public: true, ..Watch::default() };
    assert_eq!(count_reached(2 * store::MAX_WATCHERS, public).await, store::MAX_WATCHERS);
}

/// Returns the number of watching connections that receive a change of a public picture.
async fn count_reached(watching: usize, watch: Watch) -> usize {
    let mut fixture = Fixture::default().picture(testing::ready_picture(Visibility::Public));
    for n in 0..watching {
        let connection = format!("c{n}");
        fixture = fixture.connected(member(100 + n as u128), &connection).watching(&connection, watch);
    }
    fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await.len()
}

#[tokio::test]
async fn deletes_the_watches_of_expired_connections() {
    let watch = Watch { picture: Some(key()), ..Watch::default() };
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public)));
    // Without their connections, which TTL has deleted already.
    let fixture = fixture.with(|state| {
        for n in 0..100 {
            let topic = watch.topics("").next().unwrap().to_string();
            state.watches.insert((topic, format!("expired{n}")), (member(100 + n), 1));
        }
    });
    fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
    assert!(fixture.state().watches.keys().all(|(_, id)| !id.starts_with("expired")));
}

/// Derives the expected message to each member from the current picture and from the audience
/// before the change, for all combinations.
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
    for current in pictures {
        for before in [Audience::Nobody, Audience::Owner, Audience::Friends, Audience::Everyone] {
            let fixture = fixture(current.clone());
            let mut expected = vec![];
            for (connection, could_view, can_view) in [
                ("owner", true, current.is_some()),
                ("friend", before >= Audience::Friends, Audience::of(current.as_ref()) >= Audience::Friends),
                (
                    "former",
                    before >= Audience::Everyone,
                    Audience::of(current.as_ref()) >= Audience::Everyone,
                ),
                (
                    "stranger",
                    before >= Audience::Everyone,
                    Audience::of(current.as_ref()) >= Audience::Everyone,
                ),
            ] {
                match (could_view, can_view) {
                    (_, true) => expected.push((connection, "picture.changed")),
                    (true, false) => expected.push((connection, "picture.removed")),
                    (false, false) => {}
                }
            }
            for event in [
                ActivityEvent::PictureChanged { picture: key(), before },
                ActivityEvent::PictureRemoved { picture: key(), before },
            ] {
                let state = current.as_ref().map(Picture::state);
                let sent = fixture.deliver_new(event).await;
                assert_eq!(
                    sent,
                    sorted(&expected),
                    "{event:?}, {state:?} {:?}",
                    Audience::of(current.as_ref())
                );
            }
        }
    }
}

#[tokio::test]
async fn omits_the_fields_that_only_the_owner_sees_even_for_the_owner() {
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
    // One transaction reads the picture. Three transactions read the viewers.
    assert_eq!(fixture.state().requests["transactions"], 4);
}

#[tokio::test]
async fn does_not_send_a_picture_that_is_restricted_during_the_broadcast_to_others() {
    for (at_first, then, expected) in [
        (Visibility::Public, Some(Visibility::Friends), vec!["friend", "owner"]),
        (Visibility::Public, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, Some(Visibility::Private), vec!["owner"]),
        (Visibility::Friends, None, vec!["owner"]),
    ] {
        let fixture = fixture(Some(testing::ready_picture(at_first)));
        fixture.state().picture_after_first_read = Some(then.map(testing::ready_picture));
        let sent = fixture.deliver_new(ActivityEvent::PictureReady { picture: key() }).await;
        // Other members could not view the picture before, so they receive nothing. The owner
        // receives the current state.
        let connections: Vec<_> = sent.iter().map(|(connection, _)| connection.as_str()).collect();
        assert_eq!(connections, expected, "{at_first:?}, then {then:?}");
        let kind = if then.is_some() { "picture.ready" } else { "picture.removed" };
        assert!(sent.iter().all(|(_, sent)| sent == kind), "{sent:?}");
    }
}

#[tokio::test]
async fn sends_the_removal_of_a_picture_that_is_restricted_during_the_broadcast() {
    let fixture = fixture(Some(testing::ready_picture(Visibility::Public)));
    fixture.state().picture_after_first_read = Some(Some(testing::ready_picture(Visibility::Friends)));
    let event = ActivityEvent::PictureChanged { picture: key(), before: Audience::Everyone };
    let (changed, removed) = ("picture.changed", "picture.removed");
    let expected = [("owner", changed), ("friend", changed), ("former", removed), ("stranger", removed)];
    assert_eq!(fixture.deliver_new(event).await, sorted(&expected));
}
