//! Parses and evaluates the rules of smart albums: a small subset of Python, with limits.
//!
//! A rule is one expression over `picture`, or a function `rule(picture)`, and gives a boolean:
//!
//! ```
//! use rule_language::{Budget, PictureFields, Rule};
//!
//! # fn check(picture: &PictureFields) -> Result<(), rule_language::RuleError> {
//! let rule = Rule::parse("picture.camera == 'NIKON D850' and picture.year >= 2020")?;
//! let matches: bool = rule.evaluate(picture, &mut Budget::default())?;
//! # Ok(())
//! # }
//!
//! let error = Rule::parse("picture.camrea == 'NIKON D850'").unwrap_err();
//! assert_eq!((error.line, error.column), (1, 9));
//! assert_eq!(error.message, "`camrea` is not a field of `picture`. Did you mean `camera`?");
//! ```
//!
//! The crate does no I/O and contains no unsafe code. The length of the code, the depth of its
//! nesting, and the steps, memory and recursion of its evaluation are limited.
//! docs/decisions/2026-11-29-rule-interpreter.md describes the language.

mod budget;
mod builtin;
mod digits;
mod error;
mod evaluate;
mod fields;
mod names;
mod number;
mod parser;
mod syntax;
mod text;
mod token;
mod value;

pub use budget::Budget;
pub use error::RuleError;
pub use fields::{PictureFields, Text, field_names};

/// The maximum length of the code, in bytes.
pub const MAX_CODE_BYTES: usize = 4096;

/// A parsed rule.
#[derive(Debug)]
pub struct Rule {
    code: String,
    module: syntax::Module,
}

impl Rule {
    /// Parses the code of a rule.
    ///
    /// # Errors
    /// Returns the first error in the code.
    pub fn parse(code: &str) -> Result<Self, RuleError> {
        let code = code.strip_prefix('\u{FEFF}').unwrap_or(code);
        if code.len() > MAX_CODE_BYTES {
            let message = format!("The rule is longer than {MAX_CODE_BYTES} bytes. Shorten it.");
            return Err(RuleError { line: 1, column: 1, message });
        }
        match parse(code) {
            Ok(module) => Ok(Self { code: code.into(), module }),
            Err(fault) => Err(error::locate(code, *fault)),
        }
    }

    /// Evaluates the rule for a picture.
    ///
    /// # Errors
    /// Returns an error if an operation fails, if the result is not a boolean, or if the budget is
    /// spent.
    pub fn evaluate(&self, picture: &PictureFields, budget: &mut Budget) -> Result<bool, RuleError> {
        evaluate::evaluate(&self.module, &self.code, picture, budget)
            .map_err(|fault| error::locate(&self.code, *fault))
    }
}

fn parse(code: &str) -> Result<syntax::Module, error::Fault> {
    let mut module = parser::parse(code)?;
    names::resolve(&mut module)?;
    Ok(module)
}
