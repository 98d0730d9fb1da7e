//! The handler against its sample event, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::Cursor;
use std::path::Path;
use std::time::Duration;
use std::{env, fs, process};

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_s3::operation::delete_object::DeleteObjectOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, mock};
use domain::Sha256;
use image::{ImageFormat, RgbImage};
use lambda::events;
use store::{Media, Pictures};
use thumbnail::{Context, Renderer};

fn record(there: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = there.then(|| testing::row(&testing::registered_picture()));
        GetItemOutput::builder().set_item(row).build()
    })
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(800, 400).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn original(bytes: Vec<u8>) -> Rule {
    mock!(aws_sdk_s3::Client::get_object)
        .match_requests(|request| request.key().unwrap().starts_with("originals/3f1c2b9e"))
        .then_output(move || GetObjectOutput::builder().body(ByteStream::from(bytes.clone())).build())
}

fn denied() -> Rule {
    mock!(aws_sdk_s3::Client::get_object).then_error(|| {
        GetObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    })
}

fn puts() -> Rule {
    mock!(aws_sdk_s3::Client::put_object)
        .match_requests(|request| request.key().unwrap().starts_with("renditions/3f1c2b9e"))
        .then_output(|| PutObjectOutput::builder().build())
}

fn deletes() -> Rule {
    mock!(aws_sdk_s3::Client::delete_object)
        .match_requests(|request| request.key().unwrap().contains("/3f1c2b9e"))
        .then_output(|| DeleteObjectOutput::builder().build())
}

/// A change of the row that names `attribute`, if the row is still there.
fn update(attribute: &'static str) -> Rule {
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

/// A change of the row that sets `attribute` to `text`.
fn sets(attribute: &'static str, text: String) -> Rule {
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

/// A change of the row that says why there are no renditions.
fn failure(sentence: String) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let values = request.expression_attribute_values().unwrap();
            values.values().any(|value| value.as_s().is_ok_and(|text| text.starts_with(&sentence)))
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

fn gone() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        let code = ErrorMetadata::builder().code("ConditionalCheckFailedException").build();
        let error = ConditionalCheckFailedException::builder().meta(code).build();
        UpdateItemError::ConditionalCheckFailedException(error)
    })
}

/// The real one.
fn renderer() -> Renderer {
    Renderer::new(env!("CARGO_BIN_EXE_thumbnail").into())
}

/// One that does what `script` says.
fn shell(script: &str) -> Renderer {
    Renderer { arguments: vec!["-c".into(), script.into()], ..Renderer::new("/bin/sh".into()) }
}

/// How many messages of the sample event failed.
async fn handle(dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    handle_with(&renderer(), dynamodb, s3).await
}

async fn handle_with(renderer: &Renderer, dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    let context = Context {
        pictures: Pictures::new(&testing::database(dynamodb.iter().copied())),
        media: Media::new(testing::s3(s3.iter().copied()), "media".into()),
    };
    let handle = |key| thumbnail::handle(&context, renderer, key);
    events::process_uploads(testing::sample_event("thumbnail.json"), handle).await.batch_item_failures.len()
}

/// With `renderer`, a good picture fails, its owner reads `sentence`, and nothing is tried again.
async fn assert_fails(renderer: &Renderer, bytes: Vec<u8>, sentence: &str) {
    let (put, update) = (puts(), failure(sentence.to_owned()));
    assert_eq!(handle_with(renderer, &[&record(true), &update], &[&original(bytes), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (0, 1));
}

#[tokio::test]
async fn a_picture_gets_two_renditions_and_a_row() {
    let (put, update) = (puts(), update("renditions"));
    assert_eq!(handle(&[&record(true), &update], &[&original(jpeg()), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (2, 1));
}

#[tokio::test]
async fn a_picture_is_found_again_by_the_hash_of_its_original() {
    let (put, update) = (puts(), sets("sha256", Sha256::of(&jpeg()).as_str().to_owned()));
    assert_eq!(handle(&[&record(true), &update], &[&original(jpeg()), &put]).await, 0);
    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn what_is_not_a_picture_fails_visibly_and_is_not_tried_again() {
    let (put, update, hash) = (puts(), update("failure"), update("sha256"));
    assert_eq!(handle(&[&record(true), &hash, &update], &[&original(b"hello".to_vec()), &put]).await, 0);
    assert_eq!((put.num_calls(), update.num_calls()), (0, 1));
    assert_eq!(hash.num_calls(), 0, "it is not to be found");
}

#[tokio::test]
async fn an_upload_without_a_record_is_deleted() {
    let delete = deletes();
    assert_eq!(handle(&[&record(false)], &[&delete]).await, 0);
    assert_eq!(delete.num_calls(), 3);
}

#[tokio::test]
async fn renditions_of_a_picture_deleted_meanwhile_go_too() {
    let (put, delete) = (puts(), deletes());
    assert_eq!(handle(&[&record(true), &gone()], &[&original(jpeg()), &put, &delete]).await, 0);
    assert_eq!((put.num_calls(), delete.num_calls()), (2, 3));
}

#[tokio::test]
async fn trouble_with_the_store_is_tried_again() {
    assert_eq!(handle(&[&record(true)], &[&denied()]).await, 1);
}

const FAILED: &str = "This picture could not be processed.";

#[tokio::test]
async fn a_renderer_that_is_killed_fails_the_picture() {
    assert_fails(&shell("kill -9 $$"), jpeg(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_that_takes_no_file_fails_the_picture() {
    // More than a pipe holds.
    assert_fails(&shell("exit 3"), vec![0; 1 << 20], FAILED).await;
}

#[tokio::test]
async fn a_renderer_that_talks_nonsense_fails_the_picture() {
    for script in ["", "echo hello", "cat", "head -c 20000000 /dev/zero"] {
        assert_fails(&shell(script), jpeg(), FAILED).await;
    }
}

#[tokio::test]
async fn a_renderer_whose_reply_is_cut_short_fails_the_picture() {
    let cut = format!("{} render | head -c 2000", env!("CARGO_BIN_EXE_thumbnail"));
    assert_fails(&shell(&cut), jpeg(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_without_memory_fails_the_picture() {
    let poor = format!("ulimit -v 80000; exec {} render", env!("CARGO_BIN_EXE_thumbnail"));
    let mut picture = Cursor::new(Vec::new());
    RgbImage::new(4000, 4000).write_to(&mut picture, ImageFormat::WebP).unwrap();
    assert_fails(&shell(&poor), picture.into_inner(), FAILED).await;
}

#[tokio::test]
async fn a_renderer_that_never_ends_is_killed() {
    let file = env::temp_dir().join(format!("albumen-renderer-{}", process::id()));
    let endless = shell(&format!("echo $$ > {}; exec sleep 1000", file.display()));
    let endless = Renderer { most_time: Duration::from_secs(1), ..endless };
    assert_fails(&endless, jpeg(), "This picture takes more than 1 seconds to read.").await;
    let alive = shell_says(&format!("kill -0 {} && echo alive", fs::read_to_string(&file).unwrap().trim()));
    assert_eq!(alive, "", "it is gone");
    fs::remove_file(file).unwrap();
}

fn shell_says(script: &str) -> String {
    let output = process::Command::new("/bin/sh").args(["-c", script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_renderer_that_cannot_be_started_is_tried_again() {
    let missing = Renderer::new(Path::new("/nowhere/renderer").into());
    assert_eq!(handle_with(&missing, &[&record(true)], &[&original(jpeg())]).await, 1);
}
