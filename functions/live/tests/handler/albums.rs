//! Recipients and content of the messages about albums.

use domain::{ActivityEvent, AlbumBatch, AlbumId, AlbumNotices, AlbumRole, PictureKey, UserId, Visibility};
use domain::{Comment, CommentId, Guest, LinkId, Picture, PictureId, Sha256, Watch};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{Fixture, activity, member};

const OWNER: UserId = UserId(Uuid::from_u128(1));
const VIEWER: UserId = UserId(Uuid::from_u128(2));
const CONTRIBUTOR: UserId = UserId(Uuid::from_u128(3));
const CURATOR: UserId = UserId(Uuid::from_u128(4));
const STRANGER: UserId = UserId(Uuid::from_u128(5));
const ALBUM: AlbumId = AlbumId(Uuid::from_u128(9));

fn picture(owner_id: UserId) -> PictureKey {
    PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(7)) }
}

fn now() -> Timestamp {
    "2026-01-02T12:00:01Z".parse().unwrap()
}

fn batch(by: Option<UserId>) -> AlbumBatch {
    AlbumBatch { album_id: ALBUM, by, since: "2026-01-02T12:00:00Z".parse().unwrap() }
}

/// Creates a public album with a member of each role, and connections of the owner, the members and
/// a stranger.
fn fixture() -> Fixture {
    let key = picture(CONTRIBUTOR);
    let private = Picture { key, albums: 1, ..testing::ready_picture(Visibility::Private) };
    let fixture = Fixture::default().picture(private).with(|state| {
        state.albums.put_album(ALBUM, OWNER, Visibility::Public);
        let roles = [AlbumRole::Viewer, AlbumRole::Contributor, AlbumRole::Curator];
        for (user, role) in [VIEWER, CONTRIBUTOR, CURATOR].into_iter().zip(roles) {
            state.albums.put_member(ALBUM, OWNER, user, role);
        }
        state.albums.put_picture(ALBUM, key, Some(CONTRIBUTOR), now(), false);
    });
    let users = [OWNER, VIEWER, CONTRIBUTOR, CURATOR, STRANGER].into_iter();
    let names = ["owner", "viewer", "contributor", "curator", "stranger"];
    users.zip(names).fold(fixture, |fixture, (user, name)| fixture.connected(user, name))
}

async fn connections(fixture: &Fixture, event: ActivityEvent) -> Vec<String> {
    fixture.deliver_new(event).await.into_iter().map(|(connection, _)| connection).collect()
}

#[tokio::test]
async fn sends_a_change_to_the_owner_and_the_members() {
    let (fixture, event) = (fixture(), ActivityEvent::AlbumChanged { album_id: ALBUM });
    assert!(fixture.deliver(activity(event)).await);
    let mut sent = fixture.take_sent();
    assert_eq!(sent.keys().collect::<Vec<_>>(), ["contributor", "curator", "owner", "viewer"]);
    let mut message = sent.remove("viewer").unwrap();
    message.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "at");
    assert_eq!(message, json!({"type": "album.changed", "albumId": ALBUM}));
}

#[tokio::test]
async fn sends_no_change_to_members_with_a_block_or_of_a_deleted_album() {
    let event = ActivityEvent::AlbumChanged { album_id: ALBUM };
    let fixture = fixture().block([OWNER, VIEWER]).block([CURATOR, OWNER]);
    assert_eq!(connections(&fixture, event).await, ["contributor", "owner"]);
    fixture.state().albums.remove_member(ALBUM, CONTRIBUTOR);
    assert_eq!(connections(&fixture, event).await, ["owner"]);
    fixture.state().albums.remove_album(ALBUM);
    assert!(connections(&fixture, event).await.is_empty());
}

#[tokio::test]
async fn sends_a_change_to_hundreds_of_members_in_groups() {
    let fixture = (100..350).fold(fixture(), |fixture, n| {
        fixture.state().albums.put_member(ALBUM, OWNER, member(n), AlbumRole::Viewer);
        fixture.connected(member(n), &n.to_string())
    });
    assert_eq!(connections(&fixture, ActivityEvent::AlbumChanged { album_id: ALBUM }).await.len(), 254);
}

#[tokio::test]
async fn sends_a_batch_to_the_owner_and_the_members_besides_the_one_who_added_it() {
    let (fixture, added) = (fixture(), ActivityEvent::AlbumPicturesAdded { batch: batch(Some(CONTRIBUTOR)) });
    assert!(fixture.deliver(activity(added)).await);
    let mut sent = fixture.take_sent();
    assert_eq!(sent.keys().collect::<Vec<_>>(), ["curator", "owner", "viewer"]);
    let message = sent.remove("owner").unwrap();
    assert_eq!(message["user"]["id"], json!(CONTRIBUTOR));
    assert_eq!(message["album"], json!({"id": ALBUM, "title": "Oslo", "count": 1, "guests": []}));
    let fixture = fixture.block([VIEWER, CONTRIBUTOR]).block([CONTRIBUTOR, CURATOR]);
    assert_eq!(connections(&fixture, added).await, ["owner"], "a block hides the pictures");
    fixture.state().albums.put_notices(ALBUM, OWNER, true, AlbumNotices::None);
    assert!(connections(&fixture, added).await.is_empty(), "the owner chose no notices");
    fixture.state().albums.put_notices(ALBUM, OWNER, true, AlbumNotices::All);
    fixture.state().albums.remove_picture(ALBUM, picture(CONTRIBUTOR));
    assert!(connections(&fixture, added).await.is_empty(), "no picture remains");
}

#[tokio::test]
async fn sends_pictures_that_wait_to_the_owner_and_the_curators_with_the_names_of_guests() {
    let key = PictureKey { picture_id: PictureId(Uuid::new_v7(uuid(now()))), ..picture(OWNER) };
    let guest = Guest { name: "Eve".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"") };
    let of_guest = Picture { key, guest: Some(guest), ..testing::ready_picture(Visibility::Private) };
    let fixture = fixture().picture(of_guest);
    fixture.state().albums.put_picture(ALBUM, key, None, now(), true);
    let waiting = ActivityEvent::AlbumPicturesWaiting { batch: batch(None) };
    assert!(fixture.deliver(activity(waiting)).await);
    let sent = fixture.take_sent();
    assert_eq!(sent.keys().collect::<Vec<_>>(), ["curator", "owner"]);
    assert_eq!(sent["owner"]["album"], json!({"id": ALBUM, "title": "Oslo", "count": 1, "guests": ["Eve"]}));
    let added = ActivityEvent::AlbumPicturesAdded { batch: batch(None) };
    assert!(connections(&fixture, added).await.is_empty(), "no picture is approved");
}

#[tokio::test]
async fn sends_a_batch_when_its_first_picture_is_ready() {
    let fixture = fixture();
    let ready = fixture.state().picture.clone();
    let activity = activity(ActivityEvent::AlbumPicturesAdded { batch: batch(Some(CONTRIBUTOR)) });
    fixture.state().picture = Some(Picture { renditions: None, ..ready.clone().unwrap() });
    assert!(fixture.deliver(activity).await);
    assert!(fixture.take_sent().is_empty(), "no picture is ready");
    fixture.state().picture = ready;
    assert!(fixture.deliver(activity).await);
    assert_eq!(fixture.take_sent().len(), 3);
    assert!(fixture.deliver(activity).await);
    assert!(fixture.take_sent().is_empty(), "a repeated activity");
}

#[tokio::test]
async fn a_batch_waits_until_it_is_complete() {
    for (minutes, is_complete) in [(0, false), (5, false), (6, true)] {
        let since = Timestamp::now() - SignedDuration::from_mins(minutes);
        let batch = AlbumBatch { since, ..batch(Some(CONTRIBUTOR)) };
        let fixture = fixture();
        let activity = activity(ActivityEvent::AlbumPicturesAdded { batch });
        assert_eq!(fixture.deliver(activity).await, is_complete, "{minutes} minutes");
        assert!(fixture.deliver_new(ActivityEvent::AlbumChanged { album_id: ALBUM }).await.len() == 4);
    }
}

fn uuid(time: Timestamp) -> uuid::Timestamp {
    uuid::Timestamp::from_unix(uuid::NoContext, time.as_second().unsigned_abs(), 0)
}

#[tokio::test]
async fn names_the_one_who_added_a_new_member() {
    let (fixture, event) =
        (fixture(), ActivityEvent::AlbumMemberAdded { album_id: ALBUM, member_id: VIEWER });
    assert!(fixture.deliver(activity(event)).await);
    let sent = fixture.take_sent();
    assert_eq!(sent.keys().collect::<Vec<_>>(), ["viewer"]);
    assert_eq!(
        (&sent["viewer"]["user"]["id"], &sent["viewer"]["album"]["count"]),
        (&json!(OWNER), &json!(0))
    );
    fixture.state().albums.remove_member(ALBUM, VIEWER);
    assert!(connections(&fixture, event).await.is_empty());
}

#[tokio::test]
async fn activities_of_deletions_send_nothing() {
    for event in [
        ActivityEvent::AlbumRemoved { album_id: ALBUM, owner_id: OWNER },
        ActivityEvent::AlbumMemberRemoved { album_id: ALBUM, member_id: VIEWER },
    ] {
        assert!(connections(&fixture(), event).await.is_empty());
    }
}

#[tokio::test]
async fn members_of_an_album_who_watch_a_private_picture_receive_its_comments_and_changes() {
    let key = picture(CONTRIBUTOR);
    let private = Picture { key, albums: 1, ..testing::ready_picture(Visibility::Private) };
    let watch = Watch { picture: Some(key), ..Watch::default() };
    let fixture = fixture().picture(private).watching("viewer", watch).watching("stranger", watch);
    fixture.state().albums.put_album(ALBUM, OWNER, Visibility::Private);
    let (comment_id, created_at) = (CommentId::new(), now());
    let comment = Comment { picture: key, comment_id, author_id: VIEWER, text: "Oh!".into(), created_at };
    fixture.state().comments.insert(comment_id, comment);
    let added = ActivityEvent::CommentAdded { picture: key, comment_id };
    assert_eq!(connections(&fixture, added).await, ["contributor", "viewer"]);
    let changed = ActivityEvent::PictureChanged { picture: key, before: domain::Audience::Owner };
    assert_eq!(connections(&fixture, changed).await, ["contributor", "viewer"]);
    let fixture = fixture.block([CONTRIBUTOR, VIEWER]);
    assert_eq!(connections(&fixture, added).await, ["contributor"], "a block hides the picture");
    let unshared = ActivityEvent::PictureChanged { picture: key, before: domain::Audience::Friends };
    assert_eq!(connections(&fixture, unshared).await, ["contributor"], "watching is no friendship");
}
