//! `cargo dev invoke`

mod container;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::cloud::Stack;
use crate::{program, progress, workspace};

/// Arguments of `invoke`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The function
    function: String,
    /// A file in events/, with or without `.json` [default: the first one of the function]
    event: Option<String>,
    /// Run the release build in a container, as Lambda does. Needs Docker or Podman
    #[arg(long)]
    container: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let stack = Stack::developers()?;
    let function = stack.function(&arguments.function)?;
    let event = choose(&events()?, &arguments.function, arguments.event.as_deref())?;
    progress::note(&format!("events/{event}"));
    let path = workspace::path("events").join(&event).display().to_string();
    if arguments.container {
        return container::run(&stack, &arguments.function, &path);
    }
    program::run(&mut stack.aws(&["invoke", function, &path]), "The function failed.")
}

/// Returns the files in `events/`, in order, as paths relative to it.
fn events() -> Result<Vec<String>> {
    let root = workspace::path("events");
    let mut folders = vec![PathBuf::new()];
    let mut events = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).context("Cannot read the folder events/")? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                events.push(path.display().to_string());
            }
        }
    }
    events.sort();
    Ok(events)
}

/// Chooses the event called `name`. If `name` is `None`, chooses `FUNCTION.json`, or the first of
/// `FUNCTION-….json` and `FUNCTION/….json`.
fn choose(events: &[String], function: &str, name: Option<&str>) -> Result<String> {
    let belongs = |event: &&String| {
        event.strip_prefix(function).is_some_and(|rest| rest.starts_with(['.', '-', '/', '_']))
    };
    let is_named =
        |event: &&String, name: &str| event.trim_end_matches(".json") == name.trim_end_matches(".json");
    let Some(name) = name else {
        let found =
            events.iter().find(|event| is_named(event, function)).or_else(|| events.iter().find(belongs));
        return found.cloned().with_context(|| format!("events/ has no event for {function}."));
    };
    let in_folder = format!("{function}/{name}");
    let found = events.iter().find(|event| is_named(event, name) || is_named(event, &in_folder));
    found
        .cloned()
        .with_context(|| format!("events/ has no event {name}. Choose one of: {}.", events.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events() -> Vec<String> {
        ["feed-public.json", "feed.json", "feeder.json", "users/create.json"].map(str::to_owned).into()
    }

    #[test]
    fn chooses_the_first_event_of_the_function_by_default() {
        assert_eq!(choose(&events(), "feed", None).unwrap(), "feed.json");
        assert_eq!(choose(&events(), "users", None).unwrap(), "users/create.json");
        assert!(choose(&events(), "fee", None).is_err());
    }

    #[test]
    fn accepts_the_name_of_an_event_without_its_folder_or_ending() {
        assert_eq!(choose(&events(), "feed", Some("feed")).unwrap(), "feed.json");
        assert_eq!(choose(&events(), "feed", Some("feed-public.json")).unwrap(), "feed-public.json");
        assert_eq!(choose(&events(), "users", Some("create")).unwrap(), "users/create.json");
        let error = choose(&events(), "users", Some("delete")).unwrap_err().to_string();
        assert!(error.contains("users/create.json"), "{error}");
    }
}
