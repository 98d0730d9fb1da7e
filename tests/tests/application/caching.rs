//! The caching of replies: `Cache-Control`, `ETag` and 304, and the cache of the site.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use domain::{Picture, PictureState, Visibility};
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::wire::{self, Reply};
use end_to_end::{cloud, rows, wait};
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderValue, IF_NONE_MATCH};
use serde_json::json;

/// Each open route, and whether caches can store its reply for a minute. A new open route belongs
/// here.
const OPEN_ROUTES: [(&str, bool); 9] = [
    ("/openapi.json", true),
    ("/public", true),
    ("/public/albums/{albumId}", true),
    ("/public/albums/{albumId}/pictures", true),
    ("/public/{ownerId}/{id}", true),
    ("/shared/{token}", false),
    ("/shared/{token}/pictures", false),
    ("/shared/{token}/pictures/{ownerId}/{pictureId}", false),
    ("/status", false),
];

const MINUTE: &str = "public, max-age=30, s-maxage=30, must-revalidate, stale-if-error=0";

async fn send(method: Method, path: &str, tag: Option<&str>) -> Reply {
    let mut request = wire::unsigned(method, path, "");
    if let Some(tag) = tag {
        request.headers_mut().insert(IF_NONE_MATCH, HeaderValue::try_from(tag).unwrap());
    }
    wire::send(request).await
}

async fn get(path: &str) -> Reply {
    send(Method::GET, path, None).await
}

fn address(picture: &Picture) -> String {
    format!("/public/{}/{}", picture.key.owner_id, picture.key.picture_id)
}

async fn public_picture(root: &Root) -> Picture {
    let picture = rows::picture(Member::new().await.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&picture).await;
    picture
}

#[tokio::test]
async fn each_open_route_chooses_its_caching() {
    let root = Root::default();
    let resources = root.get_from_api_gateway("/resources?embed=methods&limit=500").await;
    let resources = resources["item"].as_array().unwrap().iter();
    let is_open = |method: &str, resource: &serde_json::Value| {
        resource["resourceMethods"][method]["authorizationType"] == "CUSTOM"
    };
    let open = |method| {
        let paths = resources.clone().filter(move |resource| is_open(method, resource));
        let paths = paths.map(|resource| resource["path"].as_str().unwrap());
        let mut paths: Vec<_> = paths.collect();
        paths.sort_unstable();
        paths
    };
    let expected: BTreeMap<_, _> = OPEN_ROUTES.into();
    assert_eq!(open("GET"), expected.keys().copied().collect::<Vec<_>>());
    assert_eq!(open("HEAD"), open("GET"), "a client can ask for the headers of each of them");

    let owner = Member::new().await;
    let picture = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&picture).await;
    let album = owner.post("/albums", &json!({"title": "Oslo", "visibility": "public"})).await.ok().unwrap();
    let album = album["id"].as_str().unwrap();
    let added = owner.put(&format!("/albums/{album}/pictures/{}", picture.key), &json!({})).await;
    assert_eq!(added.code, 200, "{added:?}");
    let link = owner.post("/links", &json!({"albumId": album})).await.ok().unwrap();
    let (owner_id, picture_id) = (owner.id().to_string(), picture.key.picture_id.to_string());
    let values = [
        ("{albumId}", album),
        ("{token}", link["token"].as_str().unwrap()),
        ("{ownerId}", &owner_id),
        ("{id}", &picture_id),
        ("{pictureId}", &picture_id),
    ];
    for (path, is_cached) in OPEN_ROUTES {
        let address = values.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
        let reply = get(&address).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.header("cache-control"), if is_cached { MINUTE } else { "no-store" }, "{path}");
        assert_eq!(!reply.header("etag").is_empty(), is_cached, "{path}");
    }
}

#[tokio::test]
async fn a_client_with_the_current_reply_receives_no_body() {
    let root = Root::default();
    let mut picture = public_picture(&root).await;
    let path = address(&picture);
    // Repeats the check if the signatures of the images change between two requests.
    let (first, second) = wait::until("the reply is unchanged", async || {
        let first = get(&path).await;
        let second = send(Method::GET, &path, Some(first.header("etag"))).await;
        (second.status == 304).then_some((first, second))
    })
    .await;
    assert!(second.bytes.is_empty(), "{}", second.text());
    for name in ["etag", "cache-control", "vary", "access-control-allow-origin"] {
        assert_eq!(second.header(name), first.header(name), "{name}");
    }

    picture.caption = Some("Changed".into());
    root.put_picture(&picture).await;
    let changed = send(Method::GET, &path, Some(first.header("etag"))).await;
    assert_eq!((changed.status, &changed.json()["data"]["caption"]), (200, &"Changed".into()));
    assert_ne!(changed.header("etag"), first.header("etag"));

    picture.visibility = Visibility::Private;
    root.put_picture(&picture).await;
    let hidden = send(Method::GET, &path, Some(changed.header("etag"))).await;
    hidden.assert_rejected(404, "no such picture");
    assert_eq!(hidden.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_client_can_ask_for_the_headers_only() {
    let path = address(&public_picture(&Root::default()).await);
    wait::until_true("the headers are those of the reply", async || {
        let (get, head) = (get(&path).await, send(Method::HEAD, &path, None).await);
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.header("cache-control"), MINUTE);
        get.header("etag") == head.header("etag")
    })
    .await;
}

#[tokio::test]
async fn no_cache_stores_a_reply_to_a_member_or_an_error() {
    let member = Member::new().await;
    for path in ["/feed", "/friends", "/notifications", "/pictures/a/b", "/users?handle=%20"] {
        let mut request = wire::unsigned(Method::GET, path, "");
        request.headers_mut().insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        wire::sign(&mut request, &member.session.credentials().await.unwrap(), "execute-api");
        let reply = wire::send(request).await;
        assert!([200, 400, 404].contains(&reply.status), "{path}: {}", reply.text());
        assert_eq!((reply.header("cache-control"), reply.header("etag")), ("no-store", ""), "{path}");
    }
    for path in ["/feed", "/nothing", "/public?limit=0", "/public/a/b"] {
        assert_eq!(get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

/// Requests a path of the API through the site.
async fn get_through_site(path: &str) -> Reply {
    wire::get(&format!("{}v1{path}", cloud::stack().site)).await
}

#[tokio::test]
async fn the_site_serves_open_routes_and_caches_them() {
    let picture = public_picture(&Root::default()).await;
    let path = address(&picture);
    let first = get_through_site(&path).await;
    assert_eq!((first.status, first.header("x-cache")), (200, "Miss from cloudfront"), "{}", first.text());
    assert_eq!(first.json()["data"]["id"], picture.key.picture_id.to_string());
    first.assert_cors_headers();
    let again = get_through_site(&path).await;
    assert_eq!(
        (again.status, again.header("x-cache"), &again.bytes),
        (200, "Hit from cloudfront", &first.bytes)
    );
    assert!(again.header("age").parse::<u64>().unwrap() < 30, "{:?}", again.headers);
    let compressed = reqwest::Client::new().get(format!("{}v1{path}", cloud::stack().site));
    let compressed = compressed.header(ACCEPT_ENCODING, "br").send().await.unwrap();
    assert_eq!(compressed.headers()[CONTENT_ENCODING], "br");
    assert_eq!(compressed.headers()[ETAG], first.header("etag"), "a weak tag belongs to each encoding");
    let other = get_through_site(&format!("{path}?limit=1")).await;
    assert_eq!(other.header("x-cache"), "Miss from cloudfront", "parameters are part of the key");
    let unknown = get_through_site(&format!("{path}?x=1")).await;
    assert_eq!(unknown.header("x-cache"), "Hit from cloudfront", "other parameters are not");

    let mut known =
        reqwest::Request::new(Method::GET, format!("{}v1{path}", cloud::stack().site).parse().unwrap());
    known.headers_mut().insert(IF_NONE_MATCH, HeaderValue::try_from(first.header("etag")).unwrap());
    let unchanged = wire::send(known).await;
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
}

#[tokio::test]
async fn a_picture_that_is_no_longer_public_leaves_the_caches_within_a_minute() {
    let root = Root::default();
    let mut picture = public_picture(&root).await;
    let path = address(&picture);
    assert_eq!(get_through_site(&path).await.status, 200);
    picture.visibility = Visibility::Private;
    let hidden_at = Instant::now();
    root.put_picture(&picture).await;
    assert_eq!(get(&path).await.status, 404);
    loop {
        let before = Instant::now();
        let reply = get_through_site(&path).await;
        if reply.status == 404 {
            break;
        }
        assert_eq!(reply.header("x-cache"), "Hit from cloudfront", "the site asks the API no later");
        // A browser counts the header `Age`, so that it keeps the reply no longer than the site.
        assert_eq!(reply.header("cache-control"), MINUTE);
        assert!(before - hidden_at < Duration::from_secs(60), "{:?}", reply.headers);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let missing = get_through_site(&path).await;
    assert_eq!(
        (missing.status, missing.header("x-cache")),
        (404, "Miss from cloudfront"),
        "errors are not cached"
    );
}

#[tokio::test]
async fn the_site_forwards_no_credentials_to_the_api() {
    let member = Member::new().await;
    for path in ["/feed", "/friends", "/users?handle=nobody"] {
        let mut signed = wire::unsigned(Method::GET, path, "");
        wire::sign(&mut signed, &member.session.credentials().await.unwrap(), "execute-api");
        *signed.url_mut() = format!("{}v1{path}", cloud::stack().site).parse().unwrap();
        for _ in 0..2 {
            let reply = wire::send(signed.try_clone().unwrap()).await;
            reply.assert_rejected(403, "not signed in");
            assert_eq!(reply.header("x-cache"), "Miss from cloudfront", "{path}");
        }
        let url = format!("{}{path}", cloud::stack().api);
        let presigned = wire::presign(&url, &member.session.credentials().await.unwrap(), SystemTime::now());
        assert_ne!(wire::get(&presigned).await.status, 403, "the API accepts a signature in the query");
        let (_, query) = presigned.split_once('?').unwrap();
        let path = path.split('?').next().unwrap();
        get_through_site(&format!("{path}?{query}")).await.assert_rejected(403, "not signed in");
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let url = format!("{}v1/pictures", cloud::stack().site);
        let reply = wire::send(reqwest::Request::new(method.clone(), url.parse().unwrap())).await;
        assert_eq!((reply.status, reply.header("x-cache")), (403, "Error from cloudfront"), "{method}");
    }
    let status = get_through_site("/status").await;
    assert_eq!((status.status, status.header("cache-control")), (200, "no-store"));
    assert_eq!(get_through_site("/status").await.header("x-cache"), "Miss from cloudfront");
}
