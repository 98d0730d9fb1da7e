//! SNS platform endpoints: what messages to devices are sent to.

use aws_sdk_sns::Client;
use shared::Error;
use shared::aws::Cloud;

/// The platform endpoints of SNS.
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

    /// Deletes an endpoint (ARN), [whether it is there or not](https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html).
    ///
    /// # Errors
    /// SNS's.
    pub async fn delete(&self, endpoint: &str) -> Result<(), Error> {
        self.client.delete_endpoint().endpoint_arn(endpoint).send().await?;
        Ok(())
    }
}
