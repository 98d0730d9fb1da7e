//! Signing up, signing in, and the permissions of members' credentials.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use client::{App, ClientError};
use domain::{Visibility, object_key};
use end_to_end::people::{CONFIRMATION_CODE, Member, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::{self, Root};
use end_to_end::{cloud, specification, wire};
use jiff::SignedDuration;
use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde_json::{Value, json};

#[tokio::test]
async fn only_a_confirmed_account_signs_in() {
    let app = cloud::app();
    let email = format!("{}@example.com", uuid::Uuid::now_v7());
    let rejected = async |password: &str| app.sign_in(&email, password).await.map(|_| ()).unwrap_err();
    app.sign_up(&email, "correct horse").await.unwrap();
    assert!(matches!(rejected("correct horse").await, ClientError::Identity(_)));
    assert!(app.confirm(&email, "000000").await.is_err(), "a wrong code");
    app.confirm(&email, CONFIRMATION_CODE).await.unwrap();
    assert!(matches!(rejected("wrong horse").await, ClientError::Identity(_)));
    assert!(app.sign_up(&email, "correct horse").await.is_err(), "the address is taken");
    let short = format!("{}@example.com", uuid::Uuid::now_v7());
    assert!(app.sign_up(&short, "short").await.is_err(), "the password is too short");
    app.sign_in(&email, "correct horse").await.unwrap();
}

#[tokio::test]
async fn each_sign_in_gives_the_same_user_id() {
    let member = Member::new().await;
    let again = cloud::app().sign_in(&member.email, &member.password).await.unwrap();
    assert_eq!(again.user(), member.id());
    let profile = again.call(Method::GET, &format!("/users/{}", member.id()), None).await.unwrap();
    assert_eq!(profile.code, 200);
}

#[tokio::test]
async fn renews_credentials() {
    let member = Member::new().await;
    let before = member.session.credentials().await.unwrap();
    assert_eq!(member.session.credentials().await.unwrap(), before, "reuses valid credentials");
    member.session.renew().await.unwrap();
    let after = member.session.credentials().await.unwrap();
    assert_ne!(after.access_key_id(), before.access_key_id());
    assert!(after.expiry() >= before.expiry());
    assert_eq!(member.get(&format!("/users/{}", member.id())).await.data["handle"], member.handle.as_str());
}

/// The clock of a device, which is ahead of the system's by this number of minutes, or behind it.
#[derive(Debug)]
struct WrongClock(i64);

impl TimeSource for WrongClock {
    fn now(&self) -> SystemTime {
        (jiff::Timestamp::now() + SignedDuration::from_mins(self.0)).into()
    }
}

#[tokio::test]
async fn a_device_with_a_wrong_clock_signs_in_and_calls_the_api() {
    let member = Member::new().await;
    for minutes in [-20, 20] {
        let clock = SharedTimeSource::new(WrongClock(minutes));
        let app = App::with_clock(cloud::addresses(), clock).unwrap();
        let app = app.with_observer(specification::compare);
        let session = app.sign_in(&member.email, &member.password).await.unwrap();
        session.connect().await.unwrap().close().await.unwrap();
        let other = app.sign_in(&member.email, &member.password).await.unwrap();
        let feed = other.call(Method::GET, "/feed", None).await.unwrap();
        assert_eq!(feed.code, 200, "{minutes} minutes: {feed:?}");
    }
}

#[tokio::test]
async fn a_signature_is_valid_for_five_minutes() {
    let member = Member::new().await;
    let credentials = member.session.credentials().await.unwrap();
    for (minutes, status) in [(-6, 403), (-4, 200), (4, 200), (6, 403)] {
        let mut request = wire::unsigned(Method::GET, "/feed", "");
        wire::sign_at(&mut request, &credentials, "execute-api", WrongClock(minutes).now());
        let reply = wire::send(request).await;
        assert_eq!(reply.status, status, "{minutes} minutes: {}", reply.text());
        if status == 403 {
            reply.assert_rejected(403, "Check that the clock of your device is right");
        }
        let date = jiff::fmt::rfc2822::parse(reply.header("date")).unwrap().timestamp();
        assert!((jiff::Timestamp::now() - date).get_seconds().abs() < 60, "{date}");
    }
}

/// Asserts that AWS denies a call.
macro_rules! denied {
    ($call:expr) => {{
        let error = $call.send().await.map(|_| ()).unwrap_err();
        let code = error.code().map(str::to_owned).unwrap_or_else(|| format!("{error:?}"));
        assert!(code.contains("AccessDenied"), "{}: {code}", stringify!($call));
    }};
}

#[tokio::test]
async fn a_members_credentials_only_call_the_api() {
    let member = Member::new().await;
    let key = key_of(&member.share(&unique_file(), Visibility::Private).await);
    let root = Root::default();
    let (s3, dynamodb) = root::clients(member.session.credentials().await.unwrap());
    let bucket = &cloud::stack().media_bucket;
    // Not even the member's own objects.
    denied!(s3.get_object().bucket(bucket).key(object_key::original(key)));
    denied!(s3.put_object().bucket(bucket).key(format!("originals/{}/x", member.id())));
    denied!(s3.delete_object().bucket(bucket).key(object_key::original(key)));
    denied!(s3.list_objects_v2().bucket(bucket));
    denied!(s3.list_buckets());
    let pictures = root.environment_variable("pictures", "PICTURES_TABLE").await;
    let users = root.environment_variable("users", "USERS_TABLE").await;
    let text = |value: String| AttributeValue::S(value);
    denied!(dynamodb.get_item().table_name(&users).key("userId", text(member.id().to_string())));
    denied!(dynamodb.scan().table_name(&pictures));
    denied!(dynamodb.put_item().table_name(&users).item("userId", text("x".into())));
    denied!(dynamodb.list_tables());
    let function = cloud::stack().function("status").unwrap();
    let url = format!("{}/2015-03-31/functions/{function}/invocations", cloud::stack().endpoint);
    let mut invoke = Request::new(Method::POST, url.parse().unwrap());
    *invoke.body_mut() = Some("{}".into());
    wire::sign(&mut invoke, &member.session.credentials().await.unwrap(), "lambda");
    let reply = wire::send(invoke).await;
    assert_eq!(reply.status, 403, "{}", reply.text());
}

/// Builds an unsigned call of the AWS JSON protocol. `target` is `SERVICE.ACTION`.
fn json_request(target: &str, body: &Value) -> Request {
    let mut request = Request::new(Method::POST, cloud::stack().endpoint.parse().unwrap());
    request.headers_mut().insert("x-amz-target", HeaderValue::try_from(target).unwrap());
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
    *request.body_mut() = Some(body.to_string().into());
    request
}

/// Calls the identity pool without signing in.
async fn call_identity_pool(action: &str, body: Value) -> wire::Reply {
    wire::send(json_request(&format!("AWSCognitoIdentityService.{action}"), &body)).await
}

/// Calls the user pool without a signature.
async fn call_user_pool(action: &str, body: Value) -> wire::Reply {
    wire::send(json_request(&format!("AWSCognitoIdentityProviderService.{action}"), &body)).await
}

#[tokio::test]
async fn a_members_credentials_cannot_use_topics_and_queues() {
    let (member, root) = (Member::new().await, Root::default());
    let credentials = member.session.credentials().await.unwrap();
    let mut calls = Vec::new();
    for topic in ["UploadsTopic", "RebuildTopic", "ActivityTopic", "SmartAlbumsTopic", "AlarmsTopic"] {
        let arn = root.physical_id(topic).await;
        let subscription = [("Protocol", "email"), ("Endpoint", &member.email)];
        for (action, parameters) in [
            ("Publish", &[("Message", "\"everyone\"")][..]),
            ("Subscribe", &subscription[..]),
            ("SetTopicAttributes", &[("AttributeName", "Policy"), ("AttributeValue", "{}")]),
            ("GetTopicAttributes", &[]),
            ("DeleteTopic", &[]),
        ] {
            let common = [("Action", action), ("Version", "2010-03-31"), ("TopicArn", &arn)];
            let request = root::query_request(&[&common[..], parameters].concat());
            calls.push(("sns", format!("{topic}: {action}"), request));
        }
    }
    let mut queues = vec![root.failures_queue_arn().await];
    for worker in crate::events::WORKERS {
        queues.push(root.queue_arn(worker).await);
        queues.push(root.dead_letter_queue_arn(worker).await);
    }
    for arn in queues {
        for (action, parameters) in [
            ("SendMessage", json!({"MessageBody": "{}"})),
            ("ReceiveMessage", json!({})),
            ("GetQueueAttributes", json!({"AttributeNames": ["All"]})),
            ("PurgeQueue", json!({})),
        ] {
            let mut body = parameters;
            body["QueueUrl"] = json!(root::queue_url(&arn));
            let request = json_request(&format!("AmazonSQS.{action}"), &body);
            calls.push(("sqs", format!("{arn}: {action}"), request));
        }
    }
    for (service, name, mut request) in calls {
        wire::sign(&mut request, &credentials, service);
        let reply = wire::send(request).await;
        assert!([400, 403].contains(&reply.status), "{name}: {} {}", reply.status, reply.text());
        let text = reply.text();
        assert!(text.contains("AuthorizationError") || text.contains("AccessDenied"), "{name}: {text}");
    }
}

/// Returns the access token of a member.
async fn access_token(member: &Member) -> String {
    let parameters = json!({"USERNAME": member.email, "PASSWORD": member.password});
    let body = json!({"ClientId": cloud::stack().client_id, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": parameters});
    let reply = call_user_pool("InitiateAuth", body).await.json();
    reply["AuthenticationResult"]["AccessToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_changed_address_takes_effect_after_its_verification() {
    let member = Member::new().await;
    let token = access_token(&member).await;
    let address = format!("new-{}", member.email);
    let attributes = json!([{"Name": "email", "Value": address}]);
    let change = json!({"AccessToken": token, "UserAttributes": attributes});
    let reply = call_user_pool("UpdateUserAttributes", change).await;
    assert_eq!(reply.json()["CodeDeliveryDetailsList"][0]["AttributeName"], "email", "{}", reply.text());
    let app = cloud::app();
    app.sign_in(&member.email, &member.password).await.unwrap();
    assert!(app.sign_in(&address, &member.password).await.is_err(), "the new address is not verified");
    let confirmation = json!({"AccessToken": token, "AttributeName": "email", "Code": CONFIRMATION_CODE});
    assert_eq!(call_user_pool("VerifyUserAttribute", confirmation).await.status, 200);
    app.sign_in(&address, &member.password).await.unwrap();
    assert!(app.sign_in(&member.email, &member.password).await.is_err(), "the old address is replaced");
}

#[tokio::test]
async fn members_write_no_attribute_except_their_address_and_names() {
    let member = Member::new().await;
    let token = access_token(&member).await;
    let names =
        json!([{"Name": "given_name", "Value": "Ada"}, {"Name": "preferred_username", "Value": "ada"}]);
    let change = json!({"AccessToken": token, "UserAttributes": names});
    assert_eq!(call_user_pool("UpdateUserAttributes", change).await.status, 200);
    for (name, value) in
        [("email_verified", "true"), ("profile", "https://example.com"), ("phone_number", "+491234567")]
    {
        let attributes = json!([{"Name": name, "Value": value}]);
        let change = json!({"AccessToken": token, "UserAttributes": attributes});
        let reply = call_user_pool("UpdateUserAttributes", change).await;
        assert_eq!(reply.status, 400, "{name}");
        assert!(reply.text().contains("NotAuthorizedException"), "{name}: {}", reply.text());
        let email = format!("{}@example.com", uuid::Uuid::now_v7());
        let sign_up = json!({"ClientId": cloud::stack().client_id, "Username": email,
            "Password": "correct horse", "UserAttributes": attributes});
        assert_eq!(call_user_pool("SignUp", sign_up).await.status, 400, "{name}");
    }
}

/// AWS returns no credentials. The local cloud does, but their role has no permissions.
#[tokio::test]
async fn guests_have_no_permissions() {
    let id = call_identity_pool("GetId", json!({"IdentityPoolId": cloud::stack().identity_pool_id})).await;
    if id.status != 200 {
        return;
    }
    let reply =
        call_identity_pool("GetCredentialsForIdentity", json!({"IdentityId": id.json()["IdentityId"]}))
            .await
            .json();
    let text = |name: &str| reply["Credentials"][name].as_str().unwrap().to_owned();
    let token = Some(text("SessionToken"));
    let guest = Credentials::new(text("AccessKeyId"), text("SecretKey"), token, None, "guest");
    let mut feed = wire::unsigned(Method::GET, "/feed", "");
    wire::sign(&mut feed, &guest, "execute-api");
    assert_eq!(wire::send(feed).await.status, 403);
    let (s3, _) = root::clients(guest);
    denied!(s3.list_objects_v2().bucket(&cloud::stack().media_bucket));
}
