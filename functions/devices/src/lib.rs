//! Registers push_endpoints for mobile push.
//!
//! | | |
//! |---|---|
//! | triggered by | `POST /devices`, `GET /devices`, `DELETE /devices/{id}`, from members |
//! | reads | Devices; Users: that the account was not deleted |
//! | emits | Devices rows, SNS platform endpoints: `deliver` sends to them |

mod applications;
mod device;
mod register;

use domain::UserId;
use lambda::http::{ApiError, Reply, Request};
use lambda::push::PushEndpoints;
use store::{Endpoints, Users};
use uuid::Uuid;

pub use applications::Applications;
use device::DeviceView;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Read and written.
    pub devices: Endpoints,
    /// Whether an account was deleted.
    pub users: Users,
    /// Through which push_endpoints are reached.
    pub applications: Applications,
    /// Their endpoints.
    pub push_endpoints: PushEndpoints,
}

/// The `data` of the list: a person has few devices, all on one page.
#[derive(Debug, serde::Serialize)]
struct Devices {
    items: Vec<DeviceView>,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/devices") => Reply::created(register::register(context, caller, request.body()?).await?),
        ("GET", "/devices") => {
            let items = of(context, caller).await?.into_iter().map(|(_, device)| device).collect();
            Reply::ok(Devices { items })
        }
        ("DELETE", "/devices/{id}") => {
            let id = request.id("id")?;
            forget(context, caller, id).await?;
            Reply::ok(serde_json::json!({ "id": id }))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// A person's devices, with their endpoints.
async fn of(context: &Context, user: UserId) -> Result<Vec<(String, DeviceView)>, ApiError> {
    let endpoints = context.devices.of([user]).await?.remove(&user).unwrap_or_default();
    let devices = endpoints.into_iter().map(|endpoint| {
        let device = DeviceView::of(&endpoint)?;
        Ok((endpoint, device))
    });
    devices.collect()
}

/// Nothing is told to this device any more when this returns, or nothing has been changed that cannot be repeated. Its endpoint
/// goes first: who has read the row already cannot send to it either, and the row says what is left to do.
async fn forget(context: &Context, caller: UserId, id: Uuid) -> Result<(), ApiError> {
    for (endpoint, device) in of(context, caller).await? {
        if device.id == id {
            context.push_endpoints.delete(&endpoint).await?;
            context.devices.remove(caller, &endpoint).await?;
        }
    }
    Ok(())
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<device::DeviceView>();
}
