//! Concurrent use of the stores, against real tables.

use std::collections::BTreeSet;

use domain::{Topic, UserId, Watch};
use end_to_end::people::Member;
use end_to_end::root::Root;
use futures_util::future::{join, join_all};
use jiff::{SignedDuration, Timestamp};
use store::{Conflict, Connections, Endpoints, IdempotencyStore, Lease};
use uuid::Uuid;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

async fn open_connections(root: &Root) -> Endpoints {
    Endpoints::connections(&root.database().await)
}

/// Returns the endpoints of a user.
async fn endpoints_of(endpoints: &Endpoints, user: UserId) -> BTreeSet<String> {
    endpoints.find_by_users([user]).await.unwrap().remove(&user).unwrap_or_default()
}

fn unique_name() -> String {
    Uuid::now_v7().to_string()
}

#[tokio::test]
async fn an_endpoint_belongs_to_the_user_who_registered_it_last() {
    let root = Root::default();
    let endpoints = open_connections(&root).await;
    let (one, other) = (UserId(Uuid::now_v7()), UserId(Uuid::now_v7()));
    let phone = unique_name();
    // The endpoint must be replaced as soon as it has changed its member.
    for (user, must_replace) in [(one, false), (one, false), (other, true), (other, true)] {
        let row = endpoints.register(user, &phone, 10, None).await.unwrap().unwrap();
        assert_eq!((row.user_id, row.must_replace), (user, must_replace));
        assert_eq!(endpoints.get(&phone).await.unwrap(), Some(row));
    }
    assert_eq!(
        (endpoints_of(&endpoints, one).await, endpoints_of(&endpoints, other).await),
        (BTreeSet::new(), [phone.clone()].into())
    );
    endpoints.remove(one, &phone).await.unwrap();
    assert!(endpoints.get(&phone).await.unwrap().is_some(), "only its current user removes it");
    endpoints.remove(other, &phone).await.unwrap();
    assert!(endpoints.get(&phone).await.unwrap().is_none());
    for user in [one, other] {
        assert!(endpoints_of(&endpoints, user).await.is_empty());
        endpoints.remove_all(user).await.unwrap();
    }
}

#[tokio::test]
async fn concurrent_registrations_do_not_exceed_the_limit() {
    let root = Root::default();
    let endpoints = open_connections(&root).await;
    let user = UserId(Uuid::now_v7());
    let names: Vec<_> = (0..12).map(|_| unique_name()).collect();
    let outcomes = join_all(names.iter().map(|name| endpoints.register(user, name, 5, None))).await;
    let registered = outcomes.iter().filter(|outcome| outcome.as_ref().unwrap().is_ok()).count();
    assert_eq!((registered, endpoints_of(&endpoints, user).await.len()), (5, 5));
    endpoints.remove_all(user).await.unwrap();
    assert!(endpoints_of(&endpoints, user).await.is_empty());
    let rows = join_all(names.iter().map(|name| endpoints.get(name))).await;
    assert!(rows.into_iter().all(|row| row.unwrap().is_none()));
}

#[tokio::test]
async fn a_connection_that_is_removed_during_watches_watches_nothing() {
    let connections = Connections::new(&Root::default().database().await);
    let (user, connection) = (UserId(Uuid::now_v7()), unique_name());
    let expires_at = Timestamp::now() + LEASE;
    connections.register(user, &connection, 5, expires_at, None).await.unwrap().unwrap();
    let owners: Vec<_> = (0..4).map(|_| UserId(Uuid::now_v7())).collect();
    let watch = async |(at, owner): (i64, UserId)| {
        let watch = Watch { owner_id: Some(owner), ..Watch::default() };
        connections.watch(&connection, watch, at).await.unwrap();
    };
    // The last message of the client is in effect, in whichever order they are handled.
    join_all((1..).zip(owners.iter().copied()).map(watch)).await;
    let watched = async || {
        let topics = owners.iter().map(|owner| Topic::Owner(*owner));
        let found = join_all(topics.map(|topic| connections.find_watchers([topic]))).await;
        found.into_iter().map(|found| found.unwrap().open.len()).collect::<Vec<_>>()
    };
    assert_eq!(watched().await, [0, 0, 0, 1]);
    let (removed, ()) = join(connections.remove(user, &connection), watch((5, owners[0]))).await;
    removed.unwrap();
    assert_eq!(watched().await, [0; 4]);
    assert!(connections.get(&connection).await.unwrap().is_none());
}

#[tokio::test]
async fn finds_open_and_expired_connections_of_a_member() {
    let connections = Connections::new(&Root::default().database().await);
    let user = UserId(Uuid::now_v7());
    let (expired, open) = (unique_name(), unique_name());
    // DynamoDB keeps rows that expired more than five years ago.
    let past = Timestamp::now() - SignedDuration::from_hours(6 * 365 * 24);
    let future = Timestamp::now() + LEASE;
    for (connection, expires_at) in [(&expired, past), (&open, future)] {
        connections.register(user, connection, 2, expires_at, None).await.unwrap().unwrap();
    }
    let found = connections.find_by_users([user]).await.unwrap();
    assert_eq!(found.open, [(user, [open].into())].into());
    assert_eq!(found.expired, [(user, [expired].into())].into());
    connections.remove_all(user).await.unwrap();
}

#[tokio::test]
async fn a_deleted_account_registers_no_endpoint() {
    let root = Root::default();
    let endpoints = open_connections(&root).await;
    let member = Member::new().await;
    assert_eq!(member.delete(&format!("/users/{}", member.id())).await.code, 200);
    let outcome = endpoints.register(member.id(), &unique_name(), 5, None).await.unwrap();
    assert_eq!(outcome, Err(Conflict::AccountDeleted));
}

#[tokio::test]
async fn one_of_several_consumers_acquires_the_lease_of_an_event() {
    let root = Root::default();
    let database = root.database().await;
    let store = IdempotencyStore::new(&database, "test", LEASE);
    let event = Uuid::now_v7();
    let leases = join_all((0..8).map(|_| store.acquire(event))).await;
    let acquired =
        leases.iter().filter(|lease| matches!(lease.as_ref().unwrap(), Lease::Acquired(_))).count();
    assert_eq!(acquired, 1, "{leases:?}");
    store.record(event, ["a".to_owned(), "b".to_owned()]).await.unwrap();
    store.release(event).await.unwrap();
    let recipients = ["a", "b"].map(str::to_owned).into();
    assert_eq!(store.acquire(event).await.unwrap(), Lease::Acquired(recipients));
    assert_eq!(store.acquire(event).await.unwrap(), Lease::Busy);
    store.complete(event).await.unwrap();
    assert_eq!(store.acquire(event).await.unwrap(), Lease::Completed);
    // The lease of a consumer that crashed expires.
    let crashed = IdempotencyStore::new(&database, "test", SignedDuration::from_secs(-1));
    let event = Uuid::now_v7();
    assert!(matches!(crashed.acquire(event).await.unwrap(), Lease::Acquired(_)));
    assert!(matches!(store.acquire(event).await.unwrap(), Lease::Acquired(_)));
}
