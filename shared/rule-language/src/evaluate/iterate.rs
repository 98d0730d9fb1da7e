//! Iteration and comprehensions.

use std::sync::Arc;

use super::Evaluator;
use crate::budget::OpResult;
use crate::error::{Fault, Span, fault};
use crate::syntax::{Comprehension, ComprehensionKind, Expr, ExprKind};
use crate::value::{Items, Value};

/// Called for each element. Returns whether to continue.
pub(super) type Visit<'v, 'a> = &'v mut dyn FnMut(&mut Evaluator<'a>, Value) -> Result<bool, Fault>;

impl<'a> Evaluator<'a> {
    /// Visits the elements of a value. Returns whether it reached the end.
    pub(super) fn for_each(
        &mut self,
        values: &Value,
        source: &Expr,
        visit: Visit<'_, 'a>,
    ) -> Result<bool, Fault> {
        let spend =
            |evaluator: &mut Self| evaluator.budget.spend(1).map_err(|message| fault(source.span, message));
        match values {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) | Value::Dict(items) => {
                let step = if matches!(values, Value::Dict(_)) { 2 } else { 1 };
                for value in items.values.iter().step_by(step) {
                    spend(self)?;
                    if !visit(self, value.clone())? {
                        return Ok(false);
                    }
                }
            }
            Value::Range(range) => {
                for value in (0..range.length).filter_map(|i| range.get(i)) {
                    spend(self)?;
                    if !visit(self, Value::Int(value))? {
                        return Ok(false);
                    }
                }
            }
            Value::Text(text) => {
                let text = Arc::clone(text);
                for c in text.chars() {
                    spend(self)?;
                    self.budget.allocate(32).map_err(|message| fault(source.span, message))?;
                    if !visit(self, Value::text(c.to_string()))? {
                        return Ok(false);
                    }
                }
            }
            other => {
                let message = format!(
                    "A loop needs a list or a text, not {}. Check the value after `in`.",
                    other.kind()
                );
                return Err(self.none_or(message, source.span, [(other, source.span)]));
            }
        }
        Ok(true)
    }

    /// Evaluates an expression and visits its elements, those of a generator one by one.
    pub(super) fn for_each_in(&mut self, source: &'a Expr, visit: Visit<'_, 'a>) -> Result<bool, Fault> {
        match &source.kind {
            ExprKind::Comprehension(generator) if generator.kind == ComprehensionKind::Generator => self
                .comprehend(generator, 0, &mut |evaluator| {
                    let [element] = &generator.elements[..] else { return Ok(true) };
                    let value = evaluator.expr(element)?;
                    visit(evaluator, value)
                }),
            _ => {
                let values = self.expr(source)?;
                self.for_each(&values, source, visit)
            }
        }
    }

    /// Calls `visit` for each combination of the loops from `level`. Returns whether it reached the
    /// end.
    fn comprehend(
        &mut self,
        comprehension: &'a Comprehension,
        level: usize,
        visit: &mut dyn FnMut(&mut Self) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let Some(each) = comprehension.loops.get(level) else { return visit(self) };
        let values = self.expr(&each.iterable)?;
        let span = each.iterable.span;
        self.nested(span, |evaluator| {
            evaluator.for_each(&values, &each.iterable, &mut |evaluator, value| {
                evaluator.assign(&each.target, value, span)?;
                for condition in &each.conditions {
                    if !evaluator.expr(condition)?.truth() {
                        return Ok(true);
                    }
                }
                evaluator.comprehend(comprehension, level + 1, visit)
            })
        })
    }

    /// Evaluates a comprehension to a list, a set or a dictionary. A generator becomes a list.
    pub(super) fn collect(&mut self, comprehension: &'a Comprehension, span: Span) -> Result<Value, Fault> {
        let mut values = Vec::new();
        self.comprehend(comprehension, 0, &mut |evaluator| {
            let allocated = evaluator.budget.allocate(comprehension.elements.len() * 2 * size_of::<Value>());
            allocated.map_err(|message| fault(span, message))?;
            for element in &comprehension.elements {
                values.push(evaluator.expr(element)?);
            }
            Ok(true)
        })?;
        let result = match comprehension.kind {
            ComprehensionKind::List | ComprehensionKind::Generator => Items::new(values).map(Value::List),
            ComprehensionKind::Set => Items::set(values, self.budget).map(Value::Set),
            ComprehensionKind::Dict => Items::dict(values, self.budget).map(Value::Dict),
        };
        result.map_err(|message| fault(span, message))
    }

    /// Returns the elements of a value as a list.
    pub(super) fn elements(&mut self, value: &Value) -> OpResult<Vec<Value>> {
        let bytes = |count: usize| (count + 2) * size_of::<Value>();
        match value {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                self.budget.allocate(bytes(items.values.len()))?;
                Ok(items.values.clone())
            }
            Value::Dict(items) => {
                self.budget.allocate(bytes(items.values.len() / 2))?;
                Ok(items.values.iter().step_by(2).cloned().collect())
            }
            Value::Text(text) => {
                // One value and one text for each character.
                self.budget.allocate(text.len() * (size_of::<Value>() + 32))?;
                Ok(text.chars().map(|c| Value::text(c.to_string())).collect())
            }
            Value::Range(range) => {
                let length = usize::try_from(range.length).unwrap_or(usize::MAX);
                self.budget.allocate(length.saturating_add(2).saturating_mul(size_of::<Value>()))?;
                Ok((0..range.length).filter_map(|i| range.get(i)).map(Value::Int).collect())
            }
            other => Err(format!("Expected a list or a text, not {}.", other.kind())),
        }
    }
}
