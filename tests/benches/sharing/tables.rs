//! The tables of the benchmark, and a client that counts requests.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use domain::{PictureKey, UserId, Visibility};
use end_to_end::root::Root;
use index::Tables as _;
use lambda::http::Request;

use crate::own_tables::{OwnTables, event, presigner};

/// The numbers of requests and of items in batch writes.
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
        if let Some(batch) = context.input().downcast_ref::<BatchWriteItemInput>() {
            let items = batch.request_items().into_iter().flatten().map(|(_, items)| items.len()).sum();
            self.0.1.fetch_add(items, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The tables of one run.
pub struct Tables {
    own: OwnTables,
    counts: Counts,
    pub index: index::DynamoDbTables,
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
        let index = index::DynamoDbTables::new(&database);
        Self { own, counts, index, feed: feed::Context::new(&database, presigner()) }
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

    /// Reads the first page of `GET /feed` and counts its pictures.
    pub async fn count_page(&self, reader: UserId) -> usize {
        let sample = include_str!("../../../events/feed.json");
        let event = event(sample, reader, &[], &[("limit", "50".to_owned())]);
        let request = Request::new(serde_json::from_value(event).unwrap());
        let reply = feed::handle(&self.feed, request).await.unwrap();
        reply.data()["items"].as_array().unwrap().len()
    }
}
