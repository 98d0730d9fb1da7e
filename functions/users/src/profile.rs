//! The request body and the response body of a profile.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::can_view_preferences;
use domain::{
    ActivityType, Channel, Handle, InvalidHandle, NotificationPreferences, Text, UnsupportedChannel, User,
    UserId,
};
use jiff::Timestamp;
use lambda::http::ApiError;
use lambda::view::ProfileView;
use serde::{Deserialize, Serialize};

/// The body of `POST /users` and `PUT /users/{id}`.
// Required fields are optional here, so that `into_user` can report a missing field by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewProfile"))]
pub struct ProfileInput {
    /// 3 to 30 characters: letters, digits, `.`, `_` and `-`. It begins with a letter or digit.
    /// Upper case becomes lower case.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "String", regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{2,29}$"))
    )]
    handle: Option<String>,
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = Text::FIRST_NAME.max_chars)))]
    first_name: Option<String>,
    /// Absent or empty for a person with one name.
    #[cfg_attr(feature = "openapi", schemars(length(max = Text::LAST_NAME.max_chars)))]
    last_name: Option<String>,
    notifications: Option<NotificationPreferences>,
    /// Whether other members find the person by name.
    findable: Option<bool>,
}

/// The preferences of a member.
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    /// The channels of notifications.
    pub notifications: NotificationPreferences,
    /// Whether other members find the person by name.
    pub findable: bool,
}

impl ProfileInput {
    /// Validates the input and converts it to a profile. The profile has the preferences in
    /// `defaults` that the input omits.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a field is missing or invalid. The error names the field.
    pub fn into_user(
        self,
        id: UserId,
        created_at: Timestamp,
        defaults: Preferences,
    ) -> Result<User, ApiError> {
        let first_name = Text::FIRST_NAME.clean_required(self.first_name.as_deref())?;
        let last_name = Text::LAST_NAME.clean(&self.last_name.unwrap_or_default())?.unwrap_or_default();
        let handle = self.handle.ok_or_else(|| ApiError::Invalid("handle is missing".into()))?;
        let handle: Handle =
            handle.parse().map_err(|error: InvalidHandle| ApiError::Invalid(error.to_string()))?;
        let notifications = self.notifications.unwrap_or(defaults.notifications);
        notifications.validate().map_err(|error: UnsupportedChannel| ApiError::Invalid(error.to_string()))?;
        let findable = self.findable.unwrap_or(defaults.findable);
        let handle_changes = Vec::new();
        Ok(User { id, handle, first_name, last_name, created_at, notifications, findable, handle_changes })
    }
}

/// A profile with the fields that the reader can view.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Profile"))]
pub struct FullProfileView {
    #[serde(flatten)]
    person: ProfileView,
    created_at: Timestamp,
    /// The channels of every type of activity. Only the member can view them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<NotificationPreferences>"))]
    notifications: Option<BTreeMap<ActivityType, BTreeSet<Channel>>>,
    /// Whether other members find the person by name. Only the member can view it.
    #[serde(skip_serializing_if = "Option::is_none")]
    findable: Option<bool>,
}

impl FullProfileView {
    /// Creates the view of `user` for `reader`.
    pub fn new(user: User, reader: UserId) -> Self {
        let with_preferences = can_view_preferences(user.id, reader);
        Self {
            created_at: user.created_at,
            notifications: with_preferences.then(|| user.notifications.with_defaults()),
            findable: with_preferences.then_some(user.findable),
            person: user.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda::http::parse_object;
    use serde_json::{Value, json};

    fn parse(body: Value, defaults: Preferences) -> Result<User, ApiError> {
        let input: ProfileInput = parse_object("body", body.to_string().as_bytes())?;
        input.into_user(UserId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH, defaults)
    }

    /// Returns the error message for an invalid body.
    fn error_message(body: Value) -> String {
        let error = parse(body, Preferences::default()).unwrap_err();
        assert_eq!(error.status(), 400);
        error.to_string()
    }

    fn body_with_preferences(notifications: Value) -> Value {
        json!({"handle": "ada", "firstName": "A", "lastName": "L", "notifications": notifications})
    }

    #[test]
    fn the_error_names_the_missing_or_invalid_field() {
        assert_eq!(
            error_message(json!({"handle": "ada", "lastName": "L"})),
            "Invalid input: firstName is missing"
        );
        assert_eq!(
            error_message(json!({"handle": "ada", "firstName": "\u{200D}\u{3164}"})),
            "Invalid input: firstName has no visible characters"
        );
        assert_eq!(
            error_message(json!({"firstName": "A", "lastName": "L"})),
            "Invalid input: handle is missing"
        );
        assert!(
            error_message(json!({"handle": "a b", "firstName": "A", "lastName": "L"}))
                .starts_with("Invalid input: handle must be")
        );
    }

    #[test]
    fn one_name_is_enough() {
        for last_name in [Value::Null, json!(""), json!(" "), json!("\u{2800}\u{200D}")] {
            let body = json!({"handle": "pele", "firstName": "Pelé", "lastName": last_name});
            assert_eq!(parse(body, Preferences::default()).unwrap().last_name, "");
        }
        let body = json!({"handle": "pele", "firstName": "Pelé"});
        assert_eq!(parse(body, Preferences::default()).unwrap().full_name(), "Pelé");
    }

    #[test]
    fn the_error_names_the_invalid_preference() {
        for (notifications, expected) in [
            (json!({"picture.seen": []}), "`notifications`"),
            (json!({"picture.ready": ["sms"]}), "`notifications`"),
            (json!({"picture.ready": "live"}), "`notifications`"),
            (json!({"friend.removed": ["email"]}), "friend.removed only reaches an open page"),
            (json!(7), "`notifications`"),
        ] {
            let message = error_message(body_with_preferences(notifications));
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn omitted_preferences_stay_unchanged() {
        let body = body_with_preferences(json!({"picture.ready": ["push"]}));
        let current = parse(body, Preferences::default()).unwrap().notifications;
        assert!(current.allows(ActivityType::PictureReady, Channel::Push));
        for (body, expected) in [
            (json!({"handle": "ada", "firstName": "A", "lastName": "L"}), current.clone()),
            (body_with_preferences(Value::Null), current.clone()),
            (body_with_preferences(json!({})), NotificationPreferences::default()),
        ] {
            let defaults = Preferences { notifications: current.clone(), findable: false };
            assert_eq!(parse(body, defaults).unwrap().notifications, expected);
        }
    }

    #[test]
    fn an_omitted_choice_to_be_findable_stays_unchanged() {
        for (input, current, expected) in [
            (json!(true), false, true),
            (json!(false), true, false),
            (Value::Null, true, true),
            (Value::Null, false, false),
        ] {
            let body = json!({"handle": "ada", "firstName": "A", "lastName": "L", "findable": input});
            let defaults = Preferences { findable: current, ..Preferences::default() };
            assert_eq!(parse(body, defaults).unwrap().findable, expected, "{input}");
        }
    }
}
