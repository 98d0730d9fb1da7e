//! The Cognito user pool.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::get_user::GetUserError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::UserId;
use lambda::Error;
use serde::Deserialize;
use store::aws::{Cloud, variable};

/// The Cognito user pool.
#[derive(Clone, Debug)]
pub struct UserPool {
    client: Client,
    id: String,
}

/// The claims of an access token that are read.
#[derive(Deserialize)]
struct Claims {
    /// `https://cognito-idp.REGION.amazonaws.com/POOL`.
    iss: String,
}

impl UserPool {
    /// Uses the pool with the id in the environment variable `USER_POOL_ID`.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable("USER_POOL_ID")?))
    }

    /// Uses the pool with this id.
    #[must_use]
    pub fn new(client: Client, id: String) -> Self {
        Self { client, id }
    }

    /// Returns the user of an access token. Returns `None` if the token is of another pool or not
    /// valid, for example because it has expired or because
    /// [its user signed out everywhere](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html).
    pub async fn find_user(&self, access_token: &str) -> Result<Option<UserId>, Error> {
        // Cognito accepts the valid token of any pool, and another pool can have any user names.
        if !self.issued(access_token) {
            return Ok(None);
        }
        match self.client.get_user().access_token(access_token).send().await {
            // In a pool with sign-in by e-mail, the user name is the `sub`.
            Ok(reply) => Ok(reply.username.parse().ok()),
            Err(error) if error.as_service_error().is_some_and(is_invalid_token) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns `true` if the access token names this pool as its issuer. Does not verify the
    /// signature.
    fn issued(&self, access_token: &str) -> bool {
        let payload = access_token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims = payload.and_then(|json| serde_json::from_slice::<Claims>(&json).ok());
        let pool = claims.as_ref().and_then(|claims| Some(claims.iss.rsplit_once('/')?.1));
        pool == Some(self.id.as_str())
    }
}

fn is_invalid_token(error: &GetUserError) -> bool {
    error.is_not_authorized_exception()
        || error.is_user_not_found_exception()
        || error.is_invalid_parameter_exception()
}
