//! The Pictures table: (ownerId, pictureId), so that one owner's pictures are one strongly consistent query.

use std::cmp::Reverse;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{Put, ReturnValue};

use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use super::transaction::{Outcome, transact, write};
use super::{Change, Deadlines, Row, Users, batch, from_row, page, service_error, text, to_row};
use crate::Error;
use crate::api::PageRequest;
use crate::aws::{Cloud, variable};
use crate::model::{Picture, PictureId, PictureKey, Sha256, UserId, Visibility};

/// The index of an owner's pictures by the hash of their originals.
const BY_HASH: &str = "ByHash";

/// What became of a write to a picture that may have been deleted meanwhile.
#[derive(Debug)]
pub enum Written {
    /// The picture as it is now.
    Picture(Box<Picture>),
    /// There is no such picture; nothing was written.
    Gone,
}

/// How many pictures with one original are looked at: whoever has that many does not ask for the newest ten.
const MOST_ALIKE: usize = 1_000;

/// The Pictures table.
#[derive(Clone, Debug)]
pub struct Pictures {
    client: Client,
    table: String,
}

pub(super) fn key_row(key: PictureKey) -> Row {
    Row::from([("ownerId".into(), text(key.owner_id)), ("pictureId".into(), text(key.picture_id))])
}

impl Pictures {
    /// The table that `PICTURES_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("PICTURES_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    pub(super) fn table(&self) -> &str {
        &self.table
    }

    /// Registers a picture under a fresh id, with a deadline for its upload; `false`, and nothing written, where its owner's account was deleted.
    ///
    /// # Errors
    /// DynamoDB's, or the id was taken.
    pub async fn create(
        &self,
        picture: &Picture,
        users: &Users,
        deadlines: &Deadlines,
    ) -> Result<bool, Error> {
        let put = Put::builder().table_name(&self.table).set_item(Some(to_row(picture)?));
        let put = put.condition_expression("attribute_not_exists(pictureId)").build()?;
        let writes =
            vec![write(put), users.not_deleted(picture.key.owner_id)?, deadlines.begin(picture.key)?];
        match transact(&self.client, writes).await? {
            Outcome::Done => Ok(true),
            Outcome::Refused(places) if places == [1] => Ok(false),
            Outcome::Refused(_) => Err("the id of a new picture is taken".into()),
        }
    }

    /// The picture as it is now (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get(&self, key: PictureKey) -> Result<Option<Picture>, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key_row(key)));
        request.consistent_read(true).send().await?.item.map(from_row).transpose()
    }

    /// The pictures as they are now (strongly consistent), in no order; those that are gone are left out.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get_all(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        let keys = keys.iter().copied().map(key_row).collect();
        batch::get_all(&self.client, &self.table, keys).await?.into_iter().map(from_row).collect()
    }

    /// Changes a picture if it is still there.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn change(&self, key: PictureKey, change: Change) -> Result<Written, Error> {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key_row(key)));
        let request = change.apply(request).condition_expression("attribute_exists(pictureId)");
        match request.return_values(ReturnValue::AllNew).send().await {
            Ok(reply) => Ok(Written::Picture(Box::new(from_row(reply.attributes.unwrap_or_default())?))),
            Err(error) => match service_error(&error) {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(Written::Gone),
                _ => Err(error.into()),
            },
        }
    }

    /// Deletes a picture; its objects and feed rows go by subscription. `false` where it was not there.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete(&self, key: PictureKey) -> Result<bool, Error> {
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key_row(key)));
        Ok(request.return_values(ReturnValue::AllOld).send().await?.attributes.is_some())
    }

    /// Deletes a picture of which nothing has arrived. `false` where something has, or it was not there.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn expire(&self, key: PictureKey) -> Result<bool, Error> {
        let nothing = "attribute_exists(pictureId) AND attribute_not_exists(renditions) AND \
            attribute_not_exists(metadata) AND attribute_not_exists(failure)";
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key_row(key)));
        match request.condition_expression(nothing).send().await {
            Ok(_) => Ok(true),
            Err(error) => match service_error(&error) {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }

    fn query(&self, owner: UserId, page: PageRequest) -> Result<QueryFluentBuilder, Error> {
        let request = page::newest(&self.client, &self.table, ("ownerId", ":owner"), text(owner), page)?;
        Ok(request.consistent_read(true))
    }

    /// Of the next `page.limit` pictures of one owner, newest first, those that are not private, and where to read on (strongly
    /// consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn shared_of(
        &self,
        owner: UserId,
        page: PageRequest,
    ) -> Result<(Vec<Picture>, Option<PictureId>), Error> {
        let request = self.query(owner, page)?.filter_expression("visibility <> :private");
        let private = to_attribute_value(Visibility::Private)?;
        let reply = request.expression_attribute_values(":private", private).send().await?;
        let next = reply.last_evaluated_key.map(from_row::<PictureKey>).transpose()?;
        let pictures = reply.items.unwrap_or_default().into_iter().map(from_row).collect::<Result<_, _>>()?;
        Ok((pictures, next.map(|key| key.picture_id)))
    }

    /// One owner's pictures, newest first (strongly consistent). Fewer than `page.limit` means that there are no more.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn of_owner(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        let mut pages = self.query(owner, page)?.into_paginator().items().send();
        let mut pictures = Vec::with_capacity(page.limit);
        while pictures.len() < page.limit
            && let Some(row) = pages.next().await
        {
            pictures.push(from_row(row?)?);
        }
        Ok(pictures)
    }

    /// The newest of one owner's pictures that have this original, newest first, at most `most`; of a file that was uploaded more than
    /// a thousand times, of a thousand of them. The index follows the table within a second or so; what it says is looked up in the
    /// table, where the pictures are as they are now.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn of_original(
        &self,
        owner: UserId,
        sha256: &Sha256,
        most: usize,
    ) -> Result<Vec<Picture>, Error> {
        let request = self.client.query().table_name(&self.table).index_name(BY_HASH);
        let request = request.key_condition_expression("ownerId = :owner AND sha256 = :sha256");
        let request = request.expression_attribute_values(":owner", text(owner));
        let request = request.expression_attribute_values(":sha256", text(sha256.as_str()));
        let mut pages = request.into_paginator().items().send();
        let mut keys = Vec::new();
        while keys.len() < MOST_ALIKE
            && let Some(row) = pages.next().await
        {
            keys.push(from_row::<PictureKey>(row?)?);
        }
        // The index has no order among those with one hash.
        keys.sort_unstable_by_key(|key| Reverse(key.picture_id));
        keys.truncate(most);
        let mut pictures = self.get_all(&keys).await?;
        pictures.sort_unstable_by_key(|picture| Reverse(picture.key.picture_id));
        Ok(pictures)
    }

    /// A page of everybody's pictures, one owner's together, and where to read on. For rebuilding everything only.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn scan(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        let start = after.map(key_row);
        let (pictures, more) = page::scan::<Picture>(&self.client, &self.table, limit, start).await?;
        let next = pictures.last().map(|picture| picture.key).filter(|_| more);
        Ok((pictures, next))
    }

    /// Deletes up to a hundred pictures of one owner and says how many there were; their objects and feed rows go by
    /// subscription.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_some(&self, owner: UserId) -> Result<usize, Error> {
        let request =
            self.client.query().table_name(&self.table).key_condition_expression("ownerId = :owner");
        let request =
            request.expression_attribute_values(":owner", text(owner)).consistent_read(true).limit(100);
        let keys =
            request.projection_expression("ownerId, pictureId").send().await?.items.unwrap_or_default();
        let number = keys.len();
        batch::delete_all(&self.client, &self.table, keys).await?;
        Ok(number)
    }
}
