//! Reads the e-mails and push messages that the local cloud records, and manages platform
//! endpoints.

use std::fmt::Display;

use domain::UserId;
use reqwest::{Method, Request};
use serde_json::Value;
use store::Endpoints;

use super::{Root, query_request};
use crate::cloud;

impl Root {
    /// Reads recorded messages at a path of the emulator, below `/_ministack/`.
    async fn outbox(&self, path: impl Display) -> Value {
        let url = format!("{}/_ministack/{path}", cloud::stack().endpoint);
        self.call("ses", Request::new(Method::GET, url.parse().unwrap())).await.json()
    }

    /// Returns all e-mails to an address, oldest first.
    pub async fn mails(&self, address: &str) -> Vec<Value> {
        let account = self.queue_arn("deliver").await.split(':').nth(4).unwrap().to_owned();
        let mut reply = self.outbox(format_args!("ses/messages?account={account}")).await;
        let Value::Array(mut mails) = reply["messages"][&account].take() else { return Vec::new() };
        mails.retain(|mail| {
            mail["Type"] == "v2.SendEmail"
                && mail["To"].as_array().unwrap().iter().any(|to| to.as_str().unwrap().contains(address))
        });
        mails
    }

    /// Returns all push messages to a device token, oldest first.
    pub async fn pushes(&self, token: &str) -> Vec<Value> {
        let mut reply = self.outbox("sns/platform-endpoint-messages").await;
        let Value::Array(mut pushes) = reply["platform_endpoint_messages"].take() else { unreachable!() };
        pushes.retain(|push| push["Token"] == token);
        pushes
    }

    /// Returns the ARNs of the platform endpoints of a user.
    pub async fn devices_of(&self, user: UserId) -> Vec<String> {
        let devices = Endpoints::devices(&self.database().await);
        devices.find_by_users([user]).await.unwrap().remove(&user).into_iter().flatten().collect()
    }

    /// Returns `true` if a platform endpoint exists.
    pub async fn has_endpoint(&self, arn: &str) -> bool {
        let fields = [("Action", "GetEndpointAttributes"), ("Version", "2010-03-31"), ("EndpointArn", arn)];
        self.send_signed("sns", query_request(&fields)).await.status == 200
    }

    /// Calls an SNS action, such as `DeleteEndpoint`, on a platform endpoint.
    pub async fn change_endpoint(&self, action: &str, arn: &str, attributes: &[(&str, &str)]) {
        let fields = [("Action", action), ("Version", "2010-03-31"), ("EndpointArn", arn)];
        let names: Vec<_> = (1..).map(|i| format!("Attributes.entry.{i}")).take(attributes.len()).collect();
        let names: Vec<_> =
            names.iter().map(|name| [format!("{name}.key"), format!("{name}.value")]).collect();
        let pairs = names.iter().zip(attributes);
        let pairs =
            pairs.flat_map(|(names, (key, value))| [(names[0].as_str(), *key), (names[1].as_str(), *value)]);
        self.call_query("sns", &fields.into_iter().chain(pairs).collect::<Vec<_>>()).await;
    }
}
