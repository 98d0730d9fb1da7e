//! The Quotas table: key (userId, period). It counts what a member adds. The transaction that
//! writes a row also counts it, on condition that the counter stays within the limit.
//!
//! | `period` | counters |
//! |---|---|
//! | `total` | `pictures` and `bytes` of all pictures |
//! | `day#DATE` | `pictures`, `bytes`, `friendRequests`, `keys` and `rules` of a day of UTC |
//! | `hour#TIME` | `comments` and `evaluations` of an hour of UTC |
//!
//! Each further multipart upload of a picture adds to the `bytes` of the day.
//!
//! Every registration and every deletion of a picture requires the row `total`. If it does not
//! exist, [`Quotas::count_pictures`] counts the pictures first. No picture is added or deleted
//! meanwhile, so the count is exact. To repair wrong totals, delete the row.

use std::collections::BTreeSet;

use domain::{
    Comment, MAX_EVALUATIONS_PER_HOUR, MAX_KEYS_PER_DAY, MAX_RULES_PER_DAY, Picture, PictureUsage, Quota,
    QuotaLimits, UserId, Window,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use crate::aws::variable;
use crate::database::{Database, Table};
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, Row, from_row, number, seconds, string};

/// The period of the counters of all pictures.
const TOTAL: &str = "total";
/// The time until the row of a window expires after the window.
const RETENTION: SignedDuration = SignedDuration::from_hours(1);

/// The pictures that a member has added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// All pictures.
    pub total: PictureUsage,
    /// The pictures registered today (UTC), deleted ones included. The bytes include those of
    /// repeated multipart uploads.
    pub today: PictureUsage,
}

/// The Quotas table.
#[derive(Clone, Debug)]
pub struct Quotas(Database);

/// Reads the limits of each member from the environment variable `QUOTAS`, a JSON object.
///
/// # Errors
/// Returns an error if the variable is not set or is not the JSON of [`QuotaLimits`].
pub fn quota_limits() -> Result<QuotaLimits, Error> {
    let limits = serde_json::from_str(&variable("QUOTAS")?);
    limits.map_err(|error| format!("the environment variable QUOTAS is invalid: {error}").into())
}

fn key(user: UserId, period: &str) -> Row {
    Row::from([("userId".into(), string(user)), ("period".into(), string(period))])
}

/// Returns the sort key of a window's row.
fn period(window: Window, now: Timestamp) -> String {
    let start = window.start(now);
    match window {
        Window::Day => format!("day#{}", start.date()),
        Window::Hour => format!("hour#{}", start.strftime("%Y-%m-%dT%H")),
    }
}

/// Parses the counters of a row. Wrong totals can be negative, which counts as zero.
fn picture_usage(row: Row) -> Result<PictureUsage, Error> {
    #[derive(Deserialize)]
    struct Counters {
        #[serde(default)]
        pictures: i64,
        #[serde(default)]
        bytes: i64,
    }
    let Counters { pictures, bytes } = from_row(row)?;
    let count = |counter| u64::try_from(counter).unwrap_or_default();
    Ok(PictureUsage { pictures: count(pictures), bytes: count(bytes) })
}

impl Quotas {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Reads what a member has added, strongly consistent.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`].
    pub async fn usage(&self, user: UserId) -> Result<Result<Usage, Conflict>, Error> {
        let now = Timestamp::now();
        let keys = [TOTAL.to_owned(), period(Window::Day, now)];
        let rows = self.0.get_all(Table::Quotas, keys.iter().map(|period| key(user, period)).collect());
        let mut total = None;
        let mut today = PictureUsage::default();
        for row in rows.await? {
            match row.get("period") == Some(&string(TOTAL)) {
                true => total = Some(picture_usage(row)?),
                false => today = picture_usage(row)?,
            }
        }
        let total = match total {
            Some(total) => Ok(total),
            None => self.count_pictures(user).await?,
        };
        Ok(total.map(|total| Usage { total, today }))
    }

    /// Counts the pictures of a member who has no row `total`, and writes the row. Takes some five
    /// seconds for 50,000 pictures.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`].
    async fn count_pictures(&self, user: UserId) -> Result<Result<PictureUsage, Conflict>, Error> {
        let request = self.0.query(Table::Pictures, "ownerId", user).consistent_read(true);
        let request = request.projection_expression("#bytes").expression_attribute_names("#bytes", "bytes");
        let mut rows = request.into_paginator().items().send();
        let mut total = PictureUsage::default();
        while let Some(row) = rows.next().await {
            total.pictures += 1;
            total.bytes += picture_usage(row?)?.bytes;
        }
        let mut row = key(user, TOTAL);
        row.insert("pictures".into(), number(total.pictures));
        row.insert("bytes".into(), number(total.bytes));
        let absent = Expression::absent("userId");
        let transaction = self.0.transaction().put_if(Table::Quotas, row, absent, Conflict::Changed);
        match transaction.require_account(user).commit().await? {
            // Another call has counted the pictures.
            Err(Conflict::Changed) => match self.0.get(Table::Quotas, key(user, TOTAL)).await? {
                Some(total) => picture_usage(total).map(Ok),
                None => Err("the counters of all pictures were deleted during the count".into()),
            },
            outcome => Ok(outcome.map(|()| total)),
        }
    }

    /// Returns the conflict of a registration that exceeded a quota, or `None` if a repeated
    /// registration can succeed.
    pub(crate) async fn explain_refusal(
        &self,
        picture: &Picture,
        limits: &QuotaLimits,
    ) -> Result<Option<Conflict>, Error> {
        Ok(match self.usage(picture.key.owner_id).await? {
            Ok(Usage { total, today }) => {
                limits.find_exceeded(today, total, picture.bytes).map(Conflict::QuotaExceeded)
            }
            Err(conflict) => Some(conflict),
        })
    }

    /// Writes the row `total` if it does not exist. Returns `false` if the account was deleted.
    pub(crate) async fn ensure_counted(&self, user: UserId) -> Result<bool, Error> {
        Ok(self.usage(user).await?.is_ok())
    }

    /// Counts a call that evaluates a rule in the hour.
    ///
    /// Conflicts: [`Conflict::QuotaExceeded`].
    pub async fn count_evaluation(&self, user: UserId) -> Result<Result<(), Conflict>, Error> {
        let count = Count { name: "evaluations", amount: 1, limit: MAX_EVALUATIONS_PER_HOUR };
        let (window, quota) = (Window::Hour, Quota::EvaluationsPerHour);
        self.0.transaction().count_in(window, user, Timestamp::now(), &[count], quota).commit().await
    }

    /// Reads at most `limit` rows, from a random one on. Returns the ids of their members. Repeated
    /// calls find all members who have registered a picture, with or without a profile.
    pub async fn sample_ids(&self, limit: usize) -> Result<BTreeSet<UserId>, Error> {
        self.0.sample_user_ids(Table::Quotas, limit, key(UserId(Uuid::now_v7()), TOTAL)).await
    }

    /// Deletes all counters of a member.
    pub async fn delete_all(&self, user: UserId) -> Result<(), Error> {
        let request = self.0.query(Table::Quotas, "userId", user).consistent_read(true);
        let request = request.projection_expression("userId, #period");
        let request = request.expression_attribute_names("#period", "period");
        let keys = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        self.0.delete_all(Table::Quotas, keys).await
    }
}

/// A counter of a row, the amount to add, and the limit.
struct Count {
    name: &'static str,
    amount: u64,
    limit: u64,
}

impl Count {
    /// Returns the highest value to which the amount can be added.
    fn max(&self) -> i128 {
        i128::from(self.limit) - i128::from(self.amount)
    }

    /// Returns the condition that the counter stays within the limit. `i` distinguishes the
    /// placeholders of the counters of a row.
    fn condition(&self, i: usize) -> String {
        match self.max() {
            // The amount alone exceeds the limit, so an absent counter fails, too.
            ..0 => format!("#c{i} <= :m{i}"),
            _ => format!("(attribute_not_exists(#c{i}) OR #c{i} <= :m{i})"),
        }
    }
}

impl Transaction<'_> {
    /// Counts a new picture: in the owner's totals, which must exist, and in the day.
    pub(crate) fn count_picture(self, picture: &Picture, limits: &QuotaLimits, now: Timestamp) -> Self {
        let owner = picture.key.owner_id;
        let counts = |pictures, bytes| {
            [
                Count { name: "pictures", amount: 1, limit: pictures },
                Count { name: "bytes", amount: picture.bytes, limit: bytes },
            ]
        };
        let (update, condition) = counting(&counts(limits.pictures, limits.bytes), None);
        let condition = condition.and("attribute_exists(userId)");
        let conflict = Conflict::QuotaExceeded(Quota::Pictures);
        let transaction = self.update_if(Table::Quotas, key(owner, TOTAL), update, condition, conflict);
        let today = counts(limits.pictures_per_day, limits.bytes_per_day);
        transaction.count_in(Window::Day, owner, now, &today, Quota::PicturesPerDay)
    }

    /// Counts the bytes of a picture in the day again, for another multipart upload. The totals do
    /// not change, because S3 deletes the parts of unfinished uploads after a day.
    pub(crate) fn count_repeated_upload(
        self,
        picture: &Picture,
        limits: &QuotaLimits,
        now: Timestamp,
    ) -> Self {
        let count = Count { name: "bytes", amount: picture.bytes, limit: limits.bytes_per_day };
        self.count_in(Window::Day, picture.key.owner_id, now, &[count], Quota::BytesPerDay)
    }

    /// Subtracts a deleted picture from the totals of its owner.
    pub(crate) fn subtract_picture(self, picture: &Picture) -> Self {
        let update = Expression::new("ADD #pictures :pictures, #bytes :bytes")
            .name("#pictures", "pictures")
            .name("#bytes", "bytes")
            .value(":pictures", number(-1))
            .value(":bytes", number(format_args!("-{}", picture.bytes)));
        let key = key(picture.key.owner_id, TOTAL);
        self.update_if(Table::Quotas, key, update, Expression::exists("userId"), Conflict::NotCounted)
    }

    /// Counts a comment in the hour in which it was written.
    pub(crate) fn count_comment(self, comment: &Comment, limits: &QuotaLimits) -> Self {
        let count = Count { name: "comments", amount: 1, limit: limits.comments_per_hour };
        let (author, now) = (comment.author_id, comment.created_at);
        self.count_in(Window::Hour, author, now, &[count], Quota::CommentsPerHour)
    }

    /// Counts a friend request in the day.
    pub(crate) fn count_friend_request(self, from: UserId, limits: &QuotaLimits) -> Self {
        let count = Count { name: "friendRequests", amount: 1, limit: limits.friend_requests_per_day };
        self.count_in(Window::Day, from, Timestamp::now(), &[count], Quota::FriendRequestsPerDay)
    }

    /// Counts a developer key in the day.
    pub(crate) fn count_key(self, user: UserId, now: Timestamp) -> Self {
        let count = Count { name: "keys", amount: 1, limit: MAX_KEYS_PER_DAY };
        self.count_in(Window::Day, user, now, &[count], Quota::KeysPerDay)
    }

    /// Counts a new or changed rule of a smart album in the day.
    pub(crate) fn count_rule_change(self, owner: UserId) -> Self {
        let count = Count { name: "rules", amount: 1, limit: MAX_RULES_PER_DAY };
        self.count_in(Window::Day, owner, Timestamp::now(), &[count], Quota::RulesPerDay)
    }

    fn count_in(self, window: Window, user: UserId, now: Timestamp, counts: &[Count], quota: Quota) -> Self {
        let expires_at = window.end(now).saturating_add(RETENTION).unwrap_or(Timestamp::MAX);
        let (update, condition) = counting(counts, Some(expires_at));
        let key = key(user, &period(window, now));
        self.update_if(Table::Quotas, key, update, condition, Conflict::QuotaExceeded(quota))
    }
}

/// Returns the update that adds to the counters of a row, and its condition.
fn counting(counts: &[Count], expires_at: Option<Timestamp>) -> (Expression, Expression) {
    let condition: Vec<_> = counts.iter().enumerate().map(|(i, count)| count.condition(i)).collect();
    let added: Vec<_> = (0..counts.len()).map(|i| format!("#c{i} :a{i}")).collect();
    let added = format!("ADD {}", added.join(", "));
    let mut update = match expires_at {
        None => Expression::new(added),
        Some(at) => Expression::new(format!("SET expiresAt = :at {added}")).value(":at", seconds(at)),
    };
    let mut condition = Expression::new(condition.join(" AND "));
    for (i, count) in counts.iter().enumerate() {
        update = update.name(&format!("#c{i}"), count.name).value(&format!(":a{i}"), number(count.amount));
        condition = condition.value(&format!(":m{i}"), number(count.max()));
    }
    (update, condition)
}
