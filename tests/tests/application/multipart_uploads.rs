//! Multipart uploads. The API presigns each step for the owner only, and S3 accepts only the
//! registered picture, length and content type.

use client::Answer;
use domain::{
    PART_BYTES, PictureId, PictureKey, PresignedRequest, Quota, QuotaLimits, Visibility, Window, part_length,
};
use end_to_end::cloud;
use end_to_end::people::{Caller, Member, Registration, befriend, key_of};
use end_to_end::pictures::{File, Shot, png, unique_file};
use end_to_end::root::Root;
use end_to_end::wait;
use end_to_end::wire::{self, Reply};
use futures_util::future::join_all;
use image::{Rgb, RgbImage};
use jiff::Timestamp;
use jiff::civil::DateTime;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Value, json};
use store::{Conflict, Pictures};

/// Returns a PNG of random pixels, about 12 MB long, so that it has three parts.
fn large_file() -> File {
    let mut random = fastrand::Rng::with_seed(5);
    png(
        &RgbImage::from_fn(2000, 2000, |_, _| Rgb(random.u32(..).to_le_bytes()[..3].try_into().unwrap())),
        &Shot::default(),
    )
}

/// Builds the HTTP request of a presigned request, with `bytes` as its body.
fn build_request(presigned: &PresignedRequest, bytes: &[u8]) -> Request {
    let method = Method::from_bytes(presigned.method.as_bytes()).unwrap();
    let mut request = Request::new(method, presigned.url.parse().unwrap());
    for (name, value) in &presigned.headers {
        let (name, value) = (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        request.headers_mut().insert(name, value);
    }
    if !bytes.is_empty() {
        *request.body_mut() = Some(bytes.to_vec().into());
    }
    request
}

/// Returns the texts of all elements called `name` in an XML reply.
fn elements<'a>(reply: &'a str, name: &str) -> Vec<&'a str> {
    let starts = reply.split(&format!("<{name}>")).skip(1).collect::<Vec<_>>();
    starts.into_iter().map(|start| start.split('<').next().unwrap()).collect()
}

/// A multipart upload that uses presigned requests only.
struct MultipartUpload<'a> {
    owner: &'a Member,
    picture: PictureKey,
    /// The upload id of S3.
    id: String,
}

/// Calls the route that presigns a step of a multipart upload.
async fn call_presign(caller: &Member, picture: PictureKey, step: &Value) -> Answer {
    caller.post(&format!("/pictures/{picture}/upload"), step).await
}

impl<'a> MultipartUpload<'a> {
    /// Creates a multipart upload in S3.
    async fn create(owner: &'a Member, registration: &Registration) -> Self {
        let picture = registration.key();
        let answer = call_presign(owner, picture, &json!({"step": "create"})).await;
        Self::create_with(owner, picture, &serde_json::from_value(answer.ok().unwrap()).unwrap()).await
    }

    /// Creates a multipart upload in S3 with the given presigned request.
    async fn create_with(owner: &'a Member, picture: PictureKey, create: &PresignedRequest) -> Self {
        let reply = wire::send(build_request(create, &[])).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        Self { owner, picture, id: elements(&reply.text(), "UploadId")[0].to_owned() }
    }

    /// Returns the presigned request of a step.
    async fn presign(&self, step: Value) -> PresignedRequest {
        let answer = call_presign(self.owner, self.picture, &step).await;
        assert_eq!(answer.code, 200, "{step}: {answer:?}");
        serde_json::from_value(answer.data).unwrap()
    }

    /// Returns the presigned request of a step without a part: `list`, `complete` or `abort`.
    async fn presign_step(&self, step: &str) -> PresignedRequest {
        self.presign(json!({"step": step, "uploadId": self.id})).await
    }

    /// Returns the presigned request that uploads part `number`, counted from 1.
    async fn presign_part(&self, number: u64) -> PresignedRequest {
        self.presign(json!({"step": "part", "uploadId": self.id, "number": number})).await
    }

    /// Uploads part `number` of the file.
    async fn upload_part(&self, file: &[u8], number: u64) {
        let start = usize::try_from((number - 1) * PART_BYTES).unwrap();
        let length = usize::try_from(part_length(file.len() as u64, number).unwrap()).unwrap();
        let reply =
            wire::send(build_request(&self.presign_part(number).await, &file[start..start + length])).await;
        assert_eq!(reply.status, 200, "part {number}: {}", reply.text());
    }

    /// Returns the numbers and ETags of the parts that S3 has stored.
    async fn list_parts(&self) -> Vec<(u64, String)> {
        let reply = wire::send(build_request(&self.presign_step("list").await, &[])).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let text = reply.text();
        let numbers = elements(&text, "PartNumber").into_iter().map(|number| number.parse().unwrap());
        numbers.zip(elements(&text, "ETag").into_iter().map(str::to_owned)).collect()
    }

    /// Completes the upload with a new presigned request.
    async fn complete(&self, parts: &[(u64, String)]) -> Reply {
        self.complete_with(&self.presign_step("complete").await, parts).await
    }

    /// Completes the upload with the given presigned request.
    async fn complete_with(&self, presigned: &PresignedRequest, parts: &[(u64, String)]) -> Reply {
        let part = |(number, etag): &(u64, String)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let mut request = build_request(presigned, body.as_bytes());
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/xml"));
        wire::send(request).await
    }
}

#[tokio::test]
async fn presigned_requests_are_of_no_use_after_the_picture_is_deleted() {
    let owner = Member::new().await;
    let root = Root::default();
    let file = large_file();
    let registration = owner.register(&file, Visibility::Private).await;
    let upload = MultipartUpload::create(&owner, &registration).await;
    upload.upload_part(&file.bytes, 1).await;
    let (create, part) = (upload.presign(json!({"step": "create"})).await, upload.presign_part(1).await);
    let complete = upload.presign_step("complete").await;
    let parts = upload.list_parts().await;
    assert_eq!(owner.delete(&format!("/pictures/{}", upload.picture)).await.code, 200);
    wait::until_equal("the upload is aborted", &0, async || root.uploads_of(upload.picture).await).await;
    let first = &file.bytes[..usize::try_from(PART_BYTES).unwrap()];
    assert_eq!(wire::send(build_request(&part, first)).await.status, 404);
    assert_eq!(upload.complete_with(&complete, &parts).await.status, 404);
    // S3 creates an upload for a minute. Nothing can be sent to it.
    let valid = create.expires_at.duration_since(jiff::Timestamp::now());
    assert!(valid <= jiff::SignedDuration::from_mins(1), "{valid}");
    let reply = wire::send(build_request(&create, &[])).await;
    let id = elements(&reply.text(), "UploadId")[0].to_owned();
    let step = json!({"step": "part", "uploadId": id, "number": 1});
    assert_eq!(call_presign(&owner, upload.picture, &step).await.code, 404);
}

#[tokio::test]
async fn resumes_an_interrupted_upload() {
    let owner = Member::new().await;
    let file = large_file();
    assert!((10_500_000..15_700_000).contains(&file.bytes.len()), "{}", file.bytes.len());
    let registration = owner.register(&file, Visibility::Private).await;
    let interrupted = MultipartUpload::create(&owner, &registration).await;
    assert_eq!(interrupted.list_parts().await, []);
    interrupted.upload_part(&file.bytes, 1).await;

    // A client that has only the upload id resumes the upload.
    let resumed = MultipartUpload { owner: &owner, picture: interrupted.picture, id: interrupted.id.clone() };
    let stored: Vec<_> = resumed.list_parts().await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(stored, [1]);
    resumed.upload_part(&file.bytes, 3).await;
    resumed.upload_part(&file.bytes, 2).await;
    let parts = resumed.list_parts().await;
    assert_eq!(parts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3]);
    let state = owner.get(&format!("/pictures/{}", resumed.picture)).await.data["state"].clone();
    assert_eq!(state, "awaitingUpload", "the upload is not complete");
    let reply = resumed.complete(&parts).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(
        elements(&reply.text(), "ETag")[0].contains("-3"),
        "the original has three parts: {}",
        reply.text()
    );

    let picture = owner.until_processed(resumed.picture).await;
    assert_eq!(
        (&picture["state"], &picture["width"], &picture["height"]),
        (&json!("ready"), &json!(2000), &json!(2000))
    );
    assert_eq!(
        picture["metadata"]["camera"], "Albumen One",
        "the function `metadata` processes the original"
    );
    assert_eq!(picture["contentType"], "image/png");
    assert!(
        wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes == file.bytes,
        "the original equals the file"
    );
    let answer = call_presign(&owner, resumed.picture, &json!({"step": "create"})).await;
    assert_eq!(answer.code, 409, "{answer:?}");
    assert!(answer.notes.unwrap().contains("already been uploaded"));
}

#[tokio::test]
async fn a_second_upload_never_replaces_an_original() {
    let owner = Member::new().await;
    let file = unique_file();
    let registration = owner.register(&file, Visibility::Private).await;
    let mut second_bytes = file.bytes.clone();
    second_bytes.reverse();
    let first = MultipartUpload::create(&owner, &registration).await;
    first.upload_part(&file.bytes, 1).await;
    let first_parts = first.list_parts().await;
    let first_completion = first.presign_step("complete").await;
    let second = MultipartUpload::create(&owner, &registration).await;
    second.upload_part(&second_bytes, 1).await;
    let second_parts = second.list_parts().await;
    let second_completion = second.presign_step("complete").await;
    assert_eq!(first.complete_with(&first_completion, &first_parts).await.status, 200);
    let multipart = second.complete_with(&second_completion, &second_parts).await;
    assert_eq!(multipart.status, 412, "S3 rejects the completion of a second multipart upload");
    let single = wire::send(build_request(&registration.upload, &second_bytes)).await;
    assert_eq!(single.status, 412, "S3 rejects a second upload in one request");
    let picture = owner.until_processed(registration.key()).await;
    assert_eq!(picture["state"], "ready");
    // A client that did not receive the reply repeats the request. S3 can accept or reject it.
    first.complete_with(&first_completion, &first_parts).await;
    assert_eq!(wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes, file.bytes);
}

/// Returns what a member has used, and the limits.
async fn usage(member: &Member) -> Value {
    member.get(&format!("/users/{}/usage", member.id())).await.ok().unwrap()
}

/// Asserts that a member has used these bytes in all and in the day that starts at `day`.
async fn assert_used(member: &Member, day: DateTime, total: u64, today: u64) {
    let usage = usage(member).await;
    assert_eq!(usage["bytes"], total);
    // The counters of the day start again if the day ends during the test.
    if Window::Day.start(Timestamp::now()) == day {
        assert_eq!(usage["today"]["bytes"], today);
    }
}

#[tokio::test]
async fn only_one_multipart_upload_of_a_picture_receives_parts() {
    let owner = Member::new().await;
    let file = unique_file();
    let registration = owner.register(&file, Visibility::Private).await;
    let picture = registration.key();
    // One presigned request creates any number of uploads while it is valid.
    let create = call_presign(&owner, picture, &json!({"step": "create"})).await.ok().unwrap();
    let create: PresignedRequest = serde_json::from_value(create).unwrap();
    let (one, two) = tokio::join!(
        MultipartUpload::create_with(&owner, picture, &create),
        MultipartUpload::create_with(&owner, picture, &create)
    );
    let part = |upload: &MultipartUpload<'_>| json!({"step": "part", "uploadId": upload.id, "number": 1});
    let (of_one, of_two) = (part(&one), part(&two));
    let (of_one, of_two) =
        tokio::join!(call_presign(&owner, picture, &of_one), call_presign(&owner, picture, &of_two));
    let (bound, other) = match (of_one.code, of_two.code) {
        (200, 409) => (one, two),
        (409, 200) => (two, one),
        _ => panic!("one step is accepted: {of_one:?} {of_two:?}"),
    };
    for step in ["part", "list", "complete", "abort"] {
        let step = json!({"step": step, "uploadId": other.id, "number": 1});
        let answer = call_presign(&owner, picture, &step).await;
        assert_eq!(answer.code, 409, "{step}: {answer:?}");
        assert!(answer.notes.unwrap().contains("another multipart upload"), "{step}");
    }
    bound.upload_part(&file.bytes, 1).await;
    let reply = bound.complete(&bound.list_parts().await).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(owner.until_processed(picture).await["state"], "ready");
    let row = Root::default().picture_row(picture).await.unwrap();
    assert!(!row.contains_key("multipartUploadId"), "the upload is complete");
}

#[tokio::test]
async fn each_further_multipart_upload_counts_its_bytes_in_the_day() {
    let owner = Member::new().await;
    let day = Window::Day.start(Timestamp::now());
    let registration = owner.register(&unique_file(), Visibility::Private).await;
    let picture = registration.key();
    let create = json!({"step": "create"});
    let first = MultipartUpload::create(&owner, &registration).await;
    // The reply to the first `create` can be lost.
    let second = MultipartUpload::create(&owner, &registration).await;
    let bytes = Root::default().pictures_of(owner.id()).await[0].bytes;
    assert_used(&owner, day, bytes, bytes).await;
    assert_eq!(second.list_parts().await, []);
    assert_eq!(call_presign(&owner, picture, &json!({"step": "list", "uploadId": first.id})).await.code, 409);

    // Of concurrent calls, one is counted, because only one of the new uploads can receive parts.
    let answers = join_all((0..5).map(|_| call_presign(&owner, picture, &create))).await;
    assert!(answers.iter().all(|answer| answer.code == 200), "{answers:?}");
    assert_used(&owner, day, bytes, 2 * bytes).await;
    let third = MultipartUpload::create(&owner, &registration).await;
    assert_eq!(third.list_parts().await, []);
    MultipartUpload::create(&owner, &registration).await;
    assert_used(&owner, day, bytes, 3 * bytes).await;
}

#[tokio::test]
async fn a_further_multipart_upload_does_not_exceed_the_bytes_of_the_day() {
    let (owner, root) = (Member::new().await, Root::default());
    let registration = owner.register(&unique_file(), Visibility::Private).await;
    let upload = MultipartUpload::create(&owner, &registration).await;
    assert_eq!(upload.list_parts().await, []);
    let picture = root.pictures_of(owner.id()).await.remove(0);
    let upload_id = picture.multipart_upload_id.clone().unwrap();
    assert_eq!(upload_id.as_str(), upload.id);
    let pictures = Pictures::new(&root.database().await);
    let limits: QuotaLimits = serde_json::from_value(usage(&owner).await["limits"].clone()).unwrap();
    let none = QuotaLimits { bytes_per_day: picture.bytes - 1, ..limits };
    let refused = pictures.unbind_multipart_upload(&picture, &upload_id, &none).await.unwrap();
    assert_eq!(refused, Err(Conflict::QuotaExceeded(Quota::BytesPerDay)));
    assert_eq!(upload.list_parts().await, [], "the upload can be continued");
    let twice = QuotaLimits { bytes_per_day: 2 * picture.bytes, ..limits };
    assert_eq!(pictures.unbind_multipart_upload(&picture, &upload_id, &twice).await.unwrap(), Ok(()));
    let repeated = pictures.unbind_multipart_upload(&picture, &upload_id, &limits).await.unwrap();
    assert_eq!(repeated, Err(Conflict::Changed), "the picture is not bound any more");

    assert_eq!(owner.delete(&format!("/pictures/{}", picture.key)).await.code, 200);
    assert!(!pictures.bind_multipart_upload(picture.key, &upload_id).await.unwrap());
    assert!(root.picture_row(picture.key).await.is_none(), "a step does not restore a deleted picture");
}

#[tokio::test]
async fn rejects_requests_that_differ_from_the_signed_ones() {
    let owner = Member::new().await;
    // The file is not a picture. The second part has 10 bytes.
    let file = File { content_type: "image/jpeg", bytes: vec![7; usize::try_from(PART_BYTES).unwrap() + 10] };
    let registration = owner.register(&file, Visibility::Private).await;
    let create = serde_json::from_value::<PresignedRequest>(
        call_presign(&owner, registration.key(), &json!({"step": "create"})).await.data,
    );
    let mut other_type = build_request(&create.unwrap(), &[]);
    other_type.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    assert_eq!(wire::send(other_type).await.status, 403, "S3 rejects another content type");

    let upload = MultipartUpload::create(&owner, &registration).await;
    let last_part = upload.presign_part(2).await;
    assert_eq!(last_part.headers["content-length"], "10");
    let assert_rejected = async |request: Request, change: &str| {
        let reply = wire::send(request).await;
        assert_eq!(reply.status, 403, "S3 rejects {change}: {}", reply.text());
    };
    let mut longer = build_request(&last_part, &[7; 11]);
    longer.headers_mut().insert("content-length", 11.into());
    assert_rejected(longer, "a longer part").await;
    let mut shorter = build_request(&last_part, &[7; 9]);
    shorter.headers_mut().insert("content-length", 9.into());
    assert_rejected(shorter, "a shorter part").await;
    let with_changed_url = |from: &str, to: &str| {
        assert!(last_part.url.contains(from), "{}", last_part.url);
        let url = last_part.url.replace(from, to);
        build_request(&PresignedRequest { url, ..last_part.clone() }, &[7; 10])
    };
    assert_rejected(with_changed_url("partNumber=2", "partNumber=3"), "another part").await;
    let other_upload = uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).to_string();
    assert_rejected(with_changed_url(&upload.id, &other_upload), "the id of another upload").await;
    let id = registration.key().picture_id.to_string();
    let other_picture = PictureId::new().to_string();
    assert_rejected(with_changed_url(&id, &other_picture), "the key of another picture").await;
    assert_rejected(with_changed_url("/originals/", "/renditions/"), "the key of a rendition").await;
    let unsigned = PresignedRequest {
        url: last_part.url.split("&X-Amz").next().unwrap().to_owned(),
        ..last_part.clone()
    };
    assert_rejected(build_request(&unsigned, &[7; 10]), "a request without a signature").await;
    assert_eq!(upload.list_parts().await, []);

    upload.upload_part(&file.bytes, 1).await;
    let first_part = upload.list_parts().await;
    let incomplete = upload.complete(&first_part).await;
    assert_eq!(incomplete.status, 400, "S3 rejects a file without its last part: {}", incomplete.text());
    let mut unconditional = upload.presign_step("complete").await;
    unconditional.headers.remove("if-none-match");
    let reply = upload.complete_with(&unconditional, &first_part).await;
    assert_eq!(reply.status, 403, "S3 rejects a completion without If-None-Match");
    let mut any_length = upload.presign_step("complete").await;
    any_length.headers.remove("x-amz-mp-object-size");
    let reply = upload.complete_with(&any_length, &first_part).await;
    assert_eq!(reply.status, 403, "S3 rejects a completion without the length");
    assert!(Root::default().object_keys(registration.key()).await.is_empty(), "S3 has stored no object");

    assert_eq!(wire::send(build_request(&upload.presign_step("abort").await, &[])).await.status, 204);
    let list = upload.presign_step("list").await;
    assert_eq!(wire::send(build_request(&list, &[])).await.status, 404, "the upload is aborted");
    let new_upload = MultipartUpload::create(&owner, &registration).await;
    for number in [1, 2] {
        new_upload.upload_part(&file.bytes, number).await;
    }
    let reply = new_upload.complete(&new_upload.list_parts().await).await;
    assert_eq!(reply.status, 200, "a new upload succeeds after the abort: {}", reply.text());
    let picture = owner.until_processed(registration.key()).await;
    assert_eq!(picture["state"], "failed", "the file is not a picture");
    assert_eq!(call_presign(&owner, registration.key(), &json!({"step": "create"})).await.code, 409);
}

#[tokio::test]
async fn the_api_presigns_valid_steps_for_the_owner_only() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let registration = owner.register(&unique_file(), Visibility::Public).await;
    let path = format!("/pictures/{}/upload", registration.key());
    let create = json!({"step": "create"});
    let missing_key = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let missing = call_presign(&owner, missing_key, &create).await;
    assert_eq!(missing.code, 404);
    let of_friend = call_presign(&friend, registration.key(), &create).await;
    assert_eq!(
        (of_friend.code, &of_friend.notes),
        (404, &missing.notes),
        "the reply does not reveal that the picture exists"
    );
    let shared = owner.share(&unique_file(), Visibility::Public).await;
    let of_friend = call_presign(&friend, key_of(&shared), &create).await;
    assert_eq!(
        (of_friend.code, &of_friend.notes),
        (404, &missing.notes),
        "the reply is the same for a picture that the friend can view"
    );
    let anonymous = Caller::Anonymous(cloud::app());
    assert_eq!(anonymous.call("POST", &path, Some(&create)).await.code, 403);
    for (body, expected_text) in [
        (json!({}), "step must be"),
        (json!({"step": "copy", "uploadId": "u"}), "step must be"),
        (json!({"step": "list"}), "uploadId"),
        (json!({"step": "list", "uploadId": "u&acl"}), "uploadId"),
        (json!({"step": "abort", "uploadId": "u\r\nhost: x"}), "uploadId"),
        (json!({"step": "part", "uploadId": "u", "number": 2}), "from 1 to 1"),
        (json!({"step": "part", "uploadId": 5, "number": 1}), "wrong type"),
        (json!([1]), "JSON object"),
    ] {
        let answer = owner.post(&path, &body).await;
        assert_eq!(answer.code, 400, "{body}: {answer:?}");
        assert!(answer.notes.as_deref().unwrap().contains(expected_text), "{body}: {answer:?}");
    }
    let state = owner.get(&format!("/pictures/{}", registration.key())).await.data["state"].clone();
    assert_eq!(state, "awaitingUpload");
}
