//! The Pictures table: key (ownerId, pictureId), so that a strongly consistent query reads the
//! pictures of an owner in the order of registration.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{
    AlbumEntry, AlbumId, Link, PageRequest, Picture, PictureKey, Quota, QuotaLimits, Sha256, UploadId, UserId,
};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Deserialize;

use crate::attribute_update::AttributeUpdate;
use crate::database::{Database, Table, unless_condition_failed};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Quotas, Row, deadlines, from_row, from_rows, string, to_row};

/// The index of the pictures of an owner by the hash of their originals.
const BY_HASH: &str = "ByHash";
/// The maximum number of pictures with the same original that are read to find the newest ones.
const MAX_DUPLICATES: i32 = 100;
/// The number of concurrent queries of one search for many hashes.
const CONCURRENT_QUERIES: usize = 16;
/// The maximum number of rows that one query of a search for many hashes reads. They are just below
/// 4 KB, the unit that DynamoDB charges.
const MAX_INDEX_ROWS: i32 = 25;
/// The maximum number of pictures with the same original that a search for many hashes reads.
const MAX_COPIES: usize = 3;
/// The maximum number of attempts while other calls write or delete the counters of the owner.
const MAX_ATTEMPTS: u32 = 5;
/// The maximum number of pictures deleted in one call.
const MAX_DELETED: i32 = 100;

/// The condition that a picture exists and that no function has processed its upload.
const AWAITS_UPLOAD: &str = "attribute_exists(pictureId) AND attribute_not_exists(renditions) AND \
    attribute_not_exists(metadata) AND attribute_not_exists(failure)";

/// The Pictures table.
#[derive(Clone, Debug)]
pub struct Pictures(Database);

/// A row of the index of hashes.
#[derive(Deserialize)]
struct IndexRow {
    sha256: Sha256,
    #[serde(flatten)]
    key: PictureKey,
}

pub(crate) fn key(key: PictureKey) -> Row {
    Row::from([("ownerId".into(), string(key.owner_id)), ("pictureId".into(), string(key.picture_id))])
}

/// Adds the picture of a guest to an album, and counts it in the limits of the link.
fn add_guest_entry<'a>(
    transaction: Transaction<'a>,
    picture: &Picture,
    album: AlbumId,
    link: &Link,
) -> Result<Transaction<'a>, Error> {
    let now = Timestamp::now();
    let entry = AlbumEntry { album_id: album, key: picture.key, added_by: None, added_at: now };
    let transaction = transaction.count_guest_picture(link, picture.bytes, now);
    match link.review {
        true => transaction.add_waiting(&entry),
        false => Ok(transaction.add_entry(&entry, picture)?.count_entries(album, 1, now)),
    }
}

impl Pictures {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Registers a picture under a new id, with a deadline for its upload, and counts it.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] for the owner, and [`Conflict::QuotaExceeded`].
    /// Concurrent calls can exceed the limit of open registrations slightly, which is harmless.
    pub async fn create(
        &self,
        picture: &Picture,
        limits: &QuotaLimits,
    ) -> Result<Result<(), Conflict>, Error> {
        self.create_with(picture, limits, None).await
    }

    /// Registers a picture of a guest as [`Pictures::create`] does, in the album of the link's
    /// owner, and counts it in the limits of the link. The picture waits for approval if the link
    /// says so. `limits` are those of the owner, of which guests can use
    /// [a part](QuotaLimits::for_guests).
    ///
    /// Further conflicts: [`Conflict::NotAllowed`] if the link or the album changed,
    /// [`Conflict::LimitReached`] and [`Conflict::HourlyLimitReached`].
    pub async fn create_by_guest(
        &self,
        picture: &Picture,
        album: AlbumId,
        link: &Link,
        limits: &QuotaLimits,
    ) -> Result<Result<(), Conflict>, Error> {
        self.create_with(picture, &limits.for_guests(), Some((album, link))).await
    }

    async fn create_with(
        &self,
        picture: &Picture,
        limits: &QuotaLimits,
        guest: Option<(AlbumId, &Link)>,
    ) -> Result<Result<(), Conflict>, Error> {
        let owner = picture.key.owner_id;
        if deadlines::count_open(&self.0, owner).await? >= limits.open_registrations {
            return Ok(Err(Conflict::QuotaExceeded(Quota::OpenRegistrations)));
        }
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let absent = Expression::absent("pictureId");
            let transaction = self.0.transaction();
            let transaction =
                transaction.put_if(Table::Pictures, to_row(picture)?, absent, Conflict::Changed);
            let transaction = transaction.require_account(owner);
            let transaction = transaction.put(Table::Deadlines, deadlines::row(picture)?);
            let mut transaction = transaction.count_picture(picture, limits, Timestamp::now());
            if let Some((album, link)) = guest {
                transaction = add_guest_entry(transaction, picture, album, link)?;
            }
            match transaction.commit().await? {
                Err(Conflict::Changed) => return Err("the id of a new picture exists already".into()),
                Err(Conflict::QuotaExceeded(_)) => {
                    if let Some(conflict) = Quotas::new(&self.0).explain_refusal(picture, limits).await? {
                        return Ok(Err(conflict));
                    }
                }
                outcome => return Ok(outcome),
            }
        }
        Err(format!("the counters of the member changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Reads a picture, strongly consistent.
    pub async fn get(&self, picture: PictureKey) -> Result<Option<Picture>, Error> {
        self.0.get_as(Table::Pictures, key(picture)).await
    }

    /// Reads pictures, strongly consistent, in no order. Omits keys without a picture. Keys must be
    /// distinct.
    pub async fn get_all(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        self.0.get_all_as(Table::Pictures, keys.iter().copied().map(key)).await
    }

    /// Updates a picture and returns the updated picture, or `None` if the picture does not exist.
    pub async fn update(
        &self,
        picture: PictureKey,
        update: AttributeUpdate,
    ) -> Result<Option<Picture>, Error> {
        let request = update.apply(self.0.update(Table::Pictures, key(picture)));
        let request = request.condition_expression("attribute_exists(pictureId)");
        let reply = request.return_values(ReturnValue::AllNew).send().await;
        let updated = unless_condition_failed(reply)?;
        updated.map(|reply| from_row(reply.attributes.unwrap_or_default())).transpose()
    }

    /// Binds a picture that awaits its upload to a multipart upload. Returns `false` if the picture
    /// is bound to another one, or does not await its upload.
    pub async fn bind_multipart_upload(
        &self,
        picture: PictureKey,
        upload_id: &UploadId,
    ) -> Result<bool, Error> {
        let request = self.0.update(Table::Pictures, key(picture));
        let request = request
            .update_expression("SET multipartUploadId = :upload")
            .condition_expression(format!(
                "{AWAITS_UPLOAD} AND (attribute_not_exists(multipartUploadId) OR multipartUploadId = :upload)"
            ))
            .expression_attribute_values(":upload", string(upload_id.as_str()));
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Unbinds a picture that awaits its upload from `upload_id`, so that another multipart upload
    /// can send the original. S3 can store the parts of both, so this counts the length of the
    /// original in the day again.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] for the owner, [`Conflict::QuotaExceeded`], and
    /// [`Conflict::Changed`] if the picture is not bound to `upload_id` or does not await its
    /// upload.
    pub async fn unbind_multipart_upload(
        &self,
        picture: &Picture,
        upload_id: &UploadId,
        limits: &QuotaLimits,
    ) -> Result<Result<(), Conflict>, Error> {
        let bound = Expression::equals("multipartUploadId", upload_id.as_str()).and(AWAITS_UPLOAD);
        let unbind = Expression::new("REMOVE multipartUploadId");
        let transaction = self.0.transaction();
        let transaction =
            transaction.update_if(Table::Pictures, key(picture.key), unbind, bound, Conflict::Changed);
        let transaction = transaction.require_account(picture.key.owner_id);
        transaction.count_repeated_upload(picture, limits, Timestamp::now()).commit().await
    }

    /// Deletes the row of a picture, and subtracts it from the owner's totals, and from those of
    /// the link by which a guest sent it. Functions that subscribe to the table delete its objects
    /// and its feed rows. Returns `false` if the picture did not exist.
    pub async fn delete(&self, picture: PictureKey) -> Result<bool, Error> {
        let deleted =
            self.delete_counted(picture, &Expression::exists("pictureId"), |transaction| transaction).await?;
        Ok(deleted.is_ok())
    }

    /// Deletes a picture as [`Pictures::delete`] does, if no function has processed its upload.
    /// Returns `false` if one has, or if the picture does not exist.
    pub async fn delete_unless_uploaded(&self, picture: PictureKey) -> Result<bool, Error> {
        Ok(self
            .delete_counted(picture, &Expression::new(AWAITS_UPLOAD), |transaction| transaction)
            .await?
            .is_ok())
    }

    /// Deletes a picture on a condition, and subtracts it from the owner's totals. `extend` adds
    /// writes and conditions to the transaction. Does not count for a deleted account, whose
    /// counters are deleted.
    ///
    /// Conflicts: those of `extend`, and [`Conflict::Changed`] if the condition fails or the
    /// picture does not exist.
    pub(crate) async fn delete_counted(
        &self,
        picture: PictureKey,
        condition: &Expression,
        extend: impl for<'a> Fn(Transaction<'a>) -> Transaction<'a>,
    ) -> Result<Result<(), Conflict>, Error> {
        let Some(read) = self.get(picture).await? else { return Ok(Err(Conflict::Changed)) };
        let (mut has_account, mut has_link) = (true, true);
        for _ in 0..MAX_ATTEMPTS {
            let (key, condition) = (key(picture), condition.clone());
            let transaction = self.0.transaction();
            let transaction = transaction.delete_if(Table::Pictures, key, condition, Conflict::Changed);
            let mut transaction = extend(transaction);
            if has_account {
                transaction = transaction.subtract_picture(&read);
            }
            if has_link {
                transaction = transaction.subtract_guest_picture(&read);
            }
            match transaction.commit().await? {
                Err(Conflict::NotCounted) => {
                    has_account = Quotas::new(&self.0).ensure_counted(picture.owner_id).await?;
                }
                Err(Conflict::LinkDeleted) => has_link = false,
                outcome => return Ok(outcome),
            }
        }
        Err(format!("the counters of the member were deleted in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Reads a page of an owner's pictures, newest first, strongly consistent. A page with fewer
    /// than `page.limit` pictures is the last one.
    pub async fn read_page(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        let request = self.0.query_newest(Table::Pictures, "ownerId", owner, page)?.consistent_read(true);
        let mut rows = request.into_paginator().items().send();
        let mut pictures = Vec::with_capacity(page.limit);
        while pictures.len() < page.limit
            && let Some(row) = rows.next().await
        {
            pictures.push(from_row(row?)?);
        }
        Ok(pictures)
    }

    /// Reads up to `max` pictures of an owner with this original, newest first. Considers at most
    /// 100 of them. The index is eventually consistent, so that the newest pictures can be missing;
    /// the returned pictures are read from the table, strongly consistent.
    pub async fn find_by_hash(
        &self,
        owner: UserId,
        sha256: &Sha256,
        max: usize,
    ) -> Result<Vec<Picture>, Error> {
        let request = self.0.query(Table::Pictures, "ownerId", owner).index_name(BY_HASH);
        let request = request
            .key_condition_expression("ownerId = :owner AND sha256 = :sha256")
            .expression_attribute_values(":sha256", string(sha256.as_str()));
        let rows = request.limit(MAX_DUPLICATES).send().await?.items;
        let mut keys: Vec<PictureKey> = from_rows(rows)?;
        // The index does not order the pictures of one hash.
        keys.sort_unstable_by_key(|key| Reverse(key.picture_id));
        keys.truncate(max);
        let mut pictures = self.get_all(&keys).await?;
        pictures.sort_unstable_by_key(|picture| Reverse(picture.key.picture_id));
        Ok(pictures)
    }

    /// Reads up to 3 pictures of an owner for each of these hashes, strongly consistent. The index
    /// is eventually consistent, so that it can miss a picture whose hash changed a moment before.
    pub async fn find_by_each_hash(
        &self,
        owner: UserId,
        hashes: &BTreeSet<Sha256>,
    ) -> Result<BTreeMap<Sha256, Vec<Picture>>, Error> {
        let hashes: Vec<_> = hashes.iter().collect();
        let runs = hashes.chunks(hashes.len().div_ceil(CONCURRENT_QUERIES).max(1));
        let rows = try_join_all(runs.map(|run| self.find_keys(owner, run))).await?;
        let mut copies = BTreeMap::<Sha256, Vec<PictureKey>>::new();
        for row in rows.into_iter().flatten() {
            let keys = copies.entry(row.sha256).or_default();
            if keys.len() < MAX_COPIES {
                keys.push(row.key);
            }
        }
        let keys: Vec<_> = copies.values().flatten().copied().collect();
        let pictures = self.get_all(&keys).await?.into_iter();
        let mut pictures: BTreeMap<_, _> = pictures.map(|picture| (picture.key, picture)).collect();
        let mut take = |keys: Vec<_>| keys.iter().filter_map(|key| pictures.remove(key)).collect();
        Ok(copies.into_iter().map(|(sha256, keys)| (sha256, take(keys))).collect())
    }

    /// Reads rows of the index for these hashes, which must be sorted. A query reads all rows from
    /// the next hash on, so that a member with few pictures needs few queries. It reads
    /// [`MAX_COPIES`] of at least one hash, or all, so that none needs more queries than hashes.
    async fn find_keys(&self, owner: UserId, hashes: &[&Sha256]) -> Result<Vec<IndexRow>, Error> {
        let (mut found, mut rest, mut after) = (Vec::new(), hashes, None);
        while let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            let request = self.0.query(Table::Pictures, "ownerId", owner).index_name(BY_HASH);
            let request = request
                .key_condition_expression("ownerId = :owner AND sha256 BETWEEN :first AND :last")
                .expression_attribute_values(":first", string(first.as_str()))
                .expression_attribute_values(":last", string(last.as_str()));
            let request = request.limit(MAX_INDEX_ROWS).set_exclusive_start_key(after.take());
            let reply = request.send().await?;
            let rows: Vec<IndexRow> = from_rows(reply.items)?;
            let end = rows.last().map(|row| row.sha256.clone());
            found.extend(rows.into_iter().filter(|row| hashes.binary_search(&&row.sha256).is_ok()));
            rest = match (reply.last_evaluated_key, end) {
                (Some(key), Some(end)) => {
                    let copies = found.iter().rev().take_while(|row| row.sha256 == end).count();
                    if (1..MAX_COPIES).contains(&copies) {
                        // More copies of this hash can follow.
                        after = Some(key);
                        &rest[rest.partition_point(|hash| **hash < end)..]
                    } else {
                        &rest[rest.partition_point(|hash| **hash <= end)..]
                    }
                }
                _ => &[],
            };
        }
        Ok(found)
    }

    /// Scans a page of all pictures for a rebuild of all feeds. The pictures of an owner follow
    /// each other. The second value is the position after which the next page starts.
    pub async fn scan(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        let (pictures, last_key) = self.0.scan::<Picture>(Table::Pictures, limit, after.map(key)).await?;
        let next = pictures.last().map(|picture| picture.key).filter(|_| last_key.is_some());
        Ok((pictures, next))
    }

    /// Deletes the rows of up to 100 pictures of a deleted account and returns their number. Does
    /// not change the counters of the account, which are deleted, too.
    pub async fn delete_some(&self, owner: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Pictures, "ownerId", owner).consistent_read(true);
        let request = request.limit(MAX_DELETED).projection_expression("ownerId, pictureId");
        let keys = request.send().await?.items.unwrap_or_default();
        let count = keys.len();
        self.0.delete_all(Table::Pictures, keys).await?;
        Ok(count)
    }
}
