//! SNS topics.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use serde::Serialize;

use crate::Error;
use crate::aws::{Cloud, variable};

/// How many messages are under way at the same time. (One by one: IAM knows `PublishBatch` by another name on local clouds.)
const CONCURRENT: usize = 8;

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// The topic that this variable of the environment names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud, name: &str) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable(name)?))
    }

    /// A topic with that ARN.
    #[must_use]
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Sends all messages as JSON, or says that it could not; some may have been sent then, and are sent twice. `kind`: what
    /// subscribers can filter on, the message attribute `type`.
    ///
    /// # Errors
    /// SNS's.
    pub async fn send<T: Serialize>(
        &self,
        messages: &[T],
        kind: impl Fn(&T) -> Option<&'static str>,
    ) -> Result<(), Error> {
        let send = |message: &T| {
            let (text, kind) = (serde_json::to_string(message), kind(message));
            async move {
                let request = self.client.publish().topic_arn(&self.arn).message(text?);
                let request = match kind {
                    None => request,
                    Some(kind) => request.message_attributes("type", string(kind)?),
                };
                request.send().await.map(drop).map_err(Error::from)
            }
        };
        iter(messages).map(send).buffer_unordered(CONCURRENT).try_collect().await
    }
}

/// A message attribute that is a text.
pub(crate) fn string(value: &str) -> Result<MessageAttributeValue, Error> {
    Ok(MessageAttributeValue::builder().data_type("String").string_value(value).build()?)
}
