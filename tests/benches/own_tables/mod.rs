//! Tables of a benchmark on the running local cloud, with the keys of the template's tables.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex,
    Projection, ProjectionType, PutRequest, ScalarAttributeType, WriteRequest,
};
use domain::{
    CameraFacts, ContentType, Friendship, FriendshipState, Picture, PictureId, PictureKey, Rendition,
    Renditions, UserId, Visibility,
};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde_json::{Value, json};
use store::{Database, Table, UrlPresigner};
use uuid::Uuid;

/// The maximum number of writes of one `BatchWriteItem`.
const MAX_WRITES: usize = 25;
/// The number of concurrent batches.
const CONCURRENT: usize = 4;
/// The tables, with their partition keys and sort keys.
const TABLES: [(Table, &str, Option<&str>); 10] = [
    (Table::Albums, "listId", Some("entry")),
    (Table::Comments, "threadId", Some("commentId")),
    (Table::Feeds, "feedId", Some("pictureId")),
    (Table::Friendships, "userId", Some("friendId")),
    (Table::Links, "listId", Some("entry")),
    (Table::Names, "prefix", Some("entry")),
    (Table::Notifications, "userId", Some("notificationId")),
    (Table::Pictures, "ownerId", Some("pictureId")),
    (Table::Secrets, "secretId", None),
    (Table::Users, "userId", None),
];

/// Member number `n`.
pub fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Returns a presigner. Nobody uses the URLs.
pub fn presigner() -> UrlPresigner {
    let credentials = aws_credential_types::Credentials::new("id", "secret", None, None, "bench");
    UrlPresigner::new(credentials, "us-east-1".into(), "https://bench".into())
}

/// Creates a sample event of the REST API, called by `caller` with these path and query parameters.
pub fn event(sample: &str, caller: UserId, path: &[(&str, String)], query: &[(&str, String)]) -> Value {
    let mut event: Value = serde_json::from_str(sample).unwrap();
    let provider =
        format!("cognito-idp.r.amazonaws.com/p,cognito-idp.r.amazonaws.com/p:CognitoSignIn:{caller}");
    event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = json!(provider);
    let map = |parameters: &[(&str, String)]| -> Value {
        parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    event["pathParameters"] = map(path);
    event["queryStringParameters"] = map(query);
    event["multiValueQueryStringParameters"] = query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!([value])))
        .collect::<serde_json::Map<_, _>>()
        .into();
    event
}

/// Creates a ready picture.
pub fn ready_picture(owner_id: UserId, visibility: Visibility) -> Picture {
    let key = PictureKey { owner_id, picture_id: PictureId::new() };
    let size = Rendition { width: 320, height: 213, bytes: 9_000 };
    Picture {
        renditions: Some(Renditions { small: size.clone(), large: size }),
        metadata: Some(CameraFacts::default()),
        width: Some(320),
        height: Some(213),
        thumbhash: Some("nBgGDYAGV5aKh3hxemiHdwamYwF8".into()),
        ..Picture::register(key, visibility, ContentType::Jpeg, 3_000_000)
    }
}

/// The tables of one run.
pub struct OwnTables {
    client: Client,
    run: String,
}

impl OwnTables {
    pub async fn create(client: Client) -> Self {
        let tables = Self { client, run: Uuid::now_v7().simple().to_string() };
        for (table, hash, range) in TABLES {
            create(&tables.client, &tables.name(table), hash, range).await;
        }
        tables
    }

    pub async fn delete(self) {
        for (table, ..) in TABLES {
            self.client.delete_table().table_name(self.name(table)).send().await.unwrap();
        }
    }

    pub fn database(&self) -> Database {
        Database::new(self.client.clone(), |table| self.name(table))
    }

    fn name(&self, table: Table) -> String {
        format!("bench-{}-{table:?}", self.run)
    }

    /// Writes rows in batches.
    pub async fn put_all(&self, table: Table, rows: impl IntoIterator<Item = Value>) {
        let name = self.name(table);
        let rows: Vec<_> = rows.into_iter().collect();
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
        let rows: Vec<_> =
            friends.into_iter().flat_map(|friend| [row(user, friend), row(friend, user)]).collect();
        self.put_all(Table::Friendships, rows).await;
    }

    /// Writes `number` ready pictures.
    pub async fn put_pictures(
        &self,
        owner: UserId,
        number: usize,
        visibility: Visibility,
    ) -> Vec<PictureKey> {
        let pictures: Vec<_> = (0..number).map(|_| ready_picture(owner, visibility)).collect();
        self.put_all(Table::Pictures, pictures.iter().map(|row| serde_json::to_value(row).unwrap())).await;
        pictures.into_iter().map(|picture| picture.key).collect()
    }
}

async fn create(client: &Client, name: &str, hash: &str, range: Option<&str>) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let key =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let projection = |kind| Projection::builder().projection_type(kind).build();
    let mut table = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    table = table.attribute_definitions(attribute(hash)).key_schema(key(hash, KeyType::Hash));
    if let Some(range) = range {
        table = table.attribute_definitions(attribute(range)).key_schema(key(range, KeyType::Range));
    }
    let local_indexes: &[(&str, &str, ProjectionType)] = match name.rsplit('-').next() {
        Some("Albums") => &[
            ("ByTime", "timeOrder", ProjectionType::KeysOnly),
            ("ByTaken", "takenOrder", ProjectionType::KeysOnly),
        ],
        Some("Friendships") => &[("ByState", "state", ProjectionType::All)],
        _ => &[],
    };
    for (index, sort_key, kind) in local_indexes {
        let index = LocalSecondaryIndex::builder().index_name(*index).projection(projection(kind.clone()));
        let index = index.key_schema(key(hash, KeyType::Hash)).key_schema(key(sort_key, KeyType::Range));
        table =
            table.attribute_definitions(attribute(sort_key)).local_secondary_indexes(index.build().unwrap());
    }
    if name.ends_with("Pictures") {
        let index = GlobalSecondaryIndex::builder()
            .index_name("ByHash")
            .projection(projection(ProjectionType::KeysOnly));
        let index = index.key_schema(key(hash, KeyType::Hash)).key_schema(key("sha256", KeyType::Range));
        table =
            table.attribute_definitions(attribute("sha256")).global_secondary_indexes(index.build().unwrap());
    }
    table.send().await.unwrap();
}
