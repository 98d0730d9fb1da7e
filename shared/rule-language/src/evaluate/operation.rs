//! Operators on values.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::budget::{Budget, OpResult};
use crate::error::plural;
use crate::fields::Field;
use crate::number::{self, Number};
use crate::syntax::{BinaryOperator, Comparison};
use crate::value::{self, Items, Range, Value, capital};

/// Evaluates a comparison.
pub(super) fn compare(
    operator: Comparison,
    left: &Value,
    right: &Value,
    budget: &mut Budget,
) -> OpResult<bool> {
    let mut order = |accept: fn(Ordering) -> bool| match value::order(left, right, budget) {
        Ok(order) => Ok(order.is_some_and(accept)),
        Err(message) if message.ends_with("two numbers or two texts.") => Err(format!(
            "`{}` cannot compare {} with {}. Convert one of them first.",
            operator.as_str(),
            left.kind(),
            right.kind()
        )),
        Err(message) => Err(message),
    };
    match operator {
        Comparison::Equal => value::equal(left, right, budget),
        Comparison::NotEqual => value::equal(left, right, budget).map(|equal| !equal),
        Comparison::Less => order(Ordering::is_lt),
        Comparison::LessOrEqual => order(Ordering::is_le),
        Comparison::Greater => order(Ordering::is_gt),
        Comparison::GreaterOrEqual => order(Ordering::is_ge),
        Comparison::In => value::is_in(left, right, budget),
        Comparison::NotIn => value::is_in(left, right, budget).map(|found| !found),
        Comparison::Is => Ok(is_same(left, right)),
        Comparison::IsNot => Ok(!is_same(left, right)),
    }
}

/// Evaluates `is`, of which one side is None, True or False.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::None, Value::None) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        _ => false,
    }
}

/// Evaluates a binary operator.
pub(super) fn binary(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    budget: &mut Budget,
) -> OpResult<Value> {
    use BinaryOperator as Op;
    if let (Value::Bool(a), Value::Bool(b)) = (left, right) {
        match operator {
            Op::BitAnd => return Ok(Value::Bool(a & b)),
            Op::BitOr => return Ok(Value::Bool(a | b)),
            Op::BitXor => return Ok(Value::Bool(a ^ b)),
            _ => (),
        }
    }
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return number::binary(operator, left, right);
    }
    match (operator, left, right) {
        (Op::Add, Value::Text(a), Value::Text(b)) => {
            budget.allocate(a.len() + b.len() + 32)?;
            Ok(Value::text([&**a, &**b].concat()))
        }
        (Op::Add, Value::List(a), Value::List(b)) => Ok(Value::List(concatenate(a, b, budget)?)),
        (Op::Add, Value::Tuple(a), Value::Tuple(b)) => Ok(Value::Tuple(concatenate(a, b, budget)?)),
        (Op::Multiply, value, count) if value.number().is_none() => repeat(value, count, budget),
        (Op::Multiply, count, value) => repeat(value, count, budget),
        (Op::BitOr, Value::Dict(a), Value::Dict(b)) => {
            budget.allocate((a.values.len() + b.values.len() + 2) * size_of::<Value>())?;
            Ok(Value::Dict(Items::dict([&*a.values, &b.values].concat(), budget)?))
        }
        (_, Value::Set(a), Value::Set(b)) => sets(operator, a, b, budget),
        (Op::Modulo, Value::Text(_), _) => {
            Err("Rules cannot format with `%`. Use a text with the prefix `f` instead.".into())
        }
        _ => Err(unsupported(operator, left, right)),
    }
}

fn unsupported(operator: BinaryOperator, left: &Value, right: &Value) -> String {
    let operator_text = operator.as_str();
    let advice = match (operator, left, right) {
        (BinaryOperator::BitAnd | BinaryOperator::BitOr, ..) => "Write `and` or `or` to connect conditions.",
        (BinaryOperator::Add, Value::Text(_), _) | (BinaryOperator::Add, _, Value::Text(_)) => {
            "Convert the other value with `str()`."
        }
        _ => "Convert one of them first.",
    };
    format!("`{operator_text}` does not work for {} and {}. {advice}", left.kind(), right.kind())
}

fn concatenate(left: &Items, right: &Items, budget: &mut Budget) -> OpResult<Arc<Items>> {
    budget.allocate((left.values.len() + right.values.len() + 2) * size_of::<Value>())?;
    Items::new([&*left.values, &right.values].concat())
}

fn repeat(value: &Value, count: &Value, budget: &mut Budget) -> OpResult<Value> {
    let Some(Number::Int(count)) = count.number() else {
        return Err(unsupported(BinaryOperator::Multiply, value, count));
    };
    let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
    match value {
        Value::Text(text) => {
            budget.allocate(text.len().saturating_mul(count).saturating_add(32))?;
            // An empty text has no length to repeat; `repeat` would overflow.
            Ok(Value::text(if text.is_empty() { String::new() } else { text.repeat(count) }))
        }
        Value::List(items) | Value::Tuple(items) => {
            let length = items.values.len().saturating_mul(count);
            budget.allocate(length.saturating_add(2).saturating_mul(size_of::<Value>()))?;
            let items = Items::new(items.values.iter().cycle().take(length).cloned().collect())?;
            Ok(if matches!(value, Value::List(_)) { Value::List(items) } else { Value::Tuple(items) })
        }
        other => Err(unsupported(BinaryOperator::Multiply, other, &Value::Int(0))),
    }
}

fn sets(operator: BinaryOperator, left: &Items, right: &Items, budget: &mut Budget) -> OpResult<Value> {
    use BinaryOperator as Op;
    budget.allocate((left.values.len() + right.values.len() + 2) * size_of::<Value>())?;
    let mut filter = |from: &Items, other: &Items, keep: bool| {
        let mut values = Vec::new();
        for value in &from.values {
            if value::position(&other.values, 1, value, budget)?.is_some() == keep {
                values.push(value.clone());
            }
        }
        Ok::<_, String>(values)
    };
    let values = match operator {
        Op::BitAnd => filter(left, right, true)?,
        Op::Subtract => filter(left, right, false)?,
        Op::BitOr => [left.values.clone(), filter(right, left, false)?].concat(),
        Op::BitXor => [filter(left, right, false)?, filter(right, left, false)?].concat(),
        _ => return Err(format!("`{}` does not work for sets. Use `&`, `|` or `-`.", operator.as_str())),
    };
    Ok(Value::Set(Items::new(values)?))
}

/// Evaluates `value[index]`.
pub(super) fn subscript(value: &Value, index: &Value, budget: &mut Budget) -> OpResult<Value> {
    if let Value::Dict(items) = value {
        value::check_hashable(index)?;
        let position = value::position(&items.values, 2, index, budget)?;
        let message = || format!("The dictionary has no key for {}. Use `get()`.", index.describe());
        return position.map(|position| items.values[position + 1].clone()).ok_or_else(message);
    }
    let at = |count: usize| {
        let Some(Number::Int(index)) = index.number() else {
            return Err(format!("An index is a whole number, not {}.", index.kind()));
        };
        let length = i64::try_from(count).unwrap_or(i64::MAX);
        let position = if index < 0 { index.checked_add(length) } else { Some(index) };
        let position = position.filter(|position| (0..length).contains(position));
        let position = position.and_then(|position| usize::try_from(position).ok());
        position.ok_or_else(|| {
            format!(
                "The index {index} is too large: {} has {}. Test `len()` first.",
                value.kind(),
                plural(count, "element")
            )
        })
    };
    match value {
        Value::List(items) | Value::Tuple(items) => Ok(items.values[at(items.values.len())?].clone()),
        Value::Text(text) => {
            budget.scan(text.len())?;
            let position = at(text.chars().count())?;
            budget.allocate(32)?;
            Ok(Value::text(text.chars().skip(position).take(1).collect::<String>()))
        }
        Value::Range(range) => {
            let position = at(usize::try_from(range.length).unwrap_or(usize::MAX))?;
            let value = i64::try_from(position).ok().and_then(|position| range.get(position));
            value.map(Value::Int).ok_or_else(|| number::TOO_LARGE.into())
        }
        other => Err(no_elements(other, index)),
    }
}

/// Returns the message about an index of a value that has no elements with an index.
fn no_elements(value: &Value, index: &Value) -> String {
    let advice = match (value, index) {
        (Value::Picture, Value::Text(name)) if Field::parse(name).is_some() => {
            format!(" Write `picture.{name}`.")
        }
        (Value::Picture, _) => " Write `picture.` and the name of the field.".into(),
        _ => String::new(),
    };
    format!("{} has no elements with an index.{advice}", capital(value.kind()))
}

/// Evaluates `value[start:stop:step]`.
pub(super) fn slice(value: &Value, bounds: &[Value; 3], budget: &mut Budget) -> OpResult<Value> {
    let bound = |value: &Value| match (value, value.number()) {
        (Value::None, _) => Ok(None),
        (_, Some(Number::Int(value))) => Ok(Some(value)),
        (other, _) => Err(format!("An index is a whole number, not {}.", other.kind())),
    };
    let [start, stop, step] = bounds;
    let (start, stop, step) = (bound(start)?, bound(stop)?, bound(step)?.unwrap_or(1));
    if step == 0 {
        return Err("The step of a slice cannot be 0. Use another number.".into());
    }
    let indices = |length: usize| indices(length, start, stop, step);
    match value {
        Value::Text(text) => {
            // The characters, and the part.
            budget.allocate(text.len() * 5 + 32)?;
            let characters: Vec<char> = text.chars().collect();
            let part = indices(characters.len())?.map(|i| characters.get(i).copied().unwrap_or_default());
            Ok(Value::text(part.collect::<String>()))
        }
        Value::List(items) | Value::Tuple(items) => {
            budget.allocate((items.values.len() + 2) * size_of::<Value>())?;
            let part = indices(items.values.len())?.filter_map(|i| items.values.get(i).cloned());
            let part = Items::new(part.collect())?;
            Ok(if matches!(value, Value::List(_)) { Value::List(part) } else { Value::Tuple(part) })
        }
        other => Err(format!("{} cannot be sliced. Use a list or a text.", capital(other.kind()))),
    }
}

/// Returns the indices of a slice, all within the length.
fn indices(
    length: usize,
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
) -> OpResult<impl Iterator<Item = usize>> {
    let length = i64::try_from(length).map_err(|_| number::TOO_LARGE)?;
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |bound: i64| {
        let bound = if bound < 0 { bound.saturating_add(length).max(lowest) } else { bound };
        bound.min(highest)
    };
    let (first, end) = if step > 0 { (0, length) } else { (length - 1, -1) };
    let range = Range::new(start.map_or(first, clamp), stop.map_or(end, clamp), step)?;
    Ok((0..range.length).filter_map(move |i| usize::try_from(range.get(i)?).ok()))
}

/// Converts a value to text, as `str()`.
pub(super) fn to_text(value: &Value, budget: &mut Budget) -> OpResult<Arc<str>> {
    Ok(match value {
        Value::Text(text) => Arc::clone(text),
        Value::None => "None".into(),
        Value::Bool(value) => if *value { "True" } else { "False" }.into(),
        Value::Int(value) => value.to_string().into(),
        Value::Float(value) => {
            budget.spend(number::FORMAT_STEPS)?;
            number::format_float(*value).into()
        }
        other => {
            let advice = match other {
                Value::Picture => "Use its fields, such as `picture.camera`.",
                Value::Function(_) | Value::Builtin(_) => "Call it with parentheses.",
                _ => "Use its elements.",
            };
            return Err(format!("Rules cannot convert {} to text. {advice}", other.kind()));
        }
    })
}
