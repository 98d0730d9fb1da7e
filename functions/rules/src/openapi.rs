//! The routes in the specification of the API.

use domain::{MAX_EVALUATIONS_PER_HOUR, format_thousands};
use lambda::openapi::{Api, examples, json};

use crate::input::RuleInput;
use crate::view::Evaluation;

const TAG: &str = "Rules";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let no_calls_left = format!(
        "Too many calls at once, or the caller made {} calls in this hour (UTC).",
        format_thousands(MAX_EVALUATIONS_PER_HOUR)
    );
    let given = json!({ "camera": "NIKON D850", "iso": 6400, "year": 2023 });
    api.member(
        TAG,
        "POST /rules/evaluate",
        "evaluateRule",
        "Evaluates a rule for the newest pictures of the caller, and for given cases.",
    )
    .description(
        "A case has the id or the key of a picture of the caller, or the fields of a picture that does not \
         need to exist. The reply to a rule with an error is also a success, with `error`.",
    )
    .body::<RuleInput>(json!({
        "code": "picture.camera == \"NIKON D850\" and picture.year > 2020",
        "limit": 50,
        "cases": [
            { "picture": given, "expect": true },
            { "picture": examples::OBJECT, "expect": false },
        ],
    }))
    .error(404, "The picture of a case does not exist, or is another member's.")
    .error(429, &no_calls_left)
    .ok::<Evaluation>(json!({
        "results": [{ "pictureId": examples::OBJECT, "matches": true }],
        "cases": [true, false],
    }));
}
