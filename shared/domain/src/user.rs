//! Members and their profiles.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{NotificationPreferences, UserId};

/// The time for which only its former owner can take a handle.
pub const HANDLE_REST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The maximum number of changes of the handle within [`HANDLE_REST`], so that one member cannot
/// let many handles rest.
pub const MAX_HANDLE_CHANGES: usize = 20;

/// The profile of a member: a row of the Users table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The Cognito `sub`.
    #[serde(rename(serialize = "id", deserialize = "userId"))]
    pub id: UserId,
    /// The handle, unique among members.
    pub handle: Handle,
    /// The given name, or the only name.
    pub first_name: String,
    /// The family name; empty for a person with one name.
    #[serde(default)]
    pub last_name: String,
    /// The time of creation (UTC).
    pub created_at: Timestamp,
    /// The notification preferences. Never serialized, because only the member can view them.
    #[serde(default, skip_serializing)]
    pub notifications: NotificationPreferences,
    /// Whether other members find the person by name. Never serialized, because only the member can
    /// view it.
    #[serde(default, skip_serializing)]
    pub findable: bool,
    /// The times of the changes of the handle, without those before [`HANDLE_REST`]. Never
    /// serialized.
    #[serde(default, skip_serializing)]
    pub handle_changes: Vec<Timestamp>,
}

impl User {
    /// Returns the times of the recent changes of the handle with one more at `now`, or `None`
    /// after [`MAX_HANDLE_CHANGES`].
    #[must_use]
    pub fn add_handle_change(&self, now: Timestamp) -> Option<Vec<Timestamp>> {
        let is_recent = |change: &&Timestamp| now.duration_since(**change) < HANDLE_REST;
        let recent = self.handle_changes.iter().filter(is_recent);
        let changes: Vec<_> = recent.copied().chain([now]).collect();
        (changes.len() <= MAX_HANDLE_CHANGES).then_some(changes)
    }

    /// Returns the first name and, if there is one, the last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim_end().to_owned()
    }
}

/// A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in
/// lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(inline, extend("pattern" = "^[a-z0-9][a-z0-9._-]{2,29}$"))
)]
pub struct Handle(String);

impl Handle {
    /// Returns the handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` for handles that no member can take, because they look like the application,
    /// its staff or a page of the site. Dots, dashes and underscores make no difference: `sign-in`
    /// and `sign.in` are reserved.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        let letters = self.0.replace(['.', '_', '-'], "");
        RESERVED.iter().flat_map(|words| words.split(' ')).any(|word| word == letters)
    }
}

/// The reserved handles, without dots, dashes and underscores. Paths of one or two characters are
/// no handles.
const RESERVED: [&str; 3] = [
    // The application and its staff.
    "abuse admin administrator admins albumen albumenapp albumenteam billing contact copyright \
     dmca help helpdesk hostmaster info legal mail moderator moderators mods official owner \
     postmaster press privacy root security staff support sysadmin system team webmaster",
    // Words that programs use for nobody, everybody or the caller.
    "all anonymous anyone everybody everyone guest myself nobody none null undefined unknown user \
     users visitor",
    // Paths and files of the site.
    "about account albums api app assets blog cdn configjson developers docs explore faviconico \
     faviconsvg feed feedxml forgottenpassword friends icons indexhtml invite keys links login \
     logout manifestwebmanifest mine notifications oembed openapijson pagescss people pictures \
     public robotstxt rss rules settings shared signin signout signup sitemapxml static status swjs \
     terms tos upload uploads wellknown www",
];

impl Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not a handle, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("handle must be 3 to 30 letters a-z, digits, '.', '_' or '-', and begin with a letter or digit")]
pub struct InvalidHandle;

impl FromStr for Handle {
    type Err = InvalidHandle;

    /// Parses a handle. Converts upper case to lower case, so that no two handles differ only by
    /// case.
    fn from_str(s: &str) -> Result<Self, InvalidHandle> {
        let s = s.trim().to_ascii_lowercase();
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
        let valid_start = s.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        if valid_start && (3..=30).contains(&s.len()) && s.bytes().all(allowed) {
            Ok(Self(s))
        } else {
            Err(InvalidHandle)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_its_staff_and_paths_are_reserved() {
        for text in ["admin", "Support", "albumen", "null", "sign-in", "robots.txt", "al.bu_men", "root-"] {
            assert!(text.parse::<Handle>().unwrap().is_reserved(), "{text}");
        }
        for text in ["ada", "admina", "root.beer", "helpful", "mei", "albumen.fan"] {
            assert!(!text.parse::<Handle>().unwrap().is_reserved(), "{text}");
        }
    }

    /// Other people could mistake the page `/@HANDLE` for a page of the site.
    #[test]
    fn the_paths_of_the_web_app_and_of_the_site_are_reserved() {
        let app = include_str!("../../../frontend/src/shell/paths.ts");
        let (_, list) = app.split_once("APP_PATHS = [").unwrap();
        let (list, _) = list.split_once("];").unwrap();
        let app_paths = list.split('\'').skip(1).step_by(2);
        let template = include_str!("../../../template.yaml");
        let (_, files) = template.split_once("const FILE = /^\\/(").unwrap();
        let (files, _) = files.split_once(")$/;").unwrap();
        let files = files.split(['(', ')', '|']).map(|file| file.replace('\\', ""));
        let others = ["developers".to_owned()];
        let paths: Vec<_> = app_paths.map(str::to_owned).chain(files).chain(others).collect();
        assert!(paths.len() > 15, "{paths:?}");
        for path in paths {
            // `p` is shorter than a handle.
            if let Ok(handle) = path.split('/').next().unwrap().parse::<Handle>() {
                assert!(handle.is_reserved(), "{path}");
            }
        }
    }

    #[test]
    fn changes_of_the_handle_are_limited_within_30_days() {
        let mut person: User = serde_json::from_value(serde_json::json!({"userId": uuid::Uuid::nil(),
            "handle": "ada", "firstName": "Ada", "createdAt": "2026-01-02T03:04:05Z"}))
        .unwrap();
        let now: Timestamp = "2026-02-02T00:00:00Z".parse().unwrap();
        for _ in 0..MAX_HANDLE_CHANGES {
            person.handle_changes = person.add_handle_change(now).unwrap();
        }
        assert_eq!(person.add_handle_change(now), None);
        let later = now + HANDLE_REST;
        assert_eq!(person.add_handle_change(later - SignedDuration::from_secs(1)), None);
        assert_eq!(person.add_handle_change(later), Some(vec![later]));
    }

    #[test]
    fn one_name_is_a_full_name() {
        let person: User =
            serde_json::from_value(serde_json::json!({"userId": uuid::Uuid::nil(), "handle": "pele",
            "firstName": "Pelé", "createdAt": "2026-01-02T03:04:05Z"}))
            .unwrap();
        assert_eq!((person.full_name(), person.last_name.as_str()), ("Pelé".into(), ""));
        let person = User { last_name: "Arantes".into(), ..person };
        assert_eq!(person.full_name(), "Pelé Arantes");
    }

    #[test]
    fn parses_handles_in_lower_case_and_rejects_others() {
        assert_eq!("Ada.L".parse::<Handle>().unwrap().as_str(), "ada.l");
        for bad in ["", "ab", ".ada", "a b c", "ada#1", "ädä", &"a".repeat(31)] {
            assert_eq!(bad.parse::<Handle>(), Err(InvalidHandle), "{bad}");
        }
    }
}
