//! The Secrets table: key secretId. It contains the keys of cursors and of link sessions. Secrets
//! Manager and KMS would cost money when the application is idle.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::OnceCell;

use crate::cursor_cipher::CursorCipher;
use crate::database::{Database, Table, unless_condition_failed};
use crate::link_sessions::LinkSessions;
use crate::{Error, Row, string};

/// The name of the key that encrypts cursors.
const CURSORS: &str = "cursors";
/// The name of the key that signs the sessions of share links.
const LINK_SESSIONS: &str = "linkSessions";

/// The Secrets table.
#[derive(Clone, Debug)]
pub struct Secrets {
    database: Database,
    cursor_cipher: OnceCell<CursorCipher>,
    link_sessions: OnceCell<LinkSessions>,
}

fn key(name: &str) -> Row {
    Row::from([("secretId".into(), string(name))])
}

impl Secrets {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), cursor_cipher: OnceCell::new(), link_sessions: OnceCell::new() }
    }

    /// Returns the cipher of cursors. All functions use the same key. Reads the key once per cold
    /// start, and creates the key if it does not exist.
    pub async fn cursor_cipher(&self) -> Result<&CursorCipher, Error> {
        let load = async || CursorCipher::new(&self.read_or_create(CURSORS).await?);
        self.cursor_cipher.get_or_try_init(load).await
    }

    /// Returns the signer of the sessions of share links. Reads or creates its key as
    /// [`Secrets::cursor_cipher`] does.
    pub async fn link_sessions(&self) -> Result<&LinkSessions, Error> {
        let load = async || Ok::<_, Error>(LinkSessions::new(&self.read_or_create(LINK_SESSIONS).await?));
        self.link_sessions.get_or_try_init(load).await
    }

    async fn read_or_create(&self, name: &str) -> Result<Vec<u8>, Error> {
        if let Some(secret) = self.read(name).await? {
            return Ok(secret);
        }
        let mut secret = [0; 32];
        SystemRandom::new().fill(&mut secret).map_err(|_| "the system returned no random bytes")?;
        let mut row = key(name);
        row.insert("key".into(), AttributeValue::B(Blob::new(secret)));
        let put = self.database.put(Table::Secrets, row);
        let put = put.condition_expression("attribute_not_exists(secretId)").send().await;
        match unless_condition_failed(put)? {
            Some(_) => Ok(secret.into()),
            // Another function created the secret first.
            None => self.read(name).await?.ok_or_else(|| "a secret was deleted after its creation".into()),
        }
    }

    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let row = self.database.get(Table::Secrets, key(name)).await?;
        match row.as_ref().and_then(|row| row.get("key")) {
            Some(AttributeValue::B(secret)) => Ok(Some(secret.as_ref().to_vec())),
            Some(_) => Err("a secret is not binary".into()),
            None => Ok(None),
        }
    }
}
