//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use albums::Context;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_dynamodb::types::{AttributeValue, ItemResponse};
use aws_smithy_mocks::mock;
use domain::{AlbumId, AlbumRole, Picture, PictureKey, UserId, Visibility};
use lambda::http::{ApiError, Caching, Reply, Request};
use serde_json::{Value, json};
use testing::AlbumRows;
use uuid::Uuid;

type Row = std::collections::HashMap<String, AttributeValue>;

/// The owner of albums of which the caller is no owner.
const OTHER: UserId = UserId(Uuid::from_u128(2));

/// The caller of the sample events, who owns the picture of the sample events.
fn me() -> UserId {
    testing::registered_picture().key.owner_id
}

/// The album of the sample events.
fn album() -> AlbumId {
    "019a1234-2222-7abc-8def-0123456789ab".parse().unwrap()
}

/// The other member of the sample events.
fn member() -> UserId {
    "76f92271-5e5e-46f9-a800-9cbe3d67933f".parse().unwrap()
}

/// The tables, and the transactions that the handler sent.
#[derive(Clone, Default)]
struct Tables {
    albums: AlbumRows,
    pictures: Vec<Picture>,
    /// The friends of the caller.
    friends: Vec<UserId>,
    written: Arc<Mutex<Vec<TransactWriteItemsInput>>>,
}

impl Tables {
    /// Creates the album of the sample events, with the caller as owner or in a role.
    fn with_album(visibility: Visibility, role: Option<AlbumRole>) -> Self {
        let mut tables = Self::default();
        let owner = if role == Some(AlbumRole::Owner) { me() } else { OTHER };
        tables.albums.put_album(album(), owner, visibility);
        if let Some(role) = role.filter(|role| *role != AlbumRole::Owner) {
            tables.albums.put_member(album(), OTHER, me(), role);
        }
        tables
    }

    /// Adds a picture to the album.
    fn with_picture(mut self, picture: Picture) -> Self {
        let at = "2026-01-03T03:04:05Z".parse().unwrap();
        self.albums.put_picture(album(), picture.key, Some(picture.key.owner_id), at, false);
        self.pictures.push(picture);
        self
    }

    fn read(&self, table: &str, key: &Row) -> Option<Row> {
        let id = |name: &str| key[name].as_s().unwrap().parse::<Uuid>().unwrap();
        match table {
            "Albums" => self.albums.get(key),
            "Pictures" => {
                let key = (UserId(id("ownerId")), domain::PictureId(id("pictureId")));
                let is_it = |picture: &&Picture| (picture.key.owner_id, picture.key.picture_id) == key;
                self.pictures.iter().find(is_it).map(testing::row)
            }
            "Friendships" => {
                let (user, friend) = (UserId(id("userId")), UserId(id("friendId")));
                let is_friend = user == me() && self.friends.contains(&friend);
                is_friend.then(|| {
                    testing::row(&json!({"userId": user, "friendId": friend, "state": "friends",
                        "since": "2026-01-02T03:04:05Z"}))
                })
            }
            "Users" => Some(testing::row(&json!({"userId": id("userId"), "handle": "ada",
                "firstName": "Ada", "lastName": "L", "createdAt": "2026-01-02T03:04:05Z"}))),
            other => panic!("unexpected read of {other}"),
        }
    }

    async fn handle(&self, request: Request) -> Result<Reply, ApiError> {
        let all = Arc::new(self.clone());
        let tables = Arc::clone(&all);
        let get = mock!(Client::get_item)
            .match_requests(|request| request.table_name() != Some("Secrets"))
            .then_compute_output(move |request| {
                let row = tables.read(request.table_name().unwrap(), request.key().unwrap());
                GetItemOutput::builder().set_item(row).build()
            });
        let tables = Arc::clone(&all);
        let batch = mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut output = BatchGetItemOutput::builder();
            for (table, keys) in request.request_items().unwrap() {
                assert_eq!(keys.consistent_read(), Some(true), "{table}");
                let rows = keys.keys().iter().filter_map(|key| tables.read(table, key)).collect();
                output = output.responses(table, rows);
            }
            output.build()
        });
        let tables = Arc::clone(&all);
        let transact = mock!(Client::transact_get_items).then_compute_output(move |request| {
            let gets = request.transact_items().iter().map(|item| item.get().unwrap());
            let read = |get: &aws_sdk_dynamodb::types::Get| tables.read(get.table_name(), get.key());
            let responses = gets.map(|get| ItemResponse::builder().set_item(read(get)).build());
            TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
        });
        let tables = Arc::clone(&all);
        let query = mock!(Client::query).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let rows = tables.albums.query(request);
            let count = i32::try_from(rows.len()).unwrap();
            QueryOutput::builder().set_items(Some(rows)).count(count).build()
        });
        let written = Arc::clone(&self.written);
        let write = mock!(Client::transact_write_items)
            .match_requests(move |request| {
                written.lock().unwrap().push(request.clone());
                true
            })
            .then_output(|| TransactWriteItemsOutput::builder().build());
        let tables = Arc::clone(&all);
        let absent = mock!(Client::update_item)
            .match_requests(move |request| tables.albums.get(request.key().unwrap()).is_none())
            .then_error(|| {
                let error = ConditionalCheckFailedException::builder().build();
                UpdateItemError::ConditionalCheckFailedException(error)
            });
        let tables = Arc::clone(&all);
        let update = mock!(Client::update_item).then_compute_output(move |request| {
            let row = tables.albums.get(request.key().unwrap());
            UpdateItemOutput::builder().set_attributes(row).build()
        });
        let delete = mock!(Client::delete_item).then_output(|| DeleteItemOutput::builder().build());
        let key = testing::cursor_key();
        let rules = [&key, &get, &batch, &transact, &query, &write, &absent, &update, &delete];
        let context = Context::new(&testing::database(rules), testing::presigner());
        albums::handle(&context, request).await
    }

    /// Handles a sample event and returns the status, also of an error.
    async fn status(&self, event: &str) -> u16 {
        let reply = self.handle(testing::sample_request(event)).await;
        reply.as_ref().map_or_else(ApiError::status, Reply::status)
    }

    /// Returns the keys of the Albums table that the transactions write or delete.
    fn written_keys(&self) -> Vec<String> {
        let written = self.written.lock().unwrap();
        let items = written.iter().flat_map(TransactWriteItemsInput::transact_items);
        let keys = items.filter_map(|item| {
            let put = item.put().map(|put| (put.table_name(), put.item()));
            let delete = item.delete().map(|delete| (delete.table_name(), delete.key()));
            let (table, row) = put.or(delete)?;
            let text = |name: &str| row[name].as_s().unwrap().clone();
            (table == "Albums").then(|| format!("{} {}", text("listId"), text("entry")))
        });
        keys.collect()
    }
}

fn own_picture() -> Picture {
    testing::ready_picture(Visibility::Private)
}

fn other_picture() -> Picture {
    let own = own_picture();
    Picture { key: PictureKey { owner_id: OTHER, ..own.key }, ..own }
}

#[tokio::test]
async fn a_new_album_has_a_row_and_is_in_the_list_of_its_owner() {
    let tables = Tables::default();
    // The mock does not write, so that the album is missing afterwards.
    assert_eq!(tables.status("albums-create.json").await, 404);
    let [album, mirror] = tables.written_keys().try_into().unwrap();
    let id = album.strip_suffix(" album").unwrap();
    assert_eq!(mirror, format!("member#{} {id}", me()));
    let written = tables.written.lock().unwrap();
    let row = written[0].transact_items()[0].put().unwrap().item();
    assert_eq!(row["title"].as_s().unwrap(), "Lake Bled");
    assert_eq!(row["visibility"].as_s().unwrap(), "private");
    let checks = written[0].transact_items().iter().filter_map(|item| item.condition_check());
    assert_eq!(checks.filter(|check| check.table_name() == "Users").count(), 2, "account and profile");
}

#[tokio::test]
async fn a_member_sees_their_role_and_a_cover_that_they_can_view() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Viewer));
    let tables = tables.with_picture(other_picture());
    let reply = tables.handle(testing::sample_request("albums-get.json")).await.unwrap();
    let data = reply.data();
    assert_eq!((&data["id"], &data["role"]), (&json!(album()), &json!("viewer")));
    assert_eq!((&data["owner"]["id"], &data["owner"]["handle"]), (&json!(OTHER), &json!("ada")));
    assert_eq!(data["cover"], Value::Null, "the row counts no picture");
    let reply = tables.handle(testing::sample_request("albums-list.json")).await.unwrap();
    assert_eq!(reply.data()["items"], json!([]), "the mirror has no time in this test");
}

#[tokio::test]
async fn a_page_has_the_visible_pictures_without_private_fields() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Viewer));
    let mut event: Value = testing::sample_event("albums-pictures.json");
    event["multiValueQueryStringParameters"] = json!({"order": ["added"], "limit": ["2"]});
    event["queryStringParameters"] = json!({"order": "added", "limit": "2"});
    let request = || Request::new(serde_json::from_value(event.clone()).unwrap());
    let reply = tables.clone().with_picture(other_picture()).handle(request()).await.unwrap();
    let items = reply.data()["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["owner"]["id"]), (1, &json!(OTHER)));
    assert!(items[0].get("gps").is_none() && items[0].get("original").is_none());
    let failed = Picture { failure: Some("Not a picture.".into()), ..other_picture() };
    let reply = tables.with_picture(failed).handle(request()).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn a_contributor_adds_their_own_pictures_once() {
    for (role, status) in [
        (AlbumRole::Owner, 200),
        (AlbumRole::Curator, 200),
        (AlbumRole::Contributor, 200),
        (AlbumRole::Viewer, 403),
    ] {
        let mut tables = Tables::with_album(Visibility::Private, Some(role));
        tables.pictures.push(own_picture());
        for event in ["albums-add-picture.json", "albums-change-pictures.json"] {
            tables.written.lock().unwrap().clear();
            assert_eq!(tables.status(event).await, status, "{role:?} {event}");
            let key = own_picture().key;
            let expected =
                [format!("album#{} picture#{key}", album()), format!("picture#{key} album#{}", album())];
            assert_eq!(tables.written_keys(), expected[..if status == 200 { 2 } else { 0 }], "{role:?}");
        }
        let tables = tables.with_picture(own_picture());
        tables.written.lock().unwrap().clear();
        assert_eq!(tables.status("albums-add-picture.json").await, status);
        assert!(tables.written_keys().is_empty(), "the album contains it already");
    }
    let missing = Tables::with_album(Visibility::Private, Some(AlbumRole::Contributor));
    assert_eq!(missing.status("albums-add-picture.json").await, 404);
    let reply = missing.handle(testing::sample_request("albums-change-pictures.json")).await.unwrap();
    let key = own_picture().key;
    let reason = "There is no such picture, or it is not shared with you.";
    let expected = json!({"ownerId": key.owner_id, "pictureId": key.picture_id, "reason": reason});
    assert_eq!(reply.data(), &json!({"refused": [expected]}));
}

#[tokio::test]
async fn the_owner_of_a_picture_removes_it_even_if_they_cannot_view_the_album() {
    for (role, visibility) in [
        (Some(AlbumRole::Viewer), Visibility::Private),
        (None, Visibility::Public),
        (None, Visibility::Private),
    ] {
        let tables = Tables::with_album(visibility, role).with_picture(own_picture());
        assert_eq!(tables.status("albums-remove-picture.json").await, 200, "{role:?}");
        assert_eq!(tables.written_keys().len(), 2, "the entry and its mirror");
    }
    let tables = Tables::with_album(Visibility::Private, None);
    assert_eq!(tables.status("albums-remove-picture.json").await, 404, "the album has no such picture");
}

#[tokio::test]
async fn a_curator_adds_friends_only() {
    for role in [AlbumRole::Owner, AlbumRole::Curator] {
        let mut tables = Tables::with_album(Visibility::Private, Some(role));
        assert_eq!(tables.status("albums-put-member.json").await, 409, "not a friend");
        assert!(tables.written_keys().is_empty());
        tables.friends.push(member());
        assert_eq!(tables.status("albums-put-member.json").await, 200);
        let expected = [
            format!("album#{} member#{}", album(), member()),
            format!("member#{} album#{}", member(), album()),
        ];
        assert_eq!(tables.written_keys(), expected);
        let written = tables.written.lock().unwrap();
        let checks = written[0].transact_items().iter().filter_map(|item| item.condition_check());
        let tables: Vec<_> = checks.map(|check| check.table_name().to_owned()).collect();
        assert!(tables.contains(&"Friendships".to_owned()), "{tables:?}");
        assert_eq!(tables.contains(&"Albums".to_owned()), role == AlbumRole::Curator, "the role");
    }
}

#[tokio::test]
async fn the_role_of_a_member_changes_without_a_friendship() {
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Curator));
    tables.albums.put_member(album(), OTHER, member(), AlbumRole::Viewer);
    let reply = tables.handle(testing::sample_request("albums-put-member.json")).await.unwrap();
    assert_eq!(reply.data(), &json!({"id": member(), "role": "contributor"}));
    let request = testing::sample_request_with_body("albums-put-member.json", r#"{"role": "owner"}"#);
    assert_eq!(tables.handle(request).await.unwrap_err().status(), 400);
    let reply = tables.handle(testing::sample_request("albums-members.json")).await.unwrap();
    let roles: Vec<_> = reply.data()["items"].as_array().unwrap().iter().map(|item| &item["role"]).collect();
    assert_eq!(roles, ["curator", "viewer"]);
    assert_eq!(tables.status("albums-remove-member.json").await, 200);
    assert_eq!(tables.written_keys().len(), 2);
}

#[tokio::test]
async fn a_curator_approves_pictures_of_guests() {
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Curator));
    let at = "2026-01-03T03:04:05Z".parse().unwrap();
    tables.albums.put_picture(album(), other_picture().key, None, at, true);
    tables.pictures.push(other_picture());
    let reply = tables.handle(testing::sample_request("albums-waiting.json")).await.unwrap();
    assert_eq!(reply.data()["items"].as_array().unwrap().len(), 1);
    let key = other_picture().key;
    let body = json!({"approve": [key]}).to_string();
    let request = testing::sample_request_with_body("albums-review.json", &body);
    let reply = tables.handle(request).await.unwrap();
    assert_eq!(reply.data(), &json!({"refused": []}));
    let expected = [
        format!("album#{} waiting#{key}", album()),
        format!("album#{} picture#{key}", album()),
        format!("picture#{key} album#{}", album()),
    ];
    assert_eq!(tables.written_keys(), expected);
}

#[tokio::test]
async fn a_rejection_deletes_no_picture_that_does_not_wait() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner)).with_picture(own_picture());
    let body = json!({"reject": [own_picture().key]}).to_string();
    let request = testing::sample_request_with_body("albums-review.json", &body);
    let reply = tables.handle(request).await.unwrap();
    assert_eq!(reply.data()["refused"][0]["reason"], "This picture does not wait for approval.");
    assert!(tables.written.lock().unwrap().is_empty());
}

#[tokio::test]
async fn callers_without_the_required_role_change_nothing() {
    let managing = [
        "albums-change.json",
        "albums-delete.json",
        "albums-put-member.json",
        "albums-remove-member.json",
        "albums-waiting.json",
        "albums-review.json",
    ];
    for (role, visibility, status) in [
        (Some(AlbumRole::Contributor), Visibility::Private, 403),
        (Some(AlbumRole::Viewer), Visibility::Private, 403),
        (None, Visibility::Public, 403),
        (None, Visibility::Friends, 404),
        (None, Visibility::Private, 404),
    ] {
        let tables = Tables::with_album(visibility, role);
        for event in managing {
            assert_eq!(tables.status(event).await, status, "{event} {role:?} {visibility:?}");
        }
        assert!(tables.written.lock().unwrap().is_empty());
    }
    let curator = Tables::with_album(Visibility::Private, Some(AlbumRole::Curator));
    for event in ["albums-change.json", "albums-delete.json"] {
        assert_eq!(curator.status(event).await, 403, "{event}");
    }
}

#[tokio::test]
async fn the_owner_changes_and_deletes_an_album() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
    assert_eq!(tables.status("albums-change.json").await, 409, "the album does not contain the cover");
    let tables = tables.with_picture(own_picture());
    assert_eq!(tables.status("albums-change.json").await, 200);
    let reply = tables.handle(testing::sample_request("albums-delete.json")).await.unwrap();
    assert_eq!(reply.data(), &json!({"id": album()}));
}

#[tokio::test]
async fn visitors_read_public_albums_only_and_caches_keep_them_for_a_minute() {
    for event in ["albums-get-public.json", "albums-pictures-public.json"] {
        let tables = Tables::with_album(Visibility::Public, None).with_picture(other_picture());
        let reply = tables.handle(testing::sample_request(event)).await.unwrap();
        assert_eq!(reply.caching(), Some(Caching::Minute));
        for visibility in [Visibility::Private, Visibility::Friends] {
            let tables = Tables::with_album(visibility, None).with_picture(other_picture());
            assert_eq!(tables.status(event).await, 404, "{event} {visibility:?}");
        }
    }
}
