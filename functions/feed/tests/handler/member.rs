//! The pictures of one member.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{Audience, FeedId, Friendship, FriendshipState, Picture, Visibility};
use serde_json::{Value, json};

use crate::tables::Tables;
use crate::{Call, caller, friendship_with, ids, member, picture, shown_ids};

/// Creates tables in which member 1 has pictures: private (1, 4), for friends (2, 5), public (3, 6)
/// and not ready (7).
fn tables(friendships: Vec<Friendship>) -> Tables {
    let visibilities = [Visibility::Private, Visibility::Friends, Visibility::Public];
    let pictures = (1..=6).zip(visibilities.into_iter().cycle()).map(|(n, v)| picture(member(1), n, v));
    let unready = Picture { renditions: None, ..picture(member(1), 7, Visibility::Public) };
    with_pictures(Tables { friendships, ..Tables::default() }, pictures.chain([unready]))
}

/// Adds pictures with the rows that `index` writes to the feeds of their owner.
fn with_pictures(tables: Tables, pictures: impl IntoIterator<Item = Picture>) -> Tables {
    let pictures: Vec<_> = pictures.into_iter().collect();
    let rows = pictures.iter().flat_map(|picture| Audience::of(Some(picture)).feed_rows(picture.key, &[]));
    let rows = tables.rows.iter().copied().chain(rows).collect();
    Tables { rows, ..tables }.with(pictures)
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

/// The function reads the friendship twice: to select the feed, and in the transaction that reads
/// the pictures. Only the second read gives access.
#[tokio::test]
async fn a_friendship_that_ends_during_the_read_gives_no_access() {
    for state in [None, Some(Requested), Some(Invited)] {
        let after = state.into_iter().flat_map(|state| friendships(state, 2)).collect();
        let changing = Tables { friendships_after_query: Some(after), ..tables(friendships(Friends, 1)) };
        assert_eq!(read(&changing).await, ids([6, 3]), "{state:?}");
    }
}

#[tokio::test]
async fn a_wrong_row_discloses_nothing() {
    let hidden = [
        picture(member(1), 8, Visibility::Private),
        picture(member(1), 9, Visibility::Friends),
        Picture { metadata: None, ..picture(member(1), 10, Visibility::Public) },
    ];
    let tables = tables(vec![]).listed(FeedId::PublicOf(member(1)), &hidden).with(hidden);
    assert_eq!(read(&tables).await, ids([6, 3]));
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

/// The reply time must not tell how many pictures a member hides.
#[tokio::test]
async fn hidden_pictures_cause_no_reads() {
    for (state, shown) in [(Friends, 2), (Invited, 1)] {
        let counts = [0, 1_000].map(|number| {
            let hidden = (10..10 + number).map(|n| picture(member(1), n, Visibility::Private));
            with_pictures(tables(friendships(state, 1)), hidden)
        });
        let mut reads = Vec::new();
        for tables in counts {
            assert_eq!(shown_ids(&Call::of_member(member(1), shown).page(&tables).await).len(), shown);
            reads.push((tables.requests(), tables.rows_read()));
        }
        assert_eq!(reads[0], reads[1], "{state:?}");
    }
}

#[tokio::test]
async fn neither_items_nor_cursor_reveal_hidden_pictures() {
    let hidden = (1..=8).map(|n| picture(member(1), n, Visibility::Private));
    let page = Call::of_member(member(1), 1).page(&with_pictures(Tables::default(), hidden)).await;
    assert_eq!(page, json!({ "items": [], "cursor": Value::Null }));
}
