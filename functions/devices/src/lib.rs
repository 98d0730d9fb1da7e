//! Registers phones for mobile push.
//!
//! | | |
//! |---|---|
//! | triggered by | `POST /devices`, `GET /devices`, `DELETE /devices/{id}`, from members |
//! | reads | Devices; Users: that the account was not deleted |
//! | emits | Devices rows, SNS platform endpoints: `deliver` sends to them |

mod applications;
mod device;
mod register;

use shared::api::{ApiError, Reply, Request};
use shared::model::UserId;
use shared::phones::Phones;
use shared::store::{Endpoints, Users};
use uuid::Uuid;

pub use applications::Applications;
use device::DeviceView;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Read and written.
    pub devices: Endpoints,
    /// Whether an account was deleted.
    pub users: Users,
    /// Through which phones are reached.
    pub applications: Applications,
    /// Their endpoints.
    pub phones: Phones,
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
pub async fn handle(stores: &Stores, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/devices") => Reply::created(register::register(stores, caller, request.body()?).await?),
        ("GET", "/devices") => {
            let items = of(stores, caller).await?.into_iter().map(|(_, device)| device).collect();
            Reply::ok(Devices { items })
        }
        ("DELETE", "/devices/{id}") => {
            let id = request.id("id")?;
            forget(stores, caller, id).await?;
            Reply::ok(serde_json::json!({ "id": id }))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// A person's devices, with their endpoints.
async fn of(stores: &Stores, user: UserId) -> Result<Vec<(String, DeviceView)>, ApiError> {
    let endpoints = stores.devices.of([user]).await?.remove(&user).unwrap_or_default();
    let devices = endpoints.into_iter().map(|endpoint| {
        let device = DeviceView::of(&endpoint)?;
        Ok((endpoint, device))
    });
    devices.collect()
}

/// Nothing is told to this device any more when this returns, or nothing has been changed that cannot be repeated. Its endpoint
/// goes first: who has read the row already cannot send to it either, and the row says what is left to do.
async fn forget(stores: &Stores, caller: UserId, id: Uuid) -> Result<(), ApiError> {
    for (endpoint, device) in of(stores, caller).await? {
        if device.id == id {
            stores.phones.delete(&endpoint).await?;
            stores.devices.remove(caller, &endpoint).await?;
        }
    }
    Ok(())
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut shared::typescript::Types) {
    types.add::<device::DeviceView>();
}
