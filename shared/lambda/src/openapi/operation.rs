//! One operation of the specification: a method of a path.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Api, replies};
use crate::http::{DEFAULT_LIMIT, MAX_LIMIT};

/// An operation that is not yet in the specification. [`Operation::ok`], [`Operation::created`] or
/// [`Operation::document`] adds it.
#[must_use]
pub struct Operation<'a> {
    api: &'a mut Api,
    method: String,
    path: &'static str,
    fields: Map<String, Value>,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
    /// The headers of the successful reply, or null.
    reply_headers: Value,
}

impl<'a> Operation<'a> {
    pub(super) fn new(
        api: &'a mut Api,
        tag: &str,
        route: &'static str,
        id: &'static str,
        summary: &str,
    ) -> Self {
        let (method, path) = route.split_once(' ').unwrap_or_default();
        let mut fields = Map::new();
        fields.insert("tags".into(), json!([tag]));
        fields.insert("operationId".into(), id.into());
        fields.insert("summary".into(), summary.into());
        let (parameters, responses, reply_headers) = (Vec::new(), Map::new(), Value::Null);
        let operation =
            Self { api, method: method.to_lowercase(), path, fields, parameters, responses, reply_headers };
        operation.error(429, "").error(500, "")
    }

    pub(super) fn without_credentials(mut self) -> Self {
        self.fields.insert("security".into(), json!([{}, { "apiKey": [] }]));
        self.error(403, "The developer key is not valid.")
    }

    /// Adds a description below the summary.
    pub fn description(mut self, text: &str) -> Self {
        self.fields.insert("description".into(), text.into());
        self
    }

    /// Adds a path parameter that contains an id, and the error 404.
    pub fn id(mut self, name: &str, description: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": { "type": "string", "format": "uuid" },
        }));
        self.error(404, "")
    }

    /// Adds a path parameter that contains a secret, and the error 404.
    pub fn secret(mut self, name: &str, description: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": { "type": "string" },
        }));
        self.error(404, "")
    }

    /// Adds an optional header that contains a secret.
    pub fn header(mut self, name: &str, description: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "header", "required": false, "description": description,
            "schema": { "type": "string" },
        }));
        self
    }

    /// Adds the path parameters `ownerId` and `id` of a picture.
    pub fn picture(self) -> Self {
        self.id("ownerId", "The owner of the picture.")
            .id("id", "The picture.")
            .error(404, "The picture does not exist, or the caller cannot view it.")
    }

    /// Adds an optional query parameter. `keywords` extend its schema.
    pub fn query<T: JsonSchema>(self, name: &str, description: &str, keywords: Value) -> Self {
        self.add_query::<T>(name, false, description, keywords)
    }

    /// Adds a required query parameter.
    pub fn required_query<T: JsonSchema>(self, name: &str, description: &str) -> Self {
        self.add_query::<T>(name, true, description, json!({}))
    }

    fn add_query<T: JsonSchema>(
        mut self,
        name: &str,
        required: bool,
        description: &str,
        keywords: Value,
    ) -> Self {
        let mut schema = self.api.requests.subschema_for::<T>();
        if let (Some(schema), Value::Object(keywords)) = (schema.as_object_mut(), keywords) {
            schema.extend(keywords);
        }
        self.parameters.push(json!({
            "name": name, "in": "query", "required": required, "description": description, "schema": schema,
        }));
        self.error(400, "")
    }

    /// Adds the query parameters of a list: `limit` and `cursor`.
    pub fn pages(self) -> Self {
        self.query::<u64>(
            "limit",
            "The maximum number of items of the page.",
            json!({ "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT }),
        )
        .query::<String>(
            "cursor",
            "The `cursor` of the previous page. It is valid for the same list and reader only.",
            json!({}),
        )
    }

    /// Adds the headers of a cacheable reply, the parameter `If-None-Match` and the status 304.
    pub fn cached(mut self) -> Self {
        self.parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of an earlier reply.",
            "schema": { "type": "string" },
        }));
        self.responses.insert(
            "304".into(),
            json!({ "description": "The earlier reply is still current.", "headers": replies::cache_headers() }),
        );
        self.reply_headers = replies::cache_headers();
        self
    }

    /// Adds the request body, a JSON object.
    pub fn body<T: JsonSchema>(mut self, example: Value) -> Self {
        let schema = self.api.requests.subschema_for::<T>();
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        self.fields.insert("requestBody".into(), json!({ "required": true, "content": content }));
        self.error(400, "").error(413, "")
    }

    /// Adds an error. `description` replaces the general one unless it is empty.
    pub fn error(mut self, status: u16, description: &str) -> Self {
        let mut reply = json!({ "$ref": replies::error_ref(status) });
        if !description.is_empty() {
            reply["description"] = description.into();
        }
        self.responses.insert(status.to_string(), reply);
        self
    }

    /// Adds the reply with status 200, and the operation to the specification.
    pub fn ok<T: JsonSchema>(self, example: Value) {
        self.reply::<T>(200, "The call succeeded.", example);
    }

    /// Adds the reply with status 201, and the operation to the specification.
    pub fn created<T: JsonSchema>(self, example: Value) {
        self.reply::<T>(201, "The call created the object.", example);
    }

    fn reply<T: JsonSchema>(self, status: u16, description: &str, example: Value) {
        let data = self.api.replies.subschema_for::<T>();
        let content = json!({
            "schema": replies::envelope(status, &data),
            "example": { "code": status, "data": example, "notes": null },
        });
        self.finish(status, description, &content);
    }

    /// Adds the reply with status 200, a JSON document without the envelope, and the operation to
    /// the specification.
    pub fn document(self, description: &str) {
        self.finish(200, description, &json!({ "schema": { "type": "object" } }));
    }

    fn finish(self, status: u16, description: &str, content: &Value) {
        let Self { api, method, path, mut fields, parameters, mut responses, reply_headers } = self;
        let mut reply = json!({ "description": description, "content": { "application/json": content } });
        if !reply_headers.is_null() {
            reply["headers"] = reply_headers;
        }
        responses.insert(status.to_string(), reply);
        if !parameters.is_empty() {
            fields.insert("parameters".into(), parameters.into());
        }
        fields.insert("responses".into(), responses.into());
        let operations = api.paths.entry(path).or_insert_with(|| json!({}));
        operations[method] = fields.into();
    }
}
