//! Albums of the demo people, with share links and the picture of a guest.

use bytes::Bytes;
use client::{App, Session};
use domain::PresignedRequest;
use end_to_end::art::Landscape;
use end_to_end::people::{key_of, page_path};
use end_to_end::pictures::{self, Shot};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Error;

/// A demo album.
struct DemoAlbum {
    /// The index of the owner.
    owner: usize,
    title: &'static str,
    description: &'static str,
    visibility: &'static str,
    /// The indices of the members, with their roles.
    members: &'static [(usize, &'static str)],
    /// Of the pictures of its owner and its contributors, the album contains each n-th one.
    every: usize,
    /// The settings of a share link.
    link: fn() -> Value,
    /// The name of a guest who sends a picture by the link.
    guest: Option<&'static str>,
}

const ALBUMS: [DemoAlbum; 3] = [
    DemoAlbum {
        owner: 0,
        title: "Ridges and lakes",
        description: "Everything from the hut weekends. Add yours!",
        visibility: "friends",
        members: &[(1, "contributor"), (2, "curator"), (3, "viewer")],
        every: 2,
        link: || json!({"name": "For the hut crew", "upload": true, "download": true}),
        guest: Some("Grandma"),
    },
    DemoAlbum {
        owner: 1,
        title: "Evenings",
        description: "",
        visibility: "public",
        members: &[(0, "contributor")],
        every: 3,
        link: || json!({"name": "For the blog"}),
        guest: None,
    },
    DemoAlbum {
        owner: 2,
        title: "Only for us",
        description: "",
        visibility: "private",
        members: &[(4, "contributor")],
        every: 2,
        link: || json!({"name": "With review", "upload": true, "review": true, "password": "albumen demo"}),
        guest: None,
    },
];

/// The reply to a registration by a guest.
#[derive(Deserialize)]
struct GuestRegistration {
    upload: PresignedRequest,
}

/// Adds the albums that do not exist yet, by title. Prints the address of each new link, because
/// nobody can read it later.
#[expect(clippy::print_stdout, reason = "prints the result")]
pub async fn add_albums(app: &App, people: &[&Session]) -> Result<(), Error> {
    for album in &ALBUMS {
        let owner = people[album.owner];
        let path = page_path("/albums", 100, None);
        let existing = owner.call(Method::GET, &path, None).await?.ok()?;
        let mut items = existing["items"].as_array().into_iter().flatten();
        if items.any(|existing| existing["title"] == album.title) {
            continue;
        }
        let url = add_album(app, people, album).await?;
        println!("Added the album {}. Its share link: {url}", album.title);
    }
    Ok(())
}

/// Adds an album with its members, pictures and link, and returns the address of the link.
async fn add_album(app: &App, people: &[&Session], album: &DemoAlbum) -> Result<String, Error> {
    let owner = people[album.owner];
    let body = json!({
        "title": album.title, "description": album.description, "visibility": album.visibility,
    });
    let created = owner.call(Method::POST, "/albums", Some(&body)).await?.ok()?;
    let id = created["id"].as_str().unwrap_or_default();
    let mut contributors = vec![owner];
    for (member, role) in album.members {
        let member = people[*member];
        let path = format!("/albums/{id}/members/{}", member.user());
        owner.call(Method::PUT, &path, Some(&json!({"role": role}))).await?.ok()?;
        if *role != "viewer" {
            contributors.push(member);
        }
    }
    for contributor in contributors {
        let path = page_path(&format!("/users/{}/pictures", contributor.user()), 100, None);
        let pictures = contributor.call(Method::GET, &path, None).await?.ok()?;
        let pictures = pictures["items"].as_array().into_iter().flatten().step_by(album.every);
        let keys: Vec<_> = pictures.map(key_of).collect();
        let path = format!("/albums/{id}/pictures");
        contributor.call(Method::POST, &path, Some(&json!({"add": keys}))).await?.ok()?;
    }
    let mut link = (album.link)();
    link["albumId"] = json!(id);
    let link = owner.call(Method::POST, "/links", Some(&link)).await?.ok()?;
    if let Some(name) = album.guest {
        let token = link["token"].as_str().unwrap_or_default();
        send_as_guest(app, owner, token, name).await?;
    }
    Ok(link["url"].as_str().unwrap_or_default().to_owned())
}

/// Sends a picture by a share link. `session` only sends the bytes, by a presigned URL.
async fn send_as_guest(app: &App, session: &Session, token: &str, name: &str) -> Result<(), Error> {
    let picture = Landscape { number: 31, width: 1600, height: 1200, grain: 6 }.paint();
    let shot = Shot { taken: "2025:04:05 10:00:00".to_owned(), ..Shot::default() };
    let bytes = pictures::photograph(&picture, &shot).bytes;
    let body = json!({
        "contentType": "image/jpeg", "bytes": bytes.len(), "name": name, "caption": "From my phone",
    });
    let path = format!("/shared/{token}/pictures");
    let registered = app.call(Method::POST, &path, Some(&body)).await?.ok()?;
    let registered: GuestRegistration = serde_json::from_value(registered)?;
    Ok(session.send_bytes(&registered.upload, Bytes::from(bytes), |_, _| ()).await?)
}
