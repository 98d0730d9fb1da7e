//! The envelope of all replies, including errors, and the signatures of requests.

use end_to_end::people::Member;
use end_to_end::wire::{self, Reply};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::Value;

async fn call_unsigned(method: Method, path: &str, body: &str) -> Reply {
    wire::send(wire::unsigned(method, path, body)).await
}

async fn call_signed(member: &Member, method: Method, path: &str, body: &str) -> Reply {
    let mut request = wire::unsigned(method, path, body);
    wire::sign(&mut request, &member.session.credentials().await.unwrap(), "execute-api");
    wire::send(request).await
}

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
async fn unknown_routes_and_methods_give_404() {
    let someone = Member::without_profile().await;
    for (method, path) in [
        (Method::GET, "/nothing"),
        (Method::GET, "/nothing/at/all?x=1"),
        (Method::POST, "/status"),
        (Method::DELETE, "/feed"),
        (Method::PUT, "/pictures"),
        (Method::PATCH, "/users"),
        (Method::POST, "/public"),
    ] {
        call_unsigned(method.clone(), path, "").await.assert_rejected(404, "no such route");
        call_signed(&someone, method, path, "").await.assert_rejected(404, "no such route");
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
