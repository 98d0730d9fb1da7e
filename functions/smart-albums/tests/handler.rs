//! Tests the handler with its sample events, a fake DynamoDB and real child processes. The test
//! `histories` of `index` tests that the albums are correct.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Update};
use aws_sdk_sns::operation::publish::PublishOutput;
use aws_smithy_mocks::{MockResponse, mock};
use domain::{
    AlbumId, Guest, Picture, PictureId, PictureKey, RuleFailure, RuleProgress, RuleState, Sha256, UserId,
    Visibility,
};
use jiff::{SignedDuration, Timestamp};
use lambda::topic::Topic;
use rule_evaluator::Evaluator;
use serde_json::{Value, json};
use smart_albums::{AwsServices, Context};
use testing::AlbumRows;
use uuid::Uuid;

type Row = std::collections::HashMap<String, AttributeValue>;

/// The owner of the picture and the album of the sample events.
fn owner() -> UserId {
    testing::registered_picture().key.owner_id
}

/// The album of the sample events.
fn album() -> AlbumId {
    "019a1234-2222-7abc-8def-0123456789ab".parse().unwrap()
}

/// Creates the progress of a rule whose last step began now.
fn progress(state: RuleState) -> RuleProgress {
    RuleProgress {
        state,
        since: "2026-01-02T03:04:05Z".parse().unwrap(),
        step: 1,
        step_since: Some(Timestamp::now()),
        from: None,
        until: None,
        read: 1,
        error: None,
        skipped: None,
    }
}

/// The tables, and what the handler sent.
#[derive(Clone, Default)]
struct Tables {
    albums: AlbumRows,
    pictures: Vec<Picture>,
    /// The transactions that fail, counted from 0.
    conflicts: Range<usize>,
    transactions: Arc<AtomicUsize>,
    written: Arc<Mutex<Vec<TransactWriteItemsInput>>>,
    published: Arc<Mutex<Vec<String>>>,
}

impl Tables {
    /// Creates the album of the sample events with a rule, and the picture of the sample events.
    fn new(rule: &str, progress: Option<RuleProgress>) -> Self {
        let mut tables = Self::default();
        tables.albums.put_album(album(), owner(), Visibility::Private);
        tables.albums.put_rule(album(), owner(), rule);
        if let Some(progress) = progress {
            tables.albums.change_album(album(), &json!({ "ruleProgress": progress }));
        }
        tables.with_picture(testing::ready_picture(Visibility::Private))
    }

    fn with_picture(mut self, picture: Picture) -> Self {
        self.pictures.push(picture);
        self
    }

    /// Changes the picture of the sample events.
    fn changing(mut self, change: impl FnOnce(&mut Picture)) -> Self {
        change(&mut self.pictures[0]);
        self
    }

    /// Adds a picture to the album.
    fn containing(mut self, key: PictureKey) -> Self {
        let at = "2026-01-03T03:04:05Z".parse().unwrap();
        self.albums.put_picture(album(), key, Some(key.owner_id), at, false);
        self
    }

    fn read(&self, table: &str, key: &Row) -> Option<Row> {
        let id = |name: &str| key[name].as_s().unwrap().parse::<Uuid>().unwrap();
        match table {
            "Albums" => self.albums.get(key),
            "Pictures" => {
                let key =
                    PictureKey { owner_id: UserId(id("ownerId")), picture_id: PictureId(id("pictureId")) };
                self.pictures.iter().find(|picture| picture.key == key).map(testing::row)
            }
            other => panic!("unexpected read of {other}"),
        }
    }

    fn query(&self, request: &QueryInput) -> Vec<Row> {
        assert_eq!(request.consistent_read(), Some(true));
        let values = request.expression_attribute_values().unwrap();
        let is_list_of_member =
            |value: &AttributeValue| matches!(value, AttributeValue::S(list) if list.starts_with("member#"));
        assert!(!values.values().any(is_list_of_member), "reads only the smart albums of an owner");
        match request.table_name() {
            Some("Albums") => self.albums.query(request),
            _ => self.pictures.iter().map(testing::row).collect(),
        }
    }

    /// Handles an event. Returns `true` if the message succeeded.
    async fn handle(&self, event: Value) -> bool {
        let tables = self.clone();
        let get = mock!(Client::get_item).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let row = tables.read(request.table_name().unwrap(), request.key().unwrap());
            GetItemOutput::builder().set_item(row).build()
        });
        let tables = self.clone();
        let batch = mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut output = BatchGetItemOutput::builder();
            for (table, keys) in request.request_items().unwrap() {
                assert_eq!(keys.consistent_read(), Some(true), "{table}");
                let rows = keys.keys().iter().filter_map(|key| tables.read(table, key)).collect();
                output = output.responses(table, rows);
            }
            output.build()
        });
        let tables = self.clone();
        let query = mock!(Client::query).then_compute_output(move |request| {
            QueryOutput::builder().set_items(Some(tables.query(request))).build()
        });
        let tables = self.clone();
        let write = mock!(Client::transact_write_items).then_compute_response(move |request| {
            if tables.conflicts.contains(&tables.transactions.fetch_add(1, Ordering::Relaxed)) {
                let failed = CancellationReason::builder().code("ConditionalCheckFailed").build();
                let reasons = request.transact_items().iter().map(|_| failed.clone()).collect();
                let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
                let error = TransactWriteItemsError::TransactionCanceledException(error.build());
                return MockResponse::Error(error);
            }
            tables.written.lock().unwrap().push(request.clone());
            MockResponse::Output(TransactWriteItemsOutput::builder().build())
        });
        let tables = self.clone();
        let publish = mock!(aws_sdk_sns::Client::publish).then_compute_output(move |request| {
            assert_eq!(request.topic_arn(), Some("SmartAlbums"));
            tables.published.lock().unwrap().push(request.message().unwrap().to_owned());
            PublishOutput::builder().build()
        });
        let database = testing::database([&get, &batch, &query, &write]);
        // The build for tests is slow.
        let mut evaluator = Evaluator::current_program(Duration::from_secs(60)).unwrap();
        evaluator.0.path = env!("CARGO_BIN_EXE_smart-albums").into();
        let steps = Topic::new(testing::sns([&publish]), "SmartAlbums".into());
        let context = Context { services: AwsServices::new(&database, evaluator), steps };
        let reply = smart_albums::handle(&context, serde_json::from_value(event).unwrap()).await.unwrap();
        reply.batch_item_failures.is_empty()
    }

    /// Handles a sample event, which succeeds.
    async fn handle_sample(&self, name: &str) {
        assert!(self.handle(testing::sample_event(name)).await, "{name}");
    }

    /// Returns the sort keys of the rows of Albums that the transactions put (`+`) and delete
    /// (`-`), except for the rows that mirror others.
    fn changes(&self) -> Vec<String> {
        let written = self.written.lock().unwrap();
        let items = written.iter().flat_map(TransactWriteItemsInput::transact_items);
        let changes = items.filter_map(|item| {
            let put = item.put().map(|put| ("+", put.item()));
            let (sign, row) = put.or(item.delete().map(|delete| ("-", delete.key())))?;
            let is_of_album = row["listId"].as_s().unwrap().starts_with("album#");
            is_of_album.then(|| format!("{sign}{}", row["entry"].as_s().unwrap()))
        });
        changes.collect()
    }

    /// Returns the updates of a table.
    fn updates(&self, table: &str) -> Vec<Update> {
        let written = self.written.lock().unwrap();
        let items = written.iter().flat_map(TransactWriteItemsInput::transact_items);
        let updates = items.filter_map(|item| item.update().filter(|update| update.table_name() == table));
        updates.cloned().collect()
    }

    /// Returns the progress that the last update of the album writes.
    fn written_progress(&self) -> RuleProgress {
        let updates = self.updates("Albums");
        let progress = updates.last().unwrap().expression_attribute_values().unwrap()[":progress"].clone();
        serde_dynamo::aws_sdk_dynamodb_1::from_attribute_value(progress).unwrap()
    }

    fn published(&self) -> Vec<String> {
        self.published.lock().unwrap().clone()
    }
}

/// Returns the sort key of the picture of the sample events in an album.
fn entry() -> String {
    format!("picture#{}", testing::registered_picture().key)
}

#[tokio::test]
async fn adds_a_ready_picture_to_the_smart_albums_whose_rule_is_true() {
    let tables = Tables::new("picture.width > 4000", Some(progress(RuleState::Complete)));
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.changes(), [format!("+{}", entry())]);
    let [row] = tables.updates("Albums").try_into().unwrap();
    assert_eq!(row.update_expression(), "SET ruleProgress = :progress, updatedAt = :now, #count = :count");
    assert_eq!(
        row.condition_expression(),
        Some("attribute_exists(entry) AND ruleProgress = :ruleProgress AND updatedAt = :updatedAt")
    );
    assert_eq!(row.expression_attribute_values().unwrap()[":count"], AttributeValue::N("1".into()));
    let [picture] = tables.updates("Pictures").try_into().unwrap();
    assert_eq!(picture.update_expression(), "ADD albums :one");
    let condition = picture.condition_expression().unwrap();
    assert!(
        condition.contains("albums < :max") && condition.contains("attribute_not_exists(#e0)"),
        "{condition}"
    );
    assert_eq!(tables.published(), [""; 0]);
}

#[tokio::test]
async fn the_owner_of_the_album_added_the_picture() {
    let tables = Tables::new("True", Some(progress(RuleState::Complete)));
    tables.handle_sample("smart-albums.json").await;
    let written = tables.written.lock().unwrap();
    let entry = written[0].transact_items().iter().find_map(|item| item.put()).unwrap();
    assert_eq!(entry.item()["addedBy"].as_s().unwrap(), &owner().to_string());
}

#[tokio::test]
async fn removes_a_picture_for_which_the_rule_is_false() {
    for rule in ["picture.width < 4000", "picture.iso > 100"] {
        let key = testing::registered_picture().key;
        let tables = Tables::new(rule, Some(progress(RuleState::Complete))).containing(key);
        tables.handle_sample("smart-albums.json").await;
        assert_eq!(tables.changes(), [format!("-{}", entry())], "{rule}");
        let [picture] = tables.updates("Pictures").try_into().unwrap();
        assert_eq!(picture.update_expression(), "ADD albums :minus");
    }
}

#[tokio::test]
async fn an_error_counts_as_false_and_is_part_of_the_progress() {
    let tables = Tables::new("picture.iso > 100", Some(progress(RuleState::Complete)));
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.changes(), [""; 0]);
    let error = tables.written_progress().error.unwrap();
    assert_eq!(error.picture_id, testing::registered_picture().key.picture_id);
    assert_eq!((error.line, error.column), (1, 1));
    let [row] = tables.updates("Albums").try_into().unwrap();
    assert_eq!(row.update_expression(), "SET ruleProgress = :progress", "the album itself did not change");
}

#[tokio::test]
async fn writes_nothing_without_a_change() {
    let complete = Some(progress(RuleState::Complete));
    let picture = testing::registered_picture();
    let contained = Tables::new("True", complete.clone()).containing(picture.key);
    let not_ready = Tables::new("True", complete.clone()).changing(|picture| picture.renditions = None);
    let guest = Guest {
        name: "Gus".into(),
        link_id: "019a1234-3333-7abc-8def-0123456789ab".parse().unwrap(),
        key_hash: Sha256::of(b"key"),
    };
    let of_guest = Tables::new("True", complete.clone()).changing(|picture| picture.guest = Some(guest));
    let before_first_step = Tables::new("True", None);
    let until = Some(PictureId(Uuid::from_u128(u128::MAX)));
    let not_reached = RuleProgress { until, ..progress(RuleState::Running) };
    let not_reached = Tables::new("True", Some(not_reached));
    let mut without_rule = Tables::default().with_picture(testing::ready_picture(Visibility::Private));
    without_rule.albums.put_album(album(), owner(), Visibility::Private);
    for (name, tables) in [
        ("contained", contained),
        ("not ready", not_ready),
        ("of a guest", of_guest),
        ("before the first step", before_first_step),
        ("not reached", not_reached),
        ("without a rule", without_rule),
    ] {
        tables.handle_sample("smart-albums.json").await;
        assert_eq!(tables.written.lock().unwrap().len(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_picture_in_too_many_albums_is_skipped() {
    let tables =
        Tables::new("True", Some(progress(RuleState::Complete))).changing(|picture| picture.albums = 50);
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.changes(), [""; 0]);
    assert_eq!(tables.written_progress().skipped, Some(testing::registered_picture().key.picture_id));
}

#[tokio::test]
async fn a_full_album_replaces_its_oldest_picture() {
    let oldest = PictureKey { owner_id: owner(), picture_id: PictureId(Uuid::from_u128(1)) };
    let second = PictureKey { owner_id: owner(), picture_id: PictureId(Uuid::from_u128(2)) };
    let tables = Tables::new("True", Some(progress(RuleState::Complete)));
    let mut tables = tables.containing(oldest).containing(second);
    tables.albums.change_album(album(), &json!({ "count": 10_000 }));
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.changes(), [format!("+{}", entry()), format!("-picture#{oldest}")]);
    let progress = tables.written_progress();
    assert_eq!((progress.state, progress.until), (RuleState::Full, Some(second.picture_id)));
}

#[tokio::test]
async fn evaluates_again_after_a_conflict() {
    let mut tables = Tables::new("True", Some(progress(RuleState::Complete)));
    tables.conflicts = 0..2;
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.changes(), [format!("+{}", entry())]);
    tables.conflicts = 0..usize::MAX;
    assert!(!tables.handle(testing::sample_event("smart-albums.json")).await, "SQS delivers it again");
}

#[tokio::test]
async fn a_new_rule_begins_with_a_step() {
    let step = format!("{{\"album\":\"{}\"}}", album());
    let full = RuleProgress { until: Some(PictureId(Uuid::from_u128(1))), ..progress(RuleState::Full) };
    for (name, progress, published) in [
        ("a new rule", None, vec![step.clone()]),
        ("a full album that lost a picture", Some(full), vec![step]),
        ("a running rule", Some(progress(RuleState::Running)), vec![]),
        ("a complete rule", Some(progress(RuleState::Complete)), vec![]),
    ] {
        let tables = Tables::new("True", progress);
        tables.handle_sample("smart-albums-rule.json").await;
        assert_eq!(tables.published(), published, "{name}");
        assert_eq!(tables.written.lock().unwrap().len(), 0, "{name}");
    }
}

/// Returns the progress of a rule whose step began an hour ago.
fn stalled() -> RuleProgress {
    let step_since = Timestamp::now().checked_sub(SignedDuration::from_hours(1)).ok();
    RuleProgress { step_since, ..progress(RuleState::Running) }
}

#[tokio::test]
async fn any_event_requests_a_stalled_step_again() {
    let step = format!("{{\"album\":\"{}\"}}", album());
    let without_time = RuleProgress { step_since: None, ..stalled() };
    for event in ["smart-albums-rule.json", "smart-albums.json"] {
        for progress in [stalled(), without_time.clone()] {
            let tables = Tables::new("False", Some(progress.clone()));
            tables.handle_sample(event).await;
            assert_eq!(tables.published(), [step.as_str()], "{event}");
            let written = tables.written_progress();
            assert!(written.step_since > progress.step_since, "the next event does not request it");
            assert_eq!(RuleProgress { step_since: progress.step_since, ..written }, progress);
        }
        let complete = RuleProgress { state: RuleState::Complete, ..stalled() };
        let tables = Tables::new("False", Some(complete));
        tables.handle_sample(event).await;
        assert_eq!(tables.published(), [""; 0], "{event}");
    }
    let tables = Tables::new("False", None);
    tables.handle_sample("smart-albums.json").await;
    assert_eq!(tables.published(), [step], "the first step");
}

#[tokio::test]
async fn a_stalled_step_is_requested_also_if_an_album_fails() {
    let mut tables = Tables::new("True", Some(stalled()));
    // Only the first transaction, the request, succeeds.
    tables.conflicts = 1..usize::MAX;
    assert!(!tables.handle(testing::sample_event("smart-albums.json")).await);
    assert_eq!(tables.published(), [format!("{{\"album\":\"{}\"}}", album())]);
}

#[tokio::test]
async fn a_removed_picture_is_no_longer_part_of_the_progress() {
    let picture_id = testing::registered_picture().key.picture_id;
    let error = Some(RuleFailure { picture_id, line: 1, column: 1, message: "No result.".into() });
    // The event concerns the picture even if no step covers it any more.
    let until = Some(PictureId(Uuid::from_u128(u128::MAX)));
    let full = RuleProgress { error, skipped: Some(picture_id), until, ..progress(RuleState::Full) };
    let mut event: Value = testing::sample_event("smart-albums.json");
    let body = event["Records"][0]["body"].as_str().unwrap();
    let mut activity: Value = serde_json::from_str(body).unwrap();
    activity["type"] = json!("picture.removed");
    activity["before"] = json!("owner");
    event["Records"][0]["body"] = json!(activity.to_string());
    let mut tables = Tables::new("picture.iso > 100", Some(full));
    tables.pictures.clear();
    assert!(tables.handle(event).await);
    let progress = tables.written_progress();
    assert_eq!((progress.error, progress.skipped), (None, None));
}

#[tokio::test]
async fn a_step_continues_with_a_progress_of_another_version() {
    let mut tables = Tables::new("True", None);
    let mut stored = json!(progress(RuleState::Running));
    stored["added"] = json!("by a later version");
    tables.albums.change_album(album(), &json!({ "ruleProgress": stored }));
    tables.handle_sample("smart-albums-step.json").await;
    let updates = tables.updates("Albums");
    let read = updates[0].expression_attribute_values().unwrap()[":ruleProgress"].as_m().unwrap().clone();
    assert_eq!(read["added"], AttributeValue::S("by a later version".into()), "compares the row as read");
    assert_eq!(tables.written_progress().state, RuleState::Complete);
}

#[tokio::test]
async fn the_first_step_covers_the_newest_pictures_and_continues() {
    let tables = Tables::new("True", None);
    tables.handle_sample("smart-albums-step.json").await;
    let progress = tables.written_progress();
    assert_eq!((progress.state, progress.step, progress.read), (RuleState::Running, 1, 1));
    assert_eq!((progress.from, progress.until), (None, None), "all pictures are one page");
    assert_eq!(tables.changes(), [""; 0]);
    assert_eq!(tables.published(), [format!("{{\"album\":\"{}\"}}", album())]);
}

#[tokio::test]
async fn the_first_step_removes_pictures_of_other_members() {
    let other = PictureKey { owner_id: UserId(Uuid::from_u128(2)), picture_id: PictureId::new() };
    let picture = Picture { key: other, ..testing::ready_picture(Visibility::Private) };
    let tables = Tables::new("True", None).with_picture(picture).containing(other);
    tables.handle_sample("smart-albums-step.json").await;
    assert_eq!(tables.changes(), [format!("-picture#{other}")]);
    assert_eq!(tables.published().len(), 1, "the next message begins");
}

#[tokio::test]
async fn a_step_adds_the_pictures_of_its_range_at_the_time_of_the_rule() {
    let tables = Tables::new("True", Some(progress(RuleState::Running)));
    tables.handle_sample("smart-albums-step.json").await;
    assert_eq!(tables.changes(), [format!("+{}", entry())]);
    let written = tables.written.lock().unwrap();
    let row = written[0].transact_items().iter().find_map(|item| item.put()).unwrap().item();
    assert_eq!(row["addedAt"].as_s().unwrap(), "2026-01-02T03:04:05Z");
    drop(written);
    assert_eq!(tables.written_progress().state, RuleState::Complete);
    assert_eq!(tables.published(), [""; 0]);
}

#[tokio::test]
async fn an_invalid_message_fails() {
    for body in ["not JSON", "[]", r#"{"type": "x"}"#] {
        let mut event: Value = testing::sample_event("smart-albums-step.json");
        event["Records"][0]["body"] = json!(body);
        assert!(!Tables::new("True", None).handle(event).await, "{body}");
    }
}
