//! The lists of the member's pictures and albums.

use futures_util::{Stream, TryStreamExt, stream};
use reqwest::Method;
use serde_json::Value;

use client::Session;

use super::picture::{AlbumName, Albums, Picture};
use crate::failure::Failure;

/// Returns all pictures of the member, newest first.
pub fn pictures(session: &Session) -> impl Stream<Item = Result<Picture, Failure>> + '_ {
    items(session, format!("/users/{}/pictures", session.user()))
        .and_then(async |value| Picture::read(value).map_err(|_| invalid_reply()))
}

/// Returns the albums of each picture of the member, sorted by title.
pub async fn albums(session: &Session) -> Result<Albums, Failure> {
    let user = session.user().to_string();
    let mut albums = Albums::new();
    let mut list = Box::pin(items(session, "/albums".into()));
    while let Some(album) = list.try_next().await? {
        let [Some(id), Some(title)] = [album["id"].as_str(), album["title"].as_str()] else { continue };
        let name = AlbumName { id: id.into(), title: title.into() };
        let mut pictures = Box::pin(items(session, format!("/albums/{id}/pictures")));
        while let Some(picture) = pictures.try_next().await? {
            if let (Some(id), true) = (picture["id"].as_str(), picture["owner"]["id"] == *user) {
                albums.entry(id.to_owned()).or_default().push(name.clone());
            }
        }
    }
    albums
        .values_mut()
        .for_each(|names| names.sort_by(|one, other| (&one.title, &one.id).cmp(&(&other.title, &other.id))));
    Ok(albums)
}

/// Returns the items of all pages of a list.
fn items(session: &Session, path: String) -> impl Stream<Item = Result<Value, Failure>> + '_ {
    stream::try_unfold(Some((path, String::new())), move |next| async move {
        let Some((path, query)) = next else { return Ok(None) };
        let mut page = session.call(Method::GET, &format!("{path}?limit=100{query}"), None).await?.ok()?;
        let Value::Array(items) = page["items"].take() else { return Err(invalid_reply()) };
        let query = page["cursor"].as_str().map(|cursor| format!("&cursor={cursor}"));
        Ok(Some((stream::iter(items.into_iter().map(Ok)), query.map(|query| (path, query)))))
    })
    .try_flatten()
}

fn invalid_reply() -> Failure {
    Failure::Failed(
        "The site sent a reply that this version does not understand. Install a newer version.".into(),
    )
}
