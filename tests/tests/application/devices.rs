//! PushEndpoints: registered, listed, signed out; each is one person's at a time.

use end_to_end::cloud;
use end_to_end::people::{Caller, Member, registered, token};
use end_to_end::root::Root;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

fn ids(push_endpoints: &[Value]) -> Vec<&str> {
    push_endpoints.iter().map(|phone| phone["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn phones_are_registered_listed_and_signed_out() {
    let (member, root) = (Member::new().await, Root::default());
    assert!(member.push_endpoints().await.is_empty());
    let (apple, google) = (token(), token());
    let mut expected = [registered(&member, "apns", &apple).await, registered(&member, "fcm", &google).await];
    assert_eq!(registered(&member, "apns", &apple).await, expected[0], "the same again");
    expected.sort_unstable();
    let push_endpoints = member.push_endpoints().await;
    let mut found = ids(&push_endpoints);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(!json!(push_endpoints).to_string().contains(&apple), "a token is shown to nobody");
    assert_eq!(root.devices_of(member.id()).await.len(), 2);

    for _ in 0..2 {
        assert_eq!(member.delete(&format!("/devices/{}", found[0])).await.code, 200, "again, too");
    }
    assert_eq!(ids(&member.push_endpoints().await), [found[1]]);
    assert_eq!(root.devices_of(member.id()).await.len(), 1);
}

#[tokio::test]
async fn a_phone_is_whoevers_who_registered_it_last() {
    let (before, after, root) = (Member::new().await, Member::new().await, Root::default());
    let token = token();
    let kept = registered(&before, "fcm", &end_to_end::people::token()).await;
    let theirs = registered(&before, "fcm", &token).await;
    let endpoints = root.devices_of(before.id()).await;
    let moved = registered(&after, "fcm", &token).await;
    assert_ne!(moved, theirs, "what is under way to whoever had it is not for them");
    assert_eq!(ids(&before.push_endpoints().await), [kept]);
    assert_eq!(ids(&after.push_endpoints().await), [moved.as_str()]);
    let mut reached = Vec::new();
    for endpoint in &endpoints {
        reached.push(root.has_endpoint(endpoint).await);
    }
    reached.sort_unstable();
    assert_eq!(reached, [false, true]);
    for phone in [&theirs, &moved] {
        before.delete(&format!("/devices/{phone}")).await;
    }
    assert_eq!(ids(&after.push_endpoints().await), [moved.as_str()], "who had it can not sign it out any more");
}

#[tokio::test]
async fn a_phone_that_several_want_at_once_is_one_persons() {
    let (people, root) = (join_all((0..4).map(|_| Member::new())).await, Root::default());
    let token = token();
    for answer in join_all(people.iter().map(|member| member.register_phone("fcm", &token))).await {
        assert!([201, 409].contains(&answer.code), "done, or told to try again: {answer:?}");
    }
    // Whose it was may still have a row, but nothing is sent there any more.
    let reached = async || {
        let mut reached = Vec::new();
        for member in &people {
            for endpoint in root.devices_of(member.id()).await {
                if root.has_endpoint(&endpoint).await {
                    reached.push(member.id());
                }
            }
        }
        reached
    };
    assert!(reached().await.len() <= 1, "{:?}", reached().await);
    registered(&people[2], "fcm", &token).await;
    assert_eq!(reached().await, [people[2].id()]);
}

#[tokio::test]
async fn nobody_has_more_than_ten() {
    let member = Member::new().await;
    let mut push_endpoints = Vec::new();
    for _ in 0..10 {
        push_endpoints.push(registered(&member, "fcm", &token()).await);
    }
    let refused = member.register_phone("fcm", &token()).await;
    assert_eq!(refused.code, 409, "{refused:?}");
    assert_eq!(member.push_endpoints().await.len(), 10);
    assert_eq!(member.delete(&format!("/devices/{}", push_endpoints[3])).await.code, 200);
    registered(&member, "apns", &token()).await;
}

#[tokio::test]
async fn what_can_not_be_a_phone_is_refused() {
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
    assert!(member.push_endpoints().await.is_empty());
}

#[tokio::test]
async fn only_members_have_phones() {
    let (member, other, nobody) = (Member::new().await, Member::new().await, cloud::app());
    let phone = registered(&member, "fcm", &token()).await;
    other.delete(&format!("/devices/{phone}")).await;
    assert!(other.push_endpoints().await.is_empty());
    assert_eq!(ids(&member.push_endpoints().await), [phone.as_str()], "nobody signs out another's");
    let nobody = Caller::Nobody(nobody);
    let body = json!({"platform": "fcm", "token": token()});
    for (method, path, body) in [
        (Method::POST, "/devices".to_owned(), Some(&body)),
        (Method::GET, "/devices".to_owned(), None),
        (Method::DELETE, format!("/devices/{phone}"), None),
    ] {
        assert_eq!(nobody.call(method.as_str(), &path, body).await.code, 403, "{method}");
    }
    // Whose account was deleted can not bring it back.
    assert_eq!(other.delete(&format!("/users/{}", other.id())).await.code, 200);
    let refused = other.register_phone("fcm", &token()).await;
    assert_eq!(refused.code, 403, "{refused:?}");
}
