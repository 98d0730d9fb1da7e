//! The local cloud that tests run on.

use client::{App, Stack as Addresses};
use local::cloud::Stack;

/// The addresses of the cloud that all tests of this run share; it is started where there is none yet.
pub fn stack() -> &'static Stack {
    match local::cloud::for_tests() {
        Ok(stack) => stack,
        Err(error) => panic!("there is no local cloud to test on: {error:#}"),
    }
}

/// The application as anyone sees it. Each test makes its own: connections belong to the runtime that opened them.
pub fn app() -> App {
    let stack = stack().clone();
    let addresses = Addresses {
        endpoint: Some(stack.endpoint),
        region: stack.region,
        api: stack.api,
        live: stack.live,
        user_pool_id: stack.user_pool_id,
        client_id: stack.client_id,
        identity_pool_id: stack.identity_pool_id,
    };
    App::new(addresses).unwrap()
}
