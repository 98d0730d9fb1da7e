//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod guests;
mod manage;
mod visits;

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ItemResponse};
use aws_smithy_mocks::{Rule, mock};
use domain::{
    Album, AlbumEntry, AlbumId, Link, LinkRights, LinkTarget, LinkToken, LinkVisits, Picture, PictureKey,
    Visibility,
};
use jiff::Timestamp;
use lambda::http::{ApiError, Reply, Request};
use links::Context;

/// The token of the sample events.
const TOKEN: &str = "AZoSNFZ4eryN7wEjRWeJrAcHBwcHBwcHBwcHBwcHBwc";
/// The album of the sample events.
const ALBUM: &str = "019a1234-5678-7abc-8def-0123456789ad";
/// The guest key of the sample events.
const GUEST_KEY: &str = "q83vASNFZ4mrze8BI0VniQ";

type Row = HashMap<String, AttributeValue>;

fn token() -> LinkToken {
    LinkToken::parse(TOKEN).unwrap()
}

/// Returns the link of the sample events: to the album, without rights and password.
fn link() -> Link {
    Link {
        link_id: token().link_id,
        owner_id: key().owner_id,
        target: LinkTarget::Album(album().album_id),
        name: Some("Family".into()),
        secret_hash: token().secret_hash(),
        expires_at: None,
        password_hash: None,
        rights: LinkRights::default(),
        review: false,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn with_upload() -> Link {
    Link { rights: LinkRights { download: true, upload: true }, ..link() }
}

fn album() -> Album {
    let (album, owner) = (ALBUM.parse().unwrap(), key().owner_id);
    Album { count: 1, ..Album::new(album, owner, "Lake Bled".into(), Timestamp::UNIX_EPOCH) }
}

fn key() -> PictureKey {
    testing::registered_picture().key
}

/// The rows of the tables.
#[derive(Clone, Debug, Default)]
struct World {
    link: Option<Link>,
    album: Option<Album>,
    picture: Option<Picture>,
    /// Whether the album contains the picture.
    contained: bool,
    /// Whether the picture waits for approval.
    waiting: bool,
}

impl World {
    /// A link to an album with a ready picture.
    fn new(link: Link) -> Self {
        let picture = Some(testing::ready_picture(Visibility::Private));
        Self { link: Some(link), album: Some(album()), picture, contained: true, waiting: false }
    }

    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        let text =
            |name: &str| key.get(name).and_then(|value| value.as_s().ok().cloned()).unwrap_or_default();
        let entry = |exists: bool| {
            let key = self.picture.as_ref().map(|picture| picture.key)?;
            let album_id: AlbumId = ALBUM.parse().unwrap();
            let added_at = Timestamp::UNIX_EPOCH;
            exists.then(|| testing::row(&AlbumEntry { album_id, key, added_by: None, added_at }))
        };
        match (table, text("entry").split('#').next().unwrap_or_default()) {
            ("Links", "link") => {
                let link = self.link.as_ref()?;
                (text("listId") == format!("link#{}", link.link_id)).then(|| testing::row(link))
            }
            ("Links", "visits") => {
                let last_visited_at = Some(Timestamp::UNIX_EPOCH);
                let mut row = testing::row(&LinkVisits { visits: 3, last_visited_at });
                row.extend(key.clone());
                Some(row)
            }
            ("Albums", "album") => self.album.as_ref().map(testing::row),
            ("Albums", "picture") => entry(self.contained),
            ("Albums", "waiting") => entry(self.waiting),
            ("Pictures", _) => {
                let picture = self.picture.as_ref()?;
                (text("pictureId") == picture.key.picture_id.to_string()).then(|| testing::row(picture))
            }
            _ => None,
        }
    }

    /// Returns rules that reply to all reads.
    fn rules(&self) -> Vec<Rule> {
        let [world, in_transaction, in_batch, in_query] = [(); 4].map(|()| self.clone());
        vec![
            testing::cursor_key(),
            mock!(aws_sdk_dynamodb::Client::get_item).then_compute_output(move |request| {
                let row = world.row(request.table_name().unwrap(), request.key().unwrap());
                GetItemOutput::builder().set_item(row).build()
            }),
            mock!(aws_sdk_dynamodb::Client::transact_get_items).then_compute_output(move |request| {
                let responses = request.transact_items().iter().map(|item| {
                    let get = item.get().unwrap();
                    let row = in_transaction.row(get.table_name(), get.key());
                    ItemResponse::builder().set_item(row).build()
                });
                TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
            }),
            mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
                let mut reply = BatchGetItemOutput::builder();
                for (table, keys) in request.request_items().unwrap() {
                    let rows = keys.keys().iter().filter_map(|key| in_batch.row(table, key)).collect();
                    reply = reply.responses(table, rows);
                }
                reply.build()
            }),
            // The pictures of the album.
            mock!(aws_sdk_dynamodb::Client::query)
                .match_requests(|request| request.table_name() == Some("Albums"))
                .then_compute_output(move |request| {
                    assert!(matches!(request.index_name(), Some("ByTime" | "ByTaken")));
                    let picture = in_query.picture.as_ref().filter(|_| in_query.contained);
                    let rows = picture.map(|picture| {
                        let entry = AttributeValue::S(format!("picture#{}", picture.key));
                        let text = |text: &str| AttributeValue::S(text.into());
                        Row::from([
                            ("listId".into(), text("album#x")),
                            ("entry".into(), entry),
                            ("timeOrder".into(), text("1")),
                            ("takenOrder".into(), text("1")),
                        ])
                    });
                    QueryOutput::builder().set_items(Some(rows.into_iter().collect())).build()
                }),
        ]
    }

    /// Handles a request. `writes` reply to the writes.
    async fn handle(&self, request: Request, writes: &[&Rule]) -> Result<Reply, ApiError> {
        let reads = self.rules();
        let database = testing::database(writes.iter().copied().chain(&reads));
        links::handle(&Context::new(&database, testing::presigner(), testing::LIMITS), request).await
    }
}

/// Returns a sample request with further headers.
fn with_headers(name: &str, headers: &[(&'static str, &str)]) -> Request {
    let mut event: ApiGatewayProxyRequest = testing::sample_event(name);
    for (name, value) in headers {
        event.headers.insert(*name, value.parse().unwrap());
    }
    Request::new(event)
}
