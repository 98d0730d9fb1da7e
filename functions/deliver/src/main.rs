//! The `deliver` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = deliver::Context {
        receipts: store::IdempotencyStore::from_env(&cloud, "deliver", deliver::LEASE)?,
        devices: store::Endpoints::devices_from_env(&cloud)?,
        recipients: store::recipients::NotificationRecipients::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        push_endpoints: lambda::push::PushEndpoints::from_cloud(&cloud),
        mail: deliver::Mail::from_env(&cloud)?,
    };
    runtime::serve_events(async |event| Ok(deliver::handle(&context, event).await)).await
}
