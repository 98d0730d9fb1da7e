//! `cargo dev trace`: the path of a picture through the functions, from their log lines.
//! `local/python/picture_log.py` finds the lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Write as _, stdout};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::cloud::Stack;
use crate::python::{self, Packages};
use crate::{program, workspace};

/// Fields of a log line that are shown elsewhere or name its place in the code.
const OTHER_FIELDS: [&str; 4] = ["level", "message", "target", "spans"];

/// Arguments of `trace`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The id of the picture, or OWNER/PICTURE as in its address
    picture: String,
    /// A stack on AWS, instead of the local cloud. Account and region come from variables such as
    /// AWS_PROFILE and AWS_DEFAULT_REGION
    #[arg(long)]
    stack: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let picture = picture_id(&arguments.picture)?;
    let mut command = match &arguments.stack {
        None => {
            let stack = Stack::developers()?;
            stack.aws(&["trace", &stack.stack_name, picture])
        }
        Some(stack) => {
            python::ensure(Packages::Cloud)?;
            let mut command = python::command("python");
            command.arg(workspace::path("local/python/aws.py")).args(["trace", stack, picture]);
            command
        }
    };
    let failure = "The logs cannot be read. Check the name of the stack, and that the cloud is up.";
    let events: Vec<Event> = serde_json::from_str(&program::output(&mut command, failure)?)?;
    if events.is_empty() {
        bail!("No log line names the picture {picture}. Check the id, and how long the logs are kept.");
    }
    let text = format_invocations(&Invocation::from_events(events, picture))?;
    Ok(stdout().write_all(text.as_bytes())?)
}

/// Returns the id in `PICTURE` or `OWNER/PICTURE`.
fn picture_id(argument: &str) -> Result<&str> {
    let id = argument.rsplit('/').next().unwrap_or(argument);
    let is_hexadecimal = id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let lengths: Vec<_> = id.split('-').map(str::len).collect();
    ensure!(
        is_hexadecimal && lengths == [8, 4, 4, 4, 12],
        "{id} is no id of a picture. Use an id such as 01a2244e-a5b8-7244-8ad9-3cab0c09d657."
    );
    Ok(id)
}

/// A log event of a function.
#[derive(Debug, Deserialize)]
struct Event {
    /// The name of the function without the stack.
    function: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    message: String,
}

/// An invocation of a function.
#[derive(Debug, PartialEq)]
struct Invocation {
    function: String,
    /// Milliseconds since 1970.
    start: i64,
    /// Milliseconds, unless Lambda has not logged its end yet.
    duration: Option<f64>,
    /// The lines about the picture, and lines that Lambda adds.
    lines: Vec<String>,
}

impl Invocation {
    /// Groups events by invocation, in the order of the starts.
    fn from_events(mut events: Vec<Event>, picture: &str) -> Vec<Self> {
        events.sort_by_key(|event| event.timestamp);
        let mut invocations = BTreeMap::<(String, String), Self>::new();
        for Event { function, timestamp, message } in events {
            let Some(request) = request_id(&message) else { continue };
            let key = (function.clone(), request);
            let found = invocations.entry(key).or_insert(Self {
                function,
                start: timestamp,
                duration: None,
                lines: vec![],
            });
            match report_duration(&message) {
                // The local cloud stores all lines of an invocation at its end.
                Some(duration) => {
                    #[expect(clippy::cast_possible_truncation, reason = "at most 15 minutes")]
                    let start = timestamp - duration as i64;
                    (found.start, found.duration) = (found.start.min(start), Some(duration));
                }
                None if message.contains(picture) => found.lines.extend(format_line(&message)),
                None if is_from_lambda(&message) => {}
                // Lines about other pictures of a batch.
                None if serde_json::from_str::<Value>(&message).is_ok() => {}
                None => found.lines.push(message),
            }
        }
        let mut invocations: Vec<_> = invocations.into_values().collect();
        invocations.sort_by_key(|invocation| invocation.start);
        invocations
    }
}

/// Returns the id of the request in a line of a function or of Lambda.
fn request_id(message: &str) -> Option<String> {
    if let Ok(line) = serde_json::from_str::<Value>(message) {
        let ids = line["spans"].as_array()?.iter().filter_map(|span| span["requestId"].as_str());
        return ids.map(str::to_owned).next();
    }
    // `REPORT RequestId: ID…`, or `TIME ID Task timed out after 45.00 seconds`.
    let mut words = message.split_whitespace();
    if message.contains("RequestId: ") {
        words.find(|word| *word == "RequestId:")?;
    }
    words.find(|word| word.len() == 36 && picture_id(word).is_ok()).map(str::to_owned)
}

/// Returns `true` for the lines about the start and the end of an invocation.
fn is_from_lambda(message: &str) -> bool {
    ["START ", "END "].iter().any(|start| message.starts_with(start))
}

/// Returns the duration in the line `REPORT`, in milliseconds.
fn report_duration(message: &str) -> Option<f64> {
    let report = message.strip_prefix("REPORT ")?;
    let (_, duration) = report.split_once("\tDuration: ")?;
    duration.split_whitespace().next()?.parse().ok()
}

/// Formats a line of a function: the message, and its fields. Returns `None` if it is no object.
fn format_line(message: &str) -> Option<String> {
    let line: Value = serde_json::from_str(message).ok()?;
    let fields = line.as_object()?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let level = fields.get("level").map(text).filter(|level| level != "INFO");
    let kind = line["spans"].as_array().and_then(|spans| spans.iter().find_map(|span| span.get("kind")));
    let kind = kind.filter(|_| !fields.contains_key("kind")).map(|kind| format!("kind={}", text(kind)));
    let others = fields.iter().filter(|(name, _)| !OTHER_FIELDS.contains(&name.as_str()));
    let others = others.map(|(name, value)| format!("{name}={}", text(value)));
    let parts = level.into_iter().chain(fields.get("message").map(text)).chain(kind).chain(others);
    Some(parts.collect::<Vec<_>>().join("  "))
}

/// Formats one or more lines per invocation: its start, the time since the first one, its duration.
fn format_invocations(invocations: &[Invocation]) -> Result<String> {
    let mut text = String::new();
    let Some(first) = invocations.first() else { return Ok(text) };
    let width = invocations.iter().map(|invocation| invocation.function.len()).max().unwrap_or(0);
    for Invocation { function, start, duration, lines } in invocations {
        let time = Timestamp::from_millisecond(*start).context("A log event has no valid time.")?;
        #[expect(clippy::cast_precision_loss, reason = "a few days in milliseconds")]
        let after = (start - first.start) as f64 / 1000.0;
        let duration = duration.map_or_else(|| "?".to_owned(), |duration| format!("{duration:.0}"));
        let head = format!("{time:.3}  +{after:<9.3} s  {duration:>6} ms  {function:width$}");
        let (line, further) = lines.split_first().map_or(("", [].as_slice()), |(line, rest)| (line, rest));
        writeln!(text, "{}", format!("{head}  {line}").trim_end())?;
        for line in further {
            writeln!(text, "{:indent$}  {line}", "", indent = head.len())?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PICTURE: &str = "01a2244e-a5b8-7244-8ad9-3cab0c09d657";
    const OTHER: &str = "01a2244e-a5b8-7244-8ad9-000000000000";
    const REQUESTS: [&str; 2] =
        ["5d43c4c2-c54e-4397-a556-b4abc4bd31d3", "dcbbc1d6-d6ef-4b75-9c80-1a13a9445fec"];

    fn event(function: &str, timestamp: i64, message: impl Into<String>) -> Event {
        Event { function: function.into(), timestamp, message: message.into() }
    }

    fn line(request: &str, picture: &str, message: &str) -> String {
        let spans = json!([
            {"requestId": request, "name": "invocation"},
            {"picture": picture, "owner": OTHER, "name": "picture"}
        ]);
        json!({"level": "INFO", "message": message, "width": 96, "target": "t", "spans": spans}).to_string()
    }

    fn report(request: &str, duration: &str) -> String {
        format!("REPORT RequestId: {request}\tDuration: {duration} ms\tBilled Duration: 310 ms\t")
    }

    #[test]
    fn accepts_the_id_and_the_address_of_a_picture() {
        assert_eq!(picture_id(PICTURE).unwrap(), PICTURE);
        assert_eq!(picture_id(&format!("http://localhost:4567/p/{OTHER}/{PICTURE}")).unwrap(), PICTURE);
        for wrong in ["", "x", "0", &PICTURE[1..], &PICTURE.replace('-', "\"")] {
            assert!(picture_id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shows_the_invocations_in_the_order_of_their_starts() {
        let [first, second] = REQUESTS;
        // The local cloud: all lines have the time of the end.
        let events = vec![
            event("thumbnail", 1_795_905_464_412, format!("START RequestId: {second} Version: $LATEST")),
            event("thumbnail", 1_795_905_464_412, line(second, PICTURE, "rendered")),
            event("thumbnail", 1_795_905_464_412, report(second, "309.4")),
            event("uploads", 1_795_905_464_008, line(first, PICTURE, "replied")),
            event("uploads", 1_795_905_464_008, report(first, "8")),
        ];
        let text = format_invocations(&Invocation::from_events(events, PICTURE)).unwrap();
        let expected = "\
2026-11-28T22:37:44.000Z  +0.000     s       8 ms  uploads    replied  width=96
2026-11-28T22:37:44.103Z  +0.103     s     309 ms  thumbnail  rendered  width=96
";
        assert_eq!(text, expected);
    }

    #[test]
    fn shows_only_the_lines_about_the_picture_and_what_lambda_adds() {
        let [request, _] = REQUESTS;
        let timeout = format!("2026-11-28T22:37:44.103Z {request} Task timed out after 45.00 seconds");
        let events = vec![
            event("index", 10, line(request, PICTURE, "one")),
            event("index", 11, line(request, OTHER, "of another picture")),
            event("index", 12, line(request, PICTURE, "two")),
            event("index", 13, timeout.clone()),
            event("index", 13, format!("END RequestId: {request}")),
        ];
        let invocations = Invocation::from_events(events, PICTURE);
        let lines = vec!["one  width=96".to_owned(), "two  width=96".to_owned(), timeout];
        let expected = Invocation { function: "index".into(), start: 10, duration: None, lines };
        assert_eq!(invocations, [expected]);
        assert_eq!(format_invocations(&invocations).unwrap().lines().count(), 3);
    }

    #[test]
    fn shows_levels_above_info_and_the_kind_of_an_activity() {
        let spans = json!([{"requestId": REQUESTS[0]}, {"kind": "picture.ready", "picture": PICTURE}]);
        let line = json!({"level": "ERROR", "message": "failed", "error": "no network", "spans": spans});
        let formatted = format_line(&line.to_string()).unwrap();
        assert_eq!(formatted, "ERROR  failed  kind=picture.ready  error=no network");
    }
}
