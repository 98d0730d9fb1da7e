//! One side of the comparison: a program that renders a folder, and what it cost.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use store::Error;

/// Steps of the CPU times in `/proc`, as Linux gives them on every machine: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
const TICKS_PER_SECOND: f64 = 100.0;

/// A program that renders the JPEGs of a folder.
pub struct Program {
    command: Vec<PathBuf>,
    core: Option<String>,
}

/// What the program says at its end.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    peer: Option<String>,
    pictures: usize,
    ms_per_picture: f64,
    #[serde(rename = "peakMemoryMB")]
    peak_memory_mb: f64,
}

/// What one turn cost.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Different ones.
    pub pictures: usize,
    /// Milliseconds a picture, by the clock, of rendering alone.
    pub wall: f64,
    /// CPU milliseconds a picture of the whole process, without its start; none off Linux.
    pub cpu: Option<f64>,
    /// Most resident memory, MB (2^20 bytes).
    pub memory: f64,
}

impl Program {
    /// # Errors
    /// It is not there.
    pub fn new(program: &Path, arguments: &[&Path]) -> Result<Self, Error> {
        let parts = || [program].into_iter().chain(arguments.iter().copied());
        if let Some(file) = parts().find(|path| path.is_absolute() && !path.exists()) {
            return Err(format!("{} is missing: `cargo dev bench pictures` makes it", file.display()).into());
        }
        Ok(Self { command: parts().map(Path::to_path_buf).collect(), core: a_core() })
    }

    /// Whether it is kept on one core.
    pub fn is_pinned(&self) -> bool {
        self.core.is_some()
    }

    /// Renders the folder `passes` times.
    ///
    /// # Errors
    /// The program fails.
    pub fn run(&self, folder: &Path, passes: usize) -> Result<Run, Error> {
        // Node.js takes its time to start; that is not what is compared.
        let (_, start) = self.timed(folder, 0)?;
        let (said, whole) = self.timed(folder, passes)?;
        let count = (said.pictures * passes) as f64;
        Ok(Run {
            pictures: said.pictures,
            wall: said.ms_per_picture,
            cpu: whole.zip(start).map(|(whole, start)| (whole - start) * 1000.0 / count),
            memory: said.peak_memory_mb,
        })
    }

    /// Renders the folder once, writing what `options` say. Returns the name that the peer gives itself.
    ///
    /// # Errors
    /// The program fails.
    pub fn write(&self, folder: &Path, options: &[(&str, &PathBuf)]) -> Result<Option<String>, Error> {
        let options = options.iter().flat_map(|(name, path)| [OsStr::new(*name), path.as_os_str()]);
        Ok(self.start(folder, options)?.peer)
    }

    fn timed(&self, folder: &Path, passes: usize) -> Result<(Said, Option<f64>), Error> {
        let before = cpu_of_children();
        let said = self.start(folder, ["--rounds".as_ref(), passes.to_string().as_ref()])?;
        Ok((said, cpu_of_children().zip(before).map(|(after, before)| after - before)))
    }

    fn start<'a>(&self, folder: &Path, options: impl IntoIterator<Item = &'a OsStr>) -> Result<Said, Error> {
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

/// One of the cores that we may use, where programs can be kept on it.
fn a_core() -> Option<String> {
    Command::new("taskset").arg("--version").stdout(Stdio::null()).status().ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    list.trim().rsplit([',', '-']).next().map(str::to_owned)
}

/// Seconds of CPU time (user and system) of all child processes that have ended, in steps of 10 ms.
fn cpu_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in parentheses; `cutime` and `cstime` are the 16th and 17th.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) / TICKS_PER_SECOND)
}
