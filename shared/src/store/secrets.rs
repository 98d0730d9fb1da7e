//! The Secrets table: keys that the application makes for itself and nobody else sees.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::OnceCell;

use super::{Row, service_error, text};
use crate::Error;
use crate::api::Seal;
use crate::aws::{Cloud, variable};

/// The Secrets table.
#[derive(Clone, Debug)]
pub struct Secrets {
    client: Client,
    table: String,
    seal: OnceCell<Seal>,
}

impl Secrets {
    /// The table that `SECRETS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("SECRETS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table, seal: OnceCell::new() }
    }

    /// The seal of cursors, the same for all functions. Read once per cold start; made by whoever asks first.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn seal(&self) -> Result<&Seal, Error> {
        self.seal.get_or_try_init(async || Ok(Seal::new(&self.key("cursors").await?))).await
    }

    async fn key(&self, name: &str) -> Result<Vec<u8>, Error> {
        if let Some(key) = self.read(name).await? {
            return Ok(key);
        }
        let mut key = [0; 32];
        SystemRandom::new().fill(&mut key).map_err(|_| "the system gives no random bytes")?;
        let mut row = row(name);
        row.insert("key".into(), AttributeValue::B(Blob::new(key)));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(row));
        match put.condition_expression("attribute_not_exists(secretId)").send().await {
            Ok(_) => Ok(key.into()),
            Err(error) => match service_error(&error) {
                // Somebody was first; theirs counts.
                Some(PutItemError::ConditionalCheckFailedException(_)) => {
                    self.read(name).await?.ok_or_else(|| "a secret vanished".into())
                }
                _ => Err(error.into()),
            },
        }
    }

    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(row(name)));
        let found = request.consistent_read(true).send().await?.item;
        Ok(match found.as_ref().and_then(|row| row.get("key")) {
            Some(AttributeValue::B(key)) => Some(key.as_ref().to_vec()),
            Some(_) => return Err("a secret is not bytes".into()),
            None => None,
        })
    }
}

fn row(name: &str) -> Row {
    Row::from([("secretId".into(), text(name))])
}
