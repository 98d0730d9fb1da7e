//! The caching of replies: `Cache-Control`, `ETag` and 304.

use std::collections::BTreeMap;

use domain::{Picture, PictureState, Visibility};
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::wire::{self, Reply};
use end_to_end::{rows, wait};
use reqwest::Method;
use reqwest::header::{HeaderValue, IF_NONE_MATCH};

/// Each open route, and whether caches can store its reply for a minute. A new open route belongs
/// here.
const OPEN_ROUTES: [(&str, bool); 4] =
    [("/openapi.json", true), ("/public", true), ("/public/{ownerId}/{id}", true), ("/status", false)];

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
        resource["resourceMethods"][method]["authorizationType"] == "NONE"
    };
    let open = |method| {
        let paths = resources.clone().filter(move |resource| is_open(method, resource));
        let paths = paths.map(|resource| resource["path"].as_str().unwrap());
        // The routes of unknown addresses.
        let mut paths: Vec<_> = paths.filter(|path| !["/", "/{proxy+}"].contains(path)).collect();
        paths.sort_unstable();
        paths
    };
    let expected: BTreeMap<_, _> = OPEN_ROUTES.into();
    assert_eq!(open("GET"), expected.keys().copied().collect::<Vec<_>>());
    assert_eq!(open("HEAD"), open("GET"), "a client can ask for the headers of each of them");

    let picture = address(&public_picture(&root).await);
    for (path, is_cached) in OPEN_ROUTES {
        let reply = get(&path.replace("/public/{ownerId}/{id}", &picture)).await;
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
