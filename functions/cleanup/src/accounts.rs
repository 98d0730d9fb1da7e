//! The accounts with which people sign in: the Cognito user pool.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::SdkError;
use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::AdminDeleteUserError;
use lambda::Error;
use store::aws::{Cloud, variable};
use domain::UserId;

/// The user pool.
#[derive(Clone, Debug)]
pub struct Accounts {
    client: Client,
    pool: String,
}

impl Accounts {
    /// The pool that `USER_POOL_ID` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable("USER_POOL_ID")?))
    }

    /// A pool of that id.
    #[must_use]
    pub fn new(client: Client, pool: String) -> Self {
        Self { client, pool }
    }

    /// Deletes an account, if it is there. People sign in by e-mail, so their user name is the `sub`.
    ///
    /// # Errors
    /// Cognito's.
    pub async fn delete(&self, id: UserId) -> Result<(), Error> {
        match self.client.admin_delete_user().user_pool_id(&self.pool).username(id.to_string()).send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), AdminDeleteUserError::UserNotFoundException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
