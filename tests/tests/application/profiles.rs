//! Creating, finding and changing profiles.

use end_to_end::people::Member;
use end_to_end::root::Root;
use serde_json::{Value, json};

#[tokio::test]
async fn creates_reads_and_changes_a_profile() {
    let (ada, other) = (Member::without_profile().await, Member::without_profile().await);
    let path = format!("/users/{}", ada.id());
    assert_eq!(other.get(&path).await.code, 404, "before its creation");
    let created = ada.post("/users", &ada.profile()).await;
    assert_eq!(created.code, 201, "{created:?}");
    assert_eq!(created.data["id"], ada.id().to_string());
    assert_eq!(created.data["handle"], ada.handle.as_str());
    assert!(!created.data.to_string().contains('@'), "contains no e-mail address: {}", created.data);
    let mut public_profile = created.data.clone();
    for preference in ["notifications", "findable"] {
        public_profile.as_object_mut().unwrap().remove(preference).unwrap();
    }
    assert_eq!(other.get(&path).await.data, public_profile);
    assert_eq!(other.get(&format!("/users?handle={}", ada.handle.to_uppercase())).await.data, public_profile);
    assert_eq!(ada.post("/users", &ada.profile()).await.code, 409, "a second time");
    let changed = json!({"handle": ada.handle, "firstName": "Augusta", "lastName": "King"});
    assert_eq!(ada.put(&path, &changed).await.data["firstName"], "Augusta");
    let read = other.get(&path).await.data;
    assert_eq!((&read["lastName"], &read["createdAt"]), (&"King".into(), &created.data["createdAt"]));
}

#[tokio::test]
async fn a_handle_that_its_owner_left_rests_for_everybody_else() {
    let (ada, other) = (Member::new().await, Member::without_profile().await);
    let mut same_handle = other.profile();
    same_handle["handle"] = ada.handle.to_uppercase().into();
    let taken = other.post("/users", &same_handle).await;
    assert_eq!(taken.code, 409);
    let taken_notes = taken.notes;
    assert!(taken_notes.as_ref().unwrap().contains(&ada.handle), "names the handle");
    assert_eq!(other.get(&format!("/users/{}", other.id())).await.code, 404, "created nothing");
    assert_eq!(other.post("/users", &other.profile()).await.code, 201);
    assert_eq!(other.put(&format!("/users/{}", other.id()), &same_handle).await.code, 409, "by a change");

    let mut renamed = ada.profile();
    renamed["handle"] = format!("{}-2", ada.handle).into();
    assert_eq!(ada.put(&format!("/users/{}", ada.id()), &renamed).await.code, 200);
    assert_eq!(other.get(&format!("/users?handle={}", ada.handle)).await.code, 404, "the former handle");
    let resting = other.put(&format!("/users/{}", other.id()), &same_handle).await;
    assert_eq!(resting.code, 409, "the handle rests: {resting:?}");
    assert_eq!(resting.notes, taken_notes, "the reply is that of a taken handle");
    assert_eq!(ada.put(&format!("/users/{}", ada.id()), &ada.profile()).await.code, 200, "its former owner");
    assert_eq!(ada.put(&format!("/users/{}", ada.id()), &renamed).await.code, 200, "a second time");

    // DynamoDB deletes expired rows late.
    Root::default().end_rest_of_handle(&ada.handle).await;
    assert_eq!(
        other.put(&format!("/users/{}", other.id()), &same_handle).await.code,
        200,
        "the handle is free after 30 days"
    );
    let found = ada.get(&format!("/users?handle={}", ada.handle)).await.data;
    assert_eq!(found["id"], other.id().to_string());
    assert_eq!(ada.put(&format!("/users/{}", ada.id()), &ada.profile()).await.code, 409, "the former owner");
    assert_eq!(
        ada.get(&format!("/users?handle={}", other.handle)).await.code,
        404,
        "the former handle of the other member"
    );
}

#[tokio::test]
async fn nobody_can_take_a_reserved_handle() {
    let (ada, other) = (Member::without_profile().await, Member::new().await);
    for handle in ["admin", "Support", "sign-in", "robots.txt"] {
        let mut profile = ada.profile();
        profile["handle"] = handle.into();
        let created = ada.post("/users", &profile).await;
        assert_eq!(created.code, 409, "{created:?}");
        assert!(created.notes.unwrap().contains("taken"));
        assert_eq!(other.put(&format!("/users/{}", other.id()), &profile).await.code, 409, "{handle}");
    }
}

#[tokio::test]
async fn one_name_is_enough() {
    let (ada, other) = (Member::without_profile().await, Member::new().await);
    let path = format!("/users/{}", ada.id());
    let profile =
        |last_name: Value| json!({"handle": ada.handle, "firstName": "Pelé", "lastName": last_name});
    let created = ada.post("/users", &json!({"handle": ada.handle, "firstName": "Pelé"})).await;
    assert_eq!((created.code, &created.data["lastName"]), (201, &"".into()), "{created:?}");
    for (last_name, expected) in [("Arantes".into(), "Arantes"), (Value::Null, ""), ("".into(), "")] {
        assert_eq!(ada.put(&path, &profile(last_name)).await.data["lastName"], expected);
        assert_eq!(other.get(&path).await.data["lastName"], expected);
    }
}

#[tokio::test]
async fn names_keep_what_their_script_needs_and_lose_what_is_invisible() {
    let ada = Member::new().await;
    for (sent, shown) in [
        ("علی\u{200C}رضا", "علی\u{200C}رضا"),
        ("प्रिया 👩\u{200D}🚀", "प्रिया 👩\u{200D}🚀"),
        ("Ad\u{202E}a\u{3164}\u{E0041}", "Ada"),
        ("Ada\tKing\u{2800}", "Ada King"),
    ] {
        let mut profile = ada.profile();
        profile["firstName"] = sent.into();
        let changed = ada.put(&format!("/users/{}", ada.id()), &profile).await;
        assert_eq!(changed.data["firstName"], shown, "{}", sent.escape_unicode());
    }
}

#[tokio::test]
async fn one_of_two_concurrent_calls_gets_the_handle() {
    let people = [Member::without_profile().await, Member::without_profile().await];
    let profile = people[0].profile();
    let (one, other) = tokio::join!(people[0].post("/users", &profile), people[1].post("/users", &profile));
    let mut codes = [one.code, other.code];
    codes.sort_unstable();
    assert_eq!(codes, [201, 409]);
}

#[tokio::test]
async fn members_only_change_their_own_profile() {
    let (ada, other) = (Member::new().await, Member::new().await);
    let path = format!("/users/{}", ada.id());
    let before = ada.get(&path).await.data;
    assert_eq!(other.put(&path, &other.profile()).await.code, 403);
    assert_eq!(ada.get(&path).await.data, before);
    let no_profile = Member::without_profile().await;
    assert_eq!(
        no_profile.put(&format!("/users/{}", no_profile.id()), &no_profile.profile()).await.code,
        404,
        "without a profile"
    );
}

#[tokio::test]
async fn names_the_invalid_field() {
    let someone = Member::without_profile().await;
    let with = |field: &str, value: Value| {
        let mut profile = someone.profile();
        profile[field] = value;
        profile
    };
    for (profile, notes) in [
        (with("firstName", Value::Null), "Invalid input: firstName is missing"),
        (with("firstName", "\u{200D}\u{3164}".into()), "Invalid input: firstName has no visible characters"),
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
