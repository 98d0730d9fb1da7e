//! Registers phones for mobile push.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /devices`, `GET /devices`, `DELETE /devices/{id}` |
//! | reads | Devices; Users: whether the account was deleted |
//! | emits | Devices rows; SNS platform endpoints, to which `deliver` sends |

mod applications;
mod context;
mod device;
#[cfg(feature = "openapi")]
pub mod openapi;
mod register;

use domain::UserId;
use lambda::http::{ApiError, Reply, Request};
use lambda::view::IdView;
use uuid::Uuid;

pub use applications::PlatformApplications;
pub use context::Context;
use device::DeviceView;

/// The `data` of `GET /devices`. There are no pages, because a member has few devices.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
struct DeviceList {
    items: Vec<DeviceView>,
}

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/devices") => {
            Reply::created(register::register_device(context, caller, request.body()?).await?)
        }
        ("GET", "/devices") => {
            let devices = list_devices(context, caller).await?;
            Reply::ok(DeviceList { items: devices.into_iter().map(|(_, device)| device).collect() })
        }
        ("DELETE", "/devices/{id}") => {
            let id: Uuid = request.id("id")?;
            delete_device(context, caller, id).await?;
            Reply::ok(IdView::new(id))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Reads a member's devices with the ARNs of their endpoints.
async fn list_devices(context: &Context, user: UserId) -> Result<Vec<(String, DeviceView)>, ApiError> {
    let endpoints = context.devices.find_by_users([user]).await?.remove(&user).unwrap_or_default();
    let devices = endpoints.into_iter().map(|endpoint| {
        let device = DeviceView::parse(&endpoint)?;
        Ok((endpoint, device))
    });
    devices.collect()
}

/// Deletes a device of the caller. Succeeds even if the device does not exist.
///
/// Deletes the endpoint before the row, for two reasons. A sender that has already read the row can
/// no longer send to the endpoint, and the row remains for a retry if the deletion fails.
async fn delete_device(context: &Context, caller: UserId, id: Uuid) -> Result<(), ApiError> {
    for (endpoint, device) in list_devices(context, caller).await? {
        if device.id == id {
            context.push_endpoints.delete(&endpoint).await?;
            context.devices.remove(caller, &endpoint).await?;
        }
    }
    Ok(())
}
