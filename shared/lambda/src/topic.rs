//! SNS topics.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::Serialize;

use crate::Error;
use store::aws::{Cloud, variable};

/// The maximum number of concurrent requests. Each request sends one message, because the emulator
/// checks a different IAM action for `PublishBatch` than AWS.
const CONCURRENT: usize = 8;

/// An SNS topic.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// Opens the topic of which the environment variable `name` contains the ARN.
    pub fn from_env(cloud: &Cloud, name: &str) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable(name)?))
    }

    /// Opens the topic with this ARN.
    #[must_use]
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Publishes messages as JSON. `kind` returns the message attribute `type`, by which
    /// subscribers filter. After an error, some messages may be published, and a retry publishes
    /// them again.
    pub async fn publish<T: Serialize>(
        &self,
        messages: &[T],
        kind: impl Fn(&T) -> Option<&'static str>,
    ) -> Result<(), Error> {
        let publish = |message: &T| {
            let (text, kind) = (serde_json::to_string(message), kind(message));
            async move {
                let request = self.client.publish().topic_arn(&self.arn).message(text?);
                let request = match kind {
                    None => request,
                    Some(kind) => request.message_attributes("type", string_attribute(kind)?),
                };
                request.send().await.map(drop).map_err(Error::from)
            }
        };
        iter(messages).map(publish).buffer_unordered(CONCURRENT).try_collect().await
    }
}

/// Creates a message attribute of type `String`.
pub(crate) fn string_attribute(value: &str) -> Result<MessageAttributeValue, Error> {
    Ok(MessageAttributeValue::builder().data_type("String").string_value(value).build()?)
}
