//! `cargo dev seed`: demo people, friendships and pictures for the local cloud that is up. Adds nothing twice.
#![expect(clippy::print_stdout, reason = "progress and the result are the point")]

mod demo;
mod friends;

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use client::{App, NewPicture, Session};
use domain::Visibility;
use end_to_end::art::Landscape;
use end_to_end::cloud;
use end_to_end::people::{CODE, page_path};
use end_to_end::pictures::{self, Shot};
use local::cloud::Stack;
use reqwest::Method;
use serde_json::{Value, json};
use store::Error;

use demo::{PEOPLE, Person, SCENES, SIZES, WAITING};

/// What all of them sign in with; they live on a local cloud only.
const PASSWORD: &str = "albumen demo";

/// A picture that is to be there.
struct Wanted {
    owner: usize,
    caption: String,
    visibility: Visibility,
    file: Box<dyn Fn() -> Result<Vec<u8>, Error>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os(Stack::VARIABLE).is_none() {
        return Err(format!("{} names no local cloud: use `cargo dev seed`.", Stack::VARIABLE).into());
    }
    let app = cloud::app();
    let mut people = Vec::new();
    for person in PEOPLE {
        let session = signed_in(&app, person).await?;
        let there = captions(&session).await?;
        people.push((person, session, there));
    }
    let sessions: Vec<_> = people.iter().map(|(_, session, _)| session).collect();
    friends::befriend(&sessions, WAITING).await?;
    let (from, to) = (PEOPLE[WAITING.0].handle, PEOPLE[WAITING.1].handle);
    println!("All are friends, but {from} waits for an answer of {to}.");
    let wanted: Vec<_> = made().chain(real()?).collect();
    let mut added = 0;
    for (i, picture) in wanted.iter().enumerate() {
        let (person, session, there) = &people[picture.owner];
        if there.contains(&picture.caption) {
            continue;
        }
        println!("[{:>2}/{}] {}: {}", i + 1, wanted.len(), person.handle, picture.caption);
        let new = NewPicture {
            content_type: "image/jpeg".into(),
            caption: Some(picture.caption.clone()),
            visibility: picture.visibility,
        };
        session.upload(&new, Bytes::from((picture.file)()?), |_, _| ()).await?;
        added += 1;
    }
    println!("{added} pictures added, {} were there.", wanted.len() - added);
    println!("Sign in as {}, password: {PASSWORD}", PEOPLE.map(email).join(", "));
    Ok(())
}

fn email(person: Person) -> String {
    format!("{}@example.com", person.handle)
}

/// Signs a person in, and up before that where they are new.
async fn signed_in(app: &App, person: Person) -> Result<Session, Error> {
    let email = email(person);
    let session = match app.sign_in(&email, PASSWORD).await {
        Ok(session) => session,
        Err(_) => {
            app.sign_up(&email, PASSWORD).await?;
            app.confirm(&email, CODE).await?;
            app.sign_in(&email, PASSWORD).await?
        }
    };
    let Person { handle, first_name, last_name } = person;
    let profile = json!({"handle": handle, "firstName": first_name, "lastName": last_name});
    let answer = session.call(Method::POST, "/users", Some(&profile)).await?;
    if answer.code != 409 {
        answer.ok()?;
    }
    Ok(session)
}

/// The captions of a person's pictures; one whose upload was broken off is made again.
async fn captions(session: &Session) -> Result<BTreeSet<String>, Error> {
    let (mut found, mut cursor) = (BTreeSet::new(), None::<String>);
    loop {
        let path = page_path(&format!("/users/{}/pictures", session.user()), 100, cursor.as_deref());
        let page = session.call(Method::GET, &path, None).await?.ok()?;
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let there = items.iter().filter(|picture| picture["state"] != "awaitingUpload");
        found.extend(there.filter_map(|picture| picture["caption"].as_str().map(str::to_owned)));
        match &page["cursor"] {
            Value::String(next) => cursor = Some(next.clone()),
            _ => return Ok(found),
        }
    }
}

/// The made ones, everyone's in turn.
fn made() -> impl Iterator<Item = Wanted> {
    SCENES.into_iter().zip(0u32..).map(|(scene, number)| Wanted {
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

/// The real ones, where there are some: public, everyone's in turn.
fn real() -> Result<Vec<Wanted>, Error> {
    let mut files = Vec::new();
    for folder in ["everyday", "photos"].into_iter().filter_map(pictures::folder) {
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jpg"));
    files.sort();
    let named = files.into_iter().enumerate().map(|(i, path)| {
        let name = path.file_stem().map(|name| name.to_string_lossy().replace(['_', '-'], " "));
        Wanted {
            owner: i % PEOPLE.len(),
            caption: name.map(capitalised).unwrap_or_default(),
            visibility: Visibility::Public,
            file: Box::new(move || Ok(fs::read(&path)?)),
        }
    });
    Ok(named.collect())
}

fn capitalised(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
