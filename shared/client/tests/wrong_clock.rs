//! Tests the client on a device with a wrong clock or a weak connection, against a local server
//! that verifies the time of each signature as API Gateway does.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::{App, Retries, Stack};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// API Gateway accepts a signature for five minutes before and after its time.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// The clock of a device, which differs from the system's by this number of minutes.
#[derive(Debug)]
struct WrongClock(i32);

impl TimeSource for WrongClock {
    fn now(&self) -> SystemTime {
        let minutes = Duration::from_secs(60) * self.0.unsigned_abs();
        if self.0 < 0 { SystemTime::now() - minutes } else { SystemTime::now() + minutes }
    }
}

/// Whether the server has lost the reply to a deletion.
static HAS_LOST_REPLY: AtomicBool = AtomicBool::new(false);

/// Starts a server that replies as Cognito and the API. Returns its address.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(reply(stream));
        }
    });
    address
}

async fn reply(mut stream: TcpStream) {
    let request = read(&mut stream).await;
    if request.starts_with("DELETE ") && !HAS_LOST_REPLY.swap(true, Ordering::Relaxed) {
        return;
    }
    let (status, body) = match header(&request, "x-amz-target") {
        Some(operation) => (200, identity(operation.rsplit('.').next().unwrap())),
        None => call(&request),
    };
    let (body, date) =
        (body.to_string(), DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now()));
    let head = format!(
        "HTTP/1.1 {status} Status\r\ndate: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        date.unwrap(),
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.unwrap();
}

/// Reads a request with its body.
async fn read(stream: &mut TcpStream) -> String {
    let mut request = String::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        let length = stream.read(&mut chunk).await.unwrap();
        request += std::str::from_utf8(&chunk[..length]).unwrap();
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let expected = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
        if length == 0 || body.len() >= expected {
            return request;
        }
    }
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Replies to an operation of Cognito.
fn identity(operation: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d"}"#);
    let expiration = Timestamp::now().as_second() + 3600;
    match operation {
        "InitiateAuth" => json!({"AuthenticationResult": {
            "IdToken": format!("e30.{claims}.x"), "AccessToken": "x", "RefreshToken": "x"}}),
        "GetId" => json!({"IdentityId": "us-east-1:1"}),
        "GetCredentialsForIdentity" => json!({"Credentials": {
            "AccessKeyId": "AKID", "SecretKey": "x", "SessionToken": "x", "Expiration": expiration}}),
        _ => panic!("{operation}"),
    }
}

/// Returns the time since a signature, whose time is `20261128T120000Z`, for example.
fn age(signed_at: &str) -> SignedDuration {
    let signed_at = signed_at.replace('Z', "+0000");
    Timestamp::now().duration_since(Timestamp::strptime("%Y%m%dT%H%M%S%z", signed_at).unwrap())
}

/// Replies to a call of the API. Its data is the number of seconds since the signature.
fn call(request: &str) -> (u16, Value) {
    let age = age(header(request, "x-amz-date").unwrap());
    match age.abs() <= WINDOW {
        true => (200, json!({"code": 200, "data": age.as_secs(), "notes": null})),
        false => (403, json!({"code": 403, "data": null, "notes": "The clock is wrong."})),
    }
}

/// Returns the addresses of a new server.
async fn stack() -> Stack {
    let api = serve().await;
    Stack {
        endpoint: Some(api.clone()),
        region: "us-east-1".into(),
        live: api.replace("http", "ws"),
        api,
        user_pool_id: "pool".into(),
        client_id: "client".into(),
        identity_pool_id: "identities".into(),
    }
}

#[tokio::test]
async fn a_session_takes_the_time_from_the_server() {
    for minutes in [-20, 0, 20, 180] {
        let app = App::with_clock(stack().await, SharedTimeSource::new(WrongClock(minutes))).unwrap();
        let resumed = app.clone().resume("refresh token").await.unwrap();
        let session = app.sign_in("ada@example.com", "password").await.unwrap();
        for session in [&resumed, &session] {
            let answer = session.call(Method::POST, "/pictures", Some(&json!({"bytes": 1}))).await.unwrap();
            assert_eq!(answer.code, 200, "{minutes} minutes: {answer:?}");
            assert!(answer.data.as_i64().unwrap().abs() < 10, "{minutes} minutes: {answer:?}");
        }
        let url = session.live_url().await.unwrap();
        let (_, rest) = url.split_once("X-Amz-Date=").unwrap();
        let age = age(&rest[..16]);
        assert!(age.abs() < SignedDuration::from_secs(10), "{minutes} minutes: {age}");
    }
}

#[tokio::test]
async fn a_repeated_call_says_that_a_reply_was_lost() {
    let retries = Retries::within(Duration::from_secs(10), |_, _| ());
    let app = App::new(stack().await).unwrap().with_retries(retries);
    let session = app.sign_in("ada@example.com", "password").await.unwrap();
    for follows_lost_reply in [true, false] {
        let answer = session.call(Method::DELETE, "/pictures/1", None).await.unwrap();
        assert_eq!((answer.code, answer.follows_lost_reply), (200, follows_lost_reply), "{answer:?}");
    }
}
