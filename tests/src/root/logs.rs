//! Reads the logs of the functions.

use serde_json::{Value, json};

use super::Root;
use crate::cloud;

impl Root {
    /// Returns the log lines of a function since `since`, each with its time. Both times are
    /// milliseconds since 1970. The local cloud gives each line the time at which its invocation
    /// ended.
    pub async fn logs(&self, function: &str, since: u128) -> Vec<(u128, String)> {
        let group = format!("/aws/lambda/{}", cloud::stack().function(function).unwrap());
        let (mut lines, mut next) = (Vec::new(), Value::Null);
        loop {
            let mut body = json!({"logGroupName": group, "startTime": since});
            if next.is_string() {
                body["nextToken"] = next;
            }
            let reply = self.call_json("logs", "Logs_20140328.FilterLogEvents", &body).await;
            lines.extend(reply["events"].as_array().unwrap().iter().map(|event| {
                (event["timestamp"].as_u64().unwrap().into(), event["message"].as_str().unwrap().to_owned())
            }));
            next = reply["nextToken"].clone();
            if !next.is_string() {
                return lines;
            }
        }
    }
}
