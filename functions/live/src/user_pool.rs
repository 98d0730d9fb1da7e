//! The Cognito user pool.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::get_user::GetUserError;
use domain::UserId;
use lambda::Error;
use store::aws::Cloud;

/// The Cognito user pool.
#[derive(Clone, Debug)]
pub struct UserPool(Client);

impl UserPool {
    /// Creates a client. The access tokens identify the pool.
    #[must_use]
    pub fn from_env(cloud: &Cloud) -> Self {
        Self::new(Client::new(cloud.config()))
    }

    /// Wraps a client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// Returns the user of an access token. Returns `None` if the token is not valid, for example
    /// because it has expired or because
    /// [its user signed out everywhere](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html).
    pub async fn find_user(&self, access_token: &str) -> Result<Option<UserId>, Error> {
        match self.0.get_user().access_token(access_token).send().await {
            // In a pool with sign-in by e-mail, the user name is the `sub`.
            Ok(reply) => Ok(reply.username.parse().ok()),
            Err(error) if error.as_service_error().is_some_and(is_invalid_token) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn is_invalid_token(error: &GetUserError) -> bool {
    error.is_not_authorized_exception()
        || error.is_user_not_found_exception()
        || error.is_invalid_parameter_exception()
}
