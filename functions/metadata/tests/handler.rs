//! Tests the handler with its sample event. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ProvisionedThroughputExceededException;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, mock};
use domain::{Guest, LinkId, Picture, Sha256};
use lambda::events;
use metadata::Context;
use store::{Media, Pictures};

/// Returns a rule that replies with the row of the sample picture if `exists`.
fn get_row(exists: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item).then_output(move || {
        let row = exists.then(|| testing::row(&testing::registered_picture()));
        GetItemOutput::builder().set_item(row).build()
    })
}

/// Returns a rule that replies with the row of a picture.
fn get_picture(picture: Picture) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .then_output(move || GetItemOutput::builder().set_item(Some(testing::row(&picture))).build())
}

/// Returns a JPEG with a GPS position that was taken at this time.
fn jpeg(taken_at: &str) -> Vec<u8> {
    let packet = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' \
         exif:GPSLatitude='46,56.4N' exif:GPSLongitude='7,26.4E' \
         exif:DateTimeOriginal='{taken_at}'/></rdf:RDF></x:xmpmeta>"
    );
    let length = u16::try_from(packet.len() + 2).unwrap();
    [&[0xFF, 0xD8, 0xFF, 0xE1], &length.to_be_bytes()[..], packet.as_bytes(), &[0xFF, 0xD9]].concat()
}

/// Returns a rule that replies with ranges of an original.
fn get_original(original: Vec<u8>) -> Rule {
    mock!(aws_sdk_s3::Client::get_object)
        .match_requests(|request| request.range().is_some_and(|range| range.starts_with("bytes=")))
        .then_compute_output(move |request| {
            let (start, end) = request.range().unwrap()["bytes=".len()..].split_once('-').unwrap();
            let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
            let end = end.min(original.len() - 1);
            GetObjectOutput::builder()
                .body(ByteStream::from(original[start..=end].to_vec()))
                .content_range(format!("bytes {start}-{end}/{}", original.len()))
                .build()
        })
}

fn get_original_denied() -> Rule {
    mock!(aws_sdk_s3::Client::get_object).then_error(|| {
        GetObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("AccessDenied").build())
    })
}

/// Returns a rule that accepts an update if the row exists. `matches` tests its expression, with
/// names in place of the placeholders, and its values.
fn update_row(matches: fn(&str, &HashMap<String, AttributeValue>) -> bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let mut expression = request.update_expression().unwrap().to_owned();
            for (placeholder, name) in request.expression_attribute_names().unwrap() {
                expression = expression.replace(placeholder, name);
            }
            request.condition_expression() == Some("attribute_exists(pictureId)")
                && matches(&expression, request.expression_attribute_values().unwrap())
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(testing::row(&testing::registered_picture())))
                .build()
        })
}

/// Handles the sample event. Returns the number of failed messages.
async fn handle_sample(dynamodb: &[&Rule], s3: &[&Rule]) -> usize {
    let context = Context {
        pictures: Pictures::new(&testing::database(dynamodb.iter().copied())),
        media: Media::new(testing::s3(s3.iter().copied()), "media".into()),
    };
    let reply = events::process_uploads(testing::sample_event("metadata.json"), |original| {
        metadata::handle(&context, original.picture)
    })
    .await;
    reply.batch_item_failures.len()
}

#[tokio::test]
async fn writes_empty_metadata_for_a_file_that_is_not_a_picture() {
    let original = get_original(vec![0; 50_000_000]);
    let update = update_row(|expression, _| expression.starts_with("SET metadata = :s0"));
    assert_eq!(handle_sample(&[&get_row(true), &update], &[&original]).await, 0);
    assert_eq!((original.num_calls(), update.num_calls()), (1, 1));
}

#[tokio::test]
async fn keeps_the_offset_of_the_time_and_a_time_that_the_owner_has_set() {
    let original = get_original(jpeg("2024-01-01T00:05:00+09:00"));
    let update = update_row(|expression, values| {
        let is_time =
            |value: &AttributeValue| value.as_s().is_ok_and(|time| time == "2024-01-01T00:05:00+09:00");
        expression.contains("takenAt = if_not_exists(takenAt, :s") && values.values().any(is_time)
    });
    assert_eq!(handle_sample(&[&get_row(true), &update], &[&original]).await, 0);
    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn stores_no_position_for_the_picture_of_a_guest() {
    let guest = Guest { name: "Bo".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"key") };
    for (guest, is_stored) in [(None, true), (Some(guest), false)] {
        let picture = Picture { guest, ..testing::registered_picture() };
        let original = get_original(jpeg("2024-01-01T00:05:00+09:00"));
        let update = match is_stored {
            true => update_row(|expression, _| expression.contains("gps = :s")),
            // Nobody gets the original, because it contains the position.
            false => update_row(|expression, _| {
                !expression.contains("gps") && expression.contains("REMOVE isWithoutPosition")
            }),
        };
        assert_eq!(handle_sample(&[&get_picture(picture), &update], &[&original]).await, 0, "{is_stored}");
        assert_eq!(update.num_calls(), 1, "{is_stored}");
    }
}

/// A JPEG without metadata.
const PLAIN_JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\x00\x0B\x08\x01\xC2\x02\x58\x01\x01\x11\x00\xFF\xDA";

#[tokio::test]
async fn marks_the_original_of_a_guest_only_if_it_certainly_contains_no_position() {
    let guest = Guest { name: "Bo".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"key") };
    // The extraction reads no XMP of a GIF, and gives up after 24 segments that are far apart.
    let gif = b"GIF89a\x58\x02\xC2\x01\0\0\0;;;".to_vec();
    let profile = [&[0xFF, 0xE2, 0xFF, 0xFF][..], &[0; 65_533]].concat();
    let exhausting = [&[0xFF, 0xD8][..], &profile.repeat(200), &PLAIN_JPEG[2..]].concat();
    for (case, guest, original, is_marked) in [
        ("a member's", None, PLAIN_JPEG.to_vec(), false),
        ("a JPEG", Some(&guest), PLAIN_JPEG.to_vec(), true),
        ("a GIF", Some(&guest), gif, false),
        ("no picture", Some(&guest), vec![0; 1_000], false),
        ("beyond the limits", Some(&guest), exhausting, false),
    ] {
        let is_of_guest = guest.is_some();
        let picture = Picture { guest: guest.cloned(), ..testing::registered_picture() };
        let original = get_original(original);
        let update = match (is_of_guest, is_marked) {
            (false, _) => update_row(|expression, _| !expression.contains("isWithoutPosition")),
            (true, true) => update_row(|expression, values| {
                expression.contains("isWithoutPosition = :s") && values.values().any(|value| value.is_bool())
            }),
            (true, false) => update_row(|expression, _| expression.contains("REMOVE isWithoutPosition")),
        };
        assert_eq!(handle_sample(&[&get_picture(picture), &update], &[&original]).await, 0, "{case}");
        assert_eq!(update.num_calls(), 1, "{case}");
    }
}

#[tokio::test]
async fn ignores_a_deleted_picture() {
    assert_eq!(handle_sample(&[&get_row(false)], &[]).await, 0);
}

#[tokio::test]
async fn retries_after_a_storage_error() {
    assert_eq!(handle_sample(&[&get_row(true)], &[&get_original_denied()]).await, 1);
}

#[tokio::test]
async fn a_throttled_table_delays_the_metadata() {
    let throttled = mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        let code = ErrorMetadata::builder().code("ProvisionedThroughputExceededException").build();
        let error = ProvisionedThroughputExceededException::builder().meta(code).build();
        UpdateItemError::ProvisionedThroughputExceededException(error)
    });
    let original = get_original(jpeg("2024-01-01T00:05:00+09:00"));
    assert_eq!(handle_sample(&[&get_row(true), &throttled], &[&original]).await, 1);
    let update = update_row(|expression, _| expression.starts_with("SET metadata = :s0"));
    assert_eq!(handle_sample(&[&get_row(true), &update], &[&original]).await, 0);
    assert_eq!(update.num_calls(), 1);
}
