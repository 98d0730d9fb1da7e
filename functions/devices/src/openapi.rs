//! The routes in the specification of the API.

use lambda::openapi::{Api, examples, json};
use lambda::view::IdView;

use crate::DeviceList;
use crate::device::{DeviceInput, DeviceView};

const TAG: &str = "Devices";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let device = json!({ "id": examples::OBJECT, "platform": "apns" });
    api.member(TAG, "POST /devices", "registerDevice", "Registers a phone of the caller for mobile push.")
        .description("A token belongs to the member who registered it last.")
        .body::<DeviceInput>(json!({ "platform": "apns", "token": "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0" }))
        .error(409, "The platform is not set up, or other calls register or delete the device at the same time.")
        .error(429, "Too many calls at once, or the caller has the maximum number of devices.")
        .created::<DeviceView>(device.clone());
    api.member(TAG, "GET /devices", "listDevices", "Lists the devices of the caller.")
        .ok::<DeviceList>(json!({ "items": [device] }));
    api.member(TAG, "DELETE /devices/{id}", "deleteDevice", "Deletes a device of the caller.")
        .id("id", "The device. The call also succeeds if it does not exist.")
        .ok::<IdView>(examples::id(examples::OBJECT));
}
