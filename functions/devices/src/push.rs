//! SNS platform endpoints: what messages to a device are sent to.
//!
//! [Creating one](https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html) where there may be one already takes
//! two steps, because one that its platform has called dead is found and not revived.

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::create_platform_endpoint::CreatePlatformEndpointError;
use shared::Error;
use shared::aws::{Cloud, variable};

use crate::device::Platform;

/// The endpoints of the platform applications that were set up.
#[derive(Clone, Debug)]
pub struct Push {
    client: Client,
    apple: String,
    google: String,
}

impl Push {
    /// The applications whose ARNs are in `APPLE_PUSH_APPLICATION` and `GOOGLE_PUSH_APPLICATION`, which are empty where a platform
    /// is not set up.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let (apple, google) = (variable("APPLE_PUSH_APPLICATION")?, variable("GOOGLE_PUSH_APPLICATION")?);
        Ok(Self::new(Client::new(cloud.config()), apple, google))
    }

    /// Applications with these ARNs.
    #[must_use]
    pub fn new(client: Client, apple: String, google: String) -> Self {
        Self { client, apple, google }
    }

    /// The ARN of a platform's application, if it is set up.
    pub(crate) fn application(&self, platform: Platform) -> Option<&str> {
        let arn = match platform {
            Platform::Apns => &self.apple,
            Platform::Fcm => &self.google,
        };
        Some(arn.as_str()).filter(|arn| !arn.is_empty())
    }

    /// The endpoint of the device with this token, made where there is none; it may be disabled. `None`: SNS does not take the
    /// token.
    pub(crate) async fn endpoint(&self, application: &str, token: &str) -> Result<Option<String>, Error> {
        let request = self.client.create_platform_endpoint();
        let error = match request.platform_application_arn(application).token(token).send().await {
            Ok(reply) => return Ok(Some(reply.endpoint_arn.ok_or("SNS made an endpoint without a name")?)),
            Err(error) => error,
        };
        let why = match error.as_service_error() {
            Some(CreatePlatformEndpointError::InvalidParameterException(why)) => why.message(),
            _ => None,
        };
        match why {
            Some(why) if let Some(endpoint) = existing(why) => Ok(Some(endpoint.to_owned())),
            Some(why) if why.starts_with("Invalid parameter: Token Reason:") => Ok(None),
            _ => Err(error.into()),
        }
    }

    /// Has messages delivered to the endpoint (again). `false`: it is gone.
    pub(crate) async fn enable(&self, endpoint: &str) -> Result<bool, Error> {
        let request = self.client.set_endpoint_attributes().endpoint_arn(endpoint);
        match request.attributes("Enabled", "true").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|why| why.is_not_found_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an endpoint, whether it is there or not.
    pub(crate) async fn delete(&self, endpoint: &str) -> Result<(), Error> {
        Ok(self.client.delete_endpoint().endpoint_arn(endpoint).send().await.map(drop)?)
    }
}

/// The endpoint that somebody made for the same token with other attributes: nothing but this sentence of SNS's names it.
fn existing(sentence: &str) -> Option<&str> {
    let (_, rest) = sentence.split_once("Endpoint ")?;
    let (endpoint, _) = rest.split_once(" already exists with the same Token")?;
    Some(endpoint).filter(|endpoint| endpoint.starts_with("arn:"))
}
