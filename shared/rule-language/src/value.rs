//! Values of rules. Lists, sets and dictionaries cannot change, so values have no cycles.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::budget::{Budget, OpResult};
use crate::builtin::Builtin;
use crate::number::Number;

/// The maximum depth of lists in lists. Bounds the recursion over values.
const MAX_DEPTH: u8 = 20;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// Never NaN.
    Float(f64),
    Text(Arc<str>),
    List(Arc<Items>),
    Tuple(Arc<Items>),
    /// Without duplicates.
    Set(Arc<Items>),
    /// Keys without duplicates, and values, in turn.
    Dict(Arc<Items>),
    Range(Arc<Range>),
    Function(u16),
    Builtin(Builtin),
    /// The picture for which the rule is evaluated.
    Picture,
}

/// The elements of a list, tuple, set or dictionary.
#[derive(Debug)]
pub(crate) struct Items {
    pub values: Vec<Value>,
    depth: u8,
    /// The kind of a part that a set cannot contain. Is stored, because a tuple can contain the
    /// same parts many times.
    unhashable: Option<&'static str>,
}

impl Items {
    /// Creates items whose memory is already in the budget.
    pub fn new(values: Vec<Value>) -> OpResult<Arc<Self>> {
        let depth = |value: &Value| value.items().map_or(0, |items| items.depth);
        let depth = values.iter().map(depth).max().unwrap_or_default() + 1;
        if depth > MAX_DEPTH {
            return Err("Lists are nested too deeply. Use fewer levels.".into());
        }
        let unhashable = values.iter().find_map(Value::unhashable);
        Ok(Arc::new(Self { values, depth, unhashable }))
    }

    /// Creates a set. Removes duplicates and keeps the order.
    pub fn set(values: Vec<Value>, budget: &mut Budget) -> OpResult<Arc<Self>> {
        let mut unique = Vec::with_capacity(values.len());
        for value in values {
            if !contains(&unique, &value, budget)? {
                check_hashable(&value)?;
                unique.push(value);
            }
        }
        Self::new(unique)
    }

    /// Creates a dictionary from keys and values. The last value of a key counts.
    pub fn dict(pairs: Vec<Value>, budget: &mut Budget) -> OpResult<Arc<Self>> {
        let mut unique: Vec<Value> = Vec::with_capacity(pairs.len());
        let mut pairs = pairs.into_iter();
        while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
            check_hashable(&key)?;
            match position(&unique, 2, &key, budget)? {
                Some(position) => unique[position + 1] = value,
                None => unique.extend([key, value]),
            }
        }
        Self::new(unique)
    }
}

/// The numbers from `start` to before `stop`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub start: i64,
    pub step: i64,
    pub length: i64,
}

impl Range {
    pub fn new(start: i64, stop: i64, step: i64) -> OpResult<Self> {
        let (from, to, by) = (i128::from(start), i128::from(stop), i128::from(step));
        let length = match step {
            0 => return Err("The step of a range cannot be 0. Use another number.".into()),
            1.. => (to - from + by - 1).div_euclid(by),
            _ => (from - to - by - 1).div_euclid(-by),
        };
        let length = i64::try_from(length.max(0)).map_err(|_| "The range is too long. Use a shorter one.")?;
        Ok(Self { start, step, length })
    }

    /// Returns the number at an index below the length.
    pub fn get(&self, index: i64) -> Option<i64> {
        let inside = (0..self.length).contains(&index);
        inside.then(|| self.start.wrapping_add(self.step.wrapping_mul(index)))
    }

    fn contains(&self, value: i64) -> bool {
        let distance = i128::from(value) - i128::from(self.start);
        let step = i128::from(self.step);
        distance % step == 0 && (0..i128::from(self.length)).contains(&(distance / step))
    }
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Returns the elements of a list, tuple, set or dictionary.
    pub fn items(&self) -> Option<&Arc<Items>> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::Dict(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the kind of the value, or of its first part, that a set cannot contain.
    fn unhashable(&self) -> Option<&'static str> {
        match self {
            Self::List(_) | Self::Set(_) | Self::Dict(_) => Some(self.kind()),
            Self::Tuple(items) => items.unhashable,
            _ => None,
        }
    }

    /// Returns a number. `True` is 1 and `False` is 0, as in Python.
    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Bool(value) => Some(Number::Int((*value).into())),
            Self::Int(value) => Some(Number::Int(*value)),
            Self::Float(value) => Some(Number::Float(*value)),
            _ => None,
        }
    }

    /// Returns whether `if` takes the value as true.
    pub fn truth(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::Dict(items) => {
                !items.values.is_empty()
            }
            Self::Range(range) => range.length > 0,
            Self::Function(_) | Self::Builtin(_) | Self::Picture => true,
        }
    }

    /// Describes the type in a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "True or False",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Tuple(_) => "a tuple",
            Self::Set(_) => "a set",
            Self::Dict(_) => "a dictionary",
            Self::Range(_) => "a range",
            Self::Function(_) | Self::Builtin(_) => "a function",
            Self::Picture => "a picture",
        }
    }

    /// Describes the value in a message.
    pub fn describe(&self) -> String {
        match self {
            Self::None => "None".into(),
            Self::Bool(true) => "True".into(),
            Self::Bool(false) => "False".into(),
            Self::Int(value) => format!("the number {value}"),
            Self::Float(value) => format!("the number {}", crate::number::format_float(*value)),
            Self::Text(text) if text.chars().count() <= 30 && !text.contains(char::is_control) => {
                format!("the text \"{text}\"")
            }
            other => other.kind().into(),
        }
    }
}

/// Checks that a value can be in a set or a key of a dictionary.
pub(crate) fn check_hashable(value: &Value) -> OpResult<()> {
    match value.unhashable() {
        Some(kind) => {
            Err(format!("A set or a key of a dictionary cannot contain {kind}. Use a tuple instead."))
        }
        None => Ok(()),
    }
}

/// Returns the position of a value among every `step`th element.
pub(crate) fn position(
    values: &[Value],
    step: usize,
    value: &Value,
    budget: &mut Budget,
) -> OpResult<Option<usize>> {
    for (i, other) in values.iter().enumerate().step_by(step) {
        if equal(other, value, budget)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn contains(values: &[Value], value: &Value, budget: &mut Budget) -> OpResult<bool> {
    Ok(position(values, 1, value, budget)?.is_some())
}

/// Evaluates `left == right`.
pub(crate) fn equal(left: &Value, right: &Value, budget: &mut Budget) -> OpResult<bool> {
    budget.spend(1)?;
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Ok(left.compare(right) == Ordering::Equal);
    }
    match (left, right) {
        (Value::None, Value::None) | (Value::Picture, Value::Picture) => Ok(true),
        (Value::Text(left), Value::Text(right)) => {
            budget.scan(if left.len() == right.len() { left.len() } else { 0 })?;
            Ok(left == right)
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            if left.values.len() != right.values.len() {
                return Ok(false);
            }
            for (left, right) in left.values.iter().zip(&right.values) {
                if !equal(left, right, budget)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Set(left), Value::Set(right)) => {
            Ok(left.values.len() == right.values.len() && is_subset(left, right, budget)?)
        }
        (Value::Dict(left), Value::Dict(right)) => equal_dicts(left, right, budget),
        (Value::Range(left), Value::Range(right)) => Ok(left.length == right.length
            && (left.length == 0 || left.start == right.start)
            && (left.length <= 1 || left.step == right.step)),
        (Value::Function(left), Value::Function(right)) => Ok(left == right),
        (Value::Builtin(left), Value::Builtin(right)) => Ok(left == right),
        _ => Ok(false),
    }
}

fn equal_dicts(left: &Items, right: &Items, budget: &mut Budget) -> OpResult<bool> {
    if left.values.len() != right.values.len() {
        return Ok(false);
    }
    for pair in left.values.chunks(2) {
        match position(&right.values, 2, &pair[0], budget)? {
            Some(position) if equal(&pair[1], &right.values[position + 1], budget)? => (),
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn is_subset(left: &Items, right: &Items, budget: &mut Budget) -> OpResult<bool> {
    for value in &left.values {
        if !contains(&right.values, value, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Compares two values for `<`, `<=`, `>`, `>=`. Returns `None` for sets of which none contains the
/// other.
pub(crate) fn order(left: &Value, right: &Value, budget: &mut Budget) -> OpResult<Option<Ordering>> {
    budget.spend(1)?;
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Ok(Some(left.compare(right)));
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            budget.scan(left.len().min(right.len()))?;
            Ok(Some(left.cmp(right)))
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.values.iter().zip(&right.values) {
                if !equal(left, right, budget)? {
                    return order(left, right, budget);
                }
            }
            Ok(Some(left.values.len().cmp(&right.values.len())))
        }
        (Value::Set(left), Value::Set(right)) => {
            let (below, above) = (is_subset(left, right, budget)?, is_subset(right, left, budget)?);
            Ok(match (below, above) {
                (true, true) => Some(Ordering::Equal),
                (true, false) => Some(Ordering::Less),
                (false, true) => Some(Ordering::Greater),
                (false, false) => None,
            })
        }
        _ => Err(format!(
            "{} and {} have no order. Compare two numbers or two texts.",
            capital(left.kind()),
            right.kind()
        )),
    }
}

/// Evaluates `value in container`.
pub(crate) fn is_in(value: &Value, container: &Value, budget: &mut Budget) -> OpResult<bool> {
    match container {
        Value::Text(text) => match value {
            Value::Text(part) => {
                budget.scan(text.len() + part.len())?;
                Ok(text.contains(&**part))
            }
            other => Err(format!("Only a text can be in a text, not {}. Use `==` to compare.", other.kind())),
        },
        Value::List(items) | Value::Tuple(items) => contains(&items.values, value, budget),
        Value::Set(items) => {
            // Python compares a set in a set as a frozen one.
            if !matches!(value, Value::Set(_)) {
                check_hashable(value)?;
            }
            contains(&items.values, value, budget)
        }
        Value::Dict(items) => {
            check_hashable(value)?;
            Ok(position(&items.values, 2, value, budget)?.is_some())
        }
        Value::Range(range) => Ok(match value.number() {
            Some(Number::Int(value)) => range.contains(value),
            Some(Number::Float(value)) => crate::number::to_int(value).is_ok_and(|int| {
                Number::Int(int).compare(Number::Float(value)) == Ordering::Equal && range.contains(int)
            }),
            None => false,
        }),
        other => Err(format!("`in` needs a text or a list on its right side, not {}.", other.kind())),
    }
}

/// Returns a text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}
