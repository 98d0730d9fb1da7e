//! The topic *Rebuild*: where work goes on.

use aws_sdk_sns::Client;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use shared::Error;
use shared::aws::{Cloud, variable};

use crate::Task;

/// How many messages are under way at the same time. (One by one: IAM knows `PublishBatch` by another name on local clouds.)
const CONCURRENT: usize = 8;

/// The topic *Rebuild*.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// The topic that `REBUILD_TOPIC` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable("REBUILD_TOPIC")?))
    }

    /// A topic with that ARN.
    #[must_use]
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Sends all tasks, or says that it could not; some may have been sent then, and are sent twice, which is harmless.
    ///
    /// # Errors
    /// SNS's.
    pub async fn send(&self, tasks: &[Task]) -> Result<(), Error> {
        let send = |task: &Task| {
            let message = serde_json::to_string(task)
                .map(|text| self.client.publish().topic_arn(&self.arn).message(text));
            async move { message?.send().await.map(drop).map_err(Error::from) }
        };
        iter(tasks).map(send).buffer_unordered(CONCURRENT).try_collect().await
    }
}
