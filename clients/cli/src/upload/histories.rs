//! Random histories: runs that are killed at any point, against a server whose replies get lost.
//! Nothing is uploaded twice, nothing is missing, and one part of each file at most is sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};

use client::{App, Session, Stack};
use domain::{AlbumId, PART_BYTES, PictureId, Sha256, part_length};
use futures_util::future;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::engine::{Engine, Outcome};
use super::item::Item;
use super::journal::Journal;
use super::stop::Stop;
use super::summary::Summary;
use super::walk::Found;
use super::{ALBUM_INTERVAL, upload_all};
use crate::arguments::OutputArguments;
use crate::output::Output;

const OWNER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The ID token of [`OWNER`]: `{"sub":"3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d"}` in base64.
const ID_TOKEN: &str = "e30.eyJzdWIiOiIzZjFjMmI5ZS0wYjFkLTRhN2ItOWI1Ny0wZDZhM2MxZjJlNGQifQ.x";
const KILLS: usize = 25;
/// The range of the random life of a process (milliseconds).
const LIFE_MS: std::ops::Range<u64> = 5..120;

/// A picture on the server.
#[derive(Default)]
struct Picture {
    bytes: u64,
    original: Option<Vec<u8>>,
    /// The multipart upload that S3 has, with its parts.
    upload: Option<(String, BTreeMap<u64, Vec<u8>>)>,
    /// The upload to which the API has bound the picture.
    bound: Option<String>,
    /// The number of replies until a function has processed the original.
    processed_after: u32,
}

impl Picture {
    fn is_processed(&mut self) -> bool {
        if self.original.is_some() {
            self.processed_after = self.processed_after.saturating_sub(1);
        }
        self.original.is_some() && self.processed_after == 0
    }

    fn store(&mut self, original: Vec<u8>) -> u16 {
        if self.original.is_some() {
            return 412;
        }
        assert_eq!(original.len() as u64, self.bytes);
        self.original = Some(original);
        self.processed_after = fastrand::u32(1..40);
        200
    }
}

/// The API and S3.
#[derive(Default)]
pub struct Server {
    pictures: BTreeMap<String, Picture>,
    /// The title and the number of pictures of each album.
    pub albums: BTreeMap<String, (String, usize)>,
    /// The call whose next reply gets lost.
    pub loses_reply_to: Option<&'static str>,
    address: String,
    /// The pictures and part numbers that arrived. A whole file is part 1.
    received: BTreeSet<(String, u64)>,
    /// The number of bytes that arrived again in the current process, by picture.
    repeated: BTreeMap<String, u64>,
}

pub type Shared = Arc<Mutex<Server>>;

impl Server {
    fn call(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let segments: Vec<_> = path.trim_start_matches('/').split('/').collect();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        match (method, &segments[..]) {
            ("POST", ["pictures", "known"]) => {
                let mut processed = BTreeMap::new();
                for (id, picture) in &mut self.pictures {
                    if picture.is_processed() {
                        let original = picture.original.as_ref().unwrap();
                        processed.insert(Sha256::of(original).as_str().to_owned(), id.clone());
                    }
                }
                let known = |sha256: &Value| {
                    let id = processed.get(sha256.as_str()?)?;
                    Some(json!({ "sha256": sha256, "pictureId": id }))
                };
                let items: Vec<_> = body["sha256"].as_array().unwrap().iter().filter_map(known).collect();
                (200, json!({ "items": items }))
            }
            ("POST", ["pictures"]) => {
                let id = PictureId::new().to_string();
                let bytes = body["bytes"].as_u64().unwrap();
                self.pictures.insert(id.clone(), Picture { bytes, ..Picture::default() });
                let upload = presigned(&self.address, "PUT", &id, "", bytes);
                (201, json!({"picture": {"id": id, "owner": {"id": OWNER}}, "upload": upload}))
            }
            ("POST", ["pictures", _, id, "upload"]) => self.presign(id, &body),
            ("GET", ["pictures", _, id]) => match self.pictures.get_mut(*id) {
                Some(picture) => {
                    let state = if picture.is_processed() { "ready" } else { "awaitingUpload" };
                    (200, json!({ "state": state }))
                }
                None => (404, Value::Null),
            },
            ("DELETE", ["pictures", _, id]) => {
                self.pictures.remove(*id);
                (200, Value::Null)
            }
            ("GET", ["albums?limit=100"]) => {
                let view = |(id, (title, _)): (&String, &(String, usize))| album(id, title);
                (200, json!({"items": self.albums.iter().map(view).collect::<Vec<_>>(), "cursor": null}))
            }
            ("POST", ["albums"]) => {
                let (id, title) = (AlbumId::new().to_string(), body["title"].as_str().unwrap());
                self.albums.insert(id.clone(), (title.to_owned(), 0));
                (201, album(&id, title))
            }
            ("POST", ["albums", id, "pictures"]) => {
                let (title, added) = self.albums.get_mut(*id).unwrap();
                if title == "full" {
                    return (403, "The album is full.".into());
                }
                *added += body["add"].as_array().unwrap().len();
                (200, json!({ "refused": [] }))
            }
            other => panic!("{other:?}"),
        }
    }

    fn presign(&mut self, id: &str, body: &Value) -> (u16, Value) {
        let Some(picture) = self.pictures.get_mut(id) else { return (404, Value::Null) };
        if picture.is_processed() {
            return (409, Value::Null);
        }
        let upload = body["uploadId"].as_str().map(str::to_owned);
        if let (Some(bound), Some(upload)) = (&picture.bound, &upload)
            && bound != upload
        {
            return (409, Value::Null);
        }
        picture.bound.clone_from(&upload);
        let query = format!("uploadId={}", upload.unwrap_or_default());
        let bytes = picture.bytes;
        let presign =
            |method, query: &str, length| (200, presigned(&self.address, method, id, query, length));
        match body["step"].as_str().unwrap() {
            "create" => presign("POST", "uploads", 0),
            "part" => {
                let number = body["number"].as_u64().unwrap();
                let query = format!("partNumber={number}&{query}");
                presign("PUT", &query, part_length(bytes, number).unwrap())
            }
            "list" => presign("GET", &query, 0),
            "complete" => presign("POST", &query, 0),
            other => panic!("{other}"),
        }
    }

    fn s3(&mut self, method: &str, id: &str, query: &str, body: Vec<u8>) -> (u16, String, Option<String>) {
        let missing = (404, String::new(), None);
        let Some(picture) = self.pictures.get_mut(id) else { return missing };
        let parameter = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
        };
        if method == "PUT" {
            let number = parameter("partNumber").map_or(1, |number| number.parse().unwrap());
            if !self.received.insert((id.to_owned(), number)) {
                *self.repeated.entry(id.to_owned()).or_default() += body.len() as u64;
            }
        }
        if query == "uploads" {
            let upload = uuid::Uuid::now_v7().to_string();
            let reply = format!("<R><UploadId>{upload}</UploadId></R>");
            picture.upload = Some((upload, BTreeMap::new()));
            return (200, reply, None);
        }
        let Some(upload) = parameter("uploadId") else { return (picture.store(body), String::new(), None) };
        let Some((_, parts)) = picture.upload.as_mut().filter(|(id, _)| *id == upload) else {
            return missing;
        };
        match (method, parameter("partNumber")) {
            ("PUT", Some(number)) => {
                let etag = format!("\"{}\"", etag(&body));
                parts.insert(number.parse().unwrap(), body);
                (200, String::new(), Some(etag))
            }
            ("GET", _) => {
                let part = |(number, bytes): (&u64, &Vec<u8>)| {
                    let etag = etag(bytes);
                    format!("<Part><PartNumber>{number}</PartNumber><ETag>&quot;{etag}&quot;</ETag></Part>")
                };
                (200, format!("<R>{}</R>", parts.iter().map(part).collect::<String>()), None)
            }
            _ => {
                let original = parts.values().flatten().copied().collect();
                let status = picture.store(original);
                if status == 200 {
                    picture.upload = None;
                }
                (status, "<R/>".into(), None)
            }
        }
    }
}

fn album(id: &str, title: &str) -> Value {
    json!({"id": id, "title": title, "visibility": "private", "role": "owner"})
}

fn etag(bytes: &[u8]) -> String {
    Sha256::of(bytes).as_str()[..32].to_owned()
}

fn presigned(address: &str, method: &str, id: &str, query: &str, length: u64) -> Value {
    let expires_at = Timestamp::now() + Duration::from_secs(900);
    let headers = if length == 0 { json!({}) } else { json!({ "content-length": length.to_string() }) };
    let url = format!("{address}/s3/{id}?{query}");
    json!({ "method": method, "url": url, "headers": headers, "expiresAt": expires_at })
}

pub async fn serve() -> (Shared, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = Arc::new(Mutex::new(Server { address: address.clone(), ..Server::default() }));
    let shared = Arc::clone(&server);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = Arc::clone(&shared);
            // A process that is killed breaks its connections.
            tokio::spawn(async move { reply(stream, &server).await.ok() });
        }
    });
    (server, address)
}

async fn reply(mut stream: TcpStream, server: &Shared) -> io::Result<()> {
    let (head, body) = read(&mut stream).await?;
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    sleep(Duration::from_millis(fastrand::u64(0..3))).await;
    let operation = head.lines().find_map(|line| line.strip_prefix("x-amz-target: "));
    let (status, text, etag) = match (operation, path.strip_prefix("/s3/")) {
        (Some(operation), _) => (200, identity(operation).to_string(), None),
        (None, Some(id)) => server.lock().unwrap().s3(method, id, query, body),
        (None, None) => {
            let mut server = server.lock().unwrap();
            let (status, data) = server.call(method, target, &body);
            if server.loses_reply_to.take_if(|call| *call == format!("{method} {target}")).is_some() {
                return Ok(());
            }
            (status, json!({"code": status, "data": data, "notes": data.as_str()}).to_string(), None)
        }
    };
    let etag = etag.map(|etag| format!("etag: {etag}\r\n")).unwrap_or_default();
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status} Status\r\n{etag}content-length: {length}\r\nconnection: close\r\n\r\n{text}"
    );
    // The reply gets lost if the process is killed now.
    sleep(Duration::from_millis(fastrand::u64(0..3))).await;
    stream.write_all(head.as_bytes()).await
}

async fn read(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut request = Vec::new();
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        let is_chunked = head.contains("transfer-encoding: chunked");
        assert!(!is_chunked, "S3 needs the length");
        while request.len() < end + 4 + length {
            if stream.read_buf(&mut request).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        // The case of the method and of ids matters.
        let head = String::from_utf8_lossy(&request[..end]).into_owned();
        return Ok((head, request.split_off(end + 4)));
    }
}

fn identity(operation: &str) -> Value {
    let expiration = Timestamp::now().as_second() + 3600;
    match operation.rsplit('.').next().unwrap() {
        "InitiateAuth" => json!({"AuthenticationResult": {
            "IdToken": ID_TOKEN, "AccessToken": "x", "RefreshToken": "x"}}),
        "GetId" => json!({"IdentityId": "us-east-1:1"}),
        "GetCredentialsForIdentity" => json!({"Credentials": {
            "AccessKeyId": "AKID", "SecretKey": "x", "SessionToken": "x", "Expiration": expiration}}),
        other => panic!("{other}"),
    }
}

pub async fn sign_in(address: &str) -> Session {
    let stack = Stack {
        endpoint: Some(address.to_owned()),
        region: "us-east-1".into(),
        live: address.replace("http", "ws"),
        api: address.to_owned(),
        user_pool_id: "pool".into(),
        client_id: "client".into(),
        identity_pool_id: "identities".into(),
    };
    App::new(stack).unwrap().sign_in("ada@example.com", "password").await.unwrap()
}

/// Writes files of these lengths, and returns their items.
fn write_files(folder: &Path, lengths: &[u64]) -> Vec<Item> {
    let write = |(number, length): (usize, &u64)| {
        let path = folder.join(format!("{number:02}.jpg"));
        let mut bytes = vec![u8::try_from(number).unwrap(); usize::try_from(*length).unwrap()];
        bytes[..3].copy_from_slice(b"\xff\xd8\xff");
        fs::write(&path, bytes).unwrap();
        Item::of_path(&path)
    };
    lengths.iter().enumerate().map(write).collect()
}

/// Uploads items in one process, and returns the results.
async fn upload(session: &Session, state: &Path, items: &[Item]) -> Vec<(String, Outcome)> {
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let journal = loop {
        match Journal::open(state, session.user()) {
            Ok(journal) => break journal,
            // A thread of the killed process still writes its last line.
            Err(_) => sleep(Duration::from_millis(1)).await,
        }
    };
    let mut engine = Engine::new(session, journal, &output);
    engine.jobs = 3;
    let results = std::cell::RefCell::new(Vec::new());
    let report = async |item: Item, outcome: Outcome| results.borrow_mut().push((item.name, outcome));
    engine.upload(stream::iter(items.to_vec()), report).await;
    results.into_inner()
}

#[tokio::test]
async fn kills_at_random_points_lose_and_repeat_nothing() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let lengths: Vec<_> = (0..12).map(|_| fastrand::u64(100..2_000)).collect();
    let lengths = [&lengths[..], &[PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 5, 3 * PART_BYTES]].concat();
    let items = write_files(folder.path(), &lengths);
    let session = sign_in(&address).await;
    let mut kills = 0;
    for _ in 0..KILLS {
        // Dropping the future ends every request at once, as a kill does.
        let life = Duration::from_millis(fastrand::u64(LIFE_MS));
        if timeout(life, upload(&session, state.path(), &items)).await.is_err() {
            // Beside the test and the listener, each request has the server.
            kills += u32::from(Arc::strong_count(&server) > 2);
        }
        // The server still handles requests of the killed process.
        while Arc::strong_count(&server) > 2 {
            sleep(Duration::from_millis(1)).await;
        }
        for (picture, bytes) in std::mem::take(&mut server.lock().unwrap().repeated) {
            assert!(bytes <= PART_BYTES, "{picture}: {bytes} bytes sent again by one process");
        }
    }
    assert!(kills > 0, "no kill hit a request");
    let results = upload(&session, state.path(), &items).await;
    assert_eq!(results.len(), items.len());
    let is_there = |outcome: &Outcome| matches!(outcome, Outcome::Uploaded(_) | Outcome::Duplicate(_));
    assert!(results.iter().all(|(_, outcome)| is_there(outcome)), "{results:?}");

    let server = server.lock().unwrap();
    let mut originals: Vec<_> =
        server.pictures.values().filter_map(|picture| picture.original.clone()).collect();
    let mut files: Vec<_> = items.iter().map(|item| fs::read(&item.name).unwrap()).collect();
    originals.sort();
    files.sort();
    assert!(originals == files, "{} originals of {} files", originals.len(), files.len());
    assert!(server.repeated.values().all(|bytes| *bytes <= PART_BYTES), "{:?}", server.repeated);
}

#[tokio::test]
async fn equal_files_are_uploaded_once() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let [item] = &write_files(folder.path(), &[500])[..] else { panic!("one item") };
    let copy = folder.path().join("copy.jpg");
    fs::copy(&item.name, &copy).unwrap();
    let session = sign_in(&address).await;
    let mut results = upload(&session, state.path(), &[item.clone(), Item::of_path(&copy)]).await;
    results.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(matches!(results[..], [(_, Outcome::Uploaded(_)), (_, Outcome::Duplicate(_))]), "{results:?}");
    assert_eq!(server.lock().unwrap().pictures.len(), 1);
}

#[tokio::test]
async fn a_watch_adds_pictures_to_its_album_while_it_runs() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500]);
    let session = sign_in(&address).await;
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let summary = Summary::of_watch(&output);
    let found = stream::iter(items).map(Found::File).chain(stream::pending());
    let run = upload_all(&engine, found, Some("Alps"), &summary);
    let until_added = async {
        while server.lock().unwrap().albums.values().all(|(_, added)| *added == 0) {
            sleep(Duration::from_millis(10)).await;
        }
        engine.retry.stop.set(None);
    };
    let both = timeout(2 * ALBUM_INTERVAL, future::join(run, until_added)).await;
    both.expect("the picture is in the album").0.unwrap();
}

#[tokio::test]
async fn a_stopped_run_starts_nothing() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500, 600]);
    let session = sign_in(&address).await;
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let stop: &Stop = &engine.retry.stop;
    stop.set(None);
    engine.upload(stream::iter(items), async |_, _| panic!("no result")).await;
    assert!(server.lock().unwrap().pictures.is_empty());
}
