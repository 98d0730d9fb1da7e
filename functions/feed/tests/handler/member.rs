//! The pictures of one member.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{Friendship, FriendshipState, Picture, Visibility};
use serde_json::{Value, json};

use crate::tables::Tables;
use crate::{Call, caller, friendship_with, ids, member, picture, shown_ids};

/// Creates tables in which member 1 has pictures: private (1, 4), for friends (2, 5), public (3, 6)
/// and not ready (7).
fn tables(friendships: Vec<Friendship>) -> Tables {
    let visibilities = [Visibility::Private, Visibility::Friends, Visibility::Public];
    let pictures = (1..=6).zip(visibilities.into_iter().cycle()).map(|(n, v)| picture(member(1), n, v));
    let unready = Picture { renditions: None, ..picture(member(1), 7, Visibility::Public) };
    Tables { friendships, ..Tables::default() }.with(pictures).with([unready])
}

fn friendships(state: FriendshipState, since: i64) -> Vec<Friendship> {
    vec![friendship_with(member(1), state, since)]
}

async fn read(tables: &Tables) -> Vec<String> {
    shown_ids(&Call::of_member(member(1), 10).page(tables).await)
}

#[tokio::test]
async fn only_friends_see_pictures_for_friends() {
    let (public, shared) = (ids([6, 3]), ids([6, 5, 3, 2]));
    assert_eq!(read(&tables(vec![])).await, public);
    assert_eq!(read(&tables(friendships(Requested, 1))).await, public);
    assert_eq!(read(&tables(friendships(Invited, 1))).await, public);
    assert_eq!(read(&tables(friendships(Friends, 1))).await, shared);
}

#[tokio::test]
async fn a_friend_gets_neither_the_gps_position_nor_the_original() {
    let page = Call::of_member(member(1), 10).page(&tables(friendships(Friends, 1))).await;
    for item in page["items"].as_array().unwrap() {
        assert!(item.get("gps").is_none() && item.get("original").is_none(), "{item}");
    }
}

/// The caller counts as a friend only if the friendship is the same before and after the query.
#[tokio::test]
async fn a_friendship_that_changes_during_the_query_gives_no_access() {
    let (friends, friends_again) = (friendships(Friends, 1), friendships(Friends, 2));
    for (before, after) in [
        (friends.clone(), vec![]),
        (vec![], friends.clone()),
        (friendships(Invited, 1), friends.clone()),
        (friends, friends_again),
    ] {
        let changing = Tables { friendships_after_query: Some(after.clone()), ..tables(before.clone()) };
        assert_eq!(read(&changing).await, ids([6, 3]), "{before:?} {after:?}");
    }
}

#[tokio::test]
async fn owners_see_all_their_pictures_and_no_friendship_is_read() {
    let mine = |n| Picture { renditions: None, ..picture(caller(), n, Visibility::Private) };
    let tables = Tables::default().with([mine(1), mine(2)]);
    let page = Call::of_member(caller(), 1).page(&tables).await;
    assert_eq!(shown_ids(&page), ids([2]));
    assert_eq!(shown_ids(&Call::of_member(caller(), 1).after(&page).page(&tables).await), ids([1]));
    let requests: Vec<_> = tables.requests().into_iter().map(|(request, _)| request).collect();
    assert_eq!(requests, ["Query Pictures", "BatchGetItem Users"]);
}

#[tokio::test]
async fn a_page_is_full_despite_hidden_pictures() {
    let hidden = (2..=900).map(|n| picture(member(1), n, Visibility::Private));
    let tables = Tables { friendships: friendships(Friends, 1), ..Tables::default() };
    let tables = tables
        .with(hidden)
        .with([picture(member(1), 1, Visibility::Friends), picture(member(1), 901, Visibility::Friends)]);
    let page = Call::of_member(member(1), 2).page(&tables).await;
    assert_eq!(shown_ids(&page), ids([901, 1]));
}

#[tokio::test]
async fn neither_items_nor_cursor_reveal_hidden_pictures() {
    let hidden = (1..=8).map(|n| picture(member(1), n, Visibility::Private));
    let page = Call::of_member(member(1), 1).page(&Tables::default().with(hidden)).await;
    assert_eq!(page, json!({ "items": [], "cursor": Value::Null }));
}
