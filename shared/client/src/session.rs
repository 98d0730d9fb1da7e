//! A signed-in member.

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::credentials::{Renewable, Tokens};
use super::{Answer, App, ClientError, sign};
use domain::UserId;

/// A signed-in member: every call is signed with their credentials.
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
        let tokens = Tokens::read(result, None)?;
        let user =
            subject(tokens.id()).ok_or_else(|| ClientError::Identity("the token names nobody".into()))?;
        let renewable = Mutex::new(Renewable::new(&app, tokens).await?);
        Ok(Self { app, user, renewable })
    }

    /// Who is signed in.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Credentials that are good for the next minutes.
    ///
    /// # Errors
    /// [`ClientError::Identity`]: the sign-in is over; sign in again. [`ClientError::Transport`]: try again later.
    pub async fn credentials(&self) -> Result<Credentials, ClientError> {
        let mut current = self.renewable.lock().await;
        if current.is_due() {
            *current = current.renewed(&self.app).await?;
        }
        Ok(current.credentials.clone())
    }

    /// Renews the sign-in now, though it would be good for longer: after the clock was wrong, or when rights changed.
    ///
    /// # Errors
    /// As [`Session::credentials`]; what there was stays.
    pub async fn renew(&self) -> Result<(), ClientError> {
        let mut current = self.renewable.lock().await;
        *current = current.renewed(&self.app).await?;
        Ok(())
    }

    /// Calls a route of the API, signed.
    ///
    /// # Errors
    /// [`ClientError`]. A refusal is an [`Answer`].
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        self.send(method, path, body.map(Value::to_string).unwrap_or_default()).await
    }

    /// Calls a route of the API with any text as its body, signed.
    ///
    /// # Errors
    /// As [`Session::call`].
    pub async fn send(&self, method: Method, path: &str, body: String) -> Result<Answer, ClientError> {
        let mut request = self.app.http.request(method, self.app.url(path));
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body);
        }
        let mut request = request.build().map_err(ClientError::transport)?;
        sign::sign(&mut request, self.credentials().await?, &self.app.stack.region)
            .map_err(ClientError::transport)?;
        Answer::read(self.app.http.execute(request).await.map_err(ClientError::transport)?).await
    }
}

/// The `sub` of a JWT. Not verified: it is only what the server itself will say of the caller.
fn subject(token: &str) -> Option<UserId> {
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
    fn the_subject_of_a_token() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d","aud":"x"}"#);
        let user = subject(&format!("e30.{claims}.sig")).unwrap();
        assert_eq!(user.to_string(), "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d");
        assert!(subject("no token").is_none());
    }
}
