//! Tests the handler with sample events and a fake AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod cursors;
mod feeds;
mod member;
mod tables;

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use domain::{Friendship, FriendshipState, Picture, PictureId, UserId, Visibility};
use lambda::http::{ApiError, Request};
use serde_json::Value;

use tables::Tables;
use uuid::Uuid;

/// Returns the caller of the sample events.
fn caller() -> UserId {
    testing::registered_picture().key.owner_id
}

/// Returns another member.
fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Creates a ready picture. Pictures with a greater `n` are newer.
fn picture(owner: UserId, n: u128, visibility: Visibility) -> Picture {
    let mut picture = testing::ready_picture(visibility);
    picture.key.owner_id = owner;
    picture.key.picture_id = PictureId(Uuid::from_u128(n << 80));
    picture
}

/// Creates the friendship of the caller with `friend`, last changed at `since` (seconds since the
/// epoch).
fn friendship_with(friend: UserId, state: FriendshipState, since: i64) -> Friendship {
    let since = jiff::Timestamp::from_second(since).unwrap();
    Friendship::new(caller(), friend, state, since)
}

/// Returns the ids of the pictures with these numbers.
fn ids(numbers: impl IntoIterator<Item = u128>) -> Vec<String> {
    numbers.into_iter().map(|n| PictureId(Uuid::from_u128(n << 80)).to_string()).collect()
}

/// A request of the API.
#[derive(Clone, Copy)]
struct Call<'a> {
    /// The sample event.
    event: &'a str,
    /// The caller, on routes for members.
    reader: UserId,
    /// The path parameter of `GET /users/{id}/pictures`.
    owner: Option<UserId>,
    limit: usize,
    cursor: Option<&'a str>,
}

impl<'a> Call<'a> {
    fn feed(limit: usize) -> Self {
        Self { event: "feed.json", reader: caller(), owner: None, limit, cursor: None }
    }

    fn public(limit: usize) -> Self {
        Self { event: "feed-public.json", ..Self::feed(limit) }
    }

    fn of_member(owner: UserId, limit: usize) -> Self {
        Self { event: "feed-of-person.json", owner: Some(owner), ..Self::feed(limit) }
    }

    /// Creates the request for the page after `page`.
    fn after(self, page: &'a Value) -> Self {
        Self { cursor: page["cursor"].as_str(), ..self }
    }

    fn event(self) -> ApiGatewayProxyRequest {
        let mut event: ApiGatewayProxyRequest = testing::sample_event(self.event);
        if let Some(provider) = &mut event.request_context.identity.cognito_authentication_provider {
            *provider = format!("pool:CognitoSignIn:{}", self.reader);
        }
        if let Some(owner) = self.owner {
            event.path = Some(format!("/users/{owner}/pictures"));
            event.path_parameters.insert("id".into(), owner.to_string());
        }
        let mut query = HashMap::from([("limit".to_owned(), vec![self.limit.to_string()])]);
        query.extend(self.cursor.map(|cursor| ("cursor".to_owned(), vec![cursor.to_owned()])));
        event.query_string_parameters = query.into();
        event
    }

    async fn send(self, tables: &Tables) -> Result<Value, ApiError> {
        Ok(feed::handle(&tables.context(), Request::new(self.event())).await?.data().clone())
    }

    async fn page(self, tables: &Tables) -> Value {
        self.send(tables).await.unwrap()
    }
}

/// Returns the ids of the pictures on a page.
fn shown_ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
