//! The errors of calls that no route serves.

use std::collections::BTreeMap;

use lambda::http::ApiError;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The parts of the specification that name the routes.
#[derive(Deserialize)]
struct Specification {
    /// The operations by path template, such as `/users/{id}`, and method in lower case.
    paths: BTreeMap<String, BTreeMap<String, Operation>>,
}

#[derive(Deserialize)]
struct Operation {
    /// The alternative requirements, each by its scheme. Members' routes omit them.
    security: Option<Vec<BTreeMap<String, IgnoredAny>>>,
}

impl Operation {
    /// Returns `true` if an unsigned call is allowed, with or without a developer key.
    fn is_open(&self) -> bool {
        self.security.as_ref().is_some_and(|alternatives| alternatives.iter().any(BTreeMap::is_empty))
    }
}

/// Returns the error of a call that no route serves: 405 if the path has other methods, and 404
/// otherwise.
pub fn unknown(specification: &str, method: &str, path: &str) -> ApiError {
    let methods = match find_methods(specification, path) {
        Ok(methods) => methods,
        Err(error) => return ApiError::Internal(error.into()),
    };
    if methods.is_empty() || methods.iter().any(|known| known == method) {
        return ApiError::NotFound("There is no such route. GET /openapi.json describes all routes.");
    }
    ApiError::NoMethod { method: method.into(), allow: methods.join(", ") }
}

/// Returns the methods of a path. Returns an empty list for an unknown path.
fn find_methods(specification: &str, path: &str) -> Result<Vec<String>, serde_json::Error> {
    let Specification { paths } = serde_json::from_str(specification)?;
    let matching = paths.iter().filter(|(template, _)| matches(template, path));
    // API Gateway prefers a template with fewer parameters.
    let Some((_, operations)) = matching.min_by_key(|(template, _)| template.matches('{').count()) else {
        return Ok(vec![]);
    };
    let mut methods: Vec<_> = operations.keys().map(|method| method.to_uppercase()).collect();
    // Open routes reply to HEAD, and API Gateway replies to the preflight requests of CORS.
    if operations.get("get").is_some_and(Operation::is_open) {
        methods.push("HEAD".into());
    }
    methods.push("OPTIONS".into());
    Ok(methods)
}

/// Returns `true` if each segment of the path equals that of the template, or is any text in the
/// place of a parameter.
fn matches(template: &str, path: &str) -> bool {
    let (templates, segments) = (template.split('/'), path.split('/'));
    let fits = |(template, segment): (&str, &str)| match template.starts_with('{') {
        true => !segment.is_empty(),
        false => template == segment,
    };
    templates.clone().count() == segments.clone().count() && templates.zip(segments).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SPECIFICATION;

    #[test]
    fn a_path_with_other_methods_names_them() {
        for (method, path, allow) in [
            ("POST", "/status", "GET, HEAD, OPTIONS"),
            ("POST", "/public/a/b", "GET, HEAD, OPTIONS"),
            ("DELETE", "/feed", "GET, OPTIONS"),
            ("HEAD", "/feed", "GET, OPTIONS"),
            ("PUT", "/pictures", "GET, POST, OPTIONS"),
            ("POST", "/users/a", "DELETE, GET, PUT, OPTIONS"),
        ] {
            let error = unknown(SPECIFICATION, method, path);
            assert_eq!(error.status(), 405, "{method} {path}: {error}");
            assert_eq!(error.to_string(), format!("This address has no method {method}. It has {allow}."));
        }
    }

    #[test]
    fn an_unknown_path_does_not_exist() {
        for path in ["", "/", "/nothing", "/users/", "/users/a/b", "/feed/", "//feed", "/{proxy+}"] {
            assert_eq!(unknown(SPECIFICATION, "GET", path).status(), 404, "{path}");
        }
        assert_eq!(unknown(SPECIFICATION, "GET", "/users/a").status(), 404, "another function serves it");
    }

    #[test]
    fn a_template_with_fewer_parameters_comes_first() {
        let specification =
            r#"{"paths": {"/a/{id}": {"get": {}}, "/a/known": {"post": {"security": [{}]}}}}"#;
        for (path, allow) in [("/a/known", ["POST", "OPTIONS"]), ("/a/other", ["GET", "OPTIONS"])] {
            assert_eq!(find_methods(specification, path).unwrap(), allow, "{path}");
        }
    }
}
