//! Signing up, signing in, and what a member's credentials are good for.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use end_to_end::people::{CODE, Member, key_of};
use end_to_end::pictures::any;
use end_to_end::root::{self, Root};
use end_to_end::{cloud, wire};
use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde_json::{Value, json};
use client::ClientError;
use domain::object_key;
use domain::Visibility;

#[tokio::test]
async fn who_is_not_confirmed_cannot_sign_in() {
    let app = cloud::app();
    let email = format!("{}@example.com", uuid::Uuid::now_v7());
    let refused = async |password: &str| app.sign_in(&email, password).await.map(|_| ()).unwrap_err();
    app.sign_up(&email, "correct horse").await.unwrap();
    assert!(matches!(refused("correct horse").await, ClientError::Identity(_)));
    assert!(app.confirm(&email, "000000").await.is_err(), "a wrong code");
    app.confirm(&email, CODE).await.unwrap();
    assert!(matches!(refused("wrong horse").await, ClientError::Identity(_)));
    assert!(app.sign_up(&email, "correct horse").await.is_err(), "taken");
    let short = format!("{}@example.com", uuid::Uuid::now_v7());
    assert!(app.sign_up(&short, "short").await.is_err(), "too short a password");
    app.sign_in(&email, "correct horse").await.unwrap();
}

#[tokio::test]
async fn one_person_is_the_same_however_often_they_sign_in() {
    let member = Member::new().await;
    let again = cloud::app().sign_in(&member.email, &member.password).await.unwrap();
    assert_eq!(again.user(), member.id());
    let profile = again.call(Method::GET, &format!("/users/{}", member.id()), None).await.unwrap();
    assert_eq!(profile.code, 200);
}

#[tokio::test]
async fn a_sign_in_is_renewed() {
    let member = Member::new().await;
    let before = member.session.credentials().await.unwrap();
    assert_eq!(member.session.credentials().await.unwrap(), before, "kept while they are good");
    member.session.renew().await.unwrap();
    let after = member.session.credentials().await.unwrap();
    assert_ne!(after.access_key_id(), before.access_key_id());
    assert!(after.expiry() >= before.expiry());
    assert_eq!(member.get(&format!("/users/{}", member.id())).await.data["handle"], member.handle.as_str());
}

/// The error code of a call that must have been denied.
macro_rules! denied {
    ($call:expr) => {{
        let error = $call.send().await.map(|_| ()).unwrap_err();
        let code = error.code().map(str::to_owned).unwrap_or_else(|| format!("{error:?}"));
        assert!(code.contains("AccessDenied"), "{}: {code}", stringify!($call));
    }};
}

#[tokio::test]
async fn a_members_credentials_call_the_api_and_nothing_else() {
    let member = Member::new().await;
    let key = key_of(&member.share(&any(), Visibility::Private).await);
    let owner = Root::default();
    let (s3, dynamodb) = root::clients(member.session.credentials().await.unwrap());
    let bucket = &cloud::stack().media_bucket;
    // Not even what is their own.
    denied!(s3.get_object().bucket(bucket).key(key::original(key)));
    denied!(s3.put_object().bucket(bucket).key(format!("originals/{}/x", member.id())));
    denied!(s3.delete_object().bucket(bucket).key(key::original(key)));
    denied!(s3.list_objects_v2().bucket(bucket));
    denied!(s3.list_buckets());
    let pictures = owner.variable("pictures", "PICTURES_TABLE").await;
    let users = owner.variable("users", "USERS_TABLE").await;
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

/// Calls the identity pool without signing in.
async fn identities(action: &str, body: Value) -> wire::Raw {
    let mut request = Request::new(Method::POST, cloud::stack().endpoint.parse().unwrap());
    let target = HeaderValue::try_from(format!("AWSCognitoIdentityService.{action}")).unwrap();
    request.headers_mut().insert("x-amz-target", target);
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
    *request.body_mut() = Some(body.to_string().into());
    wire::send(request).await
}

/// AWS hands out nothing. The local cloud does, but of a role that may do nothing.
#[tokio::test]
async fn there_is_no_guest() {
    let id = identities("GetId", json!({"IdentityPoolId": cloud::stack().identity_pool_id})).await;
    if id.status != 200 {
        return;
    }
    let given =
        identities("GetCredentialsForIdentity", json!({"IdentityId": id.json()["IdentityId"]})).await.json();
    let text = |name: &str| given["Credentials"][name].as_str().unwrap().to_owned();
    let token = Some(text("SessionToken"));
    let guest = Credentials::new(text("AccessKeyId"), text("SecretKey"), token, None, "guest");
    let mut feed = wire::unsigned(Method::GET, "/feed", "");
    wire::sign(&mut feed, &guest, "execute-api");
    assert_eq!(wire::send(feed).await.status, 403);
    let (s3, _) = root::clients(guest);
    denied!(s3.list_objects_v2().bucket(&cloud::stack().media_bucket));
}
