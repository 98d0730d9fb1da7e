//! The Cognito user pool.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::SdkError;
use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::AdminDeleteUserError;
use aws_sdk_cognitoidentityprovider::operation::admin_get_user::AdminGetUserError;
use domain::UserId;
use lambda::Error;
use store::aws::{Cloud, variable};

/// The Cognito user pool.
#[derive(Clone, Debug)]
pub struct UserPool {
    client: Client,
    id: String,
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

    /// Returns `true` if the pool contains the user, even if the user is disabled or unconfirmed.
    ///
    /// Lists users first, because `AdminGetUser` makes an existing user a
    /// [billed active user](https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#monthly-active-users)
    /// of the month. A list can lack a new user, so that only `AdminGetUser` proves the absence.
    pub async fn contains(&self, user: UserId) -> Result<bool, Error> {
        let request = self.client.list_users().user_pool_id(&self.id);
        let listed = request.filter(format!("sub = \"{user}\"")).send().await?;
        if !listed.users().is_empty() {
            return Ok(true);
        }
        let request = self.client.admin_get_user().user_pool_id(&self.id);
        match request.username(user.to_string()).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), AdminGetUserError::UserNotFoundException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a user. Succeeds even if the user does not exist.
    pub async fn delete_user(&self, user: UserId) -> Result<(), Error> {
        // In a pool with sign-in by e-mail, the user name is the `sub`.
        let request = self.client.admin_delete_user().user_pool_id(&self.id);
        match request.username(user.to_string()).send().await {
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
