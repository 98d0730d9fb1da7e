//! `PUT /notifications`.

use jiff::{SignedDuration, Timestamp};
use lambda::http::ApiError;
use serde_json::{Value, json};

use crate::world::World;

async fn read(world: &World, body: Value) -> Result<String, ApiError> {
    let reply = world.call(testing::sample_request_with_body("inbox-read.json", &body.to_string())).await?;
    Ok(reply.data()["readUntil"].as_str().unwrap().to_owned())
}

async fn until(world: &World) -> Value {
    world.call(testing::sample_request("inbox-list.json")).await.unwrap().data()["readUntil"].clone()
}

#[tokio::test]
async fn what_was_read_stays_read() {
    let world = World::default();
    assert_eq!(until(&world).await, Value::Null);
    let (earlier, later) = ("2026-01-02T12:00:00Z", "2026-01-02T12:00:00.123Z");
    for (said, noted) in [(earlier, earlier), (later, later), (earlier, later), (later, later)] {
        assert_eq!(read(&world, json!({ "readUntil": said })).await.unwrap(), noted);
        assert_eq!(until(&world).await, noted);
    }
}

#[tokio::test]
async fn nobody_has_read_what_is_still_to_come() {
    let (world, before) = (World::default(), Timestamp::now() - SignedDuration::from_millis(1));
    let noted: Timestamp =
        read(&world, json!({"readUntil": "2999-01-01T00:00:00Z"})).await.unwrap().parse().unwrap();
    assert!(before <= noted && noted <= Timestamp::now(), "{noted}");
}

#[tokio::test]
async fn what_says_no_time_is_refused() {
    for body in [
        json!({}),
        json!({"readUntil": null}),
        json!({"readUntil": "now"}),
        json!({"readUntil": 7}),
        json!([]),
    ] {
        let error = read(&World::default(), body.clone()).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
    }
}

#[tokio::test]
async fn an_account_that_was_deleted_reads_nothing() {
    let world = World::default();
    world.inner().deleted = true;
    let error = read(&world, json!({"readUntil": "2026-01-02T12:00:00Z"})).await.unwrap_err();
    assert_eq!(error.status(), 403);
    assert!(world.inner().notifications.is_empty());
}
