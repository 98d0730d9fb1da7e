//! Uploads in one request. S3 accepts only the registered picture, length and content type.

use std::time::Duration;

use domain::Visibility;
use end_to_end::people::{Member, Registration};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, wire};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::json;

/// Builds the HTTP request of the presigned upload, with `bytes` as its body.
fn put(registration: &Registration, bytes: &[u8]) -> Request {
    let upload = &registration.upload;
    let mut request = Request::new(Method::PUT, upload.url.parse().unwrap());
    for (name, value) in &upload.headers {
        let (name, value) = (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        request.headers_mut().insert(name, value);
    }
    *request.body_mut() = Some(bytes.to_vec().into());
    request
}

/// Asserts that S3 rejects an upload with `status`.
async fn assert_rejected(what: &str, request: Request, status: u16) {
    let reply = wire::send(request).await;
    assert_eq!(reply.status, status, "{what}: {}", reply.text());
}

#[tokio::test]
async fn a_second_upload_is_rejected_and_changes_nothing() {
    let owner = Member::new().await;
    let file = unique_file();
    let registration = owner.register(&file, Visibility::Private).await;
    assert_eq!(wire::send(put(&registration, &file.bytes)).await.status, 200);
    assert_rejected("a repeated upload", put(&registration, &file.bytes), 412).await;
    let mut others = file.bytes.clone();
    others.reverse();
    assert_rejected("other bytes", put(&registration, &others), 412).await;
    let picture = owner.until_processed(registration.key()).await;
    assert_eq!(picture["state"], "ready");
    assert_rejected("an upload after the processing", put(&registration, &others), 412).await;
    assert_eq!(wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes, file.bytes);
}

#[tokio::test]
async fn rejects_requests_that_differ_from_the_signed_one() {
    let owner = Member::new().await;
    let file = unique_file();
    let registration = owner.register(&file, Visibility::Private).await;
    let request = || put(&registration, &file.bytes);

    let mut longer = put(&registration, &[&file.bytes[..], b"!"].concat());
    longer.headers_mut().insert("content-length", (file.bytes.len() + 1).into());
    assert_rejected("longer", longer, 403).await;
    let mut shorter = put(&registration, &file.bytes[1..]);
    shorter.headers_mut().insert("content-length", (file.bytes.len() - 1).into());
    assert_rejected("shorter", shorter, 403).await;

    let mut other_type = request();
    other_type.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    assert_rejected("another type", other_type, 403).await;
    let mut unconditional = request();
    unconditional.headers_mut().remove("if-none-match");
    assert_rejected("without If-None-Match", unconditional, 403).await;

    let changed = |from: &str, to: &str| {
        assert!(registration.upload.url.contains(from), "{}", registration.upload.url);
        let mut request = request();
        *request.url_mut() = registration.upload.url.replace(from, to).parse().unwrap();
        request
    };
    assert_rejected("a longer validity", changed("X-Amz-Expires=900", "X-Amz-Expires=9000"), 403).await;
    let id = registration.key().picture_id.to_string();
    let other = domain::PictureId::new().to_string();
    assert_rejected("another picture", changed(&id, &other), 403).await;
    assert_rejected("a rendition", changed("/originals/", "/renditions/"), 403).await;

    let bare = registration.upload.url.split('?').next().unwrap();
    let mut unsigned = request();
    *unsigned.url_mut() = bare.parse().unwrap();
    assert_rejected("unsigned", unsigned, 403).await;
    let mut read = request();
    *read.method_mut() = Method::GET;
    *read.body_mut() = None;
    read.headers_mut().remove("content-length");
    assert_rejected("a GET request", read, 403).await;

    assert!(Root::default().object_keys(registration.key()).await.is_empty(), "S3 stored nothing");
    assert_eq!(owner.get(&format!("/pictures/{}", registration.key())).await.data["state"], "awaitingUpload");
    assert_eq!(wire::send(request()).await.status, 200, "S3 accepts the unchanged request");
}

#[tokio::test]
async fn an_upload_expires() {
    let owner = Member::new().await;
    let registration = owner.register(&unique_file(), Visibility::Private).await;
    let now = jiff::Timestamp::now();
    let left = Duration::try_from(registration.upload.expires_at.duration_since(now)).unwrap();
    assert!((Duration::from_secs(14 * 60)..=Duration::from_secs(15 * 60 + 1)).contains(&left), "{left:?}");
    assert!(registration.upload.url.contains("X-Amz-Expires=900"), "{}", registration.upload.url);
}

#[tokio::test]
async fn the_url_of_an_original_expires() {
    let owner = Member::new().await;
    let picture = owner.share(&unique_file(), Visibility::Private).await;
    let url = picture["original"]["url"].as_str().unwrap();
    assert_eq!(wire::get(url).await.status, 200);
    assert_eq!(wire::get(url.split('?').next().unwrap()).await.status, 403, "unsigned");
    let start = url.split("X-Amz-Date=").nth(1).unwrap()[..16].to_owned();
    let expired = url.replace(&start, "20200101T000000Z");
    assert_eq!(wire::get(&expired).await.status, 403, "a changed time");
}

#[tokio::test]
async fn pages_of_any_origin_can_send_a_presigned_upload() {
    let owner = Member::new().await;
    let registration = owner.register(&unique_file(), Visibility::Private).await;
    let preflight = async |origin: &str, method: &str, headers: &str| {
        let mut request = Request::new(Method::OPTIONS, registration.upload.url.parse().unwrap());
        for (name, value) in [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", headers),
        ] {
            request.headers_mut().insert(name, HeaderValue::try_from(value).unwrap());
        }
        wire::send(request).await
    };
    let sent = "content-type,if-none-match,x-amz-mp-object-size";
    let own = cloud::stack().endpoint.clone();
    // The methods of uploads in one request and of multipart uploads.
    for method in ["PUT", "POST", "GET", "DELETE"] {
        for origin in [own.as_str(), "https://elsewhere.example"] {
            let reply = preflight(origin, method, sent).await;
            let allowed = reply.header("access-control-allow-origin");
            assert!(allowed == "*" || allowed == origin, "{method} from {origin}: {allowed}");
        }
    }
    for (method, headers) in [("PATCH", sent), ("PUT", "authorization")] {
        let reply = preflight(&own, method, headers).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{method} with {headers}");
    }
}

#[tokio::test]
async fn validates_registrations() {
    let member = Member::new().await;
    for (body, code, word) in [
        (json!({"contentType": "image/jpeg", "bytes": 50_000_001}), 413, "50 MB"),
        (json!({"contentType": "image/svg+xml", "bytes": 9}), 415, "image/jpeg"),
        (json!({"contentType": "image/tiff", "bytes": 9}), 415, "image/heic"),
        (json!({"bytes": 9}), 400, "contentType"),
        (json!({"contentType": "image/jpeg"}), 400, "bytes"),
        (json!({"contentType": "image/jpeg", "bytes": 0}), 400, "bytes"),
        (json!({"contentType": "image/jpeg", "bytes": "9"}), 400, "`bytes`"),
        (json!({"contentType": "image/jpeg", "bytes": 9, "visibility": "all"}), 400, "visibility must be"),
        (json!({"contentType": "image/jpeg", "bytes": 9, "caption": "é".repeat(2001)}), 400, "caption"),
        (json!([1]), 400, "JSON object"),
    ] {
        let answer = member.post("/pictures", &body).await;
        assert_eq!(answer.code, code, "{body}: {answer:?}");
        assert!(answer.notes.as_deref().unwrap().contains(word), "{body}: {answer:?}");
    }
    let mine = member.get(&format!("/users/{}/pictures", member.id())).await.ok().unwrap();
    assert_eq!(mine["items"], json!([]), "no picture was registered");
    let maximum = json!({"contentType": "IMAGE/JPEG; q=1", "bytes": 50_000_000, "caption": "é".repeat(2000)});
    let answer = member.post("/pictures", &maximum).await.ok().unwrap();
    assert_eq!(answer["picture"]["visibility"], "private", "the default");
    assert_eq!(answer["picture"]["contentType"], "image/jpeg");
    let heif = json!({"contentType": "image/heif", "bytes": 9});
    let answer = member.post("/pictures", &heif).await.ok().unwrap();
    assert_eq!(answer["picture"]["contentType"], "image/heic", "image/heif is stored as image/heic");
    assert_eq!(answer["upload"]["headers"]["content-type"], "image/heic");
}
