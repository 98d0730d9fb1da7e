//! `albumen whoami`

use reqwest::Method;
use serde_json::json;

use super::open;
use crate::Outcome;
use crate::failure::Failure;
use crate::output::{Output, format_bytes, format_count};

/// Prints who is signed in, and what they use of their quotas.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the site does not reply.
pub async fn run(output: &Output) -> Result<Outcome, Failure> {
    let (account, session) = open(output).await?;
    let path = format!("/users/{}", session.user());
    let profile = session.call(Method::GET, &path, None).await?.ok()?;
    let usage = session.call(Method::GET, &format!("{path}/usage"), None).await?.ok()?;
    let text = |name: &str| profile[name].as_str().unwrap_or_default();
    let number = |name: &str| usage[name].as_u64().unwrap_or_default();
    let limit = |name: &str| usage["limits"][name].as_u64().unwrap_or_default();
    let name = format!("{} {}", text("firstName"), text("lastName"));
    output.line(&format!("Name      {} (@{})", name.trim_end(), text("handle")))?;
    output.line(&format!("E-mail    {}", account.email))?;
    output.line(&format!("Site      {}", account.site))?;
    output.line(&format!(
        "Pictures  {} of {}, {} of {}",
        format_count(number("pictures")),
        format_count(limit("pictures")),
        format_bytes(number("bytes")),
        format_bytes(limit("bytes")),
    ))?;
    output.record(&json!({
        "userId": session.user(), "handle": text("handle"), "firstName": text("firstName"),
        "lastName": profile["lastName"], "email": account.email, "site": account.site, "usage": usage,
    }))?;
    Ok(Outcome::Complete)
}
