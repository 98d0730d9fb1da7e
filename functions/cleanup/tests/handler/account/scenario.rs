//! An account with data, as mock rules for the requests that delete the account.

use std::collections::HashMap;

use aws_sdk_apigateway::operation::delete_api_key::DeleteApiKeyOutput;
use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::{
    AdminDeleteUserError, AdminDeleteUserOutput,
};
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryError, QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_sns::operation::delete_endpoint::DeleteEndpointOutput;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::Visibility;
use lambda::Error;
use serde_json::{Value, json};

use crate::fake_tables::FakeTables;
use crate::{Services, USER_POOL};

/// The account of the sample event.
pub const ACCOUNT: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The `userId` of the row that records the account's deletion.
pub const DELETION: &str = "deleted#502631bb-82cd-57fc-b8e2-968e824ae703";
/// The WebSocket connection of the account.
const CONNECTION: &str = "L0SM9cOFvHcCIhw=";
/// The platform endpoint of the account's phone.
const DEVICE: &str = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/0d6a3c1f";
/// A friend of the account.
const FRIEND: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";
/// A comment by the account on a picture of the friend.
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";
/// A developer key of the account, and its API key.
const KEY: &str = "019a1234-9abe-7def-8123-456789abcdef";
const API_KEY: &str = "m2q5lqkk1f";
/// A notification of the account or of the friend.
const NOTIFICATION: &str = "019a1234-9abd-7def-8123-456789abcdef";

/// The rules for the requests that delete the account.
pub struct Scenario {
    /// Albums and links.
    pub albums: FakeTables,
    pub deletion: Rule,
    pub friendships: Rule,
    pub end_friendships: Rule,
    pub pictures: Rule,
    pub delete_pictures: Rule,
    pub comments: Rule,
    pub delete_comments: Rule,
    /// Of the tables Connections and Devices.
    pub endpoint_rows: [Rule; 2],
    pub delete_connections: Rule,
    pub delete_watches: Rule,
    pub delete_endpoint: Rule,
    pub delete_devices: Rule,
    /// The row of the account, then that of its developer key.
    pub key_rows: [Rule; 2],
    pub delete_api_key: Rule,
    pub delete_key: Rule,
    pub forget_keys: Rule,
    /// The account's notifications, then the notifications that it caused for other members.
    pub notifications: [Rule; 2],
    pub delete_notifications: Rule,
    pub counters: Rule,
    pub delete_counters: Rule,
    pub delete_user: Rule,
    pub complete_deletion: Rule,
}

fn page(rows: Vec<Value>) -> QueryOutput {
    QueryOutput::builder().set_items(Some(rows.iter().map(testing::row).collect())).build()
}

/// Returns a rule that replies to matching queries with `batches` pages of one row, then with empty
/// pages.
fn pages(query: RuleBuilder<QueryInput, QueryOutput, QueryError>, batches: usize, row: Value) -> Rule {
    match batches {
        0 => query.then_output(|| page(vec![])),
        _ => {
            let pages_of_one = query.sequence().output(move || page(vec![row.clone()])).times(batches);
            pages_of_one.output(|| page(vec![])).repeatedly().build()
        }
    }
}

/// Returns a rule that replies to strongly consistent queries of a table with `batches` pages of
/// one row, then with empty pages. `key` is the placeholder of the partition key and its value.
fn table_pages(table: &'static str, key: (&'static str, String), batches: usize, row: Value) -> Rule {
    let query = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let value = request.expression_attribute_values().unwrap().get(key.0);
        (request.table_name(), request.consistent_read()) == (Some(table), Some(true))
            && value.is_some_and(|value| *value.as_s().unwrap() == key.1)
    });
    pages(query, batches, row)
}

/// Returns a rule that accepts a transaction which deletes the rows of a table with these partition
/// keys. `name` is the name of the partition key.
fn delete_together(table: &'static str, name: &'static str, keys: [String; 2]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let deletions = request.transact_items().iter().map(|item| item.delete().unwrap());
            let rows =
                deletions.map(|row| (row.table_name(), row.key().get(name).and_then(|key| key.as_s().ok())));
            rows.eq(keys.iter().map(|key| (table, Some(key))))
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// The row of the connection, which watches a topic.
fn connection_row() -> Value {
    json!({"endpointId": CONNECTION, "userId": ACCOUNT, "since": "2026-11-21T05:22:33Z",
        "expiresAt": 1_795_239_453, "topics": ["public#0"], "watchedAt": 1_795_238_556_402_i64})
}

/// Returns a rule that replies with the account's row in a table of endpoints. The row contains one
/// endpoint. Also replies with the row of the connection.
fn endpoint_row(table: &'static str, endpoint: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(move |request| {
            let keys = request.request_items().unwrap().get(table);
            keys.is_some_and(|keys| keys.consistent_read() == Some(true))
        })
        .then_compute_output(move |request| {
            let key = request.request_items().unwrap()[table].keys()[0]["endpointId"].as_s().unwrap();
            let row = if *key == format!("user#{ACCOUNT}") {
                let mut row = testing::row(&json!({ "endpointId": key }));
                let endpoints = aws_sdk_dynamodb::types::AttributeValue::Ss(vec![endpoint.into()]);
                row.insert("endpoints".into(), endpoints);
                row
            } else {
                testing::row(&connection_row())
            };
            let rows = HashMap::from([(table.to_owned(), vec![row])]);
            BatchGetItemOutput::builder().set_responses(Some(rows)).build()
        })
}

/// Returns rules that reply with the account's rows in the Keys table.
fn key_rows() -> [Rule; 2] {
    let member = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Keys"))
        .then_compute_output(|request| {
            let key = request.key().unwrap()["keyId"].as_s().unwrap();
            assert_eq!(*key, format!("user#{ACCOUNT}"));
            let mut row = testing::row(&json!({ "keyId": key }));
            row.insert("keyIds".into(), aws_sdk_dynamodb::types::AttributeValue::Ss(vec![KEY.into()]));
            GetItemOutput::builder().set_item(Some(row)).build()
        });
    let keys = mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Keys"))
        .then_output(|| {
            let row = json!({"keyId": KEY, "userId": ACCOUNT, "name": "Slide show", "apiKeyId": API_KEY,
                "createdAt": "2026-11-20T08:00:00Z"});
            BatchGetItemOutput::builder().responses("Keys", vec![testing::row(&row)]).build()
        });
    [member, keys]
}

/// Returns a rule that accepts the transaction that deletes the developer key.
fn delete_key() -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|request| {
            let [key, member] = request.transact_items() else { return false };
            let (Some(key), Some(member)) = (key.delete(), member.update()) else { return false };
            (key.table_name(), member.table_name()) == ("Keys", "Keys")
                && key.key()["keyId"].as_s().unwrap() == KEY
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// Returns a rule that accepts the deletion of a batch of one row.
fn delete_from(table: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(move |request| {
            let writes = request.request_items().unwrap().get(table);
            writes.is_some_and(|writes| writes.len() == 1 && writes[0].delete_request().is_some())
        })
        .then_output(|| BatchWriteItemOutput::builder().build())
}

/// Returns two rules that reply with `batches` pages of one notification, then with empty pages.
/// The first rule is for the account's notifications, the second for the notifications that the
/// account caused.
pub fn notifications(batches: usize) -> [Rule; 2] {
    [(None, Some(true), ":user", ACCOUNT), (Some("ByActor"), None, ":actor", FRIEND)].map(
        |(index, consistent, placeholder, recipient)| {
            let query = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
                let value = request.expression_attribute_values().unwrap().get(placeholder);
                (request.table_name(), request.index_name(), request.consistent_read())
                    == (Some("Notifications"), index, consistent)
                    && value.is_some_and(|value| value.as_s().unwrap() == ACCOUNT)
            });
            pages(query, batches, json!({"userId": recipient, "notificationId": NOTIFICATION}))
        },
    )
}

/// Returns a rule that replies with this row as the record of the account's deletion.
pub fn deletion(row: Option<Value>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            let key = request.key().unwrap()["userId"].as_s().unwrap();
            (request.table_name(), key.as_str(), request.consistent_read())
                == (Some("Users"), DELETION, Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(row.as_ref().map(testing::row)).build())
}

/// Returns a rule that accepts the deletion of the user in the user pool.
pub fn user_deletion() -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user)
        .match_requests(|request| {
            (request.user_pool_id(), request.username()) == (Some(USER_POOL), Some(ACCOUNT))
        })
        .then_output(|| AdminDeleteUserOutput::builder().build())
}

/// Returns a rule that rejects the deletion of the user in the user pool.
pub fn user_deletion_fails(error: impl Fn() -> AdminDeleteUserError + Send + Sync + 'static) -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user).then_error(error)
}

impl Scenario {
    /// Creates an account with these numbers of batches of data, a connection, a device and one
    /// batch of each kind of notifications.
    pub fn new(friendships: usize, pictures: usize, comments: usize) -> Self {
        let friendship = json!({"userId": ACCOUNT, "friendId": FRIEND, "state": "friends",
            "since": "2026-01-02T03:04:05Z"});
        let picture = testing::ready_picture(Visibility::Friends);
        let (author, picture_id) = (format!("author#{ACCOUNT}"), picture.key.picture_id);
        let comment =
            json!({"threadId": author, "commentId": COMMENT, "ownerId": FRIEND, "pictureId": picture_id});
        let picture = serde_json::to_value(picture).unwrap();
        let thread = format!("{FRIEND}/{picture_id}");
        Self {
            albums: FakeTables::default(),
            deletion: deletion(Some(json!({"userId": DELETION, "account": ACCOUNT}))),
            friendships: table_pages("Friendships", (":user", ACCOUNT.into()), friendships, friendship),
            end_friendships: delete_together("Friendships", "userId", [ACCOUNT.into(), FRIEND.into()]),
            pictures: table_pages("Pictures", (":owner", ACCOUNT.into()), pictures, picture),
            delete_pictures: delete_from("Pictures"),
            comments: table_pages("Comments", (":thread", author.clone()), comments, comment),
            delete_comments: delete_together("Comments", "threadId", [thread, author]),
            endpoint_rows: [endpoint_row("Connections", CONNECTION), endpoint_row("Devices", DEVICE)],
            delete_connections: delete_from("Connections"),
            delete_watches: delete_from("Watches"),
            delete_endpoint: mock!(aws_sdk_sns::Client::delete_endpoint)
                .match_requests(|request| request.endpoint_arn() == Some(DEVICE))
                .then_output(|| DeleteEndpointOutput::builder().build()),
            delete_devices: delete_from("Devices"),
            key_rows: key_rows(),
            delete_api_key: mock!(aws_sdk_apigateway::Client::delete_api_key)
                .match_requests(|request| request.api_key() == Some(API_KEY))
                .then_output(|| DeleteApiKeyOutput::builder().build()),
            delete_key: delete_key(),
            forget_keys: mock!(aws_sdk_dynamodb::Client::delete_item)
                .match_requests(|request| {
                    request.table_name() == Some("Keys")
                        && *request.key().unwrap()["keyId"].as_s().unwrap() == format!("user#{ACCOUNT}")
                })
                .then_output(|| DeleteItemOutput::builder().build()),
            notifications: notifications(1),
            delete_notifications: delete_from("Notifications"),
            counters: table_pages(
                "Quotas",
                (":user", ACCOUNT.into()),
                1,
                json!({"userId": ACCOUNT, "period": "total"}),
            ),
            delete_counters: delete_from("Quotas"),
            delete_user: user_deletion(),
            complete_deletion: mock!(aws_sdk_dynamodb::Client::update_item)
                .match_requests(|request| {
                    let key = request.key().unwrap()["userId"].as_s().unwrap();
                    key == DELETION && request.update_expression().unwrap().contains("REMOVE account")
                })
                .then_output(|| UpdateItemOutput::builder().build()),
        }
    }

    /// Handles the sample event.
    pub async fn handle(&self) -> Result<(), Error> {
        let [connections, devices] = &self.endpoint_rows;
        let reads = [&self.deletion, &self.friendships, &self.pictures, &self.comments, connections, devices];
        let writes = [
            &self.end_friendships,
            &self.delete_pictures,
            &self.delete_comments,
            &self.delete_connections,
            &self.delete_watches,
            &self.delete_devices,
            &self.complete_deletion,
        ];
        let notifications = self.notifications.iter().chain([&self.delete_notifications]);
        let counters = [&self.counters, &self.delete_counters];
        let tables = reads.into_iter().chain(writes).chain(notifications).chain(counters);
        let keys = self.key_rows.iter().chain([&self.delete_key, &self.forget_keys]);
        let tables: Vec<_> = self.albums.rules().chain(keys).chain(tables).collect();
        let services = Services {
            tables: &tables,
            push_endpoints: &[&self.delete_endpoint],
            api_keys: &[&self.delete_api_key],
            user_pool: &[&self.delete_user],
            ..Services::default()
        };
        services
            .handle(testing::sample_event("cleanup-account.json"))
            .await
            .map(|reply| assert_eq!(reply, None))
    }

    /// Returns the numbers of deleted batches of friendships, pictures and comments.
    pub fn batches(&self) -> [usize; 3] {
        [&self.end_friendships, &self.delete_pictures, &self.delete_comments].map(Rule::num_calls)
    }

    /// Returns the numbers of deleted rows of Connections and Watches, of platform endpoints and of
    /// rows of Devices. Connections and Devices contain a row for the endpoint and a row for the
    /// account, Connections also a row for its sign-out.
    pub fn endpoint_deletions(&self) -> [usize; 4] {
        [&self.delete_connections, &self.delete_watches, &self.delete_endpoint, &self.delete_devices]
            .map(Rule::num_calls)
    }

    /// Returns the numbers of deleted API keys, of rows of developer keys, and of rows of members
    /// in the Keys table.
    pub fn key_deletions(&self) -> [usize; 3] {
        [&self.delete_api_key, &self.delete_key, &self.forget_keys].map(Rule::num_calls)
    }

    /// Returns the number of deleted batches of notifications.
    pub fn notification_batches(&self) -> usize {
        self.delete_notifications.num_calls()
    }

    /// Returns the number of deletions of the user in the user pool, and the number of completed
    /// deletions of the account.
    pub fn completions(&self) -> [usize; 2] {
        [&self.delete_user, &self.complete_deletion].map(Rule::num_calls)
    }
}
