//! The reply to `POST /rules/evaluate`.

use domain::{Picture, PictureId};
use rule_evaluator::Outcome;
use rule_language::RuleError;
use serde::Serialize;

/// The `data` of `POST /rules/evaluate`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Evaluation {
    /// The newest ready pictures of the caller, newest first, without those for which the rule has
    /// no result.
    results: Vec<RuleResult>,
    /// Whether the rule has the expected result, for each case in the order of the request.
    cases: Vec<bool>,
    /// The error in the code, or that of the first picture for which the rule has no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RuleError>,
}

/// The result of a rule for a picture.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RuleResult {
    picture_id: PictureId,
    matches: bool,
}

impl Evaluation {
    /// Creates the reply from the outcome for the `newest` pictures, followed by those of the cases
    /// with the `expected` results.
    pub fn new(newest: &[Picture], expected: &[bool], outcome: Outcome) -> Self {
        let mut matches = outcome.matches.into_iter();
        let results =
            newest.iter().zip(matches.by_ref().take(newest.len())).filter_map(|(picture, matches)| {
                Some(RuleResult { picture_id: picture.key.picture_id, matches: matches? })
            });
        Self {
            results: results.collect(),
            cases: matches.zip(expected).map(|(matches, expect)| matches == Some(*expect)).collect(),
            error: outcome.error,
        }
    }
}
