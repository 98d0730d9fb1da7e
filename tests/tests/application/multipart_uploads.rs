//! Multipart uploads: bound to the registered picture, its length and its content type, and signed
//! for the owner only.

use client::Answer;
use domain::{PART_BYTES, PictureId, PictureKey, PresignedRequest, Visibility, part_length};
use end_to_end::cloud;
use end_to_end::people::{Caller, Member, Registration, befriend};
use end_to_end::pictures::{File, Shot, png, unique_file};
use end_to_end::root::Root;
use end_to_end::wire::{self, Reply};
use image::{Rgb, RgbImage};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Value, json};

/// Returns a PNG of random pixels, about 12 MB long: three parts.
fn large_file() -> File {
    let mut random = fastrand::Rng::with_seed(5);
    png(
        &RgbImage::from_fn(2000, 2000, |_, _| Rgb(random.u32(..).to_le_bytes()[..3].try_into().unwrap())),
        &Shot::default(),
    )
}

/// Returns the presigned request with these bytes.
fn request(upload: &PresignedRequest, bytes: &[u8]) -> Request {
    let method = Method::from_bytes(upload.method.as_bytes()).unwrap();
    let mut request = Request::new(method, upload.url.parse().unwrap());
    for (name, value) in &upload.headers {
        let (name, value) = (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        request.headers_mut().insert(name, value);
    }
    if !bytes.is_empty() {
        *request.body_mut() = Some(bytes.to_vec().into());
    }
    request
}

/// Returns the texts of all elements of this name in an XML reply.
fn elements<'a>(reply: &'a str, name: &str) -> Vec<&'a str> {
    let parts = reply.split(&format!("<{name}>")).skip(1).collect::<Vec<_>>();
    parts.into_iter().map(|rest| rest.split('<').next().unwrap()).collect()
}

/// A multipart upload by presigned requests.
struct MultipartUpload<'a> {
    owner: &'a Member,
    picture: PictureKey,
    id: String,
}

/// Requests the presigned request of a step.
async fn sign(owner: &Member, picture: PictureKey, body: &Value) -> Answer {
    owner.post(&format!("/pictures/{picture}/upload"), body).await
}

impl<'a> MultipartUpload<'a> {
    async fn create(owner: &'a Member, registered: &Registration) -> Self {
        let mut upload = Self { owner, picture: registered.key(), id: String::new() };
        let reply = wire::send(request(&upload.sign(json!({"step": "create"})).await, &[])).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        upload.id = elements(&reply.text(), "UploadId")[0].to_owned();
        upload
    }

    async fn sign(&self, body: Value) -> PresignedRequest {
        let answer = sign(self.owner, self.picture, &body).await;
        assert_eq!(answer.code, 200, "{body}: {answer:?}");
        serde_json::from_value(answer.data).unwrap()
    }

    async fn step(&self, step: &str) -> PresignedRequest {
        self.sign(json!({"step": step, "uploadId": self.id})).await
    }

    async fn part(&self, number: u64) -> PresignedRequest {
        self.sign(json!({"step": "part", "uploadId": self.id, "number": number})).await
    }

    /// Sends a part of the file.
    async fn send(&self, file: &[u8], number: u64) {
        let start = usize::try_from((number - 1) * PART_BYTES).unwrap();
        let length = usize::try_from(part_length(file.len() as u64, number).unwrap()).unwrap();
        let reply = wire::send(request(&self.part(number).await, &file[start..start + length])).await;
        assert_eq!(reply.status, 200, "part {number}: {}", reply.text());
    }

    /// Returns the numbers and ETags of the parts that S3 has stored.
    async fn list(&self) -> Vec<(u64, String)> {
        let reply = wire::send(request(&self.step("list").await, &[])).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let text = reply.text();
        let numbers = elements(&text, "PartNumber").into_iter().map(|number| number.parse().unwrap());
        numbers.zip(elements(&text, "ETag").into_iter().map(str::to_owned)).collect()
    }

    /// Completes the upload as the web app does.
    async fn complete(&self, parts: &[(u64, String)]) -> Reply {
        self.complete_with(&self.step("complete").await, parts).await
    }

    /// Completes the upload by a given presigned request.
    async fn complete_with(&self, upload: &PresignedRequest, parts: &[(u64, String)]) -> Reply {
        let part = |(number, etag): &(u64, String)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let mut request = request(upload, body.as_bytes());
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/xml"));
        wire::send(request).await
    }
}

#[tokio::test]
async fn resumes_an_interrupted_upload() {
    let owner = Member::new().await;
    let file = large_file();
    assert!((10_500_000..15_700_000).contains(&file.bytes.len()), "{}", file.bytes.len());
    let registered = owner.register(&file, Visibility::Private).await;
    let interrupted = MultipartUpload::create(&owner, &registered).await;
    assert_eq!(interrupted.list().await, []);
    interrupted.send(&file.bytes, 1).await;

    // Resumes with nothing but the upload id.
    let resumed = MultipartUpload { owner: &owner, picture: interrupted.picture, id: interrupted.id.clone() };
    let stored: Vec<_> = resumed.list().await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(stored, [1]);
    resumed.send(&file.bytes, 3).await;
    resumed.send(&file.bytes, 2).await;
    let parts = resumed.list().await;
    assert_eq!(parts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3]);
    let state = owner.get(&format!("/pictures/{}", resumed.picture)).await.data["state"].clone();
    assert_eq!(state, "awaitingUpload", "before the completion");
    let reply = resumed.complete(&parts).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(elements(&reply.text(), "ETag")[0].contains("-3"), "the ETag of three parts: {}", reply.text());

    let picture = owner.until_processed(resumed.picture).await;
    assert_eq!(
        (&picture["state"], &picture["width"], &picture["height"]),
        (&json!("ready"), &json!(2000), &json!(2000))
    );
    assert_eq!(picture["metadata"]["camera"], "Albumen One", "`metadata` receives the event, too");
    assert_eq!(picture["contentType"], "image/png");
    assert!(
        wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes == file.bytes,
        "byte for byte"
    );
    let answer = sign(&owner, resumed.picture, &json!({"step": "create"})).await;
    assert_eq!(answer.code, 409, "{answer:?}");
    assert!(answer.notes.unwrap().contains("already been uploaded"));
}

#[tokio::test]
async fn never_replaces_an_original() {
    let owner = Member::new().await;
    let file = unique_file();
    let registered = owner.register(&file, Visibility::Private).await;
    let one = MultipartUpload::create(&owner, &registered).await;
    let other = MultipartUpload::create(&owner, &registered).await;
    let mut other_bytes = file.bytes.clone();
    other_bytes.reverse();
    one.send(&file.bytes, 1).await;
    other.send(&other_bytes, 1).await;
    let requests = (one.step("complete").await, other.step("complete").await);
    let parts = (one.list().await, other.list().await);
    assert_eq!(one.complete_with(&requests.0, &parts.0).await.status, 200);
    assert_eq!(other.complete_with(&requests.1, &parts.1).await.status, 412, "a second upload");
    assert_eq!(wire::send(request(&registered.upload, &other_bytes)).await.status, 412, "in one request");
    let picture = owner.until_processed(registered.key()).await;
    assert_eq!(picture["state"], "ready");
    // A client that missed the reply repeats the request. S3 may accept or reject it.
    one.complete_with(&requests.0, &parts.0).await;
    assert_eq!(wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes, file.bytes);
}

#[tokio::test]
async fn rejects_requests_that_differ_from_the_signed_ones() {
    let owner = Member::new().await;
    // Not a picture, but long enough for two parts.
    let file = File { content_type: "image/jpeg", bytes: vec![7; usize::try_from(PART_BYTES).unwrap() + 10] };
    let registered = owner.register(&file, Visibility::Private).await;
    let create = serde_json::from_value::<PresignedRequest>(
        sign(&owner, registered.key(), &json!({"step": "create"})).await.data,
    );
    let mut other_type = request(&create.unwrap(), &[]);
    other_type.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    assert_eq!(wire::send(other_type).await.status, 403, "another type");

    let upload = MultipartUpload::create(&owner, &registered).await;
    let last = upload.part(2).await;
    assert_eq!(last.headers["content-length"], "10");
    let rejected = async |what: &str, request: Request| {
        let reply = wire::send(request).await;
        assert_eq!(reply.status, 403, "{what}: {}", reply.text());
    };
    let mut longer = request(&last, &[7; 11]);
    longer.headers_mut().insert("content-length", 11.into());
    rejected("a longer part", longer).await;
    let mut shorter = request(&last, &[7; 9]);
    shorter.headers_mut().insert("content-length", 9.into());
    rejected("a shorter part", shorter).await;
    let changed = |from: &str, to: &str| {
        assert!(last.url.contains(from), "{}", last.url);
        request(&PresignedRequest { url: last.url.replace(from, to), ..last.clone() }, &[7; 10])
    };
    rejected("another part", changed("partNumber=2", "partNumber=3")).await;
    rejected(
        "another upload",
        changed(&upload.id, &uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).to_string()),
    )
    .await;
    let id = registered.key().picture_id.to_string();
    rejected("another picture", changed(&id, &PictureId::new().to_string())).await;
    rejected("a rendition", changed("/originals/", "/renditions/")).await;
    let unsigned =
        PresignedRequest { url: last.url.split("&X-Amz").next().unwrap().to_owned(), ..last.clone() };
    rejected("unsigned", request(&unsigned, &[7; 10])).await;
    assert_eq!(upload.list().await, []);

    upload.send(&file.bytes, 1).await;
    let first = upload.list().await;
    let short = upload.complete(&first).await;
    assert_eq!(short.status, 400, "a part is missing: {}", short.text());
    let mut unconditional = upload.step("complete").await;
    unconditional.headers.remove("if-none-match");
    assert_eq!(upload.complete_with(&unconditional, &first).await.status, 403, "without If-None-Match");
    let mut any_length = upload.step("complete").await;
    any_length.headers.remove("x-amz-mp-object-size");
    assert_eq!(upload.complete_with(&any_length, &first).await.status, 403, "without the length");
    assert!(Root::default().object_keys(registered.key()).await.is_empty(), "S3 stored nothing");

    assert_eq!(wire::send(request(&upload.step("abort").await, &[])).await.status, 204);
    assert_eq!(
        wire::send(request(&upload.step("list").await, &[])).await.status,
        404,
        "the parts are deleted"
    );
    let again = MultipartUpload::create(&owner, &registered).await;
    for number in [1, 2] {
        again.send(&file.bytes, number).await;
    }
    assert_eq!(again.complete(&again.list().await).await.status, 200, "the signed requests still work");
    let picture = owner.until_processed(registered.key()).await;
    assert_eq!(picture["state"], "failed", "the file is not a picture");
    assert_eq!(sign(&owner, registered.key(), &json!({"step": "create"})).await.code, 409);
}

#[tokio::test]
async fn signs_valid_steps_for_the_owner_only() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let registered = owner.register(&unique_file(), Visibility::Public).await;
    let path = format!("/pictures/{}/upload", registered.key());
    let create = json!({"step": "create"});
    let missing = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let missing = sign(&owner, missing, &create).await;
    assert_eq!(missing.code, 404);
    let rejected = sign(&friend, registered.key(), &create).await;
    assert_eq!(
        (rejected.code, &rejected.notes),
        (404, &missing.notes),
        "does not reveal that the picture exists"
    );
    let shared = owner.share(&unique_file(), Visibility::Public).await;
    let rejected = sign(&friend, end_to_end::people::key_of(&shared), &create).await;
    assert_eq!((rejected.code, &rejected.notes), (404, &missing.notes), "a picture that the caller may see");
    let anonymous = Caller::Anonymous(cloud::app());
    assert_eq!(anonymous.call("POST", &path, Some(&create)).await.code, 403);
    for (body, word) in [
        (json!({}), "step must be"),
        (json!({"step": "copy", "uploadId": "u"}), "step must be"),
        (json!({"step": "list"}), "uploadId"),
        (json!({"step": "list", "uploadId": "u&acl"}), "uploadId"),
        (json!({"step": "abort", "uploadId": "u\r\nhost: x"}), "uploadId"),
        (json!({"step": "part", "uploadId": "u", "number": 2}), "from 1 to 1"),
        (json!({"step": "part", "uploadId": 5, "number": 1}), "string"),
        (json!([1]), "JSON object"),
    ] {
        let answer = owner.post(&path, &body).await;
        assert_eq!(answer.code, 400, "{body}: {answer:?}");
        assert!(answer.notes.as_deref().unwrap().contains(word), "{body}: {answer:?}");
    }
    let state = owner.get(&format!("/pictures/{}", registered.key())).await.data["state"].clone();
    assert_eq!(state, "awaitingUpload");
}
