//! The site as any HTTP client receives it: paths, methods, caching, compression and headers.

use end_to_end::cloud;
use end_to_end::wire::{Reply, get, send};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};

const APP_PATHS: [&str; 18] = [
    "",
    "feed",
    "public",
    "mine",
    "friends",
    "settings",
    "links",
    "a",
    "people/018f0000-0000-7000-8000-000000000001",
    "p/018f0000-0000-7000-8000-000000000001/018f0000-0000-7000-8000-000000000002",
    "p/a%20b/c%2Fd",
    "a/018f0000-0000-7000-8000-000000000003",
    "a/new/rule",
    "sign-in",
    "sign-up",
    "forgotten-password",
    "forgotten-password/",
    "shared/token",
];
const UNKNOWN_PATHS: [&str; 10] = [
    "nothing",
    "nothing.html",
    "not-found.html",
    "Feed",
    "feed/x",
    "people",
    "p/only-an-owner",
    "p/a/b/c",
    "a/b/c",
    "_ministack/health",
];

/// Sends a request for a path of the site.
async fn request(method: Method, path: &str, headers: &[(&'static str, &str)]) -> Reply {
    let mut request = Request::new(method, format!("{}{path}", cloud::stack().site).parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    send(request).await
}

async fn page(path: &str) -> Reply {
    request(Method::GET, path, &[]).await
}

/// Returns the path of the app's largest script, without the slash at the beginning.
async fn script() -> String {
    let page = page("").await.text();
    let (_, rest) = page.split_once("/assets/app-").unwrap();
    format!("assets/app-{}", rest.split('"').next().unwrap())
}

fn assert_not_found(reply: &Reply, path: &str) {
    assert_eq!((reply.status, reply.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
    assert!(reply.text().contains("There is nothing at this address."), "{path}");
    assert!(reply.text().contains("<a href=\"/\">"), "{path}");
    assert!(!reply.text().contains("<script"), "{path}");
}

#[test]
fn the_web_app_is_at_the_root_of_the_site() {
    let stack = cloud::stack();
    assert_eq!(stack.site, stack.web);
    assert!(stack.site.starts_with("http://localhost:") && stack.site.ends_with('/'), "{}", stack.site);
    assert_ne!(stack.site.trim_end_matches('/'), stack.endpoint, "the site has a port of its own");
}

#[tokio::test]
async fn each_path_of_the_app_answers_its_page() {
    let index = page("index.html").await;
    assert!(index.text().contains("<div id=\"app\">"));
    for path in APP_PATHS {
        for suffix in ["", "?x=1", "?a=/b&c=%2F", "/"] {
            let path = format!("{path}{suffix}").replace("//", "/");
            let reply = page(path.trim_start_matches('/')).await;
            assert_eq!(
                (reply.status, reply.header("content-type")),
                (200, "text/html; charset=utf-8"),
                "{path}"
            );
            assert_eq!(
                (reply.bytes, reply.headers["etag"].clone()),
                (index.bytes.clone(), index.headers["etag"].clone()),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_addresses_in_the_page_do_not_depend_on_its_path() {
    let text = page("p/a/b").await.text();
    let addresses =
        text.split(['"', '\'']).filter(|part| part.starts_with('.') || part.starts_with("assets/"));
    assert_eq!(addresses.collect::<Vec<_>>(), [""; 0]);
    for file in ["config.json", "sw.js", "manifest.webmanifest", "favicon.svg", "icons/192.png"] {
        assert_eq!(page(file).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_with_a_link_to_the_start() {
    for path in UNKNOWN_PATHS {
        for suffix in ["", "?x=1", "/"] {
            let path = format!("{path}{suffix}");
            assert_not_found(&page(&path).await, &path);
        }
    }
}

#[tokio::test]
async fn a_missing_asset_is_404_and_never_the_page() {
    for path in ["assets/app-Ab12Cd34.js", "assets/", "assets/feed", "icons/none.png"] {
        let reply = page(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.text().contains("<div id=\"app\">"), "{path}");
    }
}

#[tokio::test]
async fn refuses_other_methods_as_cloudfront_does() {
    let methods = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let script = script().await;
    for method in methods {
        for path in ["", "feed", "nothing", "config.json", &script] {
            let reply = request(method.clone(), path, &[]).await;
            assert_eq!(
                (reply.status, reply.header("x-cache")),
                (403, "Error from cloudfront"),
                "{method} {path}"
            );
            assert!(
                reply.text().contains("not configured to allow the HTTP request method"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_without_a_body() {
    for path in ["", "p/a/b", "config.json", "nothing", "assets/none.js", &script().await] {
        let (head, full) = (request(Method::HEAD, path, &[]).await, page(path).await);
        assert_eq!((head.status, head.bytes.len()), (full.status, 0), "{path}");
        for name in ["content-type", "content-length", "cache-control", "etag", "content-security-policy"] {
            assert_eq!(head.header(name), full.header(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_file_is_304() {
    for path in ["", "feed", "p/a/b?x=1", "config.json", "sw.js", &script().await] {
        for encoding in ["identity", "gzip", "br"] {
            let full = request(Method::GET, path, &[("accept-encoding", encoding)]).await;
            let known = [("accept-encoding", encoding), ("if-none-match", full.header("etag"))];
            let again = request(Method::GET, path, &known).await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path} {encoding}");
        }
        let other = request(Method::GET, path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, 200, "{path}");
    }
}

#[tokio::test]
async fn compresses_for_clients_that_accept_it() {
    for path in ["", "p/a/b", "sw.js", &script().await] {
        let plain = page(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        for (accepted, expected) in
            [("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip")]
        {
            let reply = request(Method::GET, path, &[("accept-encoding", accepted)]).await;
            assert_eq!(
                (reply.status, reply.header("content-encoding")),
                (200, expected),
                "{path} {accepted}"
            );
            assert_eq!(reply.header("vary").to_lowercase(), "accept-encoding", "{path}");
            assert_eq!(reply.header("content-length"), reply.bytes.len().to_string(), "{path}");
            assert_eq!(reply.header("etag"), format!("W/{}", plain.header("etag")), "{path}");
            assert!(reply.bytes.len() < plain.bytes.len() * 2 / 3, "{path} {accepted}");
        }
    }
    let small = request(Method::GET, "config.json", &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.header("content-encoding"), "", "CloudFront compresses files of 1,000 bytes and more");
}

#[tokio::test]
async fn browsers_keep_assets_and_revalidate_everything_else() {
    let text = page("").await.text();
    let assets: Vec<_> = text.split('"').filter_map(|part| part.strip_prefix("/assets/")).collect();
    assert!(assets.len() >= 3, "{text}");
    for asset in assets {
        let reply = page(&format!("assets/{asset}")).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable", "{asset}");
    }
    for path in [
        "",
        "feed",
        "p/a/b",
        "index.html",
        "sw.js",
        "config.json",
        "manifest.webmanifest",
        "favicon.svg",
        "nothing",
    ] {
        assert_eq!(page(path).await.header("cache-control"), "no-cache", "{path}");
    }
}

#[tokio::test]
async fn each_reply_has_security_headers() {
    let endpoint = &cloud::stack().endpoint;
    for path in ["", "p/a/b", "sw.js", "config.json", "nothing", "assets/none.js", &script().await] {
        let reply = page(path).await;
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(reply.header(name), value, "{path}");
        }
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        if path != "nothing" {
            let allowed = format!("connect-src 'self' {endpoint} {};", endpoint.replacen("http", "ws", 1));
            assert!(policy.contains(&allowed), "{path}: {policy}");
            assert!(policy.contains("img-src 'self' data: blob:;"), "{path}: {policy}");
            assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert!(reply.header("permissions-policy").contains("geolocation=()"), "{path}");
        }
    }
}

#[tokio::test]
async fn pages_of_the_site_may_call_the_api() {
    let stack = cloud::stack();
    let mut preflight = Request::new(Method::OPTIONS, format!("{}/pictures", stack.api).parse().unwrap());
    let origin = stack.site.trim_end_matches('/');
    preflight.headers_mut().insert("origin", HeaderValue::from_str(origin).unwrap());
    preflight.headers_mut().insert("access-control-request-method", HeaderValue::from_static("POST"));
    let reply = send(preflight).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, "*"));
    assert!(reply.header("access-control-allow-methods").contains("POST"));
    for name in ["authorization", "content-type", "x-amz-date", "x-amz-security-token"] {
        assert!(reply.header("access-control-allow-headers").contains(name), "{name}");
    }
}

#[tokio::test]
async fn the_bucket_and_the_endpoint_do_not_serve_the_app() {
    let stack = cloud::stack();
    let bucket = stack.media_bucket.replacen("-media-", "-web-", 1);
    for path in ["", "/index.html", "/config.json"] {
        assert_eq!(get(&format!("{}/{bucket}{path}", stack.endpoint)).await.status, 403, "{path}");
    }
    for query in ["?list-type=2", "?list-type=2&prefix=assets/"] {
        assert!(page(query).await.text().contains("<div id=\"app\">"), "nobody lists the bucket: {query}");
        assert_eq!(page(&format!("assets/{query}")).await.status, 404, "{query}");
    }
}
