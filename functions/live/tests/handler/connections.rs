//! Who may connect, and what is known of connections afterwards.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::world::{World, owner};

/// The connection of the sample events.
const CONNECTION: &str = "0123456789abcdef";

async fn connect(world: &World, change: impl FnOnce(&mut Value)) -> u64 {
    let mut event: Value = testing::sample_event("live-connect.json");
    change(&mut event);
    world.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

#[tokio::test]
async fn a_member_connects_and_is_forgotten_when_they_leave() {
    let world = World::default();
    assert_eq!(connect(&world, |_| {}).await, 200);
    let (user, since, expires) = world.state().connections[CONNECTION];
    assert_eq!(user, owner());
    let lasts = SignedDuration::from_secs(expires - since.as_second());
    assert!(lasts > SignedDuration::from_hours(2) && lasts < SignedDuration::from_hours(3), "{lasts}");
    assert_eq!(world.state().of_people[&owner()].len(), 1);

    let answer = world.handle(testing::sample_event("live-disconnect.json")).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert!(world.state().connections.is_empty());
    assert!(world.state().of_people[&owner()].is_empty());
    assert!(world.state().posted.is_empty());
}

#[tokio::test]
async fn an_unknown_connection_that_ends_is_nothing() {
    let world = World::default().connected(owner(), "other");
    let answer = world.handle(testing::sample_event("live-disconnect.json")).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert!(world.state().connections.contains_key("other"));
}

#[tokio::test]
async fn others_than_members_are_refused() {
    for provider in [Value::Null, json!(""), json!("graph.facebook.com"), json!("x:CognitoSignIn:not-a-sub")]
    {
        let world = World::default();
        let change = |event: &mut Value| {
            event["requestContext"]["identity"]["cognitoAuthenticationProvider"] = provider.clone();
        };
        assert_eq!(connect(&world, change).await, 403, "{provider}");
        assert!(world.state().connections.is_empty());
    }
    let nobody = |event: &mut Value| event["requestContext"]["identity"] = json!({"sourceIp": "127.0.0.1"});
    assert_eq!(connect(&World::default(), nobody).await, 403);
}

#[tokio::test]
async fn a_deleted_account_is_refused() {
    let world = World::default().with(|state| state.deleted_accounts = true);
    assert_eq!(connect(&world, |_| {}).await, 403);
    assert!(world.state().connections.is_empty());
}

#[tokio::test]
async fn nobody_has_more_than_fifty_connections() {
    let mut world = World::default();
    for n in 0..50 {
        world = world.connected(owner(), &format!("c{n}"));
    }
    assert_eq!(connect(&world, |_| {}).await, 429);
    assert_eq!(world.state().connections.len(), 50);
    // One has expired, and of one DynamoDB has already removed the row.
    world.state().connections.get_mut("c7").unwrap().2 = Timestamp::now().as_second() - 1;
    world.state().connections.remove("c8");
    assert_eq!(connect(&world, |_| {}).await, 200);
    let open = world.state().of_people[&owner()].clone();
    assert_eq!(open.len(), 49);
    assert!(open.contains(CONNECTION) && !open.contains("c7") && !open.contains("c8"));
}
