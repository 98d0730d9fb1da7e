//! The Links table: key (listId, entry). It contains share links.
//!
//! | `listId` | `entry` | row |
//! |---|---|---|
//! | `link#LINK` | `link` | the [`Link`] |
//! | `link#LINK` | `address#HASH` | the wrong passwords of one IP address in a row; expires |
//! | `link#LINK` | `passwords#HASH` | all passwords of one IP address in 15 minutes; expires |
//! | `link#LINK` | `guests` | the number of existing pictures of guests, and their bytes |
//! | `link#LINK` | `guests#HOUR` | the pictures that guests sent in one hour (UTC); expires |
//! | `link#LINK` | `visits` | the [`LinkVisits`] |
//! | `owner#USER` | `link#LINK` | names a link of the user |
//! | `album#ALBUM`, `picture#OWNER/PICTURE` | `link#LINK` | names a link to the target |
//!
//! The rows of the last three kinds are written and deleted in the same transaction as the link.
//! The row `guests` is deleted in it, too. The visits have a row of their own, because a write to
//! the row of the link would conflict with the transactions that read it.

use std::cmp::Reverse;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ReturnValue, Select};
use domain::{
    Link, LinkId, LinkTarget, LinkVisits, MAX_GUEST_BYTES, MAX_GUEST_PICTURES, MAX_GUEST_PICTURES_PER_HOUR,
    MAX_PASSWORDS, MAX_WRONG_PASSWORDS, PageRequest, Picture, Sha256, UserId, WRONG_PASSWORD_PERIOD,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::attribute_update::AttributeUpdate;
use crate::database::{Database, Table, unless_condition_failed};
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, albums, from_row, from_rows, number, pictures, seconds, string, to_row};

/// The sort key of the row of the link itself.
const LINK: &str = "link";
/// The time after which the row that counts the pictures of an hour expires.
const HOURLY_COUNT_RETENTION: SignedDuration = SignedDuration::from_hours(2);
/// The sort key of the row with the number of pictures of guests and their bytes. The row never
/// expires.
const GUESTS: &str = "guests";
/// The sort key of the row of the visits.
const VISITS: &str = "visits";
/// The maximum number of links deleted in one call. DynamoDB allows 100 writes in a transaction; a
/// link takes five.
const MAX_DELETED: i32 = 20;

/// The Links table.
#[derive(Clone, Debug)]
pub struct Links(Database);

fn row_key(list: impl ToString, entry: impl ToString) -> Row {
    Row::from([("listId".into(), string(list)), ("entry".into(), string(entry))])
}

fn list_id(link: LinkId) -> String {
    format!("link#{link}")
}

pub(crate) fn key(link: LinkId) -> Row {
    row_key(list_id(link), LINK)
}

fn guests_key(link: LinkId) -> Row {
    row_key(list_id(link), GUESTS)
}

fn visits_key(link: LinkId) -> Row {
    row_key(list_id(link), VISITS)
}

fn link_of_owner_key(owner: UserId, link: LinkId) -> Row {
    row_key(format_args!("owner#{owner}"), list_id(link))
}

fn link_of_target_key(target: LinkTarget, link: LinkId) -> Row {
    row_key(target, list_id(link))
}

fn attempts_key(link: LinkId, address: &str) -> Row {
    row_key(list_id(link), format_args!("address#{}", Sha256::of(address.as_bytes()).as_str()))
}

fn passwords_key(link: LinkId, address: &str) -> Row {
    row_key(list_id(link), format_args!("passwords#{}", Sha256::of(address.as_bytes()).as_str()))
}

/// A row that names a link.
#[derive(Deserialize)]
struct Mirror {
    entry: String,
}

impl Mirror {
    fn link(&self) -> Result<LinkId, Error> {
        Ok(self.entry.strip_prefix("link#").unwrap_or_default().parse()?)
    }
}

/// The row of the visits of a link.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VisitsRow {
    list_id: String,
    #[serde(flatten)]
    visits: LinkVisits,
}

impl Links {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Adds a link.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the owner, and
    /// [`Conflict::NotAllowed`] if the album or the picture does not exist.
    pub async fn create(&self, link: &Link) -> Result<Result<(), Conflict>, Error> {
        let (id, owner) = (link.link_id, link.owner_id);
        let mut row = to_row(link)?;
        row.extend(key(id));
        let transaction = self.0.transaction();
        // A link created after the deletion of its target would remain in the list of its owner.
        let transaction = match link.target {
            LinkTarget::Album(album) => {
                let exists = Expression::exists("entry");
                transaction.require(Table::Albums, albums::key(album), exists, Conflict::NotAllowed)
            }
            LinkTarget::Picture(picture) => {
                let exists = Expression::exists("pictureId");
                transaction.require(Table::Pictures, pictures::key(picture), exists, Conflict::NotAllowed)
            }
        };
        let transaction =
            transaction.put_if(Table::Links, row, Expression::absent("entry"), Conflict::Changed);
        let transaction = transaction.put(Table::Links, visits_key(id));
        let transaction = transaction.put(Table::Links, link_of_owner_key(owner, id));
        let transaction = transaction.put(Table::Links, link_of_target_key(link.target, id));
        transaction.require_account(owner).require_profile(owner).commit().await
    }

    /// Reads a link, strongly consistent.
    pub async fn get(&self, link: LinkId) -> Result<Option<Link>, Error> {
        self.0.get_as(Table::Links, key(link)).await
    }

    /// Reads the visits of a link, strongly consistent.
    pub async fn get_visits(&self, link: LinkId) -> Result<LinkVisits, Error> {
        Ok(self.0.get_as(Table::Links, visits_key(link)).await?.unwrap_or_default())
    }

    /// Counts the links of a member, strongly consistent.
    pub async fn count_of(&self, owner: UserId) -> Result<usize, Error> {
        let request = self.0.query(Table::Links, "listId", format!("owner#{owner}"));
        let reply = request.consistent_read(true).select(Select::Count).send().await?;
        Ok(usize::try_from(reply.count)?)
    }

    /// Reads a page of the links of a member with their visits, newest first, strongly consistent.
    /// The second value is the position after which the next page starts.
    pub async fn list_of(
        &self,
        owner: UserId,
        page: PageRequest<LinkId>,
    ) -> Result<(Vec<(Link, LinkVisits)>, Option<LinkId>), Error> {
        let request = self.0.query(Table::Links, "listId", format!("owner#{owner}"));
        let request = request.consistent_read(true).scan_index_forward(false);
        let request = request.limit(i32::try_from(page.limit)?);
        let request = match page.after {
            None => request,
            Some(after) => request
                .key_condition_expression("listId = :list AND entry < :after")
                .expression_attribute_values(":after", string(list_id(after))),
        };
        let mirrors: Vec<Mirror> = from_rows(request.send().await?.items)?;
        let ids = mirrors.iter().map(Mirror::link).collect::<Result<Vec<_>, _>>()?;
        let links: Vec<Link> = self.0.get_all_as(Table::Links, ids.iter().copied().map(key)).await?;
        let visits: Vec<VisitsRow> =
            self.0.get_all_as(Table::Links, ids.iter().copied().map(visits_key)).await?;
        let visits: HashMap<_, _> = visits.into_iter().map(|row| (row.list_id, row.visits)).collect();
        let visits_of = |link: &Link| visits.get(&list_id(link.link_id)).copied().unwrap_or_default();
        let mut links: Vec<_> = links.into_iter().map(|link| (visits_of(&link), link)).collect();
        links.sort_unstable_by_key(|(_, link)| Reverse(link.link_id));
        let links = links.into_iter().map(|(visits, link)| (link, visits)).collect();
        Ok((links, page.next(&ids, |id| *id)))
    }

    /// Updates a link and returns the updated one, or `None` if the link does not exist.
    pub async fn update(&self, link: LinkId, update: AttributeUpdate) -> Result<Option<Link>, Error> {
        let request = update.apply(self.0.update(Table::Links, key(link)));
        let request = request.condition_expression("attribute_exists(entry)");
        let reply = request.return_values(ReturnValue::AllNew).send().await;
        let updated = unless_condition_failed(reply)?;
        updated.map(|reply| from_row(reply.attributes.unwrap_or_default())).transpose()
    }

    /// Deletes a link, which revokes it. Succeeds even if the link does not exist.
    pub async fn delete(&self, link: &Link) -> Result<(), Error> {
        self.delete_links(std::slice::from_ref(link)).await
    }

    async fn delete_links(&self, links: &[Link]) -> Result<(), Error> {
        let keys = links.iter().flat_map(|link| {
            let id = link.link_id;
            let mirrors = [link_of_owner_key(link.owner_id, id), link_of_target_key(link.target, id)];
            [key(id), guests_key(id), visits_key(id)].into_iter().chain(mirrors)
        });
        self.0.delete_together(Table::Links, keys).await
    }

    /// Deletes up to 20 links to a deleted target and returns their number.
    pub async fn delete_some_to(&self, target: LinkTarget) -> Result<usize, Error> {
        self.delete_some(target.to_string()).await
    }

    /// Deletes up to 20 links of a deleted account and returns their number.
    pub async fn delete_some_of(&self, owner: UserId) -> Result<usize, Error> {
        self.delete_some(format!("owner#{owner}")).await
    }

    async fn delete_some(&self, list: String) -> Result<usize, Error> {
        let request = self.0.query(Table::Links, "listId", &list).consistent_read(true);
        let mirrors: Vec<Mirror> = from_rows(request.limit(MAX_DELETED).send().await?.items)?;
        let ids = mirrors.iter().map(Mirror::link).collect::<Result<Vec<_>, _>>()?;
        let links: Vec<Link> = self.0.get_all_as(Table::Links, ids.iter().copied().map(key)).await?;
        self.delete_links(&links).await?;
        // Also deletes rows that name missing links, so that repeated calls empty the list.
        let mirrors = ids.iter().map(|id| row_key(&list, list_id(*id)));
        self.0.delete_together(Table::Links, mirrors).await?;
        Ok(ids.len())
    }

    /// Counts a visit. Does nothing if the link was deleted.
    pub async fn count_visit(&self, link: LinkId) -> Result<(), Error> {
        let request = self.0.update(Table::Links, visits_key(link));
        let request = request
            .update_expression("SET lastVisitedAt = :now ADD visits :one")
            .expression_attribute_values(":now", string(Timestamp::now()))
            .expression_attribute_values(":one", number(1));
        // A write after the deletion of the link would leave a row that nothing deletes.
        let existing = request.clone().condition_expression("attribute_exists(entry)");
        if unless_condition_failed(existing.send().await)?.is_none() && self.get(link).await?.is_some() {
            // The link is older than the counter.
            request.send().await?;
        }
        Ok(())
    }

    /// Counts an attempt to unlock a link from an IP address. Call this before you verify the
    /// password, so that concurrent attempts cannot exceed the limits. Returns `false` if the
    /// address has no attempts left: after [`MAX_WRONG_PASSWORDS`] in a row, which
    /// [`Links::clear_attempts`] resets, or after [`MAX_PASSWORDS`].
    pub async fn count_attempt(&self, link: LinkId, address: &str) -> Result<bool, Error> {
        // Right passwords cost hashes, too. This period starts with the first password only, so
        // that regular visits do not extend it.
        let passwords = passwords_key(link, address);
        let all = self.count_in_period(passwords, MAX_PASSWORDS, "if_not_exists(expiresAt, :until)");
        if !all.await? {
            return Ok(false);
        }
        self.count_in_period(attempts_key(link, address), MAX_WRONG_PASSWORDS, ":until").await
    }

    /// Counts an attempt in a row that expires after [`WRONG_PASSWORD_PERIOD`]. `expires_at` is an
    /// expression for the time. Returns `false` if the row has the maximum number of attempts.
    async fn count_in_period(&self, key: Row, max: u32, expires_at: &str) -> Result<bool, Error> {
        let now = Timestamp::now();
        let until = now.checked_add(WRONG_PASSWORD_PERIOD)?;
        let request = self.0.update(Table::Links, key.clone());
        let request = request
            .update_expression(format!("SET expiresAt = {expires_at} ADD attempts :one"))
            .condition_expression("attribute_not_exists(entry) OR (expiresAt > :now AND attempts < :max)")
            .expression_attribute_values(":until", seconds(until))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", seconds(now))
            .expression_attribute_values(":max", number(max));
        if unless_condition_failed(request.send().await)?.is_some() {
            return Ok(true);
        }
        // DynamoDB can delete a row days after it expires. Replaces an expired row.
        let mut row = key;
        row.insert("attempts".into(), number(1));
        row.insert("expiresAt".into(), seconds(until));
        let request = self.0.put(Table::Links, row).condition_expression("expiresAt <= :now");
        let request = request.expression_attribute_values(":now", seconds(now));
        Ok(unless_condition_failed(request.send().await)?.is_some())
    }

    /// Resets the number of wrong passwords in a row from an IP address.
    pub async fn clear_attempts(&self, link: LinkId, address: &str) -> Result<(), Error> {
        self.0.delete(Table::Links, attempts_key(link, address)).send().await?;
        Ok(())
    }
}

impl Transaction<'_> {
    /// Counts a picture that a guest sends through a link. Requires that the link accepts pictures,
    /// and that its token, its password, its expiry and its `review` have not changed.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the link was deleted or changed,
    /// [`Conflict::LimitReached`] for all pictures and their bytes, and
    /// [`Conflict::HourlyLimitReached`] for the pictures of the hour.
    pub(crate) fn count_guest_picture(self, link: &Link, bytes: u64, now: Timestamp) -> Self {
        let id = link.link_id;
        let unchanged = Expression::new("secretHash = :secret AND upload = :true AND review = :review")
            .value(":secret", string(link.secret_hash.as_str()))
            .value(":true", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
            .value(":review", aws_sdk_dynamodb::types::AttributeValue::Bool(link.review));
        let unchanged = unchanged.and_same("passwordHash", link.password_hash.as_ref().map(string));
        let unchanged = unchanged.and_same("expiresAt", link.expires_at.map(string));
        let transaction = self.require(Table::Links, key(id), unchanged, Conflict::NotAllowed);
        let below_limit = Expression::new(
            "attribute_not_exists(entry) OR (pictures < :maxPictures AND #bytes <= :maxBytes)",
        )
        .value(":maxPictures", number(MAX_GUEST_PICTURES))
        .value(":maxBytes", number(MAX_GUEST_BYTES.saturating_sub(bytes)));
        let count = Expression::new("ADD pictures :one, #bytes :bytes")
            .name("#bytes", "bytes")
            .value(":one", number(1))
            .value(":bytes", number(bytes));
        let transaction =
            transaction.update_if(Table::Links, guests_key(id), count, below_limit, Conflict::LimitReached);
        let hour = now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H").to_string();
        let below_limit = Expression::new("attribute_not_exists(entry) OR pictures < :max")
            .value(":max", number(MAX_GUEST_PICTURES_PER_HOUR));
        let expires_at = now.saturating_add(HOURLY_COUNT_RETENTION).unwrap_or(Timestamp::MAX);
        let count = Expression::new("SET expiresAt = :at ADD pictures :one")
            .value(":at", seconds(expires_at))
            .value(":one", number(1));
        let hour_key = row_key(list_id(id), format_args!("guests#{hour}"));
        transaction.update_if(Table::Links, hour_key, count, below_limit, Conflict::HourlyLimitReached)
    }

    /// Subtracts a deleted picture of a guest from the number and the bytes of its link. Does
    /// nothing for a picture of a member. The count of the hour does not change, because its limit
    /// is a rate.
    ///
    /// Conflict: [`Conflict::LinkDeleted`] if the link was deleted.
    pub(crate) fn subtract_guest_picture(self, picture: &Picture) -> Self {
        let Some(guest) = &picture.guest else { return self };
        let update = Expression::new("ADD pictures :pictures, #bytes :bytes")
            .name("#bytes", "bytes")
            .value(":pictures", number(-1))
            .value(":bytes", number(format_args!("-{}", picture.bytes)));
        let key = guests_key(guest.link_id);
        self.update_if(Table::Links, key, update, Expression::exists("entry"), Conflict::LinkDeleted)
    }
}
