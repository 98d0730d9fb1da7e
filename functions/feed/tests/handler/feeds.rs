//! The feed of a member, and the public feed.

use aws_lambda_events::apigw::ApiGatewayProxyResponse;
use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{AlbumId, AlbumRef, AlbumRole, FeedId, FeedRow, Picture, Visibility};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::tables::Tables;
use crate::{Call, caller, friendship_with, ids, member, picture, shown_ids};

/// Creates pictures of friend 1, of member 2 (who received a request from the caller), of member 3
/// (who sent a request to the caller), of stranger 4 and of the caller. All pictures have rows in
/// the caller's feed. The rows of the pictures from number 11 on are stale.
fn with_stale_rows() -> Tables {
    let unready = Picture { metadata: None, ..picture(caller(), 15, Visibility::Public) };
    let deleted = picture(member(1), 16, Visibility::Friends);
    let pictures = [
        picture(member(1), 1, Visibility::Friends),
        picture(member(2), 2, Visibility::Public),
        picture(member(4), 3, Visibility::Public),
        picture(caller(), 4, Visibility::Private),
        picture(member(1), 11, Visibility::Private),
        picture(member(2), 12, Visibility::Friends),
        picture(member(3), 13, Visibility::Friends),
        picture(member(4), 14, Visibility::Friends),
        unready,
    ];
    Tables {
        friendships: vec![
            friendship_with(member(1), Friends, 1),
            friendship_with(member(2), Requested, 1),
            friendship_with(member(3), Invited, 1),
        ],
        ..Tables::default()
    }
    .listed(FeedId::User(caller()), &pictures)
    .listed(FeedId::User(caller()), &[deleted])
    .with(pictures)
}

#[tokio::test]
async fn a_stale_row_discloses_nothing() {
    for limit in [1, 2, 4, 10, 11] {
        let pages = read_pages(&with_stale_rows(), limit).await;
        assert_eq!(pages.concat(), ids((1..=4).rev()), "{limit}");
    }
}

/// The feed contains six stale rows before four visible pictures.
#[tokio::test]
async fn a_page_can_be_short_or_empty_although_more_pictures_follow() {
    let lengths =
        async |limit| read_pages(&with_stale_rows(), limit).await.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(3).await, [0, 0, 3, 1]);
    assert_eq!(lengths(8).await, [2, 2]);
}

/// Reads all pages of the caller's feed. Returns the ids of the pictures of each page.
async fn read_pages(tables: &Tables, limit: usize) -> Vec<Vec<String>> {
    let mut page = Call::feed(limit).page(tables).await;
    let mut pages = vec![shown_ids(&page)];
    while !page["cursor"].is_null() {
        page = Call::feed(limit).after(&page).page(tables).await;
        pages.push(shown_ids(&page));
    }
    pages
}

/// A stranger's private picture is in an album of the stranger.
#[tokio::test]
async fn an_album_shows_its_pictures_to_its_members_and_to_nobody_else() {
    let (owner, album_id) = (member(4), AlbumId(Uuid::from_u128(9)));
    let picture = Picture { albums: 1, ..picture(owner, 1, Visibility::Private) };
    let via = Some(AlbumRef { album_id, owner_id: owner });
    let row = FeedRow { via, ..FeedRow::direct(FeedId::User(caller()), picture.key) };
    let mut tables = Tables { rows: vec![row], ..Tables::default() }.with([picture.clone()]);
    tables.albums.put_album(album_id, owner, Visibility::Private);
    tables.albums.put_picture(album_id, picture.key, Some(owner), jiff::Timestamp::UNIX_EPOCH, false);
    assert!(shown_ids(&Call::feed(10).page(&tables).await).is_empty());
    tables.albums.put_member(album_id, owner, caller(), AlbumRole::Viewer);
    let page = Call::feed(10).page(&tables).await;
    assert_eq!(page["items"][0]["album"], json!({"id": album_id, "title": "Oslo"}));
    assert!(page["items"][0].get("gps").is_none());
    tables.albums.remove_picture(album_id, picture.key);
    assert!(shown_ids(&Call::feed(10).page(&tables).await).is_empty());
}

#[tokio::test]
async fn the_public_feed_shows_only_public_pictures() {
    let mut tables = with_stale_rows();
    for (n, row) in (0..).zip(&mut tables.rows) {
        row.feed_id = FeedId::Public(n % 4);
    }
    assert_eq!(shown_ids(&Call::public(10).page(&tables).await), ids([3, 2]));
}

#[tokio::test]
async fn only_the_owner_gets_the_original_and_the_gps_position() {
    let page = Call::feed(10).page(&with_stale_rows()).await;
    let items = page["items"].as_array().unwrap();
    let own = |item: &&Value| item["owner"]["id"] == caller().to_string();
    let (mine, others): (Vec<_>, Vec<_>) = items.iter().partition(own);
    assert_eq!((mine.len(), others.len()), (1, 3));
    assert!(mine[0]["gps"].is_object() && mine[0]["original"].is_object());
    for item in others {
        let url = item["renditions"]["large"]["url"].as_str().unwrap();
        assert!(url.starts_with("https://photos.example.org/renditions/"), "{url}");
        assert_eq!(item["owner"]["handle"], "somebody");
        assert!(item.get("gps").is_none() && item.get("original").is_none(), "{item}");
    }
}

#[tokio::test]
async fn consecutive_pages_return_every_picture_once() {
    let all: Vec<_> = (1..=7).map(|n| picture(member(1), n, Visibility::Public)).collect();
    // Each picture is in two feeds, because it is public and its owner is a friend.
    let tables = Tables { friendships: vec![friendship_with(member(1), Friends, 1)], ..Tables::default() }
        .listed(FeedId::User(caller()), &all)
        .listed(FeedId::Public(0), &all[..4])
        .listed(FeedId::Public(3), &all[4..])
        .with(all);
    let first = Call::feed(3).page(&tables).await;
    let second = Call::feed(3).after(&first).page(&tables).await;
    let third = Call::feed(3).after(&second).page(&tables).await;
    assert_eq!([&first, &second, &third].map(shown_ids).concat(), ids((1..=7).rev()));
    assert_eq!(third["cursor"], Value::Null);
}

/// Creates 100 pictures of 100 owners: public pictures of strangers, and pictures of friends.
fn with_many_owners() -> Tables {
    let pictures: Vec<_> = (1..=100)
        .map(|n| picture(member(n), n, if n % 2 == 0 { Visibility::Public } else { Visibility::Friends }))
        .collect();
    let friendships = (1..=100).step_by(2).map(|n| friendship_with(member(n), Friends, 1)).collect();
    let public: Vec<_> = pictures.iter().filter(|p| p.visibility == Visibility::Public).cloned().collect();
    Tables { friendships, ..Tables::default() }
        .listed(FeedId::User(caller()), &pictures)
        .listed(FeedId::Public(1), &public)
        .with(pictures)
}

fn to_requests(counts: &[(&str, usize)]) -> Vec<(String, usize)> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// For any number of owners, the function reads the feeds, then the pictures, then the profiles.
#[tokio::test]
async fn a_page_takes_three_rounds_of_requests() {
    let tables = with_many_owners();
    for (limit, transactions) in [(1, 1), (50, 1), (51, 2), (100, 2)] {
        let page = Call::feed(limit).page(&tables).await;
        assert_eq!(shown_ids(&page).len(), limit);
        let expected = [("Query Feeds", 5), ("TransactGetItems", transactions), ("BatchGetItem Users", 1)];
        assert_eq!(tables.requests(), to_requests(&expected), "{limit}");
    }
    assert_eq!(shown_ids(&Call::public(50).page(&tables).await).len(), 50);
    let expected = [("Query Feeds", 4), ("BatchGetItem Pictures", 1), ("BatchGetItem Users", 1)];
    assert_eq!(tables.requests(), to_requests(&expected));
}

/// The feed contains 1,000 stale rows of a former friend before one visible picture.
#[tokio::test]
async fn stale_rows_cause_no_reads() {
    let mine: Vec<_> = (1..=50).map(|n| picture(caller(), n, Visibility::Private)).collect();
    let stale: Vec<_> = (51..=1_050).map(|n| picture(member(1), n, Visibility::Friends)).collect();
    let without = Tables::default().listed(FeedId::User(caller()), &mine).with(mine);
    let with = without.clone().listed(FeedId::User(caller()), &stale).with(stale);
    for (tables, shown) in [(without, 50), (with, 0)] {
        assert_eq!(shown_ids(&Call::feed(50).page(&tables).await).len(), shown);
        let mut requests = tables.requests();
        requests.retain(|(name, _)| name != "BatchGetItem Users");
        assert_eq!(requests, to_requests(&[("Query Feeds", 5), ("TransactGetItems", 1)]), "{shown}");
    }
}

#[tokio::test]
async fn a_transaction_conflict_is_retried() {
    let pictures = [picture(caller(), 1, Visibility::Private)];
    let tables =
        Tables { conflicts: 1, ..Tables::default() }.listed(FeedId::User(caller()), &pictures).with(pictures);
    assert_eq!(shown_ids(&Call::feed(1).page(&tables).await), ids([1]));
    let expected = [("Query Feeds", 5), ("TransactGetItems", 2), ("BatchGetItem Users", 1)];
    assert_eq!(tables.requests(), to_requests(&expected));
}

/// Sends a request as API Gateway does. `condition` is the value of `If-None-Match`.
async fn respond(tables: &Tables, call: Call<'_>, condition: &str) -> ApiGatewayProxyResponse {
    let mut event = call.event();
    event.multi_value_headers.insert("if-none-match", condition.parse().unwrap());
    let context = tables.context();
    lambda::http::respond(event, |request| feed::handle(&context, request)).await.unwrap()
}

#[tokio::test]
async fn caches_store_the_public_feed_and_never_the_feed_of_a_member() {
    let pictures = [picture(member(4), 1, Visibility::Public), picture(member(4), 2, Visibility::Public)];
    let tables = Tables::default().listed(FeedId::Public(0), &pictures).with(pictures);
    let public = respond(&tables, Call::public(1), "").await;
    assert_eq!(public.status_code, 200);
    assert!(public.headers["cache-control"].to_str().unwrap().starts_with("public, max-age="));
    let tag = public.headers["etag"].to_str().unwrap();
    assert_eq!(respond(&tables, Call::public(1), tag).await.status_code, 304);
    assert_eq!(respond(&tables, Call::public(2), tag).await.status_code, 200, "another page");
    let feed = respond(&tables, Call::feed(1), "*").await;
    assert_eq!((feed.status_code, feed.headers["cache-control"].as_bytes()), (200, &b"no-store"[..]));
    assert!(!feed.headers.contains_key("etag"));
}
