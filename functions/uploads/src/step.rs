//! What people send to upload in parts, checked before anything is signed.

use domain::Picture;
use domain::{part_length, parts};
use lambda::http::ApiError;
use serde::Deserialize;
use serde_json::Number;
use store::{Step, UploadId};

/// The body of `POST /pictures/{ownerId}/{id}/upload`: which request is to be signed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "UploadStep"))]
pub struct StepInput {
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"create\" | \"part\" | \"list\" | \"complete\" | \"abort\"")
    )]
    step: Option<String>,
    #[cfg_attr(feature = "typescript", ts(optional))]
    upload_id: Option<String>,
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    number: Option<Number>,
}

impl StepInput {
    /// The request, or what is wrong with it.
    ///
    /// # Errors
    /// [`ApiError::Invalid`].
    pub fn into_step(self, picture: &Picture) -> Result<Step, ApiError> {
        let upload_id = || upload_id(self.upload_id.as_deref());
        Ok(match self.step.as_deref() {
            Some("create") => Step::Create,
            Some("part") => {
                Step::Part { upload_id: upload_id()?, number: number(self.number.as_ref(), picture.bytes)? }
            }
            Some("list") => Step::List(upload_id()?),
            Some("complete") => Step::Complete(upload_id()?),
            Some("abort") => Step::Abort(upload_id()?),
            _ => {
                let choices = "step must be create, part, list, complete or abort";
                return Err(ApiError::Invalid(choices.into()));
            }
        })
    }
}

fn upload_id(text: Option<&str>) -> Result<UploadId, ApiError> {
    let wrong =
        || ApiError::Invalid("uploadId must be what S3 called this upload when it was created".into());
    text.and_then(UploadId::parse).ok_or_else(wrong)
}

fn number(number: Option<&Number>, bytes: u64) -> Result<u64, ApiError> {
    let found = number.and_then(Number::as_u64).filter(|number| part_length(bytes, *number).is_some());
    found.ok_or_else(|| {
        let last = parts(bytes);
        ApiError::Invalid(format!("number must be that of a part: from 1 to {last} for this file"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Of a file in two parts.
    fn step(body: Value) -> Result<Step, ApiError> {
        let picture = Picture { bytes: 5_242_881, ..testing::registered_picture() };
        serde_json::from_value::<StepInput>(body).unwrap().into_step(&picture)
    }

    #[test]
    fn every_step_is_known() {
        let upload_id = UploadId::parse("u-1").unwrap();
        for (body, expected) in [
            (json!({"step": "create"}), Step::Create),
            (
                json!({"step": "part", "uploadId": "u-1", "number": 2}),
                Step::Part { upload_id: upload_id.clone(), number: 2 },
            ),
            (json!({"step": "list", "uploadId": "u-1"}), Step::List(upload_id.clone())),
            (json!({"step": "complete", "uploadId": "u-1"}), Step::Complete(upload_id.clone())),
            (json!({"step": "abort", "uploadId": "u-1"}), Step::Abort(upload_id)),
        ] {
            assert_eq!(step(body.clone()).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
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
