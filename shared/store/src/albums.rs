//! The Albums table: key (listId, entry). It contains albums, their members and their pictures.
//!
//! | `listId` | `entry` | row |
//! |---|---|---|
//! | `album#ALBUM` | `album` | the [`Album`] |
//! | `album#ALBUM` | `member#USER` | a [`Membership`] |
//! | `album#ALBUM` | `picture#OWNER/PICTURE` | an [`AlbumEntry`] |
//! | `album#ALBUM` | `waiting#OWNER/PICTURE` | an [`AlbumEntry`] that waits for approval |
//! | `member#USER` | `album#ALBUM` | names an album that the user owns or has joined |
//! | `picture#OWNER/PICTURE` | `album#ALBUM` | names an album that contains the picture, waiting or not |
//!
//! The rows of the last two kinds are written and deleted in one transaction with the row that they
//! mirror. The transaction also changes `count` and `members` of the album, and `albums` of the
//! picture, so that the limits are conditions of the write.
//!
//! The local secondary indexes `ByTime` and `ByTaken` sort the pictures of an album. `ByTime` also
//! sorts the albums of a user by their last change.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{ReturnValue, Select};
use domain::{
    Album, AlbumBatch, AlbumEntry, AlbumId, AlbumNotices, AlbumRole, FriendshipState, MAX_ALBUM_MEMBERS,
    MAX_ALBUM_PICTURES, MAX_ALBUMS_OF_PICTURE, Membership, Picture, PictureKey, UserId, taken_order,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::attribute_update::AttributeUpdate;
use crate::cursor_cipher::Position;
use crate::database::{Database, Table, unless_condition_failed};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, friendships, from_row, from_rows, number, pictures, string, to_row};

const BY_TIME: &str = "ByTime";
const BY_TAKEN: &str = "ByTaken";
/// The sort key of the row of the album itself.
const ALBUM: &str = "album";
const MEMBER: &str = "member#";
const PICTURE: &str = "picture#";
const WAITING: &str = "waiting#";
/// The maximum number of pictures that one transaction adds or removes. DynamoDB allows 100 items;
/// a picture takes up to four.
const MAX_PICTURES_AT_ONCE: usize = 24;
/// The maximum number of attempts while other calls change the same rows.
const MAX_ATTEMPTS: u32 = 8;
/// The maximum number of rows that one call deletes.
const MAX_DELETED: i32 = 24;
/// The maximum number of pictures that a call reads from a batch.
pub const MAX_BATCH: usize = 100;
/// The maximum time between the registration of a guest's picture and its entry.
const REGISTRATION_TIME: SignedDuration = SignedDuration::from_mins(1);
/// The attribute with the notices that a user chose. A membership contains it for a member, and the
/// row that names the album contains it for the owner.
const NOTICES: &str = "notices";

/// The Albums table.
#[derive(Clone, Debug)]
pub struct Albums(Database);

/// The order of the pictures of an album.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlbumOrder {
    /// The pictures that were added last come first.
    #[default]
    Added,
    /// The pictures that were taken first come first.
    Taken,
}

/// A position in an index of the Albums table: the sort key of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumPosition(String);

impl Position for AlbumPosition {
    fn to_bytes(&self) -> Vec<u8> {
        self.0.clone().into_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        String::from_utf8(bytes.to_vec()).ok().map(Self)
    }
}

/// Items of a page, and the position after which the next page starts.
#[derive(Clone, Debug)]
pub struct AlbumPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<AlbumPosition>,
}

/// The outcome of adding a picture to an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// The album contains the picture. An earlier call may have added it.
    Added,
    /// The picture does not exist.
    NoPicture,
    /// The picture is in the maximum number of albums.
    InTooManyAlbums,
    /// The album has the maximum number of pictures.
    AlbumFull,
    /// The album does not exist, or the user can no longer add pictures to it.
    NotAllowed,
}

fn list_id(album: AlbumId) -> String {
    format!("album#{album}")
}

/// Parses the sort key of a row under `member#USER` or `picture#OWNER/PICTURE`.
fn parse_mirrored(entry: &str) -> Result<AlbumId, Error> {
    Ok(entry.strip_prefix("album#").unwrap_or_default().parse()?)
}

fn row_key(list: impl ToString, entry: impl ToString) -> Row {
    Row::from([("listId".into(), string(list)), ("entry".into(), string(entry))])
}

pub(crate) fn key(album: AlbumId) -> Row {
    row_key(list_id(album), ALBUM)
}

pub(crate) fn member_key(album: AlbumId, user: UserId) -> Row {
    row_key(list_id(album), format_args!("{MEMBER}{user}"))
}

pub(crate) fn entry_key(album: AlbumId, picture: PictureKey) -> Row {
    row_key(list_id(album), format_args!("{PICTURE}{picture}"))
}

pub(crate) fn waiting_key(album: AlbumId, picture: PictureKey) -> Row {
    row_key(list_id(album), format_args!("{WAITING}{picture}"))
}

fn album_of_member_key(user: UserId, album: AlbumId) -> Row {
    row_key(format_args!("{MEMBER}{user}"), list_id(album))
}

fn album_of_picture_key(picture: PictureKey, album: AlbumId) -> Row {
    row_key(format_args!("{PICTURE}{picture}"), list_id(album))
}

/// Returns a sort key of `ByTime`, unique within its partition. The time has nine decimals, so that
/// its text sorts by time.
fn time_order(time: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{time:.9}#{id}")
}

fn picture_orders(entry: &AlbumEntry, picture: &Picture) -> [(String, String); 2] {
    let id = entry.key.picture_id;
    [
        ("timeOrder".into(), time_order(entry.added_at, id)),
        ("takenOrder".into(), Albums::order_by_taken(picture)),
    ]
}

fn with_key(mut row: Row, key: Row) -> Row {
    row.extend(key);
    row
}

fn entry_row(entry: &AlbumEntry, picture: &Picture) -> Result<Row, Error> {
    let row = with_key(to_row(entry)?, entry_key(entry.album_id, entry.key));
    let orders = picture_orders(entry, picture).into_iter().map(|(name, order)| (name, string(order)));
    Ok(row.into_iter().chain(orders).collect())
}

/// The parsed key of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlbumRowKey {
    /// The row of an album.
    Album(AlbumId),
    /// A membership.
    Member(AlbumId, UserId),
    /// A picture of an album.
    Picture(AlbumId, PictureKey),
    /// A picture that waits for approval.
    Waiting(AlbumId, PictureKey),
    /// A row that mirrors another one.
    Mirror,
}

/// The attributes of a row's key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawAlbumRowKey {
    list_id: String,
    entry: String,
}

impl RawAlbumRowKey {
    /// Parses the key.
    ///
    /// # Errors
    /// Returns an error if an id is invalid.
    pub fn parse(&self) -> Result<AlbumRowKey, Error> {
        let Some(album) = self.list_id.strip_prefix("album#") else { return Ok(AlbumRowKey::Mirror) };
        let album = album.parse()?;
        let (kind, id) = self.entry.split_at(self.entry.find('#').map_or(self.entry.len(), |i| i + 1));
        Ok(match kind {
            ALBUM => AlbumRowKey::Album(album),
            MEMBER => AlbumRowKey::Member(album, id.parse()?),
            PICTURE => AlbumRowKey::Picture(album, id.parse()?),
            WAITING => AlbumRowKey::Waiting(album, id.parse()?),
            _ => return Err(format!("unknown kind of row in the Albums table: {}", self.entry).into()),
        })
    }
}

impl Albums {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Adds an album of an owner who has a profile.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the owner.
    pub async fn create(&self, album: &Album) -> Result<Result<(), Conflict>, Error> {
        let (id, owner) = (album.album_id, album.owner_id);
        let row = with_key(to_row(album)?, key(id));
        let transaction = self.0.transaction();
        let transaction =
            transaction.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        let transaction = transaction.put(Table::Albums, album_of_member(owner, id, album.updated_at));
        transaction.require_account(owner).require_profile(owner).commit().await
    }

    /// Reads an album, strongly consistent.
    pub async fn get(&self, album: AlbumId) -> Result<Option<Album>, Error> {
        self.0.get_as(Table::Albums, key(album)).await
    }

    /// Reads albums, strongly consistent, in no order. Ids must be distinct.
    pub async fn get_all(&self, albums: &[AlbumId]) -> Result<Vec<Album>, Error> {
        self.0.get_all_as(Table::Albums, albums.iter().copied().map(key)).await
    }

    /// Updates an album and returns the updated one, or `None` if the album does not exist. Also
    /// sets the time of the last change.
    pub async fn update(&self, album: AlbumId, update: AttributeUpdate) -> Result<Option<Album>, Error> {
        let update = update.set_or_remove("updatedAt", Some(&Timestamp::now()))?;
        let request = update.apply(self.0.update(Table::Albums, key(album)));
        let request = request.condition_expression("attribute_exists(entry)");
        let reply = request.return_values(ReturnValue::AllNew).send().await;
        let updated = unless_condition_failed(reply)?;
        updated.map(|reply| from_row(reply.attributes.unwrap_or_default())).transpose()
    }

    /// Deletes the row of an album. From then on, nobody can view the album. A function that
    /// subscribes to the table deletes the other rows. Returns `false` if the album did not exist.
    pub async fn delete(&self, album: AlbumId) -> Result<bool, Error> {
        let request =
            self.0.delete(Table::Albums, key(album)).condition_expression("attribute_exists(entry)");
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Counts the albums that a user owns or has joined, strongly consistent.
    pub async fn count_of_member(&self, user: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Albums, "listId", format!("{MEMBER}{user}"));
        let reply = request.consistent_read(true).select(Select::Count).send().await?;
        Ok(usize::try_from(reply.count)?)
    }

    /// Reads a page of the ids of the albums that a user owns or has joined, last changed first.
    pub async fn list_of_member(
        &self,
        user: UserId,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<AlbumId>, Error> {
        let page = self.query_index(format!("{MEMBER}{user}"), BY_TIME, false, limit, after).await?;
        page.parse(|row| parse_mirrored(&row.entry))
    }

    /// Reads all albums that a user owns or has joined, strongly consistent: at most about
    /// [`domain::MAX_ALBUMS_OF_MEMBER`].
    pub async fn list_all_of_member(&self, user: UserId) -> Result<Vec<AlbumId>, Error> {
        self.list_mirrors(format!("{MEMBER}{user}")).await
    }

    /// Reads the ids of the albums that contain a picture, waiting or not, strongly consistent.
    pub async fn list_of_picture(&self, picture: PictureKey) -> Result<Vec<AlbumId>, Error> {
        self.list_mirrors(format!("{PICTURE}{picture}")).await
    }

    async fn list_mirrors(&self, list: String) -> Result<Vec<AlbumId>, Error> {
        let request = self.0.query(Table::Albums, "listId", list).consistent_read(true);
        let mut rows = request.into_paginator().items().send();
        let mut albums = Vec::new();
        while let Some(row) = rows.next().await {
            let row: RawAlbumRowKey = from_row(row?)?;
            albums.push(parse_mirrored(&row.entry)?);
        }
        Ok(albums)
    }

    /// Records the time of the last change of an album in the list of a user's albums. Does nothing
    /// if the user is neither the owner nor a member.
    pub async fn touch(&self, user: UserId, album: AlbumId, updated_at: Timestamp) -> Result<(), Error> {
        let request = self.0.update(Table::Albums, album_of_member_key(user, album));
        let request = request
            .update_expression("SET timeOrder = :time")
            .condition_expression("attribute_exists(entry) AND timeOrder < :time")
            .expression_attribute_values(":time", string(time_order(updated_at, album)));
        unless_condition_failed(request.send().await).map(|_| ())
    }

    // ---- Members -----------------------------------------------------------------------------

    /// Reads a membership, strongly consistent.
    pub async fn get_member(&self, album: AlbumId, user: UserId) -> Result<Option<Membership>, Error> {
        self.0.get_as(Table::Albums, member_key(album, user)).await
    }

    /// Reads the memberships of a user in several albums, strongly consistent, in no order. Ids
    /// must be distinct.
    pub async fn get_memberships(&self, user: UserId, albums: &[AlbumId]) -> Result<Vec<Membership>, Error> {
        self.0.get_all_as(Table::Albums, albums.iter().map(|album| member_key(*album, user))).await
    }

    /// Returns the pairs whose user is a member of the album, strongly consistent.
    pub async fn find_members(
        &self,
        pairs: &BTreeSet<(AlbumId, UserId)>,
    ) -> Result<BTreeSet<(AlbumId, UserId)>, Error> {
        let keys = pairs.iter().map(|(album, user)| member_key(*album, *user));
        let members: Vec<Membership> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(members.into_iter().map(|member| (member.album_id, member.user_id)).collect())
    }

    /// Reads all members of an album, strongly consistent: at most
    /// [`domain::MAX_ALBUM_MEMBERS`]. The owner has no membership.
    pub async fn list_members(&self, album: AlbumId) -> Result<Vec<Membership>, Error> {
        self.list_entries(album, MEMBER).await
    }

    /// Reads a page of the members of an album by id, strongly consistent.
    pub async fn read_members(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<UserId>,
    ) -> Result<Vec<Membership>, Error> {
        let request = self.query_prefix(album, MEMBER).limit(i32::try_from(limit)?);
        let start = after.map(|user| member_key(album, user));
        from_rows(request.set_exclusive_start_key(start).send().await?.items)
    }

    /// Adds a friend of `added_by`, who must be the owner or a curator, to an album.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the new member,
    /// [`Conflict::NotAllowed`] if the album does not exist or `added_by` is no longer a curator,
    /// [`Conflict::LimitReached`], and [`Conflict::Changed`] if the two are not friends or the user
    /// is a member already.
    pub async fn add_member(
        &self,
        album: &Album,
        membership: &Membership,
    ) -> Result<Result<(), Conflict>, Error> {
        let Membership { album_id, user_id: user, added_by, .. } = *membership;
        let row = with_key(to_row(membership)?, member_key(album_id, user));
        let transaction = self.0.transaction();
        let transaction =
            transaction.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        let transaction = transaction.put(Table::Albums, album_of_member(user, album_id, Timestamp::now()));
        let room = Expression::new("members < :max").value(":max", number(MAX_ALBUM_MEMBERS));
        let count = Expression::new("ADD members :one").value(":one", number(1));
        let transaction =
            transaction.update_if(Table::Albums, key(album_id), count, room, Conflict::LimitReached);
        let friends = Expression::equals("state", FriendshipState::Friends.as_str());
        let friendship = friendships::key(added_by, user);
        let transaction = transaction.require(Table::Friendships, friendship, friends, Conflict::Changed);
        let transaction = transaction.require_role(album, added_by, AlbumRole::Curator);
        transaction.require_account(user).require_profile(user).commit().await
    }

    /// Changes the role of a member. Returns `false` if the user is not a member.
    pub async fn set_role(&self, album: AlbumId, user: UserId, role: AlbumRole) -> Result<bool, Error> {
        let request = self.0.update(Table::Albums, member_key(album, user));
        let request = request
            .update_expression("SET #role = :role")
            .condition_expression("attribute_exists(entry)")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role", string(role.as_str()));
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Ends a membership. A function that subscribes to the table removes the pictures of the
    /// former member. Succeeds even if the user is not a member or the album does not exist.
    pub async fn remove_member(&self, album: AlbumId, user: UserId) -> Result<(), Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            if self.get_member(album, user).await?.is_none() {
                return Ok(());
            }
            let has_album = self.get(album).await?.is_some();
            let transaction = self.0.transaction();
            let (member, exists) = (member_key(album, user), Expression::exists("entry"));
            let transaction = transaction.delete_if(Table::Albums, member, exists, Conflict::Changed);
            let mut transaction = transaction.delete(Table::Albums, album_of_member_key(user, album));
            if has_album {
                let count = Expression::new("ADD members :minus").value(":minus", number(-1));
                let exists = Expression::exists("entry");
                transaction =
                    transaction.update_if(Table::Albums, key(album), count, exists, Conflict::Changed);
            }
            if transaction.commit().await?.is_ok() {
                return Ok(());
            }
        }
        Err(format!("the membership changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Replaces a former member with the owner of the album in `added_by` of all memberships, so
    /// that no row contains the id of a deleted account.
    pub async fn forget_adder(&self, album: &Album, adder: UserId) -> Result<(), Error> {
        for membership in self.list_members(album.album_id).await? {
            if membership.added_by != adder {
                continue;
            }
            let request = self.0.update(Table::Albums, member_key(album.album_id, membership.user_id));
            let request = request
                .update_expression("SET addedBy = :owner")
                .condition_expression("addedBy = :adder")
                .expression_attribute_values(":owner", string(album.owner_id))
                .expression_attribute_values(":adder", string(adder));
            unless_condition_failed(request.send().await)?;
        }
        Ok(())
    }

    // ---- Notices -----------------------------------------------------------------------------

    /// Returns the key of the row with the notices that the owner or a member chose.
    fn notices_key(album: &Album, user: UserId) -> Row {
        match album.owner_id == user {
            true => album_of_member_key(user, album.album_id),
            false => member_key(album.album_id, user),
        }
    }

    /// Reads what the owner or a member is notified of, strongly consistent. Returns `None` if the
    /// user is neither.
    pub async fn get_notices(&self, album: &Album, user: UserId) -> Result<Option<AlbumNotices>, Error> {
        let row = self.0.get_as::<NoticesRow>(Table::Albums, Self::notices_key(album, user)).await?;
        Ok(row.map(|row| row.notices))
    }

    /// Changes what the owner or a member is notified of. Returns `false` if the user is neither.
    pub async fn set_notices(
        &self,
        album: &Album,
        user: UserId,
        notices: AlbumNotices,
    ) -> Result<bool, Error> {
        let request = self.0.update(Table::Albums, Self::notices_key(album, user));
        let request = request
            .update_expression("SET #notices = :notices")
            .condition_expression("attribute_exists(entry)")
            .expression_attribute_names("#notices", NOTICES)
            .expression_attribute_values(
                ":notices",
                serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(notices)?,
            );
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Reads the owner and the members of an album who want to be notified of pictures, strongly
    /// consistent, with their roles.
    pub async fn list_notified(&self, album: &Album) -> Result<Vec<(UserId, AlbumRole)>, Error> {
        let mut notified = Vec::new();
        if self.get_notices(album, album.owner_id).await? == Some(AlbumNotices::All) {
            notified.push((album.owner_id, AlbumRole::Owner));
        }
        let members: Vec<NotifiedMember> = self.list_entries(album.album_id, MEMBER).await?;
        let wants = |row: &NotifiedMember| row.choice.notices == AlbumNotices::All;
        notified.extend(members.into_iter().filter(wants).map(|row| (row.user_id, row.role)));
        Ok(notified)
    }

    /// Reads the pictures of a batch that the album still contains, at most [`MAX_BATCH`], strongly
    /// consistent.
    pub async fn list_batch(&self, album: &Album, batch: &AlbumBatch) -> Result<Vec<AlbumEntry>, Error> {
        let owner = batch.by.unwrap_or(album.owner_id);
        let mut found = Vec::new();
        let mut from = format!("{:.9}", batch.since);
        while found.len() < MAX_BATCH {
            let request = self.0.query(Table::Albums, "listId", list_id(album.album_id)).index_name(BY_TIME);
            let request = request
                .consistent_read(true)
                .key_condition_expression("listId = :list AND timeOrder BETWEEN :from AND :until")
                .expression_attribute_values(":from", string(&from))
                .expression_attribute_values(":until", string(format!("{:.9}", batch.until())))
                .limit(i32::try_from(MAX_BATCH)?);
            let rows: Vec<IndexRow> = from_rows(request.send().await?.items)?;
            let keys =
                rows.iter().map(|row| Ok(row.entry.strip_prefix(PICTURE).unwrap_or_default().parse()?));
            let keys: Vec<PictureKey> = keys.collect::<Result<_, Error>>()?;
            // Only the owner of a picture adds it, and the owner of the album owns those of guests.
            let keys = keys.into_iter().filter(|key| key.owner_id == owner);
            let keys = keys.map(|key| entry_key(album.album_id, key));
            let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
            found.extend(entries.into_iter().filter(|entry| batch.contains(entry)));
            match rows.last().and_then(|row| row.time_order.clone()).filter(|_| rows.len() == MAX_BATCH) {
                // A space sorts before every other character of a position.
                Some(last) => from = format!("{last} "),
                None => break,
            }
        }
        found.truncate(MAX_BATCH);
        Ok(found)
    }

    /// Reads the pictures of a batch that wait for approval, at most [`MAX_BATCH`], strongly
    /// consistent.
    pub async fn list_waiting_batch(
        &self,
        album: &Album,
        batch: &AlbumBatch,
    ) -> Result<Vec<AlbumEntry>, Error> {
        // The id of a picture contains its time, which is shortly before that of the entry.
        let first = batch.since.checked_sub(REGISTRATION_TIME)?;
        let key = |time: Timestamp| -> Result<_, Error> {
            let time = u64::try_from(time.as_millisecond())?;
            let id = uuid::Builder::from_unix_timestamp_millis(time, &[0; 10]).into_uuid();
            Ok(string(format_args!("{WAITING}{}/{id}", album.owner_id)))
        };
        let request = self.0.query(Table::Albums, "listId", list_id(album.album_id)).consistent_read(true);
        let request = request
            .key_condition_expression("listId = :list AND entry BETWEEN :from AND :until")
            .expression_attribute_values(":from", key(first)?)
            .expression_attribute_values(":until", key(batch.until())?)
            .limit(i32::try_from(MAX_BATCH)?);
        let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
        Ok(entries.into_iter().filter(|entry| batch.contains(entry)).collect())
    }

    // ---- Pictures ----------------------------------------------------------------------------

    /// Returns the keys among `keys` that the album contains, strongly consistent. Keys must be
    /// distinct.
    pub async fn filter_contained(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        let keys = keys.iter().map(|picture| entry_key(album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Returns the pairs whose album contains the picture, strongly consistent.
    pub async fn find_entries(
        &self,
        pairs: &BTreeSet<(AlbumId, PictureKey)>,
    ) -> Result<BTreeSet<(AlbumId, PictureKey)>, Error> {
        let keys = pairs.iter().map(|(album, picture)| entry_key(*album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| (entry.album_id, entry.key)).collect())
    }

    /// Reads the keys of the pictures of an album after a key, in the order of the keys, strongly
    /// consistent. The last page has fewer than `limit` keys.
    pub async fn list_keys(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<Vec<PictureKey>, Error> {
        let request = self.query_prefix(album, PICTURE).limit(i32::try_from(limit)?);
        let start = after.map(|after| entry_key(album, after));
        // One query reads 1 MB, which can be fewer than `limit` entries.
        let mut entries = request.set_exclusive_start_key(start).into_paginator().items().send();
        let mut keys = Vec::new();
        while keys.len() < limit
            && let Some(entry) = entries.next().await
        {
            keys.push(from_row::<AlbumEntry>(entry?)?.key);
        }
        Ok(keys)
    }

    /// Reads a page of the pictures of an album, strongly consistent.
    pub async fn read_page(
        &self,
        album: AlbumId,
        order: AlbumOrder,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<PictureKey>, Error> {
        let (index, ascending) = match order {
            AlbumOrder::Added => (BY_TIME, false),
            AlbumOrder::Taken => (BY_TAKEN, true),
        };
        let page = self.query_index(list_id(album), index, ascending, limit, after).await?;
        page.parse(|row| Ok(row.entry.strip_prefix(PICTURE).unwrap_or_default().parse()?))
    }

    /// Returns the keys among `keys` that wait for approval, strongly consistent. Keys must be
    /// distinct.
    pub async fn filter_waiting(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        let keys = keys.iter().map(|picture| waiting_key(album, *picture));
        let entries: Vec<AlbumEntry> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Reads a page of the pictures that wait for approval, in the order of their registration,
    /// strongly consistent.
    pub async fn list_waiting(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<PictureKey>, Error> {
        let request = self.query_prefix(album, WAITING).limit(i32::try_from(limit)?);
        let start = after.map(|after| row_key(list_id(album), after.0));
        let reply = request.set_exclusive_start_key(start).send().await?;
        let entries: Vec<AlbumEntry> = from_rows(reply.items)?;
        let last = entries.last().filter(|_| entries.len() == limit);
        let next = last.map(|entry| AlbumPosition(format!("{WAITING}{}", entry.key)));
        Ok(AlbumPage { items: entries.into_iter().map(|entry| entry.key).collect(), next })
    }

    /// Reads the pictures of one owner in an album, at most `limit`, strongly consistent.
    pub async fn list_of_owner(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let request = self.query_prefix(album, &format!("{PICTURE}{owner}/")).limit(i32::try_from(limit)?);
        let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
        Ok(entries.into_iter().map(|entry| entry.key).collect())
    }

    /// Adds pictures of `user` to an album. Idempotent. Returns the outcome for each key. Keys must
    /// be distinct and belong to `user`, who must be the owner or a contributor of the album.
    pub async fn add_pictures(
        &self,
        album: &Album,
        user: UserId,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, Addition>, Error> {
        let mut outcomes = BTreeMap::new();
        for chunk in keys.chunks(MAX_PICTURES_AT_ONCE) {
            self.add_at_once(album, user, chunk, &mut outcomes).await?;
        }
        Ok(outcomes)
    }

    async fn add_at_once(
        &self,
        album: &Album,
        user: UserId,
        keys: &[PictureKey],
        outcomes: &mut BTreeMap<PictureKey, Addition>,
    ) -> Result<(), Error> {
        let id = album.album_id;
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let contained = self.filter_contained(id, keys).await?;
            let pictures: Vec<Picture> =
                self.0.get_all_as(Table::Pictures, keys.iter().copied().map(pictures::key)).await?;
            let Some(current) = self.get(id).await? else {
                outcomes.extend(keys.iter().map(|key| (*key, Addition::NotAllowed)));
                return Ok(());
            };
            let mut room = MAX_ALBUM_PICTURES.saturating_sub(current.count);
            let mut added = Vec::new();
            for key in keys {
                let picture = pictures.iter().find(|picture| picture.key == *key);
                let outcome = match picture {
                    _ if contained.contains(key) => Addition::Added,
                    None => Addition::NoPicture,
                    Some(picture) if picture.albums >= MAX_ALBUMS_OF_PICTURE => Addition::InTooManyAlbums,
                    Some(_) if room == 0 => Addition::AlbumFull,
                    Some(picture) => {
                        room -= 1;
                        added.push(picture);
                        Addition::Added
                    }
                };
                outcomes.insert(*key, outcome);
            }
            match self.add_entries(album, user, &added).await? {
                Ok(()) => return Ok(()),
                Err(Conflict::NotAllowed) => {
                    let added = added.iter().map(|picture| (picture.key, Addition::NotAllowed));
                    outcomes.extend(added);
                    return Ok(());
                }
                // Another call changed the same rows. Read them again.
                Err(_) => {}
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    async fn add_entries(
        &self,
        album: &Album,
        user: UserId,
        pictures: &[&Picture],
    ) -> Result<Result<(), Conflict>, Error> {
        let Some(first) = pictures.first() else { return Ok(Ok(())) };
        let (id, now) = (album.album_id, Timestamp::now());
        let mut transaction = self.0.transaction();
        for picture in pictures {
            let entry = AlbumEntry { album_id: id, key: picture.key, added_by: Some(user), added_at: now };
            transaction = transaction.add_entry(&entry, picture)?;
            transaction = transaction.count_album_of(picture.key);
        }
        let transaction = transaction.count_entries(id, pictures.len(), first.key, now);
        transaction.require_role(album, user, AlbumRole::Contributor).commit().await
    }

    /// Adds a picture that waits for approval to the album.
    ///
    /// Conflicts: [`Conflict::LimitReached`], and [`Conflict::Changed`] if the picture does not
    /// wait.
    pub async fn approve(&self, album: AlbumId, picture: &Picture) -> Result<Result<(), Conflict>, Error> {
        let now = Timestamp::now();
        let entry = AlbumEntry { album_id: album, key: picture.key, added_by: None, added_at: now };
        let (waiting, exists) = (waiting_key(album, picture.key), Expression::exists("entry"));
        let transaction = self.0.transaction();
        let transaction = transaction.delete_if(Table::Albums, waiting, exists, Conflict::Changed);
        let transaction = transaction.add_entry(&entry, picture)?;
        transaction.count_entries(album, 1, picture.key, now).commit().await
    }

    /// Removes pictures from an album, waiting or not. Succeeds even if the pictures or the album
    /// do not exist.
    pub async fn remove_pictures(&self, album: AlbumId, keys: &[PictureKey]) -> Result<(), Error> {
        for chunk in keys.chunks(MAX_PICTURES_AT_ONCE) {
            self.remove_at_once(album, chunk).await?;
        }
        Ok(())
    }

    async fn remove_at_once(&self, album: AlbumId, keys: &[PictureKey]) -> Result<(), Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            let mirrors = keys.iter().map(|key| album_of_picture_key(*key, album)).collect();
            let mirrors = self.0.get_all(Table::Albums, mirrors).await?;
            let is_there = |key: &&PictureKey| {
                let list = string(format_args!("{PICTURE}{key}"));
                mirrors.iter().any(|row| row.get("listId") == Some(&list))
            };
            let removed: Vec<_> = keys.iter().filter(is_there).copied().collect();
            if removed.is_empty() {
                return Ok(());
            }
            let contained = self.filter_contained(album, &removed).await?;
            let existing: Vec<PictureKey> =
                self.0.get_all_as(Table::Pictures, removed.iter().copied().map(pictures::key)).await?;
            let mut transaction = self.0.transaction();
            for key in &removed {
                let (exists, mirror) = (Expression::exists("entry"), album_of_picture_key(*key, album));
                transaction = transaction.delete_if(Table::Albums, mirror, exists, Conflict::Changed);
                let row = match contained.contains(key) {
                    true => entry_key(album, *key),
                    false => waiting_key(album, *key),
                };
                let exists = Expression::exists("entry");
                transaction = transaction.delete_if(Table::Albums, row, exists, Conflict::Changed);
                if existing.contains(key) {
                    let count = Expression::new("ADD albums :minus").value(":minus", number(-1));
                    let (picture, exists) = (pictures::key(*key), Expression::exists("pictureId"));
                    transaction =
                        transaction.update_if(Table::Pictures, picture, count, exists, Conflict::Changed);
                }
            }
            if !contained.is_empty()
                && let Some(row) = self.get(album).await?
            {
                let contains_cover = row.cover.is_some_and(|cover| contained.contains(&cover));
                transaction = transaction.uncount_entries(album, contained.len(), contains_cover);
            }
            if transaction.commit().await?.is_ok() {
                return Ok(());
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Returns the attribute `takenOrder` of a picture in an album: a sort key of `ByTaken`.
    #[must_use]
    pub fn order_by_taken(picture: &Picture) -> String {
        format!("{}#{}", taken_order(picture), picture.key.picture_id)
    }

    /// Records a changed time of a picture in the order `taken` of an album. Does nothing if the
    /// album does not contain the picture.
    pub async fn set_taken(&self, album: AlbumId, picture: &Picture) -> Result<(), Error> {
        let order = Self::order_by_taken(picture);
        let request = self.0.update(Table::Albums, entry_key(album, picture.key));
        let request = request
            .update_expression("SET takenOrder = :taken")
            .condition_expression("attribute_exists(entry) AND takenOrder <> :taken")
            .expression_attribute_values(":taken", string(order));
        unless_condition_failed(request.send().await).map(|_| ())
    }

    // ---- Deletion ----------------------------------------------------------------------------

    /// Deletes the remaining rows of up to [`MAX_DELETED`] members of a deleted album, and returns
    /// their number.
    pub async fn delete_some_members(&self, album: AlbumId) -> Result<usize, Error> {
        let request = self.query_prefix(album, MEMBER).limit(MAX_DELETED);
        let members: Vec<Membership> = from_rows(request.send().await?.items)?;
        let keys = members.iter().flat_map(|member| {
            [member_key(album, member.user_id), album_of_member_key(member.user_id, album)]
        });
        self.0.delete_together(Table::Albums, keys).await?;
        Ok(members.len())
    }

    /// Removes up to [`MAX_PICTURES_AT_ONCE`] pictures of a deleted album, and as many that wait
    /// for approval. Returns their number.
    pub async fn remove_some_pictures(&self, album: AlbumId) -> Result<usize, Error> {
        let mut keys = Vec::new();
        for prefix in [PICTURE, WAITING] {
            let request = self.query_prefix(album, prefix).limit(i32::try_from(MAX_PICTURES_AT_ONCE)?);
            let entries: Vec<AlbumEntry> = from_rows(request.send().await?.items)?;
            keys.extend(entries.into_iter().map(|entry| entry.key));
        }
        self.remove_pictures(album, &keys).await?;
        Ok(keys.len())
    }

    /// Deletes the row that names a deleted album in the list of its owner.
    pub async fn forget_owner(&self, album: AlbumId, owner: UserId) -> Result<(), Error> {
        self.0.delete(Table::Albums, album_of_member_key(owner, album)).send().await?;
        Ok(())
    }

    fn query_prefix(
        &self,
        album: AlbumId,
        prefix: &str,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let request = self.0.query(Table::Albums, "listId", list_id(album)).consistent_read(true);
        request
            .key_condition_expression("listId = :list AND begins_with(entry, :prefix)")
            .expression_attribute_values(":prefix", string(prefix))
    }

    async fn list_entries<T: serde::de::DeserializeOwned>(
        &self,
        album: AlbumId,
        prefix: &str,
    ) -> Result<Vec<T>, Error> {
        let rows = self.query_prefix(album, prefix).into_paginator().items().send();
        rows.collect::<Result<Vec<_>, _>>().await?.into_iter().map(from_row).collect()
    }

    async fn query_index(
        &self,
        list: String,
        index: &str,
        ascending: bool,
        limit: usize,
        after: Option<AlbumPosition>,
    ) -> Result<AlbumPage<IndexRow>, Error> {
        let order = if index == BY_TIME { "timeOrder" } else { "takenOrder" };
        let request = self.0.query(Table::Albums, "listId", list).index_name(index);
        let request =
            request.consistent_read(true).scan_index_forward(ascending).limit(i32::try_from(limit)?);
        let request = match after {
            None => request,
            Some(after) => {
                let comparison = if ascending { ">" } else { "<" };
                request
                    .key_condition_expression(format!("listId = :list AND {order} {comparison} :after"))
                    .expression_attribute_values(":after", string(after.0))
            }
        };
        let items: Vec<IndexRow> = from_rows(request.send().await?.items)?;
        let last = items.last().filter(|_| items.len() == limit);
        let next = last.and_then(|row| match index {
            BY_TIME => row.time_order.clone(),
            _ => row.taken_order.clone(),
        });
        Ok(AlbumPage { next: next.map(AlbumPosition), items })
    }
}

/// The notices that a user chose.
#[derive(Debug, Deserialize)]
struct NoticesRow {
    #[serde(default)]
    notices: AlbumNotices,
}

/// A member, and what they are notified of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NotifiedMember {
    user_id: UserId,
    role: AlbumRole,
    #[serde(flatten)]
    choice: NoticesRow,
}

/// The attributes of a row in an index.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct IndexRow {
    entry: String,
    time_order: Option<String>,
    taken_order: Option<String>,
}

impl AlbumPage<IndexRow> {
    fn parse<T>(self, parse: impl Fn(&IndexRow) -> Result<T, Error>) -> Result<AlbumPage<T>, Error> {
        let items = self.items.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(AlbumPage { items, next: self.next })
    }
}

fn album_of_member(user: UserId, album: AlbumId, updated_at: Timestamp) -> Row {
    let mut row = album_of_member_key(user, album);
    row.insert("timeOrder".into(), string(time_order(updated_at, album)));
    row
}

impl Transaction<'_> {
    /// Adds the rows of a picture in an album.
    ///
    /// Conflict: [`Conflict::Changed`] if the album already contains the picture.
    pub(crate) fn add_entry(self, entry: &AlbumEntry, picture: &Picture) -> Result<Self, Error> {
        let row = entry_row(entry, picture)?;
        let transaction = self.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        Ok(transaction.put(Table::Albums, album_of_picture_key(entry.key, entry.album_id)))
    }

    /// Adds the rows of a picture that waits for approval. The album must exist.
    pub(crate) fn add_waiting(self, entry: &AlbumEntry) -> Result<Self, Error> {
        let row = with_key(to_row(entry)?, waiting_key(entry.album_id, entry.key));
        let exists = Expression::exists("entry");
        let transaction = self.require(Table::Albums, key(entry.album_id), exists, Conflict::NotAllowed);
        let transaction = transaction.put(Table::Albums, row);
        Ok(transaction.put(Table::Albums, album_of_picture_key(entry.key, entry.album_id)))
    }

    /// Adds one to the number of albums of a picture, which must exist.
    fn count_album_of(self, picture: PictureKey) -> Self {
        let room = Expression::exists("pictureId")
            .and("(attribute_not_exists(albums) OR albums < :max)")
            .value(":max", number(MAX_ALBUMS_OF_PICTURE));
        let count = Expression::new("ADD albums :one").value(":one", number(1));
        self.update_if(Table::Pictures, pictures::key(picture), count, room, Conflict::Changed)
    }

    /// Adds the number of added pictures to the count of an album. The first picture of an album
    /// becomes its cover.
    pub(crate) fn count_entries(
        self,
        album: AlbumId,
        added: usize,
        cover: PictureKey,
        now: Timestamp,
    ) -> Self {
        let max = usize::try_from(MAX_ALBUM_PICTURES).unwrap_or(usize::MAX).saturating_sub(added);
        let room = Expression::exists("entry").and("#count <= :max").value(":max", number(max));
        let cover = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(cover);
        let update = "SET updatedAt = :now, cover = if_not_exists(cover, :cover) ADD #count :added";
        let update = Expression::new(update)
            .name("#count", "count")
            .value(":now", string(now))
            .value(":cover", cover.unwrap_or(aws_sdk_dynamodb::types::AttributeValue::Null(true)))
            .value(":added", number(added));
        self.update_if(Table::Albums, key(album), update, room, Conflict::LimitReached)
    }

    /// Subtracts pictures that a transaction removes from an album. If its cover is one of them,
    /// the album has no cover until a picture is added or its owner chooses one, so that no key of
    /// a deleted picture remains.
    fn uncount_entries(self, album: AlbumId, removed: usize, removes_cover: bool) -> Self {
        let update = match removes_cover {
            true => "SET updatedAt = :now REMOVE cover ADD #count :removed",
            false => "SET updatedAt = :now ADD #count :removed",
        };
        let update = Expression::new(update)
            .name("#count", "count")
            .value(":now", string(Timestamp::now()))
            .value(":removed", number(format_args!("-{removed}")));
        self.update_if(Table::Albums, key(album), update, Expression::exists("entry"), Conflict::Changed)
    }

    /// Adds the condition that a member still has at least this role. Adds nothing for the owner,
    /// because the transaction requires that the album exists.
    fn require_role(self, album: &Album, user: UserId, role: AlbumRole) -> Self {
        if album.owner_id == user {
            return self;
        }
        let roles: Vec<_> = AlbumRole::OF_MEMBERS.into_iter().filter(|other| *other >= role).collect();
        let names: Vec<_> = (0..roles.len()).map(|i| format!(":role{i}")).collect();
        let condition = Expression::new(format!("#role IN ({})", names.join(", "))).name("#role", "role");
        let condition = names
            .iter()
            .zip(roles)
            .fold(condition, |condition, (name, role)| condition.value(name, string(role.as_str())));
        self.require(Table::Albums, member_key(album.album_id, user), condition, Conflict::NotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PictureId;
    use uuid::Uuid;

    fn parse(key: Row) -> AlbumRowKey {
        from_row::<RawAlbumRowKey>(key).unwrap().parse().unwrap()
    }

    #[test]
    fn parses_the_keys_of_all_rows() {
        let (album, user) = (AlbumId::new(), UserId(Uuid::now_v7()));
        let picture = PictureKey { owner_id: user, picture_id: PictureId::new() };
        assert_eq!(parse(key(album)), AlbumRowKey::Album(album));
        assert_eq!(parse(member_key(album, user)), AlbumRowKey::Member(album, user));
        assert_eq!(parse(entry_key(album, picture)), AlbumRowKey::Picture(album, picture));
        assert_eq!(parse(waiting_key(album, picture)), AlbumRowKey::Waiting(album, picture));
        assert_eq!(parse(album_of_member_key(user, album)), AlbumRowKey::Mirror);
        assert_eq!(parse(album_of_picture_key(picture, album)), AlbumRowKey::Mirror);
        for entry in ["", "link", "member#", "picture#x", "else#1"] {
            let key = row_key(list_id(album), entry);
            assert!(from_row::<RawAlbumRowKey>(key).unwrap().parse().is_err(), "{entry}");
        }
    }

    #[test]
    fn times_with_fewer_digits_sort_by_time() {
        let times = ["2026-11-29T07:00:00Z", "2026-11-29T07:00:00.1Z", "2026-11-29T07:00:00.12Z"];
        let orders = times.map(|time| time_order(time.parse().unwrap(), "id"));
        assert!(orders.is_sorted(), "{orders:?}");
    }

    #[test]
    fn the_position_of_a_page_survives_its_cursor() {
        let position = AlbumPosition(time_order(Timestamp::now(), AlbumId::new()));
        assert_eq!(AlbumPosition::from_bytes(&position.to_bytes()), Some(position));
        assert_eq!(AlbumPosition::from_bytes(&[0xFF]), None);
    }
}
