//! The lists of the API.

use client::{ClientError, Session};
use futures_util::{Stream, TryStreamExt, stream};
use reqwest::Method;
use serde_json::Value;

use crate::failure::Failure;

/// Returns the items of all pages of a list. Reads a page when its first item is taken.
pub fn items<'a>(
    session: &'a Session,
    path: &str,
) -> impl Stream<Item = Result<Value, ClientError>> + use<'a> {
    let first = format!("{path}{}limit=100", if path.contains('?') { '&' } else { '?' });
    let next_page = move |next: Option<String>| {
        let first = first.clone();
        async move {
            let Some(query) = next else { return Ok(None) };
            let mut page = session.call(Method::GET, &format!("{first}{query}"), None).await?.ok()?;
            let Value::Array(items) = page["items"].take() else {
                return Err(ClientError::Transport("the page has no items".into()));
            };
            let next = page["cursor"].as_str().map(|cursor| format!("&cursor={cursor}"));
            Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
        }
    };
    stream::try_unfold(Some(String::new()), next_page).try_flatten()
}

/// Explains a reply of the API that is not as its specification says.
pub fn invalid_reply() -> Failure {
    Failure::Failed(
        "The site sent a reply that this version does not understand. Install a newer version.".into(),
    )
}
