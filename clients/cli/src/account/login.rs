//! `albumen login`

use std::sync::{Arc, Mutex};

use client::{ClientError, Session, Stack};
use reqwest::{Method, Url};
use serde_json::json;

use super::{Account, app, find_site, logout, tokens};
use crate::Outcome;
use crate::ask::{ask, ask_password, read_line};
use crate::failure::Failure;
use crate::output::Output;
use tokens::TokenPlace;

/// Arguments of `login`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The address of the site, as in `https://pictures.example.com`. By default that of the last
    /// sign-in
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Your e-mail address. Without it, the program asks
    #[arg(long)]
    email: Option<String>,
    /// Read the password from the first line of standard input. Without it, the program asks
    #[arg(long, requires = "email")]
    password_stdin: bool,
    /// Keep the session in a file that only you can read, even if the system has a keyring
    #[arg(long)]
    no_keyring: bool,
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if the site is not found, or if it rejects the address or the password.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let before = Account::read().unwrap_or_default();
    let site = match (&arguments.site, &before) {
        (Some(site), _) => Stack::parse_site(site).map_err(|error| Failure::Usage(error.to_string()))?,
        (None, Some(account)) => account.url()?,
        (None, None) => return Err(Failure::Usage("Add `--site URL` with the address of the site.".into())),
    };
    let stack = find_site(&site, output).await?;
    let email = arguments.email.map_or_else(ask_email, Ok)?;
    let password = if arguments.password_stdin { read_password()? } else { ask_password_of(&email)? };
    let token: Arc<Mutex<String>> = Arc::default();
    let received = Arc::clone(&token);
    let app = app(stack, output)?.with_token_observer(Arc::new(move |new| {
        if let Ok(mut token) = received.lock() {
            new.clone_into(&mut token);
        }
    }));
    let session = app.sign_in_by_srp(&email, &password).await.map_err(|error| explain(error, &site))?;
    let token = token.lock().map(|token| token.clone()).unwrap_or_default();
    let handle = match handle(&session, &site).await {
        Ok(handle) => handle,
        Err(failure) => {
            // Nothing keeps the token. If the site does not reply, the session ends after 30 days.
            let _ = app.revoke(&token).await;
            return Err(failure);
        }
    };
    // Before the new token replaces it.
    let former = match &before {
        Some(before) => tokens::load_to_revoke(before.tokens, &before.key(), output).await.ok().flatten(),
        None => None,
    };
    let mut account = Account { site: site.into(), email, tokens: TokenPlace::File };
    account.tokens = tokens::store(&account.key(), &token, !arguments.no_keyring, output).await?;
    account.write()?;
    if let Some(before) = before {
        forget(&before, former, &account, output).await;
    }
    report(&account, &session, &handle, output)
}

/// Ends the former session, and deletes its token.
async fn forget(before: &Account, token: Option<String>, now: &Account, output: &Output) {
    if let Some(token) = token
        && let Err(failure) = logout::revoke_token(before, &token, output).await
    {
        output.warn(&format!(
            "The site did not end your former session: {failure} It ends by itself after 30 days."
        ));
    }
    let is_replaced = match before.tokens {
        TokenPlace::File => now.tokens == TokenPlace::File,
        TokenPlace::Keyring => now.tokens == TokenPlace::Keyring && before.key() == now.key(),
    };
    if !is_replaced {
        // A token that remains in the keyring does no harm.
        let _ = tokens::delete(before.tokens, &before.key(), output).await;
    }
}

fn report(account: &Account, session: &Session, handle: &str, output: &Output) -> Result<Outcome, Failure> {
    let place = match account.tokens {
        TokenPlace::Keyring => "the keyring of this system".to_owned(),
        TokenPlace::File => tokens::file()?.display().to_string(),
    };
    output.line(&format!("You are signed in to {} as @{handle}.", account.site))?;
    output.note(&format!("Your session is in {place}. `albumen logout` ends it."));
    output.record(&json!({
        "site": account.site, "email": account.email, "handle": handle, "userId": session.user(),
        "tokens": account.tokens,
    }))?;
    Ok(Outcome::Complete)
}

async fn handle(session: &Session, site: &Url) -> Result<String, Failure> {
    let answer = session.call(Method::GET, &format!("/users/{}", session.user()), None).await?;
    if answer.code == 404 {
        return Err(Failure::Failed(format!(
            "You have no profile yet. Sign in at {site} once to create it."
        )));
    }
    Ok(answer.ok()?["handle"].as_str().unwrap_or_default().to_owned())
}

/// Explains the answers of Cognito that have a better sentence than Cognito's.
fn explain(error: ClientError, site: &Url) -> Failure {
    let ClientError::Identity(message) = &error else { return error.into() };
    Failure::Failed(match message.as_str() {
        "Incorrect username or password." | "User does not exist." => {
            "The e-mail address or the password is wrong. Try again.".into()
        }
        "User is not confirmed." => {
            format!("Your e-mail address is not confirmed. Open {site}, sign in and enter the code.")
        }
        "Password attempts exceeded" => {
            "There were too many attempts to sign in. Wait a quarter of an hour and try again.".into()
        }
        _ => message.clone(),
    })
}

fn ask_email() -> Result<String, Failure> {
    let without_terminal = "Add `--email` and `--password-stdin`: there is no terminal to ask.";
    match ask("E-mail address:", without_terminal)?.trim() {
        "" => Err(Failure::Failed("You entered no e-mail address.".into())),
        email => Ok(email.to_owned()),
    }
}

fn ask_password_of(email: &str) -> Result<String, Failure> {
    let without_terminal = "Add `--password-stdin`: there is no terminal to ask for the password.";
    ask_password(&format!("Password of {email}:"), without_terminal)
}

/// Reads a password from the first line of standard input.
pub fn read_password() -> Result<String, Failure> {
    match read_line()? {
        password if password.is_empty() => {
            Err(Failure::Usage("Standard input has no password in its first line.".into()))
        }
        password => Ok(password),
    }
}
