//! The way in and out: an import of a Google Photos export, and the export of all originals.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{Sha256, Visibility};
use end_to_end::command_line::{Computer, Printed};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::{File, Shot, photograph, quarters, unique_file};
use end_to_end::wait;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const YEAR: &str = "Takeout/Google Photos/Photos from 2020";
const OSLO: &str = "Takeout/Google Photos/Oslo";
const SEA: &str = "Takeout/Google Photos/Bergen _amp_ sea";
/// The time of all sidecars.
const TAKEN_AT: &str = "2020-09-20T10:12:07Z";

fn write_zip(path: &Path, files: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn sidecar(title: &str, caption: &str) -> Vec<u8> {
    let time = json!({"timestamp": "1600596727", "formatted": "Sep 20, 2020, 10:12:07 AM UTC"});
    json!({"title": title, "description": caption, "photoTakenTime": time}).to_string().into_bytes()
}

fn album(title: &str) -> Vec<u8> {
    json!({"title": title, "access": "protected", "date": {"timestamp": "1"}}).to_string().into_bytes()
}

/// Writes an export with two parts, two albums and ten pictures, one of which has its own time.
fn write_takeout(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut pictures = BTreeMap::new();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for number in 0..9 {
        let name = format!("IMG_{number}.jpg");
        let bytes = unique_file().bytes;
        first.push((format!("{YEAR}/{name}"), bytes.clone()));
        let json = sidecar(&name, &format!("Caption {number} &amp; more"));
        second.push((format!("{YEAR}/{name}.supplemental-metadata.json"), json.clone()));
        if number < 6 {
            let folder = if number < 3 { OSLO } else { SEA };
            second.push((format!("{folder}/{name}"), bytes.clone()));
            first.push((format!("{folder}/{name}.supplemental-meta.json"), json));
        }
        pictures.insert(format!("Caption {number} & more"), bytes);
    }
    let dated = photograph(&quarters(96, 64), &Shot::default()).bytes;
    first.push((format!("{YEAR}/DSC_1.jpg"), dated.clone()));
    first.push((format!("{YEAR}/DSC_1.jpg.json"), sidecar("DSC_1.jpg", "With a time")));
    pictures.insert("With a time".into(), dated);
    first.push((format!("{YEAR}/film.mp4"), b"video".to_vec()));
    first.push((format!("{OSLO}/metadata.json"), album("Oslo")));
    second.push((format!("{SEA}/metadata.json"), album("Bergen &amp; sea")));
    fs::create_dir(folder).unwrap();
    write_zip(&folder.join("takeout-001.zip"), &first);
    write_zip(&folder.join("takeout-002.zip"), &second);
    pictures
}

async fn pictures_of(member: &Member) -> Vec<Value> {
    member.read_all(&format!("/users/{}/pictures", member.id()), 100).await
}

/// Reads the captions of the pictures in each album.
async fn captions_by_album(member: &Member) -> BTreeMap<String, BTreeSet<String>> {
    let mut albums = BTreeMap::new();
    for album in member.read_all("/albums", 100).await {
        let path = format!("/albums/{}/pictures", album["id"].as_str().unwrap());
        let captions = member.read_all(&path, 100).await.into_iter().map(|picture| text(&picture["caption"]));
        assert_eq!(albums.insert(text(&album["title"]), captions.collect()), None);
    }
    albums
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Counts the records by their field `status`.
fn count_statuses(printed: &Printed) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in printed.records() {
        *counts.entry(text(&record["status"])).or_default() += 1;
    }
    counts
}

fn counts<const N: usize>(counts: [(&str, usize); N]) -> BTreeMap<String, usize> {
    counts.into_iter().map(|(status, count)| (status.to_owned(), count)).collect()
}

#[tokio::test]
async fn imports_a_google_photos_export_despite_a_kill() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    let files = write_takeout(&computer.path("takeout"));
    let import = ["upload", "--json", "--from-takeout", "takeout"];
    let (log, was_killed) = computer.kill(&import, ": sending ", Duration::from_millis(300)).await;
    assert!(was_killed, "{log}");
    let printed = computer.run(&import);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert_eq!(printed.records().len(), 17, "{printed:?}");

    let all_ready = async || {
        let pictures = pictures_of(&member).await;
        pictures.iter().filter(|picture| picture["state"] == "ready").count()
    };
    wait::until_equal("all pictures are ready", &10, all_ready).await;
    // A kill can leave a registered picture, which is deleted after a day.
    let mut pictures = pictures_of(&member).await;
    pictures.retain(|picture| picture["state"] == "ready");
    let captions: BTreeSet<_> = pictures.iter().map(|picture| text(&picture["caption"])).collect();
    assert_eq!(captions, files.keys().cloned().collect());
    for picture in &pictures {
        let own = if picture["caption"] == "With a time" { "2024-06-01T14:30:00+02:00" } else { TAKEN_AT };
        assert_eq!(picture["takenAt"], own, "{picture}");
    }
    let numbered = |numbers: std::ops::Range<u8>| -> BTreeSet<String> {
        numbers.map(|number| format!("Caption {number} & more")).collect()
    };
    let expected = [("Bergen & sea", numbered(3..6)), ("Oslo", numbered(0..3))];
    let expected: BTreeMap<_, _> = expected.into_iter().map(|(title, all)| (title.to_owned(), all)).collect();
    assert_eq!(captions_by_album(&member).await, expected);

    // A repeated import keeps what the owner changed, and adds what is missing.
    let [changed, missing] = [key_of(&pictures[0]), key_of(&pictures[1])];
    member.patch(&format!("/pictures/{changed}"), &json!({"caption": "Mine"})).await.ok().unwrap();
    member
        .patch(&format!("/pictures/{missing}"), &json!({"caption": null, "takenAt": null}))
        .await
        .ok()
        .unwrap();
    let printed = computer.run(&import);
    assert_eq!(
        (printed.code, count_statuses(&printed)),
        (Some(0), counts([("duplicate", 16), ("skipped", 1)])),
        "{printed:?}"
    );
    assert_eq!(member.get(&format!("/pictures/{changed}")).await.data["caption"], "Mine");
    let again = member.get(&format!("/pictures/{missing}")).await.data;
    assert_eq!(again["caption"], pictures[1]["caption"]);
    let for_people = computer.run(&import[..1].iter().chain(&import[2..]).copied().collect::<Vec<_>>());
    assert!(for_people.stdout.contains("1 video, because Albumen has no videos"), "{for_people:?}");
}

/// Returns the bytes of each exported file by the id of its picture. Checks the sidecars.
fn read_export(folder: &Path, printed: &Printed) -> BTreeMap<String, Vec<u8>> {
    let records = printed.records();
    let exported = records.iter().filter(|record| record["file"].is_string());
    let read = |record: &Value| {
        let path = folder.join(text(&record["file"]));
        let bytes = fs::read(&path).unwrap();
        let sidecar = read_sidecar(&path);
        assert_eq!(sidecar["id"], record["id"]);
        assert_eq!(sidecar["sha256"], Sha256::of(&bytes).as_str());
        assert!(!sidecar.to_string().contains("://"), "{sidecar}");
        (text(&record["id"]), bytes)
    };
    exported.map(read).collect()
}

fn read_sidecar(picture: &Path) -> Value {
    let mut path = picture.as_os_str().to_owned();
    path.push(".json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Returns all paths below a folder with the time of their last change, without the lock.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, std::time::SystemTime> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(snapshot(&path)),
            false if path.ends_with(".albumen.lock") => {}
            false => drop(files.insert(path.clone(), fs::metadata(&path).unwrap().modified().unwrap())),
        }
    }
    files
}

#[tokio::test]
async fn exports_every_original_and_only_what_is_new() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    let mut originals = BTreeMap::new();
    let damaged = File { content_type: "image/jpeg", bytes: b"no picture".to_vec() };
    for file in (0..6).map(|_| unique_file()).chain([damaged]) {
        let key = member.upload(&file, Visibility::Private).await;
        member.until_processed(key).await;
        originals.insert(key.picture_id.to_string(), file.bytes);
    }
    member.register(&unique_file(), Visibility::Private).await;
    let ids: Vec<_> = originals.keys().cloned().collect();
    let album = member.post("/albums", &json!({"title": "Oslo"})).await.ok().unwrap();
    let path = |id: &str| format!("{}/{id}", member.id());
    let in_album = format!("/albums/{}/pictures/{}", album["id"].as_str().unwrap(), path(&ids[0]));
    member.put(&in_album, &json!({})).await.ok().unwrap();

    let export = ["export", "out", "--json"];
    // A fast export can end before the kill.
    computer.kill(&export, "exported: ", Duration::from_millis(50)).await;
    let printed = computer.run(&export);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let folder = computer.path("");
    assert_eq!(read_export(&folder, &printed), originals);
    let files = snapshot(&computer.path("out"));
    assert_eq!(files.len(), 2 * originals.len(), "{files:?}");
    let file_of = |printed: &Printed, id: &str| {
        let records = printed.records();
        folder.join(text(&records.iter().find(|record| record["id"] == *id).unwrap()["file"]))
    };
    let first = file_of(&printed, &ids[0]);
    assert_eq!(read_sidecar(&first)["albums"], json!([{"id": album["id"], "title": "Oslo"}]));

    let printed = computer.run(&export);
    assert_eq!(
        (printed.code, count_statuses(&printed)),
        (Some(0), counts([("skipped", 1), ("unchanged", 7)]))
    );
    assert_eq!(snapshot(&computer.path("out")), files, "nothing is written again");

    member.patch(&format!("/pictures/{}", path(&ids[0])), &json!({"caption": "New"})).await.ok().unwrap();
    member.delete(&format!("/pictures/{}", path(&ids[1]))).await.ok().unwrap();
    let missing = file_of(&printed, &ids[2]);
    fs::remove_file(&missing).unwrap();
    let in_the_way = file_of(&printed, &ids[3]);
    fs::write(&in_the_way, "edited").unwrap();
    let printed = computer.run(&export);
    let expected = counts([("exported", 2), ("failed", 1), ("skipped", 1), ("unchanged", 3)]);
    assert_eq!((printed.code, count_statuses(&printed)), (Some(1), expected), "{printed:?}");
    assert_eq!(file_of(&printed, &ids[0]), first, "the name stays the same");
    assert_eq!(read_sidecar(&first)["caption"], "New");
    assert_eq!(fs::read(&missing).unwrap(), originals[&ids[2]]);
    assert_eq!(fs::read_to_string(&in_the_way).unwrap(), "edited", "no file of the person is replaced");

    fs::remove_file(&in_the_way).unwrap();
    let printed = computer.run(&["export", "out"]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert_eq!(printed.stdout, "1 exported, 5 unchanged, 0 failed.\n");
    assert!(printed.stderr.contains("1 picture in the folder no longer exists"), "{printed:?}");
    assert_eq!(fs::read(&in_the_way).unwrap(), originals[&ids[3]]);
}

#[tokio::test]
async fn says_why_nothing_is_exported_or_imported() {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    fs::write(computer.path("file"), "text").unwrap();
    for (arguments, sentence) in [
        (&["export", "file"][..], "file is not a folder"),
        (&["export", "/proc/out"], "Cannot create /proc/out"),
        (&["upload", "--from-takeout", "nowhere"], "Cannot read nowhere"),
        (&["upload", "--from-takeout", "file"], "file is not a ZIP archive"),
        (&["upload", "--from-takeout", "."], "contains no Google Photos export"),
    ] {
        let printed = computer.run(arguments);
        assert_eq!(printed.code, Some(1), "{arguments:?}: {printed:?}");
        let last = printed.stderr.lines().last().unwrap();
        assert!(last.starts_with("error: ") && last.contains(sentence), "{arguments:?}: {printed:?}");
    }
    assert_eq!(computer.run(&["upload", "--from-takeout", "a.zip", "--recursive"]).code, Some(2));
}
