//! Events that come again, and what cannot be delivered.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Activity, ActivityEvent, FriendshipState, Visibility};
use serde_json::json;
use uuid::Uuid;

use crate::world::{Trouble, World, endpoint, id};
use crate::{all, with_picture};

/// A picture of somebody with so many friends, from 2, who want to be told in both ways.
fn with_friends(number: u128) -> (World, Activity) {
    let (world, picture) = with_picture(Visibility::Friends);
    for n in 2..2 + number {
        world.friends(picture.owner_id, world.person(n, all(&["push", "email"])));
    }
    (
        world,
        Activity {
            id: Uuid::now_v7(),
            at: jiff::Timestamp::UNIX_EPOCH,
            what: ActivityEvent::PictureReady { picture },
        },
    )
}

fn trouble(world: &World, place: &str, trouble: Trouble) {
    world.inner().troubles.insert(place.into(), trouble);
}

#[tokio::test]
async fn twice_is_once() {
    let (world, activity) = with_friends(2);
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (2, 2));
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (0, 0));
}

#[tokio::test]
async fn what_somebody_else_is_telling_comes_again() {
    let (world, activity) = with_friends(1);
    let row = [("leaseUntil".into(), AttributeValue::N(i64::MAX.to_string()))];
    world.inner().receipts.insert(format!("deliver#{}", activity.id), row.into());
    assert!(!world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (0, 0));
}

#[tokio::test]
async fn who_cannot_be_told_keeps_nobody_from_it_and_is_told_later() {
    let (world, activity) = with_friends(3);
    trouble(&world, &endpoint("2"), Trouble::Throttled);
    trouble(&world, "p3@example.com", Trouble::Throttled);
    assert!(!world.again(&activity).await);
    assert_eq!(world.pushed(), ["3", "4"]);
    assert_eq!(world.mailed(), ["p2@example.com", "p4@example.com"]);
    assert!(!world.again(&activity).await, "nothing has changed");
    assert_eq!((world.pushed().len(), world.mailed().len()), (0, 0));
    world.inner().troubles.clear();
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed(), world.mailed()), (vec!["2".into()], vec!["p3@example.com".into()]));
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (0, 0));
}

#[tokio::test]
async fn a_phone_that_is_gone_is_forgotten() {
    for gone in [Trouble::Disabled, Trouble::NotFound, Trouble::NoEndpoint] {
        let (world, activity) = with_friends(2);
        trouble(&world, &endpoint("2"), gone);
        assert!(world.again(&activity).await, "{gone:?}");
        assert_eq!(world.pushed(), ["3"]);
        assert_eq!(world.inner().forgotten, [(id(2), endpoint("2"))]);
        assert_eq!(world.inner().deleted, [endpoint("2")]);
    }
}

#[tokio::test]
async fn a_message_that_sns_does_not_take_is_not_the_phones_fault() {
    let (world, activity) = with_friends(1);
    trouble(&world, &endpoint("2"), Trouble::TooLong);
    assert!(!world.again(&activity).await);
    assert!(world.inner().forgotten.is_empty());
}

#[tokio::test]
async fn what_ses_refuses_for_good_is_not_tried_again() {
    let (world, activity) = with_friends(2);
    trouble(&world, "p2@example.com", Trouble::Rejected);
    assert!(world.again(&activity).await);
    assert_eq!(world.mailed(), ["p3@example.com"]);
    world.inner().troubles.clear();
    assert!(world.again(&activity).await);
    assert!(world.mailed().is_empty());
}

#[tokio::test]
async fn only_confirmed_addresses_of_accounts_in_use_get_e_mail() {
    let (world, activity) = with_friends(4);
    world.inner().accounts.get_mut(&id(2)).unwrap().verified = false;
    world.inner().accounts.get_mut(&id(3)).unwrap().enabled = false;
    world.inner().accounts.remove(&id(4));
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed()), (4, vec!["p5@example.com".into()]));
}

#[tokio::test]
async fn without_an_address_to_send_from_nobody_gets_e_mail() {
    let (world, activity) = with_friends(2);
    assert!(world.handle_from("", &[activity]).await.is_empty());
    assert_eq!((world.pushed().len(), world.mailed().len()), (2, 0));
}

#[tokio::test]
async fn one_bad_message_does_not_repeat_the_good_ones() {
    let (world, good) = with_friends(1);
    let from = world.person(8, json!({}));
    world.friendship(from, id(2), [FriendshipState::Requested, FriendshipState::Invited]);
    let bad = Activity {
        id: Uuid::now_v7(),
        at: jiff::Timestamp::UNIX_EPOCH,
        what: ActivityEvent::FriendRequested { from, to: id(2) },
    };
    let choices = json!({"picture.ready": ["push"], "friend.requested": ["email"]});
    world.inner().profiles.insert(id(2), choices);
    trouble(&world, "p2@example.com", Trouble::Throttled);
    assert_eq!(world.handle_from("albumen@example.com", &[bad, good]).await, [0]);
    assert_eq!(world.pushed(), ["2"]);
}

#[tokio::test]
async fn many_friends_are_told_a_hundred_at_a_time() {
    let (world, activity) = with_friends(250);
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (250, 250));
    let asked = |what: &str| world.inner().asked.iter().filter(|asked| *asked == what).count();
    // The picture, then three times the picture with those who are told next.
    assert_eq!(asked("TransactGetItems"), 4);
    assert_eq!((asked("BatchGetItem Users"), asked("BatchGetItem Devices")), (3, 3));
}

#[tokio::test]
async fn friends_who_chose_nothing_cost_only_a_look_at_their_profiles() {
    let (world, activity) = with_friends(250);
    world.inner().profiles.values_mut().for_each(|choices| *choices = json!({}));
    assert!(world.again(&activity).await);
    assert_eq!((world.pushed().len(), world.mailed().len()), (0, 0));
    let asked = world.inner().asked.clone();
    assert!(!asked.contains(&"BatchGetItem Devices".to_owned()));
    assert_eq!(asked.iter().filter(|asked| *asked == "TransactGetItems").count(), 1);
}
