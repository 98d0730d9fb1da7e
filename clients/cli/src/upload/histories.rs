//! Random histories: runs that are killed at any point, against a server whose replies get lost.
//! Nothing is uploaded twice, nothing is missing, and one part of each file at most is sent again.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use client::Session;
use domain::{PART_BYTES, Visibility};
use futures_util::future;
use futures_util::stream::{self, StreamExt};
use tempfile::tempdir;
use tokio::time::{sleep, timeout};

use super::engine::{Engine, Outcome};
use super::item::Item;
use super::journal::Journal;
use super::stop::Stop;
use super::summary::Summary;
use super::test_server::{serve, sign_in};
use super::walk::Found;
use super::{ALBUM_INTERVAL, upload_all};
use crate::arguments::OutputArguments;
use crate::output::Output;

const KILLS: usize = 25;
/// The range of the random life of a process (milliseconds).
const LIFE_MS: std::ops::Range<u64> = 5..120;

/// Writes files of these lengths, and returns their items.
fn write_files(folder: &Path, lengths: &[u64]) -> Vec<Item> {
    let write = |(number, length): (usize, &u64)| {
        let path = folder.join(format!("{number:02}.jpg"));
        let mut bytes = vec![u8::try_from(number).unwrap(); usize::try_from(*length).unwrap()];
        bytes[..3].copy_from_slice(b"\xff\xd8\xff");
        fs::write(&path, bytes).unwrap();
        Item::of_path(&path)
    };
    lengths.iter().enumerate().map(write).collect()
}

/// Uploads items in one process, and returns the results.
async fn upload(session: &Session, state: &Path, items: &[Item]) -> Vec<(String, Outcome)> {
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let journal = loop {
        match Journal::open(state, session.user()) {
            Ok(journal) => break journal,
            // A thread of the killed process still writes its last line.
            Err(_) => sleep(Duration::from_millis(1)).await,
        }
    };
    let mut engine = Engine::new(session, journal, &output);
    engine.jobs = 3;
    let results = std::cell::RefCell::new(Vec::new());
    let report = async |item: Item, outcome: Outcome| results.borrow_mut().push((item.name, outcome));
    engine.upload(stream::iter(items.to_vec()), report).await;
    results.into_inner()
}

#[tokio::test]
async fn kills_at_random_points_lose_and_repeat_nothing() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let lengths: Vec<_> = (0..12).map(|_| fastrand::u64(100..2_000)).collect();
    let lengths = [&lengths[..], &[PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 5, 3 * PART_BYTES]].concat();
    let items = write_files(folder.path(), &lengths);
    let session = sign_in(&address).await;
    let mut kills = 0;
    for _ in 0..KILLS {
        // Dropping the future ends every request at once, as a kill does.
        let life = Duration::from_millis(fastrand::u64(LIFE_MS));
        if timeout(life, upload(&session, state.path(), &items)).await.is_err() {
            // Beside the test and the listener, each request has the server.
            kills += u32::from(Arc::strong_count(&server) > 2);
        }
        // The server still handles requests of the killed process.
        while Arc::strong_count(&server) > 2 {
            sleep(Duration::from_millis(1)).await;
        }
        for (picture, bytes) in std::mem::take(&mut server.lock().unwrap().repeated) {
            assert!(bytes <= PART_BYTES, "{picture}: {bytes} bytes sent again by one process");
        }
    }
    assert!(kills > 0, "no kill hit a request");
    let results = upload(&session, state.path(), &items).await;
    assert_eq!(results.len(), items.len());
    let is_there = |outcome: &Outcome| matches!(outcome, Outcome::Uploaded(_) | Outcome::Duplicate(_));
    assert!(results.iter().all(|(_, outcome)| is_there(outcome)), "{results:?}");

    let server = server.lock().unwrap();
    let mut originals: Vec<_> =
        server.pictures.values().filter_map(|picture| picture.original.clone()).collect();
    let mut files: Vec<_> = items.iter().map(|item| fs::read(&item.name).unwrap()).collect();
    originals.sort();
    files.sort();
    assert!(originals == files, "{} originals of {} files", originals.len(), files.len());
    assert!(server.repeated.values().all(|bytes| *bytes <= PART_BYTES), "{:?}", server.repeated);
}

#[tokio::test]
async fn equal_files_are_uploaded_once() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let [item] = &write_files(folder.path(), &[500])[..] else { panic!("one item") };
    let copy = folder.path().join("copy.jpg");
    fs::copy(&item.name, &copy).unwrap();
    let session = sign_in(&address).await;
    let mut results = upload(&session, state.path(), &[item.clone(), Item::of_path(&copy)]).await;
    results.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(matches!(results[..], [(_, Outcome::Uploaded(_)), (_, Outcome::Duplicate(_))]), "{results:?}");
    assert_eq!(server.lock().unwrap().pictures.len(), 1);
}

#[tokio::test]
async fn a_watch_adds_pictures_to_its_album_while_it_runs() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500]);
    let session = sign_in(&address).await;
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let summary = Summary::of_watch(&output);
    let found = stream::iter(items).map(Found::File).chain(stream::pending());
    let run = upload_all(&engine, found, Some("Alps"), &summary);
    let until_added = async {
        while server.lock().unwrap().albums.values().all(|album| album.added.is_empty()) {
            sleep(Duration::from_millis(10)).await;
        }
        engine.retry.stop.set(None);
    };
    let both = timeout(2 * ALBUM_INTERVAL, future::join(run, until_added)).await;
    both.expect("the picture is in the album").0.unwrap();
}

#[tokio::test]
async fn a_stopped_run_starts_nothing() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500, 600]);
    let session = sign_in(&address).await;
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let stop: &Stop = &engine.retry.stop;
    stop.set(None);
    engine.upload(stream::iter(items), async |_, _| panic!("no result")).await;
    assert!(server.lock().unwrap().pictures.is_empty());
}

#[tokio::test]
async fn an_import_adds_pictures_to_albums_but_no_private_ones() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500, 600]);
    let [shown, archived] = &items[..] else { panic!("two items") };
    let taken_at = "2020-09-20T10:12:07Z".parse().ok();
    let shown = Item { albums: vec!["Oslo".into()], taken_at, ..shown.clone() };
    let archived =
        Item { albums: vec!["Oslo".into()], visibility: Some(Visibility::Private), ..archived.clone() };
    // The copy in the folder of an album has no facts.
    let copy = Item { visibility: None, ..archived.clone() };
    // A picture without its facts is added, too.
    server.lock().unwrap().refuses_changes = true;
    let session = sign_in(&address).await;
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let summary = Summary::new(&output, false, false);
    let found = stream::iter([shown, archived, copy]).map(Found::File);
    upload_all(&engine, found, Some("Alps"), &summary).await.unwrap();
    let server = server.lock().unwrap();
    let shown = server.pictures.iter().find(|(_, picture)| picture.original.as_ref().unwrap().len() == 500);
    for album in server.albums.values() {
        assert_eq!(album.added, [shown.unwrap().0.clone()], "{}", album.title);
    }
    assert_eq!(server.albums.len(), 2);
}

#[tokio::test]
async fn a_wait_includes_duplicates_that_are_not_processed() {
    let (server, address) = serve().await;
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let items = write_files(folder.path(), &[500]);
    let session = sign_in(&address).await;
    upload(&session, state.path(), &items).await;
    // The second run reads it twice before it waits.
    server.lock().unwrap().pictures.values_mut().for_each(|picture| picture.processed_after = 4);
    let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
    let engine = Engine::new(&session, Journal::open(state.path(), session.user()).unwrap(), &output);
    let summary = Summary::new(&output, false, true);
    upload_all(&engine, stream::iter(items).map(Found::File), None, &summary).await.unwrap();
    assert!(server.lock().unwrap().pictures.values().all(|picture| picture.processed_after == 0));
}
