//! Uploads by the command line: nothing is uploaded twice and nothing is missing, also after kills.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use domain::{PictureState, Visibility};
use end_to_end::command_line::Computer;
use end_to_end::people::Member;
use end_to_end::pictures::{Shot, png, unique_file};
use end_to_end::root::Root;
use end_to_end::{wait, wire};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};

/// The number of small pictures in the folder of [`folder_of_pictures`].
const SMALL: usize = 20;

/// Returns a PNG of random pixels, about 12 MB long, so that it has three parts.
fn large_file() -> Vec<u8> {
    let pixels = |_, _| Rgb(fastrand::u32(..).to_le_bytes()[..3].try_into().unwrap());
    png(&RgbImage::from_fn(2000, 2000, pixels), &Shot::default()).bytes
}

/// Creates a folder of small pictures and two large ones.
fn folder_of_pictures(computer: &Computer) -> PathBuf {
    let folder = computer.path("pictures");
    fs::create_dir_all(folder.join("below")).unwrap();
    for number in 0..SMALL {
        fs::write(folder.join(format!("{number:02}.jpg")), unique_file().bytes).unwrap();
    }
    fs::write(folder.join("large.png"), large_file()).unwrap();
    fs::write(folder.join("below/large.png"), large_file()).unwrap();
    folder
}

/// Returns the field `status` of each record, by the field `file`.
fn statuses(records: &[Value]) -> Vec<(&str, &str)> {
    let mut all: Vec<_> = records
        .iter()
        .map(|record| (record["file"].as_str().unwrap(), record["status"].as_str().unwrap()))
        .collect();
    all.sort_unstable();
    all
}

fn count(records: &[Value], status: &str) -> usize {
    records.iter().filter(|record| record["status"] == status).count()
}

/// Returns the number of originals that S3 has of a member.
async fn count_originals(root: &Root, member: &Member) -> usize {
    let keys = root.object_keys_of(member.id()).await;
    keys.iter().filter(|key| key.starts_with("originals/")).count()
}

/// Reads the pictures of a member when all are ready.
async fn until_ready(member: &Member, number: usize) -> Vec<Value> {
    let ready = async || {
        let all = member.read_all(&format!("/users/{}/pictures", member.id()), 100).await;
        all.into_iter().filter(|picture| picture["state"] == "ready").collect::<Vec<_>>()
    };
    wait::until_equal("all pictures are ready", &number, async || ready().await.len()).await;
    ready().await
}

#[tokio::test]
async fn a_killed_upload_continues_without_gaps_and_repetitions() {
    let (member, root) = (Member::new().await, Root::default());
    let computer = Computer::signed_in(&member);
    let folder = folder_of_pictures(&computer);
    let upload = ["upload", "pictures", "--recursive", "--json"];
    for _ in 0..2 {
        let (log, was_killed) = computer.kill(&upload, ": sending ", Duration::from_millis(300)).await;
        assert!(was_killed, "{log}");
    }
    let printed = computer.run(&upload);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let records = printed.records();
    let number = SMALL + 2;
    assert_eq!(records.len(), number, "{printed:?}");
    assert_eq!(count(&records, "uploaded") + count(&records, "duplicate"), number, "{printed:?}");
    assert_eq!(count_originals(&root, &member).await, number);

    let pictures = until_ready(&member, number).await;
    let mut originals = BTreeSet::new();
    for picture in &pictures {
        originals.insert(wire::get(picture["original"]["url"].as_str().unwrap()).await.bytes.to_vec());
    }
    let files = fs::read_dir(&folder).unwrap().chain(fs::read_dir(folder.join("below")).unwrap());
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let files: BTreeSet<_> = files.map(|path| fs::read(path).unwrap()).collect();
    assert!(originals == files, "the originals equal the files");

    let again = computer.run(&upload);
    assert_eq!((again.code, count(&again.records(), "duplicate")), (Some(0), number), "{again:?}");
    // Another computer has no journal. The server knows the files.
    let other = Computer::signed_in(&member);
    let path = folder.to_str().unwrap();
    let other = other.run(&["upload", path, "--recursive", "--json"]);
    assert_eq!((other.code, count(&other.records(), "duplicate")), (Some(0), number), "{other:?}");
    assert_eq!(count_originals(&root, &member).await, number);
}

#[tokio::test]
async fn says_what_happened_to_each_file() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    let folder = computer.path("pictures");
    fs::create_dir_all(folder.join("below")).unwrap();
    let picture = unique_file();
    fs::write(folder.join("a.jpg"), &picture.bytes).unwrap();
    fs::write(folder.join("copy of a.png"), &picture.bytes).unwrap();
    fs::write(folder.join("empty.jpg"), "").unwrap();
    fs::write(folder.join("notes.jpg"), "not a picture").unwrap();
    fs::write(folder.join(".hidden.jpg"), unique_file().bytes).unwrap();
    fs::write(folder.join("below/b.jpg"), unique_file().bytes).unwrap();
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(folder.join("large.jpg"))
        .unwrap()
        .set_len(50_000_001)
        .unwrap();

    let dry = computer.run(&["upload", "pictures", "--dry-run", "--json"]);
    assert_eq!(dry.records().iter().filter(|record| record["id"] != Value::Null).count(), 0, "{dry:?}");
    let printed = computer.run(&["upload", "pictures", "--visibility", "friends", "--json"]);
    assert_eq!(printed.code, Some(1), "{printed:?}");
    let records = printed.records();
    let expected = [
        ("pictures/a.jpg", "uploaded"),
        ("pictures/copy of a.png", "duplicate"),
        ("pictures/empty.jpg", "failed"),
        ("pictures/large.jpg", "failed"),
        ("pictures/notes.jpg", "failed"),
    ];
    assert_eq!(statuses(&records), expected);
    assert_eq!(statuses(&dry.records()), expected);
    let reason = |file: &str| {
        let record = records.iter().find(|record| record["file"] == file).unwrap();
        record["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason("pictures/notes.jpg"), "This is not a picture.");
    assert_eq!(reason("pictures/empty.jpg"), "The file is empty.");
    assert!(reason("pictures/large.jpg").contains("50 MB"), "{}", reason("pictures/large.jpg"));
    let [picture] = &until_ready(&member, 1).await[..] else { panic!("one picture") };
    assert_eq!(picture["visibility"], json!(Visibility::Friends));

    let people = computer.run(&["upload", "pictures", "--no-color"]);
    assert_eq!(people.code, Some(1));
    assert!(people.stdout.contains("0 uploaded, 2 duplicates, 3 failed."), "{people:?}");
    assert!(people.stdout.contains("failed: pictures/notes.jpg: This is not a picture."), "{people:?}");
    assert!(people.stderr.contains("1 folder was not read. Use --recursive"), "{people:?}");
}

#[tokio::test]
async fn adds_new_and_known_pictures_to_an_album() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    fs::write(computer.path("a.jpg"), unique_file().bytes).unwrap();
    fs::write(computer.path("b.jpg"), unique_file().bytes).unwrap();
    assert_eq!(computer.run(&["upload", "a.jpg"]).code, Some(0));
    for _ in 0..2 {
        let printed = computer.run(&["upload", "a.jpg", "b.jpg", "--album", "Alps"]);
        assert_eq!(printed.code, Some(0), "{printed:?}");
    }
    let albums = member.read_all("/albums", 100).await;
    let [album] = &albums[..] else { panic!("one album: {albums:?}") };
    assert_eq!((&album["title"], &album["visibility"]), (&json!("Alps"), &json!("private")));
    wait::until_equal("the album has both", &2, async || {
        member.read_all(&format!("/albums/{}/pictures", album["id"].as_str().unwrap()), 100).await.len()
    })
    .await;
    let failed = computer.run(&["upload", "a.jpg", "--album", "019ad2c4-0000-7000-8000-000000000001"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.stderr.contains("There is no album"), "{failed:?}");
}

#[tokio::test]
async fn a_deleted_picture_is_uploaded_again_and_a_failed_one_is_not() {
    let (member, root) = (Member::new().await, Root::default());
    let computer = Computer::signed_in(&member);
    fs::write(computer.path("a.jpg"), unique_file().bytes).unwrap();
    // The signature of a JPEG, without the rest.
    fs::write(
        computer.path("broken.jpg"),
        [&[0xff, 0xd8, 0xff, 0xe0][..], &unique_file().bytes[20..90]].concat(),
    )
    .unwrap();
    let printed = computer.run(&["upload", "a.jpg", "broken.jpg", "--wait", "--json"]);
    assert_eq!(
        statuses(&printed.records()),
        [("a.jpg", "uploaded"), ("broken.jpg", "failed")],
        "{printed:?}"
    );
    let printed = computer.run(&["upload", "broken.jpg", "--json"]);
    assert_eq!((printed.code, count(&printed.records(), "failed")), (Some(1), 1), "{printed:?}");

    let pictures = root.pictures_of(member.id()).await;
    let ready = pictures.iter().find(|picture| picture.state() == PictureState::Ready).unwrap();
    assert_eq!(member.delete(&format!("/pictures/{}", ready.key)).await.code, 200);
    let printed = computer.run(&["upload", "a.jpg", "--json"]);
    assert_eq!(statuses(&printed.records()), [("a.jpg", "uploaded")], "{printed:?}");
}

#[tokio::test]
async fn watches_a_folder_until_it_is_stopped() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    let folder = computer.path("camera");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("before.jpg"), unique_file().bytes).unwrap();
    let mut command = computer.command(&["watch", "camera", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until_ready(&member, 1).await;
    let locked = computer.run(&["upload", "camera"]);
    assert_eq!(locked.code, Some(1));
    assert!(locked.stderr.contains("Another `albumen upload`"), "{locked:?}");

    // A slow writer: the picture is uploaded once, when it is complete.
    let picture = unique_file().bytes;
    let mut file = fs::File::create(folder.join("slow.jpg")).unwrap();
    for half in picture.chunks(picture.len() / 2 + 1) {
        file.write_all(half).unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    drop(file);
    fs::write(folder.join("downloaded.jpg.part"), unique_file().bytes).unwrap();
    fs::rename(folder.join("downloaded.jpg.part"), folder.join("downloaded.jpg")).unwrap();
    until_ready(&member, 3).await;
    let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout} {stderr}");
    let records: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = ["before.jpg", "downloaded.jpg", "slow.jpg"].map(|name| format!("camera/{name}"));
    assert_eq!(statuses(&records), expected.each_ref().map(|file| (file.as_str(), "uploaded")));
}
