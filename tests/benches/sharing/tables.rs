//! Tables like the application's, and clients that count.

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
use lambda::http::Request;
use serde_json::{Value, json};
use store::retry::retry_unprocessed;
use store::{AccessReader, Feeds, Friendships, Pictures, Secrets, UrlPresigner, Users};
use uuid::Uuid;

/// Person number `n`.
pub fn person(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Requests, and items in batches that write.
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

/// Tables of this run alone.
pub struct Tables {
    client: aws_sdk_dynamodb::Client,
    names: [String; 5],
    counts: Counts,
    pub index: index::Context,
    pub feeds: Feeds,
    feed: feed::Context,
}

impl Tables {
    pub async fn create() -> Self {
        let root = Root::default();
        let run = Uuid::now_v7().simple().to_string();
        let names = ["Pictures", "Friendships", "Feeds", "Users", "Secrets"]
            .map(|name| format!("bench-{run}-{name}"));
        let keys = [
            ("ownerId", Some("pictureId")),
            ("userId", Some("friendId")),
            ("feedId", Some("pictureId")),
            ("userId", None),
            ("secretId", None),
        ];
        for (name, (hash, range)) in names.iter().zip(keys) {
            create(&root.dynamodb, name, hash, range).await;
        }
        let counts = Counts::default();
        let config = root.dynamodb.config().to_builder().interceptor(counts.clone()).build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        let [pictures, friendships, feeds, users, secrets] = names.clone();
        let pictures = Pictures::new(client.clone(), pictures);
        let feeds = Feeds::new(client.clone(), feeds);
        let index = index::Context {
            pictures: pictures.clone(),
            friendships: Friendships::new(client.clone(), friendships.clone()),
            feeds: feeds.clone(),
        };
        let feed = feed::Context {
            feeds: feeds.clone(),
            access: AccessReader::new(client.clone(), pictures.clone(), friendships.clone()),
            pictures,
            friendships: Friendships::new(client.clone(), friendships),
            users: Users::new(client.clone(), users),
            secrets: Secrets::new(client.clone(), secrets),
            presigner: UrlPresigner::new(
                aws_credential_types::Credentials::new("id", "secret", None, None, "bench"),
                "us-east-1".into(),
                "https://bench".into(),
            ),
        };
        Self { client, names, counts, index, feeds, feed }
    }

    pub async fn delete(self) {
        for name in &self.names {
            self.client.delete_table().table_name(name).send().await.unwrap();
        }
    }

    pub fn reset(&self) {
        self.counts.0.0.store(0, Ordering::Relaxed);
        self.counts.0.1.store(0, Ordering::Relaxed);
    }

    /// Requests and items written since then.
    pub fn counted(&self) -> (usize, usize) {
        (self.counts.0.0.load(Ordering::Relaxed), self.counts.0.1.load(Ordering::Relaxed))
    }

    async fn put_all(&self, table: &str, rows: Vec<Value>) {
        retry_unprocessed(&rows, 25, async |_, rows: Vec<Value>| {
            let writes = rows.iter().map(|row| {
                let put =
                    PutRequest::builder().set_item(Some(serde_dynamo::aws_sdk_dynamodb_1::to_item(row)?));
                Ok(WriteRequest::builder().put_request(put.build()?).build())
            });
            let writes = writes.collect::<Result<_, store::Error>>()?;
            self.client.batch_write_item().request_items(table, writes).send().await?;
            Ok(vec![])
        })
        .await
        .unwrap();
    }

    /// They are friends of `user`, and the other way round.
    pub async fn befriend(&self, user: UserId, friends: impl IntoIterator<Item = UserId>) {
        let since = jiff::Timestamp::UNIX_EPOCH;
        let row = |user_id, friend_id| {
            serde_json::to_value(Friendship { user_id, friend_id, state: FriendshipState::Friends, since })
                .unwrap()
        };
        let rows = friends.into_iter().flat_map(|friend| [row(user, friend), row(friend, user)]);
        self.put_all(&self.names[1], rows.collect()).await;
    }

    pub async fn friends(&self, user: UserId) -> Vec<UserId> {
        self.index.friendships.friends(user).await.unwrap()
    }

    pub async fn picture(&self, owner: UserId, visibility: Visibility) -> PictureKey {
        self.pictures(owner, 1, visibility).await[0]
    }

    /// So many ready pictures.
    pub async fn pictures(&self, owner: UserId, number: usize, visibility: Visibility) -> Vec<PictureKey> {
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
                    ..Picture::registered(key, visibility, ContentType::Jpeg, 3_000_000)
                }
            })
            .collect();
        self.put_all(&self.names[0], rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect())
            .await;
        rows.into_iter().map(|picture| picture.key).collect()
    }

    /// How many pictures are on the first page of `GET /feed`.
    pub async fn page(&self, reader: UserId) -> usize {
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
