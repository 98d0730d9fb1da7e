//! The routes in the specification of the API.

use lambda::openapi::{Api, examples, json};

use crate::Status;

const TAG: &str = "Status";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    api.open(TAG, "GET /openapi.json", "getSpecification", "Returns this document.")
        .cached()
        .document("The document, without the envelope of other replies.");
    api.open(TAG, "GET /status", "getStatus", "Returns the version and the time of the server.")
        .ok::<Status>(json!({
            "status": "ok", "version": env!("CARGO_PKG_VERSION"),
            "serverTime": 1_795_941_000, "serverTimeFormatted": examples::TIME,
            "serverStartTime": 1_795_940_700, "serverStartTimeFormatted": "2026-11-29T08:25:00Z",
        }));
}
