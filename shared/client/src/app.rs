//! Calls of routes without authentication, sign-up and sign-in.

use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::clock::Clock;
use crate::{Answer, ClientError, Observer, Session};

/// The addresses of a deployment, as `cargo dev` writes them to `.local/stack.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The address of the local cloud; absent on AWS.
    pub endpoint: Option<String>,
    /// The AWS region.
    pub region: String,
    /// The base URL of the REST API, with its stage.
    pub api: String,
    /// The URL of the WebSocket API, with its stage.
    pub live: String,
    /// The Cognito user pool.
    pub user_pool_id: String,
    /// The client of the user pool.
    pub client_id: String,
    /// The Cognito identity pool.
    pub identity_pool_id: String,
}

/// A deployment of the application.
#[derive(Clone, Debug)]
pub struct App {
    pub(super) stack: Arc<Stack>,
    pub(super) clock: Clock,
    pub(super) http: reqwest::Client,
    pub(super) users: aws_sdk_cognitoidentityprovider::Client,
    pub(super) identities: aws_sdk_cognitoidentity::Client,
    pub(super) observer: Option<Observer>,
}

impl App {
    /// Creates the clients. Sends no request.
    pub fn new(stack: Stack) -> Result<Self, ClientError> {
        Self::with_clock(stack, SharedTimeSource::new(SystemTimeSource::new()))
    }

    /// Creates the clients with another clock than the system's. If the clock is wrong, the session
    /// takes the time from the server.
    pub fn with_clock(stack: Stack, clock: SharedTimeSource) -> Result<Self, ClientError> {
        // Fails if the program has already installed a provider, which also works.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = sdk_config(&stack, clock.clone());
        Ok(Self {
            http: reqwest::Client::builder().build().map_err(ClientError::transport)?,
            users: aws_sdk_cognitoidentityprovider::Client::new(&config),
            identities: aws_sdk_cognitoidentity::Client::new(&config),
            clock: Clock::new(clock),
            stack: Arc::new(stack),
            observer: None,
        })
    }

    /// Calls `observer` with each reply of the API, also to the sessions that begin after it.
    #[must_use]
    pub fn with_observer(self, observer: Observer) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Calls a route without authentication. An error reply is an [`Answer`], not an error.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let mut request = self.http.request(method.clone(), self.url(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(ClientError::transport)?;
        Answer::read(&method, response, self.observer).await
    }

    /// Signs up with an e-mail address. Cognito sends a confirmation code to the address.
    ///
    /// # Errors
    /// Returns [`ClientError::Identity`] if Cognito rejects the address or the password, for
    /// example because the address is taken or the password is too short.
    pub async fn sign_up(&self, email: &str, password: &str) -> Result<(), ClientError> {
        let attribute =
            AttributeType::builder().name("email").value(email).build().map_err(ClientError::transport)?;
        let request =
            self.users.sign_up().client_id(&self.stack.client_id).username(email).password(password);
        request.user_attributes(attribute).send().await.map(drop).map_err(ClientError::identity)
    }

    /// Confirms the address with the code from the e-mail.
    ///
    /// # Errors
    /// Returns [`ClientError::Identity`] if the code is wrong or has expired.
    pub async fn confirm(&self, email: &str, code: &str) -> Result<(), ClientError> {
        let request = self.users.confirm_sign_up().client_id(&self.stack.client_id).username(email);
        request.confirmation_code(code).send().await.map(drop).map_err(ClientError::identity)
    }

    /// Signs in and gets the first credentials.
    ///
    /// # Errors
    /// Returns [`ClientError::Identity`] if the password is wrong or the address is not confirmed.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Session, ClientError> {
        let request = self.users.initiate_auth().client_id(&self.stack.client_id);
        let request = request
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", email)
            .auth_parameters("PASSWORD", password);
        let reply = request.send().await.map_err(ClientError::identity)?;
        Session::begin(self.clone(), reply.authentication_result).await
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stack.api)
    }
}

/// Returns the configuration of the Cognito clients. They need no credentials.
fn sdk_config(stack: &Stack, clock: SharedTimeSource) -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(stack.region.clone()))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(clock)
        .http_client(aws_smithy_http_client::Builder::new().tls_provider(tls).build_https());
    config.set_endpoint_url(stack.endpoint.clone());
    config.build()
}
