//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use albums::Context;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ItemResponse, TransactWriteItem};
use aws_smithy_mocks::{MockResponse, mock};
use domain::{AlbumId, AlbumRole, Guest, Picture, PictureId, PictureKey, Sha256, UserId, Visibility};
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
    /// The caller has set the maximum number of rules today.
    no_rules_left: bool,
    /// The tables as they are from the first transaction on.
    later: Option<Arc<Tables>>,
    is_later: Arc<AtomicBool>,
    /// The owner of the album blocked the caller.
    is_blocked: bool,
    written: Arc<Mutex<Vec<TransactWriteItemsInput>>>,
}

/// The condition of an item of a transaction.
struct Item<'a> {
    table: &'a str,
    key: &'a Row,
    condition: &'a str,
    values: Option<&'a Row>,
}

impl<'a> Item<'a> {
    /// Returns `None` if the item has no condition.
    fn with_condition(item: &'a TransactWriteItem) -> Option<Self> {
        macro_rules! condition {
            ($item:expr, $key:ident) => {
                $item.map(|item| {
                    let condition = item.condition_expression();
                    (item.table_name(), item.$key(), condition, item.expression_attribute_values())
                })
            };
        }
        let check = item.condition_check().map(|check| {
            let values = check.expression_attribute_values();
            (check.table_name(), check.key(), Some(check.condition_expression()), values)
        });
        let (table, key, condition, values) = check
            .or(condition!(item.put(), item))
            .or(condition!(item.delete(), key))
            .or(condition!(item.update(), key))?;
        Some(Self { table, key, condition: condition?, values })
    }
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
    fn with_picture(self, picture: Picture) -> Self {
        self.with_picture_at("2026-01-03T03:04:05Z", picture)
    }

    fn with_picture_at(mut self, time: &str, picture: Picture) -> Self {
        let at = time.parse().unwrap();
        self.albums.put_picture(album(), picture.key, Some(picture.key.owner_id), at, false);
        self.pictures.push(picture);
        self
    }

    /// Chooses the cover of the album.
    fn choosing(mut self, cover: PictureKey) -> Self {
        self.albums.put_cover(album(), cover);
        self
    }

    /// Returns the tables as they are now.
    fn now(&self) -> &Self {
        let later = self.later.as_deref().filter(|_| self.is_later.load(Ordering::Relaxed));
        later.unwrap_or(self)
    }

    /// Changes the tables just before the first transaction.
    fn changing(mut self, change: impl FnOnce(&mut Self)) -> Self {
        let mut later = self.clone();
        change(&mut later);
        self.later = Some(Arc::new(later));
        self
    }

    /// Returns `true` if the condition of an item on the existence of an album's row, on a role, on
    /// the number of albums of a picture, or on a block holds now.
    fn fulfils(&self, item: &Item<'_>) -> bool {
        let read = || self.now().read(item.table, item.key);
        let is_role = |(name, _): &(&String, &AttributeValue)| name.starts_with(":role");
        match (item.table, item.condition) {
            ("Albums", "attribute_not_exists(entry)") => read().is_none(),
            ("Albums", condition) if condition.contains("attribute_not_exists(#rule)") => {
                read().is_some_and(|row| !row.contains_key("rule"))
            }
            ("Albums", condition) if condition.contains("size(albumIds) < :max") => {
                let values = item.values.unwrap();
                let max = values[":max"].as_n().unwrap().parse().unwrap();
                read().is_none_or(|row| {
                    let ids = row["albumIds"].as_ss().unwrap();
                    ids.len() < max || ids.contains(values[":album"].as_s().unwrap())
                })
            }
            ("Quotas", _) => !self.no_rules_left,
            ("Albums", _) => read().is_some_and(|row| {
                let mut roles = item.values.iter().flat_map(|values| *values).filter(is_role).peekable();
                roles.peek().is_none() || roles.any(|(_, role)| row.get("role") == Some(role))
            }),
            ("Pictures", condition) if condition.contains(":one") => {
                let albums = read().and_then(|row| row.get("albums")?.as_n().ok()?.parse::<u32>().ok());
                (albums.unwrap_or_default() > 1) == condition.contains("albums > :one")
            }
            ("Friendships", condition) if condition.contains("blockedByFriend") => {
                read().is_none_or(|row| !row.contains_key("blockedByFriend"))
            }
            _ => true,
        }
    }

    /// Returns the outcome of each item of a transaction.
    fn reasons(&self, request: &TransactWriteItemsInput) -> Vec<CancellationReason> {
        let fails = |item| Item::with_condition(item).is_some_and(|item| !self.fulfils(&item));
        let code = |item| if fails(item) { "ConditionalCheckFailed" } else { "None" };
        let reason = |item| CancellationReason::builder().code(code(item)).build();
        request.transact_items().iter().map(reason).collect()
    }

    fn read(&self, table: &str, key: &Row) -> Option<Row> {
        let id = |name: &str| key[name].as_s().unwrap().parse::<Uuid>().unwrap();
        match table {
            "Albums" => self.albums.get(key),
            "Pictures" => {
                let key = (UserId(id("ownerId")), PictureId(id("pictureId")));
                let is_it = |picture: &&Picture| (picture.key.owner_id, picture.key.picture_id) == key;
                self.pictures.iter().find(is_it).map(testing::row)
            }
            "Friendships" => {
                let (user, friend) = (UserId(id("userId")), UserId(id("friendId")));
                let is_friend = user == me() && self.friends.contains(&friend);
                let is_blocked = self.is_blocked && (user, friend) == (me(), OTHER);
                let mut row = json!({"userId": user, "friendId": friend, "since": "2026-01-02T03:04:05Z",
                    "state": if is_friend { "friends" } else { "unrelated" }});
                if is_blocked {
                    row["blockedByFriend"] = json!(true);
                }
                (is_friend || is_blocked).then(|| testing::row(&row))
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
                let row = tables.now().read(request.table_name().unwrap(), request.key().unwrap());
                GetItemOutput::builder().set_item(row).build()
            });
        let tables = Arc::clone(&all);
        let batch = mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut output = BatchGetItemOutput::builder();
            for (table, keys) in request.request_items().unwrap() {
                assert_eq!(keys.consistent_read(), Some(true), "{table}");
                let rows = keys.keys().iter().filter_map(|key| tables.now().read(table, key)).collect();
                output = output.responses(table, rows);
            }
            output.build()
        });
        let tables = Arc::clone(&all);
        let transact = mock!(Client::transact_get_items).then_compute_output(move |request| {
            let gets = request.transact_items().iter().map(|item| item.get().unwrap());
            let read = |get: &aws_sdk_dynamodb::types::Get| tables.now().read(get.table_name(), get.key());
            let responses = gets.map(|get| ItemResponse::builder().set_item(read(get)).build());
            TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
        });
        let tables = Arc::clone(&all);
        let query = mock!(Client::query).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let rows = tables.now().albums.query(request);
            let count = i32::try_from(rows.len()).unwrap();
            QueryOutput::builder().set_items(Some(rows)).count(count).build()
        });
        let tables = Arc::clone(&all);
        let write = mock!(Client::transact_write_items).then_compute_response(move |request| {
            tables.is_later.store(true, Ordering::Relaxed);
            let reasons = tables.reasons(request);
            if reasons.iter().any(|reason| reason.code() != Some("None")) {
                let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
                let error = TransactWriteItemsError::TransactionCanceledException(error.build());
                return MockResponse::Error(error);
            }
            tables.written.lock().unwrap().push(request.clone());
            MockResponse::Output(TransactWriteItemsOutput::builder().build())
        });
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
        let context = Context::new(&testing::database(rules), testing::presigner(), testing::LIMITS);
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

/// A picture of a guest of [`OTHER`], who owns the album.
fn waiting_picture() -> Picture {
    let key = PictureKey { owner_id: OTHER, picture_id: PictureId(Uuid::from_u128(7)) };
    let link_id = "019a1234-3333-7abc-8def-0123456789ab".parse().unwrap();
    let guest = Guest { name: "Gus".into(), link_id, key_hash: Sha256::of(b"key") };
    Picture { key, guest: Some(guest), albums: 1, ..own_picture() }
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
    assert_eq!(data["cover"]["owner"]["id"], json!(OTHER));
    let reply = tables.handle(testing::sample_request("albums-list.json")).await.unwrap();
    assert_eq!(reply.data()["items"], json!([]), "the mirror has no time in this test");
}

#[tokio::test]
async fn without_a_choice_the_picture_added_last_that_the_caller_can_view_is_the_cover() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Viewer));
    let picture = |owner_id, n| {
        let key = PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n)) };
        Picture { key, ..own_picture() }
    };
    let (first, second) = (picture(OTHER, 3), picture(OTHER, 2));
    let failed = Picture { failure: Some("Not a picture.".into()), ..picture(OTHER, 1) };
    let tables = tables.with_picture_at("2026-01-03T03:04:05Z", first.clone());
    let tables = tables.with_picture_at("2026-01-03T03:04:06Z", second.clone());
    for (tables, expected) in [
        (tables.clone(), &second),
        (tables.clone().with_picture_at("2026-01-03T03:04:07Z", failed), &second),
        (tables.clone().choosing(first.key), &first),
        (tables.choosing(picture(OTHER, 9).key), &second),
    ] {
        let reply = tables.handle(testing::sample_request("albums-get.json")).await.unwrap();
        assert_eq!(reply.data()["cover"]["id"], json!(expected.key.picture_id));
    }
}

#[tokio::test]
async fn an_added_picture_is_not_chosen_as_cover() {
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
    tables.pictures.push(own_picture());
    assert_eq!(tables.status("albums-add-picture.json").await, 200);
    let written = tables.written.lock().unwrap();
    let updates: Vec<_> = written[0].transact_items().iter().filter_map(|item| item.update()).collect();
    assert!(updates.iter().any(|update| update.update_expression().contains("#count")));
    assert!(!updates.iter().any(|update| update.update_expression().contains("cover")), "{updates:?}");
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

/// An album of the caller, and a picture of a guest that is not uploaded. It waits for approval in
/// this album or in another one.
fn with_unready_picture(waits_here: bool) -> Tables {
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
    let picture = Picture { guest: waiting_picture().guest, albums: 1, ..testing::registered_picture() };
    if waits_here {
        let at = "2026-01-03T03:04:05Z".parse().unwrap();
        tables.albums.put_picture(album(), picture.key, None, at, true);
    }
    tables.pictures.push(picture);
    tables
}

/// Sends a change of many pictures, and returns the reasons of refused pictures.
async fn reasons(tables: &Tables, event: &str, body: Value) -> Vec<String> {
    let reply = tables.handle(testing::sample_request_with_body(event, &body.to_string())).await.unwrap();
    let refused = reply.data()["refused"].as_array().unwrap().iter();
    refused.map(|refused| refused["reason"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nobody_approves_or_adds_a_picture_of_a_guest_before_it_can_be_seen() {
    let key = own_picture().key;
    let tables = with_unready_picture(true);
    let reply = tables.handle(testing::sample_request("albums-waiting.json")).await.unwrap();
    assert_eq!(reply.data()["items"], json!([]));
    let notes = "This picture is not ready yet. Wait a moment, then approve it.";
    assert_eq!(reasons(&tables, "albums-review.json", json!({"approve": [key]})).await, [notes]);
    for waits_here in [true, false] {
        let tables = with_unready_picture(waits_here);
        assert_eq!(tables.status("albums-add-picture.json").await, 409, "{waits_here}");
        let [reason] = &reasons(&tables, "albums-change-pictures.json", json!({"add": [key]})).await[..]
        else {
            panic!("one refusal");
        };
        assert!(reason.contains("not ready"), "{reason}");
        assert!(tables.written.lock().unwrap().is_empty(), "{waits_here}");
    }
    let tables = with_unready_picture(true);
    assert!(reasons(&tables, "albums-review.json", json!({"reject": [key]})).await.is_empty());
    assert!(!tables.written.lock().unwrap().is_empty(), "a rejection needs no file");
}

#[tokio::test]
async fn only_a_review_takes_a_picture_of_a_guest_out_of_the_review() {
    let notes = "This picture waits for approval. Approve or reject it instead.";
    let owner = with_unready_picture(true);
    let error = owner.handle(testing::sample_request("albums-remove-picture.json")).await.unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (409, notes));
    let [event, key] = ["albums-change-pictures.json", "remove"];
    assert_eq!(reasons(&owner, event, json!({key: [own_picture().key]})).await, [notes]);
    assert!(owner.written.lock().unwrap().is_empty());
    let curator = with_everything(AlbumRole::Curator);
    let body = json!({key: [waiting_picture().key, other_picture().key]});
    assert_eq!(reasons(&curator, event, body).await, [notes]);
    let key = other_picture().key;
    let expected = [format!("album#{} picture#{key}", album()), format!("picture#{key} album#{}", album())];
    assert_eq!(curator.written_keys(), expected, "the other picture is removed");
}

/// Rejects the picture that waits, and returns the reasons of refused pictures.
async fn reject(tables: &Tables) -> Vec<String> {
    reasons(tables, "albums-review.json", json!({"reject": [waiting_picture().key]})).await
}

#[tokio::test]
async fn a_rejection_deletes_a_picture_together_with_its_rows_in_the_album() {
    let tables = with_everything(AlbumRole::Curator);
    assert!(reject(&tables).await.is_empty());
    let [written] = &tables.written.lock().unwrap()[..] else { panic!("one transaction") };
    let deleted = written.transact_items().iter().filter_map(|item| item.delete());
    let tables: Vec<_> = deleted.map(|delete| delete.table_name().to_owned()).collect();
    assert_eq!(tables, ["Pictures", "Albums", "Albums"]);
}

#[tokio::test]
async fn a_rejection_keeps_a_picture_that_another_album_contains() {
    let mut tables = with_everything(AlbumRole::Curator);
    for picture in tables.pictures.iter_mut().filter(|picture| picture.guest.is_some()) {
        picture.albums = 2;
    }
    assert!(reject(&tables).await.is_empty());
    let key = waiting_picture().key;
    let expected = [format!("album#{} waiting#{key}", album()), format!("picture#{key} album#{}", album())];
    assert_eq!(tables.written_keys(), expected);
    let written = tables.written.lock().unwrap();
    let items = written[0].transact_items();
    assert!(!items.iter().filter_map(|item| item.delete()).any(|delete| delete.table_name() == "Pictures"));
    let update = items.iter().filter_map(|item| item.update()).find(|item| item.table_name() == "Pictures");
    assert_eq!(update.unwrap().update_expression(), "ADD albums :minus");
}

#[tokio::test]
async fn a_rejection_keeps_a_picture_that_was_approved_at_the_same_time() {
    let tables = with_everything(AlbumRole::Curator).changing(|later| {
        later.albums.remove_waiting(album(), waiting_picture().key);
        let at = "2026-01-03T03:04:05Z".parse().unwrap();
        later.albums.put_picture(album(), waiting_picture().key, None, at, false);
    });
    assert_eq!(reject(&tables).await, ["This picture does not wait for approval."]);
    assert!(tables.written.lock().unwrap().is_empty());
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

/// The calls that change an album of which the caller is a curator, and the bodies of the requests.
fn calls_of_a_curator() -> Vec<(&'static str, Option<String>)> {
    let [waiting, contained] = [waiting_picture().key, other_picture().key];
    vec![
        ("albums-put-member.json", None),
        ("albums-remove-member.json", None),
        ("albums-review.json", Some(json!({"approve": [waiting]}).to_string())),
        ("albums-review.json", Some(json!({"reject": [waiting]}).to_string())),
        ("albums-change-pictures.json", Some(json!({"remove": [contained]}).to_string())),
    ]
}

fn call((event, body): &(&str, Option<String>)) -> Request {
    match body {
        Some(body) => testing::sample_request_with_body(event, body),
        None => testing::sample_request(event),
    }
}

/// An album with a member, a picture, and a picture of a guest that waits.
fn with_everything(role: AlbumRole) -> Tables {
    let tables = Tables::with_album(Visibility::Private, Some(role));
    let mut tables = tables.with_picture(other_picture());
    tables.albums.put_member(album(), OTHER, member(), AlbumRole::Viewer);
    let at = "2026-01-03T03:04:05Z".parse().unwrap();
    tables.albums.put_picture(album(), waiting_picture().key, None, at, true);
    tables.pictures.push(waiting_picture());
    tables
}

#[tokio::test]
async fn each_change_requires_the_album_and_that_the_caller_still_is_a_curator() {
    for role in [AlbumRole::Owner, AlbumRole::Curator] {
        for request in calls_of_a_curator() {
            let tables = with_everything(role);
            assert_eq!(tables.handle(call(&request)).await.unwrap().status(), 200, "{request:?}");
            let written = tables.written.lock().unwrap();
            let items: Vec<_> = written[0].transact_items().iter().filter_map(Item::with_condition).collect();
            let find = |table: &str, name: &str, value: &str| {
                items.iter().find(|item| {
                    let found = item.key.get(name).and_then(|key| key.as_s().ok());
                    item.table == table && found.is_some_and(|found| found == value)
                })
            };
            let album = find("Albums", "entry", "album").unwrap();
            assert!(album.condition.contains("attribute_exists(entry)"), "{request:?}");
            let member = find("Albums", "entry", &format!("member#{}", me()));
            let block = find("Friendships", "friendId", &OTHER.to_string());
            if role == AlbumRole::Owner {
                assert!(member.is_none() && block.is_none(), "{request:?}");
                continue;
            }
            let roles = member.unwrap().values.unwrap().values().map(|role| role.as_s().unwrap());
            assert_eq!(roles.collect::<Vec<_>>(), ["curator"], "{request:?}");
            let block = block.unwrap();
            assert_eq!(block.key["userId"].as_s().unwrap(), &me().to_string());
            assert!(block.condition.contains("attribute_not_exists(blockedByFriend)"), "{request:?}");
            assert!(block.condition.contains("#state <> :blocked"), "{request:?}");
        }
    }
}

#[tokio::test]
async fn a_curator_who_loses_the_role_during_the_call_changes_nothing() {
    type Change = fn(&mut Tables);
    let demote: Change = |later| later.albums.put_member(album(), OTHER, me(), AlbumRole::Contributor);
    let remove: Change = |later| later.albums.remove_member(album(), me());
    let block: Change = |later| later.is_blocked = true;
    let delete: Change = |later| later.albums.remove_album(album());
    for (change, status) in [(demote, 403), (remove, 404), (block, 404), (delete, 404)] {
        for request in calls_of_a_curator() {
            let tables = with_everything(AlbumRole::Curator).changing(change);
            match tables.handle(call(&request)).await {
                Ok(reply) => panic!("{request:?}: {:?}", reply.data()),
                Err(error) => assert_eq!(error.status(), status, "{request:?}"),
            }
            assert!(tables.written.lock().unwrap().is_empty(), "{request:?}");
        }
    }
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
async fn a_cover_that_is_removed_at_the_same_time_is_not_chosen() {
    let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner)).with_picture(own_picture());
    let tables = tables.changing(|later| later.albums.remove_picture(album(), own_picture().key));
    assert_eq!(tables.status("albums-change.json").await, 409);
    assert!(tables.written.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_removal_requires_the_cover_that_it_read() {
    for (cover, condition) in
        [(Some(own_picture().key), "cover = :cover"), (None, "attribute_not_exists(cover)")]
    {
        let tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
        let tables = tables.with_picture(own_picture());
        let tables = cover.into_iter().fold(tables, Tables::choosing);
        assert_eq!(tables.status("albums-remove-picture.json").await, 200);
        let written = tables.written.lock().unwrap();
        let mut updates = written[0].transact_items().iter().filter_map(|item| item.update());
        let album = updates.find(|update| update.table_name() == "Albums").unwrap();
        assert!(album.condition_expression().unwrap().ends_with(condition), "{album:?}");
        assert_eq!(album.update_expression().contains("REMOVE cover"), cover.is_some());
    }
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

/// Returns the status and the message of the reply to an event with another body.
async fn refusal(tables: &Tables, event: &str, body: Option<Value>) -> (u16, String) {
    let request = match body {
        Some(body) => testing::sample_request_with_body(event, &body.to_string()),
        None => testing::sample_request(event),
    };
    let error = tables.handle(request).await.unwrap_err();
    (error.status(), error.to_string())
}

#[tokio::test]
async fn nobody_adds_pictures_to_a_smart_album() {
    let own = json!({ "add": [own_picture().key] });
    for role in [AlbumRole::Owner, AlbumRole::Curator, AlbumRole::Contributor] {
        let mut tables = Tables::with_album(Visibility::Private, Some(role));
        tables.albums.change_album(album(), &json!({ "rule": "picture.iso == 100" }));
        tables.pictures = vec![own_picture()];
        for (event, body) in
            [("albums-add-picture.json", None), ("albums-change-pictures.json", Some(own.clone()))]
        {
            let (status, message) = refusal(&tables, event, body).await;
            assert_eq!(status, 409, "{role:?}: {message}");
            assert!(message.contains("only its rule adds pictures"), "{message}");
        }
        assert_eq!(tables.written_keys(), Vec::<String>::new(), "{role:?}");
    }
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Curator));
    tables.albums.change_album(album(), &json!({ "rule": "True" }));
    tables.pictures = vec![waiting_picture()];
    let approval = json!({ "approve": [waiting_picture().key] });
    assert_eq!(refusal(&tables, "albums-review.json", Some(approval)).await.0, 409);
}

#[tokio::test]
async fn an_album_that_becomes_smart_at_the_same_time_gets_no_picture() {
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
    tables.pictures = vec![own_picture()];
    let tables = tables.changing(|tables| tables.albums.change_album(album(), &json!({ "rule": "True" })));
    let (status, message) = refusal(&tables, "albums-add-picture.json", None).await;
    assert_eq!((status, tables.written_keys()), (409, vec![]), "{message}");
}

#[tokio::test]
async fn only_the_owner_sees_the_rule_of_an_album() {
    for (role, rule) in [(AlbumRole::Owner, Some("picture.iso == 100")), (AlbumRole::Curator, None)] {
        let mut tables = Tables::with_album(Visibility::Private, Some(role));
        tables.albums.change_album(album(), &json!({ "rule": "picture.iso == 100" }));
        let reply = tables.handle(testing::sample_request("albums-get.json")).await.unwrap();
        assert_eq!(reply.data().get("rule"), rule.map(|rule| json!(rule)).as_ref(), "{role:?}");
        assert_eq!(reply.data()["smart"], true, "{role:?}");
    }
}

#[tokio::test]
async fn a_new_smart_album_has_its_rule() {
    let tables = Tables::default();
    let body = json!({ "title": "Norway", "rule": "picture.place == 'Norway'" });
    let request = testing::sample_request_with_body("albums-create.json", &body.to_string());
    // The mock does not write, so that the album is missing afterwards.
    assert_eq!(tables.handle(request).await.unwrap_err().status(), 404);
    let written = tables.written.lock().unwrap();
    let row = written[0].transact_items()[0].put().unwrap().item();
    assert_eq!(row["rule"].as_s().unwrap(), "picture.place == 'Norway'");
    assert_eq!(updated(&written[0]), [format!("smart#{}", me()), "Quotas".into()]);
}

/// Returns the partitions of the Albums table, and the other tables, that a transaction updates.
fn updated(request: &TransactWriteItemsInput) -> Vec<String> {
    let updates = request.transact_items().iter().filter_map(|item| item.update());
    let name = |update: &aws_sdk_dynamodb::types::Update| match update.table_name() {
        "Albums" => update.key()["listId"].as_s().unwrap().clone(),
        other => other.to_owned(),
    };
    updates.map(name).collect()
}

/// Changes the album and returns the status, with the notes of an error.
async fn change(tables: &Tables, body: &Value) -> (u16, String) {
    let request = testing::sample_request_with_body("albums-change.json", &body.to_string());
    match tables.handle(request).await {
        Ok(reply) => (reply.status(), String::new()),
        Err(error) => (error.status(), error.to_string()),
    }
}

#[tokio::test]
async fn only_another_rule_is_a_change() {
    let (list, quotas) = (format!("smart#{}", me()), "Quotas".to_owned());
    let row = format!("album#{}", album());
    for (rule, expected) in [
        (json!("True"), None),
        (json!("False"), Some(vec![row.clone(), list.clone(), quotas])),
        (json!(null), Some(vec![row, list])),
    ] {
        let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
        tables.albums.put_rule(album(), me(), "True");
        assert_eq!(change(&tables, &json!({ "rule": rule })).await.0, 200, "{rule}");
        let written = tables.written.lock().unwrap();
        assert_eq!(written.first().map(updated), expected, "{rule}");
        let Some(request) = written.first() else { continue };
        let update = request.transact_items()[0].update().unwrap();
        let names = update.expression_attribute_names().unwrap();
        assert!(names.values().any(|name| name == "ruleProgress"), "the new rule is applied: {update:?}");
    }
    let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
    tables.albums.put_rule(album(), me(), "True");
    assert_eq!(change(&tables, &json!({ "rule": "True", "title": "Oslo" })).await.0, 200);
    assert_eq!(tables.written.lock().unwrap().len(), 0, "an update without the rule");
}

#[tokio::test]
async fn rules_have_a_limit_and_a_quota() {
    let smart = |count: usize, is_included: bool| {
        let mut tables = Tables::with_album(Visibility::Private, Some(AlbumRole::Owner));
        let mut albums: Vec<_> = (1..).map(|n| AlbumId(Uuid::from_u128(n))).take(count).collect();
        if is_included {
            albums[0] = album();
        }
        tables.albums.put_smart_albums(me(), &albums);
        tables
    };
    let body = json!({ "rule": "True" });
    assert_eq!(change(&smart(19, false), &body).await.0, 200);
    assert_eq!(change(&smart(20, true), &body).await.0, 200, "the album is one of them");
    let (status, message) = change(&smart(20, false), &body).await;
    assert!(status == 409 && message.contains("20 smart albums"), "{status} {message}");
    let tables = Tables { no_rules_left: true, ..smart(1, false) };
    let (status, message) = change(&tables, &body).await;
    assert!(status == 429 && message.contains("You have set 50 rules"), "{status} {message}");
    assert_eq!(change(&tables, &json!({ "title": "Oslo" })).await.0, 200, "other changes do not count");
}
