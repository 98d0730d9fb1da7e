//! `POST /devices`: a device becomes the caller's, whoever had it before.

use domain::UserId;
use lambda::http::ApiError;
use store::Registered;

use crate::Context;
use crate::device::{DeviceInput, DeviceView};

/// The most devices a person may have.
const MAX_DEVICES: usize = 10;
/// How often an endpoint may be somebody else's, or be deleted while it is registered.
const MAX_ROUNDS: usize = 3;

/// Registers a device; doing so twice is harmless, and how one that was called dead is revived.
pub async fn register(context: &Context, caller: UserId, input: DeviceInput) -> Result<DeviceView, ApiError> {
    let (platform, token) = input.check()?;
    let application = context.applications.of(platform).ok_or_else(|| {
        let maker = platform.maker();
        ApiError::Conflict(format!("Mobile push by {maker} is not set up here; choose live or email."))
    })?;
    for _ in 0..MAX_ROUNDS {
        let refused = || ApiError::Invalid("token is not one that the platform hands out".into());
        let endpoint = context.push_endpoints.endpoint(application, &token).await?.ok_or_else(refused)?;
        let device = DeviceView::of(&endpoint)?;
        if let Some(before) = context.devices.get(&endpoint).await?
            && before.user_id != caller
        {
            // What is on its way to whoever had the phone goes to their endpoint: it is not the caller's. A new one is made.
            context.push_endpoints.delete(&endpoint).await?;
            context.devices.remove(before.user_id, &endpoint).await?;
            continue;
        }
        take(context, caller, &endpoint).await?;
        // Last, because only then it is certain to be there: whoever had it may be signing out at this moment.
        if context.push_endpoints.enable(&endpoint).await? {
            return Ok(device);
        }
        context.devices.remove(caller, &endpoint).await?;
    }
    Err(ApiError::Conflict("This device is signed out at the same time; try again in a moment.".into()))
}

/// Makes the endpoint the caller's, or leaves things as they were.
async fn take(context: &Context, caller: UserId, endpoint: &str) -> Result<(), ApiError> {
    let refusal = match context.devices.register(caller, endpoint, MAX_DEVICES, None, &context.users).await? {
        Registered::Done => return Ok(()),
        Registered::TooMany => ApiError::Conflict(format!(
            "You have {MAX_DEVICES} devices, and nobody may have more; delete one first: GET /devices lists them."
        )),
        Registered::AccountDeleted => ApiError::ACCOUNT_DELETED,
    };
    if context.devices.get(endpoint).await?.is_none() {
        context.push_endpoints.delete(endpoint).await?;
    }
    Err(refusal)
}
