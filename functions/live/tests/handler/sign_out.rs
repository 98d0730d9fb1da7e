//! Tests of connections after `DELETE /users/{id}/connections`.

use domain::UserId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cognito::{USER_POOL, access_token};
use crate::fixture::{Fixture, owner};

/// The connection of the sample events.
const CONNECTION: &str = "0123456789abcdef";
const OTHER: UserId = UserId(Uuid::from_u128(1));

async fn connect(fixture: &Fixture, token: Option<&str>) -> u64 {
    let mut event: Value = testing::sample_event("live-connect.json");
    if let Some(token) = token {
        event["queryStringParameters"]["accessToken"] = json!(token);
    }
    fixture.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

#[tokio::test]
async fn the_first_message_of_a_removed_connection_closes_it() {
    let fixture = Fixture::default();
    fixture.handle(testing::sample_event("live-other.json")).await.unwrap();
    assert_eq!(fixture.state().deleted, [CONNECTION]);
}

#[tokio::test]
async fn for_an_hour_a_new_connection_requires_an_access_token_of_the_member_that_is_not_revoked() {
    let fixture = Fixture::default();
    fixture.state().sign_outs.insert(owner(), Timestamp::now());
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
