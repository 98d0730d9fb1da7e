//! The pages of the site, through its distribution: what everybody, a search engine or a feed
//! reader receives without a script.

use std::time::Duration;

use domain::{Picture, PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::wire::Reply;
use end_to_end::{cloud, rows, wait};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};

/// The time after which everything must follow a change. The caches keep a reply for 30 seconds.
const MINUTE: Duration = Duration::from_secs(60);
/// The address of the first sitemap, which lists the newest pictures.
const NEWEST: &str = "/sitemap.xml?after=ffffffff-ffff-ffff-ffff-ffffffffffff";
/// The cookie of a share link.
const SESSION: &str = "link-session";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Returns the URL of a path that begins with a slash.
fn url(path: &str) -> String {
    format!("{}{path}", cloud::stack().site.trim_end_matches('/'))
}

/// Sends a request and does not follow redirects.
async fn send(method: Method, url: &str, headers: HeaderMap, body: &str) -> Reply {
    // Fails if another part of the program has already installed a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(30)).build().unwrap();
    let request = client.request(method, url).headers(headers).body(body.to_owned());
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
}

async fn get(path: &str) -> Reply {
    send(Method::GET, &url(path), HeaderMap::new(), "").await
}

/// A member with a public picture in the feeds.
struct Publisher {
    member: Member,
    picture: PictureKey,
}

impl Publisher {
    /// Adds the row of a picture, without a file.
    async fn new() -> Self {
        let member = Member::new().await;
        let picture = rows::picture(member.id(), Visibility::Public, PictureState::Ready);
        let picture = Picture { caption: Some("Lake <Bled>".into()), ..picture };
        Root::default().put_picture(&picture).await;
        let publisher = Self { member, picture: picture.key };
        publisher.until_shown(&publisher.profile("")).await;
        publisher
    }

    /// Returns an address below the page of the member.
    fn profile(&self, path: &str) -> String {
        format!("/@{}{path}", self.member.handle)
    }

    fn page(&self) -> String {
        self.profile(&format!("/{}", self.picture.picture_id))
    }

    fn image(&self, size: &str) -> String {
        format!("/i/{}/{size}", self.picture)
    }

    fn oembed(&self) -> String {
        format!("/oembed?url={}", url(&self.page()))
    }

    /// Returns `true` if a list shows the picture, or if the picture has the page of its own.
    async fn is_shown(&self, path: &str) -> bool {
        let reply = get(path).await;
        match reply.status {
            302 => true,
            200 => reply.text().contains(&self.picture.picture_id.to_string()),
            404 => false,
            status => panic!("{path}: {status} {}", reply.text()),
        }
    }

    async fn until_shown(&self, path: &str) {
        self.until(path, true).await;
    }

    async fn until(&self, path: &str, is_shown: bool) {
        let what = format!("{path} shows the picture: {is_shown}");
        wait::within(MINUTE, &what, async || match self.is_shown(path).await == is_shown {
            true => Ok(()),
            false => Err(get(path).await.text()),
        })
        .await;
    }

    /// Creates a public album with the picture.
    async fn create_album(&self) -> String {
        let created = self.member.post("/albums", &json!({"title": "Oslo", "visibility": "public"})).await;
        let album = created.ok().unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/albums/{album}/pictures/{}", self.picture);
        let added = self.member.put(&path, &json!({})).await;
        assert_eq!(added.code, 200, "{added:?}");
        album
    }

    /// Creates a link to an album. Returns its answer.
    async fn create_link(&self, album: &str, settings: Value) -> Value {
        let mut body = json!({"albumId": album});
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        self.member.post("/links", &body).await.ok().unwrap()
    }
}

/// Returns the path of the page of a link.
fn path_of_link(link: &Value) -> String {
    let token = link["token"].as_str().unwrap();
    assert_eq!(link["url"], url(&format!("/s/{token}")));
    format!("/s/{token}")
}

#[tokio::test]
async fn each_page_has_its_type_and_its_headers() {
    let publisher = Publisher::new().await;
    let album = publisher.create_album().await;
    let link = path_of_link(&publisher.create_link(&album, json!({})).await);
    let picture_of_link = format!("{link}/{}", publisher.picture);
    let (album, feed_of_album) = (format!("/albums/{album}"), format!("/albums/{album}/feed.xml"));
    let html = "text/html; charset=utf-8";
    let atom = "application/atom+xml; charset=utf-8";
    for (path, status, content_type, is_cached) in [
        ("/explore", 200, html, true),
        (&publisher.profile(""), 200, html, true),
        (&publisher.page(), 200, html, true),
        (&album, 200, html, true),
        (&publisher.image("small"), 302, "", true),
        ("/feed.xml", 200, atom, true),
        (&publisher.profile("/feed.xml"), 200, atom, true),
        (&feed_of_album, 200, atom, true),
        (&publisher.oembed(), 200, "application/json", true),
        ("/sitemap.xml", 200, "application/xml", true),
        (NEWEST, 200, "application/xml", true),
        ("/robots.txt", 200, "text/plain; charset=utf-8", true),
        (&link, 200, html, false),
        (&picture_of_link, 200, html, false),
        ("/s/x", 404, html, false),
        ("/@nobody.has.this.handle", 404, html, false),
        ("/albums/x", 404, html, false),
        ("/i/a/b/small", 404, "text/plain; charset=utf-8", false),
        ("/oembed", 404, html, false),
        ("/sitemap.xml?after=x", 404, html, false),
        ("/explore?cursor=x", 400, html, false),
    ] {
        let reply = get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        if status != 302 {
            assert_eq!(reply.header("content-type"), content_type, "{path}");
        }
        let caching = reply.header("cache-control");
        let expected = "public, max-age=30, s-maxage=30, must-revalidate, stale-if-error=0";
        assert_eq!(caching, if is_cached { expected } else { "no-store" }, "{path}");
        assert_eq!(reply.header("x-robots-tag"), if is_cached { "" } else { "noindex" }, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("strict-transport-security"), "max-age=63072000", "{path}");
        assert_eq!(reply.header("set-cookie"), "", "{path}");
        if !path.starts_with("/i/") {
            let policy = reply.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'self'; "), "{path}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        }
        assert!(!reply.text().contains("originals/"), "{path}");
        if content_type == html {
            assert!(reply.text().starts_with("<!doctype html>"), "{path}");
            let compressed = gzip(path).await;
            assert!(compressed.bytes.len() <= 15 * 1024, "{path}: {}", compressed.bytes.len());
        }
        let head = send(Method::HEAD, &url(path), HeaderMap::new(), "").await;
        assert_eq!((head.status, head.bytes.len()), (status, 0), "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(send(method, &url("/explore"), HeaderMap::new(), "").await.status, 403);
    }
}

async fn gzip(path: &str) -> Reply {
    let headers = [(reqwest::header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))];
    send(Method::GET, &url(path), headers.into_iter().collect(), "").await
}

#[tokio::test]
async fn pages_have_tags_and_only_their_own_parameters() {
    let publisher = Publisher::new().await;
    let (path, other) = (publisher.page(), format!("{}?utm_source=x", publisher.page()));
    let first = get(&path).await;
    let again = get(&other).await;
    assert_eq!((again.header("x-cache"), &again.bytes), ("Hit from cloudfront", &first.bytes));
    let tag = [(reqwest::header::IF_NONE_MATCH, HeaderValue::try_from(first.header("etag")).unwrap())];
    let unchanged = send(Method::GET, &url(&path), tag.into_iter().collect(), "").await;
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
    // The page names the reply of oEmbed, which names the image.
    let text = first.text();
    let (_, rest) = text.split_once("type=\"application/json+oembed\" href=\"").unwrap();
    let address = rest.split('"').next().unwrap().to_owned();
    let photo = send(Method::GET, &address, HeaderMap::new(), "").await.json();
    assert_eq!((&photo["type"], &photo["title"]), (&"photo".into(), &"Lake <Bled>".into()));
    assert_eq!(photo["url"], url(&publisher.image("large")));
    assert_eq!(send(Method::GET, &format!("{address}&format=xml"), HeaderMap::new(), "").await.status, 501);
    let small = send(Method::GET, &format!("{address}&maxwidth=2"), HeaderMap::new(), "").await.json();
    assert_eq!(small["width"], 2);
}

#[tokio::test]
async fn everything_follows_the_visibility_within_a_minute() {
    let member = Member::new().await;
    let picture = key_of(&member.share(&unique_file(), Visibility::Public).await);
    let publisher = Publisher { member, picture };
    let album = publisher.create_album().await;
    let paths = [
        publisher.profile(""),
        publisher.page(),
        publisher.image("small"),
        publisher.image("large"),
        "/feed.xml".into(),
        publisher.profile("/feed.xml"),
        publisher.oembed(),
        NEWEST.into(),
        format!("/albums/{album}"),
        format!("/albums/{album}/feed.xml"),
    ];
    let until = async |is_shown| {
        futures_util::future::join_all(paths.iter().map(|path| publisher.until(path, is_shown))).await;
    };
    until(true).await;
    let image = publisher.image("large");
    // Any client can use the address of the image.
    let location = get(&image).await.header("location").to_owned();
    let bytes = send(Method::GET, &location, HeaderMap::new(), "").await;
    assert!((bytes.status, image::guess_format(&bytes.bytes).is_ok()) == (200, true), "{location}");

    for (visibility, is_shown) in [("private", false), ("public", true), ("friends", false)] {
        let body = json!({"visibility": visibility});
        let path = format!("/pictures/{}", publisher.picture);
        // The album would still show the picture.
        publisher.member.patch(&format!("/albums/{album}"), &body).await.ok().unwrap();
        publisher.member.patch(&path, &body).await.ok().unwrap();
        until(is_shown).await;
    }
}

#[tokio::test]
async fn a_former_handle_leads_to_the_current_address() {
    let publisher = Publisher::new().await;
    let member = &publisher.member;
    let former = [publisher.profile(""), publisher.page(), publisher.profile("/feed.xml")];
    let handle = format!("{}.2", member.handle);
    let mut profile = member.profile();
    profile["handle"] = handle.as_str().into();
    member.put(&format!("/users/{}", member.id()), &profile).await.ok().unwrap();
    for path in &former {
        let current = path.replacen(&member.handle, &handle, 1);
        let moved = wait::within(MINUTE, "the former address redirects", async || {
            let reply = get(path).await;
            if reply.status == 301 { Ok(reply) } else { Err(reply.text()) }
        })
        .await;
        assert_eq!(moved.header("location"), url(&current));
        assert_eq!(get(&current).await.status, 200, "{current}");
        let upper_case = current.replacen(&handle, &handle.to_uppercase(), 1);
        let reply = get(&upper_case).await;
        assert_eq!((reply.status, reply.header("location")), (301, url(&current).as_str()));
    }
}

#[tokio::test]
async fn a_member_without_public_content_has_no_page() {
    let member = Member::new().await;
    let picture = rows::picture(member.id(), Visibility::Friends, PictureState::Ready);
    Root::default().put_picture(&picture).await;
    for path in ["", "/feed.xml", "/019a1234-5678-7abc-8def-0123456789ab"] {
        let texts = [member.handle.clone(), format!("{}x", member.handle)].map(async |handle| {
            let reply = get(&format!("/@{handle}{path}")).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text());
            reply.text().replace(&format!("@{handle}"), "HANDLE")
        });
        let [of_member, of_nobody] = futures_util::future::join_all(texts).await.try_into().unwrap();
        assert_eq!(of_member, of_nobody);
        assert!(!of_member.contains(&member.id().to_string()), "{of_member}");
    }
    let reply = get(&format!("/@{}/{}", member.handle, picture.key.picture_id)).await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains(&format!("\"/p/{}\"", picture.key)), "{}", reply.text());
    assert_eq!(get(&format!("/i/{}/small", picture.key)).await.status, 404);
}

/// A browser without scripts: follows redirects and stores cookies by their path.
struct Browser {
    /// The address that API Gateway sees. The emulator takes it from `X-Forwarded-For`.
    address: &'static str,
    agent: &'static str,
    /// Paths and cookies.
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn new(address: &'static str) -> Self {
        Self { address, agent: FIREFOX, cookies: Vec::new() }
    }

    fn headers(&self, url: &Url) -> HeaderMap {
        let cookies = self.cookies.iter().filter(|(path, _)| url.path().starts_with(path.as_str()));
        let cookies: Vec<_> = cookies.map(|(_, cookie)| cookie.as_str()).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in [("user-agent", self.agent), ("x-forwarded-for", self.address)] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if !cookies.is_empty() && url.as_str().starts_with(&cloud::stack().site) {
            headers.insert("cookie", HeaderValue::try_from(cookies.join("; ")).unwrap());
        }
        headers
    }

    /// Requests an address, and returns the page after all redirects.
    async fn open(&mut self, method: Method, path: &str, body: &str) -> Reply {
        let (mut method, mut body) = (method, body.to_owned());
        let mut address: Url = url(path).parse().unwrap();
        for _ in 0..5 {
            let mut headers = self.headers(&address);
            if method == Method::POST {
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                headers.insert("content-type", form);
            }
            let reply = send(method.clone(), address.as_str(), headers, &body).await;
            if let Some((cookie, attributes)) = reply.header("set-cookie").split_once("; ") {
                let path = attributes.split("; ").find_map(|attribute| attribute.strip_prefix("Path="));
                assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"));
                self.cookies.push((path.unwrap().to_owned(), cookie.to_owned()));
            }
            if !(300..400).contains(&reply.status) {
                return reply;
            }
            if reply.status != 307 {
                (method, body) = (Method::GET, String::new());
            }
            address = address.join(reply.header("location")).unwrap();
        }
        panic!("too many redirects: {address}");
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.open(Method::GET, path, "").await
    }

    /// Sends the form of a page. Its address is that of the page.
    async fn unlock(&mut self, path: &str, password: &str) -> Reply {
        self.open(Method::POST, path, &format!("password={}", password.replace(' ', "+"))).await
    }
}

#[tokio::test]
async fn a_password_opens_a_link_without_a_script() {
    let publisher = Publisher::new().await;
    let album = publisher.create_album().await;
    let settings = json!({"password": "correct horse", "name": "Family"});
    let [link, other] = [
        publisher.create_link(&album, settings.clone()).await,
        publisher.create_link(&album, settings).await,
    ]
    .map(|link| path_of_link(&link));
    let picture = format!("{link}/{}", publisher.picture);
    let mut browser = Browser::new("203.0.113.21");
    for path in [&link, &picture] {
        let locked = browser.get(path).await;
        assert_eq!((locked.status, locked.header("cache-control")), (200, "no-store"));
        assert!(locked.text().contains("<form method=\"post\">") && !locked.text().contains("Oslo"));
        assert!(!locked.text().contains("Lake"));
    }
    let wrong = browser.unlock(&link, "wrong").await;
    assert_eq!(wrong.status, 403, "{}", wrong.text());
    assert!(wrong.text().contains("This is not the password of the link."), "{}", wrong.text());
    assert!(browser.cookies.is_empty());
    let open = browser.unlock(&picture, "correct horse").await;
    assert_eq!(open.status, 200, "{}", open.text());
    assert!(open.text().contains("<h1>Oslo</h1>"), "{}", open.text());
    assert!(matches!(&browser.cookies[..], [(path, cookie)] if *path == link && cookie.starts_with(SESSION)));
    assert!(browser.get(&picture).await.text().contains("Lake &#60;Bled&#62;"));
    assert!(browser.get(&other).await.text().contains("<form"), "a session belongs to one link");
    assert!(Browser::new("203.0.113.22").get(&link).await.text().contains("<form"), "nothing is cached");
}

#[tokio::test]
async fn ten_wrong_passwords_block_the_form_for_this_link_only() {
    let publisher = Publisher::new().await;
    let album = publisher.create_album().await;
    let settings = json!({"password": "correct horse"});
    let [link, other] = [
        publisher.create_link(&album, settings.clone()).await,
        publisher.create_link(&album, settings).await,
    ]
    .map(|link| path_of_link(&link));
    let mut attacker = Browser::new("203.0.113.23");
    for _ in 0..10 {
        assert_eq!(attacker.unlock(&link, "wrong").await.status, 403);
    }
    for password in ["wrong", "correct horse"] {
        let blocked = attacker.unlock(&link, password).await;
        assert_eq!((blocked.status, blocked.header("retry-after")), (429, "900"));
        assert!(blocked.text().contains("Too many wrong passwords."), "{}", blocked.text());
    }
    assert_eq!(attacker.unlock(&other, "correct horse").await.status, 200);
    assert_eq!(Browser::new("203.0.113.24").unlock(&link, "correct horse").await.status, 200);
}

#[tokio::test]
async fn a_link_counts_the_people_who_open_its_page() {
    let publisher = Publisher::new().await;
    let album = publisher.create_album().await;
    let path = path_of_link(&publisher.create_link(&album, json!({})).await);
    for agent in [FIREFOX, "WhatsApp/2.23.20.0", FIREFOX, "Twitterbot/1.0"] {
        let mut browser = Browser { agent, ..Browser::new("203.0.113.25") };
        assert_eq!(browser.get(&path).await.status, 200);
        browser.get(&format!("{path}/{}", publisher.picture)).await;
    }
    let links = publisher.member.get("/links").await.ok().unwrap();
    assert_eq!(links["items"][0]["visits"], 2, "{links}");
    publisher
        .member
        .delete(&format!("/links/{}", links["items"][0]["id"].as_str().unwrap()))
        .await
        .ok()
        .unwrap();
    let dead = Browser::new("203.0.113.25").get(&path).await;
    assert_eq!((dead.status, dead.header("cache-control")), (404, "no-store"));
}
