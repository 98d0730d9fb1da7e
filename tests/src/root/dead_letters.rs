//! What functions could not deal with, and the alarms that say so.

use serde_json::{Value, json};

use super::Root;

impl Root {
    /// The ARN of the queue for the messages that a worker could not deal with.
    pub async fn dead_letter_queue(&self, worker: &str) -> String {
        let attributes = self.attributes(&self.queue(worker).await).await;
        let policy: Value = serde_json::from_str(attributes["RedrivePolicy"].as_str().unwrap()).unwrap();
        policy["deadLetterTargetArn"].as_str().unwrap().to_owned()
    }

    /// How many messages a worker could not deal with.
    pub async fn dead_letters(&self, worker: &str) -> usize {
        self.messages(&self.dead_letter_queue(worker).await).await
    }

    /// Puts a message among those that a worker could not deal with.
    pub async fn bury(&self, worker: &str, message: &str) {
        self.send_to(&self.dead_letter_queue(worker).await, message).await;
    }

    /// Sends what a worker could not deal with back to it.
    pub async fn redrive(&self, worker: &str) {
        // What was put there by hand came from no queue: so its way is named.
        let (from, to) = (self.dead_letter_queue(worker).await, self.queue(worker).await);
        self.json("sqs", "AmazonSQS.StartMessageMoveTask", &json!({"SourceArn": from, "DestinationArn": to}))
            .await;
    }

    /// All alarms, as CloudWatch's `DescribeAlarms` says.
    pub async fn alarms(&self) -> Vec<Value> {
        let found = self.json("monitoring", "GraniteServiceVersion20100801.DescribeAlarms", &json!({})).await;
        found["MetricAlarms"].as_array().unwrap().clone()
    }
}
