//! `GET /notifications`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    ActivityEvent, FriendshipState, Notification, Picture, PictureId, PictureKey, UserId, Visibility,
};
use jiff::{SignedDuration, Timestamp};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};

use crate::world::{World, activity, me, person};

fn page(limit: usize, cursor: &Value) -> Request {
    let mut event: Value = testing::sample_event("inbox-list.json");
    let mut query = json!({ "limit": limit.to_string() });
    if cursor.is_string() {
        query["cursor"] = cursor.clone();
    }
    let lists = query.as_object().unwrap().iter().map(|(name, value)| (name.clone(), json!([value])));
    event["multiValueQueryStringParameters"] = lists.collect();
    event["queryStringParameters"] = query;
    Request::new(serde_json::from_value(event).unwrap())
}

async fn listed(world: &World) -> Vec<Value> {
    let reply = world.call(page(100, &Value::Null)).await.unwrap();
    reply.data()["items"].as_array().unwrap().clone()
}

/// A friend shares a picture with me, so many seconds after noon.
async fn shares(world: &World, friend: UserId, seconds: i64) -> PictureKey {
    let key = PictureKey { owner_id: friend, picture_id: PictureId::new() };
    world.inner().pictures.push(Picture { key, ..testing::ready_picture(Visibility::Friends) });
    assert!(
        world.happen(&[activity(seconds, ActivityEvent::PictureReady { picture: key })]).await.is_empty()
    );
    key
}

#[tokio::test]
async fn entries_say_who_did_what_when_newest_first() {
    let (world, before) = (World::default(), Timestamp::now() - SignedDuration::from_millis(1));
    let friend = person(2);
    world.friends(me(), friend);
    let theirs = shares(&world, friend, 1).await;
    let mine = testing::ready_picture(Visibility::Public).key;
    world.inner().pictures.push(testing::ready_picture(Visibility::Public));
    let asks = world.asks(person(3), me());
    world.inner().nameless.insert(person(4));
    let comment = world.comments(mine, person(4));
    let told = [
        activity(2, ActivityEvent::FriendAccepted { from: me(), to: friend }),
        activity(3, asks),
        activity(4, comment),
    ];
    assert!(world.happen(&told).await.is_empty());
    let mut entries = listed(&world).await;
    for entry in &mut entries {
        let kept: Timestamp = entry["keptAt"].as_str().unwrap().parse().unwrap();
        assert!(before <= kept && kept <= Timestamp::now(), "not when it happened: {entry}");
        entry.as_object_mut().unwrap().remove("keptAt");
    }
    let [comment, asked, accepted, ready] = entries.try_into().unwrap();
    let named =
        |n| json!({"id": person(n), "handle": format!("p{n:012}"), "firstName": "Some", "lastName": "Body"});
    let nobody = json!({"id": person(4), "handle": null, "firstName": null, "lastName": null});
    assert_eq!(
        comment,
        json!({"id": told[2].id, "type": "comment.added", "at": "2026-01-02T12:00:04Z", "user": nobody,
            "ownerId": mine.owner_id, "pictureId": mine.picture_id})
    );
    assert_eq!(
        asked,
        json!({"id": told[1].id, "type": "friend.requested", "at": "2026-01-02T12:00:03Z", "user": named(3)})
    );
    assert_eq!(
        accepted,
        json!({"id": told[0].id, "type": "friend.accepted", "at": "2026-01-02T12:00:02Z", "user": named(2)})
    );
    assert_eq!(
        ready,
        json!({"id": ready["id"], "type": "picture.ready", "at": "2026-01-02T12:00:01Z", "user": named(2),
            "ownerId": friend, "pictureId": theirs.picture_id})
    );
}

#[tokio::test]
async fn what_is_not_so_any_more_is_left_out() {
    let world = World::default();
    let friend = person(2);
    world.friends(me(), friend);
    let theirs = shares(&world, friend, 1).await;
    let mine = testing::ready_picture(Visibility::Public);
    world.inner().pictures.push(mine.clone());
    let comment = world.comments(mine.key, friend);
    let asks = world.asks(person(3), me());
    let accepted = ActivityEvent::FriendAccepted { from: me(), to: friend };
    assert!(world.happen(&[comment, asks, accepted].map(|what| activity(2, what))).await.is_empty());
    let kept = || world.kept(me()).len();
    let kinds = async || {
        let mut kinds: Vec<_> =
            listed(&world).await.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "friend.requested", "picture.ready"]);
    // The request is answered.
    for row in world
        .inner()
        .friendships
        .iter_mut()
        .filter(|row| row.user_id == person(3) || row.friend_id == person(3))
    {
        row.state = FriendshipState::Friends;
    }
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "picture.ready"]);
    assert_eq!(kept(), 3, "what is over goes");
    // The picture is kept to its owner.
    let hide = |visibility| {
        let mut inner = world.inner();
        inner.pictures.iter_mut().find(|picture| picture.key == theirs).unwrap().visibility = visibility;
    };
    hide(Visibility::Private);
    assert_eq!(kinds().await, ["comment.added", "friend.accepted"]);
    assert_eq!(kept(), 3, "it may be shared again");
    hide(Visibility::Friends);
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "picture.ready"]);
    world.inner().friendships.retain(|row| ![row.user_id, row.friend_id].contains(&friend));
    assert_eq!(kinds().await, ["comment.added"]);
    world.inner().comments.clear();
    assert!(kinds().await.is_empty());
    assert_eq!(kept(), 1, "a picture that one does not see is still there");
    world.inner().pictures.retain(|picture| picture.key != theirs);
    assert!(kinds().await.is_empty());
    assert_eq!(kept(), 0);
}

#[tokio::test]
async fn a_page_is_full_whatever_is_left_out_and_the_cursor_goes_on() {
    let world = World::default();
    world.friends(me(), person(2));
    let mut seen = Vec::new();
    for seconds in 0..60 {
        let key = shares(&world, person(2), seconds).await;
        // Two of three are deleted.
        match seconds % 3 {
            0 => seen.push(key.picture_id.to_string()),
            _ => world.inner().pictures.retain(|picture| picture.key != key),
        }
    }
    seen.reverse();
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let reply = world.call(page(3, &cursor)).await.unwrap();
        let items = reply.data()["items"].as_array().unwrap();
        cursor = reply.data()["cursor"].clone();
        assert_eq!(items.len() == 3, cursor.is_string(), "exactly where a page is full: {items:?}");
        found.extend(items.iter().map(|item| item["pictureId"].as_str().unwrap().to_owned()));
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(found, seen);
}

/// How many entries are found in each page, and how often the table was asked for all of them.
async fn read_through(world: &World) -> (Vec<usize>, usize) {
    world.inner().asked.clear();
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let reply: Result<Reply, ApiError> = world.call(page(30, &cursor)).await;
        let reply = reply.unwrap();
        found.push(reply.data()["items"].as_array().unwrap().len());
        cursor = reply.data()["cursor"].clone();
        if cursor.is_null() {
            return (found, world.inner().asked["Query Notifications"]);
        }
    }
}

/// Something that I may see, and after it 850 times something else, about this picture.
async fn flooded() -> (World, PictureKey) {
    let world = World::default();
    world.friends(me(), person(2));
    shares(&world, person(2), 0).await;
    let flood = shares(&world, person(2), 1).await;
    for seconds in 2..=850 {
        let activity = activity(seconds, ActivityEvent::PictureReady { picture: flood });
        let entry = Notification { user_id: me(), actor_id: person(2), kept_at: None, activity };
        let (id, mut row) = (entry.id().to_string(), testing::row(&entry));
        row.insert("notificationId".into(), AttributeValue::S(id.clone()));
        world.inner().notifications.insert((me().to_string(), id), row);
    }
    (world, flood)
}

#[tokio::test]
async fn hundreds_that_may_not_be_seen_are_passed_a_few_at_a_time() {
    let (world, flood) = flooded().await;
    let hide = |picture: &mut Picture| {
        if picture.key == flood {
            picture.visibility = Visibility::Private;
        }
    };
    world.inner().pictures.iter_mut().for_each(hide);
    // 30 and four times 200 for the first page, and again.
    assert_eq!(read_through(&world).await, (vec![0, 1], 5 + 1));
    assert_eq!(read_through(&world).await, (vec![0, 1], 5 + 1));
}

#[tokio::test]
async fn hundreds_that_are_over_are_passed_once() {
    let (world, flood) = flooded().await;
    world.inner().pictures.retain(|picture| picture.key != flood);
    assert_eq!(read_through(&world).await, (vec![0, 1], 5 + 1));
    assert_eq!(read_through(&world).await, (vec![1], 1));
}

#[tokio::test]
async fn wrong_questions_are_refused() {
    for request in [page(0, &Value::Null), page(101, &Value::Null), page(1, &json!("made-up"))] {
        assert_eq!(World::default().call(request).await.unwrap_err().status(), 400);
    }
}
