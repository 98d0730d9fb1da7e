//! What people send as their profile, checked, and what they see of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ActivityType, Channel, Handle, NotAHandle, NotNews, NotificationPreferences, Text, User, UserId,
};
use jiff::Timestamp;
use lambda::http::ApiError;
use lambda::view::NamedView;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of `POST /users` and `PUT /users/{id}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NewProfile"))]
pub struct ProfileInput {
    #[cfg_attr(feature = "typescript", ts(as = "String"))]
    handle: Option<String>,
    #[cfg_attr(feature = "typescript", ts(as = "String"))]
    first_name: Option<String>,
    #[cfg_attr(feature = "typescript", ts(as = "String"))]
    last_name: Option<String>,
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<NotificationPreferences>"))]
    notifications: Option<Value>,
}

impl ProfileInput {
    /// The profile that was sent, if it is one. `before`: how the person chose to be told, which stays where nothing is said of it.
    pub fn into_user(
        self,
        id: UserId,
        created_at: Timestamp,
        before: NotificationPreferences,
    ) -> Result<User, ApiError> {
        let first_name = Text::FIRST_NAME.required(self.first_name.as_deref())?;
        let last_name = Text::LAST_NAME.required(self.last_name.as_deref())?;
        let handle = self.handle.ok_or_else(|| ApiError::Invalid("handle is missing".into()))?;
        let handle: Handle =
            handle.parse().map_err(|error: NotAHandle| ApiError::Invalid(error.to_string()))?;
        let notifications = self.notifications.map_or(Ok(before), choices)?;
        Ok(User { id, handle, first_name, last_name, created_at, notifications })
    }
}

fn choices(input: Value) -> Result<NotificationPreferences, ApiError> {
    let choices: NotificationPreferences = serde_json::from_value(input)
        .map_err(|error| ApiError::Invalid(format!("in notifications: {error}")))?;
    choices.check().map_err(|error: NotNews| ApiError::Invalid(error.to_string()))?;
    Ok(choices)
}

/// A profile as one particular reader may see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Profile"))]
pub struct ProfileView {
    #[serde(flatten)]
    person: NamedView,
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    created_at: Timestamp,
    /// Every kind of activity; only for the person themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<NotificationPreferences>"))]
    notifications: Option<BTreeMap<ActivityType, BTreeSet<Channel>>>,
}

impl ProfileView {
    /// `user` for `reader`.
    pub fn new(user: User, reader: UserId) -> Self {
        let notifications = (user.id == reader).then(|| user.notifications.all());
        Self { created_at: user.created_at, person: user.into(), notifications }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user(body: Value, before: NotificationPreferences) -> Result<User, ApiError> {
        let input: ProfileInput = serde_json::from_value(body).unwrap();
        input.into_user(UserId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH, before)
    }

    fn refused(body: Value) -> String {
        let error = user(body, NotificationPreferences::default()).unwrap_err();
        assert_eq!(error.status(), 400);
        error.to_string()
    }

    fn with(notifications: Value) -> Value {
        json!({"handle": "ada", "firstName": "A", "lastName": "L", "notifications": notifications})
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(refused(json!({"handle": "ada", "lastName": "L"})), "Invalid input: firstName is missing");
        assert_eq!(
            refused(json!({"handle": "ada", "firstName": "A", "lastName": " "})),
            "Invalid input: lastName is missing"
        );
        assert_eq!(refused(json!({"firstName": "A", "lastName": "L"})), "Invalid input: handle is missing");
        assert!(
            refused(json!({"handle": "a b", "firstName": "A", "lastName": "L"}))
                .starts_with("Invalid input: handle must be")
        );
    }

    #[test]
    fn what_cannot_be_chosen_is_named() {
        for (notifications, notes) in [
            (
                json!({"picture.seen": []}),
                "in notifications: unknown variant `picture.seen`, expected one of",
            ),
            (
                json!({"picture.ready": ["sms"]}),
                "in notifications: unknown variant `sms`, expected one of `live`",
            ),
            (json!({"picture.ready": "live"}), "in notifications: invalid type: string \"live\""),
            (json!({"friend.removed": ["email"]}), "friend.removed only reaches an open page"),
            (json!(7), "in notifications: invalid type"),
        ] {
            let said = refused(with(notifications));
            assert!(said.starts_with(&format!("Invalid input: {notes}")), "{said}");
        }
    }

    #[test]
    fn choices_stay_where_nothing_is_said_of_them() {
        let before = user(with(json!({"picture.ready": ["push"]})), NotificationPreferences::default())
            .unwrap()
            .notifications;
        assert!(before.want(ActivityType::PictureReady, Channel::Push));
        for (body, after) in [
            (json!({"handle": "ada", "firstName": "A", "lastName": "L"}), before.clone()),
            (with(Value::Null), before.clone()),
            (with(json!({})), NotificationPreferences::default()),
        ] {
            assert_eq!(user(body, before.clone()).unwrap().notifications, after);
        }
    }
}
