//! The API keys of API Gateway.

use std::fmt;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::operation::create_api_key::CreateApiKeyError;

use crate::Error;
use crate::http::ApiError;
use domain::DeveloperKey;
use store::DeveloperKeys;
use store::aws::Cloud;

/// The seconds after which a client can repeat a call that API Gateway throttled. The limits of its
/// management API are those of the whole account, and all of them are rates per second.
const RETRY_AFTER: u64 = 2;
/// API Gateway throttled the management of API keys.
pub const TOO_MANY: ApiError = ApiError::TooMany {
    notes: "Too many people are changing or reading keys now. Wait two seconds, then try again.",
    retry_after: RETRY_AFTER,
};

/// An API key of API Gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The id, with which the API key is managed.
    pub id: String,
    /// The secret that callers send as `x-api-key`.
    pub value: String,
}

/// Omits the secret.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Creates and deletes API keys of API Gateway.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    client: Client,
}

impl ApiKeys {
    /// Creates the client.
    #[must_use]
    pub fn from_env(cloud: &Cloud) -> Self {
        Self::new(Client::new(cloud.config()))
    }

    /// Creates the API keys of a client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates an API key. API Gateway refuses its callers until a usage plan contains it.
    ///
    /// # Errors
    /// Returns [`TOO_MANY`] if API Gateway throttles the call, and [`ApiError::Conflict`] if the
    /// account has the maximum number of API keys.
    pub async fn create(&self, name: &str) -> Result<ApiKey, ApiError> {
        let error = match self.client.create_api_key().name(name).enabled(true).send().await {
            Ok(reply) => {
                let incomplete = || Error::from("API Gateway created an API key without an id or a value");
                let (id, value) = reply.id.zip(reply.value).ok_or_else(incomplete)?;
                return Ok(ApiKey { id, value });
            }
            Err(error) => error,
        };
        Err(match error.as_service_error() {
            Some(CreateApiKeyError::TooManyRequestsException(_)) => TOO_MANY,
            Some(CreateApiKeyError::LimitExceededException(_)) => ApiError::Conflict(
                "This site already has the maximum number of keys. Ask its operator for help.".into(),
            ),
            _ => ApiError::Internal(error.into()),
        })
    }

    /// Deletes an API key and removes it from its usage plan. Succeeds even if it does not exist.
    pub async fn delete(&self, id: &str) -> Result<(), ApiError> {
        match self.client.delete_api_key().api_key(id).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found_exception()) => {
                Ok(())
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_too_many_requests_exception()) => {
                Err(TOO_MANY)
            }
            Err(error) => Err(ApiError::Internal(error.into())),
        }
    }

    /// Deletes the API key of a developer key, then the row, because only the row contains the id
    /// of the API key. Succeeds even if they do not exist.
    pub async fn revoke(&self, keys: &DeveloperKeys, key: DeveloperKey) -> Result<(), ApiError> {
        let mut read = Some(key);
        while let Some(key) = read {
            if let Some(api_key) = &key.api_key_id {
                self.delete(api_key).await?;
            }
            if keys.delete(&key).await? {
                return Ok(());
            }
            // The creation of the key stored the id of the API key after the read.
            read = keys.get(key.key_id).await?;
        }
        Ok(())
    }
}
