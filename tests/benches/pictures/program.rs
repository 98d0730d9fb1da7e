//! One side of the comparison: a program that renders a folder.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use store::Error;

/// Unit of the CPU times in `/proc`: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
const TICKS_PER_SECOND: f64 = 100.0;

/// A program that renders the JPEGs of a folder.
pub struct Program {
    command: Vec<PathBuf>,
    core: Option<String>,
}

/// The last line of the program's output.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    peer: Option<String>,
    pictures: usize,
    ms_per_picture: f64,
    #[serde(rename = "peakMemoryMB")]
    peak_memory_mb: f64,
}

/// Time and memory of one turn.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Number of distinct pictures.
    pub pictures: usize,
    /// Wall-clock milliseconds per picture, of rendering alone.
    pub wall_ms: f64,
    /// CPU milliseconds per picture, of the whole process without its start; `None` except on
    /// Linux.
    pub cpu_ms: Option<f64>,
    /// Peak resident memory, in MB (2^20 bytes).
    pub memory_mb: f64,
}

impl Program {
    /// # Errors
    /// Returns an error if the program is missing.
    pub fn new(program: &Path, arguments: &[&Path]) -> Result<Self, Error> {
        let parts = || [program].into_iter().chain(arguments.iter().copied());
        if let Some(file) = parts().find(|path| path.is_absolute() && !path.exists()) {
            return Err(
                format!("{} is missing. `cargo dev bench pictures` builds it.", file.display()).into()
            );
        }
        Ok(Self { command: parts().map(Path::to_path_buf).collect(), core: allowed_core() })
    }

    /// Returns `true` if the program runs on one core.
    pub fn is_pinned(&self) -> bool {
        self.core.is_some()
    }

    /// Renders the folder `passes` times.
    ///
    /// # Errors
    /// Returns an error if the program fails.
    pub fn run(&self, folder: &Path, passes: usize) -> Result<Run, Error> {
        // The start of Node.js takes long and is not compared.
        let (_, start) = self.run_timed(folder, 0)?;
        let (summary, whole) = self.run_timed(folder, passes)?;
        let count = (summary.pictures * passes) as f64;
        Ok(Run {
            pictures: summary.pictures,
            wall_ms: summary.ms_per_picture,
            cpu_ms: whole.zip(start).map(|(whole, start)| (whole - start) * 1000.0 / count),
            memory_mb: summary.peak_memory_mb,
        })
    }

    /// Renders the folder once with further options. Returns the name and version of the peer.
    ///
    /// # Errors
    /// Returns an error if the program fails.
    pub fn write(&self, folder: &Path, options: &[(&str, &PathBuf)]) -> Result<Option<String>, Error> {
        let options = options.iter().flat_map(|(name, path)| [OsStr::new(*name), path.as_os_str()]);
        Ok(self.run_program(folder, options)?.peer)
    }

    fn run_timed(&self, folder: &Path, passes: usize) -> Result<(Summary, Option<f64>), Error> {
        let before = cpu_seconds_of_children();
        let summary = self.run_program(folder, ["--rounds".as_ref(), passes.to_string().as_ref()])?;
        Ok((summary, cpu_seconds_of_children().zip(before).map(|(after, before)| after - before)))
    }

    fn run_program<'a>(
        &self,
        folder: &Path,
        options: impl IntoIterator<Item = &'a OsStr>,
    ) -> Result<Summary, Error> {
        let pinned = self.core.iter().flat_map(|core| ["taskset", "-c", core.as_str()]).map(OsStr::new);
        let mut words = pinned.chain(self.command.iter().map(|part| part.as_os_str()));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(folder).args(options);
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{} failed", self.command[0].display()).into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
    }
}

/// Returns a core of this process's affinity mask; `None` without `taskset` or on other systems
/// than Linux.
fn allowed_core() -> Option<String> {
    Command::new("taskset").arg("--version").stdout(Stdio::null()).status().ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    list.trim().rsplit([',', '-']).next().map(str::to_owned)
}

/// CPU time (user and system) of all ended child processes, in seconds with a resolution of 10 ms.
fn cpu_seconds_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in parentheses; `cutime` and `cstime` are the 16th and 17th.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) / TICKS_PER_SECOND)
}
