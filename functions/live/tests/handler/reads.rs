//! Rules for DynamoDB reads. Every read must be strongly consistent.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ItemResponse};
use aws_smithy_mocks::{Rule, mock};
use domain::{FriendshipState, UserId};
use serde_json::json;

use crate::fixture::{Fixture, Row, State};

/// The time of all friendships and requests.
pub const REQUESTED_AT: &str = "2026-01-02T03:04:05Z";

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

fn id(row: &Row, name: &str) -> UserId {
    text(row, name).parse().unwrap()
}

impl State {
    fn member_row(&self, user: UserId) -> Option<Row> {
        let connections: Vec<_> = self.members.get(&user)?.iter().cloned().collect();
        let mut row = Row::from([("endpointId".into(), AttributeValue::S(format!("user#{user}")))]);
        // DynamoDB has no empty sets.
        if !connections.is_empty() {
            row.insert("endpoints".into(), AttributeValue::Ss(connections));
        }
        Some(row)
    }

    fn connection_row(&self, key: &str) -> Option<Row> {
        if let Some(user) = key.strip_prefix("user#") {
            return self.member_row(user.parse().unwrap());
        }
        if let Some(user) = key.strip_prefix("signOut#") {
            let at = self.sign_outs.get(&user.parse().unwrap())?;
            return Some(testing::row(&json!({"endpointId": key, "signedOutAt": at})));
        }
        let (user, since, expires) = self.connections.get(key)?;
        let mut row = json!({"endpointId": key, "userId": user, "since": since, "expiresAt": expires});
        if let Some((topics, watched_at)) = self.topics.get(key) {
            (row["topics"], row["watchedAt"]) = (json!(topics), json!(watched_at));
        }
        Some(testing::row(&row))
    }

    /// Reads a row.
    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        match table {
            "Albums" => self.albums.get(key),
            "Connections" => self.connection_row(text(key, "endpointId")),
            "Pictures" => self
                .picture
                .as_ref()
                .filter(|p| p.key.picture_id.to_string() == text(key, "pictureId"))
                .map(testing::row),
            "Friendships" => {
                let (user, friend) = (id(key, "userId"), id(key, "friendId"));
                let state = self.friendships.get(&(user, friend))?;
                let blocked = self.friendships.get(&(friend, user)) == Some(&FriendshipState::Blocked);
                let mut row = json!({"userId": user, "friendId": friend, "state": state,
                    "since": REQUESTED_AT, "notifiedAt": REQUESTED_AT});
                if blocked {
                    row["blockedByFriend"] = true.into();
                }
                Some(testing::row(&row))
            }
            "Users" => {
                let user = id(key, "userId");
                let notifications = self.profiles.get(&user)?;
                let handle = format!("h{}", user.0.simple());
                Some(testing::row(
                    &json!({"userId": user, "handle": handle[..12], "firstName": "Ada", "lastName": "Lovelace",
                    "createdAt": "2026-01-02T03:04:05Z", "notifications": notifications}),
                ))
            }
            "Comments" => self.comments.get(&text(key, "commentId").parse().unwrap()).map(testing::row),
            "Receipts" => {
                let receipt = self.receipts.get(text(key, "receiptId"))?;
                let done = receipt.done.then(|| ("done".into(), AttributeValue::Bool(true)));
                Some(key.clone().into_iter().chain(done).collect())
            }
            other => panic!("{other}"),
        }
    }
}

pub fn rules(fixture: &Fixture) -> Vec<Rule> {
    vec![
        get(fixture),
        batch_get(fixture),
        transact_get(fixture),
        friends(fixture),
        watches(fixture),
        albums(fixture),
    ]
}

fn get(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::get_item)
        .match_requests(|request| request.consistent_read() == Some(true))
        .then_compute_output(move |request| {
            let mut state = fixture.state();
            let row = state.row(request.table_name().unwrap(), request.key().unwrap());
            let is_sign_out = request
                .key()
                .unwrap()
                .get("endpointId")
                .is_some_and(|key| key.as_s().unwrap().starts_with("signOut#"));
            if is_sign_out && let Some(at) = state.concurrent_sign_out.take() {
                state.sign_outs.insert(crate::fixture::owner(), at);
            }
            GetItemOutput::builder().set_item(row).build()
        })
}

fn batch_get(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::batch_get_item).then_compute_output(move |request| {
        let mut responses = HashMap::new();
        for (table, keys) in request.request_items().unwrap() {
            assert_eq!(keys.consistent_read(), Some(true));
            assert!(keys.keys().len() <= 100);
            let rows = keys.keys().iter().filter_map(|key| fixture.state().row(table, key)).collect();
            responses.insert(table.clone(), rows);
        }
        BatchGetItemOutput::builder().set_responses(Some(responses)).build()
    })
}

fn transact_get(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::transact_get_items).then_compute_output(move |request| {
        let mut state = fixture.state();
        *state.requests.entry("transactions").or_default() += 1;
        assert!(request.transact_items().len() <= 100);
        let responses = request.transact_items().iter().map(|item| {
            let get = item.get().unwrap();
            ItemResponse::builder().set_item(state.row(get.table_name(), get.key())).build()
        });
        let responses = Some(responses.collect());
        if let Some(picture) = state.picture_after_first_read.take() {
            state.picture = picture;
        }
        TransactGetItemsOutput::builder().set_responses(responses).build()
    })
}

fn friends(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::query)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Friendships"), Some(true))
        })
        .then_compute_output(move |request| {
            let values = request.expression_attribute_values().unwrap();
            let (user, wanted) = (id(values, ":user"), text(values, ":state"));
            let state = fixture.state();
            let rows =
                state.friendships.iter().filter(|((one, _), state)| *one == user && state.as_str() == wanted);
            let rows = rows.map(|((_, friend), _)| testing::row(&json!({ "friendId": friend })));
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

fn watches(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::query)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Watches"), Some(true))
        })
        .then_compute_output(move |request| {
            let topic = text(request.expression_attribute_values().unwrap(), ":topic");
            let limit = usize::try_from(request.limit().unwrap()).unwrap();
            let state = fixture.state();
            let rows = state.watches.iter().filter(|((watched, _), _)| watched == topic).take(limit);
            let rows = rows.map(|((topic, connection), (user, expires))| {
                testing::row(&json!({"topic": topic, "connectionId": connection, "userId": user,
                    "expiresAt": expires}))
            });
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

fn albums(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::query)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Albums"), Some(true))
        })
        .then_compute_output(move |request| {
            QueryOutput::builder().set_items(Some(fixture.state().albums.query(request))).build()
        })
}
