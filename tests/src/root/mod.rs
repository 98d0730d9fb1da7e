//! Administrator access to the local cloud: reads and changes tables, objects, queues and roles
//! that no client can access.

mod dead_letters;
mod logs;
mod outbox;
mod queues;
mod related_rows;
mod roles;
mod streams;
mod tables;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use domain::{PictureKey, UserId, object_key};
use reqwest::header::HeaderValue;
use reqwest::{Method, Request, Url};
use serde_json::{Value, json};
use store::aws;
use tokio::sync::OnceCell;

use crate::{cloud, wire};

pub use queues::queue_url;
pub use streams::StreamPosition;
pub use tables::{Row, Tables};

/// Creates clients of S3 and DynamoDB with these credentials.
pub fn clients(credentials: Credentials) -> (aws_sdk_s3::Client, aws_sdk_dynamodb::Client) {
    let stack = cloud::stack();
    let http = aws::http_client().unwrap();
    let config = aws::config(stack.region.clone(), Some(stack.endpoint.clone()), http).into_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
    let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
    (aws_sdk_s3::Client::from_conf(s3), aws_sdk_dynamodb::Client::new(&config))
}

/// Builds an unsigned request of the AWS query protocol.
pub fn query_request(fields: &[(&str, &str)]) -> Request {
    let mut url: Url = cloud::stack().endpoint.parse().unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    let form = url.query().unwrap().to_owned();
    url.set_query(None);
    let mut request = Request::new(Method::POST, url);
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert("content-type", kind);
    *request.body_mut() = Some(form.into());
    request
}

/// The administrator of the local cloud: a client with the root key, which no policy restricts.
#[derive(Debug)]
pub struct Root {
    credentials: Credentials,
    tables: OnceCell<Tables>,
    /// S3 client.
    pub s3: aws_sdk_s3::Client,
    /// DynamoDB client.
    pub dynamodb: aws_sdk_dynamodb::Client,
}

impl Default for Root {
    fn default() -> Self {
        let credentials = Credentials::new("test", "test", None, None, "root");
        let (s3, dynamodb) = clients(credentials.clone());
        Self { credentials, tables: OnceCell::new(), s3, dynamodb }
    }
}

impl Root {
    async fn send_signed(&self, service: &str, mut request: Request) -> wire::Reply {
        wire::sign(&mut request, &self.credentials, service);
        wire::send(request).await
    }

    /// Sends a signed request and asserts that its status is 200.
    async fn call(&self, service: &str, request: Request) -> wire::Reply {
        let reply = self.send_signed(service, request).await;
        assert_eq!(reply.status, 200, "{service}: {}", reply.text());
        reply
    }

    /// Calls a service with the AWS query protocol and returns the XML response.
    async fn call_query(&self, service: &str, fields: &[(&str, &str)]) -> String {
        self.call(service, query_request(fields)).await.text()
    }

    /// Calls a service with the AWS JSON protocol and returns the response.
    async fn call_json(&self, service: &str, target: &str, body: &Value) -> Value {
        let mut request = Request::new(Method::POST, cloud::stack().endpoint.parse().unwrap());
        let headers = request.headers_mut();
        headers.insert("x-amz-target", HeaderValue::try_from(target).unwrap());
        headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.0"));
        *request.body_mut() = Some(body.to_string().into());
        self.call(service, request).await.json()
    }

    /// Sends a GET request to the Lambda API. `path` follows the API version.
    async fn get_from_lambda(&self, path: &str) -> Value {
        let url = format!("{}/2015-03-31{path}", cloud::stack().endpoint);
        self.call("lambda", Request::new(Method::GET, url.parse().unwrap())).await.json()
    }

    /// Sends a GET request to API Gateway. `path` follows the id of the REST API.
    pub async fn get_from_api_gateway(&self, path: &str) -> Value {
        let url = format!("{}/restapis/{}{path}", cloud::stack().endpoint, self.physical_id("Api").await);
        self.call("apigateway", Request::new(Method::GET, url.parse().unwrap())).await.json()
    }

    /// Moves the API key of a developer key to a new usage plan, which allows `burst` calls at once
    /// and one in a second.
    pub async fn limit_developer_key(&self, key: &str, burst: u32) {
        let rows = self.rows_as_json(&self.tables().await.keys).await;
        let row = rows.as_array().unwrap().iter().find(|row| row["keyId"]["S"] == key).unwrap();
        let api_key = row["apiKeyId"]["S"].as_str().unwrap();
        let stages = json!([{"apiId": self.physical_id("Api").await, "stage": "v1"}]);
        let plan = json!({
            "name": key, "throttle": {"burstLimit": burst, "rateLimit": 1}, "apiStages": stages,
        });
        let plan = self.manage_api_gateway(Method::POST, "/usageplans", &plan).await;
        let former = self.physical_id("KeysPlan").await;
        let path = format!("/usageplans/{former}/keys/{api_key}");
        self.manage_api_gateway(Method::DELETE, &path, &Value::Null).await;
        let path = format!("/usageplans/{}/keys", plan["id"].as_str().unwrap());
        let member = json!({"keyId": api_key, "keyType": "API_KEY"});
        self.manage_api_gateway(Method::POST, &path, &member).await;
    }

    /// Sends a request to the management API of API Gateway. Returns null if the reply is empty.
    async fn manage_api_gateway(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", cloud::stack().endpoint);
        let mut request = Request::new(method, url.parse().unwrap());
        if !body.is_null() {
            *request.body_mut() = Some(body.to_string().into());
        }
        let reply = self.send_signed("apigateway", request).await;
        assert!((200..300).contains(&reply.status), "{path}: {}", reply.text());
        if reply.bytes.is_empty() { Value::Null } else { reply.json() }
    }

    /// Returns the configuration of a function in the form of `GetFunctionConfiguration`.
    pub async fn function_configuration(&self, name: &str) -> Value {
        let name = cloud::stack().function(name).unwrap();
        self.get_from_lambda(&format!("/functions/{name}/configuration")).await
    }

    /// Invokes a function and returns its response.
    ///
    /// # Panics
    /// Panics if the invocation fails.
    pub async fn invoke(&self, name: &str, event: &Value) -> Value {
        let name = cloud::stack().function(name).unwrap();
        let url = format!("{}/2015-03-31/functions/{name}/invocations", cloud::stack().endpoint);
        let mut request = Request::new(Method::POST, url.parse().unwrap());
        *request.body_mut() = Some(event.to_string().into());
        let reply = self.call("lambda", request).await;
        assert_eq!(reply.header("x-amz-function-error"), "", "{name}: {}", reply.text());
        reply.json()
    }

    /// Deletes the user of a member in the user pool, without the application.
    pub async fn delete_user(&self, member: UserId) {
        let body = json!({"UserPoolId": cloud::stack().user_pool_id, "Username": member});
        self.call_json("cognito-idp", "AWSCognitoIdentityProviderService.AdminDeleteUser", &body).await;
    }

    /// Returns the value of an environment variable of a function.
    pub async fn environment_variable(&self, function: &str, name: &str) -> String {
        self.function_configuration(function).await["Environment"]["Variables"][name]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Returns the physical ID of a resource in the stack: a name, an ARN or a URL, depending on
    /// its type.
    pub async fn physical_id(&self, logical_id: &str) -> String {
        let fields = [
            ("Action", "DescribeStackResource"),
            ("Version", "2010-05-15"),
            ("StackName", &cloud::stack().stack_name),
            ("LogicalResourceId", logical_id),
        ];
        let reply = self.call_query("cloudformation", &fields).await;
        let (_, id) = reply.split_once("<PhysicalResourceId>").unwrap();
        id.split_once('<').unwrap().0.to_owned()
    }

    /// Returns the number of unfinished multipart uploads of a picture.
    pub async fn uploads_of(&self, picture: PictureKey) -> usize {
        let request = self.s3.list_multipart_uploads().bucket(&cloud::stack().media_bucket);
        request.prefix(format!("originals/{picture}")).send().await.unwrap().uploads().len()
    }

    /// Returns the keys of a picture's objects: the original, then the renditions by name.
    pub async fn object_keys(&self, picture: PictureKey) -> Vec<String> {
        self.object_keys_below(&picture.to_string()).await
    }

    /// Returns the keys of all objects of an owner's pictures.
    pub async fn object_keys_of(&self, owner: UserId) -> Vec<String> {
        self.object_keys_below(&format!("{owner}/")).await
    }

    async fn object_keys_below(&self, path: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for prefix in [object_key::ORIGINALS, object_key::RENDITIONS] {
            let request = self.s3.list_objects_v2().bucket(&cloud::stack().media_bucket);
            let listed = request.prefix(format!("{prefix}{path}")).send().await.unwrap();
            keys.extend(listed.contents().iter().map(|object| object.key().unwrap().to_owned()));
        }
        keys
    }
}
