//! Adds uploaded pictures to albums.

use std::collections::BTreeMap;

use client::{ClientError, Session};
use domain::{AlbumId, MAX_ALBUM_CHANGES, PictureId};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::retry::{Error, Retry};
use crate::failure::Failure;

/// An album in a reply.
#[derive(Debug, Deserialize)]
struct Album {
    id: AlbumId,
    title: String,
    role: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Album>,
    cursor: Option<String>,
}

/// Where the pictures of an album go.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Existing(AlbumId),
    /// Created before its first picture is added, so that a run without pictures leaves no album.
    New(String),
}

/// The albums of a run, by the names that the person or an import gave them.
#[derive(Debug)]
pub struct Albums<'a> {
    session: &'a Session,
    retry: &'a Retry<'a>,
    own: Option<Vec<Album>>,
    targets: BTreeMap<String, Target>,
    waiting: BTreeMap<String, Vec<PictureId>>,
    /// Sentences about pictures that were not added.
    refused: Vec<String>,
}

impl<'a> Albums<'a> {
    pub fn new(session: &'a Session, retry: &'a Retry<'a>) -> Self {
        let (own, targets, waiting) = (None, BTreeMap::new(), BTreeMap::new());
        Self { session, retry, own, targets, waiting, refused: Vec::new() }
    }

    /// Finds an album by its id or title. An unknown title becomes a new private album.
    ///
    /// # Errors
    /// Returns a failure if the person cannot add pictures to the album, if several albums have the
    /// title, or if the server cannot be asked.
    pub async fn find(&mut self, name: &str) -> Result<(), Failure> {
        if self.targets.contains_key(name) {
            return Ok(());
        }
        if self.own.is_none() {
            self.own = Some(self.read_own().await?);
        }
        let own = self.own.as_deref().unwrap_or_default();
        let target = choose(own, name)?;
        self.targets.insert(name.to_owned(), target);
        Ok(())
    }

    /// Adds a picture to an album, together with others.
    ///
    /// # Errors
    /// Returns a failure if the album cannot be found, created or changed.
    pub async fn add(&mut self, name: &str, picture: PictureId) -> Result<(), Failure> {
        self.find(name).await?;
        let waiting = self.waiting.entry(name.to_owned()).or_default();
        if !waiting.contains(&picture) {
            waiting.push(picture);
        }
        if waiting.len() >= MAX_ALBUM_CHANGES { self.send(name).await } else { Ok(()) }
    }

    /// Adds the pictures that wait, and returns sentences about those that were refused.
    ///
    /// # Errors
    /// Returns a failure if an album cannot be created or changed.
    pub async fn finish(&mut self) -> Result<Vec<String>, Failure> {
        for name in self.waiting.keys().cloned().collect::<Vec<_>>() {
            self.send(&name).await?;
        }
        Ok(std::mem::take(&mut self.refused))
    }

    async fn read_own(&self) -> Result<Vec<Album>, Failure> {
        let (mut albums, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/albums?limit=100{cursor}");
            let data = self.call(Method::GET, &path, None).await?;
            let page: Page =
                serde_json::from_value(data).map_err(|error| Failure::Failed(error.to_string()))?;
            albums.extend(page.items);
            match page.cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(albums),
            }
        }
    }

    async fn send(&mut self, name: &str) -> Result<(), Failure> {
        let pictures = self.waiting.remove(name).unwrap_or_default();
        let Some(target) = self.targets.get(name).cloned() else { return Ok(()) };
        if pictures.is_empty() {
            return Ok(());
        }
        let album = match target {
            Target::Existing(album) => album,
            Target::New(title) => {
                let data = self.call(Method::POST, "/albums", Some(&json!({ "title": title }))).await?;
                let album: Album =
                    serde_json::from_value(data).map_err(|error| Failure::Failed(error.to_string()))?;
                self.targets.insert(name.to_owned(), Target::Existing(album.id));
                album.id
            }
        };
        let owner = self.session.user();
        let add: Vec<_> =
            pictures.iter().map(|picture| json!({"ownerId": owner, "pictureId": picture})).collect();
        let path = format!("/albums/{album}/pictures");
        let data = self.call(Method::POST, &path, Some(&json!({ "add": add }))).await?;
        for refused in data["refused"].as_array().into_iter().flatten() {
            let (picture, reason) = (&refused["pictureId"], &refused["reason"]);
            let (picture, reason) =
                (picture.as_str().unwrap_or_default(), reason.as_str().unwrap_or_default());
            self.refused.push(format!("The picture {picture} is not in the album {name}: {reason}"));
        }
        Ok(())
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let call = async || {
            let answer = self.session.call(method.clone(), path, body).await?;
            answer.ok().map_err(|error| match error {
                // The reason concerns the album only.
                ClientError::Rejected { code: 403, notes, retry_after } => {
                    ClientError::Rejected { code: 400, notes, retry_after }
                }
                error => error,
            })
        };
        self.retry.repeat(call).await.map_err(|error| match error {
            Error::File(reason) => Failure::Failed(reason),
            Error::Stopped => {
                self.retry.stop.reason().unwrap_or_else(|| {
                    Failure::Failed("Stopped before all pictures were in the album.".into())
                })
            }
        })
    }
}

fn choose(own: &[Album], name: &str) -> Result<Target, Failure> {
    let is_named = |album: &&Album| album.id.to_string() == name || album.title == name.trim();
    let named: Vec<_> = own.iter().filter(is_named).collect();
    let can_add = |album: &&Album| album.role.as_deref().is_some_and(|role| role != "viewer");
    match named.iter().filter(|album| can_add(album)).collect::<Vec<_>>()[..] {
        [album] => Ok(Target::Existing(album.id)),
        [] if !named.is_empty() => {
            Err(Failure::Failed(format!("You cannot add pictures to the album {name}. Ask its owner.")))
        }
        [] if name.parse::<AlbumId>().is_ok() => {
            Err(Failure::Failed(format!("There is no album {name}. Check the id with `albumen album list`.")))
        }
        [] if name.trim().is_empty() => Err(Failure::Usage("The title of the album is empty.".into())),
        [] => Ok(Target::New(name.trim().to_owned())),
        _ => Err(Failure::Failed(format!(
            "Several albums have the title {name}. Name one by its id, which `albumen album list` prints."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn album(title: &str, role: &str) -> Album {
        Album { id: AlbumId::new(), title: title.into(), role: Some(role.into()) }
    }

    #[test]
    fn chooses_an_album_by_id_or_title() {
        let own = [album("Alps", "owner"), album("Sea", "contributor"), album("Sea", "viewer")];
        assert_eq!(choose(&own, " Alps ").unwrap(), Target::Existing(own[0].id));
        assert_eq!(choose(&own, &own[1].id.to_string()).unwrap(), Target::Existing(own[1].id));
        assert_eq!(choose(&own, "Sea").unwrap(), Target::Existing(own[1].id), "the one that takes pictures");
        assert_eq!(choose(&own, "Forest").unwrap(), Target::New("Forest".into()));
    }

    #[test]
    fn does_not_guess() {
        let own = [album("Alps", "owner"), album("Alps", "curator"), album("Sea", "viewer")];
        for (name, words) in [
            ("Alps", "Several albums"),
            ("Sea", "You cannot add"),
            ("019ad2c4-0000-7000-8000-000000000001", "There is no album"),
            (" ", "is empty"),
        ] {
            let failure = choose(&own, name).unwrap_err().to_string();
            assert!(failure.contains(words), "{name}: {failure}");
        }
    }
}
