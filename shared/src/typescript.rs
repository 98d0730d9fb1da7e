//! The API's types as TypeScript, made from the types that are serialised and parsed here: what the web app is checked against.

use std::collections::BTreeMap;
use std::fmt::Write;

use ts_rs::{Config, TS, TypeVisitor};

use crate::model::ActivityType;

/// What the file begins with.
const HEAD: &str =
    "/** The API's contract, made from the functions' own types: change those. Times are RFC 3339. */\n";

/// Gives types the name `string` that are one in JSON.
macro_rules! strings {
    ($($name:ty),*) => {$(
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;
            fn name(_: &ts_rs::Config) -> String {
                "string".into()
            }
            fn inline(config: &ts_rs::Config) -> String {
                Self::name(config)
            }
        }
    )*};
}
pub(crate) use strings;

/// The kinds of activity that are news.
#[derive(Debug)]
pub struct WhatIsNews;

impl TS for WhatIsNews {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &Config) -> String {
        let kinds = ActivityType::ALL.into_iter().filter(|kind| kind.is_news());
        kinds.map(|kind| format!("\"{kind}\"")).collect::<Vec<_>>().join(" | ")
    }

    fn inline(config: &Config) -> String {
        Self::name(config)
    }
}

/// Declarations, each once.
pub struct Types {
    config: Config,
    /// By name.
    found: BTreeMap<String, String>,
}

impl Default for Types {
    fn default() -> Self {
        Self { config: Config::new().with_large_int("number"), found: BTreeMap::new() }
    }
}

impl Types {
    /// Declares a type and those that it is made of.
    pub fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Only what is derived has a file that it could be in, and so a declaration.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declared = format!("{docs}export {}", T::decl(&self.config));
            if self.found.insert(T::ident(&self.config), declared).is_some() {
                return;
            }
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }

    /// The file, by name.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for declared in self.found.values() {
            text.push('\n');
            text.push_str(&laid_out(declared));
        }
        text
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// A declaration, a line for each field and each comment.
fn laid_out(declared: &str) -> String {
    let (mut text, mut depth, mut rest) = (String::new(), 0_usize, declared);
    let new_line = |text: &mut String, depth: usize| {
        text.truncate(text.trim_end().len());
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(next) = rest.chars().next() {
        if let Some((comment, after)) = rest.strip_prefix("/**").and_then(|rest| rest.split_once("*/")) {
            let lines = comment.lines().map(|line| line.trim().trim_start_matches('*').trim());
            let words = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
            // Writing to a text does not fail.
            let _ = write!(text, "/** {words} */");
            new_line(&mut text, depth);
            rest = after.trim_start();
            continue;
        }
        let after = &rest[next.len_utf8()..];
        match next {
            '{' if after.trim_start().starts_with('[') => {
                let (map, behind) = after.split_once('}').unwrap_or((after, ""));
                let _ = write!(text, "{{{map}}}");
                rest = behind;
                continue;
            }
            '{' => {
                depth += 1;
                text.push('{');
                new_line(&mut text, depth);
            }
            '}' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push('}');
            }
            ',' if depth > 0 && !inside_angles(&text) => {
                text.push(';');
                new_line(&mut text, depth);
            }
            ' ' | '\n' if text.ends_with(char::is_whitespace) => {}
            other => text.push(other),
        }
        rest = after;
    }
    text.push('\n');
    text
}

/// Whether what was written so far ends inside `Record<…`.
fn inside_angles(text: &str) -> bool {
    let line = text.lines().last().unwrap_or_default();
    line.matches('<').count() > line.matches('>').count()
}
