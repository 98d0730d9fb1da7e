//! Signs in, uploads a picture, shares it by a link, and deletes it. Prints each step as JSON. The
//! variables `ALBUMEN_SITE`, `ALBUMEN_EMAIL` and `ALBUMEN_PASSWORD` name a site and a member.
//!
//! ```sh
//! cargo run -p client --example scenario -- lake.jpg
//! ```

use std::error::Error;
use std::time::Duration;

use client::{App, NewPicture, Session, Stack};
use domain::Visibility;
use reqwest::Method;
use serde_json::{Value, json};

/// The time between two reads of a picture that is being processed.
const INTERVAL: Duration = Duration::from_millis(200);
const MAX_READS: u32 = 600;

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::print_stdout, dead_code, reason = "prints its result; a test calls `run`")]
async fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name| std::env::var(name).map_err(|_| format!("set the variable {name}"));
    let site = variable("ALBUMEN_SITE")?;
    let (email, password) = (variable("ALBUMEN_EMAIL")?, variable("ALBUMEN_PASSWORD")?);
    let file = std::env::args().nth(1).ok_or("name a picture")?;
    run(&site, &email, &password, std::fs::read(file)?, |step| println!("{step}")).await
}

/// Runs the scenario, and calls `print` with each step.
pub async fn run(
    site: &str,
    email: &str,
    password: &str,
    file: Vec<u8>,
    mut print: impl FnMut(Value),
) -> Result<(), Box<dyn Error>> {
    let app = App::new(Stack::discover(&Stack::parse_site(site)?).await?)?;
    let member = app.sign_in(email, password).await?;
    let profile = member.call(Method::GET, &format!("/users/{}", member.user()), None).await?.ok()?;
    print(json!({"step": "sign in", "firstName": profile["firstName"]}));

    let new = NewPicture {
        content_type: "image/jpeg".into(),
        caption: Some("The lake in the morning".into()),
        visibility: Visibility::Private,
    };
    let uploaded = member.upload(&new, file.into(), |_, _| ()).await?;
    print(json!({"step": "upload", "state": uploaded["state"], "bytes": uploaded["bytes"]}));

    let id = uploaded["id"].as_str().unwrap_or_default();
    let path = format!("/pictures/{}/{id}", member.user());
    let picture = wait_until_processed(&member, &path).await?;
    let (width, height) = (&picture["width"], &picture["height"]);
    print(json!({"step": "wait", "state": picture["state"], "width": width, "height": height}));

    let mut captions = Vec::new();
    let mut list = format!("/users/{}/pictures?limit=1", member.user());
    loop {
        let page = member.call(Method::GET, &list, None).await?.ok()?;
        let items = page["items"].as_array().into_iter().flatten();
        captions.extend(items.map(|picture| picture["caption"].clone()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        list = format!("/users/{}/pictures?limit=1&cursor={cursor}", member.user());
    }
    print(json!({"step": "list", "captions": captions}));

    let target = json!({"ownerId": member.user(), "pictureId": id, "name": "For the family"});
    let link = member.call(Method::POST, "/links", Some(&target)).await?.ok()?;
    print(json!({"step": "share", "name": link["name"]}));

    let shared = format!("/shared/{}", link["token"].as_str().unwrap_or_default());
    let opened = app.call(Method::GET, &shared, None).await?.ok()?;
    let caption = &opened["picture"]["caption"];
    print(json!({"step": "open", "kind": opened["kind"], "caption": caption}));

    let link_path = format!("/links/{}", link["id"].as_str().unwrap_or_default());
    member.call(Method::DELETE, &link_path, None).await?.ok()?;
    let answer = app.call(Method::GET, &shared, None).await?;
    print(json!({"step": "revoke", "code": answer.code}));

    member.call(Method::DELETE, &path, None).await?.ok()?;
    let answer = member.call(Method::GET, &path, None).await?;
    print(json!({"step": "delete", "code": answer.code}));
    Ok(())
}

/// Waits until a picture is ready or failed.
async fn wait_until_processed(member: &Session, path: &str) -> Result<Value, Box<dyn Error>> {
    for _ in 0..MAX_READS {
        let picture = member.call(Method::GET, path, None).await?.ok()?;
        if picture["state"] == "ready" || picture["state"] == "failed" {
            return Ok(picture);
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Err("the picture is not ready in time".into())
}
