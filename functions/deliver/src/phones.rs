//! Mobile push: SNS platform endpoints.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::types::MessageAttributeValue;
use shared::Error;
use shared::aws::Cloud;

use crate::news::Push;

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

    /// Sends a message to the phone with this endpoint (ARN).
    ///
    /// # Errors
    /// SNS's; a platform that is not set up right is one.
    pub async fn send(&self, endpoint: &str, push: &Push) -> Result<Pushed, Error> {
        let request = self.client.publish().target_arn(endpoint).message(&push.message);
        // Apple's request headers: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        let request = request
            .message_structure("json")
            .message_attributes("AWS.SNS.MOBILE.APNS.PUSH_TYPE", string("alert")?)
            .message_attributes("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", string(&push.collapse)?);
        match request.send().await {
            Ok(_) => Ok(Pushed::Sent),
            Err(SdkError::ServiceError(error)) if is_gone(error.err()) => Ok(Pushed::Gone),
            Err(error) => Err(error.into()),
        }
    }
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

fn string(value: &str) -> Result<MessageAttributeValue, Error> {
    Ok(MessageAttributeValue::builder().data_type("String").string_value(value).build()?)
}
