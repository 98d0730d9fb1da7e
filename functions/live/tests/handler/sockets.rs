//! API Gateway's side of the connections.

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_apigatewaymanagement::operation::post_to_connection::{
    PostToConnectionError, PostToConnectionOutput,
};
use aws_sdk_apigatewaymanagement::types::error::{GoneException, LimitExceededException};
use aws_smithy_mocks::{MockResponse, MockResponseInterceptor, RuleMode, create_mock_http_client, mock};

use crate::world::World;

pub fn client(world: &World) -> Client {
    let world = world.clone();
    let post = mock!(Client::post_to_connection).then_compute_response(move |request| {
        let mut state = world.state();
        let connection = request.connection_id().unwrap().to_owned();
        if state.gone.contains(&connection) {
            let error = GoneException::builder().build();
            return MockResponse::Error(PostToConnectionError::GoneException(error));
        }
        if state.failing.contains(&connection) {
            let error = LimitExceededException::builder().build();
            return MockResponse::Error(PostToConnectionError::LimitExceededException(error));
        }
        let message = serde_json::from_slice(request.data().unwrap().as_ref()).unwrap();
        state.posted.push((connection, message));
        MockResponse::Output(PostToConnectionOutput::builder().build())
    });
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(create_mock_http_client())
        .interceptor(MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny).with_rule(&post));
    Client::from_conf(config.build())
}
