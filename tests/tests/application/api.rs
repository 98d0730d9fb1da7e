//! The envelope of all replies, including errors, and the signatures of requests.

use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::wait;
use end_to_end::wire::{self, Reply};
use futures_util::future::{join, join_all};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::Value;
use tokio::sync::Mutex;

async fn call_unsigned(method: Method, path: &str, body: &str) -> Reply {
    wire::send(wire::unsigned(method, path, body)).await
}

async fn call_signed(member: &Member, method: Method, path: &str, body: &str) -> Reply {
    let mut request = wire::unsigned(method, path, body);
    wire::sign(&mut request, &member.session.credentials().await.unwrap(), "execute-api");
    wire::send(request).await
}

/// Locked by tests of unknown addresses, because one of them uses up their budget.
static UNKNOWN_ROUTE: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn the_status_requires_no_sign_in() {
    let reply = call_unsigned(Method::GET, "/status", "").await;
    reply.assert_cors_headers();
    let body = reply.json();
    assert_eq!((reply.status, &body["code"], &body["notes"]), (200, &200.into(), &Value::Null));
    let data = &body["data"];
    assert_eq!(data["status"], "ok");
    assert!(!data["version"].as_str().unwrap().is_empty());
    for (seconds, formatted) in
        [("serverTime", "serverTimeFormatted"), ("serverStartTime", "serverStartTimeFormatted")]
    {
        let formatted: jiff::Timestamp = data[formatted].as_str().unwrap().parse().unwrap();
        assert_eq!(formatted.as_second(), data[seconds].as_i64().unwrap());
    }
    let now = jiff::Timestamp::now().as_second();
    assert!((now - data["serverTime"].as_i64().unwrap()).abs() < 60);
    assert!(data["serverStartTime"].as_i64() <= data["serverTime"].as_i64());
}

#[tokio::test]
async fn the_specification_is_a_document_without_the_envelope() {
    let reply = call_unsigned(Method::GET, "/openapi.json", "").await;
    reply.assert_cors_headers();
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    let committed: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    assert!(reply.json() == committed, "the deployed function has another document");
}

/// Sends the same call without and with a signature.
async fn call_both(member: &Member, method: &Method, path: &str) -> [Reply; 2] {
    let unsigned = call_unsigned(method.clone(), path, "").await;
    [unsigned, call_signed(member, method.clone(), path, "").await]
}

#[tokio::test]
async fn unknown_addresses_give_404() {
    let someone = Member::without_profile().await;
    let _route = UNKNOWN_ROUTE.lock().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::POST, "/"),
        (Method::GET, "/nothing"),
        (Method::GET, "/nothing/at/all?x=1"),
        (Method::DELETE, "/users/a/b"),
    ] {
        for reply in call_both(&someone, &method, path).await {
            reply.assert_rejected(404, "no such route");
        }
    }
    for reply in call_both(&someone, &Method::HEAD, "/nothing").await {
        assert_eq!((reply.status, reply.bytes.len()), (404, 0));
    }
}

#[tokio::test]
async fn an_address_names_its_methods_if_a_call_has_another() {
    let someone = Member::without_profile().await;
    let _route = UNKNOWN_ROUTE.lock().await;
    for (method, path, allow) in [
        (Method::POST, "/status", "GET, HEAD, OPTIONS"),
        (Method::POST, "/public", "GET, HEAD, OPTIONS"),
        (Method::DELETE, "/public/a/b", "GET, HEAD, OPTIONS"),
        (Method::DELETE, "/feed", "GET, OPTIONS"),
        (Method::PUT, "/pictures", "GET, POST, OPTIONS"),
        (Method::PATCH, "/users", "GET, POST, OPTIONS"),
        (Method::POST, "/users/a", "DELETE, GET, PUT, OPTIONS"),
    ] {
        for reply in call_both(&someone, &method, path).await {
            reply.assert_rejected(405, &format!("no method {method}. It has {allow}."));
            assert_eq!(reply.header("allow"), allow, "{method} {path}");
        }
    }
    for reply in call_both(&someone, &Method::HEAD, "/feed").await {
        assert_eq!((reply.status, reply.header("allow"), reply.bytes.len()), (405, "GET, OPTIONS", 0));
    }
}

#[tokio::test]
async fn malformed_ids_give_404() {
    let someone = Member::without_profile().await;
    for path in ["/users/me", "/pictures/a/b", "/users/x/pictures", "/public/a/b"] {
        call_signed(&someone, Method::GET, path, "").await.assert_rejected(404, "");
    }
    let uppercase = format!("/pictures/{}/{}", someone.id().to_string().to_uppercase(), someone.id());
    call_signed(&someone, Method::GET, &uppercase, "").await.assert_rejected(404, "");
}

#[tokio::test]
async fn names_the_position_of_a_syntax_error_in_json() {
    let someone = Member::new().await;
    for (method, path) in [(Method::POST, "/pictures"), (Method::POST, "/users")] {
        let truncated = call_signed(&someone, method.clone(), path, "{\"bytes\": ").await;
        truncated.assert_rejected(400, "Invalid input");
        truncated.assert_rejected(400, "line 1 column");
        call_signed(&someone, method, path, "").await.assert_rejected(400, "empty");
    }
}

#[tokio::test]
async fn routes_for_members_require_a_signature() {
    for (method, path) in [
        (Method::GET, "/feed"),
        (Method::GET, "/users?handle=ada"),
        (Method::POST, "/users"),
        (Method::POST, "/pictures"),
        (Method::GET, "/pictures/a/b"),
        (Method::PATCH, "/pictures/a/b"),
        (Method::DELETE, "/pictures/a/b"),
        (Method::GET, "/users/a/pictures"),
        (Method::PUT, "/users/a"),
        (Method::DELETE, "/users/a"),
        (Method::GET, "/friends"),
        (Method::PUT, "/friends/a"),
        (Method::DELETE, "/friends/a"),
    ] {
        call_unsigned(method, path, "").await.assert_rejected(403, "Sign in");
    }
}

#[tokio::test]
async fn rejects_a_request_that_was_changed_after_signing() {
    let someone = Member::new().await;
    let credentials = someone.session.credentials().await.unwrap();
    let signed = |path: &str| {
        let mut request =
            wire::unsigned(Method::POST, path, "{\"contentType\": \"image/jpeg\", \"bytes\": 9}");
        wire::sign(&mut request, &credentials, "execute-api");
        request
    };
    assert_eq!(wire::send(signed("/pictures")).await.status, 201);

    let mut body = signed("/pictures");
    *body.body_mut() = Some("{\"contentType\": \"image/jpeg\", \"bytes\": 10}".into());
    wire::send(body).await.assert_rejected(403, "Check that the clock");
    let mut path = signed("/pictures");
    *path.url_mut() = path.url().as_str().replace("/pictures", "/users").parse().unwrap();
    wire::send(path).await.assert_rejected(403, "Check that the clock");
    let mut query = signed("/pictures");
    query.url_mut().set_query(Some("more=1"));
    wire::send(query).await.assert_rejected(403, "Check that the clock");
    let mut key = signed("/pictures");
    let other = key.headers()["authorization"].to_str().unwrap().replace("Signature=", "Signature=0");
    key.headers_mut().insert("authorization", HeaderValue::try_from(other).unwrap());
    wire::send(key).await.assert_rejected(403, "");
    let mut token = signed("/pictures");
    token.headers_mut().remove("x-amz-security-token");
    wire::send(token).await.assert_rejected(403, "");
}

/// Checks the status only: the local cloud does not configure the CORS headers of a preflight
/// reply.
#[tokio::test]
async fn preflight_requests_need_no_signature() {
    for path in ["/pictures", "/feed", "/users/a"] {
        assert_eq!(call_unsigned(Method::OPTIONS, path, "").await.status, 200, "{path}");
    }
}

/// Bodies that no route accepts.
const INVALID_BODIES: [&str; 14] = [
    "null",
    "5",
    "\"text\"",
    "[]",
    "[1, 2, 3, 4]",
    r#"{"contentType": 5, "handle": {}, "text": [], "token": 5, "readUntil": 5, "step": 5, "caption": 5}"#,
    r#"{"bytes": "9", "contentType": {}, "firstName": 5, "text": 5, "platform": [], "readUntil": {}, "step": {}, "place": 5}"#,
    r#"{"notifications": {"picture.seen": []}, "uploadId": 5, "caption": {}}"#,
    r#"{"notifications": 7, "number": "1", "visibility": 5}"#,
    r#"{"findable": "yes", "step": null, "visibility": []}"#,
    r#"{"text": "a", "text": "b", "handle": "a", "handle": "b", "bytes": 1, "bytes": 2}"#,
    "{\"text\": \"\u{0}\"}",
    "{\"text\"",
    "{}{}",
];

/// Names of Rust types and terms of `serde`, which its messages contain.
const INTERNAL_NAMES: [&str; 10] =
    ["struct", "enum ", "variant", "Input", "Registration", "expected a ", "u64", "sequence", "UUID", "::"];

#[tokio::test]
async fn the_error_of_an_invalid_body_names_no_internal_type() {
    let someone = Member::new().await;
    let picture = format!("/pictures/{}/{}", someone.id(), uuid::Uuid::now_v7());
    let profile = format!("/users/{}", someone.id());
    for (method, path) in [
        (Method::POST, "/pictures"),
        (Method::POST, "/users"),
        (Method::PUT, &profile),
        (Method::PATCH, &picture),
        (Method::POST, &format!("{picture}/upload")),
        (Method::POST, &format!("{picture}/comments")),
        (Method::PUT, "/notifications"),
        (Method::POST, "/devices"),
    ] {
        join_all(INVALID_BODIES.map(async |body| {
            let reply = call_signed(&someone, method.clone(), path, body).await;
            assert!((400..=415).contains(&reply.status), "{method} {path} {body}: {}", reply.text());
            assert_names_no_internal_type(&format!("{method} {path} {body}"), &reply);
        }))
        .await;
    }
}

/// Asserts that the message of an error contains no internal name. `call` describes the call.
fn assert_names_no_internal_type(call: &str, reply: &Reply) {
    let notes = reply.json()["notes"].as_str().unwrap_or_default().to_owned();
    let found: Vec<_> = INTERNAL_NAMES.iter().filter(|name| notes.contains(**name)).collect();
    assert!(found.is_empty(), "{call}: {notes}");
}

#[tokio::test]
async fn the_error_of_an_invalid_query_names_no_internal_type() {
    let someone = Member::new().await;
    for path in [
        "/feed?limit=-1",
        "/feed?limit=1e3",
        "/feed?cursor=%00",
        "/friends?state=Friends",
        "/friends?state=enum%20FriendshipState",
        "/notifications?cursor=x",
        "/pictures?sha256=zz",
        "/users?handle=%20",
        "/users?name=%20",
        "/users",
        "/public?limit=x",
        "/users/me/pictures?cursor=x",
    ] {
        let reply = call_signed(&someone, Method::GET, path, "").await;
        assert!([400, 404].contains(&reply.status), "{path}: {}", reply.text());
        assert_names_no_internal_type(path, &reply);
    }
}

#[tokio::test]
async fn each_open_method_has_a_smaller_budget_than_the_members_methods_or_a_usage_plan() {
    let root = Root::default();
    let stage = root.get_from_api_gateway("/stages/v1").await;
    let settings = stage["methodSettings"].as_object().unwrap();
    let (members, mut open) = (&settings["*/*"], 0);
    let resources = root.get_from_api_gateway("/resources?embed=methods&limit=500").await;
    for resource in resources["item"].as_array().unwrap() {
        for (method, definition) in resource["resourceMethods"].as_object().into_iter().flatten() {
            if definition["authorizationType"] == "AWS_IAM" || method == "OPTIONS" {
                continue;
            }
            open += 1;
            if definition["apiKeyRequired"] == true {
                assert_eq!(definition["authorizationType"], "CUSTOM", "{definition}");
                continue;
            }
            let name = format!("{}/{method}", resource["path"].as_str().unwrap());
            let own = settings.get(&name).unwrap_or_else(|| panic!("{name} has no settings: {stage}"));
            for limit in ["throttlingRateLimit", "throttlingBurstLimit"] {
                assert!(
                    own[limit].as_f64() <= members[limit].as_f64().map(|limit| limit / 2.0),
                    "{name}: {own}"
                );
            }
        }
    }
    assert!(open >= 18, "{open} open methods: {resources}");
}

/// The number of concurrent calls of a client that floods a route.
const FLOOD: usize = 40;
/// The maximum number of times that the client sends them.
const MAX_FLOODS: usize = 20;

#[tokio::test]
async fn a_flood_of_an_open_route_does_not_limit_members() {
    let member = Member::new().await;
    let _route = UNKNOWN_ROUTE.lock().await;
    let mut rejected = None;
    for _ in 0..MAX_FLOODS {
        let flood = (0..FLOOD).map(|_| call_unsigned(Method::GET, "/nothing", ""));
        let (replies, feed) = join(join_all(flood), call_signed(&member, Method::GET, "/feed", "")).await;
        assert_eq!(feed.status, 200, "{}", feed.text());
        rejected = replies.into_iter().find(|reply| reply.status == 429);
        if rejected.is_some() {
            break;
        }
    }
    let rejected = rejected.expect("the open route has a limit");
    rejected.assert_rejected(429, "Too many calls");
    assert_eq!(call_signed(&member, Method::GET, "/feed", "").await.status, 200);
    wait::until_equal("the route has a budget again", &404, async || {
        call_unsigned(Method::GET, "/nothing", "").await.status
    })
    .await;
}
