//! Tests of `DELETE /users/{id}/connections`, and of connections after it.

use domain::{UserId, Watch};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cognito::{USER_POOL, access_token};
use crate::fixture::{Fixture, owner};

/// The connection of the sample events.
const CONNECTION: &str = "0123456789abcdef";
const OTHER: UserId = UserId(Uuid::from_u128(1));

async fn sign_out(fixture: &Fixture, user: UserId) -> u64 {
    let mut event: Value = testing::sample_event("live-close-connections.json");
    event["pathParameters"]["id"] = json!(user);
    fixture.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

async fn connect(fixture: &Fixture, token: Option<&str>) -> u64 {
    let mut event: Value = testing::sample_event("live-connect.json");
    if let Some(token) = token {
        event["queryStringParameters"]["accessToken"] = json!(token);
    }
    fixture.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

#[tokio::test]
async fn closes_all_connections_of_the_member_and_of_nobody_else() {
    let watch = Watch { public: true, ..Watch::default() };
    let fixture = Fixture::default().connected(owner(), "one").connected(owner(), "two");
    let fixture = fixture.connected(OTHER, "other").watching("one", watch).watching("other", watch);
    assert_eq!(sign_out(&fixture, owner()).await, 200);
    let state = fixture.state();
    assert_eq!(state.deleted, ["one", "two"]);
    assert_eq!(state.connections.keys().collect::<Vec<_>>(), ["other"]);
    assert!(state.members[&owner()].is_empty());
    assert!(state.watches.keys().all(|(_, connection)| connection == "other"));
}

#[tokio::test]
async fn a_member_closes_only_their_own_connections() {
    let fixture = Fixture::default().connected(OTHER, "other");
    assert_eq!(sign_out(&fixture, OTHER).await, 403);
    let state = fixture.state();
    assert!(state.deleted.is_empty() && state.sign_outs.is_empty());
}

#[tokio::test]
async fn removes_a_connection_that_cannot_be_closed_because_it_is_not_yet_established() {
    let fixture = Fixture::default().connected_since(owner(), CONNECTION, SignedDuration::ZERO);
    fixture.state().closed.insert(CONNECTION.into());
    assert_eq!(sign_out(&fixture, owner()).await, 200);
    assert!(fixture.state().connections.is_empty());
    // Its first message closes it.
    fixture.state().closed.clear();
    fixture.handle(testing::sample_event("live-other.json")).await.unwrap();
    assert_eq!(fixture.state().deleted, [CONNECTION]);
}

#[tokio::test]
async fn for_an_hour_a_new_connection_requires_an_access_token_of_the_member_that_is_not_revoked() {
    let fixture = Fixture::default();
    sign_out(&fixture, owner()).await;
    let [valid, revoked, other] = ["valid", "revoked", "other"].map(|name| access_token(USER_POOL, name));
    // An attacker can create a user with the id of a member as its name, in a pool of their own.
    let other_pool = access_token("us-east-1_Another", "valid");
    fixture.state().access_tokens.insert(valid.clone(), owner());
    fixture.state().access_tokens.insert(other.clone(), OTHER);
    fixture.state().access_tokens.insert(other_pool.clone(), owner());
    for token in [None, Some("e30"), Some(&revoked), Some(&other), Some(&other_pool)] {
        assert_eq!(connect(&fixture, token).await, 403, "{token:?}");
    }
    assert!(fixture.state().connections.is_empty());
    assert_eq!(connect(&fixture, Some(&valid)).await, 200);

    let fixture = Fixture::default();
    let hour_ago = Timestamp::now() - SignedDuration::from_mins(61);
    fixture.state().sign_outs.insert(owner(), hour_ago);
    assert_eq!(connect(&fixture, None).await, 200, "earlier credentials have expired");
}

#[tokio::test]
async fn refuses_a_connection_that_opens_during_a_sign_out() {
    let fixture = Fixture::default().with(|state| state.concurrent_sign_out = Some(Timestamp::now()));
    assert_eq!(connect(&fixture, None).await, 403);
    assert!(fixture.state().connections.is_empty());
}
