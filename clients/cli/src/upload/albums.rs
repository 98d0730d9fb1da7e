//! Adds uploaded pictures to albums.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use client::{ClientError, Session};
use domain::{AlbumId, MAX_ALBUM_CHANGES, PictureId, Visibility};
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
    visibility: Visibility,
    role: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Album>,
    cursor: Option<String>,
}

/// The name of an album, by its author.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// An id or a title, from the person.
    Written(String),
    /// A title in an import. Its pictures can be private ones.
    Imported(String),
}

/// Where the pictures of an album go.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Existing(AlbumId),
    /// Created before its first picture is added, so that a run without pictures leaves no album.
    New(String),
}

/// The albums of a run.
#[derive(Debug)]
pub struct Albums<'a> {
    session: &'a Session,
    retry: &'a Retry<'a>,
    /// The albums that the person owns or joined.
    known: Option<Vec<Album>>,
    targets: BTreeMap<Name, Target>,
    waiting: BTreeMap<Name, Vec<PictureId>>,
    /// Sentences about single pictures that were not added.
    refused: Vec<String>,
    /// The number of pictures that were not added, by the album and the reason.
    left_out: BTreeMap<(Name, String), usize>,
}

impl Name {
    fn as_str(&self) -> &str {
        match self {
            Self::Written(name) | Self::Imported(name) => name.trim(),
        }
    }
}

impl Album {
    fn is_own(&self, title: &str) -> bool {
        self.role.as_deref() == Some("owner") && self.title == title
    }

    fn is_own_private(&self, title: &str) -> bool {
        self.is_own(title) && self.visibility == Visibility::Private
    }
}

impl<'a> Albums<'a> {
    pub fn new(session: &'a Session, retry: &'a Retry<'a>) -> Self {
        let (targets, waiting, left_out) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { session, retry, known: None, targets, waiting, refused: Vec::new(), left_out }
    }

    /// Finds an album. An unknown title becomes a new private album.
    ///
    /// # Errors
    /// Returns a failure if the person cannot add pictures to the album, if several albums have the
    /// title, or if the server cannot be asked.
    pub async fn find(&mut self, name: &Name) -> Result<(), Failure> {
        if name.as_str().is_empty() {
            return Err(Failure::Usage("The title of the album is empty.".into()));
        }
        self.target(name).await.map(drop).map_err(|error| match error {
            Error::File(reason) => Failure::Failed(reason),
            Error::Stopped => self.retry.stop.reason().unwrap_or_else(|| Failure::Failed("Stopped.".into())),
        })
    }

    /// Adds a picture to an album, together with others.
    pub async fn add(&mut self, name: Name, picture: PictureId) {
        let waiting = self.waiting.entry(name.clone()).or_default();
        if !waiting.contains(&picture) {
            waiting.push(picture);
        }
        if waiting.len() >= MAX_ALBUM_CHANGES {
            self.send(&name).await;
        }
    }

    /// Adds the pictures that wait.
    pub async fn send_waiting(&mut self) {
        for name in self.waiting.keys().cloned().collect::<Vec<_>>() {
            self.send(&name).await;
        }
    }

    /// Adds the pictures that wait, and returns sentences about those that were not added.
    pub async fn finish(&mut self) -> Vec<String> {
        self.send_waiting().await;
        for (name, pictures) in std::mem::take(&mut self.waiting) {
            let reason = "The run was stopped. Run the same command again.".to_owned();
            *self.left_out.entry((name, reason)).or_default() += pictures.len();
        }
        let left_out = std::mem::take(&mut self.left_out);
        let left_out = left_out.into_iter().map(|((name, reason), count)| {
            let pictures = if count == 1 { "picture is" } else { "pictures are" };
            format!("{count} {pictures} not in the album {}: {reason}", name.as_str())
        });
        std::mem::take(&mut self.refused).into_iter().chain(left_out).collect()
    }

    /// Adds the pictures that wait for an album. They wait on if the run is stopped.
    async fn send(&mut self, name: &Name) {
        let Some(pictures) = self.waiting.get(name).cloned() else { return };
        for pictures in pictures.chunks(MAX_ALBUM_CHANGES) {
            match Box::pin(self.send_some(name, pictures)).await {
                Ok(()) => {}
                Err(Error::File(reason)) => {
                    *self.left_out.entry((name.clone(), reason)).or_default() += pictures.len();
                }
                Err(Error::Stopped) => return,
            }
        }
        self.waiting.remove(name);
    }

    async fn send_some(&mut self, name: &Name, pictures: &[PictureId]) -> Result<(), Error> {
        let album = match self.target(name).await? {
            Target::Existing(album) => album,
            Target::New(title) => {
                let album = self.create(&title).await?;
                self.targets.insert(name.clone(), Target::Existing(album));
                album
            }
        };
        let owner = self.session.user();
        let add: Vec<_> =
            pictures.iter().map(|picture| json!({"ownerId": owner, "pictureId": picture})).collect();
        let (path, body) = (format!("/albums/{album}/pictures"), json!({ "add": add }));
        let add = async || call(self.session, Method::POST, &path, Some(&body)).await;
        let data = self.retry.repeat(add).await?;
        for refused in data["refused"].as_array().into_iter().flatten() {
            let (picture, reason) = (&refused["pictureId"], &refused["reason"]);
            let (picture, reason) =
                (picture.as_str().unwrap_or_default(), reason.as_str().unwrap_or_default());
            let name = name.as_str();
            self.refused.push(format!("The picture {picture} is not in the album {name}: {reason}"));
        }
        Ok(())
    }

    async fn target(&mut self, name: &Name) -> Result<Target, Error> {
        if let Some(target) = self.targets.get(name) {
            return Ok(target.clone());
        }
        let known = self.known().await?;
        let target = match name {
            Name::Written(_) => choose(known, name.as_str()).map_err(Error::File)?,
            Name::Imported(_) => choose_for_import(known, name.as_str()),
        };
        self.targets.insert(name.clone(), target.clone());
        Ok(target)
    }

    async fn known(&mut self) -> Result<&mut Vec<Album>, Error> {
        if self.known.is_none() {
            self.known = Some(self.retry.repeat(async || read_all(self.session).await).await?);
        }
        Ok(self.known.get_or_insert_default())
    }

    /// Creates a private album, unless this run has created it already.
    async fn create(&mut self, title: &str) -> Result<AlbumId, Error> {
        let known = self.known().await?;
        if let Target::Existing(album) = choose_for_import(known, title) {
            return Ok(album);
        }
        let ids: BTreeSet<_> = known.iter().map(|album| album.id).collect();
        let is_repeated = Cell::new(false);
        let create = async || {
            // The reply to the first attempt may be lost, and not its effect.
            if is_repeated.replace(true) {
                let albums = read_all(self.session).await?;
                let is_new = |album: &Album| album.is_own_private(title) && !ids.contains(&album.id);
                if let Some(album) = albums.into_iter().find(is_new) {
                    return Ok(album);
                }
            }
            let data = call(self.session, Method::POST, "/albums", Some(&json!({ "title": title }))).await?;
            serde_json::from_value(data).map_err(|error| ClientError::Transport(error.into()))
        };
        let album: Album = self.retry.repeat(create).await?;
        let id = album.id;
        self.known().await?.push(album);
        Ok(id)
    }
}

/// Reads the albums that the person owns or joined.
async fn read_all(session: &Session) -> Result<Vec<Album>, ClientError> {
    let (mut albums, mut cursor) = (Vec::new(), String::new());
    loop {
        let data = call(session, Method::GET, &format!("/albums?limit=100{cursor}"), None).await?;
        let page: Page =
            serde_json::from_value(data).map_err(|error| ClientError::Transport(error.into()))?;
        albums.extend(page.items);
        match page.cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(albums),
        }
    }
}

async fn call(
    session: &Session,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, ClientError> {
    session.call(method, path, body).await?.ok().map_err(|error| match error {
        // The reason concerns the album only.
        ClientError::Rejected { code: 403, notes, retry_after } => {
            ClientError::Rejected { code: 400, notes, retry_after }
        }
        error => error,
    })
}

/// Chooses an album by its id, or an own album by its title: somebody else can give a joined album
/// any title.
fn choose(known: &[Album], name: &str) -> Result<Target, String> {
    if let Ok(id) = name.parse::<AlbumId>() {
        let album = known.iter().find(|album| album.id == id);
        return match album.map(|album| album.role.as_deref()) {
            Some(Some("viewer") | None) => {
                Err(format!("You cannot add pictures to the album {name}. Ask its owner."))
            }
            Some(_) => Ok(Target::Existing(id)),
            None => Err(format!("There is no album {name}. Check the id with `albumen album list`.")),
        };
    }
    match known.iter().filter(|album| album.is_own(name)).collect::<Vec<_>>()[..] {
        [album] => Ok(Target::Existing(album.id)),
        [] => Ok(Target::New(name.to_owned())),
        _ => Err(format!(
            "Several albums have the title {name}. Name one by its id, which `albumen album list` prints."
        )),
    }
}

/// Chooses an own private album by its title. Of several, the oldest one receives every import.
fn choose_for_import(known: &[Album], title: &str) -> Target {
    let private = known.iter().filter(|album| album.is_own_private(title));
    private.map(|album| album.id).min().map_or_else(|| Target::New(title.to_owned()), Target::Existing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;
    use crate::output::Output;
    use crate::upload::histories::{serve, sign_in};
    use crate::upload::retry::Patience;
    use crate::upload::stop::Stop;

    fn album(title: &str, role: &str, visibility: Visibility) -> Album {
        Album { id: AlbumId::new(), title: title.into(), visibility, role: Some(role.into()) }
    }

    #[test]
    fn chooses_any_album_by_id_and_own_ones_by_title() {
        let known = [
            album("Alps", "owner", Visibility::Public),
            album("Sea", "contributor", Visibility::Private),
            album("Sea", "owner", Visibility::Private),
            album("Forest", "curator", Visibility::Friends),
        ];
        assert_eq!(choose(&known, "Alps").unwrap(), Target::Existing(known[0].id));
        assert_eq!(choose(&known, &known[1].id.to_string()).unwrap(), Target::Existing(known[1].id));
        assert_eq!(choose(&known, "Sea").unwrap(), Target::Existing(known[2].id));
        assert_eq!(choose(&known, "Forest").unwrap(), Target::New("Forest".into()), "somebody else's");
    }

    #[test]
    fn does_not_guess() {
        let known = [
            album("Alps", "owner", Visibility::Private),
            album("Alps", "owner", Visibility::Public),
            album("Sea", "viewer", Visibility::Public),
        ];
        let sea = known[2].id.to_string();
        for (name, words) in [
            ("Alps", "Several albums"),
            (&sea, "You cannot add"),
            ("019ad2c4-0000-7000-8000-000000000001", "There is no album"),
        ] {
            let reason = choose(&known, name).unwrap_err();
            assert!(reason.contains(words), "{name}: {reason}");
        }
    }

    #[test]
    fn an_import_shows_its_pictures_to_nobody_else() {
        let joined = album("Trip", "contributor", Visibility::Private);
        let public = album("Trip", "owner", Visibility::Public);
        let mut known = vec![joined, public];
        assert_eq!(choose_for_import(&known, "Trip"), Target::New("Trip".into()));
        known.extend([0, 1].map(|_| album("Trip", "owner", Visibility::Private)));
        let oldest = known[2].id.min(known[3].id);
        assert_eq!(choose_for_import(&known, "Trip"), Target::Existing(oldest));
    }

    #[tokio::test]
    async fn a_lost_reply_creates_no_second_album_and_a_refused_one_stops_nothing() {
        let (server, address) = serve().await;
        let session = sign_in(&address).await;
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let retry = Retry { stop: Stop::new(), patience: Patience::Bounded, output: &output };
        let mut albums = Albums::new(&session, &retry);
        server.lock().unwrap().loses_reply_to = Some("POST /albums");
        let (alps, full) = (Name::Imported("Alps".into()), Name::Imported("full".into()));
        let pictures = [PictureId::new(), PictureId::new()];
        for picture in pictures {
            albums.add(full.clone(), picture).await;
            albums.add(alps.clone(), picture).await;
        }
        let refused = albums.finish().await;
        assert_eq!(refused, ["2 pictures are not in the album full: The album is full."]);
        assert!(!retry.stop.is_set());
        let server = server.lock().unwrap();
        let titles: Vec<_> = server.albums.values().map(|(title, added)| (title.as_str(), *added)).collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(titles.contains(&("Alps", 2)) && titles.contains(&("full", 0)), "{titles:?}");
    }
}
