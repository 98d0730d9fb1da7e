use std::sync::atomic::{AtomicBool, Ordering};

use aws_lambda_events::http::header::LOCATION;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException,
};
use aws_smithy_mocks::{Rule, mock};
use domain::{Album, AlbumId, Link, LinkId, LinkRights, LinkTarget, LinkToken, Picture, Visibility};
use jiff::{SignedDuration, Timestamp};
use lambda::http::Caching;
use store::LinkSessions;

use crate::{World, key, link, token, with_headers};

/// The sample events of all routes of visitors.
const ROUTES: [&str; 6] = [
    "links-visit.json",
    "links-unlock.json",
    "links-pictures.json",
    "links-register.json",
    "links-picture.json",
    "links-picture-delete.json",
];

fn count_visit() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| {
            // Not the row of the link, which all transactions read.
            let is_own_row = request.key().unwrap()["entry"].as_s().unwrap() == "visits";
            is_own_row && request.update_expression().unwrap().ends_with("ADD visits :one")
        })
        .then_output(|| UpdateItemOutput::builder().build())
}

fn with_password() -> Link {
    Link { password_hash: Some(links::hash_password("correct horse").unwrap()), ..link() }
}

/// Returns a session of the link. `testing::cursor_key` is the key of all secrets.
fn session(link: &Link) -> String {
    LinkSessions::new(&[7; 32]).create(link, Timestamp::now()).0
}

#[tokio::test]
async fn a_link_shows_an_album_with_its_cover() {
    let visit = count_visit();
    let world = World::new(link());
    let reply = world.handle(testing::sample_request("links-visit.json"), &[&visit]).await.unwrap();
    let data = reply.data();
    assert_eq!((&data["kind"], &data["title"]), (&"album".into(), &"Lake Bled".into()));
    assert_eq!((&data["needsPassword"], &data["album"]["role"]), (&false.into(), &().into()));
    assert_eq!(data["album"]["cover"]["id"], key().picture_id.to_string());
    assert_eq!((reply.caching(), visit.num_calls()), (Some(Caching::Never), 1));
    let cover = &data["album"]["cover"];
    assert_eq!((cover.get("gps"), cover.get("original")), (None, None));
}

#[tokio::test]
async fn a_link_to_a_smart_album_offers_no_uploads() {
    for (rule, upload) in [(None, true), (Some("True".to_owned()), false)] {
        let link = Link { rights: LinkRights { download: true, upload: true }, ..link() };
        let mut world = World::new(link);
        world.album = world.album.map(|album| Album { rule, ..album });
        let request = testing::sample_request("links-visit.json");
        let reply = world.handle(request, &[&count_visit()]).await.unwrap();
        let rights = serde_json::json!({"download": true, "upload": upload});
        assert_eq!(reply.data()["rights"], rights);
    }
}

#[tokio::test]
async fn a_link_shows_a_picture() {
    let link = Link { target: LinkTarget::Picture(key()), ..link() };
    let world = World { album: None, ..World::new(link) };
    let visit = count_visit();
    let reply = world.handle(testing::sample_request("links-visit.json"), &[&visit]).await.unwrap();
    assert_eq!(reply.data()["kind"], "picture");
    assert_eq!(reply.data()["picture"]["id"], key().picture_id.to_string());
    let reply = world.handle(testing::sample_request("links-pictures.json"), &[]).await.unwrap();
    assert_eq!(reply.data()["items"][0]["id"], key().picture_id.to_string());
    assert_eq!(reply.data()["cursor"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_visitor_gets_the_page_although_the_visit_was_not_counted() {
    let failed = mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        let message = "the throughput of the row is exceeded";
        let error = ProvisionedThroughputExceededException::builder().message(message).build();
        UpdateItemError::ProvisionedThroughputExceededException(error)
    });
    let request = testing::sample_request("links-visit.json");
    let reply = World::new(link()).handle(request, &[&failed]).await.unwrap();
    assert_eq!((reply.status(), failed.num_calls()), (200, 1));
}

#[tokio::test]
async fn the_first_visit_of_a_link_without_a_counter_creates_it() {
    let absent = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| request.condition_expression() == Some("attribute_exists(entry)"))
        .then_error(|| {
            let error = ConditionalCheckFailedException::builder().build();
            UpdateItemError::ConditionalCheckFailedException(error)
        });
    let request = || testing::sample_request("links-visit.json");
    let visit = count_visit();
    assert_eq!(World::new(link()).handle(request(), &[&absent, &visit]).await.unwrap().status(), 200);
    assert_eq!((absent.num_calls(), visit.num_calls()), (1, 1));
    // The link is deleted after the visitor has read it.
    let is_first = AtomicBool::new(true);
    let deleted = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Links"))
        .then_compute_output(move |_| {
            let row = is_first.swap(false, Ordering::Relaxed).then(|| testing::row(&link()));
            GetItemOutput::builder().set_item(row).build()
        });
    let visit = count_visit();
    let error = World::new(link()).handle(request(), &[&absent, &deleted, &visit]).await.unwrap_err();
    assert_eq!((error.status(), absent.num_calls(), visit.num_calls()), (404, 2, 0));
}

#[tokio::test]
async fn bots_previews_and_requests_for_headers_are_no_visits() {
    let world = World::new(link());
    let request = with_headers("links-visit.json", &[("user-agent", "WhatsApp/2.23.20.0")]);
    assert_eq!(world.handle(request, &[]).await.unwrap().status(), 200);
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("links-visit.json");
    event.http_method = "HEAD".parse().unwrap();
    assert_eq!(world.handle(lambda::http::Request::new(event), &[]).await.unwrap().status(), 200);
}

#[tokio::test]
async fn an_unknown_revoked_expired_or_replaced_link_has_the_same_reply_on_every_route() {
    let past = Timestamp::now() - SignedDuration::from_secs(1);
    let other = LinkToken::new(token().link_id, [8; 16]);
    for (case, link) in [
        ("revoked", None),
        ("unknown", Some(Link { link_id: LinkId::new(), ..link() })),
        ("expired", Some(Link { expires_at: Some(past), ..with_password() })),
        ("replaced", Some(Link { secret_hash: other.secret_hash(), ..with_password() })),
    ] {
        let world = World { link, ..World::new(crate::link()) };
        for name in ROUTES {
            let error = world.handle(testing::sample_request(name), &[]).await.unwrap_err();
            let notes = "This link does not exist, or it has expired. Ask its sender for a new one.";
            assert_eq!((error.status(), error.to_string().as_str()), (404, notes), "{case} {name}");
        }
    }
    let world = World { album: None, ..World::new(link()) };
    for name in ["links-visit.json", "links-pictures.json", "links-picture.json"] {
        assert_eq!(world.handle(testing::sample_request(name), &[]).await.unwrap_err().status(), 404);
    }
}

#[tokio::test]
async fn a_locked_link_shows_its_kind_and_rights_only() {
    let world = World::new(with_password());
    let reply = world.handle(testing::sample_request("links-visit.json"), &[]).await.unwrap();
    let rights = serde_json::json!({"download": false, "upload": false});
    let expected = serde_json::json!({"kind": "album", "rights": rights, "needsPassword": true});
    assert_eq!((reply.status(), reply.data()), (200, &expected));
    for name in ROUTES.into_iter().filter(|name| !["links-visit.json", "links-unlock.json"].contains(name)) {
        let error = world.handle(testing::sample_request(name), &[]).await.unwrap_err();
        assert_eq!(error.status(), 403, "{name}");
    }
}

#[tokio::test]
async fn a_session_of_the_current_password_unlocks_a_link() {
    let locked = with_password();
    let world = World::new(locked.clone());
    let status = async |session: &str| {
        let request = with_headers("links-pictures.json", &[("x-link-session", session)]);
        world.handle(request, &[]).await.map_or_else(|error| error.status(), |reply| reply.status())
    };
    assert_eq!(status(&session(&locked)).await, 200);
    assert_eq!(status(&session(&with_password())).await, 403, "another salt");
    assert_eq!(status(&session(&Link { password_hash: None, ..locked })).await, 403);
    assert_eq!(status("invalid").await, 403);
    let request = with_headers("links-pictures.json", &[("x-link-session", "invalid")]);
    assert_eq!(World::new(link()).handle(request, &[]).await.unwrap().status(), 200, "no password");
}

/// Returns a rule that counts an attempt among all passwords and the wrong ones of an address.
fn attempt_by(address: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(move |request| {
            let hash = domain::Sha256::of(address.as_bytes());
            let counters = ["passwords", "address"].map(|kind| format!("{kind}#{}", hash.as_str()));
            counters.contains(request.key().unwrap()["entry"].as_s().unwrap())
        })
        .then_output(|| UpdateItemOutput::builder().build())
}

/// Returns a rule that resets the wrong passwords, but not all passwords.
fn forget_attempts() -> Rule {
    mock!(aws_sdk_dynamodb::Client::delete_item)
        .match_requests(|request| request.key().unwrap()["entry"].as_s().unwrap().starts_with("address#"))
        .then_output(|| DeleteItemOutput::builder().build())
}

#[tokio::test]
async fn the_password_gives_a_session_until_the_link_expires() {
    let hour = Timestamp::from_second(Timestamp::now().as_second() + 3_600).unwrap();
    let world = World::new(Link { expires_at: Some(hour), ..with_password() });
    let (attempt, forget) = (attempt_by("127.0.0.1"), forget_attempts());
    let request = testing::sample_request("links-unlock.json");
    let reply = world.handle(request, &[&attempt, &forget]).await.unwrap();
    assert_eq!((attempt.num_calls(), forget.num_calls()), (2, 1));
    assert_eq!(reply.data()["expiresAt"], hour.to_string());
    let session = reply.data()["session"].as_str().unwrap();
    let request = with_headers("links-pictures.json", &[("x-link-session", session)]);
    assert_eq!(world.handle(request, &[]).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_wrong_or_missing_password_counts_and_is_refused() {
    let world = World::new(with_password());
    let too_long = format!(r#"{{"password": "{}"}}"#, "x".repeat(10_000));
    for body in ["{}", r#"{"password": ""}"#, r#"{"password": "wrong"}"#, &too_long] {
        let attempt = attempt_by("127.0.0.1");
        let request = testing::sample_request_with_body("links-unlock.json", body);
        let error = world.handle(request, &[&attempt]).await.unwrap_err();
        assert_eq!((error.status(), attempt.num_calls()), (403, 2));
    }
}

#[tokio::test]
async fn an_address_without_attempts_left_waits_although_the_password_is_right() {
    let failed = || ConditionalCheckFailedException::builder().build();
    let update = mock!(aws_sdk_dynamodb::Client::update_item)
        .then_error(move || UpdateItemError::ConditionalCheckFailedException(failed()));
    let put = mock!(aws_sdk_dynamodb::Client::put_item)
        .then_error(move || PutItemError::ConditionalCheckFailedException(failed()));
    // With an invalid hash, a check of the password would fail: the address costs no hash.
    let unreadable = Link { password_hash: Some("no hash".into()), ..link() };
    for link in [with_password(), unreadable] {
        let request = testing::sample_request("links-unlock.json");
        let error = World::new(link).handle(request, &[&update, &put]).await.unwrap_err();
        assert_eq!((error.status(), error.retry_after()), (429, Some(900)));
    }
}

#[tokio::test]
async fn an_address_that_knows_the_password_has_no_unlimited_attempts() {
    let failed = || ConditionalCheckFailedException::builder().build();
    let used_up = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| {
            let is_of_all = request.key().unwrap()["entry"].as_s().unwrap().starts_with("passwords#");
            // The period does not start again with each password.
            is_of_all && request.update_expression().unwrap().contains("if_not_exists(expiresAt, :until)")
        })
        .then_error(move || UpdateItemError::ConditionalCheckFailedException(failed()));
    let attempt = attempt_by("127.0.0.1");
    let put = mock!(aws_sdk_dynamodb::Client::put_item)
        .then_error(move || PutItemError::ConditionalCheckFailedException(failed()));
    let request = testing::sample_request("links-unlock.json");
    let error = World::new(with_password()).handle(request, &[&used_up, &attempt, &put]).await.unwrap_err();
    assert_eq!((error.status(), error.retry_after(), attempt.num_calls()), (429, Some(900), 0));
}

#[tokio::test]
async fn the_address_is_that_of_the_gateway_never_of_a_header() {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("links-unlock.json");
    event.request_context.identity.source_ip = Some("203.0.113.7".into());
    for name in ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip"] {
        event.headers.insert(name, "198.51.100.1".parse().unwrap());
    }
    let (attempt, forget) = (attempt_by("203.0.113.7"), forget_attempts());
    let request = lambda::http::Request::new(event);
    World::new(with_password()).handle(request, &[&attempt, &forget]).await.unwrap();
    assert_eq!(attempt.num_calls(), 2);
}

#[tokio::test]
async fn a_form_redirects_to_the_page_of_the_link() {
    let form = |password: &str| {
        let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
            testing::sample_event("links-unlock.json");
        event.headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        event.body = Some(format!("password={password}"));
        lambda::http::Request::new(event)
    };
    let page = format!("https://photos.example.org/s/{}", token().reveal());
    let world = World::new(with_password());
    let (attempt, forget) = (attempt_by("127.0.0.1"), forget_attempts());
    let reply = world.handle(form("correct+horse"), &[&attempt, &forget]).await.unwrap();
    let session = reply.header(&LOCATION).and_then(|url| url.strip_prefix(&format!("{page}?session=")));
    let request = with_headers("links-pictures.json", &[("x-link-session", session.unwrap())]);
    assert_eq!((reply.status(), world.handle(request, &[]).await.unwrap().status()), (303, 200));

    let reply = world.handle(form("wrong"), &[&attempt]).await.unwrap();
    assert_eq!(reply.header(&LOCATION), Some(format!("{page}?error=wrong-password").as_str()));
    let reply = World::default().handle(form("correct+horse"), &[]).await.unwrap();
    assert_eq!(reply.header(&LOCATION), Some(page.as_str()), "the link does not exist");
}

#[tokio::test]
async fn a_link_without_a_password_unlocks_without_counting() {
    let request = testing::sample_request("links-unlock.json");
    let reply = World::new(link()).handle(request, &[]).await.unwrap();
    assert!(reply.data()["session"].is_string());
}

#[tokio::test]
async fn originals_need_the_right_and_positions_have_none() {
    let download = Link { rights: LinkRights { download: true, upload: false }, ..link() };
    for (link, expected) in [(link(), false), (download, true)] {
        for name in ["links-pictures.json", "links-picture.json"] {
            let world = World::new(link.clone());
            let reply = world.handle(testing::sample_request(name), &[]).await.unwrap();
            let picture = reply.data().pointer("/items/0").unwrap_or(reply.data());
            assert_eq!((picture["id"].is_string(), picture.get("gps")), (true, None));
            let original = picture.pointer("/original/url").and_then(|url| url.as_str());
            assert_eq!(original.is_some(), expected, "{name}");
            assert!(original.is_none_or(|url| url.contains("X-Amz-Expires=900")), "{original:?}");
        }
    }
}

#[tokio::test]
async fn a_link_shows_no_picture_outside_its_target() {
    let other = Picture {
        key: domain::PictureKey { owner_id: key().owner_id, picture_id: domain::PictureId::new() },
        ..testing::ready_picture(Visibility::Public)
    };
    let of_picture = Link { target: LinkTarget::Picture(other.key), ..link() };
    let worlds = [
        World { contained: false, ..World::new(link()) },
        World { picture: Some(other), album: None, ..World::new(of_picture) },
    ];
    for world in worlds {
        let error = world.handle(testing::sample_request("links-picture.json"), &[]).await.unwrap_err();
        assert_eq!(error.status(), 404);
    }
    let of_other_album = Link { target: LinkTarget::Album(AlbumId::new()), ..link() };
    let world = World { album: None, ..World::new(of_other_album) };
    let error = world.handle(testing::sample_request("links-picture.json"), &[]).await.unwrap_err();
    assert_eq!(error.status(), 404);
}
