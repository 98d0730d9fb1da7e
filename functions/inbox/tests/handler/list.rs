//! Tests of `GET /notifications`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    ActivityEvent, FriendshipState, Notification, Picture, PictureId, PictureKey, UserId, Visibility,
};
use jiff::{SignedDuration, Timestamp};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};

use crate::backend::{Backend, activity, me, member};

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

async fn list_all(backend: &Backend) -> Vec<Value> {
    let reply = backend.call(page(100, &Value::Null)).await.unwrap();
    reply.data()["items"].as_array().unwrap().clone()
}

/// Adds a picture that a friend shared with me `seconds` after noon.
async fn share_picture(backend: &Backend, friend: UserId, seconds: i64) -> PictureKey {
    let key = PictureKey { owner_id: friend, picture_id: PictureId::new() };
    backend.state().pictures.push(Picture { key, ..testing::ready_picture(Visibility::Friends) });
    assert!(
        backend.process(&[activity(seconds, ActivityEvent::PictureReady { picture: key })]).await.is_empty()
    );
    key
}

#[tokio::test]
async fn lists_actor_type_and_time_newest_first() {
    let (backend, before) = (Backend::default(), Timestamp::now() - SignedDuration::from_millis(1));
    let friend = member(2);
    backend.befriend(me(), friend);
    let theirs = share_picture(&backend, friend, 1).await;
    let mine = testing::ready_picture(Visibility::Public).key;
    backend.state().pictures.push(testing::ready_picture(Visibility::Public));
    let request = backend.request_friendship(member(3), me());
    backend.state().without_profile.insert(member(4));
    let comment = backend.add_comment(mine, member(4));
    let activities = [
        activity(2, ActivityEvent::FriendAccepted { from: me(), to: friend }),
        activity(3, request),
        activity(4, comment),
    ];
    assert!(backend.process(&activities).await.is_empty());
    let mut items = list_all(&backend).await;
    for item in &mut items {
        let stored: Timestamp = item["keptAt"].as_str().unwrap().parse().unwrap();
        assert!(before <= stored && stored <= Timestamp::now(), "not the time of the activity: {item}");
        item.as_object_mut().unwrap().remove("keptAt");
    }
    let [comment, requested, accepted, ready] = items.try_into().unwrap();
    let with_profile =
        |n| json!({"id": member(n), "handle": format!("p{n:012}"), "firstName": "Some", "lastName": "Body"});
    let without_profile = json!({"id": member(4), "handle": null, "firstName": null, "lastName": null});
    assert_eq!(
        comment,
        json!({"id": activities[2].id, "type": "comment.added", "at": "2096-01-02T12:00:04Z", "user": without_profile,
            "ownerId": mine.owner_id, "pictureId": mine.picture_id})
    );
    assert_eq!(
        requested,
        json!({"id": activities[1].id, "type": "friend.requested", "at": "2096-01-02T12:00:03Z", "user": with_profile(3)})
    );
    assert_eq!(
        accepted,
        json!({"id": activities[0].id, "type": "friend.accepted", "at": "2096-01-02T12:00:02Z", "user": with_profile(2)})
    );
    assert_eq!(
        ready,
        json!({"id": ready["id"], "type": "picture.ready", "at": "2096-01-02T12:00:01Z", "user": with_profile(2),
            "ownerId": friend, "pictureId": theirs.picture_id})
    );
}

#[tokio::test]
async fn omits_hidden_notifications_and_deletes_obsolete_notifications() {
    let backend = Backend::default();
    let friend = member(2);
    backend.befriend(me(), friend);
    let theirs = share_picture(&backend, friend, 1).await;
    let mine = testing::ready_picture(Visibility::Public);
    backend.state().pictures.push(mine.clone());
    let comment = backend.add_comment(mine.key, friend);
    let request = backend.request_friendship(member(3), me());
    let accepted = ActivityEvent::FriendAccepted { from: me(), to: friend };
    assert!(backend.process(&[comment, request, accepted].map(|event| activity(2, event))).await.is_empty());
    let stored = || backend.notification_rows(me()).len();
    let kinds = async || {
        let mut kinds: Vec<_> =
            list_all(&backend).await.iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "friend.requested", "picture.ready"]);
    // The request is accepted.
    for row in backend
        .state()
        .friendships
        .iter_mut()
        .filter(|row| row.user_id == member(3) || row.friend_id == member(3))
    {
        row.state = FriendshipState::Friends;
    }
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "picture.ready"]);
    assert_eq!(stored(), 3, "the obsolete notification is deleted");
    // The picture becomes private.
    let set_visibility = |visibility| {
        let mut state = backend.state();
        state.pictures.iter_mut().find(|picture| picture.key == theirs).unwrap().visibility = visibility;
    };
    set_visibility(Visibility::Private);
    assert_eq!(kinds().await, ["comment.added", "friend.accepted"]);
    assert_eq!(stored(), 3, "the picture may be shared again");
    set_visibility(Visibility::Friends);
    assert_eq!(kinds().await, ["comment.added", "friend.accepted", "picture.ready"]);
    backend.state().friendships.retain(|row| ![row.user_id, row.friend_id].contains(&friend));
    assert_eq!(kinds().await, ["comment.added"]);
    backend.state().comments.clear();
    assert!(kinds().await.is_empty());
    assert_eq!(stored(), 1, "the hidden picture still exists");
    backend.state().pictures.retain(|picture| picture.key != theirs);
    assert!(kinds().await.is_empty());
    assert_eq!(stored(), 0);
}

/// DynamoDB deletes expired rows within a few days.
#[tokio::test]
async fn omits_expired_notifications() {
    let backend = Backend::default();
    backend.befriend(me(), member(2));
    for seconds in 0..3 {
        share_picture(&backend, member(2), seconds).await;
    }
    let past = AttributeValue::N((Timestamp::now().as_second() - 1).to_string());
    for row in backend.state().notifications.values_mut().take(2) {
        row.insert("expiresAt".into(), past.clone());
    }
    let items = list_all(&backend).await;
    assert_eq!(items.iter().map(|item| &item["at"]).collect::<Vec<_>>(), ["2096-01-02T12:00:02Z"]);
    // The expired notifications are the oldest ones, so the page before them is the last one.
    assert_eq!(read_all_pages(&backend, 1).await.concat(), items);
}

#[tokio::test]
async fn omits_what_a_blocked_member_caused_until_the_block_ends() {
    let backend = Backend::default();
    let other = member(2);
    backend.befriend(me(), other);
    share_picture(&backend, other, 1).await;
    let mine = testing::ready_picture(Visibility::Public);
    backend.state().pictures.push(mine.clone());
    let comment = backend.add_comment(mine.key, other);
    assert!(backend.process(&[activity(2, comment)]).await.is_empty());
    assert_eq!(list_all(&backend).await.len(), 2);
    let set_state = |state| {
        let mut backend = backend.state();
        backend.friendships.iter_mut().find(|row| row.user_id == me()).unwrap().state = state;
    };
    set_state(FriendshipState::Blocked);
    assert!(list_all(&backend).await.is_empty());
    set_state(FriendshipState::Friends);
    assert_eq!(list_all(&backend).await.len(), 2);
}

#[tokio::test]
async fn pages_list_each_current_notification_once() {
    let backend = Backend::default();
    backend.befriend(me(), member(2));
    let mut expected = Vec::new();
    for seconds in 0..60 {
        let key = share_picture(&backend, member(2), seconds).await;
        // Deletes two of three pictures.
        match seconds % 3 {
            0 => expected.push(key.picture_id.to_string()),
            _ => backend.state().pictures.retain(|picture| picture.key != key),
        }
    }
    expected.reverse();
    let pages = read_all_pages(&backend, 4).await;
    let found: Vec<_> =
        pages.concat().iter().map(|item| item["pictureId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found, expected);
}

/// Reads all pages. Returns the notifications of each page.
async fn read_all_pages(backend: &Backend, limit: usize) -> Vec<Vec<Value>> {
    let (mut pages, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let reply: Result<Reply, ApiError> = backend.call(page(limit, &cursor)).await;
        let reply = reply.unwrap();
        pages.push(reply.data()["items"].as_array().unwrap().clone());
        cursor = reply.data()["cursor"].clone();
        if cursor.is_null() {
            return pages;
        }
    }
}

/// Creates notifications of `flood` pictures, newer than the notification of a visible picture.
/// They all name the returned picture.
async fn flooded_backend(flood: i64) -> (Backend, PictureKey) {
    let backend = Backend::default();
    backend.befriend(me(), member(2));
    share_picture(&backend, member(2), 0).await;
    let picture = share_picture(&backend, member(2), 1).await;
    for seconds in 2..=flood {
        let activity = activity(seconds, ActivityEvent::PictureReady { picture });
        let notification = Notification { user_id: me(), actor_id: member(2), stored_at: None, activity };
        let (id, mut row) = (notification.id().to_string(), testing::row(&notification));
        row.insert("notificationId".into(), AttributeValue::S(id.clone()));
        let expires_at = notification.expires_at().unwrap().as_second();
        row.insert("expiresAt".into(), AttributeValue::N(expires_at.to_string()));
        backend.state().notifications.insert((me().to_string(), id), row);
    }
    (backend, picture)
}

#[tokio::test]
async fn a_page_of_hidden_notifications_takes_as_many_requests_as_a_page_of_visible_ones() {
    let mut requests = Vec::new();
    for visibility in [Visibility::Friends, Visibility::Private] {
        let (backend, flood) = flooded_backend(1_000).await;
        for picture in backend.state().pictures.iter_mut().filter(|picture| picture.key == flood) {
            picture.visibility = visibility;
        }
        backend.state().requests.clear();
        let reply = backend.call(page(30, &Value::Null)).await.unwrap();
        let shown = reply.data()["items"].as_array().unwrap().len();
        assert_eq!(shown, if visibility == Visibility::Private { 0 } else { 30 });
        assert!(reply.data()["cursor"].is_string());
        let mut counts = std::mem::take(&mut backend.state().requests);
        // The profiles; an empty page needs none.
        counts.remove("BatchGetItem");
        requests.push(counts);
    }
    assert_eq!(requests[0], requests[1]);
}

#[tokio::test]
async fn obsolete_notifications_are_read_once() {
    let (backend, flood) = flooded_backend(100).await;
    backend.state().pictures.retain(|picture| picture.key != flood);
    let lengths = async || read_all_pages(&backend, 30).await.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths().await, [0, 0, 0, 1]);
    assert_eq!(lengths().await, [1]);
}

#[tokio::test]
async fn rejects_invalid_limits_and_cursors() {
    for request in [page(0, &Value::Null), page(101, &Value::Null), page(1, &json!("made-up"))] {
        assert_eq!(Backend::default().call(request).await.unwrap_err().status(), 400);
    }
}
