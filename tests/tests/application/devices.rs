//! Phones: registering, listing and signing out. A phone belongs to one member at a time.

use end_to_end::cloud;
use end_to_end::people::{Caller, Member, new_token, register_phone};
use end_to_end::root::Root;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

fn ids(phones: &[Value]) -> Vec<&str> {
    phones.iter().map(|phone| phone["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn registers_lists_and_signs_out_phones() {
    let (member, root) = (Member::new().await, Root::default());
    assert!(member.phones().await.is_empty());
    let (apple, google) = (new_token(), new_token());
    let mut expected =
        [register_phone(&member, "apns", &apple).await, register_phone(&member, "fcm", &google).await];
    assert_eq!(
        register_phone(&member, "apns", &apple).await,
        expected[0],
        "registering again changes nothing"
    );
    expected.sort_unstable();
    let phones = member.phones().await;
    let mut found = ids(&phones);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(!json!(phones).to_string().contains(&apple), "the list contains no token");
    assert_eq!(root.devices_of(member.id()).await.len(), 2);

    for _ in 0..2 {
        assert_eq!(
            member.delete(&format!("/devices/{}", found[0])).await.code,
            200,
            "a repeated sign-out succeeds"
        );
    }
    assert_eq!(ids(&member.phones().await), [found[1]]);
    assert_eq!(root.devices_of(member.id()).await.len(), 1);
}

#[tokio::test]
async fn a_phone_belongs_to_the_member_who_registered_it_last() {
    let (before, after, root) = (Member::new().await, Member::new().await, Root::default());
    let token = new_token();
    let other_phone = register_phone(&before, "fcm", &end_to_end::people::new_token()).await;
    let previous = register_phone(&before, "fcm", &token).await;
    let endpoints = root.devices_of(before.id()).await;
    let moved = register_phone(&after, "fcm", &token).await;
    assert_ne!(moved, previous, "messages in flight to the former member must not reach the new one");
    assert_eq!(ids(&before.phones().await), [other_phone]);
    assert_eq!(ids(&after.phones().await), [moved.as_str()]);
    let mut enabled = Vec::new();
    for endpoint in &endpoints {
        enabled.push(root.has_endpoint(endpoint).await);
    }
    enabled.sort_unstable();
    assert_eq!(enabled, [false, true]);
    for phone in [&previous, &moved] {
        before.delete(&format!("/devices/{phone}")).await;
    }
    assert_eq!(ids(&after.phones().await), [moved.as_str()], "the former member cannot sign it out");
}

#[tokio::test]
async fn concurrent_registrations_leave_a_phone_with_one_member() {
    let (people, root) = (join_all((0..4).map(|_| Member::new())).await, Root::default());
    let token = new_token();
    let callers = people.iter().chain(&people);
    for answer in join_all(callers.map(|member| member.register_phone("fcm", &token))).await {
        assert!([201, 409].contains(&answer.code), "created, or a conflict to retry: {answer:?}");
    }
    // A former member can still have a row, but the row's platform endpoint is deleted.
    let reachable = async || {
        let mut reachable = Vec::new();
        for member in &people {
            for endpoint in root.devices_of(member.id()).await {
                if root.has_endpoint(&endpoint).await {
                    reachable.push(member.id());
                }
            }
        }
        reachable
    };
    assert_eq!(reachable().await.len(), 1, "{:?}", reachable().await);
    register_phone(&people[2], "fcm", &token).await;
    assert_eq!(reachable().await, [people[2].id()]);
}

#[tokio::test]
async fn a_member_has_at_most_ten_phones() {
    let member = Member::new().await;
    let mut phones = Vec::new();
    for _ in 0..10 {
        phones.push(register_phone(&member, "fcm", &new_token()).await);
    }
    let (other, token) = (Member::new().await, new_token());
    let phone = register_phone(&other, "fcm", &token).await;
    for token in [new_token(), token] {
        let rejected = member.register_phone("fcm", &token).await;
        assert_eq!((rejected.code, rejected.retry_after), (429, Some(3_600)), "{rejected:?}");
    }
    assert_eq!(member.phones().await.len(), 10);
    assert_eq!(ids(&other.phones().await), [phone.as_str()], "a refused call changes nothing");
    assert_eq!(member.delete(&format!("/devices/{}", phones[3])).await.code, 200);
    register_phone(&member, "apns", &new_token()).await;
}

#[tokio::test]
async fn rejects_invalid_platforms_and_tokens() {
    let member = Member::new().await;
    for (body, notes) in [
        (json!({"platform": "windows", "token": "00"}), "Invalid input: platform must be"),
        (json!({"platform": "APNS", "token": "00"}), "Invalid input: platform must be"),
        (json!({"token": "00"}), "Invalid input: platform must be"),
        (json!({"platform": "fcm"}), "Invalid input: token is missing"),
        (json!({"platform": "fcm", "token": " "}), "Invalid input: token is missing"),
        (json!({"platform": "fcm", "token": 7}), "Invalid input: "),
        (json!({"platform": "fcm", "token": "a b"}), "Invalid input: token must be"),
        (json!({"platform": "apns", "token": "xyz"}), "Invalid input: token must be"),
        (json!({"platform": "apns", "token": "0".repeat(401)}), "Invalid input: token must be"),
        (json!([]), "Invalid input: "),
    ] {
        let answer = member.post("/devices", &body).await;
        assert_eq!(answer.code, 400, "{body}");
        assert!(answer.notes.as_deref().unwrap().starts_with(notes), "{answer:?}");
    }
    assert_eq!(member.delete("/devices/x").await.code, 404);
    assert!(member.phones().await.is_empty());
}

#[tokio::test]
async fn members_manage_their_own_phones_only() {
    let (member, other, anonymous) = (Member::new().await, Member::new().await, cloud::app());
    let token = new_token();
    let phone = register_phone(&member, "fcm", &token).await;
    other.delete(&format!("/devices/{phone}")).await;
    assert!(other.phones().await.is_empty());
    assert_eq!(ids(&member.phones().await), [phone.as_str()], "no member signs out the phone of another");
    let anonymous = Caller::Anonymous(anonymous);
    let body = json!({"platform": "fcm", "token": new_token()});
    for (method, path, body) in [
        (Method::POST, "/devices".to_owned(), Some(&body)),
        (Method::GET, "/devices".to_owned(), None),
        (Method::DELETE, format!("/devices/{phone}"), None),
    ] {
        assert_eq!(anonymous.call(method.as_str(), &path, body).await.code, 403, "{method}");
    }
    // A deleted account cannot register a phone.
    assert_eq!(other.delete(&format!("/users/{}", other.id())).await.code, 200);
    for token in [new_token(), token] {
        let rejected = other.register_phone("fcm", &token).await;
        assert_eq!(rejected.code, 403, "{rejected:?}");
    }
    assert_eq!(ids(&member.phones().await), [phone.as_str()]);
}
