//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod comments;
mod duplicates;
mod known;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ItemResponse;
use aws_smithy_mocks::{Rule, mock};
use domain::FriendshipState::{self, Friends, Invited, Requested};
use domain::{Friendship, Picture, UserId, Visibility};
use jiff::Timestamp;
use lambda::comment_writer::CommentWriter;
use lambda::http::{ApiError, Caching, Reply, Request};
use pictures::Context;
use serde_json::Value;
use store::{Friendships, Pictures, Secrets};

/// Returns a rule that replies to a transaction of a member with the picture and the state of the
/// friendship with its owner.
fn member_reads(picture: Option<Picture>, state: Option<FriendshipState>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_get_items).then_compute_output(move |request| {
        let responses = request.transact_items().iter().map(|item| {
            let get = item.get().unwrap();
            let id = |name: &str| get.key()[name].as_s().unwrap().parse::<UserId>().unwrap();
            let row = match get.table_name() {
                "Pictures" => picture.as_ref().map(testing::row),
                "Friendships" => state.map(|state| {
                    testing::row(&Friendship::new(id("userId"), id("friendId"), state, Timestamp::now()))
                }),
                table => panic!("{table}"),
            };
            ItemResponse::builder().set_item(row).build()
        });
        TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
    })
}

/// Returns a rule that replies with the picture to a strongly consistent read of a visitor.
fn visitor_reads(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| {
            let keys = &request.request_items().unwrap()["Pictures"];
            keys.consistent_read() == Some(true)
        })
        .then_output(move || {
            let rows = picture.iter().map(testing::row).collect();
            BatchGetItemOutput::builder().responses("Pictures", rows).build()
        })
}

/// Returns a rule that replies to a read of a profile that there is none.
fn no_profile() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Users"))
        .then_output(|| GetItemOutput::builder().build())
}

/// Returns a picture of another member than the caller of the sample events, and the owner's id.
fn picture_of_another(visibility: Visibility) -> (Picture, String) {
    let mut picture = testing::ready_picture(visibility);
    picture.key.owner_id = UserId(uuid::Uuid::from_u128(7));
    let owner = picture.key.owner_id.to_string();
    (picture, owner)
}

/// Returns a sample request. If `owner` is set, the request names a picture of this owner.
fn request_for(name: &str, owner: Option<&str>) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest = testing::sample_event(name);
    if let Some(owner) = owner {
        event.path_parameters.insert("ownerId".into(), owner.into());
    }
    Request::new(event)
}

async fn handle(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    let no_profile = no_profile();
    let database = testing::database(rules.iter().copied().chain([&no_profile]));
    let context = Context {
        comment_writer: CommentWriter::new(&database, testing::LIMITS),
        friendships: Friendships::new(&database),
        pictures: Pictures::new(&database),
        secrets: Secrets::new(&database),
        presigner: testing::presigner(),
    };
    pictures::handle(&context, request).await
}

/// Asserts that the URLs of renditions belong to the site of the sample events.
pub fn assert_is_at_site(renditions: &Value) {
    for size in ["small", "large"] {
        let url = renditions[size]["url"].as_str().unwrap();
        assert!(url.starts_with("https://photos.example.org/renditions/"), "{url}");
        assert!(url.contains("X-Amz-Signature"), "{url}");
    }
}

#[tokio::test]
async fn the_owner_sees_all_parts() {
    let picture = member_reads(Some(testing::ready_picture(Visibility::Private)), None);
    let reply = handle(request_for("pictures-get.json", None), &[&picture]).await.unwrap();
    assert_eq!(reply.data()["state"], "ready");
    assert!(reply.data()["gps"]["latitude"].is_f64());
    let original = reply.data()["original"]["url"].as_str().unwrap();
    assert!(original.starts_with("https://media.s3.us-east-1.amazonaws.com/originals/"), "{original}");
    assert_is_at_site(&reply.data()["renditions"]);
}

#[tokio::test]
async fn other_readers_do_not_see_the_original_and_the_gps_position() {
    let (public, owner) = picture_of_another(Visibility::Public);
    let (friends, _) = picture_of_another(Visibility::Friends);
    for (name, picture, state) in [
        ("pictures-get.json", &public, None),
        ("pictures-get.json", &public, Some(Friends)),
        ("pictures-get.json", &friends, Some(Friends)),
        ("pictures-get-public.json", &public, None),
    ] {
        let rules = [&member_reads(Some(picture.clone()), state), &visitor_reads(Some(picture.clone()))];
        let reply = handle(request_for(name, Some(&owner)), &rules).await.unwrap();
        assert_eq!(reply.data()["id"], picture.key.picture_id.to_string(), "{name} {state:?}");
        assert_eq!((&reply.data()["gps"], &reply.data()["original"]), (&Value::Null, &Value::Null), "{name}");
        assert!(!reply.data().to_string().contains("originals/"), "{name}");
    }
}

#[tokio::test]
async fn caches_store_only_what_everyone_may_see() {
    let (public, owner) = picture_of_another(Visibility::Public);
    for (name, caching) in [("pictures-get.json", None), ("pictures-get-public.json", Some(Caching::Minute))]
    {
        let rules = [&member_reads(Some(public.clone()), None), &visitor_reads(Some(public.clone()))];
        let reply = handle(request_for(name, Some(&owner)), &rules).await.unwrap();
        assert_eq!(reply.caching(), caching, "{name}");
    }
}

#[tokio::test]
async fn a_hidden_picture_and_a_missing_picture_have_the_same_error() {
    let (private, owner) = picture_of_another(Visibility::Private);
    let (friends, _) = picture_of_another(Visibility::Friends);
    let processing = Picture { renditions: None, ..picture_of_another(Visibility::Public).0 };
    let mut errors = vec![];
    for (picture, state) in [
        (None, None),
        (None, Some(Friends)),
        (Some(&private), None),
        (Some(&private), Some(Friends)),
        (Some(&friends), None),
        (Some(&friends), Some(Requested)),
        (Some(&friends), Some(Invited)),
        (Some(&processing), Some(Friends)),
    ] {
        for name in
            ["pictures-get.json", "pictures-get-public.json", "pictures-edit.json", "pictures-delete.json"]
        {
            let rules = [&member_reads(picture.cloned(), state), &visitor_reads(picture.cloned())];
            let error = handle(request_for(name, Some(&owner)), &rules).await.unwrap_err();
            errors.push((error.status(), error.to_string()));
        }
    }
    assert!(errors.iter().all(|error| *error == errors[0] && error.0 == 404), "{errors:?}");
}

#[tokio::test]
async fn other_members_cannot_edit_or_delete_a_picture() {
    for (visibility, state) in [(Visibility::Public, None), (Visibility::Friends, Some(Friends))] {
        let (picture, owner) = picture_of_another(visibility);
        for name in ["pictures-edit.json", "pictures-delete.json"] {
            let rule = member_reads(Some(picture.clone()), state);
            let error = handle(request_for(name, Some(&owner)), &[&rule]).await.unwrap_err();
            assert_eq!(error.status(), 403, "{name} {visibility:?}");
        }
    }
}

#[tokio::test]
async fn the_owner_edits_a_picture() {
    let update = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| request.condition_expression() == Some("attribute_exists(pictureId)"))
        .then_output(|| {
            let updated_row = testing::row(&testing::ready_picture(Visibility::Public));
            UpdateItemOutput::builder().set_attributes(Some(updated_row)).build()
        });
    let reply = handle(request_for("pictures-edit.json", None), &[&update]).await.unwrap();
    assert_eq!(reply.data()["visibility"], "public");
}

#[tokio::test]
async fn the_deletion_of_a_missing_picture_is_not_found() {
    let missing = picture_row(None);
    let error = handle(request_for("pictures-delete.json", None), &[&missing]).await.unwrap_err();
    assert_eq!((error.status(), missing.num_calls()), (404, 1));
}

/// Returns a rule that replies with this row to a read of the Pictures table.
fn picture_row(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Pictures"), Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(picture.as_ref().map(testing::row)).build())
}

#[tokio::test]
async fn a_deletion_subtracts_the_picture_from_the_totals() {
    let delete = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [delete, total] = request.transact_items() else { return false };
            let (delete, total) = (delete.delete().unwrap(), total.update().unwrap());
            let values = total.expression_attribute_values().unwrap();
            let added = [":pictures", ":bytes"].map(|name| values[name].as_n().unwrap().as_str());
            (delete.table_name(), total.table_name()) == ("Pictures", "Quotas")
                && delete.condition_expression() == Some("attribute_exists(pictureId)")
                && total.key()["period"].as_s().unwrap() == "total"
                && total.condition_expression() == Some("attribute_exists(userId)")
                && added == ["-1", "-3196160"]
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let rules = [&picture_row(Some(testing::ready_picture(Visibility::Private))), &delete];
    let reply = handle(request_for("pictures-delete.json", None), &rules).await.unwrap();
    assert_eq!((reply.status(), delete.num_calls()), (200, 1));
}
