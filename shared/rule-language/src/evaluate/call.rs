//! Calls of functions and methods.

use std::cmp::Ordering;

use super::{End, Evaluator, Flow, operation};
use crate::budget::{Budget, OpResult};
use crate::builtin::{Builtin, Method};
use crate::error::{Fault, Span, fault, plural, suggestion};
use crate::number::{self, Number};
use crate::parser::{BRACKETS, is_generator};
use crate::syntax::{BinaryOperator, Expr};
use crate::text;
use crate::value::{self, Items, Range, Value, capital};

impl<'a> Evaluator<'a> {
    /// Calls the function in `children[0]` with the other children. The last ones have `names`.
    pub(super) fn call(
        &mut self,
        children: &'a [Expr],
        names: &[Box<str>],
        span: Span,
    ) -> Result<Value, Fault> {
        let Some((callee, arguments)) = children.split_first() else { return Ok(Value::None) };
        match self.expr(callee)? {
            Value::Builtin(builtin @ (Builtin::Any | Builtin::All)) => {
                let ([argument], []) = (arguments, names) else {
                    return Err(fault(span, format!("`{}` takes one list.", builtin.as_str())));
                };
                let stop = builtin == Builtin::Any;
                let mut result = !stop;
                self.for_each_in(argument, &mut |_, value| {
                    result = value.truth();
                    Ok(result != stop)
                })?;
                Ok(Value::Bool(result))
            }
            callee => {
                // A variable can have the name of a built-in function.
                if let (false, Some(generator)) =
                    (matches!(callee, Value::Builtin(_)), arguments.iter().find(is_generator))
                {
                    return Err(fault(generator.span, BRACKETS));
                }
                let values = self.exprs(arguments, span)?;
                let first = values.first().cloned().unwrap_or(Value::None);
                let first_span = arguments.first().map_or(span, |argument| argument.span);
                let result = self.apply(&callee, values, names, span);
                result.map_err(|problem| match problem {
                    CallFault::Message(message) if arguments.is_empty() => fault(span, message),
                    CallFault::Message(message) => self.none_or(message, span, [(&first, first_span)]),
                    CallFault::Located(fault) => fault,
                })
            }
        }
    }

    /// Calls a function with values.
    fn apply(
        &mut self,
        callee: &Value,
        values: Vec<Value>,
        names: &[Box<str>],
        span: Span,
    ) -> Result<Value, CallFault> {
        match callee {
            Value::Function(index) => {
                self.function(*index, values, names, span).map(|(value, _)| value).map_err(CallFault::Located)
            }
            Value::Builtin(builtin) => self.builtin(*builtin, values, names, span),
            other => Err(CallFault::Message(format!(
                "{} cannot be called. Remove the parentheses.",
                capital(other.kind())
            ))),
        }
    }

    /// Calls a function of the rule. Returns its result and where it ended.
    pub(super) fn function(
        &mut self,
        index: u16,
        values: Vec<Value>,
        names: &[Box<str>],
        span: Span,
    ) -> Result<(Value, End), Fault> {
        let module = self.module;
        let Some(function) = module.functions.get(usize::from(index)) else {
            return Err(fault(span, "This function is not defined."));
        };
        let bytes = usize::from(function.slots) * size_of::<Value>();
        self.budget.allocate(bytes).map_err(|message| fault(span, message))?;
        let mut slots = vec![None; function.slots.into()];
        let positional = values.len() - names.len().min(values.len());
        let parameters = &function.parameters;
        if positional > parameters.len() {
            return Err(fault(span, wrong_count(&function.name, parameters.len(), positional)));
        }
        for (i, value) in values.into_iter().enumerate() {
            let position = match i.checked_sub(positional).and_then(|i| names.get(i)) {
                None => i,
                Some(name) => {
                    let position = parameters.iter().position(|parameter| parameter.name == *name);
                    position.ok_or_else(|| {
                        let known = parameters.iter().map(|parameter| &*parameter.name);
                        let suggestion = suggestion(name, known);
                        fault(span, format!("`{}` has no parameter `{name}`.{suggestion}", function.name))
                    })?
                }
            };
            if slots[position].replace(value).is_some() {
                let name = &parameters[position].name;
                return Err(fault(span, format!("The argument `{name}` is there twice. Remove one.")));
            }
        }
        for (slot, parameter) in slots.iter_mut().zip(parameters) {
            if slot.is_none() {
                let crate::syntax::ExprKind::Constant(value) = (match &parameter.default {
                    Some(default) => &default.kind,
                    None => {
                        let message =
                            format!("The call of `{}` lacks `{}`. Add it.", function.name, parameter.name);
                        return Err(fault(span, message));
                    }
                }) else {
                    continue;
                };
                *slot = Some(value.clone());
            }
        }
        let base = std::mem::replace(&mut self.base, self.stack.len());
        self.stack.append(&mut slots);
        let flow = self.nested(span, |evaluator| evaluator.block(&function.body));
        self.stack.truncate(self.base);
        self.base = base;
        Ok(match flow? {
            Flow::Return(value, span) => (value, End::Return(span)),
            _ => (Value::None, End::Body(function.span)),
        })
    }

    /// Calls a method. The first child is the receiver.
    pub(super) fn method(
        &mut self,
        method: Method,
        children: &'a [Expr],
        span: Span,
    ) -> Result<Value, Fault> {
        let Some((receiver, arguments)) = children.split_first() else { return Ok(Value::None) };
        let value = self.expr(receiver)?;
        let values = self.exprs(arguments, span)?;
        let name = method.as_str();
        let result = match (&value, method, &values[..]) {
            (Value::Text(text), ..) => text::call(text, method, &values, self.budget),
            (Value::Dict(items), Method::Get, [key, default @ ..]) if default.len() <= 1 => {
                let found = value::check_hashable(key)
                    .and_then(|()| value::position(&items.values, 2, key, self.budget));
                let default = default.first().cloned().unwrap_or(Value::None);
                found.map(|found| found.map_or(default, |position| items.values[position + 1].clone()))
            }
            (Value::List(items) | Value::Tuple(items), Method::Count, [searched]) => {
                self.count(&items.values, searched)
            }
            (other, ..) => Err(format!("{} has no method `{name}`.", capital(other.kind()))),
        };
        result.map_err(|message| self.none_or(message, span, [(&value, receiver.span)]))
    }

    fn count(&mut self, values: &[Value], searched: &Value) -> OpResult<Value> {
        let mut count = 0;
        for value in values {
            count += i64::from(value::equal(value, searched, self.budget)?);
        }
        Ok(Value::Int(count))
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        mut values: Vec<Value>,
        names: &[Box<str>],
        span: Span,
    ) -> Result<Value, CallFault> {
        let name = builtin.as_str();
        let mut named = Named::default();
        for (key, value) in names.iter().zip(values.split_off(values.len() - names.len().min(values.len()))) {
            match (builtin, &**key) {
                (Builtin::Sorted | Builtin::Min | Builtin::Max, "key") => named.key = Some(value),
                (Builtin::Sorted, "reverse") => named.is_reversed = value.truth(),
                (Builtin::Min | Builtin::Max, "default") => named.default = Some(value),
                (Builtin::Round, "ndigits") | (Builtin::Sum, "start") if values.len() == 1 => {
                    values.push(value)
                }
                _ => return Err(format!("`{name}` has no argument `{key}`. Remove it.").into()),
            }
        }
        let takes = |arguments: &str| Err(CallFault::Message(format!("`{name}` takes {arguments}.")));
        let number = |value: &Value| value.number();
        match (builtin, &values[..]) {
            // Called by another function. Other calls stop at the first element that decides.
            (Builtin::Any, [value]) => Ok(Value::Bool(self.elements(value)?.iter().any(Value::truth))),
            (Builtin::All, [value]) => Ok(Value::Bool(self.elements(value)?.iter().all(Value::truth))),
            (Builtin::Len, [value]) => Ok(Value::Int(length(value, self.budget)?)),
            (Builtin::Abs, [value]) => match number(value) {
                Some(number) => Ok(number::abs(number)?),
                None => takes("one number"),
            },
            (Builtin::Round, [value, digits @ ..]) => match (number(value), digits) {
                (Some(number), [] | [Value::None]) => Ok(number::round(number, None)?),
                (Some(number), [digits]) => match digits.number() {
                    Some(Number::Int(digits)) => {
                        self.budget.spend(number::ROUND_STEPS)?;
                        Ok(number::round(number, Some(digits))?)
                    }
                    _ => takes("a number, and a whole number of digits"),
                },
                _ => takes("a number, and a whole number of digits"),
            },
            (Builtin::Bool, []) => Ok(Value::Bool(false)),
            (Builtin::Bool, [value]) => Ok(Value::Bool(value.truth())),
            (Builtin::Int, []) => Ok(Value::Int(0)),
            (Builtin::Int, [value]) => match (value, number(value)) {
                (Value::Text(text), _) => {
                    self.budget.scan(text.len())?;
                    self.budget.allocate(text.len())?;
                    Ok(Value::Int(number::parse_int(text)?))
                }
                (_, Some(Number::Int(value))) => Ok(Value::Int(value)),
                (_, Some(Number::Float(value))) => Ok(Value::Int(number::to_int(value)?)),
                _ => takes("a number or a text"),
            },
            (Builtin::Float, []) => Ok(Value::Float(0.0)),
            (Builtin::Float, [value]) => match (value, number(value)) {
                (Value::Text(text), _) => {
                    self.budget.scan(text.len())?;
                    self.budget.allocate(text.len())?;
                    Ok(Value::Float(number::parse_float(text)?))
                }
                (_, Some(Number::Int(value))) => Ok(Value::Float(value as f64)),
                (_, Some(Number::Float(value))) => Ok(Value::Float(value)),
                _ => takes("a number or a text"),
            },
            (Builtin::Str, []) => Ok(Value::text("")),
            (Builtin::Str, [value]) => {
                self.budget.allocate(32)?;
                Ok(Value::Text(operation::to_text(value, self.budget)?))
            }
            (Builtin::Range, [_] | [_, _] | [_, _, _]) => {
                let mut bounds = [0, 0, 1];
                let first = usize::from(values.len() == 1);
                for (i, value) in values.iter().enumerate() {
                    let Some(Number::Int(bound)) = number(value) else { return takes("whole numbers") };
                    bounds[i + first] = bound;
                }
                self.budget.allocate(64)?;
                Ok(Value::Range(Range::new(bounds[0], bounds[1], bounds[2])?.into()))
            }
            (Builtin::List, [] | [_]) => Ok(Value::List(Items::new(self.optional_elements(&values)?)?)),
            (Builtin::Tuple, [] | [_]) => Ok(Value::Tuple(Items::new(self.optional_elements(&values)?)?)),
            (Builtin::Set, [] | [_]) => {
                let elements = self.optional_elements(&values)?;
                Ok(Value::Set(Items::set(elements, self.budget)?))
            }
            (Builtin::Sum, [value, start @ ..]) if start.len() <= 1 => {
                let start = start.first().cloned().unwrap_or(Value::Int(0));
                Ok(self.sum(value, start)?)
            }
            (Builtin::Sorted, [value]) => {
                let elements = self.elements(value)?;
                let keys = self.keys(&elements, &named, span)?;
                self.budget.allocate(keys.len() * 3 * size_of::<usize>())?;
                let mut order: Vec<usize> = (0..keys.len()).collect();
                if named.is_reversed {
                    order.reverse();
                }
                let mut order = self.sort(order, &keys)?;
                if named.is_reversed {
                    order.reverse();
                }
                let sorted = order.into_iter().filter_map(|i| elements.get(i).cloned()).collect();
                Ok(Value::List(Items::new(sorted)?))
            }
            (Builtin::Min | Builtin::Max, [_, ..]) => self.min_or_max(builtin, values, named, span),
            _ => takes(arguments(builtin)),
        }
    }

    fn optional_elements(&mut self, values: &[Value]) -> OpResult<Vec<Value>> {
        values.first().map_or_else(|| Ok(Vec::new()), |value| self.elements(value))
    }

    /// Evaluates `sum`. Corrects a sum of floats as CPython 3.12 does.
    fn sum(&mut self, values: &Value, start: Value) -> OpResult<Value> {
        let mut sum = start;
        let texts = || Err("`sum` cannot add texts. Use `\"\".join(…)`.".into());
        if let Value::Text(_) = sum {
            return texts();
        }
        let mut correction = 0.0;
        for value in self.elements(values)? {
            self.budget.spend(1)?;
            match value {
                Value::Text(_) => return texts(),
                Value::None => {
                    return Err(
                        "`sum` cannot add None. Leave it out, for example with `if x is not None`.".into()
                    );
                }
                _ => (),
            }
            let next = operation::binary(BinaryOperator::Add, &sum, &value, self.budget)?;
            if let (Value::Float(left), Value::Float(right), Value::Float(rounded)) = (&sum, &value, &next) {
                correction += number::rounding_error(*left, *right, *rounded);
            }
            sum = next;
        }
        Ok(match sum {
            // Zero would change the sign of `-0.0`, and the sum can be infinite.
            Value::Float(sum) if correction != 0.0 && correction.is_finite() => {
                Value::Float(sum + correction)
            }
            sum => sum,
        })
    }

    /// Returns the values by which to compare the elements.
    fn keys(&mut self, elements: &[Value], named: &Named, span: Span) -> Result<Vec<Value>, CallFault> {
        self.budget.allocate(elements.len() * 2 * size_of::<Value>())?;
        match &named.key {
            None | Some(Value::None) => Ok(elements.to_vec()),
            Some(key) => {
                let keys = elements.iter().map(|element| {
                    self.nested(span, |evaluator| Ok(evaluator.apply(key, vec![element.clone()], &[], span)))
                        .map_err(CallFault::Located)?
                });
                keys.collect()
            }
        }
    }

    /// Sorts indices by their keys. The order of equal keys stays.
    fn sort(&mut self, order: Vec<usize>, keys: &[Value]) -> OpResult<Vec<usize>> {
        if order.len() < 2 {
            return Ok(order);
        }
        let mut left = order;
        let right = left.split_off(left.len() / 2);
        let (left, right) = (self.sort(left, keys)?, self.sort(right, keys)?);
        let mut merged = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(&a), Some(&b)) = (left.peek(), right.peek()) {
            let order = value::order(&keys[b], &keys[a], self.budget)?;
            let order = order.ok_or("`sorted` needs sets of which each contains the previous ones.")?;
            merged.extend(if order == Ordering::Less { right.next() } else { left.next() });
        }
        merged.extend(left);
        merged.extend(right);
        Ok(merged)
    }

    /// Evaluates `min` and `max`. Of equal elements the first one counts.
    fn min_or_max(
        &mut self,
        builtin: Builtin,
        values: Vec<Value>,
        named: Named,
        span: Span,
    ) -> Result<Value, CallFault> {
        let elements = match &values[..] {
            [value] => self.elements(value)?,
            _ if named.default.is_some() => {
                return Err(format!("`default` of `{}` needs a list.", builtin.as_str()).into());
            }
            _ => values,
        };
        let keys = self.keys(&elements, &named, span)?;
        let wanted = if builtin == Builtin::Min { Ordering::Less } else { Ordering::Greater };
        let mut best = 0;
        for i in 1..keys.len() {
            if value::order(&keys[i], &keys[best], self.budget)? == Some(wanted) {
                best = i;
            }
        }
        let empty = || format!("`{}` of an empty list has no result. Add `default=None`.", builtin.as_str());
        let result = elements.get(best).cloned().or(named.default);
        result.ok_or_else(|| empty().into())
    }
}

/// A call that failed: in code that it called, or by its arguments.
enum CallFault {
    Located(Fault),
    Message(String),
}

impl From<String> for CallFault {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

/// The arguments with a name of a built-in function.
#[derive(Default)]
struct Named {
    key: Option<Value>,
    default: Option<Value>,
    is_reversed: bool,
}

fn wrong_count(name: &str, expected: usize, found: usize) -> String {
    format!(
        "`{name}` has {}, but the call has {}. Remove {}.",
        plural(expected, "parameter"),
        plural(found, "argument"),
        plural(found - expected, "argument")
    )
}

/// Describes the arguments of a built-in function.
fn arguments(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Abs | Builtin::Round => "a number",
        Builtin::Bool | Builtin::Int | Builtin::Float | Builtin::Str => "one value",
        Builtin::Len => "one text or list",
        Builtin::Range => "one, two or three whole numbers",
        Builtin::All
        | Builtin::Any
        | Builtin::List
        | Builtin::Set
        | Builtin::Sorted
        | Builtin::Sum
        | Builtin::Tuple => "one list",
        Builtin::Max | Builtin::Min => "a list, or several values",
    }
}

fn length(value: &Value, budget: &mut Budget) -> OpResult<i64> {
    match value {
        Value::Text(text) => {
            budget.scan(text.len())?;
            Ok(text::to_int(text.chars().count()))
        }
        Value::Dict(items) => Ok(text::to_int(items.values.len() / 2)),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok(text::to_int(items.values.len())),
        Value::Range(range) => Ok(range.length),
        other => Err(format!("`len` takes one text or list, not {}.", other.kind())),
    }
}
