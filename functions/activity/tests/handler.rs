//! The handler against its sample events, SNS faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use aws_sdk_sns::operation::publish::{PublishError, PublishOutput};
use aws_smithy_mocks::{Rule, mock};
use lambda::Error;
use lambda::topic::Topic;
use serde_json::{Value, json};

const ADA: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
const BOB: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";
const PICTURE: &str = "019a1234-5678-7abc-8def-0123456789ab";
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

async fn notify(event: Value, rules: &[&Rule]) -> Result<(), Error> {
    let topic = Topic::new(testing::sns(rules.iter().copied()), "Activity".into());
    activity::handle(&topic, serde_json::from_value(event).unwrap()).await
}

/// What is told of an event. Each message has its kind as an attribute, too.
async fn told(event: Value) -> (Vec<Value>, Result<(), Error>) {
    let messages = Arc::new(Mutex::new(vec![]));
    let keep = Arc::clone(&messages);
    let take = mock!(aws_sdk_sns::Client::publish)
        .match_requests(move |request| {
            let message: Value = serde_json::from_str(request.message().unwrap()).unwrap();
            let kind = &request.message_attributes().unwrap()["type"];
            assert_eq!((request.topic_arn(), kind.data_type()), (Some("Activity"), "String"));
            assert_eq!(message["type"], kind.string_value().unwrap());
            keep.lock().unwrap().push(message);
            true
        })
        .then_output(|| PublishOutput::builder().build());
    let outcome = notify(event, &[&take]).await;
    let messages = std::mem::take(&mut *messages.lock().unwrap());
    (messages, outcome)
}

/// All that is told of an event, without the ids. The time is the record's.
async fn told_of(event: Value) -> Vec<Value> {
    let (mut messages, outcome) = told(event).await;
    outcome.unwrap();
    for message in &mut messages {
        let message = message.as_object_mut().unwrap();
        message.remove("id").expect("an id");
        let at = message.remove("at").unwrap();
        assert!(["2026-11-21T05:22:33Z", "2026-11-21T05:22:34Z"].contains(&at.as_str().unwrap()), "{at}");
    }
    messages
}

/// The record before and after trade places.
fn undone(sample: &str) -> Value {
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
async fn a_picture_is_ready() {
    let ready = json!({"type": "picture.ready", "ownerId": ADA, "pictureId": PICTURE});
    assert_eq!(told_of(testing::sample_event("notify-picture.json")).await, [ready]);
}

#[tokio::test]
async fn a_picture_goes() {
    let gone = json!({"type": "picture.removed", "ownerId": ADA, "pictureId": PICTURE, "before": "everyone"});
    assert_eq!(told_of(undone("notify-picture.json")).await, [gone]);
}

#[tokio::test]
async fn one_asks_for_friendship() {
    let asked = json!({"type": "friend.requested", "from": ADA, "to": BOB});
    assert_eq!(told_of(testing::sample_event("notify-friendship.json")).await, [asked]);
}

#[tokio::test]
async fn a_friendship_is_accepted() {
    let accepted = json!({"type": "friend.accepted", "from": ADA, "to": BOB});
    assert_eq!(told_of(testing::sample_event("index-friendship.json")).await, [accepted]);
}

#[tokio::test]
async fn a_friendship_ends() {
    let ended = json!({"type": "friend.removed", "one": ADA, "other": BOB});
    assert_eq!(told_of(undone("notify-friendship.json")).await, [ended]);
}

#[tokio::test]
async fn comments_come_and_go() {
    let comment = |kind| json!({"type": kind, "ownerId": ADA, "pictureId": PICTURE, "commentId": COMMENT});
    assert_eq!(told_of(testing::sample_event("notify-comment.json")).await, [comment("comment.added")]);
    assert_eq!(told_of(undone("notify-comment.json")).await, [comment("comment.removed")]);
}

#[tokio::test]
async fn what_changes_nothing_is_not_told() {
    let mut event: Value = testing::sample_event("notify-picture.json");
    let change = &mut event["Records"][0]["dynamodb"];
    change["OldImage"] = change["NewImage"].clone();
    notify(event, &[]).await.unwrap();
}

#[tokio::test]
async fn a_record_that_comes_again_has_the_same_id_and_no_other_record_has_it() {
    let mut event: Value = testing::sample_event("notify-picture.json");
    let mut other = event["Records"][0].clone();
    other["eventID"] = json!("another");
    event["Records"].as_array_mut().unwrap().push(other);
    let ids = |messages: Vec<Value>| messages.into_iter().map(|message| message["id"].clone());
    let first: Vec<_> = ids(told(event.clone()).await.0).collect();
    assert!(first.len() == 2 && first[0] != first[1], "{first:?}");
    assert_eq!(ids(told(event).await.0).collect::<Vec<_>>(), first);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_does_not_silence_the_others() {
    let good: Value = testing::sample_event("notify-picture.json");
    let break_it: [fn(&mut Value); 4] = [
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
    for spoil in break_it {
        let mut event = good.clone();
        let mut bad = good["Records"][0].clone();
        bad["eventID"] = json!("bad");
        spoil(&mut bad);
        event["Records"].as_array_mut().unwrap().insert(0, bad);
        let (messages, outcome) = told(event).await;
        assert_eq!(messages.len(), 1);
        let error = outcome.unwrap_err().to_string();
        assert!(error.starts_with("1 failed, first bad: "), "{error}");
    }
}

#[tokio::test]
async fn a_message_that_is_not_taken_fails_the_batch_after_the_others_were_told() {
    let mut event: Value = testing::sample_event("notify-picture.json");
    let comments: Value = testing::sample_event("notify-comment.json");
    event["Records"].as_array_mut().unwrap().extend(comments["Records"].as_array().unwrap().clone());
    let is_about = |kind: &'static str| {
        mock!(aws_sdk_sns::Client::publish)
            .match_requests(move |request| request.message().unwrap().contains(kind))
    };
    let busy = is_about("picture.ready").then_error(|| {
        PublishError::generic(aws_sdk_sns::error::ErrorMetadata::builder().message("busy").build())
    });
    let taken = is_about("comment.added").then_output(|| PublishOutput::builder().build());
    let error = notify(event, &[&busy, &taken]).await.unwrap_err().to_string();
    assert!(error.contains("busy"), "{error}");
    assert_eq!(taken.num_calls(), 1);
}
