//! Temporary credentials of a member. The identity pool issues them for tokens of the user pool;
//! they are renewed before they expire.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};

use super::{App, ClientError};

/// Credentials that expire within this time are renewed, so that they do not expire during a call.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The tokens of a signed-in member.
#[derive(Debug)]
pub(super) struct Tokens {
    id: String,
    access: String,
    refresh: String,
}

/// Credentials of the identity pool, and the tokens to renew them.
#[derive(Debug)]
pub(super) struct Renewable {
    pub(super) tokens: Tokens,
    pub(super) credentials: Credentials,
}

/// Returns `true` if credentials that expire at `expires` (`None` if unknown) should be renewed at
/// `now`.
fn expires_soon(expires: Option<SystemTime>, now: SystemTime) -> bool {
    expires.is_none_or(|expires| expires < now + MARGIN)
}

impl Tokens {
    /// Reads the tokens of a sign-in or a renewal. A renewal returns a refresh token only if
    /// Cognito replaces it. Otherwise `refresh_token` stays current.
    pub(super) fn read(
        result: Option<AuthenticationResultType>,
        refresh_token: Option<&str>,
    ) -> Result<Self, ClientError> {
        let result = result.ok_or_else(|| {
            ClientError::Identity(
                "Cognito requires another step to sign in, which this client does not support.".into(),
            )
        })?;
        let missing = || ClientError::Identity("Cognito returned no tokens. Sign in again.".into());
        Ok(Self {
            id: result.id_token.ok_or_else(missing)?,
            access: result.access_token.ok_or_else(missing)?,
            refresh: result
                .refresh_token
                .or_else(|| refresh_token.map(ToOwned::to_owned))
                .ok_or_else(missing)?,
        })
    }

    /// Returns the ID token, a JWT with the id of the member as its `sub`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the access token, which Cognito accepts until the session ends.
    pub(super) fn access(&self) -> &str {
        &self.access
    }

    /// Returns the refresh token, which the user pool accepts for 30 days.
    pub(super) fn refresh(&self) -> &str {
        &self.refresh
    }

    /// Gets new tokens for a refresh token.
    ///
    /// # Errors
    /// Returns [`ClientError::SessionEnded`] if Cognito does not accept the token any more.
    pub(super) async fn renewed(app: &App, refresh_token: &str) -> Result<Self, ClientError> {
        let request = app.users.initiate_auth().client_id(&app.stack.client_id);
        let request =
            request.auth_flow(AuthFlowType::RefreshTokenAuth).auth_parameters("REFRESH_TOKEN", refresh_token);
        let reply = request.send().await.map_err(|error| match error.as_service_error() {
            Some(refused)
                if refused.is_not_authorized_exception() || refused.is_user_not_found_exception() =>
            {
                ClientError::SessionEnded
            }
            _ => ClientError::identity(error),
        })?;
        Self::read(reply.authentication_result, Some(refresh_token))
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

    /// Gets new tokens, then new credentials. The ID token is never reused, because it expires at
    /// about the same time as the credentials.
    pub(super) async fn renew(&self, app: &App) -> Result<Self, ClientError> {
        let renewed = Self::new(app, Tokens::renewed(app, self.tokens.refresh()).await?).await?;
        if let Some(observe) = &app.token_observer
            && renewed.tokens.refresh != self.tokens.refresh
        {
            observe(renewed.tokens.refresh());
        }
        Ok(renewed)
    }

    /// Returns `true` if the credentials should be renewed at `now`.
    pub(super) fn is_due(&self, now: SystemTime) -> bool {
        expires_soon(self.credentials.expiry(), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_due_five_minutes_before_they_expire() {
        let now = SystemTime::now();
        assert!(expires_soon(Some(now + Duration::from_secs(299)), now));
        assert!(!expires_soon(Some(now + Duration::from_secs(301)), now));
        assert!(expires_soon(Some(now - Duration::from_secs(1)), now));
        assert!(expires_soon(None, now), "unknown expiry");
    }
}
