//! Finds the changes of a specification that break clients.
//!
//! - A reply must stay within the earlier schema: clients that read it continue to work. New fields
//!   are allowed, because clients ignore unknown fields.
//! - A request of the earlier schema must stay valid.

use serde_json::{Value, json};

/// Keywords that do not change which values are valid.
const ANNOTATIONS: [&str; 6] = ["deprecated", "description", "example", "examples", "title", "$comment"];
/// Keywords that [`Comparison::object`] and its callers compare.
const COMPARED: [&str; 17] = [
    "additionalProperties",
    "const",
    "default",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "properties",
    "required",
    "type",
];
/// Keywords whose greater values accept fewer values.
const LOWER_BOUNDS: [&str; 4] = ["exclusiveMinimum", "minItems", "minLength", "minimum"];
/// Keywords whose smaller values accept fewer values.
const UPPER_BOUNDS: [&str; 4] = ["exclusiveMaximum", "maxItems", "maxLength", "maximum"];

/// Returns the changes that break clients of the `released` document, one sentence each, which
/// begins with the route.
#[must_use]
pub fn breaking(released: &Value, current: &Value) -> Vec<String> {
    let mut comparison = Comparison { released, current, open: Vec::new(), found: Vec::new() };
    comparison.routes();
    comparison.found
}

/// Where a change is: a part of an operation, and the field in it.
#[derive(Clone)]
struct Place {
    part: String,
    field: String,
}

impl Place {
    fn new(part: impl Into<String>) -> Self {
        Self { part: part.into(), field: String::new() }
    }

    fn field(&self, name: &str) -> Self {
        let separator = if self.field.is_empty() { ": " } else { "." };
        Self { part: self.part.clone(), field: format!("{}{separator}{name}", self.field) }
    }

    fn items(&self) -> Self {
        Self { part: self.part.clone(), field: format!("{}[]", self.field) }
    }
}

/// The direction in which values of a schema are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Request,
    Reply,
}

struct Comparison<'a> {
    released: &'a Value,
    current: &'a Value,
    /// The alternatives that are being compared, because schemas can contain themselves.
    open: Vec<(Value, Value)>,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn routes(&mut self) {
        let (released, current) = (self.released, self.current);
        for (path, methods) in fields(&released["paths"]) {
            // The name of a path parameter is not part of a request.
            let same = fields(&current["paths"]).find(|(other, _)| unnamed(other) == unnamed(path));
            for (method, old) in fields(methods) {
                let route = format!("{} {path}", method.to_uppercase());
                match same.and_then(|(_, methods)| methods.get(method)) {
                    None => self.report(&route, "was removed"),
                    Some(new) => self.operation(&route, old, new),
                }
            }
        }
    }

    fn operation(&mut self, route: &str, old: &Value, new: &Value) {
        if old["operationId"] != new["operationId"] {
            let text =
                format!("the operationId changed from {} to {}", old["operationId"], new["operationId"]);
            self.report(route, &text);
        }
        if !crate::needs_no_credentials(new, self.current) && crate::needs_no_credentials(old, self.released)
        {
            self.report(route, "credentials became necessary");
        }
        self.parameters(route, old, new);
        self.body(&format!("{route} request"), &old["requestBody"], &new["requestBody"]);
        self.replies(route, &old["responses"], &new["responses"]);
    }

    fn parameters(&mut self, route: &str, old: &Value, new: &Value) {
        let list = |operation: &Value, document: &Value| -> Vec<Value> {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.map(|parameter| resolve(document, parameter)).collect()
        };
        let (old, new) = (list(old, self.released), list(new, self.current));
        // Path parameters have an order, the others have names.
        let [old_path, new_path] = [&old, &new].map(|all| all.iter().filter(|each| each["in"] == "path"));
        for (old, new) in old_path.zip(new_path) {
            let at = format!("{route} parameter {}", text(&old["name"]));
            self.schema(Direction::Request, &Place::new(&at), &old["schema"], &new["schema"]);
        }
        let is_same = |one: &Value, other: &Value| one["in"] == other["in"] && one["name"] == other["name"];
        for old in old.iter().filter(|each| each["in"] != "path") {
            let at = format!("{route} parameter {}", text(&old["name"]));
            match new.iter().find(|new| is_same(old, new)) {
                None => self.report(&at, "was removed"),
                Some(new) => {
                    if new["required"] == true && old["required"] != true {
                        self.report(&at, "became required");
                    }
                    self.schema(Direction::Request, &Place::new(&at), &old["schema"], &new["schema"]);
                }
            }
        }
        for new in new.iter().filter(|each| each["in"] != "path" && each["required"] == true) {
            if !old.iter().any(|old| is_same(old, new)) {
                self.report(&format!("{route} parameter {}", text(&new["name"])), "is new and required");
            }
        }
    }

    fn body(&mut self, at: &str, old: &Value, new: &Value) {
        let (old, new) = (resolve(self.released, old), resolve(self.current, new));
        if new["required"] == true && old["required"] != true {
            self.report(at, if old.is_null() { "is new and required" } else { "became required" });
        }
        if !old.is_null() {
            self.content(Direction::Request, at, &old["content"], &new["content"]);
        }
    }

    fn replies(&mut self, route: &str, old: &Value, new: &Value) {
        for (status, old) in fields(old) {
            let at = format!("{route} {status}");
            let Some(new) = new.get(status) else {
                self.report(&at, "was removed");
                continue;
            };
            let (old, new) = (resolve(self.released, old), resolve(self.current, new));
            self.content(Direction::Reply, &at, &old["content"], &new["content"]);
            self.headers(&at, &old["headers"], &new["headers"]);
        }
    }

    fn headers(&mut self, at: &str, old: &Value, new: &Value) {
        for (name, old) in fields(old) {
            let at = format!("{at} header {name}");
            let Some(new) = new.get(name) else {
                self.report(&at, "was removed");
                continue;
            };
            let (old, new) = (resolve(self.released, old), resolve(self.current, new));
            if old["required"] == true && new["required"] != true {
                self.report(&at, "can be missing");
            }
            self.schema(Direction::Reply, &Place::new(&at), &old["schema"], &new["schema"]);
        }
    }

    fn content(&mut self, direction: Direction, at: &str, old: &Value, new: &Value) {
        for (media_type, old) in fields(old) {
            match new.get(media_type) {
                None => self.report(at, &format!("the media type {media_type} was removed")),
                Some(new) => self.schema(direction, &Place::new(at), &old["schema"], &new["schema"]),
            }
        }
    }

    /// Compares two schemas. Each has one or more alternatives, such as an object and null.
    fn schema(&mut self, direction: Direction, at: &Place, old: &Value, new: &Value) {
        let (olds, news) = (alternatives(self.released, old), alternatives(self.current, new));
        // Each value that is sent must match an alternative that is accepted.
        let (sent, accepted) = match direction {
            Direction::Reply => (&news, &olds),
            Direction::Request => (&olds, &news),
        };
        for one in sent {
            let matching = accepted.iter().filter(|other| accepts_type(other, one));
            let differences = matching.map(|other| match direction {
                Direction::Reply => self.differences(direction, at, other, one),
                Direction::Request => self.differences(direction, at, one, other),
            });
            match differences.min_by_key(Vec::len) {
                Some(differences) => self.found.extend(differences),
                None => {
                    let text = format!("the type changed from {} to {}", types(&olds), types(&news));
                    self.report_at(at, &text);
                    break;
                }
            }
        }
    }

    /// Returns the breaking changes between two alternatives.
    fn differences(&self, direction: Direction, at: &Place, old: &Value, new: &Value) -> Vec<String> {
        let alternatives = (old.clone(), new.clone());
        if self.open.contains(&alternatives) {
            return Vec::new();
        }
        let (released, current, mut open) = (self.released, self.current, self.open.clone());
        open.push(alternatives);
        let mut inner = Comparison { released, current, open, found: Vec::new() };
        inner.values(direction, at, old, new);
        inner.object(direction, at, old, new);
        inner.other_keywords(at, old, new);
        inner.found
    }

    /// Compares the keywords of numbers, texts and lists.
    fn values(&mut self, direction: Direction, at: &Place, old: &Value, new: &Value) {
        let (sent, accepted) = match direction {
            Direction::Reply => (new, old),
            Direction::Request => (old, new),
        };
        if accepted.get("format").is_some_and(|format| sent.get("format") != Some(format)) {
            self.report_at(at, &format!("the format changed from {} to {}", old["format"], new["format"]));
        }
        if direction == Direction::Request && old["default"] != new["default"] {
            self.report_at(at, &format!("the default changed from {} to {}", old["default"], new["default"]));
        }
        self.constants(direction, at, old, new);
        for (keywords, is_lower) in [(LOWER_BOUNDS, true), (UPPER_BOUNDS, false)] {
            for keyword in keywords {
                let Some(limit) = accepted[keyword].as_f64() else { continue };
                let is_within = |value| if is_lower { value >= limit } else { value <= limit };
                if !sent[keyword].as_f64().is_some_and(is_within) {
                    self.report_at(
                        at,
                        &format!("{keyword} changed from {} to {}", old[keyword], new[keyword]),
                    );
                }
            }
        }
        match (old.get("items"), new.get("items")) {
            (Some(old), Some(new)) => self.schema(direction, &at.items(), old, new),
            (None, None) => {}
            (old, _) if old.is_some() != (direction == Direction::Reply) => {}
            _ => self.report_at(at, "the type of the items changed"),
        }
    }

    /// Compares the possible values. Programs handle each value of a reply, so that a new one also
    /// breaks them.
    fn constants(&mut self, direction: Direction, at: &Place, old: &Value, new: &Value) {
        let (olds, news) = (constants(old), constants(new));
        match (olds, news) {
            (Some(olds), Some(news)) => {
                for removed in olds.iter().filter(|value| !news.contains(value)) {
                    self.report_at(at, &format!("the value {removed} was removed"));
                }
                for added in news.iter().filter(|value| !olds.contains(value)) {
                    if direction == Direction::Reply {
                        self.report_at(at, &format!("the value {added} is new"));
                    }
                }
            }
            (Some(_), None) if direction == Direction::Reply => self.report_at(at, "any value is possible"),
            (None, Some(_)) if direction == Direction::Request => {
                self.report_at(at, "only some values are valid")
            }
            _ => {}
        }
    }

    fn object(&mut self, direction: Direction, at: &Place, old: &Value, new: &Value) {
        for (name, old_field) in fields(&old["properties"]) {
            let at = at.field(name);
            match new["properties"].get(name) {
                None => self.report_at(&at, "was removed"),
                Some(new_field) => self.schema(direction, &at, old_field, new_field),
            }
        }
        let requires = |schema: &Value, name: &Value| {
            schema["required"].as_array().is_some_and(|required| required.contains(name))
        };
        let (stricter, other, text) = match direction {
            Direction::Reply => (old, new, "can be missing"),
            Direction::Request => (new, old, "became required"),
        };
        for name in stricter["required"].as_array().into_iter().flatten() {
            let is_removed = new["properties"].get(self::text(name)).is_none();
            if !requires(other, name) && !is_removed {
                self.report_at(&at.field(self::text(name)), text);
            }
        }
        self.other_fields(direction, at, &old["additionalProperties"], &new["additionalProperties"]);
    }

    /// Compares the fields that the schemas do not list.
    fn other_fields(&mut self, direction: Direction, at: &Place, old: &Value, new: &Value) {
        match (direction, old, new) {
            (_, Value::Object(_), Value::Object(_)) => self.schema(direction, &at.field("*"), old, new),
            (Direction::Reply, Value::Object(_), other) if *other != false => {
                self.report_at(&at.field("*"), "the type changed");
            }
            (Direction::Request, old, Value::Object(_) | Value::Bool(false)) if *old != false => {
                self.report_at(at, "unknown fields became invalid");
            }
            _ => {}
        }
    }

    /// Rejects changes of keywords that the comparison does not know.
    fn other_keywords(&mut self, at: &Place, old: &Value, new: &Value) {
        let mut names: Vec<_> = fields(old).chain(fields(new)).map(|(name, _)| name.as_str()).collect();
        names.retain(|name| !ANNOTATIONS.contains(name) && !COMPARED.contains(name));
        names.sort_unstable();
        names.dedup();
        for name in names {
            if old.get(name) != new.get(name) {
                self.report_at(at, &format!("{name} changed from {} to {}", old[name], new[name]));
            }
        }
    }

    fn report(&mut self, at: &str, text: &str) {
        self.found.push(format!("{at}: {text}"));
    }

    fn report_at(&mut self, at: &Place, text: &str) {
        self.found.push(format!("{}{}: {text}", at.part, at.field));
    }
}

/// Returns the fields of an object, or none if the value is no object.
fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a path without the names of its parameters.
fn unnamed(path: &str) -> Vec<&str> {
    path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect()
}

/// Replaces a reference by the component, with the keywords beside the reference.
fn resolve(document: &Value, value: &Value) -> Value {
    let Some(pointer) = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) else {
        return value.clone();
    };
    let component = document.pointer(pointer).cloned().unwrap_or_default();
    let mut resolved = resolve(document, &component);
    let mut keywords = value.clone();
    keywords.as_object_mut().map(|keywords| keywords.remove("$ref"));
    merge(&mut resolved, keywords);
    resolved
}

fn merge(target: &mut Value, other: Value) {
    match (target, other) {
        (Value::Object(target), Value::Object(other)) => {
            for (name, value) in other {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, other) => *target = other,
    }
}

/// Returns the alternatives of a schema with one type each.
fn alternatives(document: &Value, schema: &Value) -> Vec<Value> {
    let mut schema = resolve(document, schema);
    let Some(keywords) = schema.as_object_mut() else { return vec![json!({})] };
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(parts)) = keywords.remove(keyword) {
            keywords.retain(|name, _| !ANNOTATIONS.contains(&name.as_str()));
            let common = Value::Object(keywords.clone());
            let parts = parts.into_iter().flat_map(|part| alternatives(document, &part));
            return parts
                .map(|mut part| {
                    merge(&mut part, common.clone());
                    part
                })
                .collect();
        }
    }
    match keywords.get("type").cloned() {
        Some(Value::Array(types)) => {
            let mut alternative = |name: Value| {
                keywords.insert("type".into(), name.clone());
                if name == "null" { json!({ "type": "null" }) } else { keywords.clone().into() }
            };
            types.into_iter().map(&mut alternative).collect()
        }
        Some(_) => vec![schema],
        None => {
            if let Some(name) = constants(&schema).and_then(|values| values.first().map(type_of)) {
                schema["type"] = name.into();
            }
            vec![schema]
        }
    }
}

/// Returns the values that a schema lists.
fn constants(schema: &Value) -> Option<Vec<Value>> {
    schema.get("const").map(|value| vec![value.clone()]).or_else(|| schema["enum"].as_array().cloned())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns `true` if a schema accepts values of the type of another one.
fn accepts_type(schema: &Value, other: &Value) -> bool {
    match (schema.get("type"), other.get("type")) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one == other || (*one == "number" && *other == "integer"),
    }
}

/// Returns the types of alternatives as text.
fn types(alternatives: &[Value]) -> String {
    let names = alternatives.iter().map(|each| each["type"].as_str().unwrap_or("any"));
    names.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "security": [{ "signature": [] }],
            "paths": {
                "/pictures/{id}": {
                    "get": {
                        "operationId": "getPicture",
                        "security": [],
                        "parameters": [
                            { "in": "path", "name": "id", "required": true, "schema": { "type": "string" } },
                            { "in": "query", "name": "size", "required": false, "schema": {
                                "type": "integer", "minimum": 1, "maximum": 100, "default": 50,
                            } },
                        ],
                        "responses": {
                            "200": {
                                "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
                                "content": { "application/json": {
                                    "schema": { "$ref": "#/components/schemas/Picture" },
                                } },
                            },
                            "404": { "description": "Missing." },
                        },
                    },
                    "put": {
                        "operationId": "putPicture",
                        "requestBody": { "required": true, "content": { "application/json": {
                            "schema": { "$ref": "#/components/schemas/Change" },
                        } } },
                        "responses": { "200": { "description": "Done." } },
                    },
                },
            },
            "components": {
                "headers": { "ETag": { "required": true, "schema": { "type": "string" } } },
                "schemas": {
                    "Picture": {
                        "type": "object",
                        "required": ["id", "state", "cover"],
                        "properties": {
                            "id": { "type": "string", "format": "uuid" },
                            "state": { "type": "string", "enum": ["ready", "failed"] },
                            "width": { "type": "integer" },
                            "cover": { "anyOf": [{ "$ref": "#/components/schemas/Picture" }, { "type": "null" }] },
                            "labels": { "type": "array", "items": { "type": "string" } },
                        },
                    },
                    "Change": {
                        "type": "object",
                        "required": ["caption"],
                        "properties": {
                            "caption": { "type": "string", "maxLength": 100 },
                            "place": { "type": ["string", "null"] },
                            "visibility": { "enum": ["private", "public"] },
                        },
                    },
                },
            },
        })
    }

    const GET: &str = "/paths/~1pictures~1{id}/get";
    const PUT: &str = "/paths/~1pictures~1{id}/put";
    const PICTURE: &str = "/components/schemas/Picture";
    const CHANGE: &str = "/components/schemas/Change";

    /// Returns the breaking changes after a change of the object at `pointer`.
    fn changed(pointer: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut current = document();
        change(current.pointer_mut(pointer).unwrap());
        assert_ne!(current, document());
        breaking(&document(), &current)
    }

    fn with(pointer: &str, field: &str, value: Value) -> Vec<String> {
        changed(pointer, |object| object[field] = value)
    }

    fn without(pointer: &str, field: &str) -> Vec<String> {
        changed(pointer, |object| drop(object.as_object_mut().unwrap().remove(field)))
    }

    fn parameter(parameter: Value) -> Vec<String> {
        changed(&format!("{GET}/parameters"), |list| list.as_array_mut().unwrap().push(parameter))
    }

    #[test]
    fn an_equal_specification_breaks_nothing() {
        assert_eq!(breaking(&document(), &document()), [""; 0]);
    }

    #[test]
    fn a_removed_route_method_or_status_is_a_break() {
        assert_eq!(
            without("/paths", "/pictures/{id}"),
            ["GET /pictures/{id}: was removed", "PUT /pictures/{id}: was removed"]
        );
        assert_eq!(without("/paths/~1pictures~1{id}", "put"), ["PUT /pictures/{id}: was removed"]);
        assert_eq!(without(&format!("{GET}/responses"), "404"), ["GET /pictures/{id} 404: was removed"]);
    }

    #[test]
    fn a_changed_type_or_format_is_a_break() {
        let text = json!({ "type": "string" });
        assert_eq!(
            with(&format!("{PICTURE}/properties"), "width", text.clone()),
            ["GET /pictures/{id} 200: width: the type changed from integer to string"]
        );
        assert_eq!(
            with(&format!("{PICTURE}/properties"), "id", text),
            [r#"GET /pictures/{id} 200: id: the format changed from "uuid" to null"#]
        );
        assert_eq!(
            with(&format!("{PICTURE}/properties/labels"), "items", json!({ "type": "integer" })),
            ["GET /pictures/{id} 200: labels[]: the type changed from string to integer"]
        );
        assert_eq!(
            with(&format!("{PICTURE}/properties"), "width", json!({ "type": ["integer", "null"] })),
            ["GET /pictures/{id} 200: width: the type changed from integer to integer or null"]
        );
        assert_eq!(
            with(&format!("{CHANGE}/properties"), "place", json!({ "type": "string" })),
            ["PUT /pictures/{id} request: place: the type changed from string or null to string"]
        );
    }

    #[test]
    fn a_removed_field_is_a_break() {
        assert_eq!(
            without(&format!("{PICTURE}/properties"), "width"),
            ["GET /pictures/{id} 200: width: was removed"]
        );
        assert_eq!(
            without(&format!("{CHANGE}/properties"), "place"),
            ["PUT /pictures/{id} request: place: was removed"]
        );
    }

    #[test]
    fn a_field_of_a_reply_that_can_be_missing_is_a_break() {
        assert_eq!(
            with(PICTURE, "required", json!(["id", "cover"])),
            ["GET /pictures/{id} 200: state: can be missing"]
        );
    }

    #[test]
    fn a_new_required_parameter_or_field_is_a_break() {
        let new = |required| json!({ "in": "query", "name": "album", "required": required, "schema": {} });
        assert_eq!(parameter(new(true)), ["GET /pictures/{id} parameter album: is new and required"]);
        assert_eq!(parameter(new(false)), [""; 0]);
        assert_eq!(
            with(&format!("{GET}/parameters/1"), "required", json!(true)),
            ["GET /pictures/{id} parameter size: became required"]
        );
        assert_eq!(
            with(CHANGE, "required", json!(["caption", "place"])),
            ["PUT /pictures/{id} request: place: became required"]
        );
        let body = json!({ "required": true, "content": {} });
        assert_eq!(with(GET, "requestBody", body), ["GET /pictures/{id} request: is new and required"]);
    }

    #[test]
    fn a_removed_parameter_is_a_break() {
        assert_eq!(
            changed(&format!("{GET}/parameters"), |list| drop(list.as_array_mut().unwrap().pop())),
            ["GET /pictures/{id} parameter size: was removed"]
        );
    }

    #[test]
    fn a_narrower_request_is_a_break_and_a_wider_one_is_not() {
        let size = format!("{GET}/parameters/1/schema");
        assert_eq!(
            with(&size, "maximum", json!(50)),
            ["GET /pictures/{id} parameter size: maximum changed from 100 to 50"]
        );
        assert_eq!(with(&size, "maximum", json!(200)), [""; 0]);
        assert_eq!(
            with(&size, "default", json!(20)),
            ["GET /pictures/{id} parameter size: the default changed from 50 to 20"]
        );
        let caption = format!("{CHANGE}/properties/caption");
        assert_eq!(
            with(&caption, "minLength", json!(1)),
            ["PUT /pictures/{id} request: caption: minLength changed from null to 1"]
        );
        assert_eq!(
            with(&caption, "pattern", json!("^a")),
            [r#"PUT /pictures/{id} request: caption: pattern changed from null to "^a""#]
        );
        assert_eq!(without(&caption, "maxLength"), [""; 0]);
        assert_eq!(with(CHANGE, "required", json!([])), [""; 0]);
        assert_eq!(
            with(CHANGE, "additionalProperties", json!(false)),
            ["PUT /pictures/{id} request: unknown fields became invalid"]
        );
    }

    #[test]
    fn a_changed_value_of_a_reply_and_a_removed_one_of_a_request_are_breaks() {
        let state = format!("{PICTURE}/properties/state");
        assert_eq!(
            with(&state, "enum", json!(["ready", "waiting"])),
            [
                r#"GET /pictures/{id} 200: state: the value "failed" was removed"#,
                r#"GET /pictures/{id} 200: state: the value "waiting" is new"#
            ]
        );
        assert_eq!(without(&state, "enum"), ["GET /pictures/{id} 200: state: any value is possible"]);
        let visibility = format!("{CHANGE}/properties/visibility");
        assert_eq!(
            with(&visibility, "enum", json!(["private", "friends"])),
            [r#"PUT /pictures/{id} request: visibility: the value "public" was removed"#]
        );
        assert_eq!(with(&visibility, "enum", json!(["private", "public", "friends"])), [""; 0]);
    }

    #[test]
    fn credentials_headers_and_operation_ids_stay() {
        assert_eq!(without(GET, "security"), ["GET /pictures/{id}: credentials became necessary"]);
        assert_eq!(with(PUT, "security", json!([])), [""; 0]);
        assert_eq!(with(GET, "security", json!([{}, { "apiKey": [] }])), [""; 0]);
        assert_eq!(
            with(GET, "security", json!([{ "apiKey": [] }])),
            ["GET /pictures/{id}: credentials became necessary"]
        );
        assert_eq!(
            without(&format!("{GET}/responses/200"), "headers"),
            ["GET /pictures/{id} 200 header ETag: was removed"]
        );
        assert_eq!(
            with("/components/headers/ETag", "required", json!(false)),
            ["GET /pictures/{id} 200 header ETag: can be missing"]
        );
        assert_eq!(
            with(GET, "operationId", json!("readPicture")),
            [r#"GET /pictures/{id}: the operationId changed from "getPicture" to "readPicture""#]
        );
    }

    #[test]
    fn additions_and_new_names_break_nothing() {
        let none = [""; 0];
        assert_eq!(with("/paths", "/albums", json!({ "get": {} })), none);
        assert_eq!(with(&format!("{PICTURE}/properties"), "place", json!({ "type": "string" })), none);
        assert_eq!(with(&format!("{CHANGE}/properties"), "takenAt", json!({ "type": "string" })), none);
        assert_eq!(with(&format!("{GET}/responses"), "410", json!({})), none);
        assert_eq!(with(PICTURE, "description", json!("A picture.")), none);
        let renamed = changed("/paths", |paths| {
            let path = paths.as_object_mut().unwrap().remove("/pictures/{id}").unwrap();
            paths["/pictures/{pictureId}"] = path;
        });
        assert_eq!(renamed, none);
        let moved = changed("/components/schemas", |schemas| {
            schemas["Image"] = schemas["Picture"].clone();
            schemas["Picture"] = json!({ "$ref": "#/components/schemas/Image" });
        });
        assert_eq!(moved, none);
    }
}
