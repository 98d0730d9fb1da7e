//! A member's temporary credentials: from the user pool's token through the identity pool, renewed before they expire.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};

use super::{App, ClientError};

/// Renewed when they are good for less than this: longer than any call, upload included, takes to begin.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// A member's sign-in.
#[derive(Debug)]
pub(super) struct Tokens {
    id: String,
    refresh: String,
}

/// Credentials of the identity pool, and the tokens they came from.
#[derive(Debug)]
pub(super) struct Renewable {
    tokens: Tokens,
    pub(super) credentials: Credentials,
}

/// Whether something that expires then should be renewed now.
fn due(expires: Option<SystemTime>, now: SystemTime) -> bool {
    expires.is_none_or(|expires| expires < now + MARGIN)
}

impl Tokens {
    /// Reads a sign-in's result. A renewal brings no new refresh token: the old one stays.
    pub(super) fn read(
        result: Option<AuthenticationResultType>,
        old: Option<&str>,
    ) -> Result<Self, ClientError> {
        let result =
            result.ok_or_else(|| ClientError::Identity("Cognito asks for another step to sign in".into()))?;
        let missing = || ClientError::Identity("Cognito sent no tokens".into());
        Ok(Self {
            id: result.id_token.ok_or_else(missing)?,
            refresh: result.refresh_token.or_else(|| old.map(ToOwned::to_owned)).ok_or_else(missing)?,
        })
    }

    /// The id token: a JWT, whose `sub` is the member.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    async fn renewed(&self, app: &App) -> Result<Self, ClientError> {
        let request = app.users.initiate_auth().client_id(&app.stack.client_id);
        let request =
            request.auth_flow(AuthFlowType::RefreshTokenAuth).auth_parameters("REFRESH_TOKEN", &self.refresh);
        let reply = request.send().await.map_err(ClientError::identity)?;
        Self::read(reply.authentication_result, Some(&self.refresh))
    }
}

impl Renewable {
    /// Exchanges fresh tokens for credentials.
    pub(super) async fn new(app: &App, tokens: Tokens) -> Result<Self, ClientError> {
        let (region, pool) = (&app.stack.region, &app.stack.user_pool_id);
        let provider = format!("cognito-idp.{region}.amazonaws.com/{pool}");
        let identity = app.identities.get_id().identity_pool_id(&app.stack.identity_pool_id);
        let identity = identity.logins(&provider, tokens.id()).send().await.map_err(ClientError::identity)?;
        let request = app.identities.get_credentials_for_identity().set_identity_id(identity.identity_id);
        let reply = request.logins(&provider, tokens.id()).send().await.map_err(ClientError::identity)?;
        let missing = || ClientError::Identity("the identity pool sent no credentials".into());
        let given = reply.credentials.ok_or_else(missing)?;
        let expires = given.expiration.and_then(|time| SystemTime::try_from(time).ok());
        let credentials = Credentials::new(
            given.access_key_id.ok_or_else(missing)?,
            given.secret_key.ok_or_else(missing)?,
            given.session_token,
            expires,
            "identity pool",
        );
        Ok(Self { tokens, credentials })
    }

    /// Fresh tokens, and credentials for them. The tokens are good for about as long as the credentials, so that they are
    /// never kept to the next time.
    pub(super) async fn renewed(&self, app: &App) -> Result<Self, ClientError> {
        Self::new(app, self.tokens.renewed(app).await?).await
    }

    /// Whether it is time to renew.
    pub(super) fn is_due(&self) -> bool {
        due(self.credentials.expiry(), SystemTime::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_renewed_before_they_expire() {
        let now = SystemTime::now();
        assert!(due(Some(now + Duration::from_secs(299)), now));
        assert!(!due(Some(now + Duration::from_secs(301)), now));
        assert!(due(Some(now - Duration::from_secs(1)), now));
        assert!(due(None, now), "of unknown age");
    }
}
