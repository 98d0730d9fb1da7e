//! Tests the handler with its sample events. The SNS client is mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use activity::Context;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_sns::operation::publish::{PublishError, PublishOutput};
use aws_smithy_mocks::{Rule, mock};
use domain::{AlbumId, PictureId, PictureKey, UserId};
use lambda::Error;
use lambda::topic::Topic;
use serde_json::{Value, json};
use store::Albums;
use testing::AlbumRows;

const ADA: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
const BOB: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";
const PICTURE: &str = "019a1234-5678-7abc-8def-0123456789ab";
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

async fn handle(event: Value, rules: &[&Rule]) -> Result<(), Error> {
    handle_with(&AlbumRows::default(), event, rules).await
}

/// Handles an event while the Albums table contains these rows.
async fn handle_with(albums: &AlbumRows, event: Value, rules: &[&Rule]) -> Result<(), Error> {
    let topic = Topic::new(testing::sns(rules.iter().copied()), "Activity".into());
    let (queried, read) = (albums.clone(), albums.clone());
    let query = mock!(aws_sdk_dynamodb::Client::query).then_compute_output(move |request| {
        assert_eq!(request.consistent_read(), Some(true));
        QueryOutput::builder().set_items(Some(queried.query(request))).build()
    });
    let batch_get = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
        assert_eq!((table.as_str(), keys.consistent_read()), ("Albums", Some(true)));
        let rows = keys.keys().iter().filter_map(|key| read.get(key)).collect();
        BatchGetItemOutput::builder().responses(table, rows).build()
    });
    let albums = Albums::new(&testing::database(&[query, batch_get]));
    activity::handle(&Context { topic, albums }, serde_json::from_value(event).unwrap()).await
}

/// Handles an event. Returns the published messages and the outcome. Asserts that the attribute
/// `type` of each message is correct.
async fn publish(event: Value) -> (Vec<Value>, Result<(), Error>) {
    publish_with(&AlbumRows::default(), event).await
}

async fn publish_with(albums: &AlbumRows, event: Value) -> (Vec<Value>, Result<(), Error>) {
    let messages = Arc::new(Mutex::new(vec![]));
    let published = Arc::clone(&messages);
    let accept = mock!(aws_sdk_sns::Client::publish)
        .match_requests(move |request| {
            let message: Value = serde_json::from_str(request.message().unwrap()).unwrap();
            let kind = &request.message_attributes().unwrap()["type"];
            assert_eq!((request.topic_arn(), kind.data_type()), (Some("Activity"), "String"));
            assert_eq!(message["type"], kind.string_value().unwrap());
            published.lock().unwrap().push(message);
            true
        })
        .then_output(|| PublishOutput::builder().build());
    let outcome = handle_with(albums, event, &[&accept]).await;
    let messages = std::mem::take(&mut *messages.lock().unwrap());
    (messages, outcome)
}

/// Returns the published messages of an event without ids and times. Asserts that the times are
/// correct.
async fn messages_of(event: Value) -> Vec<Value> {
    let (mut messages, outcome) = publish(event).await;
    outcome.unwrap();
    for message in &mut messages {
        let message = message.as_object_mut().unwrap();
        message.remove("id").expect("an id");
        let at = message.remove("at").unwrap();
        assert!(["2026-11-21T05:22:33Z", "2026-11-21T05:22:34Z"].contains(&at.as_str().unwrap()), "{at}");
    }
    messages
}

/// Returns a sample event with deletions in place of insertions.
fn deletion(sample: &str) -> Value {
    let mut event: Value = testing::sample_event(sample);
    for record in event["Records"].as_array_mut().unwrap() {
        record["eventName"] = json!("REMOVE");
        let change = record["dynamodb"].as_object_mut().unwrap();
        let image = change.remove("NewImage").unwrap();
        change.insert("OldImage".into(), image);
    }
    event
}

#[tokio::test]
async fn publishes_a_ready_picture() {
    let ready = json!({"type": "picture.ready", "ownerId": ADA, "pictureId": PICTURE});
    assert_eq!(messages_of(testing::sample_event("activity-picture.json")).await, [ready]);
}

#[tokio::test]
async fn publishes_a_deleted_picture() {
    let removed =
        json!({"type": "picture.removed", "ownerId": ADA, "pictureId": PICTURE, "before": "everyone"});
    assert_eq!(messages_of(deletion("activity-picture.json")).await, [removed]);
}

#[tokio::test]
async fn publishes_a_friend_request() {
    let requested_at = "2026-11-21T05:22:18.82Z";
    let requested = json!({"type": "friend.requested", "from": ADA, "to": BOB, "requestedAt": requested_at});
    assert_eq!(messages_of(testing::sample_event("activity-friendship.json")).await, [requested]);
}

#[tokio::test]
async fn publishes_an_accepted_request() {
    let accepted = json!({"type": "friend.accepted", "from": ADA, "to": BOB});
    assert_eq!(messages_of(testing::sample_event("index-friendship.json")).await, [accepted]);
}

#[tokio::test]
async fn publishes_the_removal_of_a_friend_request_for_each_member() {
    let removed = |one, other| json!({"type": "friend.removed", "one": one, "other": other});
    let expected = [removed(ADA, BOB), removed(BOB, ADA)];
    assert_eq!(messages_of(deletion("activity-friendship.json")).await, expected);
}

#[tokio::test]
async fn publishes_added_and_removed_comments() {
    let comment = |kind| json!({"type": kind, "ownerId": ADA, "pictureId": PICTURE, "commentId": COMMENT});
    assert_eq!(messages_of(testing::sample_event("activity-comment.json")).await, [comment("comment.added")]);
    let mut removed = comment("comment.removed");
    removed["authorId"] = json!(BOB);
    assert_eq!(messages_of(deletion("activity-comment.json")).await, [removed]);
}

#[tokio::test]
async fn skips_a_record_without_a_change() {
    let mut event: Value = testing::sample_event("activity-picture.json");
    let change = &mut event["Records"][0]["dynamodb"];
    change["OldImage"] = change["NewImage"].clone();
    handle(event, &[]).await.unwrap();
}

#[tokio::test]
async fn activity_ids_are_stable_and_distinct() {
    let mut event: Value = testing::sample_event("activity-picture.json");
    let mut second_record = event["Records"][0].clone();
    second_record["eventID"] = json!("another");
    event["Records"].as_array_mut().unwrap().push(second_record);
    let ids = |messages: Vec<Value>| messages.into_iter().map(|message| message["id"].clone());
    let first: Vec<_> = ids(publish(event.clone()).await.0).collect();
    assert!(first.len() == 2 && first[0] != first[1], "{first:?}");
    assert_eq!(ids(publish(event).await.0).collect::<Vec<_>>(), first);
}

#[tokio::test]
async fn an_invalid_record_does_not_stop_the_others() {
    let sample: Value = testing::sample_event("activity-picture.json");
    let corruptions: [fn(&mut Value); 4] = [
        |record| record["dynamodb"]["NewImage"]["bytes"] = json!({"S": "many"}),
        |record| record["dynamodb"]["Keys"] = json!({"userId": {"S": ADA}}),
        |record| {
            record["dynamodb"]["Keys"] = json!({"feedId": {"S": "public#1"}, "pictureId": {"S": PICTURE}})
        },
        |record| {
            let change = record["dynamodb"].as_object_mut().unwrap();
            change.retain(|name, _| !name.ends_with("Image"));
        },
    ];
    for corrupt in corruptions {
        let mut event = sample.clone();
        let mut invalid_record = sample["Records"][0].clone();
        invalid_record["eventID"] = json!("bad");
        corrupt(&mut invalid_record);
        event["Records"].as_array_mut().unwrap().insert(0, invalid_record);
        let (messages, outcome) = publish(event).await;
        assert_eq!(messages.len(), 1);
        let error = outcome.unwrap_err().to_string();
        assert!(error.starts_with("1 failed, first bad: "), "{error}");
    }
}

#[tokio::test]
async fn a_failed_message_fails_the_batch_after_the_others_are_published() {
    let mut event: Value = testing::sample_event("activity-picture.json");
    let comments: Value = testing::sample_event("activity-comment.json");
    event["Records"].as_array_mut().unwrap().extend(comments["Records"].as_array().unwrap().clone());
    let publish_of = |kind: &'static str| {
        mock!(aws_sdk_sns::Client::publish)
            .match_requests(move |request| request.message().unwrap().contains(kind))
    };
    let busy = publish_of("picture.ready").then_error(|| {
        PublishError::generic(aws_sdk_sns::error::ErrorMetadata::builder().message("busy").build())
    });
    let accepted = publish_of("comment.added").then_output(|| PublishOutput::builder().build());
    let error = handle(event, &[&busy, &accepted]).await.unwrap_err().to_string();
    assert!(error.contains("busy"), "{error}");
    assert_eq!(accepted.num_calls(), 1);
}

const ALBUM: &str = "019a1234-2222-7abc-8def-0123456789ab";

/// Returns an event of the Albums table. Each record has the sort key and the row before and after
/// the change.
fn album_event(records: &[(&str, Option<Value>, Option<Value>)]) -> Value {
    let sample: Value = testing::sample_event("activity-album.json");
    let records = records.iter().enumerate().map(|(n, (entry, old, new))| {
        let mut record = sample["Records"][0].clone();
        record["eventID"] = json!(n.to_string());
        let keys = json!({"listId": {"S": format!("album#{ALBUM}")}, "entry": {"S": entry}});
        let change = record["dynamodb"].as_object_mut().unwrap();
        change.remove("NewImage");
        change.insert("Keys".into(), keys.clone());
        for (name, row) in [("OldImage", old), ("NewImage", new)] {
            let Some(row) = row else { continue };
            let row: serde_dynamo::Item = serde_dynamo::to_item(row).unwrap();
            let mut image = serde_json::to_value(row).unwrap();
            image.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
            change.insert(name.into(), image);
        }
        record
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

fn album_row(title: &str) -> Option<Value> {
    let time = "2026-01-02T03:04:05Z";
    Some(json!({"albumId": ALBUM, "ownerId": BOB, "title": title, "createdAt": time, "updatedAt": time}))
}

fn member_row(role: &str, notices: &str) -> Option<Value> {
    Some(json!({"albumId": ALBUM, "userId": ADA, "role": role, "addedBy": BOB,
        "since": "2026-01-02T03:04:05Z", "notices": notices}))
}

fn entry_row(owner: &str, added_by: Option<&str>, added_at: &str) -> Option<Value> {
    let mut row = json!({"albumId": ALBUM, "ownerId": owner, "pictureId": PICTURE, "addedAt": added_at});
    if let Some(user) = added_by {
        row["addedBy"] = json!(user);
    }
    Some(row)
}

/// Returns the published messages of an event of Albums without ids and times.
async fn album_messages(records: &[(&str, Option<Value>, Option<Value>)]) -> Vec<Value> {
    let (mut messages, outcome) = publish(album_event(records)).await;
    outcome.unwrap();
    for message in &mut messages {
        message.as_object_mut().unwrap().retain(|name, _| !["id", "at"].contains(&name.as_str()));
    }
    messages
}

fn changed() -> Value {
    json!({"type": "album.changed", "albumId": ALBUM})
}

#[tokio::test]
async fn publishes_pictures_of_an_album_once_for_each_batch() {
    let event: Value = testing::sample_event("activity-album.json");
    let (messages, outcome) = publish(event).await;
    outcome.unwrap();
    let added = json!({"type": "album.picturesAdded", "albumId": ALBUM, "by": ADA,
        "since": "2026-11-21T05:20:00Z", "at": "2026-11-21T05:20:00Z", "id": messages[1]["id"]});
    assert_eq!(messages[1], added);
    assert_eq!((messages.len(), &messages[0]["type"]), (2, &json!("album.changed")));
    let batch = |kind, by: Option<&str>, minute| {
        let mut batch =
            json!({"type": kind, "albumId": ALBUM, "since": format!("2026-01-02T12:{minute}:00Z")});
        if let Some(by) = by {
            batch["by"] = json!(by);
        }
        batch
    };
    let entry = |owner, by, time: &str| entry_row(owner, by, &format!("2026-01-02T12:{time}Z"));
    let keys: Vec<_> =
        (0..6).map(|n| format!("picture#{ADA}/019a1234-5678-7abc-8def-01234567890{n}")).collect();
    let waiting = keys[0].replace("picture", "waiting");
    let mut messages = album_messages(&[
        (&keys[0], None, entry(ADA, Some(ADA), "01:00")),
        (&keys[1], None, entry(ADA, Some(ADA), "04:59.9")),
        (&keys[2], None, entry(ADA, Some(ADA), "05:00")),
        (&keys[3], None, entry(BOB, Some(BOB), "01:00")),
        (&keys[4], None, entry(BOB, None, "01:00")),
        (&keys[5], entry(ADA, Some(ADA), "31:00"), None),
        (&waiting, None, entry(BOB, None, "01:00")),
    ])
    .await;
    let added = "album.picturesAdded";
    let mut expected = vec![
        changed(),
        batch(added, Some(ADA), "00"),
        batch(added, Some(ADA), "05"),
        batch(added, Some(BOB), "00"),
        batch(added, None, "00"),
        batch("album.picturesWaiting", None, "00"),
    ];
    let sort_key = |message: &Value| ["type", "by", "since"].map(|name| message[name].to_string());
    messages.sort_by_key(sort_key);
    expected.sort_by_key(sort_key);
    assert_eq!(messages, expected);
}

#[tokio::test]
async fn records_of_one_batch_in_several_invocations_yield_the_same_activity() {
    let mut activities = Vec::new();
    for second in ["01", "02"] {
        let entry = entry_row(ADA, Some(ADA), &format!("2026-01-02T12:00:{second}Z"));
        let (messages, outcome) =
            publish(album_event(&[(&format!("picture#{ADA}/{PICTURE}"), None, entry)])).await;
        outcome.unwrap();
        activities.push(messages.into_iter().find(|message| message["type"] == "album.picturesAdded"));
    }
    assert!(activities[0].is_some() && activities[0] == activities[1], "{activities:?}");
}

#[tokio::test]
async fn publishes_changes_of_albums_and_members() {
    let member_key = format!("member#{ADA}");
    let album = |kind| json!({"type": kind, "albumId": ALBUM});
    let member = |kind| json!({"type": kind, "albumId": ALBUM, "memberId": ADA});
    let mut removed = album("album.removed");
    removed["ownerId"] = json!(BOB);
    let viewer = || member_row("viewer", "all");
    for (entry, old, new, expected) in [
        ("album", None, album_row("Oslo"), vec![]),
        ("album", album_row("Oslo"), album_row("Bergen"), vec![changed()]),
        ("album", album_row("Oslo"), None, vec![removed]),
        (&member_key, None, viewer(), vec![changed(), member("album.memberAdded")]),
        (&member_key, viewer(), member_row("curator", "all"), vec![changed()]),
        (&member_key, viewer(), member_row("viewer", "none"), vec![]),
        (&member_key, viewer(), None, vec![changed(), member("album.memberRemoved")]),
    ] {
        let messages = album_messages(&[(entry, old.clone(), new.clone())]).await;
        assert_eq!(messages, expected, "{old:?} -> {new:?}");
    }
}

#[tokio::test]
async fn rows_that_mirror_others_have_no_activity() {
    let mut event: Value = testing::sample_event("activity-album.json");
    let records = event["Records"].as_array_mut().unwrap();
    records.truncate(1);
    for list in [format!("member#{ADA}"), format!("picture#{ADA}/{PICTURE}")] {
        let keys = json!({"listId": {"S": list}, "entry": {"S": format!("album#{ALBUM}")}});
        event["Records"][0]["dynamodb"]["Keys"] = keys.clone();
        event["Records"][0]["dynamodb"]["NewImage"] = keys;
        handle(event.clone(), &[]).await.unwrap();
    }
}

#[tokio::test]
async fn an_invalid_record_of_an_album_does_not_stop_the_others() {
    let key = format!("picture#{ADA}/{PICTURE}");
    let valid = entry_row(ADA, Some(ADA), "2026-01-02T12:00:00Z");
    let event =
        album_event(&[(&key, None, Some(json!({}))), ("other", None, valid.clone()), (&key, None, valid)]);
    let (messages, outcome) = publish(event).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    let error = outcome.unwrap_err().to_string();
    assert!(error.starts_with("2 failed, first 0: "), "{error}");
}

/// Returns an event of the Pictures table: a row before and after the change.
fn picture_event(old: &domain::Picture, new: &domain::Picture) -> Value {
    let mut event: Value = testing::sample_event("activity-picture.json");
    let change = &mut event["Records"][0]["dynamodb"];
    for (name, row) in [("OldImage", old), ("NewImage", new)] {
        change[name] = json!(serde_dynamo::to_item::<_, serde_dynamo::Item>(row).unwrap());
    }
    event
}

#[tokio::test]
async fn a_picture_that_albums_contain_changes_them_when_it_becomes_ready() {
    let key = PictureKey { owner_id: ADA.parse().unwrap(), picture_id: PICTURE.parse().unwrap() };
    let [oslo, bergen, review, other] = [1, 2, 3, 4].map(|n| AlbumId(uuid::Uuid::from_u128(n)));
    let ada = Some(key.owner_id);
    let at = "2026-01-02T12:03:00Z".parse().unwrap();
    let mut albums = AlbumRows::default();
    albums.put_picture(oslo, key, ada, at, false);
    albums.put_picture(bergen, key, None, at, false);
    albums.put_picture(review, key, None, at, true);
    albums.put_picture(other, PictureKey { picture_id: PictureId::new(), ..key }, ada, at, false);
    let ready = domain::Picture { key, albums: 3, ..testing::ready_picture(domain::Visibility::Private) };
    let processing = domain::Picture { metadata: None, ..ready.clone() };
    let captioned = domain::Picture { caption: Some("A day at the lake".into()), ..ready.clone() };
    let failed = domain::Picture { failure: Some("No.".into()), ..processing.clone() };
    let messages = async |old: &domain::Picture, new: &domain::Picture| {
        let (messages, outcome) = publish_with(&albums, picture_event(old, new)).await;
        outcome.unwrap();
        let (repeated, _) = publish_with(&albums, picture_event(old, new)).await;
        assert_eq!(messages, repeated, "a repeated record");
        let mut ids: Vec<_> = messages.iter().map(|message| message["id"].to_string()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), messages.len());
        messages
    };
    let parts = |message: &Value| {
        ["type", "albumId", "by", "since"].map(|name| message[name].as_str().unwrap_or_default().to_owned())
    };
    let batch = |kind: &str, album: AlbumId, by: Option<UserId>| {
        let by = by.map_or_else(String::new, |by| by.to_string());
        [kind.to_owned(), album.to_string(), by, "2026-01-02T12:00:00Z".to_owned()]
    };
    let changed = [oslo, bergen, review]
        .map(|album| ["album.changed".to_owned(), album.to_string(), String::new(), String::new()]);
    let mut expected = changed.to_vec();
    expected.push(batch("album.picturesAdded", oslo, ada));
    expected.push(batch("album.picturesAdded", bergen, None));
    expected.push(batch("album.picturesWaiting", review, None));
    let found = messages(&processing, &ready).await;
    assert_eq!(found[0]["type"], "picture.ready");
    let mut found: Vec<_> = found[1..].iter().map(parts).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);

    let found = messages(&ready, &captioned).await;
    assert_eq!(found[0]["type"], "picture.changed");
    assert_eq!(found[1..].iter().map(parts).collect::<Vec<_>>(), changed);
    assert_eq!(messages(&processing, &failed).await.len(), 1, "nobody can view it before or after");
    let alone = domain::Picture { albums: 0, ..ready };
    assert_eq!(messages(&processing, &alone).await.len(), 1, "no album contains it");
}

#[tokio::test]
async fn a_batch_has_one_activity_for_the_entry_and_for_the_ready_picture() {
    let (owner_id, picture_id) = (ADA.parse().unwrap(), PICTURE.parse().unwrap());
    let key = PictureKey { owner_id, picture_id };
    let mut albums = AlbumRows::default();
    let at = "2026-01-02T12:01:00Z";
    albums.put_picture(ALBUM.parse().unwrap(), key, Some(owner_id), at.parse().unwrap(), false);
    let entry = (&*format!("picture#{key}"), None, entry_row(ADA, Some(ADA), at));
    let (of_entry, _) = publish(album_event(&[entry])).await;
    let ready = domain::Picture { key, albums: 1, ..testing::ready_picture(domain::Visibility::Private) };
    let processing = domain::Picture { metadata: None, ..ready.clone() };
    let (of_picture, _) = publish_with(&albums, picture_event(&processing, &ready)).await;
    let batch = |messages: Vec<Value>| messages.into_iter().find(|m| m["type"] == "album.picturesAdded");
    let of_entry = batch(of_entry);
    assert!(of_entry.is_some() && of_entry == batch(of_picture));
}
