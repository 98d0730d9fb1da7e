//! Reads pictures together with the reader's relation to their owners.
//!
//! One transaction reads the pictures and the friendships that decide about them. Separate reads
//! could combine an old friendship with a new visibility, and disclose a picture that the reader
//! could view at no time. Visitors have no friendships, so their reads need no transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::types::{Get, TransactGetItem};
use domain::access::can_view;
use domain::{Friendship, Picture, PictureKey, Relation, UserId};
use futures_util::future::try_join_all;

use crate::database::{Database, Table};
use crate::retry::{ATTEMPTS, back_off};
use crate::transaction::{STILL_CANCELLED, is_retryable};
use crate::{Error, Pictures, Row, friendships, from_row, pictures};

/// The maximum number of pictures in one transaction. DynamoDB allows 100 reads; a picture takes
/// up to two, one of the picture and one of the friendship.
const MAX_PICTURES: usize = 50;
/// The maximum number of candidates in one transaction. DynamoDB allows 100 reads: one of the
/// picture and one of each friendship.
pub const MAX_VIEWERS: usize = 99;

/// A picture that a reader can view, and the relation of the reader to its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct VisiblePicture {
    /// The picture.
    pub picture: Picture,
    /// The relation of the reader to the owner.
    pub relation: Relation,
}

/// Reads the Pictures and Friendships tables under the access policy, [`domain::access`].
#[derive(Clone, Debug)]
pub struct AccessReader {
    database: Database,
    pictures: Pictures,
}

impl AccessReader {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), pictures: Pictures::new(database) }
    }

    /// Reads a picture if `reader` (`None` if not signed in) can view it.
    pub async fn read_visible(
        &self,
        reader: Option<UserId>,
        picture: PictureKey,
    ) -> Result<Option<VisiblePicture>, Error> {
        Ok(self.read_all_visible(reader, &[picture]).await?.pop_first().map(|(_, visible)| visible))
    }

    /// Reads the pictures that `reader` (`None` if not signed in) can view, and omits the others.
    /// Keys must be distinct.
    pub async fn read_all_visible(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        let related = match reader {
            Some(reader) => self.read_related(reader, keys).await?,
            None => {
                let pictures = self.pictures.get_all(keys).await?.into_iter();
                pictures.map(|picture| VisiblePicture { picture, relation: Relation::STRANGER }).collect()
            }
        };
        let visible = related.into_iter().filter(|read| can_view(&read.picture, read.relation));
        Ok(visible.map(|visible| (visible.picture.key, visible)).collect())
    }

    /// Returns for each existing picture whether `reader` can view it. Keys must be distinct.
    pub async fn check_visibility(
        &self,
        reader: UserId,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, bool>, Error> {
        let related = self.read_related(reader, keys).await?.into_iter();
        Ok(related.map(|read| (read.picture.key, can_view(&read.picture, read.relation))).collect())
    }

    /// Finds the `candidates` who can view a picture. Returns one element per transaction of up to
    /// [`MAX_VIEWERS`] candidates: the picture and the viewers at the same point in time. Returns
    /// no element if the picture does not exist.
    pub async fn find_viewers(
        &self,
        key: PictureKey,
        candidates: &[UserId],
    ) -> Result<Vec<(Picture, Vec<(UserId, Relation)>)>, Error> {
        let chunks = candidates.chunks(MAX_VIEWERS).map(|chunk| self.find_viewers_at_once(key, chunk));
        Ok(try_join_all(chunks).await?.into_iter().flatten().collect())
    }

    async fn find_viewers_at_once(
        &self,
        key: PictureKey,
        candidates: &[UserId],
    ) -> Result<Option<(Picture, Vec<(UserId, Relation)>)>, Error> {
        let picture = self.get(Table::Pictures, pictures::key(key));
        // The owner is a valid candidate, although owners have no friendship with themselves.
        let friendships = candidates
            .iter()
            .map(|reader| self.get(Table::Friendships, friendships::key(*reader, key.owner_id)));
        let reads = iter::once(picture).chain(friendships).collect::<Result<_, _>>()?;
        let mut rows = self.transact(reads).await?.into_iter();
        let Some(picture) = rows.next().flatten() else { return Ok(None) };
        let picture: Picture = from_row(picture)?;
        let mut viewers = Vec::new();
        for (reader, row) in candidates.iter().zip(rows) {
            let friendship: Option<Friendship> = row.map(from_row).transpose()?;
            let relation = Relation::between(Some(*reader), key.owner_id, friendship.as_ref());
            if can_view(&picture, relation) {
                viewers.push((*reader, relation));
            }
        }
        Ok(Some((picture, viewers)))
    }

    /// Reads pictures, visible or not, with the relation of `reader` to their owners.
    async fn read_related(&self, reader: UserId, keys: &[PictureKey]) -> Result<Vec<VisiblePicture>, Error> {
        let chunks = keys.chunks(MAX_PICTURES).map(|chunk| self.read_related_at_once(reader, chunk));
        Ok(try_join_all(chunks).await?.concat())
    }

    async fn read_related_at_once(
        &self,
        reader: UserId,
        keys: &[PictureKey],
    ) -> Result<Vec<VisiblePicture>, Error> {
        let owners: BTreeSet<_> =
            keys.iter().map(|key| key.owner_id).filter(|owner| *owner != reader).collect();
        let pictures = keys.iter().map(|key| self.get(Table::Pictures, pictures::key(*key)));
        let friendships =
            owners.iter().map(|owner| self.get(Table::Friendships, friendships::key(reader, *owner)));
        let mut rows = self.transact(pictures.chain(friendships).collect::<Result<_, _>>()?).await?;
        let mut related = BTreeMap::new();
        for (owner, row) in owners.iter().zip(rows.drain(keys.len()..)) {
            let friendship: Option<Friendship> = row.map(from_row).transpose()?;
            related.extend(friendship.map(|friendship| (*owner, friendship)));
        }
        let pictures = rows.into_iter().flatten().map(|row| {
            let picture: Picture = from_row(row)?;
            let owner = picture.key.owner_id;
            let relation = Relation::between(Some(reader), owner, related.get(&owner));
            Ok(VisiblePicture { picture, relation })
        });
        pictures.collect()
    }

    fn get(&self, table: Table, key: Row) -> Result<TransactGetItem, Error> {
        let get = Get::builder().table_name(self.database.name(table)).set_key(Some(key)).build()?;
        Ok(TransactGetItem::builder().get(get).build())
    }

    /// Reads rows in one transaction and returns them in the order of `reads`.
    async fn transact(&self, reads: Vec<TransactGetItem>) -> Result<Vec<Option<Row>>, Error> {
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            let request = self.database.client().transact_get_items();
            let error = match request.set_transact_items(Some(reads.clone())).send().await {
                Ok(reply) => {
                    return Ok(reply.responses.unwrap_or_default().into_iter().map(|r| r.item).collect());
                }
                Err(error) => error,
            };
            match &error {
                SdkError::ServiceError(service)
                    if let TransactGetItemsError::TransactionCanceledException(cancelled) = service.err()
                        && is_retryable(cancelled.cancellation_reasons()) => {}
                _ => return Err(error.into()),
            }
        }
        Err(STILL_CANCELLED.into())
    }
}
