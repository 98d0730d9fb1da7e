//! The account of the person: where they are signed in, and their session.

pub mod folders;
pub mod login;
pub mod logout;
mod tokens;
pub mod whoami;

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use client::{App, ClientError, Retries, Session, SiteError, Stack, Wait};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::failure::Failure;
use crate::output::Output;
use tokens::TokenPlace;

/// The time for which a call waits in all, if the site is busy or the connection is lost.
const RETRY_LIMIT: Duration = Duration::from_secs(90);
/// The delays before further attempts to find the site.
const FIND_DELAYS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// The account at which the person is signed in: `account.json` in the folder of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The address of the site, with a slash at the end.
    pub site: String,
    /// The address with which the person signed in.
    pub email: String,
    /// Where the refresh token is.
    pub tokens: TokenPlace,
}

impl Account {
    fn file() -> Result<PathBuf, Failure> {
        Ok(folders::config()?.join("account.json"))
    }

    /// Reads the account. Returns `None` if the person never signed in.
    pub fn read() -> Result<Option<Self>, Failure> {
        let path = Self::file()?;
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file("read", &path, &error)),
        };
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            Failure::Failed(format!(
                "{} is damaged. Delete it and run `albumen login` again.",
                path.display()
            ))
        })
    }

    fn write(&self) -> Result<(), Failure> {
        let path = Self::file()?;
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::Failed(error.to_string()))?;
        write_private(&path, format!("{text}\n").as_bytes())
    }

    fn delete() -> Result<(), Failure> {
        delete_file(&Self::file()?)
    }

    /// Returns the address of the site.
    pub fn url(&self) -> Result<Url, Failure> {
        Ok(Stack::parse_site(&self.site)?)
    }

    /// Returns the key of the refresh token: no two accounts have the same.
    fn key(&self) -> String {
        format!("{} {}", self.site, self.email)
    }
}

/// Continues the session of the person who is signed in.
///
/// # Errors
/// Returns a failure if nobody is signed in, if the session has ended, or if the site does not
/// reply.
pub async fn session(output: &Output) -> Result<Session, Failure> {
    Ok(open(output).await?.1)
}

/// Returns the account and its session, as [`session`] does.
pub async fn open(output: &Output) -> Result<(Account, Session), Failure> {
    let account = Account::read()?.ok_or_else(signed_out)?;
    let token = tokens::load(account.tokens, &account.key(), output).await?.ok_or_else(signed_out)?;
    let stack = find_site(&account.url()?, output).await?;
    let (place, key, stored, printer) = (account.tokens, account.key(), token.clone(), output.clone());
    let app = app(stack, output)?.with_token_observer(Arc::new(move |new| {
        if *new != *stored {
            tokens::replace(place, &key, new, &printer);
        }
    }));
    output.detail(&format!("Continuing the session of {} at {}.", account.email, account.site));
    let session = app.resume(&token).await?;
    Ok((account, session))
}

fn signed_out() -> Failure {
    Failure::Failed("You are not signed in. Run `albumen login --site URL` first.".into())
}

/// Finds the application behind the address of a site.
async fn find_site(site: &Url, output: &Output) -> Result<Stack, Failure> {
    let mut delays = FIND_DELAYS.into_iter();
    loop {
        let error = match Stack::discover(site).await {
            Ok(stack) => return Ok(stack),
            Err(error) => error,
        };
        match (&error, delays.next()) {
            (SiteError::Client(ClientError::Transport(_)), Some(delay)) => {
                output.note(&describe_wait(Wait::Unreachable, delay));
                sleep(delay).await;
            }
            _ => return Err(error.into()),
        }
    }
}

fn app(stack: Stack, output: &Output) -> Result<App, Failure> {
    let output = output.clone();
    let retries =
        Retries::within(RETRY_LIMIT, move |reason, delay| output.note(&describe_wait(reason, delay)));
    Ok(App::new(stack)?.with_retries(retries))
}

/// Describes a pause before a call is repeated.
pub fn describe_wait(reason: Wait, delay: Duration) -> String {
    let seconds = delay.as_secs().max(1);
    match reason {
        Wait::Busy => format!("The site is busy. Trying again in {seconds} s."),
        Wait::Unreachable => format!("The site does not reply. Trying again in {seconds} s."),
    }
}

/// Replaces a file that only this person can read. A reader never sees a part of it.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    // A file of a killed process with the same id would keep its mode.
    delete_file(&temporary)?;
    let write = || {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&temporary);
        Failure::file("write", path, &error)
    })
}

fn delete_file(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file("delete", path, &error)),
        _ => Ok(()),
    }
}
