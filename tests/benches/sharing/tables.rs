//! Tables with the keys of the template's, and a client that counts requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection,
    ProjectionType, PutRequest, ScalarAttributeType, WriteRequest,
};
use domain::{
    CameraFacts, ContentType, Friendship, FriendshipState, Picture, PictureId, PictureKey, Rendition,
    Renditions, UserId, Visibility,
};
use end_to_end::root::Root;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use index::Tables as _;
use lambda::http::Request;
use serde_json::{Value, json};
use store::{Database, Table, UrlPresigner};
use uuid::Uuid;

/// The maximum number of writes of one `BatchWriteItem`.
const MAX_WRITES: usize = 25;
/// The number of concurrent batches.
const CONCURRENT: usize = 4;
/// The tables that the two functions use, with their partition keys and sort keys.
const TABLES: [(Table, &str, Option<&str>); 5] = [
    (Table::Pictures, "ownerId", Some("pictureId")),
    (Table::Friendships, "userId", Some("friendId")),
    (Table::Feeds, "feedId", Some("pictureId")),
    (Table::Users, "userId", None),
    (Table::Secrets, "secretId", None),
];

/// Member number `n`.
pub fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// The numbers of requests and of items in batch writes.
#[derive(Clone, Debug, Default)]
struct Counts(Arc<(AtomicUsize, AtomicUsize)>);

impl Intercept for Counts {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), aws_sdk_dynamodb::error::BoxError> {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        if let Some(batch) = context.input().downcast_ref::<BatchWriteItemInput>() {
            let items = batch.request_items().into_iter().flatten().map(|(_, items)| items.len()).sum();
            self.0.1.fetch_add(items, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The tables of one run.
pub struct Tables {
    client: aws_sdk_dynamodb::Client,
    run: String,
    counts: Counts,
    pub index: index::DynamoDbTables,
    feed: feed::Context,
}

impl Tables {
    pub async fn create() -> Self {
        let root = Root::default();
        let run = Uuid::now_v7().simple().to_string();
        for (table, hash, range) in TABLES {
            create(&root.dynamodb, &table_name(&run, table), hash, range).await;
        }
        let counts = Counts::default();
        let config = root.dynamodb.config().to_builder().interceptor(counts.clone()).build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        let database = Database::new(client.clone(), |table| table_name(&run, table));
        let presigner = UrlPresigner::new(
            aws_credential_types::Credentials::new("id", "secret", None, None, "bench"),
            "us-east-1".into(),
            "https://bench".into(),
        );
        let index = index::DynamoDbTables::new(&database);
        let feed = feed::Context::new(&database, presigner);
        Self { client, run, counts, index, feed }
    }

    pub async fn delete(self) {
        for (table, ..) in TABLES {
            self.client.delete_table().table_name(table_name(&self.run, table)).send().await.unwrap();
        }
    }

    pub fn reset_counts(&self) {
        self.counts.0.0.store(0, Ordering::Relaxed);
        self.counts.0.1.store(0, Ordering::Relaxed);
    }

    /// Returns the numbers of requests and of written items since the last reset.
    pub fn counts(&self) -> (usize, usize) {
        (self.counts.0.0.load(Ordering::Relaxed), self.counts.0.1.load(Ordering::Relaxed))
    }

    async fn put_all(&self, table: Table, rows: Vec<Value>) {
        let name = table_name(&self.run, table);
        let batches = rows.chunks(MAX_WRITES).map(|rows| {
            let writes = rows.iter().map(|row| {
                let row = serde_dynamo::aws_sdk_dynamodb_1::to_item(row).unwrap();
                let put = PutRequest::builder().set_item(Some(row)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            self.client.batch_write_item().request_items(&name, writes.collect()).send()
        });
        let written = iter(batches).buffer_unordered(CONCURRENT).try_for_each(async |_| Ok(()));
        written.await.unwrap();
    }

    /// Writes friendships of `user` with `friends`, in both directions.
    pub async fn befriend(&self, user: UserId, friends: impl IntoIterator<Item = UserId>) {
        let since = jiff::Timestamp::UNIX_EPOCH;
        let row = |user_id, friend_id| {
            serde_json::to_value(Friendship::new(user_id, friend_id, FriendshipState::Friends, since))
                .unwrap()
        };
        let rows = friends.into_iter().flat_map(|friend| [row(user, friend), row(friend, user)]);
        self.put_all(Table::Friendships, rows.collect()).await;
    }

    pub async fn list_friends(&self, user: UserId) -> Vec<UserId> {
        self.index.list_friends(user).await.unwrap()
    }

    /// Writes a ready picture.
    pub async fn put_picture(&self, owner: UserId, visibility: Visibility) -> PictureKey {
        self.put_pictures(owner, 1, visibility).await[0]
    }

    /// Writes `number` ready pictures.
    pub async fn put_pictures(
        &self,
        owner: UserId,
        number: usize,
        visibility: Visibility,
    ) -> Vec<PictureKey> {
        let size = Rendition { width: 320, height: 213, bytes: 9_000 };
        let rows: Vec<_> = (0..number)
            .map(|_| {
                let key = PictureKey { owner_id: owner, picture_id: PictureId::new() };
                Picture {
                    renditions: Some(Renditions { small: size.clone(), large: size.clone() }),
                    metadata: Some(CameraFacts::default()),
                    width: Some(320),
                    height: Some(213),
                    thumbhash: Some("nBgGDYAGV5aKh3hxemiHdwamYwF8".into()),
                    ..Picture::register(key, visibility, ContentType::Jpeg, 3_000_000)
                }
            })
            .collect();
        let items = rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect();
        self.put_all(Table::Pictures, items).await;
        rows.into_iter().map(|picture| picture.key).collect()
    }

    /// Reads the first page of `GET /feed` and counts its pictures.
    pub async fn count_page(&self, reader: UserId) -> usize {
        let mut event: Value = serde_json::from_str(include_str!("../../../events/feed.json")).unwrap();
        let provider =
            format!("cognito-idp.r.amazonaws.com/p,cognito-idp.r.amazonaws.com/p:CognitoSignIn:{reader}");
        event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = json!(provider);
        event["queryStringParameters"] = json!({"limit": "50"});
        event["multiValueQueryStringParameters"] = json!({"limit": ["50"]});
        let request = Request::new(serde_json::from_value(event).unwrap());
        let reply = feed::handle(&self.feed, request).await.unwrap();
        reply.data()["items"].as_array().unwrap().len()
    }
}

fn table_name(run: &str, table: Table) -> String {
    format!("bench-{run}-{table:?}")
}

async fn create(client: &aws_sdk_dynamodb::Client, name: &str, hash: &str, range: Option<&str>) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let key =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let mut table = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    table = table.attribute_definitions(attribute(hash)).key_schema(key(hash, KeyType::Hash));
    if let Some(range) = range {
        table = table.attribute_definitions(attribute(range)).key_schema(key(range, KeyType::Range));
    }
    if range == Some("friendId") {
        let all = Projection::builder().projection_type(ProjectionType::All).build();
        let index = LocalSecondaryIndex::builder().index_name("ByState").projection(all);
        let index = index.key_schema(key(hash, KeyType::Hash)).key_schema(key("state", KeyType::Range));
        table =
            table.attribute_definitions(attribute("state")).local_secondary_indexes(index.build().unwrap());
    }
    table.send().await.unwrap();
}
