//! Developer keys: who can create and revoke them, and their limits on open routes.

use std::time::Instant;

use end_to_end::people::{Caller, Member};
use end_to_end::root::Root;
use end_to_end::wire::{self, Reply};
use end_to_end::{cloud, wait};
use futures_util::future::{join, join_all};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

/// The maximum number of keys of a member.
const MAX_KEYS: usize = 5;
/// The maximum time in seconds until API Gateway refuses a revoked key.
const MAX_REVOCATION: u64 = 60;

/// Calls an open route with a key.
async fn call_with(key: &str, path: &str) -> Reply {
    let mut request = wire::unsigned(Method::GET, path, "");
    request.headers_mut().insert("x-api-key", HeaderValue::try_from(key).unwrap());
    wire::send(request).await
}

/// Calls an open route without a key.
async fn call_without(path: &str) -> Reply {
    wire::send(wire::unsigned(Method::GET, path, "")).await
}

/// Creates a key, and returns its id and its secret value.
async fn create(member: &Member, name: &str) -> (String, String) {
    let created = member.post("/keys", &json!({ "name": name })).await;
    assert_eq!((created.code, &created.data["name"]), (201, &json!(name.trim())), "{created:?}");
    let text = |field: &str| created.data[field].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

/// Returns the list of a member's keys.
async fn list(member: &Member) -> Value {
    let listed = member.get("/keys").await;
    assert_eq!(listed.code, 200, "{listed:?}");
    listed.data
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn creates_lists_and_revokes_keys() {
    let member = Member::new().await;
    let (first, value) = create(&member, " Slide show ").await;
    let (second, _) = create(&member, "Frame").await;
    assert!(value.len() >= 20 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{value}");
    assert_eq!(call_with(&value, "/status").await.status, 200);
    let listed = list(&member).await;
    assert_eq!(ids(&listed), [second.as_str(), &first], "newest first");
    assert_eq!(listed["limits"], json!({"callsPerSecond": 100, "burst": 200, "callsPerDay": 100_000}));
    assert!(!listed.to_string().contains(&value), "a key is shown once: {listed}");
    // Near midnight, the call can belong to the day before.
    let [unused, used] = [0, 1].map(|i| &listed["items"][i]);
    assert_eq!((&unused["callsToday"], &unused["usage"]), (&json!(0), &json!([])));
    assert_eq!(used["usage"][0]["calls"], 1, "{used}");
    for _ in 0..2 {
        let revoked = member.delete(&format!("/keys/{first}")).await;
        assert_eq!((revoked.code, &revoked.data), (200, &json!({ "id": first })), "{revoked:?}");
    }
    assert_eq!(ids(&list(&member).await), [second.as_str()]);
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let member = Member::new().await;
    let (id, value) = create(&member, "Slide show").await;
    assert_eq!(call_with(&value, "/status").await.status, 200);
    assert_eq!(member.delete(&format!("/keys/{id}")).await.code, 200);
    let start = Instant::now();
    wait::until_equal("the key is refused", &403, async || call_with(&value, "/status").await.status).await;
    assert!(start.elapsed().as_secs() < MAX_REVOCATION, "{:?}", start.elapsed());
    call_with(&value, "/public").await.assert_rejected(403, "This developer key is not valid.");
    assert_eq!(call_without("/status").await.status, 200);
}

#[tokio::test]
async fn an_unknown_key_is_refused_on_open_routes_alone() {
    let member = Member::new().await;
    let token = "ASD3hWvAff6PIUtsnQ4fKgEjRWeJq83vASNFZ4mrze8";
    for path in ["/status", "/openapi.json", "/public", "/public/albums/a", &format!("/shared/{token}")] {
        call_with("0123456789abcdef0123456789", path)
            .await
            .assert_rejected(403, "create a new one in the settings");
        call_with("short", path).await.assert_rejected(403, "This developer key is not valid.");
    }
    // An empty header is no key.
    assert_eq!(call_with("", "/status").await.status, 200);
    let mut request = wire::unsigned(Method::GET, "/feed", "");
    request.headers_mut().insert("x-api-key", HeaderValue::from_static("unknown"));
    wire::sign(&mut request, &member.session.credentials().await.unwrap(), "execute-api");
    assert_eq!(wire::send(request).await.status, 200, "the other routes ignore the header");
}

#[tokio::test]
async fn the_site_passes_keys_and_caches_the_replies_of_each() {
    let member = Member::new().await;
    let (_, value) = create(&member, "Slide show").await;
    let through_site = async |key: &str| {
        let url = format!("{}v1/openapi.json", cloud::stack().site);
        let mut request = reqwest::Request::new(Method::GET, url.parse().unwrap());
        request.headers_mut().insert("x-api-key", HeaderValue::try_from(key).unwrap());
        wire::send(request).await
    };
    assert_eq!(through_site("0123456789abcdef0123456789").await.status, 403);
    let replies = [through_site(&value).await, through_site(&value).await];
    assert_eq!(replies.each_ref().map(|reply| reply.status), [200, 200]);
    assert_eq!(replies[1].header("x-cache"), "Hit from cloudfront");
}

/// The local cloud is too slow to exceed the default limits, so the key has smaller ones.
#[tokio::test]
async fn the_limit_of_a_key_affects_no_other_caller() {
    let (member, other) = join(Member::new(), Member::new()).await;
    let ((id, key), (_, others_key)) = join(create(&member, "Busy"), create(&other, "Calm")).await;
    Root::default().limit_developer_key(&id, 5).await;
    let flood = join_all((0..20).map(|_| call_with(&key, "/status")));
    let calm = async {
        let replies = [call_with(&others_key, "/status").await, call_without("/status").await];
        (replies.map(|reply| reply.status), member.get("/feed").await.code)
    };
    let (replies, calm) = join(flood, calm).await;
    assert_eq!(calm, ([200, 200], 200), "another key, a caller without one, and the member");
    let accepted = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(accepted >= 5, "{accepted} accepted calls");
    let limited = replies.iter().find(|reply| reply.status != 200).expect("the key has a limit");
    limited.assert_rejected(429, "Too many calls at once.");
    assert_eq!(limited.header("retry-after"), "1");
    wait::until_equal("the key has calls again", &200, async || call_with(&key, "/status").await.status)
        .await;
}

#[tokio::test]
async fn a_member_has_at_most_five_keys() {
    let member = Member::new().await;
    let body = json!({"name": "Slide show"});
    let answers = join_all((0..MAX_KEYS + 2).map(|_| member.post("/keys", &body))).await;
    let mut codes: Vec<_> = answers.iter().map(|answer| answer.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 201, 201, 201, 201, 409, 409], "{answers:?}");
    let listed = list(&member).await;
    assert_eq!(ids(&listed).len(), MAX_KEYS);
    assert_eq!(member.delete(&format!("/keys/{}", ids(&listed)[0])).await.code, 200);
    assert_eq!(member.post("/keys", &body).await.code, 201);
}

#[tokio::test]
async fn keys_belong_to_members_with_a_profile() {
    let (member, other, newcomer) =
        (Member::new().await, Member::new().await, Member::without_profile().await);
    let (id, value) = create(&member, "Slide show").await;
    let path = format!("/keys/{id}");
    assert_eq!(other.delete(&path).await.code, 404);
    assert_eq!(newcomer.post("/keys", &json!({"name": "Slide show"})).await.code, 409);
    for name in [json!(null), json!(""), json!("x".repeat(51))] {
        assert_eq!(member.post("/keys", &json!({ "name": name })).await.code, 400, "{name}");
    }
    assert_eq!(member.delete("/keys/x").await.code, 404);
    let anonymous = Caller::Anonymous(cloud::app());
    let body = json!({"name": "Slide show"});
    for (method, path, body) in
        [("POST", "/keys", Some(&body)), ("GET", "/keys", None), ("DELETE", path.as_str(), None)]
    {
        assert_eq!(anonymous.call(method, path, body).await.code, 403, "{method} {path}");
    }
    assert_eq!(call_with(&value, "/keys").await.status, 403, "a key opens no route of members");
    assert_eq!(ids(&list(&member).await), [id.as_str()]);
    assert_eq!(list(&other).await["items"], json!([]));
}

#[tokio::test]
async fn the_keys_of_a_deleted_account_are_refused() {
    let (member, root) = (Member::new().await, Root::default());
    let (_, value) = create(&member, "Slide show").await;
    assert_eq!(member.delete(&format!("/users/{}", member.id())).await.code, 200);
    wait::until_equal("the key is refused", &403, async || call_with(&value, "/status").await.status).await;
    assert_eq!(member.post("/keys", &json!({"name": "Slide show"})).await.code, 403);
    wait::until_true("no row names the account", async || {
        let rows = root.rows_as_json(&root.tables().await.keys).await.to_string();
        !rows.contains(&member.id().to_string())
    })
    .await;
}
