use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use aws_smithy_mocks::{Rule, mock};
use domain::{Album, Guest, Link, LinkId, LinkTarget, Picture, Sha256, Visibility};
use jiff::{SignedDuration, Timestamp};
use lambda::http::Request;
use serde_json::{Value, json};

use crate::{GUEST_KEY, World, key, link, with_headers, with_upload};

const REGISTER: &str = "links-register.json";
const DELETE: &str = "links-picture-delete.json";

fn no_open_registrations() -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| request.table_name() == Some("Deadlines"))
        .then_output(|| QueryOutput::builder().count(0).build())
}

/// Returns a rule that accepts a registration. The album's rows start with `entry`.
fn registration(entry: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let puts: Vec<_> = request.transact_items().iter().filter_map(|item| item.put()).collect();
            let picture = puts.iter().find(|put| put.table_name() == "Pictures").unwrap().item();
            let guest = picture["guest"].as_m().unwrap();
            let unchanged = [
                "secretHash = :secret",
                "attribute_not_exists(passwordHash)",
                "attribute_not_exists(expiresAt)",
            ];
            let is_bound =
                request.transact_items().iter().filter_map(|item| item.condition_check()).any(|check| {
                    let condition = check.condition_expression();
                    check.table_name() == "Links" && unchanged.iter().all(|part| condition.contains(part))
                });
            let deadline = puts.iter().find(|put| put.table_name() == "Deadlines").unwrap().item();
            let expires_at: i64 = deadline["expiresAt"].as_n().unwrap().parse().unwrap();
            let within_an_hour = expires_at <= Timestamp::now().as_second() + 3_600;
            let albums = puts.iter().filter(|put| put.table_name() == "Albums");
            let has_entry = albums
                .clone()
                .any(|put| put.item()["entry"].as_s().is_ok_and(|text| text.starts_with(entry)));
            guest["name"].as_s().unwrap() == "Bo"
                && picture["albums"].as_n().unwrap() == "1"
                && picture["visibility"].as_s().unwrap() == "private"
                && picture["ownerId"].as_s().unwrap() == &key().owner_id.to_string()
                && is_bound
                && within_an_hour
                && has_entry
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn a_guest_registers_a_picture_that_belongs_to_the_owner_of_the_album() {
    for (review, entry) in [(false, "picture#"), (true, "waiting#")] {
        let world = World::new(Link { review, ..with_upload() });
        let (register, open) = (registration(entry), no_open_registrations());
        let reply = world.handle(testing::sample_request(REGISTER), &[&register, &open]).await.unwrap();
        let data = reply.data();
        assert_eq!((reply.status(), register.num_calls()), (201, 1), "{review}");
        assert_eq!(
            (&data["picture"]["guest"], &data["picture"]["waiting"]),
            (&json!({"name": "Bo"}), &review.into())
        );
        assert_eq!(data["picture"]["state"], "awaitingUpload");
        assert_eq!(data["picture"]["caption"], "The cake");
        assert_eq!(data["upload"]["headers"]["content-length"], "3196160");
        assert_eq!(data["guestKey"].as_str().unwrap().len(), 22);
        assert_eq!(data["picture"].get("original"), None);
    }
}

#[tokio::test]
async fn a_link_without_the_right_accepts_no_pictures() {
    let of_picture = Link { target: LinkTarget::Picture(key()), ..with_upload() };
    for link in [link(), of_picture] {
        let error = World::new(link).handle(testing::sample_request(REGISTER), &[]).await.unwrap_err();
        let notes = "This link does not accept pictures.";
        assert_eq!((error.status(), error.to_string().as_str()), (403, notes));
    }
}

#[tokio::test]
async fn a_smart_album_accepts_no_pictures_of_guests() {
    let mut world = World::new(with_upload());
    world.album = world.album.map(|album| Album { rule: Some("True".into()), ..album });
    let error = world.handle(testing::sample_request(REGISTER), &[]).await.unwrap_err();
    let notes = "This album is filled by its rule, so it takes no pictures of guests.";
    assert_eq!((error.status(), error.to_string().as_str()), (409, notes));
}

#[tokio::test]
async fn an_invalid_registration_writes_nothing() {
    for (body, status, word) in [
        (json!({"contentType": "image/jpeg", "bytes": 1}), 400, "name"),
        (json!({"contentType": "image/jpeg", "bytes": 1, "name": " "}), 400, "name"),
        (json!({"contentType": "image/jpeg", "bytes": 1, "name": "x".repeat(51)}), 400, "50"),
        (json!({"contentType": "image/svg+xml", "bytes": 1, "name": "Bo"}), 415, "image/jpeg"),
        (json!({"contentType": "image/jpeg", "bytes": 99_000_000, "name": "Bo"}), 413, "50 MB"),
        (json!({"contentType": "image/jpeg", "bytes": 0, "name": "Bo"}), 400, "bytes"),
    ] {
        let request = testing::sample_request_with_body(REGISTER, &body.to_string());
        let error = World::new(with_upload()).handle(request, &[]).await.unwrap_err();
        assert_eq!(error.status(), status, "{body}");
        assert!(error.to_string().contains(word), "{body}: {error}");
    }
}

/// Returns a rule that refuses a registration because of the condition at this position, which must
/// belong to a row with this sort key.
fn refuse(position: usize, entry: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let item = &request.transact_items()[position];
            let key =
                item.update().map_or_else(|| item.condition_check().unwrap().key(), |update| update.key());
            key["entry"].as_s().unwrap().starts_with(entry)
        })
        .then_error(move || {
            let code = |i| if i == position { "ConditionalCheckFailed" } else { "None" };
            let reasons = (0..11).map(|i| CancellationReason::builder().code(code(i)).build()).collect();
            let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
            TransactWriteItemsError::TransactionCanceledException(error.build())
        })
}

#[tokio::test]
async fn limits_are_sentences_with_a_time() {
    for (position, entry, status, word, max) in [
        (5, "link", 409, "changed", None),
        (6, "guests", 429, "maximum number of pictures", Some(3_600)),
        (7, "guests#", 429, "hour", Some(3_601)),
        (10, "album", 429, "maximum number of pictures", Some(3_600)),
    ] {
        let (refuse, open) = (refuse(position, entry), no_open_registrations());
        let request = testing::sample_request(REGISTER);
        let error = World::new(with_upload()).handle(request, &[&refuse, &open]).await.unwrap_err();
        assert_eq!(error.status(), status, "{entry}: {error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(error.retry_after() <= max && error.retry_after().is_some() == max.is_some());
    }
}

#[tokio::test]
async fn the_link_to_an_album_that_is_deleted_at_the_same_time_is_gone() {
    // The conditions that fail without and with a review.
    for (review, position, entry) in [(false, 10, "album"), (true, 8, "album")] {
        let deleted = mock!(aws_sdk_dynamodb::Client::get_item)
            .match_requests(|request| request.table_name() == Some("Albums"))
            .then_output(|| GetItemOutput::builder().build());
        let (refuse, open) = (refuse(position, entry), no_open_registrations());
        let world = World::new(Link { review, ..with_upload() });
        let request = testing::sample_request(REGISTER);
        let error = world.handle(request, &[&refuse, &open, &deleted]).await.unwrap_err();
        assert_eq!((error.status(), error.retry_after()), (404, None), "{review}: {error}");
    }
}

#[tokio::test]
async fn guests_leave_the_owner_open_registrations_and_learn_no_quota() {
    // Half of the owner's.
    let open = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| request.table_name() == Some("Deadlines"))
        .then_output(|| QueryOutput::builder().count(150).build());
    let request = testing::sample_request(REGISTER);
    let error = World::new(with_upload()).handle(request, &[&open]).await.unwrap_err();
    assert_eq!((error.status(), error.retry_after()), (429, Some(20)));
    assert!(!error.to_string().contains("300"), "{error}");
}

/// Returns the picture of the guest with the sample's key.
fn sent(age: SignedDuration, picture: Picture) -> Picture {
    let guest =
        Guest { name: "Bo".into(), link_id: link().link_id, key_hash: Sha256::of(GUEST_KEY.as_bytes()) };
    Picture { guest: Some(guest), uploaded_at: Timestamp::now() - age, ..picture }
}

fn young(picture: Picture) -> Option<Picture> {
    Some(sent(SignedDuration::from_mins(1), picture))
}

fn read_with(guest_key: &str) -> Request {
    with_headers("links-picture.json", &[("x-guest-key", guest_key)])
}

#[tokio::test]
async fn a_guest_sees_the_state_of_their_own_picture_only() {
    let processing = young(testing::registered_picture());
    let waiting = young(testing::ready_picture(Visibility::Private));
    for (picture, is_waiting, state) in [
        (&processing, false, "awaitingUpload"),
        (&processing, true, "awaitingUpload"),
        (&waiting, true, "ready"),
    ] {
        let world = World {
            picture: picture.clone(),
            contained: !is_waiting,
            waiting: is_waiting,
            ..World::new(with_upload())
        };
        let reply = world.handle(read_with(GUEST_KEY), &[]).await.unwrap();
        assert_eq!((&reply.data()["state"], &reply.data()["waiting"]), (&state.into(), &is_waiting.into()));
        assert_eq!((reply.data().get("gps"), reply.data().get("original")), (None, None));
        for request in [read_with("wrong"), testing::sample_request("links-picture.json")] {
            assert_eq!(world.handle(request, &[]).await.unwrap_err().status(), 404);
        }
    }
    let removed = World { picture: waiting, contained: false, ..World::new(with_upload()) };
    assert_eq!(removed.handle(read_with(GUEST_KEY), &[]).await.unwrap_err().status(), 404);
}

#[tokio::test]
async fn visitors_see_the_picture_of_a_guest_with_the_name_and_without_the_original() {
    let picture = young(testing::ready_picture(Visibility::Private));
    let world = World { picture, ..World::new(with_upload()) };
    let reply = world.handle(testing::sample_request("links-picture.json"), &[]).await.unwrap();
    assert_eq!(reply.data()["guest"], json!({"name": "Bo"}));
    for field in ["gps", "original", "waiting"] {
        assert_eq!(reply.data().get(field), None::<&Value>, "{field}");
    }
}

/// Returns a rule that accepts a registration which requires these highest values of the day: one
/// below half of the owner's limit of pictures, and half of its bytes without those of the picture.
fn registration_within_half_a_day() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let updates = request.transact_items().iter().filter_map(|item| item.update());
            let day = updates.filter(|update| update.table_name() == "Quotas");
            let mut day = day.filter(|update| update.key()["period"].as_s().unwrap().starts_with("day#"));
            let values = day.next().unwrap().expression_attribute_values().unwrap();
            [&values[":m0"], &values[":m1"]].map(|value| value.as_n().unwrap().as_str())
                == ["999", "9996803840"]
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn guests_leave_the_owner_half_of_the_day() {
    let (register, open) = (registration_within_half_a_day(), no_open_registrations());
    let request = testing::sample_request(REGISTER);
    World::new(with_upload()).handle(request, &[&register, &open]).await.unwrap();
    assert_eq!(register.num_calls(), 1);
}

/// Returns `true` if the write subtracts a picture from the counters of the link.
fn is_uncounted(write: &TransactWriteItem) -> bool {
    write.update().is_some_and(|update| {
        let (key, values) = (update.key(), update.expression_attribute_values().unwrap());
        update.table_name() == "Links"
            && key["entry"].as_s().unwrap() == "guests"
            && update.condition_expression() == Some("attribute_exists(entry)")
            && values[":pictures"].as_n().unwrap() == "-1"
            && values[":bytes"].as_n().unwrap() == "-3196160"
    })
}

/// Returns a rule for the deletion of a picture.
fn match_deletion(
    uncounted: bool,
) -> aws_smithy_mocks::RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>
{
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(move |request| {
        let writes = request.transact_items();
        writes[0].delete().is_some() && writes.iter().any(is_uncounted) == uncounted
    })
}

fn delete_picture() -> Rule {
    match_deletion(true).then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn the_picture_of_a_deleted_link_is_deleted_without_counting() {
    // The condition of the counters of the link fails, because they were deleted.
    let counted = match_deletion(true).then_error(|| {
        let reasons = ["None", "None", "ConditionalCheckFailed"];
        let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).to_vec();
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    });
    let uncounted = match_deletion(false).then_output(|| TransactWriteItemsOutput::builder().build());
    let world = World { picture: young(testing::ready_picture(Visibility::Private)), ..World::new(link()) };
    let reply = world.handle(testing::sample_request(DELETE), &[&counted, &uncounted]).await.unwrap();
    assert_eq!((reply.status(), counted.num_calls(), uncounted.num_calls()), (200, 1, 1));
}

#[tokio::test]
async fn a_guest_deletes_their_own_picture() {
    let world = World { picture: young(testing::ready_picture(Visibility::Private)), ..World::new(link()) };
    let delete = delete_picture();
    let reply = world.handle(testing::sample_request(DELETE), &[&delete]).await.unwrap();
    assert_eq!((reply.data()["id"].as_str(), delete.num_calls()), (Some(&*key().picture_id.to_string()), 1));
}

#[tokio::test]
async fn a_guest_deletes_no_other_picture_and_none_after_a_day() {
    let ready = || testing::ready_picture(Visibility::Private);
    let old = sent(SignedDuration::from_hours(25), ready());
    let mut of_other_link = sent(SignedDuration::ZERO, ready());
    of_other_link.guest.as_mut().unwrap().link_id = LinkId::new();
    for (case, picture, contained, status) in [
        ("the owner's", Some(ready()), true, 403),
        ("another link's", Some(of_other_link), true, 403),
        ("a hidden one", Some(ready()), false, 404),
        ("a deleted one", None, false, 404),
        ("an old one", Some(old), true, 403),
    ] {
        let world = World { picture, contained, ..World::new(with_upload()) };
        let error = world.handle(testing::sample_request(DELETE), &[]).await.unwrap_err();
        assert_eq!(error.status(), status, "{case}: {error}");
    }
    let mut event: ApiGatewayProxyRequest = testing::sample_event(DELETE);
    event.headers.remove("x-guest-key");
    let world = World { picture: young(ready()), ..World::new(with_upload()) };
    assert_eq!(world.handle(Request::new(event), &[]).await.unwrap_err().status(), 403, "no key");
}
