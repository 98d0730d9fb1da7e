//! Profiles.

use end_to_end::people::Member;
use serde_json::{Value, json};

#[tokio::test]
async fn a_profile_is_made_read_and_changed() {
    let (ada, other) = (Member::without_profile().await, Member::without_profile().await);
    let path = format!("/users/{}", ada.id());
    assert_eq!(other.get(&path).await.code, 404, "not made yet");
    let made = ada.post("/users", &ada.profile()).await;
    assert_eq!(made.code, 201, "{made:?}");
    assert_eq!(made.data["id"], ada.id().to_string());
    assert_eq!(made.data["handle"], ada.handle.as_str());
    assert!(!made.data.to_string().contains('@'), "no address: {}", made.data);
    let mut public = made.data.clone();
    public.as_object_mut().unwrap().remove("notifications").unwrap();
    assert_eq!(other.get(&path).await.data, public);
    assert_eq!(other.get(&format!("/users?handle={}", ada.handle.to_uppercase())).await.data, public);
    assert_eq!(ada.post("/users", &ada.profile()).await.code, 409, "only once");
    let changed = json!({"handle": ada.handle, "firstName": "Augusta", "lastName": "King"});
    assert_eq!(ada.put(&path, &changed).await.data["firstName"], "Augusta");
    let read = other.get(&path).await.data;
    assert_eq!((&read["lastName"], &read["createdAt"]), (&"King".into(), &made.data["createdAt"]));
}

#[tokio::test]
async fn a_handle_is_one_persons_until_they_leave_it() {
    let (ada, other) = (Member::new().await, Member::without_profile().await);
    let mut wish = other.profile();
    wish["handle"] = ada.handle.to_uppercase().into();
    let taken = other.post("/users", &wish).await;
    assert_eq!(taken.code, 409);
    assert!(taken.notes.unwrap().contains(&ada.handle), "names it");
    assert_eq!(other.get(&format!("/users/{}", other.id())).await.code, 404, "nothing was made");
    assert_eq!(other.post("/users", &other.profile()).await.code, 201);
    assert_eq!(other.put(&format!("/users/{}", other.id()), &wish).await.code, 409, "nor by a change");

    let mut moved = ada.profile();
    moved["handle"] = format!("{}-2", ada.handle).into();
    assert_eq!(ada.put(&format!("/users/{}", ada.id()), &moved).await.code, 200);
    assert_eq!(other.get(&format!("/users?handle={}", ada.handle)).await.code, 404, "left");
    assert_eq!(other.put(&format!("/users/{}", other.id()), &wish).await.code, 200, "free again");
    let found = ada.get(&format!("/users?handle={}", ada.handle)).await.data;
    assert_eq!(found["id"], other.id().to_string());
    assert_eq!(ada.get(&format!("/users?handle={}", other.handle)).await.code, 404, "left, too");
}

#[tokio::test]
async fn two_who_want_one_handle_at_once() {
    let people = [Member::without_profile().await, Member::without_profile().await];
    let wish = people[0].profile();
    let (one, other) = tokio::join!(people[0].post("/users", &wish), people[1].post("/users", &wish));
    let mut codes = [one.code, other.code];
    codes.sort_unstable();
    assert_eq!(codes, [201, 409]);
}

#[tokio::test]
async fn nobody_changes_another_persons_profile() {
    let (ada, other) = (Member::new().await, Member::new().await);
    let path = format!("/users/{}", ada.id());
    let before = ada.get(&path).await.data;
    assert_eq!(other.put(&path, &other.profile()).await.code, 403);
    assert_eq!(ada.get(&path).await.data, before);
    let nobody = Member::without_profile().await;
    assert_eq!(
        nobody.put(&format!("/users/{}", nobody.id()), &nobody.profile()).await.code,
        404,
        "none to change"
    );
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let someone = Member::without_profile().await;
    let with = |field: &str, value: Value| {
        let mut profile = someone.profile();
        profile[field] = value;
        profile
    };
    for (profile, notes) in [
        (with("firstName", Value::Null), "Invalid input: firstName is missing"),
        (with("lastName", "  ".into()), "Invalid input: lastName is missing"),
        (with("handle", Value::Null), "Invalid input: handle is missing"),
        (with("handle", "a b".into()), "Invalid input: handle must be"),
        (with("handle", "ab".into()), "Invalid input: handle must be"),
        (with("firstName", "x".repeat(101).into()), "Invalid input: firstName has 101"),
    ] {
        let answer = someone.post("/users", &profile).await;
        assert_eq!(answer.code, 400, "{profile}");
        assert!(answer.notes.as_deref().unwrap().starts_with(notes), "{answer:?}");
    }
    let find = someone.get("/users").await;
    assert_eq!(find.code, 400, "{find:?}");
}
