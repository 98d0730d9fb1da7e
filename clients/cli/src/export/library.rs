//! The lists of the member's pictures and albums.

use std::pin::pin;

use client::Session;
use futures_util::{Stream, TryStreamExt};

use super::picture::{AlbumName, Albums, Picture};
use crate::failure::Failure;
use crate::lists::{self, invalid_reply};

/// Returns all pictures of the member, newest first.
pub fn pictures(session: &Session) -> impl Stream<Item = Result<Picture, Failure>> + '_ {
    lists::items(session, &format!("/users/{}/pictures", session.user()))
        .map_err(Failure::from)
        .and_then(async |value| Picture::read(value).map_err(|_| invalid_reply()))
}

/// Returns the albums of each picture of the member, sorted by title.
pub async fn albums(session: &Session) -> Result<Albums, Failure> {
    let user = session.user().to_string();
    let mut albums = Albums::new();
    let mut list = pin!(lists::items(session, "/albums"));
    while let Some(album) = list.try_next().await? {
        let [Some(id), Some(title)] = [album["id"].as_str(), album["title"].as_str()] else { continue };
        let name = AlbumName { id: id.into(), title: title.into() };
        let mut pictures = pin!(lists::items(session, &format!("/albums/{id}/pictures")));
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
