//! Rules and smart albums.

use domain::{PictureId, PictureKey, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ClientError, Session};

/// A rule to evaluate for the newest pictures of the member.
#[derive(Clone, Debug, Serialize)]
pub struct RuleToEvaluate {
    /// The code of the rule.
    pub code: String,
    /// The number of pictures, 1 to 100.
    pub limit: u8,
    /// Pictures for which the author knows the result, at most 20.
    pub cases: Vec<RuleCase>,
}

/// A picture of the member, and the result that the author expects.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RuleCase {
    /// The picture.
    pub picture: PictureKey,
    /// The result that the rule should have.
    pub expect: bool,
}

/// The results of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Evaluation {
    /// The newest ready pictures, newest first, without those for which the rule has no result.
    pub results: Vec<RuleResult>,
    /// Whether the rule has the expected result, for each case in their order.
    pub cases: Vec<bool>,
    /// The error in the code, or that of the first picture for which the rule has no result.
    pub error: Option<RuleError>,
}

/// The result of a rule for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    /// The picture.
    pub picture_id: PictureId,
    /// Whether the rule is true for the picture.
    pub matches: bool,
}

/// An error in a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RuleError {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// One or two sentences.
    pub message: String,
}

/// An album to create.
#[derive(Clone, Debug, Serialize)]
pub struct NewAlbum {
    /// The title.
    pub title: String,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The readers besides the owner and the members.
    pub visibility: Visibility,
    /// The code of a rule, which makes the album a smart album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl Session {
    /// Evaluates a rule. An error in the rule is a part of the [`Evaluation`].
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`], and [`ClientError::Rejected`] if a value exceeds
    /// its limit or the picture of a case is not the member's.
    pub async fn evaluate_rule(&self, rule: &RuleToEvaluate) -> Result<Evaluation, ClientError> {
        self.post("/rules/evaluate", rule).await
    }

    /// Creates an album, and returns the `album`.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`], and [`ClientError::Rejected`] if the API rejects
    /// the album, for example because its rule has an error.
    pub async fn create_album(&self, album: &NewAlbum) -> Result<Value, ClientError> {
        self.post("/albums", album).await
    }
}
