//! Generates the TypeScript types of the API from the Rust types that the functions serialize and
//! parse.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::{ActivityType, CommentId, Handle, PictureId, UserId};

/// The first line of the generated file.
const HEAD: &str =
    "/** The types of the API, generated from Rust: edit the Rust types. Times are RFC 3339. */\n";

/// Declares that these types are strings in JSON.
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
strings!(UserId, PictureId, CommentId, Handle);

/// The types of activity that can appear in a notification list.
#[derive(Debug)]
pub struct NotifiableActivityType;

impl TS for NotifiableActivityType {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &Config) -> String {
        let kinds = ActivityType::ALL.iter().filter(|kind| kind.is_notifiable());
        kinds.map(|kind| format!("\"{kind}\"")).collect::<Vec<_>>().join(" | ")
    }

    fn inline(config: &Config) -> String {
        Self::name(config)
    }
}

/// Collects the declaration of each added type once.
pub struct Types {
    config: Config,
    /// Declarations by name.
    declarations: BTreeMap<String, String>,
}

impl Default for Types {
    fn default() -> Self {
        Self { config: Config::new().with_large_int("number"), declarations: BTreeMap::new() }
    }
}

impl Types {
    /// Adds the declarations of a type and of the types of its fields.
    pub fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Only derived types have an output path, and so a declaration.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            if self.declarations.insert(T::ident(&self.config), declaration).is_some() {
                return;
            }
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }

    /// Returns the unformatted TypeScript file, with the declarations in the order of their names.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for declaration in self.declarations.values() {
            text.push('\n');
            text.push_str(declaration);
            text.push('\n');
        }
        text
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}
