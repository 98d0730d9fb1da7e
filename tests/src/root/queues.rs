//! Event source mappings, SQS queues and SNS topics.

use reqwest::{Method, Request};
use serde_json::{Value, json};

use super::Root;
use crate::cloud;

impl Root {
    /// Returns the event source mapping of a function with `part` in its source ARN. Asserts that
    /// there is only one.
    async fn event_source_mapping(&self, function: &str, part: &str) -> Value {
        let name = cloud::stack().function(function).unwrap();
        let found = self.get_from_lambda(&format!("/event-source-mappings/?FunctionName={name}")).await;
        let mut all = found["EventSourceMappings"].as_array().unwrap().clone();
        all.retain(|source| source["EventSourceArn"].as_str().unwrap().contains(part));
        assert_eq!(all.len(), 1, "{function} has one event source with {part}: {found}");
        all.remove(0)
    }

    /// Stops the event sources of a function, or starts them again. Their messages and records wait
    /// meanwhile.
    pub async fn set_event_sources(&self, function: &str, enabled: bool) {
        let name = cloud::stack().function(function).unwrap();
        let found = self.get_from_lambda(&format!("/event-source-mappings/?FunctionName={name}")).await;
        for source in found["EventSourceMappings"].as_array().unwrap() {
            let id = source["UUID"].as_str().unwrap();
            let url = format!("{}/2015-03-31/event-source-mappings/{id}", cloud::stack().endpoint);
            let mut request = Request::new(Method::PUT, url.parse().unwrap());
            *request.body_mut() = Some(json!({ "Enabled": enabled }).to_string().into());
            self.call("lambda", request).await;
        }
    }

    /// Returns the event source mapping of a function for the stream of a table.
    pub async fn stream_mapping(&self, function: &str, table: &str) -> Value {
        self.event_source_mapping(function, &format!(":table/{table}/stream/")).await
    }

    /// Returns the event source mapping of a worker for its queue. `rule-steps` is the second queue
    /// of `smart-albums`.
    pub async fn queue_mapping(&self, worker: &str) -> Value {
        let (function, id) = match worker {
            "smart-albums" => (worker, "SmartAlbumsQueue"),
            "rule-steps" => ("smart-albums", "RuleStepsQueue"),
            _ => return self.event_source_mapping(worker, ":sqs:").await,
        };
        let url = self.physical_id(id).await;
        let name = url.rsplit('/').next().unwrap_or_default();
        self.event_source_mapping(function, &format!(":{name}")).await
    }

    /// Returns the ARN of the queue of a worker.
    pub async fn queue_arn(&self, worker: &str) -> String {
        self.queue_mapping(worker).await["EventSourceArn"].as_str().unwrap().to_owned()
    }

    async fn sqs(&self, action: &str, body: &Value) -> Value {
        self.call_json("sqs", &format!("AmazonSQS.{action}"), body).await
    }

    /// Returns the attributes of a queue.
    pub async fn queue_attributes(&self, queue_arn: &str) -> Value {
        let body = json!({"QueueUrl": queue_url(queue_arn), "AttributeNames": ["All"]});
        self.sqs("GetQueueAttributes", &body).await["Attributes"].clone()
    }

    /// Returns the number of messages in a queue, including messages in flight.
    pub(super) async fn count_messages_in(&self, queue_arn: &str) -> usize {
        let attributes = self.queue_attributes(queue_arn).await;
        let count = |name: &str| attributes[name].as_str().unwrap().parse::<usize>().unwrap();
        count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
    }

    pub(super) async fn send_message_to(&self, queue_arn: &str, message: &str) {
        let body = json!({"QueueUrl": queue_url(queue_arn), "MessageBody": message});
        self.sqs("SendMessage", &body).await;
    }

    /// Sends a message to the queue of a worker.
    pub async fn send_message(&self, worker: &str, message: &str) {
        self.send_message_to(&self.queue_arn(worker).await, message).await;
    }

    /// Returns the number of messages in the queue of a worker, including messages in flight.
    pub async fn count_messages(&self, worker: &str) -> usize {
        self.count_messages_in(&self.queue_arn(worker).await).await
    }

    /// Returns the ARN of the queue for failed stream records.
    pub async fn failures_queue_arn(&self) -> String {
        let stream = self.stream_mapping("index", &self.tables().await.pictures).await;
        stream["DestinationConfig"]["OnFailure"]["Destination"].as_str().unwrap().to_owned()
    }

    /// Returns the number of messages in the queue for failed stream records.
    pub async fn count_stream_failures(&self) -> usize {
        self.count_messages_in(&self.failures_queue_arn().await).await
    }

    /// Publishes a task to the topic Rebuild.
    pub async fn rebuild(&self, task: &Value) {
        let (topic, message) = (self.environment_variable("index", "REBUILD_TOPIC").await, task.to_string());
        let fields = [("Action", "Publish"), ("Version", "2010-03-31"), ("TopicArn", &topic)];
        self.call_query("sns", &[&fields[..], &[("Message", &message)]].concat()).await;
    }
}

/// Converts `arn:aws:sqs:REGION:ACCOUNT:NAME` to `ENDPOINT/ACCOUNT/NAME`.
pub fn queue_url(arn: &str) -> String {
    let parts: Vec<_> = arn.split(':').collect();
    format!("{}/{}/{}", cloud::stack().endpoint, parts[4], parts[5])
}
