//! Methods of texts. Positions count characters.

use std::sync::Arc;

use crate::budget::{Budget, OpResult};
use crate::builtin::Method;
use crate::digits::DIGITS;
use crate::value::{Items, Value};

/// The memory of a value in a list, with the header of a short text.
const VALUE_BYTES: usize = 48;

/// Returns whether Python's `strip()` and `split()` treat a character as a space.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1C'..='\x1F').contains(&c)
}

/// Calls a method of a text.
pub(crate) fn call(
    text: &Arc<str>,
    method: Method,
    arguments: &[Value],
    budget: &mut Budget,
) -> OpResult<Value> {
    budget.scan(text.len() + arguments.iter().map(length).sum::<usize>())?;
    match (method, arguments) {
        (Method::Lower, []) => {
            budget.allocate(text.len() * 3)?;
            Ok(Value::text(text.to_lowercase()))
        }
        (Method::Upper, []) => {
            budget.allocate(text.len() * 3)?;
            Ok(Value::text(text.to_uppercase()))
        }
        (Method::IsDigit, []) => Ok(Value::Bool(!text.is_empty() && text.chars().all(is_digit))),
        (Method::IsSpace, []) => Ok(Value::Bool(!text.is_empty() && text.chars().all(is_space))),
        (Method::IsLower, []) => Ok(Value::Bool(is_cased(text, char::is_lowercase))),
        (Method::IsUpper, []) => Ok(Value::Bool(is_cased(text, char::is_uppercase))),
        (Method::Strip | Method::LeftStrip | Method::RightStrip, [] | [Value::None]) => {
            strip(text, method, &is_space, budget)
        }
        (Method::Strip | Method::LeftStrip | Method::RightStrip, [Value::Text(removed)]) => {
            budget.spend(text.len() * removed.len() / 16)?;
            strip(text, method, &|c| removed.contains(c), budget)
        }
        (Method::StartsWith, [prefixes]) => {
            matches_any(text, prefixes, method, |text, prefix| text.starts_with(prefix), budget)
        }
        (Method::EndsWith, [suffixes]) => {
            matches_any(text, suffixes, method, |text, suffix| text.ends_with(suffix), budget)
        }
        (Method::RemovePrefix, [Value::Text(prefix)]) => {
            slice(text, text.strip_prefix(&**prefix).unwrap_or(text), budget)
        }
        (Method::RemoveSuffix, [Value::Text(suffix)]) => {
            slice(text, text.strip_suffix(&**suffix).unwrap_or(text), budget)
        }
        (Method::Find, [Value::Text(part)]) => {
            let characters = text.find(&**part).map(|position| text[..position].chars().count());
            Ok(Value::Int(characters.map_or(-1, to_int)))
        }
        (Method::Count, [Value::Text(part)]) => Ok(Value::Int(to_int(text.matches(&**part).count()))),
        (Method::Replace, [Value::Text(old), Value::Text(new)]) => replace(text, old, new, budget),
        (Method::Split, [] | [Value::None]) => {
            list(text.split(is_space).filter(|part| !part.is_empty()), budget)
        }
        (Method::Split, [Value::Text(separator)]) if separator.is_empty() => {
            Err("The separator of `split` is empty. Write at least one character.".into())
        }
        (Method::Split, [Value::Text(separator)]) => list(text.split(&**separator), budget),
        (Method::Join, [values]) => join(text, values, budget),
        (Method::Get, _) => Err("A text has no method `get`. Only dictionaries have it.".into()),
        _ => Err(wrong_arguments(method)),
    }
}

/// Returns the message about arguments of a method of a text.
fn wrong_arguments(method: Method) -> String {
    let arguments = match method {
        Method::Lower
        | Method::Upper
        | Method::IsDigit
        | Method::IsLower
        | Method::IsSpace
        | Method::IsUpper => "no arguments",
        Method::Strip | Method::LeftStrip | Method::RightStrip => {
            "no argument, or a text of characters to remove"
        }
        Method::Split => "no argument, or a separator, which is a text",
        Method::Replace => "two texts: what to replace, and with what",
        Method::Join => "a list of texts",
        Method::StartsWith | Method::EndsWith => "a text or a tuple of texts",
        Method::Count | Method::Find | Method::RemovePrefix | Method::RemoveSuffix | Method::Get => "a text",
    };
    format!("`{}` takes {arguments}.", method.as_str())
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        other => other.items().map_or(0, |items| items.values.len()),
    }
}

pub(crate) fn to_int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Returns a part of a text as a value.
fn slice(text: &Arc<str>, part: &str, budget: &mut Budget) -> OpResult<Value> {
    if part.len() == text.len() {
        return Ok(Value::Text(Arc::clone(text)));
    }
    budget.allocate(part.len() + VALUE_BYTES)?;
    Ok(Value::text(part))
}

fn strip(
    text: &Arc<str>,
    method: Method,
    is_removed: &dyn Fn(char) -> bool,
    budget: &mut Budget,
) -> OpResult<Value> {
    let part = match method {
        Method::LeftStrip => text.trim_start_matches(is_removed),
        Method::RightStrip => text.trim_end_matches(is_removed),
        _ => text.trim_start_matches(is_removed).trim_end_matches(is_removed),
    };
    slice(text, part, budget)
}

/// Calls `matches` with the text and another one, or with each text of a tuple until one matches.
fn matches_any(
    text: &str,
    parts: &Value,
    method: Method,
    matches: fn(&str, &str) -> bool,
    budget: &mut Budget,
) -> OpResult<Value> {
    let parts = match parts {
        Value::Tuple(items) => &items.values,
        part => std::slice::from_ref(part),
    };
    for part in parts {
        let Value::Text(part) = part else { return Err(wrong_arguments(method)) };
        budget.scan(part.len().min(text.len()))?;
        if matches(text, part) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn replace(text: &str, old: &str, new: &str, budget: &mut Budget) -> OpResult<Value> {
    let count = text.matches(old).count();
    budget.allocate(text.len().saturating_add(count.saturating_mul(new.len())))?;
    Ok(Value::text(text.replace(old, new)))
}

fn list<'a>(parts: impl Iterator<Item = &'a str>, budget: &mut Budget) -> OpResult<Value> {
    let mut values = Vec::new();
    for part in parts {
        budget.spend(1)?;
        budget.allocate(part.len() + VALUE_BYTES)?;
        values.push(Value::text(part));
    }
    Ok(Value::List(Items::new(values)?))
}

fn join(separator: &str, values: &Value, budget: &mut Budget) -> OpResult<Value> {
    if let Value::Text(text) = values {
        let count = text.chars().count();
        budget.allocate(text.len() + count.saturating_mul(separator.len()) + VALUE_BYTES)?;
        let mut joined = String::new();
        for (i, c) in text.chars().enumerate() {
            if i > 0 {
                joined.push_str(separator);
            }
            joined.push(c);
        }
        return Ok(Value::text(joined));
    }
    let (Value::List(items) | Value::Tuple(items) | Value::Set(items)) = values else {
        return Err(wrong_arguments(Method::Join));
    };
    let mut joined = String::new();
    for (i, value) in items.values.iter().enumerate() {
        let Value::Text(text) = value else {
            return Err(format!(
                "`join` needs a list of texts, and one element is {}. Use `str()`.",
                value.kind()
            ));
        };
        budget.spend(1)?;
        budget.allocate(text.len() + separator.len())?;
        if i > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    Ok(Value::text(joined))
}

/// Returns whether all letters with a case have this case, and there is one.
fn is_cased(text: &str, has_case: fn(char) -> bool) -> bool {
    let is_title = |c: char| !c.is_uppercase() && !c.is_lowercase() && !c.to_lowercase().eq([c]);
    let is_other = |c: char| (c.is_uppercase() || c.is_lowercase() || is_title(c)) && !has_case(c);
    text.chars().any(has_case) && !text.chars().any(is_other)
}

/// Returns whether a character is a digit of any script, or superscript or similar.
fn is_digit(c: char) -> bool {
    let code = u32::from(c);
    let after = DIGITS.partition_point(|&(start, _)| start <= code);
    let range = after.checked_sub(1).and_then(|i| DIGITS.get(i));
    c.is_ascii_digit() || range.is_some_and(|&(start, length)| code < start + length)
}
