//! Files with the code of a rule.

use std::path::Path;
use std::{fs, io};

use client::{ClientError, Evaluation, RuleError, RuleToEvaluate, Session};

use crate::failure::Failure;

/// The maximum length of a rule in bytes (docs/rules.md).
const MAX_BYTES: usize = 4096;
/// The name of standard input in an error, as that of compilers.
const STANDARD_INPUT: &str = "<stdin>";

/// A file with the code of a rule.
#[derive(Debug)]
pub struct RuleFile {
    /// The path as the person wrote it.
    pub name: String,
    /// The code.
    pub code: String,
}

impl RuleFile {
    /// Reads a file, or standard input if the path is `-`.
    ///
    /// # Errors
    /// Returns a failure if the file cannot be read, is blank, or is longer than a rule can be.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (name, code) = if path == Path::new("-") {
            (STANDARD_INPUT.into(), io::read_to_string(io::stdin()))
        } else {
            (path.display().to_string(), fs::read_to_string(path))
        };
        let code = code.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                Failure::Failed(format!("{name} is not UTF-8 text. Save it as UTF-8."))
            }
            _ => Failure::file("read", Path::new(&name), &error),
        })?;
        if code.trim().is_empty() {
            return Err(Failure::Failed(format!("{name} is empty. Write a rule in it.")));
        }
        if code.len() > MAX_BYTES {
            let message = format!("{name} has {} bytes. Shorten the rule to {MAX_BYTES}.", code.len());
            return Err(Failure::Failed(message));
        }
        Ok(Self { name, code })
    }

    /// Returns the failure of an error in the rule, with its position in the file.
    pub fn locate(&self, error: RuleError) -> Failure {
        let RuleError { line, column, message } = error;
        Failure::Rule { file: self.name.clone(), line, column, message }
    }

    /// Explains why the site refused an album with the rule. The refusal has no position of an
    /// error in the rule, so this evaluates the rule to find it.
    pub async fn explain(&self, session: &Session, refusal: ClientError) -> Failure {
        let ClientError::Rejected { code: 400, notes, .. } = &refusal else { return refusal.into() };
        let rule = RuleToEvaluate { code: self.code.clone(), limit: 1, cases: Vec::new() };
        match session.evaluate_rule(&rule).await {
            Ok(Evaluation { error: Some(error), .. }) if notes.contains(&error.message) => self.locate(error),
            _ => refusal.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upload::test_server::{serve, sign_in};
    use client::NewAlbum;
    use domain::Visibility;
    use serde_json::json;

    #[tokio::test]
    async fn a_refused_rule_has_its_position_unless_the_reason_is_another() {
        let (server, address) = serve().await;
        let session = sign_in(&address).await;
        let file = RuleFile { name: "rule.py".into(), code: "picture.iso > 1".into() };
        let error = json!({ "line": 1, "column": 9, "message": "The reason." });
        server.lock().unwrap().evaluation = json!({ "results": [], "cases": [], "error": error });
        for (notes, expected) in [
            ("the rule has an error in line 1, column 9: The reason.", "rule.py:1:9: The reason."),
            ("title is empty", "title is empty"),
        ] {
            server.lock().unwrap().refuses_rules = Some(notes);
            let rule = Some(file.code.clone());
            let (title, visibility) = ("Dark".into(), Visibility::Private);
            let album = NewAlbum { title, description: None, visibility, rule };
            let refusal = session.create_album(&album).await.unwrap_err();
            assert_eq!(file.explain(&session, refusal).await.to_string(), expected);
        }
    }

    #[test]
    fn a_file_that_contains_no_rule_has_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rule.py");
        for (bytes, reason) in [
            (&b" \n"[..], "is empty. Write a rule in it."),
            (&[b' ', b'x'].repeat(2049), "has 4098 bytes. Shorten the rule to 4096."),
            (&b"\xff"[..], "is not UTF-8 text. Save it as UTF-8."),
        ] {
            fs::write(&path, bytes).unwrap();
            let failure = RuleFile::read(&path).unwrap_err();
            assert_eq!(failure.to_string(), format!("{} {reason}", path.display()));
        }
    }
}
