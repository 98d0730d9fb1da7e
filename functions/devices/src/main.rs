//! The `devices` function: see the library.

use devices::Applications;
use lambda::push::PushEndpoints;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = devices::Context {
        devices: store::Endpoints::devices_from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        applications: Applications::from_env()?,
        push_endpoints: PushEndpoints::from_cloud(&cloud),
    };
    runtime::serve_api(|request| devices::handle(&context, request)).await
}
