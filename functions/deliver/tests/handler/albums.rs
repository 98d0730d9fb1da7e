//! Tests of the messages about albums.

use domain::{
    ActivityEvent, AlbumBatch, AlbumId, AlbumNotices, AlbumRole, Guest, LinkId, Picture, PictureId,
    PictureKey, Sha256, UserId, Visibility,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, activity, id};

const ALBUM: AlbumId = AlbumId(Uuid::from_u128(9));
/// The owner, a viewer, a contributor and a curator.
const MEMBERS: [u128; 4] = [1, 2, 3, 4];

fn added(by: Option<UserId>, since: &str) -> ActivityEvent {
    let since = format!("2026-01-02T{since}:00Z").parse().unwrap();
    ActivityEvent::AlbumPicturesAdded { batch: AlbumBatch { album_id: ALBUM, by, since } }
}

fn waiting() -> ActivityEvent {
    let since = "2026-01-02T12:00:00Z".parse().unwrap();
    ActivityEvent::AlbumPicturesWaiting { batch: AlbumBatch { album_id: ALBUM, by: None, since } }
}

/// Adds pictures of a member, or of a guest with this name, to the album.
fn add(fixture: &Fixture, time: &str, owner_id: UserId, guest: Option<&str>, count: u64, is_waiting: bool) {
    let added_at: Timestamp = format!("2026-01-02T{time}:01Z").parse().unwrap();
    for n in 0..count {
        let seconds = added_at.as_second().unsigned_abs();
        let registered = uuid::Timestamp::from_unix(uuid::NoContext, seconds, u32::try_from(n).unwrap());
        let key = PictureKey { owner_id, picture_id: PictureId(Uuid::new_v7(registered)) };
        let added_by = guest.is_none().then_some(owner_id);
        let guest = guest.map(|name| Guest {
            name: name.into(),
            link_id: LinkId::new(),
            key_hash: Sha256::of(name.as_bytes()),
        });
        let mut state = fixture.state();
        state.pictures.push(Picture { key, guest, albums: 1, ..testing::ready_picture(Visibility::Private) });
        state.albums.put_picture(ALBUM, key, added_by, added_at, is_waiting);
    }
}

/// Creates an album of four people who want every message by push and e-mail.
fn fixture() -> Fixture {
    let fixture = Fixture::default();
    let all = json!(["push", "email"]);
    let wishes: Value =
        json!({"album.memberAdded": all, "album.picturesAdded": all, "album.picturesWaiting": all});
    for n in MEMBERS {
        fixture.member(n, wishes.clone());
    }
    let mut state = fixture.state();
    state.albums.put_album(ALBUM, id(1), Visibility::Private);
    for (n, role) in (2..).zip(AlbumRole::OF_MEMBERS) {
        state.albums.put_member(ALBUM, id(1), id(n), role);
    }
    drop(state);
    fixture
}

/// Delivers an event as a new activity and returns the subjects of e-mails.
async fn subjects(fixture: &Fixture, event: ActivityEvent) -> Vec<String> {
    assert!(fixture.deliver_new(event).await);
    let emails = std::mem::take(&mut fixture.state().emails);
    let mut subjects: Vec<_> = emails.into_iter().map(|(_, subject, _)| subject).collect();
    subjects.dedup();
    subjects
}

fn devices(members: &[u128]) -> Vec<String> {
    members.iter().map(u128::to_string).collect()
}

#[tokio::test]
async fn a_batch_reaches_the_owner_and_the_members_besides_the_one_who_added_it() {
    let fixture = fixture();
    add(&fixture, "12:01", id(3), None, 12, false);
    add(&fixture, "12:01", id(4), None, 1, false);
    assert!(fixture.deliver_new(added(Some(id(3)), "12:00")).await);
    let (push, emails) = fixture.take_recipients();
    assert_eq!((push, emails.len()), (devices(&[1, 2, 4]), 3));
    let fixture = self::fixture();
    add(&fixture, "12:01", id(3), None, 12, false);
    let subject = "Some Body (p3) added 12 pictures to “Oslo”";
    assert_eq!(subjects(&fixture, added(Some(id(3)), "12:00")).await, [subject]);
    let (_, push) = fixture.state().pushes[0].clone();
    let apns: Value = serde_json::from_str(push["APNS"].as_str().unwrap()).unwrap();
    assert_eq!(apns["aps"]["alert"], json!({"title": "New pictures", "body": format!("{subject}.")}));
    assert_eq!((&apns["type"], &apns["albumId"]), (&json!("album.picturesAdded"), &json!(ALBUM)));
}

#[tokio::test]
async fn a_member_gets_one_email_an_hour_and_a_push_message_for_each_batch() {
    let fixture = fixture();
    for (time, since, emails) in [("12:01", "12:00", 3), ("12:06", "12:05", 0), ("13:01", "13:00", 3)] {
        add(&fixture, time, id(3), None, 1, false);
        assert!(fixture.deliver_new(added(Some(id(3)), since)).await);
        let (push, sent) = fixture.take_recipients();
        assert_eq!((push.len(), sent.len()), (3, emails), "{since}");
    }
}

#[tokio::test]
async fn guests_are_named_and_the_owner_is_notified_of_them() {
    let fixture = fixture();
    add(&fixture, "12:01", id(1), None, 5, false);
    assert!(subjects(&fixture, added(None, "12:00")).await.is_empty(), "pictures of the owner");
    add(&fixture, "12:01", id(1), Some("Eve\n<b>"), 1, false);
    assert_eq!(subjects(&fixture, added(None, "12:00")).await, ["Eve <b> (guest) added a picture to “Oslo”"]);
    assert_eq!(fixture.take_push_recipients(), devices(&MEMBERS));
    add(&fixture, "13:01", id(1), Some("Max"), 2, false);
    add(&fixture, "13:01", id(1), Some("Eve"), 2, false);
    let subject = "Eve (guest) and others added 4 pictures to “Oslo”";
    assert_eq!(subjects(&fixture, added(None, "13:00")).await, [subject]);
}

#[tokio::test]
async fn pictures_that_wait_reach_the_owner_and_the_curators() {
    let fixture = fixture();
    add(&fixture, "12:01", id(1), Some("Eve"), 3, true);
    assert!(subjects(&fixture, added(None, "12:00")).await.is_empty());
    let subject = "Eve (guest) sent 3 pictures to “Oslo” for your approval";
    assert_eq!(subjects(&fixture, waiting()).await, [subject]);
    assert_eq!(fixture.take_push_recipients(), devices(&[1, 4]));
}

#[tokio::test]
async fn a_new_member_is_notified_while_they_are_a_member() {
    let fixture = fixture();
    let event = ActivityEvent::AlbumMemberAdded { album_id: ALBUM, member_id: id(2) };
    assert_eq!(subjects(&fixture, event).await, ["Some Body (p1) added you to “Oslo”"]);
    assert_eq!(fixture.take_push_recipients(), devices(&[2]));
    fixture.state().albums.remove_member(ALBUM, id(2));
    assert!(subjects(&fixture, event).await.is_empty());
}

#[tokio::test]
async fn skips_members_who_chose_no_notices_and_members_with_a_block() {
    let fixture = fixture();
    add(&fixture, "12:01", id(3), None, 1, false);
    fixture.state().albums.put_notices(ALBUM, id(1), true, AlbumNotices::None);
    fixture.state().albums.put_notices(ALBUM, id(2), false, AlbumNotices::None);
    assert!(fixture.deliver_new(added(Some(id(3)), "12:00")).await);
    assert_eq!(fixture.take_push_recipients(), devices(&[4]));
    fixture.state().albums.put_notices(ALBUM, id(2), false, AlbumNotices::All);
    use domain::FriendshipState::{Blocked, Unrelated};
    fixture.friendship(id(4), id(3), [Blocked, Unrelated]);
    fixture.friendship(id(1), id(2), [Blocked, Unrelated]);
    for row in &mut fixture.state().friendships {
        row.blocked_by_friend = row.state != Blocked;
    }
    assert!(fixture.deliver_new(added(Some(id(3)), "12:00")).await);
    assert!(fixture.take_push_recipients().is_empty());
}

#[tokio::test]
async fn ignores_removed_pictures_and_deleted_albums() {
    let fixture = fixture();
    assert!(subjects(&fixture, added(Some(id(3)), "12:00")).await.is_empty());
    add(&fixture, "12:06", id(3), None, 1, false);
    assert!(subjects(&fixture, added(Some(id(3)), "12:00")).await.is_empty(), "another batch");
    fixture.state().albums.remove_album(ALBUM);
    assert!(subjects(&fixture, added(Some(id(3)), "12:05")).await.is_empty());
}

#[tokio::test]
async fn counts_at_most_a_hundred_pictures_among_those_of_others() {
    let fixture = fixture();
    add(&fixture, "12:01", id(4), None, 120, false);
    add(&fixture, "12:02", id(3), None, 130, false);
    let subject = "Some Body (p3) added 100 or more pictures to “Oslo”";
    assert_eq!(subjects(&fixture, added(Some(id(3)), "12:00")).await, [subject]);
}

/// Makes the first pictures ready, and the others not.
fn make_ready(fixture: &Fixture, count: usize) {
    let ready = testing::ready_picture(Visibility::Private);
    for (n, picture) in fixture.state().pictures.iter_mut().enumerate() {
        picture.renditions = ready.renditions.clone().filter(|_| n < count);
    }
}

#[tokio::test]
async fn only_ready_pictures_count_and_the_first_ones_cause_the_only_message() {
    for (event, guest, is_waiting, verb) in [
        (added(Some(id(3)), "12:00"), None, false, "added"),
        (added(None, "12:00"), Some("Eve"), false, "added"),
        (waiting(), Some("Eve"), true, "sent"),
    ] {
        let fixture = fixture();
        let owner = if guest.is_some() { id(1) } else { id(3) };
        add(&fixture, "12:01", owner, guest, 4, is_waiting);
        let activity = activity(event);
        for (ready, expected) in [(0, None), (0, None), (3, Some("3 pictures")), (4, None)] {
            make_ready(&fixture, ready);
            assert!(fixture.deliver(&activity).await);
            let messages: Vec<_> = std::mem::take(&mut fixture.state().emails);
            let pushes = fixture.take_push_recipients();
            assert_eq!(pushes.len(), messages.len(), "{event:?}");
            assert_eq!(messages.is_empty(), expected.is_none(), "{event:?}: {ready} are ready");
            for (_, subject, _) in messages {
                assert!(subject.contains(&format!("{verb} {}", expected.unwrap())), "{subject}");
            }
        }
    }
}

#[tokio::test]
async fn pictures_that_never_become_ready_hide_no_others() {
    for (event, is_waiting) in [(added(None, "12:00"), false), (waiting(), true)] {
        let fixture = fixture();
        add(&fixture, "12:01", id(1), Some("Eve"), 120, is_waiting);
        make_ready(&fixture, 0);
        add(&fixture, "12:02", id(1), Some("Max"), 20, is_waiting);
        let [subject] = &subjects(&fixture, event).await[..] else { panic!("not one subject") };
        assert!(subject.starts_with("Max (guest)") && subject.contains("20 pictures"), "{subject}");
    }
}

#[tokio::test]
async fn a_message_waits_until_the_batch_is_complete() {
    for (minutes, is_sent) in [(0, false), (5, false), (6, true)] {
        let fixture = fixture();
        let since = Timestamp::now() - SignedDuration::from_mins(minutes);
        for (by, is_waiting) in [(Some(id(3)), false), (None, true)] {
            let batch = AlbumBatch { album_id: ALBUM, by, since };
            let event = match is_waiting {
                true => ActivityEvent::AlbumPicturesWaiting { batch },
                false => ActivityEvent::AlbumPicturesAdded { batch },
            };
            assert_eq!(fixture.deliver_new(event).await, is_sent, "{minutes} minutes");
            assert_eq!(fixture.state().receipts.is_empty(), !is_sent, "no lease before");
        }
    }
}
