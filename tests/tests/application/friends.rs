//! Requesting, accepting and ending friendships.

use std::cell::Cell;

use domain::FriendshipState::{self, Friends, Invited, Requested};
use end_to_end::people::{Member, befriend, page_path};
use end_to_end::root::Root;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

const STATES: [&str; 3] = ["friends", "requested", "invited"];

/// Returns the ids in all friend lists of a member, with the state of each. Asserts that each entry
/// has the state of its list.
async fn lists(member: &Member) -> Vec<(Uuid, &'static str)> {
    let mut found = Vec::new();
    for state in STATES {
        for item in member.read_all(&format!("/friends?state={state}"), 100).await {
            assert_eq!(item["state"], state, "{item}");
            let id: Uuid = item["id"].as_str().unwrap().parse().unwrap();
            found.push((id, state));
        }
    }
    found
}

/// Asserts the states of two members in each other's lists, which contain nobody else.
async fn assert_states(one: &Member, other: &Member, states: Option<(&'static str, &'static str)>) {
    let list = |whom: &Member, state: Option<&'static str>| -> Vec<_> {
        state.map(|state| (whom.id().0, state)).into_iter().collect()
    };
    assert_eq!(lists(one).await, list(other, states.map(|states| states.0)));
    assert_eq!(lists(other).await, list(one, states.map(|states| states.1)));
}

#[track_caller]
fn assert_state(answer: &client::Answer, state: impl Into<Value>) {
    assert_eq!((answer.code, &answer.data["state"]), (200, &state.into()), "{answer:?}");
}

#[tokio::test]
async fn accepting_a_request_makes_two_members_friends() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    assert_states(&ada, &ben, None).await;
    let request = ada.befriend(&ben).await;
    assert_state(&request, "requested");
    assert_eq!(request.data["id"], ben.id().to_string());
    assert_states(&ada, &ben, Some(("requested", "invited"))).await;
    let requests = ada.read_all("/friends?state=requested", 100).await;
    assert_state(&ada.befriend(&ben).await, "requested");
    assert_eq!(
        ada.read_all("/friends?state=requested", 100).await,
        requests,
        "repeating the request changes nothing"
    );

    assert_state(&ben.befriend(&ada).await, "friends");
    assert_states(&ada, &ben, Some(("friends", "friends"))).await;
    let friends = ada.read_all("/friends", 100).await;
    let name = |of: &Member| json!([of.id().to_string(), of.handle, "Ada", "Lovelace"]);
    let shown = |item: &Value| json!([item["id"], item["handle"], item["firstName"], item["lastName"]]);
    assert_eq!(shown(&friends[0]), name(&ben), "the list shows friends by default");
    assert_eq!(shown(&ben.read_all("/friends", 100).await[0]), name(&ada));
    assert!(friends[0]["since"].as_str().unwrap() > requests[0]["since"].as_str().unwrap());
    for (who, whom) in [(&ada, &ben), (&ben, &ada)] {
        assert_state(&who.befriend(whom).await, "friends");
    }
    assert_eq!(ada.read_all("/friends", 100).await, friends, "accepting again changes nothing");
}

#[tokio::test]
async fn either_member_ends_a_request_or_a_friendship() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    for ends in [[&ada, &ben], [&ben, &ada]] {
        for accepted in [false, true] {
            // Withdraws or declines the request; ends the friendship.
            assert_state(&ada.befriend(&ben).await, "requested");
            if accepted {
                assert_state(&ben.befriend(&ada).await, "friends");
            }
            let [who, whom] = ends;
            for _ in 0..2 {
                assert_state(&who.unfriend(whom).await, Value::Null);
                assert_states(&ada, &ben, None).await;
            }
            assert_state(&whom.unfriend(who).await, Value::Null);
        }
    }
    assert_eq!(Root::default().friendship_states(ada.id(), ben.id()).await, (None, None));
}

#[tokio::test]
async fn rejects_requests_to_oneself_and_without_profiles() {
    let (ada, no_profile) = (Member::new().await, Member::without_profile().await);
    let put = async |who: &Member, id: &str| who.put(&format!("/friends/{id}"), &json!({})).await;
    let rejected = async |who: &Member, id: &str, code: u16, word: &str| {
        let answer = put(who, id).await;
        assert_eq!(answer.code, code, "{id}: {answer:?}");
        assert!(answer.notes.as_deref().unwrap().contains(word), "contains `{word}`: {answer:?}");
    };
    let myself = ada.id().to_string();
    rejected(&ada, &myself, 400, "yourself").await;
    assert_eq!(ada.delete(&format!("/friends/{myself}")).await.code, 400);
    rejected(&ada, &Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"nobody").to_string(), 404, "no such person").await;
    rejected(&ada, "nobody", 404, "nothing at this address").await;
    rejected(&ada, &no_profile.id().to_string(), 404, "no such person").await;
    rejected(&no_profile, &ada.id().to_string(), 409, "POST /users").await;
    assert!(lists(&ada).await.is_empty() && lists(&no_profile).await.is_empty());
    for state in ["enemies", "", "FRIENDS"] {
        let answer = ada.get(&format!("/friends?state={state}")).await;
        assert_eq!(answer.code, 400, "{state}: {answer:?}");
    }
    // After creating a profile, the member can receive requests.
    assert_eq!(no_profile.post("/users", &no_profile.profile()).await.code, 201);
    befriend(&ada, &no_profile).await;
}

/// Returns the states of two members in the table, read in one transaction. Asserts that the two
/// rows agree. After a declined request, a member does not see further requests of the other one.
async fn read_states(
    root: &Root,
    one: &Member,
    other: &Member,
) -> (Option<FriendshipState>, Option<FriendshipState>) {
    let states = root.friendship_states(one.id(), other.id()).await;
    let possible = [
        (None, None),
        (Some(Friends), Some(Friends)),
        (Some(Requested), Some(Invited)),
        (Some(Invited), Some(Requested)),
        (Some(Requested), None),
        (None, Some(Requested)),
    ];
    assert!(possible.contains(&states), "{states:?}");
    states
}

#[tokio::test]
async fn a_declined_request_is_not_seen_again_and_the_requester_cannot_tell() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    ada.befriend(&ben).await.ok().unwrap();
    ben.unfriend(&ada).await.ok().unwrap();
    assert_states(&ada, &ben, None).await;
    for _ in 0..2 {
        assert_state(&ada.befriend(&ben).await, "requested");
        assert_eq!(lists(&ada).await, [(ben.id().0, "requested")]);
        assert!(lists(&ben).await.is_empty());
    }
    assert_state(&ada.unfriend(&ben).await, Value::Null);
    assert_states(&ada, &ben, None).await;
    assert_state(&ada.befriend(&ben).await, "requested");
    assert_state(&ben.befriend(&ada).await, "friends");
    assert_states(&ada, &ben, Some(("friends", "friends"))).await;
}

#[tokio::test]
async fn simultaneous_requests_become_a_friendship() {
    let people = join_all((0..4).map(|_| Member::new())).await;
    let root = Root::default();
    let pairs: Vec<_> = (0..people.len())
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .map(|(i, j)| (&people[i], &people[j]))
        .collect();
    let requests =
        pairs.iter().map(async |(one, other)| tokio::join!(one.befriend(other), other.befriend(one)));
    for (one, other) in join_all(requests).await {
        let states = [one, other].map(|answer| {
            assert_eq!(answer.code, 200, "{answer:?}");
            answer.data["state"].as_str().unwrap().to_owned()
        });
        assert!(states.contains(&"friends".to_owned()), "the second one accepts: {states:?}");
    }
    for (one, other) in &pairs {
        assert_eq!(read_states(&root, one, other).await, (Some(Friends), Some(Friends)));
    }
    for member in &people {
        assert_eq!(lists(member).await.len(), people.len() - 1);
    }
}

#[tokio::test]
async fn both_rows_agree_during_concurrent_changes() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    let (root, done) = (Root::default(), Cell::new(false));
    let changes = async {
        let mut answers = Vec::new();
        // In ten batches, so that the reads below interleave with them on a busy machine.
        for batch in 0..10_u32 {
            answers.extend(
                join_all((0..5).map(async |i| match i {
                    0 | 1 => ada.befriend(&ben).await,
                    2 | 3 => ben.befriend(&ada).await,
                    _ if batch.is_multiple_of(2) => ada.unfriend(&ben).await,
                    _ => ben.unfriend(&ada).await,
                }))
                .await,
            );
        }
        done.set(true);
        answers
    };
    let watch = async {
        let mut seen = Vec::new();
        while !done.get() {
            seen.push(read_states(&root, &ada, &ben).await);
        }
        seen
    };
    let (answers, seen) = tokio::join!(changes, watch);
    for answer in answers {
        assert!([200, 409].contains(&answer.code), "done, or a conflict to retry: {answer:?}");
    }
    assert!(seen.len() > 5, "too few reads during the changes: {seen:?}");
    let (ada_state, ben_state) = read_states(&root, &ada, &ben).await;
    let list = |whom: &Member, state: Option<FriendshipState>| -> Vec<_> {
        state.map(|state| (whom.id().0, state.as_str())).into_iter().collect()
    };
    assert_eq!(lists(&ada).await, list(&ben, ada_state));
    assert_eq!(lists(&ben).await, list(&ada, ben_state));
}

#[tokio::test]
async fn pages_list_each_friend_once() {
    let ada = Member::new().await;
    let friends = join_all((0..5).map(|_| Member::new())).await;
    for friend in &friends {
        befriend(&ada, friend).await;
    }
    assert_state(&ada.unfriend(&friends[4]).await, Value::Null);
    assert_state(&friends[4].befriend(&ada).await, "requested");
    let mut expected: Vec<_> = friends[..4].iter().map(|friend| friend.id().to_string()).collect();
    expected.sort();
    for limit in [1, 2, 3, 4, 100] {
        let mut listed: Vec<_> = ada.read_all("/friends", limit).await;
        listed.sort_by_key(|item| item["id"].to_string());
        let listed: Vec<_> = listed.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(listed, expected, "each once in pages of {limit}");
    }
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=AAAA", "cursor=%25"] {
        assert_eq!(ada.get(&format!("/friends?{wrong}")).await.code, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_reader_and_its_list_only() {
    let ada = Member::new().await;
    let others = [Member::new().await, Member::new().await];
    for other in &others {
        befriend(&ada, other).await;
    }
    let first = ada.get(&page_path("/friends?state=friends", 1, None)).await.ok().unwrap();
    let cursor = first["cursor"].as_str().unwrap();
    let read =
        async |who: &Member, list: &str, cursor: &str| who.get(&page_path(list, 1, Some(cursor))).await.code;
    assert_eq!(read(&ada, "/friends?state=friends", cursor).await, 200);
    assert_eq!(read(&ada, "/friends?state=requested", cursor).await, 400, "another list");
    assert_eq!(read(&others[0], "/friends?state=friends", cursor).await, 400, "another member");
    for list in ["/feed", "/public", &format!("/users/{}/pictures", ada.id())] {
        assert_eq!(read(&ada, list, cursor).await, 400, "another route: {list}");
    }
    let mut changed = cursor.to_owned().into_bytes();
    changed[0] = if changed[0] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    assert_eq!(read(&ada, "/friends?state=friends", &changed).await, 400, "changed");
}
