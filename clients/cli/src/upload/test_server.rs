//! The API, S3 and Cognito for tests of uploads. Replies can get lost.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::{App, Session, Stack};
use domain::{AlbumId, PART_BYTES, PictureId, Sha256, count_parts, part_length};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

const OWNER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The ID token of [`OWNER`]: `{"sub":"3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d"}` in base64.
const ID_TOKEN: &str = "e30.eyJzdWIiOiIzZjFjMmI5ZS0wYjFkLTRhN2ItOWI1Ny0wZDZhM2MxZjJlNGQifQ.x";

/// A picture on the server.
#[derive(Default)]
pub struct Picture {
    bytes: u64,
    /// The bytes that arrived.
    pub original: Option<Vec<u8>>,
    /// The multipart upload that S3 has, with its parts.
    upload: Option<(String, BTreeMap<u64, Vec<u8>>)>,
    /// The upload to which the API has bound the picture.
    bound: Option<String>,
    /// The number of replies until a function has processed the original.
    pub processed_after: u32,
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

/// An album on the server.
pub struct Album {
    pub title: String,
    pub visibility: &'static str,
    /// The role of the member who is signed in.
    pub role: &'static str,
    pub has_members: bool,
    pub has_link: bool,
    /// The ids of the pictures that were added.
    pub added: Vec<String>,
}

impl Default for Album {
    fn default() -> Self {
        Self {
            title: String::new(),
            visibility: "private",
            role: "owner",
            has_members: false,
            has_link: false,
            added: Vec::new(),
        }
    }
}

impl Album {
    fn view(&self, id: &str) -> Value {
        json!({"id": id, "title": self.title, "visibility": self.visibility, "role": self.role})
    }
}

/// The state of the server.
#[derive(Default)]
pub struct Server {
    pub pictures: BTreeMap<String, Picture>,
    pub albums: BTreeMap<String, Album>,
    /// Refuses all changes of pictures.
    pub refuses_changes: bool,
    /// The reply to the evaluation of a rule.
    pub evaluation: Value,
    /// The body of the last evaluation of a rule.
    pub evaluated: Value,
    /// The reason why the server refuses the rules of albums.
    pub refuses_rules: Option<&'static str>,
    /// The call of which the next reply gets lost.
    pub loses_reply_to: Option<&'static str>,
    address: String,
    /// The pictures and part numbers that arrived. A whole file is part 1.
    received: BTreeSet<(String, u64)>,
    /// The number of bytes that arrived again in the current process, by picture.
    pub repeated: BTreeMap<String, u64>,
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
                let create_upload =
                    (bytes > PART_BYTES).then(|| presigned(&self.address, "POST", &id, "uploads", 0));
                let picture = json!({"id": id, "owner": {"id": OWNER}});
                (201, json!({"picture": picture, "upload": upload, "createUpload": create_upload}))
            }
            ("POST", ["pictures", _, id, "upload"]) => self.presign(id, &body),
            ("GET", ["pictures", _, id]) => match self.pictures.get_mut(*id) {
                Some(picture) => {
                    let state = if picture.is_processed() { "ready" } else { "awaitingUpload" };
                    (200, json!({ "state": state }))
                }
                None => (404, Value::Null),
            },
            ("GET", ["users", OWNER, "pictures?limit=100"]) => {
                page(self.pictures.keys().rev().map(|id| json!({ "id": id })).collect())
            }
            ("DELETE", ["pictures", _, id]) => {
                self.pictures.remove(*id);
                (200, Value::Null)
            }
            ("PATCH", ["pictures", ..]) if self.refuses_changes => (400, "The time is wrong.".into()),
            ("PATCH", ["pictures", ..]) => (200, Value::Null),
            ("GET", ["albums?limit=100"]) => {
                page(self.albums.iter().map(|(id, album)| album.view(id)).collect())
            }
            ("GET", ["links?limit=100"]) => {
                let linked = self.albums.iter().filter(|(_, album)| album.has_link);
                page(linked.map(|(id, _)| json!({ "albumId": id })).collect())
            }
            ("GET", ["albums", id, "members?limit=100"]) => {
                let members = self.albums[*id].has_members.then(|| json!({ "role": "viewer" }));
                page(members.into_iter().collect())
            }
            ("POST", ["rules", "evaluate"]) => {
                self.evaluated = body;
                (200, self.evaluation.clone())
            }
            ("POST", ["albums"]) if body["rule"].is_string() && self.refuses_rules.is_some() => {
                (400, self.refuses_rules.into())
            }
            ("POST", ["albums"]) => {
                let (id, title) = (AlbumId::new().to_string(), body["title"].as_str().unwrap().to_owned());
                let album = self.albums.entry(id.clone()).or_insert(Album { title, ..Album::default() });
                (201, album.view(&id))
            }
            ("POST", ["albums", id, "pictures"]) => {
                let album = self.albums.get_mut(*id).unwrap();
                if album.title == "full" {
                    return (403, "The album is full.".into());
                }
                let added = body["add"].as_array().unwrap().iter();
                album.added.extend(added.map(|picture| picture["pictureId"].as_str().unwrap().to_owned()));
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
                let part = |number| {
                    let query = format!("partNumber={number}&{query}");
                    presign("PUT", &query, part_length(bytes, number).unwrap()).1
                };
                let number = body["number"].as_u64().unwrap();
                let mut reply = part(number);
                let later = (number + 1..=count_parts(bytes)).map(part);
                reply["following"] = later.chain([presign("POST", &query, 0).1]).collect();
                (200, reply)
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

fn page(items: Vec<Value>) -> (u16, Value) {
    (200, json!({ "items": items, "cursor": null }))
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
