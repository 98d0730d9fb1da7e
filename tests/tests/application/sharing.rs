//! Sharing with friends: what changes holds at once, and the feeds follow.

use std::collections::BTreeSet;

use end_to_end::people::{Member, anyone_sees, befriend};
use end_to_end::root::Root;
use end_to_end::{cloud, records, wait};
use reqwest::Method;
use serde_json::json;
use domain::{FeedId, FeedRow, PictureId, PictureKey, State, UserId, Visibility};
use uuid::Uuid;

/// Makes up a picture that is ready.
async fn ready(root: &Root, owner: &Member, visibility: Visibility) -> PictureKey {
    let picture = records::picture(owner.id(), visibility, State::Ready);
    root.put_picture(&picture).await;
    picture.key
}

/// By which routes somebody sees a picture. `GET /public…` are asked without signing in.
async fn routes(reader: &Member, key: PictureKey) -> Vec<&'static str> {
    let app = cloud::app();
    let of_owner = format!("/users/{}/pictures", key.owner_id);
    let mut routes = Vec::new();
    let mut note = |seen: bool, route| routes.extend(seen.then_some(route));
    let one = async |answer: u16| match answer {
        200 => true,
        404 => false,
        other => panic!("{key}: {other}"),
    };
    note(one(reader.get(&format!("/pictures/{key}")).await.code).await, "picture");
    note(reader.sees_in("/feed", key).await, "feed");
    note(reader.sees_in(&of_owner, key).await, "person");
    let open = app.call(Method::GET, &format!("/public/{key}"), None).await.unwrap();
    note(one(open.code).await, "public picture");
    note(anyone_sees(&app, key).await, "public feed");
    routes
}

const EVERYWHERE: [&str; 5] = ["picture", "feed", "person", "public picture", "public feed"];

async fn until_seen(reader: &Member, key: PictureKey, expected: &[&str]) {
    let what = format!("{key} is seen by {expected:?}");
    wait::until_equal(&what, &expected, async || routes(reader, key).await).await;
}

/// Waits until exactly these feeds have a row for a picture.
async fn until_in(root: &Root, key: PictureKey, feeds: &[FeedId]) {
    let mut expected: Vec<_> = feeds.iter().map(ToString::to_string).collect();
    expected.sort();
    wait::until_equal(&format!("{key} is in these feeds"), &expected, async || root.feeds(key).await).await;
}

#[tokio::test]
async fn every_change_holds_for_the_very_next_read_of_every_route() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let key = ready(&root, &owner, Visibility::Public).await;
    let set = async |visibility: &str| {
        let answer = owner.patch(&format!("/pictures/{key}"), &json!({"visibility": visibility})).await;
        assert_eq!(answer.code, 200, "{answer:?}");
    };
    for round in 0..3 {
        until_seen(&friend, key, &EVERYWHERE).await;
        set("friends").await;
        assert_eq!(routes(&friend, key).await, ["picture", "feed", "person"], "for friends, {round}");
        set("private").await;
        assert_eq!(routes(&friend, key).await, [""; 0], "private, {round}");
        set("friends").await;
        assert_eq!(friend.get(&format!("/pictures/{key}")).await.code, 200, "at once");
        until_seen(&friend, key, &["picture", "feed", "person"]).await;
        let [who, whom] = if round % 2 == 0 { [&owner, &friend] } else { [&friend, &owner] };
        assert_eq!(who.unfriend(whom).await.code, 200);
        assert_eq!(routes(&friend, key).await, [""; 0], "unfriended, {round}");
        // Asking is not being a friend, whoever asks.
        assert_eq!(whom.befriend(who).await.code, 200);
        assert_eq!(routes(&friend, key).await, [""; 0], "asked, {round}");
        assert_eq!(who.befriend(whom).await.data["state"], "friends");
        assert_eq!(friend.get(&format!("/pictures/{key}")).await.code, 200, "at once");
        set("public").await;
    }
    let feeds = [owner.id(), friend.id()].map(FeedId::User);
    until_in(&root, key, &[feeds[0], feeds[1], FeedId::public_shard(key.picture_id)]).await;
    set("friends").await;
    until_in(&root, key, &feeds).await;
    assert_eq!(friend.unfriend(&owner).await.code, 200);
    until_in(&root, key, &feeds[..1]).await;
}

/// The rows of a feed that are about somebody's pictures.
async fn rows_of(root: &Root, reader: &Member, owner: &Member) -> BTreeSet<PictureKey> {
    let rows = root.feed(FeedId::User(reader.id()), None).await.into_iter();
    rows.map(|row| row.key).filter(|key| key.owner_id == owner.id()).collect()
}

#[tokio::test]
async fn pictures_from_before_come_with_a_friendship_and_go_with_it() {
    let people = [Member::new().await, Member::new().await];
    let root = Root::default();
    // More than one batch of writes.
    let mut shared = [BTreeSet::new(), BTreeSet::new()];
    for i in 0..45 {
        for (owner, shared) in people.iter().zip(&mut shared) {
            let visibility = [Visibility::Private, Visibility::Friends, Visibility::Public][i % 3];
            let key = ready(&root, owner, visibility).await;
            if visibility != Visibility::Private {
                shared.insert(key);
            }
        }
    }
    let [ada, ben] = &people;
    let until_has = async |reader: &Member, owner: &Member, expected: &BTreeSet<PictureKey>| {
        let what = "one has the other's pictures in their feed";
        wait::until_equal(what, expected, async || rows_of(&root, reader, owner).await).await;
    };
    befriend(ada, ben).await;
    until_has(ada, ben, &shared[1]).await;
    until_has(ben, ada, &shared[0]).await;
    let since = shared[0].first().unwrap().picture_id.min(shared[1].first().unwrap().picture_id);
    let read = ada.pictures("/feed", 20, since).await;
    let seen: BTreeSet<_> = read.iter().map(end_to_end::people::key_of).collect();
    assert!(seen.is_superset(&shared[1]), "all of them are shown");
    assert_eq!(ben.unfriend(ada).await.code, 200);
    until_has(ada, ben, &BTreeSet::new()).await;
    until_has(ben, ada, &BTreeSet::new()).await;
}

#[tokio::test]
async fn a_row_that_should_not_be_shows_nothing_and_goes_by_itself() {
    let (owner, friend, stranger) = (Member::new().await, Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let hidden = ready(&root, &owner, Visibility::Private).await;
    let shared = ready(&root, &owner, Visibility::Friends).await;
    let never = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let own = FeedId::User(owner.id());
    until_in(&root, hidden, &[own]).await;
    until_in(&root, shared, &[own, FeedId::User(friend.id())]).await;
    let row = |feed_id, key| FeedRow { feed_id, key };
    let (his, theirs) = (FeedId::User(friend.id()), FeedId::User(stranger.id()));
    let junk = [
        row(his, hidden),
        row(theirs, hidden),
        row(theirs, shared),
        row(theirs, never),
        row(FeedId::public_shard(hidden.picture_id), hidden),
        row(FeedId::public_shard(shared.picture_id), shared),
    ];
    root.write_feeds(&junk, &[]).await;
    assert_eq!(routes(&friend, hidden).await, [""; 0]);
    assert_eq!(routes(&stranger, shared).await, [""; 0]);
    for key in [hidden, never] {
        assert_eq!(routes(&stranger, key).await, [""; 0]);
    }
    until_in(&root, never, &[]).await;
    until_in(&root, hidden, &[own]).await;
    until_in(&root, shared, &[own, his]).await;
}

#[tokio::test]
async fn a_row_deleted_by_hand_comes_back_by_itself() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&owner, &friend).await;
    let key = ready(&root, &owner, Visibility::Public).await;
    let feeds = [FeedId::User(owner.id()), FeedId::User(friend.id()), FeedId::public_shard(key.picture_id)];
    until_in(&root, key, &feeds).await;
    let rows = feeds.map(|feed_id| FeedRow { feed_id, key });
    for row in rows {
        root.write_feeds(&[], &[row]).await;
        until_in(&root, key, &feeds).await;
    }
    root.write_feeds(&[], &rows).await;
    until_in(&root, key, &feeds).await;
}

/// Nobody is told of a row that is overwritten, so it stays wrong until it is looked at.
#[tokio::test]
async fn rebuilding_puts_right_what_one_person_sees_and_where_they_are_seen() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    let root = Root::default();
    befriend(&ada, &ben).await;
    let adas = ready(&root, &ada, Visibility::Public).await;
    let bens = ready(&root, &ben, Visibility::Friends).await;
    let feeds = [ada.id(), ben.id()].map(FeedId::User);
    let rows = [
        FeedRow { feed_id: feeds[0], key: adas },
        FeedRow { feed_id: feeds[1], key: adas },
        FeedRow { feed_id: FeedId::public_shard(adas.picture_id), key: adas },
        FeedRow { feed_id: feeds[0], key: bens },
    ];
    until_in(&root, adas, &[feeds[0], feeds[1], rows[2].feed_id]).await;
    until_in(&root, bens, &feeds).await;
    let nobody = UserId(Uuid::now_v7());
    let wrong = rows.map(|row| FeedRow { key: PictureKey { owner_id: nobody, ..row.key }, ..row });
    let found = async || {
        let mut found = Vec::new();
        for row in rows {
            let feed = root.feed(row.feed_id, Some(row.key.picture_id)).await;
            found.extend(feed.into_iter().filter(|found| found.key.picture_id == row.key.picture_id));
        }
        found
    };
    for task in [json!({"user": ada.id()}), json!("everyone")] {
        root.write_feeds(&wrong, &[]).await;
        root.rebuild(&task).await;
        wait::until_equal(&format!("{task} is rebuilt"), &rows, &found).await;
    }
}
