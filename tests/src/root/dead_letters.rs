//! Dead-letter queues and alarms.

use serde_json::{Value, json};

use super::Root;

impl Root {
    /// The ARN of the dead-letter queue of a worker.
    pub async fn dead_letter_queue(&self, worker: &str) -> String {
        let attributes = self.attributes(&self.queue(worker).await).await;
        let policy: Value = serde_json::from_str(attributes["RedrivePolicy"].as_str().unwrap()).unwrap();
        policy["deadLetterTargetArn"].as_str().unwrap().to_owned()
    }

    /// The number of messages in the dead-letter queue of a worker.
    pub async fn dead_letters(&self, worker: &str) -> usize {
        self.messages(&self.dead_letter_queue(worker).await).await
    }

    /// Sends a message to the dead-letter queue of a worker.
    pub async fn send_dead_letter(&self, worker: &str, message: &str) {
        self.send_to(&self.dead_letter_queue(worker).await, message).await;
    }

    /// Moves all messages from the dead-letter queue of a worker back to its queue.
    pub async fn redrive(&self, worker: &str) {
        // The destination is required for messages sent directly to the dead-letter queue.
        let (from, to) = (self.dead_letter_queue(worker).await, self.queue(worker).await);
        self.json("sqs", "AmazonSQS.StartMessageMoveTask", &json!({"SourceArn": from, "DestinationArn": to}))
            .await;
    }

    /// All CloudWatch alarms in the form of `DescribeAlarms`.
    pub async fn alarms(&self) -> Vec<Value> {
        let found = self.json("monitoring", "GraniteServiceVersion20100801.DescribeAlarms", &json!({})).await;
        found["MetricAlarms"].as_array().unwrap().clone()
    }
}
