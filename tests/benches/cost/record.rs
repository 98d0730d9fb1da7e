//! Reads the record of calls that the engine writes (`local/python/patches/calls.py`).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::sleep;

use crate::prices::Item;
use crate::usage::Usage;

/// The time without a call after which all functions have ended.
const QUIET: Duration = Duration::from_secs(4);
/// The maximum wait for that.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The memory in MB with which Lambda gives a function one processor. Less memory gives less of it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
const MEMORY_OF_PROCESSOR: f64 = 1769.0;

/// The record, and the position up to which it was read.
pub struct Record {
    file: PathBuf,
    read: usize,
}

/// The effects of one step.
#[derive(Default)]
pub struct Step {
    /// The amounts that AWS bills.
    pub usage: Usage,
    /// The number of calls by service and action.
    pub calls: BTreeMap<String, f64>,
    /// The invocations, milliseconds and processor milliseconds by function.
    pub functions: BTreeMap<String, [f64; 3]>,
    /// The read and write units by table.
    pub tables: BTreeMap<String, [f64; 2]>,
    /// The bytes of the renditions by name.
    pub renditions: BTreeMap<String, f64>,
    /// The bytes of the replies of the API.
    pub replies: f64,
}

impl Record {
    /// Opens the record in the environment variable `RECORDED_CALLS`.
    pub fn open() -> Self {
        let Some(file) = std::env::var_os("RECORDED_CALLS") else {
            panic!("`cargo dev bench cost` sets RECORDED_CALLS")
        };
        Self { file: file.into(), read: 0 }
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(&self.file).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Waits until all functions have ended. Makes no call meanwhile.
    pub async fn wait(&self) {
        let (start, mut last, mut count) = (Instant::now(), Instant::now(), 0);
        while last.elapsed() < QUIET {
            assert!(start.elapsed() < TIMEOUT, "the functions do not end");
            sleep(Duration::from_millis(250)).await;
            let now = self.lines().len();
            if now != count {
                (last, count) = (Instant::now(), now);
            }
        }
    }

    /// Waits until all functions have ended, and returns what happened since the last call, divided
    /// by `times`.
    pub async fn finish_step(&mut self, times: usize) -> Step {
        self.wait().await;
        let lines = self.lines();
        let mut step = Step::default();
        for line in &lines[self.read..] {
            step.add(&serde_json::from_str(line).unwrap(), 1.0 / times as f64);
        }
        self.read = lines.len();
        step
    }
}

impl Step {
    /// Adds a part of a line of the record.
    fn add(&mut self, line: &Value, part: f64) {
        let text = |name: &str| line[name].as_str().unwrap_or_default();
        let number = |name: &str| line[name].as_f64().unwrap_or_default();
        let (service, action) = (text("service"), text("action"));
        *self.calls.entry(format!("{service} {action}")).or_default() += part;
        let mut bill = |item, amount: f64| self.usage.include(item, amount * part);
        match service {
            "DynamoDB" => {
                bill(Item::ReadUnit, number("read"));
                bill(Item::WriteUnit, number("write"));
                let units = self.tables.entry(text("table").to_owned()).or_default();
                units[0] += number("read") * part;
                units[1] += number("write") * part;
            }
            "S3" => match action {
                "GET" | "HEAD" => bill(Item::S3Read, 1.0),
                "DELETE" | "OPTIONS" => (),
                _ => {
                    bill(Item::S3Write, 1.0);
                    if text("folder") == "renditions" {
                        *self.renditions.entry(text("name").to_owned()).or_default() +=
                            number("received") * part;
                    }
                }
            },
            "SNS" => bill(Item::Topic, 1.0),
            "SQS" => bill(Item::Queue, 1.0),
            "Lambda" => {
                let (wall, processor, memory) = (number("ms"), number("cpu"), number("memory"));
                let slower = (MEMORY_OF_PROCESSOR / memory).max(1.0);
                let billed = (wall - processor).max(0.0) + processor * slower;
                bill(Item::Invocation, 1.0);
                bill(Item::GigabyteSecond, billed / 1e3 * memory / 1024.0);
                bill(Item::Log, number("log") / 1e9);
                let function = self.functions.entry(action.to_owned()).or_default();
                for (sum, value) in function.iter_mut().zip([1.0, billed, processor]) {
                    *sum += value * part;
                }
            }
            "API Gateway" => {
                bill(Item::Call, 1.0);
                bill(Item::Transfer, number("bytes") / 1e9);
                self.replies += number("bytes") * part;
            }
            "WebSocket" if ["MESSAGE", "POST @connections"].contains(&action) => bill(Item::LiveMessage, 1.0),
            _ => (),
        }
    }
}
