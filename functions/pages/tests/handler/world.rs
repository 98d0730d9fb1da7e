//! Simulates the tables behind a fake SDK client, and sends requests to the function.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_lambda_events::encodings::Body;
use aws_lambda_events::http::HeaderMap;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::error::ResourceNotFoundException;
use aws_sdk_dynamodb::types::{AttributeValue, ItemResponse};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::{
    AlbumId, Comment, CommentId, FeedId, FeedRow, HANDLE_REST, Link, Picture, PictureId, PictureKey, UserId,
    Visibility,
};
use jiff::Timestamp;
use pages::{Context, Settings};
use serde_json::json;
use store::UrlPresigner;
use testing::AlbumRows;
use uuid::Uuid;

/// The site of the sample events.
pub const SITE: &str = "https://photos.example.org";
/// The token of the sample events.
pub const TOKEN: &str = "AZoSNFZ4eryN7wEjRWeJrAcHBwcHBwcHBwcHBwcHBwc";

type Row = HashMap<String, AttributeValue>;

/// The contents of the tables, and the settings of the deployer.
#[derive(Clone)]
pub struct World {
    rows: Vec<(&'static str, Row)>,
    pub albums: AlbumRows,
    pub settings: Settings,
    pub presigner: UrlPresigner,
    /// The number of visits that were counted.
    visits: Arc<AtomicUsize>,
    /// Whether reads of single rows fail.
    pub is_broken: bool,
}

/// A reply as API Gateway sends it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: i64,
    pub headers: HeaderMap,
    pub body: String,
}

/// The member of the sample events.
pub fn ada() -> UserId {
    testing::registered_picture().key.owner_id
}

/// Another member.
pub fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// The album of the sample events.
pub fn album() -> AlbumId {
    "019a1234-5678-7abc-8def-0123456789ad".parse().unwrap()
}

/// The picture of the sample events.
pub fn sample_picture(visibility: Visibility) -> Picture {
    testing::ready_picture(visibility)
}

/// Creates a ready picture. Pictures with a greater `n` are newer. All are newer than that of the
/// sample events.
pub fn picture(owner: UserId, n: u128, visibility: Visibility) -> Picture {
    let key = PictureKey { owner_id: owner, picture_id: PictureId(Uuid::from_u128((1 << 127) + (n << 80))) };
    Picture { key, ..testing::ready_picture(visibility) }
}

/// The address of a picture of Ada, without the site.
pub fn path_of(picture: &Picture) -> String {
    format!("/@ada/{}", picture.key.picture_id)
}

impl World {
    /// A site without members.
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            albums: AlbumRows::default(),
            settings: Settings { title: "Albumen".into(), has_public_pages: true, ..Settings::default() },
            presigner: testing::presigner(),
            visits: Arc::default(),
            is_broken: false,
        }
    }

    /// A site with the member of the sample events, who has no pictures.
    pub fn with_ada() -> Self {
        Self::empty().with_user(ada(), "ada", "Ada", "Lovelace")
    }

    /// A site with these pictures of Ada. The public ones are in the feeds.
    pub fn with_pictures(pictures: impl IntoIterator<Item = Picture>) -> Self {
        pictures.into_iter().fold(Self::with_ada(), Self::with_picture)
    }

    pub fn with_user(mut self, id: UserId, handle: &str, first: &str, last: &str) -> Self {
        let user = json!({ "userId": id, "handle": handle, "firstName": first, "lastName": last,
            "createdAt": "2026-01-01T00:00:00Z" });
        let reservation = json!({ "userId": format!("handle#{handle}"), "owner": id });
        self.rows.extend([("Users", testing::row(&user)), ("Users", testing::row(&reservation))]);
        self
    }

    /// Adds a handle that its owner replaced by `next`.
    pub fn with_former_handle(mut self, handle: &str, next: &str) -> Self {
        let end = (Timestamp::now() + HANDLE_REST).as_second();
        let row = json!({ "userId": format!("handle#{handle}"), "nextHandle": next, "expiresAt": end });
        self.rows.push(("Users", testing::row(&row)));
        self
    }

    /// Adds a picture, and its rows in the feeds if it is public.
    pub fn with_picture(mut self, picture: Picture) -> Self {
        let key = picture.key;
        self.rows.push(("Pictures", testing::row(&picture)));
        if picture.visibility == Visibility::Public {
            for feed in [FeedId::PublicOf(key.owner_id), FeedId::public_shard(key.picture_id)] {
                self.rows.push(("Feeds", testing::row(&FeedRow::direct(feed, key))));
            }
        }
        self
    }

    /// Adds a row of the feeds of a picture that is no longer public.
    pub fn with_stale_row(mut self, key: PictureKey) -> Self {
        for feed in [FeedId::PublicOf(key.owner_id), FeedId::public_shard(key.picture_id)] {
            self.rows.push(("Feeds", testing::row(&FeedRow::direct(feed, key))));
        }
        self
    }

    pub fn with_comment(mut self, picture: PictureKey, author_id: UserId, text: &str) -> Self {
        let created_at = "2026-03-04T05:06:07Z".parse().unwrap();
        let comment =
            Comment { picture, comment_id: CommentId::new(), author_id, text: text.into(), created_at };
        let mut row = testing::row(&comment);
        row.insert("threadId".into(), AttributeValue::S(picture.to_string()));
        self.rows.push(("Comments", row));
        self
    }

    /// Adds an album of Ada with these pictures.
    pub fn with_album<'a>(
        mut self,
        visibility: Visibility,
        pictures: impl IntoIterator<Item = &'a Picture>,
    ) -> Self {
        self.albums.put_album(album(), ada(), visibility);
        for (n, picture) in (0..).zip(pictures) {
            let added = Timestamp::from_second(n).unwrap();
            self.albums.put_picture(album(), picture.key, Some(picture.key.owner_id), added, false);
        }
        self
    }

    pub fn with_link(mut self, link: &Link) -> Self {
        let mut row = testing::row(link);
        row.insert("listId".into(), AttributeValue::S(format!("link#{}", link.link_id)));
        row.insert("entry".into(), AttributeValue::S("link".into()));
        self.rows.push(("Links", row));
        self
    }

    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::Relaxed)
    }

    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        match table {
            "Albums" => self.albums.get(key),
            "Secrets" => Some(Row::from([("key".into(), AttributeValue::B(Blob::new([7; 32])))])),
            _ => {
                let matches = |row: &Row| key.iter().all(|(name, value)| row.get(name) == Some(value));
                self.rows
                    .iter()
                    .find(|(name, row)| *name == table && matches(row))
                    .map(|(_, row)| row.clone())
            }
        }
    }

    /// Replies to queries of a partition, of which the sort key can have a bound.
    fn query(&self, request: &QueryInput) -> QueryOutput {
        let table = request.table_name().unwrap();
        let rows = match table {
            "Albums" => self.albums.query(request),
            _ => {
                let values = request.expression_attribute_values().unwrap();
                let conditions: Vec<Vec<_>> = request
                    .key_condition_expression()
                    .unwrap()
                    .split(" AND ")
                    .map(|condition| condition.split(' ').collect())
                    .collect();
                let text = |row: &Row, name: &str| row[name].as_s().unwrap().clone();
                let matches = |row: &Row| {
                    conditions.iter().all(|condition| {
                        let [name, comparison, value] = condition[..] else { panic!("{condition:?}") };
                        let (is, bound) = (text(row, name), values[value].as_s().unwrap());
                        match comparison {
                            "=" => is == *bound,
                            "<" => is < *bound,
                            ">" => is > *bound,
                            other => panic!("{other}"),
                        }
                    })
                };
                let sort_key = if table == "Comments" { "commentId" } else { "pictureId" };
                let rows = self.rows.iter().filter(|(name, row)| *name == table && matches(row));
                let mut rows: Vec<_> = rows.map(|(_, row)| row.clone()).collect();
                rows.sort_by_key(|row| text(row, sort_key));
                if request.scan_index_forward() == Some(false) {
                    rows.reverse();
                }
                rows.truncate(usize::try_from(request.limit().unwrap()).unwrap());
                rows
            }
        };
        QueryOutput::builder().set_items(Some(rows)).build()
    }

    fn rules(&self) -> [Rule; 5] {
        let [get, transact, batch, query, update] = [(); 5].map(|()| self.clone());
        [
            mock!(Client::get_item).then_compute_response(move |request| {
                if get.is_broken {
                    let error =
                        ResourceNotFoundException::builder().message("no table albumen-Users").build();
                    return MockResponse::Error(GetItemError::ResourceNotFoundException(error));
                }
                let row = get.row(request.table_name().unwrap(), request.key().unwrap());
                MockResponse::Output(GetItemOutput::builder().set_item(row).build())
            }),
            mock!(Client::transact_get_items).then_compute_output(move |request| {
                let responses = request.transact_items().iter().map(|item| {
                    let get = item.get().unwrap();
                    ItemResponse::builder().set_item(transact.row(get.table_name(), get.key())).build()
                });
                TransactGetItemsOutput::builder().set_responses(Some(responses.collect())).build()
            }),
            mock!(Client::batch_get_item).then_compute_output(move |request| {
                let mut reply = BatchGetItemOutput::builder();
                for (table, keys) in request.request_items().unwrap() {
                    let rows = keys.keys().iter().filter_map(|key| batch.row(table, key)).collect();
                    reply = reply.responses(table, rows);
                }
                reply.build()
            }),
            mock!(Client::query).then_compute_output(move |request| query.query(request)),
            mock!(Client::update_item).then_compute_output(move |request| {
                assert_eq!(request.key().unwrap()["entry"].as_s().unwrap(), "visits");
                update.visits.fetch_add(1, Ordering::Relaxed);
                UpdateItemOutput::builder().build()
            }),
        ]
    }

    /// Sends a request as API Gateway does.
    pub async fn respond(&self, event: ApiGatewayProxyRequest) -> Answer {
        let rules = self.rules();
        let context = Context::new(&testing::database(&rules), self.presigner.clone(), self.settings.clone());
        // A boxed future has a limited type.
        let reply = lambda::http::respond(event, |request| Box::pin(pages::handle(&context, request)));
        Box::pin(reply).await.unwrap().into()
    }

    /// Sends a sample event.
    pub async fn send(&self, name: &str) -> Answer {
        self.respond(testing::sample_event(name)).await
    }

    /// Requests an address of the site.
    pub async fn get(&self, url: &str) -> Answer {
        self.respond(request(url, &[])).await
    }
}

/// Creates the request for an address of the site: a path, or a URL, with an optional query.
pub fn request(url: &str, headers: &[(&'static str, &str)]) -> ApiGatewayProxyRequest {
    let path = url.strip_prefix(SITE).unwrap_or(url);
    let name = if path.starts_with("/s/") { "pages-link.json" } else { "pages-explore.json" };
    let mut event: ApiGatewayProxyRequest = testing::sample_event(name);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    event.path = Some(format!("/pages{path}"));
    let mut parameters = HashMap::new();
    for (name, value) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
        let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned();
        parameters.insert(name.to_owned(), vec![value]);
    }
    event.query_string_parameters = parameters.into();
    for (name, value) in headers {
        event.headers.insert(*name, value.parse().unwrap());
        event.multi_value_headers.insert(*name, value.parse().unwrap());
    }
    event
}

impl From<ApiGatewayProxyResponse> for Answer {
    fn from(reply: ApiGatewayProxyResponse) -> Self {
        let body = match reply.body {
            Some(Body::Text(text)) => text,
            _ => String::new(),
        };
        Self { status: reply.status_code, headers: reply.headers, body }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that caches can store the reply for a minute, and that clients can revalidate it.
    pub fn assert_is_cacheable(&self) {
        let expected = "public, max-age=30, s-maxage=30, must-revalidate, stale-if-error=0";
        assert_eq!(self.header("cache-control"), expected);
        assert!(!self.headers.contains_key("set-cookie"));
    }

    /// Asserts that no cache stores the reply, and that search engines do not index it.
    pub fn assert_is_private(&self) {
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("x-robots-tag"), "noindex");
        assert_eq!(self.header("referrer-policy"), "no-referrer");
        assert!(!self.headers.contains_key("etag"));
    }

    /// Asserts that a part occurs in the body.
    pub fn assert_has(&self, part: &str) {
        assert!(self.body.contains(part), "{part:?} is not in {}", self.body);
    }

    /// Asserts that a part does not occur in the body.
    pub fn assert_has_no(&self, part: &str) {
        assert!(!self.body.contains(part), "{part:?} is in {}", self.body);
    }

    /// Returns the values of an attribute of all elements with this text before it, such as
    /// `rel="next" `.
    pub fn attributes(&self, before: &str, name: &str) -> Vec<String> {
        let start = format!("{before}{name}=\"");
        let values = self.body.split(&start).skip(1);
        values.map(|rest| decode(rest.split('"').next().unwrap())).collect()
    }

    /// Returns the addresses of the pictures in the grid.
    pub fn tiles(&self) -> Vec<String> {
        let grid = self.body.split("<ul class=\"grid\">").nth(1).unwrap_or_default();
        let grid = Self { body: grid.split("</ul>").next().unwrap_or_default().into(), ..self.clone() };
        grid.attributes("<a ", "href")
    }

    /// Returns the JSON-LD of the page.
    pub fn json_ld(&self) -> serde_json::Value {
        let (_, rest) = self.body.split_once("<script type=\"application/ld+json\">").unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }
}

/// Decodes the references that the templates write.
pub fn decode(html: &str) -> String {
    let references = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    references.iter().fold(html.to_owned(), |text, (reference, character)| text.replace(reference, character))
}
