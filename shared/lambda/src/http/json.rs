//! JSON that callers send.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::ApiError;

/// Parses a JSON object that a caller sent. `name` is the noun for it in messages, such as `body`.
///
/// # Errors
/// Returns [`ApiError::Invalid`] if the text is not the expected object. The message contains the
/// field or the position of the error. It contains no name of a Rust type, unlike the messages of
/// `serde`.
pub fn parse_object<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, ApiError> {
    let invalid = |reason: String| ApiError::Invalid(format!("the {name} {reason}"));
    match text.trim_ascii_start().first() {
        None => return Err(invalid("is empty; send a JSON object".into())),
        // `serde` also parses a list as a struct.
        Some(b'[') => return Err(invalid("is a list; send a JSON object".into())),
        Some(_) => {}
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parsed = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| invalid(describe(&error.path().to_string(), error.inner())))?;
    deserializer.end().map_err(|error| invalid(format!("is not valid JSON: {error}")))?;
    Ok(parsed)
}

/// Describes an error at `path`, such as `items[0].id`, or `.` for the whole object.
fn describe(path: &str, error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!("line {} column {}", error.line(), error.column());
    // `serde_path_to_error` writes `?` for a key that is an enum in Rust.
    let path = path.split(".?").next().unwrap_or(path);
    match (error.classify(), path) {
        (Category::Syntax | Category::Eof | Category::Io, _) => format!("is not valid JSON: {text}"),
        // These two messages name only fields of the JSON.
        _ if text.starts_with("missing field") || text.starts_with("duplicate field") => {
            format!("has a {text}")
        }
        (Category::Data, "." | "?") => format!("is not the expected JSON object at {position}"),
        (Category::Data, field) => {
            let hint = describe_expected(&text).map(|expected| format!("; send {expected}"));
            let hint = hint.unwrap_or_default();
            format!("has a wrong type or an unknown value in `{field}` at {position}{hint}")
        }
    }
}

/// Returns the JSON type that a message of `serde` expects. Returns `None` for Rust types without a
/// JSON type of their own.
fn describe_expected(text: &str) -> Option<&'static str> {
    let (_, expected) = text.rsplit_once(", expected ")?;
    let (expected, _) = expected.split_once(" at line")?;
    match expected {
        "a string" => Some("a string"),
        "a boolean" => Some("true or false"),
        "a sequence" => Some("a list"),
        "a map" => Some("an object"),
        "u8" | "u16" | "u32" | "u64" | "usize" => Some("a whole number, 0 or more"),
        "i8" | "i16" | "i32" | "i64" | "isize" => Some("a whole number"),
        "f32" | "f64" => Some("a number"),
        _ if expected.starts_with("struct ") => Some("an object"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "only parsed")]
    struct SampleInput {
        text: Option<String>,
        count: Option<u64>,
        #[serde(default)]
        items: Vec<ItemInput>,
        #[serde(default)]
        channel: Option<SampleChannel>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only parsed")]
    struct ItemInput {
        id: uuid::Uuid,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum SampleChannel {
        Live,
    }

    fn error(text: &str) -> String {
        let error = parse_object::<SampleInput>("body", text.as_bytes()).unwrap_err();
        assert_eq!(error.status(), 400, "{text}");
        error.to_string()
    }

    #[test]
    fn names_the_field_and_the_position_of_a_wrong_value() {
        for (text, message) in [
            (r#"{"text": 5}"#, "an unknown value in `text` at line 1 column 10; send a string"),
            (r#"{"count": -1}"#, "`count` at line 1 column 12; send a whole number, 0 or more"),
            (r#"{"items": {}}"#, "`items` at line 1 column 10; send a list"),
            (r#"{"items": [5]}"#, "`items[0]` at line 1 column 12; send an object"),
            (r#"{"items": [{"id": "x"}]}"#, "in `items[0].id` at line 1"),
            (r#"{"items": [{}]}"#, "a missing field `id` at line 1 column 13"),
            (r#"{"text": "a", "text": "b"}"#, "a duplicate field `text` at line 1"),
            (r#"{"text": "#, "is not valid JSON: EOF while parsing a value at line 1 column 9"),
            (r#"{"text": "a"} x"#, "is not valid JSON: trailing characters at line 1 column 15"),
            (" \n", "the body is empty"),
            (r#"["a", 1]"#, "the body is a list"),
            ("5", "is not the expected JSON object at line 1 column 1"),
            ("\"a\"", "is not the expected JSON object at line 1 column 3"),
        ] {
            assert!(error(text).contains(message), "{text}: {}", error(text));
        }
    }

    #[test]
    fn names_no_rust_type() {
        for text in [
            "null",
            "true",
            "5",
            "\"a\"",
            r#"{"text": {}}"#,
            r#"{"count": -1}"#,
            r#"{"count": 1.5}"#,
            r#"{"count": 99999999999999999999}"#,
            r#"{"items": {}}"#,
            r#"{"items": [5]}"#,
            r#"{"items": [{"id": 5}]}"#,
            r#"{"channel": "SampleChannel"}"#,
            r#"{"channel": {"live": 1}}"#,
            r#"{"channel": 5}"#,
        ] {
            let message = error(text);
            for name in ["struct", "enum", "variant", "Input", "expected a", "u64", "sequence", "UUID"] {
                assert!(!message.contains(name), "{text}: {message}");
            }
        }
    }

    #[test]
    fn parses_an_object() {
        let text = br#" {"text": "a", "count": 2, "channel": "live", "unknown": [1]} "#;
        let parsed: SampleInput = parse_object("body", text).unwrap();
        assert_eq!((parsed.text.as_deref(), parsed.count), (Some("a"), Some(2)));
    }
}
