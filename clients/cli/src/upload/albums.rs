//! Adds uploaded pictures to albums.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use client::{ClientError, Session};
use domain::{AlbumId, MAX_ALBUM_CHANGES, PictureId, Visibility};
use futures_util::TryStreamExt;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::retry::{Error, Retry};
use crate::album::describe_several;
use crate::failure::Failure;
use crate::lists;

/// An album in a reply.
#[derive(Debug, Deserialize)]
struct Album {
    id: AlbumId,
    title: String,
    visibility: Visibility,
    role: Option<String>,
}

/// A picture that an album refuses.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    picture_id: PictureId,
    reason: String,
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
    /// The albums of the person that have a link.
    linked: Option<BTreeSet<AlbumId>>,
    targets: BTreeMap<Name, Target>,
    waiting: BTreeMap<Name, Vec<PictureId>>,
    not_added: BTreeMap<(Name, String), Vec<PictureId>>,
}

/// Pictures that an album does not contain although they are uploaded.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAdded {
    /// The id or title by which the run names the album.
    pub album: String,
    pub pictures: Vec<PictureId>,
    /// A sentence.
    pub reason: String,
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
        let (targets, waiting, not_added) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { session, retry, known: None, linked: None, targets, waiting, not_added }
    }

    /// Finds an album. An unknown title becomes a new private album.
    ///
    /// # Errors
    /// Returns a failure if the person cannot add pictures to the album, if several albums have the
    /// title, or if the server cannot be asked.
    pub async fn find(&mut self, name: &Name) -> Result<(), Failure> {
        if name.as_str().is_empty() {
            return Err(Failure::Usage("Name an album after `--album`.".into()));
        }
        self.target(name).await.map(drop).map_err(|error| match error {
            Error::File(reason) | Error::Later(reason) => Failure::Failed(reason),
            Error::Stopped => self.retry.stop.reason().unwrap_or_else(|| Failure::Failed("Stopped.".into())),
        })
    }

    /// Queues a picture. Sends the queue when it is full.
    pub async fn add(&mut self, name: Name, picture: PictureId) {
        let waiting = self.waiting.entry(name.clone()).or_default();
        if !waiting.contains(&picture) {
            waiting.push(picture);
        }
        if waiting.len() >= MAX_ALBUM_CHANGES {
            self.send(&name).await;
        }
    }

    /// Adds the queued pictures to their albums.
    pub async fn send_waiting(&mut self) {
        for name in self.waiting.keys().cloned().collect::<Vec<_>>() {
            self.send(&name).await;
        }
    }

    /// Adds the queued pictures to their albums, and returns those that were not added.
    pub async fn finish(&mut self) -> Vec<NotAdded> {
        self.send_waiting().await;
        for (name, pictures) in std::mem::take(&mut self.waiting) {
            let reason = "The run was stopped. Run the same command again.".to_owned();
            self.not_added.entry((name, reason)).or_default().extend(pictures);
        }
        let not_added = std::mem::take(&mut self.not_added).into_iter();
        let not_added = not_added.map(|((name, reason), pictures)| NotAdded {
            album: name.as_str().to_owned(),
            pictures,
            reason,
        });
        not_added.collect()
    }

    /// Adds the queued pictures of an album. They stay in the queue if the run is stopped.
    async fn send(&mut self, name: &Name) {
        let Some(pictures) = self.waiting.get(name).cloned() else { return };
        for pictures in pictures.chunks(MAX_ALBUM_CHANGES) {
            match Box::pin(self.send_some(name, pictures)).await {
                Ok(()) => {}
                Err(Error::File(reason) | Error::Later(reason)) => {
                    self.not_added.entry((name.clone(), reason)).or_default().extend(pictures);
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
        let refusals = data["refused"].as_array().into_iter().flatten();
        for Refusal { picture_id, reason } in
            refusals.filter_map(|refusal| Refusal::deserialize(refusal).ok())
        {
            self.not_added.entry((name.clone(), reason)).or_default().push(picture_id);
        }
        Ok(())
    }

    async fn target(&mut self, name: &Name) -> Result<Target, Error> {
        if let Some(target) = self.targets.get(name) {
            return Ok(target.clone());
        }
        let target = match name {
            Name::Written(_) => choose(self.known().await?, name.as_str()).map_err(Error::File)?,
            Name::Imported(_) => self.choose_for_import(name.as_str()).await?,
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

    /// Chooses a private album of the person, by its title, that nobody else can see. Of several,
    /// the oldest one receives every import.
    async fn choose_for_import(&mut self, title: &str) -> Result<Target, Error> {
        let private = self.known().await?.iter().filter(|album| album.is_own_private(title));
        let albums: BTreeSet<_> = private.map(|album| album.id).collect();
        for album in albums {
            if !self.is_shared(album).await? {
                return Ok(Target::Existing(album));
            }
        }
        Ok(Target::New(title.to_owned()))
    }

    /// Returns `true` if a private album has members or a link.
    async fn is_shared(&mut self, album: AlbumId) -> Result<bool, Error> {
        if self.linked.is_none() {
            self.linked = Some(self.retry.repeat(async || read_linked(self.session).await).await?);
        }
        if self.linked.as_ref().is_some_and(|linked| linked.contains(&album)) {
            return Ok(true);
        }
        let path = format!("/albums/{album}/members");
        let has_members = async || Ok(pin!(lists::items(self.session, &path)).try_next().await?.is_some());
        self.retry.repeat(has_members).await
    }

    /// Creates a private album, unless this run has created it already.
    async fn create(&mut self, title: &str) -> Result<AlbumId, Error> {
        if let Target::Existing(album) = self.choose_for_import(title).await? {
            return Ok(album);
        }
        let ids: BTreeSet<_> = self.known().await?.iter().map(|album| album.id).collect();
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
    let parse =
        async |album| serde_json::from_value(album).map_err(|error| ClientError::Transport(error.into()));
    lists::items(session, "/albums").and_then(parse).try_collect().await
}

/// Reads the ids of the albums that have a link, also one that has expired: its owner can extend
/// it.
async fn read_linked(session: &Session) -> Result<BTreeSet<AlbumId>, ClientError> {
    let album = async |link: Value| Ok(link["albumId"].as_str().and_then(|id| id.parse::<AlbumId>().ok()));
    lists::items(session, "/links").try_filter_map(album).try_collect().await
}

async fn call(
    session: &Session,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, ClientError> {
    session.call(method, path, body).await?.ok().map_err(|error| match error {
        // A 403 concerns only this album. As 400, it does not stop the run.
        ClientError::Rejected { code: 403, notes, retry_after } => {
            ClientError::Rejected { code: 400, notes, retry_after }
        }
        error => error,
    })
}

/// Chooses an album by its id, or one of the person's own by its title: somebody else can give a
/// joined album any title.
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
        _ => Err(describe_several(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;
    use crate::output::Output;
    use crate::upload::retry::Patience;
    use crate::upload::stop::Stop;
    use crate::upload::test_server::{Album as Served, serve, sign_in};

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

    #[tokio::test]
    async fn an_import_chooses_the_oldest_album_that_nobody_else_can_see() {
        let (server, address) = serve().await;
        let session = sign_in(&address).await;
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let retry = Retry { stop: Stop::new(), patience: Patience::Bounded, output: &output };
        let add = |served: Served| {
            let id = AlbumId::new();
            server.lock().unwrap().albums.insert(id.to_string(), served);
            id
        };
        let choose = async || Albums::new(&session, &retry).choose_for_import("Trip").await.unwrap();
        let own = || Served { title: "Trip".into(), ..Served::default() };
        add(Served { visibility: "public", ..own() });
        add(Served { role: "contributor", ..own() });
        add(Served { has_members: true, ..own() });
        add(Served { has_link: true, ..own() });
        assert_eq!(choose().await, Target::New("Trip".into()));
        let ids = [add(own()), add(own())];
        assert_eq!(choose().await, Target::Existing(*ids.iter().min().unwrap()));
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
        let reason = "The album is full.".into();
        let expected = NotAdded { album: "full".into(), pictures: pictures.to_vec(), reason };
        assert_eq!(albums.finish().await, [expected]);
        assert!(!retry.stop.is_set());
        let server = server.lock().unwrap();
        let titles: Vec<_> =
            server.albums.values().map(|album| (album.title.as_str(), album.added.len())).collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(titles.contains(&("Alps", 2)) && titles.contains(&("full", 0)), "{titles:?}");
    }
}
