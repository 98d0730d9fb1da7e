//! The validated body of `POST /pictures/{ownerId}/{id}/upload`.

use domain::{Picture, UploadId, count_parts, part_length};
use lambda::http::ApiError;
use serde::Deserialize;
use serde_json::Number;
use store::UploadStep;

/// The body of `POST /pictures/{ownerId}/{id}/upload`. It describes the request to presign.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "UploadStep"))]
pub struct StepInput {
    #[cfg_attr(feature = "openapi", schemars(with = "String", extend("enum" = ["create", "part", "list", "complete", "abort"])))]
    step: Option<String>,
    /// The id that S3 gave to the upload, for all steps except `create`.
    #[cfg_attr(feature = "openapi", schemars(regex(pattern = "^[A-Za-z0-9._~+/=-]{1,1024}$")))]
    upload_id: Option<String>,
    /// The number of a part, for the step `part`.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<u64>", range(min = 1, max = count_parts(domain::MAX_ORIGINAL_BYTES))))]
    number: Option<Number>,
}

impl StepInput {
    /// Validates the input and converts it to a step of the multipart upload of `picture`.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the step is unknown, the upload id is missing or invalid,
    /// or the file has no part with this number.
    pub fn into_step(self, picture: &Picture) -> Result<UploadStep, ApiError> {
        let upload_id = || parse_upload_id(self.upload_id.as_deref());
        Ok(match self.step.as_deref() {
            Some("create") => UploadStep::Create,
            Some("part") => UploadStep::Part {
                upload_id: upload_id()?,
                number: parse_number(self.number.as_ref(), picture.bytes)?,
            },
            Some("list") => UploadStep::List(upload_id()?),
            Some("complete") => UploadStep::Complete(upload_id()?),
            Some("abort") => UploadStep::Abort(upload_id()?),
            _ => {
                let choices = "step must be create, part, list, complete or abort";
                return Err(ApiError::Invalid(choices.into()));
            }
        })
    }
}

fn parse_upload_id(text: Option<&str>) -> Result<UploadId, ApiError> {
    let invalid_id =
        || ApiError::Invalid("uploadId must be the id that S3 gave to the created upload".into());
    text.and_then(UploadId::parse).ok_or_else(invalid_id)
}

/// Parses the number of a part of a file of `bytes` bytes.
fn parse_number(number: Option<&Number>, bytes: u64) -> Result<u64, ApiError> {
    let number = number.and_then(Number::as_u64).filter(|number| part_length(bytes, *number).is_some());
    number.ok_or_else(|| {
        let last = count_parts(bytes);
        ApiError::Invalid(format!("number must be the number of a part: from 1 to {last} for this file"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Parses a step of the upload of a file with two parts.
    fn step(body: Value) -> Result<UploadStep, ApiError> {
        let picture = Picture { bytes: 5_242_881, ..testing::registered_picture() };
        serde_json::from_value::<StepInput>(body).unwrap().into_step(&picture)
    }

    #[test]
    fn parses_every_step() {
        let upload_id = UploadId::parse("u-1").unwrap();
        for (body, expected) in [
            (json!({"step": "create"}), UploadStep::Create),
            (
                json!({"step": "part", "uploadId": "u-1", "number": 2}),
                UploadStep::Part { upload_id: upload_id.clone(), number: 2 },
            ),
            (json!({"step": "list", "uploadId": "u-1"}), UploadStep::List(upload_id.clone())),
            (json!({"step": "complete", "uploadId": "u-1"}), UploadStep::Complete(upload_id.clone())),
            (json!({"step": "abort", "uploadId": "u-1"}), UploadStep::Abort(upload_id)),
        ] {
            assert_eq!(step(body.clone()).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn the_error_names_the_invalid_field() {
        for (body, word) in [
            (json!({}), "create, part, list, complete or abort"),
            (json!({"step": "delete", "uploadId": "u-1"}), "create, part, list, complete or abort"),
            (json!({"step": "list"}), "uploadId"),
            (json!({"step": "abort", "uploadId": ""}), "uploadId"),
            (json!({"step": "complete", "uploadId": "u&uploads"}), "uploadId"),
            (json!({"step": "part", "number": 1}), "uploadId"),
            (json!({"step": "part", "uploadId": "u-1"}), "from 1 to 2"),
            (json!({"step": "part", "uploadId": "u-1", "number": 0}), "from 1 to 2"),
            (json!({"step": "part", "uploadId": "u-1", "number": 3}), "from 1 to 2"),
            (json!({"step": "part", "uploadId": "u-1", "number": -1}), "from 1 to 2"),
            (json!({"step": "part", "uploadId": "u-1", "number": 1.5}), "from 1 to 2"),
        ] {
            let error = step(body.clone()).unwrap_err();
            assert_eq!(error.status(), 400, "{body}");
            assert!(error.to_string().contains(word), "{body}: {error}");
        }
    }
}
