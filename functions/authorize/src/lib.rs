//! Names the API key of each caller of an open route, so that its usage plan applies.
//!
//! | | |
//! |---|---|
//! | triggered by | API Gateway, before each call of an open route: a Lambda authorizer |
//! | reads | nothing |
//! | emits | nothing |
//!
//! Allows every call. API Gateway refuses unknown and revoked keys itself, and applies the limits
//! of the usage plan that contains the key. A caller without a key uses the key of all anonymous
//! callers.

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest as AuthorizerRequest;
use serde_json::{Value, json};

/// The header that contains the key of a caller.
const HEADER: &str = "x-api-key";
/// The maximum length of an API key of API Gateway.
const MAX_LENGTH: usize = 128;
/// A value that is no API key, because it has fewer than 20 characters.
const INVALID: &str = "invalid";

/// Returns the reply to a request of API Gateway. `anonymous_key` is the key of callers without
/// one.
#[must_use]
pub fn authorize(anonymous_key: &str, request: &AuthorizerRequest) -> Value {
    let key = match request.headers.get(HEADER).map(|value| value.to_str()) {
        None | Some(Ok("")) => anonymous_key,
        Some(Ok(key)) if is_well_formed(key) => key,
        Some(_) => INVALID,
    };
    json!({
        "principalId": "anyone",
        "policyDocument": {
            "Version": "2012-10-17",
            // Not the ARN of the request: it contains the path, and can exceed the maximum of 512
            // characters.
            "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
        },
        "usageIdentifierKey": key,
    })
}

fn is_well_formed(key: &str) -> bool {
    key.len() <= MAX_LENGTH && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANONYMOUS: &str = "anonymous0123456789abcdef";

    /// Returns the key that the function names for the sample event with this header.
    fn key_of(header: Option<(&str, &str)>) -> Value {
        let mut event: Value = testing::sample_event("authorize.json");
        let headers = event["headers"].as_object_mut().unwrap();
        headers.remove(HEADER);
        if let Some((name, value)) = header {
            headers.insert(name.into(), value.into());
        }
        let reply = authorize(ANONYMOUS, &serde_json::from_value(event).unwrap());
        let statement = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"});
        assert_eq!(reply["policyDocument"]["Statement"], json!([statement]));
        reply["usageIdentifierKey"].clone()
    }

    #[test]
    fn names_the_key_in_the_header_in_any_spelling_of_its_name() {
        let request = testing::sample_event("authorize.json");
        let key = authorize(ANONYMOUS, &request)["usageIdentifierKey"].clone();
        assert_eq!(key, "f3zjmAgQ5vLrD5wh2Sq1b8nYkXc0TtRiU6oPaE7J");
        assert_eq!(key_of(Some(("X-API-Key", "a".repeat(40).as_str()))), "a".repeat(40));
    }

    #[test]
    fn names_the_key_of_anonymous_callers_without_a_header() {
        assert_eq!(key_of(None), ANONYMOUS);
        assert_eq!(key_of(Some((HEADER, ""))), ANONYMOUS);
    }

    #[test]
    fn names_no_key_of_a_caller_whose_header_cannot_be_one() {
        for value in ["a".repeat(129).as_str(), "a b", "Schlüssel", "a-b", "*"] {
            assert_eq!(key_of(Some((HEADER, value))), INVALID, "{value}");
        }
    }
}
