//! Albums: the rights of each caller, their pictures and their members.

use std::collections::BTreeMap;

use domain::{PictureId, PictureKey, PictureState, Visibility};
use end_to_end::people::{Caller, Member, befriend, key_of, keys_on_page};
use end_to_end::root::Root;
use end_to_end::{cloud, rows};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// The expected status of each route by the role of the caller in the album. `reader` views the
/// album without a role. Callers who cannot view the album get 404, and visitors 403.
///
/// - `PUT/own`, `POST/own` and `DELETE/own` concern a picture of the caller, which is in the album
///   in the last case only if the caller could add it. `…/other` is a picture of another member.
/// - `…/member` is a friend of the owner and of the curator.
/// - The callers take turns, the owner last.
const RIGHTS: &str = "
    route          owner  curator  contributor  viewer  reader
    GET/album      200    200      200          200     200
    PATCH/album    200    403      403          403     403
    GET/pictures   200    200      200          200     200
    PUT/own        200    200      200          403     403
    PUT/other      403    403      403          403     403
    POST/own       200    200      200          403     403
    DELETE/other   200    200      403          403     403
    DELETE/own     200    200      200          200     200
    GET/members    200    200      200          200     403
    PUT/member     200    200      403          403     403
    DELETE/member  200    200      403          403     403
    GET/waiting    200    200      403          403     403
    POST/waiting   200    200      403          403     403
    DELETE/album   200    403      403          403     403
";

/// The callers without a role who can view the album.
///
/// - `friend` and `former` are friends of the owner; `former` was a curator.
/// - `blocked` is a viewer whom the owner blocked.
const READERS: &str = "
    album    friend  former  stranger  blocked  visitor
    private  no      no      no        no       no
    friends  yes     yes     no        no       no
    public   yes     yes     yes       yes      yes
";

const CALLERS: [&str; 9] =
    ["curator", "contributor", "viewer", "friend", "former", "stranger", "blocked", "visitor", "owner"];

fn table(text: &'static str) -> BTreeMap<(&'static str, &'static str), &'static str> {
    let mut lines =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|line| !line.is_empty());
    let names = lines.next().unwrap().split_off(1);
    let cells = lines.flat_map(|line| {
        let values: Vec<_> = names.iter().copied().zip(line[1..].iter().copied()).collect();
        assert_eq!(values.len(), names.len());
        values.into_iter().map(move |(name, value)| ((line[0], name), value))
    });
    cells.collect()
}

/// Creates a ready picture.
async fn add_picture(root: &Root, owner: &Member, visibility: Visibility) -> PictureKey {
    let picture = rows::picture(owner.id(), visibility, PictureState::Ready);
    root.put_picture(&picture).await;
    picture.key
}

async fn create_album(owner: &Member, visibility: &str) -> String {
    let body = json!({"title": "Oslo", "description": "May", "visibility": visibility});
    let answer = owner.post("/albums", &body).await;
    assert_eq!(answer.code, 201, "{answer:?}");
    format!("/albums/{}", answer.data["id"].as_str().unwrap())
}

async fn add_member(album: &str, by: &Member, member: &Member, role: &str) {
    let path = format!("{album}/members/{}", member.id());
    let answer = by.put(&path, &json!({"role": role})).await;
    assert_eq!((answer.code, answer.data), (200, json!({"id": member.id(), "role": role})));
}

/// Adds a picture to an album.
async fn put_picture(album: &str, owner: &Member, key: PictureKey) {
    let answer = owner.put(&format!("{album}/pictures/{key}"), &json!({})).await;
    assert_eq!((answer.code, answer.data), (200, json!(key)), "{:?}", answer.notes);
}

async fn pictures_of(album: &str, reader: &Member) -> Vec<PictureKey> {
    reader.read_all(&format!("{album}/pictures"), 100).await.iter().map(key_of).collect()
}

fn unknown_picture() -> PictureKey {
    PictureKey { owner_id: domain::UserId(uuid::Uuid::now_v7()), picture_id: PictureId::new() }
}

/// The album of one visibility, and the people of the tables.
struct Scene {
    album: String,
    callers: BTreeMap<&'static str, Caller>,
    pictures: BTreeMap<&'static str, PictureKey>,
    /// The friend of the owner and of the curator.
    member: Member,
}

impl Scene {
    async fn create(root: &Root, visibility: &str) -> Self {
        let names = CALLERS.into_iter().filter(|name| *name != "visitor");
        let members = join_all(names.clone().map(|_| Member::new())).await;
        let mut callers: BTreeMap<_, _> = names.zip(members.into_iter().map(Caller::from)).collect();
        let of = |name| callers[name].member();
        let (owner, member) = (of("owner"), Member::new().await);
        for name in ["curator", "contributor", "viewer", "friend", "former", "blocked"] {
            befriend(owner, of(name)).await;
        }
        befriend(&member, owner).await;
        befriend(&member, of("curator")).await;
        let album = create_album(owner, visibility).await;
        for (name, role) in [
            ("curator", "curator"),
            ("contributor", "contributor"),
            ("viewer", "viewer"),
            ("former", "curator"),
            ("blocked", "viewer"),
        ] {
            add_member(&album, owner, of(name), role).await;
        }
        let former = format!("{album}/members/{}", of("former").id());
        assert_eq!(owner.delete(&former).await.code, 200);
        assert_eq!(owner.block(of("blocked")).await.code, 200);
        let mut pictures = BTreeMap::new();
        for (name, caller) in &callers {
            pictures.insert(*name, add_picture(root, caller.member(), Visibility::Private).await);
        }
        put_picture(&album, owner, pictures["owner"]).await;
        pictures.insert("visitor", unknown_picture());
        callers.insert("visitor", Caller::Anonymous(cloud::app()));
        Self { album, callers, pictures, member }
    }

    /// Calls a route of the tables and returns the status.
    async fn call(&self, route: &str, caller: &str) -> u16 {
        let (method, path) = route.split_once('/').unwrap();
        let album = &self.album;
        let own = self.pictures[caller];
        let other = self.pictures[if caller == "owner" { "curator" } else { "owner" }];
        let member = format!("{album}/members/{}", self.member.id());
        let (path, body) = match (method, path) {
            ("PATCH", "album") => (album.clone(), Some(json!({"description": "June"}))),
            (_, "album") => (album.clone(), None),
            ("GET", "pictures") => (format!("{album}/pictures"), None),
            ("PUT", "own") => (format!("{album}/pictures/{own}"), Some(json!({}))),
            ("PUT", "other") => (format!("{album}/pictures/{other}"), Some(json!({}))),
            ("POST", "own") => (format!("{album}/pictures"), Some(json!({"add": [own]}))),
            ("DELETE", "own") => (format!("{album}/pictures/{own}"), None),
            ("DELETE", "other") => (format!("{album}/pictures/{other}"), None),
            ("GET", "members") => (format!("{album}/members"), None),
            ("PUT", "member") => (member, Some(json!({"role": "viewer"}))),
            ("DELETE", "member") => (member, None),
            ("GET", "waiting") => (format!("{album}/waiting"), None),
            ("POST", "waiting") => {
                (format!("{album}/waiting"), Some(json!({"approve": [unknown_picture()]})))
            }
            other => panic!("{other:?}"),
        };
        self.callers[caller].call(method, &path, body.as_ref()).await.code
    }
}

#[tokio::test]
async fn each_caller_has_the_rights_in_the_table() {
    let (root, rights, readers) = (Root::default(), table(RIGHTS), table(READERS));
    let check = async |visibility: &'static str| {
        let scene = Scene::create(&root, visibility).await;
        let mut wrong = Vec::new();
        for caller in ["stranger", "visitor"] {
            let expected = if visibility == "public" { 200 } else { 404 };
            for path in [format!("/public{}", scene.album), format!("/public{}/pictures", scene.album)] {
                let answer = scene.callers[caller].call("GET", &path, None).await;
                if answer.code != expected {
                    wrong.push(format!("{path} ({visibility}): {caller} gets {answer:?}"));
                }
            }
        }
        let routes = RIGHTS.lines().filter_map(|line| line.split_whitespace().next()).skip(1);
        for route in routes {
            for caller in CALLERS {
                let expected = match (readers.get(&(visibility, caller)), caller) {
                    (_, "visitor") => "403",
                    (Some(&"no"), _) => "404",
                    (Some(_), _) => rights[&(route, "reader")],
                    (None, role) => rights[&(route, role)],
                };
                let code = scene.call(route, caller).await.to_string();
                if code != expected {
                    let problem = format!("{route} ({visibility}): {caller} gets {code}, not {expected}");
                    wrong.push(problem);
                }
            }
        }
        wrong
    };
    let wrong = join_all(["private", "friends", "public"].map(check)).await.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn an_album_shows_its_facts_and_its_cover() {
    let root = Root::default();
    let (owner, viewer) = (Member::new().await, Member::new().await);
    befriend(&owner, &viewer).await;
    let album = create_album(&owner, "private").await;
    let read = async |reader: &Member| reader.get(&album).await.ok().unwrap();
    let created = read(&owner).await;
    let facts = ["title", "description", "visibility", "role", "cover", "count"].map(|name| &created[name]);
    let expected = [json!("Oslo"), json!("May"), json!("private"), json!("owner"), Value::Null, json!(0)];
    assert_eq!(facts, expected.each_ref());
    assert_eq!(created["owner"]["handle"], owner.handle);

    add_member(&album, &owner, &viewer, "viewer").await;
    let first = add_picture(&root, &owner, Visibility::Private).await;
    let second = add_picture(&root, &owner, Visibility::Private).await;
    for key in [first, second, second] {
        put_picture(&album, &owner, key).await;
    }
    let found = read(&viewer).await;
    assert_eq!((&found["role"], &found["count"]), (&json!("viewer"), &json!(2)));
    assert_eq!(key_of(&found["cover"]), second, "the picture added last is the cover");
    assert!(found["cover"].get("gps").is_none() && found["cover"].get("original").is_none());
    assert!(found["updatedAt"].as_str() > created["updatedAt"].as_str());

    let changed = owner.patch(&album, &json!({"cover": first, "description": null, "title": "Bergen"})).await;
    assert_eq!((changed.code, &changed.data["title"]), (200, &json!("Bergen")));
    assert_eq!((key_of(&changed.data["cover"]), &changed.data["description"]), (first, &Value::Null));
    let elsewhere = add_picture(&root, &owner, Visibility::Private).await;
    assert_eq!(owner.patch(&album, &json!({"cover": elsewhere})).await.code, 409);
    assert_eq!(owner.patch(&album, &json!({"title": " "})).await.code, 400);

    let third = add_picture(&root, &owner, Visibility::Private).await;
    put_picture(&album, &owner, third).await;
    assert_eq!(key_of(&read(&viewer).await["cover"]), first, "the choice stays");
    let changed = owner.patch(&album, &json!({"cover": null})).await;
    assert_eq!(key_of(&changed.data["cover"]), third, "null removes the choice");
    let fourth = add_picture(&root, &owner, Visibility::Private).await;
    put_picture(&album, &owner, fourth).await;
    assert_eq!(key_of(&read(&viewer).await["cover"]), fourth, "an added picture is not chosen");
    assert_eq!(owner.patch(&album, &json!({"cover": second})).await.code, 200);
    assert_eq!(owner.delete(&format!("{album}/pictures/{second}")).await.code, 200);
    assert_eq!(key_of(&read(&viewer).await["cover"]), fourth, "the removal ended the choice");
    assert_eq!(owner.delete(&album).await.code, 200);
    assert_eq!((owner.get(&album).await.code, viewer.get(&album).await.code), (404, 404));
    assert_eq!(owner.get(&format!("/pictures/{first}")).await.code, 200, "the picture remains");
    assert_eq!(viewer.get(&format!("/pictures/{first}")).await.code, 404);
}

#[tokio::test]
async fn the_list_contains_own_and_joined_albums_last_changed_first() {
    let (ada, ben) = (Member::new().await, Member::new().await);
    befriend(&ada, &ben).await;
    let own = create_album(&ben, "private").await;
    let joined = create_album(&ada, "public").await;
    let other = create_album(&ada, "public").await;
    add_member(&joined, &ada, &ben, "viewer").await;
    let listed = async |limit| {
        let albums = ben.read_all("/albums", limit).await;
        let line = |album: &Value| format!("/albums/{} {}", album["id"].as_str().unwrap(), album["role"]);
        albums.iter().map(line).collect::<Vec<_>>()
    };
    let expected = [format!("{joined} \"viewer\""), format!("{own} \"owner\"")];
    assert_eq!(listed(1).await, expected);
    assert_eq!(listed(100).await, expected);
    assert_eq!(ben.get(&other).await.data["role"], Value::Null, "a public album is not in the list");
    let leave = format!("{joined}/members/{}", ben.id());
    for _ in 0..2 {
        let left = ben.delete(&leave).await;
        assert_eq!((left.code, left.data), (200, json!({"id": ben.id(), "role": null})));
    }
    assert_eq!(listed(100).await, expected[1..]);
}

#[tokio::test]
async fn an_album_lists_its_pictures_by_time_added_or_taken() {
    let root = Root::default();
    let owner = Member::new().await;
    let album = create_album(&owner, "public").await;
    let mut keys = Vec::new();
    for taken in ["2024-05-03T10:00:00", "2024-05-01T10:00:00", "2024-05-02T10:00:00"] {
        let key = add_picture(&root, &owner, Visibility::Private).await;
        let answer = owner.patch(&format!("/pictures/{key}"), &json!({"takenAt": taken})).await;
        assert_eq!(answer.code, 200, "{answer:?}");
        put_picture(&album, &owner, key).await;
        keys.push(key);
    }
    let list = async |query: &str, limit| {
        let items = owner.read_all(&format!("{album}/pictures{query}"), limit).await;
        items.iter().map(key_of).collect::<Vec<_>>()
    };
    let added = [keys[2], keys[1], keys[0]];
    let taken = [keys[1], keys[2], keys[0]];
    for limit in [1, 2, 100] {
        assert_eq!(list("", limit).await, added);
        assert_eq!(list("?order=added", limit).await, added);
        assert_eq!(list("?order=taken", limit).await, taken);
    }
    let page = owner.get(&format!("{album}/pictures?limit=1")).await.ok().unwrap();
    let cursor = page["cursor"].as_str().unwrap();
    for wrong in [format!("order=taken&cursor={cursor}"), "order=title".to_owned(), "limit=0".to_owned()] {
        assert_eq!(owner.get(&format!("{album}/pictures?{wrong}")).await.code, 400, "{wrong}");
    }
    let visitor = Caller::Anonymous(cloud::app());
    let public = visitor.call("GET", &format!("/public{album}/pictures?order=taken"), None).await;
    assert_eq!(keys_on_page(&public.data), taken);
    assert!(public.data["items"][0].get("gps").is_none());
    let facts = visitor.call("GET", &format!("/public{album}"), None).await.data;
    assert_eq!((&facts["role"], key_of(&facts["cover"])), (&Value::Null, keys[2]));
}

#[tokio::test]
async fn a_block_hides_pictures_in_the_album_of_a_third_member() {
    let root = Root::default();
    let [owner, ada, ben] = [(); 3].map(|()| Member::new());
    let (owner, ada, ben) = futures_util::join!(owner, ada, ben);
    befriend(&owner, &ada).await;
    befriend(&owner, &ben).await;
    let album = create_album(&owner, "private").await;
    for member in [&ada, &ben] {
        add_member(&album, &owner, member, "contributor").await;
    }
    let [of_ada, of_ben] = [&ada, &ben].map(|member| add_picture(&root, member, Visibility::Private));
    let (of_ada, of_ben) = futures_util::join!(of_ada, of_ben);
    put_picture(&album, &ada, of_ada).await;
    put_picture(&album, &ben, of_ben).await;
    assert_eq!(pictures_of(&album, &ben).await, [of_ben, of_ada]);
    assert_eq!(ada.block(&ben).await.code, 200);
    assert_eq!(pictures_of(&album, &ada).await, [of_ada]);
    assert_eq!(pictures_of(&album, &ben).await, [of_ben]);
    assert_eq!(pictures_of(&album, &owner).await, [of_ben, of_ada]);
    for (reader, cover) in [(&ada, of_ada), (&ben, of_ben), (&owner, of_ben)] {
        let album = reader.get(&album).await.ok().unwrap();
        assert_eq!((key_of(&album["cover"]), &album["count"]), (cover, &json!(2)));
    }
    assert_eq!(ada.unblock(&ben).await.code, 200);
    assert_eq!(pictures_of(&album, &ben).await, [of_ben, of_ada]);
}

#[tokio::test]
async fn one_call_changes_many_pictures_and_says_what_it_refused() {
    let root = Root::default();
    let (owner, ben) = (Member::new().await, Member::new().await);
    befriend(&owner, &ben).await;
    let album = create_album(&owner, "private").await;
    add_member(&album, &owner, &ben, "contributor").await;
    let of_owner = add_picture(&root, &owner, Visibility::Public).await;
    put_picture(&album, &owner, of_owner).await;
    let mut own = join_all((0..40).map(|_| add_picture(&root, &ben, Visibility::Private))).await;
    own.sort();
    let missing = PictureKey { owner_id: ben.id(), picture_id: PictureId::new() };
    let path = format!("{album}/pictures");
    let post = async |body: Value| ben.post(&path, &body).await;
    let mut add = own.clone();
    add.extend([of_owner, missing, own[0]]);
    let mut refused = [
        (of_owner, "You can only add your own pictures."),
        (missing, "There is no such picture, or it is not shared with you."),
    ];
    refused.sort();
    for _ in 0..2 {
        let answer = post(json!({"add": add})).await;
        assert_eq!(answer.code, 200, "{answer:?}");
        let mut found: Vec<(PictureKey, String)> = answer.data["refused"]
            .as_array()
            .unwrap()
            .iter()
            .map(|refused| (key_from(refused), refused["reason"].as_str().unwrap().to_owned()))
            .collect();
        found.sort();
        let expected: Vec<_> = refused.iter().map(|(key, reason)| (*key, (*reason).to_owned())).collect();
        assert_eq!(found, expected);
        assert_eq!(owner.get(&album).await.data["count"], 41);
    }
    let mut found = pictures_of(&album, &owner).await;
    found.sort();
    let mut expected = [own.clone(), vec![of_owner]].concat();
    expected.sort();
    assert_eq!(found, expected);
    let answer = post(json!({"remove": [own[0], own[1], of_owner, missing]})).await;
    assert_eq!(answer.data["refused"].as_array().unwrap().len(), 1);
    assert_eq!(key_from(&answer.data["refused"][0]), of_owner);
    assert_eq!(owner.get(&album).await.data["count"], 39);
    let many = |number| (0..number).map(|_| unknown_picture()).collect::<Vec<_>>();
    for body in [
        json!({}),
        json!({"add": many(101)}),
        json!({"add": many(51), "remove": many(50)}),
        json!({"add": [own[0]], "remove": [own[0]]}),
        json!({"add": ["x"]}),
    ] {
        assert_eq!(post(body).await.code, 400);
    }
}

fn key_from(value: &Value) -> PictureKey {
    let id = |name: &str| value[name].as_str().unwrap();
    format!("{}/{}", id("ownerId"), id("pictureId")).parse().unwrap()
}

#[tokio::test]
async fn members_are_friends_of_the_person_who_adds_them() {
    let [owner, ada, ben, stranger] = [(); 4].map(|()| Member::new());
    let (owner, ada, ben, stranger) = futures_util::join!(owner, ada, ben, stranger);
    befriend(&owner, &ada).await;
    befriend(&ada, &ben).await;
    let album = create_album(&owner, "private").await;
    let put = async |by: &Member, member: &Member, role: &str| {
        by.put(&format!("{album}/members/{}", member.id()), &json!({"role": role})).await.code
    };
    assert_eq!(put(&owner, &stranger, "viewer").await, 409, "not a friend");
    assert_eq!(put(&owner, &ben, "viewer").await, 409, "a friend of a friend");
    assert_eq!(put(&owner, &owner, "curator").await, 409, "the owner");
    for role in ["owner", "Viewer", ""] {
        assert_eq!(put(&owner, &ada, role).await, 400, "{role:?}");
    }
    assert_eq!(put(&owner, &ada, "curator").await, 200);
    assert_eq!(put(&ada, &ben, "viewer").await, 200, "a curator adds their own friend");
    assert_eq!(put(&owner, &ben, "contributor").await, 200, "a member needs no friendship");
    let listed = async |limit| {
        let members = owner.read_all(&format!("{album}/members"), limit).await;
        let mut found: Vec<_> =
            members.iter().map(|member| (member["handle"].clone(), member["role"].clone())).collect();
        found.sort_by_key(|(handle, _)| handle.to_string());
        found
    };
    let mut expected = vec![(json!(ada.handle), json!("curator")), (json!(ben.handle), json!("contributor"))];
    expected.sort_by_key(|(handle, _)| handle.to_string());
    assert_eq!(listed(1).await, expected);
    assert_eq!(listed(100).await, expected);
    let delete = async |by: &Member, member: &Member| {
        by.delete(&format!("{album}/members/{}", member.id())).await.code
    };
    assert_eq!(delete(&ben, &ada).await, 403);
    assert_eq!(delete(&owner, &owner).await, 409);
    assert_eq!(delete(&ada, &owner).await, 409);
    assert_eq!(delete(&ben, &ben).await, 200, "a member can leave");
    assert_eq!(ben.get(&album).await.code, 404);
    assert_eq!(listed(100).await, [(json!(ada.handle), json!("curator"))]);
    assert_eq!(stranger.unfriend(&owner).await.code, 200);
}

#[tokio::test]
async fn pictures_of_guests_wait_for_approval() {
    let (owner, curator) = (Member::new().await, Member::new().await);
    befriend(&owner, &curator).await;
    let album = create_album(&owner, "private").await;
    add_member(&album, &owner, &curator, "curator").await;
    let id = album.trim_start_matches("/albums/");
    let link = owner.post("/links", &json!({"albumId": id, "upload": true, "review": true})).await;
    assert_eq!(link.code, 201, "{link:?}");
    let shared = format!("/shared/{}/pictures", link.data["token"].as_str().unwrap());
    let guest = Caller::Anonymous(cloud::app());
    let mut keys = Vec::new();
    for _ in 0..4 {
        let body = json!({"contentType": "image/jpeg", "bytes": 1_000, "name": "Grace"});
        let answer = guest.call("POST", &shared, Some(&body)).await;
        assert_eq!(answer.code, 201, "{answer:?}");
        keys.push(key_of(&answer.data["picture"]));
    }
    let awaiting_upload = keys.pop().unwrap();
    let own = Root::default();
    for key in &keys {
        own.make_ready(*key).await;
    }
    let path = format!("{album}/waiting");
    let waiting = async || owner.read_all(&path, 1).await.iter().map(key_of).collect::<Vec<_>>();
    assert_eq!(waiting().await, keys);
    assert!(pictures_of(&album, &owner).await.is_empty());
    assert_eq!(owner.get(&album).await.data["count"], 0);

    let review = json!({"approve": [keys[0], unknown_picture(), awaiting_upload], "reject": [keys[1]]});
    for _ in 0..2 {
        let answer = curator.post(&path, &review).await;
        assert_eq!((answer.code, answer.data["refused"].as_array().unwrap().len()), (200, 2), "{answer:?}");
    }
    assert_eq!(owner.put(&format!("{album}/pictures/{awaiting_upload}"), &json!({})).await.code, 409);
    assert_eq!(waiting().await, keys[2..]);
    assert_eq!(pictures_of(&album, &owner).await, keys[..1]);
    assert_eq!(owner.get(&format!("/pictures/{}", keys[1])).await.code, 404, "a rejection deletes");

    let of_owner = add_picture(&own, &owner, Visibility::Private).await;
    put_picture(&album, &owner, of_owner).await;
    let answer = curator.post(&path, &json!({"reject": [of_owner, keys[0]]})).await;
    assert_eq!(answer.data["refused"].as_array().unwrap().len(), 2, "a rejection needs a picture that waits");
    for member in [&owner, &curator] {
        let answer = member.delete(&format!("{album}/pictures/{}", keys[2])).await;
        assert_eq!(answer.code, 409, "only a review takes it out of the review");
    }
    put_picture(&album, &owner, keys[2]).await;
    assert!(waiting().await.is_empty());
    assert_eq!(pictures_of(&album, &owner).await, [keys[2], of_owner, keys[0]]);
    assert_eq!(owner.get(&album).await.data["count"], 3);
}
