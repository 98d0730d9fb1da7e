//! Reads what people are shown while everything changes.

use std::cell::Cell;

use end_to_end::people::{Member, key_of};
use fastrand::Rng;
use serde_json::Value;
use domain::{FriendshipState, Picture, PictureKey, Relation, UserId};
use store::Pictures;

use super::World;
use super::ledger::Thing;

/// Reads lists of people until `done`, and holds all that is shown to be its reader's to see. Says how many pictures it could
/// tell of: only those of which nothing changed from before the list was read until after the records were.
pub async fn watch(world: &World, mut rng: Rng, done: &Cell<bool>) -> usize {
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

/// Whether nothing changed since then that decides whether the reader sees the picture.
fn is_still(world: &World, reader: UserId, key: PictureKey, since: u64) -> bool {
    let things = [Thing::Picture(key), Thing::between(reader, key.owner_id)];
    let stays = |id| world.left.get() != Some(id);
    things.iter().all(|thing| world.ledger.is_still(*thing, since)) && stays(reader) && stays(key.owner_id)
}

async fn check(world: &World, reader: &Member, list: &str) -> usize {
    let since = world.ledger.now();
    let mut shown = reader.pictures(list, 100, world.since).await;
    let me = reader.id();
    shown.retain(|picture| world.is_one(key_of(picture).owner_id) && key_of(picture).owner_id != me);
    for picture in &shown {
        let owners = ["original", "gps", "failure"].map(|field| picture.get(field));
        assert_eq!(owners, [None::<&Value>; 3], "the owner's alone, shown to {me}: {picture}");
    }
    let keys: Vec<_> = shown.iter().map(key_of).collect();
    let pictures = Pictures::new(world.root.dynamodb.clone(), world.root.tables().await.pictures.clone());
    let records = pictures.get_all(&keys).await.unwrap();
    let friendships = world.root.friendships_of(me).await;
    let still = keys.into_iter().filter(|key| is_still(world, me, *key, since));
    let mut checked = 0;
    for key in still {
        let owner = key.owner_id;
        let friends = friendships.iter().any(|f| f.friend_id == owner && f.state == FriendshipState::Friends);
        let record: Option<&Picture> = records.iter().find(|record| record.key == key);
        let allowed = record.is_some_and(|r| r.may_be_seen_by(Relation::of(Some(me), owner, friends)));
        assert!(
            allowed,
            "{list} shows {me}, who are friends: {friends}, what is not theirs to see: {record:?}"
        );
        checked += 1;
    }
    checked
}
