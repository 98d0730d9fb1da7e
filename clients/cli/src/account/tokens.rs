//! Keeps the refresh token of the session: in the keyring of the system, or in a file.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use secret_service::{EncryptionType, Error, SecretService};
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::{delete_file, folders, write_private};
use crate::failure::Failure;
use crate::output::Output;

/// The time for the keyring to reply. Machines without a desktop may have one that never does.
const KEYRING_TIMEOUT: Duration = Duration::from_secs(3);
/// The time for the person to unlock the keyring in the window that opens.
const UNLOCK_TIMEOUT: Duration = Duration::from_secs(60);
/// The attribute by which the keyring finds the token.
const ATTRIBUTE: &str = "albumen-account";

/// A place for the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenPlace {
    /// The keyring of the system, by its Secret Service.
    Keyring,
    /// A file with mode 600.
    File,
}

/// Returns the file of the token.
pub fn file() -> Result<PathBuf, Failure> {
    Ok(folders::state()?.join("refresh-token"))
}

/// Stores the token in the keyring, or else in the file. Returns the place.
pub async fn store(
    key: &str,
    token: &str,
    may_use_keyring: bool,
    output: &Output,
) -> Result<TokenPlace, Failure> {
    if may_use_keyring && store_in_keyring(key, token, output).await.is_ok() {
        return Ok(TokenPlace::Keyring);
    }
    write_private(&file()?, file_content(key, token).as_bytes())?;
    Ok(TokenPlace::File)
}

/// Loads the token of an account. Returns `None` if it is gone.
///
/// # Errors
/// Returns a failure if the keyring does not reply, or if other people can read the file.
pub async fn load(place: TokenPlace, key: &str, output: &Output) -> Result<Option<String>, Failure> {
    if place == TokenPlace::File {
        check_mode()?;
    }
    load_to_revoke(place, key, output).await
}

/// Loads the token of an account like [`load`], even if other people can read the file.
pub async fn load_to_revoke(
    place: TokenPlace,
    key: &str,
    output: &Output,
) -> Result<Option<String>, Failure> {
    match place {
        TokenPlace::Keyring => load_from_keyring(key, output).await.map_err(|_| {
            Failure::Failed(
                "The keyring of this system does not reply or is locked. Unlock it and try again, or run \
                 `albumen login --no-keyring`."
                    .into(),
            )
        }),
        TokenPlace::File => load_from_file(key),
    }
}

/// Refuses a file that other people can read.
fn check_mode() -> Result<(), Failure> {
    let path = file()?;
    if fs::metadata(&path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0) {
        let path = path.display();
        return Err(Failure::Failed(format!(
            "Other people can read your session in {path}. Run `chmod 600 {path}`, or sign in again."
        )));
    }
    Ok(())
}

fn load_from_file(key: &str) -> Result<Option<String>, Failure> {
    let path = file()?;
    match fs::read_to_string(&path) {
        Ok(content) => Ok(token_of(&content, key)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file("read", &path, &error)),
    }
}

/// Returns the content of the file: the token, and the account to which it belongs. A process that
/// is killed while it signs in can leave the token of another account.
fn file_content(key: &str, token: &str) -> String {
    format!("{token}\n{key}\n")
}

/// Returns the token in the file, if it belongs to the account.
fn token_of(content: &str, key: &str) -> Option<String> {
    let (token, account) = content.trim_end().split_once('\n')?;
    (account == key).then(|| token.to_owned())
}

/// Deletes the token. Succeeds if it is gone.
pub async fn delete(place: TokenPlace, key: &str, output: &Output) -> Result<(), Failure> {
    match place {
        TokenPlace::File => delete_file(&file()?),
        TokenPlace::Keyring => delete_from_keyring(key, output).await.map_err(|error| {
            Failure::Failed(format!("The keyring did not delete your session: {error}. Delete it there."))
        }),
    }
}

/// Replaces the token that Cognito replaced. Works on a thread of its own, because the caller is
/// not asynchronous.
pub fn replace(place: TokenPlace, key: &str, token: &str, output: &Output) {
    let (key, token, output) = (key.to_owned(), token.to_owned(), output.clone());
    let store = move || {
        if place == TokenPlace::File && !load_from_file(&key).is_ok_and(|token| token.is_some()) {
            // The person signed out, or in to another account.
            return;
        }
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
        // Without the new token, the person signs in again after this command.
        let _ = runtime.block_on(store(&key, &token, place == TokenPlace::Keyring, &output));
    };
    let _ = thread::spawn(store).join();
}

/// The keyring did not do what was asked.
#[derive(Debug, thiserror::Error)]
enum KeyringError {
    #[error("it does not reply")]
    Timeout,
    #[error("{0}")]
    Other(#[from] Error),
}

async fn within<T>(limit: Duration, task: impl Future<Output = Result<T, Error>>) -> Result<T, KeyringError> {
    Ok(timeout(limit, task).await.map_err(|_| KeyringError::Timeout)??)
}

async fn connect() -> Result<SecretService<'static>, KeyringError> {
    within(KEYRING_TIMEOUT, SecretService::connect(EncryptionType::Dh)).await
}

/// Waits until the person unlocks the keyring.
async fn unlocked<T>(
    unlock: impl Future<Output = Result<T, Error>>,
    output: &Output,
) -> Result<T, KeyringError> {
    output.note("Unlock the keyring of this system in the window that opens.");
    within(UNLOCK_TIMEOUT, unlock).await
}

async fn store_in_keyring(key: &str, token: &str, output: &Output) -> Result<(), KeyringError> {
    let service = connect().await?;
    let collection = within(KEYRING_TIMEOUT, service.get_default_collection()).await?;
    if within(KEYRING_TIMEOUT, collection.is_locked()).await? {
        unlocked(collection.unlock(), output).await?;
    }
    let attributes = HashMap::from([(ATTRIBUTE, key)]);
    let create = collection.create_item("Albumen", attributes, token.as_bytes(), true, "text/plain");
    within(KEYRING_TIMEOUT, create).await.map(drop)
}

async fn load_from_keyring(key: &str, output: &Output) -> Result<Option<String>, KeyringError> {
    let service = connect().await?;
    let found = within(KEYRING_TIMEOUT, service.search_items(HashMap::from([(ATTRIBUTE, key)]))).await?;
    let Some(item) = found.unlocked.first().or(found.locked.first()) else { return Ok(None) };
    if found.unlocked.is_empty() {
        unlocked(item.unlock(), output).await?;
    }
    let secret = within(KEYRING_TIMEOUT, item.get_secret()).await?;
    Ok(String::from_utf8(secret).ok())
}

async fn delete_from_keyring(key: &str, output: &Output) -> Result<(), KeyringError> {
    let service = connect().await?;
    let found = within(KEYRING_TIMEOUT, service.search_items(HashMap::from([(ATTRIBUTE, key)]))).await?;
    for item in &found.unlocked {
        within(KEYRING_TIMEOUT, item.delete()).await?;
    }
    for item in &found.locked {
        unlocked(item.delete(), output).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_another_account_is_not_used() {
        let content = file_content("https://a.example/ ada@example.com", "secret");
        assert_eq!(token_of(&content, "https://a.example/ ada@example.com").as_deref(), Some("secret"));
        for key in ["https://b.example/ ada@example.com", "https://a.example/ eve@example.com", ""] {
            assert_eq!(token_of(&content, key), None, "{key}");
        }
        assert_eq!(token_of("secret", ""), None);
    }
}
