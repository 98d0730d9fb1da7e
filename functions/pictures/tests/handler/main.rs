//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod comments;
mod duplicates;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ItemResponse;
use aws_smithy_mocks::{Rule, mock};
use domain::FriendshipState::{Friends, Invited, Requested};
use domain::{Friendship, Picture, UserId, Visibility};
use jiff::Timestamp;
use lambda::comment_writer::CommentWriter;
use lambda::http::{ApiError, Reply, Request};
use pictures::Context;
use serde_json::Value;
use store::{AccessReader, Comments, Pictures, Secrets, Users};

/// What a member reads: the picture and, of somebody else's, what its owner is to them.
fn to_member(picture: Option<Picture>, state: Option<FriendshipState>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_get_items).then_compute_output(move |request| {
        let responses = request.transact_items().iter().map(|item| {
            let get = item.get().unwrap();
            let id = |name: &str| get.key()[name].as_s().unwrap().parse::<UserId>().unwrap();
            let row = match get.table_name() {
                "Pictures" => picture.as_ref().map(testing::row),
                "Friendships" => state.map(|state| {
                    let (user_id, friend_id) = (id("userId"), id("friendId"));
                    testing::row(&Friendship { user_id, friend_id, state, since: Timestamp::now() })
                }),
                other => panic!("{other}"),
            };
            ItemResponse::builder().set_item(row).build()
        });
        TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
    })
}

/// What is read where nobody is signed in: the picture alone, as it is now.
fn to_anyone(picture: Option<Picture>) -> Rule {
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

fn nobody() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Users"))
        .then_output(|| GetItemOutput::builder().build())
}

/// Somebody else's picture, to the caller of the sample events.
fn foreign(visibility: Visibility) -> (Picture, String) {
    let mut picture = testing::ready_picture(visibility);
    picture.key.owner_id = UserId(uuid::Uuid::from_u128(7));
    let path = picture.key.owner_id.to_string();
    (picture, path)
}

/// A sample call, about another owner's picture if one is named.
fn call(name: &str, owner: Option<&str>) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest = testing::sample_event(name);
    if let Some(owner) = owner {
        event.path_parameters.insert("ownerId".into(), owner.into());
    }
    Request::new(event)
}

async fn answer(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    let nobody = nobody();
    let client = testing::dynamodb(rules.iter().copied().chain([&nobody]));
    let pictures = Pictures::new(client.clone(), "Pictures".into());
    let comment_writer = CommentWriter {
        access: AccessReader::new(client.clone(), pictures.clone(), "Friendships".into()),
        comments: Comments::new(client.clone(), "Comments".into()),
        users: Users::new(client.clone(), "Users".into()),
    };
    let context = Context {
        comment_writer,
        pictures,
        secrets: Secrets::new(client, "Secrets".into()),
        presigner: testing::presigner(),
    };
    pictures::handle(&context, request).await
}

#[tokio::test]
async fn an_owner_sees_everything() {
    let found = to_member(Some(testing::ready_picture(Visibility::Private)), None);
    let reply = answer(call("pictures-get.json", None), &[&found]).await.unwrap();
    assert_eq!(reply.data()["state"], "ready");
    assert!(reply.data()["gps"]["latitude"].is_f64());
    assert!(reply.data()["original"]["url"].as_str().unwrap().contains("/originals/"));
    assert!(reply.data()["renditions"]["small"]["url"].as_str().unwrap().contains("X-Amz-Signature"));
}

#[tokio::test]
async fn others_do_not_see_the_original_nor_where_it_was_taken() {
    let (public, owner) = foreign(Visibility::Public);
    let (friends, _) = foreign(Visibility::Friends);
    for (name, shown, state) in [
        ("pictures-get.json", &public, None),
        ("pictures-get.json", &public, Some(Friends)),
        ("pictures-get.json", &friends, Some(Friends)),
        ("pictures-get-public.json", &public, None),
    ] {
        let rules = [&to_member(Some(shown.clone()), state), &to_anyone(Some(shown.clone()))];
        let reply = answer(call(name, Some(&owner)), &rules).await.unwrap();
        assert_eq!(reply.data()["id"], shown.key.picture_id.to_string(), "{name} {state:?}");
        assert_eq!((&reply.data()["gps"], &reply.data()["original"]), (&Value::Null, &Value::Null), "{name}");
        assert!(!reply.data().to_string().contains("originals/"), "{name}");
    }
}

#[tokio::test]
async fn what_is_not_shared_looks_like_what_is_not_there() {
    let (private, owner) = foreign(Visibility::Private);
    let (friends, _) = foreign(Visibility::Friends);
    let unready = Picture { renditions: None, ..foreign(Visibility::Public).0 };
    let mut said = vec![];
    for (found, state) in [
        (None, None),
        (None, Some(Friends)),
        (Some(&private), None),
        (Some(&private), Some(Friends)),
        (Some(&friends), None),
        (Some(&friends), Some(Requested)),
        (Some(&friends), Some(Invited)),
        (Some(&unready), Some(Friends)),
    ] {
        for name in
            ["pictures-get.json", "pictures-get-public.json", "pictures-edit.json", "pictures-delete.json"]
        {
            let rules = [&to_member(found.cloned(), state), &to_anyone(found.cloned())];
            let error = answer(call(name, Some(&owner)), &rules).await.unwrap_err();
            said.push((error.status(), error.to_string()));
        }
    }
    assert!(said.iter().all(|error| *error == said[0] && error.0 == 404), "{said:?}");
}

#[tokio::test]
async fn only_the_owner_changes_or_deletes() {
    for (visibility, state) in [(Visibility::Public, None), (Visibility::Friends, Some(Friends))] {
        let (shown, owner) = foreign(visibility);
        for name in ["pictures-edit.json", "pictures-delete.json"] {
            let rule = to_member(Some(shown.clone()), state);
            let error = answer(call(name, Some(&owner)), &[&rule]).await.unwrap_err();
            assert_eq!(error.status(), 403, "{name} {visibility:?}");
        }
    }
}

#[tokio::test]
async fn an_owner_edits() {
    let update = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| request.condition_expression() == Some("attribute_exists(pictureId)"))
        .then_output(|| {
            let changed = testing::row(&testing::ready_picture(Visibility::Public));
            UpdateItemOutput::builder().set_attributes(Some(changed)).build()
        });
    let reply = answer(call("pictures-edit.json", None), &[&update]).await.unwrap();
    assert_eq!(reply.data()["visibility"], "public");
}

#[tokio::test]
async fn deleting_twice_is_not_found() {
    let delete =
        mock!(aws_sdk_dynamodb::Client::delete_item).then_output(|| DeleteItemOutput::builder().build());
    let error = answer(call("pictures-delete.json", None), &[&delete]).await.unwrap_err();
    assert_eq!(error.status(), 404);
}
