//! Renders every picture in a folder and reports time, size and memory.
//!
//! `cargo run --release -p thumbnail --example renditions -- FOLDER [--rounds N] [--out DIR]
//! [--each]`
//!
//! Prints one JSON object:
//!
//! - `threads`: always 1, because `renditions` starts no threads
//! - `pictures`: number of rendered files, independent of the number of rounds
//! - `msPerPicture`: mean time in milliseconds
//! - `bytesPerPicture`: mean size of both renditions together
//! - `peakMemoryMB`: peak memory of this process
//!
//! With `--each`, first prints one line per file: `file`, `ok`, `error`, `ms`, `width` and `height`
//! of the upright original in pixels. Refused files appear only in these lines.

use clap::Parser;
use renditions::{Rendition, Renditions, render};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

/// Renders every picture in a folder and reports time, size and memory
#[derive(Parser)]
struct Arguments {
    /// Folder of pictures, including its subfolders
    folder: PathBuf,
    /// Number of times to render each picture
    #[arg(long, default_value_t = 1)]
    rounds: u32,
    /// Folder to write the renditions to
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print one line of JSON per file
    #[arg(long)]
    each: bool,
}

#[derive(Default)]
struct Totals {
    /// Number of rendered files.
    pictures: u64,
    /// Number of renderings over all rounds.
    rendered: u64,
    /// Size of the renditions over all rounds.
    bytes: usize,
    /// Time over all rounds, in milliseconds.
    ms: f64,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let mut totals = Totals::default();
    for round in 0..arguments.rounds {
        for file in files(&arguments.folder)? {
            render_file(&arguments, &file, round == 0, &mut totals)?;
        }
    }
    let count = totals.rendered.max(1);
    print(&json!({
        "threads": 1,
        "pictures": totals.pictures,
        "msPerPicture": totals.ms / count as f64,
        "bytesPerPicture": totals.bytes as u64 / count,
        "peakMemoryMB": peak_memory_mb()?,
    }));
    Ok(())
}

/// Renders one file. In the `first` round, reports the outcome and writes the renditions.
fn render_file(arguments: &Arguments, file: &Path, first: bool, totals: &mut Totals) -> io::Result<()> {
    let bytes = fs::read(file)?;
    let start = Instant::now();
    let rendered = render(&bytes);
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let name = file.strip_prefix(&arguments.folder).unwrap_or(file);
    if arguments.each && first {
        print(&match &rendered {
            Ok(Renditions { width, height, .. }) => {
                json!({ "file": name, "ok": true, "error": null, "ms": ms, "width": width, "height": height })
            }
            Err(refusal) => {
                json!({ "file": name, "ok": false, "error": refusal.to_string(), "ms": ms, "width": null, "height": null })
            }
        });
    }
    if let Ok(renditions) = rendered {
        totals.pictures += u64::from(first);
        totals.rendered += 1;
        totals.bytes += renditions.small.bytes.len() + renditions.large.bytes.len();
        totals.ms += ms;
        if let (Some(out), true) = (&arguments.out, first) {
            write(&out.join(name), &renditions)?;
        }
    }
    Ok(())
}

/// Writes both renditions next to `path`, with the size and the format in their names.
fn write(path: &Path, renditions: &Renditions) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let name = |size: &str, rendition: &Rendition| {
        let extension = rendition.content_type.trim_start_matches("image/");
        PathBuf::from(format!("{}.{size}.{extension}", path.display()))
    };
    fs::write(name("small", &renditions.small), &renditions.small.bytes)?;
    fs::write(name("large", &renditions.large), &renditions.large.bytes)
}

/// Returns the files in a folder and its subfolders, sorted.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { paths.extend(files(&path)?) } else { paths.push(path) }
    }
    paths.sort();
    Ok(paths)
}

/// Returns the peak memory of this process on Linux, or `None` on other systems.
fn peak_memory_mb() -> io::Result<Option<u64>> {
    let status = match fs::read_to_string("/proc/self/status") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        status => status?,
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line
        .and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .map(|kilobytes| kilobytes / 1024))
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn print(line: &serde_json::Value) {
    println!("{line}");
}
