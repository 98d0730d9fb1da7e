//! Share links: what each combination of rights allows, when a link stops working, and guests.

use std::time::Duration;

use domain::{PictureKey, Visibility};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::{File, Shot, photograph, quarters, unique_file};
use end_to_end::wire::{self, Reply};
use end_to_end::{cloud, wait};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Value, json};

/// A member with an album that contains a ready picture.
struct Fixture {
    owner: Member,
    album: String,
    picture: PictureKey,
}

impl Fixture {
    async fn new() -> Self {
        let owner = Member::new().await;
        let album = owner.post("/albums", &json!({"title": "Oslo"})).await;
        assert_eq!(album.code, 201, "{album:?}");
        let album = album.data["id"].as_str().unwrap().to_owned();
        let file = photograph(&quarters(96, 64), &Shot::default());
        let picture = key_of(&owner.share(&file, Visibility::Private).await);
        let added = owner.put(&format!("/albums/{album}/pictures/{picture}"), &json!({})).await;
        assert_eq!(added.code, 200, "{added:?}");
        Self { owner, album, picture }
    }

    /// Creates a link to the album.
    async fn link(&self, settings: Value) -> Link {
        let mut body = json!({"albumId": self.album});
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let created = self.owner.post("/links", &body).await;
        assert_eq!(created.code, 201, "{created:?}");
        let text = |name: &str| created.data[name].as_str().unwrap().to_owned();
        assert_eq!(text("url"), format!("{}s/{}", cloud::stack().site, text("token")));
        Link { id: text("id"), token: text("token"), headers: Vec::new() }
    }
}

/// A link, and the headers that its visitor sends.
struct Link {
    id: String,
    token: String,
    headers: Vec<(&'static str, String)>,
}

impl Link {
    fn with(&self, name: &'static str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name, value.to_owned()));
        Self { id: self.id.clone(), token: self.token.clone(), headers }
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> Reply {
        let mut request = wire::unsigned(method, &format!("/shared/{}{path}", self.token), body);
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, HeaderValue::try_from(value).unwrap());
        }
        wire::send(request).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "").await
    }

    async fn read(&self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        for (name, value) in
            [("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex")]
        {
            assert_eq!(reply.header(name), value, "{path}");
        }
        reply.json()["data"].take()
    }

    async fn unlock(&self, password: &str) -> Reply {
        self.send(Method::POST, "/unlock", &json!({"password": password}).to_string()).await
    }

    async fn register(&self, file: &File, name: &str) -> Reply {
        let body = json!({"contentType": file.content_type, "bytes": file.bytes.len(), "name": name});
        self.send(Method::POST, "/pictures", &body.to_string()).await
    }

    /// Sends a picture as a guest. Returns its key and the guest key.
    async fn upload(&self, file: &File, name: &str) -> (PictureKey, String) {
        let reply = self.register(file, name).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let data = reply.json()["data"].take();
        let upload = &data["upload"];
        let mut request = Request::new(Method::PUT, upload["url"].as_str().unwrap().parse().unwrap());
        for (name, value) in upload["headers"].as_object().unwrap() {
            let value = HeaderValue::try_from(value.as_str().unwrap()).unwrap();
            request.headers_mut().insert(HeaderName::try_from(name).unwrap(), value);
        }
        *request.body_mut() = Some(file.bytes.clone().into());
        assert_eq!(wire::send(request).await.status, 200);
        (key_of(&data["picture"]), data["guestKey"].as_str().unwrap().to_owned())
    }

    /// Waits until the guest sees that their picture is ready.
    async fn until_ready(&self, key: PictureKey, guest_key: &str) -> Value {
        let guest = self.with("x-guest-key", guest_key);
        wait::until("the picture of the guest is ready", async || {
            let picture = guest.read(&format!("/pictures/{key}")).await;
            (picture["state"] == "ready").then_some(picture)
        })
        .await
    }

    /// Asserts that all routes of visitors reply as for an unknown link.
    async fn assert_dead(&self, key: PictureKey) {
        let unknown = Self { token: "A".repeat(43), ..self.with("x-guest-key", "x") };
        let expected = unknown.get("").await.text();
        for path in ["".to_owned(), "/pictures".into(), format!("/pictures/{key}")] {
            let reply = self.get(&path).await;
            assert_eq!((reply.status, reply.text()), (404, expected.clone()), "{path}");
        }
        let register = self.register(&unique_file(), "Bo").await;
        let delete = self.send(Method::DELETE, &format!("/pictures/{key}"), "").await;
        for reply in [self.unlock("x").await, register, delete] {
            assert_eq!((reply.status, reply.text()), (404, expected.clone()));
        }
    }
}

#[tokio::test]
async fn each_combination_of_rights_allows_what_it_says() {
    let fixture = Fixture::new().await;
    let key = fixture.picture;
    for (download, upload) in [(false, false), (true, false), (false, true), (true, true)] {
        for password in [None, Some("correct horse")] {
            let settings = json!({"download": download, "upload": upload, "password": password});
            let mut link = fixture.link(settings).await;
            let rights = json!({"download": download, "upload": upload});
            if let Some(password) = password {
                let locked = json!({"kind": "album", "rights": rights, "needsPassword": true});
                assert_eq!(link.read("").await, locked);
                link.get("/pictures").await.assert_rejected(403, "password");
                link.get(&format!("/pictures/{key}")).await.assert_rejected(403, "password");
                link.register(&unique_file(), "Bo").await.assert_rejected(403, "password");
                let unlocked = link.unlock(password).await;
                assert_eq!(unlocked.status, 200, "{}", unlocked.text());
                link = link.with("x-link-session", unlocked.json()["data"]["session"].as_str().unwrap());
            }
            let shared = link.read("").await;
            assert_eq!((&shared["rights"], &shared["title"]), (&rights, &"Oslo".into()));
            assert_eq!(shared["album"]["role"], Value::Null);
            let listed = link.read("/pictures?order=taken").await["items"][0].take();
            for picture in [&listed, &link.read(&format!("/pictures/{key}")).await, &shared["album"]["cover"]]
            {
                assert_eq!((key_of(picture), picture.get("gps")), (key, None));
                let original = picture.pointer("/original/url").and_then(Value::as_str);
                assert_eq!(original.is_some(), download, "{picture}");
                let small = picture.pointer("/renditions/small/url").and_then(Value::as_str);
                for url in [small, original].into_iter().flatten() {
                    assert!(url.contains("X-Amz-Expires=900"), "ends within 15 minutes: {url}");
                    assert_eq!(wire::get(url).await.status, 200, "{url}");
                }
            }
            let registered = link.register(&unique_file(), "Bo").await;
            match upload {
                true => assert_eq!(registered.status, 201, "{}", registered.text()),
                false => registered.assert_rejected(403, "does not accept pictures"),
            }
        }
    }
}

#[tokio::test]
async fn a_revoked_expired_or_replaced_link_is_refused_at_the_next_request() {
    let fixture = Fixture::new().await;
    let (owner, key) = (&fixture.owner, fixture.picture);
    let revoked = fixture.link(json!({"upload": true})).await;
    revoked.read("/pictures").await;
    assert_eq!(owner.delete(&format!("/links/{}", revoked.id)).await.code, 200);
    revoked.assert_dead(key).await;
    assert_eq!(owner.delete(&format!("/links/{}", revoked.id)).await.code, 404, "for good");

    let replaced = fixture.link(json!({"upload": true})).await;
    replaced.read("/pictures").await;
    let new = owner.post(&format!("/links/{}/token", replaced.id), &json!({})).await;
    replaced.assert_dead(key).await;
    let current = Link { token: new.data["token"].as_str().unwrap().to_owned(), ..replaced };
    current.read("/pictures").await;

    let soon = jiff::Timestamp::now() + Duration::from_secs(3);
    let expiring = fixture.link(json!({"upload": true, "expiresAt": soon})).await;
    expiring.read("/pictures").await;
    let past = json!({"expiresAt": "2020-01-01T00:00:00Z"});
    assert_eq!(owner.patch(&format!("/links/{}", expiring.id), &past).await.code, 400);
    tokio::time::sleep(Duration::from_secs(4)).await;
    expiring.assert_dead(key).await;
    let revived = owner.patch(&format!("/links/{}", expiring.id), &json!({"expiresAt": null})).await;
    assert_eq!(revived.code, 200, "{revived:?}");
    expiring.read("/pictures").await;
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_former_one() {
    let fixture = Fixture::new().await;
    let link = fixture.link(json!({"password": "first"})).await;
    let session = link.unlock("first").await.json()["data"]["session"].as_str().unwrap().to_owned();
    let unlocked = link.with("x-link-session", &session);
    unlocked.read("/pictures").await;
    fixture.owner.patch(&format!("/links/{}", link.id), &json!({"password": "second"})).await.ok().unwrap();
    unlocked.get("/pictures").await.assert_rejected(403, "password");
    link.unlock("first").await.assert_rejected(403, "not the password");
    fixture.owner.patch(&format!("/links/{}", link.id), &json!({"password": null})).await.ok().unwrap();
    link.read("/pictures").await;
}

/// The emulator takes the address from `X-Forwarded-For`. API Gateway takes it from the connection.
#[tokio::test]
async fn ten_wrong_passwords_block_the_address_for_this_link_only() {
    let fixture = Fixture::new().await;
    let settings = || json!({"password": "correct horse"});
    let (link, other) = (fixture.link(settings()).await, fixture.link(settings()).await);
    let from = |link: &Link, address| link.with("x-forwarded-for", address);
    let attacker = from(&link, "203.0.113.7");
    for _ in 0..10 {
        attacker.unlock("wrong").await.assert_rejected(403, "not the password");
    }
    for password in ["wrong", "correct horse"] {
        let reply = attacker.unlock(password).await;
        reply.assert_rejected(429, "Wait 15 minutes");
        assert_eq!(reply.header("retry-after"), "900");
    }
    assert_eq!(from(&link, "203.0.113.8").unlock("correct horse").await.status, 200, "another address");
    assert_eq!(from(&other, "203.0.113.7").unlock("correct horse").await.status, 200, "another link");

    let forgetful = from(&other, "203.0.113.9");
    for _ in 0..2 {
        for _ in 0..9 {
            forgetful.unlock("wrong").await.assert_rejected(403, "not the password");
        }
        assert_eq!(forgetful.unlock("correct horse").await.status, 200, "ten in a row");
    }
}

#[tokio::test]
async fn a_guest_sends_a_picture_without_its_position_and_deletes_it() {
    let fixture = Fixture::new().await;
    let link = fixture.link(json!({"upload": true, "download": true})).await;
    let file = photograph(&quarters(120, 80), &Shot::default());
    let (key, guest_key) = link.upload(&file, " Bo ").await;
    assert_eq!(key.owner_id, fixture.owner.id());
    let seen = link.until_ready(key, &guest_key).await;
    assert_eq!(seen["guest"], json!({"name": "Bo"}));
    let of_owner = fixture.owner.get(&format!("/pictures/{key}")).await.ok().unwrap();
    assert_eq!((of_owner.get("gps"), of_owner.get("original")), (None, None), "it has a position");
    assert_eq!(of_owner["metadata"]["camera"], "Albumen One");
    let items = link.read("/pictures").await["items"].take();
    let shown = items.as_array().unwrap().iter().find(|item| key_of(item) == key).unwrap();
    assert_eq!(
        (shown.get("gps"), shown.get("original"), &shown["guest"]["name"]),
        (None, None, &"Bo".into())
    );
    let placeless = photograph(&quarters(80, 120), &Shot { placed: false, ..Shot::default() });
    let (other, other_key) = link.upload(&placeless, "Bo").await;
    link.until_ready(other, &other_key).await;
    let of_owner = fixture.owner.get(&format!("/pictures/{other}")).await.ok().unwrap();
    assert!(of_owner["original"].is_object(), "it has no position: {of_owner}");
    assert_eq!(link.read(&format!("/pictures/{other}")).await.get("original"), None);
    let own = link.read(&format!("/pictures/{}", fixture.picture)).await;
    assert!(own["original"].is_object(), "the owner's picture has one");

    let path = format!("/pictures/{key}");
    link.send(Method::DELETE, &path, "").await.assert_rejected(403, "that you sent");
    let stranger = link.with("x-guest-key", "another key");
    stranger.send(Method::DELETE, &path, "").await.assert_rejected(403, "that you sent");
    let guest = link.with("x-guest-key", &guest_key);
    let of_owner = format!("/pictures/{}", fixture.picture);
    guest.send(Method::DELETE, &of_owner, "").await.assert_rejected(403, "that you sent");
    assert_eq!(guest.send(Method::DELETE, &path, "").await.status, 200);
    guest.get(&path).await.assert_rejected(404, "no such picture");
    assert_eq!(fixture.owner.get(&format!("/pictures/{key}")).await.code, 404);
}

#[tokio::test]
async fn pictures_wait_for_approval_where_the_owner_reviews_them() {
    let fixture = Fixture::new().await;
    let link = fixture.link(json!({"upload": true, "review": true})).await;
    let file = unique_file();
    let (approved, approved_key) = link.upload(&file, "Bo").await;
    let (rejected, rejected_key) = link.upload(&unique_file(), "Bo").await;
    for (key, guest_key) in [(approved, &approved_key), (rejected, &rejected_key)] {
        assert_eq!(link.until_ready(key, guest_key).await["waiting"], true);
        link.get(&format!("/pictures/{key}")).await.assert_rejected(404, "no such picture");
    }
    assert_eq!(link.read("/pictures").await["items"].as_array().unwrap().len(), 1);
    let path = format!("/albums/{}/waiting", fixture.album);
    let id = |key: PictureKey| json!({"ownerId": key.owner_id, "pictureId": key.picture_id});
    let body = json!({"approve": [id(approved)], "reject": [id(rejected)]});
    let reviewed = fixture.owner.post(&path, &body).await;
    assert_eq!(reviewed.code, 200, "{reviewed:?}");
    assert_eq!(key_of(&link.read(&format!("/pictures/{approved}")).await), approved);
    let guest = link.with("x-guest-key", &rejected_key);
    guest.get(&format!("/pictures/{rejected}")).await.assert_rejected(404, "no such picture");
}

#[tokio::test]
async fn visits_count_people_only() {
    let fixture = Fixture::new().await;
    let link = fixture.link(json!({"name": "Family"})).await;
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for agent in [browser, "WhatsApp/2.23.20.0", browser, "Twitterbot/1.0"] {
        link.with("user-agent", agent).read("").await;
    }
    let links = fixture.owner.get("/links").await.ok().unwrap();
    let [listed] = links["items"].as_array().unwrap().as_slice() else { panic!("{links}") };
    assert_eq!((&listed["visits"], listed["lastVisitedAt"].is_string()), (&2.into(), true), "{listed}");
    assert_eq!((listed.get("token"), listed.get("url")), (None, None));
    assert_eq!(Member::new().await.get("/links").await.data["items"], json!([]));
}

#[tokio::test]
async fn a_link_to_a_picture_shows_this_picture_only() {
    let fixture = Fixture::new().await;
    let other = key_of(&fixture.owner.share(&unique_file(), Visibility::Private).await);
    let PictureKey { owner_id, picture_id } = fixture.picture;
    let body = json!({"ownerId": owner_id, "pictureId": picture_id});
    let created = fixture.owner.post("/links", &body).await;
    assert_eq!(created.code, 201, "{created:?}");
    let text = |name: &str| created.data[name].as_str().unwrap().to_owned();
    let link = Link { id: text("id"), token: text("token"), headers: Vec::new() };
    let shared = link.read("").await;
    assert_eq!((&shared["kind"], key_of(&shared["picture"])), (&"picture".into(), fixture.picture));
    assert_eq!(key_of(&link.read("/pictures").await["items"][0]), fixture.picture);
    link.get(&format!("/pictures/{other}")).await.assert_rejected(404, "no such picture");
    link.register(&unique_file(), "Bo").await.assert_rejected(403, "does not accept pictures");
    let stranger = Member::new().await;
    assert_eq!(stranger.post("/links", &body).await.code, 404);
    for (method, path) in [("PATCH", ""), ("DELETE", ""), ("POST", "/token")] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let path = format!("/links/{}{path}", link.id);
        let answer = stranger.session.call(method, &path, Some(&json!({"download": true}))).await.unwrap();
        assert_eq!(answer.code, 404, "{answer:?}");
    }
    assert_eq!(fixture.owner.delete(&format!("/pictures/{}", fixture.picture)).await.code, 200);
    link.assert_dead(fixture.picture).await;
}
