//! What functions wrote into their logs.

use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde_json::{Value, json};

use super::Root;
use crate::cloud;

impl Root {
    /// The lines that a function wrote since then, with when its invocation ended (both milliseconds of the epoch): the local cloud
    /// takes them over at the end.
    pub async fn logs(&self, function: &str, since: u128) -> Vec<(u128, String)> {
        let group = format!("/aws/lambda/{}", cloud::stack().function(function).unwrap());
        let (mut lines, mut next) = (Vec::new(), Value::Null);
        loop {
            let mut body = json!({"logGroupName": group, "startTime": since});
            if next.is_string() {
                body["nextToken"] = next;
            }
            let reply = self.logs_call("FilterLogEvents", &body).await;
            lines.extend(reply["events"].as_array().unwrap().iter().map(|event| {
                (event["timestamp"].as_u64().unwrap().into(), event["message"].as_str().unwrap().to_owned())
            }));
            next = reply["nextToken"].clone();
            if !next.is_string() {
                return lines;
            }
        }
    }

    async fn logs_call(&self, action: &str, body: &Value) -> Value {
        let mut request = Request::new(Method::POST, cloud::stack().endpoint.parse().unwrap());
        let target = HeaderValue::try_from(format!("Logs_20140328.{action}")).unwrap();
        request.headers_mut().insert("x-amz-target", target);
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
        *request.body_mut() = Some(body.to_string().into());
        self.call("logs", request).await.json()
    }
}
