//! The reads, evaluations and writes of the function. The test `histories` of `index` replaces them
//! with a simulation.

use std::collections::BTreeSet;

use domain::{Album, AlbumId, MAX_ALBUM_PICTURES, PageRequest, Picture, PictureKey, UserId};
use lambda::Error;
use rule_evaluator::{Evaluator, Outcome};
use rule_language::PictureFields;
use store::{Albums, Database, Pictures, RuleChange};

/// Pictures, albums and the evaluator of rules. All reads are strongly consistent. Any row can
/// change between two calls.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait Services {
    /// The maximum number of pictures in a smart album.
    const MAX_PICTURES: u32 = MAX_ALBUM_PICTURES;
    /// The maximum number of pictures in a step of a rule.
    const PICTURES_PER_STEP: usize = 200;
    /// The maximum number of evaluated pictures in one transaction. In a full album, each of them
    /// can displace another one.
    const PICTURES_PER_CHANGE: usize = Albums::MAX_RULE_CHANGES / 2;

    /// Reads an album.
    async fn read_album(&self, album: AlbumId) -> Result<Option<Album>, Error>;
    /// Reads the smart albums of an owner.
    async fn list_smart_albums(&self, owner: UserId) -> Result<Vec<Album>, Error>;
    /// Reads pictures, in any order. Omits pictures that do not exist. Keys must be distinct.
    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error>;
    /// Reads a page of the pictures of an owner, newest first. The last page has fewer than
    /// `page.limit` pictures.
    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error>;
    /// Returns the keys among `keys` that the album contains. Keys must be distinct.
    async fn filter_contained(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error>;
    /// Reads the oldest pictures of the owner in an album, oldest first, at most `limit`.
    async fn list_oldest(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error>;
    /// Reads pictures of other members than the owner in an album. Returns none only if there are
    /// none.
    async fn list_of_others(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error>;
    /// Evaluates a rule for each of these pictures. The outcome lacks the last ones if the rule is
    /// too slow for all of them.
    async fn evaluate(&self, rule: &str, pictures: Vec<PictureFields>) -> Result<Outcome, Error>;
    /// Applies a change in one transaction if the row of the album is still the same. Returns
    /// `false` if it differs, or if a picture does.
    async fn apply(&self, album: &Album, change: &RuleChange) -> Result<bool, Error>;
}

/// The tables in DynamoDB, and child processes.
#[derive(Debug)]
pub struct AwsServices {
    pictures: Pictures,
    albums: Albums,
    evaluator: Evaluator,
}

impl AwsServices {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database, evaluator: Evaluator) -> Self {
        Self { pictures: Pictures::new(database), albums: Albums::new(database), evaluator }
    }
}

impl Services for AwsServices {
    async fn read_album(&self, album: AlbumId) -> Result<Option<Album>, Error> {
        self.albums.get(album).await
    }

    async fn list_smart_albums(&self, owner: UserId) -> Result<Vec<Album>, Error> {
        self.albums.list_smart(owner).await
    }

    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        self.pictures.get_all(keys).await
    }

    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        self.pictures.read_page(owner, page).await
    }

    async fn filter_contained(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        self.albums.filter_contained(album, keys).await
    }

    async fn list_oldest(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        self.albums.list_of_owner(album, owner, limit).await
    }

    async fn list_of_others(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        self.albums.list_of_others(album, owner, limit).await
    }

    async fn evaluate(&self, rule: &str, pictures: Vec<PictureFields>) -> Result<Outcome, Error> {
        Ok(self.evaluator.evaluate_all(rule, pictures).await?)
    }

    async fn apply(&self, album: &Album, change: &RuleChange) -> Result<bool, Error> {
        Ok(self.albums.apply_rule(album, change).await?.is_ok())
    }
}
