//! Calls of routes without authentication, sign-up and sign-in.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, ChallengeNameType};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::{Method, redirect};
use serde::Deserialize;
use serde_json::Value;

use crate::clock::Clock;
use crate::credentials::Tokens;
use crate::retry::Retries;
use crate::srp::{self, Challenge, Srp};
use crate::{Answer, ClientError, Observer, Session};

/// The time for a connection to a server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The time for a reply. API Gateway replies within 29 seconds.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_secs(40);

/// A function that an [`App`] calls with each new refresh token of a session.
pub type TokenObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// The addresses of a deployment, as `cargo dev` writes them to `.local/stack.json`, and every
/// deployment to `config.json` of its site.
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
#[derive(Clone)]
pub struct App {
    pub(super) stack: Arc<Stack>,
    pub(super) clock: Clock,
    pub(super) http: reqwest::Client,
    pub(super) users: aws_sdk_cognitoidentityprovider::Client,
    pub(super) identities: aws_sdk_cognitoidentity::Client,
    pub(super) observer: Option<Observer>,
    pub(super) token_observer: Option<TokenObserver>,
    pub(super) retries: Retries,
}

impl Debug for App {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").field("stack", &self.stack).finish_non_exhaustive()
    }
}

impl App {
    /// Creates the clients. Sends no request.
    pub fn new(stack: Stack) -> Result<Self, ClientError> {
        Self::with_clock(stack, SharedTimeSource::new(SystemTimeSource::new()))
    }

    /// Creates the clients with another clock than the system's. If the clock is wrong, the session
    /// takes the time from the server.
    pub fn with_clock(stack: Stack, clock: SharedTimeSource) -> Result<Self, ClientError> {
        let config = sdk_config(&stack, clock.clone());
        Ok(Self {
            http: build_http_client(redirect::Policy::default())?,
            users: aws_sdk_cognitoidentityprovider::Client::new(&config),
            identities: aws_sdk_cognitoidentity::Client::new(&config),
            clock: Clock::new(clock),
            stack: Arc::new(stack),
            observer: None,
            token_observer: None,
            retries: Retries::default(),
        })
    }

    /// Calls `observer` with each reply of the API, also to the sessions that begin after it.
    #[must_use]
    pub fn with_observer(self, observer: Observer) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Calls `observer` with the refresh token of each session that begins after it, and again when
    /// Cognito replaces the token.
    #[must_use]
    pub fn with_token_observer(self, observer: TokenObserver) -> Self {
        Self { token_observer: Some(observer), ..self }
    }

    /// Repeats the calls of the sessions that begin after it, if they fail for a moment. Repeats no
    /// call of the app itself.
    #[must_use]
    pub fn with_retries(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// Calls a route without authentication. An error reply is an [`Answer`], not an error.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let mut request = self.http.request(method.clone(), self.url(path)).timeout(REPLY_TIMEOUT);
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

    /// Signs in by SRP, which sends no password, and gets the first credentials.
    ///
    /// # Errors
    /// Returns [`ClientError::Identity`] if the password is wrong or the address is not confirmed.
    pub async fn sign_in_by_srp(&self, email: &str, password: &str) -> Result<Session, ClientError> {
        let invalid = || ClientError::transport("the challenge of Cognito is invalid");
        let srp = Srp::new().ok_or_else(|| ClientError::transport("the system has no random numbers"))?;
        let request = self.users.initiate_auth().client_id(&self.stack.client_id);
        let request = request
            .auth_flow(AuthFlowType::UserSrpAuth)
            .auth_parameters("USERNAME", email)
            .auth_parameters("SRP_A", srp.public());
        let reply = request.send().await.map_err(ClientError::identity)?;
        if reply.challenge_name != Some(ChallengeNameType::PasswordVerifier) {
            return Session::begin(self.clone(), reply.authentication_result).await;
        }
        let parameters = reply.challenge_parameters.unwrap_or_default();
        let parameter = |name| parameters.get(name).map(String::as_str).ok_or_else(invalid);
        let (user, block) = (parameter("USER_ID_FOR_SRP")?, parameter("SECRET_BLOCK")?);
        let challenge = Challenge {
            pool: &self.stack.user_pool_id,
            user,
            salt: parameter("SALT")?,
            server: parameter("SRP_B")?,
            secret_block: &STANDARD.decode(block).map_err(|_| invalid())?,
        };
        let timestamp = Timestamp::try_from(self.clock.now()).map_err(ClientError::transport)?;
        let timestamp = srp::timestamp(timestamp);
        let proof = srp.prove(&challenge, password, &timestamp).ok_or_else(invalid)?;
        let request = self.users.respond_to_auth_challenge().client_id(&self.stack.client_id);
        let request = request
            .set_session(reply.session)
            .challenge_name(ChallengeNameType::PasswordVerifier)
            .challenge_responses("USERNAME", user)
            .challenge_responses("PASSWORD_CLAIM_SECRET_BLOCK", block)
            .challenge_responses("TIMESTAMP", timestamp)
            .challenge_responses("PASSWORD_CLAIM_SIGNATURE", STANDARD.encode(proof));
        let reply = request.send().await.map_err(ClientError::identity)?;
        Session::begin(self.clone(), reply.authentication_result).await
    }

    /// Continues a session with the refresh token that a token observer received.
    ///
    /// # Errors
    /// Returns [`ClientError::SessionEnded`] if the session has ended: sign in again.
    pub async fn resume(&self, refresh_token: &str) -> Result<Session, ClientError> {
        let tokens = Tokens::renewed(self, refresh_token).await?;
        Session::with_tokens(self.clone(), tokens).await
    }

    /// Ends the session of a refresh token. Its access tokens are rejected from then on, but
    /// credentials stay valid for up to an hour.
    pub async fn revoke(&self, refresh_token: &str) -> Result<(), ClientError> {
        let request = self.users.revoke_token().client_id(&self.stack.client_id).token(refresh_token);
        request.send().await.map(drop).map_err(ClientError::identity)
    }

    /// Signs in with the password in the request, and gets the first credentials.
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

/// Builds an HTTP client that limits the time only for connections, because uploads and downloads
/// can take any time.
pub(super) fn build_http_client(redirects: redirect::Policy) -> Result<reqwest::Client, ClientError> {
    // Fails if the program has already installed a provider, which also works.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).redirect(redirects);
    builder.build().map_err(|error| ClientError::Setup(error.into()))
}

/// Returns the configuration of the Cognito clients. They need no credentials.
fn sdk_config(stack: &Stack, clock: SharedTimeSource) -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(REPLY_TIMEOUT);
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(stack.region.clone()))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(clock)
        .timeout_config(timeouts.build())
        .http_client(aws_smithy_http_client::Builder::new().tls_provider(tls).build_https());
    config.set_endpoint_url(stack.endpoint.clone());
    config.build()
}
