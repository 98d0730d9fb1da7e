//! One person's pictures.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{Friendship, FriendshipState, Picture, Visibility};
use serde_json::{Value, json};

use crate::tables::Tables;
use crate::{Call, caller, ids, person, picture, shown, to_caller};

/// Person 1 has private (1, 4), friends' (2, 5) and public (3, 6) pictures, and one that is not ready (7).
fn tables(friendships: Vec<Friendship>) -> Tables {
    let each = [Visibility::Private, Visibility::Friends, Visibility::Public];
    let pictures = (1..=6).zip(each.into_iter().cycle()).map(|(n, v)| picture(person(1), n, v));
    let unready = Picture { renditions: None, ..picture(person(1), 7, Visibility::Public) };
    Tables { friendships, ..Tables::default() }.with(pictures).with([unready])
}

fn now(state: FriendshipState, since: i64) -> Vec<Friendship> {
    vec![to_caller(person(1), state, since)]
}

async fn seen(tables: &Tables) -> Vec<String> {
    shown(&Call::of_person(person(1), 10).page(tables).await)
}

#[tokio::test]
async fn each_sees_what_is_for_them() {
    let (public, shared) = (ids([6, 3]), ids([6, 5, 3, 2]));
    assert_eq!(seen(&tables(vec![])).await, public);
    assert_eq!(seen(&tables(now(Requested, 1))).await, public);
    assert_eq!(seen(&tables(now(Invited, 1))).await, public);
    assert_eq!(seen(&tables(now(Friends, 1))).await, shared);
}

#[tokio::test]
async fn a_friend_is_not_told_where_nor_given_the_original() {
    let page = Call::of_person(person(1), 10).page(&tables(now(Friends, 1))).await;
    for item in page["items"].as_array().unwrap() {
        assert!(item.get("gps").is_none() && item.get("original").is_none(), "{item}");
    }
}

/// Who is not the same friend before and after the pictures are read is a stranger.
#[tokio::test]
async fn what_changes_meanwhile_is_not_friendship() {
    let (friends, anew) = (now(Friends, 1), now(Friends, 2));
    for (before, after) in [
        (friends.clone(), vec![]),
        (vec![], friends.clone()),
        (now(Invited, 1), friends.clone()),
        (friends, anew),
    ] {
        let changing = Tables { meanwhile: Some(after.clone()), ..tables(before.clone()) };
        assert_eq!(seen(&changing).await, ids([6, 3]), "{before:?} {after:?}");
    }
}

#[tokio::test]
async fn an_owner_sees_everything_and_is_nobodys_friend() {
    let mine = |n| Picture { renditions: None, ..picture(caller(), n, Visibility::Private) };
    let tables = Tables::default().with([mine(1), mine(2)]);
    let page = Call::of_person(caller(), 1).page(&tables).await;
    assert_eq!(shown(&page), ids([2]));
    assert_eq!(shown(&Call::of_person(caller(), 1).after(&page).page(&tables).await), ids([1]));
    let asked: Vec<_> = tables.requests().into_iter().map(|(request, _)| request).collect();
    assert_eq!(asked, ["Query Pictures", "BatchGetItem Users"]);
}

#[tokio::test]
async fn a_page_reads_on_past_what_is_hidden() {
    let hidden = (2..=900).map(|n| picture(person(1), n, Visibility::Private));
    let tables = Tables { friendships: now(Friends, 1), ..Tables::default() };
    let tables = tables
        .with(hidden)
        .with([picture(person(1), 1, Visibility::Friends), picture(person(1), 901, Visibility::Friends)]);
    let page = Call::of_person(person(1), 2).page(&tables).await;
    assert_eq!(shown(&page), ids([901, 1]));
}

#[tokio::test]
async fn neither_items_nor_cursor_tell_of_a_persons_hidden_pictures() {
    let hidden = (1..=8).map(|n| picture(person(1), n, Visibility::Private));
    let page = Call::of_person(person(1), 1).page(&Tables::default().with(hidden)).await;
    assert_eq!(page, json!({ "items": [], "cursor": Value::Null }));
}
