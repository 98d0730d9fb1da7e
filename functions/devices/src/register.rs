//! `POST /devices`: registers a device for the caller.

use domain::{Quota, UserId};
use lambda::Error;
use lambda::http::ApiError;
use store::retry::back_off;
use store::{Conflict, Endpoint};

use crate::Context;
use crate::device::{DeviceInput, DeviceView};

/// The maximum number of attempts. An attempt fails if the endpoint belongs to another member or is
/// deleted concurrently.
const MAX_ATTEMPTS: u32 = 8;
/// The number of attempts that can take the device from another member. After these attempts, the
/// call no longer takes the device, so that one of several concurrent calls succeeds.
const ATTEMPTS_TO_MOVE: u32 = 5;

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
    let mut replaced = None;
    let outcome = register_endpoint(context, caller, application, &token, &mut replaced).await;
    if let Some(replaced) = replaced {
        context.devices.remove(caller, &replaced).await?;
    }
    outcome
}

/// Assigns the endpoint of a token to the caller. Deletes an endpoint of another member after the
/// assignment and creates a new one: `deliver` can still send messages for the other member to the
/// deleted one, and these messages must not reach the caller. If the deletion fails, the row in the
/// Devices table keeps its mark, and the next call deletes the endpoint.
///
/// Sets `replaced` to a deleted endpoint that the caller must remove from the Devices table.
async fn register_endpoint(
    context: &Context,
    caller: UserId,
    application: &str,
    token: &str,
    replaced: &mut Option<String>,
) -> Result<DeviceView, ApiError> {
    for attempt in 0..MAX_ATTEMPTS {
        back_off(attempt).await;
        let endpoint = context.push_endpoints.find_or_create(application, token).await?;
        let invalid_token = || ApiError::Invalid("token is not a valid token of the platform".into());
        let endpoint = endpoint.ok_or_else(invalid_token)?;
        let device = DeviceView::parse(&endpoint)?;
        let moves = attempt < ATTEMPTS_TO_MOVE;
        let row = assign_endpoint(context, caller, &endpoint, moves, replaced.as_deref()).await?;
        if row.must_replace {
            context.push_endpoints.delete(&endpoint).await?;
            if let Some(earlier) = replaced.replace(endpoint) {
                context.devices.remove(caller, &earlier).await?;
            }
            continue;
        }
        // Enables the endpoint last, to detect that another request deleted it in the meantime.
        if context.push_endpoints.enable(&endpoint).await? {
            return Ok(device);
        }
        context.devices.remove(caller, &endpoint).await?;
    }
    Err(concurrent_registrations())
}

/// Assigns an endpoint to the caller in the Devices table. Deletes the endpoint if no member has
/// registered it and the caller's account was deleted or has too many devices.
async fn assign_endpoint(
    context: &Context,
    caller: UserId,
    endpoint: &str,
    moves: bool,
    replaced: Option<&str>,
) -> Result<Endpoint, ApiError> {
    let (devices, max) = (&context.devices, context.limits.devices);
    let outcome = match moves {
        true => devices.register(caller, endpoint, max, replaced).await?,
        false => devices.register_unless_taken(caller, endpoint, max, replaced).await?,
    };
    let conflict = match outcome {
        Ok(row) => return Ok(row),
        Err(Conflict::Changed) => return Err(concurrent_registrations()),
        Err(conflict) => conflict,
    };
    if context.devices.get(endpoint).await?.is_none() {
        context.push_endpoints.delete(endpoint).await?;
    }
    Err(match conflict {
        Conflict::LimitReached => ApiError::quota_exceeded(Quota::Devices, &context.limits),
        Conflict::AccountDeleted => ApiError::ACCOUNT_DELETED,
        unexpected => ApiError::Internal(Error::from(format!("unexpected conflict: {unexpected:?}"))),
    })
}

fn concurrent_registrations() -> ApiError {
    let message = "This device was registered or deleted elsewhere at the same time. Try again in a moment.";
    ApiError::Conflict(message.into())
}
