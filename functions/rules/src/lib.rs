//! Evaluates the rules of members for their pictures.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /rules/evaluate` |
//! | reads | Pictures of the caller |
//! | starts | one child process per call, see [`rule_evaluator`] |
//! | emits | Quotas rows, which count the calls of each member |

mod context;
mod input;
#[cfg(feature = "openapi")]
pub mod openapi;
mod view;

use std::collections::BTreeSet;

use domain::{PageRequest, Picture, UserId};
use lambda::Error;
use lambda::http::{ApiError, Reply, Request};
use rule_evaluator::Work;
use rule_language::PictureFields;
use store::{Conflict, Pictures};

pub use context::Context;
use input::{Case, CasePicture, MAX_RESULTS, RuleInput};
use view::Evaluation;

/// The maximum number of pictures to read for the newest ready ones, in pages of [`MAX_RESULTS`].
const MAX_PICTURES_READ: usize = 300;

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/rules/evaluate") => Reply::ok(evaluate(context, caller, request.body()?).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Evaluates a rule for the newest ready pictures of the caller, and for the pictures of the cases.
async fn evaluate(context: &Context, caller: UserId, input: RuleInput) -> Result<Evaluation, ApiError> {
    let (code, limit, cases) = input.validate(caller)?;
    context.quotas.count_evaluation(caller).await?.map_err(|conflict| match conflict {
        Conflict::QuotaExceeded(quota) => ApiError::quota_exceeded(quota, &context.limits),
        unexpected => ApiError::Internal(format!("unexpected conflict: {unexpected:?}").into()),
    })?;
    let ids = cases.iter().filter_map(|case| match &case.picture {
        CasePicture::Stored(key) => Some(*key),
        CasePicture::Given(_) => None,
    });
    let ids: Vec<_> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let stored = if ids.is_empty() { Vec::new() } else { context.pictures.get_all(&ids).await? };
    let newest = read_newest(&context.pictures, caller, limit).await?;

    let mut pictures: Vec<PictureFields> = newest.iter().map(PictureFields::from).collect();
    let mut expected = Vec::with_capacity(cases.len());
    for Case { picture, expect } in cases {
        pictures.push(match picture {
            CasePicture::Given(fields) => *fields,
            CasePicture::Stored(key) => {
                let picture = stored.iter().find(|picture| picture.key == key);
                picture.ok_or(ApiError::NO_PICTURE)?.into()
            }
        });
        expected.push(expect);
    }
    let outcome = context.evaluator.evaluate(&Work { code, pictures }).await.map_err(Error::from)?;
    Ok(Evaluation::new(&newest, &expected, outcome))
}

/// Reads the newest pictures of a member that a rule can select. Considers at most
/// [`MAX_PICTURES_READ`].
async fn read_newest(pictures: &Pictures, owner: UserId, limit: usize) -> Result<Vec<Picture>, Error> {
    let mut ready = Vec::with_capacity(limit);
    let mut page = PageRequest { limit: MAX_RESULTS, after: None };
    let mut read = 0;
    while ready.len() < limit && read < MAX_PICTURES_READ {
        let newest = pictures.read_page(owner, page).await?;
        read += newest.len();
        page.after = page.next(&newest, |picture| picture.key.picture_id);
        ready.extend(newest.into_iter().filter(Picture::is_selectable));
        if page.after.is_none() {
            break;
        }
    }
    ready.truncate(limit);
    Ok(ready)
}
