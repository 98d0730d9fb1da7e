//! Sharing with friends. A change applies to the next read, and the table Feeds is updated
//! asynchronously.

use std::collections::BTreeSet;

use domain::{FeedId, FeedRow, PictureId, PictureKey, PictureState, UserId, Visibility};
use end_to_end::people::{Member, befriend, is_in_public_feed};
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

/// Creates the row of a picture that is ready.
async fn create_ready(root: &Root, owner: &Member, visibility: Visibility) -> PictureKey {
    let picture = rows::picture(owner.id(), visibility, PictureState::Ready);
    root.put_picture(&picture).await;
    picture.key
}

/// Returns the names of the routes that show a picture. Calls `GET /public…` anonymously and the
/// other routes as `reader`.
async fn routes_that_show(reader: &Member, key: PictureKey) -> Vec<&'static str> {
    let app = cloud::app();
    let of_owner = format!("/users/{}/pictures", key.owner_id);
    let mut routes = Vec::new();
    let mut add = |seen: bool, route| routes.extend(seen.then_some(route));
    let is_found = |status: u16| match status {
        200 => true,
        404 => false,
        other => panic!("{key}: {other}"),
    };
    add(is_found(reader.get(&format!("/pictures/{key}")).await.code), "picture");
    add(reader.has_in_list("/feed", key).await, "feed");
    add(reader.has_in_list(&of_owner, key).await, "owner's pictures");
    let anonymous = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap();
    add(is_found(anonymous.code), "public picture");
    add(is_in_public_feed(&app, key).await, "public feed");
    routes
}

const ALL_ROUTES: [&str; 5] = ["picture", "feed", "owner's pictures", "public picture", "public feed"];
/// The routes that show a picture for friends to a friend.
const MEMBER_ROUTES: [&str; 3] = ["picture", "feed", "owner's pictures"];

async fn until_routes(reader: &Member, key: PictureKey, expected: &[&str]) {
    let what = format!("the routes {expected:?} show {key}");
    wait::until_equal(&what, &expected, async || routes_that_show(reader, key).await).await;
}

/// Waits until exactly these feeds have a row for a picture.
async fn until_in_feeds(root: &Root, key: PictureKey, feeds: &[FeedId]) {
    let mut expected: Vec<_> = feeds.iter().map(ToString::to_string).collect();
    expected.sort();
    wait::until_equal(&format!("these feeds contain {key}"), &expected, async || root.feed_ids(key).await)
        .await;
}

#[tokio::test]
async fn changes_apply_to_the_next_read_of_each_route() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let key = create_ready(&root, &owner, Visibility::Public).await;
    let set = async |visibility: &str| {
        let answer = owner.patch(&format!("/pictures/{key}"), &json!({"visibility": visibility})).await;
        assert_eq!(answer.code, 200, "{answer:?}");
    };
    for round in 0..3 {
        until_routes(&friend, key, &ALL_ROUTES).await;
        set("friends").await;
        assert_eq!(routes_that_show(&friend, key).await, MEMBER_ROUTES, "for friends, {round}");
        set("private").await;
        assert_eq!(routes_that_show(&friend, key).await, [""; 0], "private, {round}");
        set("friends").await;
        assert_eq!(friend.get(&format!("/pictures/{key}")).await.code, 200, "immediately");
        until_routes(&friend, key, &MEMBER_ROUTES).await;
        let [one, other] = if round % 2 == 0 { [&owner, &friend] } else { [&friend, &owner] };
        assert_eq!(one.unfriend(other).await.code, 200);
        assert_eq!(routes_that_show(&friend, key).await, [""; 0], "unfriended, {round}");
        // A request in either direction gives no access.
        assert_eq!(other.befriend(one).await.code, 200);
        assert_eq!(routes_that_show(&friend, key).await, [""; 0], "requested, {round}");
        assert_eq!(one.befriend(other).await.data["state"], "friends");
        assert_eq!(friend.get(&format!("/pictures/{key}")).await.code, 200, "immediately");
        set("public").await;
    }
    let feeds = [FeedId::User(owner.id()), FeedId::SharedOf(owner.id()), FeedId::User(friend.id())];
    let public = [FeedId::PublicOf(owner.id()), FeedId::public_shard(key.picture_id)];
    until_in_feeds(&root, key, &[&feeds[..], &public].concat()).await;
    set("friends").await;
    until_in_feeds(&root, key, &feeds).await;
    assert_eq!(friend.unfriend(&owner).await.code, 200);
    until_in_feeds(&root, key, &feeds[..2]).await;
}

/// Returns the pictures of an owner in the feed of a reader.
async fn rows_of(root: &Root, reader: &Member, owner: &Member) -> BTreeSet<PictureKey> {
    let rows = root.feed_rows(FeedId::User(reader.id()), None).await.into_iter();
    rows.map(|row| row.key).filter(|key| key.owner_id == owner.id()).collect()
}

#[tokio::test]
async fn a_friendship_adds_earlier_pictures_to_the_feeds_and_its_end_removes_them() {
    let people = [Member::new().await, Member::new().await];
    let root = Root::default();
    // More than one batch of writes.
    let mut shared = [BTreeSet::new(), BTreeSet::new()];
    for i in 0..45 {
        for (owner, shared) in people.iter().zip(&mut shared) {
            let visibility = [Visibility::Private, Visibility::Friends, Visibility::Public][i % 3];
            let key = create_ready(&root, owner, visibility).await;
            if visibility != Visibility::Private {
                shared.insert(key);
            }
        }
    }
    let [ada, ben] = &people;
    let until_has = async |reader: &Member, owner: &Member, expected: &BTreeSet<PictureKey>| {
        let what = "the feed contains the friend's pictures";
        wait::until_equal(what, expected, async || rows_of(&root, reader, owner).await).await;
    };
    befriend(ada, ben).await;
    until_has(ada, ben, &shared[1]).await;
    until_has(ben, ada, &shared[0]).await;
    let since = shared[0].first().unwrap().picture_id.min(shared[1].first().unwrap().picture_id);
    let read = ada.read_pictures("/feed", 20, since).await;
    let seen: BTreeSet<_> = read.iter().map(end_to_end::people::key_of).collect();
    assert!(seen.is_superset(&shared[1]), "the feed shows all of them");
    assert_eq!(ben.unfriend(ada).await.code, 200);
    until_has(ada, ben, &BTreeSet::new()).await;
    until_has(ben, ada, &BTreeSet::new()).await;
}

#[tokio::test]
async fn a_wrong_feed_row_shows_nothing_and_is_deleted() {
    let (owner, friend, stranger) = (Member::new().await, Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let hidden = create_ready(&root, &owner, Visibility::Private).await;
    let shared = create_ready(&root, &owner, Visibility::Friends).await;
    let missing = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let (own, of_owner) = (FeedId::User(owner.id()), FeedId::SharedOf(owner.id()));
    until_in_feeds(&root, hidden, &[own]).await;
    until_in_feeds(&root, shared, &[own, of_owner, FeedId::User(friend.id())]).await;
    let row = FeedRow::direct;
    let (friends_feed, strangers_feed) = (FeedId::User(friend.id()), FeedId::User(stranger.id()));
    let wrong_rows = [
        row(friends_feed, hidden),
        row(strangers_feed, hidden),
        row(strangers_feed, shared),
        row(strangers_feed, missing),
        row(of_owner, hidden),
        row(FeedId::PublicOf(owner.id()), hidden),
        row(FeedId::PublicOf(owner.id()), shared),
        row(FeedId::public_shard(hidden.picture_id), hidden),
        row(FeedId::public_shard(shared.picture_id), shared),
    ];
    root.write_feed_rows(&wrong_rows, &[]).await;
    assert_eq!(routes_that_show(&friend, hidden).await, [""; 0]);
    assert_eq!(routes_that_show(&stranger, shared).await, [""; 0]);
    for key in [hidden, missing] {
        assert_eq!(routes_that_show(&stranger, key).await, [""; 0]);
    }
    until_in_feeds(&root, missing, &[]).await;
    until_in_feeds(&root, hidden, &[own]).await;
    until_in_feeds(&root, shared, &[own, of_owner, friends_feed]).await;
}

#[tokio::test]
async fn a_deleted_feed_row_is_restored() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let key = create_ready(&root, &owner, Visibility::Public).await;
    let feeds = [
        FeedId::User(owner.id()),
        FeedId::User(friend.id()),
        FeedId::SharedOf(owner.id()),
        FeedId::PublicOf(owner.id()),
        FeedId::public_shard(key.picture_id),
    ];
    until_in_feeds(&root, key, &feeds).await;
    let rows = feeds.map(|feed_id| FeedRow::direct(feed_id, key));
    for row in rows {
        root.write_feed_rows(&[], &[row]).await;
        until_in_feeds(&root, key, &feeds).await;
    }
    root.write_feed_rows(&[], &rows).await;
    until_in_feeds(&root, key, &feeds).await;
}

/// The function ignores stream records of overwritten rows, so that only a rebuild corrects them.
#[tokio::test]
async fn a_rebuild_corrects_the_feed_of_a_member_and_the_rows_of_their_pictures() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&ada, &ben).await;
    let adas = create_ready(&root, &ada, Visibility::Public).await;
    let bens = create_ready(&root, &ben, Visibility::Friends).await;
    let feeds = [ada.id(), ben.id()].map(FeedId::User);
    let rows = [
        FeedRow::direct(feeds[0], adas),
        FeedRow::direct(feeds[1], adas),
        FeedRow::direct(FeedId::public_shard(adas.picture_id), adas),
        FeedRow::direct(FeedId::SharedOf(ada.id()), adas),
        FeedRow::direct(FeedId::PublicOf(ada.id()), adas),
        FeedRow::direct(feeds[0], bens),
    ];
    until_in_feeds(&root, adas, &rows[..5].iter().map(|row| row.feed_id).collect::<Vec<_>>()).await;
    until_in_feeds(&root, bens, &[feeds[0], feeds[1], FeedId::SharedOf(ben.id())]).await;
    let unknown = UserId(Uuid::now_v7());
    let wrong = rows.map(|row| FeedRow { key: PictureKey { owner_id: unknown, ..row.key }, ..row });
    let found = async || {
        let mut found = Vec::new();
        for row in rows {
            let feed = root.feed_rows(row.feed_id, Some(row.key.picture_id)).await;
            found.extend(feed.into_iter().filter(|found| found.key.picture_id == row.key.picture_id));
        }
        found
    };
    for task in [json!({"user": ada.id()}), json!("everyone")] {
        root.write_feed_rows(&wrong, &[]).await;
        root.rebuild(&task).await;
        wait::until_equal(&format!("{task} is rebuilt"), &rows, &found).await;
    }
}
