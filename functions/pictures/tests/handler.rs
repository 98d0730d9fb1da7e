//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_smithy_mocks::{Rule, mock};
use pictures::Stores;
use serde_json::Value;
use shared::api::{ApiError, Reply, Request};
use shared::model::{Picture, UserId, Visibility};
use shared::store::{Media, Pictures, Users};
use shared::test;

fn picture(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            request.table_name() == Some("Pictures") && request.consistent_read() == Some(true)
        })
        .then_output(move || GetItemOutput::builder().set_item(picture.as_ref().map(test::row)).build())
}

fn nobody() -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Users"))
        .then_output(|| GetItemOutput::builder().build())
}

/// Somebody else's picture, to the caller of the sample events.
fn foreign(visibility: Visibility) -> (Picture, String) {
    let mut picture = test::ready(visibility);
    picture.key.owner_id = UserId(uuid::Uuid::from_u128(7));
    let path = picture.key.owner_id.to_string();
    (picture, path)
}

/// A sample call, about another owner's picture if one is named.
fn call(name: &str, owner: Option<&str>) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest = test::sample(name);
    if let Some(owner) = owner {
        event.path_parameters.insert("ownerId".into(), owner.into());
    }
    Request::new(event)
}

async fn answer(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    let nobody = nobody();
    let client = test::dynamodb(rules.iter().copied().chain([&nobody]));
    let stores = Stores {
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        users: Users::new(client, "Users".into()),
        media: Media::new(test::signer(), "media".into()),
    };
    pictures::handle(&stores, request).await
}

#[tokio::test]
async fn an_owner_sees_everything() {
    let found = picture(Some(test::ready(Visibility::Private)));
    let reply = answer(call("pictures-get.json", None), &[&found]).await.unwrap();
    assert_eq!(reply.data()["state"], "ready");
    assert!(reply.data()["gps"]["latitude"].is_f64());
    assert!(reply.data()["original"]["url"].as_str().unwrap().contains("/originals/"));
    assert!(reply.data()["renditions"]["small"]["url"].as_str().unwrap().contains("X-Amz-Signature"));
}

#[tokio::test]
async fn others_do_not_see_the_original_nor_where_it_was_taken() {
    let (shown, owner) = foreign(Visibility::Public);
    for name in ["pictures-get.json", "pictures-get-public.json"] {
        let reply = answer(call(name, Some(&owner)), &[&picture(Some(shown.clone()))]).await.unwrap();
        assert_eq!((&reply.data()["gps"], &reply.data()["original"]), (&Value::Null, &Value::Null), "{name}");
        assert!(!reply.data().to_string().contains("originals/"), "{name}");
    }
}

#[tokio::test]
async fn what_is_not_shared_looks_like_what_is_not_there() {
    let (hidden, owner) = foreign(Visibility::Private);
    let mut said = vec![];
    for found in [Some(hidden.clone()), Some(Picture { visibility: Visibility::Friends, ..hidden }), None] {
        for name in
            ["pictures-get.json", "pictures-get-public.json", "pictures-edit.json", "pictures-delete.json"]
        {
            let error = answer(call(name, Some(&owner)), &[&picture(found.clone())]).await.unwrap_err();
            said.push((error.status(), error.to_string()));
        }
    }
    assert!(said.iter().all(|error| *error == said[0] && error.0 == 404), "{said:?}");
}

#[tokio::test]
async fn only_the_owner_changes_or_deletes() {
    let (shown, owner) = foreign(Visibility::Public);
    for name in ["pictures-edit.json", "pictures-delete.json"] {
        let error = answer(call(name, Some(&owner)), &[&picture(Some(shown.clone()))]).await.unwrap_err();
        assert_eq!(error.status(), 403, "{name}");
    }
}

#[tokio::test]
async fn an_owner_edits() {
    let update = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| request.condition_expression() == Some("attribute_exists(pictureId)"))
        .then_output(|| {
            let changed = test::row(&test::ready(Visibility::Public));
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
