//! `POST /devices`: registers a device for the caller.

use domain::UserId;
use lambda::Error;
use lambda::http::ApiError;
use store::Conflict;

use crate::Context;
use crate::device::{DeviceInput, DeviceView};

/// The maximum number of devices of a member.
const MAX_DEVICES: usize = 10;
/// The maximum number of attempts, each with another endpoint. An attempt fails where the endpoint
/// belongs to another member, or is deleted concurrently.
const MAX_ATTEMPTS: usize = 3;

/// Registers a device for the caller, also one that another member registered before. Idempotent;
/// enables an endpoint that SNS disabled.
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
        let invalid = || ApiError::Invalid("token is not a valid token of the platform".into());
        let endpoint = endpoint.ok_or_else(invalid)?;
        let device = DeviceView::parse(&endpoint)?;
        if let Some(before) = context.devices.get(&endpoint).await?
            && before.user_id != caller
        {
            // Messages to the previous member may be on their way to this endpoint. Deletes it, so
            // that they do not reach the caller.
            context.push_endpoints.delete(&endpoint).await?;
            context.devices.remove(before.user_id, &endpoint).await?;
            continue;
        }
        assign_endpoint(context, caller, &endpoint).await?;
        // Last, because the endpoint may have been deleted by then: the previous member may be
        // signing out.
        if context.push_endpoints.enable(&endpoint).await? {
            return Ok(device);
        }
        context.devices.remove(caller, &endpoint).await?;
    }
    Err(ApiError::Conflict("This device is being signed out. Try again in a moment.".into()))
}

/// Writes the row of the device. On failure, deletes the endpoint unless it is registered.
async fn assign_endpoint(context: &Context, caller: UserId, endpoint: &str) -> Result<(), ApiError> {
    let outcome = context.devices.register(caller, endpoint, MAX_DEVICES, None).await?;
    let Err(conflict) = outcome else { return Ok(()) };
    if context.devices.get(endpoint).await?.is_none() {
        context.push_endpoints.delete(endpoint).await?;
    }
    Err(match conflict {
        Conflict::LimitReached => ApiError::Conflict(format!(
            "You have {MAX_DEVICES} devices, the maximum. Delete one first: GET /devices lists them."
        )),
        Conflict::AccountDeleted => ApiError::ACCOUNT_DELETED,
        other => ApiError::Internal(Error::from(format!("unexpected conflict: {other:?}"))),
    })
}
