//! The body of `POST /rules/evaluate`.

use domain::{PictureId, PictureKey, TakenAt, UserId};
use lambda::http::{ApiError, parse_object};
use rule_language::{MAX_CODE_BYTES, PictureFields};
use serde::Deserialize;
use serde_json::Value;

/// The maximum number of the caller's newest pictures in one call.
pub const MAX_RESULTS: usize = 100;
/// Their number if the caller sends no limit.
pub const DEFAULT_RESULTS: usize = 50;
/// The maximum number of cases in one call.
pub const MAX_CASES: usize = 20;
/// The maximum length of a given picture as JSON, in bytes. The longest texts of a stored picture
/// fit.
const MAX_PICTURE_BYTES: usize = 32_768;

/// The body of `POST /rules/evaluate`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "RuleToEvaluate"))]
pub struct RuleInput {
    /// The code of the rule, of at most 4,096 bytes.
    #[cfg_attr(feature = "openapi", schemars(length(max = MAX_CODE_BYTES)))]
    code: String,
    /// The number of the caller's newest ready pictures to evaluate. The default is 50.
    #[cfg_attr(feature = "openapi", schemars(range(min = 1, max = MAX_RESULTS)))]
    limit: Option<usize>,
    /// Pictures for which the author knows the result.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Vec<CaseInput>>", length(max = MAX_CASES)))]
    cases: Option<Vec<CaseInput>>,
}

/// A picture, and the result that the author expects.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "RuleCase"))]
pub struct CaseInput {
    #[cfg_attr(feature = "openapi", schemars(with = "PictureInput"))]
    picture: Value,
    /// The result that the rule should have.
    expect: bool,
}

/// A picture of a case: the id or the key of a picture of the caller, or fields.
#[cfg(feature = "openapi")]
#[derive(schemars::JsonSchema, serde::Serialize)]
#[serde(untagged)]
#[schemars(inline)]
#[allow(dead_code, reason = "only its schema is used")]
enum PictureInput {
    Id(PictureId),
    Key(PictureKey),
    Fields(Box<PictureFields>),
}

/// A picture of the caller. The name of the id is that of a path or that of a reply.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyInput {
    owner_id: UserId,
    #[serde(alias = "id")]
    picture_id: PictureId,
}

/// A valid [`CaseInput`].
#[derive(Debug)]
pub struct Case {
    pub picture: CasePicture,
    pub expect: bool,
}

/// The picture of a case.
#[derive(Debug)]
pub enum CasePicture {
    /// A picture of the caller.
    Stored(PictureKey),
    /// The fields of a picture that does not need to exist.
    Given(Box<PictureFields>),
}

impl RuleInput {
    /// Returns the code, the number of pictures, and the cases.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value exceeds its limit or is no picture, and
    /// [`ApiError::NO_PICTURE`] for a picture of another member.
    pub fn validate(self, caller: UserId) -> Result<(String, usize, Vec<Case>), ApiError> {
        let invalid = |message| Err(ApiError::Invalid(message));
        if self.code.len() > MAX_CODE_BYTES {
            return invalid(format!("code has {} bytes; the maximum is {MAX_CODE_BYTES}", self.code.len()));
        }
        let limit = self.limit.unwrap_or(DEFAULT_RESULTS);
        if !(1..=MAX_RESULTS).contains(&limit) {
            return invalid(format!("limit must be between 1 and {MAX_RESULTS}"));
        }
        let cases = self.cases.unwrap_or_default();
        if cases.len() > MAX_CASES {
            return invalid(format!("{} cases; the maximum in one call is {MAX_CASES}", cases.len()));
        }
        let cases = cases.into_iter().enumerate();
        let parse = |(index, case): (usize, CaseInput)| {
            Ok(Case { picture: parse(index, &case.picture, caller)?, expect: case.expect })
        };
        Ok((self.code, limit, cases.map(parse).collect::<Result<_, ApiError>>()?))
    }
}

/// Parses the picture of the case at `index`.
fn parse(index: usize, picture: &Value, caller: UserId) -> Result<CasePicture, ApiError> {
    let name = format!("picture of cases[{index}]");
    let key = match picture {
        Value::String(id) => {
            let id = id
                .parse()
                .map_err(|_| ApiError::Invalid(format!("the {name} is not the id of a picture")))?;
            PictureKey { owner_id: caller, picture_id: id }
        }
        Value::Object(fields) if fields.contains_key("ownerId") => {
            let key: KeyInput = parse_object(&name, picture.to_string().as_bytes())?;
            PictureKey { owner_id: key.owner_id, picture_id: key.picture_id }
        }
        Value::Object(_) => {
            let text = picture.to_string();
            if text.len() > MAX_PICTURE_BYTES {
                let message = format!("the {name} has more than {MAX_PICTURE_BYTES} bytes");
                return Err(ApiError::Invalid(message));
            }
            return Ok(CasePicture::Given(Box::new(with_date(parse_object(&name, text.as_bytes())?))));
        }
        _ => {
            let message =
                format!("the {name} must be the id of one of your pictures, or an object of fields");
            return Err(ApiError::Invalid(message));
        }
    };
    // A rule reads only pictures of its author.
    if key.owner_id != caller {
        return Err(ApiError::NO_PICTURE);
    }
    Ok(CasePicture::Stored(key))
}

/// Adds the parts of `taken` that are missing.
fn with_date(mut fields: PictureFields) -> PictureFields {
    let taken = fields.taken.clone().and_then(|taken| String::from(taken).parse::<TakenAt>().ok());
    if let Some(local) = taken.and_then(|taken| taken.local()) {
        fields.year.get_or_insert(local.year());
        fields.month.get_or_insert(local.month());
        fields.day.get_or_insert(local.day());
        fields.hour.get_or_insert(local.hour());
    }
    fields
}
