use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::{AlbumId, Link, LinkToken, Sha256, UserId};

use crate::{World, link, token};

/// Returns a rule that replies with the number of links of the caller.
fn count(count: i32) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| request.table_name() == Some("Links"))
        .then_output(move || QueryOutput::builder().count(count).build())
}

fn create() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [target, put, visits, of_owner, of_target, account, profile] = request.transact_items()
            else {
                return false;
            };
            let target = target.condition_check().unwrap();
            let tables = [put, visits, of_owner, of_target].map(|item| item.put().unwrap().table_name());
            let row = put.put().unwrap().item();
            (target.table_name(), target.condition_expression()) == ("Albums", "attribute_exists(entry)")
                && tables == ["Links"; 4]
                && row["name"].as_s().unwrap() == "Family"
                && ["download", "upload", "review"].iter().all(|name| *row[*name].as_bool().unwrap())
                && [account, profile].iter().all(|item| item.condition_check().is_some())
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

#[tokio::test]
async fn the_reply_to_a_creation_contains_the_address_once() {
    let create = create();
    let request = testing::sample_request("links-create.json");
    let reply = World::new(link()).handle(request, &[&create, &count(0)]).await.unwrap();
    let data = reply.data();
    assert_eq!((reply.status(), create.num_calls()), (201, 1));
    let token = LinkToken::parse(data["token"].as_str().unwrap()).unwrap();
    assert_eq!(data["url"], format!("https://photos.example.org/s/{}", token.reveal()));
    assert_eq!(data["id"], token.link_id.to_string());
    assert_eq!(data["rights"], serde_json::json!({"download": true, "upload": true}));
    assert_eq!((&data["visits"], &data["hasPassword"]), (&0.into(), &false.into()));
    let listed = mock!(aws_sdk_dynamodb::Client::query).then_output(|| {
        let mirror = serde_json::json!({"entry": format!("link#{}", crate::token().link_id)});
        QueryOutput::builder().items(testing::row(&mirror)).build()
    });
    let request = testing::sample_request("links-list.json");
    let reply = World::new(link()).handle(request, &[&listed]).await.unwrap();
    let [link] = reply.data()["items"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!((link.get("url"), link.get("token"), &link["visits"]), (None, None, &3.into()));
    assert_eq!(link["lastVisitedAt"], "1970-01-01T00:00:00Z");
}

#[tokio::test]
async fn only_the_owner_of_an_album_creates_links() {
    let mut world = World::new(link());
    let of_another = |visibility| {
        let album = crate::album();
        Some(domain::Album { owner_id: UserId(uuid::Uuid::nil()), visibility, ..album })
    };
    for (album, status) in [
        (None, 404),
        (of_another(domain::Visibility::Private), 404),
        (of_another(domain::Visibility::Public), 403),
    ] {
        world.album = album;
        let request = testing::sample_request("links-create.json");
        assert_eq!(world.handle(request, &[]).await.unwrap_err().status(), status);
    }
}

#[tokio::test]
async fn a_member_has_a_maximum_number_of_links() {
    let request = testing::sample_request("links-create.json");
    let error = World::new(link()).handle(request, &[&count(1_000)]).await.unwrap_err();
    assert_eq!(error.status(), 409);
    assert!(error.to_string().contains("1,000 links"), "{error}");
}

/// Returns a rule that accepts an update of the link whose expression has these parts.
fn update(parts: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let mut expression = request.update_expression().unwrap().to_owned();
            for (placeholder, name) in request.expression_attribute_names().into_iter().flatten() {
                expression = expression.replace(placeholder, name);
            }
            request.table_name() == Some("Links") && parts.iter().all(|part| expression.contains(part))
        })
        .then_output(|| UpdateItemOutput::builder().set_attributes(Some(testing::row(&link()))).build())
}

#[tokio::test]
async fn a_change_keeps_the_address() {
    let update = update(&["name = :", "expiresAt = :", "upload = :", "REMOVE passwordHash"]);
    let request = testing::sample_request("links-change.json");
    let reply = World::new(link()).handle(request, &[&update]).await.unwrap();
    assert_eq!((update.num_calls(), reply.data().get("url")), (1, None));
}

#[tokio::test]
async fn a_new_address_replaces_the_hash_of_the_secret() {
    let update = update(&["SET secretHash = :"]);
    let request = testing::sample_request("links-replace-token.json");
    let reply = World::new(link()).handle(request, &[&update]).await.unwrap();
    let new = LinkToken::parse(reply.data()["token"].as_str().unwrap()).unwrap();
    assert_eq!(new.link_id, token().link_id);
    assert_ne!(new.secret_hash(), token().secret_hash());
}

#[tokio::test]
async fn members_neither_see_nor_change_the_links_of_others() {
    let other = Link { owner_id: UserId(uuid::Uuid::nil()), ..link() };
    for name in ["links-change.json", "links-revoke.json", "links-replace-token.json"] {
        for link in [None, Some(other.clone())] {
            let world = World { link, ..World::new(crate::link()) };
            let error = world.handle(testing::sample_request(name), &[]).await.unwrap_err();
            assert_eq!(
                (error.status(), error.to_string().as_str()),
                (404, "You have no such link."),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn a_revocation_deletes_the_link_and_the_rows_that_name_it() {
    let delete = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let lists = request.transact_items().iter().map(|item| {
                item.delete().unwrap().key()["listId"].as_s().unwrap().split('#').next().unwrap().to_owned()
            });
            lists.collect::<Vec<_>>() == ["link", "link", "link", "owner", "album"]
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let request = testing::sample_request("links-revoke.json");
    let reply = World::new(link()).handle(request, &[&delete]).await.unwrap();
    assert_eq!((reply.data()["id"].as_str(), delete.num_calls()), (Some(&*token().link_id.to_string()), 1));
}

#[tokio::test]
async fn a_visitor_cannot_manage_links() {
    for name in ["links-create", "links-list", "links-change", "links-revoke", "links-replace-token"] {
        let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
            testing::sample_event(&format!("{name}.json"));
        event.request_context.identity.cognito_authentication_provider = None;
        let request = lambda::http::Request::new(event);
        assert_eq!(World::new(link()).handle(request, &[]).await.unwrap_err().status(), 403, "{name}");
    }
}

#[test]
fn the_table_contains_no_token() {
    let row = format!("{:?}", testing::row(&link()));
    assert!(!row.contains(&token().reveal()) && row.contains(token().secret_hash().as_str()));
    assert_eq!(token().secret_hash(), Sha256::of(&[7; 16]));
    assert!(crate::ALBUM.parse::<AlbumId>().is_ok());
}
