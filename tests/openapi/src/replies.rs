//! Compares replies with the specification. Fields that it does not contain are problems, too,
//! although clients must ignore them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The committed specification.
pub static COMMITTED: LazyLock<Specification> = LazyLock::new(|| {
    Specification::new(serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap())
});

/// The errors that any address can have.
const ANY_ADDRESS: [u16; 2] = [429, 500];

/// A reply of the API.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The path below the stage, such as `/feed`. Can have a query.
    pub path: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> Reply<'a> {
    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|header| header.0.eq_ignore_ascii_case(name)).map(|header| header.1)
    }
}

/// A specification with compiled schemas.
#[derive(Debug)]
pub struct Specification {
    /// The paths with their parameters, such as `/users/{id}`.
    paths: BTreeMap<String, BTreeMap<String, Operation>>,
    /// The errors of addresses that the specification does not contain.
    errors: BTreeMap<u16, Expected>,
}

/// The documented replies of one method of a path.
#[derive(Debug)]
struct Operation {
    needs_no_credentials: bool,
    replies: BTreeMap<u16, Expected>,
}

/// A documented reply.
#[derive(Debug)]
struct Expected {
    /// The required headers, and whether they are integers.
    headers: Vec<(String, bool)>,
    /// The schema of the JSON body, or `None` if there is no body.
    body: Option<Arc<Validator>>,
}

/// Compiles the schemas of a document, each one once.
struct Compiler {
    document: Value,
    compiled: BTreeMap<String, Arc<Validator>>,
}

impl Compiler {
    /// Replaces a reference to a component.
    fn resolve(&self, value: &Value) -> Value {
        let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.map_or_else(|| value.clone(), |pointer| self.document.pointer(pointer).unwrap().clone())
    }

    fn expected(&mut self, response: &Value) -> Expected {
        let response = self.resolve(response);
        let headers = response["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, header)| (name.clone(), self.resolve(header)));
        let headers = headers
            .filter(|(_, header)| header["required"] == true)
            .map(|(name, header)| (name, header["schema"]["type"] == "integer"))
            .collect();
        let schema = response.pointer("/content/application~1json/schema");
        Expected { headers, body: schema.map(|schema| self.compile(schema)) }
    }

    fn compile(&mut self, schema: &Value) -> Arc<Validator> {
        let components = &self.document["components"];
        let compiled = self.compiled.entry(schema.to_string());
        Arc::clone(compiled.or_insert_with(|| {
            let mut schema = schema.clone();
            forbid_unknown_fields(&mut schema);
            let root = json!({ "allOf": [schema], "components": components });
            Arc::new(jsonschema::options().should_validate_formats(true).build(&root).unwrap())
        }))
    }
}

impl Specification {
    /// Compiles the schemas of a document.
    ///
    /// # Panics
    /// Panics if the document is not valid.
    #[must_use]
    pub fn new(mut document: Value) -> Self {
        if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
            schemas.values_mut().for_each(forbid_unknown_fields);
        }
        let mut compiler = Compiler { document: document.clone(), compiled: BTreeMap::new() };
        let mut paths = BTreeMap::<_, BTreeMap<_, _>>::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let responses = operation["responses"].as_object().unwrap().iter();
                let replies =
                    responses.map(|(status, reply)| (status.parse().unwrap(), compiler.expected(reply)));
                let operation = Operation {
                    needs_no_credentials: crate::needs_no_credentials(operation, &document),
                    replies: replies.collect(),
                };
                paths.entry(path.clone()).or_default().insert(method.to_uppercase(), operation);
            }
        }
        let errors = [404, 405].into_iter().chain(ANY_ADDRESS).map(|status| {
            let schema = json!({
                "$ref": "#/components/schemas/Error", "properties": { "code": { "const": status } },
            });
            let header = match status {
                405 => Some(("Allow".to_owned(), false)),
                429 => Some(("Retry-After".to_owned(), true)),
                _ => None,
            };
            let body = Some(compiler.compile(&schema));
            (status, Expected { headers: header.into_iter().collect(), body })
        });
        let errors = errors.collect();
        Self { paths, errors }
    }

    /// Returns the route of a request as in the specification, such as `GET /users/{id}`, or `None`
    /// if the specification does not contain it.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<String> {
        let (path, methods) = self.find(path)?;
        operation(methods, method).map(|_| format!("{method} {path}"))
    }

    /// Returns the path of an address with its methods. Literal segments win over parameters.
    fn find(&self, path: &str) -> Option<(&String, &BTreeMap<String, Operation>)> {
        let path = path.split('?').next().unwrap_or_default();
        let matches = |template: &str| {
            let (one, other) = (template.split('/'), path.split('/'));
            one.clone().count() == other.clone().count()
                && one
                    .zip(other)
                    .all(|(one, other)| one == other || (one.starts_with('{') && !other.is_empty()))
        };
        let found = self.paths.iter().filter(|(template, _)| matches(template));
        found.min_by_key(|(template, _)| template.matches('{').count())
    }

    /// Returns how a reply differs from the specification.
    #[must_use]
    pub fn problems(&self, reply: Reply<'_>) -> Vec<String> {
        // API Gateway replies to preflight requests.
        if reply.method == "OPTIONS" {
            return Vec::new();
        }
        let only_error = |status: u16| {
            let mut statuses = [status].into_iter().chain(ANY_ADDRESS);
            statuses.find(|status| *status == reply.status).map(|status| &self.errors[&status])
        };
        let expected = match self.find(reply.path) {
            None => only_error(404),
            Some((_, methods)) => match operation(methods, reply.method) {
                None => only_error(405),
                Some(operation) => operation.replies.get(&reply.status),
            },
        };
        match expected {
            None => vec![format!("the specification does not contain the status {}", reply.status)],
            Some(expected) => {
                let mut problems =
                    [header_problems(expected, reply), body_problems(expected, reply)].concat();
                // A field that a referenced schema rejects is also unknown in the schema around it.
                problems.dedup();
                problems
            }
        }
    }
}

/// Returns the operation of a method. `HEAD` has the replies of `GET` on routes that need no
/// credentials.
fn operation<'a>(methods: &'a BTreeMap<String, Operation>, method: &str) -> Option<&'a Operation> {
    match method {
        "HEAD" => methods.get("GET").filter(|operation| operation.needs_no_credentials),
        method => methods.get(method),
    }
}

fn header_problems(expected: &Expected, reply: Reply<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, is_integer) in &expected.headers {
        match reply.header(name) {
            None => problems.push(format!("the header {name} is missing")),
            Some(value) if *is_integer && value.parse::<u64>().is_err() => {
                problems.push(format!("the header {name} is no number: {value}"));
            }
            Some(_) => {}
        }
    }
    problems
}

fn body_problems(expected: &Expected, reply: Reply<'_>) -> Vec<String> {
    let Some(schema) = expected.body.as_ref().filter(|_| reply.method != "HEAD") else {
        let unexpected = (!reply.body.is_empty()).then(|| "the reply has a body".to_owned());
        return unexpected.into_iter().collect();
    };
    let media_type = reply.header("content-type").and_then(|value| value.split(';').next());
    if media_type.map(str::trim) != Some("application/json") {
        return vec![format!("the content type is {media_type:?}")];
    }
    match serde_json::from_slice::<Value>(reply.body) {
        Err(error) => vec![format!("the body is no JSON: {error}")],
        Ok(body) => schema
            .iter_errors(&body)
            .map(|error| format!("the body at `{}`: {error}", error.instance_path()))
            .collect(),
    }
}

/// Rejects unknown fields of all objects in a schema that lists its fields.
fn forbid_unknown_fields(schema: &mut Value) {
    close(schema, false);
}

/// Closes a schema and the schemas in it. A part of another schema (`is_part`) accepts the fields
/// of the other parts.
fn close(schema: &mut Value, is_part: bool) {
    let Some(keywords) = schema.as_object_mut() else { return };
    let lists_fields = keywords.contains_key("properties");
    let has_parts = lists_fields || keywords.contains_key("allOf");
    for (keyword, value) in &mut *keywords {
        match (keyword.as_str(), value) {
            ("properties" | "patternProperties", Value::Object(schemas)) => {
                schemas.values_mut().for_each(|schema| close(schema, false));
            }
            ("items" | "additionalProperties", schema) => close(schema, false),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(|schema| close(schema, has_parts));
            }
            _ => {}
        }
    }
    if has_parts && !is_part && !keywords.contains_key("additionalProperties") {
        keywords.insert("unevaluatedProperties".into(), false.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: (&str, &str) = ("content-type", "application/json");

    fn problems(
        method: &str,
        path: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Vec<String> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        COMMITTED.problems(Reply { method, path, status, headers, body: &body })
    }

    /// Asserts that there is one problem, which contains `word`.
    fn assert_problem(problems: &[String], word: &str) {
        assert!(matches!(problems, [problem] if problem.contains(word)), "{word}: {problems:?}");
    }

    fn blocked() -> Value {
        let data = json!({ "id": "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "blocked": true });
        json!({ "code": 200, "data": data, "notes": null })
    }

    fn error(status: u16) -> Value {
        json!({ "code": status, "data": null, "notes": "Try again." })
    }

    fn block(reply: &Value) -> Vec<String> {
        problems("PUT", "/blocks/a", 200, &[JSON], reply)
    }

    #[test]
    fn accepts_documented_replies() {
        let none: [String; 0] = [];
        assert_eq!(block(&blocked()), none);
        assert_eq!(problems("PUT", "/blocks/a?x=/", 404, &[JSON], &error(404)), none);
        let cached = [("ETag", "W/\"x\""), ("cache-control", "public")];
        assert_eq!(problems("GET", "/public", 304, &cached, &Value::Null), none);
        assert_eq!(problems("HEAD", "/public", 200, &cached, &Value::Null), none);
        assert_eq!(problems("OPTIONS", "/feed", 200, &[], &Value::Null), none);
    }

    #[test]
    fn finds_a_field_that_is_missing_unknown_or_of_another_type() {
        let mut reply = blocked();
        reply["data"]["blocked"] = json!("yes");
        assert_problem(&block(&reply), "`/data/blocked`");
        reply["data"].as_object_mut().unwrap().remove("blocked");
        assert_problem(&block(&reply), "required");
        let mut reply = blocked();
        reply["data"]["since"] = json!(5);
        assert_problem(&block(&reply), "'since'");
        let mut reply = blocked();
        reply["warnings"] = json!([]);
        assert_problem(&block(&reply), "'warnings'");
        let mut reply = error(404);
        reply["cause"] = json!("x");
        assert_problem(&problems("PUT", "/blocks/a", 404, &[JSON], &reply), "'cause'");
    }

    #[test]
    fn finds_an_invalid_format_and_another_code() {
        let mut reply = blocked();
        reply["data"]["id"] = json!("ada");
        assert_problem(&block(&reply), "uuid");
        let mut reply = blocked();
        reply["code"] = json!(201);
        assert_problem(&block(&reply), "`/code`");
    }

    #[test]
    fn finds_undocumented_statuses_content_types_and_bodies() {
        assert_problem(&problems("GET", "/feed", 404, &[JSON], &error(404)), "status 404");
        assert_problem(&problems("PUT", "/blocks/a", 200, &[], &blocked()), "content type");
        let html = [("content-type", "text/html")];
        assert_problem(&problems("PUT", "/blocks/a", 200, &html, &blocked()), "text/html");
        let cached = [("etag", "x"), ("cache-control", "public")];
        assert_problem(&problems("GET", "/public", 304, &cached, &error(304)), "has a body");
    }

    #[test]
    fn finds_missing_headers() {
        assert_problem(&problems("GET", "/feed", 429, &[JSON], &error(429)), "Retry-After is missing");
        let date = [JSON, ("retry-after", "Sun, 29 Nov 2026 08:30:00 GMT")];
        assert_problem(&problems("GET", "/feed", 429, &date, &error(429)), "Retry-After is no number");
        assert_problem(&problems("GET", "/public", 304, &[("etag", "x")], &Value::Null), "Cache-Control");
    }

    #[test]
    fn unknown_addresses_and_methods_only_have_their_errors() {
        assert_eq!(problems("GET", "/nothing", 404, &[JSON], &error(404)), [""; 0]);
        assert_problem(&problems("GET", "/nothing", 200, &[JSON], &blocked()), "status 200");
        assert_problem(&problems("PUT", "/feed", 200, &[JSON], &blocked()), "status 200");
        assert_problem(&problems("PUT", "/feed", 405, &[JSON], &error(405)), "Allow is missing");
        let allow = [JSON, ("allow", "GET, OPTIONS")];
        assert_eq!(problems("PUT", "/feed", 405, &allow, &error(405)), [""; 0]);
        assert_problem(&problems("HEAD", "/feed", 200, &[JSON], &Value::Null), "status 200");
    }

    #[test]
    fn literal_segments_win_over_parameters() {
        let document = json!({
            "paths": { "/users/{id}": { "get": { "responses": {} } }, "/users/me": { "get": { "responses": {} } } },
            "components": { "schemas": { "Error": {} } },
        });
        let specification = Specification::new(document);
        assert_eq!(specification.route("GET", "/users/me?x=1").unwrap(), "GET /users/me");
        assert_eq!(specification.route("GET", "/users/a").unwrap(), "GET /users/{id}");
        assert_eq!(specification.route("GET", "/users/"), None);
        assert_eq!(specification.route("PUT", "/users/a"), None);
    }

    #[test]
    fn the_parts_of_a_schema_accept_each_others_fields() {
        let mut schema = json!({
            "properties": { "id": {} },
            "oneOf": [{ "properties": { "kind": { "const": "a" } } }, { "properties": { "kind": { "const": "b" } } }],
        });
        forbid_unknown_fields(&mut schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&json!({ "id": 1, "kind": "b" })));
        assert!(!validator.is_valid(&json!({ "id": 1, "kind": "b", "other": 1 })));
    }
}
