//! Phones, as SNS reaches them: platform endpoints, by their ARN.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::create_platform_endpoint::CreatePlatformEndpointError;
use aws_sdk_sns::operation::publish::PublishError;

use crate::Error;
use crate::aws::Cloud;
use crate::topic::string;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is on its way.
    Sent,
    /// The phone's app was removed, or its endpoint: nothing will ever reach it.
    Gone,
}

/// All phones.
#[derive(Clone, Debug)]
pub struct Phones {
    client: Client,
}

impl Phones {
    /// Those of this cloud.
    #[must_use]
    pub fn from_cloud(cloud: &Cloud) -> Self {
        Self::new(Client::new(cloud.config()))
    }

    /// Those that this client reaches.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The endpoint of the phone with this token, made where there is none. One that its platform has called dead
    /// [is found and not revived](https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html). `None`: SNS does not take
    /// the token. `application`: the ARN of the token's platform application.
    ///
    /// # Errors
    /// SNS's.
    pub async fn endpoint(&self, application: &str, token: &str) -> Result<Option<String>, Error> {
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

    /// Has messages delivered to an endpoint (again). `false`: it is gone.
    ///
    /// # Errors
    /// SNS's.
    pub async fn enable(&self, endpoint: &str) -> Result<bool, Error> {
        let request = self.client.set_endpoint_attributes().endpoint_arn(endpoint);
        match request.attributes("Enabled", "true").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|why| why.is_not_found_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an endpoint, [whether it is there or not](https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html).
    ///
    /// # Errors
    /// SNS's.
    pub async fn delete(&self, endpoint: &str) -> Result<(), Error> {
        self.client.delete_endpoint().endpoint_arn(endpoint).send().await?;
        Ok(())
    }

    /// Sends a message: JSON with a part for each platform. Of messages that collapse to the same name, a phone shows the last.
    ///
    /// # Errors
    /// SNS's; a platform that is not set up right is one.
    pub async fn send(&self, endpoint: &str, message: &str, collapse: &str) -> Result<Pushed, Error> {
        let request = self.client.publish().target_arn(endpoint).message(message);
        // Apple's request headers: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        let request = request
            .message_structure("json")
            .message_attributes("AWS.SNS.MOBILE.APNS.PUSH_TYPE", string("alert")?)
            .message_attributes("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", string(collapse)?);
        match request.send().await {
            Ok(_) => Ok(Pushed::Sent),
            Err(SdkError::ServiceError(error)) if is_gone(error.err()) => Ok(Pushed::Gone),
            Err(error) => Err(error.into()),
        }
    }
}

/// The endpoint that somebody made for the same token with other attributes: nothing but this sentence of SNS's names it.
fn existing(sentence: &str) -> Option<&str> {
    let (_, rest) = sentence.split_once("Endpoint ")?;
    let (endpoint, _) = rest.split_once(" already exists with the same Token")?;
    Some(endpoint).filter(|endpoint| endpoint.starts_with("arn:"))
}

/// Whether the endpoint is what is wrong, and not the message: an endpoint that was deleted is an invalid parameter, too.
fn is_gone(error: &PublishError) -> bool {
    match error {
        PublishError::EndpointDisabledException(_) | PublishError::NotFoundException(_) => true,
        PublishError::InvalidParameterException(invalid) => {
            invalid.message().is_some_and(|reason| reason.contains("TargetArn"))
        }
        _ => false,
    }
}
