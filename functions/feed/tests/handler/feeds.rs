//! The feed of a member, and everyone's.

use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{FeedId, Picture, Visibility};
use serde_json::Value;

use crate::tables::Tables;
use crate::{Call, caller, ids, person, picture, shown, to_caller};

/// Person 1 is a friend, 2 was asked, 3 asked, 4 is nobody (any more). All rows are in the caller's feed: those that should not
/// be have not been tidied away yet.
fn stale() -> Tables {
    let unready = Picture { metadata: None, ..picture(caller(), 15, Visibility::Public) };
    let deleted = picture(person(1), 16, Visibility::Friends);
    let pictures = [
        picture(person(1), 1, Visibility::Friends),
        picture(person(2), 2, Visibility::Public),
        picture(person(4), 3, Visibility::Public),
        picture(caller(), 4, Visibility::Private),
        picture(person(1), 11, Visibility::Private),
        picture(person(2), 12, Visibility::Friends),
        picture(person(3), 13, Visibility::Friends),
        picture(person(4), 14, Visibility::Friends),
        unready,
    ];
    Tables {
        friendships: vec![
            to_caller(person(1), Friends, 1),
            to_caller(person(2), Requested, 1),
            to_caller(person(3), Invited, 1),
        ],
        ..Tables::default()
    }
    .listed(FeedId::User(caller()), &pictures)
    .listed(FeedId::User(caller()), &[deleted])
    .with(pictures)
}

#[tokio::test]
async fn a_stale_row_discloses_nothing_and_does_not_shorten_the_page() {
    for limit in [1, 2, 4] {
        let page = Call::feed(limit).page(&stale()).await;
        assert_eq!(shown(&page), ids((5 - limit as u128..=4).rev()), "{limit}");
    }
    assert_eq!(Call::feed(5).page(&stale()).await["cursor"], Value::Null);
}

#[tokio::test]
async fn everyone_sees_what_is_public_now() {
    let mut tables = stale();
    for (n, row) in (0..).zip(&mut tables.rows) {
        row.feed_id = FeedId::Public(n % 4);
    }
    assert_eq!(shown(&Call::public(2).page(&tables).await), ids([3, 2]));
}

#[tokio::test]
async fn the_original_and_where_it_was_taken_are_the_owners() {
    let page = Call::feed(4).page(&stale()).await;
    let items = page["items"].as_array().unwrap();
    let own = |item: &&Value| item["owner"]["id"] == caller().to_string();
    let (mine, others): (Vec<_>, Vec<_>) = items.iter().partition(own);
    assert_eq!((mine.len(), others.len()), (1, 3));
    assert!(mine[0]["gps"].is_object() && mine[0]["original"].is_object());
    for item in others {
        assert!(item["renditions"]["large"]["url"].is_string() && item["owner"]["handle"] == "somebody");
        assert!(item.get("gps").is_none() && item.get("original").is_none(), "{item}");
    }
}

#[tokio::test]
async fn reading_on_meets_everything_once() {
    let all: Vec<_> = (1..=7).map(|n| picture(person(1), n, Visibility::Public)).collect();
    // Of one friend, public: each is in two feeds.
    let tables = Tables { friendships: vec![to_caller(person(1), Friends, 1)], ..Tables::default() }
        .listed(FeedId::User(caller()), &all)
        .listed(FeedId::Public(0), &all[..4])
        .listed(FeedId::Public(3), &all[4..])
        .with(all);
    let first = Call::feed(3).page(&tables).await;
    let second = Call::feed(3).after(&first).page(&tables).await;
    let third = Call::feed(3).after(&second).page(&tables).await;
    assert_eq!([&first, &second, &third].map(shown).concat(), ids((1..=7).rev()));
    assert_eq!(third["cursor"], Value::Null);
}

/// A hundred pictures, each of somebody else, some public and some of friends.
fn busy() -> Tables {
    let pictures: Vec<_> = (1..=100)
        .map(|n| picture(person(n), n, if n % 2 == 0 { Visibility::Public } else { Visibility::Friends }))
        .collect();
    let friendships = (1..=100).step_by(2).map(|n| to_caller(person(n), Friends, 1)).collect();
    let public: Vec<_> = pictures.iter().filter(|p| p.visibility == Visibility::Public).cloned().collect();
    Tables { friendships, ..Tables::default() }
        .listed(FeedId::User(caller()), &pictures)
        .listed(FeedId::Public(1), &public)
        .with(pictures)
}

fn requests(counts: &[(&str, usize)]) -> Vec<(String, usize)> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// Three rounds: the feeds, the truth, the owners' names; how many people's pictures they are does not matter.
#[tokio::test]
async fn a_page_is_three_rounds_of_requests_whatever_it_holds() {
    let tables = busy();
    for (limit, transactions) in [(1, 1), (50, 1), (51, 2), (100, 2)] {
        let page = Call::feed(limit).page(&tables).await;
        assert_eq!(shown(&page).len(), limit);
        let expected = [("Query Feeds", 5), ("TransactGetItems", transactions), ("BatchGetItem Users", 1)];
        assert_eq!(tables.requests(), requests(&expected), "{limit}");
    }
    assert_eq!(shown(&Call::public(50).page(&tables).await).len(), 50);
    let expected = [("Query Feeds", 4), ("BatchGetItem Pictures", 1), ("BatchGetItem Users", 1)];
    assert_eq!(tables.requests(), requests(&expected));
}

/// 1,000 rows of somebody who was unfriended a moment ago, then one that is shown: 50, 100, 200, 400, 500 rows.
#[tokio::test]
async fn many_stale_rows_are_passed_in_a_few_steps() {
    let stale: Vec<_> = (2..=1_001).map(|n| picture(person(1), n, Visibility::Friends)).collect();
    let mine = picture(caller(), 1, Visibility::Private);
    let tables = Tables::default()
        .listed(FeedId::User(caller()), &stale)
        .listed(FeedId::User(caller()), std::slice::from_ref(&mine))
        .with(stale)
        .with([mine]);
    assert_eq!(shown(&Call::feed(50).page(&tables).await), ids([1]));
    let expected =
        [("Query Feeds", 5 * 5), ("TransactGetItems", 1 + 2 + 4 + 8 + 6), ("BatchGetItem Users", 1)];
    assert_eq!(tables.requests(), requests(&expected));
}

#[tokio::test]
async fn rows_that_are_being_written_are_read_a_moment_later() {
    let pictures = [picture(caller(), 1, Visibility::Private)];
    let tables =
        Tables { conflicts: 1, ..Tables::default() }.listed(FeedId::User(caller()), &pictures).with(pictures);
    assert_eq!(shown(&Call::feed(1).page(&tables).await), ids([1]));
    let expected = [("Query Feeds", 5), ("TransactGetItems", 2), ("BatchGetItem Users", 1)];
    assert_eq!(tables.requests(), requests(&expected));
}
