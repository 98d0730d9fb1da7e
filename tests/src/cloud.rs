//! The local cloud that tests run on.

use client::{App, Stack as Addresses};
use local::cloud::Stack;

use crate::specification;

/// Returns the local cloud shared by all tests of this run. Starts it if necessary.
pub fn stack() -> &'static Stack {
    match local::cloud::for_tests() {
        Ok(stack) => stack,
        Err(error) => panic!("cannot start a local cloud for the tests: {error:#}"),
    }
}

/// Creates a client of the application without credentials. Each test creates its own client,
/// because each test has its own Tokio runtime, to which connections belong.
pub fn app() -> App {
    App::new(addresses()).unwrap().with_observer(specification::compare)
}

/// Returns the addresses of the application.
pub fn addresses() -> Addresses {
    let stack = stack().clone();
    Addresses {
        endpoint: Some(stack.endpoint),
        region: stack.region,
        api: stack.api,
        live: stack.live,
        user_pool_id: stack.user_pool_id,
        client_id: stack.client_id,
        identity_pool_id: stack.identity_pool_id,
    }
}
