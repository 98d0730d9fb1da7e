//! `POST /devices`: registers a device for the caller.

use domain::{Quota, UserId};
use lambda::Error;
use lambda::http::ApiError;
use store::Conflict;

use crate::Context;
use crate::device::{DeviceInput, DeviceView};

/// The maximum number of endpoints to try. An attempt fails if the endpoint belongs to another
/// member or is deleted concurrently.
const MAX_ATTEMPTS: usize = 3;

/// Registers a device for the caller. Removes it from another member who registered it before, and
/// enables the endpoint if SNS disabled it. Registering a device twice has no further effect.
pub async fn register_device(
    context: &Context,
    caller: UserId,
    input: DeviceInput,
) -> Result<DeviceView, ApiError> {
    let (platform, token) = input.parse()?;
    let application = context.applications.arn(platform).ok_or_else(|| {
        let vendor = platform.vendor();
        ApiError::Conflict(format!("Mobile push by {vendor} is not set up here. Choose live or email."))
    })?;
    for _ in 0..MAX_ATTEMPTS {
        let endpoint = context.push_endpoints.find_or_create(application, &token).await?;
        let invalid_token = || ApiError::Invalid("token is not a valid token of the platform".into());
        let endpoint = endpoint.ok_or_else(invalid_token)?;
        let device = DeviceView::parse(&endpoint)?;
        if let Some(registration) = context.devices.get(&endpoint).await?
            && registration.user_id != caller
        {
            // `deliver` can still send messages for the other member to this endpoint. Deletes the
            // endpoint, so that these messages do not reach the caller.
            context.push_endpoints.delete(&endpoint).await?;
            context.devices.remove(registration.user_id, &endpoint).await?;
            continue;
        }
        assign_endpoint(context, caller, &endpoint).await?;
        // Enables the endpoint last, to detect that another request deleted it in the meantime.
        if context.push_endpoints.enable(&endpoint).await? {
            return Ok(device);
        }
        context.devices.remove(caller, &endpoint).await?;
    }
    let message = "This device was registered or deleted elsewhere at the same time. Try again in a moment.";
    Err(ApiError::Conflict(message.into()))
}

/// Assigns the endpoint to the caller in the Devices table. After a conflict, deletes the endpoint
/// if no member has registered it.
async fn assign_endpoint(context: &Context, caller: UserId, endpoint: &str) -> Result<(), ApiError> {
    let outcome = context.devices.register(caller, endpoint, context.limits.devices, None).await?;
    let Err(conflict) = outcome else { return Ok(()) };
    if context.devices.get(endpoint).await?.is_none() {
        context.push_endpoints.delete(endpoint).await?;
    }
    Err(match conflict {
        Conflict::LimitReached => ApiError::quota_exceeded(Quota::Devices, &context.limits),
        Conflict::AccountDeleted => ApiError::ACCOUNT_DELETED,
        unexpected => ApiError::Internal(Error::from(format!("unexpected conflict: {unexpected:?}"))),
    })
}
