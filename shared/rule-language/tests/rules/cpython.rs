//! Compares the results with those of `python3`, if it is installed.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use rule_language::{PictureFields, Rule, RuleError};
use serde::Deserialize;

use super::language::RULES;
use super::mutations::changed_rule;
use super::support::{bare, evaluate_for, picture};

/// The number of generated expressions, each for two pictures.
const EXPRESSIONS: usize = 1000;

/// Reads `{"pictures": […], "codes": […]}` and writes a list of results for each picture.
const PROGRAM: &str = r#"
import ast, json, resource, signal, sys, types

class Slow(BaseException):
    pass

def stop(*_):
    raise Slow

def is_rule(statement):
    return isinstance(statement, ast.FunctionDef) and statement.name == "rule"

def run(code, picture):
    picture = types.SimpleNamespace(**picture)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        module = ast.parse(code.strip(" \t"))
        if any(map(is_rule, module.body)):
            scope = {}
            exec(compile(module, "rule", "exec"), scope)
            value = scope["rule"](picture)
        else:
            scope = {"picture": picture}
            last = ast.Expression(module.body.pop().value)
            exec(compile(module, "rule", "exec"), scope)
            value = eval(compile(last, "rule", "eval"), scope)
        if len(repr(value)) > 2000:
            return {}
        is_simple = value is None or isinstance(value, (bool, int, float, str))
        return {"repr": repr(value), "text": repr(str(value)) if is_simple else None}
    except MemoryError:
        return {}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

def run_quickly(code, picture):
    try:
        return run(code, picture)
    except Slow:
        return {}

resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
signal.signal(signal.SIGALRM, stop)
given = json.load(sys.stdin)
json.dump([[run_quickly(code, picture) for code in given["codes"]] for picture in given["pictures"]], sys.stdout)
"#;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Value {
        /// The value as an expression.
        repr: String,
        /// The result of `str()` as an expression, unless the value is a list or similar.
        text: Option<String>,
    },
    Error {
        error: String,
    },
    /// CPython has a value that is too large for a rule.
    Large {},
}

/// Runs the codes for each picture in CPython. Returns `None` if there is no `python3`.
fn run(pictures: &[PictureFields], codes: &[String]) -> Option<Vec<Vec<Expected>>> {
    let mut command = Command::new("python3");
    command.args(["-I", "-W", "ignore", "-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("SKIPPED: python3 is not installed, so no result was compared with CPython.");
        return None;
    };
    let given = serde_json::json!({ "pictures": pictures, "codes": codes });
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(given.to_string().as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn the_rules_of_these_tests_are_true_in_cpython() {
    let codes: Vec<_> = RULES.iter().map(|code| code.trim_start().to_owned()).collect();
    let Some(results) = run(&[(&picture()).into()], &codes) else { return };
    for (code, result) in codes.iter().zip(&results[0]) {
        assert!(matches!(result, Expected::Value { repr, .. } if repr == "True"), "{code}\n{result:?}");
    }
}

#[test]
fn changed_rules_have_the_result_of_cpython() {
    let mut runner = TestRunner::new(Config::default());
    let strategy = changed_rule();
    let codes = (0..EXPRESSIONS * 5).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    // CPython cannot interrupt powers and shifts. It refuses spaces before the first line.
    let is_quick = |code: &String| !code.contains("**") && !code.contains("<<");
    let codes = codes.filter(|code| is_quick(code) && !code.starts_with(char::is_whitespace));
    let accepted: Vec<_> = codes.filter(|code| Rule::parse(code).is_ok()).collect();
    assert!(accepted.len() > EXPRESSIONS / 4, "{}", accepted.len());
    let pictures: [PictureFields; 2] = [(&picture()).into(), bare()];
    let Some(results) = run(&pictures, &accepted) else { return };
    let mut problems = Vec::new();
    for (picture, results) in pictures.iter().zip(&results) {
        for (code, expected) in accepted.iter().zip(results) {
            let result = evaluate_for(code, picture);
            let is_expected = match (expected, &result) {
                (Expected::Large {}, _) => true,
                (Expected::Value { repr, .. }, Ok(true)) => repr == "True",
                (Expected::Value { repr, .. }, Ok(false)) => repr == "False",
                (Expected::Value { repr, .. }, Err(error)) => {
                    !matches!(repr.as_str(), "True" | "False") || is_limit(error)
                }
                // All lines of a rule can start with the same spaces.
                (Expected::Error { error }, Ok(_)) => error.contains("unexpected indent"),
                (Expected::Error { error }, Err(_)) => !error.contains("SyntaxError"),
            };
            if !is_expected {
                problems.push(format!("{code}\n    {expected:?}\n    {result:?}"));
            }
        }
    }
    let (count, shown) = (problems.len(), problems[..problems.len().min(20)].join("\n"));
    assert!(problems.is_empty(), "{count} differences from CPython:\n{shown}");
}

#[test]
fn generated_expressions_have_the_value_of_cpython() {
    let mut runner = TestRunner::new(Config::default());
    let strategy = expression();
    let codes: Vec<_> = (0..EXPRESSIONS).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let pictures: [PictureFields; 2] = [(&picture()).into(), bare()];
    let Some(results) = run(&pictures, &codes) else { return };
    let (mut values, mut refusals, mut problems) = (0, 0, Vec::new());
    for (picture, results) in pictures.iter().zip(&results) {
        for (code, expected) in codes.iter().zip(results) {
            match compare(code, expected, picture) {
                Ok(true) => values += 1,
                Ok(false) => refusals += 1,
                Err(problem) => problems.push(format!("{code}\n    {expected:?}\n    {problem}")),
            }
        }
    }
    let (count, shown) = (problems.len(), problems[..problems.len().min(20)].join("\n"));
    assert!(problems.is_empty(), "{count} differences from CPython:\n{shown}");
    // Most expressions have a value.
    assert!(values > EXPRESSIONS / 2, "{values} values, {refusals} errors");
}

#[test]
fn arithmetic_has_the_result_of_cpython() {
    let float = prop_oneof![
        any::<f64>().prop_filter("is not a number", |value| value.is_finite()),
        (any::<i64>(), 0..60_u32).prop_map(|(value, shift)| (value >> shift) as f64 / 64.0),
        (-99_999..99_999_i32).prop_map(|value| f64::from(value) / 100.0),
    ];
    let int = (any::<i64>(), 0..64_u32).prop_map(|(value, shift)| value >> shift);
    let number = prop_oneof![
        float.prop_map(|value| format!("({value:?})")),
        int.prop_map(|value| format!("({value})"))
    ];
    let operator = proptest::sample::select(vec!["+", "-", "*", "/", "//", "%", "==", "<"]);
    let strategy = prop_oneof![
        (number.clone(), operator, number.clone()).prop_map(|(a, operator, b)| format!("{a} {operator} {b}")),
        (number.clone(), 0..330).prop_map(|(a, digits)| format!("round({a}, {digits})")),
        number.prop_map(|a| format!("int({a})")),
    ];
    let mut runner = TestRunner::new(Config::default());
    let codes: Vec<_> =
        (0..EXPRESSIONS * 5).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let Some(results) = run(&[bare()], &codes) else { return };
    for (code, expected) in codes.iter().zip(&results[0]) {
        assert!(
            compare(code, expected, &bare()).is_ok(),
            "{code}\n{expected:?}\n{:?}",
            compare(code, expected, &bare())
        );
    }
}

/// Returns whether the code has a value, which is that of CPython.
fn compare(code: &str, expected: &Expected, picture: &PictureFields) -> Result<bool, String> {
    let is_true = |code: String| match evaluate_for(&code, picture) {
        Ok(true) => Ok(true),
        Err(error) if is_limit(&error) => Ok(false),
        other => Err(format!("{code} gives {other:?}")),
    };
    match expected {
        Expected::Large {} => Ok(false),
        Expected::Error { error } => match evaluate_for(&format!("[{code}] == 0"), picture) {
            Err(_) => Ok(false),
            Ok(_) => Err(format!("no error as {error}")),
        },
        Expected::Value { repr, text } => {
            // Infinity has no literal, and this one is too large for a float.
            let has_texts = repr.contains(['\'', '"']);
            let repr = if has_texts { repr.clone() } else { repr.replace("inf", "1e999") };
            let has_value = is_true(format!("({code}) == {repr}"))?;
            match text {
                Some(text) => is_true(format!("str({code}) == {text}")),
                None => Ok(has_value),
            }
        }
    }
}

/// Returns whether a rule fails by a limit that CPython does not have.
fn is_limit(error: &RuleError) -> bool {
    const LIMITS: [&str; 17] = [
        "at most 64 bits",
        "The result is not a number",
        "The range is too long",
        "The number of digits cannot be negative",
        "The rule takes too much memory",
        "The rule takes too many steps",
        "The functions call each other too deeply",
        "Lists are nested too deeply",
        "This expression is too long",
        "`is` can only compare",
        "cannot change. Write",
        "Put this list into square brackets",
        "Rules cannot convert",
        "Rules cannot format with `%`",
        "A range has no method",
        "A range cannot be sliced",
        "`join` takes",
    ];
    LIMITS.iter().any(|limit| error.message.contains(limit))
}

/// Expressions without operands.
const CONSTANTS: [&str; 12] = [
    "None",
    "True",
    "False",
    "[]",
    "()",
    "{1, 2}",
    "[3, 1, 2]",
    "('b', 'a')",
    "{'a': 1, 2: None}",
    "range(5)",
    "range(10, 0, -3)",
    "[1.0, True]",
];
const NUMBERS: [&str; 29] = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "250",
    "3200",
    "6400",
    "2023",
    "0.0",
    "0.5",
    "1.0",
    "2.5",
    "1.5",
    "0.1",
    "0.004",
    "1e16",
    "1e22",
    "1e-5",
    "1e300",
    "123456789",
    "9007199254740993",
    "4611686018427387904",
    "9223372036854775807",
    "0xFF",
    "0b101",
    "1_000",
    "12.375",
];
const TEXTS: [&str; 16] = [
    "''",
    "'a'",
    "'abc'",
    "'aé'",
    "'12'",
    "'3.5'",
    "' 7 '",
    "'NIKON D850'",
    "'İß'",
    "'ΑΣ'",
    "'a,b,,c'",
    "'🇳🇴x'",
    "'²'",
    "'a\\tb\\n'",
    "\"it's\"",
    "r'\\d'",
];
const OPERATORS: [&str; 19] = [
    "+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!=", "in", "not in", "and", "or", "&", "|",
    "^",
];
const FUNCTIONS: [&str; 15] = [
    "len", "abs", "bool", "int", "float", "str", "list", "tuple", "sorted", "min", "max", "any", "all",
    "round", "not ",
];
const METHODS: [&str; 22] = [
    "lower()",
    "upper()",
    "strip()",
    "lstrip('a')",
    "rstrip()",
    "split()",
    "split('a')",
    "split(', ')",
    "isdigit()",
    "islower()",
    "isupper()",
    "isspace()",
    "startswith('a')",
    "endswith(('r', 'é'))",
    "replace('a', 'bb')",
    "find('é')",
    "count('a')",
    "count(1)",
    "join(['x', 'y'])",
    "removeprefix('ab')",
    "removesuffix('d')",
    "get('a', 5)",
];
const BOUNDS: [&str; 9] = ["-5", "-2", "-1", "0", "1", "2", "5", "", ""];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(texts)
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => one_of(&NUMBERS).prop_map(str::to_owned),
        2 => one_of(&TEXTS).prop_map(str::to_owned),
        2 => one_of(rule_language::field_names()).prop_map(|name| format!("picture.{name}")),
        1 => one_of(&CONSTANTS).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let one = inner.clone();
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        prop_oneof![
            5 => (two.clone(), one_of(&OPERATORS)).prop_map(|((a, b), operator)| format!("{a} {operator} {b}")),
            4 => (two.clone(), one_of(&OPERATORS)).prop_map(|((a, b), operator)| format!("({a}) {operator} ({b})")),
            1 => (one.clone(), 0..5).prop_map(|(a, exponent)| format!("({a}) ** {exponent}")),
            1 => (one.clone(), 0..70, "<<|>>").prop_map(|(a, by, shift)| format!("({a}) {shift} {by}")),
            1 => (one.clone(), "not |-|\\+|~").prop_map(|(a, operator)| format!("({operator}({a}))")),
            1 => three.clone().prop_map(|(a, b, c)| format!("({a} if {b} else {c})")),
            1 => three.prop_map(|(a, b, c)| format!("({a}) < ({b}) <= ({c})")),
            1 => two.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("({a}, {b})")),
            1 => two.clone().prop_map(|(a, b)| format!("{{({a}): ({b}), 'k': 1}}")),
            2 => (one.clone(), -3..3).prop_map(|(a, index)| format!("({a})[{index}]")),
            2 => (one.clone(), one_of(&BOUNDS), one_of(&BOUNDS), one_of(&BOUNDS))
                .prop_map(|(a, start, stop, step)| format!("({a})[{start}:{stop}:{step}]")),
            3 => (one_of(&FUNCTIONS), one.clone()).prop_map(|(function, a)| format!("{function}({a})")),
            3 => (one.clone(), one_of(&METHODS)).prop_map(|(a, method)| format!("({a}).{method}")),
            1 => (one.clone(), 0..4).prop_map(|(a, digits)| format!("round({a}, {digits})")),
            1 => two.clone().prop_map(|(a, b)| format!("[x for x in {a} if {b}]")),
            // The order of a set is arbitrary.
            1 => two.prop_map(|(a, b)| format!("(set({a}) == set({b}))")),
            1 => one.clone().prop_map(|a| format!("sorted(set({a}))")),
            1 => one.clone().prop_map(|a| format!("[(i, x) for i in range(2) for x in ({a})]")),
            1 => one.clone().prop_map(|a| format!("any(x == 1 for x in ({a}))")),
            1 => one.clone().prop_map(|a| format!("({a}) is not None")),
            1 => one.prop_filter("has quotes", |a| !a.contains(['"', '\\', '{', '!']))
                .prop_map(|a| format!("f\"a{{{a}}}b\"")),
        ]
    })
}
