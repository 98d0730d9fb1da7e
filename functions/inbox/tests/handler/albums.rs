//! Tests of notifications about albums.

use domain::{
    Activity, ActivityEvent, AlbumBatch, AlbumId, AlbumNotices, AlbumRole, FriendshipState, Guest, LinkId,
    Picture, PictureId, PictureKey, Sha256, UserId, Visibility,
};
use jiff::Timestamp;
use lambda::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::backend::{Backend, me, member};
use crate::kinds;

const ALBUM: AlbumId = AlbumId(Uuid::from_u128(9));

fn since() -> Timestamp {
    "2096-01-02T12:00:00Z".parse().unwrap()
}

fn batch(by: Option<UserId>) -> AlbumBatch {
    AlbumBatch { album_id: ALBUM, by, since: since() }
}

fn activity(event: ActivityEvent) -> Activity {
    let id = Uuid::new_v5(&ALBUM.0, serde_json::to_string(&event).unwrap().as_bytes());
    Activity { id, at: since(), event }
}

fn added(by: Option<UserId>) -> Activity {
    activity(ActivityEvent::AlbumPicturesAdded { batch: batch(by) })
}

/// Creates an album of member 2 with me and member 3 as members.
fn backend(role: AlbumRole) -> Backend {
    let backend = Backend::default();
    let mut state = backend.state();
    state.albums.put_album(ALBUM, member(2), Visibility::Public);
    state.albums.put_member(ALBUM, member(2), me(), role);
    state.albums.put_member(ALBUM, member(2), member(3), AlbumRole::Contributor);
    drop(state);
    backend
}

fn add(backend: &Backend, owner_id: UserId, guest: Option<&str>, is_waiting: bool) -> PictureKey {
    let seconds = since().as_second().unsigned_abs();
    let registered = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
    let key = PictureKey { owner_id, picture_id: PictureId(Uuid::new_v7(registered)) };
    let added_by = guest.is_none().then_some(owner_id);
    let guest = guest.map(|name| Guest {
        name: name.into(),
        link_id: LinkId::new(),
        key_hash: Sha256::of(name.as_bytes()),
    });
    let mut state = backend.state();
    state.pictures.push(Picture { key, guest, albums: 1, ..testing::ready_picture(Visibility::Private) });
    state.albums.put_picture(ALBUM, key, added_by, since(), is_waiting);
    key
}

async fn list(backend: &Backend) -> Vec<Value> {
    let event = testing::sample_event("inbox-list.json");
    let reply = backend.call(Request::new(event)).await.unwrap();
    reply.data()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_batch_is_one_notification_with_the_current_number_of_pictures() {
    let backend = backend(AlbumRole::Viewer);
    let first = add(&backend, member(3), None, false);
    assert!(backend.process(&[added(Some(member(3)))]).await.is_empty());
    add(&backend, member(3), None, false);
    assert!(backend.process(&[added(Some(member(3)))]).await.is_empty());
    let [item] = &list(&backend).await[..] else { panic!("not one notification") };
    assert_eq!(item["type"], "album.picturesAdded");
    assert_eq!(item["user"]["id"], json!(member(3)));
    assert_eq!(item["album"], json!({"id": ALBUM, "title": "Oslo", "count": 2, "guests": []}));
    assert_eq!(kinds(&backend, member(2)), ["album.picturesAdded"], "the owner");
    assert!(kinds(&backend, member(3)).is_empty(), "the one who added the pictures");
    backend.state().albums.remove_picture(ALBUM, first);
    assert_eq!(list(&backend).await[0]["album"]["count"], 1);
}

#[tokio::test]
async fn a_batch_is_listed_from_its_first_ready_picture_and_counts_ready_pictures() {
    for (activity, guest, is_waiting) in [
        (added(Some(member(2))), None, false),
        (added(None), Some("Eve"), false),
        (self::activity(ActivityEvent::AlbumPicturesWaiting { batch: batch(None) }), Some("Eve"), true),
    ] {
        let backend = backend(AlbumRole::Curator);
        add(&backend, member(2), guest, is_waiting);
        add(&backend, member(2), guest, is_waiting);
        let ready = testing::ready_picture(Visibility::Private).renditions;
        for count in 0..3 {
            for (n, picture) in backend.state().pictures.iter_mut().enumerate() {
                picture.renditions = ready.clone().filter(|_| n < count);
            }
            assert!(backend.process(&[activity]).await.is_empty());
            let counts: Vec<_> =
                list(&backend).await.iter().map(|item| item["album"]["count"].as_u64()).collect();
            assert_eq!(counts, if count == 0 { vec![] } else { vec![Some(count as u64)] });
        }
    }
}

#[tokio::test]
async fn hides_a_batch_from_former_members_and_after_a_block() {
    use FriendshipState::{Blocked, Unrelated};
    for change in [
        |backend: &Backend| backend.state().albums.remove_member(ALBUM, me()),
        |backend: &Backend| backend.add_friendship([me(), member(3)], [Blocked, Unrelated]),
        |backend: &Backend| backend.add_friendship([me(), member(2)], [Blocked, Unrelated]),
        |backend: &Backend| backend.state().albums.remove_album(ALBUM),
    ] {
        let backend = backend(AlbumRole::Viewer);
        add(&backend, member(3), None, false);
        assert!(backend.process(&[added(Some(member(3)))]).await.is_empty());
        assert_eq!(list(&backend).await.len(), 1);
        change(&backend);
        assert!(list(&backend).await.is_empty());
    }
}

#[tokio::test]
async fn adds_no_notification_for_members_who_chose_none() {
    let backend = backend(AlbumRole::Viewer);
    add(&backend, member(3), None, false);
    backend.state().albums.put_notices(ALBUM, me(), false, AlbumNotices::None);
    assert!(backend.process(&[added(Some(member(3)))]).await.is_empty());
    assert!(kinds(&backend, me()).is_empty());
}

#[tokio::test]
async fn names_guests_and_notifies_those_who_can_approve() {
    let waiting = || activity(ActivityEvent::AlbumPicturesWaiting { batch: batch(None) });
    for (role, expected) in [(AlbumRole::Contributor, 0), (AlbumRole::Curator, 1)] {
        let backend = backend(role);
        let key = add(&backend, member(2), Some("Eve"), true);
        assert!(backend.process(&[waiting(), added(None)]).await.is_empty());
        assert_eq!(kinds(&backend, member(2)), ["album.picturesWaiting"], "the owner");
        let items = list(&backend).await;
        assert_eq!(items.len(), expected, "{role:?}");
        for item in items {
            assert_eq!(item["album"], json!({"id": ALBUM, "title": "Oslo", "count": 1, "guests": ["Eve"]}));
        }
        backend.state().albums.remove_waiting(ALBUM, key);
        backend.state().albums.put_picture(ALBUM, key, None, since(), false);
        assert!(list(&backend).await.is_empty(), "approved");
        assert!(backend.process(&[added(None)]).await.is_empty());
        assert_eq!(list(&backend).await.len(), 1);
    }
}

#[tokio::test]
async fn a_new_member_has_a_notification_until_they_leave() {
    let backend = backend(AlbumRole::Viewer);
    let event = ActivityEvent::AlbumMemberAdded { album_id: ALBUM, member_id: me() };
    assert!(backend.process(&[activity(event)]).await.is_empty());
    let [item] = &list(&backend).await[..] else { panic!("not one notification") };
    assert_eq!((&item["type"], &item["user"]["id"]), (&json!("album.memberAdded"), &json!(member(2))));
    assert_eq!(item["album"]["count"], 0);
    backend.state().albums.remove_member(ALBUM, me());
    assert!(list(&backend).await.is_empty());
    assert!(kinds(&backend, me()).is_empty(), "deleted");
}
