//! Random changes of rules. Parsing and evaluating always end with a result or an error.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p rule-language --test rules changed` runs longer.

use proptest::prelude::*;
use rule_language::{Budget, PictureFields, Rule};

use super::language::RULES;
use super::support::{bare, picture};

/// Parts of rules that a change inserts.
const PARTS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "=",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "**",
    "/",
    "//",
    "%",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "\n",
    "\n    ",
    "\n        ",
    " ",
    "\t",
    "\\\n",
    "#",
    "'",
    "\"",
    "'''",
    "f'",
    "f\"{",
    "r'",
    "\\",
    "0",
    "1",
    "9223372036854775807",
    "1.5",
    "1e308",
    "0x",
    "_",
    "'a'",
    "'é'",
    "None",
    "True",
    "False",
    "and ",
    "or ",
    "not ",
    "in ",
    "is ",
    "if ",
    "else ",
    "elif ",
    "for x in ",
    "while ",
    "def f(x): ",
    "def ",
    "return ",
    "break",
    "continue",
    "pass",
    "lambda: ",
    "import ",
    "x",
    "picture",
    ".iso",
    ".place",
    ".camera",
    ".lower()",
    ".split()",
    ".join(",
    "len(",
    "any(",
    "sorted(",
    "range(",
    "max(",
    "int(",
    "str(",
    "round(",
    "é",
    "\u{A0}",
    "\u{200B}",
    "\u{202E}",
    "🇳🇴",
    "\0",
    ":=",
    "->",
    ";",
    "@",
    "!",
    "+=",
    "x = ",
    "rule",
];

/// A change: where it is, in millionths of the length, how many characters it removes, and what it
/// inserts.
type Change = (u32, usize, usize);

pub fn changed_rule() -> impl Strategy<Value = String> {
    let change = (
        0..=1_000_000_u32,
        prop_oneof![4 => Just(0_usize), 2 => 0..3_usize, 1 => 0..20_usize],
        0..=PARTS.len(),
    );
    (0..=RULES.len(), prop::collection::vec(change, 0..12)).prop_map(|(rule, changes)| {
        let code = RULES.get(rule).copied().unwrap_or_default();
        changes.into_iter().fold(code.to_owned(), |code, change| apply(&code, change))
    })
}

fn apply(code: &str, (place, removed, part): Change) -> String {
    let characters: Vec<char> = code.chars().collect();
    let start = characters.len() * place as usize / 1_000_000;
    let end = (start + removed).min(characters.len());
    let part = PARTS.get(part).copied().unwrap_or_default();
    characters[..start].iter().copied().chain(part.chars()).chain(characters[end..].iter().copied()).collect()
}

fn check(code: &str) -> Result<(), TestCaseError> {
    let evaluate = |picture: &PictureFields| {
        let budget = &mut Budget::default();
        Rule::parse(code).and_then(|rule| rule.evaluate(picture, budget))
    };
    for picture in [(&picture()).into(), bare()] {
        let result = evaluate(&picture);
        if let Err(error) = &result {
            // `\r` ends a line, too.
            let lines = code.split(['\n', '\r']).count();
            prop_assert!((1..=lines).contains(&(error.line as usize)), "{}", error);
            prop_assert!(error.column >= 1 && error.column as usize <= code.chars().count() + 1, "{}", error);
            prop_assert!(error.message.ends_with(['.', '?']), "{}", error);
        }
        prop_assert_eq!(result, evaluate(&picture), "the result is not deterministic");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_rules_have_a_result_or_an_error(code in changed_rule()) {
        check(&code)?;
    }

    #[test]
    fn any_text_has_a_result_or_an_error(code in "\\PC{0,200}|[ -~\n]{0,200}") {
        check(&code)?;
    }
}
