//! Builds the specification of the REST API (OpenAPI 3.1) from the routes that the functions
//! declare, and from the types that they parse and serialize. Only `tests/openapi` enables it.

pub mod examples;
mod operation;
mod replies;

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Map;

pub use operation::Operation;
pub use serde_json::{Value, json};

/// The sections of the specification, in its order, and their descriptions.
const TAGS: [(&str, &str); 12] = [
    ("Status", "The server and this specification."),
    ("People", "Profiles, and the account of the caller."),
    ("Friends", "Friendships and friend requests."),
    ("Blocks", "The people whom the caller blocks."),
    ("Pictures", "Uploads, pictures and their lists."),
    ("Albums", "Albums, their pictures and their members."),
    ("Links", "Share links, and what their visitors and guests call."),
    ("Comments", "Comments on pictures."),
    ("Notifications", "The notifications of the caller."),
    ("Devices", "The phones of the caller that receive mobile push."),
    ("Rules", "The rules of smart albums."),
    ("Developer keys", "The keys with which scripts of the caller call the open routes at higher limits."),
];

/// The specification of the REST API while the functions add their routes.
pub struct Api {
    /// Generates the schemas of the types that functions serialize.
    replies: SchemaGenerator,
    /// Generates the schemas of the types that functions parse.
    requests: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Default for Api {
    fn default() -> Self {
        let settings = |contract| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = "/components/schemas".into();
                settings.contract = contract;
            })
        };
        Self {
            replies: settings(Contract::Serialize).into_generator(),
            requests: settings(Contract::Deserialize).into_generator(),
            paths: Map::new(),
        }
    }
}

impl Api {
    /// Adds a route for members, such as `GET /feed`. `id` names the operation in client libraries.
    pub fn member(
        &mut self,
        tag: &str,
        route: &'static str,
        id: &'static str,
        summary: &str,
    ) -> Operation<'_> {
        Operation::new(self, tag, route, id, summary).error(403, "")
    }

    /// Adds a route for anyone, without credentials or with a developer key.
    pub fn open(&mut self, tag: &str, route: &'static str, id: &'static str, summary: &str) -> Operation<'_> {
        Operation::new(self, tag, route, id, summary).without_credentials()
    }

    /// Adds the schema of a type that is not part of the REST API.
    pub fn add_schema<T: JsonSchema>(&mut self) {
        self.replies.subschema_for::<T>();
    }

    /// Returns the document.
    ///
    /// # Panics
    /// Panics if a type has different schemas in requests and replies.
    #[must_use]
    pub fn into_document(mut self) -> Value {
        let mut schemas = self.replies.take_definitions(true);
        schemas.values_mut().for_each(forbid_null_if_optional);
        schemas.insert("Error".into(), replies::error_schema());
        for (name, schema) in self.requests.take_definitions(true) {
            let other = schemas.insert(name.clone(), schema.clone());
            assert!(other.is_none_or(|other| other == schema), "{name} differs in requests and replies");
        }
        schemas.values_mut().for_each(simplify);
        self.paths.values_mut().for_each(simplify);
        let tags = TAGS.map(|(name, description)| json!({ "name": name, "description": description }));
        let mut document = json!({
            "openapi": "3.1.1",
            "info": {
                "title": "Albumen",
                "version": env!("CARGO_PKG_VERSION"),
                "summary": "Shares pictures.",
                "description": join_lines(DESCRIPTION),
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            },
            // Relative to the address of the document, which ends in `/v1/openapi.json`.
            "servers": [{ "url": ".", "description": "The deployment that serves this document." }],
            "security": [{ "signature": [] }],
            "tags": tags,
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "responses": replies::errors(),
                "headers": replies::headers(),
                "securitySchemes": {
                    "signature": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "description": "AWS Signature Version 4, service `execute-api`, with the temporary \
                                        credentials that the Cognito identity pool gives to a member.",
                        "x-amazon-apigateway-authtype": "awsSigv4",
                    },
                    "apiKey": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "x-api-key",
                        "description": "A developer key, for higher limits.",
                    },
                },
            },
        });
        document.sort_all_objects();
        document
    }
}

/// The introduction of the document.
const DESCRIPTION: &str = "\
The REST API of Albumen, a media-sharing application.

Every reply has the envelope `{\"code\", \"data\", \"notes\"}`. `code` equals the HTTP status. On an
error, `data` is null and `notes` says what to do.

Times are RFC 3339 in UTC, except `takenAt`, which is the time of the place.

Clients must ignore unknown fields of replies, because later versions add fields. The API ignores
unknown fields of requests.

Open routes with the method `GET` also have `HEAD`. Paths that are not in this document have status
404. A path with another method has status 405, and the header `Allow` contains its methods.";

/// Forbids null in the fields that a reply can omit, because functions omit these fields instead of
/// sending null.
fn forbid_null_if_optional(schema: &mut Value) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let is_null = |value: &Value| *value == json!("null") || *value == json!({ "type": "null" });
    for (name, property) in properties {
        let Some(property) = property.as_object_mut().filter(|_| !required.contains(&json!(name))) else {
            continue;
        };
        for keyword in ["type", "anyOf"] {
            let Some(Value::Array(choices)) = property.get_mut(keyword) else { continue };
            choices.retain(|choice| !is_null(choice));
            if let [only] = choices.as_slice() {
                let only = only.clone();
                property.remove(keyword);
                match only {
                    Value::Object(reference) => property.extend(reference),
                    kind => drop(property.insert(keyword.into(), kind)),
                }
            }
        }
    }
}

/// Replaces the variants of an enum by the equivalent keyword `enum`, and removes defaults that say
/// only that a field can be omitted. Joins the lines of each paragraph of a description.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|name, value| !(name == "default" && value.is_null()));
            let constants: Option<Vec<_>> =
                fields.get("oneOf").and_then(Value::as_array).and_then(|variants| {
                    let constant =
                        |variant: &Value| variant.get("const").filter(|value| value.is_string()).cloned();
                    variants.iter().map(constant).collect()
                });
            if let Some(constants) = constants {
                fields.remove("oneOf");
                fields.insert("type".into(), "string".into());
                fields.insert("enum".into(), constants.into());
            }
            if let Some(Value::String(description)) = fields.get_mut("description") {
                *description = join_lines(description);
            }
            fields.values_mut().for_each(simplify);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}

fn join_lines(text: &str) -> String {
    text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}
