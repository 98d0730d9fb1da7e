//! Calls of a signed-in member.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::app::REPLY_TIMEOUT;
use super::credentials::{Renewable, Tokens};
use super::{Answer, App, ClientError, Retries, sign};
use domain::UserId;

/// A signed-in member. Signs each call with the credentials of the member.
#[derive(Debug)]
pub struct Session {
    pub(super) app: App,
    user: UserId,
    renewable: Mutex<Renewable>,
}

impl Session {
    pub(super) async fn begin(
        app: App,
        result: Option<AuthenticationResultType>,
    ) -> Result<Self, ClientError> {
        Self::with_tokens(app, Tokens::read(result, None)?).await
    }

    pub(super) async fn with_tokens(app: App, tokens: Tokens) -> Result<Self, ClientError> {
        let user = parse_subject(tokens.id())
            .ok_or_else(|| ClientError::Identity("The ID token has no subject. Sign in again.".into()))?;
        let renewable = Renewable::new(&app, tokens).await?;
        if let Some(observe) = &app.token_observer {
            observe(renewable.tokens.refresh());
        }
        Ok(Self { app, user, renewable: Mutex::new(renewable) })
    }

    /// Repeats no call from now on, for a caller that repeats what fails.
    #[must_use]
    pub fn without_retries(self) -> Self {
        Self { app: self.app.with_retries(Retries::default()), ..self }
    }

    /// Returns the signed-in member.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Returns credentials that are valid for at least five minutes.
    ///
    /// # Errors
    /// Returns [`ClientError::SessionEnded`] if the session has ended: sign in again. Returns
    /// [`ClientError::Transport`] if Cognito does not reply: try again later.
    pub async fn credentials(&self) -> Result<Credentials, ClientError> {
        Ok(self.current().await?.credentials.clone())
    }

    /// Returns an access token of the session.
    pub(super) async fn access_token(&self) -> Result<String, ClientError> {
        Ok(self.current().await?.tokens.access().to_owned())
    }

    async fn current(&self) -> Result<MutexGuard<'_, Renewable>, ClientError> {
        let mut current = self.renewable.lock().await;
        if current.is_due(self.app.clock.now()) {
            *current = current.renew(&self.app).await?;
        }
        Ok(current)
    }

    /// Renews the credentials before they are due, for example after a change of permissions. After
    /// an error, the session uses the old credentials.
    ///
    /// # Errors
    /// Returns the errors of [`Session::credentials`].
    pub async fn renew(&self) -> Result<(), ClientError> {
        let mut current = self.renewable.lock().await;
        *current = current.renew(&self.app).await?;
        Ok(())
    }

    /// Ends all sessions of the member. Credentials stay valid for up to an hour. Call
    /// `DELETE /users/{id}/connections` next, which closes the live connections.
    ///
    /// # Errors
    /// Returns [`ClientError::SessionEnded`] or [`ClientError::Identity`] if the session has ended
    /// already.
    pub async fn sign_out_everywhere(&self) -> Result<(), ClientError> {
        let request = self.app.users.global_sign_out().access_token(self.access_token().await?);
        request.send().await.map(drop).map_err(ClientError::identity)
    }

    /// Calls a route of the API. An error reply is an [`Answer`], not an error. Repeats the call as
    /// [`App::with_retries`] says.
    ///
    /// # Errors
    /// Returns the errors of [`Session::credentials`], and [`ClientError::Transport`] if there is
    /// no valid reply.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        self.send(method, path, body.map(Value::to_string).unwrap_or_default()).await
    }

    /// Calls a route of the API as [`Session::call`] does, but with any text as the body.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`].
    pub async fn send(&self, method: Method, path: &str, body: String) -> Result<Answer, ClientError> {
        let mut request = self.app.http.request(method, self.app.url(path)).timeout(REPLY_TIMEOUT);
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body);
        }
        let request = request.build().map_err(ClientError::transport)?;
        let mut attempts = self.app.retries.attempts(request.method());
        let mut follows_lost_reply = false;
        loop {
            let result = match self.execute(&request).await {
                Ok(response) => Answer::read(request.method(), response, self.app.observer).await,
                Err(error) => Err(error),
            };
            let result = result.map(|answer| Answer { follows_lost_reply, ..answer });
            follows_lost_reply |= result.as_ref().is_err_and(|error| !error.is_unsent());
            if !attempts.wait(&result).await {
                return result;
            }
        }
    }

    /// Posts a body to a route of the API, and returns the data of the reply.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_string(body).map_err(ClientError::transport)?;
        let data = self.send(Method::POST, path, body).await?.ok()?;
        serde_json::from_value(data).map_err(ClientError::transport)
    }

    /// Signs and sends a request, again if the first signature had a wrong time.
    async fn execute(&self, request: &Request) -> Result<Response, ClientError> {
        let clock = &self.app.clock;
        let signed_at = clock.now();
        let response = self.execute_at(request, signed_at).await?;
        let is_skewed =
            response.status() == StatusCode::FORBIDDEN && clock.correct(signed_at, response.headers());
        if is_skewed { self.execute_at(request, clock.now()).await } else { Ok(response) }
    }

    async fn execute_at(&self, request: &Request, time: SystemTime) -> Result<Response, ClientError> {
        let is_streamed = || ClientError::transport("a streamed body cannot be signed");
        let mut signed = request.try_clone().ok_or_else(is_streamed)?;
        sign::sign(&mut signed, self.credentials().await?, &self.app.stack.region, time)
            .map_err(ClientError::transport)?;
        self.app.http.execute(signed).await.map_err(ClientError::transport)
    }
}

/// Parses the `sub` of a JWT. Does not verify the signature, because the server verifies each call.
fn parse_subject(token: &str) -> Option<UserId> {
    #[derive(Deserialize)]
    struct Claims {
        sub: UserId,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.sub)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_subject_of_a_token() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d","aud":"x"}"#);
        let user = parse_subject(&format!("e30.{claims}.sig")).unwrap();
        assert_eq!(user.to_string(), "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d");
        assert!(parse_subject("no token").is_none());
    }
}
