//! Stream records of tables.

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

    /// Returns the event that a consumer receives for all changes since `place` that contain
    /// `name`.
    pub async fn changes_since(&self, place: &StreamPosition, name: &str) -> Value {
        let (mut records, mut iterator) = (Vec::new(), json!(place.iterator));
        loop {
            let page = self.streams("GetRecords", &json!({"ShardIterator": iterator})).await;
            let found = page["Records"].as_array().unwrap();
            if found.is_empty() {
                return json!({ "Records": records });
            }
            let about = found.iter().filter(|record| record["dynamodb"].to_string().contains(name)).cloned();
            records.extend(about.map(|mut record| {
                record["eventSourceARN"] = json!(place.stream);
                record
            }));
            iterator = page["NextShardIterator"].clone();
        }
    }
}
