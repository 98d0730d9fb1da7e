//! Reads the lists of members while the operations run.

use std::cell::Cell;

use domain::{FriendshipState, Picture, PictureKey, UserId};
use end_to_end::people::{Member, key_of};
use fastrand::Rng;
use serde_json::Value;
use store::Pictures;

use super::Scenario;
use super::albums::AlbumState;
use super::change_log::Subject;
use super::expected_feeds::can_view;

/// Reads random lists until the operations end, and asserts that the reader can view each listed
/// picture. Returns the number of checked pictures. Skips pictures that changed between the start
/// of the read of the list and the end of the read of the rows.
pub async fn observe(scenario: &Scenario, mut rng: Rng, operations_ended: &Cell<bool>) -> usize {
    let mut checked = 0;
    while !operations_ended.get() {
        let reader = &scenario.members[rng.usize(..scenario.members.len())];
        let owner = &scenario.members[rng.usize(..scenario.members.len())];
        let of_owner = format!("/users/{}/pictures", owner.id());
        let list = if rng.u8(..3) == 0 { &of_owner } else { "/feed" };
        checked += check(scenario, reader, list).await;
    }
    checked
}

/// Returns `true` if nothing that affects the reader's access to a picture has changed since
/// `since`.
fn is_unchanged(scenario: &Scenario, reader: UserId, key: PictureKey, since: u64) -> bool {
    let subjects = [Subject::Picture(key), Subject::friendship(reader, key.owner_id)];
    let has_account = |id| scenario.deleted_account.get() != Some(id);
    subjects.iter().all(|subject| scenario.change_log.is_unchanged(*subject, since))
        && has_account(reader)
        && has_account(key.owner_id)
}

/// Returns `true` if no operation that affects the reader's access to an album has run since
/// `since`.
fn are_albums_unchanged(scenario: &Scenario, reader: UserId, since: u64) -> bool {
    scenario.albums.iter().all(|via| {
        let subjects = [Subject::Album(via.album_id), Subject::friendship(reader, via.owner_id)];
        subjects.iter().all(|subject| scenario.change_log.is_unchanged(*subject, since))
    })
}

/// Reads a list and checks its pictures. Returns the number of checked pictures.
async fn check(scenario: &Scenario, reader: &Member, list: &str) -> usize {
    let since = scenario.change_log.now();
    // `cleanup` removes pictures from albums at any time, so that an album can show a picture
    // before the read of the list, and no longer after it.
    let mut albums = AlbumState::read_all(scenario).await;
    let mut shown = reader.read_pictures(list, 100, scenario.first_id).await;
    let me = reader.id();
    shown.retain(|picture| scenario.is_member(key_of(picture).owner_id) && key_of(picture).owner_id != me);
    for picture in &shown {
        let private_fields = ["original", "gps", "failure"].map(|field| picture.get(field));
        assert_eq!(private_fields, [None::<&Value>; 3], "{list} shows {me} private fields: {picture}");
    }
    let keys: Vec<_> = shown.iter().map(key_of).collect();
    let rows = Pictures::new(&scenario.root.database().await).get_all(&keys).await.unwrap();
    let friendships = scenario.root.friendships_of(me).await;
    albums.extend(AlbumState::read_all(scenario).await);
    let are_albums_unchanged = are_albums_unchanged(scenario, me, since);
    let unchanged = keys.into_iter().filter(|key| is_unchanged(scenario, me, *key, since));
    let mut checked = 0;
    for key in unchanged {
        let owner = key.owner_id;
        let friends = friendships.iter().any(|f| f.friend_id == owner && f.state == FriendshipState::Friends);
        let row = rows.iter().find(|row| row.key == key);
        let directly = row.is_some_and(|row| can_view(row, me, friends));
        if !directly && !are_albums_unchanged {
            continue;
        }
        let by_album = |row: &Picture| albums.iter().any(|album| album.shows(me, row, &friendships));
        let allowed = directly || (list == "/feed" && row.is_some_and(by_album));
        let blocked = friendships.iter().any(|f| f.friend_id == owner && f.state == FriendshipState::Blocked);
        assert!(!(blocked && list == "/feed"), "the feed shows {me} a picture of a member whom they blocked");
        assert!(allowed, "{list} shows {me} (friends: {friends}) a picture that they cannot view: {row:?}");
        checked += 1;
    }
    checked
}
