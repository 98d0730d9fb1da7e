//! Tests the handler with its sample event. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::Cursor;
use std::time::Duration;
use std::{env, fs, process};

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException,
};
use aws_sdk_s3::operation::delete_object::DeleteObjectOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, mock};
use domain::{Sha256, Visibility};
use image::{ImageFormat, RgbImage};
use lambda::events;
use serde_json::Value;
use store::{Deadlines, Media, Pictures};
use thumbnail::{Context, Renderer};

/// Returns a rule that replies with the row of the sample picture if `exists`.
fn get_row(exists: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = exists.then(|| testing::row(&testing::registered_picture()));
        GetItemOutput::builder().set_item(row).build()
    })
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(800, 400).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn get_original(bytes: Vec<u8>) -> Rule {
    mock!(aws_sdk_s3::Client::get_object)
        .match_requests(|request| request.key().unwrap().starts_with("originals/3f1c2b9e"))
        .then_output(move || GetObjectOutput::builder().body(ByteStream::from(bytes.clone())).build())
}

fn get_original_denied() -> Rule {
    mock!(aws_sdk_s3::Client::get_object).then_error(|| {
        GetObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    })
}

fn put_renditions() -> Rule {
    mock!(aws_sdk_s3::Client::put_object)
        .match_requests(|request| request.key().unwrap().starts_with("renditions/3f1c2b9e"))
        .then_output(|| PutObjectOutput::builder().build())
}

/// The version of the original in the sample event.
const VERSION: &str = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH";

/// Returns a rule that accepts the deletion of a version of the original.
fn delete_version() -> Rule {
    mock!(aws_sdk_s3::Client::delete_object)
        .match_requests(|request| {
            request.key().unwrap().starts_with("originals/3f1c2b9e") && request.version_id() == Some(VERSION)
        })
        .then_output(|| DeleteObjectOutput::builder().build())
}

/// Returns a rule that accepts deletions that add a delete marker to a key with the prefix.
fn add_marker(prefix: &'static str) -> Rule {
    mock!(aws_sdk_s3::Client::delete_object)
        .match_requests(move |request| {
            request.key().unwrap().starts_with(&format!("{prefix}3f1c2b9e")) && request.version_id().is_none()
        })
        .then_output(|| DeleteObjectOutput::builder().build())
}

/// Returns a rule that accepts an update that sets `attribute` if the row exists.
fn update_attribute(attribute: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let names = request.expression_attribute_names().unwrap();
            request.condition_expression() == Some("attribute_exists(pictureId)")
                && request.update_expression().unwrap().starts_with("SET")
                && names.iter().any(|(place, name)| place.starts_with("#s") && name == attribute)
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

/// Returns a rule that accepts an update that sets `attribute` to `text`.
fn update_attribute_to(attribute: &'static str, text: String) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let names = request.expression_attribute_names().unwrap();
            let (place, _) = names.iter().find(|(_, name)| *name == attribute).unwrap();
            let value = &request.expression_attribute_values().unwrap()[&place.replace('#', ":")];
            value.as_s().is_ok_and(|value| *value == text)
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

/// Returns a rule that accepts an update with a string that starts with `message`.
fn update_failure(message: String) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let values = request.expression_attribute_values().unwrap();
            values.values().any(|value| value.as_s().is_ok_and(|text| text.starts_with(&message)))
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

/// Returns a rule that rejects an update because the row does not exist.
fn update_missing_row() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        let code = ErrorMetadata::builder().code("ConditionalCheckFailedException").build();
        let error = ConditionalCheckFailedException::builder().meta(code).build();
        UpdateItemError::ConditionalCheckFailedException(error)
    })
}

/// Returns a rule that accepts the deletion of the deadline of the sample picture.
fn delete_deadline() -> Rule {
    mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(|request| {
            let picture = testing::row(&testing::registered_picture());
            let key = request.key().unwrap();
            request.table_name() == Some("Deadlines")
                && ["ownerId", "pictureId"].iter().all(|name| key[*name] == picture[*name])
        })
        .then_output(|| DeleteItemOutput::builder().build())
}

/// Returns the real renderer.
fn renderer() -> Renderer {
    let mut renderer = Renderer::current_program().unwrap();
    renderer.0.path = env!("CARGO_BIN_EXE_thumbnail").into();
    renderer
}

/// Returns a renderer that runs a shell script.
fn shell(script: &str) -> Renderer {
    let mut shell = renderer();
    (shell.0.path, shell.0.arguments) = ("/bin/sh".into(), vec!["-c".into(), script.into()]);
    shell
}

/// Returns the sample event without the version of the original.
fn event_without_version() -> Value {
    let mut event: Value = testing::sample_event("thumbnail.json");
    let body = &mut event["Records"][0]["body"];
    *body = body.as_str().unwrap().replace(&format!(r#""versionId": "{VERSION}", "#), "").into();
    event
}

/// Handles the sample event. Returns the number of failed messages.
async fn handle(dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    handle_with(&renderer(), dynamodb, s3).await
}

async fn handle_with(renderer: &Renderer, dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    handle_event(testing::sample_event("thumbnail.json"), renderer, dynamodb, s3).await
}

async fn handle_event(event: Value, renderer: &Renderer, dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    let deadline = delete_deadline();
    let database = testing::database(dynamodb.iter().copied().chain([&deadline]));
    let context = Context {
        pictures: Pictures::new(&database),
        deadlines: Deadlines::new(&database),
        media: Media::new(testing::s3(s3.iter().copied()), "media".into()),
    };
    let event = serde_json::from_value(event).unwrap();
    let handle = |original| thumbnail::handle(&context, renderer, original);
    events::process_uploads(event, handle).await.batch_item_failures.len()
}

/// Asserts that a picture fails with a message that starts with `message`, and is not retried.
async fn assert_fails(renderer: &Renderer, bytes: Vec<u8>, message: &str) {
    let (put, update) = (put_renditions(), update_failure(message.to_owned()));
    assert_eq!(handle_with(renderer, &[&get_row(true), &update], &[&get_original(bytes), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (0, 1));
}

#[tokio::test]
async fn stores_two_renditions_and_updates_the_row() {
    let (put, update) = (put_renditions(), update_attribute("renditions"));
    assert_eq!(handle(&[&get_row(true), &update], &[&get_original(jpeg()), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (2, 1));
}

#[tokio::test]
async fn stores_the_hash_of_the_original() {
    let (put, update) =
        (put_renditions(), update_attribute_to("sha256", Sha256::of(&jpeg()).as_str().to_owned()));
    assert_eq!(handle(&[&get_row(true), &update], &[&get_original(jpeg()), &put]).await, 0);
    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn a_file_that_is_not_a_picture_fails_without_a_retry() {
    let (put, update, hash) = (put_renditions(), update_attribute("failure"), update_attribute("sha256"));
    assert_eq!(handle(&[&get_row(true), &hash, &update], &[&get_original(b"hello".to_vec()), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (0, 1));
    assert_eq!(hash.num_calls(), 0, "a failed picture has no hash");
}

#[tokio::test]
async fn deletes_the_deadline_of_a_rendered_and_of_a_failed_picture() {
    for (bytes, attribute) in [(jpeg(), "renditions"), (b"hello".to_vec(), "failure")] {
        let (put, update, deadline) = (put_renditions(), update_attribute(attribute), delete_deadline());
        let rules = [&get_row(true), &update, &deadline];
        assert_eq!(handle(&rules, &[&get_original(bytes), &put]).await, 0);
        assert_eq!(deadline.num_calls(), 1, "{attribute}");
    }
}

#[tokio::test]
async fn removes_the_id_of_the_multipart_upload_of_a_rendered_and_of_a_failed_picture() {
    for bytes in [jpeg(), b"hello".to_vec()] {
        let update = mock!(aws_sdk_dynamodb::Client::update_item)
            .match_requests(|request| {
                let names = request.expression_attribute_names().unwrap();
                let removed = names.iter().find(|(_, name)| *name == "multipartUploadId");
                removed.is_some_and(|(place, _)| place.starts_with("#r"))
            })
            .then_output(|| {
                UpdateItemOutput::builder()
                    .set_attributes(Some(testing::row(&testing::registered_picture())))
                    .build()
            });
        assert_eq!(handle(&[&get_row(true), &update], &[&get_original(bytes), &put_renditions()]).await, 0);
        assert_eq!(update.num_calls(), 1);
    }
}

#[tokio::test]
async fn a_retry_deletes_the_deadline_that_the_first_attempt_left() {
    let rendered = mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| {
        let row = testing::row(&testing::ready_picture(Visibility::Private));
        GetItemOutput::builder().set_item(Some(row)).build()
    });
    let deadline = delete_deadline();
    assert_eq!(handle(&[&rendered, &deadline], &[]).await, 0);
    assert_eq!(deadline.num_calls(), 1);
}

#[tokio::test]
async fn keeps_the_deadline_if_the_original_cannot_be_read() {
    let deadline = delete_deadline();
    assert_eq!(handle(&[&get_row(true), &deadline], &[&get_original_denied()]).await, 1);
    assert_eq!(deadline.num_calls(), 0);
}

#[tokio::test]
async fn deletes_the_version_of_an_upload_without_a_row_for_good() {
    let (version, renditions) = (delete_version(), add_marker("renditions/"));
    assert_eq!(handle(&[&get_row(false)], &[&version, &renditions]).await, 0);
    assert_eq!((version.num_calls(), renditions.num_calls()), (1, 2));
}

#[tokio::test]
async fn a_message_without_a_version_deletes_nothing_for_good() {
    let (original, renditions) = (add_marker("originals/"), add_marker("renditions/"));
    let rules = [&original, &renditions];
    assert_eq!(handle_event(event_without_version(), &renderer(), &[&get_row(false)], &rules).await, 0);
    assert_eq!((original.num_calls(), renditions.num_calls()), (1, 2));
}

#[tokio::test]
async fn deletes_the_objects_of_a_picture_that_is_deleted_during_rendering() {
    let (put, version, renditions) = (put_renditions(), delete_version(), add_marker("renditions/"));
    let s3 = [&get_original(jpeg()), &put, &version, &renditions];
    assert_eq!(handle(&[&get_row(true), &update_missing_row()], &s3).await, 0);
    assert_eq!((put.num_calls(), version.num_calls(), renditions.num_calls()), (2, 1, 2));
}

#[tokio::test]
async fn retries_after_a_storage_error() {
    assert_eq!(handle(&[&get_row(true)], &[&get_original_denied()]).await, 1);
}

#[tokio::test]
async fn a_throttled_table_delays_a_picture_and_does_not_fail_it() {
    let throttled = mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        let code = ErrorMetadata::builder().code("ProvisionedThroughputExceededException").build();
        let error = ProvisionedThroughputExceededException::builder().meta(code).build();
        UpdateItemError::ProvisionedThroughputExceededException(error)
    });
    let s3 = [&get_original(jpeg()), &put_renditions()];
    assert_eq!(handle(&[&get_row(true), &throttled], &s3).await, 1, "SQS delivers the message again");
    let update = update_attribute("renditions");
    assert_eq!(handle(&[&get_row(true), &update], &s3).await, 0);
    assert_eq!(update.num_calls(), 1);
}

/// The start of the message for a failure of the renderer.
const FAILED: &str = "This picture could not be processed.";

#[tokio::test]
async fn a_renderer_that_is_killed_fails_the_picture() {
    assert_fails(&shell("kill -9 $$"), jpeg(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_that_does_not_read_the_file_fails_the_picture() {
    // The file is larger than the buffer of a pipe.
    assert_fails(&shell("exit 3"), vec![0; 1 << 20], FAILED).await;
}

#[tokio::test]
async fn a_renderer_with_an_invalid_reply_fails_the_picture() {
    for script in ["", "echo hello", "cat", "head -c 20000000 /dev/zero"] {
        assert_fails(&shell(script), jpeg(), FAILED).await;
    }
}

#[tokio::test]
async fn a_truncated_reply_fails_the_picture() {
    let script = format!("{} render | head -c 2000", env!("CARGO_BIN_EXE_thumbnail"));
    assert_fails(&shell(&script), jpeg(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_without_memory_fails_the_picture() {
    let script = format!("ulimit -v 80000; exec {} render", env!("CARGO_BIN_EXE_thumbnail"));
    let mut picture = Cursor::new(Vec::new());
    RgbImage::new(4000, 4000).write_to(&mut picture, ImageFormat::WebP).unwrap();
    assert_fails(&shell(&script), picture.into_inner(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_that_never_ends_is_killed() {
    let file = env::temp_dir().join(format!("albumen-renderer-{}", process::id()));
    let mut endless = shell(&format!("echo $$ > {}; exec sleep 1000", file.display()));
    endless.0.max_time = Duration::from_secs(1);
    assert_fails(&endless, jpeg(), "This picture takes more than 1 seconds to read.").await;
    let output =
        shell_output(&format!("kill -0 {} && echo alive", fs::read_to_string(&file).unwrap().trim()));
    assert_eq!(output, "", "the process must have ended");
    fs::remove_file(file).unwrap();
}

fn shell_output(script: &str) -> String {
    let output = process::Command::new("/bin/sh").args(["-c", script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn retries_if_the_renderer_cannot_be_started() {
    let mut missing = renderer();
    missing.0.path = "/nowhere/renderer".into();
    assert_eq!(handle_with(&missing, &[&get_row(true)], &[&get_original(jpeg())]).await, 1);
}
