//! The throughput of large files, compared with boto3.

use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use end_to_end::cloud;
use end_to_end::command_line::Computer;
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::wait;
use local::workspace;

/// The number of files by their megabytes.
const FILES: [(u32, usize); 3] = [(10, 16), (16, 8), (40, 4)];
const ROUNDS: usize = 7;
/// The functions that process an upload.
const WORKERS: [&str; 2] = ["thumbnail", "metadata"];
/// The required ratio of the median throughputs.
const MIN_RATIO: f64 = 0.9;

pub async fn run() {
    let root = Root::default();
    let files = Computer::new();
    let folder = files.path("large");
    fs::create_dir(&folder).unwrap();
    for (megabytes, count) in FILES {
        for number in 0..count {
            super::write_large(&folder.join(format!("{megabytes}-{number}.png")), megabytes);
        }
    }
    let bytes: u64 = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    for worker in WORKERS {
        root.set_event_sources(worker, false).await;
    }
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Both orders, so that neither always follows the other.
        if round % 2 == 0 {
            own.push(measure_own(&root, &folder).await);
            peer.push(measure_peer(&folder));
        } else {
            peer.push(measure_peer(&folder));
            own.push(measure_own(&root, &folder).await);
        }
        println!("round {round}: {:.2} s, boto3 {:.2} s", own[round], peer[round]);
    }
    for worker in WORKERS {
        root.set_event_sources(worker, true).await;
    }
    let throughput = |seconds: &mut Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        bytes as f64 / 1e6 / seconds[seconds.len() / 2]
    };
    let (own, peer) = (throughput(&mut own), throughput(&mut peer));
    println!(
        "{:.0} MB in {} files, median of {ROUNDS} rounds",
        bytes as f64 / 1e6,
        FILES.map(|(_, count)| count).iter().sum::<usize>()
    );
    println!("albumen upload {own:>6.0} MB/s, start of the program included");
    println!("boto3          {peer:>6.0} MB/s, start of the program excluded");
    println!("ratio {:.2}", own / peer);
    assert!(own / peer >= MIN_RATIO, "the command line is slower than {MIN_RATIO} of boto3");
}

/// Returns the seconds of `albumen upload` by a new member. Deletes the pictures, and waits until
/// `cleanup` has deleted their objects, so that it does not run beside the next measurement.
async fn measure_own(root: &Root, folder: &Path) -> f64 {
    let member = Member::new().await;
    let computer = Computer::signed_in(&member);
    write_back();
    let start = Instant::now();
    let printed = computer.run(&["upload", folder.to_str().unwrap(), "--json"]);
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(printed.code, Some(0), "{printed:?}");
    for record in printed.records() {
        let path = format!("/pictures/{}/{}", member.id(), record["id"].as_str().unwrap());
        assert_eq!(member.delete(&path).await.code, 200);
    }
    wait::until_true("the originals are deleted", async || root.object_keys_of(member.id()).await.is_empty())
        .await;
    seconds
}

/// Returns the seconds that boto3 needs. Its program deletes the objects.
fn measure_peer(folder: &Path) -> f64 {
    let stack = cloud::stack();
    let script = workspace::path("tests/benches/command_line/peer.py");
    write_back();
    let python = env::var_os("PYTHON").map_or_else(|| workspace::local("venv/bin/python"), Into::into);
    let output = Command::new(python)
        .arg(script)
        .args([&stack.endpoint, &stack.region, &stack.media_bucket])
        .arg(folder)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Writes what earlier uploads left in the page cache to the disk, so that no later one waits for
/// it.
fn write_back() {
    assert!(Command::new("sync").status().unwrap().success());
}
