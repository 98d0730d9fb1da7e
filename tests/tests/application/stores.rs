//! Context that many write at the same time, against the real tables.

use std::collections::BTreeSet;

use end_to_end::people::Member;
use end_to_end::root::Root;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use domain::UserId;
use store::{Lease, Endpoints, IdempotencyStore, Registered, Users};
use uuid::Uuid;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

async fn connections(root: &Root) -> (Endpoints, Users) {
    let table = root.variable("live", "CONNECTIONS_TABLE").await;
    let users = Users::new(root.dynamodb.clone(), root.tables().await.users.clone());
    (Endpoints::new(root.dynamodb.clone(), table), users)
}

async fn of(endpoints: &Endpoints, user: UserId) -> BTreeSet<String> {
    endpoints.of([user]).await.unwrap().remove(&user).unwrap_or_default()
}

fn fresh() -> String {
    Uuid::now_v7().to_string()
}

#[tokio::test]
async fn an_endpoint_belongs_to_whoever_registered_it_last() {
    let root = Root::default();
    let (endpoints, users) = connections(&root).await;
    let (one, other) = (UserId(Uuid::now_v7()), UserId(Uuid::now_v7()));
    let phone = fresh();
    for user in [one, one, other] {
        assert_eq!(endpoints.register(user, &phone, 10, None, &users).await.unwrap(), Registered::Done);
        assert_eq!(endpoints.get(&phone).await.unwrap().unwrap().user_id, user);
    }
    assert_eq!(
        (of(&endpoints, one).await, of(&endpoints, other).await),
        (BTreeSet::new(), [phone.clone()].into())
    );
    endpoints.remove(one, &phone).await.unwrap();
    assert!(endpoints.get(&phone).await.unwrap().is_some(), "it is not theirs any more");
    endpoints.remove(other, &phone).await.unwrap();
    assert!(endpoints.get(&phone).await.unwrap().is_none());
    for user in [one, other] {
        assert!(of(&endpoints, user).await.is_empty());
        endpoints.remove_all(user).await.unwrap();
    }
}

#[tokio::test]
async fn nobody_has_more_than_the_most_however_many_come_at_once() {
    let root = Root::default();
    let (endpoints, users) = connections(&root).await;
    let user = UserId(Uuid::now_v7());
    let names: Vec<_> = (0..12).map(|_| fresh()).collect();
    let registered = join_all(names.iter().map(|name| endpoints.register(user, name, 5, None, &users))).await;
    let done = registered.iter().filter(|outcome| *outcome.as_ref().unwrap() == Registered::Done).count();
    assert_eq!((done, of(&endpoints, user).await.len()), (5, 5));
    endpoints.remove_all(user).await.unwrap();
    assert!(of(&endpoints, user).await.is_empty());
    assert!(
        join_all(names.iter().map(|name| endpoints.get(name)))
            .await
            .into_iter()
            .all(|row| row.unwrap().is_none())
    );
}

#[tokio::test]
async fn what_has_expired_makes_room() {
    let root = Root::default();
    let (endpoints, users) = connections(&root).await;
    let user = UserId(Uuid::now_v7());
    let (past, future) = (Timestamp::now() - SignedDuration::from_secs(5), Timestamp::now() + LEASE);
    let there = fresh();
    for (name, expires) in [(fresh(), past), (there.clone(), future)] {
        endpoints.register(user, &name, 2, Some(expires), &users).await.unwrap();
    }
    endpoints.forget_expired(user).await.unwrap();
    assert_eq!(of(&endpoints, user).await, [there].into());
    endpoints.remove_all(user).await.unwrap();
}

#[tokio::test]
async fn a_deleted_account_registers_nothing() {
    let root = Root::default();
    let (endpoints, users) = connections(&root).await;
    let member = Member::new().await;
    assert_eq!(member.delete(&format!("/users/{}", member.id())).await.code, 200);
    let outcome = endpoints.register(member.id(), &fresh(), 5, None, &users).await.unwrap();
    assert_eq!(outcome, Registered::AccountDeleted);
}

#[tokio::test]
async fn an_event_is_worked_on_by_one_and_finished_once() {
    let root = Root::default();
    let table = root.variable("live", "RECEIPTS_TABLE").await;
    let receipts = IdempotencyStore::new(root.dynamodb.clone(), table.clone(), "test", LEASE);
    let event = Uuid::now_v7();
    let begun = join_all((0..8).map(|_| receipts.begin(event))).await;
    let ours = begun.iter().filter(|begun| matches!(begun.as_ref().unwrap(), Lease::Acquired(_))).count();
    assert_eq!(ours, 1, "{begun:?}");
    receipts.note(event, ["a".to_owned(), "b".to_owned()]).await.unwrap();
    receipts.give_back(event).await.unwrap();
    let told = ["a", "b"].map(str::to_owned).into();
    assert_eq!(receipts.begin(event).await.unwrap(), Lease::Acquired(told));
    assert_eq!(receipts.begin(event).await.unwrap(), Lease::Busy);
    receipts.finish(event).await.unwrap();
    assert_eq!(receipts.begin(event).await.unwrap(), Lease::Done);
    // Of a worker that died, the lease runs out.
    let dead = IdempotencyStore::new(root.dynamodb.clone(), table, "test", SignedDuration::from_secs(-1));
    let event = Uuid::now_v7();
    assert!(matches!(dead.begin(event).await.unwrap(), Lease::Acquired(_)));
    assert!(matches!(receipts.begin(event).await.unwrap(), Lease::Acquired(_)));
}
