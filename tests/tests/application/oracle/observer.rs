//! Reads the lists of members while the operations run.

use std::cell::Cell;

use domain::{FriendshipState, PictureKey, UserId};
use end_to_end::people::{Member, key_of};
use fastrand::Rng;
use serde_json::Value;
use store::Pictures;

use super::World;
use super::change_log::Subject;
use super::expected_feeds::may_see;

/// Reads random lists until `done`, and asserts that each shown picture is visible to the reader.
/// Returns the number of checked pictures: those that did not change from before the list was read
/// until after the records were.
pub async fn observe(world: &World, mut rng: Rng, done: &Cell<bool>) -> usize {
    let mut checked = 0;
    while !done.get() {
        let reader = &world.people[rng.usize(..world.people.len())];
        let owner = &world.people[rng.usize(..world.people.len())];
        let of_owner = format!("/users/{}/pictures", owner.id());
        let list = if rng.u8(..3) == 0 { &of_owner } else { "/feed" };
        checked += check(world, reader, list).await;
    }
    checked
}

/// Returns `true` if nothing that affects the reader's access to a picture has changed since
/// `since`.
fn is_unchanged(world: &World, reader: UserId, key: PictureKey, since: u64) -> bool {
    let subjects = [Subject::Picture(key), Subject::friendship(reader, key.owner_id)];
    let has_account = |id| world.deleted_account.get() != Some(id);
    subjects.iter().all(|subject| world.change_log.is_unchanged(*subject, since))
        && has_account(reader)
        && has_account(key.owner_id)
}

async fn check(world: &World, reader: &Member, list: &str) -> usize {
    let since = world.change_log.now();
    let mut shown = reader.read_pictures(list, 100, world.since).await;
    let me = reader.id();
    shown.retain(|picture| world.is_member(key_of(picture).owner_id) && key_of(picture).owner_id != me);
    for picture in &shown {
        let private_fields = ["original", "gps", "failure"].map(|field| picture.get(field));
        assert_eq!(private_fields, [None::<&Value>; 3], "{list} shows {me} private fields: {picture}");
    }
    let keys: Vec<_> = shown.iter().map(key_of).collect();
    let records = Pictures::new(&world.root.database().await).get_all(&keys).await.unwrap();
    let friendships = world.root.friendships_of(me).await;
    let unchanged = keys.into_iter().filter(|key| is_unchanged(world, me, *key, since));
    let mut checked = 0;
    for key in unchanged {
        let owner = key.owner_id;
        let friends = friendships.iter().any(|f| f.friend_id == owner && f.state == FriendshipState::Friends);
        let record = records.iter().find(|record| record.key == key);
        let allowed = record.is_some_and(|record| may_see(record, me, friends));
        assert!(
            allowed,
            "{list} shows {me} (friends: {friends}) a picture that they may not see: {record:?}"
        );
        checked += 1;
    }
    checked
}
