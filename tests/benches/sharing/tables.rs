//! The tables of the benchmark, and a client that counts requests.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsInput;
use domain::{Album, AlbumId, AlbumRole, Membership, PictureKey, UserId, Visibility};
use end_to_end::root::Root;
use index::Tables as _;
use jiff::Timestamp;
use lambda::http::Request;
use serde_json::json;
use store::{AccessReader, AlbumOrder, Albums, Table};

use crate::own_tables::{OwnTables, event, presigner};

/// The numbers of requests and of items that batches and transactions write.
#[derive(Clone, Debug, Default)]
struct Counts(Arc<(AtomicUsize, AtomicUsize)>);

impl Intercept for Counts {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), aws_sdk_dynamodb::error::BoxError> {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        let input = context.input();
        let written = if let Some(batch) = input.downcast_ref::<BatchWriteItemInput>() {
            batch.request_items().into_iter().flatten().map(|(_, items)| items.len()).sum()
        } else if let Some(transaction) = input.downcast_ref::<TransactWriteItemsInput>() {
            let items = transaction.transact_items().iter();
            items.filter(|item| item.condition_check().is_none()).count()
        } else {
            0
        };
        self.0.1.fetch_add(written, Ordering::Relaxed);
        Ok(())
    }
}

/// The tables of one run.
pub struct Tables {
    own: OwnTables,
    counts: Counts,
    pub index: index::DynamoDbTables,
    pub albums: Albums,
    access: AccessReader,
    feed: feed::Context,
}

impl Deref for Tables {
    type Target = OwnTables;

    fn deref(&self) -> &OwnTables {
        &self.own
    }
}

impl Tables {
    pub async fn create() -> Self {
        let counts = Counts::default();
        let config = Root::default().dynamodb.config().to_builder().interceptor(counts.clone()).build();
        let own = OwnTables::create(aws_sdk_dynamodb::Client::from_conf(config)).await;
        let database = own.database();
        Self {
            own,
            counts,
            index: index::DynamoDbTables::new(&database),
            albums: Albums::new(&database),
            access: AccessReader::new(&database),
            feed: feed::Context::new(&database, presigner()),
        }
    }

    pub async fn delete(self) {
        self.own.delete().await;
    }

    pub fn reset_counts(&self) {
        self.counts.0.0.store(0, Ordering::Relaxed);
        self.counts.0.1.store(0, Ordering::Relaxed);
    }

    /// Returns the numbers of requests and of written items since the last reset.
    pub fn counts(&self) -> (usize, usize) {
        (self.counts.0.0.load(Ordering::Relaxed), self.counts.0.1.load(Ordering::Relaxed))
    }

    pub async fn list_friends(&self, user: UserId) -> Vec<UserId> {
        self.index.list_friends(user).await.unwrap()
    }

    /// Writes a ready picture.
    pub async fn put_picture(&self, owner: UserId, visibility: Visibility) -> PictureKey {
        self.put_pictures(owner, 1, visibility).await[0]
    }

    /// Writes an album with these members. Its owner has a profile.
    pub async fn put_album(&self, owner: UserId, members: &[UserId]) -> Album {
        let now = Timestamp::now();
        let album = Album::new(AlbumId::new(), owner, "Oslo".into(), now);
        let profiles = [owner].iter().chain(members).map(|user| json!({"userId": user})).collect::<Vec<_>>();
        self.put_all(Table::Users, profiles).await;
        self.befriend(owner, members.iter().copied()).await;
        self.albums.create(&album).await.unwrap().unwrap();
        for user_id in members {
            let (album_id, role) = (album.album_id, AlbumRole::Viewer);
            let membership = Membership { album_id, user_id: *user_id, role, added_by: owner, since: now };
            self.albums.add_member(&album, &membership).await.unwrap().unwrap();
        }
        album
    }

    /// Reads the first page of 50 of an album as its owner, and counts its pictures.
    pub async fn count_album_page(&self, album: &Album, order: AlbumOrder) -> usize {
        let page = self.albums.read_page(album.album_id, order, 50, None).await.unwrap();
        let owner = Some(album.owner_id);
        let pictures = self.access.read_album_pictures(owner, album.album_id, &page.items).await.unwrap();
        pictures.unwrap().1.len()
    }

    /// Reads the first page of `GET /feed` and counts its pictures.
    pub async fn count_page(&self, reader: UserId) -> usize {
        let sample = include_str!("../../../events/feed.json");
        let event = event(sample, reader, &[], &[("limit", "50".to_owned())]);
        let request = Request::new(serde_json::from_value(event).unwrap());
        let reply = feed::handle(&self.feed, request).await.unwrap();
        reply.data()["items"].as_array().unwrap().len()
    }
}
