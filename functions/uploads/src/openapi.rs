//! The routes in the specification of the API.

use lambda::openapi::{Api, Value, examples, json};

use crate::registration::Registration;
use crate::step::StepInput;
use crate::{RegistrationView, StepView};

const TAG: &str = "Pictures";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let summary = "Registers a picture, and presigns its upload.";
    api.member(TAG, "POST /pictures", "createPicture", summary)
        .description(
            "Send the bytes with the returned request. Then read the picture until it is `ready`. \
            For a file of more than 5 MiB, `createUpload` begins an upload in parts.",
        )
        .body::<Registration>(json!({ "contentType": "image/jpeg", "bytes": 4_812_345 }))
        .error(413, "The file is too large.")
        .error(415, "")
        .error(429, "Too many calls at once, or a quota of pictures or bytes is used up.")
        .created::<RegistrationView>(json!({
            "picture": examples::registered_picture(), "upload": upload("?X-Amz-Signature=…"),
        }));
    let summary = "Presigns a request of an upload in parts, and with a part the following requests.";
    api.member(TAG, "POST /pictures/{ownerId}/{id}/upload", "presignUploadStep", summary)
        .picture()
        .body::<StepInput>(json!({ "step": "part", "uploadId": "VXBsb2FkIElE", "number": 1 }))
        .error(404, "The picture does not exist, or it is not the caller's.")
        .error(409, "The picture was uploaded already, or has another multipart upload.")
        .error(429, "Too many calls at once, or the quota `bytesPerDay` is used up.")
        .ok::<StepView>(part());
}

fn part() -> Value {
    let mut part = upload("?partNumber=1&uploadId=VXBsb2FkIElE&X-Amz-Signature=…");
    part["headers"] = json!({ "content-length": "5242880" });
    part["following"] = json!([
        upload("?partNumber=2&uploadId=VXBsb2FkIElE&X-Amz-Signature=…"),
        upload("?uploadId=VXBsb2FkIElE&X-Amz-Signature=…"),
    ]);
    part
}

fn upload(query: &str) -> Value {
    let (owner, picture) = (examples::MEMBER, examples::OBJECT);
    json!({
        "method": "PUT",
        "url": format!("https://media.s3.eu-central-1.amazonaws.com/originals/{owner}/{picture}{query}"),
        "headers": { "content-type": "image/jpeg", "content-length": "4812345", "if-none-match": "*" },
        "expiresAt": "2026-11-29T08:45:00Z",
    })
}
