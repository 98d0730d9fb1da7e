//! `POST /devices`: a device becomes the caller's, whoever had it before.

use shared::api::ApiError;
use shared::model::UserId;
use shared::store::Registered;

use crate::Stores;
use crate::device::{DeviceInput, DeviceView};

/// The most devices a person may have.
const MOST_DEVICES: usize = 10;
/// How often an endpoint may be somebody else's, or be deleted while it is registered.
const MOST_ROUNDS: usize = 3;

/// Registers a device; doing so twice is harmless, and how one that was called dead is revived.
pub async fn register(stores: &Stores, caller: UserId, input: DeviceInput) -> Result<DeviceView, ApiError> {
    let (platform, token) = input.check()?;
    let application = stores.applications.of(platform).ok_or_else(|| {
        let maker = platform.maker();
        ApiError::Conflict(format!("Mobile push by {maker} is not set up here; choose live or email."))
    })?;
    for _ in 0..MOST_ROUNDS {
        let refused = || ApiError::Invalid("token is not one that the platform hands out".into());
        let endpoint = stores.phones.endpoint(application, &token).await?.ok_or_else(refused)?;
        let device = DeviceView::of(&endpoint)?;
        if let Some(before) = stores.devices.get(&endpoint).await?
            && before.user_id != caller
        {
            // What is on its way to whoever had the phone goes to their endpoint: it is not the caller's. A new one is made.
            stores.phones.delete(&endpoint).await?;
            stores.devices.remove(before.user_id, &endpoint).await?;
            continue;
        }
        take(stores, caller, &endpoint).await?;
        // Last, because only then it is certain to be there: whoever had it may be signing out at this moment.
        if stores.phones.enable(&endpoint).await? {
            return Ok(device);
        }
        stores.devices.remove(caller, &endpoint).await?;
    }
    Err(ApiError::Conflict("This device is signed out at the same time; try again in a moment.".into()))
}

/// Makes the endpoint the caller's, or leaves things as they were.
async fn take(stores: &Stores, caller: UserId, endpoint: &str) -> Result<(), ApiError> {
    let refusal = match stores.devices.register(caller, endpoint, MOST_DEVICES, None, &stores.users).await? {
        Registered::Done => return Ok(()),
        Registered::TooMany => ApiError::Conflict(format!(
            "You have {MOST_DEVICES} devices, and nobody may have more; delete one first: GET /devices lists them."
        )),
        Registered::AccountDeleted => ApiError::ACCOUNT_DELETED,
    };
    if stores.devices.get(endpoint).await?.is_none() {
        stores.phones.delete(endpoint).await?;
    }
    Err(refusal)
}
