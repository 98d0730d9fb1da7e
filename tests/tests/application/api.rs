//! The envelope: what every reply has, refusals included.

use end_to_end::people::Member;
use end_to_end::wire::{self, Raw};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::Value;

async fn anyone(method: Method, path: &str, body: &str) -> Raw {
    wire::send(wire::unsigned(method, path, body)).await
}

async fn member(member: &Member, method: Method, path: &str, body: &str) -> Raw {
    let mut request = wire::unsigned(method, path, body);
    wire::sign(&mut request, &member.session.credentials().await.unwrap(), "execute-api");
    wire::send(request).await
}

#[tokio::test]
async fn the_status_is_for_everyone() {
    let reply = anyone(Method::GET, "/status", "").await;
    reply.assert_open();
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
async fn routes_and_methods_that_are_not_there() {
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
        anyone(method.clone(), path, "").await.assert_refused(404, "no such route");
        member(&someone, method, path, "").await.assert_refused(404, "no such route");
    }
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_there() {
    let someone = Member::without_profile().await;
    for path in ["/users/me", "/pictures/a/b", "/users/x/pictures", "/public/a/b"] {
        member(&someone, Method::GET, path, "").await.assert_refused(404, "");
    }
    let shouted = format!("/pictures/{}/{}", someone.id().to_string().to_uppercase(), someone.id());
    member(&someone, Method::GET, &shouted, "").await.assert_refused(404, "");
}

#[tokio::test]
async fn broken_json_is_refused_with_its_place() {
    let someone = Member::new().await;
    for (method, path) in [(Method::POST, "/pictures"), (Method::POST, "/users")] {
        let broken = member(&someone, method.clone(), path, "{\"bytes\": ").await;
        broken.assert_refused(400, "Invalid input");
        broken.assert_refused(400, "line 1 column");
        member(&someone, method, path, "").await.assert_refused(400, "empty");
    }
}

#[tokio::test]
async fn members_only_means_signed() {
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
        anyone(method, path, "").await.assert_refused(403, "Sign in");
    }
}

#[tokio::test]
async fn a_tampered_call_is_refused() {
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
    wire::send(body).await.assert_refused(403, "signature");
    let mut path = signed("/pictures");
    *path.url_mut() = path.url().as_str().replace("/pictures", "/users").parse().unwrap();
    wire::send(path).await.assert_refused(403, "signature");
    let mut query = signed("/pictures");
    query.url_mut().set_query(Some("more=1"));
    wire::send(query).await.assert_refused(403, "signature");
    let mut key = signed("/pictures");
    let other = key.headers()["authorization"].to_str().unwrap().replace("Signature=", "Signature=0");
    key.headers_mut().insert("authorization", HeaderValue::try_from(other).unwrap());
    wire::send(key).await.assert_refused(403, "");
    let mut token = signed("/pictures");
    token.headers_mut().remove("x-amz-security-token");
    wire::send(token).await.assert_refused(403, "");
}

/// That the reply names what is allowed is left to AWS: the local cloud keeps nothing of it, and its pages are of one origin.
#[tokio::test]
async fn a_browser_may_ask_first_without_a_signature() {
    for path in ["/pictures", "/feed", "/users/a"] {
        assert_eq!(anyone(Method::OPTIONS, path, "").await.status, 200, "{path}");
    }
}
