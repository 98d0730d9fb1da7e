//! The application as anyone sees it.

use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, ClientError, Session};
use crate::aws;

/// Where an application is: the outputs of its stack, as `cargo dev` writes them to `.local/stack.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The local cloud's address; absent on AWS.
    pub endpoint: Option<String>,
    /// The AWS region.
    pub region: String,
    /// Base URL of the REST API, with its stage.
    pub api: String,
    /// URL of the WebSocket API, with its stage.
    pub live: String,
    /// Cognito user pool.
    pub user_pool_id: String,
    /// The user pool's client.
    pub client_id: String,
    /// Cognito identity pool.
    pub identity_pool_id: String,
}

/// The application as anyone sees it.
#[derive(Clone, Debug)]
pub struct App {
    pub(super) stack: Stack,
    pub(super) http: reqwest::Client,
    pub(super) users: aws_sdk_cognitoidentityprovider::Client,
    pub(super) identities: aws_sdk_cognitoidentity::Client,
}

impl App {
    /// Makes the clients; calls nothing yet.
    ///
    /// # Errors
    /// The certificates that `AWS_CA_BUNDLE` names cannot be read.
    pub fn new(stack: Stack) -> Result<Self, ClientError> {
        // Fails where another part of the program chose a provider before; theirs is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = aws::http_client().map_err(ClientError::Transport)?;
        let config = aws::config(stack.region.clone(), stack.endpoint.clone(), http);
        Ok(Self {
            http: reqwest::Client::builder().build().map_err(ClientError::transport)?,
            users: aws_sdk_cognitoidentityprovider::Client::new(&config),
            identities: aws_sdk_cognitoidentity::Client::new(&config),
            stack,
        })
    }

    /// Calls an open route.
    ///
    /// # Errors
    /// [`ClientError::Transport`]. A refusal is an [`Answer`].
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let mut request = self.http.request(method, self.url(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::read(request.send().await.map_err(ClientError::transport)?).await
    }

    /// Registers an e-mail address; Cognito sends a code there.
    ///
    /// # Errors
    /// [`ClientError::Identity`]: the address is taken, the password too short, …
    pub async fn sign_up(&self, email: &str, password: &str) -> Result<(), ClientError> {
        let attribute =
            AttributeType::builder().name("email").value(email).build().map_err(ClientError::transport)?;
        let request =
            self.users.sign_up().client_id(&self.stack.client_id).username(email).password(password);
        request.user_attributes(attribute).send().await.map(drop).map_err(ClientError::identity)
    }

    /// Confirms the address with the code that was sent there.
    ///
    /// # Errors
    /// [`ClientError::Identity`]: a wrong or expired code.
    pub async fn confirm(&self, email: &str, code: &str) -> Result<(), ClientError> {
        let request = self.users.confirm_sign_up().client_id(&self.stack.client_id).username(email);
        request.confirmation_code(code).send().await.map(drop).map_err(ClientError::identity)
    }

    /// Signs in.
    ///
    /// # Errors
    /// [`ClientError::Identity`]: a wrong password, an unconfirmed address.
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
