//! `cargo dev seed`: adds demo people, friendships, pictures, albums and share links to the running
//! local cloud. Repeated runs add only missing data.
#![expect(clippy::print_stdout, reason = "prints progress and the result")]

mod albums;
mod demo;
mod friends;

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use client::{App, NewPicture, Session};
use domain::Visibility;
use end_to_end::art::Landscape;
use end_to_end::cloud;
use end_to_end::people::{CONFIRMATION_CODE, page_path};
use end_to_end::pictures::{self, Shot};
use local::cloud::Stack;
use reqwest::Method;
use serde_json::{Value, json};
use store::Error;

use demo::{OPEN_REQUEST, PEOPLE, Person, SCENES, SIZES};

/// Password of all demo people, who exist only on a local cloud.
const PASSWORD: &str = "albumen demo";

/// A picture to add, if its owner has no picture with the same caption.
struct SeedPicture {
    owner: usize,
    caption: String,
    visibility: Visibility,
    file: Box<dyn Fn() -> Result<Vec<u8>, Error>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os(Stack::VARIABLE).is_none() {
        return Err(format!("{} is not set. Run `cargo dev seed`.", Stack::VARIABLE).into());
    }
    let app = cloud::app();
    let mut people = Vec::new();
    for person in PEOPLE {
        let session = sign_in(&app, person).await?;
        let existing = captions(&session).await?;
        people.push((person, session, existing));
    }
    let sessions: Vec<_> = people.iter().map(|(_, session, _)| session).collect();
    friends::befriend(&sessions, OPEN_REQUEST).await?;
    let (from, to) = (PEOPLE[OPEN_REQUEST.0].handle, PEOPLE[OPEN_REQUEST.1].handle);
    println!("All are friends, except that {from} has an open request to {to}.");
    let pictures: Vec<_> = generated_pictures().chain(photographs()?).collect();
    let mut added = 0;
    for (i, picture) in pictures.iter().enumerate() {
        let (person, session, existing) = &people[picture.owner];
        if existing.contains(&picture.caption) {
            continue;
        }
        println!("[{:>2}/{}] {}: {}", i + 1, pictures.len(), person.handle, picture.caption);
        let new = NewPicture {
            content_type: "image/jpeg".into(),
            caption: Some(picture.caption.clone()),
            visibility: picture.visibility,
        };
        session.upload(&new, Bytes::from((picture.file)()?), |_, _| ()).await?;
        added += 1;
    }
    println!("Added {added} pictures. {} existed already.", pictures.len() - added);
    albums::add_albums(&app, &sessions).await?;
    println!("Sign in as {}. Password: {PASSWORD}", PEOPLE.map(email).join(", "));
    Ok(())
}

fn email(person: Person) -> String {
    format!("{}@example.com", person.handle)
}

/// Signs a person in and creates their profile, which others find by name. Signs the person up
/// first if they have no account.
async fn sign_in(app: &App, person: Person) -> Result<Session, Error> {
    let email = email(person);
    let session = match app.sign_in(&email, PASSWORD).await {
        Ok(session) => session,
        Err(_) => {
            app.sign_up(&email, PASSWORD).await?;
            app.confirm(&email, CONFIRMATION_CODE).await?;
            app.sign_in(&email, PASSWORD).await?
        }
    };
    let Person { handle, first_name, last_name } = person;
    let profile = json!({"handle": handle, "firstName": first_name, "lastName": last_name, "findable": true});
    let answer = session.call(Method::POST, "/users", Some(&profile)).await?;
    if answer.code != 409 {
        answer.ok()?;
    }
    Ok(session)
}

/// Returns the captions of all uploaded pictures of a person.
async fn captions(session: &Session) -> Result<BTreeSet<String>, Error> {
    let (mut captions, mut cursor) = (BTreeSet::new(), None::<String>);
    loop {
        let path = page_path(&format!("/users/{}/pictures", session.user()), 100, cursor.as_deref());
        let page = session.call(Method::GET, &path, None).await?.ok()?;
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let uploaded = items.iter().filter(|picture| picture["state"] != "awaitingUpload");
        captions.extend(uploaded.filter_map(|picture| picture["caption"].as_str().map(str::to_owned)));
        match &page["cursor"] {
            Value::String(next) => cursor = Some(next.clone()),
            _ => return Ok(captions),
        }
    }
}

/// Returns the generated pictures, assigned to the people in rotation.
fn generated_pictures() -> impl Iterator<Item = SeedPicture> {
    SCENES.into_iter().zip(0u32..).map(|(scene, number)| SeedPicture {
        owner: number as usize % PEOPLE.len(),
        caption: scene.caption.to_owned(),
        visibility: scene.visibility,
        file: Box::new(move || {
            let (width, height) = SIZES[number as usize % SIZES.len()];
            let picture = Landscape { number, width, height, grain: 6 }.paint();
            let shot = Shot { taken: scene.taken.to_owned(), ..Shot::default() };
            Ok(pictures::photograph(&picture, &shot).bytes)
        }),
    })
}

/// Returns the pictures in the folder `ALBUMEN_PICTURES`, assigned to the people in rotation.
/// Returns no pictures if the variable is not set.
fn photographs() -> Result<Vec<SeedPicture>, Error> {
    let mut files = Vec::new();
    for folder in ["everyday", "photos"].into_iter().filter_map(pictures::folder) {
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    files.sort();
    let pictures = files.into_iter().enumerate().map(|(i, path)| {
        let name = path.file_stem().map(|name| name.to_string_lossy().replace(['_', '-'], " "));
        SeedPicture {
            owner: i % PEOPLE.len(),
            caption: name.map(capitalise).unwrap_or_default(),
            visibility: Visibility::Public,
            file: Box::new(move || Ok(fs::read(&path)?)),
        }
    });
    Ok(pictures.collect())
}

fn capitalise(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
