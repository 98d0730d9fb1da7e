//! `albumen logout`

use client::ClientError;
use serde_json::json;

use super::{Account, app, find_site, tokens};
use crate::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// Ends the session, and deletes what this machine keeps of it, even if the site does not reply.
///
/// # Errors
/// Returns a failure if something remains on this machine.
pub async fn run(output: &Output) -> Result<Outcome, Failure> {
    let Some(account) = Account::read()? else {
        output.line("You are not signed in.")?;
        output.record(&json!({"signedOut": false}))?;
        return Ok(Outcome::Complete);
    };
    let revoked = revoke(&account, output).await;
    tokens::delete(account.tokens, &account.key(), output).await?;
    Account::delete()?;
    if let Err(failure) = revoked {
        output.warn(&format!(
            "The session is deleted here, but the site did not end it: {failure} It ends by itself after 30 days."
        ));
    }
    output.line(&format!("You are signed out of {}.", account.site))?;
    output.record(&json!({"signedOut": true}))?;
    Ok(Outcome::Complete)
}

async fn revoke(account: &Account, output: &Output) -> Result<(), Failure> {
    match tokens::load_to_revoke(account.tokens, &account.key(), output).await? {
        Some(token) => revoke_token(account, &token, output).await,
        None => Ok(()),
    }
}

/// Ends the session of a token at the site of its account.
pub(super) async fn revoke_token(account: &Account, token: &str, output: &Output) -> Result<(), Failure> {
    match app(find_site(&account.url()?, output).await?, output)?.revoke(token).await {
        // Cognito does not accept the token any more.
        Err(ClientError::Identity(_)) => Ok(()),
        result => Ok(result?),
    }
}
