//! Temporary credentials of a member: tokens of the user pool, exchanged at the identity pool and
//! renewed before they expire.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};

use super::{App, ClientError};

/// Credentials with less validity than this are renewed. A call, or the start of an upload, takes
/// less.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The tokens of a signed-in member.
#[derive(Debug)]
pub(super) struct Tokens {
    id: String,
    refresh: String,
}

/// Credentials of the identity pool, and the tokens that renew them.
#[derive(Debug)]
pub(super) struct Renewable {
    tokens: Tokens,
    pub(super) credentials: Credentials,
}

/// Whether credentials that expire at `expires` should be renewed at `now`; `None` is an unknown
/// time.
fn expires_soon(expires: Option<SystemTime>, now: SystemTime) -> bool {
    expires.is_none_or(|expires| expires < now + MARGIN)
}

impl Tokens {
    /// Reads the tokens of a sign-in or a renewal. A renewal returns no refresh token: `old` stays
    /// valid.
    pub(super) fn read(
        result: Option<AuthenticationResultType>,
        old: Option<&str>,
    ) -> Result<Self, ClientError> {
        let result = result.ok_or_else(|| {
            ClientError::Identity(
                "Cognito requires another step to sign in, which this client does not support.".into(),
            )
        })?;
        let missing = || ClientError::Identity("Cognito returned no tokens. Sign in again.".into());
        Ok(Self {
            id: result.id_token.ok_or_else(missing)?,
            refresh: result.refresh_token.or_else(|| old.map(ToOwned::to_owned)).ok_or_else(missing)?,
        })
    }

    /// The ID token: a JWT with the member as its `sub`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    async fn renew(&self, app: &App) -> Result<Self, ClientError> {
        let request = app.users.initiate_auth().client_id(&app.stack.client_id);
        let request =
            request.auth_flow(AuthFlowType::RefreshTokenAuth).auth_parameters("REFRESH_TOKEN", &self.refresh);
        let reply = request.send().await.map_err(ClientError::identity)?;
        Self::read(reply.authentication_result, Some(&self.refresh))
    }
}

impl Renewable {
    /// Exchanges new tokens for credentials.
    pub(super) async fn new(app: &App, tokens: Tokens) -> Result<Self, ClientError> {
        let (region, pool) = (&app.stack.region, &app.stack.user_pool_id);
        let provider = format!("cognito-idp.{region}.amazonaws.com/{pool}");
        let identity = app.identities.get_id().identity_pool_id(&app.stack.identity_pool_id);
        let identity = identity.logins(&provider, tokens.id()).send().await.map_err(ClientError::identity)?;
        let request = app.identities.get_credentials_for_identity().set_identity_id(identity.identity_id);
        let reply = request.logins(&provider, tokens.id()).send().await.map_err(ClientError::identity)?;
        let missing =
            || ClientError::Identity("The identity pool returned no credentials. Sign in again.".into());
        let received = reply.credentials.ok_or_else(missing)?;
        let expires = received.expiration.and_then(|time| SystemTime::try_from(time).ok());
        let credentials = Credentials::new(
            received.access_key_id.ok_or_else(missing)?,
            received.secret_key.ok_or_else(missing)?,
            received.session_token,
            expires,
            "identity pool",
        );
        Ok(Self { tokens, credentials })
    }

    /// Gets new tokens, then new credentials. Tokens expire at about the same time as credentials,
    /// so tokens are never reused.
    pub(super) async fn renew(&self, app: &App) -> Result<Self, ClientError> {
        Self::new(app, self.tokens.renew(app).await?).await
    }

    /// Whether the credentials should be renewed now.
    pub(super) fn is_due(&self) -> bool {
        expires_soon(self.credentials.expiry(), SystemTime::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_renewed_before_they_expire() {
        let now = SystemTime::now();
        assert!(expires_soon(Some(now + Duration::from_secs(299)), now));
        assert!(!expires_soon(Some(now + Duration::from_secs(301)), now));
        assert!(expires_soon(Some(now - Duration::from_secs(1)), now));
        assert!(expires_soon(None, now), "unknown expiry");
    }
}
