//! Reads stream records of tables, to send them to a consumer again.

use serde_json::{Value, json};

use super::Root;

/// A position in the stream of a table.
#[derive(Debug)]
pub struct StreamPosition {
    stream: String,
    iterator: String,
}

impl Root {
    async fn streams(&self, action: &str, body: &Value) -> Value {
        self.call_json("dynamodb", &format!("DynamoDBStreams_20120810.{action}"), body).await
    }

    /// Returns the current end of the stream of a table. `consumer` is a function with that stream
    /// as an event source.
    pub async fn end_of_stream(&self, consumer: &str, table: &str) -> StreamPosition {
        let stream =
            self.stream_mapping(consumer, table).await["EventSourceArn"].as_str().unwrap().to_owned();
        let described = self.streams("DescribeStream", &json!({"StreamArn": stream})).await;
        let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
        let from = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "LATEST"});
        let iterator =
            self.streams("GetShardIterator", &from).await["ShardIterator"].as_str().unwrap().into();
        StreamPosition { stream, iterator }
    }

    /// Builds the Lambda event with all stream records since `position` that contain the text `id`.
    pub async fn changes_since(&self, position: &StreamPosition, id: &str) -> Value {
        let (mut records, mut iterator) = (Vec::new(), json!(position.iterator));
        loop {
            let page = self.streams("GetRecords", &json!({"ShardIterator": iterator})).await;
            let page_records = page["Records"].as_array().unwrap();
            if page_records.is_empty() {
                return json!({ "Records": records });
            }
            let matching =
                page_records.iter().filter(|record| record["dynamodb"].to_string().contains(id)).cloned();
            records.extend(matching.map(|mut record| {
                record["eventSourceARN"] = json!(position.stream);
                record
            }));
            iterator = page["NextShardIterator"].clone();
        }
    }
}
