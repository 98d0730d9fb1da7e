//! What a reader sees: pictures together with what the reader is to their owners, *at the same moment*.
//!
//! Read one after the other, a picture could be shown that never was its reader's to see: friends when the one was read, shared
//! when the other was. So both are read in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::types::{Get, TransactGetItem};
use futures_util::future::try_join_all;

use super::transaction::is_busy;
use super::{Pictures, Row, friendships, from_row, pictures, service_error};
use crate::Error;
use crate::aws::{Cloud, variable};
use crate::batch::{ATTEMPTS, back_off};
use crate::model::{Friendship, FriendshipState, Picture, PictureKey, Reader, UserId};

/// How many pictures are read in one transaction, which takes a hundred reads: for each its friendship, too.
const MOST_PICTURES: usize = 50;
/// How many readers of a picture are looked at in one transaction: their friendships and the picture.
pub const MOST_READERS: usize = 99;

/// The Pictures and Friendships tables, read together.
#[derive(Clone, Debug)]
pub struct Sight {
    client: Client,
    pictures: Pictures,
    friendships: String,
}

impl Sight {
    /// The tables that `PICTURES_TABLE` and `FRIENDSHIPS_TABLE` name.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), Pictures::from_env(cloud)?, variable("FRIENDSHIPS_TABLE")?))
    }

    /// Tables of those names.
    #[must_use]
    pub fn new(client: Client, pictures: Pictures, friendships: String) -> Self {
        Self { client, pictures, friendships }
    }

    /// The picture, if `reader` (`None`: somebody who is not signed in) may see it now, and what they are to its owner.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn of(
        &self,
        reader: Option<UserId>,
        picture: PictureKey,
    ) -> Result<Option<(Picture, Reader)>, Error> {
        Ok(self.all_of(reader, &[picture]).await?.pop_first().map(|(_, seen)| seen))
    }

    /// Those of the pictures that `reader` (`None`: somebody who is not signed in) may see now, and what they are to their
    /// owners. Keys must not repeat.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn all_of(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, (Picture, Reader)>, Error> {
        let found = match reader {
            Some(reader) => self.found(reader, keys).await?,
            // Friendships do not matter.
            None => {
                let pictures = self.pictures.get_all(keys).await?;
                pictures.into_iter().map(|picture| (picture, Reader::Stranger)).collect()
            }
        };
        let seen = found.into_iter().filter(|(picture, reader)| picture.may_be_seen_by(*reader));
        Ok(seen.map(|seen| (seen.0.key, seen)).collect())
    }

    /// Those of the pictures that are there, and whether `reader` may see each now. Keys must not repeat.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn there(
        &self,
        reader: UserId,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, bool>, Error> {
        let found = self.found(reader, keys).await?.into_iter();
        Ok(found.map(|(picture, reader)| (picture.key, picture.may_be_seen_by(reader))).collect())
    }

    /// Those of `readers` who may see a picture now, with the picture as it was at that moment: in parts, each as of one moment.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn readers(
        &self,
        key: PictureKey,
        readers: &[UserId],
    ) -> Result<Vec<(Picture, Vec<(UserId, Reader)>)>, Error> {
        let parts = readers.chunks(MOST_READERS).map(|readers| self.part(key, readers));
        Ok(try_join_all(parts).await?.into_iter().flatten().collect())
    }

    async fn part(
        &self,
        key: PictureKey,
        readers: &[UserId],
    ) -> Result<Option<(Picture, Vec<(UserId, Reader)>)>, Error> {
        let picture = get(self.pictures.table(), pictures::key_row(key));
        // The owner is nobody's friend in this table, but one of the readers.
        let theirs =
            readers.iter().map(|reader| get(&self.friendships, friendships::key_row(*reader, key.owner_id)));
        let mut rows =
            self.transact(iter::once(picture).chain(theirs).collect::<Result<_, _>>()?).await?.into_iter();
        let Some(picture) = rows.next().flatten() else { return Ok(None) };
        let picture: Picture = from_row(picture)?;
        let mut seeing = Vec::new();
        for (reader, row) in readers.iter().zip(rows) {
            let friends = is_friend(row)?;
            let what = Reader::of(Some(*reader), key.owner_id, friends);
            if picture.may_be_seen_by(what) {
                seeing.push((*reader, what));
            }
        }
        Ok(Some((picture, seeing)))
    }

    /// The table of pictures.
    pub(super) fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// What the table of friendships is called.
    pub(super) fn friendships(&self) -> &str {
        &self.friendships
    }

    /// Pictures with what `reader` is to their owners, whether they may see them or not.
    async fn found(&self, reader: UserId, keys: &[PictureKey]) -> Result<Vec<(Picture, Reader)>, Error> {
        let parts = keys.chunks(MOST_PICTURES).map(|keys| self.together(reader, keys));
        Ok(try_join_all(parts).await?.concat())
    }

    async fn together(&self, reader: UserId, keys: &[PictureKey]) -> Result<Vec<(Picture, Reader)>, Error> {
        let owners: BTreeSet<_> =
            keys.iter().map(|key| key.owner_id).filter(|owner| *owner != reader).collect();
        let pictures = keys.iter().map(|key| get(self.pictures.table(), pictures::key_row(*key)));
        let theirs = owners.iter().map(|owner| get(&self.friendships, friendships::key_row(reader, *owner)));
        let mut rows = self.transact(pictures.chain(theirs).collect::<Result<_, _>>()?).await?;
        let mut friends = BTreeSet::new();
        for (owner, row) in owners.iter().zip(rows.drain(keys.len()..)) {
            if is_friend(row)? {
                friends.insert(*owner);
            }
        }
        let found = rows.into_iter().flatten().map(|row| {
            let picture: Picture = from_row(row)?;
            let owner = picture.key.owner_id;
            Ok((picture, Reader::of(Some(reader), owner, friends.contains(&owner))))
        });
        found.collect()
    }

    /// All rows as of one moment, in the order that they were asked for.
    async fn transact(&self, reads: Vec<TransactGetItem>) -> Result<Vec<Option<Row>>, Error> {
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            let request = self.client.transact_get_items().set_transact_items(Some(reads.clone()));
            let error = match request.send().await {
                Ok(reply) => {
                    return Ok(reply.responses.unwrap_or_default().into_iter().map(|r| r.item).collect());
                }
                Err(error) => error,
            };
            match service_error(&error) {
                Some(TransactGetItemsError::TransactionCanceledException(why))
                    if is_busy(why.cancellation_reasons()) => {}
                _ => return Err(error.into()),
            }
        }
        Err("these pictures are written again and again".into())
    }
}

/// Whether a row of the Friendships table, if there is one, is that of friends.
fn is_friend(row: Option<Row>) -> Result<bool, Error> {
    let friendship: Option<Friendship> = row.map(from_row).transpose()?;
    Ok(friendship.is_some_and(|friendship| friendship.state == FriendshipState::Friends))
}

fn get(table: &str, key: Row) -> Result<TransactGetItem, Error> {
    let get = Get::builder().table_name(table).set_key(Some(key)).build()?;
    Ok(TransactGetItem::builder().get(get).build())
}
