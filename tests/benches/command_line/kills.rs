//! A thousand files, killed at random points and restarted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use domain::{PART_BYTES, Sha256};
use end_to_end::command_line::Computer;
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::wait;

const FILES: usize = 1_000;
/// One file in this number is large, with three parts.
const LARGE: usize = 50;
const KILLS: usize = 20;
/// The maximum of the random time between the first request and a kill.
const MAX_LIFE: Duration = Duration::from_secs(5);
/// The time limit for the processing of all pictures.
const TIMEOUT: Duration = Duration::from_secs(1_800);

pub async fn run() {
    let (member, root) = (Member::new().await, Root::default());
    let computer = Computer::signed_in(&member);
    let folder = computer.path("pictures");
    fs::create_dir(&folder).unwrap();
    for number in 0..FILES {
        if number % LARGE == 0 {
            super::write_large(&folder.join(format!("{number:04}.png")), 12);
        } else {
            super::write_small(&folder.join(format!("{number:04}.jpg")));
        }
    }
    let hashes = hashes_of(&folder);
    assert_eq!(hashes.len(), FILES, "each file is different");
    let total: u64 = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();

    let upload = ["upload", "pictures", "--json"];
    let (start, mut kills) = (Instant::now(), 0);
    let mut sent = SentBytes::default();
    while kills < KILLS {
        let (log, was_killed) = computer.kill(&upload, ": sending ", MAX_LIFE).await;
        assert!(was_killed, "all files are uploaded after {kills} kills: {log}");
        kills += 1;
        sent.add(&log);
    }
    let last = computer.run(&[&upload[..], &["--verbose"]].concat());
    assert_eq!(last.code, Some(0), "{last:?}");
    sent.add(&last.stderr);
    let seconds = start.elapsed().as_secs_f64();
    println!("{FILES} files, {:.0} MB, {kills} kills, {seconds:.0} s", total as f64 / 1e6);
    let originals = root.object_keys_of(member.id()).await;
    let originals = originals.iter().filter(|key| key.starts_with("originals/")).count();
    println!("originals in S3: {originals}");
    assert_eq!(originals, FILES, "nothing twice, nothing missing");
    let repeated: u64 = sent.check(&folder);
    println!(
        "sent again: at most {:.1} MB, {:.1} MB for each kill (limit for each file in flight: {:.1} MB)",
        repeated as f64 / 1e6,
        repeated as f64 / 1e6 / KILLS as f64,
        PART_BYTES as f64 / 1e6
    );

    let processed = async || {
        let pictures = root.pictures_of(member.id()).await;
        pictures.iter().filter(|picture| picture.renditions.is_some()).count()
    };
    wait::within(TIMEOUT, "all pictures are processed", async || match processed().await {
        FILES => Ok(()),
        number => Err(format!("{number} pictures")),
    })
    .await;
    let export = computer.run(&["export", "export"]);
    assert_eq!(export.code, Some(0), "{export:?}");
    let exported = hashes_of(&computer.path("export"));
    assert!(hashes.is_subset(&exported), "all originals are exported byte for byte");
    println!("the exported originals equal the files");
}

/// Returns the hashes of all files below a folder.
fn hashes_of(folder: &Path) -> BTreeSet<Sha256> {
    let mut hashes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            hashes.append(&mut hashes_of(&entry.path()));
        } else {
            hashes.insert(Sha256::of(&fs::read(entry.path()).unwrap()));
        }
    }
    hashes
}

/// The bytes of the requests that were begun, by file.
#[derive(Default)]
struct SentBytes(BTreeMap<String, FileBytes>);

#[derive(Default)]
struct FileBytes {
    sent: u64,
    /// The number of processes that sent something of the file.
    processes: u64,
}

impl SentBytes {
    /// Adds what one process sent, from lines such as `a.jpg: sending part 1 of 3, 5242880 bytes`.
    fn add(&mut self, log: &str) {
        let mut files = BTreeSet::new();
        for line in log.lines() {
            let Some((file, request)) = line.split_once(": sending ") else { continue };
            let bytes = request.rsplit_once(", ").unwrap().1.trim_end_matches(" bytes");
            let entry = self.0.entry(file.to_owned()).or_default();
            entry.sent += bytes.parse::<u64>().unwrap();
            entry.processes += u64::from(files.insert(file.to_owned()));
        }
    }

    /// Asserts the limit of each file: one part for each process but the last. Returns the sum.
    fn check(&self, folder: &Path) -> u64 {
        let repeated = self.0.iter().map(|(file, FileBytes { sent, processes })| {
            let length = fs::metadata(folder.parent().unwrap().join(file)).unwrap().len();
            let (repeated, limit) = (sent - length, (processes - 1) * PART_BYTES);
            assert!(repeated <= limit, "{file}: {repeated} bytes sent again by {processes} processes");
            repeated
        });
        repeated.sum()
    }
}
