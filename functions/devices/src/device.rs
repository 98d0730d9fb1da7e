//! Devices in requests and replies.

use lambda::Error;
use lambda::http::ApiError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The push service of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Platform {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging.
    Fcm,
}

impl Platform {
    fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        match text {
            Some("apns") => Ok(Self::Apns),
            Some("fcm") => Ok(Self::Fcm),
            _ => Err(ApiError::Invalid("platform must be apns or fcm".into())),
        }
    }

    /// Returns the vendor of the platform.
    pub fn vendor(self) -> &'static str {
        match self {
            Self::Apns => "Apple",
            Self::Fcm => "Google",
        }
    }

    /// Returns the maximum length of a token in characters, according to error messages of SNS.
    fn max_token_length(self) -> usize {
        match self {
            Self::Apns => 400,
            Self::Fcm => 8192,
        }
    }

    /// Validates a token. Converts hexadecimal tokens to lowercase, so that each device has exactly
    /// one token.
    fn parse_token(self, text: Option<&str>) -> Result<String, ApiError> {
        let max = self.max_token_length();
        let text = text.unwrap_or_default().trim();
        let (is_allowed, characters): (fn(&u8) -> bool, _) = match self {
            Self::Apns => (u8::is_ascii_hexdigit, "hexadecimal digits"),
            Self::Fcm => (u8::is_ascii_graphic, "ASCII characters without spaces"),
        };
        if text.is_empty() {
            return Err(ApiError::Invalid("token is missing".into()));
        }
        if text.len() > max || !text.as_bytes().iter().all(is_allowed) {
            return Err(ApiError::Invalid(format!("token must be {characters}, at most {max}")));
        }
        Ok(match self {
            Self::Apns => text.to_ascii_lowercase(),
            Self::Fcm => text.to_owned(),
        })
    }
}

/// The body of `POST /devices`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewDevice"))]
pub struct DeviceInput {
    #[cfg_attr(feature = "openapi", schemars(with = "Platform"))]
    platform: Option<String>,
    /// A token of APNs has at most 400 hexadecimal digits.
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = Platform::Fcm.max_token_length())))]
    token: Option<String>,
}

impl DeviceInput {
    /// Validates and returns the platform and the token.
    pub fn parse(&self) -> Result<(Platform, String), ApiError> {
        let platform = Platform::parse(self.platform.as_deref())?;
        Ok((platform, platform.parse_token(self.token.as_deref())?))
    }
}

/// A device as its owner sees it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Device"))]
pub struct DeviceView {
    pub id: Uuid,
    platform: Platform,
}

impl DeviceView {
    /// Parses the ARN of a platform endpoint, `arn:…:endpoint/PLATFORM/APPLICATION/ID`.
    pub fn parse(endpoint: &str) -> Result<Self, Error> {
        let invalid = || format!("not the ARN of an endpoint of a device: {endpoint}");
        let (_, path) = endpoint.split_once(":endpoint/").ok_or_else(invalid)?;
        let platform = match path {
            // The platforms of Apple include `APNS` and `APNS_SANDBOX`.
            _ if path.starts_with("APNS") => Platform::Apns,
            _ if path.starts_with("GCM/") => Platform::Fcm,
            _ => return Err(invalid().into()),
        };
        let (_, id) = path.rsplit_once('/').ok_or_else(invalid)?;
        Ok(Self { id: id.parse()?, platform })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(body: Value) -> Result<(Platform, String), String> {
        let input: DeviceInput = serde_json::from_value(body).unwrap();
        input.parse().map_err(|error| {
            assert_eq!(error.status(), 400);
            error.to_string()
        })
    }

    #[test]
    fn tokens_are_trimmed_and_hexadecimal_tokens_become_lowercase() {
        let token = parse(json!({"platform": "apns", "token": " 00FCaB\n"}));
        assert_eq!(token, Ok((Platform::Apns, "00fcab".into())));
        let token = parse(json!({"platform": "fcm", "token": "dQ:APA91b-x_Y"}));
        assert_eq!(token, Ok((Platform::Fcm, "dQ:APA91b-x_Y".into())));
    }

    #[test]
    fn rejects_invalid_tokens() {
        let (apns, fcm) = ("token must be hexadecimal digits, at most 400", "token must be ASCII characters");
        for (body, notes) in [
            (json!({"token": "00"}), "platform must be apns or fcm"),
            (json!({"platform": "APNS", "token": "00"}), "platform must be apns or fcm"),
            (json!({"platform": "apns"}), "token is missing"),
            (json!({"platform": "fcm", "token": " \n"}), "token is missing"),
            (json!({"platform": "apns", "token": "00xx"}), apns),
            (json!({"platform": "apns", "token": "0".repeat(401)}), apns),
            (json!({"platform": "fcm", "token": "a b"}), fcm),
            (json!({"platform": "fcm", "token": "ä"}), fcm),
            (json!({"platform": "fcm", "token": "a".repeat(8193)}), fcm),
        ] {
            let error = parse(body).unwrap_err();
            assert!(error.starts_with(&format!("Invalid input: {notes}")), "{error}");
        }
    }

    #[test]
    fn parses_the_arn_of_an_endpoint() {
        let id = "5c6f1e2a-8f0b-4d3c-9e7a-6b5d4c3f2a10";
        for (application, platform) in
            [("APNS/a", Platform::Apns), ("APNS_SANDBOX/a", Platform::Apns), ("GCM/a", Platform::Fcm)]
        {
            let device = DeviceView::parse(&format!("arn:aws:sns:us-east-1:1:endpoint/{application}/{id}"));
            assert_eq!(device.unwrap(), DeviceView { id: id.parse().unwrap(), platform });
        }
        for invalid in ["", "arn:aws:sns:us-east-1:1:topic", "arn:aws:sns:us-east-1:1:endpoint/ADM/a/1"] {
            assert!(DeviceView::parse(invalid).is_err(), "{invalid}");
        }
    }
}
