//! Evaluates each rule in a child process: this program with the argument `evaluate`.
//!
//! The interpreter limits the steps and the memory of a rule itself. The process limits the damage
//! if code exploits an error in the interpreter: it has no environment variables, files,
//! connections or further processes, and little memory and time
//! (docs/decisions/2026-11-29-rule-process.md).
//!
//! | item | side | |
//! |---|---|---|
//! | [`Evaluator`] | parent | starts the child, sends the [`Work`], validates the [`Outcome`] |
//! | [`evaluate_stdin`] | child | restricts its process, evaluates the rule, writes its reply |

mod child;
mod parent;

use rule_language::{PictureFields, RuleError};
use serde::{Deserialize, Serialize};

pub use child::{evaluate_stdin, is_evaluate_command, restrict};
pub use parent::Evaluator;

/// The message from parent to child: a rule and pictures.
#[derive(Debug, Serialize, Deserialize)]
pub struct Work {
    /// The code of the rule.
    pub code: String,
    /// The pictures to evaluate.
    pub pictures: Vec<PictureFields>,
}

/// The results of a rule.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The result for each picture, or `None` for a picture without a result. Elements after the
    /// first `evaluated` ones are not final, or missing.
    pub matches: Vec<Option<bool>>,
    /// The error in the code, that of the first picture without a result, or the reason why the
    /// process failed.
    pub error: Option<RuleError>,
    /// The number of final results, from the first picture. All of them if the code is invalid.
    pub evaluated: usize,
}

/// The message from child to parent.
#[derive(Debug, Serialize, Deserialize)]
struct Reply {
    #[serde(flatten)]
    outcome: Outcome,
    /// The `errno` with which the system refused the filter of system calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter_error: Option<i32>,
}
