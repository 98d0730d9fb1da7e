//! Mobile push: the SNS platform endpoints of phones.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::create_platform_endpoint::CreatePlatformEndpointError;
use aws_sdk_sns::operation::publish::PublishError;

use crate::Error;
use crate::topic::string_attribute;
use store::aws::Cloud;

/// The outcome of [`PushEndpoints::send`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// SNS accepted the message.
    Sent,
    /// The endpoint was deleted or disabled and receives no messages.
    Gone,
}

/// Manages the SNS platform endpoints of phones and sends messages to them. An endpoint is
/// identified by its ARN.
#[derive(Clone, Debug)]
pub struct PushEndpoints {
    client: Client,
}

impl PushEndpoints {
    /// Creates the SNS client.
    #[must_use]
    pub fn from_env(cloud: &Cloud) -> Self {
        Self::new(Client::new(cloud.config()))
    }

    /// Creates the endpoints of an SNS client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Finds or creates the endpoint of a device token and returns its ARN, or `None` if SNS
    /// rejects the token. `application` is the ARN of the platform application. Does not
    /// [enable](https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html) a disabled
    /// endpoint.
    pub async fn find_or_create(&self, application: &str, token: &str) -> Result<Option<String>, Error> {
        let request = self.client.create_platform_endpoint();
        let error = match request.platform_application_arn(application).token(token).send().await {
            Ok(reply) => {
                return Ok(Some(reply.endpoint_arn.ok_or("SNS created an endpoint without an ARN")?));
            }
            Err(error) => error,
        };
        let reason = match error.as_service_error() {
            Some(CreatePlatformEndpointError::InvalidParameterException(invalid)) => invalid.message(),
            _ => None,
        };
        match reason {
            Some(reason) if let Some(endpoint) = parse_existing(reason) => Ok(Some(endpoint.to_owned())),
            Some(reason) if reason.starts_with("Invalid parameter: Token Reason:") => Ok(None),
            _ => Err(error.into()),
        }
    }

    /// Enables an endpoint. Returns `false` if the endpoint does not exist.
    pub async fn enable(&self, endpoint: &str) -> Result<bool, Error> {
        let request = self.client.set_endpoint_attributes().endpoint_arn(endpoint);
        match request.attributes("Enabled", "true").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an endpoint.
    /// [Succeeds](https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html) even if the
    /// endpoint does not exist.
    pub async fn delete(&self, endpoint: &str) -> Result<(), Error> {
        self.client.delete_endpoint().endpoint_arn(endpoint).send().await?;
        Ok(())
    }

    /// Sends a message: JSON with a part per platform. On an Apple phone, a later message with the
    /// same `collapse_id` replaces the message.
    pub async fn send(&self, endpoint: &str, message: &str, collapse_id: &str) -> Result<PushOutcome, Error> {
        let request = self.client.publish().target_arn(endpoint).message(message);
        // The request headers of APNs:
        // https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        let request = request
            .message_structure("json")
            .message_attributes("AWS.SNS.MOBILE.APNS.PUSH_TYPE", string_attribute("alert")?)
            .message_attributes("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", string_attribute(collapse_id)?);
        match request.send().await {
            Ok(_) => Ok(PushOutcome::Sent),
            Err(SdkError::ServiceError(error)) if is_gone(error.err()) => Ok(PushOutcome::Gone),
            Err(error) => Err(error.into()),
        }
    }
}

/// Parses the ARN of an endpoint that exists for the same token with other attributes. SNS returns
/// the ARN only in this error message.
fn parse_existing(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Endpoint ")?;
    let (endpoint, _) = rest.split_once(" already exists with the same Token")?;
    Some(endpoint).filter(|endpoint| endpoint.starts_with("arn:"))
}

/// Returns `true` if the endpoint was deleted or disabled. SNS reports a deleted endpoint as an
/// invalid `TargetArn`.
fn is_gone(error: &PublishError) -> bool {
    match error {
        PublishError::EndpointDisabledException(_) | PublishError::NotFoundException(_) => true,
        PublishError::InvalidParameterException(invalid) => {
            invalid.message().is_some_and(|reason| reason.contains("TargetArn"))
        }
        _ => false,
    }
}
