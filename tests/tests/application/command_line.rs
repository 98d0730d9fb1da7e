//! The base commands of the command line: sign-in, lists, downloads, links, deletions, and what a
//! person reads when something is wrong.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use domain::Visibility;
use end_to_end::cloud;
use end_to_end::command_line::{Computer, Printed};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// The file of the session.
const TOKEN: &str = ".local/state/albumen/refresh-token";

fn sign_in(computer: &Computer, email: &str, password: &str) -> Printed {
    let site = &cloud::stack().site;
    let login = ["login", "--json", "--site", site, "--email", email, "--password-stdin"];
    computer.run_with_input(&login, password)
}

/// Asserts that a command fails with this exit code and sentence.
fn assert_fails(printed: &Printed, code: i32, sentence: &str) {
    assert_eq!(printed.code, Some(code), "{printed:?}");
    assert_eq!(printed.stderr.trim_end(), format!("error: {sentence}"));
    assert_eq!(printed.stdout, "");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_member_signs_in_and_out() {
    let (member, computer) = (Member::new().await, Computer::new());
    let printed = sign_in(&computer, &member.email, &format!("{}\n", member.password));
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let handle = member.profile()["handle"].clone();
    let expected = json!({
        "site": cloud::stack().site, "email": member.email, "handle": handle, "userId": member.id(),
        "tokens": "file",
    });
    assert_eq!(printed.records(), [expected]);

    let token = computer.path(TOKEN);
    assert_eq!((mode(&token), mode(token.parent().unwrap())), (0o600, 0o700));
    let account = computer.path(".config/albumen/account.json");
    assert_eq!((mode(&account), mode(account.parent().unwrap())), (0o600, 0o700));
    let session = fs::read_to_string(&token).unwrap();
    let (secret, _) = session.split_once('\n').unwrap();
    let account = fs::read_to_string(&account).unwrap();
    assert!(!account.contains(secret) && !account.contains(&member.password));

    let whoami = computer.run(&["whoami", "--json"]).records();
    let [whoami] = &whoami[..] else { panic!("{whoami:?}") };
    assert_eq!((&whoami["handle"], &whoami["usage"]["pictures"]), (&handle, &json!(0)));
    let verbose = computer.run(&["whoami", "--verbose"]);
    assert!(verbose.stdout.contains(&format!("(@{})", handle.as_str().unwrap())), "{verbose:?}");
    assert!(!verbose.stdout.contains(secret) && !verbose.stderr.contains(secret));

    let printed = computer.run(&["logout", "--json"]);
    assert_eq!((printed.code, printed.records()), (Some(0), vec![json!({"signedOut": true})]));
    assert!(!token.exists());
    let signed_out = "You are not signed in. Run `albumen login --site URL` first.";
    assert_fails(&computer.run(&["whoami"]), 1, signed_out);
    // The site has ended the session, too.
    sign_in(&computer, &member.email, &member.password);
    fs::write(&token, &session).unwrap();
    assert_fails(&computer.run(&["whoami"]), 1, "Your session has ended. Run `albumen login` again.");
}

#[tokio::test]
async fn a_wrong_sign_in_has_a_reason() {
    let (member, computer) = (Member::new().await, Computer::new());
    let site = &cloud::stack().site;
    let login =
        |arguments: &[&str]| computer.run_with_input(&[&["login"][..], arguments].concat(), "wrong horse");
    let wrong = "The e-mail address or the password is wrong. Try again.";
    let credentials = ["--email", &member.email, "--password-stdin"];
    assert_fails(&login(&[&["--site", site][..], &credentials].concat()), 1, wrong);
    let unknown = ["--site", site, "--email", "nobody@example.com", "--password-stdin"];
    assert_fails(&login(&unknown), 1, wrong);
    assert_fails(
        &login(&[&["--site", "http://localhost:9/", "--quiet"][..], &credentials].concat()),
        1,
        "Cannot reach localhost. Check your network connection and try again.",
    );
    // The endpoint of the local cloud is a server without `config.json`.
    let other = format!("{}/", cloud::stack().endpoint);
    assert_fails(
        &login(&[&["--site", &other][..], &credentials].concat()),
        1,
        &format!("{other} is not a site of Albumen. Check its address."),
    );
    assert_fails(
        &login(&[&["--site", "http://example.com"][..], &credentials].concat()),
        2,
        "http://example.com/ is not encrypted. Write it with https://.",
    );
    assert_fails(&login(&credentials), 2, "Add `--site URL` with the address of the site.");
    assert_fails(
        &login(&["--site", site, "--email", &member.email]),
        2,
        "Add `--password-stdin`: there is no terminal to ask for the password.",
    );
    assert!(!computer.path(TOKEN).exists());

    let usage = computer.run(&["list", "--no-such-option"]);
    assert_eq!(usage.code, Some(2));
    let json = computer.run(&["list", "--json"]);
    assert_eq!((json.code, json.stdout.as_str()), (Some(1), ""));
    let error: Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(error, json!({"error": "You are not signed in. Run `albumen login --site URL` first."}));
}

#[tokio::test]
async fn a_session_that_others_can_read_is_not_used() {
    let (member, computer) = (Member::new().await, Computer::new());
    sign_in(&computer, &member.email, &member.password);
    let token = computer.path(TOKEN);
    fs::set_permissions(&token, Permissions::from_mode(0o644)).unwrap();
    let printed = computer.run(&["whoami"]);
    assert_eq!(printed.code, Some(1));
    assert!(printed.stderr.starts_with("error: Other people can read your session in "), "{printed:?}");
    // A new sign-in replaces the file, and ends the former session.
    let session = fs::read_to_string(&token).unwrap();
    assert_eq!(sign_in(&computer, &member.email, &member.password).code, Some(0));
    assert_eq!(mode(&token), 0o600);
    let ended = "Your session has ended. Run `albumen login` again.";
    fs::write(&token, &session).unwrap();
    assert_fails(&computer.run(&["whoami"]), 1, ended);
    // So does a sign-out.
    sign_in(&computer, &member.email, &member.password);
    let session = fs::read_to_string(&token).unwrap();
    fs::set_permissions(&token, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(computer.run(&["logout"]).code, Some(0));
    sign_in(&computer, &member.email, &member.password);
    fs::write(&token, &session).unwrap();
    assert_fails(&computer.run(&["whoami"]), 1, ended);
}

#[tokio::test]
async fn a_member_lists_downloads_shares_and_deletes() {
    let member = Member::new().await;
    let file = unique_file();
    let picture = member.share(&file, Visibility::Private).await;
    let id = picture["id"].as_str().unwrap();
    let computer = Computer::signed_in(&member);

    let album = computer.run(&["album", "create", "Oslo", "--json"]).records();
    let album = album[0]["id"].as_str().unwrap().to_owned();
    let added = member.put(&format!("/albums/{album}/pictures/{}", key_of(&picture)), &json!({})).await;
    assert_eq!(added.code, 200, "{added:?}");
    let albums = computer.run(&["album", "list"]);
    assert!(albums.stdout.contains(&album) && albums.stdout.contains("Oslo"), "{albums:?}");
    for arguments in [&["list", "--json"][..], &["list", "--json", "--album", "Oslo"]] {
        let listed = computer.run(arguments);
        assert_eq!(listed.records().iter().map(|picture| &picture["id"]).collect::<Vec<_>>(), [id]);
    }
    assert!(computer.run(&["list"]).stdout.contains(id));
    assert_eq!(computer.run(&["list", "--limit", "0", "--json"]).records(), [Value::Null; 0]);
    assert_fails(
        &computer.run(&["list", "--album", "Bergen"]),
        1,
        "There is no album Bergen. `albumen album list` lists your albums.",
    );

    let downloaded = computer.run(&["download", id]);
    assert_eq!(downloaded.code, Some(0), "{downloaded:?}");
    assert_eq!(fs::read(computer.path(downloaded.stdout.trim_end())).unwrap(), file.bytes);
    let into_file = computer.run(&["download", id, "--output", "a.jpg", "--json"]);
    assert_eq!(into_file.records(), [json!({"id": id, "file": "a.jpg", "status": "downloaded"})]);
    let nowhere = computer.run(&["download", id, "--output", "none/a.jpg"]);
    symlink("a.jpg", computer.path("link.jpg")).unwrap();
    let to_link = computer.run(&["download", id, "--output", "link.jpg"]);
    assert_fails(&to_link, 1, "link.jpg is not a file, so it is not replaced. Name another file.");
    assert_fails(&nowhere, 1, "Cannot write none/a.jpg, because its folder does not exist.");

    let link =
        computer.run(&["share", "Oslo", "--name", "Family", "--expires", "7d", "--upload", "--review"]);
    assert_eq!(link.code, Some(0), "{link:?}");
    let opened = reqwest::get(link.stdout.trim_end()).await.unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
    let link =
        computer.run_with_input(&["share", id, "--download", "--password-stdin", "--json"], "open sesame");
    let links = link.records();
    let [link] = &links[..] else { panic!("{link:?}") };
    assert_eq!((&link["pictureId"], &link["hasPassword"]), (&json!(id), &json!(true)));
    assert_eq!(link["rights"], json!({"download": true, "upload": false}));
    assert_fails(
        &computer.run(&["share", id, "--upload"]),
        2,
        "Visitors can only send pictures to an album. Leave out `--upload`.",
    );

    let unasked = computer.run(&["delete", id]);
    assert_fails(&unasked, 2, "Add `--yes`: there is no terminal to ask whether to delete.");
    let deleted = computer.run(&["delete", id, "--yes", "--json"]);
    assert_eq!(deleted.records(), [json!({"id": id, "status": "deleted"})]);
    let again = computer.run(&["delete", id, "--yes", "--json"]);
    assert_eq!((again.code, &again.records()[0]["status"]), (Some(1), &json!("failed")));
}

#[test]
fn prints_completions_and_manual_pages() {
    let computer = Computer::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(computer.run(&["completions", shell]).stdout.contains("password-stdin"), "{shell}");
    }
    assert!(computer.run(&["man"]).stdout.contains(".TH albumen"));
    assert_eq!(computer.run(&["man", "pages"]).code, Some(0));
    assert!(computer.path("pages/albumen-login.1").is_file());
}
