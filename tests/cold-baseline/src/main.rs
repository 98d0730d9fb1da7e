//! `GET /users/{id}` with the SDK's default set-up, as its documentation shows it.

use std::env;

use aws_config::BehaviorVersion;
use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

/// The clients and settings of the function.
struct Clients {
    dynamodb: aws_sdk_dynamodb::Client,
    _s3: aws_sdk_s3::Client,
    table: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&config),
        _s3: aws_sdk_s3::Client::new(&config),
        table: env::var("USERS_TABLE")?,
    };
    run(service_fn(|event| handle(&clients, event))).await
}

async fn handle(
    clients: &Clients,
    event: LambdaEvent<ApiGatewayProxyRequest>,
) -> Result<ApiGatewayProxyResponse, Error> {
    let id = event.payload.path_parameters.get("id").cloned().ok_or("no id")?;
    let request = clients.dynamodb.get_item().table_name(&clients.table).key("userId", AttributeValue::S(id));
    let item = request.consistent_read(true).send().await?.item.ok_or("no such user")?;
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
    let profile = serde_json::json!({"id": text("userId"), "handle": text("handle"),
        "firstName": text("firstName"), "lastName": text("lastName"), "createdAt": text("createdAt")});
    let mut reply = ApiGatewayProxyResponse::default();
    reply.status_code = 200;
    reply.body = Some(serde_json::json!({"code": 200, "data": profile, "notes": null}).to_string().into());
    Ok(reply)
}
