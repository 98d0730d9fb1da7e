//! A fake HTTP client of the management API of API Gateway.

use std::future::pending;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use crate::fixture::Fixture;

#[derive(Clone)]
struct Gateway(Fixture);

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gateway")
    }
}

impl HttpConnector for Gateway {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (_, connection) = request.uri().rsplit_once('/').unwrap();
        let mut state = self.0.state();
        if state.slow.contains(connection) {
            return HttpConnectorFuture::new(pending());
        }
        let status = match connection {
            closed if state.closed.contains(closed) => 410,
            failing if state.failing.contains(failing) => 429,
            deleted if request.method() == "DELETE" => {
                state.deleted.push(deleted.to_owned());
                204
            }
            accepted => {
                let message = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
                state.sent.push((accepted.to_owned(), message));
                200
            }
        };
        HttpConnectorFuture::ready(Ok(response(status)))
    }
}

fn response(status: u16) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from("{}"));
    let error = match status {
        410 => "GoneException",
        429 => "LimitExceededException",
        _ => return response,
    };
    response.headers_mut().insert("x-amzn-errortype", error);
    response
}

/// Creates a client of the fake management API.
pub fn client(fixture: &Fixture) -> Client {
    let gateway = SharedHttpConnector::new(Gateway(fixture.clone()));
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url("https://live.execute-api.us-east-1.amazonaws.com/v1")
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| gateway.clone()));
    Client::from_conf(config.build())
}
