//! What only the local cloud's owner can see and do. Resources are found by asking what a function works with.

use std::collections::HashMap;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde_json::{Value, json};
use shared::model::PictureKey;
use shared::{aws, key};

use crate::{cloud, wire};

/// The clients of whoever has these credentials.
pub fn clients(credentials: Credentials) -> (aws_sdk_s3::Client, aws_sdk_dynamodb::Client) {
    let stack = cloud::stack();
    let http = aws::http_client().unwrap();
    let config = aws::config(stack.region.clone(), Some(stack.endpoint.clone()), http).into_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
    let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
    (aws_sdk_s3::Client::from_conf(s3), aws_sdk_dynamodb::Client::new(&config))
}

/// The owner of the local cloud.
#[derive(Debug)]
pub struct Root {
    credentials: Credentials,
    /// Everything in S3.
    pub s3: aws_sdk_s3::Client,
    /// Everything in DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
}

impl Default for Root {
    fn default() -> Self {
        let credentials = Credentials::new("test", "test", None, None, "root");
        let (s3, dynamodb) = clients(credentials.clone());
        Self { credentials, s3, dynamodb }
    }
}

impl Root {
    async fn call(&self, service: &str, mut request: Request) -> wire::Raw {
        wire::sign(&mut request, &self.credentials, service);
        let reply = wire::send(request).await;
        assert_eq!(reply.status, 200, "{service}: {}", reply.text());
        reply
    }

    async fn lambda(&self, path: &str) -> Value {
        let url = format!("{}/2015-03-31{path}", cloud::stack().endpoint);
        self.call("lambda", Request::new(Method::GET, url.parse().unwrap())).await.json()
    }

    /// How a function is set up, as Lambda's `GetFunctionConfiguration` says.
    pub async fn function(&self, name: &str) -> Value {
        let name = cloud::stack().function(name).unwrap();
        self.lambda(&format!("/functions/{name}/configuration")).await
    }

    /// What a function is subscribed to, as Lambda's `ListEventSourceMappings` says: the only one.
    pub async fn subscription(&self, name: &str) -> Value {
        let name = cloud::stack().function(name).unwrap();
        let found = self.lambda(&format!("/event-source-mappings/?FunctionName={name}")).await;
        let [only] = found["EventSourceMappings"].as_array().unwrap().as_slice() else {
            panic!("one subscription each: {found}")
        };
        only.clone()
    }

    /// A variable that the template sets for a function.
    pub async fn variable(&self, function: &str, name: &str) -> String {
        self.function(function).await["Environment"]["Variables"][name].as_str().unwrap().to_owned()
    }

    /// The keys of all objects that a picture has, sorted.
    pub async fn objects(&self, picture: PictureKey) -> Vec<String> {
        let mut keys = Vec::new();
        for prefix in [key::ORIGINALS, key::RENDITIONS] {
            let request = self.s3.list_objects_v2().bucket(&cloud::stack().media_bucket);
            let found = request.prefix(format!("{prefix}{picture}")).send().await.unwrap();
            keys.extend(found.contents().iter().map(|object| object.key().unwrap().to_owned()));
        }
        keys
    }

    /// The record of a picture.
    pub async fn record(&self, picture: PictureKey) -> Option<HashMap<String, AttributeValue>> {
        let table = self.variable("index", "PICTURES_TABLE").await;
        let text = |value: String| AttributeValue::S(value);
        let request = self.dynamodb.get_item().table_name(table).consistent_read(true);
        let request = request.key("ownerId", text(picture.owner_id.to_string()));
        request.key("pictureId", text(picture.picture_id.to_string())).send().await.unwrap().item
    }

    /// The feeds that have a row for a picture, sorted.
    pub async fn feeds(&self, picture: PictureKey) -> Vec<String> {
        let table = self.variable("index", "FEEDS_TABLE").await;
        let rows = self.dynamodb.scan().table_name(table).filter_expression("pictureId = :id");
        let rows = rows.expression_attribute_values(":id", AttributeValue::S(picture.picture_id.to_string()));
        let rows = rows.consistent_read(true).into_paginator().items().send();
        let rows: Vec<_> = rows.collect::<Result<_, _>>().await.unwrap();
        let mut feeds: Vec<_> = rows.iter().map(|row| row["feedId"].as_s().unwrap().clone()).collect();
        feeds.sort();
        feeds
    }

    async fn sqs(&self, action: &'static str, body: &Value) -> Value {
        let mut request = Request::new(Method::POST, cloud::stack().endpoint.parse().unwrap());
        let target = HeaderValue::try_from(format!("AmazonSQS.{action}")).unwrap();
        request.headers_mut().insert("x-amz-target", target);
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-amz-json-1.0"));
        *request.body_mut() = Some(body.to_string().into());
        self.call("sqs", request).await.json()
    }

    async fn attributes(&self, queue_arn: &str) -> Value {
        let body = json!({"QueueUrl": queue_url(queue_arn), "AttributeNames": ["All"]});
        self.sqs("GetQueueAttributes", &body).await["Attributes"].clone()
    }

    /// Sends a message to a worker's queue.
    pub async fn send(&self, worker: &str, message: &str) {
        let queue = self.subscription(worker).await;
        let url = queue_url(queue["EventSourceArn"].as_str().unwrap());
        self.sqs("SendMessage", &json!({"QueueUrl": url, "MessageBody": message})).await;
    }

    /// How many messages wait in a worker's queue or are in its hands.
    pub async fn waiting(&self, worker: &str) -> usize {
        let queue = self.subscription(worker).await;
        messages(&self.attributes(queue["EventSourceArn"].as_str().unwrap()).await)
    }

    /// How many messages a worker could not deal with: those in its dead-letter queue.
    pub async fn dead_letters(&self, worker: &str) -> usize {
        let queue = self.subscription(worker).await;
        let attributes = self.attributes(queue["EventSourceArn"].as_str().unwrap()).await;
        let policy: Value = serde_json::from_str(attributes["RedrivePolicy"].as_str().unwrap()).unwrap();
        messages(&self.attributes(policy["deadLetterTargetArn"].as_str().unwrap()).await)
    }

    /// How many records of a stream its consumer could not deal with.
    pub async fn stream_failures(&self, consumer: &str) -> usize {
        let stream = self.subscription(consumer).await;
        let queue = &stream["DestinationConfig"]["OnFailure"]["Destination"];
        messages(&self.attributes(queue.as_str().unwrap()).await)
    }

    /// Which of `actions` a role may do to `resource`, as IAM's `SimulatePrincipalPolicy` decides.
    pub async fn allowed<'a>(&self, role: &str, actions: &[&'a str], resource: &str) -> Vec<&'a str> {
        let mut url: reqwest::Url = cloud::stack().endpoint.parse().unwrap();
        let mut query = url.query_pairs_mut();
        query.append_pair("Action", "SimulatePrincipalPolicy").append_pair("Version", "2010-05-08");
        query.append_pair("PolicySourceArn", role).append_pair("ResourceArns.member.1", resource);
        for (i, action) in actions.iter().enumerate() {
            query.append_pair(&format!("ActionNames.member.{}", i + 1), action);
        }
        drop(query);
        let form = url.query().unwrap().to_owned();
        url.set_query(None);
        let mut request = Request::new(Method::POST, url);
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert("content-type", kind);
        *request.body_mut() = Some(form.into());
        let reply = self.call("iam", request).await.text();
        let decisions: Vec<_> = reply.split("<EvalDecision>").skip(1).collect();
        assert_eq!(decisions.len(), actions.len(), "{reply}");
        let pairs = actions.iter().zip(decisions);
        pairs.filter(|(_, decision)| decision.starts_with("allowed")).map(|(action, _)| *action).collect()
    }
}

/// `arn:aws:sqs:REGION:ACCOUNT:NAME` is at `ENDPOINT/ACCOUNT/NAME`.
fn queue_url(arn: &str) -> String {
    let parts: Vec<_> = arn.split(':').collect();
    format!("{}/{}/{}", cloud::stack().endpoint, parts[4], parts[5])
}

/// The messages of a queue, those in somebody's hands included.
fn messages(attributes: &Value) -> usize {
    let count = |name: &str| attributes[name].as_str().unwrap().parse::<usize>().unwrap();
    count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
}
