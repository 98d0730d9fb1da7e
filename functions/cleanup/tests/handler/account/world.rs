//! What an account had, and everything that may be asked when it goes.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::{
    AdminDeleteUserError, AdminDeleteUserOutput,
};
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_sns::operation::delete_endpoint::DeleteEndpointOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::Visibility;
use lambda::Error;
use serde_json::{Value, json};

use crate::Cloud;

/// The account of the sample event.
pub const ACCOUNT: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// Its deletion.
pub const DELETION: &str = "deleted#502631bb-82cd-57fc-b8e2-968e824ae703";
/// Its device.
pub const DEVICE: &str = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/0d6a3c1f";
/// A friend of theirs.
const FRIEND: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";
/// A comment of theirs on the friend's picture.
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

/// Everything that the function may ask, with what it answers.
pub struct World {
    pub deletion: Rule,
    pub friendships: Rule,
    pub end: Rule,
    pub pictures: Rule,
    pub delete: Rule,
    pub comments: Rule,
    pub unsay: Rule,
    pub reached: [Rule; 2],
    pub disconnect: Rule,
    pub endpoint: Rule,
    pub unregister: Rule,
    /// What was kept for it, and of its doing for others.
    pub entries: [Rule; 2],
    pub unkeep: Rule,
    pub account: Rule,
    pub forget: Rule,
}

/// Rows of a table that are found once for each of `batches`, and then no more. `key`: what they are asked for by.
fn found(table: &'static str, key: (&'static str, String), batches: usize, row: Value) -> Rule {
    let output = move |rows: Vec<Value>| {
        QueryOutput::builder().set_items(Some(rows.iter().map(testing::row).collect())).build()
    };
    let full = move || output(vec![row.clone()]);
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let value = request.expression_attribute_values().unwrap().get(key.0);
        (request.table_name(), request.consistent_read()) == (Some(table), Some(true))
            && value.is_some_and(|value| *value.as_s().unwrap() == key.1)
    });
    match batches {
        0 => rule.then_output(move || output(vec![])),
        _ => rule.sequence().output(full).times(batches).output(move || output(vec![])).repeatedly().build(),
    }
}

/// Deletes, in one transaction, the rows of one table whose partition keys are these.
fn transaction(table: &'static str, name: &'static str, keys: [String; 2]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(move |request| {
            let deletions = request.transact_items().iter().map(|item| item.delete().unwrap());
            let rows =
                deletions.map(|row| (row.table_name(), row.key().get(name).and_then(|key| key.as_s().ok())));
            rows.eq(keys.iter().map(|key| (table, Some(key))))
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// What the account can be reached at, by the table of such things.
fn reached(table: &'static str, endpoint: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(move |request| {
            let wanted = request.request_items().unwrap().get(table);
            wanted.is_some_and(|wanted| wanted.consistent_read() == Some(true))
        })
        .then_output(move || {
            let mut row = testing::row(&json!({"endpointId": format!("user#{ACCOUNT}")}));
            let all = aws_sdk_dynamodb::types::AttributeValue::Ss(vec![endpoint.into()]);
            row.insert("endpoints".into(), all);
            let rows = HashMap::from([(table.to_owned(), vec![row])]);
            BatchGetItemOutput::builder().set_responses(Some(rows)).build()
        })
}

/// Deletes one row of a table.
fn delete_from(table: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_write_item)
        .match_requests(move |request| {
            let writes = request.request_items().unwrap().get(table);
            writes.is_some_and(|writes| writes.len() == 1 && writes[0].delete_request().is_some())
        })
        .then_output(|| BatchWriteItemOutput::builder().build())
}

/// So many batches of what was kept for the account, and as many of its doing, which an index finds.
pub fn entries(batches: usize) -> [Rule; 2] {
    let output = |rows: Vec<Value>| {
        QueryOutput::builder().set_items(Some(rows.iter().map(testing::row).collect())).build()
    };
    [(None, Some(true), ":user", ACCOUNT), (Some("ByActor"), None, ":actor", FRIEND)].map(
        |(index, consistent, name, reader)| {
            let full = move || output(vec![json!({"userId": reader, "notificationId": COMMENT})]);
            let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
                let value = request.expression_attribute_values().unwrap().get(name);
                (request.table_name(), request.index_name(), request.consistent_read())
                    == (Some("Notifications"), index, consistent)
                    && value.is_some_and(|value| value.as_s().unwrap() == ACCOUNT)
            });
            match batches {
                0 => rule.then_output(move || output(vec![])),
                _ => {
                    let found = rule.sequence().output(full).times(batches);
                    found.output(move || output(vec![])).repeatedly().build()
                }
            }
        },
    )
}

/// The row of the deletion.
pub fn deletion(row: Option<Value>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            let key = request.key().unwrap()["userId"].as_s().unwrap();
            (request.table_name(), key.as_str(), request.consistent_read())
                == (Some("Users"), DELETION, Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(row.as_ref().map(testing::row)).build())
}

pub fn account_goes() -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user)
        .match_requests(|request| {
            (request.user_pool_id(), request.username()) == (Some("us-east-1_AbCdEfGhI"), Some(ACCOUNT))
        })
        .then_output(|| AdminDeleteUserOutput::builder().build())
}

pub fn account_fails(error: impl Fn() -> AdminDeleteUserError + Send + Sync + 'static) -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user).then_error(error)
}

impl World {
    /// An account with that many batches of friendships, of pictures and of comments, a connection and a device.
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
            deletion: deletion(Some(json!({"userId": DELETION, "account": ACCOUNT}))),
            friendships: found("Friendships", (":user", ACCOUNT.into()), friendships, friendship),
            end: transaction("Friendships", "userId", [ACCOUNT.into(), FRIEND.into()]),
            pictures: found("Pictures", (":owner", ACCOUNT.into()), pictures, picture),
            delete: delete_from("Pictures"),
            comments: found("Comments", (":thread", author.clone()), comments, comment),
            unsay: transaction("Comments", "threadId", [thread, author]),
            reached: [reached("Connections", "L0SM9cOFvHcCIhw="), reached("Devices", DEVICE)],
            disconnect: delete_from("Connections"),
            endpoint: mock!(aws_sdk_sns::Client::delete_endpoint)
                .match_requests(|request| request.endpoint_arn() == Some(DEVICE))
                .then_output(|| DeleteEndpointOutput::builder().build()),
            unregister: delete_from("Devices"),
            entries: entries(1),
            unkeep: delete_from("Notifications"),
            account: account_goes(),
            forget: mock!(aws_sdk_dynamodb::Client::update_item)
                .match_requests(|request| {
                    let key = request.key().unwrap()["userId"].as_s().unwrap();
                    key == DELETION && request.update_expression().unwrap().contains("REMOVE account")
                })
                .then_output(|| UpdateItemOutput::builder().build()),
        }
    }

    pub async fn clean(&self) -> Result<(), Error> {
        let [connections, devices] = &self.reached;
        let found = [&self.deletion, &self.friendships, &self.pictures, &self.comments, connections, devices];
        let done = [&self.end, &self.delete, &self.unsay, &self.disconnect, &self.unregister, &self.forget];
        let kept = self.entries.iter().chain([&self.unkeep]);
        let tables: Vec<_> = found.into_iter().chain(done).chain(kept).collect();
        let cloud = Cloud {
            tables: &tables,
            push_endpoints: &[&self.endpoint],
            pool: &[&self.account],
            ..Cloud::default()
        };
        cloud.handle(testing::sample_event("cleanup-account.json")).await.map(|reply| assert_eq!(reply, None))
    }

    /// How often friendships ended, and pictures and comments went.
    pub fn batches(&self) -> [usize; 3] {
        [&self.end, &self.delete, &self.unsay].map(Rule::num_calls)
    }

    /// How many rows of connections, endpoints and rows of devices went: of both kinds of rows there is one for the thing and one
    /// for the person.
    pub fn endpoints(&self) -> [usize; 3] {
        [&self.disconnect, &self.endpoint, &self.unregister].map(Rule::num_calls)
    }

    /// How many batches of what was kept went.
    pub fn unkept(&self) -> usize {
        self.unkeep.num_calls()
    }

    /// How often the account went, and was forgotten.
    pub fn ended(&self) -> [usize; 2] {
        [&self.account, &self.forget].map(Rule::num_calls)
    }
}
