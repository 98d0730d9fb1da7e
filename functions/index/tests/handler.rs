//! Tests the requests to DynamoDB and SNS for sample events, with a fake AWS. `histories` tests
//! that the feeds are correct.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::{BTreeSet, HashMap};

use aws_lambda_events::sqs::SqsBatchResponse;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_sns::operation::publish::PublishOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::{
    AlbumId, AlbumRef, AlbumRole, FeedId, FeedRow, Picture, PictureId, PictureKey, UserId, Visibility,
};
use index::{Context, DynamoDbTables, Task};
use lambda::Error;
use lambda::events::Trigger;
use lambda::topic::Topic;
use serde_json::{Value, json};
use testing::AlbumRows;
use uuid::Uuid;

/// Creates a rule that returns these pictures for any keys.
fn pictures(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Pictures"))
        .then_output(move || batch_output("Pictures", pictures.iter().map(testing::row).collect()))
}

/// Creates a rule for single reads of friendships: all pairs are friends, or no pairs are.
fn single_friendships(friends: bool) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Friendships"))
        .then_compute_output(move |request| {
            let keys = request.request_items().unwrap()["Friendships"].keys();
            let rows = keys.iter().filter(|_| friends).map(|key| {
                let rest = json!({"state": "friends", "since": "2026-01-02T03:04:05Z"});
                key.clone().into_iter().chain(testing::row(&rest)).collect()
            });
            batch_output("Friendships", rows.collect())
        })
}

fn batch_output(
    table: &str,
    rows: Vec<HashMap<String, aws_sdk_dynamodb::types::AttributeValue>>,
) -> BatchGetItemOutput {
    BatchGetItemOutput::builder().set_responses(Some(HashMap::from([(table.to_owned(), rows)]))).build()
}

/// Creates a rule for the query of all friends: returns this number of friends.
fn friends(number: u128) -> Rule {
    query("Friendships", (0..number).map(|n| json!({"friendId": Uuid::from_u128(n + 100)})).collect())
}

fn query(table: &'static str, rows: Vec<Value>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            request.table_name() == Some(table) && request.consistent_read() == Some(true)
        })
        .then_output(move || {
            QueryOutput::builder().set_items(Some(rows.iter().map(testing::row).collect())).build()
        })
}

/// Returns the numbers of rows that a request puts and deletes.
fn count_writes(request: &BatchWriteItemInput) -> (usize, usize) {
    let writes: Vec<_> = request.request_items().unwrap().values().flatten().collect();
    let puts = writes.iter().filter(|write| write.put_request().is_some()).count();
    (puts, writes.len() - puts)
}

/// Creates a rule that accepts a batch with these numbers of rows.
fn writes(puts: usize, deletes: usize) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(move |request| count_writes(request) == (puts, deletes))
        .then_output(|| BatchWriteItemOutput::builder().build())
}

/// Creates a rule that accepts this message to *Rebuild*.
fn publishes(task: Task) -> Rule {
    let message = serde_json::to_string(&task).unwrap();
    mock!(aws_sdk_sns::Client::publish)
        .match_requests(move |request| {
            request.topic_arn() == Some("Rebuild") && request.message() == Some(&message)
        })
        .then_output(|| PublishOutput::builder().build())
}

/// Handles an event.
async fn index(event: Value, tables: &[&Rule], topic: &[&Rule]) -> Result<Option<SqsBatchResponse>, Error> {
    let database = testing::database(tables.iter().copied());
    let sns = testing::sns(topic.iter().copied());
    let context =
        Context { tables: DynamoDbTables::new(&database), rebuild: Topic::new(sns, "Rebuild".into()) };
    let trigger: Trigger = serde_json::from_value(event).unwrap();
    index::handle(&context, trigger).await
}

/// Returns the event of the sample picture that becomes ready and public.
fn picture_event() -> Value {
    testing::sample_event("index.json")
}

/// Returns the reader and the owner of the sample events.
fn reader_and_owner() -> (UserId, UserId) {
    ("7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98".parse().unwrap(), testing::registered_picture().key.owner_id)
}

#[tokio::test]
async fn adds_a_public_picture_to_the_feeds_of_its_owner_and_of_friends_and_to_the_public_feed() {
    let (list, write) = (friends(3), writes(7, 0));
    let current = pictures(vec![testing::ready_picture(Visibility::Public)]);
    index(picture_event(), &[&current, &list, &write], &[]).await.unwrap();
    assert_eq!((write.num_calls(), list.num_calls()), (1, 1));
}

#[tokio::test]
async fn reads_no_friendships_for_a_private_picture() {
    let write = writes(1, 0);
    let mut event = picture_event();
    for image in ["OldImage", "NewImage"] {
        event["Records"][0]["dynamodb"][image]["visibility"] = json!({"S": "private"});
    }
    index(event, &[&pictures(vec![testing::ready_picture(Visibility::Private)]), &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn uses_the_current_picture_instead_of_the_image_in_the_event() {
    // The picture is public in the event, and private in the table.
    let write = writes(1, 6);
    let current = pictures(vec![testing::ready_picture(Visibility::Private)]);
    index(picture_event(), &[&current, &friends(3), &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn sends_no_requests_for_changes_that_affect_no_feed() {
    let mut caption = picture_event();
    let record = &mut caption["Records"][0]["dynamodb"];
    record["OldImage"] = record["NewImage"].clone();
    record["NewImage"]["caption"] = json!({"S": "A day at the lake"});
    index(caption, &[], &[]).await.unwrap();
    let mut request: Value = testing::sample_event("index-friendship.json");
    request["Records"][0]["dynamodb"]["NewImage"]["state"] = json!({"S": "requested"});
    index(request, &[], &[]).await.unwrap();
}

#[tokio::test]
async fn an_event_without_images_updates_all_rows() {
    let mut event = picture_event();
    let record = event["Records"][0]["dynamodb"].as_object_mut().unwrap();
    record.remove("OldImage");
    record.remove("NewImage");
    let write = writes(0, 7);
    index(event, &[&pictures(vec![]), &friends(3), &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn rows_of_many_friends_are_written_in_full_batches() {
    let current = pictures(vec![testing::ready_picture(Visibility::Friends)]);
    // The picture is public in the event, so the last batch also deletes the rows of the public
    // feed and of the owner's public pictures.
    let (full, rest) = (writes(25, 0), writes(2, 2));
    index(picture_event(), &[&current, &friends(100), &full, &rest], &[]).await.unwrap();
    assert_eq!((full.num_calls(), rest.num_calls()), (4, 1));
}

#[tokio::test]
async fn unprocessed_rows_are_written_again() {
    let current = pictures(vec![testing::ready_picture(Visibility::Public)]);
    let rest = writes(1, 0);
    let first = mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(|request| count_writes(request) == (4, 0))
        .then_compute_output(|request| {
            let (table, rows) = request.request_items().unwrap().iter().next().unwrap();
            let unprocessed = HashMap::from([(table.clone(), vec![rows[0].clone()])]);
            BatchWriteItemOutput::builder().set_unprocessed_items(Some(unprocessed)).build()
        });
    index(picture_event(), &[&current, &friends(0), &first, &rest], &[]).await.unwrap();
    assert_eq!((first.num_calls(), rest.num_calls()), (1, 1));
}

/// Creates pictures of the sample owner, newest first.
fn pictures_of_owner(number: u128, visibility: Visibility) -> Vec<Picture> {
    let picture = |n: u128| {
        let mut picture = testing::ready_picture(visibility);
        picture.key.picture_id = PictureId(Uuid::from_u128((number - n) << 80));
        picture
    };
    (0..number).map(picture).collect()
}

fn rows_of(pictures: &[Picture]) -> Vec<Value> {
    pictures.iter().map(|picture| serde_json::to_value(picture).unwrap()).collect()
}

#[tokio::test]
async fn adds_the_pictures_of_a_new_friend_in_steps_of_a_thousand() {
    let all = pictures_of_owner(1_000, Visibility::Friends);
    let after = Some(all.last().unwrap().key.picture_id);
    let (reader, owner) = reader_and_owner();
    let (full, next) = (writes(25, 0), publishes(Task::AddFriend { reader, owner, after }));
    let tables = [&single_friendships(true), &query("Pictures", rows_of(&all)), &full];
    index(testing::sample_event("index-friendship.json"), &tables, &[&next]).await.unwrap();
    assert_eq!((full.num_calls(), next.num_calls()), (40, 1));
}

#[tokio::test]
async fn adds_only_the_shared_and_ready_pictures_of_a_new_friend() {
    let mut all = pictures_of_owner(3, Visibility::Private);
    all[1].visibility = Visibility::Public;
    all[2].metadata = None;
    let write = writes(1, 0);
    let tables = [&single_friendships(true), &query("Pictures", rows_of(&all)), &write];
    index(testing::sample_event("index-friendship.json"), &tables, &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn removes_the_pictures_of_a_former_friend_even_if_they_are_deleted() {
    let (reader, owner) = reader_and_owner();
    let row = |n, owner_id| {
        let key = PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n)) };
        FeedRow::direct(FeedId::User(reader), key)
    };
    let rows = [row(5, owner), row(4, reader), row(3, owner)];
    let rows = query("Feeds", rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect());
    let write = writes(0, 2);
    let nothing = pictures(vec![]);
    let mut ended: Value = testing::sample_event("index-friendship.json");
    let record = ended["Records"][0]["dynamodb"].as_object_mut().unwrap();
    let friends = record.remove("NewImage").unwrap();
    record.insert("OldImage".into(), friends);
    index(ended, &[&nothing, &rows, &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn deletes_an_added_row_unless_it_is_required() {
    let current = pictures(vec![testing::ready_picture(Visibility::Friends)]);
    index(testing::sample_event("index-row.json"), &[&current, &single_friendships(true)], &[])
        .await
        .unwrap();
    let deletion = writes(0, 1);
    index(testing::sample_event("index-row.json"), &[&current, &single_friendships(false), &deletion], &[])
        .await
        .unwrap();
    let deleted_picture = pictures(vec![]);
    index(testing::sample_event("index-row.json"), &[&deleted_picture, &deletion], &[]).await.unwrap();
    assert_eq!(deletion.num_calls(), 2);
}

#[tokio::test]
async fn restores_a_removed_row_only_if_it_is_required() {
    let mut event: Value = testing::sample_event("index-row.json");
    event["Records"][0]["eventName"] = json!("REMOVE");
    let record = event["Records"][0]["dynamodb"].as_object_mut().unwrap();
    let image = record.remove("NewImage").unwrap();
    record.insert("OldImage".into(), image);
    let (current, write) = (pictures(vec![testing::ready_picture(Visibility::Friends)]), writes(1, 0));
    index(event.clone(), &[&current, &single_friendships(true), &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
    index(event, &[&current, &single_friendships(false)], &[]).await.unwrap();
}

const ALBUM: AlbumId = AlbumId(Uuid::from_u128(0x019a_1234_2222_7abc_8def_0123_4567_89ab));

/// Creates rules for the reads of an album of the sample reader, with this number of members and
/// these pictures of the sample owner.
fn album(members: u128, keys: &[PictureKey]) -> [Rule; 2] {
    let (reader, owner) = reader_and_owner();
    let mut rows = AlbumRows::default();
    rows.put_album(ALBUM, reader, Visibility::Private);
    for n in 0..members {
        rows.put_member(ALBUM, reader, UserId(Uuid::from_u128(n + 1_000)), AlbumRole::Viewer);
    }
    for key in keys {
        rows.put_picture(ALBUM, *key, Some(owner), jiff::Timestamp::UNIX_EPOCH, false);
    }
    let queried = rows.clone();
    [
        mock!(aws_sdk_dynamodb::Client::batch_get_item)
            .match_requests(|request| request.request_items().unwrap().contains_key("Albums"))
            .then_compute_output(move |request| {
                let keys = request.request_items().unwrap()["Albums"].keys();
                batch_output("Albums", keys.iter().filter_map(|key| rows.get(key)).collect())
            }),
        mock!(aws_sdk_dynamodb::Client::query)
            .match_requests(|request| request.table_name() == Some("Albums"))
            .then_compute_output(move |request| {
                QueryOutput::builder().set_items(Some(queried.query(request))).build()
            }),
    ]
}

/// Creates a rule for updates of the Albums table.
fn album_updates() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| request.table_name() == Some("Albums"))
        .then_output(|| UpdateItemOutput::builder().build())
}

/// Returns a ready, private picture of the sample owner in one album.
fn picture_in_album() -> Picture {
    Picture { albums: 1, ..testing::ready_picture(Visibility::Private) }
}

/// The order of the sample entry is not that of the picture, so that the function corrects it.
#[tokio::test]
async fn adds_a_picture_to_the_feeds_of_the_owner_and_the_members_of_an_album() {
    let picture = picture_in_album();
    let [read, list] = album(2, &[picture.key]);
    let (current, write, order) = (pictures(vec![picture]), writes(3, 0), album_updates());
    let tables = [&current, &read, &list, &write, &order];
    index(testing::sample_event("index-album-picture.json"), &tables, &[]).await.unwrap();
    assert_eq!((write.num_calls(), order.num_calls()), (1, 1));
}

#[tokio::test]
async fn adds_the_pictures_of_an_album_to_the_feed_of_a_new_member() {
    let picture = picture_in_album();
    let [read, list] = album(0, &[picture.key]);
    let (current, write) = (pictures(vec![picture]), writes(1, 0));
    let tables = [&current, &read, &list, &write];
    index(testing::sample_event("index-album-member.json"), &tables, &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

/// Each picture takes 501 rows. A step writes up to 5,000, so that nine pictures fit.
#[tokio::test]
async fn many_pictures_of_a_large_album_are_added_in_steps() {
    let all: Vec<_> = pictures_of_owner(12, Visibility::Private)
        .into_iter()
        .map(|picture| Picture { albums: 1, ..picture })
        .collect();
    let keys: Vec<_> = all.iter().map(|picture| picture.key).collect();
    let [read, list] = album(500, &keys);
    let sorted: BTreeSet<_> = keys.iter().copied().collect();
    let later = sorted.into_iter().skip(9).collect();
    let next = publishes(Task::WriteAlbumRows { album: ALBUM, keys: later });
    let mut event: Value = testing::sample_event("index-album-picture.json");
    let record = event["Records"][0].clone();
    let record_of = |key: &PictureKey| {
        let mut record = record.clone();
        record["dynamodb"]["Keys"]["entry"]["S"] = json!(format!("picture#{key}"));
        record
    };
    event["Records"] = keys.iter().map(record_of).collect();
    let (read_pictures, order) = (pictures_by_key(all), album_updates());
    let (full, rest) = (writes(25, 0), writes(9, 0));
    let tables = [&read_pictures, &read, &list, &full, &rest, &order];
    index(event, &tables, &[&next]).await.unwrap();
    assert_eq!((full.num_calls(), rest.num_calls(), next.num_calls()), (180, 1, 1));
}

/// Creates a rule that returns those of the pictures that a request names.
fn pictures_by_key(pictures: Vec<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Pictures"))
        .then_compute_output(move |request| {
            let keys = request.request_items().unwrap()["Pictures"].keys();
            let rows = pictures.iter().map(testing::row);
            let named = rows
                .filter(|row: &HashMap<_, _>| keys.iter().any(|key| key["pictureId"] == row["pictureId"]));
            batch_output("Pictures", named.collect())
        })
}

/// The rows of other albums stay.
#[tokio::test]
async fn removes_the_pictures_of_a_deleted_album_from_the_feed_of_its_owner() {
    let (reader, owner) = reader_and_owner();
    let row = |n, album_id| {
        let key = PictureKey { owner_id: owner, picture_id: PictureId(Uuid::from_u128(n)) };
        FeedRow {
            via: Some(AlbumRef { album_id, owner_id: reader }),
            ..FeedRow::direct(FeedId::User(reader), key)
        }
    };
    let rows = [row(5, ALBUM), row(4, AlbumId(Uuid::from_u128(1))), row(3, ALBUM)];
    let rows = query("Feeds", rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect());
    let (current, write) = (pictures(vec![]), writes(0, 2));
    index(testing::sample_event("index-album-deleted.json"), &[&current, &rows, &write], &[]).await.unwrap();
    assert_eq!(write.num_calls(), 1);
}

#[tokio::test]
async fn records_a_change_of_an_album_once_for_its_owner_and_each_member() {
    let mut event: Value = testing::sample_event("index-album-deleted.json");
    let record = event["Records"][0].as_object_mut().unwrap();
    record["eventName"] = json!("MODIFY");
    let images = record["dynamodb"].as_object_mut().unwrap();
    let mut new = images["OldImage"].clone();
    new["updatedAt"]["S"] = json!("2026-11-21T05:22:34Z");
    images.insert("NewImage".into(), new);
    let records = event["Records"].as_array_mut().unwrap();
    records.push(records[0].clone());
    let ([read, list], touch) = (album(3, &[]), album_updates());
    index(event, &[&read, &list, &touch], &[]).await.unwrap();
    assert_eq!(touch.num_calls(), 4);
}

#[tokio::test]
async fn a_rebuild_publishes_its_next_steps() {
    let mut everyone: Value = testing::sample_event("index-rebuild.json");
    everyone["Records"][0]["body"] = json!("\"everyone\"");
    let (pictures, rows) =
        (publishes(Task::WriteAllRows { after: None }), publishes(Task::VerifyAllRows { after: None }));
    let reply = index(everyone, &[], &[&pictures, &rows]).await.unwrap().unwrap();
    assert!(reply.batch_item_failures.is_empty());
    assert_eq!((pictures.num_calls(), rows.num_calls()), (1, 1));
    let owner = testing::registered_picture().key.owner_id;
    let tasks = [
        Task::VerifyFeed { reader: owner, owners: None, after: None },
        Task::VerifyOwnerFeed { feed: FeedId::SharedOf(owner), after: None },
        Task::VerifyOwnerFeed { feed: FeedId::PublicOf(owner), after: None },
        Task::WriteRowsOf { owner, after: None },
        Task::AddMember { reader: owner, album: ALBUM, after: None },
    ]
    .map(publishes);
    let topic: Vec<_> = tasks.iter().collect();
    let albums = query("Albums", vec![json!({"listId": "member#", "entry": format!("album#{ALBUM}")})]);
    let tables = [&friends(0), &albums];
    index(testing::sample_event("index-rebuild.json"), &tables, &topic).await.unwrap();
    assert!(tasks.iter().all(|task| task.num_calls() == 1));
}

#[tokio::test]
async fn a_message_that_is_not_a_task_fails() {
    for body in ["", "{}", "everyone", r#"{"user": "nobody"}"#] {
        let mut event: Value = testing::sample_event("index-rebuild.json");
        event["Records"][0]["body"] = json!(body);
        let reply = index(event, &[], &[]).await.unwrap().unwrap();
        assert_eq!(reply.batch_item_failures.len(), 1, "{body}");
    }
}
