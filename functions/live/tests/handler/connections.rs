//! Tests of the routes `$connect` and `$disconnect`.

use std::collections::BTreeSet;

use domain::{UserId, Watch};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cognito::{USER_POOL, access_token};
use crate::fixture::{Fixture, owner};

/// The connection of the sample events.
const CONNECTION: &str = "0123456789abcdef";

async fn connect(fixture: &Fixture, change: impl FnOnce(&mut Value)) -> u64 {
    let mut event: Value = testing::sample_event("live-connect.json");
    change(&mut event);
    fixture.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

#[tokio::test]
async fn registers_a_connection_and_removes_it_on_disconnect() {
    let fixture = Fixture::default();
    assert_eq!(connect(&fixture, |_| {}).await, 200);
    let (user, since, expires) = fixture.state().connections[CONNECTION];
    assert_eq!(user, owner());
    let lifetime = SignedDuration::from_secs(expires - since.as_second());
    assert!((lifetime - SignedDuration::from_mins(15)).abs() < SignedDuration::from_secs(5), "{lifetime}");
    assert_eq!(fixture.state().members[&owner()].len(), 1);

    let response = fixture.handle(testing::sample_event("live-disconnect.json")).await.unwrap();
    assert_eq!(response["statusCode"], 200);
    assert!(fixture.state().connections.is_empty());
    assert!(fixture.state().members[&owner()].is_empty());
    assert!(fixture.state().sent.is_empty());
}

#[tokio::test]
async fn removes_what_a_closed_connection_watched() {
    let watch = Watch { public: true, owner_id: Some(owner()), picture: None };
    let fixture = Fixture::default().connected(owner(), CONNECTION).watching(CONNECTION, watch);
    let fixture = fixture.connected(owner(), "other").watching("other", watch);
    fixture.handle(testing::sample_event("live-disconnect.json")).await.unwrap();
    let left: BTreeSet<_> = fixture.state().watches.keys().map(|(_, id)| id.clone()).collect();
    assert_eq!(left, ["other".to_owned()].into());
}

#[tokio::test]
async fn a_message_with_the_name_of_a_route_is_not_the_event_of_the_route() {
    for route in ["$connect", "$disconnect"] {
        let fixture = Fixture::default().connected(owner(), CONNECTION);
        let before = fixture.state().connections.clone();
        let mut event: Value = testing::sample_event("live-other.json");
        event["requestContext"]["routeKey"] = json!(route);
        event["body"] = json!({ "action": route }).to_string().into();
        assert_eq!(fixture.handle(event).await.unwrap()["statusCode"], 200, "{route}");
        assert_eq!(fixture.state().connections, before, "{route}");
        let reply = fixture.take_sent().remove(CONNECTION).unwrap();
        assert_eq!((&reply["type"], &reply["code"]), (&json!("error"), &json!(400)), "{route}");
    }
}

#[tokio::test]
async fn rejects_an_event_of_unknown_type() {
    let fixture = Fixture::default();
    let mut event: Value = testing::sample_event("live-connect.json");
    event["requestContext"]["eventType"] = json!("UPGRADE");
    assert!(fixture.handle(event).await.is_err());
    assert!(fixture.state().connections.is_empty());
}

#[tokio::test]
async fn ignores_the_disconnect_of_an_unknown_connection() {
    let fixture = Fixture::default().connected(owner(), "other");
    let response = fixture.handle(testing::sample_event("live-disconnect.json")).await.unwrap();
    assert_eq!(response["statusCode"], 200);
    assert!(fixture.state().connections.contains_key("other"));
}

#[tokio::test]
async fn refuses_callers_that_are_not_members() {
    for provider in [Value::Null, json!(""), json!("graph.facebook.com"), json!("x:CognitoSignIn:not-a-sub")]
    {
        let fixture = Fixture::default();
        let change = |event: &mut Value| {
            event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = provider.clone();
        };
        assert_eq!(connect(&fixture, change).await, 403, "{provider}");
        assert!(fixture.state().connections.is_empty());
    }
    let anonymous =
        |event: &mut Value| event["requestContext"]["identity"] = json!({"sourceIp": "127.0.0.1"});
    assert_eq!(connect(&Fixture::default(), anonymous).await, 403);
}

#[tokio::test]
async fn an_access_token_identifies_a_caller_whose_identity_is_missing() {
    let token = access_token(USER_POOL, "valid");
    let other_pool = access_token("us-east-1_Another", "valid");
    for (provider, sent, status) in [
        (Value::Null, &token, 200),
        (Value::Null, &access_token(USER_POOL, "revoked"), 403),
        (Value::Null, &other_pool, 403),
        // An identity that is not a member's is not missing.
        (json!(""), &token, 403),
        (json!("graph.facebook.com"), &token, 403),
    ] {
        let fixture = Fixture::default();
        fixture.state().access_tokens.extend([(token.clone(), owner()), (other_pool.clone(), owner())]);
        let change = |event: &mut Value| {
            event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = provider.clone();
            event["queryStringParameters"]["accessToken"] = json!(sent);
        };
        assert_eq!(connect(&fixture, change).await, status, "{provider} {sent}");
        let users: Vec<_> = fixture.state().connections.values().map(|(user, ..)| *user).collect();
        assert_eq!(users, if status == 200 { vec![owner()] } else { vec![] });
    }
}

#[tokio::test]
async fn an_access_token_does_not_replace_the_identity_of_the_caller() {
    let fixture = Fixture::default();
    let (token, other) = (access_token(USER_POOL, "valid"), UserId(Uuid::from_u128(1)));
    fixture.state().access_tokens.insert(token.clone(), other);
    let status =
        connect(&fixture, |event| event["queryStringParameters"]["accessToken"] = json!(token)).await;
    assert_eq!((status, fixture.state().connections[CONNECTION].0), (200, owner()));
}

#[tokio::test]
async fn refuses_a_deleted_account() {
    let fixture = Fixture::default().with(|state| state.deleted_accounts = true);
    assert_eq!(connect(&fixture, |_| {}).await, 403);
    assert!(fixture.state().connections.is_empty());
}

#[tokio::test]
async fn limits_a_member_to_fifty_connections() {
    let mut fixture = Fixture::default();
    for n in 0..50 {
        fixture = fixture.connected(owner(), &format!("c{n}"));
    }
    assert_eq!(connect(&fixture, |_| {}).await, 429);
    assert_eq!(fixture.state().connections.len(), 50);
    // One connection has expired; DynamoDB has already deleted the row of another.
    fixture.state().connections.get_mut("c7").unwrap().2 = Timestamp::now().as_second() - 1;
    fixture.state().connections.remove("c8");
    assert_eq!(connect(&fixture, |_| {}).await, 200);
    assert_eq!(fixture.state().deleted, ["c7", "c8"]);
    let open = fixture.state().members[&owner()].clone();
    assert_eq!(open.len(), 49);
    assert!(open.contains(CONNECTION) && !open.contains("c7") && !open.contains("c8"));
}
