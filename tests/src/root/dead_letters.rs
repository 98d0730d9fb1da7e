//! Dead-letter queues, and the alarms of CloudWatch.

use serde_json::{Value, json};

use super::Root;

impl Root {
    /// Returns the ARN of the dead-letter queue of a worker.
    pub async fn dead_letter_queue_arn(&self, worker: &str) -> String {
        let attributes = self.queue_attributes(&self.queue_arn(worker).await).await;
        let policy: Value = serde_json::from_str(attributes["RedrivePolicy"].as_str().unwrap()).unwrap();
        policy["deadLetterTargetArn"].as_str().unwrap().to_owned()
    }

    /// Returns the number of messages in the dead-letter queue of a worker.
    pub async fn count_dead_letters(&self, worker: &str) -> usize {
        self.count_messages_in(&self.dead_letter_queue_arn(worker).await).await
    }

    /// Sends a message to the dead-letter queue of a worker.
    pub async fn send_dead_letter(&self, worker: &str, message: &str) {
        self.send_message_to(&self.dead_letter_queue_arn(worker).await, message).await;
    }

    /// Moves all messages from the dead-letter queue of a worker back to its queue.
    pub async fn redrive(&self, worker: &str) {
        // The destination is required for messages sent directly to the dead-letter queue.
        let (from, to) = (self.dead_letter_queue_arn(worker).await, self.queue_arn(worker).await);
        self.call_json(
            "sqs",
            "AmazonSQS.StartMessageMoveTask",
            &json!({"SourceArn": from, "DestinationArn": to}),
        )
        .await;
    }

    /// Returns all CloudWatch alarms in the form of `DescribeAlarms`.
    pub async fn alarms(&self) -> Vec<Value> {
        let reply =
            self.call_json("monitoring", "GraniteServiceVersion20100801.DescribeAlarms", &json!({})).await;
        reply["MetricAlarms"].as_array().unwrap().clone()
    }
}
